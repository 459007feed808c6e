"""A booklet: pages two by two on sheets of twice their width, in the order in which a folded stack reads.

For saddle stitching: print on both sides, turned over the short edge, fold the whole stack once, staple the fold.
The pages stand against the fold, drawn as they were; links and tags go, for pages that lie in another order than they
are read have none. No page is moved for creep: up to about 80 pages (20 sheets) the innermost leaf stands out less
than a margin notices. A longer booklet does not fold; it is printed without imposition, or bound in sections.
"""

from decimal import Decimal
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

from pipeline.bind.print.print_file import describe, is_bound_right, numbers, plain_catalog, save_plain

A4 = (Decimal("841.889764"), Decimal("595.275591"))
"""A4 on its side, in points."""

SheetSide = tuple[int | None, int | None]
"""The pages on one side of a sheet, left and right, counted from 0; None is blank."""


def imposition(pages: int) -> tuple[SheetSide, ...]:
    """Pages on each side, front and back of each sheet in turn, from the outermost; blanks at the end."""
    total = -(-pages // 4) * 4

    def page(index: int) -> int | None:
        return index if index < pages else None

    sides: list[SheetSide] = []
    for first in range(0, total // 2, 2):
        last = total - 1 - first
        sides += [(page(last), page(first)), (page(first + 1), page(last - 1))]
    return tuple(sides)


def impose(pdf: bytes) -> bytes:
    """The booklet of a finished PDF whose pages are A5 (or any size, all alike, that fits half a sheet)."""
    with Pdf.open(BytesIO(pdf)) as file:
        forms = [file.make_indirect(_as_form(page)) for page in file.pages]
        left, bottom, right, top = (Decimal(str(x)) for x in file.pages[0].trimbox)
        size = right - left, top - bottom
        sides = imposition(len(forms))
        if is_bound_right(file):
            sides = tuple((right, left) for left, right in sides)
        made = [_side(file, forms, side, size) for side in sides]
        names = [f"Sheet {number // 2 + 1} {'back' if number % 2 else 'front'}" for number in range(len(sides))]
        labels = [part for number, name in enumerate(names) for part in (number, Dictionary(P=String(name)))]
        packet = file.Root.Metadata.read_bytes() if "/Metadata" in file.Root else b"<none/>"
        plain_catalog(file)
        del file.pages[:]
        file.pages.extend(made)
        file.Root.PageLabels = Dictionary(Nums=Array(labels))
        file.Root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipShortEdge
        )
        describe(file, packet)
        return save_plain(file, "1.7")


def _as_form(page: Page) -> Object:
    form = page.as_form_xobject()
    for key in ("/StructParents", "/Metadata"):
        if key in form:
            del form[key]
    return form


def _side(file: Pdf, forms: list[Object], side: SheetSide, size: tuple[Decimal, Decimal]) -> Page:
    """One side of a sheet: its pages stand against the fold, in the middle of the height."""
    width, height = (max(A4[0], 2 * size[0]), max(A4[1], size[1]))
    drawn, used = [], {}
    for name, index, corner in (("/Left", side[0], width / 2 - size[0]), ("/Right", side[1], width / 2)):
        if index is not None:
            form: Any = forms[index]
            x, y = corner - Decimal(str(form.BBox[0])), (height - size[1]) / 2 - Decimal(str(form.BBox[1]))
            drawn.append(b"q 1 0 0 1 %s cm %s Do Q\n" % (numbers(x, y), name.encode()))
            used[name] = form
    return Page(
        file.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, width, height]),
                TrimBox=Array([0, 0, width, height]),
                Resources=Dictionary(XObject=Dictionary(used)),
                Contents=file.make_stream(b"".join(drawn)),
            )
        )
    )
