"""Whole parts of a document that pandoc passes over: taken over, or told."""

import io
import zipfile

import pytest

from tests.support.word.documents import docx, para, picture, run, table, text_box, zipped
from tests.support.word.imports import body_of, taken, told

TITLE = para("T", "Title")
LEFT = "import-left-out: Not taken over:"
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def linked(document: bytes, name: str, kind: str, target: str) -> bytes:
    """A document that links to something outside."""
    link = f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    links = parts(document)["word/_rels/document.xml.rels"].replace(b"</Relationships>", link.encode())
    return zipped(parts(document) | {"word/_rels/document.xml.rels": links})


def parts(document: bytes) -> dict[str, bytes]:
    """The files in a document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ('<w:altChunk r:id="rId5"/>', "a whole text of another kind after 'Before.'"),
        ('<w:p><w:subDoc r:id="rId5"/></w:p>', "a document that lies beside this one after 'Before.'"),
        (
            '<w:p><w:r><w:pict><v:shape><v:textpath string="Crime fell"/></v:shape></w:pict></w:r></w:p>',
            "words drawn as a picture: 'Crime fell'",
        ),
    ],
    ids=["another text", "another document", "WordArt"],
)
def test_what_stands_in_other_files_or_is_drawn_is_told(inside: str, what: str) -> None:
    made = taken(docx(TITLE, para("Before."), inside, para("After.")))
    assert body_of(made) == "Before.\n\nAfter."
    assert [line.split(" ", 1)[1] for line in told(made)] == [f"{LEFT} {what}."]


@pytest.mark.parametrize("kept", ["r:link", "r:embed"])
def test_a_picture_that_the_document_does_not_hold_is_told(kept: str) -> None:
    document = docx(TITLE, para("Look:"), para(inside=picture("rId5").replace("r:embed", kept)))
    made = taken(linked(document, "rId5", "image", "https://example.org/map.png"))
    assert told(made) == [f"3 {LEFT} a picture that is not kept in the document after 'Look:'."]


def test_notes_are_found_by_their_kind_of_link() -> None:
    """Some programs call their file otherwise, and leave another of the usual name."""
    document = docx(TITLE, para("Text", inside=NOTE), footnotes=f'<w:footnote w:id="2">{para("A note")}</w:footnote>')
    files = {name: content.replace(b"footnotes.xml", b"notes7.xml") for name, content in parts(document).items()}
    files["word/notes7.xml"] = files["word/footnotes.xml"]
    files["word/footnotes.xml"] = files["word/notes7.xml"].replace(b"A note", b"An old note")
    made = taken(zipped(files))
    assert (body_of(made), told(made)) == ("Text[^1]\n\n[^1]: A note", [])


def test_the_strict_form_of_the_standard_is_read_as_the_other() -> None:
    note = f'<w:footnote w:id="2">{para("A note")}</w:footnote>'
    box, long = text_box(para("In a box.")), table(("a", "b"), ("1", "2", "3"), columns=2)
    document = docx(TITLE, para("Text", inside=NOTE + run(".") + box), long, footnotes=note)
    names = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/": b"http://purl.oclc.org/ooxml/wordprocessingml/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
        b"<w:gridCol/>": b'<w:gridCol w:w="50pt"/>',
    }
    strict = parts(document)
    for usual, other in names.items():
        strict = {name: content.replace(usual, other) for name, content in strict.items()}
    assert body_of(taken(zipped(strict))) == body_of(taken(document))
    assert told(taken(zipped(strict))) == told(taken(document))
