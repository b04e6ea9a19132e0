"""rest-facts §7, runs/search: what each filter finds, what each order_by sorts, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from support.doors.base import Api

Search = Callable[..., list[str]]
"""Searches the corpus and returns the names of the runs that were found, in order."""


@dataclass(frozen=True)
class Sample:
    """One run of the corpus; its name is its key in CORPUS."""

    start: int
    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    end: int | None = None
    status: str = "RUNNING"
    user: str = ""
    dataset: tuple[str, str, str | None] | None = None
    deleted: bool = False


CORPUS = {
    "alpha": Sample(
        start=100,
        end=900,
        status="FINISHED",
        user="ada",
        metrics={"loss": 0.1, "a b": 1.0, "v.min": 5.0},
        params={"lr": "0.1", "opt": "Adam", "a b": "x", "a/b": "y"},
        tags={"team": "Vision", "mlflow.source.name": "train.py", "k.with.dots": "1"},
        dataset=("digits", "d1", "training"),
    ),
    "Beta": Sample(
        start=200,
        end=300,
        status="FAILED",
        user="bob",
        metrics={"loss": 0.5},
        params={"lr": "0.10", "opt": "adam"},
        tags={"team": "vision"},
        dataset=("digits", "d2", None),
    ),
    "gamma": Sample(start=200, metrics={"loss": math.nan}, params={"opt": "sgd"}, tags={"team": "it's"}),
    "delta": Sample(start=300, metrics={"loss": -math.inf}, params={"lr": "1"}, tags={"team": ""}, status="KILLED"),
    "epsilon": Sample(
        start=50, metrics={"loss": math.inf, "acc": 1.0}, params={}, tags={"pct": "100%", "under": "a_b"}
    ),
    "zeta": Sample(start=400, metrics={}, params={}, tags={}),
    "gone": Sample(start=500, metrics={"loss": 0.2}, params={"lr": "0.1"}, tags={"team": "Vision"}, deleted=True),
}
"""Runs of which each stands for a case: both cases of letters, NaN, infinities, equal start times, missing values."""


def create(api: Api, experiment_id: str, name: str, sample: Sample) -> str:
    """Logs one run of the corpus and returns its id."""
    run_id: str = api(
        "CreateRun", experiment_id=experiment_id, run_name=name, start_time=sample.start, user_id=sample.user
    ).run.info.run_id
    api(
        "LogBatch",
        run_id=run_id,
        metrics=[{"key": key, "value": value, "timestamp": 1} for key, value in sample.metrics.items()],
        params=[{"key": key, "value": value} for key, value in sample.params.items()],
        tags=[{"key": key, "value": value} for key, value in sample.tags.items()],
    )
    if sample.dataset is not None:
        dataset_name, digest, context = sample.dataset
        tags = [] if context is None else [{"key": "mlflow.data.context", "value": context}]
        dataset = {"name": dataset_name, "digest": digest, "source_type": "local", "source": "/d"}
        api("LogInputs", run_id=run_id, datasets=[{"dataset": dataset, "tags": tags}])
    api("UpdateRun", run_id=run_id, status=sample.status, end_time=sample.end)
    if sample.deleted:
        api("DeleteRun", run_id=run_id)
    return run_id


@pytest.fixture
def ids(api: Api, experiment_id: str) -> dict[str, str]:
    """Ids of the corpus' runs by name."""
    return {name: create(api, experiment_id, name, sample) for name, sample in CORPUS.items()}


@pytest.fixture
def search(api: Api, experiment_id: str, ids: dict[str, str]) -> Search:
    """Searches the corpus."""
    names = {run_id: name for name, run_id in ids.items()}

    def found(filter_text: str | None = None, **fields: Any) -> list[str]:
        page = api("SearchRuns", experiment_ids=[experiment_id], filter=filter_text, **fields)
        assert not page.HasField("next_page_token")
        for run in page.runs:
            assert run.info.run_name == names[run.info.run_id]
        return [run.info.run_name for run in page.runs]

    return found


