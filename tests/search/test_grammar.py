"""What each row of rest-facts §7 accepts and refuses, and what the language accepts beyond it."""

from __future__ import annotations

import pytest

from support.search_text import unparse_filter, unparse_order
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.search import (
    parse_experiment_filter,
    parse_experiment_order,
    parse_run_filter,
    parse_run_order,
)
from trackwell_service.search.ast import (
    Compare,
    Comparison,
    Metric,
    MetricOrStatistic,
    Param,
    RunAttribute,
    Statistic,
    Tag,
)

# Each text with the canonical spelling of what it means.
RUN_FILTERS = [
    # metrics
    ("metric.a = 1", "metrics.`a` = 1.0"),
    ("metrics.a != 1", "metrics.`a` != 1.0"),
    ("metrics.a > 0.5", "metrics.`a` > 0.5"),
    ("metrics.a >= -3", "metrics.`a` >= -3.0"),
    ("metrics.a < 5e-1", "metrics.`a` < 0.5"),
    ("metrics.a <= .5", "metrics.`a` <= 0.5"),
    ("metrics.a <= 5.", "metrics.`a` <= 5.0"),
    ("metrics.a<=1e+3", "metrics.`a` <= 1000.0"),
    ("metrics.a = +2", "metrics.`a` = 2.0"),
    # params and tags
    ("param.a = 'x'", "params.`a` = 'x'"),
    ("params.a != 'x'", "params.`a` != 'x'"),
    ("parameter.a LIKE '%x'", "params.`a` LIKE '%x'"),
    ("parameters.a ILIKE 'x_'", "params.`a` ILIKE 'x_'"),
    ("params.a IS NULL", "params.`a` IS NULL"),
    ("params.a IS NOT NULL", "params.`a` IS NOT NULL"),
    ("tag.a = 'x'", "tags.`a` = 'x'"),
    ("tags.a != 'x'", "tags.`a` != 'x'"),
    ("tags.a LIKE 'x'", "tags.`a` LIKE 'x'"),
    ("tags.a ilike 'x'", "tags.`a` ILIKE 'x'"),
    ("tags.a is null", "tags.`a` IS NULL"),
    ("tags.a Is Not nULL", "tags.`a` IS NOT NULL"),
    # attributes
    ("attribute.status = 'FINISHED'", "attribute.status = 'FINISHED'"),
    ("attributes.status != 'FINISHED'", "attribute.status != 'FINISHED'"),
    ("attr.status LIKE 'F%'", "attribute.status LIKE 'F%'"),
    ("run.status ILIKE 'f%'", "attribute.status ILIKE 'f%'"),
    ("status = 'no such status'", "attribute.status = 'no such status'"),
    ("run_id = 'x'", "attribute.run_id = 'x'"),
    ("run_id IN ('x', \"y\")", "attribute.run_id IN ('x', 'y')"),
    ("run_id in('x')", "attribute.run_id IN ('x')"),
    ("run_id IN ('x',)", "attribute.run_id IN ('x')"),
    ("run_id NOT IN ('x', 'y', 'x')", "attribute.run_id NOT IN ('x', 'y')"),
    ("attributes.run_id not in ('x')", "attribute.run_id NOT IN ('x')"),
    ("run_name = 'x'", "attribute.run_name = 'x'"),
    ("`run name` = 'x'", "attribute.run_name = 'x'"),
    ("\"Run name\" = 'x'", "attribute.run_name = 'x'"),
    ("attributes.`Run Name` = 'x'", "attribute.run_name = 'x'"),
    ("artifact_uri LIKE 's3://%'", "attribute.artifact_uri LIKE 's3://%'"),
    ("user_id = 'ada'", "attribute.user_id = 'ada'"),
    ("start_time >= 1664067852747", "attribute.start_time >= 1664067852747"),
    ("created > 0", "attribute.start_time > 0"),
    ("attributes.Created <= 9223372036854775807", "attribute.start_time <= 9223372036854775807"),
    ("end_time != -9223372036854775808", "attribute.end_time != -9223372036854775808"),
    # datasets
    ("dataset.name = 'x'", "dataset.name = 'x'"),
    ("datasets.digest != 'x'", "dataset.digest != 'x'"),
    ("datasets.context LIKE 'tr%'", "dataset.context LIKE 'tr%'"),
    ("dataset.context ILIKE 'TR%'", "dataset.context ILIKE 'TR%'"),
    ("dataset.name IN ('x', 'y')", "dataset.name IN ('x', 'y')"),
    ("dataset.name NOT IN ('x')", "dataset.name NOT IN ('x')"),
    # keys
    ("params.`a b` = 'x'", "params.`a b` = 'x'"),
    ('metrics."a b" > 1', "metrics.`a b` > 1.0"),
    ("params.\"a`b\" = 'x'", "params.\"a`b\" = 'x'"),
    ("tags.mlflow.runName = 'x'", "tags.`mlflow.runName` = 'x'"),
    ("tags.k.with.dots = 'x'", "tags.`k.with.dots` = 'x'"),
    ("tags.a/b = 'x'", "tags.`a/b` = 'x'"),
    ("params.2x_ = 'x'", "params.`2x_` = 'x'"),
    ("params.été = 'x'", "params.`été` = 'x'"),
    ("metrics.名前 > 1", "metrics.`名前` > 1.0"),
    (
        "params.and = 'x' AND tags.in = 'y' AND tags.like = 'z'",
        "params.`and` = 'x' AND tags.`in` = 'y' AND tags.`like` = 'z'",
    ),
    ("tags.notes = 'x' and tags.order = 'y'", "tags.`notes` = 'x' AND tags.`order` = 'y'"),
    # values
    ('params.a = "x"', "params.`a` = 'x'"),
    ("params.a = ''", "params.`a` = ''"),
    ('params.a = "it\'s"', 'params.`a` = "it\'s"'),
    ("params.a = 'say \"hi\"'", "params.`a` = 'say \"hi\"'"),
    ("params.a = 'AND OR ('", "params.`a` = 'AND OR ('"),
    ("params.a = 'back\\slash'", "params.`a` = 'back\\slash'"),
    ("params.a = 'two\nlines'", "params.`a` = 'two\nlines'"),
    ("params.a = '0.1'", "params.`a` = '0.1'"),
    # joining and spacing
    ("metrics.a > 1 AND params.b = 'x' and tags.c = 'y'", "metrics.`a` > 1.0 AND params.`b` = 'x' AND tags.`c` = 'y'"),
    ("params.a='x'AND params.b='y'", "params.`a` = 'x' AND params.`b` = 'y'"),
    ("\n params.a\t=\r\n'x' ", "params.`a` = 'x'"),
]

