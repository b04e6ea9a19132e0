"""What filters mean: a table for each kind of field, written down as text and evaluated on small runs."""

from __future__ import annotations

import pytest

from support.search_values import INFINITY, NAN, dataset, experiment, metric, run
from trackwell_service.domain.entities import Experiment, MetricSummary, Run, RunStatus
from trackwell_service.search import (
    matches_experiment,
    matches_run,
    parse_experiment_filter,
    parse_run_filter,
    run_predicate,
)


def holds(text: str, subject: Run) -> bool:
    return matches_run(parse_run_filter(text), subject)


LARGEST = 1.7976931348623157e308

METRICS: dict[str, MetricSummary | float] = {
    "zero": 0.0,
    "negative_zero": -0.0,
    "half": 0.5,
    "nan": NAN,
    "inf": INFINITY,
    "neg_inf": -INFINITY,
    "loss": metric(0.3, 0.1, 0.9),
    "mixed": metric(NAN, 1.0, 2.0),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("metrics.half = 0.5", True),
        ("metrics.half = .50", True),
        ("metrics.half != 0.5", False),
        ("metrics.half != 0.6", True),
        ("metrics.half > 0.5", False),
        ("metrics.half >= 0.5", True),
        ("metrics.half < 0.6", True),
        ("metrics.half <= 0.4", False),
        ("metrics.zero = -0", True),
        ("metrics.negative_zero = 0", True),
        ("metrics.negative_zero < 0", False),
        # a missing metric never matches, also not !=; NOT inverts
        ("metrics.none = 1", False),
        ("metrics.none != 1", False),
        ("metrics.none < 1", False),
        ("NOT metrics.none = 1", True),
        ("metrics.none IS NULL", True),
        ("metrics.none IS NOT NULL", False),
        ("metrics.HALF = 0.5", False),
        # NaN matches only !=
        ("metrics.nan = 0", False),
        ("metrics.nan != 0", True),
        ("metrics.nan > 0", False),
        ("metrics.nan >= 0", False),
        ("metrics.nan < 0", False),
        ("metrics.nan <= 0", False),
        ("metrics.nan IS NOT NULL", True),
        ("NOT metrics.nan = 0", True),
        # the infinities lie beyond every number
        (f"metrics.inf > {LARGEST}", True),
        (f"metrics.inf = {LARGEST}", False),
        (f"metrics.neg_inf < -{LARGEST}", True),
        ("metrics.neg_inf < 0 AND metrics.inf > 0", True),
        # statistics
        ("metrics.loss = 0.3", True),
        ("metrics.`loss`.latest = 0.3", True),
        ("metrics.`loss`.last = 0.3", True),
        ("metrics.`loss`.min = 0.1", True),
        ("metrics.loss.min = 0.1", True),
        ("metrics.loss.max >= 0.9", True),
        ("metrics.loss.max > 0.9", False),
        ("metrics.`none`.min < 1", False),
        ("metrics.none.min IS NULL", True),
        ("metrics.`mixed`.max = 2", True),
        ("metrics.mixed < 5", False),
        ("metrics.`nan`.min != 0", True),
        ("metrics.`nan`.min < 5", False),
        ("metrics.`nan`.max IS NULL", False),
    ],
)
def test_metrics(text: str, expected: bool) -> None:
    assert holds(text, run(metrics=METRICS)) is expected


@pytest.mark.parametrize(
    ("text", "with_the_key", "without"),
    [
        ("metrics.loss.min = 7", True, False),
        ("metrics.loss.min = 0.1", False, True),
        ("metrics.`loss.min` = 7", True, False),
        ("metrics.`loss.min` = 0.1", False, False),
        ("metrics.`loss`.min = 0.1", True, True),
        ("metrics.`loss`.min = 7", False, False),
        ("metrics.`loss.min`.max = 7", True, False),
        ("metrics.loss.min IS NULL", False, False),
        ("metrics.`loss.min` IS NULL", False, True),
    ],
)
def test_a_key_that_looks_like_a_statistic(text: str, with_the_key: bool, without: bool) -> None:
    loss = {"loss": metric(0.3, 0.1, 0.9)}
    assert holds(text, run(metrics={**loss, "loss.min": 7.0})) is with_the_key
    assert holds(text, run(metrics=loss)) is without


TEXTS = {
    "p": "0.1",
    "empty": "",
    "upper": "ABC",
    "wild": "50%_off",
    "lines": "first\nsecond",
    "e": "é",
    "decomposed": "e\u0301",
    "smile": "\U0001f600",
    "sharp": "Straße",
    "kelvin": "\u212a",
    "long_s": "\u017f",
    "dotted": "\u0130",
    "trail": "x ",
    "regex": "a.c",
}


