"""Whether the program is a notebook, and which."""

from __future__ import annotations

import sys

from mlflow._tags import SOURCE_NAME, SOURCE_TYPE
from mlflow.entities import SourceType
from mlflow.environment_variables import JPY_SESSION_NAME
from mlflow.tracking.context.abstract_context import RunContextProvider


class NotebookRunContext(RunContextProvider):
    """Cells of a notebook, run by a kernel."""

    def in_context(self) -> bool:
        """Whether a kernel runs this process's code."""
        return in_notebook()

    def tags(self) -> dict[str, str]:
        """The type NOTEBOOK, and the notebook's file, or a word where its front end does not tell it."""
        told = getattr(sys.modules.get("__main__"), "__vsc_ipynb_file__", None)
        file = told if isinstance(told, str) else JPY_SESSION_NAME.get()
        return {SOURCE_TYPE: SourceType.NOTEBOOK.name, SOURCE_NAME: file or "<notebook>"}


def in_notebook() -> bool:
    """Whether a kernel runs this process's code; then its main file is the kernel's, not the user's."""
    kernel = sys.modules.get("ipykernel")
    shell = sys.modules.get("IPython")
    if kernel is None or shell is None:
        return False
    running = shell.get_ipython()
    return running is not None and hasattr(running, "kernel")
