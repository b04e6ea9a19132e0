"""The peers' own environments, made once from hash-pinned requirements."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".environments"
REQUIREMENTS = {"mlflow": "mlflow.txt", "mlflow-1-worker": "mlflow.txt", "fasttrackml": "fasttrackml.txt"}


def peer_environment(peer: str) -> Path:
    """The interpreter of the peer's environment, which is made when it is missing or its requirements changed."""
    requirements = HERE / "requirements" / REQUIREMENTS[peer]
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = ENVIRONMENTS / f"{requirements.stem}-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"Making the environment of {peer} (once) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*install, "-r", str(requirements)], check=True)
        (folder / "complete").touch()
    return python
