"""The bytes of a PDF as it leaves the bindery: a function of its objects, and streams that may be exchanged in it.

qpdf writes objects one after the other and at the end the table of where they stand. Here a written file is taken apart
at these places and put together anew. So a stream may become longer, and the file is what it would be had it been
written with that stream from the start.

A stream's bytes are followed by a line end and `endstream`. Where its last byte happens to be a carriage return, the
two read as one line end, and a strict reader finds the stream a byte shorter than its /Length says (ISO 19005-2,
6.1.7.1). One compressed stream in 256 ends so by chance. It is given one byte more, which no decoder reads.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import accumulate, chain, pairwise
from struct import Struct
from types import MappingProxyType
from typing import NamedTuple

from pipeline.errors import PressFailure

WIDTH = 4
"""Bytes of a place in the table, whatever the size of the file."""

_HEAD = 200
"""Bytes of an object in which its type is found, if it is one of those that are looked for."""

_BEGIN, _END = b"\nstream\n", b"\nendstream\nendobj\n"
_LENGTH = re.compile(rb"/Length \d+")
_IDENTIFIER = re.compile(rb"/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>\]")
_TABLE = re.compile(
    rb"(?P<before>\d+ 0 obj\n<< /Type /XRef )/Length \d+ /Filter /FlateDecode "
    rb"(?P<predicted>/DecodeParms << /Columns \d+ /Predictor 12 >> )?/W \[ 1 (?P<width>\d) (?P<rest>\d) \] "
    rb"(?P<after>[^\n]*>>)\nstream\n(?P<rows>.*)\nendstream\nendobj\n",
    re.DOTALL,
)


def settle(pdf: bytes) -> bytes:
    """The file with no stream that could be misread at its end, under an identifier worked out from its bytes.

    `pdf` is as qpdf writes it, with object streams. Raises `PressFailure` if that is no longer how it writes.
    """
    written = _Written(pdf)
    bad = {written.place_of(found.start()) for found in re.finditer(rb"\r\nendstream\nendobj\n", pdf)}
    return written.with_changes({place: _mended(written.piece(place)) for place in bad - {written.table}})


def exchange(
    pdf: bytes,
    streams: Mapping[bytes, bytes],
    said: Mapping[bytes, bytes] = MappingProxyType({}),
    pack: Callable[[bytes], bytes] = zlib.compress,
) -> bytes:
    """The settled file with other streams, as packed as those in whose place they stand.

    `said` are words of its records to be exchanged for others of the same length; `pack` packs as qpdf does. Raises
    `PressFailure` where one of the streams is not in the file once: what is there twice is not all ours.
    """
    written = _Written(pdf)
    changes = {}
    for old, new in streams.items():
        place = written.holding(old)
        changes[place] = _with_stream(written.piece(place), _unmistakable(new))
    for place in written.records() if said else ():
        changes.update((place, piece) for piece in _saying(written.piece(place), said, pack))
    return written.with_changes(changes)


def _saying(piece: bytes, said: Mapping[bytes, bytes], pack: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """A record with other words, if it has any of those."""
    packed = piece.partition(_BEGIN)[2].removesuffix(_END)
    plain = b"/Filter" not in piece.partition(_BEGIN)[0]
    content = packed if plain else zlib.decompressobj().decompress(packed)
    spoken = content
    for old, new in said.items():
        spoken = spoken.replace(old, new)
    if spoken != content:
        yield _with_stream(piece, _unmistakable(spoken if plain else pack(spoken)))


class _Row(NamedTuple):
    """A row of the table: the kind of an object, its place (or what holds it), and one number more as it is written."""

    kind: int
    place: int
    more: bytes


class _Written:
    """A written file in its pieces: what stands before the first object, each object, and the table at the end."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.table = int(pdf[pdf.rindex(b"startxref\n") :].split()[1])
        """Where the table stands."""
        table = _TABLE.fullmatch(pdf, self.table, pdf.rindex(b"startxref\n"))
        if table is None:
            raise PressFailure("qpdf writes its table of objects in another way than it did: review `bind/written.py`.")
        self._found = table
        width, rest = int(table["width"]), int(table["rest"])
        rows = zlib.decompressobj().decompress(table["rows"])
        rows = _unpredicted(rows, 1 + width + rest) if table["predicted"] else rows
        read = Struct(f"!B{width}s{rest}s").iter_unpack(rows)
        self._rows = [_Row(kind, int.from_bytes(place), more) for kind, place, more in read]
        self._places = sorted({0, *(row.place for row in self._rows if row.kind == 1), self.table})
        self._end = dict(pairwise(self._places))

    def place_of(self, offset: int) -> int:
        """Where the piece begins in which something stands."""
        return self._places[bisect_right(self._places, offset) - 1]

    def piece(self, place: int) -> bytes:
        """The piece that begins at a place."""
        return self._pdf[place : self._end[place]]

    def holding(self, content: bytes) -> int:
        """The place of the one object whose stream has these packed bytes."""
        sought = _BEGIN + _unmistakable(content) + _END
        if (found := self._pdf.count(sought)) != 1:
            raise PressFailure(f"A stream that was written once is found {found} times.")
        return self.place_of(self._pdf.index(sought))

    def records(self) -> Iterator[int]:
        """The places of the streams that hold other objects, and of the record in XMP."""
        for place in self._places[:-1]:
            head = self._pdf[place : place + _HEAD]
            if b"/Type /ObjStm" in head or b"/Type /Metadata" in head:
                yield place

    def with_changes(self, changes: Mapping[int, bytes]) -> bytes:
        """The file with other pieces in these places, its table and its identifier anew."""
        pieces, moved, place = [], {}, 0
        for first in self._places[:-1]:
            moved[first] = place
            pieces.append(changes.get(first) or self.piece(first))
            place += len(pieces[-1])
        moved[self.table] = place
        table = self._tabled(moved)
        if table is None:
            raise PressFailure("qpdf names no identifier in its table of objects: review `bind/written.py`.")
        made = b"".join((*pieces, table, b"startxref\n%d\n%%%%EOF\n" % place))
        name = sha256(made).digest()[:16].hex().encode()
        identifier = _IDENTIFIER.search(made, place)
        assert identifier is not None  # `_tabled` has put it there
        return made[: identifier.start()] + _identifier(name) + made[identifier.end() :]

    def _tabled(self, moved: Mapping[int, int]) -> bytes | None:
        """The table for objects that stand elsewhere now, under a blank identifier."""
        table = self._found
        rows = b"".join(
            b"%c%b%b" % (kind, (moved[place] if kind == 1 else place).to_bytes(WIDTH), more)
            for kind, place, more in self._rows
        )
        packed = _unmistakable(zlib.compress(rows, 6))  # 9 takes ten times as long
        after, count = _IDENTIFIER.subn(_identifier(b"0" * 32), table["after"], count=1)
        head = b"%b/Length %d /Filter /FlateDecode /W [ 1 %d %b ] %b" % (
            *(table["before"], len(packed), WIDTH, table["rest"], after),
        )
        return head + _BEGIN + packed + _END if count else None


def _identifier(name: bytes) -> bytes:
    return b"/ID [<%b><%b>]" % (name, name)


def _unmistakable(packed: bytes) -> bytes:
    """A packed stream that does not end in a carriage return."""
    return packed + b"\0" if packed.endswith(b"\r") else packed


def _mended(piece: bytes) -> bytes:
    """An object, if it is a stream that can be misread with one byte more."""
    _, begin, content = piece.partition(_BEGIN)
    return _with_stream(piece, _unmistakable(content.removesuffix(_END))) if begin else piece


def _with_stream(piece: bytes, packed: bytes) -> bytes:
    """A stream with other bytes in it."""
    head = piece.partition(_BEGIN)[0]
    return _LENGTH.sub(b"/Length %d" % len(packed), head, count=1) + _BEGIN + packed + _END


def _unpredicted(content: bytes, columns: int) -> bytes:
    """A table of which only the differences to the row above are kept (PNG's filter 'Up')."""
    changes = [content[start :: columns + 1] for start in range(1, columns + 1)]
    made = [accumulate(column, lambda above, change: (above + change) & 255) for column in changes]
    return bytes(chain.from_iterable(zip(*made, strict=True)))
