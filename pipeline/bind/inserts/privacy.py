"""Private notes of an insert's makers stay behind: editors' records, metadata of pictures, tags' own keys."""

from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Name, Pdf, Stream

from pipeline.load.pictures.insert_faults import direct_dictionaries
from pipeline.load.pictures.privacy import without_notes

_PRIVATE = ("/PieceInfo", "/Metadata", "/LastModified")
"""Keys of any dictionary that say how, when and with what it was made (ISO 32000-1, 14.3.2 and 14.5)."""

ELEMENT = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/A", "/C", "/Lang", "/T", "/Alt", "/E", "/ActualText"})
"""The keys of a structure element that a reader knows (ISO 32000-1, table 323), but for the number of its revision."""

OWNERS = frozenset({"/Layout", "/List", "/PrintField", "/Table"})
"""Owners of attributes that say how an element is read (ISO 32000-1, table 327): not programs, nor users."""

_JPX_NOTES = frozenset((b"uuid", b"uinf", b"xml ", b"jp2i"))
"""Boxes of a JPEG 2000 that show nothing (ISO/IEC 15444-1, table I.2)."""
_JPX_COMMENT, _JPX_TILE = 0xFF64, 0xFF90


def drop_private(pdf: Pdf) -> None:
    """Drop the private keys of all that a file holds, and what is noted in its pictures."""
    for thing in pdf.objects:
        for held in direct_dictionaries(thing):
            for key in _PRIVATE:
                if key in held:
                    del held[key]
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            _drop_notes(pdf, thing)


def drop_own_keys(element: Any) -> None:
    """Drop what no reader knows of an element."""
    for key in set(element.keys()) - ELEMENT:
        del element[key]


def _drop_notes(pdf: Pdf, image: Any) -> None:
    """Drop what is noted in the file of a photograph: Exif, XMP, comments. Its dots stay as they are."""
    filters, parameters = _listed(image.get("/Filter")), _listed(image.get("/DecodeParms"))
    kind = str(filters[-1]) if filters else ""
    if kind not in ("/DCTDecode", "/JPXDecode"):
        return
    packed = image.read_raw_bytes()
    if filters[:-1]:
        stream = Stream(pdf, packed)
        stream.Filter, stream.DecodeParms = Array(filters[:-1]), Array(parameters[:-1] or [None] * len(filters[:-1]))
        packed = stream.read_bytes()
    plain = without_notes(packed) if kind == "/DCTDecode" else b"".join(_jpx(packed))
    if plain != packed:
        last = parameters[-1] if len(parameters) == len(filters) else None
        image.write(plain, filter=Name(kind), decode_parms=last)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _jpx(content: bytes) -> Iterator[bytes]:
    """The boxes of a JPEG 2000 that show something (ISO/IEC 15444-1, annex I); or its bare codestream."""
    if not content.startswith(b"\0\0\0\x0cjP  "):
        yield _codestream(content)
        return
    at = 0
    while at + 8 <= len(content):
        length, kind, head = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16]), 16
        end = at + length if length else len(content)
        if kind == b"jp2c":
            drawn = _codestream(content[at + head : end])
            yield (b"\0\0\0\0" if not length else (len(drawn) + 8).to_bytes(4)) + kind + drawn
        elif kind not in _JPX_NOTES:
            yield content[at:end]
        at = max(end, at + 8)


def _codestream(content: bytes) -> bytes:
    """A codestream without the comments of its main header (ISO/IEC 15444-1, A.9.2)."""
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        marker, length = int.from_bytes(content[at : at + 2]), int.from_bytes(content[at + 2 : at + 4])
        if marker == _JPX_TILE or marker < 0xFF00:
            break
        if marker != _JPX_COMMENT:
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    return b"".join((*kept, content[at:]))
