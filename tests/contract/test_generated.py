"""The committed gen/ is what proto/ gives, and what it gives for Java, Go and TypeScript compiles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def _codegen(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"codegen.{module}", *arguments]
    environment = os.environ | {"PYTHONPATH": str(root / "scripts")}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(900)  # the first call of a machine fetches the generators
def test_gen_is_fresh(root: Path) -> None:
    checked = _codegen(root, "generate", "--check")
    assert checked.returncode == 0, checked.stderr
    if "skipped" in checked.stdout:
        pytest.skip(checked.stdout)


def test_an_unknown_target_is_refused_with_the_known_ones(root: Path) -> None:
    refused = _codegen(root, "generate", "--check", "cobol")
    assert refused.returncode == 2
    assert "cobol" in refused.stderr
    assert "typescript" in refused.stderr


@pytest.mark.timeout(900)  # the first call of a machine fetches what the languages' runtimes are made of
@pytest.mark.parametrize("language", ["java", "go", "typescript"])
def test_generated_sources_compile(root: Path, language: str) -> None:
    compiled = _codegen(root, "compile_check", language)
    assert compiled.returncode == 0, compiled.stdout + compiled.stderr
    if "skipped" in compiled.stdout:
        pytest.skip(compiled.stdout)


def test_protos_pass_buf_lint_and_format(root: Path) -> None:
    buf = Path(sys.executable).with_name("buf")
    for arguments in (["lint"], ["format", "--diff", "--exit-code"]):
        checked = subprocess.run([buf, *arguments], cwd=root, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr
