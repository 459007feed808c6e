"""Cost of drawing the pages of an insert, with nested drawings and tiles expanded: readers of the pack draw them."""

from typing import Any

from pikepdf import Dictionary, Name, Pdf, Stream, parse_content_stream

MOST_DRAWN = 20_000
"""So many drawings the pages may draw, those within others counted as often as they are drawn."""

MOST_TILES = 2_000_000
"""So many tiles of patterns may lie on a page."""

_DEEPEST = 60


def too_much(pdf: Pdf) -> str:
    """Why the pages draw too much, as the end of a sentence, or nothing."""
    counts: dict[tuple[int, int], int] = {}
    total = 0
    for page in pdf.pages:
        total += _drawn(page.obj, page.obj.get("/Resources", Dictionary()), counts, 0)
        if total > MOST_DRAWN:
            return f"its pages draw more than {MOST_DRAWN:,} drawings, those within others counted each time"
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/PatternType") == 1 and _tiles(thing) > MOST_TILES:
            return "it is laid out with tiles that are too small to be seen"
    return ""


def _drawn(holder: Any, resources: Any, counts: dict[tuple[int, int], int], depth: int) -> int:
    """Number of drawings drawn for one page or drawing: very many if one draws itself."""
    things = resources.get("/XObject", Dictionary()) if isinstance(resources, Dictionary) else Dictionary()
    forms = {str(name): form for name, form in things.items() if _is_form(form)}
    if not forms or depth > _DEEPEST:
        return 0
    total = 0
    for instruction in parse_content_stream(holder, "Do"):
        form = forms.get(str(instruction.operands[0])) if instruction.operands else None
        if form is None:
            continue
        if form.objgen not in counts:
            counts[form.objgen] = MOST_DRAWN + 1  # what one that draws itself is taken for
            counts[form.objgen] = 1 + _drawn(form, form.get("/Resources", resources), counts, depth + 1)
        total += counts[form.objgen]
        if total > MOST_DRAWN:
            break
    return min(total, MOST_DRAWN + 1)


def _is_form(thing: Any) -> bool:
    return isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form


def _tiles(pattern: Any) -> float:
    """Number of tiles on a sheet of A4: a tile too small for that is too small for any page."""
    across, down = abs(float(pattern.get("/XStep", 1))), abs(float(pattern.get("/YStep", 1)))
    matrix = [float(part) for part in pattern.get("/Matrix", (1, 0, 0, 1, 0, 0))]
    tile = across * down * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])
    return 595.0 * 842.0 / tile if tile else MOST_TILES + 1.0
