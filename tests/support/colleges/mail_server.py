"""A mail server on loopback, with a certificate of its own, that can fail in every way."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.colleges.ports import PATIENCE, free_port

USER, PASSWORD = "briefings", "pl4nted-s3cret"
TO = "learning@fellbrook.example"
LARGEST = 8_000_000
"""Bytes that a message may have by the server."""


class Box:
    """The messages that a server has taken, and how it is to fail."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.rcpt = "250 OK"
        self.answer: str | None = "250 OK taken"
        """The answer to the dot; nothing where the server goes without one."""
        self.takes = True
        """Whether a message is taken, whatever the answer."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The answer to a recipient."""
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The answer to the dot."""
        if self.takes:
            self.taken.append(envelope)
        if self.answer is None:
            assert isinstance(server.transport, WriteTransport)
            server.transport.abort()
            return "250 OK nobody hears it"
        return self.answer


def delivery_in(envelope: Envelope) -> str:
    """The id of the delivery that a message is."""
    found = re.search(rb"<(delivery\d)@", envelope.original_content or b"")
    assert found
    return found[1].decode()


def _signed_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
    """Whether the password is right; one that is not is repeated, as no server should."""
    good = isinstance(said, LoginPassword) and (said.login, said.password) == (USER.encode(), PASSWORD.encode())
    wrong = said.password.decode() if isinstance(said, LoginPassword) else ""
    return AuthResult(success=good, handled=good, message=None if good else f"535 5.7.8 {wrong} is wrong")


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate for a name, and its key. A test that has no program to make one skips."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not on this machine")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert)),
            *("-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


def expired_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that held until yesterday, and its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "old.pem").write_bytes(made.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "old-key.pem").write_bytes(plain)
    return folder / "old.pem", folder / "old-key.pem"


@contextmanager
def mail_server(box: Box, pair: tuple[Path, Path]) -> Iterator[int]:
    """A server while it lasts; gives its port. It takes nothing that is not encrypted and signed in."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*pair)
    port = free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=_signed_in,
        data_size_limit=LARGEST,
        ready_timeout=PATIENCE,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that takes connections, and never says a word; gives its port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


@contextmanager
def talking_server(words: bytes) -> Iterator[int]:
    """A server that says the same words again and again, and never listens; gives its port."""

    def talk() -> None:
        with suppress(OSError), server.accept()[0] as connection:
            while True:
                connection.sendall(words)
                time.sleep(0.01)

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        Thread(target=talk, daemon=True).start()
        yield server.getsockname()[1]
