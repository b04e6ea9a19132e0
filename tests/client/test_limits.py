"""The limits that the client knows are those of the server (rest-facts §5)."""

from __future__ import annotations

import pytest

from mlflow import _limits
from mlflow.utils import mlflow_tags, validation
from trackwell_service.domain import limits
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.domain.validation import check_key

KNOWN = [name for name in vars(_limits) if name.startswith("MAX_")]


@pytest.mark.parametrize("name", KNOWN)
def test_client_and_server_agree(name: str) -> None:
    assert getattr(_limits, name) == getattr(limits, name)


def test_the_names_that_other_packages_read() -> None:
    assert {name: getattr(validation, name) for name in validation.__all__ if name.isupper()} == {
        "MAX_ENTITIES_PER_BATCH": 1000,
        "MAX_ENTITY_KEY_LENGTH": 250,
        "MAX_EXPERIMENT_TAG_KEY_LENGTH": 250,
        "MAX_EXPERIMENT_TAG_VAL_LENGTH": 20_000,
        "MAX_METRICS_PER_BATCH": 1000,
        "MAX_PARAMS_TAGS_PER_BATCH": 100,
        "MAX_PARAM_VAL_LENGTH": 6000,
        "MAX_TAG_VAL_LENGTH": 8000,
    }
    assert all(getattr(mlflow_tags, name).startswith("mlflow.") for name in mlflow_tags.__all__)


@pytest.mark.parametrize(
    "key",
    ["k", "a/b.c-d_e f:g", "名前", ".a", "a..", " lead", "trail ", "☃", "a\nb", "", ".", "..a", "...", "/a", "a/",
     "a//b", "./a", "a/../b", "a\\b", "é" * 250],
)  # fmt: skip
def test_the_keys_that_ignite_leaves_out_are_those_that_the_server_refuses(key: str) -> None:
    try:
        check_key(key, "key")
        accepted = True
    except InvalidParameter:
        accepted = False
    assert validation.validate_param_and_metric_name(key) is accepted
