"""Print file: bleed, crop marks, record."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from lxml import etree
from pikepdf import (
    Array,
    ContentStreamInlineImage,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    Pdf,
    Stream,
    String,
    parse_content_stream,
)
from PIL import ImageCms

from pipeline.bind.print.inks import Grey, inks_of
from pipeline.bind.print.paint import Painter
from pipeline.compose.language.direction import runs_rtl


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """The facts of a print file; lengths in whole millimetres."""

    width: int
    height: int
    bleed: int
    condition: str = ""
    """The printing condition that the file is made for; nothing where it is grey."""
    coloured: tuple[int, ...] = ()
    """The pages that need more than black, counted from 1."""


def print_facts(pdf: bytes) -> PrintFacts:
    """The facts of a print file, all of whose colours are inks."""
    with Pdf.open(BytesIO(pdf)) as file:
        first = file.pages[0].obj
        trim, bleed = (list(map(float, first.get(key, first.MediaBox))) for key in ("/TrimBox", "/BleedBox"))
        intents = [str(one.OutputConditionIdentifier) for one in file.Root.get("/OutputIntents", Array([]))]
        reader = _Reader()
        coloured = (n for n, page in enumerate(file.pages, 1) if reader.is_coloured(page.obj, page.obj.Resources))
        size = (_millimetres(trim[2] - trim[0]), _millimetres(trim[3] - trim[1]), _millimetres(trim[0] - bleed[0]))
        return PrintFacts(*size, intents[0] if intents else "", tuple(coloured))


def _millimetres(points: float) -> int:
    return round(points / 72 * 25.4)


_PAINTS = "k K cs CS sc scn SC SCN sh Do BI ID EI"


class _Reader:
    """Looks for inks other than black in what pages show; what pages share is looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def is_coloured(self, stream: Any, resources: Any) -> bool:
        """Whether a page, form or pattern paints with cyan, magenta or yellow."""
        key = stream.objgen
        if key not in self._known or key == (0, 0):
            self._known[key] = False  # a form that draws itself draws nothing more
            self._known[key] = any(self._paints(stream, resources))
        return self._known[key]

    def _paints(self, stream: Any, resources: Any) -> Iterator[bool]:
        for instruction in parse_content_stream(stream, operators=_PAINTS):
            if isinstance(instruction, ContentStreamInlineImage):
                image: Any = instruction.iimage
                yield not image.image_mask and _is_mixed(image.obj.get("/ColorSpace", Name.DeviceGray))
                continue
            operands = list(instruction.operands)
            match str(instruction.operator):
                case "k" | "K" | "sc" | "SC" | "scn" | "SCN" if len(operands) == 4:
                    yield any(float(ink) > 0 for ink in operands[:3])
                case "scn" | "SCN" if operands and isinstance(operands[-1], Name):
                    yield self._pattern(_named(resources, "/Pattern", operands[-1]), resources)
                case "sh":
                    shading = _named(resources, "/Shading", operands[0])
                    yield shading is not None and _is_mixed(shading.ColorSpace)
                case "Do":
                    yield self._shown(_named(resources, "/XObject", operands[0]), resources)

    def _shown(self, thing: Any, resources: Any) -> bool:
        if not isinstance(thing, Stream):
            return False
        if thing.get("/Subtype") == Name.Form:
            return self.is_coloured(thing, thing.get("/Resources", resources))
        return "/ColorSpace" in thing and _is_mixed(thing.ColorSpace)

    def _pattern(self, pattern: Any, resources: Any) -> bool:
        if isinstance(pattern, Stream):
            return self.is_coloured(pattern, pattern.get("/Resources", resources))
        return pattern is not None and _is_mixed(pattern.Shading.ColorSpace)


def _named(resources: Any, kind: str, name: Any) -> Any:
    return resources.get(kind, Dictionary()).get(str(name))


def _is_mixed(space: Any) -> bool:
    """Whether a colour space is one of four inks, by itself or as the base of another."""
    if not isinstance(space, Array):
        return str(space) in ("/DeviceCMYK", "/CMYK")
    if str(space[0]) in ("/Indexed", "/I", "/Pattern") and len(space) > 1:
        return _is_mixed(space[1])
    return str(space[0]) == "/DeviceN" or (str(space[0]) == "/ICCBased" and int(space[1].N) == 4)


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_KEPT = (
    *("http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/rights/", "http://ns.adobe.com/xap/1.0/"),
    "http://ns.adobe.com/pdf/1.3/",
)
"""The part of the record that is true of the text, whatever file it stands in."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def is_bound_right(pdf: Pdf) -> bool:
    """Return whether the file is in a language that runs from right to left: such a book is bound at its right edge."""
    return runs_rtl(str(pdf.Root.get("/Lang", "")))


def plain_catalog(pdf: Pdf) -> None:
    """Leave the pages and their labels; take out tags, links, actions, attachments and claims."""
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages", "/PageLabels", "/Lang"}:
        del pdf.Root[key]


def truths(packet: bytes) -> list[str]:
    """The properties of an XMP packet that are true of the text itself, in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    descriptions = etree.fromstring(packet, parser).iter(f"{{{_RDF}}}Description")
    properties = (entry for description in descriptions for entry in description.iterchildren(etree.Element))
    return [_bare(entry) for entry in properties if etree.QName(entry).namespace in _KEPT]


