"""Relax rules of the style sheet where a text does not fit: page holes, broken words, wide tables, long notes."""

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
from pipeline.press.box_tree import is_element_box, text_bottom, walk_boxes
from pipeline.press.engine.formulas import FormulaWidths, is_formula, wide_formulas
from pipeline.press.notes import AT_END, StyleOf, notes_crowd_text

_ADDRESS_CHARACTERS = re.compile(r"[/@\\]|www\.|^10\.\d")
"""Characters of an address or a file path, but of no word: such text may break over lines."""


class BrokenWords:
    """Joins the words at line ends, box by box in the order of the text."""

    def __init__(self) -> None:
        self._begun, self._is_broken = "", False

    def add(self, text: str, end: str) -> str:
        """Return the word that ends in this text, if an earlier line broke it; `end` is how this text's line ends."""
        first, *others = text.split() or [""]
        word, was_broken = self._begun + first, self._is_broken
        if end and not others:
            self._begun, self._is_broken = word, was_broken or end == "broken"
            return ""
        self._begun, self._is_broken = (others[-1], end == "broken") if end else ("", False)
        return word if was_broken and not _ADDRESS_CHARACTERS.search(word) else ""


def _find_broken_words(texts: Iterable[Any]) -> Iterator[str]:
    words = BrokenWords()
    yield from filter(None, (words.add(box.text, line_end(box)) for box in texts))


def line_end(box: Any) -> str:
    """Return how the line of a text box ends: 'broken', 'joined' or ''."""
    return getattr(getattr(box, "pango_layout", None), "line_end", "")


# Holes: white space at the foot of a page, because the next element must not break and does not fit.

_BREAKS_ATTRIBUTE = "data-breaks"
"""Attribute of elements that may be split over pages."""

_MAX_HOLE = 1 / 5
"""Share of the text height that may stay empty at the foot of a page."""

_MAX_HOLE_WITH_NOTES = 1 / 2
"""The same if the next element calls footnotes, some of which could be on a later page if it were split."""

_LINES_KEPT_TOGETHER = 3
"""Lines of a following block that stay with the element that it is attached to."""

_FORCED_BREAKS = frozenset({"page", "always", "left", "right", "recto", "verso"})
_AVOID_BREAKS = frozenset({"avoid", "avoid-page"})


def _elements_leaving_holes(pages: list[Any]) -> Iterator[Element]:
    """Yield unbreakable elements that leave a hole on the page before and can be split."""
    for page, following in pairwise(page._page_box for page in pages):
        hole, limit = _empty_height(page), _MAX_HOLE * page.height
        box = _box_after_hole(following, hole - _dropped_margin(following), limit) if hole > limit else None
        if box is None or (_calls_footnotes(box) and hole < _MAX_HOLE_WITH_NOTES * page.height):
            continue
        if _can_be_split(box, hole / 2):
            yield box.element


def _figures_to_move(pages: list[Any]) -> Iterator[Element]:
    """Yield figures at the top of a page after a hole that the next paragraph would fill."""
    for page, following in pairwise(page._page_box for page in pages):
        hole, limit = _empty_height(page), _MAX_HOLE * page.height
        figure = _box_after_hole(following, hole, limit) if hole > limit else None
        if figure is None or figure.element.tag != "figure" or figure.position_y > following.content_box_y() + 1:
            continue
        families = (list(getattr(parent, "children", ())) for parent in walk_boxes(following.children[0]))
        siblings = next(children for children in families if figure in children)
        for paragraph in siblings[siblings.index(figure) + 1 :][:1]:
            is_paragraph = paragraph.element_tag == "p" and paragraph.style["break_after"] not in _AVOID_BREAKS
            if is_paragraph and paragraph.margin_height() < hole:
                yield figure.element


