"""A marked copy: one text for all formats, which says from which version to which it tells the changes."""

from dataclasses import replace

from lxml import etree

from pipeline.compose.changes.marked_text import compose_changes
from pipeline.model.body import Block, Body
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Amendment
from tests.support.compose import samples
from tests.support.compose.street_lamps import paragraph


def copy_of(old: Publication, new: Publication) -> Manuscript:
    """The marked copy of two."""
    return compose_changes(old, new, samples.layouts())


def with_body(*blocks: Block, version: str = "1.2") -> Publication:
    """The sample with a body of its own."""
    whole = samples.publication()
    return replace(whole, body=Body(blocks), identity=replace(whole.identity, version=version))


def tree(made: Manuscript) -> etree._Element:
    """The marked text."""
    return etree.fromstring(f"<body>{made.chapter.body}</body>")


def words(element: etree._Element | None) -> str:
    """The words of an element."""
    assert element is not None
    return " ".join("".join(map(str, element.itertext())).split())


def test_the_note_says_which_versions_and_why() -> None:
    old, new = with_body(paragraph("One.")), with_body(paragraph("Two."), version="2.0")
    fields = new.briefing.fields
    entry = Amendment(version="2.0", date="2024-05-01", kind="substantive", summary="Counted anew.")
    history = (*fields.history, entry)
    new = replace(new, briefing=replace(new.briefing, fields=fields.model_copy(update={"history": history})))
    note = tree(copy_of(old, new)).find(".//header/div[@id='marks-note']")
    assert words(note) == (
        "Changes from version 1.2 to 2.0. In total: no new passages; no passages removed; no passages moved; "
        "1 change within a passage. Marks in square brackets: ‘was’ comes before replaced words, which are struck "
        "through, and ‘now’ before the words that replace them, which are underlined. In print, a bar marks each line "
        "with a change. Changes to the line of dates and to ‘About this briefing’ are not marked. Version 2.0, "
        "1 May 2024. Changed in substance. Counted anew."
    )


def test_the_note_has_the_sum_and_the_marks_that_occur() -> None:
    old = with_body(paragraph("One lamp was mended."), paragraph("It was cheap to do."))
    new = with_body(
        paragraph("One lamp was mended."), paragraph("It was cheap to do."), paragraph("Two."), version="2.0"
    )
    note = words(tree(copy_of(old, new)).find(".//header/div[@id='marks-note']"))
    assert "1 new passage; no passages removed; no passages moved; no changes within passages." in note
    assert "‘new’" in note
    assert "‘was’" not in note


def test_dates_and_the_history_are_those_of_the_new_text_and_unmarked() -> None:
    old, new = with_body(paragraph("One.")), with_body(paragraph("One."), version="2.0")
    copy = tree(copy_of(old, new))
    assert "Version 2.0" in words(copy.find(".//div[@id='stamp']"))
    assert copy.find(".//section[@id='about']") is not None
    assert copy.findall(".//*[@class='said']") == []
    assert copy.findall(".//hr") == []


def test_every_block_has_an_id_and_none_twice() -> None:
    old = with_body(paragraph("One walked among the lamps."), paragraph("Two stood there."), paragraph("Three ran."))
    new = with_body(paragraph("Three ran."), paragraph("One walked among the lamps."), paragraph("Four sat."))
    ids = [str(element.get("id")) for element in tree(copy_of(old, new)).iter("p", "div", "h1", "h2", "section", "li")]
    assert "None" not in ids
    assert len(ids) == len(set(ids))
