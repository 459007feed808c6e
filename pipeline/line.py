"""The stages that take long, asked through the store and done by the pool, with what they could not do.

The engines take a second to load, so they are loaded where there is something to set, and by whoever sets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, Protocol, TypeVar

from pipeline.bind.inserts import InsertJob, fit_insert
from pipeline.bind.running import DATED
from pipeline.diagnostics import Diagnostic, Place
from pipeline.errors import PressFailure
from pipeline.jobs import Job, PackJob, PdfJob, Seal, Stamps, bind, is_pack, sealed
from pipeline.model.casing import BookFont, Cut, Drawn
from pipeline.model.manuscript import Chapter, Manuscript, StampLayout, StampSheet, StampText
from pipeline.model.publication import Addresses
from pipeline.model.sheets import Sheets
from pipeline.workshop import LOADED, Refused, Workshop

StampLayouts = Mapping[StampSheet, StampLayout]
"""How stamps look on each kind of page."""

Given = TypeVar("Given")
Made = TypeVar("Made")

BATCH = 24
"""Stamps pressed by a worker at a time."""

FEW = 12
"""So many files are bound sooner than a pool of workers is ready."""

PACK = 4
"""For so many files a pack counts, which takes a second where a briefing takes a moment."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file, of which the bytes are read when they are asked for."""

    seal: Seal
    read: Callable[[], bytes]


Question = tuple[Callable[[Any], tuple[Diagnostic, ...]], Callable[[bytes], Any]]
"""Who answers a question about a file, and what makes his job of its bytes."""


class Watch(Protocol):
    """What is asked of each file by the process that has bound it, as long as it has it in hand."""

    def questions(self, number: int) -> tuple[Question, ...]:
        """The questions about a file."""

    def told(self, number: int, answers: tuple[tuple[Diagnostic, ...], ...]) -> None:
        """Take the answers, in the order of the questions."""


class Unwatched:
    """Asks nothing."""

    def questions(self, number: int) -> tuple[()]:
        """None."""
        return ()

    def told(self, number: int, answers: tuple[tuple[Diagnostic, ...], ...]) -> None:
        """Nothing to take."""


UNWATCHED = Unwatched()


class Line:
    """Press and bindery of one build; counts what it made anew."""

    def __init__(self, shop: Workshop, executor: Executor) -> None:
        self._shop = shop
        self._executor = executor
        self.pressed = 0
        self.bound = 0
        self._remarks: list[Diagnostic] = []
        self._origins: dict[int, tuple[Job, str]] = {}
        self._set_in: Mapping[StampSheet, str] = {}
        """What the stamps of each kind of page are set with."""

    def end_round(self) -> tuple[Diagnostic, ...]:
        """What the engine remarked in a round, on texts and the matter around them; its jobs are let go of."""
        said, self._remarks = tuple(self._remarks), []
        self._origins.clear()
        return said

    def press(self, manuscripts: Sequence[Manuscript], kept: Sequence[str] = ()) -> tuple[Sheets | Refused, ...]:
        """The sheets of each manuscript; how it looks on a screen is none of the press's business.

        `kept` has the record of each that is a kept version, else nothing: what the engine remarks on it is told there.
        """
        bare = [replace(manuscript, epub_style="", web_style="") for manuscript in manuscripts]
        sheets, anew = self._shop.remembered("press", "pressing", press_or_say, bare, self._executor, LOADED)
        self.pressed += anew
        for pressed, record in zip(sheets, kept or [""] * len(sheets), strict=True):
            remarks = pressed.remarks if isinstance(pressed, Sheets) else ()
            self._remarks += [replace(remark, place=Place(record)) if record else remark for remark in remarks]
        return sheets

    def stamps(self, layouts: StampLayouts, texts: Iterable[StampText]) -> Mapping[StampText, bytes]:
        """The stamp sheet of each text, set as the layout of its kind of page says."""
        self._set_in = {sheet: self._shop.store.key("stamp", layout) for sheet, layout in layouts.items()}
        wanted = tuple(sorted(set(texts), key=lambda t: (t.sheet, t.slot, t.text)))
        keys = {text: self._shop.store.key("stamp", layouts[text.sheet], text) for text in wanted}
        sheets = {text: self._shop.store.find(key) for text, key in keys.items()}
        new = [text for text in wanted if sheets[text] is None]
        batches = [
            (layouts[kind], tuple(part))
            for kind, alike in groupby(new, key=lambda text: text.sheet)
            for part in _batches(tuple(alike))
        ]
        made = self._shop.done("stamps", _stamps, batches, self._executor, few=LOADED)
        for (_, batch), pressed in zip(batches, made, strict=True):
            for text, sheet in zip(batch, pressed, strict=True):
                self._shop.store.keep(keys[text], sheet)
                sheets[text] = sheet
        return sheets

    def fit(self, inserts: Sequence[InsertJob]) -> tuple[Sheets | Refused, ...]:
        """The sheets of each finished PDF that is bound in."""
        sheets, _ = self._shop.remembered("fit", "fitting inserts", fit_or_say, inserts, self._executor, FEW)
        return sheets

    def draw(self, covers: Sequence[Manuscript]) -> tuple[Drawn | Refused, ...]:
        """The picture of each cover."""
        pictures, _ = self._shop.remembered("cover", "drawing covers", draw_or_say, covers, self._executor, LOADED)
        self._remarks += [remark for drawn in pictures if isinstance(drawn, Drawn) for remark in drawn.remarks]
        return pictures

    def cut(self, cuts: Iterable[Cut]) -> Mapping[Cut, BookFont]:
        """The font of each cut; most books of a library share theirs."""
        wanted = tuple(dict.fromkeys(cuts))
        fonts, _ = self._shop.remembered("cut", "cutting type", cut_type, wanted, self._executor, FEW)
        return {
            cut: BookFont(cut.family, cut.face.weight, cut.face.italic, font)
            for cut, font in zip(wanted, fonts, strict=True)
        }

    def bind(self, jobs: Sequence[Job], watch: Watch = UNWATCHED) -> tuple[Bound | Refused, ...]:
        """The finished file of each job. What is known of one is kept beside it, so that few need be read again."""
        store = self._shop.store
        names = [(self.origin(job), job.produced, dated(job)) for job in jobs]
        keys = [store.key("bind", name) for name in names]
        seals: dict[str, Seal | None] = {
            key: store.find(store.key("bind", "seal", key)) if store.holds(key) else None for key in keys
        }
        new = [number for number, key in enumerate(keys) if seals[key] is None]

        def taken(number: int, bound: tuple[bytes | Refused, tuple[tuple[Diagnostic, ...], ...]]) -> bytes | Refused:
            content, answers = bound
            watch.told(new[number], answers)
            return content

        made, anew = self._shop.remembered_by(
            *("bind", "binding", bind_and_ask, [names[n] for n in new]),
            *(lambda n: (jobs[new[n]], watch.questions(new[n])), self._executor, FEW),
            weight=lambda n: PACK if is_pack(jobs[new[n]]) else 1,
            taken=taken,
        )
        self.bound += anew
        files: dict[str, Bound | Refused] = {}
        for number, result in zip(new, made, strict=True):
            if isinstance(result, Refused):
                files[keys[number]] = result
            else:
                seals[keys[number]] = seal = sealed(result)
                store.keep(store.key("bind", "seal", keys[number]), seal)
        for key, job in zip(keys, jobs, strict=True):
            if known := seals[key]:
                files[key] = Bound(known, partial(self._content, key, job))
        return tuple(files[key] for key in keys)

    def _content(self, key: str, job: Job) -> bytes:
        """The bytes of a file that was bound; made again in the rare case that the store was damaged since."""
        content = self._shop.store.find(key)
        return content if isinstance(content, bytes) else bind(job)

    def origin(self, job: Job) -> str:
        """The key of what a file is bound from: of stamps that bear the date not the words, but how they are set."""
        if id(job) not in self._origins:
            set_in = sorted({self._set_in[text.sheet] for text, _ in dated(job)})
            self._origins[id(job)] = (job, self._shop.store.key("bind", undated(job), set_in))
        return self._origins[id(job)][1]


