"""The ledger in each kind of store, and a mail server."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.colleges import sftp_server as ssh
from tests.support.colleges.databases import missing, server
from tests.support.colleges.mail_server import PASSWORD, Box, certificate, mail_server
from tests.support.editions import issued_library
from tests.support.publishing import rewrite

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server that was started for the tests."""
    if reason := missing():
        pytest.skip(reason)
    with server() as url:
        yield url


@pytest.fixture(params=["file", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, or nothing for a ledger in a file."""
    return "" if request.param == "file" else request.getfixturevalue("empty_database")


@pytest.fixture
def empty_database(postgresql: str) -> str:
    """The URL of an empty database."""
    import psycopg

    name = f"ledger_{next(_numbers)}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql.rpartition("/")[0] + f"/{name}"


@pytest.fixture(scope="session")
def sftp() -> Iterator[ssh.Server]:
    """An SFTP server that lets us in."""
    if reason := ssh.missing():
        pytest.skip(reason)
    with ssh.sftp_server() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one for deliveries in it."""
    (tmp_path / "in").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def own(issued: Path, tmp_path: Path) -> Path:
    """The issued library of a test and its archive again, to change as a test likes."""
    return issued_library.copied(issued, tmp_path)


@pytest.fixture
def box(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    """The box of a mail server that the library names."""
    box, pair = Box(), certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    monkeypatch.setenv("BRIEFINGS_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("BRIEFINGS_SMTP_HOST", "localhost")
    with mail_server(box, pair) as port:
        rewrite(own, "library.yaml", ("port: 2525", f"port: {port}"))
        yield box
