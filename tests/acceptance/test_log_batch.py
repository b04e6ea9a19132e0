"""rest-facts §6, log-batch: what it stores, and that a refused batch stores nothing."""

from __future__ import annotations

from typing import Any

import pytest

from support.doors.base import Api


def metric(key: str = "m", value: float = 1.0, timestamp: int = 1, step: int | None = None) -> dict[str, Any]:
    """A point as a request holds it."""
    return {"key": key, "value": value, "timestamp": timestamp} | ({} if step is None else {"step": step})


def content(api: Api, run_id: str) -> tuple[object, ...]:
    """All that a batch can change: latest metrics, histories, params, tags, info."""
    run = api("GetRun", run_id=run_id).run
    histories = {
        m.key: [
            (p.timestamp, p.step, p.value) for p in api("GetMetricHistory", run_id=run_id, metric_key=m.key).metrics
        ]
        for m in run.data.metrics
    }
    return (
        [(m.key, m.value, m.timestamp, m.step) for m in run.data.metrics],
        histories,
        [(p.key, p.value) for p in run.data.params],
        [(t.key, t.value) for t in run.data.tags],
        run.info.SerializeToString(deterministic=True),
    )


def test_a_batch_stores_everything(api: Api, run_id: str) -> None:
    """§4: metrics, params and tags together."""
    api(
        "LogBatch",
        run_id=run_id,
        metrics=[metric("a", 1.0, 5, 0), metric("b", 2.0, 6), metric("a", 3.0, 7, 1)],
        params=[{"key": "p", "value": "1"}, {"key": "q"}],
        tags=[{"key": "t", "value": "x"}],
    )
    data = api("GetRun", run_id=run_id).run.data
    assert [(m.key, m.value, m.timestamp, m.step) for m in data.metrics] == [("a", 3.0, 7, 1), ("b", 2.0, 6, 0)]
    assert [(p.key, p.value) for p in data.params] == [("p", "1"), ("q", "")]
    assert ("t", "x") in [(t.key, t.value) for t in data.tags]
    history = api("GetMetricHistory", run_id=run_id, metric_key="a").metrics
    assert [(m.timestamp, m.step, m.value) for m in history] == [(5, 0, 1.0), (7, 1, 3.0)]


def test_an_empty_batch_is_accepted(api: Api, run_id: str) -> None:
    """§6: empty batch on an existing active run → 200."""
    before = content(api, run_id)
    api("LogBatch", run_id=run_id)
    assert content(api, run_id) == before


def test_a_batch_can_be_sent_again(api: Api, run_id: str) -> None:
    """DESIGN §3: points, params and tags are idempotent by nature."""
    batch = {
        "metrics": [metric("m", 1.0, 1, 0), metric("m", 1.0, 1, 0), metric("m", 2.0, 1, 0)],
        "params": [{"key": "p", "value": "v"}],
        "tags": [{"key": "t", "value": "v"}],
    }
    api("LogBatch", run_id=run_id, **batch)
    first = content(api, run_id)
    api("LogBatch", run_id=run_id, **batch)
    assert content(api, run_id) == first
    assert len(api("GetMetricHistory", run_id=run_id, metric_key="m").metrics) == 2


def test_the_last_of_two_tags_wins(api: Api, run_id: str) -> None:
    """§6: duplicate keys inside a log-batch: the last wins."""
    tags = [{"key": "t", "value": "1"}, {"key": "u", "value": "x"}, {"key": "t", "value": "2"}]
    api("LogBatch", run_id=run_id, tags=tags)
    found = {tag.key: tag.value for tag in api("GetRun", run_id=run_id).run.data.tags}
    assert (found["t"], found["u"]) == ("2", "x")


def test_duplicate_params_are_refused_even_when_they_agree(api: Api, run_id: str) -> None:
    """§6: duplicate key inside one request → 400 even when values agree; §3: the message lists the keys."""
    for values in (("v", "v"), ("v", "w")):
        params = [{"key": "k", "value": value} for value in values] + [{"key": "other"}]
        message = api.invalid("LogBatch", run_id=run_id, params=params)
        assert message.startswith("Duplicate parameter keys have been submitted: ['k']")
    assert not api("GetRun", run_id=run_id).run.data.params


def test_a_param_that_agrees_is_accepted(api: Api, run_id: str) -> None:
    """§6: same key+value again → 200, beside new ones."""
    api("LogParam", run_id=run_id, key="old", value="v")
    api("LogBatch", run_id=run_id, params=[{"key": "old", "value": "v"}, {"key": "new", "value": "w"}])
    params = api("GetRun", run_id=run_id).run.data.params
    assert [(p.key, p.value) for p in params] == [("new", "w"), ("old", "v")]


def test_a_changed_param_fails_the_whole_batch(api: Api, run_id: str) -> None:
    """§3: the batch form of the message; §6: nothing of the batch is stored."""
    api("LogBatch", run_id=run_id, params=[{"key": "old", "value": "v"}], metrics=[metric()])
    before = content(api, run_id)
    message = api.invalid(
        "LogBatch",
        run_id=run_id,
        metrics=[metric("m", 2.0, 2), metric("n")],
        params=[{"key": "first", "value": "1"}, {"key": "old", "value": "w"}, {"key": "last", "value": "1"}],
        tags=[{"key": "t", "value": "x"}, {"key": "mlflow.runName", "value": "renamed"}],
    )
    assert message.startswith("Changing param values is not allowed. Params were already logged='[{")
    assert f"}}]' for run ID='{run_id}'." in message
    assert "'old'" in message or '"old"' in message
    assert "first" not in message
    assert content(api, run_id) == before


