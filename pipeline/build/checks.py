"""What is said of finished files, remembered by what they were bound from: another date has nothing inspected again.

A file differs from that of another day in the date alone. What it is held to is kept under its digest, so that
`briefings proof` can hold it to the same, whatever it is called by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from pipeline.build.binding import Question, answered
from pipeline.build.formats import rests_on
from pipeline.build.project import Workshop
from pipeline.build.stages import FEW
from pipeline.build.store import Store
from pipeline.codes import limits as limit_codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.digest import sha256
from pipeline.core.errors import JobBroken
from pipeline.model.edition import PDF_FORMATS, Format
from pipeline.model.sheets import Outlier, Sheets
from pipeline.proof.epub.inspection import book_proof
from pipeline.proof.job import TAGGED, BookJob, Kind, ParityJob, ProofJob, WebJob
from pipeline.proof.markup.page import page_proof
from pipeline.proof.parity.inspection import parity_proof
from pipeline.proof.parity.promise import Held, HeldOn, Promise, of_copy
from pipeline.proof.pdf.inspection import own_proof
from pipeline.proof.pdf.openings import page_openings
from pipeline.proof.validators.asking import others_or_say

Remarks = tuple[Diagnostic, ...]
BATCH = 256
"""Questions asked at a time: each has the bytes of its file with it."""

FEW_TEXTS = 150
"""So many texts are checked sooner than a pool of workers is ready."""

OTHERS = 24
"""For so many of our own checks one by others counts: their engines have to be loaded."""

UNJUDGED = frozenset({limit_codes.JOB_TOO_LONG.name, limit_codes.JOB_TOO_LARGE.name})
"""What is said of a file that was not inspected to its end: it is not remembered."""

Key = tuple[str, str, Promise | None]
"""What decides what is said of a file: its path, what it was bound from, and what it is held to, but for the day."""


@dataclass(frozen=True)
class File:
    """A finished file: its path as it is told, its digest, its format, and what it is held to, if that is known."""

    path: str
    sha256: str
    """Nothing, as long as it is not bound."""
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

    @cached_property
    def key(self) -> Key:
        """What decides what is said of it."""
        return self.path, self.origin, undated(self.promise)

    def bound(self, digest: str, read: Callable[[], bytes]) -> File:
        """The same, once it is bound."""
        made = replace(self, sha256=digest, read=read)
        made.__dict__["key"] = self.key  # of which the digest is made once
        return made


def undated(promise: Promise | None) -> Promise | None:
    """A promise without the day."""
    return replace(promise, produced=None) if promise else None


def hold(store: Store, file: File) -> None:
    """Keep what a file is held to: under the file's digest for which day, and where the rest is kept for all days."""
    place, on = _on_its_day(store, file.sha256, file, hold_promise(store, file))
    if store.find(place, HeldOn) != on:
        store.keep(place, on)


def hold_promise(store: Store, file: File) -> str:
    """Keep what a file is held to on any day; gives where."""
    key = store.key("promise", file.key)
    store.keep_once(key, Held(file.format, file.origin, undated(file.promise), file.outliers))
    return key


def _on_its_day(store: Store, sha256: str, file: File, promise: str) -> tuple[str, HeldOn]:
    """What is kept of the day of a file that has this digest, and under which key."""
    return store.key("promise", sha256), HeldOn(promise, file.promise.produced if file.promise else None)


def hold_of_day(store: Store, before: str, after: str, day: date) -> bool:
    """Keep that a file of another day is held to what the file of a digest is held to; whether that is known."""
    on = store.find(store.key("promise", before), HeldOn)
    if on is None or not store.holds(on.key):
        return False
    store.keep(store.key("promise", after), replace(on, produced=day if on.produced else None))
    return True


def hold_copy(store: Store, copy: bytes, words: str, master: str) -> None:
    """Keep that a numbered copy is held to what the file of a digest is held to, and to its own words."""
    on = store.find(store.key("promise", master), HeldOn)
    if on:
        store.keep_once(store.key("promise", sha256(copy)), replace(on, copy=words))