def _box_after_hole(page: Any, hole: float, limit: float) -> Any:
    """Return the first unbreakable box on a page that would have begun in the hole before it but does not fit there.

    Its footnotes and the lines attached to its end count too. For a table row lower than the hole, it is the table,
    whose rows can then be split while each stays whole; if they can be already, it is the table body if its last two
    rows are kept together.
    """
    notes = sum(area.margin_height() for area in _footnote_areas(page))
    table: Any = None
    for box, attached in _with_attached_height(page.children[0], 0):
        table = box if box.element_tag == "table" else table
        if box.style["break_before"] in _FORCED_BREAKS:
            return None
        offset = box.position_y - page.content_box_y()
        last_row = _last_row_after(box, table) if box.element_tag == "tr" else None
        height = box.height + attached + notes
        if _is_kept_whole(box) and offset < hole < offset + height + (last_row.height if last_row else 0):
            if box.element_tag != "tr" or (box.height > limit and hole < offset + height):
                return box
            if not table.element.get(_BREAKS_ATTRIBUTE):
                return table
            if last_row is not None:
                boxes_inside = walk_boxes(table)
                return next(group for group in boxes_inside if last_row in getattr(group, "children", ()))
    return None


def _last_row_after(row: Any, table: Any) -> Any:
    """Return the last row of a table if it is the next after a row and must stay with it."""
    *_, last = rows = [box for box in walk_boxes(table) if box.element_tag == "tr"]
    return last if rows[-2:] == [row, last] and last.style["break_before"] in _AVOID_BREAKS else None


def _dropped_margin(page: Any) -> float:
    """Return the margin above the first box of a page, which is dropped there but not on the page before."""
    first_boxes = [page]
    while first_boxes[-1].children and isinstance(first_boxes[-1].children[0], boxes.BlockLevelBox):
        first_boxes.append(first_boxes[-1].children[0])
    margins = (box.style["margin_top"] for box in first_boxes[1:])
    return max((margin.value for margin in margins if margin != "auto" and margin.unit == "px"), default=0.0)


def _with_attached_height(box: Any, attached: float) -> Iterator[tuple[Any, float]]:
    """Yield a box and all boxes in it, each with the height of what must stay with its end."""
    yield box, attached
    children = [child for child in getattr(box, "children", ()) if not isinstance(child, AbsolutePlaceholder)]
    flow = [child for child in children if child.is_in_normal_flow()]
    attached_heights = {id(child): _attached_height(child, after) for child, after in pairwise(flow)}
    for child in children:
        yield from _with_attached_height(child, attached_heights.get(id(child), attached if child in flow[-1:] else 0))


def _attached_height(box: Any, following: Any) -> float:
    """Return the height of the first lines of the next box, if no page may break between the two."""
    may_break = not _AVOID_BREAKS.intersection((box.style["break_after"], following.style["break_before"]))
    if may_break or _is_kept_whole(following):
        return 0
    lines = (line.height for line in walk_boxes(following) if isinstance(line, boxes.LineBox))
    lines_height = min(following.height, _LINES_KEPT_TOGETHER * next(lines, 0))
    return float(following.content_box_y() + lines_height - box.position_y - box.height)


def _empty_height(page: Any) -> float:
    """Return the empty height between a page's text and its footnotes, in CSS pixels."""
    foot = min((area.position_y for area in _footnote_areas(page)), default=page.content_box_y() + page.height)
    return float(foot - text_bottom(page.children[0], default=foot))


def _footnote_areas(page: Any) -> Iterator[Any]:
    return (area for area in page.children[1:] if isinstance(area, boxes.FootnoteAreaBox) and area.children)


def _is_kept_whole(box: Any) -> bool:
    can_break = is_element_box(box) and isinstance(box, boxes.BlockLevelBox | boxes.TableRowBox)
    return can_break and box.style["break_inside"] in _AVOID_BREAKS


def _calls_footnotes(box: Any) -> bool:
    return any(getattr(inner, "footnote", None) is not None for inner in walk_boxes(box))


def _can_be_split(box: Any, max_picture_height: float) -> bool:
    """True if a box can be split: nothing side by side, no figure, nothing around a large picture."""
    if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox) or box.element.tag == "figure":
        return False
    boxes_inside = walk_boxes(box)
    return not any(isinstance(inner, boxes.ReplacedBox) and inner.height > max_picture_height for inner in boxes_inside)


