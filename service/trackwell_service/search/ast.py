"""The typed filter and order: what a search means, free of how it was spelt.

A *field* names what is looked at, a *predicate* says what must hold for it, `And`, `Or` and `Not` join
predicates. A field either has values on a run (or experiment) or is *missing*; dataset fields may have
several values, every other field has at most one.

Two rules govern everything (rest-facts §7):

- A predicate other than `IsNull` holds iff the field has **a value** for which it holds. So it never holds
  for a missing field, also when it is negated (`!=`, NOT IN, NOT LIKE, NOT RLIKE).
- There are two truth values. `Not` inverts: ``NOT params.a = 'x'`` holds for a run without the param ``a``,
  ``params.a != 'x'`` does not.

Texts compare by code point, without folding, trimming or padding. Every tree is bounded by `search.limits`,
so that a recursive walk is safe. All nodes are hashable and compare by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar


class Statistic(StrEnum):
    """Which number of a metric is meant."""

    LATEST = "latest"
    MIN = "min"
    MAX = "max"


class RunAttribute(StrEnum):
    """An attribute of a run. The first five are texts, the times are integers; only END_TIME may be missing.

    STATUS is the status' name as text (``FINISHED``), also when ordering. RUN_NAME is `RunInfo.name`.
    """

    RUN_ID = "run_id"
    RUN_NAME = "run_name"
    STATUS = "status"
    ARTIFACT_URI = "artifact_uri"
    USER_ID = "user_id"
    START_TIME = "start_time"
    END_TIME = "end_time"


class ExperimentAttribute(StrEnum):
    """An attribute of an experiment, never missing. NAME is text, the others are integers."""

    NAME = "name"
    EXPERIMENT_ID = "experiment_id"
    CREATION_TIME = "creation_time"
    LAST_UPDATE_TIME = "last_update_time"


class DatasetField(StrEnum):
    """A text of each dataset input of a run, so a run has as many values as it has dataset inputs.

    CONTEXT is the input's tag ``mlflow.data.context``; an input without that tag contributes no value.
    Two predicates of one filter may be satisfied by two different datasets.
    """

    NAME = "name"
    DIGEST = "digest"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Metric:
    """A number of the metric `key`: `MetricSummary.value`, `.min_value` or `.max_value`.

    Missing iff the run has no metric of that key. Minimum and maximum of a metric with nothing but NaN are NaN.
    """

    key: str
    statistic: Statistic = Statistic.LATEST


@dataclass(frozen=True, slots=True)
class MetricOrStatistic:
    """What ``metrics.loss.min`` without quotes means, decided for each run by itself.

    For a run that has the metric `key` (``loss.min``) it is ``Metric(key, LATEST)``, for every other run it is
    ``Metric(base, statistic)``, which may be missing.
    """

    key: str
    base: str
    statistic: Statistic


@dataclass(frozen=True, slots=True)
class Param:
    """The text of the param `key`; missing iff the run has no such param."""

    key: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The text of the tag `key` of the run or experiment; missing iff it has no such tag."""

    key: str


MetricField: TypeAlias = Metric | MetricOrStatistic
"""Fields whose values are doubles."""

RunField: TypeAlias = Metric | MetricOrStatistic | Param | Tag | RunAttribute | DatasetField
"""What a filter on runs can look at."""

ExperimentField: TypeAlias = Tag | ExperimentAttribute
"""What a filter on experiments can look at."""

Field_co = TypeVar("Field_co", covariant=True)


class Comparison(StrEnum):
    """How a value is compared with the one in the filter."""

    EQ = "="
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="


@dataclass(frozen=True, slots=True)
class Compare(Generic[Field_co]):
    """Holds iff ``field <comparison> value``.

    `value` is a finite float for metrics, an int within int64 for integer attributes, else a text. Texts take EQ
    and NE only, experiment ids too. Metrics compare as doubles: NaN satisfies NE and nothing else, the infinities
    lie beyond every number, -0.0 equals 0.0.
    """

    field: Field_co
    comparison: Comparison
    value: float | int | str


@dataclass(frozen=True, slots=True)
class OneOf(Generic[Field_co]):
    """Holds iff the value is among `values`; `negated`: iff there is a value and it is not among them.

    `values` is not empty and free of duplicates: texts, or ints for experiment ids. No metrics, no times.
    """

    field: Field_co
    values: tuple[str, ...] | tuple[int, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like(Generic[Field_co]):
    """Holds iff the whole text matches `pattern`; `negated`: iff there is a text and it does not match. Texts only.

    ``%`` stands for any characters, also none and also line breaks, ``_`` for exactly one code point; there is no
    escape. With `fold` (ILIKE) two characters are equal when they have the same Unicode *simple* case folding:
    one code point against one, so ``ß`` is not ``ss``. Beyond ASCII ``k`` equals U+212A and ``s`` equals U+017F.
    """

    field: Field_co
    pattern: str
    fold: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Matches(Generic[Field_co]):
    """Holds iff RE2 finds `pattern` anywhere in the text; `negated`: iff there is a text and it does not. Texts only.

    The syntax is RE2's, UTF-8, case-sensitive unless the pattern says ``(?i)``; ``.`` does not match a line feed
    unless ``(?s)``, ``^`` and ``$`` mean the ends of the text unless ``(?m)``.
    """

    field: Field_co
    pattern: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull(Generic[Field_co]):
    """Holds iff the field is missing; `negated` (IS NOT NULL): iff it has a value. A NaN is a value, "" too."""

    field: Field_co
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And(Generic[Field_co]):
    """Holds iff all operands hold. At least two, none of them an `And`."""

    operands: tuple[Filter[Field_co], ...]


@dataclass(frozen=True, slots=True)
class Or(Generic[Field_co]):
    """Holds iff an operand holds. At least two, none of them an `Or`."""

    operands: tuple[Filter[Field_co], ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[Field_co]):
    """Holds iff the operand does not."""

    operand: Filter[Field_co]


Predicate: TypeAlias = Compare[Field_co] | OneOf[Field_co] | Like[Field_co] | Matches[Field_co] | IsNull[Field_co]
"""The leaves of a filter."""

Filter: TypeAlias = And[Field_co] | Or[Field_co] | Not[Field_co] | Predicate[Field_co]
"""A filter over the given kind of fields."""

RunFilter: TypeAlias = Filter[RunField]
ExperimentFilter: TypeAlias = Filter[ExperimentField]

RunOrderField: TypeAlias = Metric | MetricOrStatistic | Param | Tag | RunAttribute
"""What runs can be ordered by."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """One column of an order of runs; no field stands twice in an order.

    Whatever the direction: values first, then NaN, then missing. -Infinity is the least and Infinity the greatest
    value. Texts sort by code point, STATUS by its name. After the last column, and when there is none:
    start time descending, then run id ascending (rest-facts §7).
    """

    field: RunOrderField
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ExperimentOrder:
    """One column of an order of experiments; no field stands twice in an order.

    Without any column: creation time descending, then experiment id ascending. With columns, ties after the last
    one: experiment id descending (rest-facts §7).
    """

    field: ExperimentAttribute
    descending: bool = False
