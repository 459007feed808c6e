"""Make print files for PDF/X-4 (ISO 15930-7), with bleed and crop marks, and impose booklets."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import product
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
    Page,
    Pdf,
    Stream,
    String,
    parse_content_stream,
)
from PIL import ImageCms

from pipeline.bind.pdf.record import PDFX_NAMESPACES, write_xmp
from pipeline.bind.pdf.written_file import save_exact_version
from pipeline.bind.print.inks import GreyInks, inks_of
from pipeline.bind.print.paint import InkConverter
from pipeline.compose.language.direction import runs_rtl


@dataclass(frozen=True, slots=True)
class PrintFacts:
    """Facts about a print file that a printer asks for; lengths in whole millimetres."""

    width: int
    height: int
    bleed: int
    condition: str = ""
    """The printing condition; '' if the file is grey."""
    coloured: tuple[int, ...] = ()
    """Pages, from 1, that need more inks than black."""


def read_print_facts(pdf: bytes) -> PrintFacts:
    """Read the facts of a print file."""
    with Pdf.open(BytesIO(pdf)) as file:
        first = file.pages[0].obj
        trim, bleed = (list(map(float, first.get(key, first.MediaBox))) for key in ("/TrimBox", "/BleedBox"))
        conditions = [str(intent.OutputConditionIdentifier) for intent in file.Root.get("/OutputIntents", Array([]))]
        finder = _InkFinder()
        coloured = (
            number for number, page in enumerate(file.pages, 1) if finder.is_coloured(page.obj, page.obj.Resources)
        )
        lengths = (trim[2] - trim[0], trim[3] - trim[1], trim[0] - bleed[0])
        width, height, bleed_width = (round(points / 72 * 25.4) for points in lengths)
        return PrintFacts(width, height, bleed_width, conditions[0] if conditions else "", tuple(coloured))


_PAINTING_OPERATORS = "k K cs CS sc scn SC SCN sh Do BI ID EI"


class _InkFinder:
    """Finds inks other than black in page content; shared objects are read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def is_coloured(self, stream: Any, resources: Any) -> bool:
        """True if a page, form or pattern paints with cyan, magenta or yellow."""
        key = stream.objgen
        if key not in self._known or key == (0, 0):
            self._known[key] = False  # a form that draws itself draws nothing more
            self._known[key] = any(self._coloured_operations(stream, resources))
        return self._known[key]

    def _coloured_operations(self, stream: Any, resources: Any) -> Iterator[bool]:
        for instruction in parse_content_stream(stream, operators=_PAINTING_OPERATORS):
            if isinstance(instruction, ContentStreamInlineImage):
                image: Any = instruction.iimage
                yield not image.image_mask and _is_process_colour(image.obj.get("/ColorSpace", Name.DeviceGray))
                continue
            operands = list(instruction.operands)
            match str(instruction.operator):
                case "k" | "K" | "sc" | "SC" | "scn" | "SCN" if len(operands) == 4:
                    yield any(float(ink) > 0 for ink in operands[:3])
                case "scn" | "SCN" if operands and isinstance(operands[-1], Name):
                    yield self._draws_colour(_resource(resources, "/Pattern", operands[-1]), resources)
                case "sh":
                    shading = _resource(resources, "/Shading", operands[0])
                    yield shading is not None and _is_process_colour(shading.ColorSpace)
                case "Do":
                    yield self._draws_colour(_resource(resources, "/XObject", operands[0]), resources)

    def _draws_colour(self, drawing: Any, resources: Any) -> bool:
        """True if a form, a picture or a pattern has inks other than black."""
        if isinstance(drawing, Stream):
            if drawing.get("/Subtype") != Name.Image:
                return self.is_coloured(drawing, drawing.get("/Resources", resources))
            return "/ColorSpace" in drawing and _is_process_colour(drawing.ColorSpace)
        return drawing is not None and "/Shading" in drawing and _is_process_colour(drawing.Shading.ColorSpace)


def _resource(resources: Any, kind: str, name: Any) -> Any:
    return resources.get(kind, Dictionary()).get(str(name))


def _is_process_colour(space: Any) -> bool:
    """True if a colour space has four inks, itself or as the base of another."""
    if not isinstance(space, Array):
        return str(space) in ("/DeviceCMYK", "/CMYK")
    if str(space[0]) in ("/Indexed", "/I", "/Pattern") and len(space) > 1:
        return _is_process_colour(space[1])
    return str(space[0]) == "/DeviceN" or (str(space[0]) == "/ICCBased" and int(space[1].N) == 4)


