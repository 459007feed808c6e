"""PDF pictures whose page draws very much."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf

from tests.support.bombs.packing import repeated


def _saved(pdf: Pdf) -> bytes:
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def _form(pdf: Pdf, content: bytes, **resources: Any) -> Dictionary:
    form = pdf.make_stream(content)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 100])
    form.Resources = Dictionary(**resources)
    return form


def _page(pdf: Pdf, content: bytes, **resources: Any) -> bytes:
    page = pdf.add_blank_page(page_size=(100, 100))
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = Dictionary(**resources)
    return _saved(pdf)


def doubling(levels: int) -> bytes:
    """A form that draws the next twice, and so on."""
    pdf = Pdf.new()
    form = _form(pdf, b"0 0 1 1 re f")
    for _ in range(levels):
        form = _form(pdf, b"/F Do /F Do", XObject=Dictionary(F=form))
    return _page(pdf, b"/F Do", XObject=Dictionary(F=form))


def in_a_circle() -> bytes:
    """A form that draws itself, twice."""
    pdf = Pdf.new()
    form = _form(pdf, b"/F Do /F Do 0 0 9 9 re f")
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    return _page(pdf, b"/F Do", XObject=Dictionary(F=form))


def tiled(step: float) -> bytes:
    """A page laid out with tiles of a size."""
    pdf = Pdf.new()
    tile = pdf.make_stream(b"0 0 1 1 re f")
    tile.PatternType, tile.PaintType, tile.TilingType = 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 1, 1]), step, step
    tile.Resources = Dictionary()
    return _page(pdf, b"/Pattern cs /P scn 0 0 100 100 re f", Pattern=Dictionary(P=tile))


def _packed_page(content: bytes) -> bytes:
    pdf = Pdf.new()
    page = pdf.add_blank_page(page_size=(100, 100))
    page.obj.Contents = pdf.make_stream(content, Filter=Name.FlateDecode)
    return _saved(pdf)


def shapes(number: int) -> bytes:
    """A page of very many shapes, packed."""
    return _packed_page(repeated(b"0 0 m 1 1 l S\n", number))


def packed(size: int) -> bytes:
    """A page whose content is very long when it is unpacked."""
    return _packed_page(repeated(b" ", size))


DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "forms that double": lambda: doubling(40),
    "a form that draws itself": in_a_circle,
}
"""Each takes more than the process that draws it may have."""

HONEST: dict[str, Callable[[], bytes]] = {
    "a form drawn thirty thousand times": lambda: doubling(15),
    "hatching": lambda: tiled(2),
    "twenty thousand lines": lambda: shapes(20_000),
}
"""Each is drawn."""
