"""Every book for screens cased once all are known: the type that they are set in is cut, each cut once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.collate import Bundle
from pipeline.compose.booktype import book_cuts
from pipeline.compose.typeface import wardrobe
from pipeline.goods import Goods
from pipeline.jobs import EpubJob
from pipeline.model.casing import BookFont, Casing, Cut, FontLicence
from pipeline.typecase import font_licence


def cased(bundles: Sequence[Bundle], goods: Goods) -> tuple[Bundle, ...]:
    """The bundles, the books among them in their casings."""
    cuts = {bundle.path: _cuts(bundle, goods) for bundle in bundles}
    fonts = goods.line.cut(cut for of_one in cuts.values() for cut in of_one)
    return tuple(
        replace(bundle, job=replace(bundle.job, casing=_casing(cuts[bundle.path], fonts)))
        if isinstance(bundle.job, EpubJob)
        else bundle
        for bundle in bundles
    )


def _cuts(bundle: Bundle, goods: Goods) -> tuple[Cut, ...]:
    """The type of a book; a pack has that of the screen edition, as each of its briefings has."""
    job = bundle.job
    if not isinstance(job, EpubJob) or bundle.cased is None:
        return ()
    chapters = [bound.chapter for bound in job.chapters]
    words = (job.metadata.title, *job.identity.statuses, job.identity.marking, *(chapter.title for chapter in chapters))
    return book_cuts(chapters, words, wardrobe(bundle.cased.imprint, goods.layouts).faces, job.style)


def _casing(cuts: tuple[Cut, ...], fonts: Mapping[Cut, BookFont]) -> Casing:
    packages = dict.fromkeys(cut.face.package for cut in cuts)
    licences = tuple(FontLicence(package, font_licence(package)) for package in packages)
    return Casing(tuple(fonts[cut] for cut in cuts), licences)
