"""How much the client puts into one request, and the lengths that callbacks of other libraries cut to (rest-facts §5).

The server holds to the same numbers on its own; a test keeps both equal.
"""

from __future__ import annotations

MAX_KEY_CHARS = 250
"""Longest key of a metric, param or tag, in characters."""

MAX_PARAM_VALUE_CHARS = 6000
"""Longest param value, in characters."""

MAX_TAG_VALUE_CHARS = 8000
"""Longest run tag value, in characters."""

MAX_EXPERIMENT_TAG_VALUE_CHARS = 20_000
"""Longest experiment tag value, in characters."""

MAX_METRICS_PER_BATCH = 1000
"""Most metric points of one log-batch request."""

MAX_PARAMS_PER_BATCH = 100
"""Most params of one log-batch request."""

MAX_TAGS_PER_BATCH = 100
"""Most tags of one log-batch request."""

MAX_ITEMS_PER_BATCH = 1000
"""Most metric points, params and tags together of one log-batch request."""

MAX_PAGE_ITEMS = 50_000
"""Most items of one page of a search."""
