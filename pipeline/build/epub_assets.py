"""The cover and the fonts of an EPUB: equal covers are drawn once, and equal subsets of a font made once."""

import asyncio

from pipeline.build.builder import Builder
from pipeline.build.kinds.epub import EpubJob
from pipeline.build.rules import COVER, SUBSET
from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover
from pipeline.compose.design.book_fonts import characters_of, fonts_of_book, letters_of, letters_used
from pipeline.compose.design.typeface import font_set
from pipeline.model.epub_assets import BookFont, EpubAssets, FontLicence, SubsetFont
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import FontFace, Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.text.fonts import font_licence


async def assets_of(b: Builder, job: EpubJob, of: Publication | PackPublication, layouts: Layouts) -> EpubAssets:
    """The cover, the fonts and their licences.

    Raises:
        LayoutFault: if the cover cannot be composed.
        PressFailure: if it cannot be drawn.
    """
    subsets = _subsets(b, job, of, layouts)
    drawn, fonts = await asyncio.gather(
        b.result(COVER, _cover(of, layouts)), asyncio.gather(*(b.result(SUBSET, subset) for subset in subsets))
    )
    b.report(*drawn.remarks)
    packages = dict.fromkeys(subset.face.package for subset in subsets)
    enclosed = (
        BookFont(subset.family, subset.face.weight, subset.face.italic, font)
        for subset, font in zip(subsets, fonts, strict=True)
    )
    licences = (FontLicence(package, font_licence(package)) for package in packages)
    return EpubAssets(drawn.picture, tuple(enclosed), tuple(licences))


def _cover(of: Publication | PackPublication, layouts: Layouts) -> Manuscript:
    return compose_pack_cover(of, layouts) if isinstance(of, PackPublication) else compose_briefing_cover(of, layouts)


def _subsets(b: Builder, job: EpubJob, of: Publication | PackPublication, layouts: Layouts) -> tuple[SubsetFont, ...]:
    """The subset fonts of a book; a pack has those of the screen edition, as each of its briefings has."""

    def characters(face: FontFace) -> frozenset[int]:
        asked = "characters", face.package, face.file
        return b.store.remember(
            "pipeline.compose.design.book_fonts", asked, frozenset[int], lambda: characters_of(face)
        )

    chapters = [bound.chapter for bound in job.chapters]
    words = (job.metadata.title, *job.identity.statuses, job.identity.marking, *(chapter.title for chapter in chapters))
    fonts = font_set(of.imprint, layouts)
    lacking = letters_used(chapters, words) - letters_of(fonts.text.faces, characters)
    if any(letter.isprintable() for letter in lacking):
        fonts = fonts.for_text("".join(sorted(lacking)), of.imprint)
    return fonts_of_book(chapters, words, fonts.book_faces, job.style, characters, fonts.head_faces)