_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TEXT_NAMESPACES = (
    *("http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/xap/1.0/rights/", "http://ns.adobe.com/xap/1.0/"),
    "http://ns.adobe.com/pdf/1.3/",
)
"""Namespaces of properties that describe the text, not the file."""


def _is_bound_at_right(pdf: Pdf) -> bool:
    """True if the file's language runs from right to left."""
    return runs_rtl(str(pdf.Root.get("/Lang", "")))


def _strip_catalog(pdf: Pdf) -> bytes:
    """Keep pages and page labels; remove tags, links, actions, attachments and claims. Return the XMP packet."""
    packet: bytes = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b"<none/>"
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages", "/PageLabels", "/Lang"}:
        del pdf.Root[key]
    return packet


def _text_properties(packet: bytes) -> list[str]:
    """Return the XMP properties that describe the text itself, in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    descriptions = etree.fromstring(packet, parser).iter(f"{{{_RDF}}}Description")
    properties = (entry for description in descriptions for entry in description.iterchildren(etree.Element))
    return [_serialise_property(entry) for entry in properties if etree.QName(entry).namespace in _TEXT_NAMESPACES]


_CHANGED = re.compile(rb"<xmp:ModifyDate>[^<]*</xmp:ModifyDate>")


def _write_print_metadata(pdf: Pdf, packet: bytes, more: Iterable[str] = ()) -> None:
    """Write the text's properties of an earlier XMP packet, and more properties."""
    write_xmp(pdf, (*_text_properties(packet), *more), PDFX_NAMESPACES)


def _pdfx_properties(packet: bytes, produced: date, seed: bytes) -> Iterator[str]:
    """Yield the properties that ISO 15930-7 requires. The document's id is computed from `seed`."""
    known = b"".join(entry.encode() for entry in _text_properties(packet))
    for name in ("CreateDate", "ModifyDate"):
        if f"<xmp:{name}>".encode() not in known:
            yield f"<xmp:{name}>{produced.isoformat()}</xmp:{name}>"
    yield f"<xmp:MetadataDate>{produced.isoformat()}</xmp:MetadataDate>"
    yield f"<xmpMM:DocumentID>uuid:{UUID(bytes=sha256(seed).digest()[:16], version=5)}</xmpMM:DocumentID>"
    yield "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>"
    yield "<xmpMM:VersionID>1</xmpMM:VersionID>"
    yield "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
    yield "<pdf:Trapped>False</pdf:Trapped>"


def _write_print_information(pdf: Pdf, produced: date) -> None:
    """Write the document information: missing dates, and that nothing is trapped."""
    information: Any = pdf.trailer.get("/Info", Dictionary())
    kept = {key: value for key, value in information.items() if isinstance(value, String)}
    today = String(f"D:{produced:%Y%m%d}")
    if "/CreationDate" not in kept:
        kept["/CreationDate"] = kept["/ModDate"] = today
    kept.setdefault("/ModDate", today)
    pdf.trailer.Info = pdf.make_indirect(Dictionary({**dict(sorted(kept.items())), "/Trapped": Name("/False")}))


def _output_intent(pdf: Pdf, profile: bytes) -> Object:
    """Return the output intent with its profile embedded (ISO 15930-7, 6.2.3)."""
    description = ImageCms.ImageCmsProfile(BytesIO(profile)).profile.profile_description
    condition = String((description or "").strip() or "Custom")
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=condition,
        Info=condition,
        DestOutputProfile=pdf.make_stream(profile, N=4),
    )


def _serialise_property(element: Any) -> str:
    """Serialise an XMP property for our packet, which declares the prefixes."""
    inner = "".join(map(_serialise_property, element)) if len(element) else escape(element.text or "")
    attributes = "".join(
        f' {"xml:" if key.startswith("{http://www.w3.org/XML") else ""}{etree.QName(key).localname}="{escape(value)}"'
        for key, value in element.attrib.items()
    )
    name = f"{element.prefix}:{etree.QName(element).localname}"
    return f"<{name}{attributes}>{inner}</{name}>"


# A page with bleed is typeset with `@page { bleed: 3mm }`. WeasyPrint then paints through the bleed and keeps the
# origin at the corner of the trimmed page, so that stamps are where they are in the screen PDF.

_KEPT_PAGE_KEYS = {"/Type", "/Parent", "/Rotate", "/UserUnit"}
"""Page keys that stay; boxes, content and resources are written again, links, tags and all else are removed."""


