"""A sheet with every way to put colour on a page, and what a file paints with, for the tests of the print edition."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from pikepdf import Array, ContentStreamInlineImage, Dictionary, Name, Pdf, Stream, parse_content_stream
from PIL import Image, ImageDraw

from pipeline.bind.pdf.record import write_metadata, write_page_labels
from pipeline.core.documents.pdf import save_deterministic
from pipeline.model.formats import Asset
from pipeline.press.press import press
from tests.support.press.manuscripts import asset, manuscript, metadata

DAY = date(2024, 4, 26)
BLEED = "@page { bleed: 3mm }"
COLOURS = (
    '<h1 id="title">Colours</h1><p id="black">Black words.</p><p id="grey" style="color:#474c50">Grey words.</p>'
    '<p id="red" style="color:#c00000">Red words.</p><p id="lab" style="color:lab(50% 40 20)">Lab words.</p>'
    '<p id="oklch" style="color:oklch(60% 0.1 200)">Words in oklch.</p>'
    '<p id="cmyk" style="color:device-cmyk(0 1 0 0)">Words in ink.</p>'
    '<p id="pale" style="opacity:.5;background:#fe9">Pale words.</p>'
    '<div id="g1" style="height:20pt;background:linear-gradient(90deg,red,yellow 30%,transparent 60%,#00f)"></div>'
    '<div id="g2" style="height:20pt;background:radial-gradient(#111,#eee)"></div>'
    '<div id="edge" style="position:absolute;left:-25mm;top:-33mm;width:216mm;height:20mm;background:#0f4c5c"></div>'
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100"><title>All</title><defs>'
    '<linearGradient id="a"><stop offset="0" stop-color="red"/><stop offset=".5" stop-color="#ff0"/>'
    '<stop offset=".5" stop-color="#00f"/><stop offset="1" stop-color="#fff" stop-opacity=".2"/></linearGradient>'
    '<radialGradient id="b"><stop offset="0" stop-color="#222"/><stop offset="1" stop-color="#ddd"/></radialGradient>'
    '<pattern id="c" width="10" height="10" patternUnits="userSpaceOnUse"><circle cx="4" cy="4" r="4" fill="green"/>'
    '</pattern><mask id="d"><rect x="150" width="50" height="50" fill="#888"/></mask></defs>'
    '<rect width="50" height="50" fill="url(#a)"/><rect x="50" width="50" height="50" fill="url(#b)"/>'
    '<rect x="100" width="50" height="50" fill="url(#c)"/>'
    '<rect x="150" width="50" height="50" mask="url(#d)" fill="blue"/>'
    '<g opacity=".4"><rect y="50" width="60" height="50" fill="#c0c"/><circle cx="60" cy="75" r="20" fill="#0c0"/></g>'
    '<rect x="110" y="55" width="40" height="40" fill="none" stroke="#e60" stroke-width="4"/></svg>'
)


def picture(mode: str, kind: str) -> Asset:
    """A small picture of a mode, with a diagonal of colour, in a kind of file."""
    drawn = Image.new("RGBA", (24, 16), (255, 255, 255, 0))
    brush = ImageDraw.Draw(drawn)
    for x in range(24):
        shade = (x * 10, 120, 250 - x * 10, 255 - x * 8) if mode in ("RGB", "RGBA", "P", "CMYK") else (x * 10,) * 3
        brush.line((x, 0, x, 16), fill=shade)
    made = drawn.convert("RGB").convert(mode) if mode in ("P", "1", "L", "RGB", "CMYK") else drawn.convert(mode)
    out = BytesIO()
    made.save(out, kind)
    return asset(out.getvalue(), f"{mode}.{kind.lower()}", f"image/{kind.lower()}")


KINDS = (
    *(("RGB", "PNG"), ("RGBA", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("1", "PNG")),
    *(("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("P", "GIF"), ("RGBA", "WEBP")),
)


@cache
def colours() -> bytes:
    """A finished sheet of two pages with everything on it."""
    images = tuple(picture(*kind) for kind in KINDS)
    shown = "".join(
        f'<p id="i{n}"><img alt="{one.path}" src="asset:{one.sha256}"/></p>' for n, one in enumerate(images)
    )
    sheets = press(manuscript(COLOURS + DRAWING + shown, f"{BLEED} p {{ margin: 0 }}", images))
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        write_metadata(pdf, metadata(created="2022-10-19", modified="2023-01-02", version="1.0"), None)
        write_page_labels(pdf, ((0, 1),))
        return save_deterministic(pdf)


def operators(pdf: bytes) -> set[str]:
    """Every operator that sets a colour, wherever in the file."""
    wanted = "g rg k G RG K cs CS sc scn SC SCN BI ID EI"
    with Pdf.open(BytesIO(pdf)) as opened:
        found = set()
        for stream in _streams(opened):
            for instruction in parse_content_stream(stream, operators=wanted):
                inline = isinstance(instruction, ContentStreamInlineImage)
                found.add("BI" if inline else str(instruction.operator))
        return found


def solids(pdf: bytes) -> frozenset[tuple[float, ...]]:
    """Every solid colour in greys or in inks, wherever in the file: its parts as the operator has them."""
    with Pdf.open(BytesIO(pdf)) as opened:
        return frozenset(
            tuple(map(float, instruction.operands))
            for stream in _streams(opened)
            for instruction in parse_content_stream(stream, operators="g G k K")
        )


def _streams(opened: Pdf) -> Iterator[Any]:
    """Pages, forms and tiles."""
    yield from opened.pages
    for thing in opened.objects:
        if isinstance(thing, Stream) and (thing.get("/Subtype") == Name.Form or thing.get("/PatternType") == 1):
            yield thing


def spaces(pdf: bytes) -> set[str]:
    """Every colour space of pictures, gradients and groups."""
    with Pdf.open(BytesIO(pdf)) as opened:
        found = set()
        for thing in opened.objects:
            if isinstance(thing, Dictionary | Stream):
                for space in (thing.get("/ColorSpace"), thing.get("/Group", Dictionary()).get("/CS")):
                    if space is not None and not isinstance(space, Dictionary):
                        found.add(str(space[0] if isinstance(space, Array) else space)[1:])
        return found
