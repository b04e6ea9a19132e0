"""Puts metadata of a distribution named `mlflow` into the wheel, beside those of this one (docs/adr/0012).

Some libraries look for that distribution, not for the module (rest-facts §16). An installer takes only one metadata
folder at the top of a wheel, so this one travels among the files for site-packages. It has no RECORD: its files belong
to this distribution, and an installer that is asked for another `mlflow` cannot take them away first.
"""

from __future__ import annotations

import runpy
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

API_LEVEL = "client/python/mlflow/version.py"


class MlflowMetadata(BuildHookInterface[Any]):
    """The hook that hatchling runs for every wheel, also for that of an editable installation."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Writes the files and tells hatchling where in the wheel they go."""
        api_level = runpy.run_path(str(Path(self.root, API_LEVEL)))["VERSION"]
        owner = self.metadata.name.replace("-", "_")
        self._folder = Path(tempfile.mkdtemp())
        target = f"{owner}-{self.metadata.version}.data/purelib/mlflow-{api_level}.dist-info"
        inclusions = build_data["force_include_editable" if version == "editable" else "force_include"]
        files = {
            "METADATA": self._metadata(api_level),
            "WHEEL": f"Wheel-Version: 1.0\nGenerator: {owner}\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "INSTALLER": f"{self.metadata.name}\n",
        }
        for name, text in files.items():
            file = self._folder / name
            file.write_text(text, encoding="utf-8")
            inclusions[str(file)] = f"{target}/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Removes what was written for the build."""
        shutil.rmtree(self._folder)

    def _metadata(self, api_level: str) -> str:
        name = self.metadata.name
        lines = (
            "Metadata-Version: 2.1",
            "Name: mlflow",
            f"Version: {api_level}",
            f"Summary: The `mlflow` package and command of the distribution {name}. Uninstall it as {name}.",
            f"Requires-Python: {self.metadata.core.requires_python}",
        )
        return "\n".join((*lines, ""))
