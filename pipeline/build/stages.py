"""The stages that take long, asked through the store and done by the pool, with what they could not do.

The engines take a second to load, so they are loaded where there is something to set, and by whoever sets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from itertools import groupby
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from pipeline.build.project import BINDERY, Refused, Workshop, or_say
from pipeline.build.scheduler import LOADED
from pipeline.build.workers import load_meanwhile
from pipeline.compose.design.book_fonts import characters_of
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.model.epub_assets import BookFont, DrawnCover, SubsetFont
from pipeline.model.manuscript import Chapter, FontFace, Manuscript, StampLayout, StampSheet, StampText
from pipeline.model.sheets import Sheets

if TYPE_CHECKING:
    from pipeline.bind.inserts.inserts import InsertJob
    from pipeline.build.bind_jobs import Stamps
    from pipeline.model.identity import Addresses

StampLayouts = Mapping[StampSheet, StampLayout]
"""How stamps look on each kind of page."""

BATCH = 24
"""Stamps pressed by a worker at a time."""

FEW = 12
"""So many files are bound, fitted or cut sooner than a pool of workers is ready."""


class Line:
    """The press of one build; counts what it made anew."""

    def __init__(self, shop: Workshop, executor: Executor) -> None:
        self._shop = shop
        self._executor = executor
        self.pressed = 0
        self._remarks: list[Diagnostic] = []
        self.set_in: Mapping[StampSheet, str] = {}
        """What the stamps of each kind of page are set with."""

    def end_round(self) -> tuple[Diagnostic, ...]:
        """What the engine remarked in a round, on texts and the matter around them."""
        said, self._remarks = tuple(self._remarks), []
        return said

    def press(self, manuscripts: Sequence[Manuscript], kept: Sequence[str] = ()) -> tuple[Sheets | Refused, ...]:
        """The sheets of each manuscript; how it looks on a screen is none of the press's business.

        `kept` has the record of each that is a kept version, else nothing: what the engine remarks on it is told there.
        """
        bare = [_bare(manuscript) for manuscript in manuscripts]
        sheets, anew = self._shop.remembered("press", Sheets, "pressing", press_or_say, bare, self._executor, LOADED)
        self.pressed += anew
        for pressed, record in zip(sheets, kept or [""] * len(sheets), strict=True):
            remarks = pressed.remarks if isinstance(pressed, Sheets) else ()
            self._remarks += [replace(remark, place=Place(record)) if record else remark for remark in remarks]
        return sheets

    @property
    def is_free(self) -> bool:
        """Whether somebody takes what is begun."""
        return self._shop.hands.is_free(self._executor)

    @property
    def is_queueing(self) -> bool:
        """Whether all workers are here, so that what is begun waits in line."""
        return self._shop.hands.is_queueing(self._executor)

    def begin(self, manuscript: Manuscript) -> bool:
        """Have a manuscript pressed that will be asked for with others, if somebody is free and it is not known."""
        bare = _bare(manuscript)
        return self._shop.begin("press", press_or_say, bare, lambda: bare, self._executor)

    def stamps(
        self, layouts: StampLayouts, texts: Iterable[StampText], behind: Callable[[], None] = lambda: None
    ) -> Mapping[StampText, bytes]:
        """The stamp sheet of each text, set as the layout of its kind of page says.

        Where all workers are here, `behind` is called when they have been given these, to begin what comes next.
        """
        self.set_in = {sheet: self._shop.store.key("stamp", layout) for sheet, layout in layouts.items()}
        wanted = tuple(sorted(set(texts), key=lambda t: (t.sheet, t.slot, t.text)))
        keys = {text: self._shop.store.key("stamp", layouts[text.sheet], text) for text in wanted}
        known = {text: self._shop.store.find(key, bytes) for text, key in keys.items()}
        sheets = {text: sheet for text, sheet in known.items() if sheet is not None}
        new = [text for text in wanted if text not in sheets]
        batches = [
            (layouts[kind], tuple(part))
            for kind, alike in groupby(new, key=lambda text: text.sheet)
            for part in _batches(tuple(alike))
        ]
        begun = {}
        limit = self._shop.limit("stamp")
        if self.is_queueing:
            futures = (
                (n, self._shop.hands.begin(self._executor, _stamps, batch, limit)) for n, batch in enumerate(batches)
            )
            begun = {number: future for number, future in futures if future}
            behind()
        made = self._shop.hands.done("stamps", _stamps, batches, self._executor, few=LOADED, begun=begun, limit=limit)
        for (_, batch), pressed in zip(batches, made, strict=True):
            for text, sheet in zip(batch, pressed, strict=True):
                self._shop.store.keep(keys[text], sheet)
                sheets[text] = sheet
        return sheets

    def fit(self, inserts: Sequence[InsertJob]) -> tuple[Sheets | Refused, ...]:
        """The sheets of each finished PDF that is bound in."""
        sheets, _ = self._shop.remembered("fit", Sheets, "fitting inserts", fit_or_say, inserts, self._executor, FEW)
        return sheets

    def begin_cover(self, cover: Manuscript) -> bool:
        """Have the picture of a cover drawn that will be asked for with others, if it is not known."""
        return self._shop.begin("cover", draw_or_say, cover, lambda: cover, self._executor)

    def draw(self, covers: Sequence[Manuscript]) -> tuple[DrawnCover | Refused, ...]:
        """The picture of each cover."""
        pictures, _ = self._shop.remembered(
            "cover", DrawnCover, "drawing covers", draw_or_say, covers, self._executor, LOADED
        )
        self._remarks += [remark for drawn in pictures if isinstance(drawn, DrawnCover) for remark in drawn.remarks]
        return pictures

    def characters(self, face: FontFace) -> frozenset[int]:
        """The code points that a face can print."""
        return self._shop.store.remember(
            "cut", ("characters", face.package, face.file), frozenset[int], lambda: characters_of(face)
        )

    def begin_cut(self, cut: SubsetFont) -> bool:
        """Have the font of a cut made that will be asked for with others, if it is not known."""
        return self._shop.begin("cut", cut_type, cut, lambda: cut, self._executor)

    def cut(self, cuts: Iterable[SubsetFont]) -> Mapping[SubsetFont, BookFont]:
        """The font of each cut; most books of a library share theirs."""
        wanted = tuple(dict.fromkeys(cuts))
        fonts, _ = self._shop.remembered("cut", bytes, "cutting type", cut_type, wanted, self._executor, FEW)
        return {
            cut: BookFont(cut.family, cut.face.weight, cut.face.italic, font)
            for cut, font in zip(wanted, fonts, strict=True)
        }


def _bare(manuscript: Manuscript) -> Manuscript:
    """A manuscript as the press needs it."""
    return replace(manuscript, epub_style="", web_style="")


def _batches(texts: tuple[StampText, ...]) -> Iterator[tuple[StampText, ...]]:
    for start in range(0, len(texts), BATCH):
        yield texts[start : start + BATCH]


def _stamps(batch: tuple[StampLayout, tuple[StampText, ...]]) -> tuple[bytes, ...]:
    from pipeline.press.stamps import press_stamps

    return press_stamps(*batch)


def press_or_say(manuscript: Manuscript) -> Sheets | Refused:
    """The sheets, or why there are none. A worker loads what comes next while others take its first sheets."""
    from pipeline.press.press import press

    sheets = or_say(press, manuscript)
    if parent_process():
        load_meanwhile(*BINDERY)
    return sheets


def fit_or_say(insert: InsertJob) -> Sheets | Refused:
    """The sheets of an insert, or why there are none."""
    from pipeline.bind.inserts.inserts import fit_insert

    return or_say(fit_insert, insert)


def draw_or_say(cover: Manuscript) -> DrawnCover | Refused:
    """The picture of a cover, or why there is none."""
    from pipeline.press.cover import draw_cover

    return or_say(draw_cover, cover)


def cut_type(cut: SubsetFont) -> bytes:
    """The font of a cut."""
    from pipeline.press.subsetting import subset_font

    return subset_font(cut)


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """The addresses of the briefings that the chapters link to, and no others."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))


def needed_stamps(texts: Iterable[StampText], sheets: Mapping[StampText, bytes]) -> Stamps:
    """The stamps of one document with their sheets, each once."""
    return tuple((text, sheets[text]) for text in dict.fromkeys(texts))
