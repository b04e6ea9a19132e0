"""Column names to fields: entities, attributes and their other spellings, keys and statistics (rest-facts §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NoReturn, TypeVar

from trackwell_service.domain.limits import MAX_SHOWN_CHARS
from trackwell_service.domain.validation import shown
from trackwell_service.search.ast import (
    DatasetField,
    ExperimentAttribute,
    ExperimentField,
    Metric,
    MetricField,
    MetricOrStatistic,
    Param,
    RunAttribute,
    RunField,
    Statistic,
    Tag,
)
from trackwell_service.search.source import Source
from trackwell_service.search.syntax import Form, Word

_Meaning = TypeVar("_Meaning")

_RUN_ENTITIES: Final = {
    "metric": "metric",
    "metrics": "metric",
    "param": "param",
    "params": "param",
    "parameter": "param",
    "parameters": "param",
    "tag": "tag",
    "tags": "tag",
    "attribute": "attribute",
    "attributes": "attribute",
    "attr": "attribute",
    "run": "attribute",
    "dataset": "dataset",
    "datasets": "dataset",
}
_RUN_ATTRIBUTES: Final = {
    **{attribute.value: attribute for attribute in RunAttribute},
    "run name": RunAttribute.RUN_NAME,
    "Run name": RunAttribute.RUN_NAME,
    "Run Name": RunAttribute.RUN_NAME,
    "created": RunAttribute.START_TIME,
    "Created": RunAttribute.START_TIME,
}
_DATASET_FIELDS: Final = {field.value: field for field in DatasetField}
_STATISTICS: Final = {**{statistic.value: statistic for statistic in Statistic}, "last": Statistic.LATEST}

_EXPERIMENT_ENTITIES: Final = {"attribute": "attribute", "tag": "tag", "tags": "tag"}
_EXPERIMENT_ATTRIBUTES: Final = {attribute.value: attribute for attribute in ExperimentAttribute}

_PARTLY_QUOTED: Final = re.compile(r"(\w+)\.(`[^`]*`|\"[^\"]*\")(?:\.(\w*))?")


def run_field(source: Source, column: Word) -> RunField:
    """The field that a column names in a search for runs. Raises InvalidParameter when it names none."""
    name = _Name.of(source, column)
    if name.entity is None:
        hint = " Metrics, params and tags are written as metrics.NAME, params.NAME and tags.NAME."
        return name.among(_RUN_ATTRIBUTES, "attribute", hint)
    entity = name.entity_among(_RUN_ENTITIES)
    if entity == "metric":
        return _metric(name)
    name.refuse_suffix()
    if entity == "attribute":
        return name.among(_RUN_ATTRIBUTES, "attribute")
    if entity == "dataset":
        return name.among(_DATASET_FIELDS, "dataset field")
    name.refuse_empty_key()
    return Param(name.key) if entity == "param" else Tag(name.key)


def experiment_field(source: Source, column: Word) -> ExperimentField:
    """The field that a column names in a search for experiments. Raises InvalidParameter when it names none."""
    name = _Name.of(source, column)
    if name.entity is None:
        return name.among(_EXPERIMENT_ATTRIBUTES, "attribute", " Tags are written as tags.NAME.")
    entity = name.entity_among(_EXPERIMENT_ENTITIES)
    name.refuse_suffix()
    if entity == "attribute":
        return name.among(_EXPERIMENT_ATTRIBUTES, "attribute")
    name.refuse_empty_key()
    return Tag(name.key)


def _metric(name: _Name) -> MetricField:
    name.refuse_empty_key()
    if name.suffix is not None:
        statistic = _STATISTICS.get(name.suffix)
        if statistic is None:
            name.refuse(f"a metric has no {shown(name.suffix)}. Choose one of {', '.join(_STATISTICS)}.")
        return Metric(name.key, statistic)
    base, _, last = name.key.rpartition(".")
    if base and not name.key_is_quoted and last in _STATISTICS:
        return MetricOrStatistic(name.key, base, _STATISTICS[last])
    return Metric(name.key)


@dataclass(frozen=True, slots=True)
class _Name:
    """A column taken apart: ``entity.key``, ``entity.`key`.suffix`` or an attribute alone, which is the key then."""

    source: Source
    column: Word
    entity: str | None
    key: str
    key_is_quoted: bool
    suffix: str | None = None

    @classmethod
    def of(cls, source: Source, column: Word) -> _Name:
        parts = _PARTLY_QUOTED.fullmatch(column.text)
        if parts is not None:
            return cls(source, column, parts[1], parts[2][1:-1], True, parts[3])
        if column.form is Form.BARE and "." in column.text:
            entity, _, key = column.text.partition(".")
            return cls(source, column, entity, key, False)
        return cls(source, column, None, column.content, column.form is not Form.BARE)

    def refuse(self, problem: str) -> NoReturn:
        self.source.refuse(problem, self.column.start, self.column.end)

    def refuse_suffix(self) -> None:
        if self.suffix is not None:
            self.refuse("only metrics have statistics. Write the whole key in backticks if the rest is part of it.")

    def refuse_empty_key(self) -> None:
        if not self.key:
            self.refuse(f"a key is missing after '{self.entity}.'.")

    def entity_among(self, entities: Mapping[str, str]) -> str:
        meaning = entities.get(self.entity or "")
        if meaning is None:
            self.refuse(f"unknown entity {shown(self.entity or '')}.{_advice(self.entity or '', entities)}")
        return meaning

    def among(self, meanings: Mapping[str, _Meaning], kind: str, hint: str = "") -> _Meaning:
        meaning = meanings.get(self.key)
        if meaning is None:
            self.refuse(f"unknown {kind} {shown(self.key)}.{_advice(self.key, meanings)}{hint}")
        return meaning


def _advice(word: str, allowed: Mapping[str, object]) -> str:
    close = get_close_matches(word[:MAX_SHOWN_CHARS], allowed, n=1)
    meant = f" Did you mean {shown(close[0])}?" if close else ""
    return f"{meant} Allowed are {', '.join(allowed)}."
