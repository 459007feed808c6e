"""White space at the foot of a page whose text continues is reported with the thing that was moved."""

from dataclasses import replace

import pytest

from pipeline.bind.pdf.pack import first_folios
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.sheets import Section
from pipeline.press.press import press
from pipeline.proof.expected_content import ProofJob, expected_pack
from tests.support.bind.sheets import COVER, DAY, LIGHTING, PACK, RECORD, pack
from tests.support.press.manuscripts import FACES, STYLE, paragraphs, picture, table
from tests.support.proof.holes import LINES, TABLE, finished, holed, holes

PICTURE = picture('<rect width="50" height="50" fill="#ddd"/>')
SHOWN = f'<img alt="Reports fell" src="asset:{PICTURE.sha256}"/>'


@pytest.mark.parametrize(
    ("body", "pushed"),
    [
        (TABLE, "the table 'Findings'"),
        (f'<figure id="f" class="whole">{SHOWN}<figcaption id="c">Fig</figcaption></figure>', "the figure 'Fig'"),
        ('<div class="whole"><h2 id="h">Costs</h2><p id="p" class="tall">More.</p></div>', "the heading 'Costs'"),
        ('<aside id="a" role="note" class="whole"><p id="p" class="tall">Beware.</p></aside>', "the box 'Beware.'"),
        (
            '<div class="whole tall"><ul id="u"><li id="i">One</li><li id="j">Two</li></ul></div>',
            "the list '• One • Two'",
        ),
        (f'<p id="p" class="whole tall">{"Many lamps were lit. " * 9}</p>', "the text 'Many lamps"),
    ],
)
def test_a_hole_is_reported_with_what_begins_the_next_page(body: str, pushed: str) -> None:
    (remark,) = holes(finished(holed(LINES + body, "", PICTURE)))
    assert (remark.place.path, remark.place.line) == ("x.pdf", 1)
    assert f"per cent of this page is empty: {pushed}" in remark.sentence


def test_the_share_is_of_the_height_of_the_text() -> None:
    (remark,) = holes(finished(holed()))
    assert 35 < int(remark.sentence.split()[0]) < 55


@pytest.mark.parametrize(
    ("body", "style"),
    [
        pytest.param(paragraphs(20) + table(30), "", id="a page that is full, and a table that breaks"),
        pytest.param(LINES, "", id="the last page"),
        pytest.param(paragraphs(9) + TABLE, "", id="little room left"),
        pytest.param(LINES + TABLE, "#w { break-before: page }", id="a page that is ended on purpose"),
    ],
)
def test_full_pages_have_no_hole(body: str, style: str) -> None:
    assert holes(finished(holed(body, style))) == []


def noted(body: str) -> str:
    """A text with a note at the foot of its first page, called in the second paragraph."""
    note = '<aside role="doc-footnote" class="footnote" id="fn-1"><p id="n">Not on Sundays.</p></aside>'
    call = '<a role="doc-noteref" class="noteref" id="fnref-1" href="#fn-1">1</a>'
    return body.replace("Paragraph 2.", f"Paragraph 2.{call}", 1) + note


def test_a_hole_above_notes_is_one() -> None:
    style = "@page { @footnote { border-top: 1pt solid; padding-top: 5pt } } .footnote { float: footnote }"
    style += "::footnote-call, ::footnote-marker { content: none }"
    assert len(holes(finished(holed(noted(LINES + TABLE), style)))) == 1
    assert holes(finished(holed(noted(paragraphs(20)), style))) == []


def bound(apart: frozenset[str] = frozenset()) -> ProofJob:
    """A pack: matter of two chapters, the first of which is short, and a text that has a hole."""
    contents = f'<h1 id="heading">Contents</h1>{paragraphs(2)}'
    chapters = (Chapter("cover", "Cover", COVER), Chapter("contents", "Contents", contents))
    front, text = Manuscript("pack", chapters, RECORD, STYLE, "", "", FACES), holed()
    sheets = press(front), press(text)
    firsts = first_folios([sheet.pages for sheet in sheets])
    parts = (
        Section("front", "Front matter", sheets[0], firsts[0], "front"),
        Section("lighting", "Street lighting", sheets[1], firsts[1], "briefing", LIGHTING),
    )
    promise = expected_pack(parts, {"front": front, "lighting": text}, PACK, DAY, apart=apart)
    return ProofJob("pack.pdf", pack(of=parts, claim=None), promise=promise)


def test_a_chapter_of_matter_begins_on_a_page_of_its_own() -> None:
    job = bound()
    assert job.promise
    front, *others = job.promise.passages
    as_one_chapter = replace(job.promise, passages=(replace(front, chapters=front.chapters[:1]), *others))
    assert [remark.place.line for remark in holes(job)] == [3]
    assert [remark.place.line for remark in holes(replace(job, promise=as_one_chapter))] == [1, 3]


def test_a_hole_of_a_briefing_is_reported_in_its_own_file() -> None:
    assert holes(bound(frozenset({"lighting"}))) == []
