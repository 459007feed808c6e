"""No stream ends in a carriage return, and nothing else changes."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from pipeline.bind.stream_ends import mend_stream_ends
from pipeline.errors import PressFailure
from pipeline.press.finish import save

MISREAD = b"\r\nendstream"


def file(streams: int) -> tuple[bytes, list[bytes]]:
    """A PDF with pages of many different contents, some of which end badly by chance."""
    pdf = pikepdf.new()
    contents = [f"% {number}\n".encode() * 20 for number in range(streams)]
    for content in contents:
        page = pdf.add_blank_page()
        page.obj.Contents = pdf.make_stream(content)
    return save(pdf), contents


def test_every_stream_reads_as_before() -> None:
    """Only those few that could be misread are longer by one byte."""
    made, contents = file(600)
    assert made.count(MISREAD) > 0
    mended = mend_stream_ends(made)
    assert MISREAD not in mended
    assert mended == mend_stream_ends(mended)
    assert abs(len(mended) - len(made)) < 200
    with pikepdf.open(BytesIO(mended)) as pdf:
        assert [page.obj.Contents.read_bytes() for page in pdf.pages] == contents
        assert pdf.check_pdf_syntax() == []


def test_a_file_without_such_streams_is_left_alone() -> None:
    """Byte for byte."""
    made, _ = file(0)
    assert mend_stream_ends(made) is made


def test_another_way_of_writing_is_noticed() -> None:
    """The table of objects is not guessed at."""
    with pytest.raises(PressFailure, match="review the ends of streams"):
        mend_stream_ends(b"%PDF-1.4\nstream\n\r\nendstream\nxref\n0 1\nstartxref\n9\n%%EOF\n")
