"""Rules relaxed where a text does not fit: holes, broken words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice, pairwise
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.roles import HEADINGS
from pipeline.press.engine.formulas import Room, is_formula, wide_formulas
from pipeline.press.notes import AT_END, StyleOf, boxes_of, is_crowded

_ADDRESS = re.compile(r"[/@\\]|www\.|^10\.\d")
"""Characters of an address or a file path, which no word has: it may go on in the next line."""


class BrokenWords:
    """Joins the words at the ends of lines, box by box in the order of the text."""

    def __init__(self) -> None:
        self._begun, self._is_broken = "", False

    def add(self, text: str, end: str) -> str:
        """The word that ends in this text, if a line before has broken it. `end` is how this one ends."""
        first, *rest = text.split() or [""]
        word, broken = self._begun + first, self._is_broken
        if end and not rest:
            self._begun, self._is_broken = word, broken or end == "broken"
            return ""
        self._begun, self._is_broken = (rest[-1], end == "broken") if end else ("", False)
        return word if broken and not _ADDRESS.search(word) else ""


def broken_words(texts: Iterable[Any]) -> Iterator[str]:
    """The words that are broken in boxes of text."""
    words = BrokenWords()
    yield from filter(None, (words.add(box.text, line_end(box)) for box in texts))


def line_end(box: Any) -> str:
    """End of the line of a text box."""
    return getattr(getattr(box, "pango_layout", None), "line_end", "")


# Holes: much white space at the foot of a page, because what follows is kept whole and does not fit there.

BREAKS = "data-breaks"
"""The attribute of what is parted."""

MOST = 1 / 5
"""The share of the height of a page's text that may stay empty at its foot."""

MOST_FOR_NOTES = 1 / 2
"""The same where what follows calls notes: parted, it may leave some of them on the page after their call."""

LEAST_LINES = 3
"""The lines of what is bound to a thing that stand with its end."""

_ON_PURPOSE = frozenset({"page", "always", "left", "right", "recto", "verso"})
_WHOLE = frozenset({"avoid", "avoid-page"})


def leaving_hole(pages: list[Any]) -> Iterator[Element]:
    """The elements that are kept whole after holes which are there for such an element alone; they can be parted.

    What one of them changes is what comes after, so only of the first is it known that parting it fills a hole.
    """
    for page, following in pairwise(page._page_box for page in pages):
        empty, least = _empty(page), MOST * page.height
        kept = _kept_from(following, empty - _dropped(following), least) if empty > least else None
        if kept is None or (_calls_notes(kept) and empty < MOST_FOR_NOTES * page.height):
            continue
        if _can_be_parted(kept, empty / 2):
            yield kept.element


def figures_to_move(pages: list[Any]) -> Iterator[Element]:
    """The figures that begin a page after a hole, and are followed by a paragraph that has room there."""
    for page, following in pairwise(page._page_box for page in pages):
        empty, least = _empty(page), MOST * page.height
        kept = _kept_from(following, empty, least) if empty > least else None
        if kept is None or kept.element.tag != "figure" or kept.position_y > following.content_box_y() + 1:
            continue
        after = _after(kept, following.children[0])
        if after is not None and after.element_tag == "p" and _fits(after, empty):
            yield kept.element


def _after(box: Any, root: Any) -> Any:
    """The box that follows another of the same parent on its page."""
    families = (list(getattr(parent, "children", ())) for parent in boxes_of(root, placed_later=False))
    siblings = next(children for children in families if box in children)
    return next(iter(siblings[siblings.index(box) + 1 :]), None)


def _fits(paragraph: Any, room: float) -> bool:
    """Whether a paragraph has room, and leads to nothing that it must stand above."""
    return paragraph.margin_height() < room and paragraph.style["break_after"] not in _WHOLE


def _kept_from(page: Any, empty: float, least: float) -> Any:
    """The first thing on a page that would have begun in the empty room before it, and does not fit there whole.

    It takes its notes along, and the first lines of what may not be parted from it; these may be what does not fit.
    Of a row that is lower than a hole it is the table, whose rows may then stand apart: it stays whole itself. Where
    they do it is the body of the table, if its last two rows are kept together.
    """
    notes = sum(area.margin_height() for area in _notes(page))
    table: Any = None
    for box, bound in _with_bound(page.children[0], 0):
        table = box if box.element_tag == "table" else table
        if box.style["break_before"] in _ON_PURPOSE:
            return None
        above = box.position_y - page.content_box_y()
        last = _last_row_after(box, table) if box.element_tag == "tr" else None
        height = box.height + bound + notes
        if _is_kept_whole(box) and above < empty < above + height + (last.height if last else 0):
            if box.element_tag != "tr" or (box.height > least and empty < above + height):
                return box
            if not table.element.get(BREAKS):
                return table
            if last is not None:
                inside = boxes_of(table, placed_later=False)
                return next(body for body in inside if last in getattr(body, "children", ()))
    return None


