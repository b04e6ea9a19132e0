"""rest-facts §8: tokens, page sizes, and that pages put together are the whole, whatever is written meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from support.backends import BACKENDS
from support.doors.base import Api
from support.errors import ApiError

Listing = Callable[..., Any]
"""Calls one listing with a page size and a token; the answer has `next_page_token`."""


def metric(value: float, timestamp: int, key: str = "m") -> dict[str, Any]:
    """A point as a request holds it."""
    return {"key": key, "value": value, "timestamp": timestamp, "step": timestamp}


@pytest.fixture
def seven(api: Api, experiment_id: str) -> list[str]:
    """Ids of seven runs in their default order. Two share a start time, and metric x is NaN or missing for some."""
    ids = []
    for number, start in enumerate((70, 60, 50, 50, 40, 30, 20)):
        run_id: str = api("CreateRun", experiment_id=experiment_id, start_time=start).run.info.run_id
        ids.append(run_id)
        if number < 5:
            value = float("nan") if number % 3 == 0 else float(number % 2)
            api("LogBatch", run_id=run_id, metrics=[metric(value, 1, "x")])
    return ids


def pages(listing: Callable[[str | None], Any], items: str) -> list[list[Any]]:
    """Every page, by following the tokens; no page may be empty unless it is the only one."""
    collected: list[list[Any]] = []
    token: str | None = None
    while True:
        answer = listing(token)
        collected.append(list(getattr(answer, items)))
        if not answer.HasField("next_page_token"):
            return collected
        assert answer.next_page_token, "a token is not empty"
        assert answer.next_page_token != token, "a token moves on"
        assert collected[-1], "a page before the last has items"
        token = answer.next_page_token


ORDERS = [
    [],
    ["start_time"],
    ["metrics.x"],
    ["metrics.x DESC"],
    ["metrics.x", "start_time"],
    ["params.absent", "run_id DESC"],
    ["status", "end_time DESC"],
    ["run_name DESC"],
]


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 50_000])
@pytest.mark.parametrize("order_by", ORDERS, ids=lambda order: ", ".join(order) or "default")
def test_pages_of_runs_are_the_whole(
    api: Api, experiment_id: str, seven: list[str], order_by: list[str], size: int
) -> None:
    """§8: no token on the last page, also on an exactly full one; pages neither skip nor repeat."""
    fields = {"experiment_ids": [experiment_id], "order_by": order_by}
    whole = [run.info.run_id for run in api("SearchRuns", **fields).runs]
    assert sorted(whole) == sorted(seven)
    found = pages(lambda token: api("SearchRuns", **fields, max_results=size, page_token=token), "runs")
    assert [run.info.run_id for page in found for run in page] == whole
    assert [len(page) for page in found] == [size] * ((7 - 1) // size) + [(7 - 1) % size + 1]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("order_by", [[], ["name"], ["last_update_time DESC"], ["creation_time", "name DESC"]])
def test_pages_of_experiments_are_the_whole(api: Api, order_by: list[str], size: int) -> None:
    """§8: for experiments; Default is the fourth."""
    for name in ("a", "b", "c"):
        api("CreateExperiment", name=name)
    whole = [e.name for e in api("SearchExperiments", order_by=order_by).experiments]
    assert sorted(whole) == ["Default", "a", "b", "c"]
    found = pages(
        lambda token: api("SearchExperiments", order_by=order_by, max_results=size, page_token=token), "experiments"
    )
    assert [e.name for page in found for e in page] == whole
    assert [len(page) for page in found] == [size] * ((4 - 1) // size) + [(4 - 1) % size + 1]


def test_pages_of_the_old_listing_are_the_whole(api: Api) -> None:
    """§4, §8: experiments/list [1.x] has pages too."""
    for name in ("a", "b", "c"):
        api("CreateExperiment", name=name)
    found = pages(lambda token: api("ListExperiments", max_results=3, page_token=token), "experiments")
    assert [len(page) for page in found] == [3, 1]
    assert {e.name for page in found for e in page} == {"Default", "a", "b", "c"}


@pytest.mark.parametrize("size", [1, 2, 4, 5, 6, 1_000_000])
def test_pages_of_a_history_are_the_whole(api: Api, run_id: str, size: int) -> None:
    """§8: get-history; points which differ in one part only are never skipped or repeated."""
    values = [float("-inf"), -0.0, 0.0, float("nan"), 1.0]
    api("LogBatch", run_id=run_id, metrics=[metric(value, 5) for value in values])
    found = pages(
        lambda token: api("GetMetricHistory", run_id=run_id, metric_key="m", max_results=size, page_token=token),
        "metrics",
    )
    assert [str(m.value) for page in found for m in page] == ["-inf", "-0.0", "0.0", "nan", "1.0"]
    assert [len(page) for page in found] == [size] * ((5 - 1) // size) + [(5 - 1) % size + 1]


def test_an_empty_result_is_one_empty_page(api: Api, experiment_id: str, run_id: str) -> None:
    """§8: no token on the last page."""
    for answer in (
        api("SearchRuns", experiment_ids=[experiment_id], filter="metrics.none = 1", max_results=1),
        api("SearchExperiments", filter="name = 'none'", max_results=1),
        api("GetMetricHistory", run_id=run_id, metric_key="none", max_results=1),
    ):
        assert not answer.HasField("next_page_token")
        assert answer.ByteSize() == 0


def test_a_token_past_the_end_is_an_empty_page(api: Api, experiment_id: str, seven: list[str]) -> None:
    """§8: past the end → empty page: what followed when the token was made is gone by now."""
    first = api("SearchRuns", experiment_ids=[experiment_id], max_results=5)
    for run_id in seven[5:]:
        api("DeleteRun", run_id=run_id)
    rest = api("SearchRuns", experiment_ids=[experiment_id], max_results=5, page_token=first.next_page_token)
    assert rest.ByteSize() == 0
    later = [api("CreateExperiment", name=name).experiment_id for name in ("a", "b")]
    shown = api("SearchExperiments", order_by=["experiment_id"], max_results=2)
    assert [e.experiment_id for e in shown.experiments] == ["0", experiment_id]
    for gone in later:
        api("DeleteExperiment", experiment_id=gone)
    rest = api("SearchExperiments", order_by=["experiment_id"], max_results=2, page_token=shown.next_page_token)
    assert rest.ByteSize() == 0


def test_artifacts_have_tokens_too(api: Api, run_id: str) -> None:
    """§8: artifacts/list takes a page_token; a forged one is refused as everywhere."""
    listed = api("ListArtifacts", run_id=run_id, page_token="")
    assert not listed.HasField("next_page_token")
    for token in BAD_TOKENS[:-1]:
        api.invalid("ListArtifacts", run_id=run_id, page_token=token)


def test_an_empty_token_is_the_first_page(api: Api, experiment_id: str, seven: list[str]) -> None:
    """§8: clients that have no token may send an empty one."""
    first = api("SearchRuns", experiment_ids=[experiment_id], max_results=3, page_token="")
    assert [run.info.run_id for run in first.runs] == seven[:3]


def listings(experiment_id: str, run_id: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The listings that have tokens."""
    return {
        "runs": ("SearchRuns", {"experiment_ids": [experiment_id]}),
        "experiments": ("SearchExperiments", {}),
        "old-experiments": ("ListExperiments", {}),
        "history": ("GetMetricHistory", {"run_id": run_id, "metric_key": "m"}),
    }