DEFAULT_ORDER = ["zeta", "delta", "Beta", "gamma", "alpha", "epsilon"]
"""Newest first; Beta and gamma started together and Beta was created first, so its id is the lower one."""

FOUND: list[tuple[str, set[str]]] = [
    # metrics: = != > >= < <=, unquoted numbers; NaN matches only !=; a run without the metric never
    ("metrics.loss = 0.1", {"alpha"}),
    ("metric.loss = 1e-1", {"alpha"}),
    ("metrics.loss = .1", {"alpha"}),
    ("metrics.loss != 0.1", {"Beta", "gamma", "delta", "epsilon"}),
    ("metrics.loss > 0.1", {"Beta", "epsilon"}),
    ("metrics.loss >= 0.1", {"alpha", "Beta", "epsilon"}),
    ("metrics.loss < 0.5", {"alpha", "delta"}),
    ("metrics.loss <= 0.5", {"alpha", "Beta", "delta"}),
    ("metrics.loss > -3", {"alpha", "Beta", "epsilon"}),
    ("metrics.loss < -5e300", {"delta"}),
    ("metrics.loss <= 0", {"delta"}),
    ("metrics.loss != 0", {"alpha", "Beta", "gamma", "delta", "epsilon"}),
    ("metrics.loss = 0", set()),
    ("metrics.nothing != 1", set()),
    ("metrics.`a b` = 1", {"alpha"}),
    ('metrics."a b" = 1.0', {"alpha"}),
    ("metrics.Loss = 0.1", set()),
    ("metrics.acc = 1 and metrics.loss > 100", {"epsilon"}),
    # params: = != LIKE ILIKE IS [NOT] NULL, quoted; compared as text
    ("params.lr = '0.1'", {"alpha"}),
    ("param.lr = '0.10'", {"Beta"}),
    ('parameter.lr = "0.1"', {"alpha"}),
    ("parameters.lr != '0.1'", {"Beta", "delta"}),
    ("params.opt = 'adam'", {"Beta"}),
    ("params.opt LIKE 'adam'", {"Beta"}),
    ("params.opt LIKE 'A%'", {"alpha"}),
    ("params.opt like '%a%'", {"alpha", "Beta"}),
    ("params.opt Like 'adam'", {"Beta"}),
    ("params.opt ILIKE 'ADAM'", {"alpha", "Beta"}),
    ("params.opt ilike 'a%M'", {"alpha", "Beta"}),
    ("params.opt LIKE '_dam'", {"alpha", "Beta"}),
    ("params.opt LIKE '_'", set()),
    ("params.opt LIKE '%'", {"alpha", "Beta", "gamma"}),
    ("params.`a b` = 'x'", {"alpha"}),
    ('params."a b" = "x"', {"alpha"}),
    ("params.a/b = 'y'", {"alpha"}),
    ("params.lr IS NULL", {"gamma", "epsilon", "zeta"}),
    ("params.lr IS NOT NULL", {"alpha", "Beta", "delta"}),
    ("params.lr is not null and params.opt is null", {"delta"}),
    # tags: as params
    ("tags.team = 'Vision'", {"alpha"}),
    ("tag.team ILIKE 'vision'", {"alpha", "Beta"}),
    ("tags.team != 'Vision'", {"Beta", "gamma", "delta"}),
    ('tags.team = "it\'s"', {"gamma"}),
    ("tags.team = ''", {"delta"}),
    ("tags.team LIKE ''", {"delta"}),
    ("tags.team IS NULL", {"epsilon", "zeta"}),
    ("tags.mlflow.source.name = 'train.py'", {"alpha"}),
    ("tags.k.with.dots = '1'", {"alpha"}),
    ("tags.pct LIKE '100%'", {"epsilon"}),
    ("tags.under LIKE 'a_b'", {"epsilon"}),
    ("tags.mlflow.runName = 'alpha'", {"alpha"}),
    # attributes, by any of their prefixes or none
    ("attributes.status = 'FINISHED'", {"alpha"}),
    ("attribute.status != 'RUNNING'", {"alpha", "Beta", "delta"}),
    ("attr.status LIKE 'F%'", {"alpha", "Beta"}),
    ("run.status ILIKE 'finished'", {"alpha"}),
    ("status = 'finished'", set()),
    ("status LIKE 'f%'", set()),
    ("user_id != 'ada'", {"Beta", "gamma", "delta", "epsilon", "zeta"}),
    ("user_id ILIKE 'ADA'", {"alpha"}),
    ("user_id LIKE 'ADA'", set()),
    ("run_name != 'Beta'", {"alpha", "gamma", "delta", "epsilon", "zeta"}),
    ("run_name LIKE 'beta'", set()),
    ("run_id LIKE '%'", {"alpha", "Beta", "gamma", "delta", "epsilon", "zeta"}),
    ("run_id ILIKE '%x%'", set()),
    ("user_id = 'ada'", {"alpha"}),
    ("attributes.user_id LIKE '%b%'", {"Beta"}),
    ("run_name = 'Beta'", {"Beta"}),
    ("`run name` = 'Beta'", {"Beta"}),
    ("attributes.`Run name` ILIKE 'BETA'", {"Beta"}),
    ("attributes.`Run Name` = 'Beta'", {"Beta"}),
    ("run_name ILIKE '%eta'", {"Beta", "zeta"}),
    ("start_time = 200", {"Beta", "gamma"}),
    ("start_time >= 300", {"delta", "zeta"}),
    ("attributes.start_time < 100", {"epsilon"}),
    ("run.start_time <= 100", {"alpha", "epsilon"}),
    ("start_time != 200", {"alpha", "delta", "epsilon", "zeta"}),
    ("created > 399", {"zeta"}),
    ("attributes.Created != 200", {"alpha", "delta", "epsilon", "zeta"}),
    ("end_time > 0", {"alpha", "Beta"}),
    ("end_time != 300", {"alpha"}),
    ("end_time = 300", {"Beta"}),
    ("end_time >= 300", {"alpha", "Beta"}),
    ("end_time < 900", {"Beta"}),
    ("end_time <= 900", {"alpha", "Beta"}),
    ("artifact_uri LIKE '%/artifacts'", {"alpha", "Beta", "gamma", "delta", "epsilon", "zeta"}),
    ("artifact_uri ILIKE '%/ARTIFACTS'", {"alpha", "Beta", "gamma", "delta", "epsilon", "zeta"}),
    ("artifact_uri LIKE '%/ARTIFACTS'", set()),
    ("artifact_uri != 'nowhere'", {"alpha", "Beta", "gamma", "delta", "epsilon", "zeta"}),
    ("artifact_uri = 'nowhere'", set()),
    # datasets
    ("datasets.name = 'digits'", {"alpha", "Beta"}),
    ("dataset.digest = 'd2'", {"Beta"}),
    ("datasets.digest IN ('d1', 'd3')", {"alpha"}),
    ("datasets.context = 'training'", {"alpha"}),
    ("datasets.context LIKE 'train%'", {"alpha"}),
    ("datasets.name LIKE 'DIG%'", set()),
    ("datasets.name ILIKE 'DIG%'", {"alpha", "Beta"}),
    ("dataset.name in ('digits')", {"alpha", "Beta"}),
    ("dataset.digest != 'd1'", {"Beta"}),
    ("datasets.context IN ('training', 'x')", {"alpha"}),
    ("datasets.context NOT IN ('x')", {"alpha"}),
    ("datasets.context != 'x'", {"alpha"}),
    ("dataset.name != 'digits'", set()),
    ("dataset.digest NOT IN ('d1')", {"Beta"}),
    # AND, in any case, and space of any kind
    ("params.opt = 'Adam' AND metrics.loss < 1 and status = 'FINISHED'", {"alpha"}),
    ("params.opt = 'Adam' aNd params.opt = 'adam'", set()),
    ("  params.opt='Adam'\n\tAND\tmetrics.loss<1  ", {"alpha"}),
    ("", {"alpha", "Beta", "gamma", "delta", "epsilon", "zeta"}),
]


