"""Which level of the MLflow Python API this package speaks. The distribution's own version is another matter.

Libraries compare ``mlflow.__version__`` with the release in which a call they use appeared (rest-facts §16). 2.22 is
the newest level of which they may take everything in the field of tracking for granted; from 3.0 on they expect logged
models and traces, which are no part of tracking runs. What 3.x added to tracking itself is here all the same.
"""

from __future__ import annotations

VERSION = "2.22.5"
"""The API level, three integers."""
