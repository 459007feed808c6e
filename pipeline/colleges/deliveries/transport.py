"""A transport, by which a machine delivers: what every one of them does, and how each can fail."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import quote, quote_plus

from pipeline.core.diagnostics import PipelineError
from pipeline.core.digests import sha256
from pipeline.core.sentences import cut_short

RECEIPT = "receipt.json"
"""The file by which a delivery is known where it has arrived."""

Trouble = Literal["refused", "hangs", "full", "host", "late"]
"""The kind of a failure, by which it is told what to do."""


class NotDelivered(PipelineError):
    """A delivery that certainly did not arrive: why, and whether it may go better a little later."""

    def __init__(self, trouble: Trouble, reason: str, passing: bool = False) -> None:
        super().__init__(trouble, reason, passing)
        self.trouble: Trouble = trouble
        self.reason = reason
        self.passing = passing

    def __str__(self) -> str:
        return self.reason


class NobodyKnows(PipelineError):
    """A delivery that may have arrived, and nobody can be asked but whoever it went to."""


class CannotAsk(PipelineError):
    """A delivery that may have arrived, and the way to ask is closed for now: why, and whether it is only too early."""

    def __init__(self, reason: str, late: bool = False) -> None:
        super().__init__(reason, late)
        self.reason = reason
        self.late = late

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Parcel:
    """Contents of a delivery: files by name, and the words that go with them."""

    delivery: str
    to: str
    title: str
    """The title of the pack and its edition."""
    files: Mapping[str, bytes]
    letter: str
    language: str = "en-GB"
    """The language of the letter."""
    links: Mapping[str, str] = field(default_factory=dict)
    """The address of each file that a message links to instead of holding it."""


def receipt_of(parcel: Parcel) -> bytes:
    """The receipt that arrives in the same moment as the files."""
    files = {name: sha256(content) for name, content in sorted(parcel.files.items())}
    return (json.dumps({"delivery": parcel.delivery, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()


def files_by(receipt: bytes, delivery: str, digest: str = "") -> Mapping[str, str]:
    """The SHA-256 of each file by the receipt of a delivery; nothing where it is not the receipt.

    The receipt is the one of a SHA-256. In older ledgers no SHA-256 is on record.
    """
    if digest and sha256(receipt) != digest:
        return {}
    try:
        said = json.loads(receipt)
    except (ValueError, RecursionError):
        return {}
    files = said.get("files") if isinstance(said, dict) and said.get("delivery") == delivery else None
    return files if isinstance(files, dict) and all(isinstance(one, str) for one in files.values()) else {}


_LONGEST = 500
"""Letters of what a server says that are repeated at most: a ledger keeps them for good."""


def without_secrets(words: str, *secrets: str) -> str:
    """Words of others in one line, cut short, without secrets in them, also as those are sent or quoted."""
    forms = sorted({form for secret in secrets for form in _forms(secret) if form}, key=len, reverse=True)
    for form in forms:
        words = words.replace(form, "…")
    words = _in_one_line(words)
    for form in forms:  # once more: one with blanks of its own may be whole only now
        words = words.replace(form, "…")
    return cut_short(words, _LONGEST).rstrip(".")


def _in_one_line(words: str) -> str:
    return " ".join(words.split())


def _forms(secret: str) -> Iterator[str]:
    """The forms in which a secret may be repeated: in Base64, in a URL, between quotes, in one line."""
    if not secret.strip():
        return
    yield from (secret, _in_one_line(secret), base64.b64encode(secret.encode()).decode())
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1], repr(secret.encode())[2:-1])


class Transport(Protocol):
    """A channel of deliveries, as a machine works it."""

    @property
    def where(self) -> str:
        """The server or folder that it leads to: what hangs there holds up nothing that goes elsewhere."""

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Do all but the one moment after which it may have arrived; what is given does that, and gives a receipt.

        Raises `NotDelivered`; what is given raises `NobodyKnows` and `CannotAsk` too.
        """

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The receipt of what has arrived there; none where nothing has. Raises `NobodyKnows`, `CannotAsk`.

        `handed_over` is the moment at which the ledger says that it was about to arrive, `digest` the SHA-256 of the
        receipt that was to arrive with it.
        """
