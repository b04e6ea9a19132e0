"""The JSON dialect, sentence by sentence of rest-facts §2, and against protobuf's own JSON where the two agree."""

from __future__ import annotations

import json
import math
from typing import Any

import orjson
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from trackwell.v1 import artifacts_pb2, experiments_pb2, metrics_pb2, runs_pb2
from trackwell_gateway.descriptors import descriptor_of, is_repeated, methods
from trackwell_gateway.errors import InvalidRequest
from trackwell_gateway.json_codec import JsonCodec, decode_text

CODEC = JsonCodec()
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def decode(document: dict[str, Any], message_class: type[Message] = metrics_pb2.LogMetricRequest) -> Any:
    return CODEC.decode(document, message_class)


def refusal(document: dict[str, Any], message_class: type[Message] = metrics_pb2.LogMetricRequest) -> str:
    with pytest.raises(InvalidRequest) as caught:
        CODEC.decode(document, message_class)
    return caught.value.message


class TestNames:
    def test_answers_have_the_contract_s_names(self) -> None:
        message = runs_pb2.RunInfo(run_id="a", lifecycle_stage="active", start_time=1)
        assert orjson.loads(CODEC.encode(message)) == {"run_id": "a", "lifecycle_stage": "active", "start_time": 1}

    @pytest.mark.parametrize("name", ["run_id", "runId"])
    def test_requests_may_use_both_spellings(self, name: str) -> None:
        assert decode({name: "a"}).run_id == "a"

    @pytest.mark.parametrize("value", ["a", None])
    def test_both_spellings_at_once_are_refused(self, value: object) -> None:
        text = refusal({"runId": value, "run_id": "b"})
        assert text == "Parameter 'run_id' is given twice, as 'runId' and as 'run_id'; give it once."

    def test_both_spellings_in_a_list_item_are_refused_with_their_path(self) -> None:
        document = {"datasets": [{}, {"dataset": {"sourceType": "a", "source_type": "a"}}]}
        assert "'datasets[1].dataset.source_type'" in refusal(document, runs_pb2.LogInputsRequest)

    def test_unknown_names_are_ignored(self) -> None:
        document = {"run_id": "a", "model_id": "m", "nested": {"x": [1, {"y": None}]}, "RUN_ID": "b", "run-id": "c"}
        assert decode(document) == metrics_pb2.LogMetricRequest(run_id="a")

    def test_unknown_names_in_list_items_are_ignored(self) -> None:
        document = {"metrics": [{"key": "a", "dataset_name": "d"}]}
        assert decode(document, runs_pb2.LogBatchRequest) == runs_pb2.LogBatchRequest(
            metrics=[metrics_pb2.Metric(key="a")]
        )


class TestIntegers:
    @pytest.mark.parametrize(
        ("given_", "number"),
        [
            (0, 0),
            (-5, -5),
            (1.69e12, 1_690_000_000_000),
            (3.0, 3),
            (-0.0, 0),
            ("17", 17),
            ("-17", -17),
            ("007", 7),
            (INT64_MAX, INT64_MAX),
            (INT64_MIN, INT64_MIN),
            (str(INT64_MAX), INT64_MAX),
            (str(INT64_MIN), INT64_MIN),
            (float(2**62), 2**62),
        ],
    )
    def test_a_number_an_integral_float_or_a_decimal_string(self, given_: object, number: int) -> None:
        assert decode({"step": given_}).step == number

    @pytest.mark.parametrize(
        "given_",
        [
            1.5,
            -0.1,
            True,
            False,
            "",
            " 1",
            "1 ",
            "+1",
            "1.0",
            "1e3",
            "0x10",
            "1_000",
            "\u0661",
            "NaN",
            [],
            {},
            [1],
            INT64_MAX + 1,
            str(INT64_MAX + 1),
            str(INT64_MIN - 1),
            "9" * 25,
            float(2**63),
            float(-(2**63)),
            1e300,
        ],
    )
    def test_everything_else_is_refused(self, given_: object) -> None:
        shown = orjson.dumps(given_).decode()
        rule = f"It must be an integer from {INT64_MIN} to {INT64_MAX}"
        assert refusal({"step": given_}) == f"Invalid value {shown} for parameter 'step' supplied: {rule}."

    def test_integers_below_int64_are_refused_although_json_parsers_round_them(self) -> None:
        assert "'step'" in refusal(orjson.loads(b'{"step":-9223372036854775809}'))

    @pytest.mark.parametrize("given_", [2**31, -(2**31) - 1, 2.0**31, str(2**31)])
    def test_int32_has_its_own_range(self, given_: object) -> None:
        assert "from -2147483648 to 2147483647" in refusal({"max_results": given_}, runs_pb2.SearchRunsRequest)

    @pytest.mark.parametrize("number", [0, INT64_MAX, INT64_MIN, 1_700_000_000_000])
    def test_answers_have_json_numbers(self, number: int) -> None:
        assert CODEC.encode(metrics_pb2.Metric(step=number)) == b'{"step":%d}' % number