# WeasyPrint lays out a text that does not fit its style sheet by omitting or overlapping content. So the text is laid
# out again with as few relaxations as are enough.

SPREAD_ATTRIBUTE = "data-spread"
CLOSER_ATTRIBUTE = "data-closer"
REFLOW_ATTRIBUTE = "data-reflow"
GROW_ATTRIBUTE = "data-grow"
LONG_TEXT = 40
"""Pages above which no fitting step is tried."""
_MAX_ROUNDS = 5
"""Number of times that a text is laid out again for its holes, for all of them at once."""
_HEADING_TAGS = HEADINGS | {"caption"}


@dataclass(frozen=True, slots=True)
class Relaxations:
    """What is given up for a text to fit: elements are given by their index in the document.

    Indexes count all elements before layout, which moves footnotes to their calls. Notes are given by their ids.
    """

    has_margin: bool = False
    """True if tables may use a margin next to the column."""
    moves_figures: bool = False
    """True if a figure may be after the paragraph that follows it."""
    notes: frozenset[str] = frozenset()
    """Notes moved to the end of the text."""
    breaks: frozenset[int] = frozenset()
    """Elements that may be split over pages."""
    columns: frozenset[int] = frozenset()
    """Tables whose columns grow to their longest words."""
    spread: frozenset[int] = frozenset()
    """Tables that extend into the margin."""
    closer: frozenset[int] = frozenset()
    """Tables whose columns are closer together."""
    tables: frozenset[int] = frozenset()
    """Tables laid out as blocks, one for each row."""
    figures: frozenset[int] = frozenset()
    """Figures moved after the paragraph that follows them."""
    formulas: tuple[tuple[int, FormulaWidths], ...] = ()
    """Formulas that are broken over lines, by index, with their widths."""
    rounds: int = 0
    """Number of times that the text was laid out again for its holes."""

    def mark(self, elements: tuple[Element, ...]) -> None:
        """Mark the elements that are relaxed, and move the figures."""
        for note in elements if self.notes else ():
            if note.tag == "aside" and note.get("id") in self.notes:
                note.set(AT_END, "true")
        spread, closer = self.spread - self.tables, self.closer - self.tables
        marks = {
            _BREAKS_ATTRIBUTE: self.breaks,
            GROW_ATTRIBUTE: self.columns,
            SPREAD_ATTRIBUTE: spread,
            CLOSER_ATTRIBUTE: closer,
            REFLOW_ATTRIBUTE: self.tables,
        }
        for attribute, places in marks.items():
            for index in places:
                elements[index].set(attribute, "true")
        parents = {child: parent for parent in elements for child in parent} if self.figures else {}
        for figure in (elements[index] for index in self.figures):
            siblings = parents[figure]
            index = list(siblings).index(figure)
            siblings.remove(figure)
            siblings.insert(index + 1, figure)

    def relax_further(self, elements: tuple[Element, ...], pages: list[Any]) -> Relaxations:
        """Return further relaxations that the pages need, or an equal object if they are good.

        In this order:
            a table that breaks a word grows its columns
            a formula wider than its line is broken over lines
            a table wider than its column extends into the margin, then moves its columns closer, then becomes blocks
            a row that does not fit below the head of its table may break, so that WeasyPrint does not omit the head
            the longest of too many footnotes moves to the end of the text
            an unbreakable element that leaves a hole is split; a figure moves after the next paragraph instead
        """
        indexes = {element: index for index, element in enumerate(elements)}
        columns = self.columns | {indexes[region] for region in _tables_with_broken_words(pages)}
        if columns != self.columns:
            return replace(self, columns=columns)
        known_formulas = dict(self.formulas)
        wide = tuple((index, widths) for index, widths in wide_formulas(pages) if index not in known_formulas)
        if wide:
            return replace(self, formulas=(*self.formulas, *wide))
        widened = reduce(Relaxations._widen_table, {indexes[region] for region in _overflowing_tables(pages)}, self)
        if widened != self:
            return widened
        breaks = self.breaks | {indexes[element] for element in _unsplit_elements(pages) if element in indexes}
        if breaks != self.breaks:
            return replace(self, breaks=breaks)
        notes = self.notes | _longest_crowding_notes(pages)
        if notes != self.notes:
            return replace(self, notes=notes)
        return self._fill_holes(indexes, pages)

    def _fill_holes(self, indexes: dict[Element, int], pages: list[Any]) -> Relaxations:
        if self.rounds == _MAX_ROUNDS:
            return self
        breaks = self.breaks | {indexes[element] for element in _elements_leaving_holes(pages) if element in indexes}
        movable = (indexes[element] for element in (_figures_to_move(pages) if self.moves_figures else ()))
        figures = self.figures | frozenset(islice((index for index in movable if index not in self.figures), 1))
        if (breaks, figures) == (self.breaks, self.figures):
            return self
        return replace(self, breaks=breaks, figures=figures, rounds=self.rounds + 1)

    def _widen_table(self, index: int) -> Relaxations:
        """Give a table that is too wide the next way to fit."""
        if self.has_margin and index not in self.spread:
            return replace(self, spread=self.spread | {index})
        if self.has_margin and index not in self.closer:
            return replace(self, closer=self.closer | {index})
        return replace(self, tables=self.tables | {index})