def _last_row_after(row: Any, table: Any) -> Any:
    """The last row of a table, if it is the next after this one and may not be parted from it."""
    *_, last = rows = [box for box in boxes_of(table, placed_later=False) if box.element_tag == "tr"]
    return last if rows[-2:] == [row, last] and last.style["break_before"] in _WHOLE else None


def _dropped(page: Any) -> float:
    """The margin above the first thing on a page: there it is none, on the page before it would be one."""
    tops = [page]
    while tops[-1].children and isinstance(tops[-1].children[0], boxes.BlockLevelBox):
        tops.append(tops[-1].children[0])
    margins = (box.style["margin_top"] for box in tops[1:])
    return max((margin.value for margin in margins if margin != "auto" and margin.unit == "px"), default=0.0)


def _with_bound(box: Any, bound: float) -> Iterator[tuple[Any, float]]:
    """A box and all within it, each with the height of what is bound to its end and is not kept whole itself."""
    yield box, bound
    within = [child for child in getattr(box, "children", ()) if not isinstance(child, AbsolutePlaceholder)]
    flow = [child for child in within if child.is_in_normal_flow()]
    ends = {id(child): _bound(child, after) for child, after in pairwise(flow)}
    for child in within:
        yield from _with_bound(child, ends.get(id(child), bound if child in flow[-1:] else 0))


def _bound(box: Any, after: Any) -> float:
    """Height of the beginning of what follows a box, where no page may end between the two."""
    apart = not _WHOLE.intersection((box.style["break_after"], after.style["break_before"]))
    if apart or _is_kept_whole(after):
        return 0
    lines = (line.height for line in boxes_of(after, placed_later=False) if isinstance(line, boxes.LineBox))
    below = min(after.height, LEAST_LINES * next(lines, 0))
    return float(after.content_box_y() + below - box.position_y - box.height)


def _empty(page: Any) -> float:
    """The height that stays empty below the text of a page and above its notes, in CSS pixels."""
    foot = min((area.position_y for area in _notes(page)), default=page.content_box_y() + page.height)
    ends = [
        box.position_y + box.height
        for box in boxes_of(page.children[0], placed_later=False)
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox)
    ]
    return float(foot - max(ends, default=foot))


def _notes(page: Any) -> Iterator[Any]:
    return (area for area in page.children[1:] if isinstance(area, boxes.FootnoteAreaBox) and area.children)


def _is_kept_whole(box: Any) -> bool:
    own = box.element is not None and "::" not in str(box.element_tag)
    return own and isinstance(box, boxes.BlockLevelBox | boxes.TableRowBox) and box.style["break_inside"] in _WHOLE


def _calls_notes(box: Any) -> bool:
    return any(getattr(inner, "footnote", None) is not None for inner in boxes_of(box, placed_later=False))


def _can_be_parted(box: Any, room: float) -> bool:
    """Whether a thing can stand on two pages: nothing side by side, no figure, nothing around a large picture."""
    if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox) or box.element.tag == "figure":
        return False
    inside = boxes_of(box, placed_later=False)
    return not any(isinstance(inner, boxes.ReplacedBox) and inner.height > room for inner in inside)


# The engine sets even a text that does not fit its style, and then leaves something out or sets one thing over another.
# So the text is set again with as few concessions as are enough.

SPREADS = "data-spread"
CLOSER = "data-closer"
REFLOWS = "data-reflow"
GROWS = "data-grow"
LONG = 40
"""The pages beyond which a text is set anew for all of its holes at once, and only so often: what is left is told."""
ROUNDS = 5
"""The most times that this is done. Set anew for each hole in turn, twice the text takes four times as long."""
_HEADS = HEADINGS | {"caption"}


