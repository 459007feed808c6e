"""A round of a build: of one part everything is made, so that a large library needs no more memory.

In a round texts are composed and pressed, and their sheets finished: bound, proofed, written and recorded. What packs
hold was mostly pressed in the rounds before them, and is read from the store. What finishes sheets is loaded while the
first are pressed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.build.bind_arguments import Goods, Pressed, Texts
from pipeline.build.formats import editions_of
from pipeline.build.outputs import Output
from pipeline.build.prefetch import composed
from pipeline.build.project import Refused, Workshop
from pipeline.build.stages import Line
from pipeline.build.unchanged import everything
from pipeline.build.up_to_date import Standing
from pipeline.codes import made
from pipeline.compose.templates.layouts import fault_remark
from pipeline.core.diagnostics import Desk, Place
from pipeline.core.errors import LayoutFault
from pipeline.model.edition import PDF_FORMATS, Edition, Format
from pipeline.model.kept import RECORD, folder_of
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from pipeline.model.sheets import Sheets
from pipeline.resolve.resolve import Resolution

if TYPE_CHECKING:
    from pipeline.build.epub_assets import Covers
    from pipeline.build.finishing import Finishing

FINISHING = "pipeline.build.finishing"


class Rounds:
    """Makes one part of a build after the other. `goods` has no texts yet: each round has its own."""

    def __init__(self, shop: Workshop, executor: Executor, goods: Goods, standing: Standing, desk: Desk) -> None:
        self._shop, self._executor, self._goods = shop, executor, goods
        self._standing, self._desk = standing, desk
        self.bound = 0
        """How many files were bound anew."""
        self.refused: tuple[Output, ...] = ()
        """What the proof has refused."""

    @cached_property
    def _finishing(self) -> Finishing:
        from pipeline.build.finishing import Finishing

        return Finishing(self._shop, self._executor, self._goods.line, self._standing, self._desk)

    def make(self, part: Resolution) -> tuple[Output, ...]:
        """The files of a part, in their places and on record; what has a fault of ours is made once more as a draft."""
        texts = self._compose(part)
        self._shop.hands.load_meanwhile(FINISHING)
        before = self._goods.line.pressed
        covers = self._begin_covers(part) if self._goods.line.is_queueing else {}
        pressed = _press(self._goods.line, texts, part, self._desk)
        if self._goods.line.pressed > before:
            first = [next(iter(texts[edition].values())) for edition in PDF_FORMATS if texts[edition]]
            self._shop.note_dresses((text.style, text.fonts) for text in first)
        else:
            self._shop.make_bindery_ready(self._executor)
        written = self._finishing.finish(part, replace(self._goods, texts=texts, pressed=pressed), covers)
        for drafts in self._finishing.drafts(part):
            texts = self._compose(drafts)
            pressed = _press(self._goods.line, texts, drafts, self._desk)
            again = replace(self._goods, texts=texts, pressed=pressed)
            written = (*written, *self._finishing.finish_drafts(drafts, again))
        self.bound, self.refused = self._finishing.bound, tuple(self._finishing.refused)
        return written

    def _begin_covers(self, part: Resolution) -> Covers:
        from pipeline.build.epub_assets import begin_covers

        return begin_covers(part, self._goods)

    def _compose(self, part: Resolution) -> Texts:
        """The manuscripts of every edition that is needed; a layout with a fault is told once for all.

        What is most likely new comes first and is pressed while the rest is composed, which a pack has from before.
        """
        texts: dict[Edition, dict[str, Manuscript]] = {edition: {} for edition in PDF_FORMATS}
        needed = _needed(part, self._goods.wanted)
        own = {publication.key for publication in part.publications}
        for publication in sorted(everything(part), key=lambda text: text.key not in own):
            try:
                for edition in PDF_FORMATS:
                    if edition in needed[publication.key]:
                        text = composed(publication, edition, self._shop)
                        texts[edition][publication.key] = text
                        if publication.key in own:
                            self._goods.line.begin(text)
            except LayoutFault as fault:
                self._desk.report(fault_remark(fault))
        return {edition: dict(sorted(of_one.items())) for edition, of_one in texts.items()}


def _needed(resolution: Resolution, wanted: frozenset[Format]) -> Mapping[str, set[Edition]]:
    """The editions of each briefing that its own formats and those of its packs rest on."""
    needed: dict[str, set[Edition]] = defaultdict(set)
    for publication in resolution.publications:
        needed[publication.key].update(editions_of(publication, wanted))
    for pack in resolution.packs:
        for member in pack.members:
            needed[member.key].update(editions_of(pack, wanted))
    return needed


def _press(line: Line, texts: Texts, resolution: Resolution, desk: Desk) -> Pressed:
    """The sheets of every text; what could not be pressed is told."""
    sheets: dict[Edition, dict[str, Sheets]] = {edition: {} for edition in PDF_FORMATS}
    paths = {publication.key: _source_of(publication) for publication in everything(resolution)}
    wanted = [(edition, name) for edition in PDF_FORMATS for name in texts[edition]]
    kept = {publication.key for publication in everything(resolution) if publication.kept}
    records = [paths[name] if name in kept else "" for _, name in wanted]
    results = line.press([texts[edition][name] for edition, name in wanted], records)
    for (edition, name), result in zip(wanted, results, strict=True):
        if isinstance(result, Refused):
            desk.report(result.told(Place(paths[name]), made.PRESS_FAILED))
        else:
            sheets[edition][name] = result
    return sheets


def _source_of(publication: Publication) -> str:
    """The file of a text: of a kept version its record."""
    folder = folder_of(publication.id, publication.kept)
    return f"{folder}/{RECORD}" if publication.kept else publication.briefing.path
