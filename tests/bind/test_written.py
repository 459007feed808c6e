"""Written files: no stream ends in a carriage return, and what is exchanged in one might have been written so."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from itertools import count
from random import Random

import pikepdf
import pytest

from pipeline.bind.pdf.written import exchange, settle
from pipeline.core.errors import PressFailure
from pipeline.press.engine.finish import save

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
    mended = settle(made)
    assert MISREAD not in mended
    assert mended == settle(mended)
    assert abs(len(mended) - len(made)) < 3 * len(contents) * 2  # the table has its places at full length
    with pikepdf.open(BytesIO(mended)) as pdf:
        assert [page.obj.Contents.read_bytes() for page in pdf.pages] == contents
        assert pdf.check_pdf_syntax() == []


def test_the_identifier_is_worked_out_from_the_bytes() -> None:
    """The same file has the same, and another file another."""
    named = [settle(file(streams)[0]) for streams in (0, 1, 1)]
    identifiers = [re.findall(rb"/ID \[<(\w+)><(\w+)>\]", made) for made in named]
    assert [len(found) for found in identifiers] == [1, 1, 1]
    assert identifiers[1] == identifiers[2] != identifiers[0]
    assert all(first == second for ((first, second),) in identifiers)


def packed(content: bytes) -> bytes:
    """A stream as a written file has it."""
    pdf = pikepdf.new()
    pdf.add_blank_page().obj.Contents = pdf.make_stream(content)
    with pikepdf.open(BytesIO(save(pdf))) as written:
        return bytes(written.pages[0].Contents.read_raw_bytes())


def ending_badly() -> bytes:
    """A content whose packed bytes end in a carriage return."""
    return next(word for number in count() if packed(word := b"% word " + b"x" * number).endswith(b"\r"))


def long() -> bytes:
    """A content that does not pack: places after it have one byte more."""
    return b"% " + Random(7).randbytes(60_000).hex().encode()


@pytest.mark.parametrize("words", [lambda: b"% short", ending_badly, long])
def test_a_file_with_another_stream_is_as_if_written_with_it(words: Callable[[], bytes]) -> None:
    """Byte for byte, both ways, also where the file grows and where a stream ends badly by chance."""
    before, after = b"% before", words()
    old, new = settle(save(changed(before))), settle(save(changed(after)))
    assert exchange(old, {packed(before): packed(after)}) == new
    assert exchange(new, {packed(after): packed(before)}) == old


def changed(word: bytes) -> pikepdf.Pdf:
    """A PDF of some pages, the third of which says something else."""
    pdf = pikepdf.new()
    for number in range(6):
        content = word if number == 2 else b"% page " + str(number).encode()
        pdf.add_blank_page().obj.Contents = pdf.make_stream(content)
    return pdf


def test_what_is_not_there_cannot_be_exchanged() -> None:
    """A place that is not found is told, not passed over."""
    with pytest.raises(PressFailure, match="found 0 times"):
        exchange(settle(file(2)[0]), {b"nothing like it": b"x"})


def test_another_way_of_writing_is_noticed() -> None:
    """The table of objects is not guessed at."""
    with pytest.raises(PressFailure, match="table of objects"):
        settle(b"%PDF-1.4\nstream\n\r\nendstream\nxref\n0 1\nstartxref\n9\n%%EOF\n")
