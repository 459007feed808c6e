"""The document for comment: what reviewers may change, what is locked, and what ties it to its source."""

import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import docx
import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.library import sort_source_files
from pipeline.services.comments.units import read_bookmark
from pipeline.services.importing.docx_package import Element, W, parse_xml, property_value
from tests.support.libraries import here, written
from tests.support.project import Said
from tests.support.word.rounds import FILES, TEXT

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the one briefing, of which a document was made."""
    root = written(tmp_path_factory.mktemp("round"), FILES)
    assert here(root, "comment", "walks").code == 0
    return root


@pytest.fixture(scope="module")
def sent(project: Path) -> bytes:
    """Its document."""
    return (project / "output/comment/walks.docx").read_bytes()


def text_of(document: bytes) -> Element:
    """The XML of a document's text."""
    return parse_xml(zipfile.ZipFile(io.BytesIO(document)).read("word/document.xml"))


def words_in(element: Element) -> str:
    """The words of an element."""
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def locked_in(element: Element) -> list[str]:
    """The words of each control that cannot be edited."""
    controls = [one for one in element.iter(f"{W}sdt") if property_value(one, "sdtPr/lock") == "sdtContentLocked"]
    return [words_in(one) for one in controls]


def test_the_command_writes_the_document_and_keeps_the_source(project: Path, briefings: Run) -> None:
    said = briefings(project, "comment", "walks")
    digest = sha256(TEXT.encode()).hexdigest()
    copy = f"source/sent/walks/{digest[:16]}.md"
    assert said.out == f"Written: {copy}\nWritten: output/comment/walks.docx\n"
    assert (project / copy).read_text("utf-8") == TEXT
    assert (project / "source/sent/.gitattributes").read_text("utf-8").endswith("* -text\n")
    diagnostics = Diagnostics()
    sort_source_files({copy: b""}, diagnostics)
    assert diagnostics.remarks == ()
    core = docx.Document(str(project / "output/comment/walks.docx")).core_properties
    assert (core.title, core.identifier) == ("Foot patrol", f"briefing:walks:sha256:{digest}")


def test_what_is_no_word_of_the_text_is_locked(sent: bytes) -> None:
    root = text_of(sent)
    locked = locked_in(root)
    assert locked[:4] == ["Foot patrol", "What walking does.", "Key finding", "Walking helps."]
    found = ["(Hughes and others, 2018, page 12)", "[1]", "the walks", "Table 1", "x^2", "Table 1", "Figure 1"]
    assert [words for words in locked if words in found] == found
    assert {"walk --far", "y = 2", "[1] An hour is long."} <= set(locked)
    assert [words for words in locked if words.startswith("OutcomeWhat studies found")] == [
        "OutcomeWhat studies foundCrimeFavourable (24 studies)"
    ]
    assert not any("small" in words or "Mind" in words or "Park" in words for words in locked)
    settings = parse_xml(zipfile.ZipFile(io.BytesIO(sent)).read("word/settings.xml"))
    assert settings.find(f"{W}trackRevisions") is not None
    assert [zoom.get(f"{W}percent") for zoom in settings.iter(f"{W}zoom")] == ["100"]


def test_every_paragraph_has_a_hidden_bookmark(sent: bytes) -> None:
    root = text_of(sent)
    marks = [str(mark.get(f"{W}name")) for mark in root.iter(f"{W}bookmarkStart")]
    assert len(set(marks)) == len(marks) > 30
    assert all(read_bookmark(name) for name in marks)
    bare = [p for p in root.iter(f"{W}p") if next(p.iter(f"{W}bookmarkStart"), None) is None]
    assert not any(words_in(paragraph) for paragraph in bare)
    numbers = [one.get(f"{W}id") for one in root.iter(f"{W}bookmarkStart")]
    assert len(set(numbers)) == len(numbers)


def test_paragraphs_have_the_styles_of_what_they_are(sent: bytes) -> None:
    document = docx.Document(io.BytesIO(sent))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    wanted = {
        **{"What it is": "Heading 1", "walk slowly": "List Bullet", "third": "List Number", "Beat": "Term"},
        **{"Mind": "Caution box", "Nobody walked at night.": "Caution box", "Where they walk.": "Caption"},
        **{"Said a walker, at night.": "Quote", "A walk that is walked again.": "List Continue"},
    }
    assert {words: styles[words] for words in wanted} == wanted
    assert [[cell.text for cell in row.cells] for row in document.tables[-1].rows] == [
        *(["Place", "Walks"], ["Park", "3 | more"], ["Shops", "5"])
    ]
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert bold == ["often"]


def test_a_numbered_list_begins_where_its_source_does(sent: bytes) -> None:
    parts = zipfile.ZipFile(io.BytesIO(sent))
    third = next(p for p in text_of(sent).iter(f"{W}p") if words_in(p) == "third")
    number = property_value(third, "pPr/numPr/numId")
    lists = parse_xml(parts.read("word/numbering.xml"))
    own = next(one for one in lists.iter(f"{W}num") if one.get(f"{W}numId") == number)
    assert property_value(own, "lvlOverride/startOverride") == "3"


def test_status_and_marking_stand_on_every_page(tmp_path: Path) -> None:
    text = TEXT.replace("summary:", "marking: {tier: OFFICIAL, sensitive: true}\nsummary:", 1)
    root = written(tmp_path, {**FILES, "briefings/walks.md": text})
    assert here(root, "comment", "walks").code == 0
    section = docx.Document(str(root / "output/comment/walks.docx")).sections[0]
    said = [place.paragraphs[0].text for place in (section.header, section.footer)]
    assert said == ["DRAFT · OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"]
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side] == [210, 297]


def test_a_briefing_that_is_not_there_is_told(project: Path, briefings: Run) -> None:
    said = briefings(project, "comment", "walsk")
    assert (said.code, "Did you mean 'walks'?" in said.err) == (2, True)
    assert [path.name for path in (project / "output/comment").iterdir()] == ["walks.docx"]
