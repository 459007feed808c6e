"""Our own checks of a print file: inks alone, exact boxes, and nothing that is not printed.

They read the file afresh and share nothing with what made it.
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
"""Points: how far a box may be off."""
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
_DARK, _ALIKE = 0.2, 0.06


def print_faults(pdf: bytes, path: str) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a print file, each kind told once a page or once for what pages share."""
    with Pdf.open(BytesIO(pdf)) as file:
        found = (*_of_file(file, path), *_of_pages(file, path), *_of_objects(file, path))
    return tuple(dict.fromkeys(found))


def _of_file(file: Pdf, path: str) -> Iterator[Diagnostic]:
    for key, what in _EXTRAS.items():
        if key in file.Root:
            yield message("proof-print-claim", Location(path), reason=f"it holds {what}")


def _of_pages(file: Pdf, path: str) -> Iterator[Diagnostic]:
    inks = _inks_of(file)
    for number, page in enumerate(file.pages, 1):
        place = Location(path, number)
        yield from _boxes(page.obj, place)
        if len(page.obj.get("/Annots", [])):
            yield message("proof-print-claim", place, reason="it holds a link or a note")
        yield from _painted(page, inks, place)


def _boxes(page: Any, place: Location) -> Iterator[Diagnostic]:
    if "/TrimBox" not in page:
        yield message("proof-print-box", place, box="trim box", found="missing", expected="the size of the page")
        return
    left, bottom, right, top = _box(page, "/TrimBox")
    expected = (left - BLEED, bottom - BLEED, right + BLEED, top + BLEED)
    bleed = _box(page, "/BleedBox")
    if any(abs(a - b) > TOLERANCE for a, b in zip(bleed, expected, strict=True)):
        yield message("proof-print-box", place, box="bleed box", found=_said(bleed), expected=_said(expected))
    media = _box(page, "/MediaBox")
    around = all(a <= b for a, b in zip(media[:2], bleed[:2], strict=True)) and all(
        a >= b for a, b in zip(media[2:], bleed[2:], strict=True)
    )
    if not around or _box(page, "/CropBox") != media:
        yield message("proof-print-box", place, box="media box", found=_said(media), expected="around its bleed box")


def _box(page: Any, name: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(part)) for part in page.get(name, page.MediaBox))


def _said(box: tuple[Decimal, ...]) -> str:
    return " ".join(f"{part:.3f}" for part in box)


def _of_objects(file: Pdf, path: str) -> Iterator[Diagnostic]:
    """Resources that pages share: forms, patterns, gradients, pictures, letters, fonts."""
    place, inks = Location(path), _inks_of(file)
    for thing in file.objects:
        if not isinstance(thing, Dictionary | Stream):
            continue
        for space in _spaces(thing):
            if wrong := _no_ink(space, inks):
                yield message("proof-print-colour", place, found=wrong)
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1):
            yield from _painted(thing, inks, place)
        if thing.get("/Type") == Name.Font:
            if thing.get("/Subtype") == Name.Type3:
                for glyph in thing.CharProcs.as_dict().values():
                    yield from _painted(glyph, inks, place)
            elif thing.get("/Subtype") != Name.Type0:
                described = thing.get("/FontDescriptor", Dictionary())
                if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                    yield message("proof-print-claim", place, reason=f"it does not hold its font {_name(thing)}")
        if thing.get("/S") == Name.JavaScript or "/JS" in thing:
            yield message("proof-print-claim", place, reason="it holds a program")
        if thing.get("/Type") in (Name.EmbeddedFile, Name.Filespec):
            yield message("proof-print-claim", place, reason="it holds an attachment")


def _spaces(thing: Any) -> Iterator[Any]:
    """Every colour space that an object names, in a picture, a gradient, a group or its resources."""
    for holder in (thing, thing.get("/Resources")):
        own = holder.get("/ColorSpace") if isinstance(holder, Dictionary | Stream) else None
        if isinstance(own, Dictionary):
            yield from own.as_dict().values()
        elif own is not None:
            yield own
    group = thing.get("/Group")
    if isinstance(group, Dictionary) and "/CS" in group:
        yield group.CS
    for pattern in thing.get("/Resources", Dictionary()).get("/Shading", Dictionary()).as_dict().values():
        yield pattern.ColorSpace


def _name(font: Any) -> str:
    """Name of a font, without the letters that say which part of it a file holds."""
    return re.sub(r"^[A-Z]{6}\+", "", str(font.get("/BaseFont", "/without a name"))[1:])


def _inks_of(file: Pdf) -> frozenset[str]:
    """The colours that a file may use: the four inks only where it says what they are."""
    plain = frozenset({"/DeviceGray", "/G", "/Pattern"})
    return plain | {"/DeviceCMYK", "/CMYK"} if "/OutputIntents" in file.Root else plain


def _no_ink(space: Any, inks: frozenset[str]) -> str:
    """Kind of colour of a space, unless it is ink."""
    if not isinstance(space, Array):
        name = str(space)
        return "" if name in inks else name[1:]
    name = str(space[0])
    if name in ("/Separation", "/DeviceN"):
        return _no_ink(space[2], inks)
    if name in ("/Indexed", "/I", "/Pattern"):
        return _no_ink(space[1], inks) if len(space) > 1 else ""
    return name[1:]


def _painted(stream: Any, inks: frozenset[str], place: Location) -> Iterator[Diagnostic]:
    """Colours that a content stream paints with."""
    fill: tuple[float, ...] = (0,)
    stack: list[tuple[float, ...]] = []
    for instruction in parse_content_stream(stream, operators=_SET):
        if isinstance(instruction, ContentStreamInlineImage):
            image: Any = instruction.iimage
            if not image.image_mask and (wrong := _no_ink(image.obj.get("/ColorSpace", Name.DeviceRGB), inks)):
                yield message("proof-print-colour", place, found=wrong)
            continue
        operator, operands = str(instruction.operator), instruction.operands
        match operator:
            case "q":
                stack.append(fill)
            case "Q":
                fill = stack.pop() if stack else (0,)
            case "rg" | "RG":
                yield message("proof-print-colour", place, found="DeviceRGB")
            case "k" | "K" if "/DeviceCMYK" not in inks:
                yield message("proof-print-colour", place, found="DeviceCMYK")
            case "cs" | "CS" if str(operands[0]) in ("/DeviceRGB", "/CalRGB", "/Lab"):
                yield message("proof-print-colour", place, found=str(operands[0])[1:])
            case "Tj" | "TJ" | "'" | '"' if _is_mixed_black(fill):
                yield message("proof-print-black", place, inks=" + ".join(f"{part:.0%}" for part in fill))
        if operator in ("g", "k", "sc", "scn"):
            fill = tuple(float(part) for part in operands if not isinstance(part, Name))


def _is_mixed_black(fill: tuple[float, ...]) -> bool:
    """Whether a colour of four inks looks black or grey-black and is not made of black alone."""
    if len(fill) != 4 or not any(fill[:3]):
        return False
    light = [(1 - ink) * (1 - fill[3]) for ink in fill[:3]]
    return max(light) < _DARK and max(light) - min(light) < _ALIKE
