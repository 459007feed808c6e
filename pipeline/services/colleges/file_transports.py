"""Deliveries into folders, and into stores that fsspec knows; and files that mails link to."""

import errno
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import sha256
from pipeline.core.files import fsync_folder, remove_path, write_atomically
from pipeline.services.colleges.parcels import MANIFEST
from pipeline.services.colleges.transport import (
    RECEIPT,
    DeliveryFailed,
    HandOver,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    read_receipt,
    redact,
)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """A folder that this machine can reach; each delivery is written next to its destination and renamed once."""

    root: Path
    name: str
    """The name of a delivery's folder, before its id."""

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.root)

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write all files next to their destination."""
        draft = self._draft(parcel.delivery)
        if not self.root.is_dir():
            raise DeliveryFailed("refused", f"The folder {self.root} is not there")
        try:
            remove_path(draft, whole=True)
            draft.mkdir()
            for name, content in {**parcel.files, RECEIPT: parcel.receipt}.items():
                write_atomically(draft / name, content, durable=True)
        except (OSError, EnvironmentFailure) as failure:
            remove_path(draft)
            raise self._describe(failure) from None
        fsync_folder(self.root)
        return partial(self._commit, parcel, draft)

    def find(self, hand_over: HandOver) -> str | None:
        """Return the name of the folder in its place, if it contains the receipt of this delivery.

        If the ledger has no digest of the receipt, all files that it lists must be there. While the draft exists,
        nothing has arrived: a folder in its place is another's. If both are missing, somebody may have taken it.
        """
        place = self._place(hand_over.delivery)
        if self._draft(hand_over.delivery).exists():
            return None
        try:
            receipt = (place / RECEIPT).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if not self.root.is_dir():
                raise ServerUnavailable(f"The folder {self.root} is not there") from None
            raise OutcomeUnknown(f"{hand_over.to} holds it no longer, and may have taken it in") from None
        except OSError as failure:
            raise ServerUnavailable(f"The folder {self.root} cannot be read: {failure.strerror}") from None
        files = read_receipt(receipt, hand_over)
        if not files or not (hand_over.receipt or all((place / name).exists() for name in files)):
            raise OutcomeUnknown(f"{hand_over.to} does not hold all of it, and may have taken it in")
        return place.name

    def _commit(self, parcel: Parcel, draft: Path) -> str:
        place = self._place(parcel.delivery)
        try:
            draft.rename(place)
        except OSError as failure:  # a file server may have done it, and lost the answer
            if name := self.find(parcel.hand_over):
                return name
            raise self._describe(failure) from None
        fsync_folder(self.root)
        return place.name

    def _place(self, delivery: str) -> Path:
        return self.root / f"{self.name}-{delivery}"

    def _draft(self, delivery: str) -> Path:
        return self.root / f".part-{delivery}"

    def _describe(self, failure: OSError | EnvironmentFailure) -> DeliveryFailed:
        cause = failure if isinstance(failure, OSError) else failure.__cause__
        number, words = (cause.errno, cause.strerror) if isinstance(cause, OSError) else (None, str(failure))
        if number in _FULL:
            return DeliveryFailed("full", f"There is no room in the folder {self.root}")
        return DeliveryFailed("refused", f"The folder {self.root} cannot be written: {words}")


# A store has no rename. The last step is to write the manifest: without it nothing has arrived. Writing the same files
# again does no harm.


@dataclass(frozen=True, slots=True)
class StoreTransport:
    """A folder in a store, such as S3; the store takes its secrets from the environment."""

    address: str
    name: str
    """The name of a delivery's folder, before its id."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Secrets that the store may repeat in its messages."""
    patience: float = 60
    """Seconds that a file may take; ten more for each megabyte."""

    @property
    def where(self) -> str:
        """The store."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Write all files but the manifest."""
        for name, content in {**parcel.files, RECEIPT: parcel.receipt}.items():
            if name != MANIFEST:
                self.write(self._folder(parcel.delivery), name, content)
        return partial(self._commit, parcel)

    def find(self, hand_over: HandOver) -> str | None:
        """Return the name of the folder, if it contains the manifest that the receipt of this delivery lists.

        All other files are there before the manifest: if one is missing, somebody may have taken them.
        """
        place = self._place(self._folder(hand_over.delivery))
        try:
            files = read_receipt(self.ask(partial(_read, place, RECEIPT)) or b"", hand_over)
            manifest = self.ask(partial(_read, place, MANIFEST)) if files else None
            others = [name for name in files if name != MANIFEST] if manifest is None else []
            complete = files and self.ask(partial(_all_exist, place, others))
        except DeliveryFailed as failure:
            raise ServerUnavailable(failure.reason) from None
        if not complete:
            raise OutcomeUnknown(f"{hand_over.to} no longer holds all of it, and may have taken it in")
        arrived = manifest is not None and sha256(manifest) == files.get(MANIFEST)
        return self._folder(hand_over.delivery) if arrived else None

    def _commit(self, parcel: Parcel) -> str:
        folder = self._folder(parcel.delivery)
        try:
            self.write(folder, MANIFEST, parcel.files[MANIFEST])
        except DeliveryFailed as failure:  # the store may have done it, and lost the answer
            if name := self.find(parcel.hand_over):
                return name
            if failure.kind == "hangs":  # and may still do it
                raise ServerUnavailable(failure.reason) from None
            raise
        return folder

    def _folder(self, delivery: str) -> str:
        return f"{self.name}-{delivery}"

    def _place(self, folder: str) -> str:
        return f"{self.address.rstrip('/')}/{folder}"

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file into a folder of the store. Raises `DeliveryFailed`."""
        self.ask(partial(_write, self._place(folder), name, content), len(content))

    def ask(self, question: Callable[[], Any], size: int = 0) -> Any:
        """Return the answer of the store, which must come in time; a slow call goes on in its thread.

        Raises `DeliveryFailed`.
        """
        answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        threading.Thread(target=partial(_put_answer, question, answers), daemon=True).start()
        patience = self.patience + size / 100_000
        try:
            answer, failure = answers.get(timeout=patience)
        except Empty:
            raise DeliveryFailed("hangs", f"No answer from {self.where} for {patience:.0f} seconds", True) from None
        if failure is not None:
            raise self._describe(failure) from None
        return answer

    def _describe(self, failure: Exception) -> DeliveryFailed:
        """Describe a failure without a secret."""
        if isinstance(failure, ImportError):
            scheme = self.address.partition(":")[0]
            return DeliveryFailed("refused", f"No package for '{scheme}' is installed with fsspec")
        words = redact(str(failure), *self.secrets) or "it does not say why"
        passing = isinstance(failure, ConnectionError | TimeoutError)
        return DeliveryFailed("refused", f"The store {self.where} cannot be used: {words}", passing)


def _put_answer(question: Callable[[], Any], answers: SimpleQueue[tuple[Any, Exception | None]]) -> None:
    try:
        answers.put((question(), None))
    except Exception as failure:  # each kind of store has its own exceptions
        answers.put((None, failure))


def _write(place: str, name: str, content: bytes) -> None:
    store, root = _open(place)
    store.makedirs(root, exist_ok=True)
    store.pipe_file(f"{root}/{name}", content)


def _read(place: str, name: str) -> bytes | None:
    store, root = _open(place)
    try:
        return bytes(store.cat_file(f"{root}/{name}"))
    except FileNotFoundError:
        return None


def _all_exist(place: str, names: Iterable[str]) -> bool:
    """Return whether all files exist, without `exists`, which takes any failure for a no."""
    store, root = _open(place)
    try:
        for name in names:
            store.info(f"{root}/{name}")
    except FileNotFoundError:
        return False
    return True


def _open(place: str) -> tuple[Any, str]:
    import fsspec

    store, root = fsspec.url_to_fs(place, use_listings_cache=False)
    return store, root.rstrip("/")


# Files too large for a mail are put where colleges can download them, by their SHA-256. A mail is only as good as its
# links, so each file is downloaded and compared before the mail goes. A file that is there already is not put again.


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A folder in a store, and the address from which its files can be downloaded."""

    store: StoreTransport
    address: str
    patience: float = 60
    """Seconds that an answer from the address may take."""

    def put(self, files: Iterable[tuple[str, bytes]], links: Mapping[str, str]) -> None:
        """Put the linked files there, unless they are there already. Raises `DeliveryFailed`."""
        for name, content in files:
            if name in links and self._download(links[name], len(content)) != content:
                self.store.write(sha256(content), name, content)
                if self._download(links[name], len(content)) != content:
                    reason = f"{links[name]} does not return the files put into {self.store.address}"
                    raise DeliveryFailed("refused", reason)

    def _download(self, link: str, size: int) -> bytes | None:
        """Return the content at an address, None if there is none."""
        return self.store.ask(partial(_download, link, size, self.patience), size)  # type: ignore[no-any-return]


def make_links(address: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return the link to each file, given by its SHA-256. A link cannot be guessed without it."""
    return {name: f"{address.rstrip('/')}/{digest}/{quote(name)}" for name, digest in files.items()}


def _download(link: str, size: int, patience: float) -> bytes | None:
    request = Request(link, headers={"Cache-Control": "no-cache", "User-Agent": "briefings"})
    try:
        with urlopen(request, timeout=patience) as answer:  # the model accepts web addresses only
            return bytes(answer.read(size + 1))
    except (OSError, HTTPException, ValueError):
        return None
