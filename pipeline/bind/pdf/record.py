"""Document information, XMP, ids; the saved bytes."""

from __future__ import annotations

import re
import sys
import zlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib import metadata as packages
from importlib.util import find_spec
from io import BytesIO
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, Stream, String

from pipeline.bind.frames import pdf_identifier
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.pdf import save_deterministic, write_ids
from pipeline.model.formats import USUAL_EDITION, Claim, Edition
from pipeline.model.manuscript import Metadata

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_CLAIM = """<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
"""PDF/A-2 and 3 know no pdfuaid: a property of theirs must be predefined or described (ISO 19005-2, 6.6.2.3)."""

PRODUCER = f"WeasyPrint {packages.version('weasyprint')}"


def record(
    pdf: Pdf, metadata: Metadata, claim: Claim | None = None, edition: Edition = USUAL_EDITION, copy: str = ""
) -> None:
    """Write what the metadata says into the file, and no date that it does not name; `copy` says which copy it is.

    With a claim the file says which standards it keeps, and that its colours are sRGB. The stream of XMP stays as
    it is, uncompressed: `press.finish.save` compresses no metadata.
    """
    authors = metadata.authors or ((metadata.publisher,) if metadata.publisher else ())
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(authors),
        "/Subject": metadata.description,
        "/Keywords": ", ".join(metadata.keywords),
        "/Producer": PRODUCER,
        "/CreationDate": pdf_date(metadata.created),
        "/ModDate": pdf_date(metadata.modified),
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(said) for key, said in information.items() if said}))
    label = (copy_label(copy),) if copy else ()
    claims = (_CLAIM.format(part=claim.part),) if claim else ()
    properties = "\n".join((*claims, *_properties(metadata, authors, edition), *label))
    packet = pdf.make_stream(_PACKET.format(properties=properties).encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = packet
    pdf.Root.Lang = String(metadata.language)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)  # with /R2L PDFium copies Latin words in reverse
    if claim is not None:
        intend_srgb(pdf)


def copy_label(copy: str) -> str:
    """Words of a copy on itself, as a property of XMP."""
    return f"<xmp:Label>{escape(copy)}</xmp:Label>"


def intend_srgb(pdf: Pdf) -> None:
    """Say that what is written in device colours is meant in sRGB (ISO 19005-2, 6.2.3)."""
    profile = pdf.make_stream(_srgb(), N=3)
    condition = String("sRGB IEC61966-2.1")
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=condition,
        Info=condition,
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


@cache
def _srgb() -> bytes:
    """The profile that the engine brings along for its own PDF/A. The engine is not loaded for it."""
    engine = find_spec("weasyprint")
    folders = (engine.submodule_search_locations if engine else None) or ["."]
    file = Path(folders[0], "pdf", "sRGB2014.icc")
    try:
        return file.read_bytes()
    except OSError as missing:
        raise TypesettingFailure("The engine has changed: it brings no sRGB profile along any more.") from missing


def label_pages(pdf: Pdf, firsts: Iterable[tuple[int, int]]) -> None:
    """Name the pages by their folios: from each of these pages (counted from 0) on, which begins with this folio."""
    labels = [part for index, first in firsts for part in (index, Dictionary(S=Name.D, St=first))]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _properties(metadata: Metadata, authors: tuple[str, ...], edition: Edition) -> Iterator[str]:
    yield f"<dc:title>{_words(metadata.title)}</dc:title>"
    if authors:
        yield f"<dc:creator><rdf:Seq>{''.join(map(_entry, authors))}</rdf:Seq></dc:creator>"
    if metadata.publisher:
        yield f"<dc:publisher><rdf:Bag>{_entry(metadata.publisher)}</rdf:Bag></dc:publisher>"
    if metadata.description:
        yield f"<dc:description>{_words(metadata.description)}</dc:description>"
    if metadata.keywords:
        yield f"<dc:subject><rdf:Bag>{''.join(map(_entry, metadata.keywords))}</rdf:Bag></dc:subject>"
        yield f"<pdf:Keywords>{escape(', '.join(metadata.keywords))}</pdf:Keywords>"
    if metadata.rights:
        yield f"<dc:rights>{_words(metadata.rights)}</dc:rights>"
    if metadata.licence_url:
        yield f"<xmpRights:WebStatement>{escape(metadata.licence_url)}</xmpRights:WebStatement>"
    yield f"<dc:language><rdf:Bag>{_entry(metadata.language)}</rdf:Bag></dc:language>"
    yield f"<dc:identifier>{escape(metadata.address or metadata.id)}</dc:identifier>"
    yield f"<xmpMM:DocumentID>{escape(pdf_identifier(metadata, edition))}</xmpMM:DocumentID>"
    if metadata.version:
        yield f"<xmpMM:VersionID>{escape(metadata.version)}</xmpMM:VersionID>"
    if pdf_date(metadata.created):
        yield f"<xmp:CreateDate>{metadata.created}</xmp:CreateDate>"
    if pdf_date(metadata.modified):
        yield f"<xmp:ModifyDate>{metadata.modified}</xmp:ModifyDate>"
    yield f"<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>"


def _words(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _entry(text: str) -> str:
    return f"<rdf:li>{escape(text)}</rdf:li>"


def pdf_date(day: str) -> str:
    """A date as PDF writes it: 'D:20221019'."""
    return f"D:{day.replace('-', '')}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""


# qpdf writes objects one after the other and at the end the table of where they stand. Here a written file is taken
# apart at these places and put together anew. So a stream may become longer, and the file is what it would be had it
# been written with that stream from the start. A stream's bytes are followed by a line end and `endstream`. Where its
# last byte happens to be a carriage return, the two read as one line end, and a strict reader finds the stream a byte
# shorter than its /Length says (ISO 19005-2, 6.1.7.1). One compressed stream in 256 ends so by chance. It is given
# one byte more, which no decoder reads. All this rests on how qpdf writes. Where another release writes otherwise, a
# file is settled by having it written once more, and nothing is exchanged in it: it is bound again.

WIDTH = 4
"""Bytes of a place in the table, whatever the size of the file."""

_HEAD = 200
"""Bytes of an object in which its type is found, if it is one of those that are looked for."""

_OBJECTS = b"/Type /ObjStm"
_BEGIN, _END = b"\nstream\n", b"\nendstream\nendobj\n"
_MISREAD = b"\r\nendstream"
"""The end of a stream that a strict reader finds a byte shorter than it is."""

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\n")
_LENGTH = re.compile(rb"/Length \d+")
_IDENTIFIER = re.compile(rb"/ID \[<[0-9a-f]{32}><[0-9a-f]{32}>\]")
_TABLE = re.compile(
    rb"(?P<before>\d+ 0 obj\n<< /Type /XRef )/Length \d+ /Filter /FlateDecode "
    rb"(?P<predicted>/DecodeParms << /Columns \d+ /Predictor 12 >> )?/W \[ 1 (?P<width>\d) (?P<rest>\d) \] "
    rb"(?P<after>[^\n]*>>)\nstream\n(?P<rows>.*)\nendstream\nendobj\n",
    re.DOTALL,
)


class Unfamiliar(TypesettingFailure):
    """A file is not written as qpdf wrote when this module was made, so that nothing can be exchanged in it."""


def settle(pdf: bytes) -> bytes:
    """The file with no stream that could be misread at its end, under an identifier worked out from its bytes.

    `pdf` is as qpdf writes it.
    """
    try:
        written = _Written(pdf)
        bad = {written.place_of(found.start()) for found in re.finditer(rb"\r\nendstream\nendobj\n", pdf)}
        settled = written.with_changes({place: _mended(written.piece(place)) for place in bad - {written.table}})
    except Unfamiliar:
        return _written_again(pdf)
    return settled if _MISREAD not in settled else _written_again(pdf)


def _written_again(pdf: bytes) -> bytes:
    """The same, however qpdf writes: at the cost of a second writing.

    Objects stand outside object streams. Those are packed anew with every writing, and one of them might end badly in
    its turn. It also keeps such a file from being taken for one in which streams can be exchanged.
    """
    output = BytesIO()
    with Pdf.open(BytesIO(pdf)) as file:
        for one in file.objects:
            if isinstance(one, Stream) and (packed := one.read_raw_bytes()).endswith(b"\r"):
                filters: Any = {"filter": one.get("/Filter"), "decode_parms": one.get("/DecodeParms")}
                one.write(_unmistakable(packed), **filters)
        file.save(
            output,
            force_version=file.pdf_version,
            fix_metadata_version=False,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.disable,
        )
    return output.getvalue()


def exchange(
    pdf: bytes,
    streams: Iterable[tuple[bytes, bytes]],
    said: Mapping[bytes, bytes] = MappingProxyType({}),
    pack: Callable[[bytes], bytes] = zlib.compress,
) -> bytes:
    """The settled file with other streams, as packed as those in whose place they stand.

    `said` are words of its records to be exchanged for others; `pack` packs as qpdf does. Raises `TypesettingFailure`
    where one of the streams is in the file more or less often than here, for what is there once more is not ours;
    where no record says its words; and where the file is written otherwise.
    """
    written = _Written(pdf)
    changes = {}
    for (old, new), times in Counter(streams).items():
        for place in written.holding(old, times):
            changes[place] = _with_stream(written.piece(place), _unmistakable(new))
    records = tuple(written.records()) if said else ()
    if said and not records:
        raise Unfamiliar("qpdf writes its object streams otherwise than it did: review `bind/pdf/record.py`.")
    unsaid = set(said)
    for place in records:
        head, _, packed = written.piece(place).partition(_BEGIN)
        packed = packed.removesuffix(_END)
        content, packer = (zlib.decompressobj().decompress(packed), pack) if b"/Filter" in head else (packed, bytes)
        if found := {old for old in said if old in content}:
            changes[place] = _saying(written.piece(place), content, {old: said[old] for old in found}, packer)
            unsaid -= found
    if unsaid:
        raise TypesettingFailure("The record of the file does not say what it should.")
    return written.with_changes(changes)


def _saying(piece: bytes, content: bytes, said: Mapping[bytes, bytes], pack: Callable[[bytes], bytes]) -> bytes:
    """A record with other words. In a stream that holds other objects they are as long: it has places of its own."""
    spoken = content
    for old, new in said.items():
        spoken = spoken.replace(old, new)
    if len(spoken) != len(content) and _OBJECTS in piece[:_HEAD]:
        raise TypesettingFailure("Words among other objects would be longer than they are.")
    return _with_stream(piece, _unmistakable(pack(spoken)))


class _Written:
    """A written file in its pieces: what stands before the first object, each object, and the table at the end."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        start = _START.fullmatch(pdf, pdf.rfind(b"startxref\n"))
        self.table = int(start[1]) if start else len(pdf)
        """Offset of the table."""
        table = _TABLE.fullmatch(pdf, self.table, start.start()) if start else None
        if table is None or int(table["width"]) > WIDTH:
            raise Unfamiliar("qpdf writes its table of objects otherwise than it did: review `bind/pdf/record.py`.")
        self._found = table
        width, rest = int(table["width"]), int(table["rest"])
        rows = zlib.decompressobj().decompress(table["rows"])
        kinds, *places = _columns(rows, 1 + width + rest, bool(table["predicted"]))
        self._kinds = kinds
        self._columns = [bytes(len(kinds))] * (WIDTH - width) + places
        ones = (found.start() for found in re.finditer(b"\1", kinds))
        self._own = {row: int.from_bytes(column[row] for column in places[:width]) for row in ones}
        """The place of each object that no other holds, by its row."""
        self._places = sorted({0, *self._own.values(), self.table})
        self._end = dict(pairwise(self._places))

    def place_of(self, offset: int) -> int:
        """Offset of the piece that something stands in."""
        return self._places[bisect_right(self._places, offset) - 1]

    def piece(self, place: int) -> bytes:
        """The piece that begins at a place."""
        return self._pdf[place : self._end[place]]

    def holding(self, content: bytes, times: int) -> list[int]:
        """The places of the objects whose streams have these packed bytes: so many."""
        found = [one.start() for one in re.finditer(re.escape(_BEGIN + _unmistakable(content) + _END), self._pdf)]
        if len(found) != times:
            raise TypesettingFailure(f"A stream that was written {times} times is found {len(found)} times.")
        return [self.place_of(offset) for offset in found]

    def records(self) -> Iterator[int]:
        """The places of the streams that hold other objects, and of the record in XMP."""
        for place in self._places[:-1]:
            head = self._pdf[place : place + _HEAD]
            if _OBJECTS in head or b"/Type /Metadata" in head:
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
            raise Unfamiliar("qpdf names no identifier in its table of objects: review `bind/pdf/record.py`.")
        made = b"".join((*pieces, table, b"startxref\n%d\n%%%%EOF\n" % place))
        name = sha256(made).digest()[:16].hex().encode()
        identifier = _IDENTIFIER.search(made, place)
        assert identifier is not None  # `_tabled` has put it there
        return made[: identifier.start()] + _identifier(name) + made[identifier.end() :]

    def _tabled(self, moved: Mapping[int, int]) -> bytes | None:
        """The table for objects that stand elsewhere now, under a blank identifier."""
        table = self._found
        across = 1 + len(self._columns)
        rows = bytearray(len(self._kinds) * across)
        for number, column in enumerate((self._kinds, *self._columns)):
            rows[number::across] = column
        for row, place in self._own.items():
            rows[row * across + 1 : row * across + 1 + WIDTH] = moved[place].to_bytes(WIDTH)
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


def _columns(content: bytes, columns: int, predicted: bool) -> list[bytes]:
    """The columns of a table, of which perhaps only the differences to the row above are kept (PNG's filter 'Up')."""
    if not predicted:
        return [content[start::columns] for start in range(columns)]
    changes = (content[start :: columns + 1] for start in range(1, columns + 1))
    return [_low(array("Q", accumulate(column))) for column in changes]


def _low(numbers: array[int]) -> bytes:
    """The lowest byte of each number."""
    return numbers.tobytes()[0 if sys.byteorder == "little" else numbers.itemsize - 1 :: numbers.itemsize]


def finish_pdf(pdf: Pdf, claim: Claim | None, ids: Mapping[str, Object]) -> bytes:
    """The finished file, in PDF 1.7. `ids` has the tags that have an id of their own."""
    if claim:
        for picture in pictures(pdf):
            if "/Interpolate" in picture:
                del picture.Interpolate  # a reader is to show the dots that there are (ISO 19005-2, 6.2.8)
    write_ids(pdf, ids)
    return settle(save_deterministic(pdf, "1.7"))


def pictures(pdf: Pdf) -> Iterator[Object]:
    """Every raster picture that a page draws, also within drawings and patterns."""
    seen: set[tuple[int, int]] = set()
    todo = [page.obj.get("/Resources") for page in pdf.pages]
    while todo:
        resources = todo.pop()
        if resources is None or (resources.is_indirect and resources.objgen in seen):
            continue
        seen.add(resources.objgen)
        for kind in ("/XObject", "/Pattern"):
            for drawn in resources.get(kind, Dictionary()).as_dict().values():
                if not isinstance(drawn, Stream) or drawn.objgen in seen:
                    continue
                seen.add(drawn.objgen)
                if drawn.get("/Subtype") == Name.Image:
                    yield drawn
                    if "/SMask" in drawn:
                        yield drawn.SMask
                else:
                    todo.append(drawn.get("/Resources"))
        for state in resources.get("/ExtGState", Dictionary()).as_dict().values():
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary):
                todo.append(mask.G.get("/Resources"))
