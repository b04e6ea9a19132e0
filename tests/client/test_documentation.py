"""The examples of docs/python.md and docs/from-mlflow.md work as printed, and the table of variables is complete."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlflow import environment_variables
from mlflow.environment_variables import EnvironmentVariable
from support.server_process import environment

DOCS = Path(__file__).parents[2] / "docs"
PYTHON = (DOCS / "python.md").read_text(encoding="utf-8")

PRINTED = re.compile(r"^ *print\(.*\)  # (.*)$")
"""A line that prints one line, and what the page says it prints."""

VARIABLE = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \| (?:`(.+?)`|none) \| .+ \|$", flags=re.MULTILINE)

TIMEOUT_S = 240
"""Far beyond what a page takes: one that hangs fails the test and does not hang it."""


def program_of(page: str) -> str:
    """The examples of a page as one program, each line where it stands in the page, for the sake of tracebacks."""
    inside, lines = False, []
    for line in page.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            lines.append("")
        else:
            lines.append(line if inside else "")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["python.md", "from-mlflow.md"])
def test_the_examples_work_and_print_what_the_page_says(name: str, tmp_path: Path) -> None:
    program = program_of((DOCS / name).read_text(encoding="utf-8"))
    expected = [match[1] for line in program.splitlines() if (match := PRINTED.match(line))]
    assert len(expected) == program.count("print(") > 0
    script = tmp_path / "page.py"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment(MPLBACKEND="Agg", MLFLOW_ASYNC_LOGGING_SPOOL_DIR=str(tmp_path / "spool")),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == expected


def test_every_variable_is_there_with_its_default() -> None:
    known = {
        variable.name: _as_text(variable.default)
        for variable in vars(environment_variables).values()
        if isinstance(variable, EnvironmentVariable)
    }
    rows = VARIABLE.findall(PYTHON)
    assert dict(rows) == known
    assert len(rows) == len(known)


def _as_text(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


@pytest.mark.parametrize("name", ["python.md", "from-mlflow.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", (DOCS / name).read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        page = DOCS / (file or name)
        assert page.exists(), target
        assert not anchor or anchor in _anchors(page), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
