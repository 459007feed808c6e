"""Press and bindery alone, in processor seconds of a process that is warm.

How long it takes to press and tag a plain page, a rich text of three pages, and longer ones: the time should grow with
the pages and no faster. And how long it takes to bind the EPUB of each briefing of the sample, with the cover and the
type that a build gives it.
"""

import gc
import time
from datetime import date

from pipeline.bind.chapters import list_reflowing_chapters
from pipeline.build.formats import EpubJob, bind
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.cover import compose_briefing_cover
from pipeline.compose.design.faces import choose_book_fonts
from pipeline.compose.design.typeface import choose_fonts
from pipeline.core.pandoc import run_pandoc
from pipeline.core.text.fonts import read_font_licence
from pipeline.load.folders import read_layouts
from pipeline.load.library import load_library, read_files
from pipeline.model.formats import Layouts, Order
from pipeline.model.manuscript import BookFont, EpubAssets, FontLicence, Manuscript
from pipeline.model.publication import Publication
from pipeline.press.press import draw_cover, press, subset_font
from pipeline.resolve.citations.citeproc import format_documents
from pipeline.resolve.resolve import ResolveResources, resolve
from tests.support.press.lengths import plain, rich
from tests.support.project import ROOT
from tests.support.words import WORDBOOK

PRODUCED = date(2026, 4, 26)


def pressing() -> list[str]:
    """CPU seconds of press and tags in a warm process, set up as a worker is: the best of some runs."""
    gc.set_threshold(50_000, 20, 100)  # as of workers
    cases = (
        ("press, plain", plain(), 5, "< 0.1"),
        ("press, rich", rich(), 5, "< 0.2"),
        *((f"press, rich {times} times", rich(times), 2, "") for times in (10, 29)),
    )
    lines = []
    for name, text, runs, target in cases:
        press(text)
        took = []
        for _ in range(runs):
            start = time.process_time()
            pages = press(text).pages
            took.append(time.process_time() - start)
        best = min(took)
        lines.append(f"{name:28}{best:8.3f} s  {target:6}  {pages} pages, {best / pages:.3f} s each")
    return lines


def binding() -> list[str]:
    """CPU seconds of binding the EPUBs of the sample's briefings in a warm process: the best of some runs."""
    library, _ = load_library(read_files(ROOT))
    layouts = read_layouts(ROOT, ROOT / "layouts")
    order = Order((), ("epub",), PRODUCED)
    resources = ResolveResources(
        lambda asked: format_documents(asked, run_pandoc), layouts.styles, frozenset(), WORDBOOK
    )
    resolution = resolve(library, order, resources)
    lines = []
    for publication in resolution.publications:
        job = _book(publication, layouts)
        bind(job)
        took = []
        for _ in range(7):
            start = time.process_time()
            made = bind(job)
            took.append(time.process_time() - start)
        lines.append(f"{'EPUB, ' + publication.id:32}{min(took):6.3f} s  < 0.04  {len(made):,} bytes")
    return lines


def _book(publication: Publication, layouts: Layouts) -> EpubJob:
    """The job of binding a briefing's EPUB as a build has it: its pages known, its cover drawn, its type cut."""
    text = compose_briefing(publication, layouts)
    return EpubJob(
        metadata=text.metadata,
        chapters=list_reflowing_chapters(text, press(text).starts),
        style=text.epub_style,
        images=text.images,
        identity=publication.identity,
        produced=PRODUCED,
        addresses=(),
        layouts=layouts,
        assets=_assets(publication, text, layouts),
    )


def _assets(publication: Publication, text: Manuscript, layouts: Layouts) -> EpubAssets:
    cuts = choose_book_fonts(
        text.chapters, (text.metadata.title,), choose_fonts(publication.imprint, layouts).faces, text.epub_style
    )
    fonts = tuple(BookFont(cut.family, cut.face.weight, cut.face.italic, subset_font(cut)) for cut in cuts)
    packages = dict.fromkeys(cut.face.package for cut in cuts)
    licences = tuple(FontLicence(package, read_font_licence(package)) for package in packages)
    return EpubAssets(draw_cover(compose_briefing_cover(publication, layouts)).picture, fonts, licences)
