"""Numbered copies of a PDF: forms exchanged in the file, or the file saved anew where that cannot be."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.bind.chapters import ReflowingChapter
from pipeline.bind.late_fields import rebuild_copy
from pipeline.bind.pdf.pack import list_pack_stamps
from pipeline.bind.pdf.written_file import normalise_pdf, save_exact_version
from pipeline.bind.running_lines import FieldReplacement, FieldValues, list_copy_stamps
from pipeline.build.formats import EpubJob, PackJob, PackPageJob, TextJob, bind, exchange
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.formats import Format, PdfVariant
from pipeline.model.manuscript import Chapter, StampText
from pipeline.model.sheets import PageStart
from tests.bind import masters as toys
from tests.support.bind import books
from tests.support.bind.profiles import toy_profile
from tests.support.bind.sheets import DAY, PACK, RECORD, sections, stamps
from tests.support.pixels import drawn
from tests.support.words import ENGLISH

BAR = b"0 g 20 20 5 10 re f"


def bound(variant: PdfVariant, copy: str, code: str) -> tuple[bytes, tuple[tuple[StampText, bytes], ...]]:
    """A small pack bound for a holder, and the stamps that say so."""
    front, *briefings = sections()
    parts, identity = (replace(front, cover=True), *briefings), replace(PACK, copy=copy, code=code)
    lines = stamps(list_pack_stamps(parts, identity, DAY, variant))
    copy_stamps = tuple((text, lines[text]) for text in list_copy_stamps(identity, DAY, variant) if text in lines)
    about: dict[str, Any] = {"metadata": RECORD, "identity": identity, "produced": DAY, "addresses": ()}
    job = PackJob(**about, stamps=tuple(lines.items()), variant=variant, profile=toy_profile(), sections=parts)
    return bind(job), copy_stamps


CODES = [("", ""), ("5ZK8D-R00YC", "5ZK8D-R07N1")]
"""Codes of a pack and of its copy, and none."""


@pytest.mark.parametrize(
    ("variant", "code", "copied"), [("screen", *CODES[1]), ("print", *CODES[0]), ("booklet", *CODES[1])]
)
def test_a_copy_is_as_if_bound_for_its_holder(variant: PdfVariant, code: str, copied: str) -> None:
    (master, _), (expected, copy_stamps) = (
        bound(variant, "No number", code),
        bound(variant, "Copy 7, held by Ann", copied),
    )
    after = FieldValues(DAY, "Copy 7, held by Ann", copy_stamps)
    job = FieldReplacement(master, variant, ENGLISH, FieldValues(DAY, "No number"), (after,), profile=toy_profile())
    assert exchange(job) == (expected,)
    assert drawn(rebuild_copy(job, after)) == drawn(expected)


@pytest.mark.parametrize(("code", "copied"), CODES)
@pytest.mark.parametrize("format", ["epub", "html", "text"])
def test_a_book_and_a_page_are_as_if_bound_for_their_holder(format: Format, code: str, copied: str) -> None:
    holder = "Copy 7, held by Ann's “Learning & Development” Unit, " + "Investigations and Enquiries, " * 4
    master, expected = reflowing(format, "No number", code), reflowing(format, holder, copied)
    before, after = (
        FieldValues(DAY, who, code=symbols and f"Code {symbols}")
        for who, symbols in (("No number", code), (holder, copied))
    )
    copies = exchange(FieldReplacement(master, format, ENGLISH, before, (after,)))
    assert copies == (expected,)
    with pytest.raises(TypesettingFailure):
        exchange(FieldReplacement(expected, format, ENGLISH, before, (after,)))


@pytest.mark.parametrize("format", ["epub", "html", "text"])
def test_a_file_of_before_there_were_codes_has_copies_without(format: Format) -> None:
    """An edition that was issued then is in the archive as it was."""
    before, after = (
        FieldValues(DAY, "No number", code="Code 5ZK8D-R00YC"),
        FieldValues(DAY, "Copy 7", code="Code 5ZK8D-R07N1"),
    )
    copies = exchange(FieldReplacement(reflowing(format, "No number", ""), format, ENGLISH, before, (after,)))
    assert copies == (reflowing(format, "Copy 7", ""),)


def reflowing(format: Format, copy: str, code: str) -> bytes:
    """A pack of a cover and a briefing that says whose it is."""
    cover = '<h1 id="title">Nights</h1><p id="b1" class="slot" data-slot="produced"></p>'
    front = ReflowingChapter(Chapter("cover", "Nights", cover, (), "frontmatter"), (PageStart(1, "title", 0),))
    about: dict[str, Any] = {
        "metadata": books.METADATA,
        "chapters": (front, ReflowingChapter(books.CHAPTER, books.STARTS, 3, identity=books.IDENTITY)),
        "style": "",
        "images": (books.FIGURE,),
        "identity": replace(PACK, copy=copy, code=code),
        "produced": DAY,
        "addresses": (),
        "layouts": books.layouts(),
    }
    if format == "text":
        return bind(TextJob(chapters=about["chapters"], identity=about["identity"], produced=DAY, addresses=()))
    return bind(EpubJob(**about) if format == "epub" else PackPageJob(**about))


def file(change: Callable[[Pdf], None] = lambda pdf: None) -> bytes:
    """A print file of bars that say that it has no number, changed."""
    with Pdf.open(BytesIO(toys.master())) as pdf:
        change(pdf)
        return normalise_pdf(save_exact_version(pdf))


def numbering(content: bytes, *copies: str) -> FieldReplacement:
    """Copies of a file: the bar of each is ten times as wide as its number says."""
    after = tuple(FieldValues(DAY, copy, toys.stamps(10 * int(copy[-1]))) for copy in copies)
    return FieldReplacement(content, "print", ENGLISH, FieldValues(DAY, "No number"), after)


def bar_elsewhere(pdf: Pdf) -> None:
    """Have the file hold the operators of a bar once more, for something else."""
    pdf.pages[1].obj.Resources.Properties.Odd = pdf.make_stream(BAR)


def font_of_another_kind(pdf: Pdf) -> None:
    """Have the bars use a font that is not compared with others."""
    font = Dictionary(BaseFont=Name.Odd, DescendantFonts=Array([Dictionary(FontDescriptor=Dictionary())]))
    for page in (pdf.pages[0], pdf.pages[2]):
        for form in page.obj.Resources.XObject.as_dict().values():
            form.Resources = Dictionary(Font=Dictionary(Odd=font))


@pytest.mark.parametrize("change", [bar_elsewhere, font_of_another_kind])
def test_a_copy_whose_places_are_not_sure_is_saved_anew(change: Callable[[Pdf], None]) -> None:
    """It shows and says the same, and whatever else the file holds stays. One knows nothing of those before it."""
    job, usual = numbering(file(change), "Copy 7", "Copy 3"), numbering(file(), "Copy 7", "Copy 3")
    copies = exchange(job)
    assert copies == tuple(rebuild_copy(job, after) for after in job.after)
    assert [drawn(copy) for copy in copies] == [drawn(copy) for copy in exchange(usual)]
    with Pdf.open(BytesIO(copies[0])) as pdf:
        assert b"<xmp:Label>Copy 7</xmp:Label>" in pdf.Root.Metadata.read_bytes()
        assert pdf.pages[1].obj.Resources.Properties.get("/Odd", Stream(pdf, BAR)).read_bytes() == BAR
        assert pdf.check_pdf_syntax() == []


def no_cover(pdf: Pdf) -> None:
    """Take the line from the cover."""
    del pdf.pages[0].obj.Resources.XObject


def no_label(pdf: Pdf) -> None:
    """Take the words from the record."""
    pdf.Root.Metadata = pdf.make_stream(b"<record/>", Type=Name.Metadata, Subtype=Name.XML)


@pytest.mark.parametrize(("change", "message"), [(no_cover, "The cover keeps no place"), (no_label, "The record")])
def test_a_file_that_lacks_a_place_has_no_copies(change: Callable[[Pdf], None], message: str) -> None:
    with pytest.raises(TypesettingFailure, match=message):
        exchange(numbering(file(change), "Copy 7"))
