"""Hostile names, queries, bodies and headers: a clear refusal or a plain answer, never a fault (P6 to P9)."""

from __future__ import annotations

import base64
import gzip
import json
import uuid

import pytest

from security.conftest import Raw
from support.doors.base import Api


class TestNames:
    """Texts that would hurt somewhere else."""

    @pytest.mark.parametrize(
        "key", ["../x", "a\\b", "a\x00b", "\u202ekey", "k" * 1_000_000, "a//b", "..", "<img onerror=x>"]
    )
    def test_bad_keys_are_refused(self, api: Api, run_id: str, key: str) -> None:
        assert len(api.invalid("SetTag", run_id=run_id, key=key, value="x")) < 1000
        assert len(api.invalid("LogParam", run_id=run_id, key=key, value="x")) < 1000

    @pytest.mark.parametrize("key", ["__proto__", "constructor", "=cmd", "m", "%6d"])
    def test_plain_keys_are_just_keys(self, api: Api, run_id: str, key: str) -> None:
        if "=" in key or "%" in key:
            api.invalid("SetTag", run_id=run_id, key=key, value="x")
            return
        api("SetTag", run_id=run_id, key=key, value="x")
        tags = {tag.key: tag.value for tag in api("GetRun", run_id=run_id).run.data.tags}
        assert tags[key] == "x"

    def test_a_very_long_experiment_name_is_refused(self, api: Api) -> None:
        assert len(api.invalid("CreateExperiment", name="1" * 10_000_000 if not api.rest else "1" * 900_000)) < 1000

    def test_markup_is_kept_as_text(self, api: Api, run_id: str) -> None:
        markup = "<img src=x onerror=alert(1)> javascript:alert(1)"
        api("UpdateRun", run_id=run_id, run_name=markup)
        assert api("GetRun", run_id=run_id).run.info.run_name == markup


class TestQueries:
    """The search language as an entrance."""

    @pytest.mark.parametrize(
        "filter_text",
        [
            "params.a = 'x' OR 1=1",
            "params.a = 'x'; DROP TABLE runs",
            "1=1",
            "params.a = 'x' UNION SELECT * FROM runs",
            "(" * 10_000 + "params.a = 'x'" + ")" * 10_000,
            "params.a = '" + "x" * 1_000_000,
            "metrics.m > 1e999999",
            "params.a LIKE 'x",
            "params.a RLIKE '('",
            " AND ".join(["params.a = 'x'"] * 10_000),
            "params.a = 'x\x00'",
        ],
        ids=lambda text: ascii(text)[:30],
    )
    def test_a_bad_filter_is_refused(self, api: Api, filter_text: str) -> None:
        message = api.invalid("SearchRuns", experiment_ids=["0"], filter=filter_text)
        assert len(message) < 2000

    def test_patterns_that_blow_up_elsewhere_are_answered(self, api: Api, run_id: str) -> None:
        """A matcher that tries every way would not come back within the lifetime of this test's server."""
        api("SetTag", run_id=run_id, key="long", value="a" * 7_999)
        for filter_text in (
            "tags.long LIKE '" + "%_" * 400 + "b'",
            "tags.long RLIKE '(a+)+$b'",
            "tags.long RLIKE '(a|aa)+b'",
        ):
            assert not api("SearchRuns", experiment_ids=["0"], filter=filter_text).runs

    @pytest.mark.parametrize("order_by", ["start_time; DROP TABLE runs", "(SELECT 1)", "metrics.", "x" * 100_000])
    def test_a_bad_order_is_refused(self, api: Api, order_by: str) -> None:
        api.invalid("SearchRuns", experiment_ids=["0"], order_by=[order_by])

    @pytest.mark.parametrize(
        "token",
        [
            "x",
            "eyJvZmZzZXQiOiAxfQ==",
            base64.urlsafe_b64encode(b"[1]").decode(),
            base64.urlsafe_b64encode(b"[" * 50_000).decode(),
            base64.urlsafe_b64encode(json.dumps([1, "0" * 16, 10**400]).encode()).decode(),
            "A" * 1_000_000,
            "é",
        ],
        ids=lambda text: text[:20],
    )
    def test_a_forged_token_is_refused(self, api: Api, token: str) -> None:
        if api.rest and len(token) > 900_000:
            token = token[:900_000]
        assert "page_token" in api.invalid("SearchRuns", experiment_ids=["0"], page_token=token)

    def test_a_token_of_another_query_is_refused(self, api: Api, run_id: str) -> None:
        api("CreateRun", experiment_id="0")
        token = api("SearchRuns", experiment_ids=["0"], max_results=1).next_page_token
        assert token
        api.invalid("SearchRuns", experiment_ids=["0"], max_results=1, filter="params.a = 'x'", page_token=token)
        api.invalid("SearchExperiments", max_results=1, page_token=token)