def without_change_before(packet: bytes) -> bytes:
    """The packet without the day of the last change, where no day of creation stands beside it.

    Nobody says when a pack was published. Its print file is made on the day produced, which is later.
    """
    return packet if b"<xmp:CreateDate>" in packet else _CHANGED.sub(b"", packet)


_CHANGED = re.compile(rb"<xmp:ModifyDate>[^<]*</xmp:ModifyDate>")


def describe(pdf: Pdf, packet: bytes, more: Iterable[str] = ()) -> None:
    """Write the record: the truths of an earlier packet, and more."""
    properties = "\n".join((*truths(packet), *more))
    text = _PACKET.format(properties=properties).encode()
    pdf.Root.Metadata = pdf.make_stream(text, Type=Name.Metadata, Subtype=Name.XML)


def x4_properties(packet: bytes, produced: date, seed: bytes) -> Iterator[str]:
    """Properties that ISO 15930-7 wants beside the truths. The document's id is worked out from its content."""
    said = b"".join(one.encode() for one in truths(packet))
    for name in ("CreateDate", "ModifyDate"):
        if f"<xmp:{name}>".encode() not in said:
            yield f"<xmp:{name}>{produced.isoformat()}</xmp:{name}>"
    yield f"<xmp:MetadataDate>{produced.isoformat()}</xmp:MetadataDate>"
    yield f"<xmpMM:DocumentID>uuid:{UUID(bytes=sha256(seed).digest()[:16], version=5)}</xmpMM:DocumentID>"
    yield "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>"
    yield "<xmpMM:VersionID>1</xmpMM:VersionID>"
    yield "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
    yield "<pdf:Trapped>False</pdf:Trapped>"


def set_information(pdf: Pdf, produced: date) -> None:
    """The information dictionary: dates where there were none, and that nothing is trapped."""
    information: Any = pdf.trailer.get("/Info", Dictionary())
    kept = {key: value for key, value in information.items() if isinstance(value, String)}
    made = String(f"D:{produced:%Y%m%d}")
    if "/CreationDate" not in kept:
        kept["/CreationDate"] = kept["/ModDate"] = made
    kept.setdefault("/ModDate", made)
    pdf.trailer.Info = pdf.make_indirect(Dictionary({**dict(sorted(kept.items())), "/Trapped": Name("/False")}))


def output_intent(pdf: Pdf, profile: bytes) -> Object:
    """The printing condition that the file is made for, its profile within (ISO 15930-7, 6.2.3)."""
    described = ImageCms.ImageCmsProfile(BytesIO(profile)).profile.profile_description
    named = String((described or "").strip() or "Custom")
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=named,
        Info=named,
        DestOutputProfile=pdf.make_stream(profile, N=4),
    )


def save_plain(pdf: Pdf, version: str = "1.6") -> bytes:
    """The bytes, as PDF 1.6, on which PDF/X-4 stands, or another version; the same for the same content."""
    output = BytesIO()
    pdf.save(
        output,
        force_version=version,
        fix_metadata_version=False,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
    )
    return output.getvalue()


def _bare(element: Any) -> str:
    """An XMP property as it stands in our packet, whose prefixes are declared above it."""
    inner = "".join(map(_bare, element)) if len(element) else escape(element.text or "")
    marks = "".join(
        f' {"xml:" if key.startswith("{http://www.w3.org/XML") else ""}{etree.QName(key).localname}="{escape(value)}"'
        for key, value in element.attrib.items()
    )
    name = f"{element.prefix}:{etree.QName(element).localname}"
    return f"<{name}{marks}>{inner}</{name}>"


# A page that bleeds is pressed with `@page { bleed: 3mm }`: the engine then paints through the bleed, and keeps the
# corner of the trimmed page where it was, so that stamps stand where they stand on screen. With a profile the file is
# PDF/X-4 (ISO 15930-7); without one everything is a tint of black, and the file claims nothing.

_PAGE = {"/Type", "/Parent", "/MediaBox", "/TrimBox", "/BleedBox", "/Rotate", "/UserUnit"}
"""The keys of a page that say what is drawn and where: links, tags and all else go."""


