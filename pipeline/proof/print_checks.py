"""Checks of a file for the printer: inks, boxes, and nothing that is not printed.

They read the file again and share no code with the modules that make it.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

from pikepdf import Array, ContentStreamInlineImage, Dictionary, Name, Pdf, Stream, parse_content_stream

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message

BLEED = Decimal(3) * 72 / Decimal("25.4")
TOLERANCE = Decimal("0.001")
"""How far a box may be off, in points."""
_SET = "q Q g rg k G RG K cs CS sc scn SC SCN Tj TJ ' \" BI ID EI"
_EXTRAS = {
    "/StructTreeRoot": "tags",
    "/OpenAction": "an action",
    "/AA": "an action",
    "/AcroForm": "a form to fill in",
    "/AF": "an attachment",
    "/Names": "names of destinations or attachments",
    "/Outlines": "bookmarks",
    "/OCProperties": "layers",
}
_DARK_LIGHT, _ALIKE_LIGHT = 0.2, 0.06


def check_print_pdf(pdf: bytes, path: str) -> tuple[Diagnostic, ...]:
    """Check a file for the printer; a fault is reported once a page, or once for objects that pages share."""
    with Pdf.open(BytesIO(pdf)) as file:
        return tuple(dict.fromkeys((*_file_faults(file, path), *_page_faults(file, path), *_object_faults(file, path))))


def _file_faults(file: Pdf, path: str) -> Iterator[Diagnostic]:
    for key, name in _EXTRAS.items():
        if key in file.Root:
            yield message("proof-print-claim", Location(path), reason=f"it has {name}")


def _page_faults(file: Pdf, path: str) -> Iterator[Diagnostic]:
    inks = _inks_of(file)
    for number, page in enumerate(file.pages, 1):
        place = Location(path, number)
        yield from _box_faults(page.obj, place)
        if len(page.obj.get("/Annots", [])):
            yield message("proof-print-claim", place, reason="it has a link or a note")
        yield from _paint_faults(page, inks, place)


def _box_faults(page: Any, place: Location) -> Iterator[Diagnostic]:
    if "/TrimBox" not in page:
        yield message("proof-print-claim", place, reason="this page has no trim box")
        return
    x0, y0, x1, y1 = _box(page, "/TrimBox")
    expected = (x0 - BLEED, y0 - BLEED, x1 + BLEED, y1 + BLEED)
    bleed, media = _box(page, "/BleedBox"), _box(page, "/MediaBox")
    if any(abs(a - b) > TOLERANCE for a, b in zip(bleed, expected, strict=True)):
        reason = f"the bleed box of this page is {_format_box(bleed)}, not {_format_box(expected)}"
        yield message("proof-print-claim", place, reason=reason)
    surrounds = all(a <= b for a, b in zip((*media[:2], *bleed[2:]), (*bleed[:2], *media[2:]), strict=True))
    if not surrounds or _box(page, "/CropBox") != media:
        reason = f"the media box of this page is {_format_box(media)}, not around its bleed box"
        yield message("proof-print-claim", place, reason=reason)


def _box(page: Any, name: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(part)) for part in page.get(name, page.MediaBox))


def _format_box(box: tuple[Decimal, ...]) -> str:
    return " ".join(f"{part:.3f}" for part in box)


def _object_faults(file: Pdf, path: str) -> Iterator[Diagnostic]:
    """Check resources that pages share: forms, patterns, gradients, pictures, glyphs, fonts."""
    place, inks = Location(path), _inks_of(file)
    for resource in file.objects:
        if not isinstance(resource, Dictionary | Stream):
            continue
        for space in _spaces(resource):
            if wrong := _no_ink(space, inks):
                yield message("proof-print-colour", place, found=f"{wrong}, which is not an ink")
        if isinstance(resource, Stream) and (
            resource.get("/Subtype") == Name.Form or resource.get("/PatternType") == 1
        ):
            yield from _paint_faults(resource, inks, place)
        if resource.get("/Type") == Name.Font:
            if resource.get("/Subtype") == Name.Type3:
                for glyph in resource.CharProcs.as_dict().values():
                    yield from _paint_faults(glyph, inks, place)
            elif resource.get("/Subtype") != Name.Type0:
                described = resource.get("/FontDescriptor", Dictionary())
                if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                    yield message(
                        "proof-print-claim", place, reason=f"it does not embed its font {_font_name(resource)}"
                    )
        if resource.get("/S") == Name.JavaScript or "/JS" in resource:
            yield message("proof-print-claim", place, reason="it has a script")
        if resource.get("/Type") in (Name.EmbeddedFile, Name.Filespec):
            yield message("proof-print-claim", place, reason="it has an attachment")


def _spaces(resource: Any) -> Iterator[Any]:
    """Every colour space in a picture, a gradient, a group or resources."""
    for parent in (resource, resource.get("/Resources")):
        spaces = parent.get("/ColorSpace") if isinstance(parent, Dictionary | Stream) else None
        if isinstance(spaces, Dictionary):
            yield from spaces.as_dict().values()
        elif spaces is not None:
            yield spaces
    group = resource.get("/Group")
    if isinstance(group, Dictionary) and "/CS" in group:
        yield group.CS
    for pattern in resource.get("/Resources", Dictionary()).get("/Shading", Dictionary()).as_dict().values():
        yield pattern.ColorSpace


def _font_name(font: Any) -> str:
    """The name of a font, without the prefix of a subset."""
    return re.sub(r"^[A-Z]{6}\+", "", str(font.get("/BaseFont", "/without a name"))[1:])


def _inks_of(file: Pdf) -> frozenset[str]:
    """The colour spaces that a file may use: the four inks only with an output intent."""
    plain = frozenset({"/DeviceGray", "/G", "/Pattern"})
    return plain | {"/DeviceCMYK", "/CMYK"} if "/OutputIntents" in file.Root else plain


def _no_ink(space: Any, inks: frozenset[str]) -> str:
    """The name of a colour space that is no ink, else ''."""
    if not isinstance(space, Array):
        name = str(space)
        return "" if name in inks else name[1:]
    name = str(space[0])
    if name in ("/Separation", "/DeviceN"):
        return _no_ink(space[2], inks)
    if name in ("/Indexed", "/I", "/Pattern"):
        return _no_ink(space[1], inks) if len(space) > 1 else ""
    return name[1:]


def _paint_faults(stream: Any, inks: frozenset[str], place: Location) -> Iterator[Diagnostic]:
    """Check the colours that a content stream paints with."""
    fill: tuple[float, ...] = (0,)
    stack: list[tuple[float, ...]] = []
    for instruction in parse_content_stream(stream, operators=_SET):
        if isinstance(instruction, ContentStreamInlineImage):
            image: Any = instruction.iimage
            if not image.image_mask and (wrong := _no_ink(image.obj.get("/ColorSpace", Name.DeviceRGB), inks)):
                yield message("proof-print-colour", place, found=f"{wrong}, which is not an ink")
            continue
        operator, operands = str(instruction.operator), instruction.operands
        match operator:
            case "q":
                stack.append(fill)
            case "Q":
                fill = stack.pop() if stack else (0,)
            case "rg" | "RG":
                yield message("proof-print-colour", place, found="DeviceRGB, which is not an ink")
            case "k" | "K" if "/DeviceCMYK" not in inks:
                yield message("proof-print-colour", place, found="DeviceCMYK, which is not an ink")
            case "cs" | "CS" if str(operands[0]) in ("/DeviceRGB", "/CalRGB", "/Lab"):
                yield message("proof-print-colour", place, found=f"{str(operands[0])[1:]}, which is not an ink")
            case "Tj" | "TJ" | "'" | '"' if _is_mixed_black(fill):
                mixture = " + ".join(f"{part:.0%}" for part in fill)
                yield message("proof-print-colour", place, found=f"black mixed of {mixture}")
        if operator in ("g", "k", "sc", "scn"):
            fill = tuple(float(part) for part in operands if not isinstance(part, Name))


def _is_mixed_black(fill: tuple[float, ...]) -> bool:
    """True if a colour of four inks looks black and is not made of black alone."""
    if len(fill) != 4 or not any(fill[:3]):
        return False
    light = [(1 - ink) * (1 - fill[3]) for ink in fill[:3]]
    return max(light) < _DARK_LIGHT and max(light) - min(light) < _ALIKE_LIGHT
