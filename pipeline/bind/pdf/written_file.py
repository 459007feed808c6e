"""Save PDFs with qpdf, and replace streams in a saved file without writing it again.

qpdf writes objects one after the other and the cross-reference stream, the table of their offsets, at the end. Here a
saved file is cut at these offsets and joined again with other streams, so that the result is what qpdf would have
written. If another release of qpdf writes files differently, `normalise_pdf` falls back to a second saving, and
`replace_streams` refuses: the file is then bound again.

A stream's bytes are followed by a line end and `endstream`. If the last byte is a carriage return, both read as one
line end, and a strict reader finds the stream a byte shorter than its /Length (ISO 19005-2, 6.1.7.1). One compressed
stream in 256 ends like that by chance. It gets a null byte at its end, which decoders ignore.
"""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, Stream

from pipeline.core.diagnostics import TypesettingFailure

_OFFSET_BYTES = 4
"""Bytes of an offset in the cross-reference stream, whatever the size of the file."""

_HEAD = 200
"""Bytes at the beginning of an object that are searched for its type."""

_OBJECT_STREAM = b"/Type /ObjStm"
_BEGIN, _END = b"\nstream\n", b"\nendstream\nendobj\n"
_MISREAD = b"\r\nendstream"
"""The end of a stream that a strict reader finds a byte too short."""

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\n")
_LENGTH = re.compile(rb"/Length \d+")
_IDENTIFIER = re.compile(rb"/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>\]")
_CROSS_REFERENCES = re.compile(
    rb"(?P<before>\d+ 0 obj\n<< /Type /XRef )/Length \d+ /Filter /FlateDecode "
    rb"(?P<predicted>/DecodeParms << /Columns \d+ /Predictor 12 >> )?/W \[ 1 (?P<width>\d) (?P<rest>\d) \] "
    rb"(?P<after>[^\n]*>>)\nstream\n(?P<rows>.*)\nendstream\nendobj\n",
    re.DOTALL,
)


class UnfamiliarFile(TypesettingFailure):
    """The file is not laid out as qpdf does it, so that no stream can be replaced in it."""


def save_exact_version(pdf: Pdf, version: str = "1.6", streams: ObjectStreamMode = ObjectStreamMode.generate) -> bytes:
    """Return the bytes of a PDF of exactly this version; the same bytes for the same content.

    PDF/X-4 is based on PDF 1.6.
    """
    file = BytesIO()
    pdf.save(file, force_version=version, fix_metadata_version=False, deterministic_id=True, object_stream_mode=streams)
    return file.getvalue()


_PAGE_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/Rotate")


def make_blank_page(like: Object) -> Dictionary:
    """Return an empty page of the size of another one."""
    boxes = {key: value for key, value in like.items() if key in _PAGE_BOXES}
    return Dictionary({**boxes, "/Type": Name.Page, "/Resources": Dictionary(), "/Contents": Array()})


def normalise_pdf(pdf: bytes) -> bytes:
    """Return a file saved by qpdf with no ambiguous stream end, and with an identifier computed from its bytes."""
    try:
        written = _WrittenFile(pdf)
        ambiguous = {written.offset_of(match.start()) for match in re.finditer(rb"\r\nendstream\nendobj\n", pdf)}
        changes = {offset: _with_safe_end(written.object_at(offset)) for offset in ambiguous - {written.table}}
        settled = written.with_changes(changes)
    except UnfamiliarFile:
        return _save_again(pdf)
    return settled if _MISREAD not in settled else _save_again(pdf)


def _save_again(pdf: bytes) -> bytes:
    """Do the same by a second saving, whatever layout the file has.

    It writes no object streams: they are compressed again at each saving, and one of them might end in a carriage
    return. Their absence also marks a file in which no stream can be replaced.
    """
    with Pdf.open(BytesIO(pdf)) as file:
        for stream in file.objects:
            if isinstance(stream, Stream) and (packed := stream.read_raw_bytes()).endswith(b"\r"):
                filters: Any = {"filter": stream.get("/Filter"), "decode_parms": stream.get("/DecodeParms")}
                stream.write(_safe(packed), **filters)
        return save_exact_version(file, file.pdf_version, ObjectStreamMode.disable)