def prepress(pdf: bytes, profile: bytes | None, produced: date, undated: bytes = b"", gutter: int = 0) -> bytes:
    """The print file of a finished PDF at trim size.

    `profile` is a CMYK output profile as `library.yaml` names it. `produced` stands for dates that the record of the
    file lacks. `gutter` is how far, in millimetres, each page moves away from where it is bound: right-hand pages to
    the right, the others to the left; the first is a right-hand one. A book that runs from
    right to left is bound the other way.

    Raises:
        PressFailure: for what the engine never writes: mesh gradients, spot colours, colour keys.
    """
    inks = inks_of(profile)
    with Pdf.open(BytesIO(pdf)) as file:
        painter, marks = Painter(file), registration(file, inks)
        outwards = -gutter if is_bound_right(file) else gutter
        for number, page in enumerate(file.pages):
            boxes = moved(boxes_of(page.obj), Decimal(-outwards if number % 2 else outwards))
            data, resources = painter.stream(page, page.obj.get("/Resources", Dictionary()), inks, inks.black)
            spaces = resources.get("/ColorSpace", Dictionary())
            spaces.PressAll = marks
            resources.ColorSpace = spaces
            set_boxes(page.obj, boxes)
            for key in set(page.obj.keys()) - _PAGE:
                del page.obj[key]
            page.obj.Resources = resources
            page.obj.Contents = file.make_stream(b"q\n" + clip_to_bleed(boxes) + data + b"\nQ\n" + crop_marks(boxes))
        packet = file.Root.Metadata.read_bytes() if "/Metadata" in file.Root else b"<none/>"
        packet = without_change_before(packet)
        plain_catalog(file)
        describe(file, packet, x4_properties(packet, produced, (undated or pdf) + profile) if profile else ())
        if profile:
            file.Root.OutputIntents = Array([output_intent(file, profile)])
        set_information(file, produced)
        return save_plain(file)


PageBox = tuple[Decimal, Decimal, Decimal, Decimal]

_MM = Decimal(72) / Decimal("25.4")
BLEED, GAP, LENGTH, EDGE = 3, 3, 5, 1
"""Millimetres: bleed around the trimmed page, from there to a mark, the mark, from there to the sheet's edge."""
LINE = Decimal("0.25")
"""Points: how thick a mark is."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes of a page, in points."""

    trim: PageBox
    bleed: PageBox
    media: PageBox


def boxes_of(page: Any) -> Boxes:
    """The boxes for a page: its own size is where it is trimmed."""
    own = page.get("/TrimBox", page.get("/CropBox", page.MediaBox))
    left, bottom, right, top = (Decimal(str(x)) for x in own)
    trim = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
    return Boxes(trim, _grown(trim, BLEED), _grown(trim, BLEED + GAP + LENGTH + EDGE))


def moved(boxes: Boxes, by: Decimal) -> Boxes:
    """The boxes moved to the left by so many millimetres, so that all that stands on the page moves to the right."""

    def to_left(box: PageBox) -> PageBox:
        left, bottom, right, top = box
        return left - by * _MM, bottom, right - by * _MM, top

    return Boxes(to_left(boxes.trim), to_left(boxes.bleed), to_left(boxes.media))


def set_boxes(page: Any, boxes: Boxes) -> None:
    """Write the boxes; the crop box is the media box."""
    for name, box in (("/MediaBox", boxes.media), ("/BleedBox", boxes.bleed), ("/TrimBox", boxes.trim)):
        page[name] = Array(list(box))
    for name in ("/CropBox", "/ArtBox"):
        if name in page:
            del page[name]


def clip_to_bleed(boxes: Boxes) -> bytes:
    """Operators after which nothing is drawn outside the bleed."""
    left, bottom, right, top = boxes.bleed
    return b"%s re W n\n" % numbers(left, bottom, right - left, top - bottom)


def crop_marks(boxes: Boxes) -> bytes:
    """Two lines at each corner, in the colour that prints on every plate."""
    left, bottom, right, top = boxes.trim
    near, far = (BLEED + GAP) * _MM, (BLEED + GAP + LENGTH) * _MM
    lines = []
    for x, outwards in ((left, -1), (right, 1)):
        lines += [(x + outwards * near, y, x + outwards * far, y) for y in (bottom, top)]
    for y, outwards in ((bottom, -1), (top, 1)):
        lines += [(x, y + outwards * near, x, y + outwards * far) for x in (left, right)]
    drawn = b"".join(b"%s m %s l\n" % (numbers(*line[:2]), numbers(*line[2:])) for line in lines)
    return b"q\n/PressAll CS 1 SCN %s w 0 J [] 0 d\n%sS\nQ\n" % (numbers(LINE), drawn)


def registration(pdf: Pdf, inks: Grey) -> Object:
    """The colour space of marks: the same tint on every plate (ISO 32000-1, 8.6.6.4)."""
    blank, full = ([0, 0, 0, 0], [1, 1, 1, 1]) if inks.space == Name.DeviceCMYK else ([1], [0])
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(blank), C1=Array(full), N=1)
    return pdf.make_indirect(Array([Name.Separation, Name.All, inks.space, tint]))


def _grown(box: PageBox, millimetres: int) -> PageBox:
    by = _exact(millimetres * _MM)
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _exact(length: Decimal) -> Decimal:
    return length.quantize(Decimal("0.000001"))


def numbers(*lengths: Decimal) -> bytes:
    """Lengths as operands of an operator."""
    return b" ".join(f"{_exact(length):f}".rstrip("0").rstrip(".").encode() or b"0" for length in lengths)