class TestDoubles:
    @pytest.mark.parametrize(
        ("given_", "number"),
        [
            (0, 0.0),
            (1, 1.0),
            (-2.5, -2.5),
            (2**64 - 1, float(2**64 - 1)),
            (5e-324, 5e-324),
            (1.7976931348623157e308, 1.7976931348623157e308),
            ("3.25", 3.25),
            ("1e3", 1000.0),
            ("-1E-3", -0.001),
            (".5", 0.5),
            ("5.", 5.0),
            ("+1", 1.0),
            ("Infinity", math.inf),
            ("-Infinity", -math.inf),
        ],
    )
    def test_numbers_words_and_numeric_strings(self, given_: object, number: float) -> None:
        assert decode({"value": given_}).value == number

    def test_nan(self) -> None:
        assert math.isnan(decode({"value": "NaN"}).value)

    def test_negative_zero_keeps_its_sign(self) -> None:
        assert math.copysign(1, decode({"value": -0.0}).value) == -1

    @pytest.mark.parametrize(
        "given_",
        ["nan", "NAN", "-NaN", "inf", "infinity", "+Infinity", "", " 1", "1 ", "1,5", "1_0", "0x1p3", "e5", ".",
         "\u0661", "abc", True, False, [], {}, "1" * 500],
    )  # fmt: skip
    def test_everything_else_is_refused(self, given_: object) -> None:
        text = refusal({"value": given_})
        assert "for parameter 'value' supplied: It must be a number" in text
        assert len(text) < 400

    @pytest.mark.parametrize("given_", ["1e999", "-1e999", "1" + "0" * 99 + "e300"])
    def test_numbers_beyond_a_double_are_refused(self, given_: object) -> None:
        assert "beyond the range" in refusal({"value": given_})

    @pytest.mark.parametrize(
        ("number", "text"),
        [(0.0, b"0.0"), (1.0, b"1.0"), (0.1, b"0.1"), (math.nan, b'"NaN"'), (math.inf, b'"Infinity"'),
         (-math.inf, b'"-Infinity"'), (1e15, b"1000000000000000.0"), (-2.5, b"-2.5")],
    )  # fmt: skip
    def test_answers(self, number: float, text: bytes) -> None:
        assert CODEC.encode(metrics_pb2.Metric(value=number)) == b'{"value":' + text + b"}"


class TestPresence:
    def test_unset_fields_and_empty_lists_are_left_out(self) -> None:
        assert CODEC.encode(runs_pb2.SearchRunsResponse()) == b"{}"
        run = runs_pb2.Run(info=runs_pb2.RunInfo(run_id="a"), data=runs_pb2.RunData())
        assert orjson.loads(CODEC.encode(run)) == {"info": {"run_id": "a"}, "data": {}}

    def test_zero_and_the_empty_text_are_there_when_set(self) -> None:
        info = runs_pb2.RunInfo(user_id="", start_time=0)
        assert orjson.loads(CODEC.encode(info)) == {"user_id": "", "start_time": 0}
        assert orjson.loads(CODEC.encode(runs_pb2.Param(key="k", value=""))) == {"key": "k", "value": ""}
        assert orjson.loads(CODEC.encode(metrics_pb2.Metric(value=0.0, step=0))) == {"value": 0.0, "step": 0}
        assert orjson.loads(CODEC.encode(artifacts_pb2.FileInfo(is_dir=False))) == {"is_dir": False}

    def test_inputs_and_outputs_are_there_when_set_though_empty(self) -> None:
        run = runs_pb2.Run(inputs=runs_pb2.RunInputs(), outputs=runs_pb2.RunOutputs())
        assert orjson.loads(CODEC.encode(run)) == {"inputs": {}, "outputs": {}}

    def test_null_is_absent(self) -> None:
        message = decode({"run_id": None, "value": None, "step": None})
        assert message == metrics_pb2.LogMetricRequest()
        assert not message.HasField("step")
        assert decode({"metrics": None, "run_id": "a"}, runs_pb2.LogBatchRequest).run_id == "a"

    def test_zero_and_the_empty_text_in_requests_are_set(self) -> None:
        message = decode({"run_id": "", "step": 0, "value": 0})
        assert [message.HasField(name) for name in ("run_id", "step", "value", "key")] == [True, True, True, False]