def held_to(store: Store, digest: str) -> Held | None:
    """What the file of a digest is held to; nothing where that is not known."""
    on = store.find(store.key("promise", digest), HeldOn)
    held = store.find(on.key, Held) if on else None
    if on is None or held is None:
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
        return self._said((*_own(files), *_others(pdfs, {*judged, *(file.path for file in pdfs)})))

    def watch(self, files: Sequence[File]) -> Watched:
        """What our own checks are to be asked of files by whoever binds them."""
        return Watched(self._shop.store, files)

    def own_checks(self, files: Sequence[File]) -> Remarks:
        """What our own checks say of files."""
        return self._said(tuple(_own(files)))

    def _said(self, asked: Sequence[_Asked]) -> Remarks:
        """What is said of all files, each answer remembered by its key; what takes long is begun first."""
        store = self._shop.store
        keys = [store.key(one.stage, one.key) for one in asked]
        said: dict[str, Remarks | None] = {key: store.find(key, Remarks) for key in dict.fromkeys(keys)}
        new = [(key, one) for key, one in dict(zip(keys, asked, strict=True)).items() if said[key] is None]
        new.sort(key=lambda pair: -pair[1].weight)

        limits: Any = {"limit": self._shop.limit("proof"), "refuse": _unjudged}
        for start in range(0, len(new), BATCH):
            part = new[start : start + BATCH]
            heavier = sum(one.weight - 1 for _, one in part)
            jobs = tuple((one.work, one.job(one.read())) for _, one in part)
            keep = partial(self._keep, said, [key for key, _ in part])
            self._shop.hands.done("proofing", answered, jobs, self._executor, keep, FEW_TEXTS - heavier, **limits)
        return tuple(remark for key in keys for remark in said[key] or ())

    def _keep(self, said: dict[str, Remarks | None], keys: Sequence[str], number: int, remarks: Remarks) -> None:
        """Keep an answer as it comes."""
        said[keys[number]] = remarks
        if any(remark.code in UNJUDGED for remark in remarks):
            return
        self._shop.store.keep(keys[number], remarks, Remarks)

    def begin_openings(self, sheets: Iterable[Sheets]) -> None:
        """Have the first letters on each page of sheets read in time."""
        for pdf in dict.fromkeys(pressed.pdf for pressed in sheets):
            self._shop.begin("openings", page_openings, pdf, partial(bytes, pdf), self._executor)

    def openings(self, sheets: Iterable[Sheets]) -> Mapping[bytes, tuple[str, ...]]:
        """The first letters on each page of sheets: what the marks of EPUB and web page must stand before."""
        pdfs = tuple(dict.fromkeys(pressed.pdf for pressed in sheets))
        found, _ = self._shop.remembered(
            *("openings", tuple[str, ...], "reading pages", page_openings, pdfs, self._executor, FEW)
        )
        return dict(zip(pdfs, found, strict=True))


@dataclass(frozen=True)
class _Asked:
    """A question about a file: the stage that answers it, the key of the answer, and what makes the job."""

    stage: str
    key: Key
    work: Callable[[Any], Remarks]
    job: Callable[[bytes], Any]
    read: Callable[[], bytes]
    weight: int = 1


class Watched:
    """Files that are asked about by whoever binds them, so that nobody has to load and read them again for it."""

    def __init__(self, store: Store, files: Sequence[File]) -> None:
        self._store, self._files = store, files
        self._asked: dict[int, tuple[str, ...]] = {}
        self._promises: dict[int, str] = {}
        self.held: set[str] = set()
        """The digests of files of which it is kept what they are held to."""

    def questions(self, number: int) -> tuple[Question, ...]:
        """What our own checks are to be asked about a file and have not been asked before."""
        asked = {self._store.key(one.stage, one.key): one for one in _own([self._files[number]])}
        new = {key: one for key, one in asked.items() if not self._store.holds(key)}
        self._asked[number] = tuple(new)
        self._promises[number] = hold_promise(self._store, self._files[number])  # there is no time for it at the end
        return tuple((one.work, one.job) for one in new.values())

    def told(self, number: int, sha256: str, answers: tuple[Remarks, ...]) -> None:
        """Keep the answers to the questions about a file, if they were asked, and what it is held to."""
        for key, answer in zip(self._asked.get(number, ()), answers, strict=False):
            self._store.keep(key, answer, Remarks)
        promise = self._promises.get(number) or hold_promise(self._store, self._files[number])
        self._store.keep(*_on_its_day(self._store, sha256, self._files[number], promise))
        self.held.add(sha256)


def _unjudged(question: tuple[Any, Any], broken: JobBroken) -> Remarks:
    """What is said of a file whose inspection was broken off."""
    code = limit_codes.JOB_TOO_LONG if broken.resource == "time" else limit_codes.JOB_TOO_LARGE
    return (code.at(Place(question[1].path), sentence=f"This file was not inspected to its end. {broken.sentence}"),)


def _own(files: Sequence[File]) -> Iterator[_Asked]:
    """What our own checks are asked."""
    for file in files:
        read, weight = file.read, _weight(file)
        alone = file.path, file.origin, None
        if file.format in PDF_FORMATS:
            yield _Asked("proof", file.key, own_proof, _pdf_job(file), read, weight)
        elif file.format == "epub":
            yield _Asked("proof-book", alone, book_proof, partial(BookJob, file.path), read, weight)
        elif file.format == "html":
            yield _Asked("proof-page", alone, page_proof, partial(WebJob, file.path), read, weight)
        if file.promise and file.format not in PDF_FORMATS:
            kind: Kind = "epub" if file.format == "epub" else "html"
            job = partial(ParityJob, file.path, kind=kind, promise=file.promise)
            yield _Asked("parity", file.key, parity_proof, job, read, weight)


def _others(files: Sequence[File], beside: Set[str]) -> Iterator[_Asked]:
    """What page-validation and outloud are asked of PDFs. A printer's PDF is no file to be heard.

    A pack of which every part is judged beside it is left to our own checks, which prove the joining. Others take
    longer for it than for all else; `briefings proof` asks them, and so does a build of the pack alone.
    """
    for file in files:
        if rests_on(file.format) in TAGGED and not (file.parts and beside >= set(file.parts)):
            yield _Asked("others", file.key, others_or_say, _pdf_job(file), file.read, OTHERS * _weight(file))


def _weight(file: File) -> int:
    """How many texts a file holds."""
    return len(file.promise.passages) if file.promise else max(1, len(file.parts))


def _pdf_job(file: File) -> Callable[[bytes], ProofJob]:
    return partial(ProofJob, file.path, edition=rests_on(file.format), promise=file.promise)