def replace_streams(
    pdf: bytes,
    streams: Iterable[tuple[bytes, bytes]],
    words: Mapping[bytes, bytes] = MappingProxyType({}),
    pack: Callable[[bytes], bytes] = zlib.compress,
) -> bytes:
    """Return a settled file with other streams, given as pairs of packed bytes, old and new.

    `words` replaces words in the document information and in the XMP metadata; `pack` compresses as qpdf does.

    Raises:
        TypesettingFailure: if an old stream occurs more or less often than in `streams`, because another part of the
            file might then be replaced; if the words are missing; or if qpdf laid the file out in another way.
    """
    written = _WrittenFile(pdf)
    changes = {}
    for (old, new), times in Counter(streams).items():
        for offset in written.find_streams(old, times):
            changes[offset] = _with_stream(written.object_at(offset), _safe(new))
    records = tuple(written.records()) if words else ()
    if words and not records:
        raise UnfamiliarFile("qpdf writes its object streams otherwise than it did: review `bind/pdf/written_file.py`.")
    missing = set(words)
    for offset in records:
        head, _, packed = written.object_at(offset).partition(_BEGIN)
        packed = packed.removesuffix(_END)
        is_packed = b"/Filter" in head
        content = zlib.decompressobj().decompress(packed) if is_packed else packed
        if matches := {old: new for old, new in words.items() if old in content}:
            changes[offset] = _with_words(written.object_at(offset), content, matches, pack if is_packed else bytes)
            missing -= matches.keys()
    if missing:
        raise TypesettingFailure("The record of the file has wrong values.")
    return written.with_changes(changes)


def _with_words(object_: bytes, content: bytes, words: Mapping[bytes, bytes], pack: Callable[[bytes], bytes]) -> bytes:
    """Replace words in a stream. In an object stream, which has offsets of its own, they must keep their length."""
    changed = content
    for old, new in words.items():
        changed = changed.replace(old, new)
    if len(changed) != len(content) and _OBJECT_STREAM in object_[:_HEAD]:
        raise TypesettingFailure("Words among other objects would be longer than they are.")
    return _with_stream(object_, _safe(pack(changed)))


