"""One case of every code of finished files: a remark truly made, by the check itself, of a file that is broken so.

`tests/codes/test_codes.py` holds them against the examples that `briefings explain` gives.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from pikepdf import Name, Pdf

from pipeline.bind.running_lines import briefing_running_lines
from pipeline.build.checks import remark_missing_validator
from pipeline.build.formats import PdfJob
from pipeline.build.recipes import FileRecipe, stamp_remarks
from pipeline.cli.build import slow_engine_remarks
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.environment import EngineMode
from pipeline.core.messages import catalogue
from pipeline.model.formats import Asset
from pipeline.press.press import press
from pipeline.proof import validators
from pipeline.proof.expected_content import ExpectedContent, ProofJob
from pipeline.proof.inspection import check_epub, check_pdf
from pipeline.proof.listening import check_pdf_with_tools
from pipeline.proof.print_checks import check_print_pdf
from pipeline.resolve.citations.fill import partly_confirmed_works
from pipeline.resolve.reading import view_briefings
from pipeline.services.colleges.print_job import check_print_order
from tests.support.bind.sheets import DAY, LIGHTING, stamps
from tests.support.editions import pinned_packs, print_jobs, takers
from tests.support.load import metadata_pictures
from tests.support.press.manuscripts import asset, manuscript, metadata
from tests.support.press.wide_tables import REFLOW, wide
from tests.support.proof import broken_epubs as books
from tests.support.proof import broken_pdfs as pdfs
from tests.support.proof import broken_prints
from tests.support.proof.holes import finished, holed, holes
from tests.support.proof.more_broken_epubs import MORE
from tests.support.proof.rich_briefing import made, rich
from tests.support.resolve.kept_versions import FILES, loaded

Remarks = Iterable[Diagnostic]
Case = Callable[[], Remarks]


def pressed(body: str, style: str = "", *images: Asset) -> Remarks:
    """Remarks of the press on a small text."""
    return press(manuscript(f'<h1 id="title">Lamps</h1>{body}', style, images)).remarks


def covered() -> Remarks:
    """A text whose words stand where a running line is laid over them."""
    body = '<h1 id="title">Lamps</h1><p id="moved">Moved words</p>'
    sheets = press(manuscript(body, "#moved { position: absolute; top: -18mm; left: 50mm }"))
    laid = stamps(line for page in briefing_running_lines(LIGHTING, DAY, sheets.pages) for line in page)
    job = PdfJob(
        sheets=sheets, metadata=metadata(), identity=LIGHTING, produced=DAY, stamps=tuple(laid.items()), addresses=()
    )
    return stamp_remarks(FileRecipe("briefings/lighting/lighting.pdf", "briefings/lighting", "screen", 1, "", job))


def in_pdf(break_: pdfs.Break) -> Remarks:
    """A PDF that was broken after it was bound."""
    job = rich()
    return check_pdf(replace(job, content=pdfs.broken(job.content, break_)))


def heard(break_: pdfs.Break) -> Remarks:
    """A broken PDF before the judges that others wrote."""
    job = rich()
    return check_pdf_with_tools(replace(job, content=pdfs.broken(job.content, break_)))


def held_to(change: Callable[[ExpectedContent], ExpectedContent]) -> Remarks:
    """A sound PDF that should say something else."""
    job = rich()
    assert job.promise is not None
    return check_pdf(replace(job, promise=change(job.promise)))


def other_words(old: str, new: str) -> Callable[[ExpectedContent], ExpectedContent]:
    """A text that says something else."""

    def change(promise: ExpectedContent) -> ExpectedContent:
        (passage,) = promise.passages
        (chapter,) = passage.chapters
        assert old in chapter.body
        chapter = replace(chapter, body=chapter.body.replace(old, new, 1))
        return replace(promise, passages=(replace(passage, chapters=(chapter,)),))

    return change


def called(promise: ExpectedContent, **changes: object) -> ExpectedContent:
    """A text that is called something else on its pages."""
    (passage,) = promise.passages
    identity = replace(passage.identity, **changes)  # type: ignore[arg-type]
    return replace(promise, passages=(replace(passage, identity=identity),))


def a_letter_unknown(pdf: Pdf) -> None:
    """Fonts that do not say that one of their glyphs is a k."""
    for font in pdfs.holders(pdf, "/ToUnicode"):
        font.ToUnicode.write(re.sub(rb"<[0-9a-f]{4}> <006b>\n", b"", font.ToUnicode.read_bytes()))


def photographed() -> Remarks:
    """A PDF with a photograph as it came from the camera."""
    pdf, out = Pdf.new(), io.BytesIO()
    pdf.add_blank_page()
    said = {"Subtype": Name.Image, "Filter": Name.DCTDecode, "Width": 24, "Height": 16}
    pdf.pages[0].obj.Photograph = pdf.make_stream(metadata_pictures.jpeg(), **said)
    pdf.save(out)
    return check_pdf(ProofJob("x.pdf", out.getvalue()))


def in_book(break_: books.Break) -> Remarks:
    """A book that was broken after it was bound."""
    return check_epub(ProofJob("x.epub", books.broken(made().book, break_)))


def on_paper(wrong: broken_prints.Wrong) -> Remarks:
    """A file for the printer that was broken."""
    with Pdf.open(io.BytesIO(broken_prints.whole())) as pdf:
        wrong(pdf)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return check_print_pdf(out.getvalue(), "print.pdf")


PHOTO = asset(b"\x89PNG\r\n\x1a\nnothing more", "photo.png", "image/png")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="9" height="9"/>'

_PRESSED: dict[str, Case] = {
    "made-slow": lambda: slow_engine_remarks(EngineMode("fast", {"weasyprint": "70.1", "pydyf": "0.13.0"})),
    "made-refused": partial(pressed, '<p id="a"><img src="https://example.org/map.png" alt="A map"/></p>'),
    "made-missing-glyph": partial(pressed, '<p id="a">Some 漢 here.</p>'),
    "made-style": partial(pressed, '<p id="a">Lamps.</p>', "p { colour: red }"),
    "made-picture": partial(pressed, f'<p id="a"><img src="asset:{PHOTO.sha256}" alt="A lamp"/></p>', "", PHOTO),
    "made-no-alt": partial(pressed, f'<p id="a">{DRAWING}</p>'),
    "made-engine-error": partial(pressed, '<p id="a"><img src="../map.png" alt="A map"/></p>'),
    "made-off-page": partial(pressed, f'<p id="a">{"lamp-" * 40}</p>', "p { white-space: nowrap }"),
    "made-word-broken": partial(
        pressed, '<p id="a">the Counterrevolutionaries came</p>', "p { width: 60pt; overflow-wrap: anywhere }"
    ),
    "made-table-blocks": partial(pressed, wide(9, "Counterrevolutionaries"), REFLOW),
    "made-stamp-covers": covered,
}
_PDFS: dict[str, Case] = {
    "proof-tags": partial(in_pdf, pdfs.no_tags),
    "page-hole": lambda: holes(finished(holed())),
    "proof-glyph": partial(in_pdf, a_letter_unknown),
    "proof-words": partial(held_to, other_words("same streets", "same roads")),
    "proof-differs": partial(in_pdf, pdfs.heading_skipped),
    "proof-foot": partial(held_to, partial(called, version="1.1")),
    "proof-picture-notes": photographed,
    "proof-standard": partial(heard, pdfs.silent_links),
    "proof-aloud": partial(heard, pdfs.picture_without_words),
    "proof-aloud-doubt": partial(heard, pdfs.untagged_mark),
    "proof-validator-missing": lambda: (remark_missing_validator("veraPDF", 3),),
    "proof-validator-broke": partial(validators.read_epubcheck_report, b"", "x.epub"),
}
_BOOKS: dict[str, Case] = {
    **{code: partial(in_book, break_) for break_, code in reversed(books.BREAKS.values())},
    **{code: partial(in_book, next(iter(found.values()))) for code, found in MORE.items()},
}
_PRINTS: dict[str, Case] = {
    said.partition(" ")[2]: partial(on_paper, wrong) for wrong, said in reversed(broken_prints.WRONG.values())
}
_ORDERED: dict[str, Case] = {
    "copies-order": lambda: check_print_order(print_jobs.job(house={}), print_jobs.DAY),
    "copies-no-delivery": print_jobs.undelivered,
    "copies-access": lambda: takers.told({"east": takers.EAST}, "access_needs_are_met"),
    "copies-work": partial(pinned_packs.told, pinned_packs.RETRACTED),
}


def partly() -> Remarks:
    """A text whose one work is only partly confirmed."""
    works = FILES["references/works.yaml"].replace("}", ", custom: {status: partly-confirmed}}")
    library = loaded(FILES | {"references/works.yaml": works})
    return partly_confirmed_works(view_briefings(library, DAY)["patrol"])


CASES: dict[str, Case] = {
    "reference-partly-confirmed": partly,
    **_BOOKS,
    **_PRINTS,
    **_PRESSED,
    **_PDFS,
    **_ORDERED,
}


def shown(code: str) -> tuple[str, str]:
    """The sentence of the first remark with a code, and its hint where the table has none that always holds."""
    remark = next(remark for remark in CASES[code]() if remark.code == code)
    return remark.sentence, remark.hint if "…" in catalogue()[code].advice else ""
