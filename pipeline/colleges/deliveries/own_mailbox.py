"""A mailbox of ours that gets a copy of each message: asked by IMAP whether a message was taken. At the edge."""

import imaplib
import ssl
from dataclasses import dataclass

from pipeline.colleges.deliveries.transport import CannotAsk, without_secrets


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
        """Whether a message is there, by its Message-ID. Raises `CannotAsk`."""
        try:
            context = ssl.create_default_context()
            with imaplib.IMAP4_SSL(self.server, self.port, ssl_context=context, timeout=self.patience) as box:
                box.login(self.user, self.password)
                _require(box.select(f'"{self.folder}"', readonly=True))
                found = _require(box.uid("SEARCH", "HEADER", "Message-ID", f'"{message}"'))
        except TimeoutError:
            raise CannotAsk(f"{self.server} does not answer for {self.patience:g} seconds") from None
        except UnicodeError:
            raise CannotAsk(f"{self.server} cannot be told a name or password with such letters") from None
        except (imaplib.IMAP4.error, OSError) as failure:
            words = without_secrets(_words(failure), self.password)
            raise CannotAsk(f"The mailbox {self.address} cannot be asked: {words}") from None
        return any(found)


def _words(failure: Exception) -> str:
    """The words of a failure, which are bytes where the server said them."""
    said = failure.args[0] if failure.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(failure)


def _require(answer: tuple[str, list[bytes | None]]) -> list[bytes | None]:
    """The lines of an answer, if the server did as it was asked."""
    said, lines = answer
    if said != "OK":
        raise imaplib.IMAP4.error(" ".join(line.decode("utf-8", "replace") for line in lines if line))
    return lines