def apply_breaks(root: Element, style_of: StyleOf) -> None:
    """Let marked elements, and tables with marked rows, break.

    List entries and table rows in them stay whole, but may be on different pages. The last of three or more rows stays
    with the row before it, unless the table body is marked too.
    """
    marked = [element for element in root.iter() if element.get(_BREAKS_ATTRIBUTE)]
    for element in marked:
        style_of(element)["break_inside"] = "auto"
        last_rows = {
            row for body in element.iter("tbody") if not body.get(_BREAKS_ATTRIBUTE) for row in list(body)[2:][-1:]
        }
        for part in (part for part in element.iter() if part.tag in ("li", "tr")):
            style_of(part)["break_after"] = "auto"
            if part not in last_rows:
                style_of(part)["break_before"] = "auto"
    rows = [row for row in marked if row.tag == "tr"]
    for table_region in filter(_is_table_region, root.iter("div")) if rows else ():
        if any(row in rows for row in table_region.iter("tr")):
            style_of(table_region)["break_inside"] = "auto"
    for row in rows:
        for side in ("break_before", "break_after"):
            style_of(row)[side] = "auto"
        for element in row.iter():
            style_of(element)["break_inside"] = "auto"


def _is_table_region(block: Element) -> bool:
    return block.tag == "div" and "table" in block.get("class", "").split()


def _overflowing_tables(pages: list[Any]) -> Iterator[Element]:
    """Yield the regions of tables that are wider than their column."""
    for region in (box for page in pages for box in filter(_is_region, walk_boxes(page._page_box))):
        if any(child.is_table_wrapper and child.margin_width() > region.width + 1 for child in region.children):
            yield region.element


def _tables_with_broken_words(pages: list[Any]) -> Iterator[Element]:
    """Yield the regions of tables that break a word between letters, or hold a formula wider than its cell."""
    for page in pages:
        page_boxes = tuple(walk_boxes(page._page_box))
        has_broken_word = any(isinstance(box, boxes.TextBox) and line_end(box) == "broken" for box in page_boxes)
        if has_broken_word or any(map(is_formula, page_boxes)):
            for box in filter(_is_region, page_boxes):
                boxes_inside = tuple(walk_boxes(box))
                text_boxes = (inner for inner in boxes_inside if isinstance(inner, boxes.TextBox))
                cells = (inner for inner in boxes_inside if isinstance(inner, boxes.TableCellBox))
                formulas = ((formula, cell) for cell in cells for formula in filter(is_formula, walk_boxes(cell)))
                has_wide_formula = any(formula.width > cell.width + 1 for formula, cell in formulas)
                if any(_find_broken_words(text_boxes)) or has_wide_formula:
                    yield box.element


