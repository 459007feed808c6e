"""A way by which a machine delivers: what every one of them does, and how each can fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from pipeline.core.errors import PipelineError

RECEIPT = "receipt.json"
"""The file by which a delivery is known where it has arrived."""

Trouble = Literal["refused", "hangs", "full"]
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
    """A delivery that may have arrived, and the way to ask is closed for now: why."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Contents of a delivery: files by name, and the words that go with them."""

    delivery: str
    to: str
    title: str
    """The title of the pack and its edition."""
    files: Mapping[str, bytes]
    letter: str


class Way(Protocol):
    """A way by which a machine delivers."""

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Do all but the one moment after which it may have arrived; what is given does that, and gives a receipt.

        Raises `NotDelivered`; what is given raises `NobodyKnows` and `CannotAsk` too.
        """

    def find(self, delivery: str, to: str) -> str | None:
        """The receipt of what has arrived there; none where nothing has. Raises `NobodyKnows`, `CannotAsk`."""