@pytest.mark.parametrize(("filter_text", "expected"), FOUND, ids=[text or "empty" for text, _ in FOUND])
def test_a_filter_finds(search: Search, filter_text: str, expected: set[str]) -> None:
    """§7: each operator, spelling and value; the default order holds under every filter."""
    assert search(filter_text) == [name for name in DEFAULT_ORDER if name in expected]


def test_run_id_filters(search: Search, ids: dict[str, str]) -> None:
    """§7: run_id also IN, NOT IN."""
    alpha, beta = ids["alpha"], ids["Beta"]
    assert search(f"run_id = '{alpha}'") == ["alpha"]
    assert search(f"attributes.run_id IN ('{alpha}', '{beta}', 'unknown')") == ["Beta", "alpha"]
    assert search(f"run_id in ('{alpha}')") == ["alpha"]
    assert search(f"run_id LIKE '%{alpha[1:]}'") == ["alpha"]
    others = [name for name in DEFAULT_ORDER if name not in ("alpha", "Beta")]
    assert search(f"run_id NOT IN ('{alpha}','{beta}')") == others
    assert search(f"run_id not in ('{alpha}','{beta}')") == others
    assert search(f"run_id != '{alpha}' AND run_id != '{beta}'") == others


def test_keys_of_filters_are_compared_exactly(api: Api, search: Search, ids: dict[str, str]) -> None:
    """§7: textual comparison, without padding or folding, for keys and values."""
    api("SetTag", run_id=ids["zeta"], key="team ", value="Vision ")
    assert search("tags.`team ` = 'Vision '") == ["zeta"]
    assert search("tags.`team ` = 'Vision'") == []
    assert search("tags.team = 'Vision '") == []


