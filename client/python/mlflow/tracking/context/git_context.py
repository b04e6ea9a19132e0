"""Which commit of a git repository the program's code is of."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from mlflow._tags import GIT_BRANCH, GIT_COMMIT, GIT_REPO_URL
from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.tracking.context.notebook_context import in_notebook

TIMEOUT_S = 2.0
"""How long git may take: starting a run must not hang on a slow file system."""


class GitRunContext(RunContextProvider):
    """A main file in a git repository, on a machine with git."""

    def in_context(self) -> bool:
        """Whether the main file is in a repository with a commit."""
        return bool(_described(_folder_of_code()))

    def tags(self) -> dict[str, str]:
        """Commit, branch unless detached, and the URL of the remote `origin` without credentials."""
        return dict(_described(_folder_of_code()))


def _folder_of_code() -> Path:
    """The main file's folder; the working directory of a notebook, a console, or code given on the command line."""
    main = Path(sys.argv[0]) if sys.argv and sys.argv[0] and not in_notebook() else Path()
    return (main.parent if main.is_file() else Path()).resolve()


@functools.cache  # the code was loaded at one commit, whatever is checked out while it runs
def _described(folder: Path) -> dict[str, str]:
    git = shutil.which("git")
    if git is None:
        return {}
    head = _git(git, folder, "rev-parse", "HEAD")
    if head is None:
        return {}
    found = {GIT_COMMIT: head}
    branch = _git(git, folder, "symbolic-ref", "--quiet", "--short", "HEAD")
    if branch:
        found[GIT_BRANCH] = branch
    url = _git(git, folder, "config", "--get", "remote.origin.url")
    if url:
        found[GIT_REPO_URL] = without_credentials(url)
    return found


def _git(git: str, folder: Path, *arguments: str) -> str | None:
    """What git prints, or None when it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - git as found on PATH, with arguments of ours
            [git, "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def without_credentials(url: str) -> str:
    """The URL without user and password: tags are for everybody to read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and "@" in parts.netloc:
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return url