class TestTexts:
    @pytest.mark.parametrize("given_", [5, 0, 1.5, True, [], {}, ["a"]])
    def test_ids_and_other_texts_must_be_strings(self, given_: object) -> None:
        shown = orjson.dumps(given_).decode()
        text = refusal({"run_id": given_})
        assert text == f"Invalid value {shown} for parameter 'run_id' supplied: It must be a string."

    def test_every_character_survives(self) -> None:
        text = 'é名前😀\u2028\x00\x1f"\\/'
        assert decode({"key": text}).key == text
        assert orjson.loads(CODEC.encode(metrics_pb2.Metric(key=text))) == {"key": text}

    def test_a_long_value_is_shown_short(self) -> None:
        assert len(refusal({"run_id": ["x" * 1_000_000]})) < 400


class TestEnums:
    @pytest.mark.parametrize("given_", ["DELETED_ONLY", 2, 2.0, "2"])
    def test_by_name_or_number(self, given_: object) -> None:
        assert decode({"run_view_type": given_}, runs_pb2.SearchRunsRequest).run_view_type == 2

    @pytest.mark.parametrize("given_", ["BOGUS", "deleted_only", "", 9, -1, 2.5, True, [], {}, "9", 2**40])
    def test_unknown_ones_are_refused(self, given_: object) -> None:
        shown = orjson.dumps(given_).decode()
        assert refusal({"run_view_type": given_}, runs_pb2.SearchRunsRequest) == (
            f"Invalid value {shown} for parameter 'run_view_type' supplied: "
            "It must be one of ACTIVE_ONLY (1), DELETED_ONLY (2), ALL (3)."
        )

    def test_answers_have_names(self) -> None:
        assert CODEC.encode(runs_pb2.RunInfo(status=runs_pb2.RunStatus.KILLED)) == b'{"status":"KILLED"}'

    def test_a_number_of_a_newer_service_stays_a_number(self) -> None:
        info = runs_pb2.RunInfo.FromString(b"\x30\x63")  # Field 6, value 99.
        assert CODEC.encode(info) == b'{"status":99}'


class TestPaths:
    @pytest.mark.parametrize(
        ("document", "message_class", "path"),
        [
            ({"metrics": [{"key": "a", "value": 1, "timestamp": 1}, {"key": 5}]}, runs_pb2.LogBatchRequest,
             "metrics[1].key"),
            ({"metrics": [{"value": "x"}]}, runs_pb2.LogBatchRequest, "metrics[0].value"),
            ({"params": [{"key": "a", "value": 1}]}, runs_pb2.LogBatchRequest, "params[0].value"),
            ({"tags": [{}, {}, {"key": []}]}, runs_pb2.LogBatchRequest, "tags[2].key"),
            ({"tags": {}}, runs_pb2.LogBatchRequest, "tags"),
            ({"tags": "x"}, runs_pb2.LogBatchRequest, "tags"),
            ({"tags": [None]}, runs_pb2.LogBatchRequest, "tags[0]"),
            ({"tags": ["x"]}, runs_pb2.LogBatchRequest, "tags[0]"),
            ({"tags": [[]]}, runs_pb2.LogBatchRequest, "tags[0]"),
            ({"order_by": ["a", 1]}, runs_pb2.SearchRunsRequest, "order_by[1]"),
            ({"order_by": "a"}, runs_pb2.SearchRunsRequest, "order_by"),
            ({"experiment_ids": [0]}, runs_pb2.SearchRunsRequest, "experiment_ids[0]"),
            ({"experiment_ids": [None]}, runs_pb2.SearchRunsRequest, "experiment_ids[0]"),
            ({"datasets": [{"dataset": []}]}, runs_pb2.LogInputsRequest, "datasets[0].dataset"),
            ({"datasets": [{"dataset": {"name": 1}}]}, runs_pb2.LogInputsRequest, "datasets[0].dataset.name"),
            ({"datasets": [{"tags": [{"value": 1}]}]}, runs_pb2.LogInputsRequest, "datasets[0].tags[0].value"),
        ],
    )  # fmt: skip
    def test_a_refusal_names_the_place(self, document: dict[str, Any], message_class: type[Message], path: str) -> None:
        assert f" for parameter '{path}' supplied: " in refusal(document, message_class)


# What follows holds this codec against protobuf's own, on every message that a unary rpc takes or returns.

CLASSES = sorted(
    {
        message_class
        for method, _ in methods()
        if not method.takes_stream and not method.returns_stream
        for message_class in (method.request_class, method.response_class)
    },
    key=lambda message_class: descriptor_of(message_class).full_name,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: texts,
    FieldDescriptor.TYPE_INT64: st.integers(INT64_MIN, INT64_MAX),
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.TYPE_SFIXED64: st.integers(INT64_MIN, INT64_MAX),
    # JSON has one NaN; the sign and payload bits of others are not kept.
    FieldDescriptor.TYPE_DOUBLE: st.floats().map(lambda value: math.nan if value != value else value),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
}


@st.composite
def fill(draw: st.DrawFn, message_class: type[Message]) -> Message:
    message = message_class()
    _fill(draw, message)
    return message


