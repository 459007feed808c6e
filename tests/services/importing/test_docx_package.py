"""A document is opened safely, or refused in a sentence."""

import io
import zipfile

import pytest

from tests.support.word.documents import changed, docx, para, zipped
from tests.support.word.imports import imported

DOCUMENT = docx(para("T", "Title"), para("Words."))
NO_DOCUMENT = "import-unreadable: The document cannot be read: it is not a Word document."
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
BOMB = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def sentence(content: bytes, name: str = "a.docx") -> str:
    """The one thing that is told of a file of which nothing is taken."""
    made = imported(content, name)
    assert made.files == {}
    (only,) = made.remarks
    assert only.place.path == name
    assert only.hint
    return f"{only.code}: {only.sentence}"


@pytest.mark.parametrize(
    "content",
    [b"", b"words", OLD, zipped({"a.txt": "words"}), DOCUMENT[:400], changed(DOCUMENT, word__document_xml="<w:oops")],
    ids=["empty", "text", "an old .doc", "another archive", "cut off", "broken XML"],
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    assert sentence(content) == NO_DOCUMENT


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (OLD, "of an old kind of Office, such as .doc"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related;\n", "which gives .html"),
    ],
    ids=["an old .doc", "a page in one file"],
)
def test_older_forms_are_told_what_they_are(content: bytes, advice: str) -> None:
    (only,) = imported(content, "a.doc").remarks
    assert only.hint.startswith("It is ")
    assert advice in only.hint


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "an OpenDocument text"),
        (DOCUMENT[:400], "It is damaged or incomplete"),
        (changed(DOCUMENT, word__document_xml="<w:oops"), "Its XML is broken"),
    ],
    ids=["OpenDocument", "cut off", "broken XML"],
)
def test_what_cannot_be_opened_is_told_apart(content: bytes, advice: str) -> None:
    (only,) = imported(content, "a.docx").remarks
    assert advice in only.hint


def test_an_encrypted_document_is_refused() -> None:
    assert sentence(OLD + "EncryptedPackage".encode("utf-16-le")).startswith(
        "import-unreadable: The document cannot be read: it is encrypted."
    )
    locked = bytearray(DOCUMENT)
    for place in _entries(DOCUMENT):
        locked[place] |= 1
    assert sentence(bytes(locked)).startswith("import-unreadable: The document cannot be read: it is encrypted.")


def _entries(content: bytes) -> list[int]:
    """The places of the flags of all entries: in the archive, and in its list."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        own = [entry.header_offset + 6 for entry in archive.infolist()]
    at, listed = content.find(b"PK\x01\x02"), []
    while at >= 0:
        listed.append(at + 8)
        at = content.find(b"PK\x01\x02", at + 4)
    return own + listed


def test_a_pdf_is_refused_with_what_to_ask_for() -> None:
    """Its text has no order that could be relied on."""
    said = sentence(b"%PDF-1.7\n...", "a.pdf")
    assert said == "import-unreadable: The document cannot be read: a PDF has no reliable order of text."


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word__document_xml", "word__styles_xml"])
def test_entities_are_refused_in_every_part(part: str, coding: str) -> None:
    content = changed(DOCUMENT, **{part: f"{BOMB}<w/>".encode(coding)})
    assert sentence(content) == "import-unsafe: The document was not opened: it defines entities."


def test_a_document_that_grows_without_end_is_not_unpacked() -> None:
    listed = DOCUMENT.index(b"PK\x01\x02")
    content = DOCUMENT[: listed + 24] + (200_000_001).to_bytes(4, "little") + DOCUMENT[listed + 28 :]
    assert sentence(content) == "import-unsafe: The document was not opened: it takes more than 200 MB unpacked."


def test_elements_within_elements_without_end_are_refused() -> None:
    deep = "<w:p xmlns:w='urn:x'>" + "<w:r>" * 100_000
    content = changed(DOCUMENT, word__document_xml=deep + "</w:r>" * 100_000 + "</w:p>")
    assert sentence(content) == NO_DOCUMENT


def test_an_archive_that_is_damaged_within_is_refused() -> None:
    """Whatever way it was packed; the check is that of each way."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as packed, zipfile.ZipFile(io.BytesIO(DOCUMENT)) as archive:
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
    content = bytearray(out.getvalue())
    start = content.find(b"word/document.xml") + len("word/document.xml") + 9
    content[start : start + 60] = bytes(byte ^ 0x5A for byte in content[start : start + 60])
    assert sentence(bytes(content)) == NO_DOCUMENT