def test_like_folds_beyond_ascii_only_when_asked(api: Api, search: Search, ids: dict[str, str]) -> None:
    """§7: LIKE is case-sensitive, ILIKE insensitive - for every alphabet."""
    api("SetTag", run_id=ids["zeta"], key="city", value="Ärö ☃\nЖ")
    assert search("tags.city ILIKE 'äRÖ%ж'") == ["zeta"]
    assert search("tags.city LIKE 'äRÖ%ж'") == []
    assert search("tags.city LIKE 'Ä_ö _%Ж'") == ["zeta"]


def test_latest_values_are_what_filters_see(api: Api, search: Search, ids: dict[str, str]) -> None:
    """§6: the latest value, not the last logged, is what filters and order_by see."""
    api("LogMetric", run_id=ids["zeta"], key="late", value=5.0, timestamp=1, step=10)
    api("LogMetric", run_id=ids["zeta"], key="late", value=9.0, timestamp=9, step=2)
    assert search("metrics.late = 5") == ["zeta"]
    assert search("metrics.late = 9") == []


# -- what is refused

REFUSED = [
    # values of the wrong kind
    "params.lr = 0.1",
    "tags.team = Vision",
    "metrics.loss > '1'",
    "metrics.loss = one",
    "metrics.loss = 1.2.3",
    "start_time = '200'",
    "start_time > 1.5",
    "status = FINISHED",
    "status = 3",
    "metrics.loss = 1e999",
    # operators of the wrong kind
    "metrics.loss LIKE '1%'",
    "metrics.loss IN (1)",
    "params.lr > '0.1'",
    "tags.team <= 'x'",
    "status > 'F'",
    "start_time LIKE '2%'",
    "start_time IN (200)",
    "params.lr == '1'",
    "params.lr <> '1'",
    "params.lr ~ '1'",
    # things that there are not
    "experiment_id = '0'",
    "attributes.experiment_id = '0'",
    "lifecycle_stage = 'active'",
    "attributes.nothing = 'x'",
    "nothing.key = 'x'",
    "model.loss = 1",
    "dataset.source = 'x'",
    "datasets.colour = 'x'",
    "metrics = 1",
    "params. = 'x'",
    ".lr = 'x'",
    "attributes.metrics.loss = 1",
    # IN lists
    "run_id IN ()",
    "run_id IN ('a',,'b')",
    "run_id IN (a)",
    "run_id IN (1)",
    "run_id IN 'a'",
    "run_id IN ('a'",
    # shape
    "1 < metrics.loss",
    "'FINISHED' = status",
    "params.a = params.b",
    "metrics.loss",
    "metrics.loss >",
    "> 1",
    "metrics.loss > 1;",
    "metrics.loss > 1; DROP TABLE runs",
    "metrics.loss > 1 -- comment",
    "metrics.loss BETWEEN 1 AND 2",
    "metrics.loss > 1 + 1",
    "metrics.loss > 1, metrics.loss < 2",
    "(metrics.loss > 1",
    "metrics.loss > 1)",
    "params.a = 'x",
    "params.a = \"x'",
    "params.`a = 'x'",
    "params.a b = 'x'",
    "AND metrics.loss > 1",
    "metrics.loss > 1 AND",
    "metrics.loss > 1 AND AND metrics.loss < 2",
    "\u2603",
    "tags.\u2603 = 'x'",
    "=",
    "'",
    "`",
    "()",
]