BAD_ITEMS: list[tuple[str, str, dict[str, Any]]] = [
    ("bad metric key", "metrics", metric("a//b")),
    ("metric without value", "metrics", {"key": "m", "timestamp": 1}),
    ("metric without timestamp", "metrics", {"key": "m", "value": 1.0}),
    ("negative timestamp", "metrics", metric(timestamp=-1)),
    ("long metric key", "metrics", metric("k" * 251)),
    ("bad param key", "params", {"key": "..", "value": "v"}),
    ("empty param key", "params", {"key": "", "value": "v"}),
    ("nul in a param", "params", {"key": "nul", "value": "a\0"}),
    ("bad tag key", "tags", {"key": "/t", "value": "v"}),
    ("nul in a tag", "tags", {"key": "nul", "value": "\0"}),
]


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize(("kind", "item"), [case[1:] for case in BAD_ITEMS], ids=[case[0] for case in BAD_ITEMS])
def test_nothing_of_a_refused_batch_is_stored(
    api: Api, run_id: str, kind: str, item: dict[str, Any], place: str
) -> None:
    """§6 atomicity: validation covers the whole batch first, wherever the bad item stands."""
    api("LogBatch", run_id=run_id, metrics=[metric()], params=[{"key": "p", "value": "v"}])
    before = content(api, run_id)
    batch: dict[str, list[dict[str, Any]]] = {
        "metrics": [metric("m", 2.0, 2), metric("new")],
        "params": [{"key": "x", "value": "v"}, {"key": "y", "value": "v"}],
        "tags": [{"key": "x", "value": "v"}, {"key": "y", "value": "v"}],
    }
    batch[kind].insert({"first": 0, "middle": 1, "last": 2}[place], item)
    api.invalid("LogBatch", run_id=run_id, **batch)
    assert content(api, run_id) == before


def numbered(count: int, kind: str) -> list[dict[str, Any]]:
    """That many items of one kind, each with a key of its own."""
    if kind == "metrics":
        return [metric(f"k{n}") for n in range(count)]
    return [{"key": f"k{n}", "value": "v"} for n in range(count)]


@pytest.mark.parametrize(("kind", "limit"), [("metrics", 1000), ("params", 100), ("tags", 100)])
def test_the_size_limits_of_a_batch(api: Api, run_id: str, kind: str, limit: int) -> None:
    """§5: ≤1000 metrics, ≤100 params, ≤100 tags; §3: the message gives limit and count."""
    before = content(api, run_id)
    message = api.invalid("LogBatch", run_id=run_id, **{kind: numbered(limit + 1, kind)})
    assert message.startswith(f"A batch logging request can contain at most {limit} {kind}. Got {limit + 1} {kind}.")
    assert content(api, run_id) == before
    for count in (limit - 1, limit):
        api("LogBatch", run_id=run_id, **{kind: numbered(count, kind)})
    stored = getattr(api("GetRun", run_id=run_id).run.data, kind)
    assert len([item for item in stored if item.key != "mlflow.runName"]) == limit


@pytest.mark.parametrize(
    ("metrics", "params", "tags", "accepted"),
    [(800, 100, 100, True), (799, 100, 100, True), (801, 100, 100, False), (1000, 1, 0, False), (1000, 0, 0, True)],
)
def test_the_size_limit_of_all_together(
    api: Api, run_id: str, metrics: int, params: int, tags: int, accepted: bool
) -> None:
    """§5: ≤1000 altogether; §3: the things are called `metrics, params, and tags`."""
    batch = {kind: numbered(count, kind) for kind, count in (("metrics", metrics), ("params", params), ("tags", tags))}
    if accepted:
        api("LogBatch", run_id=run_id, **batch)
        data = api("GetRun", run_id=run_id).run.data
        assert (len(data.metrics), len(data.params), len(data.tags)) == (metrics, params, tags + 1)
        return
    message = api.invalid("LogBatch", run_id=run_id, **batch)
    total = metrics + params + tags
    assert message.startswith(
        "A batch logging request can contain at most 1000 metrics, params, and tags. "
        f"Got {total} metrics, params, and tags."
    )
    assert not api("GetRun", run_id=run_id).run.data.params


def test_one_key_a_thousand_times(api: Api, run_id: str) -> None:
    """§6: every point of a batch is kept; the run shows the one with the greatest step."""
    points = [metric("m", float(n % 7), n // 3, 999 - n) for n in range(1000)]
    api("LogBatch", run_id=run_id, metrics=points)
    history = api("GetMetricHistory", run_id=run_id, metric_key="m").metrics
    expected = sorted((p["timestamp"], p["step"], p["value"]) for p in points)
    assert [(m.timestamp, m.step, m.value) for m in history] == expected
    (shown,) = api("GetRun", run_id=run_id).run.data.metrics
    assert (shown.timestamp, shown.step, shown.value) == (0, 999, 0.0)