@pytest.mark.parametrize("entity", ["params", "tags"])
@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("p = '0.1'", True),
        ("p = '0.10'", False),
        ("p != '0.10'", True),
        ("p != '0.1'", False),
        ("P = '0.1'", False),
        ("none = 'x'", False),
        ("none != 'x'", False),
        ("none LIKE '%'", False),
        ("none NOT LIKE 'x'", False),
        ("none IN ('x')", False),
        ("none NOT IN ('x')", False),
        ("none RLIKE ''", False),
        ("none NOT RLIKE 'x'", False),
        ("none IS NULL", True),
        ("empty IS NULL", False),
        ("empty = ''", True),
        ("empty LIKE ''", True),
        ("empty LIKE '%'", True),
        ("empty LIKE '_'", False),
        ("empty != 'x'", True),
        ("upper = 'abc'", False),
        ("upper LIKE 'abc'", False),
        ("upper LIKE 'ABC'", True),
        ("upper LIKE 'AB'", False),
        ("upper LIKE 'A%'", True),
        ("upper LIKE '%C'", True),
        ("upper LIKE '%B%'", True),
        ("upper LIKE '%D%'", False),
        ("upper LIKE 'A_C'", True),
        ("upper LIKE '___'", True),
        ("upper LIKE '____'", False),
        ("upper LIKE '_%_%_'", True),
        ("upper LIKE '_%_%_%_'", False),
        ("upper LIKE '%_%'", True),
        ("upper LIKE 'b%'", False),
        ("upper NOT LIKE 'b%'", True),
        ("upper ILIKE 'abc'", True),
        ("upper ILIKE '%b%'", True),
        ("upper NOT ILIKE 'abc'", False),
        ("upper IN ('x', 'ABC')", True),
        ("upper IN ('abc')", False),
        ("upper NOT IN ('abc')", True),
        ("upper NOT IN ('ABC', 'x')", False),
        # wildcards in the text, and characters which mean something to regular expressions in the pattern
        ("wild LIKE '50%_off'", True),
        ("wild = '50%_off'", True),
        ("p LIKE '0_1'", True),
        ("upper LIKE 'A.C'", False),
        ("upper LIKE '.*'", False),
        ("regex LIKE 'a.c'", True),
        ("regex LIKE '[a].c'", False),
        ("regex LIKE 'a.(c)?'", False),
        ("regex LIKE 'a\\.c'", False),
        ("lines LIKE 'first%second'", True),
        ("lines LIKE 'first_second'", True),
        ("lines LIKE 'first'", False),
        ("lines LIKE 'first%'", True),
        # code points, not bytes, and not normal forms
        ("e LIKE '_'", True),
        ("e = 'e\u0301'", False),
        ("decomposed LIKE '__'", True),
        ("decomposed LIKE '_'", False),
        ("smile LIKE '_'", True),
        ("smile = '\U0001f600'", True),
        ("trail = 'x'", False),
        ("trail LIKE 'x'", False),
        # simple case folding: one code point against one
        ("e ILIKE 'É'", True),
        ("e LIKE 'É'", False),
        ("sharp ILIKE 'STRASSE'", False),
        ("sharp ILIKE 'STRA\u1e9eE'", True),
        ("kelvin ILIKE 'k'", True),
        ("kelvin LIKE 'k'", False),
        ("long_s ILIKE 'S'", True),
        ("dotted ILIKE 'i'", False),
        ("dotted ILIKE 'i\u0307'", False),
        # regular expressions are found anywhere
        ("upper RLIKE 'B'", True),
        ("upper RLIKE '^B'", False),
        ("upper RLIKE '^A.C$'", True),
        ("upper RLIKE 'b'", False),
        ("upper RLIKE '(?i)b'", True),
        ("upper NOT RLIKE 'b'", True),
        ("upper RLIKE ''", True),
        ("lines RLIKE 'first.second'", False),
        ("lines RLIKE '(?s)first.second'", True),
        ("lines RLIKE 'first$'", False),
        ("lines RLIKE '(?m)first$'", True),
        ("e RLIKE '^.$'", True),
        ("e RLIKE '\\pL'", True),
    ],
)
def test_texts(entity: str, condition: str, expected: bool) -> None:
    assert holds(f"{entity}.{condition}", run(params=TEXTS, tags=TEXTS)) is expected


