"""Says where a server's doors are: on the terminal, and in the file for other programs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mlflow.cli._settings import Plan

if TYPE_CHECKING:
    import asyncio

STOPPED = "Stopped."


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the doors of a server are that has opened them."""

    rest: str | None
    """Base URL of the REST door."""
    grpc: tuple[str, ...]
    """Addresses of the gRPC door."""


def doors_of(plan: Plan, rest_port: int | None, grpc_ports: tuple[int, ...]) -> Doors:
    """The doors that the plan asks for, at the ports that they have got; None and () for those that are not open."""
    rest = None
    if plan.gateway is not None and rest_port is not None:
        config = plan.gateway
        host = f"[{config.host}]" if ":" in config.host else config.host
        scheme = "http" if config.tls_cert_path is None else "https"
        rest = f"{scheme}://{host}:{rest_port}{config.static_prefix}"
    addresses: tuple[str, ...] = ()
    if plan.server is not None and plan.server.grpc is not None and grpc_ports:
        addresses = plan.server.grpc.addresses
    return Doors(rest, tuple(_at(address, port) for address, port in zip(addresses, grpc_ports, strict=True)))


def announce(doors: Doors, ready_file: Path | None) -> None:
    """Prints the doors, and writes them to the file."""
    if doors.rest is not None:
        click.echo(f"REST  {doors.rest}")
    for address in doors.grpc:
        click.echo(f"gRPC  {address}")
    click.echo("Ctrl-C stops the server.")
    sys.stdout.flush()
    if ready_file is not None:
        ready = {"pid": os.getpid(), "rest": doors.rest, "grpc": list(doors.grpc)}
        _write_whole(ready_file, json.dumps(ready) + "\n")


def say_stopping(drain_s: float) -> None:
    """Tells the operator what happens after the first signal, and what a second one does."""
    click.echo(f"Stopping: open calls may take {drain_s:g} s to end. Ctrl-C ends them at once.", err=True)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The operator, who has started the server himself; a `_serve.Host`."""

    plan: Plan

    def begun(self, loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
        """Nobody but a signal stops this server."""

    def ready(self, rest_port: int | None, grpc_ports: tuple[int, ...]) -> None:
        """Says where the doors are."""
        announce(doors_of(self.plan, rest_port, grpc_ports), self.plan.ready_file)

    def stopping(self) -> None:
        """Says what happens now."""
        say_stopping(self.plan.drain_s)

    def stopped(self) -> None:
        """Says that it has."""
        click.echo(STOPPED, err=True)


def _at(address: str, port: int) -> str:
    return address if address.startswith("unix:") else f"{address.rpartition(':')[0]}:{port}"


def _write_whole(path: Path, text: str) -> None:
    """Writes the file so that whoever waits for it never reads half of it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(text)
    unfinished.replace(path)
