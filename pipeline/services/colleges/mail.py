"""Delivery by mail, and the mailbox of ours that is asked whether a message was taken."""

import imaplib
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pipeline.services.colleges.letters import compose_message, escape_leading_dots, make_message_id
from pipeline.services.colleges.transport import (
    DeliveryFailed,
    FailureKind,
    LinkPlace,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    redact,
)


@dataclass(frozen=True, slots=True)
class OwnMailbox:
    """A mailbox on a server of IMAP, always encrypted."""

    address: str
    server: str
    port: int
    user: str
    password: str
    folder: str = "INBOX"
    patience: float = 60
    """Seconds that an answer may take."""

    def __repr__(self) -> str:
        """Its address alone: a password stands in no message and no traceback."""
        return f"OwnMailbox({self.address})"

    def holds(self, message: str) -> bool:
        """Whether a message is there, by its Message-ID. Raises `ServerUnavailable`."""
        try:
            context = ssl.create_default_context()
            with imaplib.IMAP4_SSL(self.server, self.port, ssl_context=context, timeout=self.patience) as box:
                box.login(self.user, self.password)
                _require(box.select(f'"{self.folder}"', readonly=True))
                found = _require(box.uid("SEARCH", "HEADER", "Message-ID", f'"{message}"'))
        except TimeoutError:
            raise ServerUnavailable(f"{self.server} does not answer for {self.patience:g} seconds") from None
        except UnicodeError:
            raise ServerUnavailable(f"{self.server} cannot be told a name or password with such letters") from None
        except (imaplib.IMAP4.error, OSError) as failure:
            said = failure.args[0] if failure.args else ""
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(failure)
            words = redact(words, self.password)
            raise ServerUnavailable(f"The mailbox {self.address} cannot be asked: {words}") from None
        return any(found)


def _require(answer: tuple[str, list[bytes | None]]) -> list[bytes | None]:
    """The lines of an answer, if the server did as it was asked."""
    said, lines = answer
    if said != "OK":
        raise imaplib.IMAP4.error(" ".join(line.decode("utf-8", "replace") for line in lines if line))
    return lines


# Delivery by mail, in two steps: the whole message, then the dot that makes it the server's. Cut off
# before the dot, a server forgets the message (RFC 5321, 4.1.1.4). Once the dot is on its way, nobody but the
# recipient can say whether it was taken, unless the server's answer arrives (RFC 1047), or a mailbox of ours gets a
# copy of what was taken.

_ENCRYPTED = 465
"""The port on which all is encrypted from the first word on."""
_PIECE = 1 << 16
"""Bytes that are sent at once."""
_LONGEST_REPLY = 100_000
"""Bytes of a reply."""
ON_ITS_WAY = timedelta(minutes=15)
"""The time that a copy to our own mailbox may take; what is not there by then was not taken."""
_FULL = frozenset({452, 552})
"""Answers of a server that has no room, or takes no message of this size."""