COLUMNS: list[tuple[list[str], list[str], list[str]]] = [
    # (columns, operators of another kind, values of another kind)
    (["metrics.m", "metric.m"], ["LIKE 'x'", "ILIKE 'x'", "IN (1)", "NOT IN (1)"], ["'1'", "x", "NaN", "null", "0x1"]),
    (
        ["params.p", "param.p", "parameter.p", "parameters.p", "tags.t", "tag.t"],
        ["> 'x'", ">= 'x'", "< 'x'", "<= 'x'"],
        ["1", "x", "null", "`x`", "('x')"],
    ),
    (
        ["run_id", "run_name", "attributes.`Run Name`", "status", "artifact_uri", "user_id", "attr.user_id"],
        ["> 'x'", ">= 'x'", "< 'x'", "<= 'x'"],
        ["1", "x", "null"],
    ),
    (
        ["start_time", "attribute.start_time", "created", "run.Created", "end_time"],
        ["LIKE '1'", "ILIKE '1'", "IN (1)", "NOT IN ('1')"],
        ["'1'", "1.5", "1.0", "1e3", "x", "9223372036854775808"],
    ),
    (
        ["datasets.name", "dataset.digest", "dataset.context"],
        ["> 'x'", ">= 'x'", "< 'x'", "<= 'x'"],
        ["1", "x", "null"],
    ),
]


@pytest.mark.parametrize(("columns", "operators", "values"), COLUMNS, ids=[case[0][0] for case in COLUMNS])
def test_each_column_refuses_what_others_take(
    api: Api, columns: list[str], operators: list[str], values: list[str]
) -> None:
    """§7: the table of entities, by each of its spellings: operators and values are its own."""
    for column in columns:
        for rest in [*operators, *(f"= {value}" for value in values), *(f"!= {value}" for value in values)]:
            assert "column" in api.invalid("SearchRuns", filter=f"{column} {rest}")