# What goes beyond rest-facts §7 (DESIGN §4).
RUN_FILTERS_BEYOND = [
    ("params.a = 'x' OR params.b = 'y'", "params.`a` = 'x' OR params.`b` = 'y'"),
    ("NOT params.a = 'x'", "NOT params.`a` = 'x'"),
    ("not not params.a = 'x'", "NOT NOT params.`a` = 'x'"),
    ("((params.a = 'x'))", "params.`a` = 'x'"),
    # AND binds tighter than OR, NOT tighter than AND
    (
        "a.b = 'c' OR".replace("a.b", "tags.a") + " tags.b = 'c' AND NOT tags.c = 'c' AND tags.d = 'c'",
        "tags.`a` = 'c' OR tags.`b` = 'c' AND NOT tags.`c` = 'c' AND tags.`d` = 'c'",
    ),
    ("(tags.a = 'c' OR tags.b = 'c') AND tags.c = 'c'", "(tags.`a` = 'c' OR tags.`b` = 'c') AND tags.`c` = 'c'"),
    ("NOT (tags.a = 'c' AND tags.b = 'c')", "NOT (tags.`a` = 'c' AND tags.`b` = 'c')"),
    ("(tags.a = 'c' AND tags.b = 'c') AND tags.c = 'c'", "tags.`a` = 'c' AND tags.`b` = 'c' AND tags.`c` = 'c'"),
    ("tags.a = 'c' OR (tags.b = 'c' OR tags.c = 'c')", "tags.`a` = 'c' OR tags.`b` = 'c' OR tags.`c` = 'c'"),
    ("params.a IN ('x', 'y')", "params.`a` IN ('x', 'y')"),
    ("tags.a NOT IN ('x')", "tags.`a` NOT IN ('x')"),
    ("status IN ('FAILED', 'KILLED')", "attribute.status IN ('FAILED', 'KILLED')"),
    ("params.a NOT LIKE 'x%'", "params.`a` NOT LIKE 'x%'"),
    ("params.a not ilike 'x%'", "params.`a` NOT ILIKE 'x%'"),
    ("params.a RLIKE '^x[0-9]+$'", "params.`a` RLIKE '^x[0-9]+$'"),
    ("params.a regexp '(?i)x'", "params.`a` RLIKE '(?i)x'"),
    ("params.a NOT RLIKE 'x'", "params.`a` NOT RLIKE 'x'"),
    ("metrics.a IS NULL", "metrics.`a` IS NULL"),
    ("metrics.a.min IS NOT NULL", "metrics.a.min IS NOT NULL"),
    ("end_time IS NULL", "attribute.end_time IS NULL"),
    ("dataset.name IS NULL", "dataset.name IS NULL"),
    ("metrics.`loss`.min < 0.1", "metrics.`loss`.min < 0.1"),
    ('metrics."a b".max < 1', "metrics.`a b`.max < 1.0"),
    ("metrics.`loss`.latest < 1", "metrics.`loss` < 1.0"),
    ("metrics.`loss`.last < 1", "metrics.`loss` < 1.0"),
    ("metrics.loss.min < 0.1", "metrics.loss.min < 0.1"),
    ("metrics.`loss.min` < 0.1", "metrics.`loss.min` < 0.1"),
]

