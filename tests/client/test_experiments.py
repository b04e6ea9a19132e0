"""Experiments through the client, over every way to a service (rest-facts §6, §7, §12)."""

from __future__ import annotations

import pytest

import mlflow
from mlflow import MlflowClient, MlflowException
from mlflow.entities import ViewType
from mlflow.exceptions import RestException


def test_a_new_experiment_is_found_by_id_and_name(client: MlflowClient, name: str) -> None:
    experiment_id = client.create_experiment(name, tags={"team": "a", "size": 3})
    experiment = client.get_experiment(experiment_id)
    assert (experiment.experiment_id, experiment.name) == (experiment_id, name)
    assert (experiment.lifecycle_stage, experiment.tags) == ("active", {"team": "a", "size": "3"})
    assert experiment.creation_time == experiment.last_update_time != 0
    assert experiment.artifact_location.endswith(experiment_id)
    assert client.get_experiment_by_name(name) == experiment


def test_what_is_not_there(client: MlflowClient, name: str) -> None:
    assert client.get_experiment_by_name(name) is None
    with pytest.raises(RestException) as refused:
        client.get_experiment("999999")
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert refused.value.json["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert refused.value.get_http_status_code() == 404


def test_a_name_in_use(client: MlflowClient, experiment_id: str, name: str) -> None:
    with pytest.raises(RestException) as refused:
        client.create_experiment(name)
    assert refused.value.error_code == "RESOURCE_ALREADY_EXISTS"
    assert name in str(refused.value)


def test_a_chosen_artifact_location(client: MlflowClient, name: str) -> None:
    experiment_id = client.create_experiment(name, artifact_location="s3://bucket/path")
    assert client.get_experiment(experiment_id).artifact_location == "s3://bucket/path"


def test_rename_delete_restore(client: MlflowClient, experiment_id: str, name: str) -> None:
    client.rename_experiment(experiment_id, name + "-new")
    assert client.get_experiment(experiment_id).name == name + "-new"
    client.delete_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    with pytest.raises(RestException) as refused:
        client.delete_experiment(experiment_id)
    assert refused.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    client.restore_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"


def test_tags(client: MlflowClient, experiment_id: str) -> None:
    client.set_experiment_tag(experiment_id, "a", 1)
    client.set_experiment_tag(experiment_id, "a", None)
    client.set_experiment_tag(experiment_id, "b", "ü")
    assert client.get_experiment(experiment_id).tags == {"a": "None", "b": "ü"}
    client.delete_experiment_tag(experiment_id, "a")
    assert client.get_experiment(experiment_id).tags == {"b": "ü"}
    with pytest.raises(RestException):
        client.delete_experiment_tag(experiment_id, "a")


def test_search_pages(client: MlflowClient, name: str) -> None:
    ids = [client.create_experiment(f"{name}-{number}") for number in range(5)]
    client.delete_experiment(ids[2])
    query = f"name LIKE '{name}-%'"
    page = client.search_experiments(max_results=3, filter_string=query, order_by=["name ASC"])
    assert [item.experiment_id for item in page] == [ids[0], ids[1], ids[3]]
    assert page.token is not None
    rest = client.search_experiments(max_results=3, filter_string=query, order_by=["name ASC"], page_token=page.token)
    assert ([item.experiment_id for item in rest], rest.token) == ([ids[4]], None)
    deleted = client.search_experiments(ViewType.DELETED_ONLY, filter_string=query)
    assert [item.experiment_id for item in deleted] == [ids[2]]
    everything = client.search_experiments(ViewType.ALL, filter_string=query)
    assert {item.experiment_id for item in everything} == set(ids)


def test_the_fluent_search_reads_every_page(client: MlflowClient, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlflow.tracking._paging.PAGE_ITEMS", 2)
    ids = {client.create_experiment(f"{name}-{number}") for number in range(5)}
    query = f"name LIKE '{name}-%'"
    assert {item.experiment_id for item in mlflow.search_experiments(filter_string=query)} == ids
    assert len(mlflow.search_experiments(filter_string=query, max_results=3)) == 3


def test_the_names_of_1x(client: MlflowClient, experiment_id: str) -> None:
    assert experiment_id in {item.experiment_id for item in client.list_experiments()}
    assert experiment_id in {item.experiment_id for item in mlflow.list_experiments()}


def test_bad_arguments(client: MlflowClient, name: str) -> None:
    with pytest.raises(MlflowException) as refused:
        client.search_experiments(filter_string="nonsense !")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException, match="order_by must be a list"):
        client.search_experiments(order_by="name")
    with pytest.raises(MlflowException) as refused:
        client.search_experiments(max_results=0)
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException, match="Missing value for required parameter 'name'"):
        client.create_experiment("")
    with pytest.raises(MlflowException) as refused:
        client.create_experiment(name + "\ud800")
    assert refused.value.error_code == "INVALID_PARAMETER_VALUE"


def test_set_experiment(client: MlflowClient, name: str) -> None:
    created = mlflow.set_experiment(name)
    assert (created.name, created.lifecycle_stage) == (name, "active")
    assert mlflow.set_experiment(name) == created
    assert mlflow.set_experiment(experiment_id=created.experiment_id) == created
    mlflow.set_experiment_tag("a", 1)
    mlflow.set_experiment_tags({"b": 2, "c": 3})
    mlflow.delete_experiment_tag("c")
    assert mlflow.get_experiment(created.experiment_id).tags == {"a": "1", "b": "2"}
    with mlflow.start_run() as run:
        assert run.info.experiment_id == created.experiment_id


def test_set_experiment_refuses(client: MlflowClient, experiment_id: str, name: str) -> None:
    with pytest.raises(MlflowException, match="either experiment_name or experiment_id"):
        mlflow.set_experiment()
    with pytest.raises(MlflowException, match="either experiment_name or experiment_id"):
        mlflow.set_experiment(name, experiment_id)
    client.delete_experiment(experiment_id)
    for arguments in ({"experiment_name": name}, {"experiment_id": experiment_id}):
        with pytest.raises(MlflowException, match="is deleted"):
            mlflow.set_experiment(**arguments)
