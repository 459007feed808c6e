"""Streams that cannot be misread at their end.

A stream's bytes are followed by a line end and `endstream`. Where its last byte happens to be a carriage return, the
two read as one line end, and a strict reader finds the stream a byte shorter than its /Length says (ISO 19005-2,
6.1.7.1). One compressed stream in 256 ends so by chance. It is given one byte more, which no decoder reads.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pipeline.errors import PressFailure

_MISREAD = b"\r\nendstream"
_LENGTH = re.compile(rb"/Length (\d+)")
_TABLE = re.compile(
    rb"(?P<dictionary>\d+ 0 obj\n<<[^\n]*/Columns (?P<columns>\d+) /Predictor 12 [^\n]*"
    rb"/W \[ 1 (?P<width>\d) \d \][^\n]*>>)"
    rb"\nstream\n(?P<rows>.*)\nendstream\nendobj\n",
    re.DOTALL,
)

Rows = list[bytes]


def mend_stream_ends(pdf: bytes) -> bytes:
    """The same file with no stream that ends in a carriage return; `pdf` is as `press.finish.save` writes it."""
    if _MISREAD not in pdf:
        return pdf
    end = pdf.rindex(b"startxref\n")
    start = int(pdf[end:].split()[1])
    table = _TABLE.fullmatch(pdf, start, end)
    if table is None:
        raise PressFailure("qpdf writes its table of objects in another way than it did: review the ends of streams.")
    width = int(table["width"])
    rows = _unpredicted(zlib.decompress(table["rows"]), int(table["columns"]))
    offsets = sorted(int.from_bytes(row[1 : 1 + width]) for row in rows if row[0] == 1)
    moved, pieces, place = {}, [], 0
    for first, after in pairwise(sorted({0, *offsets, start})):
        moved[first] = place
        pieces.append(_mended(pdf[first:after]))
        place += len(pieces[-1])
    moved[start] = place
    placed = b"".join(_placed(row, width, moved) for row in rows)
    return b"".join((*pieces, _written(table["dictionary"], placed, len(rows[0])), b"startxref\n%d\n%%%%EOF\n" % place))


def _mended(piece: bytes) -> bytes:
    """An object as it was or, if it is such a stream, with one byte more."""
    if not piece.endswith(b"\r\nendstream\nendobj\n"):
        return piece
    head, _, content = piece.partition(b"\nstream\n")
    content = content.removesuffix(b"\nendstream\nendobj\n") + b"\0"
    return _LENGTH.sub(b"/Length %d" % len(content), head, count=1) + b"\nstream\n" + content + b"\nendstream\nendobj\n"


def _placed(row: bytes, width: int, moved: dict[int, int]) -> bytes:
    """A row of the table with the place where its object now is."""
    if row[0] != 1:
        return row
    return row[:1] + moved[int.from_bytes(row[1 : 1 + width])].to_bytes(width) + row[1 + width :]


def _written(dictionary: bytes, rows: bytes, columns: int) -> bytes:
    content = zlib.compress(b"".join(_predicted(rows, columns)), 9)
    content += b"\0" * content.endswith(b"\r")
    head = _LENGTH.sub(b"/Length %d" % len(content), dictionary, count=1)
    return head + b"\nstream\n" + content + b"\nendstream\nendobj\n"


def _lines(content: bytes, length: int) -> Iterable[bytes]:
    return (content[at : at + length] for at in range(0, len(content), length))


def _unpredicted(content: bytes, columns: int) -> Rows:
    """The rows of a table of which only the differences to the row above are kept (PNG's filter 'Up')."""
    rows, above = [], bytes(columns)
    for line in _lines(content, columns + 1):
        above = bytes((new + old) % 256 for new, old in zip(line[1:], above, strict=True))
        rows.append(above)
    return rows


def _predicted(content: bytes, columns: int) -> Iterator[bytes]:
    above = bytes(columns)
    for row in _lines(content, columns):
        yield b"\2" + bytes((new - old) % 256 for new, old in zip(row, above, strict=True))
        above = row
