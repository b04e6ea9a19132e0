"""All that can be seen of a service, as one value that two services can be compared by."""

from __future__ import annotations

from typing import Any

from support.doors.base import Api
from support.errors import ApiError
from support.histories import RUN_IDS, Step

Seen = dict[str, Any]


def encoded(message: Any) -> bytes:
    """The message to the bit: NaN equals NaN, -0.0 is not 0.0."""
    found: bytes = message.SerializeToString(deterministic=True)
    return found


def take(api: Api, step: Step) -> object:
    """Does one step and returns what the client sees of it: the answer, or code and message."""
    client = api if step.request_id is None else api.under(step.request_id)
    try:
        return encoded(client(step.rpc, **step.fields))
    except ApiError as refusal:
        return (refusal.code, refusal.message)


def pages(api: Api, rpc: str, items: str, **fields: Any) -> list[list[bytes]]:
    """Every page of a listing. Tokens are not compared: each store has its own."""
    found: list[list[bytes]] = []
    token: str | None = None
    while True:
        answer = api(rpc, page_token=token, **fields)
        found.append([encoded(item) for item in getattr(answer, items)])
        if not answer.HasField("next_page_token"):
            return found
        token = answer.next_page_token


def observe(api: Api) -> Seen:
    """Experiments, runs by view and page, whole histories in pages and in one piece, datasets."""
    seen: Seen = {}
    experiments = [
        experiment
        for view in ("ACTIVE_ONLY", "DELETED_ONLY")
        for experiment in api("SearchExperiments", view_type=view).experiments
    ]
    ids = [experiment.experiment_id for experiment in experiments]
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"):
        seen[f"experiments {view}"] = pages(api, "SearchExperiments", "experiments", view_type=view, max_results=2)
        for size in (1, 3, 1000):
            seen[f"runs {view} {size}"] = pages(
                api, "SearchRuns", "runs", experiment_ids=ids, run_view_type=view, max_results=size
            )
    for experiment in experiments:
        for rpc, fields in (
            ("GetExperiment", {"experiment_id": experiment.experiment_id}),
            ("GetExperimentByName", {"experiment_name": experiment.name}),
        ):
            assert encoded(api(rpc, **fields).experiment) == encoded(experiment), (rpc, fields)
    seen["datasets"] = encoded(api("SearchDatasets", experiment_ids=ids[:20]))
    found = api("SearchRuns", experiment_ids=ids, run_view_type="ALL").runs
    for run in found:
        run_id = run.info.run_id
        assert encoded(api("GetRun", run_id=run_id).run) == encoded(run)
        for metric in run.data.metrics:
            name = f"history {run_id} {metric.key}"
            seen[name] = pages(api, "GetMetricHistory", "metrics", run_id=run_id, metric_key=metric.key, max_results=2)
            whole = api("GetMetricHistory", run_id=run_id, metric_key=metric.key)
            assert [encoded(point) for point in whole.metrics] == [point for page in seen[name] for point in page]
    for run_id in {*RUN_IDS} - {run.info.run_id for run in found}:
        seen[f"no run {run_id}"] = take(api, Step("GetRun", {"run_id": run_id}))
    return seen
