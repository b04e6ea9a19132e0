"""docs/rest.md: its tables are the contract's, its limits and its claims are those of the real server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from support.rest_gateway import GatewayThread, running_gateway
from support.rest_tables import PAGE, with_tables
from trackwell_gateway.app import GatewayConfig
from trackwell_gateway.backends.inprocess import InProcessBackend
from trackwell_gateway.limits import HEADER_MAX_BYTES, HISTORY_POINTS_MAX, REQUEST_LINE_MAX_BYTES, GatewayLimits
from trackwell_service.config import LONGEST_CALL_S, ServiceConfig
from trackwell_service.domain import limits as domain
from trackwell_service.rpc.asyncio_bridge import AsyncCore
from trackwell_service.service import open_service

TEXT = PAGE.read_text()
API = "/api/2.0/mlflow"


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayThread]:
    """A gateway before a real service."""
    folder = tmp_path_factory.mktemp("artifacts")
    service = open_service(ServiceConfig(backend_store_uri="memory:", artifacts_destination=str(folder)))
    cores: list[AsyncCore] = []

    def backend() -> InProcessBackend:
        cores.append(AsyncCore(service.core))
        return InProcessBackend(cores[0])

    with running_gateway(backend, GatewayConfig(port=0)) as gateway:
        yield gateway
    cores[0].close()
    service.close()


def test_the_tables_follow_from_the_contract() -> None:
    assert with_tables(TEXT) == TEXT, "write them anew with: python tests/support/rest_tables.py"


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        (r"Keys of metrics, params and tags have 1 to (\d+) characters", [domain.MAX_KEY_CHARS]),
        (r"\| param value \| (\d+) characters", [domain.MAX_PARAM_VALUE_CHARS]),
        (r"\| run tag value \| (\d+) characters", [domain.MAX_TAG_VALUE_CHARS]),
        (r"\| experiment tag value \| ([\d,]+) characters", [domain.MAX_EXPERIMENT_TAG_VALUE_CHARS]),
        (r"\| experiment name \| 1 to (\d+) characters", [domain.MAX_EXPERIMENT_NAME_CHARS]),
        (r"\| run name \| (\d+) characters", [domain.MAX_RUN_NAME_CHARS]),
        (r"\| artifact location \| (\d+) characters", [domain.MAX_ARTIFACT_LOCATION_CHARS]),
        (
            r"\| one log-batch \| (\d+) metrics, (\d+) params, (\d+) tags, (\d+) together",
            [
                domain.MAX_METRICS_PER_BATCH,
                domain.MAX_PARAMS_PER_BATCH,
                domain.MAX_TAGS_PER_BATCH,
                domain.MAX_ITEMS_PER_BATCH,
            ],
        ),
        (
            r"name (\d+), digest (\d+), source ([\d,]+), schema ([\d,]+), profile ([\d,]+) characters",
            [
                domain.MAX_DATASET_NAME_CHARS,
                domain.MAX_DATASET_DIGEST_CHARS,
                domain.MAX_DATASET_SOURCE_CHARS,
                domain.MAX_DATASET_SCHEMA_CHARS,
                domain.MAX_DATASET_PROFILE_CHARS,
            ],
        ),
        (
            r"\| request line, one header \| (\d+) KiB, (\d+) KiB",
            [REQUEST_LINE_MAX_BYTES >> 10, HEADER_MAX_BYTES >> 10],
        ),
        (r"`experiments/list` \| (\d+) \| ([\d,]+)", [domain.DEFAULT_PAGE_ITEMS, domain.MAX_PAGE_ITEMS]),
        (r"`metrics/get-history` \| everything \| ([\d,]+) points", [domain.MAX_HISTORY_PAGE_POINTS]),
        (r"`metrics/get-history` \| everything \| ([\d,]+) points", [HISTORY_POINTS_MAX]),
        (r"get-history-bulk` \| ([\d,]+) points \| ([\d,]+) points", [domain.MAX_BULK_HISTORY_POINTS] * 2),
        (
            r"bulk-interval` \| (\d+) points a run \| (\d+) points a run",
            [domain.DEFAULT_INTERVAL_POINTS, domain.MAX_INTERVAL_POINTS],
        ),
        (r"at most (\d+) MiB after decompression", [GatewayLimits().json_body_max_bytes >> 20]),
        (r"body, up to (\d+) MiB, as a file", [GatewayLimits().ui_upload_max_bytes >> 20]),
        (r"given up after (\d+) seconds", [int(GatewayLimits().request_timeout_s)]),
        (r"given up after (\d+) seconds", [int(LONGEST_CALL_S)]),
        (r"has 1 to (\d+) printable ASCII characters", [domain.MAX_REQUEST_ID_CHARS]),
        (
            r"no request for (\d+) s.*bodies that stall for (\d+) s.*below\s(\d+) KiB/s.*take nothing for (\d+) s",
            [
                int(GatewayLimits().idle_timeout_s),
                int(GatewayLimits().body_grace_s),
                GatewayLimits().body_min_rate_bytes_per_s >> 10,
                int(GatewayLimits().stalled_write_timeout_s),
            ],
        ),
    ],
)
def test_limits_are_the_real_ones(sentence: str, numbers: list[int]) -> None:
    found = re.search(sentence, TEXT, re.DOTALL)
    assert found is not None, sentence
    assert [int(group.replace(",", "")) for group in found.groups()] == numbers


def test_the_sample_refusal_is_the_real_one(rest: GatewayThread) -> None:
    (sample,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    metrics = [{"key": "a", "value": 1, "timestamp": 1}, {"key": "b", "value": "high", "timestamp": 1}]
    answer = rest.post(f"{API}/runs/log-batch", {"run_id": "r", "metrics": metrics})
    assert answer.status_code == 400
    assert answer.json() == json.loads(sample)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        path, _, heading = target.partition("#")
        page = PAGE.parent / path if path else PAGE
        assert page.exists(), target
        assert not heading or heading in headings(page.read_text()), target


def headings(page: str) -> set[str]:
    """What links to the headings of a page end with."""
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def create(rest: GatewayThread, name: str) -> str:
    made: str = rest.post(f"{API}/experiments/create", {"name": name}).json()["experiment_id"]
    return made


class TestWhatDiffers:
    """The last table of the page, line by line."""

    def run_id(self, rest: GatewayThread) -> str:
        made: str = rest.post(f"{API}/runs/create", {"experiment_id": "0"}).json()["run"]["info"]["run_id"]
        return made

    def refused(self, rest: GatewayThread, path: str, document: Any, field: str) -> None:
        answer = rest.post(f"{API}/{path}", document)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), answer.text
        assert field in answer.json()["message"]

    def test_what_cannot_be_read_is_refused(self, rest: GatewayThread) -> None:
        run_id = self.run_id(rest)
        point = {"run_id": run_id, "key": "k", "value": 1, "timestamp": 1}
        self.refused(rest, "runs/update", {"run_id": run_id, "status": "BOGUS"}, "'status'")
        self.refused(rest, "runs/search", {"run_view_type": "BOGUS"}, "'run_view_type'")
        self.refused(rest, "runs/log-metric", {**point, "timestamp": 1.5}, "'timestamp'")
        self.refused(rest, "runs/log-metric", {**point, "step": 2**63}, "'step'")

    def test_infinities_are_kept(self, rest: GatewayThread) -> None:
        run_id = self.run_id(rest)
        for value in ("Infinity", "-Infinity"):
            point = {"run_id": run_id, "key": value, "value": value, "timestamp": 1}
            assert rest.post(f"{API}/runs/log-metric", point).status_code == 200
            history = rest.get(f"{API}/metrics/get-history", params={"run_id": run_id, "metric_key": value}).json()
            assert history["metrics"][0]["value"] == value

    def test_a_run_starts_now(self, rest: GatewayThread) -> None:
        answer = rest.post(f"{API}/runs/create", {"experiment_id": "0"}).json()
        assert answer["run"]["info"]["start_time"] > 1_700_000_000_000

    def test_a_run_needs_an_experiment(self, rest: GatewayThread) -> None:
        self.refused(rest, "runs/create", {}, "'experiment_id'")

    def test_no_permanent_error_is_500(self, rest: GatewayThread) -> None:
        experiment_id = create(rest, "to be deleted")
        rest.post(f"{API}/experiments/delete", {"experiment_id": experiment_id})
        answer = rest.post(f"{API}/experiments/update", {"experiment_id": experiment_id, "new_name": "n"})
        assert answer.status_code == 400
        twice = rest.post(f"{API}/runs/search", {"experiment_ids": ["0"], "order_by": ["start_time", "start_time"]})
        assert twice.status_code in (200, 400)

    def test_max_results_may_be_left_out(self, rest: GatewayThread) -> None:
        assert rest.post(f"{API}/experiments/search", {}).status_code == 200

    def test_tokens_are_places(self, rest: GatewayThread) -> None:
        for number in range(4):
            create(rest, f"place {number}")
        asked: dict[str, Any] = {"max_results": 2, "order_by": ["name DESC"], "filter": "name LIKE 'place %'"}
        first = rest.post(f"{API}/experiments/search", asked).json()
        create(rest, "place 9")
        # The size of a page may change, the question may not.
        asked.update(max_results=3, page_token=first["next_page_token"])
        second = rest.post(f"{API}/experiments/search", asked).json()
        names = [one["name"] for one in first["experiments"] + second["experiments"]]
        assert names == ["place 3", "place 2", "place 1", "place 0"]
        assert "next_page_token" not in second
        self.refused(rest, "experiments/search", {**asked, "order_by": ["name ASC"]}, "page_token")

    def test_a_retry_is_done_once(self, rest: GatewayThread) -> None:
        named = {"X-Request-Id": "a retry"}
        first = rest.post(f"{API}/experiments/create", {"name": "once"}, headers=named)
        again = rest.post(f"{API}/experiments/create", {"name": "once"}, headers=named)
        assert first.json() == again.json()
        without = rest.post(f"{API}/experiments/create", {"name": "once"})
        assert without.json()["error_code"] == "RESOURCE_ALREADY_EXISTS"

    def test_a_run_of_the_caller_s_id_is_made_once(self, rest: GatewayThread) -> None:
        asked = {"experiment_id": "0", "run_id": "my-run", "run_name": "n"}
        first, again = (rest.post(f"{API}/runs/create", asked) for _ in range(2))
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json()["run"]["info"] == again.json()["run"]["info"]

    def test_old_paths_are_served(self, rest: GatewayThread) -> None:
        assert rest.get(f"{API}/experiments/list").status_code == 200
        assert rest.get("/api/2.0/preview/mlflow/experiments/list").status_code == 200
