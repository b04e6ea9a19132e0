"""How property tests run: by what they find, never by how long it takes on a busy machine.

`--hypothesis-profile=slow` looks at twenty times as many examples, others at every run.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

FAST_EXAMPLES = 100
"""What a property of cheap examples looks at in the default profile."""

SLOW_EXAMPLES = 2000
"""The same in the profile for long runs."""


def pytest_configure(config: pytest.Config) -> None:
    """Makes `fast` the default of every property test; hypothesis itself then loads the profile of the command line."""
    for name, examples in (("fast", FAST_EXAMPLES), ("slow", SLOW_EXAMPLES)):
        settings.register_profile(
            name, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=examples, print_blob=True
        )
    settings.load_profile("fast")


def one_in(divisor: int) -> settings:
    """For a property whose examples are costly: that part of the profile's examples."""
    return settings(max_examples=max(1, settings().max_examples // divisor))
