"""Identify a file by its bytes, or by the codes on its pages."""

import io
import json
import zipfile

import pytest

from pipeline.core.printed_code import code_of
from pipeline.services.editions.record_chain import EditionRecords
from pipeline.services.editions.verify import UnreadableFile, extract_page_texts, identify_by_bytes, read_as_json
from tests.support.editions.records import NAMES, chain
from tests.support.editions.records import content as issued_content


def packed(name: str) -> bytes:
    """An archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"Words.")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7 and no more", "the PDF is damaged or locked"),
        (b"PK\x03\x04 and no more", "the EPUB is damaged"),
        (packed("letter.txt"), "it is an archive and no EPUB: unpack it, and verify the files in it"),
        (b"\xff\xfe\x00", "it is neither a PDF nor an EPUB, a web page or plain text"),
    ],
)
def test_what_cannot_be_read_is_said_so(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        extract_page_texts(content)
    assert json.loads(read_as_json(content)) == why


def test_the_codes_on_pages_are_read() -> None:
    code, copy = code_of("ab" * 32), code_of("ab" * 32, 7)
    wrong = f"{str(copy)[:-1]}{'0' if str(copy)[-1] != '0' else '1'}"
    said = f"Code {code}. Code {copy}\nCode {copy}, {wrong}, ABCDE-FGHJK"
    assert json.loads(read_as_json(said.encode())) == [str(code), str(copy)]


def test_bytes_on_record_are_as_issued() -> None:
    saved_records = chain()
    records = EditionRecords({"nights": saved_records})
    for name, saved in zip(NAMES, saved_records, strict=True):
        identity = identify_by_bytes(records, (), issued_content(name))
        assert identity
        assert identity.edition == saved
    assert identify_by_bytes(records, (), b"other") is None