def _is_region(box: Any) -> bool:
    """True if a box is a table's region, and not generated content."""
    return isinstance(box, boxes.BlockBox) and is_element_box(box) and _is_table_region(box.element)


def _unsplit_elements(pages: list[Any]) -> Iterator[Element]:
    """Yield unbreakable elements that cost their table its head, or leave only headings on the page before."""
    only_headings_before = False
    for page in pages:
        for box in walk_boxes(page._page_box):
            if (row := _headless_row(box)) is not None:
                yield row
        if only_headings_before:
            yield from islice(filter(None, map(_unbreakable_element, _first_boxes(page._page_box))), 1)
        only_headings_before = any(_has_headings_alone(box) is True for box in page._page_box.children[:1])


def _first_boxes(page: Any) -> Iterator[Any]:
    """Yield the boxes from a page's outermost to its first words or picture."""
    for box in walk_boxes(page.children[0]) if page.children else ():
        yield box
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            return


def _unbreakable_element(box: Any) -> Element | None:
    """Return the element of an unbreakable box, or the first row of a table."""
    if isinstance(box, boxes.TableBox):
        row = _first_row(box)
        return None if row is None or row.get(_BREAKS_ATTRIBUTE) else row
    return box.element if box.style["break_inside"] in _AVOID_BREAKS else None


def _headless_row(box: Any) -> Element | None:
    """Return the first row of a table whose head WeasyPrint omitted."""
    if not isinstance(box, boxes.TableBox) or box.element is None or box.element.find("thead") is None:
        return None
    return None if any(group.is_header for group in box.children) else _first_row(box)


def _first_row(table: Any) -> Element | None:
    """Return the first row of a table's body on a page."""
    rows = (row for group in table.children if not (group.is_header or group.is_footer) for row in group.children)
    return next((row.element for row in rows if row.element is not None), None)


def _has_headings_alone(box: Any) -> bool | None:
    """Return True if the only text of a box is headings, False if it has other text, None if it has none."""
    if box.element_tag in _HEADING_TAGS:
        return True
    if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
        return False
    children = (child for child in getattr(box, "children", ()) if not isinstance(child, AbsolutePlaceholder))
    answers = set(map(_has_headings_alone, children))
    return False if False in answers else True if True in answers else None


def _longest_crowding_notes(pages: list[Any]) -> frozenset[str]:
    """Return the longest note of each page with too many notes, or with notes that wait for two pages."""
    placed = [tuple(note for area in _footnote_areas(page._page_box) for note in area.children) for page in pages]
    if not any(placed):
        return frozenset()
    crowding = [notes for page, notes in zip(pages, placed, strict=True) if notes and _notes_cost_space(page._page_box)]
    longest = (max(notes, key=lambda note: note.margin_height()) for notes in (*crowding, *_late_notes(pages, placed)))
    return frozenset(map(_note_id, longest))


def _notes_cost_space(page: Any) -> bool:
    """True if a page lacks the head of a table, or its footnotes leave too little space for text."""
    root = page.children[0]
    lacks_head = any(_headless_row(box) is not None for box in walk_boxes(root))
    return lacks_head or any(notes_crowd_text(page, root, area) for area in _footnote_areas(page))


def _late_notes(pages: list[Any], placed: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yield the notes between each note's call and the note, if it is later than on the next page."""
    call_pages: dict[str, int] = {}
    for number, page in enumerate(pages):
        for box in walk_boxes(page._page_box, with_absolute=True):
            if getattr(box, "footnote", None) is not None:
                call_pages.setdefault(_note_id(box.footnote), number)
        for note in placed[number]:
            call_page = call_pages.get(_note_id(note), number)
            if number - call_page > 1:
                yield [note_between for notes in placed[call_page : number + 1] for note_between in notes]


def _note_id(note: Any) -> str:
    return str(note.element.get("id"))