@dataclass(frozen=True, slots=True)
class Relaxations:
    """Notes moved to the end, by id; by their place elements that may break, tables that change, figures that move.

    Some of these have columns that grow to the width of their longest word, some reach over the margin beside their
    column, some have their columns closer together there, some reflow. Places are those among all elements before the
    text is set: then its notes go to their calls.
    """

    has_margin: bool = False
    """Whether there is a margin beside the column, which tables may use."""
    moves_figures: bool = False
    """Whether a figure may stand after the paragraph that follows it."""
    notes: frozenset[str] = frozenset()
    breaks: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()
    spread: frozenset[int] = frozenset()
    closer: frozenset[int] = frozenset()
    tables: frozenset[int] = frozenset()
    figures: frozenset[int] = frozenset()
    formulas: tuple[tuple[int, Room], ...] = ()
    """Formulas that are broken over lines, by place."""
    rounds: int = 0
    """Times that the text was set anew for its holes."""

    def mark(self, elements: tuple[Element, ...]) -> None:
        """Mark in a text what is given up."""
        for note in elements if self.notes else ():
            if note.tag == "aside" and note.get("id") in self.notes:
                note.set(AT_END, "true")
        spread, closer = self.spread - self.tables, self.closer - self.tables
        marks = {BREAKS: self.breaks, GROWS: self.columns, SPREADS: spread, CLOSER: closer, REFLOWS: self.tables}
        for attribute, places in marks.items():
            for place in places:
                elements[place].set(attribute, "true")
        above = {child: parent for parent in elements for child in parent} if self.figures else {}
        for figure in (elements[place] for place in self.figures):
            siblings = above[figure]
            place = list(siblings).index(figure)
            siblings.remove(figure)
            siblings.insert(place + 1, figure)

    def more(self, elements: tuple[Element, ...], pages: list[Any]) -> Relaxations:
        """These, and what else must be given up to set the text well, as its pages show; the same where they are good.

        A formula that is wider than its line is broken over lines. A table that breaks a word has its columns grow.
        One that is wider than its column reaches over the margin, if there is any; then its columns move closer; then
        it is set as blocks, one a row. It keeps its head on every page before a note keeps its place: the head is left
        out where the first row of a page does not fit below it and may not break, however few notes there are. At last
        what is kept whole is parted where that leaves a hole; a figure never is, but the paragraph that follows it may
        fill the hole.
        """
        places = {element: place for place, element in enumerate(elements)}
        columns = self.columns | {places[region] for region in _with_broken_words(pages)}
        if columns != self.columns:
            return replace(self, columns=columns)
        known = dict(self.formulas)
        wide = tuple((place, room) for place, room in wide_formulas(pages) if place not in known)
        if wide:
            return replace(self, formulas=(*self.formulas, *wide))
        given = reduce(Relaxations._give_room, {places[region] for region in _too_wide(pages)}, self)
        if given != self:
            return given
        breaks = self.breaks | {places[element] for element in _unbroken(pages) if element in places}
        if breaks != self.breaks:
            return replace(self, breaks=breaks)
        notes = self.notes | _crowding(pages)
        if notes != self.notes:
            return replace(self, notes=notes)
        return self._filled(places, pages)

    def _filled(self, places: dict[Element, int], pages: list[Any]) -> Relaxations:
        """These, and what fills the holes of the pages: the first of them, or all of a long text."""
        is_long = len(pages) > LONG
        if is_long and self.rounds == ROUNDS:
            return self
        holes = (places[element] for element in leaving_hole(pages) if element in places)
        breaks = self.breaks | frozenset(islice(holes, None if is_long else 1))
        late = (places[element] for element in (figures_to_move(pages) if self.moves_figures else ()))
        figures = self.figures | frozenset(islice((place for place in late if place not in self.figures), 1))
        if (breaks, figures) == (self.breaks, self.figures):
            return self
        return replace(self, breaks=breaks, figures=figures, rounds=self.rounds + 1)

    def _give_room(self, place: int) -> Relaxations:
        """These, and the next of what gives room to a table that is too wide."""
        if self.has_margin and place not in self.spread:
            return replace(self, spread=self.spread | {place})
        if self.has_margin and place not in self.closer:
            return replace(self, closer=self.closer | {place})
        return replace(self, tables=self.tables | {place})


def let_break(root: Element, style_of: StyleOf) -> None:
    """Take from what is marked, and from tables that hold marked rows, what kept it whole.

    The entries of lists and the rows of tables in it stay whole each, and may stand apart. The last of three rows or
    more stays with the row before it, unless the body of the table is marked too.
    """
    marked = [element for element in root.iter() if element.get(BREAKS)]
    for element in marked:
        style_of(element)["break_inside"] = "auto"
        last = {row for body in element.iter("tbody") if not body.get(BREAKS) for row in list(body)[2:][-1:]}
        for part in (part for part in element.iter() if part.tag in ("li", "tr")):
            style_of(part)["break_after"] = "auto"
            if part not in last:
                style_of(part)["break_before"] = "auto"
    rows = [row for row in marked if row.tag == "tr"]
    for region in filter(_holds_table, root.iter("div")) if rows else ():
        if any(row in rows for row in region.iter("tr")):
            style_of(region)["break_inside"] = "auto"
    for row in rows:
        for side in ("break_before", "break_after"):
            style_of(row)[side] = "auto"
        for element in row.iter():
            style_of(element)["break_inside"] = "auto"


def _holds_table(block: Element) -> bool:
    """Whether a block holds a table and nothing else."""
    return block.tag == "div" and "table" in block.get("class", "").split()


