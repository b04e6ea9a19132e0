"""What `import mlflow` costs and offers (DESIGN §2, §6)."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

import mlflow
from mlflow import _absent

HEAVY = {"grpc", "google.protobuf", "sqlalchemy", "aiohttp", "numpy", "pandas", "boto3", "urllib3", "orjson", "asyncio"}

MODULES_OF_A_BARE_IMPORT = {"mlflow", "mlflow._lazy", "mlflow.version"}

PUBLIC = [
    "ActiveRun",
    "Image",
    "MlflowClient",
    "MlflowException",
    "active_run",
    "autolog",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "disable_system_metrics_logging",
    "doctor",
    "enable_system_metrics_logging",
    "end_run",
    "flush_async_logging",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_parent_run",
    "get_registry_uri",
    "get_run",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "iter_runs",
    "last_active_run",
    "list_experiments",
    "list_run_infos",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_table",
    "log_text",
    "metric_history",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_registry_uri",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
]

CLIENT_METHODS = [
    "artifact_repository",
    "create_experiment",
    "create_run",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "download_artifacts",
    "get_experiment",
    "get_experiment_by_name",
    "get_metric_history",
    "get_parent_run",
    "get_run",
    "iter_runs",
    "list_artifacts",
    "list_experiments",
    "list_run_infos",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_batch",
    "log_dict",
    "log_figure",
    "log_image",
    "log_inputs",
    "log_metric",
    "log_outputs",
    "log_param",
    "log_table",
    "log_text",
    "metric_columns",
    "registry_uri",
    "rename_experiment",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_runs",
    "set_experiment_tag",
    "set_tag",
    "set_terminated",
    "tracking_uri",
    "update_run",
]


def _in_fresh_process(code: str) -> object:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _modules_after(code: str) -> set[str]:
    loaded = _in_fresh_process(f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))")
    assert isinstance(loaded, list)
    return set(loaded)


def test_a_bare_import_loads_next_to_nothing() -> None:
    loaded = _modules_after("import mlflow")
    assert {name for name in loaded if name.split(".")[0] == "mlflow"} == MODULES_OF_A_BARE_IMPORT
    assert not loaded & HEAVY


@pytest.mark.parametrize("statement", ["import mlflow.entities", "from mlflow.exceptions import MlflowException"])
def test_values_and_errors_load_no_library(statement: str) -> None:
    assert not _modules_after(statement) & HEAVY


def test_the_fluent_calls_load_no_transport_before_they_need_one() -> None:
    loaded = _modules_after(
        "import mlflow; mlflow.get_tracking_uri(); mlflow.active_run(); mlflow.MlflowClient('http://h')"
    )
    assert not loaded & HEAVY


def test_a_grpc_client_loads_no_server() -> None:
    code = "import mlflow; from mlflow.tracking import _state; _state.transport('grpc://localhost:1')"
    loaded = _modules_after(code)
    assert "grpc" in loaded
    assert not loaded & {"sqlalchemy", "aiohttp", "trackwell_service", "trackwell_gateway", "numpy", "pandas"}


def test_attributes_are_reachable_after_a_bare_import() -> None:
    """Callbacks of other packages do not import what they touch (rest-facts §16, "common trap")."""
    code = """
import json, mlflow
print(json.dumps([
    mlflow.utils.validation.MAX_PARAM_VAL_LENGTH, mlflow.utils.validation.MAX_TAG_VAL_LENGTH,
    mlflow.utils.validation.MAX_PARAMS_TAGS_PER_BATCH, mlflow.utils.mlflow_tags.MLFLOW_RUN_NAME,
    mlflow.tracking.MlflowClient.__name__, mlflow.entities.Metric.__name__, mlflow.exceptions.MlflowException.__name__,
    callable(mlflow.tracking.context.registry.resolve_tags), callable(mlflow.artifacts.load_text), mlflow.__version__,
]))
"""
    assert _in_fresh_process(code) == [
        6000,
        8000,
        100,
        "mlflow.runName",
        "MlflowClient",
        "Metric",
        "MlflowException",
        True,
        True,
        mlflow.__version__,
    ]


def test_the_fluent_calls_are_those_of_their_package() -> None:
    """Which is where type checkers take them from."""
    elsewhere = {"Image", "MlflowClient", "MlflowException", "doctor"}
    assert set(mlflow.tracking.fluent.__all__) == set(mlflow.__all__) - elsewhere


def test_the_public_names_are_pinned() -> None:
    assert mlflow.__all__ == sorted(PUBLIC)
    assert set(PUBLIC) <= set(dir(mlflow))
    for name in PUBLIC:
        assert getattr(mlflow, name).__module__.startswith("mlflow.")


def test_the_clients_methods_are_pinned() -> None:
    assert [name for name in dir(mlflow.MlflowClient) if not name.startswith("_")] == sorted(CLIENT_METHODS)


@pytest.mark.parametrize("module", ["mlflow.client", "mlflow.tracking", "mlflow.tracking.client"])
def test_the_client_is_found_where_programs_look_for_it(module: str) -> None:
    assert importlib.import_module(module).MlflowClient is mlflow.MlflowClient


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'mlflow' has no attribute 'no_such_name'"):
        mlflow.no_such_name  # noqa: B018 - the access is what is tested
    assert not hasattr(mlflow.utils, "no_such_name")


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("run", "MLFLOW_TRACKING_URI and MLFLOW_EXPERIMENT_NAME"),
        ("projects", "MLFLOW_TRACKING_URI and MLFLOW_EXPERIMENT_NAME"),
        ("keras", "mlflow.log_metrics"),
        ("tensorflow", "mlflow.log_metrics"),
        ("pyfunc", "mlflow.log_artifacts"),
        ("register_model", "mlflow.set_tag"),
        ("start_span", "no tracing"),
    ],
)
def test_what_is_no_part_of_the_package_says_so(name: str, way_out: str) -> None:
    """Still an AttributeError, so that libraries which ask with hasattr or getattr get their answer."""
    assert not hasattr(mlflow, name)
    with pytest.raises(AttributeError, match=f"module 'mlflow' has no attribute '{name}': in this package .*{way_out}"):
        getattr(mlflow, name)


@pytest.mark.parametrize(
    ("name", "way_out"),
    [("create_registered_model", "mlflow.set_tag"), ("start_trace", "no tracing"), ("log_model_artifacts", "files")],
)
def test_methods_that_the_client_lacks_say_so(name: str, way_out: str) -> None:
    with pytest.raises(AttributeError, match=f"'MlflowClient' object has no attribute '{name}': .*{way_out}"):
        getattr(mlflow.MlflowClient("sqlite://"), name)
    unknown = name + "_of_nobody"
    with pytest.raises(AttributeError, match=rf"'MlflowClient' object has no attribute '{unknown}'$"):
        getattr(mlflow.MlflowClient("sqlite://"), unknown)


def test_names_that_exist_are_not_listed_as_absent() -> None:
    listed = {name for names in _absent._REASONS.values() for name in names.split()}
    of_client = {name for names in _absent._REASONS_OF_CLIENT.values() for name in names.split()}
    assert not listed & {*dir(mlflow)}
    assert not of_client & {*dir(mlflow.MlflowClient)}


def test_the_version_is_one_that_libraries_can_compare() -> None:
    """Lightning asks for 2.8.0 and later before it passes `synchronous` (rest-facts §16)."""
    assert tuple(int(part) for part in mlflow.__version__.split(".")) >= (2, 8, 0)


def test_the_package_is_typed() -> None:
    assert mlflow.__file__ is not None
    assert Path(mlflow.__file__).with_name("py.typed").exists()