def test_names_of_entities_and_attributes_are_spelled_one_way(api: Api) -> None:
    """§7: the spellings of the table and no others."""
    for column, value in (
        ("Metrics.m", "1"),
        ("METRICS.m", "1"),
        ("metricss.m", "1"),
        ("Params.p", "'x'"),
        ("TAGS.t", "'x'"),
        ("Attributes.status", "'x'"),
        ("runs.status", "'x'"),
        ("Datasets.name", "'x'"),
        ("Status", "'x'"),
        ("START_TIME", "1"),
        ("`params.lr`", "'x'"),
        ("params.a-b", "'x'"),
        ("params.a:b", "'x'"),
    ):
        api.invalid("SearchRuns", filter=f"{column} = {value}")


@pytest.mark.parametrize("filter_text", ["tags.t = 'it''s'", "tags.t = 'it\\'s'", 'tags.t = "a\\"b"'])
def test_quotes_have_no_escape(api: Api, filter_text: str) -> None:
    """§7: no escape: to hold a `'` use double quotes."""
    api.invalid("SearchRuns", filter=filter_text)


@pytest.mark.parametrize("filter_text", REFUSED, ids=ascii)
def test_a_filter_is_refused(api: Api, experiment_id: str, filter_text: str) -> None:
    """§7: everything else is 400, whether or not there is a run to look at."""
    api.invalid("SearchRuns", experiment_ids=[experiment_id], filter=filter_text)
    api.invalid("SearchRuns", filter=filter_text)


# -- beyond the documented grammar (DESIGN §4)

EXTENDED: list[tuple[str, set[str]]] = [
    ("params.opt = 'sgd' OR tags.pct = '100%'", {"gamma", "epsilon"}),
    ("params.opt = 'sgd' OR params.opt = 'adam' AND metrics.loss < 0", {"gamma"}),
    ("(params.opt = 'sgd' OR params.opt = 'adam') AND metrics.loss < 1", {"Beta"}),
    ("NOT params.opt = 'sgd'", {"alpha", "Beta", "delta", "epsilon", "zeta"}),
    ("NOT (params.opt = 'sgd' OR tags.team IS NULL)", {"alpha", "Beta", "delta"}),
    ("params.opt IN ('adam', 'sgd')", {"Beta", "gamma"}),
    ("params.opt NOT IN ('adam', 'sgd')", {"alpha"}),
    ("params.opt RLIKE '^[Aa]dam$'", {"alpha", "Beta"}),
    ("metrics.loss IS NULL", {"zeta"}),
    ("metrics.loss.min < 0.5", {"alpha", "delta"}),
    ("metrics.v.min = 5", {"alpha"}),
    ("end_time IS NULL", {"gamma", "delta", "epsilon", "zeta"}),
    ("params.opt NOT LIKE '%dam'", {"gamma"}),
]


@pytest.mark.parametrize(("filter_text", "expected"), EXTENDED, ids=[text for text, _ in EXTENDED])
def test_an_extended_filter_finds(search: Search, filter_text: str, expected: set[str]) -> None:
    """DESIGN §4: OR, NOT, parentheses, IN, IS NULL, regex, metric summaries."""
    assert search(filter_text) == [name for name in DEFAULT_ORDER if name in expected]


# -- order_by

