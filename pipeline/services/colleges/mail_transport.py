"""Deliveries by mail, and the mailbox that is asked whether a mail server took a message."""

import imaplib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial

from pipeline.services.colleges.file_transports import LinkPlace
from pipeline.services.colleges.letters import COVER_NOTE, create_letter_mail, format_letter_as_html
from pipeline.services.colleges.parcels import media_type
from pipeline.services.colleges.transport import (
    DeliveryFailed,
    FailureKind,
    HandOver,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    redact,
)


def compose_message(parcel: Parcel, sender: str, moment: datetime) -> bytes:
    """Compose the message of a parcel, with CRLF at the ends of lines; the cover note is its text."""
    letter = create_letter_mail(
        parcel.title, parcel.letter, format_letter_as_html(parcel.title, parcel.letter, parcel.language)
    )
    letter["From"], letter["To"], letter["Date"] = sender, parcel.to, format_datetime(moment)
    letter["Message-ID"] = make_message_id(parcel.delivery, sender)
    for name, content in parcel.files.items():
        if name != COVER_NOTE and name not in parcel.links:
            main, _, sub = media_type(name).partition("/")
            letter.add_attachment(content, main, sub, filename=name)
    return letter.as_bytes()


def make_message_id(delivery: str, sender: str) -> str:
    """Return the Message-ID of a delivery."""
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


