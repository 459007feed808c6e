"""The stages that take long, asked through the store and done by the pool, with what they could not do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TypeVar

from pipeline.bind.running import DATED
from pipeline.diagnostics import Diagnostic
from pipeline.errors import PressFailure
from pipeline.jobs import Job, PackJob, PdfJob, Stamps, bind
from pipeline.model.casing import BookFont, Cut, Drawn
from pipeline.model.manuscript import Chapter, Manuscript, StampLayout, StampSheet, StampText
from pipeline.model.publication import Addresses
from pipeline.model.sheets import Sheets
from pipeline.press.cover import draw_cover
from pipeline.press.cut import cut_font
from pipeline.press.press import press, press_stamps
from pipeline.proof.epub import book_proof
from pipeline.proof.job import TAGGED, BookJob, ParityJob, ProofJob, WebJob
from pipeline.proof.openings import page_openings
from pipeline.proof.page import page_proof
from pipeline.proof.parity import parity_proof
from pipeline.proof.pdf import own_proof
from pipeline.workshop import Refused, Workshop

StampLayouts = Mapping[StampSheet, StampLayout]
"""How stamps look on each kind of page."""

Given = TypeVar("Given")
Made = TypeVar("Made")

BATCH = 24
"""Stamps pressed by a worker at a time."""

FEW = 12
"""So many files are bound sooner than a pool of workers is ready."""


class Line:
    """Press and bindery of one build; counts what it made anew."""

    def __init__(self, shop: Workshop, executor: Executor) -> None:
        self._shop = shop
        self._executor = executor
        self.pressed = 0
        self.bound = 0
        self.remarks: list[Diagnostic] = []
        """What the engine remarked on anything pressed, briefings and the matter around them alike."""

    def press(self, manuscripts: Sequence[Manuscript]) -> tuple[Sheets | Refused, ...]:
        """The sheets of each manuscript; how it looks on a screen is none of the press's business."""
        bare = [replace(manuscript, epub_style="", web_style="") for manuscript in manuscripts]
        sheets, anew = self._shop.remembered("press", "pressing", press_or_say, bare, self._executor)
        self.pressed += anew
        self.remarks += [remark for pressed in sheets if isinstance(pressed, Sheets) for remark in pressed.remarks]
        return sheets

    def stamps(self, layouts: StampLayouts, texts: Iterable[StampText]) -> Mapping[StampText, bytes]:
        """The stamp sheet of each text, set as the layout of its kind of page says."""
        wanted = tuple(sorted(set(texts), key=lambda t: (t.sheet, t.slot, t.text)))
        keys = {text: self._shop.store.key("stamp", layouts[text.sheet], text) for text in wanted}
        sheets = {text: self._shop.store.find(key) for text, key in keys.items()}
        new = [text for text in wanted if sheets[text] is None]
        batches = [
            (layouts[kind], tuple(part))
            for kind, alike in groupby(new, key=lambda text: text.sheet)
            for part in _batches(tuple(alike))
        ]
        made = self._shop.done("stamps", _stamps, batches, self._executor)
        for (_, batch), pressed in zip(batches, made, strict=True):
            for text, sheet in zip(batch, pressed, strict=True):
                self._shop.store.keep(keys[text], sheet)
                sheets[text] = sheet
        return sheets

    def draw(self, covers: Sequence[Manuscript]) -> tuple[Drawn | Refused, ...]:
        """The picture of each cover."""
        pictures, _ = self._shop.remembered("cover", "drawing covers", draw_or_say, covers, self._executor, FEW)
        self.remarks += [remark for drawn in pictures if isinstance(drawn, Drawn) for remark in drawn.remarks]
        return pictures

    def cut(self, cuts: Iterable[Cut]) -> Mapping[Cut, BookFont]:
        """The font of each cut; most books of a library share theirs."""
        wanted = tuple(dict.fromkeys(cuts))
        fonts, _ = self._shop.remembered("cut", "cutting type", cut_font, wanted, self._executor, FEW)
        return {
            cut: BookFont(cut.family, cut.face.weight, cut.face.italic, font)
            for cut, font in zip(wanted, fonts, strict=True)
        }

    def bind(self, jobs: Sequence[Job]) -> tuple[bytes | Refused, ...]:
        """The finished file of each job."""
        files, anew = self._shop.remembered("bind", "binding", bind_or_say, jobs, self._executor, FEW)
        self.bound += anew
        return files

    def proof(self, jobs: Sequence[ProofJob], bound_from: Sequence[Job]) -> tuple[Diagnostic, ...]:
        """What is wrong with finished files. Another date has our own checks made again, and nobody else's."""
        own, _ = self._shop.remembered("proof", "proofing", own_proof, jobs, self._executor, FEW)
        pairs = [pair for pair in zip(jobs, bound_from, strict=True) if pair[0].edition in TAGGED]
        tagged = [job for job, _ in pairs]
        named = [(job.path, self._shop.store.key("bind", undated(origin))) for job, origin in pairs]
        others, _ = self._shop.remembered("others", "validating", others_or_say, tagged, self._executor, 1, named)
        return tuple(remark for said in (*own, *others) for remark in said)

    def proof_texts(self, books: Sequence[BookJob], pages: Sequence[WebJob]) -> tuple[Diagnostic, ...]:
        """What is wrong with finished books and web pages, by our own checks."""
        return texts_proof(self._shop, self._executor, books, pages)

    def openings(self, sheets: Sequence[Sheets]) -> tuple[tuple[str, ...], ...]:
        """The first letters on each page of some sheets: what the marks of EPUB and web page must stand before."""
        pdfs = [pressed.pdf for pressed in sheets]
        openings, _ = self._shop.remembered("openings", "reading pages", page_openings, pdfs, self._executor, FEW)
        return openings

    def parity(self, jobs: Sequence[ParityJob]) -> tuple[Diagnostic, ...]:
        """Where finished EPUBs and web pages do not say what their texts say."""
        return parity(self._shop, self._executor, jobs)


