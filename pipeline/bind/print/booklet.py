"""Impose a booklet: two pages on each side of a sheet, in the order in which a folded stack reads.

The booklet is for saddle stitching: print on both sides, flipped on the short edge, fold the whole stack once, staple
the fold. Pages are placed against the fold. Links and tags are removed, because the pages are no longer in reading
order. Pages are not moved for creep: up to about 80 pages (20 sheets) the innermost leaf stands out less than a margin
shows. A longer booklet does not fold; print it without imposition or bind it in sections.
"""

from decimal import Decimal
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from pipeline.bind.pdf.written_file import save_exact_version
from pipeline.bind.print.print_file import format_lengths, is_bound_at_right, strip_catalog, write_print_metadata

A4 = (Decimal("841.889764"), Decimal("595.275591"))
"""Landscape A4, in points."""

SheetSide = tuple[int | None, int | None]
"""Indexes of the left and right pages on one side of a sheet; None if blank."""


def imposition_order(pages: int) -> tuple[SheetSide, ...]:
    """Return the front and back of each sheet, from the outermost; blank pages come last."""
    total = -(-pages // 4) * 4

    def page(index: int) -> int | None:
        return index if index < pages else None

    sides: list[SheetSide] = []
    for first in range(0, total // 2, 2):
        last = total - 1 - first
        sides += [(page(last), page(first)), (page(first + 1), page(last - 1))]
    return tuple(sides)


def impose_booklet(pdf: bytes) -> bytes:
    """Impose a finished PDF whose pages are A5, or all of one size that fits half an A4 sheet."""
    with Pdf.open(BytesIO(pdf)) as file:
        forms = [file.make_indirect(_as_form(page)) for page in file.pages]
        left, bottom, right, top = (Decimal(str(x)) for x in file.pages[0].trimbox)
        size = right - left, top - bottom
        sides = imposition_order(len(forms))
        if is_bound_at_right(file):
            sides = tuple((right, left) for left, right in sides)
        side_pages = [_draw_side(file, forms, side, size) for side in sides]
        names = [f"Sheet {number // 2 + 1} {'back' if number % 2 else 'front'}" for number in range(len(sides))]
        labels = [part for number, name in enumerate(names) for part in (number, Dictionary(P=String(name)))]
        packet = file.Root.Metadata.read_bytes() if "/Metadata" in file.Root else b"<none/>"
        strip_catalog(file)
        del file.pages[:]
        file.pages.extend(side_pages)
        file.Root.PageLabels = Dictionary(Nums=Array(labels))
        file.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
        )
        write_print_metadata(file, packet)
        return save_exact_version(file, "1.7")


def _as_form(page: Page) -> Object:
    form = page.as_form_xobject()
    for key in ("/StructParents", "/Metadata"):
        if key in form:
            del form[key]
    return form


def _draw_side(file: Pdf, forms: list[Object], side: SheetSide, size: tuple[Decimal, Decimal]) -> Page:
    """Draw one side of a sheet: its pages against the fold, vertically centred."""
    width, height = (max(A4[0], 2 * size[0]), max(A4[1], size[1]))
    operators, xobjects = [], {}
    for name, index, corner in (("/Left", side[0], width / 2 - size[0]), ("/Right", side[1], width / 2)):
        if index is not None:
            form: Any = forms[index]
            x, y = corner - Decimal(str(form.BBox[0])), (height - size[1]) / 2 - Decimal(str(form.BBox[1]))
            operators.append(b"q 1 0 0 1 %s cm %s Do Q\n" % (format_lengths(x, y), name.encode()))
            xobjects[name] = form
    return Page(
        file.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, width, height]),
                TrimBox=Array([0, 0, width, height]),
                Resources=Dictionary(XObject=Dictionary(xobjects)),
                Contents=file.make_stream(b"".join(operators)),
            )
        )
    )
