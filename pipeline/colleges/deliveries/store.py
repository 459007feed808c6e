"""Delivery into a store that a URL names, by whatever fsspec knows: all files, and the manifest last. At the edge.

A store has no rename that is one moment. The manifest is that moment: where it is not there, nothing has arrived.
Writing the same files again does no harm.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from pipeline.colleges.deliveries.transport import (
    RECEIPT,
    CannotAsk,
    NobodyKnows,
    NotDelivered,
    Parcel,
    files_by,
    receipt_of,
    without_secrets,
)
from pipeline.core.digests import sha256
from pipeline.editions.sealing.manifest import MANIFEST


@dataclass(frozen=True, slots=True)
class StoreTransport:
    """A folder in a store, in which each delivery becomes a folder. The store has its secrets from the environment."""

    address: str
    name: str
    """The name of the folder of a delivery, before its id."""
    secrets: tuple[str, ...] = ()
    """Secrets that the store may know, to be left out of what it says."""
    patience: float = 60
    """Seconds that a file may take, and ten more for each megabyte."""

    def __repr__(self) -> str:
        """Its address alone: a secret stands in no message and no traceback."""
        return f"StoreTransport({self.address})"

    @property
    def where(self) -> str:
        """The store."""
        at = urlsplit(self.address)
        return f"{at.scheme}://{at.netloc}"

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write all but the manifest."""
        for name, content in {**parcel.files, RECEIPT: receipt_of(parcel)}.items():
            if name != MANIFEST:
                self.asked(partial(_written, self._place(parcel.delivery), name, content), len(content))
        return partial(self._put, parcel)

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The folder in its place, if it holds the manifest that the receipt of this delivery names.

        All other files are there before the manifest is: where one is gone, somebody may have taken them in.
        """
        place = self._place(delivery)
        try:
            meant = files_by(self.asked(partial(_read, place, RECEIPT)) or b"", delivery, digest)
            manifest = self.asked(partial(_read, place, MANIFEST)) if meant else None
            others = [name for name in meant if name != MANIFEST] if manifest is None else []
            whole = meant and self.asked(partial(_all_there, place, others))
        except NotDelivered as closed:
            raise CannotAsk(closed.reason) from None
        if not whole:
            raise NobodyKnows(f"{to} no longer holds all of it, and may have taken it in")
        return self._folder(delivery) if manifest is not None and sha256(manifest) == meant.get(MANIFEST) else None

    def _put(self, parcel: Parcel) -> str:
        content = parcel.files[MANIFEST]
        try:
            self.asked(partial(_written, self._place(parcel.delivery), MANIFEST, content), len(content))
        except NotDelivered as failure:  # the store may have done it, and lost the answer
            if found := self.find(parcel.delivery, parcel.to, digest=sha256(receipt_of(parcel))):
                return found
            if failure.trouble == "hangs":  # and may do it yet
                raise CannotAsk(failure.reason) from None
            raise
        return self._folder(parcel.delivery)

    def _folder(self, delivery: str) -> str:
        return f"{self.name}-{delivery}"

    def _place(self, delivery: str) -> str:
        return f"{self.address.rstrip('/')}/{self._folder(delivery)}"

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write one file into a folder of the store. Raises `NotDelivered`."""
        self.asked(partial(_written, f"{self.address.rstrip('/')}/{folder}", name, content), len(content))

    def asked(self, ask: Callable[[], Any], size: int = 0) -> Any:
        """The answer of a store in time; one that takes longer is left to end as it may."""
        answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        threading.Thread(target=partial(_answered, ask, answers), daemon=True).start()
        patience = self.patience + size / 100_000
        try:
            answer, failure = answers.get(timeout=patience)
        except Empty:
            raise NotDelivered("hangs", f"No answer from {self.where} for {patience:.0f} seconds", True) from None
        if failure is not None:
            raise self._failure(failure) from None
        return answer

    def _failure(self, failure: Exception) -> NotDelivered:
        """The failure in words, without a secret."""
        if isinstance(failure, ImportError):
            kind = self.address.partition(":")[0]
            return NotDelivered("refused", f"No package that knows '{kind}' is installed beside fsspec")
        words = without_secrets(str(failure), *self.secrets) or "it does not say why"
        passing = isinstance(failure, ConnectionError | TimeoutError)
        return NotDelivered("refused", f"The store {self.where} cannot be used: {words}", passing)


def _answered(ask: Callable[[], Any], answers: SimpleQueue[tuple[Any, Exception | None]]) -> None:
    try:
        answers.put((ask(), None))
    except Exception as failure:  # each kind of store has failures of its own
        answers.put((None, failure))


def _written(place: str, name: str, content: bytes) -> None:
    files, root = _opened(place)
    files.makedirs(root, exist_ok=True)
    files.pipe_file(f"{root}/{name}", content)


def _read(place: str, name: str) -> bytes | None:
    files, root = _opened(place)
    try:
        return bytes(files.cat_file(f"{root}/{name}"))
    except FileNotFoundError:
        return None


def _all_there(place: str, names: Iterable[str]) -> bool:
    """Whether files are there. It is not asked by `exists`, which takes any failure for a no."""
    files, root = _opened(place)
    try:
        for name in names:
            files.info(f"{root}/{name}")
    except FileNotFoundError:
        return False
    return True


def _opened(place: str) -> tuple[Any, str]:
    import fsspec

    files, root = fsspec.url_to_fs(place, use_listings_cache=False)
    return files, root.rstrip("/")
