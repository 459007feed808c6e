"""PDF/UA-2 and PDF/A-4 on request: the tags of PDF 2.0, and links that lead to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.bind.pdf.briefing import bind_pdf
from pipeline.bind.pdf.pack import bind_pack, folios, pack_stamps
from pipeline.bind.stamps.running import briefing_stamps
from pipeline.model.claim import Attachment, Claim
from pipeline.model.manuscript import Bookmark
from pipeline.model.sheets import Section, Sheets
from pipeline.pdf.tree import HEADED, PLACES, number_tree, walk
from pipeline.press.press import press
from tests.support.bind.sheets import DAY, LIGHTING, PACK, PATROL, RECORD, sections, stamps
from tests.support.press.manuscripts import HEAD, manuscript, metadata, paragraphs, table

CLAIM = Claim("ua-2")
NAMESPACE = "http://iso.org/pdf2/ssn"
NOTE = "float: footnote"
BODY = f"""{HEAD}
<nav role="doc-toc" aria-label="Contents"><ol><li><a href="#findings">Findings</a></li></ol></nav>
<p id="call">Lamps were mended<a id="c1" href="#n1" role="doc-noteref">1</a><span class="note" id="n1"
role="doc-footnote"><a href="#c1" role="doc-backlink">1</a> On some streets.</span> and left dark.</p>
<h2 id="findings">Findings</h2>{table(3)}{paragraphs(20)}
<figure id="f"><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="A plan">
<rect width="9" height="9"/></svg><figcaption id="fc">A plan of the streets</figcaption></figure>
<dl><dt>Lamp</dt><dd>a light</dd></dl>
<ul id="refs"><li id="ref-hart">Hart and others, 2019</li></ul>
"""
MARKS = (Bookmark(1, "title", "Street lighting"), Bookmark(2, "findings", "Findings"))


@pytest.fixture(scope="module")
def sheets() -> Sheets:
    """The sheets of a briefing with all that PDF 2.0 tags in another way."""
    return press(
        manuscript(
            BODY,
            ".note { float: footnote } .note::footnote-call, .note::footnote-marker { content: none }",
            bookmarks=MARKS,
        )
    )


@pytest.fixture(scope="module")
def briefing(sheets: Sheets) -> bytes:
    """The bound briefing."""
    lines = stamps(briefing_stamps(LIGHTING, DAY, sheets.pages))
    return bind_pdf(sheets, metadata(), LIGHTING, DAY, lines, {}, claim=CLAIM)


@pytest.fixture(scope="module")
def pack(sheets: Sheets) -> bytes:
    """It and another, bound after front matter with contents."""
    front, _, patrol = sections()
    firsts = folios([front.sheets.pages, sheets.pages, patrol.sheets.pages])
    bound = (
        front,
        Section("lighting", "Street lighting", sheets, firsts[1], "briefing", LIGHTING),
        replace(patrol, first=firsts[2], identity=PATROL),
    )
    lines = stamps(pack_stamps(bound, PACK, DAY))
    return bind_pack(bound, PACK, RECORD, DAY, lines, {}, claim=CLAIM)


def elements(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """The tags of a type."""
    return [element for element in walk(pdf.Root.StructTreeRoot.K[0]) if str(element.S) == f"/{kind}"]


def leads(pdf: pikepdf.Pdf) -> Iterator[tuple[Any, Any]]:
    """Every link within the file: its annotation and the tag it leads to."""
    for page in pdf.pages:
        for link in page.obj.get("/Annots", ()):
            assert "/Dest" not in link
            if pikepdf.Name.GoTo == link.A.S:
                yield link, link.A.SD[0]


def bookmarks(item: Any) -> Iterator[Any]:
    """A bookmark and those after and below it."""
    while item is not None:
        yield item
        yield from bookmarks(item.get("/First"))
        item = item.get("/Next")


def test_the_file_is_pdf_2(briefing: bytes) -> None:
    """It says so, and has no information dictionary (ISO 19005-4, 6.1.3)."""
    assert briefing.startswith(b"%PDF-2.0\n")
    with pikepdf.open(BytesIO(briefing)) as pdf:
        assert "/Info" not in pdf.trailer
        with pdf.open_metadata() as xmp:
            said = [xmp.get(name) for name in ("pdfaid:part", "pdfaid:rev", "pdfuaid:part", "pdfuaid:rev")]
            assert said == ["4", "2020", "2", "2024"]
            assert "pdfaid:conformance" not in xmp


def test_tags_of_pdf_2_are_in_its_namespace(briefing: bytes) -> None:
    """Those that only PDF 1.7 has are in none, which is that of PDF 1.7."""
    with pikepdf.open(BytesIO(briefing)) as pdf:
        (space,) = pdf.Root.StructTreeRoot.Namespaces
        assert str(space.NS) == NAMESPACE
        for kind in ("Document", "P", "H2", "Table", "TH", "Figure", "Caption", "FENote", "Sect"):
            found = elements(pdf, kind)
            assert found, kind
            assert all(str(element.NS.NS) == NAMESPACE for element in found)
        for kind in ("TOC", "TOCI"):
            assert not any("/NS" in element for element in elements(pdf, kind))
        assert elements(pdf, "Note") == []
        assert pdf.Root.StructTreeRoot.RoleMap == pikepdf.Dictionary(FENote=pikepdf.Name.Note)


def test_links_and_bookmarks_lead_to_tags_and_to_pages(briefing: bytes) -> None:
    """Readers that know no tags find the page (ISO 32000-2, 12.3.2.3)."""
    with pikepdf.open(BytesIO(briefing)) as pdf:
        found = {str(link.A.D): str(target.S) for link, target in leads(pdf)}
        assert found == {"findings": "/H2", "n1": "/FENote", "c1": "/P", "ref-hart": "/LI"}
        items = list(bookmarks(pdf.Root.Outlines.First))
        assert [str(item.A.SD[0].S) for item in items] == ["/H1", "/H2"]
        assert all(isinstance(item.A.D[0], pikepdf.Dictionary) for item in items)
        assert PLACES not in pdf.Root
        assert HEADED not in pdf.Root


def test_notes_calls_and_contents_name_what_they_refer_to(briefing: bytes) -> None:
    """ISO 14289-2, 8.2.5.8 and 8.2.5.14."""
    with pikepdf.open(BytesIO(briefing)) as pdf:
        (note,) = elements(pdf, "FENote")
        (call,) = note.Ref
        assert call.Ref[0].objgen == note.objgen
        assert str(note.A.NoteType) == "/Footnote"
        (entry,) = elements(pdf, "TOCI")
        assert entry.Ref[0].objgen == elements(pdf, "H2")[0].objgen


def test_labels_of_definitions_and_captions_stand_as_pdf_2_wants_them(briefing: bytes) -> None:
    """A list with labels is numbered in some way; a figure with its caption is a section."""
    with pikepdf.open(BytesIO(briefing)) as pdf:
        (definitions,) = (e for e in elements(pdf, "L") if str(e.A.ListNumbering) == "/Description")
        assert str(definitions.K[0].K[0].S) == "/Lbl"
        captions = [str(caption.P.S) for caption in elements(pdf, "Caption")]
        assert captions == ["/Table", "/Sect"]


def test_a_pack_leads_to_the_tags_of_each_briefing(pack: bytes) -> None:
    """A briefing as a whole is its part."""
    with pikepdf.open(BytesIO(pack)) as pdf:
        found = {str(link.A.D): target for link, target in leads(pdf)}
        assert str(found["lighting"].S) == "/Part"
        assert str(found["lighting"].T) == "Street lighting"
        assert str(found["lighting.n1"].S) == "/FENote"
        owners = dict(number_tree(pdf.Root.StructTreeRoot.ParentTree))
        assert all(int(link.StructParent) in owners for link, _ in leads(pdf))
        tops = [str(item.A.SD[0].S) for item in bookmarks(pdf.Root.Outlines.First)]
        assert tops.count("/Part") == 2
        assert "/Document" not in tops


def test_with_attachments_it_is_pdf_a_4f(sheets: Sheets) -> None:
    """PDF/A-4 alone may hold no other files."""
    claim = Claim("ua-2", (Attachment("a.md", "text/markdown", "Source", "Source", "", b"# A\n"),))
    lines = stamps(briefing_stamps(LIGHTING, DAY, sheets.pages))
    with pikepdf.open(BytesIO(bind_pdf(sheets, metadata(), LIGHTING, DAY, lines, {}, claim=claim))) as pdf:
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("4", "F")
        assert list(pdf.attachments) == ["a.md"]
    assert claim.standards == ("PDF/UA-2", "PDF/A-4f")


@pytest.mark.proof
@pytest.mark.parametrize("flavour", ["ua2", "4"])
def test_verapdf_finds_nothing(flavour: str, briefing: bytes, pack: bytes, tmp_path: Path) -> None:
    """The only validator of PDF/UA-2 here."""
    vera = pytest.importorskip("pipeline.proof.validators.vera")
    call = vera.command()
    if not call:
        pytest.skip("veraPDF is missing: 'make proof' brings it")
    files = {name: tmp_path / name for name in ("briefing.pdf", "pack.pdf")}
    files["briefing.pdf"].write_bytes(briefing)
    files["pack.pdf"].write_bytes(pack)
    assert vera.judged(call, files, flavour) == {"briefing.pdf": (), "pack.pdf": ()}
