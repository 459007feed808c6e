"""Content of which no words can be made, put in by a reviewer: links say where they lead."""

import pytest

from pipeline.services.importing.docx_package import R, W, parse_xml
from tests.support.word.reviewing import DANA, ReviewedFile
from tests.support.word.texts import accepted, back, sent

TEXT = "Officers walk slowly.\n"
ADDRESS = "https://example.org/walks?a=1"
SPACES = f'xmlns:w="{W[1:-1]}" xmlns:r="{R[1:-1]}"'


def put_in(document: ReviewedFile, xml: str) -> None:
    """Put XML that somebody tracked behind the words of the text."""
    made = parse_xml(f"<x {SPACES}>{xml}</x>".encode())
    document.paragraph("Officers").append(document.tracked("ins", DANA, *made))


def leads_to(document: ReviewedFile, address: str) -> None:
    """Give the document a link to an address."""
    name = "word/_rels/document.xml.rels"
    link = f'<Relationship Id="rId99" Type="hyperlink" Target="{address}" TargetMode="External"/></Relationships>'
    document.parts[name] = document.parts[name].replace(b"</Relationships>", link.encode())


def text(words: str) -> str:
    """A run of some words."""
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def field(instructions: str, words: str) -> str:
    """A field as Word writes it, its instructions in two runs."""
    parts = instructions[:9], instructions[9:]
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>' for part in parts)
    return begin + runs + separate + text(words) + end


STRANGE = {
    "link": (f'<w:hyperlink r:id="rId99">{text(" the walks")}</w:hyperlink>', "a link", f"the walks ({ADDRESS})"),
    "place": (f'<w:hyperlink w:anchor="top">{text(" the top")}</w:hyperlink>', "a link", "the top (#top)"),
    "field": (field(f' HYPERLINK "{ADDRESS}" ', " the walks"), "a link", f"the walks ({ADDRESS})"),
    "bare": (field(f" HYPERLINK {ADDRESS} ", f" {ADDRESS}"), "a link", ADDRESS),
    "simple": (
        *(f'<w:fldSimple w:instr="HYPERLINK {ADDRESS}">{text(" here")}</w:fldSimple>', "a link"),
        f"here ({ADDRESS})",
    ),
    "citation": (
        *(field(" ADDIN ZOTERO_ITEM CSL_CITATION {}", " (Hughes, 2018)"), "a citation"),
        "(Hughes, 2018)",
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_link_says_where_it_leads(name: str) -> None:
    """Its words are a proposal like any other; it is told that they were more than words."""
    xml, what, said = STRANGE[name]
    document = sent(TEXT)
    leads_to(document, ADDRESS)
    put_in(document, xml)
    returned = back(TEXT, document)
    (one,) = returned.remarks
    assert one.sentence == f"{DANA} (2026-05-04) inserted {what} after this."
    assert f"'{said}'" in one.hint
    assert len(returned.proposals) == 1


def test_a_sign_of_a_font_of_signs_is_a_letter() -> None:
    document = sent(TEXT)
    put_in(document, '<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>' + text(" fast"))
    returned = back(TEXT, document)
    assert (accepted(returned), returned.remarks) == ("Officers walk slowly.→ fast\n", ())