@dataclass(frozen=True, slots=True)
class MailTransport:
    """A server that takes mail, always encrypted and by a name that its certificate proves."""

    server: str
    port: int
    sender: str
    clock: Callable[[], datetime]
    user: str = ""
    password: str = ""
    patience: float = 60
    """Seconds that an answer may take."""
    patience_at_end: float = 600
    """Seconds that the answer to the dot may take: by then a server has the message checked (RFC 5321, 4.5.3.2.6)."""
    largest: int = 20_000_000
    """Bytes that a message may have."""
    copies: OwnMailbox | None = None
    """The mailbox of ours that gets a copy of each message, if there is one that can be asked."""
    copy_to: str = ""
    """The address of a mailbox that gets a copy."""
    links: LinkPlace | None = None
    """The place for files that a message only links to."""
    pauses: tuple[float, ...] = (0, 2, 5)
    """Seconds before each look for a copy, as soon as an answer is lost."""

    def __repr__(self) -> str:
        """Its server alone: a password stands in no message and no traceback."""
        return f"MailTransport({self.server}:{self.port})"

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
            said = f"The message has {_megabytes(len(content))}, and the most is {_megabytes(self.largest)}"
            raise DeliveryFailed("full", said)
        server: smtplib.SMTP | None = None
        try:
            server = self._connected()
            self._hand_over(server, parcel.to, content)
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            _leave(server)
            raise self._failure(failure) from None
        except BaseException:
            _leave(server)
            raise
        return partial(self._end, server, parcel)

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The copy in our mailbox. One that is not there may be on its way for a while; without one nobody knows."""
        if self.copies is None:
            raise OutcomeUnknown(f"The connection ended as the message to {to} was handed over ({delivery})")
        if self.copies.holds(make_message_id(delivery, self.sender)):
            return make_message_id(delivery, self.sender)
        if handed_over and self.clock() - handed_over < ON_ITS_WAY:
            minutes = int(ON_ITS_WAY.total_seconds() / 60)
            raise ServerUnavailable(
                f"No copy has come to {self.copies.address}, and {minutes} minutes are not over", late=True
            )
        return None

    def _lost(self, parcel: Parcel) -> str:
        """The answer of our mailbox, soon after that to a dot was lost."""
        if self.copies is None:
            raise OutcomeUnknown(f"The connection ended as the message to {parcel.to} was handed over")
        sent = make_message_id(parcel.delivery, self.sender)
        for pause in self.pauses:
            time.sleep(pause)
            if self.copies.holds(sent):
                return sent
        raise ServerUnavailable(f"The connection ended as the message to {parcel.to} was handed over", late=True)

    def _connected(self) -> smtplib.SMTP:
        """The server, encrypted, and signed in to where there is a user."""
        context = ssl.create_default_context()
        if self.port == _ENCRYPTED:
            server: smtplib.SMTP = _EncryptedServer(self.server, self.port, timeout=self.patience, context=context)
        else:
            server = _Server(self.server, self.port, timeout=self.patience)
        try:
            if self.port != _ENCRYPTED:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            _leave(server)
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, to: str, content: bytes) -> None:
        """The envelope, and the message without its dot."""
        limit = server.esmtp_features.get("size", "")
        if limit.isdecimal() and len(limit) < 20 and 0 < int(limit) < len(content):
            raise DeliveryFailed("full", f"{self.server} takes messages of at most {_megabytes(int(limit))}")
        size = [f"size={len(content)}"] if "size" in server.esmtp_features else []
        _require_accepted(server.mail(self.sender, size))
        for recipient in filter(None, (to, self.copy_to)):
            _require_accepted(server.rcpt(recipient))
        _require_accepted(server.docmd("DATA"))
        said = escape_leading_dots(content)
        for at in range(0, len(said), _PIECE):  # each with its own patience: a line may be slow
            server.send(said[at : at + _PIECE])

    def _end(self, server: smtplib.SMTP, parcel: Parcel) -> str:
        """The dot, and the answer to it."""
        try:
            if server.sock:
                server.sock.settimeout(self.patience_at_end)
            server.send(b".\r\n")
            code, said = server.getreply()
        except (smtplib.SMTPException, OSError):
            return self._lost(parcel)
        finally:
            _leave(server)
        if code != 250:
            raise self._failure(smtplib.SMTPResponseException(code, said))
        return make_message_id(parcel.delivery, self.sender)

    def _failure(self, failure: Exception) -> DeliveryFailed:
        """The failure in words, without a secret that a server may have repeated."""
        if isinstance(failure, TimeoutError) or isinstance(failure.__context__, TimeoutError):
            return DeliveryFailed("hangs", f"No answer from {self.server} for {self.patience:g} seconds", passing=True)
        if isinstance(failure, UnicodeError):
            return DeliveryFailed("refused", f"{self.server} cannot be told a name or password with such letters")
        if isinstance(failure, ssl.SSLCertVerificationError):
            return DeliveryFailed(
                "refused", f"The certificate of {self.server} does not hold: {failure.verify_message}"
            )
        if isinstance(failure, smtplib.SMTPResponseException):
            passing = 400 <= failure.smtp_code < 500
            trouble: FailureKind = "full" if failure.smtp_code in _FULL else "refused"
            said = failure.smtp_error
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            return DeliveryFailed(trouble, self._open(f"{self.server} says: {failure.smtp_code} {words}"), passing)
        if isinstance(failure, smtplib.SMTPNotSupportedError):
            return DeliveryFailed("refused", self._open(f"{self.server} cannot do it: {failure}"))
        if isinstance(failure, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
            return DeliveryFailed("refused", f"{self.server} ended the connection", passing=True)
        words = getattr(failure, "strerror", None) or str(failure)
        return DeliveryFailed("refused", self._open(f"{self.server} cannot be reached: {words}"), passing=True)

    def _open(self, words: str) -> str:
        """Words without the password in them, also as it is sent."""
        return redact(words, f"\0{self.user}\0{self.password}" if self.password else "", self.password)


class _Reply:
    """The lines of one reply of a server: all of them come in time, and are no more than a reply can be."""

    def __init__(self, sock: socket.socket, patience: float) -> None:
        self._sock = sock
        self._end = time.monotonic() + patience
        self._left = _LONGEST_REPLY

    def readline(self, most: int) -> bytes:
        """Return the next line, and nothing behind it: that would be read before the connection is encrypted."""
        line = b""
        while not line.endswith(b"\n") and len(line) < most:
            self._sock.settimeout(max(self._end - time.monotonic(), 0.001))
            sign = self._sock.recv(1)
            self._left -= 1
            if not sign or self._left < 0:
                return b""
            line += sign
        return line

    def close(self) -> None:
        """Leave the connection open: it belongs to the server."""


class _Server(smtplib.SMTP):
    """A server that must answer within its patience, however many lines it sends."""

    def getreply(self) -> tuple[int, bytes]:
        """Return its next reply. Raises SMTPServerDisconnected."""
        sock, self.file = self.sock, None
        if sock is None:
            raise smtplib.SMTPServerDisconnected
        patience = sock.gettimeout() or 0
        self.file = _Reply(sock, patience)
        reply = super().getreply()
        sock.settimeout(patience)
        return reply


class _EncryptedServer(_Server, smtplib.SMTP_SSL):
    """A server that is encrypted from the start."""


def _require_accepted(answer: tuple[int, bytes]) -> None:
    """Stop where a server refuses."""
    if answer[0] not in (250, 251, 354):
        raise smtplib.SMTPResponseException(*answer)


def _leave(server: smtplib.SMTP | None) -> None:
    """Let go of a server without a word, as a word may be taken for the rest of a message."""
    if server is not None:
        server.close()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"
