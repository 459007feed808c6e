"""Delivery into a folder: written beside its place, on the disk, and renamed once. At the edge."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from pipeline.colleges.deliveries.transport import (
    RECEIPT,
    CannotAsk,
    NobodyKnows,
    NotDelivered,
    Parcel,
    files_by,
    receipt_of,
)
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import sha256
from pipeline.core.files import keep_names, remove, write_whole

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """A folder of this machine, or one that it reaches as a folder, in which each delivery becomes a folder."""

    root: Path
    name: str
    """The name of the folder of a delivery, before its id."""

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.root)

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write the whole beside its place, as often as need be."""
        beside = self._beside(parcel.delivery)
        if not self.root.is_dir():
            raise NotDelivered("refused", f"The folder {self.root} is not there")
        try:
            remove(beside, whole=True)
            beside.mkdir()
            for name, content in {**parcel.files, RECEIPT: receipt_of(parcel)}.items():
                write_whole(beside / name, content, durable=True)
        except (OSError, EnvironmentFailure) as refusal:
            remove(beside)
            raise self._failure(refusal) from None
        keep_names(self.root)
        return partial(self._put, parcel, beside)

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The folder in its place, if it holds the receipt of this delivery.

        Where no SHA-256 of the receipt is on record, all files that it names must be there.
        What was written beside is there until it is renamed: a folder in its place is then another's. Where both are
        gone, somebody may have taken it in.
        """
        place = self._place(delivery)
        if self._beside(delivery).exists():
            return None
        try:
            said = (place / RECEIPT).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if not self.root.is_dir():
                raise CannotAsk(f"The folder {self.root} is not there") from None
            raise NobodyKnows(f"{to} holds it no longer, and may have taken it in") from None
        except OSError as refusal:
            raise CannotAsk(f"The folder {self.root} cannot be read: {refusal.strerror}") from None
        files = files_by(said, delivery, digest)
        if not files or not (digest or all((place / name).exists() for name in files)):
            raise NobodyKnows(f"{to} does not hold all of it, and may have taken it in")
        return place.name

    def _put(self, parcel: Parcel, beside: Path) -> str:
        place = self._place(parcel.delivery)
        try:
            beside.rename(place)
        except OSError as refusal:  # a server of files may have done it, and lost the answer
            if found := self.find(parcel.delivery, parcel.to, digest=sha256(receipt_of(parcel))):
                return found
            raise self._failure(refusal) from None
        keep_names(self.root)
        return place.name

    def _place(self, delivery: str) -> Path:
        return self.root / f"{self.name}-{delivery}"

    def _beside(self, delivery: str) -> Path:
        return self.root / f".part-{delivery}"

    def _failure(self, refusal: OSError | EnvironmentFailure) -> NotDelivered:
        cause = refusal if isinstance(refusal, OSError) else refusal.__cause__
        number, words = (cause.errno, cause.strerror) if isinstance(cause, OSError) else (None, str(refusal))
        if number in _FULL:
            return NotDelivered("full", f"There is no room in the folder {self.root}")
        return NotDelivered("refused", f"The folder {self.root} cannot be written: {words}")
