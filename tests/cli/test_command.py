"""What holds for the whole command: what it loads, how it looks on a terminal, completion, `mlflow doctor`."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import pytest

import mlflow as package
from support.mlflow_command import Command, invoke
from support.ports import free_port
from support.server_process import ServerProcess, environment
from support.server_process import mlflow as command_line

HEAVY = ("aiohttp", "alembic", "grpc", "numpy", "pandas", "rich", "sqlalchemy", "google.protobuf", "trackwell_service")


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    given = command_line(*arguments)
    return subprocess.run(
        given, cwd=folder, env=environment(**variables), capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("experiments", "--help"), ("runs", "--help"), ("artifacts", "--help")]
)
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom mlflow.cli import main\n"
        f"main({list(arguments)!r}, prog_name='mlflow', standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == "[]\n"


def test_every_command_has_help() -> None:
    for arguments in (
        (), ("experiments",), ("runs",), ("artifacts",), ("db",), ("doctor",), ("completion",), ("db", "upgrade"),
        *(("experiments", each) for each in ("create", "list", "search", "get", "delete", "restore", "rename", "csv")),
        *(("runs", each) for each in ("list", "create", "describe", "delete", "restore")),
        *(("artifacts", each) for each in ("log-artifact", "log-artifacts", "list", "download")),
    ):  # fmt: skip
        done = invoke(*arguments, "--help")
        assert done.exit_code == 0, arguments
        assert f"Usage: {' '.join(('mlflow', *arguments))} " in done.stdout


def test_tables_on_a_terminal(mlflow: Command, uri: str, name: str, tmp_path: Path) -> None:
    mlflow("experiments", "create", "-n", f"{name}[red]\x1b]0;x\x07")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, 250))
    given = command_line("experiments", "search", "--filter", f"name LIKE '{name}%'")
    variables = environment(MLFLOW_TRACKING_URI=uri, TERM="xterm")
    # They would win over the terminal's size; the processes that share tests have them.
    variables = {name: text for name, text in variables.items() if name not in ("COLUMNS", "LINES")}
    # Nothing at the standard input: it could be another terminal, whose width would count.
    subprocess.run(
        given,
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "──" in shown
    assert f"{name}[red]\\x1b]0;x\\x07" in shown
    assert "\x1b]" not in shown


def test_a_server_that_is_away_ends_the_command_with_1(tmp_path: Path) -> None:
    given = {"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{free_port()}", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
    done = run(tmp_path, "experiments", "list", **given)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(tmp_path: Path, shell: str) -> None:
    done = run(tmp_path, "completion", shell)
    assert done.returncode == 0, done.stderr
    assert "_MLFLOW_COMPLETE" in done.stdout
    if shutil.which(shell) is not None:
        checked = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mlflow ", {"server", "ui", "experiments", "runs", "artifacts", "db", "doctor", "completion"}),
        ("mlflow ex", {"experiments"}),
        ("mlflow runs de", {"delete", "describe"}),
        ("mlflow runs list --v", {"--view"}),
        ("mlflow runs list --view d", {"deleted_only"}),
        ("mlflow server --x-frame", {"--x-frame-options"}),
    ],
)
def test_what_bash_completes(tmp_path: Path, typed: str, expected: set[str]) -> None:
    words = typed.split(" ")
    completing = {
        "_MLFLOW_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = run(tmp_path, **completing)
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == expected


@pytest.mark.parametrize(
    ("command", "way_out"),
    [("run", "MLFLOW_TRACKING_URI and MLFLOW_EXPERIMENT_NAME"), ("models", "mlflow.log_artifacts"), ("gc", "restored")],
)
def test_what_is_no_part_of_the_command_says_so(command: str, way_out: str) -> None:
    done = invoke(command, "something", "-x", "1")
    assert done.exit_code == 2
    assert f"No such command '{command}': in this package" in done.stderr
    assert way_out in done.stderr
    assert "No such command 'nothing'." in invoke("nothing").stderr


def test_without_any_setting_it_is_the_folder_mlruns(elsewhere: Path) -> None:
    """What a program logged beside it is found, and what a command makes is found by a program."""
    with package.start_run() as run:
        package.log_metric("m", 1)
    assert run.info.run_id in invoke("runs", "list", "--experiment-id", "0").stdout
    assert invoke("experiments", "create", "-n", "made").exit_code == 0
    assert package.get_experiment_by_name("made") is not None
    assert (elsewhere / "mlruns/0/meta.yaml").exists()


class TestDoctor:
    def test_all_is_well(self, mlflow: Command, uri: str, elsewhere: Path) -> None:
        mlflow("experiments", "list")
        document = json.loads(mlflow("doctor", "--json").stdout)
        assert document["problems"] == []
        findings = document["findings"]
        assert findings["Tracking URI"] == uri
        assert findings["Tracking service"].startswith("answers over ")
        assert ("version" in findings["Tracking service"]) == uri.startswith("http")
        assert "protobuf" in findings["Dependencies"]
        assert "No problems found." in mlflow("doctor").stdout

    def test_a_database_that_is_not_there_is_not_made(self, elsewhere: Path) -> None:
        done = invoke("doctor", "--json", MLFLOW_TRACKING_URI="sqlite:///new.db")
        assert done.exit_code == 0
        assert "not there yet" in json.loads(done.stdout)["findings"]["Tracking service"]
        assert not (elsewhere / "new.db").exists()

    @pytest.mark.parametrize("uri", ["", "./runs", "file:runs", "file://{elsewhere}/runs", "./empty"])
    def test_a_folder_that_is_not_there_is_not_made(self, elsewhere: Path, uri: str) -> None:
        (elsewhere / "empty").mkdir()
        done = invoke("doctor", "--json", MLFLOW_TRACKING_URI=uri.format(elsewhere=elsewhere))
        assert done.exit_code == 0
        assert "not there yet" in json.loads(done.stdout)["findings"]["Tracking service"]
        assert list(elsewhere.rglob("*")) == [elsewhere / "empty"]

    def test_a_folder_that_cannot_be_used_is_a_problem(self, elsewhere: Path) -> None:
        (elsewhere / "runs").write_text("no folder")
        for uri in ("./runs", "file://host/runs"):
            done = invoke("doctor", MLFLOW_TRACKING_URI=uri)
            assert (done.exit_code, done.stderr.startswith("Problem: ")) == (1, True)

    @pytest.mark.parametrize("scheme", ["http", "grpc"])
    def test_a_server_that_is_away_is_a_problem(self, elsewhere: Path, scheme: str) -> None:
        done = invoke("doctor", MLFLOW_TRACKING_URI=f"{scheme}://127.0.0.1:{free_port()}")
        assert done.exit_code == 1
        assert done.stderr.startswith("Problem: ")

    def test_secrets_are_not_shown(self, server: ServerProcess, elsewhere: Path) -> None:
        address = server.rest.removeprefix("http://")
        given = {
            "MLFLOW_TRACKING_URI": f"http://somebody:hunter2@{address}",
            "MLFLOW_TRACKING_PASSWORD": "hunter3",
            "MLFLOW_TRACKING_TOKEN": "hunter4",
            "MLFLOW_EXPERIMENT_NAME": "digits",
        }
        done = invoke("doctor", **given)
        assert "hunter" not in done.output
        assert "Variable MLFLOW_EXPERIMENT_NAME\tdigits" in done.stdout
        masked = invoke("doctor", "--mask-envs", **given)
        assert "Variable MLFLOW_EXPERIMENT_NAME\t***" in masked.stdout

    def test_the_function_prints_the_same(
        self, database_uri: str, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", database_uri)
        monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "digits")
        package.doctor()
        shown = capsys.readouterr().out
        assert f"Tracking URI: {database_uri}\n" in shown
        assert "Variable MLFLOW_EXPERIMENT_NAME: digits\n" in shown
        package.doctor(mask_envs=True)
        assert "Variable MLFLOW_EXPERIMENT_NAME: ***\n" in capsys.readouterr().out
