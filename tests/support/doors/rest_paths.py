"""The REST endpoints as rest-facts §4 lists them, by hand: the product derives its own from the contract."""

from __future__ import annotations

API = "/api/2.0/mlflow/"
AJAX = "/ajax-api/2.0/mlflow/"

ENDPOINTS: dict[str, tuple[str, str]] = {
    "CreateExperiment": ("POST", API + "experiments/create"),
    "GetExperiment": ("GET", API + "experiments/get"),
    "GetExperimentByName": ("GET", API + "experiments/get-by-name"),
    "SearchExperiments": ("POST", API + "experiments/search"),
    "ListExperiments": ("GET", API + "experiments/list"),
    "UpdateExperiment": ("POST", API + "experiments/update"),
    "DeleteExperiment": ("POST", API + "experiments/delete"),
    "RestoreExperiment": ("POST", API + "experiments/restore"),
    "SetExperimentTag": ("POST", API + "experiments/set-experiment-tag"),
    "DeleteExperimentTag": ("POST", API + "experiments/delete-experiment-tag"),
    "SearchDatasets": ("POST", AJAX + "experiments/search-datasets"),
    "CreateRun": ("POST", API + "runs/create"),
    "GetRun": ("GET", API + "runs/get"),
    "UpdateRun": ("POST", API + "runs/update"),
    "DeleteRun": ("POST", API + "runs/delete"),
    "RestoreRun": ("POST", API + "runs/restore"),
    "LogMetric": ("POST", API + "runs/log-metric"),
    "LogParam": ("POST", API + "runs/log-parameter"),
    "SetTag": ("POST", API + "runs/set-tag"),
    "DeleteTag": ("POST", API + "runs/delete-tag"),
    "LogBatch": ("POST", API + "runs/log-batch"),
    "SearchRuns": ("POST", API + "runs/search"),
    "LogModel": ("POST", API + "runs/log-model"),
    "LogInputs": ("POST", API + "runs/log-inputs"),
    "LogOutputs": ("POST", API + "runs/outputs"),
    "GetMetricHistory": ("GET", API + "metrics/get-history"),
    "GetMetricHistoryBulk": ("GET", AJAX + "metrics/get-history-bulk"),
    "GetMetricHistoryBulkInterval": ("GET", API + "metrics/get-history-bulk-interval"),
    "ListArtifacts": ("GET", API + "artifacts/list"),
}
"""(method, path) by rpc."""