class _WrittenFile:
    """A saved file cut into objects: the file header, each object, and the cross-reference stream at the end."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        start = _START.fullmatch(pdf, pdf.rfind(b"startxref\n"))
        self.table = int(start[1]) if start else len(pdf)
        """Offset of the cross-reference stream."""
        table = _CROSS_REFERENCES.fullmatch(pdf, self.table, start.start()) if start else None
        if table is None or int(table["width"]) > _OFFSET_BYTES:
            raise UnfamiliarFile(
                "qpdf writes its table of objects otherwise than it did: review `bind/pdf/written_file.py`."
            )
        self._table = table
        width, rest = int(table["width"]), int(table["rest"])
        rows = zlib.decompressobj().decompress(table["rows"])
        kinds, *fields = _columns(rows, 1 + width + rest, bool(table["predicted"]))
        self._kinds = kinds
        self._columns = [bytes(len(kinds))] * (_OFFSET_BYTES - width) + fields
        uncompressed = (match.start() for match in re.finditer(b"\1", kinds))
        self._offset_by_row = {row: int.from_bytes(column[row] for column in fields[:width]) for row in uncompressed}
        """Offsets of the objects that are in no object stream, by their rows in the table."""
        self._offsets = sorted({0, *self._offset_by_row.values(), self.table})
        self._end_by_offset = dict(pairwise(self._offsets))

    def offset_of(self, position: int) -> int:
        """Return the offset of the object that a position in the file is in."""
        return self._offsets[bisect_right(self._offsets, position) - 1]

    def object_at(self, offset: int) -> bytes:
        """Return the bytes of the object that begins at an offset."""
        return self._pdf[offset : self._end_by_offset[offset]]

    def find_streams(self, packed: bytes, times: int) -> list[int]:
        """Return the offsets of the objects whose streams have these packed bytes; there must be so many."""
        matches = list(re.finditer(re.escape(_BEGIN + _safe(packed) + _END), self._pdf))
        if len(matches) != times:
            raise TypesettingFailure(f"A stream that was written {times} times is found {len(matches)} times.")
        return [self.offset_of(match.start()) for match in matches]

    def records(self) -> Iterator[int]:
        """Yield the offsets of object streams, which hold the document information, and of the XMP metadata."""
        for offset in self._offsets[:-1]:
            head = self._pdf[offset : offset + _HEAD]
            if _OBJECT_STREAM in head or b"/Type /Metadata" in head:
                yield offset

    def with_changes(self, changes: Mapping[int, bytes]) -> bytes:
        """Return the file with other objects at these offsets, and a new table and identifier."""
        objects, moved, end = [], {}, 0
        for offset in self._offsets[:-1]:
            moved[offset] = end
            objects.append(changes.get(offset) or self.object_at(offset))
            end += len(objects[-1])
        moved[self.table] = end
        table = self._write_table(moved)
        if table is None:
            raise UnfamiliarFile("qpdf names no identifier in its table of objects: review `bind/pdf/written_file.py`.")
        content = b"".join((*objects, table, b"startxref\n%d\n%%%%EOF\n" % end))
        digest = sha256(content).digest()[:16].hex().encode()
        identifier = _IDENTIFIER.search(content, end)
        assert identifier is not None  # `_write_table` has written it
        return content[: identifier.start()] + _identifier(digest) + content[identifier.end() :]

    def _write_table(self, moved: Mapping[int, int]) -> bytes | None:
        """Return the table with new offsets and a blank identifier; None if it has no place for an identifier."""
        table = self._table
        across = 1 + len(self._columns)
        rows = bytearray(len(self._kinds) * across)
        for number, column in enumerate((self._kinds, *self._columns)):
            rows[number::across] = column
        for row, offset in self._offset_by_row.items():
            rows[row * across + 1 : row * across + 1 + _OFFSET_BYTES] = moved[offset].to_bytes(_OFFSET_BYTES)
        packed = _safe(zlib.compress(rows, 6))  # level 9 takes ten times as long
        after, count = _IDENTIFIER.subn(_identifier(b"0" * 32), table["after"], count=1)
        head = b"%b/Length %d /Filter /FlateDecode /W [ 1 %d %b ] %b" % (
            *(table["before"], len(packed), _OFFSET_BYTES, table["rest"], after),
        )
        return head + _BEGIN + packed + _END if count else None


def _identifier(digest: bytes) -> bytes:
    return b"/ID [<%b><%b>]" % (digest, digest)


def _safe(packed: bytes) -> bytes:
    return packed + b"\0" if packed.endswith(b"\r") else packed


def _with_safe_end(object_: bytes) -> bytes:
    _, begin, content = object_.partition(_BEGIN)
    return _with_stream(object_, _safe(content.removesuffix(_END))) if begin else object_


def _with_stream(object_: bytes, packed: bytes) -> bytes:
    head = object_.partition(_BEGIN)[0]
    return _LENGTH.sub(b"/Length %d" % len(packed), head, count=1) + _BEGIN + packed + _END


def _columns(content: bytes, columns: int, predicted: bool) -> list[bytes]:
    """Return the columns of a table, decoded if each row holds the differences to the row above (PNG filter 'Up')."""
    if not predicted:
        return [content[start::columns] for start in range(columns)]
    changes = (content[start :: columns + 1] for start in range(1, columns + 1))
    return [_lowest_bytes(array("Q", accumulate(column))) for column in changes]


def _lowest_bytes(numbers: array[int]) -> bytes:
    return numbers.tobytes()[0 if sys.byteorder == "little" else numbers.itemsize - 1 :: numbers.itemsize]
