"""Both forms of a run tell the same: JSON made of its values, and of its message by the gateway's codec (ADR 0017)."""

from __future__ import annotations

import math
from dataclasses import replace

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trackwell_gateway.json_codec import JsonCodec
from trackwell_service.domain.entities import (
    Dataset,
    DatasetInput,
    LifecycleStage,
    MetricSummary,
    ModelOutput,
    Run,
    RunInfo,
    RunStatus,
)
from trackwell_service.rpc.convert import run_message
from trackwell_service.rpc.run_document import message_size, run_document, run_json

CODEC = JsonCodec()

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
PAIRS = st.dictionaries(TEXTS, TEXTS, max_size=4)
INFOS = st.builds(
    RunInfo,
    run_id=TEXTS,
    experiment_id=INTEGERS,
    name=TEXTS,
    user_id=TEXTS,
    status=st.sampled_from(RunStatus),
    start_time_ms=INTEGERS,
    end_time_ms=st.none() | INTEGERS,
    artifact_uri=TEXTS,
    stage=st.sampled_from(LifecycleStage),
)
SUMMARIES = st.builds(
    lambda value, step, timestamp_ms: MetricSummary(value, step, timestamp_ms, None, None, None, None),
    st.floats(),
    INTEGERS,
    INTEGERS,
)
DATASETS = st.builds(
    DatasetInput, st.builds(Dataset, TEXTS, TEXTS, TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS), PAIRS
)
RUNS = st.builds(
    Run,
    info=INFOS,
    metrics=st.dictionaries(TEXTS, SUMMARIES, max_size=4),
    params=PAIRS,
    tags=PAIRS,
    dataset_inputs=st.lists(DATASETS, max_size=3).map(tuple),
    model_inputs=st.lists(TEXTS, max_size=3).map(tuple),
    model_outputs=st.lists(st.builds(ModelOutput, TEXTS, INTEGERS), max_size=3).map(tuple),
)

BARE = Run(RunInfo("r", 0, "", "", RunStatus.RUNNING, 0, None, "", LifecycleStage.ACTIVE))
FULL = Run(
    RunInfo("r", 1, "n", "u", RunStatus.FINISHED, 1, 2, "s3://b", LifecycleStage.DELETED),
    {key: MetricSummary(value, 0, 0, None, None, None, None) for key, value in
     {"nan": math.nan, "up": math.inf, "down": -math.inf, "zero": -0.0}.items()},
    {"null": '"value":null'},
    {"t": "\u2028\0"},
    (DatasetInput(Dataset("d", "1", "local", "/x", "{}", ""), {"k": ""}), DatasetInput(Dataset("e", "", "", ""))),
    ("m",),
    (ModelOutput("o"),),
)  # fmt: skip


@given(RUNS)
@example(BARE)
@example(FULL)
def test_json_is_what_the_codec_makes_of_the_message(run: Run) -> None:
    assert run_json(run) == CODEC.encode(run_message(run))


def test_values_that_json_has_no_number_for_are_words() -> None:
    """§2."""
    metrics = orjson.loads(run_json(FULL))["data"]["metrics"]
    assert {metric["key"]: metric["value"] for metric in metrics} == {
        "nan": "NaN",
        "up": "Infinity",
        "down": "-Infinity",
        "zero": 0.0,
    }


def test_the_size_of_the_message_is_told_from_the_text() -> None:
    """So that a page ends at about the same run in both forms, whether its runs have many items or long ones."""
    point = MetricSummary(0.123456789, 7, 1_700_000_000_000, None, None, None, None)
    many = replace(
        FULL, metrics={f"metric_{n}": point for n in range(100)}, params={f"p{n}": "0.1" for n in range(100)}
    )
    long = replace(BARE, tags={"t": "x" * 100_000})
    for run in (many, long):
        assert message_size(run_json(run)) == pytest.approx(run_message(run).ByteSize(), rel=0.25)
    quoting = run_json(replace(BARE, params={"k": '":' * 10_000}))
    assert message_size(quoting) == len(quoting) // 3


def test_what_is_empty_or_absent_is_left_out() -> None:
    document = run_document(BARE)
    assert document["data"] == document["inputs"] == document["outputs"] == {}
    assert "end_time" not in document["info"]
    assert "outputs" not in run_document(BARE, with_outputs=False)
