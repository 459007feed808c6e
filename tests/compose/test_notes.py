"""Notes at the end of a text, and the ways between each and its calls."""

from lxml import etree

from pipeline.compose.page.body import set_blocks, set_notes
from pipeline.compose.page.chapter import ChapterContext
from pipeline.model.body import Footnote, FootnoteCall, Paragraph
from tests.support.compose.street_lamps import paragraph
from tests.support.words import ENGLISH


def page(*numbers: int, anchors_in: str = "") -> etree._Element:
    """A paragraph that calls notes of these numbers, and the notes."""
    chapter = ChapterContext("#000000", ENGLISH, anchors_in=anchors_in)
    called = set_blocks((Paragraph(tuple(FootnoteCall(f"n{number}", number) for number in numbers)),), chapter)
    written = set_notes(
        tuple(Footnote(f"n{number}", number, (paragraph("Note."),)) for number in dict.fromkeys(numbers)), chapter
    )
    return etree.fromstring(f"<body>{called}{written}</body>")


def ways(root: etree._Element, role: str) -> list[tuple[str | None, str | None, str | None]]:
    """Id, target and label of each link of a role."""
    return [(a.get("id"), a.get("href"), a.get("aria-label")) for a in root.findall(f".//a[@role='{role}']")]


def test_a_call_and_its_note_lead_to_each_other() -> None:
    root = page(1, 2)
    assert ways(root, "doc-noteref") == [("fnref-1", "#fn-1", None), ("fnref-2", "#fn-2", None)]
    assert ways(root, "doc-backlink") == [(None, "#fnref-1", "Back to note 1"), (None, "#fnref-2", "Back to note 2")]
    assert [note.get("id") for note in root.findall(".//aside[@role='doc-footnote']")] == ["fn-1", "fn-2"]


def test_a_note_that_is_called_again_leads_back_to_each_call() -> None:
    root = page(1, 1, 1)
    assert [identity for identity, _, _ in ways(root, "doc-noteref")] == ["fnref-1", "fnref-1-2", "fnref-1-3"]
    assert ways(root, "doc-backlink") == [
        (None, "#fnref-1", "Back to note 1"),
        (None, "#fnref-1-2", "Back to note 1, call 2"),
        (None, "#fnref-1-3", "Back to note 1, call 3"),
    ]


def test_a_note_leads_back_to_its_call_in_a_later_note() -> None:
    chapter = ChapterContext("#000000", ENGLISH)
    called = set_blocks((Paragraph((FootnoteCall("a", 1), FootnoteCall("b", 2))),), chapter)
    again = Paragraph((FootnoteCall("a", 1),))
    written = set_notes((Footnote("a", 1, (paragraph("Note."),)), Footnote("b", 2, (again,))), chapter)
    root = etree.fromstring(f"<body>{called}{written}</body>")
    assert [target for _, target, _ in ways(root, "doc-backlink")] == ["#fnref-1", "#fnref-1-2", "#fnref-2"]


def test_words_quoted_elsewhere_call_no_note_of_their_own() -> None:
    assert ways(page(1, anchors_in="briefing:lamps"), "doc-noteref") == [(None, "briefing:lamps#fn-1", None)]
