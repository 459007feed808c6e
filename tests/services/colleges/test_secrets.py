"""What others say is told without secrets, in whatever form they repeat them."""

from __future__ import annotations

import imaplib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.services.colleges.ledger import find_host_secret
from pipeline.services.colleges.mail_transport import OwnMailbox
from pipeline.services.colleges.outgoing_parcels import find_secrets
from pipeline.services.colleges.transport import ServerUnavailable, redact
from tests.support import libraries
from tests.support.project import IMPRINT


@pytest.mark.parametrize(
    ("words", "secret", "told"),
    [
        ("535 no: hunter2.", "hunter2.", "535 no: …"),
        ("535 no: a  b.", "a  b", "535 no: …"),
        ("535 no: a b.", "a  b", "535 no: …"),
        ("GET /in?sig=pa%2Fss%2B%3D: 403", "pa/ss+=", "GET /in?sig=…: 403"),
        ("GET /in/pa/ss%2B%3D: 403", "pa/ss+=", "GET /in/…: 403"),
        ("GET ?x=a+b%26c", "a b&c", "GET ?x=…"),
        (r'LOGIN "u" "pa\"ss\\" is wrong', 'pa"ss\\', 'LOGIN "u" "…" is wrong'),
        ("b'p\\xc3\\xa4ss'", "päss", "b'…'"),
        ("AUTH cGw0bnRlZA==", "pl4nted", "AUTH …"),
        ("it is  refused.", "  ", "it is refused"),
        ("it is refused.", "", "it is refused"),
        ("x" * 200_000, "", "x" * 499 + "…"),
    ],
)
def test_no_form_of_a_secret_is_told(words: str, secret: str, told: str) -> None:
    assert redact(words, secret) == told


def test_secrets_are_found_in_the_environment() -> None:
    """By the names of variables, and within what those hold."""
    found = find_secrets(
        {
            "AWS_SECRET_ACCESS_KEY": "aws-s3cret",
            "AZURE_STORAGE_CONNECTION_STRING": "DefaultEndpointsProtocol=https;AccountName=north;"
            "AccountKey=azure-s3cret==;EndpointSuffix=core.windows.net",
            "AZURE_SAS": "sv=2024-01-01&sig=sas-s3cret%2B",
            "FSSPEC_S3": json.dumps({"secret": "fsspec-s3cret", "client_kwargs": {"password": "inner-s3cret", "a": 1}}),
            "FSSPEC_S3_SECRET": "single-s3cret",
            "HTTPS_PROXY": "http://us:proxy/s3cret@proxy.example:8080",
            "HOME": "/home/briefings",
            "MAKEFLAGS_TOKEN": "four",
        }
    )
    for secret in ("aws", "fsspec", "inner", "single"):
        assert f"{secret}-s3cret" in found
    assert {"azure-s3cret==", "sas-s3cret%2B", "sas-s3cret+", "proxy/s3cret"} <= set(found)
    assert not {"https", "north", "core.windows.net", "/home/briefings", "four"} & set(found)
    assert list(found) == sorted(found, key=len, reverse=True)


@pytest.mark.parametrize(("password", "said"), [("pl4nted", "LOGIN … not valid"), ("pl4ntéd", "such letters")])
def test_what_a_mailbox_says_is_told_in_words(monkeypatch: pytest.MonkeyPatch, password: str, said: str) -> None:
    """Its failures hold bytes, which are decoded; letters that cannot be sent are told by words of ours."""

    class Box(imaplib.IMAP4):
        def __init__(self, *said: Any, **more: Any) -> None:
            self.state = "NONAUTH"

        def __enter__(self) -> Box:
            return self

        def __exit__(self, *said: object) -> None:
            """Nothing is open."""

        def login(self, user: str, password: str) -> Any:
            bytes(password, "ascii")
            raise self.error(f"LOGIN {password} not valid".encode())

    monkeypatch.setattr(imaplib, "IMAP4_SSL", Box)
    with pytest.raises(ServerUnavailable) as closed:
        OwnMailbox("sent@northmoor.example", "localhost", 993, "sent", password).contains("<x>")
    assert str(closed.value).endswith(said)
    assert "b'" not in str(closed.value)
    assert "codec" not in str(closed.value)


@pytest.mark.parametrize("allowed", ["", "db.example"])
def test_a_password_goes_to_no_host_that_the_environment_does_not_name(
    monkeypatch: pytest.MonkeyPatch, allowed: str
) -> None:
    """A library could name any."""
    monkeypatch.setenv("OUR_PASSWORD", "pl4nted")
    monkeypatch.setenv("OUR_HOST", allowed)
    with pytest.raises(EnvironmentFailure, match=r"set OUR_HOST=evil\.example in the environment") as refused:
        find_host_secret("evil.example", "OUR_PASSWORD", "OUR_HOST")
    assert "pl4nted" not in str(refused.value)


def test_a_password_goes_to_the_host_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_PASSWORD", "pl4nted")
    monkeypatch.setenv("OUR_HOST", "db.example")
    assert find_host_secret("DB.example", "OUR_PASSWORD", "OUR_HOST") == "pl4nted"


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that is no database, and what it is told: it asks for a password and knows no TLS."""
    heard: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                while words := connection.recv(1000):
                    heard.append(words)
                    is_question = words[4:8] in (bytes.fromhex("04d2162f"), bytes.fromhex("04d21630"))
                    connection.sendall(b"N" if is_question else b"R\0\0\0\x08\0\0\0\x03")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("host", "allowed", "said"),
    [
        ("127.0.0.1", "", "If the host is yours, set BRIEFINGS_LEDGER_HOST=127.0.0.1"),
        ("127.0.0.1", "db.example", "library.yaml names the host '127.0.0.1', and BRIEFINGS_LEDGER_HOST does not."),
        ("127.1", "127.1", "server does not support SSL"),  # not known as this machine, so over TLS alone
    ],
    ids=["no host is allowed", "another host is allowed", "no TLS"],
)
@pytest.mark.parametrize("variable", ["BRIEFINGS_LEDGER_PASSWORD", "PGPASSWORD"])
def test_a_ledger_of_a_stranger_gets_no_password(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stranger: tuple[int, list[bytes]],
    variable: str,
    host: str,
    allowed: str,
    said: str,
) -> None:
    """Whoever proposes a change of a library can name a host."""
    pytest.importorskip("psycopg")
    port, heard = stranger
    monkeypatch.setenv(variable, "pl4nted")
    monkeypatch.setenv("BRIEFINGS_LEDGER_HOST", allowed)
    ledger = f"ledger: postgresql://briefings@{host}:{port}/ledger\n"
    found = libraries.here(libraries.written(tmp_path, {"library.yaml": IMPRINT + ledger}), "holdings")
    assert (found.code, said in found.err) == (3, True), found
    assert b"pl4nted" not in b"".join(heard)


def test_a_ledger_of_a_stranger_gets_no_password_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stranger: tuple[int, list[bytes]]
) -> None:
    """A line of PostgreSQL's own file may hold for every host."""
    pytest.importorskip("psycopg")
    port, heard = stranger
    (passwords := tmp_path / "passwords").write_text("*:*:*:*:pl4nted\n", encoding="utf-8")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    ledger = f"ledger: postgresql://briefings@127.0.0.1:{port}/ledger\n"
    found = libraries.here(libraries.written(tmp_path, {"library.yaml": IMPRINT + ledger}), "holdings")
    assert b"pl4nted" not in b"".join(heard)
    assert (found.code, "Set BRIEFINGS_LEDGER_PASSWORD, and BRIEFINGS_LEDGER_HOST=127.0.0.1." in found.err) == (3, True)