def escape_leading_dots(content: bytes) -> bytes:
    """Double the dots at the beginning of lines (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content)


@dataclass(frozen=True, slots=True)
class OwnMailbox:
    """Our mailbox on an IMAP server, always over TLS."""

    address: str
    server: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    patience: float = 60
    """Seconds that an answer may take."""

    def contains(self, message_id: str) -> bool:
        """Return whether a message is there. Raises `ServerUnavailable`."""
        try:
            context = ssl.create_default_context()
            with imaplib.IMAP4_SSL(self.server, self.port, ssl_context=context, timeout=self.patience) as box:
                box.login(self.user, self.password)
                _require_ok(box.select(f'"{self.folder}"', readonly=True))
                numbers = _require_ok(box.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"'))
        except TimeoutError:
            raise ServerUnavailable(f"{self.server} does not answer for {self.patience:g} seconds") from None
        except UnicodeError:
            raise ServerUnavailable(f"{self.server} does not accept a name or password with such letters") from None
        except (imaplib.IMAP4.error, OSError) as failure:
            reply = failure.args[0] if failure.args else ""
            words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(failure)
            words = redact(words, self.password)
            raise ServerUnavailable(f"The mailbox {self.address} cannot be asked: {words}") from None
        return any(numbers)


def _require_ok(answer: tuple[str, list[bytes | None]]) -> list[bytes | None]:
    """Return the lines of an answer, or raise the error of the server."""
    status, lines = answer
    if status != "OK":
        raise imaplib.IMAP4.error(" ".join(line.decode("utf-8", "replace") for line in lines if line))
    return lines


# A delivery by mail has two steps: the message, then the dot by which the server takes it. If the connection ends
# before the dot, the server drops the message (RFC 5321, 4.1.1.4). Once the dot is sent, only the recipient knows
# whether the message was taken, unless the server's answer arrives (RFC 1047), or our own mailbox gets a copy.

_TLS_PORT = 465
"""The port on which TLS begins with the connection."""
_CHUNK_BYTES = 1 << 16
_MAX_REPLY = 100_000
"""Bytes of a reply."""
COPY_TIME = timedelta(minutes=15)
"""The time that a copy to our own mailbox may take; without a copy by then, the message was not taken."""
_FULL = frozenset({452, 552})
"""Replies of a server that has no room, or takes no message of this size."""


@dataclass(frozen=True, slots=True)
class MailTransport:
    """A mail server, always over TLS with a certificate for its name."""

    server: str
    port: int
    sender: str
    clock: Callable[[], datetime]
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = 60
    """Seconds that an answer may take."""
    patience_at_end: float = 600
    """Seconds that the answer to the dot may take: the server may check the message (RFC 5321, 4.5.3.2.6)."""
    largest: int = 20_000_000
    """Bytes that a message may have."""
    copies: OwnMailbox | None = None
    """Our mailbox that gets a copy of each message, if it can be asked."""
    copy_to: str = ""
    """The address of the mailbox that gets a copy."""
    links: LinkPlace | None = None
    """The place for files that a message links to."""
    pauses: tuple[float, ...] = (0, 2, 5)
    """Seconds before each search for a copy, after an answer is lost."""

    @property
    def where(self) -> str:
        """The server."""
        return f"{self.server}:{self.port}"

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Send all of the message but its dot."""
        if self.links and parcel.links:
            self.links.put(parcel.files.items(), parcel.links)
        content = compose_message(parcel, self.sender, self.clock())
        if len(content) > self.largest:
            sizes = f"The message has {_megabytes(len(content))}, and the limit is {_megabytes(self.largest)}"
            raise DeliveryFailed("full", sizes)
        server: smtplib.SMTP | None = None
        try:
            server = self._connect()
            self._send(server, parcel.to, content)
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            _disconnect(server)
            raise self._describe(failure) from None
        except BaseException:
            _disconnect(server)
            raise
        return partial(self._commit, server, parcel)

    def find(self, hand_over: HandOver) -> str | None:
        """Return the Message-ID of the copy in our mailbox. A missing copy may still be on its way for a while."""
        if self.copies is None:
            raise OutcomeUnknown(
                f"The connection ended as the message to {hand_over.to} was handed over ({hand_over.delivery})"
            )
        message_id = make_message_id(hand_over.delivery, self.sender)
        if self.copies.contains(message_id):
            return message_id
        if hand_over.began and self.clock() - hand_over.began < COPY_TIME:
            minutes = int(COPY_TIME.total_seconds() / 60)
            raise ServerUnavailable(
                f"No copy has come to {self.copies.address}, and {minutes} minutes are not over", late=True
            )
        return None

    def _find_after_loss(self, parcel: Parcel) -> str:
        """Return the Message-ID if a copy is in our mailbox soon after the answer to the dot was lost."""
        lost = f"The connection ended as the message to {parcel.to} was handed over"
        if self.copies is None:
            raise OutcomeUnknown(lost)
        message_id = make_message_id(parcel.delivery, self.sender)
        for pause in self.pauses:
            time.sleep(pause)
            if self.copies.contains(message_id):
                return message_id
        raise ServerUnavailable(lost, late=True)

    def _connect(self) -> smtplib.SMTP:
        """Connect over TLS, and sign in if there is a user."""
        context = ssl.create_default_context()
        if self.port == _TLS_PORT:
            server: smtplib.SMTP = _TlsServer(self.server, self.port, timeout=self.patience, context=context)
        else:
            server = _Server(self.server, self.port, timeout=self.patience)
        try:
            if self.port != _TLS_PORT:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            _disconnect(server)
            raise
        return server

    def _send(self, server: smtplib.SMTP, to: str, content: bytes) -> None:
        """Send the envelope, and the message without its dot."""
        limit = server.esmtp_features.get("size", "")
        if limit.isdecimal() and len(limit) < 20 and 0 < int(limit) < len(content):
            raise DeliveryFailed("full", f"{self.server} takes messages of at most {_megabytes(int(limit))}")
        size = [f"size={len(content)}"] if "size" in server.esmtp_features else []
        _require_accepted(server.mail(self.sender, size))
        for recipient in filter(None, (to, self.copy_to)):
            _require_accepted(server.rcpt(recipient))
        _require_accepted(server.docmd("DATA"))
        escaped = escape_leading_dots(content)
        for start in range(0, len(escaped), _CHUNK_BYTES):  # each with its own patience: the connection may be slow
            server.send(escaped[start : start + _CHUNK_BYTES])

    def _commit(self, server: smtplib.SMTP, parcel: Parcel) -> str:
        """Send the dot, and wait for the answer."""
        try:
            if server.sock:
                server.sock.settimeout(self.patience_at_end)
            server.send(b".\r\n")
            code, reply = server.getreply()
        except (smtplib.SMTPException, OSError):
            return self._find_after_loss(parcel)
        finally:
            _disconnect(server)
        if code != 250:
            raise self._describe(smtplib.SMTPResponseException(code, reply))
        return make_message_id(parcel.delivery, self.sender)

    def _describe(self, failure: Exception) -> DeliveryFailed:
        """Describe a failure, without a secret that the server may have repeated."""
        if isinstance(failure, TimeoutError) or isinstance(failure.__context__, TimeoutError):
            return DeliveryFailed("hangs", f"No answer from {self.server} for {self.patience:g} seconds", passing=True)
        if isinstance(failure, UnicodeError):
            return DeliveryFailed("refused", f"{self.server} does not accept a name or password with such letters")
        if isinstance(failure, ssl.SSLCertVerificationError):
            return DeliveryFailed("refused", f"The certificate of {self.server} was rejected: {failure.verify_message}")
        if isinstance(failure, smtplib.SMTPResponseException):
            passing = 400 <= failure.smtp_code < 500
            kind: FailureKind = "full" if failure.smtp_code in _FULL else "refused"
            error = failure.smtp_error
            words = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
            return DeliveryFailed(kind, self._redact(f"{self.server} says: {failure.smtp_code} {words}"), passing)
        if isinstance(failure, smtplib.SMTPNotSupportedError):
            return DeliveryFailed("refused", self._redact(f"{self.server} refused: {failure}"))
        if isinstance(failure, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
            return DeliveryFailed("refused", f"{self.server} ended the connection", passing=True)
        words = getattr(failure, "strerror", None) or str(failure)
        return DeliveryFailed("refused", self._redact(f"{self.server} cannot be reached: {words}"), passing=True)

    def _redact(self, text: str) -> str:
        """Remove the password, also in the form in which it is sent."""
        return redact(text, f"\0{self.user}\0{self.password}" if self.password else "", self.password)


class _Reply:
    """A file of the lines of one reply, which must come in time and not be too long."""

    def __init__(self, sock: socket.socket, patience: float) -> None:
        self._sock = sock
        self._deadline = time.monotonic() + patience
        self._remaining = _MAX_REPLY

    def readline(self, most: int) -> bytes:
        """Return the next line, and read nothing after it: that may belong to TLS."""
        line = b""
        while not line.endswith(b"\n") and len(line) < most:
            self._sock.settimeout(max(self._deadline - time.monotonic(), 0.001))
            byte = self._sock.recv(1)
            self._remaining -= 1
            if not byte or self._remaining < 0:
                return b""
            line += byte
        return line

    def close(self) -> None:
        """Leave the connection open: it belongs to the SMTP object."""


class _Server(smtplib.SMTP):
    """An SMTP connection whose replies must be complete within its timeout, however many lines they have."""

    def getreply(self) -> tuple[int, bytes]:
        """Return the next reply. Raises `SMTPServerDisconnected`."""
        sock, self.file = self.sock, None
        if sock is None:
            raise smtplib.SMTPServerDisconnected
        patience = sock.gettimeout() or 0
        self.file = _Reply(sock, patience)
        reply = super().getreply()
        sock.settimeout(patience)
        return reply


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """An SMTP connection with TLS from the start."""


def _require_accepted(answer: tuple[int, bytes]) -> None:
    """Raise `SMTPResponseException` if a server refuses."""
    if answer[0] not in (250, 251, 354):
        raise smtplib.SMTPResponseException(*answer)


def _disconnect(server: smtplib.SMTP | None) -> None:
    """Close a connection without QUIT, which could be taken for the rest of a message."""
    if server is not None:
        server.close()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"