RUN_FILTERS_REFUSED = [
    # ill-typed
    "params.lr = 0.1",
    "params.lr = -1",
    "params.lr = x",
    "params.lr = `x`",
    "tags.a = 1",
    "tags.a = tags.b",
    "metrics.m > '1'",
    'metrics.m > "1"',
    "metrics.m > x",
    "metrics.m > nan",
    "metrics.m > inf",
    "metrics.m > 1e999",
    "metrics.m > 1_000",
    "metrics.m > 0x10",
    "metrics.m > 1.2.3",
    "metrics.m > - 3",
    "metrics.m > --3",
    "status = FINISHED",
    "status = 3",
    "start_time > '1'",
    "start_time > 1.5",
    "start_time > 1e3",
    "start_time > 9223372036854775808",
    "start_time > 99999999999999999999999999",
    "dataset.name = 1",
    # operators that the field does not take
    "params.a > '1'",
    "params.a <= '1'",
    "tags.a < 'x'",
    "status > 'A'",
    "run_id >= 'a'",
    "dataset.name > 'x'",
    "metrics.m LIKE '1%'",
    "metrics.m ILIKE '1%'",
    "metrics.m RLIKE '1'",
    "metrics.m IN ('1')",
    "metrics.m IN (1, 2)",
    "start_time LIKE '1%'",
    "start_time IN (1)",
    "start_time IN ('1')",
    # operators that do not exist
    "params.a == 'x'",
    "params.a <> 'x'",
    "params.a =! 'x'",
    "params.a ~ 'x'",
    "metrics.m => 1",
    "metrics.m BETWEEN 1 AND 2",
    "params.a CONTAINS 'x'",
    "params.a NOT = 'x'",
    "params.a NOT 'x'",
    "params.a IS 'x'",
    "params.a IS",
    "params.a NULL",
    # lists
    "run_id IN ()",
    "run_id IN (,)",
    "run_id IN ('a' 'b')",
    "run_id IN ('a',,'b')",
    "run_id IN 'a'",
    "run_id IN 'a', 'b'",
    "run_id IN (a)",
    "run_id IN (1)",
    "run_id IN ('a'",
    "run_id IN ('a', ('b'))",
    "run_id = ('a')",
    # unknown names
    "foo = 'x'",
    "foo.bar = 'x'",
    "Metrics.a > 1",
    "METRICS.a > 1",
    "attributes.foo = 'x'",
    "experiment_id = '1'",
    "attributes.experiment_id = '1'",
    "lifecycle_stage = 'active'",
    "dataset.foo = 'x'",
    "dataset.source = 'x'",
    "Run Name = 'x'",
    "`metrics.a` > 1",
    "metrics = 1",
    "metrics. > 1",
    ".a = 'x'",
    "metrics.`` > 1",
    "tags.`` = 'x'",
    "params.`a`.min = 'x'",
    "attributes.`status`.x = 'x'",
    "metrics.`a`.mean > 1",
    "metrics.`a`. > 1",
    "metrics.`a`.min.max > 1",
    "metrics.`a``b` > 1",
    # keys that need backticks
    "params.a-b = 'x'",
    "params.a:b = 'x'",
    "params.a b = 'x'",
    "params . a = 'x'",
    "params. a = 'x'",
    # structure
    "AND",
    "params.a = 'x' AND",
    "AND params.a = 'x'",
    "params.a = 'x' AND AND params.b = 'x'",
    "params.a = 'x' params.b = 'x'",
    "params.a = 'x', params.b = 'x'",
    "params.a = 'x';",
    "params.a",
    "params.a =",
    "= 'x'",
    "'x' = params.a",
    "1 < metrics.m",
    "metrics.m > 1 + 1",
    "metrics.m + 1 > 1",
    "NOT",
    "()",
    "(params.a = 'x'",
    "params.a = 'x')",
    "params.a = 'x' NOT",
    "params.a = 'x' OR",
    "params.a = 'x' XOR params.b = 'x'",
    "params.a = 'x' -- comment",
    "params.a = 'x' /* comment */",
    # quotes
    "params.a = 'x",
    'params.a = "x',
    "params.`a = 'x'",
    "params.a = 'it''s'",
    "params.a = 'x' 'y'",
    "params.a = \u2019x\u2019",
    # patterns
    "params.a RLIKE '('",
    "params.a RLIKE '(?=x)'",
    "params.a RLIKE 'x{1001}'",
    "params.a RLIKE '(a)\\1'",
    "params.a RLIKE (x)",
    # letters which equal an ASCII one when case is ignored
    "params.a l\u0131ke 'x'",
    "params.a li\u212ae 'x'",
    # characters which are none
    "params.a = '\0'",
    "params.a = '\ud800'",
    "params.a\0 = 'x'",
]