def test_params_tags_and_metrics_are_apart() -> None:
    one_of_each = run(params={"k": "p"}, tags={"k": "t"}, metrics={"k": 1.0})
    assert holds("params.k = 'p' AND tags.k = 't' AND metrics.k = 1", one_of_each)
    assert not holds("params.k = 't' OR tags.k = 'p'", one_of_each)
    assert not holds("params.k IS NOT NULL", run(tags={"k": "t"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run_id = 'r1'", True),
        ("run_id != 'r1'", False),
        ("run_id IN ('r0', 'r1')", True),
        ("run_id NOT IN ('r0', 'r1')", False),
        ("run_id LIKE 'R1'", False),
        ("run_name = 'quiet-owl-1'", True),
        ("`run name` LIKE 'quiet-%'", True),
        ("status = 'RUNNING'", True),
        ("status = 'running'", False),
        ("status ILIKE 'running'", True),
        ("status = '1'", False),
        ("status != 'FINISHED'", True),
        ("status IN ('RUNNING', 'SCHEDULED')", True),
        ("artifact_uri LIKE 'file:///%'", True),
        ("user_id = 'ada'", True),
        ("user_id = 'Ada'", False),
        ("start_time = 1000", True),
        ("created > 999", True),
        ("start_time < 1000", False),
        ("start_time IS NULL", False),
        # this run has not ended
        ("end_time = 0", False),
        ("end_time != 0", False),
        ("end_time < 5000", False),
        ("end_time IS NULL", True),
        ("NOT end_time > 0", True),
    ],
)
def test_attributes(text: str, expected: bool) -> None:
    assert holds(text, run(status=RunStatus.RUNNING, end_time_ms=None)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dataset.name = 'digits'", True),
        ("dataset.name = 'iris'", True),
        ("dataset.name = 'Iris'", False),
        # any of the run's datasets may satisfy it: also one that differs
        ("dataset.name != 'digits'", True),
        ("dataset.name NOT IN ('digits', 'iris')", False),
        ("NOT dataset.name = 'digits'", False),
        ("dataset.digest LIKE 'd_'", True),
        ("dataset.context = 'training'", True),
        ("dataset.context != 'training'", False),
        ("dataset.context ILIKE 'TRAIN%'", True),
        ("dataset.context IS NOT NULL", True),
        # two comparisons may be satisfied by two datasets
        ("dataset.name = 'iris' AND dataset.context = 'training'", True),
    ],
)
def test_datasets(text: str, expected: bool) -> None:
    both = run(datasets=(dataset("digits", "d1", "training"), dataset("iris", "d2")))
    assert holds(text, both) is expected


@pytest.mark.parametrize("field", ["name", "digest", "context"])
def test_a_run_without_datasets(field: str) -> None:
    assert not holds(f"dataset.{field} = 'x'", run())
    assert not holds(f"dataset.{field} != 'x'", run())
    assert holds(f"dataset.{field} IS NULL", run())


def test_a_dataset_without_context_gives_no_context() -> None:
    assert holds("dataset.context IS NULL", run(datasets=(dataset(),)))
    assert not holds("dataset.context != 'x'", run(datasets=(dataset(),)))


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False])
@pytest.mark.parametrize("c", [True, False])
def test_and_or_not(a: bool, b: bool, c: bool) -> None:
    subject = run(params={"a": str(a), "b": str(b), "c": str(c)})
    is_a, is_b, is_c = ("params.a = 'True'", "params.b = 'True'", "params.c = 'True'")
    assert holds(f"{is_a} OR {is_b} AND {is_c}", subject) is (a or (b and c))
    assert holds(f"({is_a} OR {is_b}) AND {is_c}", subject) is ((a or b) and c)
    assert holds(f"NOT {is_a} AND {is_b}", subject) is ((not a) and b)
    assert holds(f"NOT ({is_a} AND {is_b})", subject) is (not (a and b))
    assert holds(f"NOT NOT {is_a} OR NOT {is_c}", subject) is (a or not c)


def test_no_filter_matches_everything() -> None:
    assert matches_run(None, run())
    assert matches_experiment(None, experiment())


def test_one_predicate_for_many_runs() -> None:
    predicate = run_predicate(parse_run_filter("metrics.m > 1 AND params.p LIKE 'x%'"))
    subjects = [run(metrics={"m": float(number)}, params={"p": "xy"}) for number in range(4)]
    assert [predicate(subject) for subject in subjects] == [False, False, True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 'Fraud'", True),
        ("name = 'fraud'", False),
        ("name LIKE 'F%'", True),
        ("name LIKE 'f%'", False),
        ("name ILIKE 'f%'", True),
        ("name != 'x'", True),
        ("creation_time >= 1000", True),
        ("creation_time > 1000", False),
        ("last_update_time = 2000", True),
        ("experiment_id = '12'", True),
        ("experiment_id = '012'", True),
        ("experiment_id != '12'", False),
        ("experiment_id IN ('1', '12')", True),
        ("experiment_id NOT IN ('1', '2')", True),
        ("tags.team = 'risk'", True),
        ("tags.team != 'x'", True),
        ("tags.none != 'x'", False),
        ("tags.none IS NULL", True),
        ("tags.team ILIKE 'RISK'", True),
        ("name IS NULL", False),
        ("name = 'x' OR tags.team = 'risk'", True),
        ("NOT tags.none = 'x'", True),
    ],
)
def test_experiments(text: str, expected: bool) -> None:
    fraud: Experiment = experiment(12, name="Fraud", tags={"team": "risk"})
    assert matches_experiment(parse_experiment_filter(text), fraud) is expected