LISTINGS = ["runs", "experiments", "old-experiments", "history"]

BAD_TOKENS = [
    "x",
    "!!!",
    "not base64 \u2603",
    "====",
    base64.b64encode(b"not json").decode(),
    base64.b64encode(b"{}").decode(),
    base64.b64encode(b"[]").decode(),
    base64.b64encode(b'{"offset": "1"}').decode(),
    base64.b64encode(b'{"offset": 1}').decode(),
    base64.b64encode(b'{"offset": -1}').decode(),
    base64.b64encode(b"\xff\xfe\x00").decode(),
    base64.b64encode(b"[" * 50_000).decode(),
    "A" * 300_000,
]


@pytest.mark.parametrize("token", BAD_TOKENS, ids=lambda token: ascii(token[:40]))
@pytest.mark.parametrize("listing", LISTINGS)
def test_a_bad_token_is_refused(api: Api, experiment_id: str, run_id: str, listing: str, token: str) -> None:
    """§8: 400 INVALID_PARAMETER_VALUE, which names the parameter; upstream's offsets are none of ours."""
    rpc, fields = listings(experiment_id, run_id)[listing]
    message = api.invalid(rpc, **fields, page_token=token)
    overlong_line = api.rest and len(token) > 60_000 and rpc not in ("SearchRuns", "SearchExperiments")
    assert ("too large" if overlong_line else "page_token") in message