def _fill(draw: st.DrawFn, message: Message) -> None:
    for field in descriptor_of(type(message)).fields:
        if not draw(st.booleans()):
            continue
        target: Any = getattr(message, field.name)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            target.update(draw(st.dictionaries(texts, texts, max_size=2)))
        elif field.message_type is not None and is_repeated(field):
            for _ in range(draw(st.integers(0, 2))):
                _fill(draw, target.add())
        elif field.message_type is not None:
            target.SetInParent()
            _fill(draw, target)
        else:
            scalars = (
                st.sampled_from([value.number for value in field.enum_type.values])
                if field.enum_type is not None
                else SCALARS[field.type]
            )
            if is_repeated(field):
                target.extend(draw(st.lists(scalars, max_size=3)))
            else:
                setattr(message, field.name, draw(scalars))


def same(left: Message, right: Message) -> bool:
    # NaN is not equal to itself, its bytes are.
    return left.SerializeToString(deterministic=True) == right.SerializeToString(deterministic=True)


@given(st.data())
def test_what_was_encoded_decodes_to_the_same(data: st.DataObject) -> None:
    message_class = data.draw(st.sampled_from(CLASSES))
    message = data.draw(fill(message_class))
    assert same(CODEC.decode(orjson.loads(CODEC.encode(message)), message_class), message)


@given(st.data())
def test_protobuf_reads_what_this_codec_writes(data: st.DataObject) -> None:
    message_class = data.draw(st.sampled_from(CLASSES))
    message = data.draw(fill(message_class))
    assert same(json_format.Parse(CODEC.encode(message), message_class()), message)


@pytest.mark.parametrize("proto_names", [True, False])
@given(st.data())
def test_this_codec_reads_what_protobuf_writes(proto_names: bool, data: st.DataObject) -> None:
    message_class = data.draw(st.sampled_from(CLASSES))
    message = data.draw(fill(message_class))
    text = json_format.MessageToJson(message, preserving_proto_field_name=proto_names)
    assert same(CODEC.decode(json.loads(text), message_class), message)


@pytest.mark.parametrize(
    "body",
    [
        b'{"key":"a","key":"b"}',
        b'{"key":"a","value":1,"step":1,"step":1}',
        b'{"key":"a:","key":"b"}',
        b'{"x":"","x":""}',
        b'{"metrics":[{"key":"a"},{"key":"a","key":"b"}]}',
        b'{"metrics":[{"key":"a:b"}],"tags":[{"key":"a","key":"b"}]}',
        b'{"metrics":[],"metrics":[]}',
    ],
)
def test_a_name_given_twice_is_refused_on_every_way(body: bytes) -> None:
    for message_class in (metrics_pb2.LogMetricRequest, runs_pb2.LogBatchRequest):
        with pytest.raises(InvalidRequest, match="twice in one object"):
            decode_text(CODEC.decoder(descriptor_of(message_class)), body, message_class)


@pytest.mark.parametrize("body", [b'{"key":"a:b"}', b'{"tags":[{"key":":","value":"::"}],"run_id":"::"}', b'"{}"', b""])
def test_colons_in_texts_are_no_names(body: bytes) -> None:
    for message_class in (metrics_pb2.LogMetricRequest, runs_pb2.LogBatchRequest):
        assert isinstance(decode_text(CODEC.decoder(descriptor_of(message_class)), body, message_class), message_class)


@given(st.data())
def test_the_quick_way_and_the_exact_way_decode_alike(data: st.DataObject) -> None:
    message_class = data.draw(st.sampled_from(CLASSES))
    decoder = CODEC.decoder(descriptor_of(message_class))
    document = orjson.loads(CODEC.encode(data.draw(fill(message_class))))
    exact = message_class(**decoder.exact(document))
    assert same(CODEC.decode(document, message_class), exact)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_no_value_in_any_field_breaks_the_decoder(data: st.DataObject) -> None:
    message_class = data.draw(st.sampled_from(CLASSES))
    names = [field.name for field in descriptor_of(message_class).fields] or ["x"]
    document = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=4))
    decoder = CODEC.decoder(descriptor_of(message_class))
    try:
        exact = message_class(**decoder.exact(document))
    except InvalidRequest as error:
        assert error.http_status == 400  # noqa: PT017  # a refusal is one of two right outcomes
        with pytest.raises(InvalidRequest):
            CODEC.decode(document, message_class)
    else:
        assert same(CODEC.decode(document, message_class), exact)


def test_every_class_of_the_contract_is_compiled() -> None:
    assert {descriptor_of(message_class).name for message_class in CLASSES} >= {
        "CreateExperimentRequest",
        "SearchRunsResponse",
        "LogBatchRequest",
        "CreateMultipartUploadResponse",
    }
    assert experiments_pb2.SearchDatasetsRequest in CLASSES