ORDERED: list[tuple[list[str], list[str]]] = [
    ([], DEFAULT_ORDER),
    # values first, then NaN, then missing, in both directions
    (["metrics.loss"], ["delta", "alpha", "Beta", "epsilon", "gamma", "zeta"]),
    (["metrics.loss ASC"], ["delta", "alpha", "Beta", "epsilon", "gamma", "zeta"]),
    (["metrics.loss DESC"], ["epsilon", "Beta", "alpha", "delta", "gamma", "zeta"]),
    (["metric.loss desc"], ["epsilon", "Beta", "alpha", "delta", "gamma", "zeta"]),
    # texts by code point; missing last; ties newest first
    (["params.opt"], ["alpha", "Beta", "gamma", "zeta", "delta", "epsilon"]),
    (["params.opt DESC"], ["gamma", "Beta", "alpha", "zeta", "delta", "epsilon"]),
    (["params.lr"], ["alpha", "Beta", "delta", "zeta", "gamma", "epsilon"]),
    (["tags.team"], ["delta", "alpha", "gamma", "Beta", "zeta", "epsilon"]),
    (["tag.`team` DESC"], ["Beta", "gamma", "alpha", "delta", "zeta", "epsilon"]),
    (["params.nothing"], DEFAULT_ORDER),
    # attributes
    (["start_time"], ["epsilon", "alpha", "Beta", "gamma", "delta", "zeta"]),
    (["start_time DESC"], DEFAULT_ORDER),
    (["attributes.start_time ASC"], ["epsilon", "alpha", "Beta", "gamma", "delta", "zeta"]),
    (["created ASC"], ["epsilon", "alpha", "Beta", "gamma", "delta", "zeta"]),
    (["attribute.Created"], ["epsilon", "alpha", "Beta", "gamma", "delta", "zeta"]),
    (["end_time"], ["Beta", "alpha", "zeta", "delta", "gamma", "epsilon"]),
    (["end_time DESC"], ["alpha", "Beta", "zeta", "delta", "gamma", "epsilon"]),
    (["status"], ["Beta", "alpha", "delta", "zeta", "gamma", "epsilon"]),
    (["run_name"], ["Beta", "alpha", "delta", "epsilon", "gamma", "zeta"]),
    (["attributes.`run name` DESC"], ["zeta", "gamma", "epsilon", "delta", "alpha", "Beta"]),
    (["user_id DESC"], ["Beta", "alpha", "zeta", "delta", "gamma", "epsilon"]),
    (["run_id"], ["alpha", "Beta", "gamma", "delta", "epsilon", "zeta"]),
    (["run_id DESC"], ["zeta", "epsilon", "delta", "gamma", "Beta", "alpha"]),
    # several columns
    (["status DESC", "start_time ASC"], ["epsilon", "gamma", "zeta", "delta", "alpha", "Beta"]),
    (["start_time", "run_id DESC"], ["epsilon", "alpha", "gamma", "Beta", "delta", "zeta"]),
    (["params.lr DESC", "metrics.loss DESC"], ["delta", "Beta", "alpha", "epsilon", "gamma", "zeta"]),
]


@pytest.mark.parametrize(("order_by", "expected"), ORDERED, ids=[", ".join(order) or "default" for order, _ in ORDERED])
def test_an_order(search: Search, order_by: list[str], expected: list[str]) -> None:
    """§7: order_by of runs."""
    assert search(order_by=order_by) == expected


def test_artifact_uris_can_be_ordered(search: Search) -> None:
    """§7: any orderable attribute. Within one experiment the URI's order is that of the run ids."""
    assert search(order_by=["artifact_uri DESC"]) == search(order_by=["run_id DESC"])


@pytest.mark.parametrize(
    "order",
    [
        "metrics.loss UP",
        "metrics.loss ASC DESC",
        "metrics.loss NULLS FIRST",
        "Metrics.loss",
        "START_TIME",
        "params.a-b",
        "metrics.loss, params.lr",
        "loss",
        "nothing.loss",
        "experiment_id",
        "lifecycle_stage",
        "metrics.loss > 1",
        "",
        "   ",
        "DESC",
        "metrics.",
        "metrics.`a",
        "1",
        "'status'",
        "dataset.name",
        "status; DROP TABLE runs",
    ],
    ids=ascii,
)
def test_an_order_is_refused(api: Api, experiment_id: str, order: str) -> None:
    """§7: one column per item, same identifiers as filters."""
    api.invalid("SearchRuns", experiment_ids=[experiment_id], order_by=[order])
    api.invalid("SearchRuns", experiment_ids=[experiment_id], order_by=["start_time", order])