@pytest.fixture
def first_tokens(api: Api, experiment_id: str, seven: list[str]) -> dict[str, str]:
    """A good token of each listing."""
    for name in ("a", "b", "c"):
        api("CreateExperiment", name=name)
    api("LogBatch", run_id=seven[0], metrics=[metric(1.0, n) for n in range(5)])
    found = {}
    for listing, (rpc, fields) in listings(experiment_id, seven[0]).items():
        found[listing] = api(rpc, **fields, max_results=2).next_page_token
        assert found[listing]
    return found


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_good_token_goes_on_with_another_page_size(
    api: Api, experiment_id: str, seven: list[str], first_tokens: dict[str, str], listing: str
) -> None:
    """§8: the page size may change between pages."""
    rpc, fields = listings(experiment_id, seven[0])[listing]
    assert api(rpc, **fields, max_results=1, page_token=first_tokens[listing]).HasField("next_page_token")
    assert not api(rpc, **fields, max_results=100, page_token=first_tokens[listing]).HasField("next_page_token")


def code_of(api: Api, rpc: str, **fields: Any) -> str | None:
    """The code with which the call is refused, or None."""
    try:
        api(rpc, **fields)
    except ApiError as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_changed_token_is_refused_or_harmless(
    api: Api, experiment_id: str, seven: list[str], first_tokens: dict[str, str], listing: str
) -> None:
    """DESIGN §4: a token is validated as any input, so it never leads to a fault of the server."""
    rpc, fields = listings(experiment_id, seven[0])[listing]
    token = first_tokens[listing]
    for place in range(0, len(token), max(1, len(token) // 25)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        code = code_of(api, rpc, page_token=changed, **fields)
        assert code in (None, "INVALID_PARAMETER_VALUE"), changed
    for shortened in (token[:-1], token[1:], token[: len(token) // 2]):
        assert "page_token" in api.invalid(rpc, **fields, page_token=shortened)


@pytest.mark.parametrize(
    ("listing", "more"),
    [
        ("runs", {}),
        ("runs", {"order_by": ["run_name DESC"]}),
        ("runs", {"order_by": ["params.p"]}),
        ("runs", {"order_by": ["tags.t DESC", "metrics.x"]}),
        ("experiments", {"order_by": ["name"]}),
        ("history", {}),
    ],
    ids=str,
)
def test_a_token_with_a_text_that_no_store_can_hold_is_refused(
    api: Api, experiment_id: str, seven: list[str], listing: str, more: dict[str, Any]
) -> None:
    """DESIGN §4: also where everything else about a forged token is right."""
    for run_id in seven:
        api("LogBatch", run_id=run_id, params=[{"key": "p", "value": "v"}], tags=[{"key": "t", "value": "v"}])
    api("LogBatch", run_id=seven[0], metrics=[metric(1.0, n) for n in range(3)])
    rpc, fields = listings(experiment_id, seven[0])[listing]
    fields = {**fields, **more, "max_results": 1}
    token = api(rpc, **fields).next_page_token
    version, asked, *position = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    places = [place for place, value in enumerate(position) if isinstance(value, str)]
    assert places
    for place, text in product(places, ("a\0b", "a\ud800b")):
        values = [version, asked, *position[:place], text, *position[place + 1 :]]
        forged = base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()
        assert "page_token" in api.invalid(rpc, **fields, page_token=forged)


@pytest.mark.parametrize(
    ("listing", "change"),
    [
        ("runs", {"filter": "status = 'RUNNING'"}),
        ("runs", {"order_by": ["start_time"]}),
        ("runs", {"run_view_type": "ALL"}),
        ("runs", {"experiment_ids": ["0"]}),
        ("experiments", {"filter": "name != 'x'"}),
        ("experiments", {"order_by": ["name"]}),
        ("experiments", {"view_type": "ALL"}),
        ("old-experiments", {"view_type": "ALL"}),
        ("history", {"metric_key": "other"}),
        ("history", {"run_id": "f" * 32}),
    ],
    ids=str,
)
def test_a_token_of_another_question_is_refused(
    api: Api,
    experiment_id: str,
    seven: list[str],
    first_tokens: dict[str, str],
    listing: str,
    change: dict[str, Any],
) -> None:
    """DESIGN §4: a token carries a hash of what was asked."""
    rpc, fields = listings(experiment_id, seven[0])[listing]
    assert "page_token" in api.invalid(rpc, **fields | change, page_token=first_tokens[listing])


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_token_of_another_listing_is_refused(
    api: Api, experiment_id: str, seven: list[str], first_tokens: dict[str, str], listing: str
) -> None:
    """DESIGN §4."""
    rpc, fields = listings(experiment_id, seven[0])[listing]
    for other, token in first_tokens.items():
        if {other, listing} not in ({"experiments", "old-experiments"}, {listing}):
            api.invalid(rpc, **fields, page_token=token)


# -- page sizes


@pytest.mark.parametrize("max_results", [0, -1, -(2**31), 50_001, 2**31 - 1])
def test_page_sizes_of_runs(api: Api, experiment_id: str, max_results: int) -> None:
    """§8: runs/search max_results 1..50000."""
    assert "max_results" in api.invalid("SearchRuns", experiment_ids=[experiment_id], max_results=max_results)


@pytest.mark.parametrize("max_results", [0, -1, 50_001, 2**63 - 1, -(2**63)])
@pytest.mark.parametrize("rpc", ["SearchExperiments", "ListExperiments"])
def test_page_sizes_of_experiments(api: Api, rpc: str, max_results: int) -> None:
    """§8: experiments/search: 1..50000."""
    assert "max_results" in api.invalid(rpc, max_results=max_results)


@pytest.mark.parametrize("max_results", [0, -1, 1_000_001])
def test_page_sizes_of_a_history(api: Api, run_id: str, max_results: int) -> None:
    """§8: get-history: explicit ≤0 → 400; the contract's upper end."""
    assert "max_results" in api.invalid("GetMetricHistory", run_id=run_id, metric_key="m", max_results=max_results)


def test_page_sizes_at_the_ends(api: Api, experiment_id: str, run_id: str) -> None:
    """§8: 1 and 50000 are allowed."""
    for max_results in (1, 50_000):
        assert api("SearchRuns", experiment_ids=[experiment_id], max_results=max_results).runs
        assert api("SearchExperiments", max_results=max_results).experiments
        assert api("ListExperiments", max_results=max_results).experiments


@pytest.mark.parametrize(
    "way",
    [*((backend, "core") for backend in BACKENDS), ("sqlite", "grpc"), ("sqlite", "rest")],
    ids="-".join,
    indirect=True,
)
def test_pages_are_of_1000_when_nothing_is_said(api: Api, experiment_id: str) -> None:
    """§8: runs/search max_results default 1000; experiments/search ≠ absent → 1000 here.

    Every backend and every door once: a thousand runs take seconds to make.
    """
    for _ in range(1001):
        api("CreateRun", experiment_id=experiment_id)
    first = api("SearchRuns", experiment_ids=[experiment_id])
    assert len(first.runs) == 1000
    rest = api("SearchRuns", experiment_ids=[experiment_id], page_token=first.next_page_token)
    assert len(rest.runs) == 1
    assert not rest.HasField("next_page_token")
    assert len(api("SearchExperiments").experiments) == 2


@pytest.mark.parametrize("way", [("memory", "core"), ("sqlite", "core")], ids="-".join, indirect=True)
def test_pages_of_experiments_are_of_1000_when_nothing_is_said(api: Api) -> None:
    """§8 ≠: absent is 1000 here. The doors add nothing to it."""
    for number in range(1000):
        api("CreateExperiment", name=f"n{number}")
    first = api("SearchExperiments")
    assert len(first.experiments) == 1000
    rest = api("SearchExperiments", page_token=first.next_page_token)
    assert [e.experiment_id for e in rest.experiments] == ["1000"]
    assert not rest.HasField("next_page_token")


LONG_KEY = "\u540d" * 250
"""Of 750 bytes, so that some thousand points fill an answer."""


def test_a_history_without_a_page_size(api: Api, run_id: str) -> None:
    """§8: without max_results everything in one response - over gRPC as much as fits a message, with a token."""
    count = 12_000
    for start in range(0, count, 1000):
        api("LogBatch", run_id=run_id, metrics=[metric(0.5, n, LONG_KEY) for n in range(start, start + 1000)])
    found = pages(
        lambda token: api("GetMetricHistory", run_id=run_id, metric_key=LONG_KEY, page_token=token), "metrics"
    )
    assert [m.timestamp for page in found for m in page] == list(range(count))
    assert (len(found) == 1) == api.rest


def test_a_page_of_runs_ends_early_when_it_is_large(api: Api, experiment_id: str) -> None:
    """DESIGN §3: a page is cut by bytes, with a token; never below one run, however large that one is."""
    ids = []
    for number in range(8):
        run_id = api("CreateRun", experiment_id=experiment_id, start_time=100 - number).run.info.run_id
        ids.append(run_id)
        api("LogBatch", run_id=run_id, tags=[{"key": f"t{n}", "value": "x" * 8000} for n in range(100)])
    schemas = [
        {"dataset": {"name": f"n{n}", "digest": "d", "source_type": "s", "source": "s", "schema": "x" * 1_000_000}}
        for n in range(6)
    ]
    api("LogInputs", run_id=ids[3], datasets=schemas)
    found = pages(lambda token: api("SearchRuns", experiment_ids=[experiment_id], page_token=token), "runs")
    assert [run.info.run_id for page in found for run in page] == ids
    assert len(found) > 2
    assert any([run.info.run_id for run in page] == [ids[3]] for page in found)


# -- writes between pages


def test_a_new_run_neither_repeats_nor_hides_others(api: Api, experiment_id: str, seven: list[str]) -> None:
    """DESIGN §4: keyset paging: what was there from beginning to end is seen exactly once."""
    seen: list[str] = []
    token: str | None = None
    while True:
        page = api("SearchRuns", experiment_ids=[experiment_id], max_results=2, page_token=token)
        seen += [run.info.run_id for run in page.runs]
        if not page.HasField("next_page_token"):
            break
        token = page.next_page_token
        api("CreateRun", experiment_id=experiment_id, start_time=1000)
    assert seen == seven


def test_a_deleted_run_does_not_hide_others(api: Api, experiment_id: str, seven: list[str]) -> None:
    """DESIGN §4: also when the run at which a page ended is gone."""
    page = api("SearchRuns", experiment_ids=[experiment_id], max_results=3)
    assert [run.info.run_id for run in page.runs] == seven[:3]
    for run_id in seven[:3]:
        api("DeleteRun", run_id=run_id)
    rest = api("SearchRuns", experiment_ids=[experiment_id], max_results=10, page_token=page.next_page_token)
    assert [run.info.run_id for run in rest.runs] == seven[3:]


def test_new_points_neither_repeat_nor_hide_others(api: Api, run_id: str) -> None:
    """DESIGN §4: a history page's token is the last triple."""
    api("LogBatch", run_id=run_id, metrics=[metric(0.0, 10 * n) for n in range(6)])
    fields = {"run_id": run_id, "metric_key": "m", "max_results": 3}
    first = api("GetMetricHistory", **fields)
    api("LogBatch", run_id=run_id, metrics=[metric(1.0, 5), metric(1.0, 35)])
    second = api("GetMetricHistory", **fields, page_token=first.next_page_token)
    assert [m.timestamp for m in first.metrics] == [0, 10, 20]
    assert [m.timestamp for m in second.metrics] == [30, 35, 40]
