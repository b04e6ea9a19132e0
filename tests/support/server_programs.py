"""Finds and starts the server programs that tests run instances of: PostgreSQL, MariaDB, nginx."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

INSTALLER = "scripts/install_test_servers.sh"
"""The command that installs them."""

SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/usr/libexec")
"""Where servers are kept, which a user's PATH may leave out."""

UNPRIVILEGED = ("postgres", "mysql", "nobody")
"""Accounts that root hands the servers to, the first that exists: they refuse to run as root, or should not."""


def find_program(name: str) -> Path | None:
    """Where the program is."""
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *SYSTEM_FOLDERS)))
    return None if found is None else Path(found)


def missing(program: str) -> NoReturn:
    """Ends the test which needs the program: skipped on a developer's machine, failed where everything must run."""
    reason = f"{program} is not installed; {INSTALLER} installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def unprivileged_user() -> str | None:
    """Whom a server shall run as; None means as the user who runs the tests."""
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


def give_away(path: Path) -> None:
    """Makes the folder or file the servers' user's own."""
    user = unprivileged_user()
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def start_program(command: Sequence[str | Path], *, folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Starts a server in `folder` as an unprivileged user; what it prints is appended to `log`.

    It has a session of its own, so that a Ctrl-C meant for the tests does not end it before they have, and on Linux it
    is killed with the tests where they have no time to stop it.
    """
    user = unprivileged_user()
    become: list[str | Path] = []
    setpriv = find_program("setpriv")
    if setpriv is not None:
        become = [setpriv, "--pdeathsig", "KILL"]
        if user is not None:
            # First, by itself: another user's process forgets the signal.
            become = [setpriv, f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups", *become]
    elif user is not None:
        missing("setpriv")
    with log.open("ab") as output:
        # No `user=`: with it Python forks, and the fork handlers of gRPC, which is loaded here, may crash the child.
        return subprocess.Popen(
            [*become, *command],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run_program(command: Sequence[str | Path], *, folder: Path, log: Path, timeout_s: float) -> None:
    """Runs a program that prepares a server, to its end."""
    process = start_program(command, folder=folder, log=log)
    try:
        code = process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise
    assert code == 0, f"{command[0]} ended with exit code {code}:\n{log.read_text(errors='replace')}"
