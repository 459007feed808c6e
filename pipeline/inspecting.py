"""What is said of finished files, remembered by what they were bound from: another date has nothing inspected again.

A file differs from that of another day in the date alone. What it is held to is kept under its digest, so that
`briefings proof` can hold it to the same, whatever it is called by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import TypeVar

from pipeline.bind.produced import produced_words
from pipeline.collate import rests_on
from pipeline.diagnostics import Diagnostic
from pipeline.digest import sha256
from pipeline.line import FEW, PACK
from pipeline.model.imprint import PDF_FORMATS, Format
from pipeline.model.sheets import Outlier, Sheets
from pipeline.proof.epub import book_proof
from pipeline.proof.job import TAGGED, BookJob, ParityJob, ProofJob, WebJob
from pipeline.proof.openings import page_openings
from pipeline.proof.page import page_proof
from pipeline.proof.parity import parity_proof
from pipeline.proof.pdf import own_proof
from pipeline.proof.promise import Held, HeldOn, Promise, of_copy
from pipeline.store import Store
from pipeline.workshop import Workshop

J = TypeVar("J")
Remarks = tuple[Diagnostic, ...]
Key = tuple[str, str, Promise | None]
"""What decides what is said of a file: its path, what it was bound from, and what it is held to, but for the day."""


@dataclass(frozen=True)
class File:
    """A finished file: its path as it is told, its digest, its format, and what it is held to, if that is known."""

    path: str
    sha256: str
    format: Format
    origin: str
    """The key of what it was bound from, the date left out; of a file from elsewhere its own digest."""
    promise: Promise | None = None
    parts: tuple[str, ...] = ()
    """Of a pack for each of its parts the path of its own file of the same format; "" for what has none."""
    outliers: tuple[Outlier, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages."""
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    """Gives its bytes."""

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.read()

    @cached_property
    def key(self) -> Key:
        """What decides what is said of it."""
        return self.path, self.origin, undated(self.promise)


def undated(promise: Promise | None) -> Promise | None:
    """A promise without the sentence that names the day."""
    return replace(promise, produced="") if promise else None


def hold(store: Store, file: File) -> None:
    """Keep what a file is held to: under the file's digest for which day, and where the rest is kept for all days."""
    key = store.key("promise", file.key)
    store.keep_once(key, Held(file.format, file.origin, undated(file.promise), file.outliers))
    place, on = store.key("promise", file.sha256), HeldOn(key, file.promise.produced if file.promise else "")
    if store.find(place) != on:
        store.keep(place, on)


def hold_of_day(store: Store, before: str, after: str, day: date) -> bool:
    """Keep that a file of another day is held to what the file of a digest is held to; whether that is known."""
    on = store.find(store.key("promise", before))
    if not isinstance(on, HeldOn) or not store.holds(on.key):
        return False
    store.keep(store.key("promise", after), replace(on, produced=produced_words(day) if on.produced else ""))
    return True


def hold_copy(store: Store, copy: bytes, words: str, master: str) -> None:
    """Keep that a numbered copy is held to what the file of a digest is held to, and to its own words."""
    on = store.find(store.key("promise", master))
    if isinstance(on, HeldOn):
        store.keep_once(store.key("promise", sha256(copy)), replace(on, copy=words))


def held_to(store: Store, digest: str) -> Held | None:
    """What the file of a digest is held to; nothing where that is not known."""
    on = store.find(store.key("promise", digest))
    held = store.find(on.key) if isinstance(on, HeldOn) else None
    if not isinstance(on, HeldOn) or not isinstance(held, Held):
        return None
    if held.promise is None:
        return held
    promise = replace(held.promise, produced=on.produced)
    return replace(held, promise=of_copy(promise, on.copy) if on.copy else promise)


