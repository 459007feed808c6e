"""A transport, by which a machine delivers: what every one does, and those into folders and stores."""

import base64
import errno
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http.client import HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal, Protocol
from urllib.parse import quote, quote_plus, urlsplit
from urllib.request import Request, urlopen

from pipeline.core.diagnostics import EnvironmentFailure, PipelineError
from pipeline.core.digests import sha256
from pipeline.core.files import fsync_folder, remove, write_whole
from pipeline.core.sentences import cut_short
from pipeline.services.colleges.manifest import MANIFEST

RECEIPT = "receipt.json"
"""The file by which a delivery is known where it has arrived."""

FailureKind = Literal["refused", "hangs", "full", "host", "late"]
"""The kind of a failure, by which it is told what to do."""


class DeliveryFailed(PipelineError):
    """A delivery that certainly did not arrive: why, and whether it may go better a little later."""

    def __init__(self, trouble: FailureKind, reason: str, passing: bool = False) -> None:
        super().__init__(trouble, reason, passing)
        self.trouble: FailureKind = trouble
        self.reason = reason
        self.passing = passing

    def __str__(self) -> str:
        return self.reason


class OutcomeUnknown(PipelineError):
    """A delivery that may have arrived, and nobody can be asked but whoever it went to."""


class ServerUnavailable(PipelineError):
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


def make_receipt(parcel: Parcel) -> bytes:
    """The receipt that arrives in the same moment as the files."""
    files = {name: sha256(content) for name, content in sorted(parcel.files.items())}
    return (json.dumps({"delivery": parcel.delivery, "files": files}, ensure_ascii=False, indent=1) + "\n").encode()


def read_receipt(receipt: bytes, delivery: str, digest: str = "") -> Mapping[str, str]:
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


def redact(words: str, *secrets: str) -> str:
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

        Raises `DeliveryFailed`; what is given raises `OutcomeUnknown` and `ServerUnavailable` too.
        """

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The receipt of what has arrived there; none where nothing has. Raises `OutcomeUnknown`, `ServerUnavailable`.

        `handed_over` is the moment at which the ledger says that it was about to arrive, `digest` the SHA-256 of the
        receipt that was to arrive with it.
        """


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
            raise DeliveryFailed("refused", f"The folder {self.root} is not there")
        try:
            remove(beside, whole=True)
            beside.mkdir()
            for name, content in {**parcel.files, RECEIPT: make_receipt(parcel)}.items():
                write_whole(beside / name, content, durable=True)
        except (OSError, EnvironmentFailure) as refusal:
            remove(beside)
            raise self._failure(refusal) from None
        fsync_folder(self.root)
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
                raise ServerUnavailable(f"The folder {self.root} is not there") from None
            raise OutcomeUnknown(f"{to} holds it no longer, and may have taken it in") from None
        except OSError as refusal:
            raise ServerUnavailable(f"The folder {self.root} cannot be read: {refusal.strerror}") from None
        files = read_receipt(said, delivery, digest)
        if not files or not (digest or all((place / name).exists() for name in files)):
            raise OutcomeUnknown(f"{to} does not hold all of it, and may have taken it in")
        return place.name

    def _put(self, parcel: Parcel, beside: Path) -> str:
        place = self._place(parcel.delivery)
        try:
            beside.rename(place)
        except OSError as refusal:  # a server of files may have done it, and lost the answer
            if found := self.find(parcel.delivery, parcel.to, digest=sha256(make_receipt(parcel))):
                return found
            raise self._failure(refusal) from None
        fsync_folder(self.root)
        return place.name

    def _place(self, delivery: str) -> Path:
        return self.root / f"{self.name}-{delivery}"

    def _beside(self, delivery: str) -> Path:
        return self.root / f".part-{delivery}"

    def _failure(self, refusal: OSError | EnvironmentFailure) -> DeliveryFailed:
        cause = refusal if isinstance(refusal, OSError) else refusal.__cause__
        number, words = (cause.errno, cause.strerror) if isinstance(cause, OSError) else (None, str(refusal))
        if number in _FULL:
            return DeliveryFailed("full", f"There is no room in the folder {self.root}")
        return DeliveryFailed("refused", f"The folder {self.root} cannot be written: {words}")