EXPERIMENT_FILTERS = [
    ("name = 'x'", "attribute.name = 'x'"),
    ("name != 'x'", "attribute.name != 'x'"),
    ("name LIKE 'x%'", "attribute.name LIKE 'x%'"),
    ("name ILIKE 'x%'", "attribute.name ILIKE 'x%'"),
    ("`name` = 'x'", "attribute.name = 'x'"),
    ("attribute.name = 'x'", "attribute.name = 'x'"),
    ("creation_time > 5", "attribute.creation_time > 5"),
    ("attribute.last_update_time <= 5", "attribute.last_update_time <= 5"),
    ("experiment_id = '1'", "attribute.experiment_id = '1'"),
    ("experiment_id != '01'", "attribute.experiment_id != '1'"),
    ("experiment_id IN ('1', '2')", "attribute.experiment_id IN ('1', '2')"),
    ("attribute.experiment_id not in ('1', '1')", "attribute.experiment_id NOT IN ('1')"),
    ("tag.a = 'x'", "tags.`a` = 'x'"),
    ("tags.a != 'x'", "tags.`a` != 'x'"),
    ("tags.`a b` LIKE 'x'", "tags.`a b` LIKE 'x'"),
    ("tags.a ILIKE 'x'", "tags.`a` ILIKE 'x'"),
    ("tags.a IS NULL", "tags.`a` IS NULL"),
    ("tags.a is not null", "tags.`a` IS NOT NULL"),
    ("name = 'x' and tags.a = 'y'", "attribute.name = 'x' AND tags.`a` = 'y'"),
    # beyond rest-facts §7
    ("name IN ('x', 'y') OR NOT (tags.a RLIKE 'x')", "attribute.name IN ('x', 'y') OR NOT tags.`a` RLIKE 'x'"),
    ("tags.a IN ('x')", "tags.`a` IN ('x')"),
]

