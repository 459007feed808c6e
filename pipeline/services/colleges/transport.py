"""The protocol, parcels, receipts and failures of all transports."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from urllib.parse import quote, quote_plus

from pipeline.core.diagnostics import PipelineError
from pipeline.core.digests import sha256
from pipeline.core.sentences import truncate

RECEIPT = "receipt.json"
"""The file by which a delivery is recognized where it has arrived."""

FailureKind = Literal["refused", "hangs", "full", "host", "late"]
"""The kind of a failure, which decides the hint of its message."""


class DeliveryFailed(PipelineError):
    """A delivery that certainly did not arrive, and whether a retry may help."""

    def __init__(self, kind: FailureKind, reason: str, passing: bool = False) -> None:
        super().__init__(kind, reason, passing)
        self.kind: FailureKind = kind
        self.reason = reason
        self.passing = passing

    def __str__(self) -> str:
        return self.reason


class OutcomeUnknown(PipelineError):
    """A delivery that may have arrived; only its recipient knows."""


class ServerUnavailable(PipelineError):
    """A delivery that may have arrived, while its server cannot be asked, or it is too early to ask."""

    def __init__(self, reason: str, late: bool = False) -> None:
        super().__init__(reason, late)
        self.reason = reason
        self.late = late

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class HandOver:
    """A delivery whose last step has begun, so that it may have arrived."""

    delivery: str
    to: str
    receipt: str = ""
    """The SHA-256 of the receipt that arrives with it; older ledgers have none."""
    began: datetime | None = None
    """When the last step began, if an earlier process began it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """The content of a delivery: files by name, and the letter."""

    delivery: str
    to: str
    title: str
    """The title of the pack and its edition."""
    files: Mapping[str, bytes]
    letter: str
    language: str = "en-GB"
    """The language of the letter."""
    links: Mapping[str, str] = field(default_factory=dict)
    """The addresses of files that a mail links to instead of containing them."""

    @property
    def receipt(self) -> bytes:
        """The receipt that arrives in the same moment as the files."""
        files = {name: sha256(content) for name, content in sorted(self.files.items())}
        return (json.dumps({"delivery": self.delivery, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()

    @property
    def hand_over(self) -> HandOver:
        """Its last step, if that has just begun."""
        return HandOver(self.delivery, self.to, sha256(self.receipt))


class Transport(Protocol):
    """A way by which the program makes deliveries, in two steps."""

    @property
    def where(self) -> str:
        """The server or folder; deliveries to different ones do not wait for each other."""

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Do all but the last step, as often as necessary; return the function that does it and returns a receipt.

        Raises `DeliveryFailed`; the function may also raise `OutcomeUnknown` and `ServerUnavailable`.
        """

    def find(self, hand_over: HandOver) -> str | None:
        """Return the receipt of a delivery that has arrived, None if it certainly has not.

        Raises `OutcomeUnknown` and `ServerUnavailable`.
        """


def read_receipt(receipt: bytes, hand_over: HandOver) -> Mapping[str, str]:
    """Return the SHA-256 of each file in a receipt; nothing if it is not the receipt of this delivery."""
    if hand_over.receipt and sha256(receipt) != hand_over.receipt:
        return {}
    try:
        content = json.loads(receipt)
    except (ValueError, RecursionError):
        return {}
    files = content.get("files") if isinstance(content, dict) and content.get("delivery") == hand_over.delivery else {}
    return files if isinstance(files, dict) and all(isinstance(digest, str) for digest in files.values()) else {}


_MAX_REPEATED = 500
"""Characters of a server's message that are repeated: a ledger keeps them for good."""


def redact(text: str, *secrets: str) -> str:
    """Put a message of a server on one line, shortened, without secrets in any form in which they may be repeated."""
    forms = sorted({form for secret in secrets for form in _list_forms(secret) if form}, key=len, reverse=True)
    for form in forms:
        text = text.replace(form, "…")
    text = " ".join(text.split())
    for form in forms:  # again: a secret with blanks may be complete only now
        text = text.replace(form, "…")
    return truncate(text, _MAX_REPEATED).rstrip(".")


def _list_forms(secret: str) -> Iterator[str]:
    """Yield a secret as it is, on one line, in Base64, in a URL, and between quotes."""
    if not secret.strip():
        return
    yield from (secret, " ".join(secret.split()), base64.b64encode(secret.encode()).decode())
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1], repr(secret.encode())[2:-1])