def texts_proof(
    shop: Workshop, executor: Executor, books: Sequence[BookJob], pages: Sequence[WebJob]
) -> tuple[Diagnostic, ...]:
    """What our own checks say of books and web pages, remembered file by file."""
    of_books, _ = shop.remembered("proof-book", "proofing books", book_proof, books, executor, FEW)
    of_pages, _ = shop.remembered("proof-page", "proofing pages", page_proof, pages, executor, FEW)
    return tuple(remark for said in (*of_books, *of_pages) for remark in said)


def parity(shop: Workshop, executor: Executor, jobs: Sequence[ParityJob]) -> tuple[Diagnostic, ...]:
    """Where files do not say what their texts say, remembered file by file."""
    said, _ = shop.remembered("parity", "comparing", parity_proof, jobs, executor, FEW)
    return tuple(remark for remarks in said for remark in remarks)


def _batches(texts: tuple[StampText, ...]) -> Iterator[tuple[StampText, ...]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def _stamps(batch: tuple[StampLayout, tuple[StampText, ...]]) -> tuple[bytes, ...]:
    return press_stamps(*batch)


def press_or_say(manuscript: Manuscript) -> Sheets | Refused:
    """The sheets, or why there are none."""
    return _or_say(press, manuscript)


def draw_or_say(cover: Manuscript) -> Drawn | Refused:
    """The picture of a cover, or why there is none."""
    return _or_say(draw_cover, cover)


def bind_or_say(job: Job) -> bytes | Refused:
    """The file, or why there is none."""
    return _or_say(bind, job)


def _or_say(work: Callable[[Given], Made], given: Given) -> Made | Refused:
    """What some work makes, or why it makes nothing."""
    try:
        return work(given)
    except PressFailure as failure:
        return Refused(str(failure))


def others_or_say(job: ProofJob) -> tuple[Diagnostic, ...]:
    """What others' validators say; their engines are loaded where there is something to judge."""
    from pipeline.proof.others import others_proof

    return others_proof(job)


def undated(job: Job) -> Job:
    """A job without what depends on the date produced."""
    if not isinstance(job, PdfJob | PackJob):
        return job
    stamps = tuple((text, sheet) for text, sheet in job.stamps if text.slot not in DATED)
    return replace(job, produced=date.min, stamps=stamps)


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """The addresses of the briefings that the chapters link to, and no others."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))


def needed_stamps(texts: Iterable[StampText], sheets: Mapping[StampText, bytes]) -> Stamps:
    """The stamps of one document with their sheets, each once."""
    return tuple((text, sheets[text]) for text in dict.fromkeys(texts))
