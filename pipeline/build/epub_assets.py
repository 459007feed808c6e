"""Every book for screens cased once all are known: its cover is drawn, and its type is cut, each cut once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from pipeline.build.bind_arguments import Goods
from pipeline.build.bind_jobs import EpubJob
from pipeline.build.project import Refused
from pipeline.build.recipes import Bundle
from pipeline.codes import made
from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover
from pipeline.compose.design.book_fonts import fonts_of_book, letters_of, letters_used
from pipeline.compose.design.typeface import font_set
from pipeline.compose.templates.layouts import fault_remark
from pipeline.core.diagnostics import Desk, Place
from pipeline.core.errors import LayoutFault
from pipeline.model.epub_assets import BookFont, EpubAssets, FontLicence, SubsetFont
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.resolve.resolve import Resolution
from pipeline.text.fonts import font_licence

Cuts = Mapping[str, tuple[SubsetFont, ...]]
"""The type of each book, by its path."""


def cuts_of(bundles: Sequence[Bundle], goods: Goods) -> Cuts:
    """The type that each book needs."""
    return {bundle.path: _cuts(bundle, goods) for bundle in bundles if bundle.cased is not None}


def begin_cuts(cuts: Cuts, goods: Goods) -> None:
    """Have the type of all books cut in time."""
    for cut in dict.fromkeys(cut for of_one in cuts.values() for cut in of_one):
        goods.line.begin_cut(cut)


def cased(bundles: Sequence[Bundle], covers: Mapping[str, bytes], cuts: Cuts, goods: Goods) -> tuple[Bundle, ...]:
    """The bundles, the books among them in their casings; a book that has no cover is left out."""
    fonts = goods.line.cut(cut for path in covers for cut in cuts[path])
    casings = {path: _casing(covers[path], cuts[path], fonts) for path in covers}
    return tuple(
        replace(bundle, job=replace(bundle.job, casing=casings[bundle.path]))
        if isinstance(bundle.job, EpubJob)
        else bundle
        for bundle in bundles
        if bundle.path in casings or not isinstance(bundle.job, EpubJob)
    )


Covers = Mapping[int, Manuscript]
"""Covers that have been composed, by the number (`id`) of the briefing or pack in a round."""


def begin_covers(part: Resolution, goods: Goods) -> Covers:
    """Have the covers of all books drawn in time: they depend on nothing that is pressed."""
    composed: dict[int, Manuscript] = {}
    things: tuple[Publication | PackPublication, ...] = (*part.publications, *part.packs)
    for thing in things:
        if "epub" in goods.wanted & set(thing.formats):
            with suppress(LayoutFault):  # which is told when the cover is asked for
                composed[id(thing)] = cover = _compose(thing, goods.layouts)
                goods.line.begin_cover(cover)
    return composed


def drawn_covers(bundles: Sequence[Bundle], begun: Covers, goods: Goods, desk: Desk) -> dict[str, bytes]:
    """The cover of each book, by its path; a book that gets none is told."""
    composed: dict[str, Manuscript] = {}
    for bundle in bundles:
        if bundle.cased is not None:
            try:
                cover = begun.get(id(bundle.cased))
                composed[bundle.path] = cover or _compose(bundle.cased, goods.layouts)
            except LayoutFault as fault:
                desk.report(fault_remark(fault))
    covers: dict[str, bytes] = {}
    for path, drawn in zip(composed, goods.line.draw(tuple(composed.values())), strict=True):
        if isinstance(drawn, Refused):
            desk.report(drawn.told(Place(f"output/{path}"), made.PRESS_FAILED))
        else:
            covers[path] = drawn.picture
    return covers


def _compose(cased: Publication | PackPublication, layouts: Layouts) -> Manuscript:
    if isinstance(cased, PackPublication):
        return compose_pack_cover(cased, layouts)
    return compose_briefing_cover(cased, layouts)


def _cuts(bundle: Bundle, goods: Goods) -> tuple[SubsetFont, ...]:
    """The type of a book; a pack has that of the screen edition, as each of its briefings has."""
    job = bundle.job
    if not isinstance(job, EpubJob) or bundle.cased is None:
        return ()
    chapters = [bound.chapter for bound in job.chapters]
    words = (job.metadata.title, *job.identity.statuses, job.identity.marking, *(chapter.title for chapter in chapters))
    imprint, characters = bundle.cased.imprint, goods.line.characters
    worn = font_set(imprint, goods.layouts)
    lacking = letters_used(chapters, words) - letters_of(worn.text.faces, characters)
    if any(letter.isprintable() for letter in lacking):
        worn = worn.for_text("".join(sorted(lacking)), imprint)
    return fonts_of_book(chapters, words, worn.faces, job.style, characters)


def _casing(cover: bytes, cuts: tuple[SubsetFont, ...], fonts: Mapping[SubsetFont, BookFont]) -> EpubAssets:
    packages = dict.fromkeys(cut.face.package for cut in cuts)
    licences = tuple(FontLicence(package, font_licence(package)) for package in packages)
    return EpubAssets(cover, tuple(fonts[cut] for cut in cuts), licences)
