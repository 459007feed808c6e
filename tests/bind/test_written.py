"""Written files: no stream ends in a carriage return, and what is exchanged in one might have been written so."""

import re
from collections.abc import Callable
from io import BytesIO
from itertools import count
from random import Random
from typing import Any

import pikepdf
import pytest
from pikepdf import ObjectStreamMode

from pipeline.bind.pdf.written_file import normalise_pdf, replace_streams, save_exact_version
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import save_deterministic

MISREAD = b"\r\nendstream"


def file(streams: int) -> tuple[bytes, list[bytes]]:
    """A PDF with pages of many different contents, some of which end badly by chance."""
    pdf = pikepdf.new()
    contents = [f"% {number}\n".encode() * 20 for number in range(streams)]
    for content in contents:
        page = pdf.add_blank_page()
        page.obj.Contents = pdf.make_stream(content)
    return save_deterministic(pdf), contents


def test_the_identifier_is_worked_out_from_the_bytes() -> None:
    named = [normalise_pdf(file(streams)[0]) for streams in (0, 1, 1)]
    identifiers = [re.findall(rb"/ID \[<(\w+)><(\w+)>\]", pdf) for pdf in named]
    assert [len(match) for match in identifiers] == [1, 1, 1]
    assert identifiers[1] == identifiers[2] != identifiers[0]
    assert all(first == second for ((first, second),) in identifiers)


def packed(content: bytes) -> bytes:
    """A stream as a written file has it."""
    pdf = pikepdf.new()
    pdf.add_blank_page().obj.Contents = pdf.make_stream(content)
    with pikepdf.open(BytesIO(save_deterministic(pdf))) as written:
        return bytes(written.pages[0].Contents.read_raw_bytes())


def ending_badly() -> bytes:
    """A content whose packed bytes end in a carriage return."""
    return next(word for number in count() if packed(word := b"% word " + b"x" * number).endswith(b"\r"))


def long() -> bytes:
    """A content that does not pack: places after it have one byte more."""
    return b"% " + Random(7).randbytes(60_000).hex().encode()


@pytest.mark.parametrize("words", [lambda: b"% short", ending_badly, long])
def test_a_file_with_another_stream_is_as_if_written_with_it(words: Callable[[], bytes]) -> None:
    before, after = b"% before", words()
    old, new = normalise_pdf(save_deterministic(changed(before))), normalise_pdf(save_deterministic(changed(after)))
    assert replace_streams(old, [(packed(before), packed(after))]) == new
    assert replace_streams(new, [(packed(after), packed(before))]) == old


def changed(word: bytes) -> pikepdf.Pdf:
    """A PDF of some pages, the third of which says something else."""
    pdf = pikepdf.new()
    for number in range(6):
        content = word if number == 2 else b"% page " + str(number).encode()
        pdf.add_blank_page().obj.Contents = pdf.make_stream(content)
    return pdf


def test_what_is_not_there_cannot_be_exchanged() -> None:
    with pytest.raises(TypesettingFailure, match="found 0 times"):
        replace_streams(normalise_pdf(file(2)[0]), [(b"nothing like it", b"x")])


# Where qpdf writes otherwise

USUAL = "as usual"
OTHERWISE: dict[str, dict[str, Any]] = {
    "a plain table": {"object_stream_mode": ObjectStreamMode.disable},
    "two tables": {"object_stream_mode": ObjectStreamMode.generate, "linearize": True},
    "for eyes": {"object_stream_mode": ObjectStreamMode.generate, "qdf": True},
}


def otherwise(layout: str) -> tuple[bytes, list[bytes]]:
    """The same pages, written in another way."""
    original, contents = file(600)
    if layout == USUAL:
        return original, contents
    output = BytesIO()
    with pikepdf.open(BytesIO(original)) as pdf:
        pdf.save(output, deterministic_id=True, **OTHERWISE[layout])
    return output.getvalue(), contents


@pytest.mark.parametrize("layout", [USUAL, *OTHERWISE])
def test_every_stream_reads_as_before(layout: str) -> None:
    """Only those few that could be misread are longer by one byte."""
    original, contents = otherwise(layout)
    if layout in (USUAL, "a plain table"):
        assert original.count(MISREAD) > 0
    settled = normalise_pdf(original)
    if layout == USUAL:
        assert abs(len(settled) - len(original)) < 3 * len(contents) * 2  # the table has its places at full length
    assert MISREAD not in settled
    assert settled == normalise_pdf(original)
    assert settled == normalise_pdf(settled)
    with pikepdf.open(BytesIO(settled)) as pdf:
        assert [page.obj.Contents.read_bytes() for page in pdf.pages] == contents
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.trailer.ID) == 2


@pytest.mark.parametrize("layout", OTHERWISE)
@pytest.mark.parametrize("settled", [True, False])
def test_nothing_is_exchanged_in_a_file_written_otherwise(layout: str, settled: bool) -> None:
    original, contents = otherwise(layout)
    with pytest.raises(TypesettingFailure):
        replace_streams(normalise_pdf(original) if settled else original, [(packed(contents[0]), packed(b"% other"))])


def test_records_that_are_written_otherwise_are_noticed() -> None:
    pdf = normalise_pdf(file(2)[0])
    replace_streams(pdf, [], {b"/Count 2": b"/Count 3"})
    with pytest.raises(TypesettingFailure, match="object streams"):
        replace_streams(pdf.replace(b"/Type /ObjStm", b"/Type/ObjStm "), [], {b"/Count 2": b"/Count 3"})


@pytest.mark.parametrize(
    ("words", "message"),
    [({b"/Count 7": b"/Count 3"}, "wrong values"), ({b"/Count 2": b"/Count 30"}, "longer")],
    ids=["words that are not there", "longer ones among objects"],
)
def test_words_of_records_are_exchanged_where_they_are_and_fit(words: dict[bytes, bytes], message: str) -> None:
    with pytest.raises(TypesettingFailure, match=message):
        replace_streams(normalise_pdf(file(2)[0]), [], words)


def test_a_record_in_xmp_may_become_longer() -> None:
    def saying(words: bytes) -> bytes:
        pdf = changed(b"% word")
        pdf.Root.Metadata = pdf.make_stream(words, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        return normalise_pdf(save_exact_version(pdf))

    assert replace_streams(saying(b"<a>No number</a>"), [], {b">No number<": b">Copy 7, held by Ann<"}) == saying(
        b"<a>Copy 7, held by Ann</a>"
    )
