"""Makes one text in the Prometheus format out of those of several processes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_SAMPLE: Final = re.compile(r"(?P<name>[A-Za-z_:][\w:]*)(?P<labelled>\{)?")


def merged(label: str, texts: Mapping[str, str]) -> str:
    """Every sample of the texts, with whose it is as the value of `label`; each family stands together, described once.

    The texts are ours: every sample follows the description of its family.
    """
    descriptions: dict[str, dict[str, None]] = {}
    samples: dict[str, list[str]] = {}
    for owner, text in texts.items():
        family = ""
        for line in text.splitlines():
            if line.startswith("# "):
                family = line.split(" ", 3)[2]
                descriptions.setdefault(family, {})[line] = None
            else:
                samples.setdefault(family, []).append(_labelled(line, f'{label}="{owner}"'))
    return "".join(f"{line}\n" for family, lines in descriptions.items() for line in (*lines, *samples.get(family, ())))


def _labelled(sample: str, label: str) -> str:
    match = _SAMPLE.match(sample)
    if match is None:
        return sample
    rest = sample[match.end() :]
    return f"{match['name']}{{{label},{rest}" if match["labelled"] else f"{match['name']}{{{label}}}{rest}"