class Inspector:
    """Asks for what is said of files through the store."""

    def __init__(self, shop: Workshop, executor: Executor) -> None:
        self._shop = shop
        self._executor = executor

    def proof(self, files: Sequence[File], judged: Set[str] = frozenset()) -> Remarks:
        """What is wrong with files by our own checks and by others', and where they differ from their texts.

        `judged` are the paths of files that stand beside them and have been judged already.
        """
        pdfs = [file for file in files if file.format in PDF_FORMATS]
        return (*self.own_checks(files), *self._others(pdfs, {*judged, *(file.path for file in pdfs)}))

    def own_checks(self, files: Sequence[File]) -> Remarks:
        """What our own checks say of files."""
        pdfs = [file for file in files if file.format in PDF_FORMATS]
        books = [file for file in files if file.format == "epub"]
        pages = [file for file in files if file.format == "html"]
        return (
            *self._asked("proof", "proofing", own_proof, [(file.key, partial(_pdf, file)) for file in pdfs]),
            *self._books(books),
            *self._pages(pages),
            *self._compared([file for file in (*books, *pages) if file.promise]),
        )

    def openings(self, sheets: Iterable[Sheets]) -> Mapping[bytes, tuple[str, ...]]:
        """The first letters on each page of sheets: what the marks of EPUB and web page must stand before."""
        pdfs = tuple(dict.fromkeys(pressed.pdf for pressed in sheets))
        found, _ = self._shop.remembered("openings", "reading pages", page_openings, pdfs, self._executor, FEW)
        return dict(zip(pdfs, found, strict=True))

    def _others(self, files: Sequence[File], beside: Set[str]) -> Remarks:
        """What page-validation and outloud say of PDFs. A printer's PDF is no file to be heard.

        A pack of which every part is judged beside it is left to our own checks, which prove the joining. Others take
        longer for it than for all else; `briefings proof` asks them, and so does a build of the pack alone.
        """
        asked = [
            (file.key, partial(_pdf, file))
            for file in files
            if rests_on(file.format) in TAGGED and not (file.parts and beside >= set(file.parts))
        ]
        return self._asked("others", "validating", others_or_say, asked, 1)

    def _books(self, files: Sequence[File]) -> Remarks:
        """What our own checks say of EPUBs."""
        asked = [(replace(file, promise=None).key, partial(_book, file)) for file in files]
        return self._asked("proof-book", "proofing books", book_proof, asked)

    def _pages(self, files: Sequence[File]) -> Remarks:
        """What our own checks say of web pages."""
        asked = [(replace(file, promise=None).key, partial(_page, file)) for file in files]
        return self._asked("proof-page", "proofing pages", page_proof, asked)

    def _compared(self, files: Sequence[File]) -> Remarks:
        """Where EPUBs and web pages do not say what their texts say."""
        asked = [(file.key, partial(_compared, file, file.promise)) for file in files if file.promise]
        return self._asked("parity", "comparing", parity_proof, asked)

    def _asked(
        self,
        stage: str,
        verb: str,
        work: Callable[[J], Remarks],
        asked: Sequence[tuple[Key, Callable[[], J]]],
        few: int = FEW,
    ) -> Remarks:
        """What is said of all jobs, each remembered by its key."""
        keys = [key for key, _ in asked]
        said, _ = self._shop.remembered_by(
            *(stage, verb, work, keys, lambda n: asked[n][1](), self._executor, few),
            weight=lambda n: PACK if keys[n][0].startswith("output/packs/") else 1,
        )
        return tuple(remark for remarks in said for remark in remarks)


def _pdf(file: File) -> ProofJob:
    return ProofJob(file.path, file.content, rests_on(file.format), file.promise)


def _book(file: File) -> BookJob:
    return BookJob(file.path, file.content)


def _page(file: File) -> WebJob:
    return WebJob(file.path, file.content)


def _compared(file: File, promise: Promise) -> ParityJob:
    return ParityJob(file.path, file.content, "epub" if file.format == "epub" else "html", promise)


def others_or_say(job: ProofJob) -> Remarks:
    """What others' validators say; their engines are loaded where there is something to judge."""
    from pipeline.proof.others import others_proof

    return others_proof(job)