EXPERIMENT_FILTERS_REFUSED = [
    "name like 'x'",
    "name Like 'x'",
    "name ilike 'x'",
    "tags.a like 'x'",
    "attributes.name = 'x'",
    "attr.name = 'x'",
    "run.name = 'x'",
    "metrics.a > 1",
    "params.a = 'x'",
    "dataset.name = 'x'",
    "parameter.a = 'x'",
    "lifecycle_stage = 'active'",
    "artifact_location = 'x'",
    "status = 'x'",
    "name = x",
    "name > 'x'",
    "name = 1",
    "tags.a > 'x'",
    "tags.a = 1",
    "creation_time > 5.5",
    "creation_time > 1e3",
    "creation_time > '5'",
    "creation_time IN (5)",
    "creation_time LIKE '5'",
    "experiment_id = 1",
    "experiment_id = 'x'",
    "experiment_id = '-1'",
    "experiment_id = '٣'",
    "experiment_id = '9223372036854775808'",
    "experiment_id > '1'",
    "experiment_id LIKE '1%'",
    "experiment_id IN (1)",
    "experiment_id IN ('x')",
    "experiment_id IN ()",
]


@pytest.mark.parametrize(("text", "meaning"), RUN_FILTERS + RUN_FILTERS_BEYOND)
def test_filters_on_runs(text: str, meaning: str) -> None:
    assert unparse_filter(parse_run_filter(text)) == meaning


@pytest.mark.parametrize("text", RUN_FILTERS_REFUSED)
def test_filters_on_runs_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_run_filter(text)


@pytest.mark.parametrize(("text", "meaning"), EXPERIMENT_FILTERS)
def test_filters_on_experiments(text: str, meaning: str) -> None:
    assert unparse_filter(parse_experiment_filter(text)) == meaning


@pytest.mark.parametrize("text", EXPERIMENT_FILTERS_REFUSED)
def test_filters_on_experiments_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_experiment_filter(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_blank_filter_is_none(text: str) -> None:
    assert parse_run_filter(text) is None
    assert parse_experiment_filter(text) is None


def test_typed_leaves() -> None:
    """The spellings above are made from these nodes; some are looked at directly, lest both ends agree on nonsense."""
    assert parse_run_filter("metrics.m > 1") == Compare(Metric("m"), Comparison.GT, 1.0)
    assert parse_run_filter("params.p = '1'") == Compare(Param("p"), Comparison.EQ, "1")
    assert parse_run_filter("created <= 7") == Compare(RunAttribute.START_TIME, Comparison.LE, 7)
    assert parse_experiment_filter("tag.t != ''") == Compare(Tag("t"), Comparison.NE, "")


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("metrics.loss.min", MetricOrStatistic("loss.min", "loss", Statistic.MIN)),
        ("metrics.a.b.max", MetricOrStatistic("a.b.max", "a.b", Statistic.MAX)),
        ("metrics.a.last", MetricOrStatistic("a.last", "a", Statistic.LATEST)),
        ("metrics.`loss`.min", Metric("loss", Statistic.MIN)),
        ("metrics.`loss.min`", Metric("loss.min")),
        ("metrics.`loss.min`.min", Metric("loss.min", Statistic.MIN)),
        ("metrics.min", Metric("min")),
        ("metrics..min", Metric(".min")),
        ("metrics.loss.MIN", Metric("loss.MIN")),
        ("metrics.loss.mean", Metric("loss.mean")),
        ("params.a.min", Param("a.min")),
        ("tags.a.max", Tag("a.max")),
    ],
)
def test_statistics_and_keys_that_look_like_them(column: str, field: object) -> None:
    order = parse_run_order([column])
    assert order[0].field == field