def make_print_file(pdf: bytes, profile: bytes | None, produced: date, undated: bytes = b"", gutter: int = 0) -> bytes:
    """Return the print file of a finished PDF at trim size.

    `profile` is the CMYK output profile that `library.yaml` names; with one, the file is PDF/X-4. Without one, every
    colour becomes a tint of black and the file claims no standard. `produced` replaces dates that the metadata lacks.
    `undated` is the seed of the document's id, if the PDF itself depends on the date. `gutter` moves each page away
    from its binding edge, in millimetres: right-hand pages, beginning with the first, to the right, the others to the
    left. A book in a right-to-left language is bound at the other edge.

    Raises:
        TypesettingFailure: for what WeasyPrint never writes: mesh gradients, spot colours, colour keys.
    """
    inks = inks_of(profile)
    with Pdf.open(BytesIO(pdf)) as file:
        converter, marks = InkConverter(file), _registration_colour(file, inks)
        outwards = -gutter if _is_bound_at_right(file) else gutter
        for number, page in enumerate(file.pages):
            boxes = _page_boxes_at_trim(page.obj, -outwards if number % 2 else outwards)
            data, resources = converter.convert_stream(page, page.obj.get("/Resources", Dictionary()), inks, inks.black)
            spaces = resources.get("/ColorSpace", Dictionary())
            spaces.PressAll = marks
            resources.ColorSpace = spaces
            for key in set(page.obj.keys()) - _KEPT_PAGE_KEYS:
                del page.obj[key]
            for key, box in boxes.items():
                page.obj[key] = Array(list(box))
            page.obj.Resources = resources
            left, bottom, right, top = boxes["/BleedBox"]
            clip = b"%s re W n\n" % format_lengths(left, bottom, right - left, top - bottom)
            page.obj.Contents = file.make_stream(b"q\n" + clip + data + b"\nQ\n" + _crop_marks(boxes["/TrimBox"]))
        packet = _strip_catalog(file)
        if b"<xmp:CreateDate>" not in packet:
            # a pack has no publication date, and its print file is made on the date produced, which is later
            packet = _CHANGED.sub(b"", packet)
        properties = _pdfx_properties(packet, produced, (undated or pdf) + profile) if profile else ()
        _write_print_metadata(file, packet, properties)
        if profile:
            file.Root.OutputIntents = Array([_output_intent(file, profile)])
        _write_print_information(file, produced)
        return save_exact_version(file)


_Box = tuple[Decimal, Decimal, Decimal, Decimal]

_MM = Decimal(72) / Decimal("25.4")
_BLEED, _MARK_GAP, _MARK_LENGTH, _SHEET_EDGE = 3, 3, 5, 1
"""Millimetres: the bleed, the gap from bleed to crop mark, the mark, and from there to the edge of the sheet."""
_MARK_WIDTH = Decimal("0.25")
"""Width of a crop mark, in points."""


def _page_boxes_at_trim(page: Any, by: int) -> dict[str, _Box]:
    """Return the boxes of a print page that is trimmed to the page's size, by key.

    They are moved to the left by some millimetres, so that the content moves to the right. No crop box is needed,
    because it defaults to the media box.
    """
    array = page.get("/TrimBox", page.get("/CropBox", page.MediaBox))
    x, y, other_x, other_y = (Decimal(str(edge)) for edge in array)
    trim = (min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))
    sizes = {"/MediaBox": _BLEED + _MARK_GAP + _MARK_LENGTH + _SHEET_EDGE, "/BleedBox": _BLEED, "/TrimBox": 0}
    grown = {key: _grown(trim, size) for key, size in sizes.items()} | {"/TrimBox": trim}
    return {key: (left - by * _MM, bottom, right - by * _MM, top) for key, (left, bottom, right, top) in grown.items()}


def _crop_marks(trim: _Box) -> bytes:
    """Return the operators that draw two crop marks at each corner, in the registration colour."""
    left, bottom, right, top = trim
    near, far = (_BLEED + _MARK_GAP) * _MM, (_BLEED + _MARK_GAP + _MARK_LENGTH) * _MM
    lines = []
    for x, outwards in ((left, -1), (right, 1)):
        lines += [(x + outwards * near, y, x + outwards * far, y) for y in (bottom, top)]
    for y, outwards in ((bottom, -1), (top, 1)):
        lines += [(x, y + outwards * near, x, y + outwards * far) for x in (left, right)]
    paths = b"".join(b"%s m %s l\n" % (format_lengths(*line[:2]), format_lengths(*line[2:])) for line in lines)
    return b"q\n/PressAll CS 1 SCN %s w 0 J [] 0 d\n%sS\nQ\n" % (format_lengths(_MARK_WIDTH), paths)


