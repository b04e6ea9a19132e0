"""rest-facts §7, experiments/search: what each filter finds, what each order_by sorts, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.determinism import FIRST_TIME_MS, SteppingClock
from support.doors.base import Api

Search = Callable[..., list[str]]
"""Searches the corpus and returns the names that were found, in order."""

TAGS: dict[str, dict[str, str]] = {
    "Vision": {"team": "Blue", "a b": "x"},
    "vision": {"team": "blue"},
    "audio": {"team": "it's", "mlflow.note.content": "n"},
    "text/nlp": {},
    "100%": {"k.with.dots": ""},
}
"""Tags of the corpus by experiment; experiments are created in this order, 1000 ms apart, after Default."""

NEWEST_FIRST = ["100%", "text/nlp", "audio", "vision", "Vision", "Default"]


@pytest.fixture
def ids(api: Api, clock: SteppingClock) -> dict[str, str]:
    """Ids by name. "audio" is renamed to itself at the end, which makes it the last one updated."""
    found = {"Default": "0"}
    for name, tags in TAGS.items():
        clock.advance(1000)
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        found[name] = api("CreateExperiment", name=name, tags=listed).experiment_id
    clock.advance(1000)
    gone = api("CreateExperiment", name="gone").experiment_id
    api("DeleteExperiment", experiment_id=gone)
    clock.advance(1000)
    api("UpdateExperiment", experiment_id=found["audio"], new_name="audio")
    return found


@pytest.fixture
def search(api: Api, ids: dict[str, str]) -> Search:
    """Searches the corpus."""

    def found(filter_text: str | None = None, **fields: Any) -> list[str]:
        page = api("SearchExperiments", filter=filter_text, **{"max_results": 100} | fields)
        assert not page.HasField("next_page_token")
        return [experiment.name for experiment in page.experiments]

    return found


AT_START = FIRST_TIME_MS

FOUND: list[tuple[str, set[str]]] = [
    ("name = 'vision'", {"vision"}),
    ("attribute.name = 'vision'", {"vision"}),
    ("name != 'vision'", {"Default", "Vision", "audio", "text/nlp", "100%"}),
    ("name LIKE 'vis%'", {"vision"}),
    ("name ILIKE 'VIS%'", {"Vision", "vision"}),
    ("name LIKE '%/%'", {"text/nlp"}),
    ("name LIKE '100%'", {"100%"}),
    ("name LIKE '_ision'", {"Vision", "vision"}),
    ("name = 'gone'", set()),
    (f"creation_time = {AT_START}", {"Default"}),
    (f"creation_time > {AT_START + 3000}", {"text/nlp", "100%"}),
    (f"attribute.creation_time <= {AT_START + 1000}", {"Default", "Vision"}),
    (f"creation_time < {AT_START + 1000}", {"Default"}),
    (f"creation_time >= {AT_START + 5000}", {"100%"}),
    (f"creation_time != {AT_START}", {"Vision", "vision", "audio", "text/nlp", "100%"}),
    (f"last_update_time >= {AT_START + 5000}", {"100%", "audio"}),
    (f"last_update_time < {AT_START + 1000}", {"Default"}),
    (f"attribute.last_update_time = {AT_START}", {"Default"}),
    (f"last_update_time <= {AT_START + 1000}", {"Default", "Vision"}),
    (f"last_update_time > {AT_START + 5000}", {"audio"}),
    (f"last_update_time != {AT_START}", {"Vision", "vision", "audio", "text/nlp", "100%"}),
    ("experiment_id = '0'", {"Default"}),
    ("attribute.experiment_id != '0'", {"Vision", "vision", "audio", "text/nlp", "100%"}),
    ("experiment_id IN ('0', '4711')", {"Default"}),
    ("attribute.experiment_id in ('0')", {"Default"}),
    ("experiment_id NOT IN ('0')", {"Vision", "vision", "audio", "text/nlp", "100%"}),
    ("tags.team = 'Blue'", {"Vision"}),
    ("tag.team != 'Blue'", {"vision", "audio"}),
    ("tags.team LIKE 'b%'", {"vision"}),
    ("tag.team ILIKE 'BLUE'", {"Vision", "vision"}),
    ("attribute.name LIKE 'VIS%'", set()),
    ("tags.team ILIKE 'b%'", {"Vision", "vision"}),
    ('tags.team = "it\'s"', {"audio"}),
    ("tags.`a b` = 'x'", {"Vision"}),
    ("tags.mlflow.note.content = 'n'", {"audio"}),
    ("tags.k.with.dots = ''", {"100%"}),
    ("tags.team IS NULL", {"Default", "text/nlp", "100%"}),
    ("tags.team IS NOT NULL", {"Vision", "vision", "audio"}),
    ("name ILIKE 'v%' AND tags.team = 'blue'", {"vision"}),
    ("name ILIKE 'v%' and tags.team = 'green'", set()),
    ("", set(NEWEST_FIRST)),
]


@pytest.mark.parametrize(("filter_text", "expected"), FOUND, ids=[text or "empty" for text, _ in FOUND])
def test_a_filter_finds(search: Search, filter_text: str, expected: set[str]) -> None:
    """§7, experiments/search."""
    assert search(filter_text) == [name for name in NEWEST_FIRST if name in expected]


@pytest.mark.parametrize(
    "filter_text",
    [
        "name like 'v%'",
        "name ilike 'v%'",
        "name Like 'v%'",
        "tags.team like 'b%'",
        "tags.team ilike 'b%'",
        "attributes.name = 'vision'",
        "attr.name = 'vision'",
        "run.name = 'vision'",
        "Name = 'vision'",
        "name >= 'a'",
        "name < 'a'",
        "last_update_time = '1'",
        "last_update_time > 1.5",
        "last_update_time ILIKE '1%'",
        "creation_time IN (1)",
        "experiment_id = 'abc'",
        "experiment_id IN ('0', 'abc')",
        "experiment_id < '1'",
        "tags.team <= 'a'",
        "created > 1",
        "dataset.name = 'x'",
        "name = vision",
        "name > 'a'",
        "creation_time = '1'",
        "creation_time > 1.5",
        "creation_time LIKE '1%'",
        "experiment_id = 0",
        "experiment_id > '0'",
        "experiment_id IN (0)",
        "experiment_id IN ()",
        "experiment_id LIKE '1'",
        "lifecycle_stage = 'active'",
        "artifact_location = 'x'",
        "metrics.loss > 1",
        "params.lr = '1'",
        "start_time > 1",
        "tags.team > 'a'",
        "tags.team = 1",
        "tags. = 'x'",
        "'vision' = name",
        "name = 'vision' AND",
        "name = 'vision'; SELECT 1",
        "name",
        "\u2603",
    ],
    ids=ascii,
)
def test_a_filter_is_refused(api: Api, filter_text: str) -> None:
    """§7: everything else 400; lower-case like → 400; attribute prefix only `attribute.` or none."""
    api.invalid("SearchExperiments", filter=filter_text, max_results=10)


ORDERED: list[tuple[list[str], list[str]]] = [
    ([], NEWEST_FIRST),
    (["name"], ["100%", "Default", "Vision", "audio", "text/nlp", "vision"]),
    (["name DESC"], ["vision", "text/nlp", "audio", "Vision", "Default", "100%"]),
    (["attribute.name asc"], ["100%", "Default", "Vision", "audio", "text/nlp", "vision"]),
    (["creation_time"], NEWEST_FIRST[::-1]),
    (["creation_time DESC"], NEWEST_FIRST),
    (["experiment_id"], NEWEST_FIRST[::-1]),
    (["experiment_id DESC"], NEWEST_FIRST),
    (["last_update_time DESC", "name"], ["audio", "100%", "text/nlp", "vision", "Vision", "Default"]),
]


@pytest.mark.parametrize(("order_by", "expected"), ORDERED, ids=[", ".join(order) or "default" for order, _ in ORDERED])
def test_an_order(search: Search, order_by: list[str], expected: list[str]) -> None:
    """§7: order_by of experiments."""
    assert search(order_by=order_by) == expected


def test_ties(api: Api, search: Search) -> None:
    """§7: default creation_time DESC, experiment_id ASC; tie-breaker experiment_id DESC when order_by is given."""
    for name in ("twin a", "twin b", "twin c"):
        api("CreateExperiment", name=name)
    assert search("name LIKE 'twin%'") == ["twin a", "twin b", "twin c"]
    assert search("name LIKE 'twin%'", order_by=["creation_time"]) == ["twin c", "twin b", "twin a"]
    assert search("name LIKE 'twin%'", order_by=["creation_time DESC"]) == ["twin c", "twin b", "twin a"]


@pytest.mark.parametrize(
    "order",
    [
        "tags.team",
        "tag.team",
        "artifact_location",
        "lifecycle_stage",
        "name UP",
        "name NULLS LAST",
        "NAME",
        "created",
        "name, creation_time",
        "attributes.name",
        "metrics.m",
        "",
        "x",
    ],
)
def test_an_order_is_refused(api: Api, order: str) -> None:
    """§7: experiments: name, experiment_id, creation_time, last_update_time - no tags."""
    api.invalid("SearchExperiments", order_by=[order], max_results=10)


def test_the_same_column_twice(search: Search) -> None:
    """§7 ≠: 500 upstream; here the later one is ignored, since it could not change anything."""
    assert search(order_by=["name", "attribute.name DESC"]) == search(order_by=["name"])


def test_views(search: Search) -> None:
    """§4: view_type, default active."""
    assert search(view_type="ACTIVE_ONLY") == search() == NEWEST_FIRST
    assert search(view_type="DELETED_ONLY") == ["gone"]
    assert search(view_type="ALL") == ["gone", *NEWEST_FIRST]
    assert search("name LIKE '%o%'", view_type="ALL") == ["gone", "audio", "vision", "Vision"]


def test_a_search_returns_what_get_returns(api: Api, ids: dict[str, str]) -> None:
    """§4: experiments [] are whole experiments."""
    for experiment in api("SearchExperiments", view_type="ALL", max_results=100).experiments:
        assert experiment == api("GetExperiment", experiment_id=experiment.experiment_id).experiment