def test_the_same_column_twice(search: Search) -> None:
    """§7 ≠: 500 upstream; here the later one is ignored, since it could not change anything."""
    assert search(order_by=["status", "attr.status DESC", "start_time"]) == search(order_by=["status", "start_time"])
    assert search(order_by=["metrics.loss", "metric.`loss` DESC"]) == search(order_by=["metrics.loss"])
    assert search(order_by=["start_time", "created DESC"]) == search(order_by=["start_time"])


# -- views and experiments


def test_views(search: Search) -> None:
    """§4: run_view_type, default ACTIVE_ONLY."""
    assert search(run_view_type="ACTIVE_ONLY") == DEFAULT_ORDER
    assert search(run_view_type="DELETED_ONLY") == ["gone"]
    assert search(run_view_type="ALL") == ["gone", *DEFAULT_ORDER]
    assert search("params.lr = '0.1'", run_view_type="ALL") == ["gone", "alpha"]
    assert search("params.lr = '0.1'", run_view_type="DELETED_ONLY") == ["gone"]


@pytest.mark.parametrize("number", [0, 4, -1])
def test_an_unknown_view_is_refused(api: Api, experiment_id: str, number: int) -> None:
    """§2 ≠: an unknown enum is 400, not the default."""
    api.invalid("SearchRuns", experiment_ids=[experiment_id], run_view_type=number)
    api.invalid("SearchExperiments", view_type=number)
    api.invalid("ListExperiments", view_type=number)


def test_only_the_experiments_that_were_named(api: Api, experiment_id: str, ids: dict[str, str]) -> None:
    """§4: experiment_ids; none: an empty page; unknown ones have no runs; one named twice counts once."""
    other = api("CreateRun", experiment_id="0", run_name="other", start_time=250).run.info.run_id

    def found(*experiment_ids: str) -> list[str]:
        return [run.info.run_name for run in api("SearchRuns", experiment_ids=list(experiment_ids)).runs]

    assert found() == []
    assert found("4711") == []
    assert found("0") == ["other"]
    assert found(experiment_id) == found(experiment_id, experiment_id) == DEFAULT_ORDER
    expected = ["zeta", "delta", "other", "Beta", "gamma", "alpha", "epsilon"]
    assert found("0", experiment_id) == found(experiment_id, "4711", "0") == expected
    assert other not in ids.values()


def test_a_deleted_experiment_has_only_deleted_runs(api: Api, experiment_id: str, search: Search) -> None:
    """§6: deleting an experiment deletes every run in it, also for searches."""
    api("DeleteExperiment", experiment_id=experiment_id)
    assert search() == []
    assert search(run_view_type="DELETED_ONLY") == ["gone", *DEFAULT_ORDER]
    assert search("metrics.loss = 0.1", run_view_type="DELETED_ONLY") == ["alpha"]


def test_a_search_returns_what_get_returns(api: Api, experiment_id: str, ids: dict[str, str]) -> None:
    """§4: runs [] are whole runs. Compared as bytes, in which NaN equals NaN."""
    for run in api("SearchRuns", experiment_ids=[experiment_id], run_view_type="ALL").runs:
        again = api("GetRun", run_id=run.info.run_id).run
        assert run.SerializeToString(deterministic=True) == again.SerializeToString(deterministic=True)


def test_a_search_sees_what_was_just_written(api: Api, search: Search, ids: dict[str, str]) -> None:
    """roles: readers see everything that was acknowledged before the call - no stale page is served."""
    for round_number in range(3):
        api("SetTag", run_id=ids["zeta"], key="round", value=str(round_number))
        assert search(f"tags.round = '{round_number}'") == ["zeta"]
        api("UpdateRun", run_id=ids["zeta"], status="FAILED" if round_number % 2 else "FINISHED")
        assert ("zeta" in search("status = 'FAILED'")) == bool(round_number % 2)
        api("DeleteRun", run_id=ids["zeta"])
        assert "zeta" not in search()
        api("RestoreRun", run_id=ids["zeta"])
        assert search()[0] == "zeta"
