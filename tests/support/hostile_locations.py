"""Places that no caller may name: those of the security notes, each tried wherever a location is taken."""

from __future__ import annotations

HOSTILE_LOCATIONS = (
    "file:///etc",
    "file:/etc",
    "FILE:///etc",
    "file://./etc",
    "//proc/self/root",
    "http:///?/../../etc/",
    "http:///#/../../etc/",
    "http://h/a;/../../etc/",
    ":///etc",
    "file:etc",
    "::/etc",
    "s3://b/../..",
    "dbfs:/x?/../../etc",
    "mlflow-artifacts:/../../etc",
    "http://169.254.169.254/latest/",
    "ftp://attacker/a",
)
