"""Finds out why something does not work: what is installed, where it logs to, whether that answers."""

from __future__ import annotations

from mlflow._doctor.report import Report, doctor, examine

__all__ = ["Report", "doctor", "examine"]
