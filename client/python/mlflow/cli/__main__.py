"""`python -m mlflow.cli`: the command where its script is not on the PATH."""

from __future__ import annotations

from mlflow.cli import main

main(prog_name="mlflow")