def _batches(texts: tuple[StampText, ...]) -> Iterator[tuple[StampText, ...]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def _stamps(batch: tuple[StampLayout, tuple[StampText, ...]]) -> tuple[bytes, ...]:
    from pipeline.press.stamps import press_stamps

    return press_stamps(*batch)


def press_or_say(manuscript: Manuscript) -> Sheets | Refused:
    """The sheets, or why there are none."""
    from pipeline.press.press import press

    return _or_say(press, manuscript)


def fit_or_say(insert: InsertJob) -> Sheets | Refused:
    """The sheets of an insert, or why there are none."""
    return _or_say(fit_insert, insert)


def draw_or_say(cover: Manuscript) -> Drawn | Refused:
    """The picture of a cover, or why there is none."""
    from pipeline.press.cover import draw_cover

    return _or_say(draw_cover, cover)


def cut_type(cut: Cut) -> bytes:
    """The font of a cut."""
    from pipeline.press.cut import cut_font

    return cut_font(cut)


def bind_or_say(job: Job) -> bytes | Refused:
    """The file, or why there is none."""
    return _or_say(bind, job)


def bind_and_ask(given: tuple[Job, tuple[Question, ...]]) -> tuple[bytes | Refused, tuple[tuple[Diagnostic, ...], ...]]:
    """The file, or why there is none, and the answers to what is asked about it."""
    job, questions = given
    content = bind_or_say(job)
    if isinstance(content, Refused):
        return content, ()
    return content, tuple(answer(make(content)) for answer, make in questions)


def _or_say(work: Callable[[Given], Made], given: Given) -> Made | Refused:
    """What some work makes, or why it makes nothing."""
    try:
        return work(given)
    except PressFailure as failure:
        return Refused(str(failure))


def undated(job: Job) -> Job:
    """A job without what depends on the date produced."""
    if not isinstance(job, PdfJob | PackJob):
        return replace(job, produced=date.min)
    stamps = tuple((text, sheet) for text, sheet in job.stamps if text.slot not in DATED)
    return replace(job, produced=date.min, stamps=stamps)


def dated(job: Job) -> Stamps:
    """The stamps of a job that bear the date produced."""
    return tuple(stamp for stamp in job.stamps if stamp[0].slot in DATED) if isinstance(job, PdfJob | PackJob) else ()


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """The addresses of the briefings that the chapters link to, and no others."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))


def needed_stamps(texts: Iterable[StampText], sheets: Mapping[StampText, bytes]) -> Stamps:
    """The stamps of one document with their sheets, each once."""
    return tuple((text, sheets[text]) for text in dict.fromkeys(texts))
