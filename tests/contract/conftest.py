"""The contract as the committed descriptor set tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def descriptors() -> FileDescriptorSet:
    return FileDescriptorSet.FromString((ROOT / "gen" / "descriptor" / "trackwell.binpb").read_bytes())


@pytest.fixture(scope="session")
def own_files(descriptors: FileDescriptorSet) -> list[FileDescriptorProto]:
    """The files of the contract itself, without what they import."""
    return [file for file in descriptors.file if file.package.startswith("trackwell.")]
