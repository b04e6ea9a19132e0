"""What programs written for MLflow may ask for that is no part of this package, and what to do instead."""

from __future__ import annotations

_PROJECTS = (
    "there are no projects. Start the project's program itself, with MLFLOW_TRACKING_URI and MLFLOW_EXPERIMENT_NAME set"
)
_MODELS = (
    "there are no models of its own kind, no serving and no evaluation. Store a model's files with "
    "mlflow.log_artifacts, and fetch them with mlflow.artifacts.download_artifacts"
)
_REGISTRY = (
    "there is no model registry. Mark a run that holds a model with mlflow.set_tag, and find it with mlflow.search_runs"
)
_FLAVORS = (
    "there is no automatic logging and no model format for this library. Log with mlflow.log_params and "
    "mlflow.log_metrics, for example from its callbacks, and store the model's files with mlflow.log_artifacts"
)
_TRACING = "there is no tracing. Runs, metrics and files can be recorded without it"

_REASONS = {
    _PROJECTS: "projects run",
    _MODELS: "create_external_model evaluate get_logged_model initialize_logged_model last_logged_model "
    "log_model_params models pyfunc search_logged_models set_active_model validate_evaluation_results",
    _REGISTRY: "register_model",
    _FLAVORS: "anthropic autogen bedrock catboost crewai dspy fastai gemini h2o johnsnowlabs keras keras_core "
    "langchain lightgbm litellm llama_index mistral mleap onnx openai paddle pmdarima prophet pyspark pytorch "
    "sentence_transformers shap sklearn spacy spark statsmodels tensorflow transformers xgboost",
    _TRACING: "add_trace genai get_trace log_trace search_traces start_span start_span_no_context trace tracing "
    "update_current_trace",
}

_REASONS_OF_CLIENT = {
    _MODELS: "create_logged_model delete_logged_model get_logged_model log_model_artifact log_model_artifacts "
    "search_logged_models",
    _REGISTRY: "copy_model_version create_model_version create_registered_model delete_model_version "
    "delete_registered_model delete_registered_model_alias get_latest_versions get_model_version "
    "get_model_version_by_alias get_model_version_download_uri get_registered_model list_registered_models "
    "rename_registered_model search_model_versions search_registered_models set_model_version_tag "
    "set_registered_model_alias set_registered_model_tag transition_model_version_stage update_model_version "
    "update_registered_model",
    _TRACING: "delete_traces end_span end_trace get_trace search_traces set_trace_tag start_span start_trace",
}

_REASONS_OF_COMMAND = {
    _PROJECTS: "run",
    _MODELS: "azureml deployments gateway models recipes sagemaker",
    "deleted experiments and runs stay until they are restored": "gc",
}


def reason_in_package(name: str) -> str | None:
    """Why the package has no such name and what to do instead; None for a name that nobody knows."""
    return _reason(_REASONS, name)


def reason_in_client(name: str) -> str | None:
    """The same for a method of the client."""
    return _reason(_REASONS_OF_CLIENT, name)


def reason_among_commands(name: str) -> str | None:
    """The same for a subcommand of `mlflow`."""
    return _reason(_REASONS_OF_COMMAND, name)


def _reason(reasons: dict[str, str], name: str) -> str | None:
    return next((reason for reason, names in reasons.items() if name in names.split()), None)
