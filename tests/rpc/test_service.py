"""The service as it is put together: every rpc is served, and its settings reach the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import MethodOptions

from trackwell.v1 import experiments_pb2 as pb
from trackwell_service.config import ServiceConfig
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.rpc.context import CallContext
from trackwell_service.rpc.core import ServiceCore, contract_methods
from trackwell_service.rpc.handling import ClientStream, Read, ServerStream, Write
from trackwell_service.service import open_service
from trackwell_service.stores.uris import MEMORY_URI

CREATE = "/trackwell.v1.ExperimentService/CreateExperiment"
GET = "/trackwell.v1.ExperimentService/GetExperiment"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ServiceCore]]:
    """Opens services on a store in memory; the working folder is a new one."""
    monkeypatch.chdir(tmp_path)
    services = []

    def open_one(**settings: Any) -> ServiceCore:
        service = open_service(ServiceConfig(backend_store_uri=MEMORY_URI, **settings))
        services.append(service)
        return service.core

    yield open_one
    for service in services:
        service.close()


def test_every_rpc_of_the_contract_has_one_handler_of_its_form(opened: Callable[..., ServiceCore]) -> None:
    """A method without a handler would answer NOT_IMPLEMENTED; two handlers are refused by the core."""
    core = opened()
    methods = contract_methods()
    assert core.methods == set(methods)
    for name, method in methods.items():
        handler = core._entries[name].handler
        if method.client_streaming and not method.server_streaming:
            assert isinstance(handler, ClientStream), name
        elif method.server_streaming and not method.client_streaming:
            assert isinstance(handler, ServerStream), name
        else:
            # LogStream's handler answers one batch.
            assert isinstance(handler, Read | Write), name
            read_only = method.GetOptions().idempotency_level == MethodOptions.NO_SIDE_EFFECTS
            assert isinstance(handler, Read) == read_only or not _changes_the_store(name), name


def _changes_the_store(method: str) -> bool:
    """Whether the method's effect goes through the writer; artifacts are files."""
    return not method.startswith("/trackwell.v1.ArtifactService/")


def location(core: ServiceCore, **fields: Any) -> str:
    """Where a new experiment keeps its artifacts."""
    created = core.call(CREATE, pb.CreateExperimentRequest(name="n", **fields), CallContext())
    assert isinstance(created, pb.CreateExperimentResponse)
    found = core.call(GET, pb.GetExperimentRequest(experiment_id=created.experiment_id), CallContext())
    assert isinstance(found, pb.GetExperimentResponse)
    return found.experiment.artifact_location


def test_a_server_takes_no_local_folder_from_its_callers(opened: Callable[..., ServiceCore], tmp_path: Path) -> None:
    core = opened(default_artifact_root=str(tmp_path / "root"))
    for given in ("here", str(tmp_path), f"file://{tmp_path}"):
        with pytest.raises(InvalidParameter, match="artifact_location"):
            location(core, artifact_location=given)
    assert location(core, artifact_location=f"{tmp_path}/root/mine") == f"{tmp_path}/root/mine"


def test_in_ones_own_process_a_folder_is_named_from_where_one_stands(
    opened: Callable[..., ServiceCore], tmp_path: Path
) -> None:
    core = opened(serve_artifacts=False, any_location=True)
    assert location(core, artifact_location="here/and/there") == f"{tmp_path}/here/and/there"


def test_long_values_are_cut_off_or_refused_as_the_settings_say(opened: Callable[..., ServiceCore]) -> None:
    request = pb.SetExperimentTagRequest(experiment_id="0", key="k", value="x" * 20_001)
    for setting in (True, False):
        core = opened(truncate_long_values=setting)
        with pytest.raises(InvalidParameter, match="at most 20000"):
            core.call("/trackwell.v1.ExperimentService/SetExperimentTag", request, CallContext())
