"""Connections to database servers that are encrypted, to a server whose certificate is checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.certificates import self_signed
from support.database_server import DatabaseServer
from support.scratch_databases import SERVER_KINDS, running_database_server
from support.sql_stores import change, run_info
from trackwell_migrations import upgrade
from trackwell_service.domain.changes import AddRun
from trackwell_service.domain.errors import InvalidParameter
from trackwell_service.stores.sql import SqlStore, open_sql_store
from trackwell_service.stores.sql.dialects import dialect_of
from trackwell_service.stores.sql.session import Session

CHECKED = {"postgresql": "sslmode=verify-full&sslrootcert={}", "mariadb": "ssl_ca={}"}
"""Options for a server whose certificate and name are checked."""

NAME_UNCHECKED = {"postgresql": "sslmode=verify-ca&sslrootcert={}", "mariadb": "ssl_ca={}&ssl_verify_identity=false"}

UNENCRYPTED = {"postgresql": "sslmode=disable", "mariadb": "ssl=false"}

ENCRYPTION = {
    "postgresql": "SELECT CASE WHEN ssl THEN cipher ELSE '' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    "mariadb": "SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'",
}
"""By which cipher the session that asks is encrypted; the empty text where it is not."""


@dataclass(frozen=True)
class TlsServer:
    """A server whose certificate is for ``localhost`` alone, and a database on it."""

    kind: str
    server: DatabaseServer
    certificate: Path
    other_certificate: Path
    url: str
    """Without options; names the server by its address."""

    def named(self, options: dict[str, str], certificate: Path | None = None) -> str:
        """The URL with the server's right name and with options."""
        return self.addressed(options, certificate).replace("127.0.0.1", "localhost")

    def addressed(self, options: dict[str, str], certificate: Path | None = None) -> str:
        """The URL with a name that the certificate does not have."""
        return f"{self.url}?{options[self.kind].format(certificate or self.certificate)}"


@pytest.fixture(scope="module", params=SERVER_KINDS)
def tls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    """A server of each kind."""
    folder = tmp_path_factory.mktemp("tls")
    own, other = self_signed(folder, "own", hosts="DNS:localhost"), self_signed(folder, "other", hosts="DNS:localhost")
    with running_database_server(request.param, durable=False, tls=own) as server:
        yield TlsServer(request.param, server, own[0], other[0], server.new_database())


def opened(url: str) -> SqlStore:
    return open_sql_store(url, default_artifact_location=lambda number: f"root/{number}")


def cipher(tls: TlsServer, url: str) -> str:
    """By which cipher the product's own sessions are encrypted."""
    with closing(Session(dialect_of(url), writing=False)) as session:
        ((found,),) = session.query(ENCRYPTION[tls.kind])
    return str(found)


def test_a_server_whose_certificate_is_known_is_talked_to_encrypted(tls: TlsServer) -> None:
    url = tls.named(CHECKED)
    upgrade(url)
    assert cipher(tls, url) != ""
    with closing(opened(url)) as store:
        change(store, AddRun(run_info("r1")))
        assert store.run_refs(["r1"])["r1"].run_id == "r1"
    assert cipher(tls, tls.addressed(UNENCRYPTED)) == ""


def test_a_certificate_for_another_name_is_taken_only_where_the_url_says_so(tls: TlsServer) -> None:
    with pytest.raises(InvalidParameter, match=r"no encrypted connection .*127\.0\.0\.1"):
        opened(tls.addressed(CHECKED))
    assert cipher(tls, tls.addressed(NAME_UNCHECKED)) != ""


def test_a_certificate_of_somebody_else_is_refused(tls: TlsServer) -> None:
    for options in (CHECKED, NAME_UNCHECKED):
        with pytest.raises(InvalidParameter, match=r"no encrypted connection .*certificate"):
            opened(tls.named(options, tls.other_certificate))


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_a_server_without_tls_is_not_talked_to_in_the_clear(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    certificate, _ = self_signed(tmp_path, "own")
    server: DatabaseServer = request.getfixturevalue(
        {"postgresql": "postgres_server", "mariadb": "mariadb_server"}[kind]
    )
    with pytest.raises(InvalidParameter, match=r"no encrypted connection .*support"):
        opened(f"{server.url('absent')}?{CHECKED[kind].format(certificate)}")
