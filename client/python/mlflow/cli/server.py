"""`mlflow server`: its options, and what they mean to the service, the gRPC door and the REST door."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any, Final

import click

from mlflow.cli._lazy import SectionedCommand, option
from mlflow.cli._settings import STANDARD_ERROR, Options, Plan, UnusableSettings, make_plan
from trackwell_gateway.config import FRAME_OPTIONS
from trackwell_service.config import DEFAULT_ARTIFACTS_DESTINATION, DRAIN_S, VARIABLES, silence_grpc_library
from trackwell_service.domain.errors import TrackwellError
from trackwell_service.domain.limits import MAX_ARTIFACT_LOCATION_CHARS

STORAGE: Final = "Storage"
REST: Final = "REST door"
GRPC: Final = "gRPC door"
TLS: Final = "TLS"
PROCESS: Final = "Process"
COMPATIBLE: Final = "Options of other servers, without effect here"

MAX_WORKERS: Final = 256
"""Processes of one server: more than machines have cores. Each has memory and five database connections of its own."""

HELP: Final = """Run a tracking server.

It keeps experiments and runs in a database and serves them over REST and gRPC:

\b
  mlflow server --backend-store-uri sqlite:///mlflow.db

An option may also be given by the environment variable named beside it. There is no authentication: open the server to
a network you trust, or put a reverse proxy before it.
"""

PORT = click.IntRange(0, 65535)
FILE = click.Path(path_type=Path)
PEM = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)

OPTIONS: Final = (
    option(
        STORAGE,
        "--backend-store-uri",
        metavar="URI",
        envvar=VARIABLES["backend_store_uri"],
        help="Where experiments and runs are kept: a folder, by default ./mlruns, or a database, sqlite:///PATH, which "
        "is faster for a server.",
    ),
    option(
        STORAGE,
        "--default-artifact-root",
        metavar="URI",
        envvar=VARIABLES["default_artifact_root"],
        help="Where the artifacts of new experiments go. Default: through this server (mlflow-artifacts:/), or, with "
        "--no-serve-artifacts, ./mlruns. Experiments that exist keep their location.",
    ),
    option(
        STORAGE,
        "--artifacts-destination",
        metavar="FOLDER",
        default=DEFAULT_ARTIFACTS_DESTINATION,
        envvar=VARIABLES["artifacts_destination"],
        help="Folder in which this server keeps the artifacts that clients send through it.",
    ),
    option(
        STORAGE,
        "--serve-artifacts/--no-serve-artifacts",
        default=True,
        envvar=VARIABLES["serve_artifacts"],
        help="Whether clients send and fetch artifacts through this server.",
    ),
    option(
        STORAGE,
        "--artifacts-only",
        is_flag=True,
        envvar=VARIABLES["artifacts_only"],
        help="Serve artifacts and nothing else: no store is opened, and every tracking call is answered with 503.",
    ),
    option(
        STORAGE,
        "--artifact-location-max-length",
        "artifact_location_max_chars",
        metavar="CHARACTERS",
        type=click.IntRange(1, MAX_ARTIFACT_LOCATION_CHARS),
        default=MAX_ARTIFACT_LOCATION_CHARS,
        envvar=VARIABLES["artifact_location_max_chars"],
        help="Longest artifact location that a client may give an experiment.",
    ),
    option(
        STORAGE,
        "--truncate-long-values/--refuse-long-values",
        default=True,
        envvar=VARIABLES["truncate_long_values"],
        help="Whether params above 6000 and tags above 8000 characters are cut off or refused.",
    ),
    option(
        REST,
        "--host",
        "-h",
        metavar="HOST",
        default="127.0.0.1",
        envvar=VARIABLES["host"],
        help="Address of both doors. 0.0.0.0 or :: opens them to the network, without any authentication.",
    ),
    option(
        REST,
        "--port",
        "-p",
        type=PORT,
        default=5000,
        envvar=VARIABLES["port"],
        help="Port of the REST door; 0 takes any free one.",
    ),
    option(
        REST,
        "--static-prefix",
        metavar="PATH",
        default="",
        envvar=VARIABLES["static_prefix"],
        help="Path below which a reverse proxy shows this server, for example /mlflow.",
    ),
    option(
        REST,
        "--allowed-hosts",
        metavar="NAMES",
        envvar=VARIABLES["allowed_hosts"],
        help="Host names, separated by commas, under which browsers may reach this server, beside localhost and the "
        "address of --host. *.example.org covers subdomains, * every name.",
    ),
    option(
        REST,
        "--cors-allowed-origins",
        metavar="ORIGINS",
        envvar=VARIABLES["cors_allowed_origins"],
        help="Origins, separated by commas, whose pages may call this server, for example https://ui.example.org.",
    ),
    option(
        REST,
        "--x-frame-options",
        type=click.Choice(FRAME_OPTIONS, case_sensitive=False),
        default=FRAME_OPTIONS[0],
        envvar=VARIABLES["x_frame_options"],
        help="Which pages may show this server in a frame: those of the same origin, none, or (NONE: the header is not "
        "sent) all.",
    ),
    option(
        REST,
        "--disable-security-middleware",
        is_flag=True,
        envvar=VARIABLES["disable_security_middleware"],
        help="Check neither Host nor Origin. Any web page that a user of this server visits can then read and change "
        "what is stored.",
    ),
    option(
        REST,
        "--metrics/--no-metrics",
        "expose_metrics",
        default=True,
        help="Whether /metrics shows this server's numbers in the Prometheus format.",
    ),
    option(
        GRPC,
        "--grpc-port",
        type=PORT,
        envvar=VARIABLES["grpc_port"],
        help="Port of the gRPC door; 0 takes any free one. Default: the port after --port.",
    ),
    option(
        GRPC,
        "--grpc-listen",
        metavar="ADDRESS",
        multiple=True,
        help="A further address of the gRPC door, HOST:PORT or unix:/PATH. May be given several times.",
    ),
    option(
        GRPC,
        "--advertise-grpc",
        metavar="HOST:PORT",
        envvar=VARIABLES["advertise_grpc"],
        help="Tell REST clients that they may send their logging to this gRPC address. It must lead to this server, "
        "under the host name that clients use for REST.",
    ),
    option(
        GRPC,
        "--grpc-reflection/--no-grpc-reflection",
        default=False,
        help="Whether the gRPC door describes its contract to anybody who asks.",
    ),
    option(GRPC, "--grpc-only", is_flag=True, help="Serve gRPC and no REST."),
    option(
        GRPC,
        "--gateway-only",
        is_flag=True,
        help="Serve REST and no storage: every call is passed to the gRPC server named by --grpc-target.",
    ),
    option(GRPC, "--grpc-target", metavar="HOST:PORT", help="The gRPC server behind --gateway-only."),
    option(TLS, "--tls-cert", type=PEM, help="PEM file with this server's certificate chain, for both doors."),
    option(TLS, "--tls-key", type=PEM, help="PEM file with its private key."),
    option(TLS, "--grpc-tls-cert", type=PEM, help="A certificate chain for the gRPC door alone."),
    option(TLS, "--grpc-tls-key", type=PEM, help="Its private key."),
    option(
        TLS,
        "--grpc-client-ca",
        type=PEM,
        help="PEM file of a certificate authority: gRPC clients must show a certificate of its making.",
    ),
    option(
        TLS,
        "--grpc-target-ca",
        type=PEM,
        help="PEM file of the certificate authority of --grpc-target, which is then reached with TLS.",
    ),
    option(
        PROCESS,
        "--drain-seconds",
        "drain_s",
        type=click.FloatRange(0, 3600),
        default=DRAIN_S,
        help="After SIGTERM or Ctrl-C: how long open calls may take to end. Nothing acknowledged is ever lost.",
    ),
    option(
        PROCESS,
        "--ready-file",
        type=FILE,
        help="Write addresses and process id to this file, as one line of JSON, once both doors are open.",
    ),
    option(
        PROCESS,
        "--access-log",
        type=FILE,
        is_flag=False,
        flag_value=str(STANDARD_ERROR),
        metavar="[PATH]",
        help="Append one line of JSON for each REST request and gRPC call to this file; without a file, or with -, "
        "to standard error.",
    ),
    option(PROCESS, "--no-access-log", is_flag=True, help="No access log, which is the default; also with --dev."),
    option(
        PROCESS,
        "--dev",
        is_flag=True,
        help="For work on this server and its clients: log in detail and each request to standard error, and "
        "describe the contract at the gRPC door. Sources are not watched.",
    ),
    option(
        PROCESS,
        "--workers",
        "-w",
        type=click.IntRange(1, MAX_WORKERS),
        default=1,
        envvar=VARIABLES["workers"],
        help="Processes that serve, all on the same ports. One is the fastest for writing, since it commits what "
        "arrives together at once; more help where reading keeps a processor busy and there are others.",
    ),
    option(
        COMPATIBLE,
        "--registry-store-uri",
        metavar="URI",
        envvar=VARIABLES["registry_store_uri"],
        help="There is no model registry.",
    ),
    option(
        COMPATIBLE,
        "--expose-prometheus",
        metavar="FOLDER",
        envvar=VARIABLES["expose_prometheus"],
        help="See --metrics; no folder is needed.",
    ),
    option(
        COMPATIBLE,
        "--gunicorn-opts",
        metavar="TEXT",
        envvar=VARIABLES["gunicorn_opts"],
        help="There is no gunicorn.",
    ),
    option(COMPATIBLE, "--uvicorn-opts", metavar="TEXT", help="There is no uvicorn."),
    option(COMPATIBLE, "--waitress-opts", metavar="TEXT", help="There is no waitress."),
    option(COMPATIBLE, "--app-name", metavar="NAME", help="There are no apps to choose from: any name is refused."),
)


def _command(name: str) -> click.Command:
    @click.command(name, cls=SectionedCommand, help=HELP)
    def run(**given: Any) -> None:
        try:
            plan = make_plan(Options(**given))
        except UnusableSettings as error:
            raise click.UsageError(str(error)) from error
        for note in plan.notes:
            click.echo(f"Note: {note}", err=True)
        _run(plan)

    for each in OPTIONS:
        run = each(run)
    return run


def _run(plan: Plan) -> None:
    """Serves until a signal ends it. A server that cannot start is an error of the command, with exit code 1."""
    silence_grpc_library()
    if plan.workers > 1:
        _run_workers(plan)
        return
    gc.disable()  # nothing of what a start loads is garbage; looking for it takes a tenth of the time
    try:
        _run_here(plan)
    finally:
        gc.enable()


def _run_here(plan: Plan) -> None:
    from mlflow.cli import _announcing, _serve

    try:
        _serve.run(plan, _announcing.Terminal(plan))
    except TrackwellError as error:
        raise click.ClickException(error.message) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


def _run_workers(plan: Plan) -> None:
    from mlflow.cli import _supervisor

    try:
        _supervisor.run(plan)
    except (_supervisor.CannotServe, OSError) as error:
        raise click.ClickException(str(error)) from error


server = _command("server")
ui = _command("ui")