RUN_ORDERS = [
    ([], []),
    (["metrics.a"], ["metrics.`a` ASC"]),
    (["metrics.a DESC"], ["metrics.`a` DESC"]),
    (["metric.`a b` desc"], ["metrics.`a b` DESC"]),
    (['metrics."a b" Asc'], ["metrics.`a b` ASC"]),
    (["  params.a   DESC "], ["params.`a` DESC"]),
    (["tags.mlflow.user"], ["tags.`mlflow.user` ASC"]),
    (["start_time", "status DESC"], ["attribute.start_time ASC", "attribute.status DESC"]),
    (["created desc"], ["attribute.start_time DESC"]),
    (["attributes.end_time"], ["attribute.end_time ASC"]),
    (["attr.artifact_uri"], ["attribute.artifact_uri ASC"]),
    (["user_id", "run_id", "run_name"], ["attribute.user_id ASC", "attribute.run_id ASC", "attribute.run_name ASC"]),
    (["`Run Name` DESC"], ["attribute.run_name DESC"]),
    (["metrics.`a`.min"], ["metrics.`a`.min ASC"]),
    (["metrics.a.min DESC"], ["metrics.a.min DESC"]),
    # A column that was named before is left out, however it is spelt.
    (["metrics.a", "metrics.a DESC"], ["metrics.`a` ASC"]),
    (["Created DESC", "status", "start_time"], ["attribute.start_time DESC", "attribute.status ASC"]),
]

RUN_ORDERS_REFUSED = [
    [""],
    [" "],
    ["DESC"],
    ["metrics.a DESC", ""],
    ["metrics.a DESC, start_time"],
    ["metrics.a DESC DESC"],
    ["metrics.a DOWN"],
    ["metrics.a b"],
    ["-metrics.a"],
    ["metrics.a;"],
    ["metrics"],
    ["metrics."],
    ["'metrics.a'"],
    ["`metrics.a`"],
    ["params.a-b"],
    ["foo"],
    ["experiment_id"],
    ["lifecycle_stage"],
    ["dataset.name"],
    ["metrics.`a`.mean"],
    ["metrics.a > 1"],
    ["(metrics.a)"],
    ["NOT metrics.a"],
    ["1"],
    ["metrics.a\0"],
    ["tags.`\ud800`"],
]

EXPERIMENT_ORDERS = [
    (["name"], ["attribute.name ASC"]),
    (["name DESC", "experiment_id"], ["attribute.name DESC", "attribute.experiment_id ASC"]),
    (["attribute.creation_time asc"], ["attribute.creation_time ASC"]),
    (["last_update_time desc", "last_update_time"], ["attribute.last_update_time DESC"]),
]

EXPERIMENT_ORDERS_REFUSED = [
    ["tags.a"],
    ["attributes.name"],
    ["start_time"],
    ["artifact_location"],
    ["lifecycle_stage"],
    ["name, experiment_id"],
    ["metrics.a"],
]


@pytest.mark.parametrize(("items", "meaning"), RUN_ORDERS)
def test_orders_of_runs(items: list[str], meaning: list[str]) -> None:
    assert unparse_order(parse_run_order(items)) == meaning


@pytest.mark.parametrize("items", RUN_ORDERS_REFUSED)
def test_orders_of_runs_that_are_refused(items: list[str]) -> None:
    with pytest.raises(InvalidParameter):
        parse_run_order(items)


@pytest.mark.parametrize(("items", "meaning"), EXPERIMENT_ORDERS)
def test_orders_of_experiments(items: list[str], meaning: list[str]) -> None:
    assert unparse_order(parse_experiment_order(items)) == meaning


@pytest.mark.parametrize("items", EXPERIMENT_ORDERS_REFUSED)
def test_orders_of_experiments_that_are_refused(items: list[str]) -> None:
    with pytest.raises(InvalidParameter):
        parse_experiment_order(items)