def _too_wide(pages: list[Any]) -> Iterator[Element]:
    """The blocks of tables that do not fit into their column."""
    for page in pages:
        for box in boxes_of(page._page_box, placed_later=False):
            if _is_region(box):
                widest = max((child.margin_width() for child in box.children if child.is_table_wrapper), default=0)
                if widest > box.width + 1:
                    yield box.element


def _with_broken_words(pages: list[Any]) -> Iterator[Element]:
    """The blocks of tables in which a line breaks a word between its letters, or a formula is wider than its cell."""
    for page in pages:
        shown = tuple(boxes_of(page._page_box, placed_later=False))
        broken = any(isinstance(box, boxes.TextBox) and line_end(box) == "broken" for box in shown)
        if broken or any(map(is_formula, shown)):
            for box in filter(_is_region, shown):
                inside = tuple(boxes_of(box, placed_later=False))
                words = (inner for inner in inside if isinstance(inner, boxes.TextBox))
                cells = (inner for inner in inside if isinstance(inner, boxes.TableCellBox))
                if any(broken_words(words)) or any(map(_holds_wide_formula, cells)):
                    yield box.element


def _holds_wide_formula(cell: Any) -> bool:
    return any(is_formula(box) and box.width > cell.width + 1 for box in boxes_of(cell, placed_later=False))


def _is_region(box: Any) -> bool:
    """Whether a box is the block of a table, and no part that a style sheet adds."""
    block = isinstance(box, boxes.BlockBox) and box.element is not None and "::" not in str(box.element_tag)
    return block and _holds_table(box.element)


def _unbroken(pages: list[Any]) -> Iterator[Element]:
    """Elements kept whole although a page leaves out the head of their table, or holds only headings above them."""
    stranded = False
    for page in pages:
        for box in boxes_of(page._page_box, placed_later=False):
            row = headless_row(box)
            if row is not None:
                yield row
        if stranded:
            yield from islice(filter(None, map(_kept_whole, _first_boxes(page._page_box))), 1)
        stranded = any(_has_headings_alone(box) is True for box in page._page_box.children[:1])


def _first_boxes(page: Any) -> Iterator[Any]:
    """The boxes of a page's text from the outermost to that of its first words or picture."""
    for box in boxes_of(page.children[0], placed_later=False) if page.children else ():
        yield box
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            return


def _kept_whole(box: Any) -> Element | None:
    """Element of a box that may not break, or the first row of its table."""
    if isinstance(box, boxes.TableBox):
        row = _first_row(box)
        return None if row is None or row.get(BREAKS) else row
    return box.element if box.style["break_inside"] in _WHOLE else None


def headless_row(box: Any) -> Element | None:
    """The first row of a table that has a head and does not show it."""
    if not isinstance(box, boxes.TableBox) or box.element is None or box.element.find("thead") is None:
        return None
    return None if any(group.is_header for group in box.children) else _first_row(box)


def _first_row(table: Any) -> Element | None:
    """The first row of a table's body on a page."""
    rows = (row for group in table.children if not (group.is_header or group.is_footer) for row in group.children)
    return next((row.element for row in rows if row.element is not None), None)


def _has_headings_alone(box: Any) -> bool | None:
    """True where a box has the text of headings alone, false where it has other text, nothing where it has none."""
    if box.element_tag in _HEADS:
        return True
    if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
        return False
    found = {
        _has_headings_alone(child)
        for child in getattr(box, "children", ())
        if not isinstance(child, AbsolutePlaceholder)
    }
    return False if False in found else True if True in found else None


def _crowding(pages: list[Any]) -> frozenset[str]:
    """The longest note of every page whose notes leave no room for its text, or hold others up for a page and more."""
    held = [tuple(note for area in _notes(page._page_box) for note in area.children) for page in pages]
    if not any(held):
        return frozenset()
    found = {_longest(held[number]) for number, page in enumerate(pages) if held[number] and _is_crowded(page)}
    return frozenset(found | {_longest(waited) for waited in _late(pages, held)})


def _is_crowded(page: Any) -> bool:
    root = page._page_box.children[0]
    headless = any(headless_row(box) is not None for box in boxes_of(root, placed_later=False))
    return headless or any(is_crowded(page._page_box, root, area) for area in _notes(page._page_box))


def _late(pages: list[Any], held: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Every note set later than on the page after its call, each with the notes held before it on the pages between."""
    called: dict[str, int] = {}
    for number, page in enumerate(pages):
        for box in boxes_of(page._page_box):
            if getattr(box, "footnote", None) is not None:
                called.setdefault(_name(box.footnote), number)
        for note in held[number]:
            first = called.get(_name(note), number)
            if number - first > 1:
                yield [other for notes in held[first : number + 1] for other in notes]


def _longest(notes: Iterable[Any]) -> str:
    return _name(max(notes, key=lambda note: note.margin_height()))


def _name(note: Any) -> str:
    return str(note.element.get("id"))
