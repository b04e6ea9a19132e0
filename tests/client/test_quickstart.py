"""`make quickstart`: what a new user runs first does what it says, also a second time."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# Each call imports scikit-learn and trains eight models.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EXAMPLE = Path(__file__).parents[2] / "examples/quickstart"
COMMAND = [sys.executable, "-u", str(EXAMPLE / "main.py")]


def _check(output: str, calls: int, data: Path) -> None:
    """What a call prints and leaves behind, when it was the `calls`-th on that folder."""
    accuracies = [float(text) for text in re.findall(r"test accuracy (0\.\d+)$", output, re.MULTILINE)]
    assert len(accuracies) == 8
    assert f"│         {max(accuracies):.3f} │" in output
    assert '"status": "FINISHED"' in output
    assert re.search(r"listen on http://127\.0\.0\.1:\d+ and grpc://127\.0\.0\.1:\d+", output)
    assert (data / "downloads/report.json").stat().st_size > 0
    pictures = list((data / "artifacts").rglob("confusion_matrix.png"))
    assert len(pictures) == 8 * calls
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)
    assert len(list((data / "artifacts").rglob("model/model.joblib"))) == 8 * calls


def test_once_and_then_until_it_is_interrupted(tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "--once"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".quickstart"]
    _check(done.stdout, 1, tmp_path / ".quickstart")

    again = subprocess.Popen(COMMAND, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with again:
        assert again.stdout is not None
        lines = []
        for line in again.stdout:
            lines.append(line)
            if "Ctrl-C stops it" in line:
                break
        _check("".join(lines), 2, tmp_path / ".quickstart")
        again.send_signal(signal.SIGINT)
        assert again.stdout.read().strip() == "Stopping."
        assert again.wait(timeout=60) == 0


SERVE_TWICE = """
import sys
from pathlib import Path
from rich.console import Console
import serving

console = Console()
with serving.running_server(Path(sys.argv[1]), console) as first:
    with serving.running_server(Path(sys.argv[1]), console) as second:
        assert (second.rest_url, second.grpc_uri) == (first.rest_url, first.grpc_uri)
        assert second.process is None
    assert first.process.poll() is None
with serving.running_server(Path(sys.argv[1]), console) as third:
    assert third.process is not None
"""


def test_a_call_beside_another_shares_its_server(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE_TWICE, str(tmp_path / "data")]
    done = subprocess.run(command, cwd=EXAMPLE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("A server is running already") == 1


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("this is no database" * 100)
    done = subprocess.run(
        [*COMMAND, "--once", "--data", str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "The server did not start." in done.stdout
    assert "mlflow.db" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
