"""The main job from end to end: start a server, train models that log to it, ask for the best ones, fetch a file back.

    python examples/quickstart/main.py [--once] [--data FOLDER]

Everything it leaves behind is in one folder, .quickstart by default. A second call adds to it.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import results
import serving
import training
from rich.console import Console

EXPERIMENT = "digits"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--once", action="store_true", help="end when done instead of serving until Ctrl-C")
    parser.add_argument(
        "--data", type=Path, default=Path(".quickstart"), help="folder for database, artifacts and logs"
    )
    arguments = parser.parse_args()
    console = Console(highlight=False)
    began = time.monotonic()
    try:
        with serving.running_server(arguments.data.absolute(), console) as server:
            training.train_models(server.grpc_uri, EXPERIMENT, console)
            results.show(server, EXPERIMENT, arguments.data.absolute() / "downloads", console)
            console.print(f"\nDone in {time.monotonic() - began:.0f} s.")
            server.describe(console)
            if not arguments.once:
                server.serve_until_interrupted(console)
    except serving.ServerDidNotStart as error:
        console.print(f"[red]The server did not start.[/red] {error}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nInterrupted.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