class TestBodies:
    """What JSON and HTTP can carry."""

    @pytest.mark.parametrize(
        ("body", "parameter"),
        [
            ('{"run_id": ' * 5 + "1" + "}" * 5, "run_id"),
            ("[" * 100_000, "run_id"),
            ('{"a":' * 50_000 + "1" + "}" * 50_000, "run_id"),
            ('{"run_id":"R","key":"k","value":1e999,"timestamp":1}', "value"),
            ('{"run_id":"R","key":"k","value":NaN,"timestamp":1}', ""),
            ('{"run_id":"R","key":"k","value":1,"timestamp":9223372036854775808}', "timestamp"),
            ('{"run_id":"R","key":"k","value":1,"timestamp":-1}', "timestamp"),
            ('{"run_id":"R","key":"k","value":1,"timestamp":1.5}', "timestamp"),
            ('{"run_id":"R","key":"k","value":"1x","timestamp":1}', "value"),
            ('{"run_id":"R","key":"k","value":1,"timestamp":1,"step":1e30}', "step"),
            ('{"run_id":"R","key":{"a":1},"value":1,"timestamp":1}', "key"),
            ('{"run_id":"R","key":"\\ud800","value":1,"timestamp":1}', ""),
        ],
    )
    def test_a_bad_metric_is_refused(self, raw: Raw, run_id: str, body: str, parameter: str) -> None:
        answer = raw.post_json("runs/log-metric", body.replace('"R"', f'"{run_id}"'))
        assert (answer.status, answer.error_code) == (400, "INVALID_PARAMETER_VALUE")
        assert parameter in json.loads(answer.body)["message"]

    def test_a_body_that_cannot_be_read_is_refused_in_the_words_of_a_missing_value(self, raw: Raw) -> None:
        """Gateway and service speak alike: a caller sees one product."""
        told = [json.loads(raw.post_json("runs/log-metric", body).body)["message"] for body in ("{}", "{")]
        assert told[0].startswith("Missing value for required parameter 'run_id'.")
        assert told[1].startswith(told[0])

    def test_invalid_utf8_is_refused(self, raw: Raw) -> None:
        assert raw.post_json("runs/set-tag", b'{"run_id":"\xff\xfe"}').status == 400

    def test_a_gzip_bomb_is_refused(self, raw: Raw) -> None:
        bomb = gzip.compress(b'{"run_id":"' + b"0" * 200_000_000 + b'"}', compresslevel=9)
        answer = raw.post_json("runs/log-metric", bomb, Content_Encoding="gzip")
        assert answer.status in (400, 413)

    def test_a_thousand_ranges_are_one_answer(self, raw: Raw, run_id: str) -> None:
        ranges = "bytes=" + ",".join("0-0" for _ in range(1000))
        path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/kept.txt"
        answer = raw.send("GET", path, Range=ranges)
        assert (answer.status, answer.body) in ((200, b"kept"), (416, b""))


class TestBrowser:
    """Requests that a page of another site can make a browser send."""

    def create(self, raw: Raw, **headers: str) -> int:
        body = json.dumps({"name": uuid.uuid4().hex})
        return raw.send("POST", "/ajax-api/2.0/mlflow/experiments/create", body, **headers).status

    def test_a_plain_client_may_write(self, raw: Raw) -> None:
        assert self.create(raw, Content_Type="application/json") == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Content_Type": "text/plain"},
            {"Content_Type": "application/x-www-form-urlencoded"},
            {},
            {"Content_Type": "application/json", "Origin": "https://attacker.example"},
            {"Content_Type": "application/json", "Origin": "null"},
            {"Content_Type": "application/json", "Sec_Fetch_Site": "cross-site"},
            {"Content_Type": "application/json", "Host": "attacker.example"},
        ],
        ids=str,
    )
    def test_another_site_may_not(self, raw: Raw, headers: dict[str, str]) -> None:
        assert self.create(raw, **headers) in (400, 403)

    def test_a_foreign_host_may_not_even_read(self, raw: Raw) -> None:
        assert raw.send("GET", "/api/2.0/mlflow/experiments/get?experiment_id=0", Host="attacker.example").status == 403

    @pytest.mark.parametrize("verb", ["PUT", "DELETE"])
    def test_another_site_may_not_touch_artifacts(self, raw: Raw, run_id: str, verb: str) -> None:
        path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/kept.txt"
        assert raw.send(verb, path, b"", Origin="https://attacker.example").status == 403
        assert raw.send("GET", path).body == b"kept"