def _registration_colour(pdf: Pdf, inks: GreyInks) -> Object:
    """Return the colour space that prints the same tint on every plate (ISO 32000-1, 8.6.6.4)."""
    blank, full = ([0, 0, 0, 0], [1, 1, 1, 1]) if inks.space == Name.DeviceCMYK else ([1], [0])
    tint = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array(blank), C1=Array(full), N=1)
    return pdf.make_indirect(Array([Name.Separation, Name.All, inks.space, tint]))


def _grown(box: _Box, millimetres: int) -> _Box:
    by = _rounded(millimetres * _MM)
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _rounded(length: Decimal) -> Decimal:
    return length.quantize(Decimal("0.000001"))


def format_lengths(*lengths: Decimal) -> bytes:
    """Return lengths as operands of an operator."""
    return b" ".join(f"{_rounded(length):f}".rstrip("0").rstrip(".").encode() or b"0" for length in lengths)


# A booklet is for saddle stitching: print it on both sides, flipped on the short edge, fold the whole stack once, and
# staple the fold. Its pages are not in reading order, so links and tags are removed. They are not moved for creep: up
# to about 80 pages (20 sheets) the innermost leaf protrudes less than a margin shows. A longer booklet does not fold:
# print it without imposition or bind it in sections.

_A4_LANDSCAPE = (Decimal("841.889764"), Decimal("595.275591"))
"""Width and height in points."""

SheetSide = tuple[int | None, int | None]
"""Indexes of the left and right pages on one side of a sheet; None if blank."""


def imposition_order(pages: int) -> tuple[SheetSide, ...]:
    """Return the front and back of each sheet, from the outermost; blank pages come last."""
    total = -(-pages // 4) * 4
    indexes = [*range(pages), *[None] * (total - pages)]
    return tuple(
        (indexes[-1 - leaf], indexes[leaf]) if leaf % 2 == 0 else (indexes[leaf], indexes[-1 - leaf])
        for leaf in range(total // 2)
    )


def impose_booklet(pdf: bytes) -> bytes:
    """Impose a finished PDF whose pages are A5, or all of one size that fits half an A4 sheet."""
    with Pdf.open(BytesIO(pdf)) as file:
        forms: list[Any] = [file.make_indirect(page.as_form_xobject()) for page in file.pages]
        for form, key in product(forms, ("/StructParents", "/Metadata")):
            if key in form:
                del form[key]
        left, bottom, right, top = (Decimal(str(x)) for x in file.pages[0].trimbox)
        size = right - left, top - bottom
        sides = imposition_order(len(forms))
        if _is_bound_at_right(file):
            sides = tuple((right, left) for left, right in sides)
        side_pages = [_draw_side(file, forms, side, size) for side in sides]
        names = [f"Sheet {number // 2 + 1} {'back' if number % 2 else 'front'}" for number in range(len(sides))]
        labels = [part for number, name in enumerate(names) for part in (number, Dictionary(P=String(name)))]
        packet = _strip_catalog(file)
        del file.pages[:]
        file.pages.extend(side_pages)
        file.Root.PageLabels = Dictionary(Nums=Array(labels))
        file.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
        )
        _write_print_metadata(file, packet)
        return save_exact_version(file, "1.7")


def _draw_side(file: Pdf, forms: list[Any], side: SheetSide, size: tuple[Decimal, Decimal]) -> Page:
    """Draw one side of a sheet: its pages against the fold, vertically centred."""
    width, height = (max(_A4_LANDSCAPE[0], 2 * size[0]), max(_A4_LANDSCAPE[1], size[1]))
    operators, xobjects = [], {}
    for name, index, corner in (("/Left", side[0], width / 2 - size[0]), ("/Right", side[1], width / 2)):
        if index is not None:
            form = forms[index]
            x, y = corner - Decimal(str(form.BBox[0])), (height - size[1]) / 2 - Decimal(str(form.BBox[1]))
            operators.append(b"q 1 0 0 1 %s cm %s Do Q\n" % (format_lengths(x, y), name.encode()))
            xobjects[name] = form
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        TrimBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(xobjects)),
        Contents=file.make_stream(b"".join(operators)),
    )
    return Page(file.make_indirect(page))
