"""The second names of REST paths in one table: what is true of many paths at once stands here, not in the contract.

| rule           | canonical path                 | also served at                                             |
|----------------|--------------------------------|------------------------------------------------------------|
| ajax twin      | /api/2.0/mlflow/...            | /ajax-api/2.0/mlflow/...                                   |
| ajax twin      | /api/2.0/mlflow-artifacts/...  | /ajax-api/2.0/mlflow-artifacts/...                         |
| 1.x preview    | /api/2.0/mlflow/...            | /api/2.0/preview/mlflow/..., /ajax-api/2.0/preview/mlflow/... |
| ajax only      | the calls in `AJAX_ONLY`       | only their ajax twin                                       |
| static prefix  | all of these                   | ajax twins move below the prefix; /api is served at both   |

Sources: rest-facts §1 and §4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_API: Final = "/api/"
_AJAX: Final = "/ajax-api/"
_TRACKING: Final = "/api/2.0/mlflow/"
_PREVIEW: Final = "/api/2.0/preview/mlflow/"

AJAX_ONLY: Final = frozenset(
    {
        "/api/2.0/mlflow/experiments/search-datasets",
        "/api/2.0/mlflow/metrics/get-history-bulk",
    }
)
"""Calls of the browser UI that were never served below /api."""

PREVIEW_GROUPS: Final = ("experiments", "runs", "metrics", "artifacts")
"""The call groups which existed when 1.x clients used preview paths."""


def paths_of(canonical: str, static_prefix: str) -> Iterator[str]:
    """Every path (or path template) at which the one of the contract is served; each comes once."""
    if not canonical.startswith(_API):
        yield canonical
        return
    names = [canonical]
    group = canonical.removeprefix(_TRACKING).split("/", 1)[0]
    if canonical.startswith(_TRACKING) and group in PREVIEW_GROUPS and canonical not in AJAX_ONLY:
        names.append(_PREVIEW + canonical.removeprefix(_TRACKING))
    for name in names:
        if canonical not in AJAX_ONLY:
            yield name
            if static_prefix:
                yield static_prefix + name
        yield static_prefix + _AJAX + name.removeprefix(_API)