# Delivery into a store that a URL names, by whatever fsspec knows: all files, and the manifest last. A
# store has no rename that is one moment. The manifest is that moment: where it is not there, nothing has arrived.
# Writing the same files again does no harm.


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
        for name, content in {**parcel.files, RECEIPT: make_receipt(parcel)}.items():
            if name != MANIFEST:
                self.asked(partial(_written, self._place(parcel.delivery), name, content), len(content))
        return partial(self._put, parcel)

    def find(self, delivery: str, to: str, handed_over: datetime | None = None, digest: str = "") -> str | None:
        """The folder in its place, if it holds the manifest that the receipt of this delivery names.

        All other files are there before the manifest is: where one is gone, somebody may have taken them in.
        """
        place = self._place(delivery)
        try:
            meant = read_receipt(self.asked(partial(_read, place, RECEIPT)) or b"", delivery, digest)
            manifest = self.asked(partial(_read, place, MANIFEST)) if meant else None
            others = [name for name in meant if name != MANIFEST] if manifest is None else []
            whole = meant and self.asked(partial(_all_there, place, others))
        except DeliveryFailed as closed:
            raise ServerUnavailable(closed.reason) from None
        if not whole:
            raise OutcomeUnknown(f"{to} no longer holds all of it, and may have taken it in")
        return self._folder(delivery) if manifest is not None and sha256(manifest) == meant.get(MANIFEST) else None

    def _put(self, parcel: Parcel) -> str:
        content = parcel.files[MANIFEST]
        try:
            self.asked(partial(_written, self._place(parcel.delivery), MANIFEST, content), len(content))
        except DeliveryFailed as failure:  # the store may have done it, and lost the answer
            if found := self.find(parcel.delivery, parcel.to, digest=sha256(make_receipt(parcel))):
                return found
            if failure.trouble == "hangs":  # and may do it yet
                raise ServerUnavailable(failure.reason) from None
            raise
        return self._folder(parcel.delivery)

    def _folder(self, delivery: str) -> str:
        return f"{self.name}-{delivery}"

    def _place(self, delivery: str) -> str:
        return f"{self.address.rstrip('/')}/{self._folder(delivery)}"

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write one file into a folder of the store. Raises `DeliveryFailed`."""
        self.asked(partial(_written, f"{self.address.rstrip('/')}/{folder}", name, content), len(content))

    def asked(self, ask: Callable[[], Any], size: int = 0) -> Any:
        """The answer of a store in time; one that takes longer is left to end as it may."""
        answers: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
        threading.Thread(target=partial(_answered, ask, answers), daemon=True).start()
        patience = self.patience + size / 100_000
        try:
            answer, failure = answers.get(timeout=patience)
        except Empty:
            raise DeliveryFailed("hangs", f"No answer from {self.where} for {patience:.0f} seconds", True) from None
        if failure is not None:
            raise self._failure(failure) from None
        return answer

    def _failure(self, failure: Exception) -> DeliveryFailed:
        """The failure in words, without a secret."""
        if isinstance(failure, ImportError):
            kind = self.address.partition(":")[0]
            return DeliveryFailed("refused", f"No package that knows '{kind}' is installed beside fsspec")
        words = redact(str(failure), *self.secrets) or "it does not say why"
        passing = isinstance(failure, ConnectionError | TimeoutError)
        return DeliveryFailed("refused", f"The store {self.where} cannot be used: {words}", passing)


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


# Files too large for a message, put where colleges can fetch them, by their SHA-256. A message with
# links is as good as what stands behind them. So before the message goes each file is fetched as a college would
# fetch it, and compared. What is there already is not put there again.


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A folder in a store, and the address at which what is in it can be fetched."""

    store: StoreTransport
    address: str
    patience: float = 60
    """Seconds that an answer from the address may take."""

    def put(self, files: Iterable[tuple[str, bytes]], links: Mapping[str, str]) -> None:
        """Put those files there that are linked to, if they are not. Raises `DeliveryFailed`."""
        for name, content in files:
            if name in links and self._fetched(links[name], len(content)) != content:
                self.store.write(sha256(content), name, content)
                if self._fetched(links[name], len(content)) != content:
                    reason = f"{links[name]} does not give what was put into {self.store.address}"
                    raise DeliveryFailed("refused", reason)

    def _fetched(self, link: str, size: int) -> bytes | None:
        """Content at an address; none where there is none."""
        return self.store.asked(partial(_fetched, link, size, self.patience), size)  # type: ignore[no-any-return]


def make_links(address: str, files: Mapping[str, str]) -> dict[str, str]:
    """The link to each file, of which the SHA-256 is given. Nobody finds a file there without knowing that."""
    return {name: f"{address.rstrip('/')}/{digest}/{quote(name)}" for name, digest in files.items()}


def _fetched(link: str, size: int, patience: float) -> bytes | None:
    asked = Request(link, headers={"Cache-Control": "no-cache", "User-Agent": "briefings"})
    try:
        with urlopen(asked, timeout=patience) as answer:  # an address of the web, as the library's keys go
            return bytes(answer.read(size + 1))
    except (OSError, HTTPException, ValueError):
        return None
