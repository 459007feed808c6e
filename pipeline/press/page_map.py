"""Read the laid-out boxes: page starts, slots, targets, change bars, source positions, and content by element."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.formatting_structure import boxes

from pipeline.core.documents.pdf import Rectangle
from pipeline.core.documents.roles import PAGE_START_ELEMENTS
from pipeline.core.documents.source_positions import SOURCE_ATTRIBUTE, SourceLines, is_note_number, read_source_lines
from pipeline.model.sheets import ChangeBar, MarginText, PageStart, Slot, SourceMark
from pipeline.press.box_tree import POINTS_PER_PIXEL, is_element_box, placed_box, to_points
from pipeline.press.concessions import BrokenWords, line_end
from pipeline.press.engine.formulas import is_formula

_BAR_WIDTH, _BAR_DISTANCE, _JOINED_GAP = 1.5, 8.0, 6.0
"""Points: a bar's width, its distance from the text, and the gap between lines that share a bar."""

_MARK_ATTRIBUTES = ("data-mark", "data-block", "data-moved")
_MARK_CLASSES = frozenset({"said", "stub"})

_ChangedLine = tuple[bool, float, float]
"""A changed line: True if its bar is on the left, its top and its bottom in points from the top of the page."""


def change_bars(pages: list[Any]) -> tuple[ChangeBar, ...]:
    """Return the change bars of all pages, each in the margin nearer to its lines."""
    bars = []
    for number, page in enumerate(pages, 1):
        box = page._page_box
        left, right = box.content_box_x() * POINTS_PER_PIXEL, (box.content_box_x() + box.width) * POINTS_PER_PIXEL
        middle, height = (left + right) / 2, page.height * POINTS_PER_PIXEL
        for on_left, top, bottom in _join_lines(sorted(_changed_lines(box, middle, box, False))):
            x = left - _BAR_DISTANCE - _BAR_WIDTH if on_left else right + _BAR_DISTANCE
            bars.append(
                ChangeBar(number, *(round(length, 3) for length in (x, height - bottom, _BAR_WIDTH, bottom - top)))
            )
    return tuple(bars)


def _join_lines(lines: list[_ChangedLine]) -> list[_ChangedLine]:
    joined: list[_ChangedLine] = []
    for on_left, top, bottom in lines:
        if joined and joined[-1][0] == on_left and top - joined[-1][2] < _JOINED_GAP:
            joined[-1] = on_left, joined[-1][1], max(bottom, joined[-1][2])
        else:
            joined.append((on_left, top, bottom))
    return joined


def _changed_lines(box: Any, middle: float, column: Any, is_marked: bool) -> Iterator[_ChangedLine]:
    """Yield the lines of a box that have marked words, or are in a block that is new, deleted or moved.

    `column` is the block that the lines fill; the bar is on the side on which it ends.
    """
    box = placed_box(box)
    if isinstance(box, boxes.MarginBox) or str(box.element_tag).endswith("::marker"):
        return
    is_marked = is_marked or _is_marked(box)
    if isinstance(box, boxes.LineBox):
        contents = [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox | boxes.ReplacedBox)]
        if contents and (is_marked or any(_is_marked(inner) for inner in box.descendants())):
            ends_left = (column.content_box_x() + column.width) * POINTS_PER_PIXEL < middle
            yield ends_left, box.position_y * POINTS_PER_PIXEL, (box.position_y + box.height) * POINTS_PER_PIXEL
        return
    column = box if isinstance(box, boxes.BlockContainerBox) else column
    for child in getattr(box, "children", ()):
        yield from _changed_lines(child, middle, column, is_marked)


def _is_marked(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    classes = set(str(element.get("class") or "").split())
    return any(element.get(name) is not None for name in _MARK_ATTRIBUTES) or bool(classes & _MARK_CLASSES)


class SourceMarkReader:
    """Collects the source positions of a document's text, box by box in reading order."""

    def __init__(self, tree: Element) -> None:
        self._lines: dict[str, SourceLines] = {}
        for element in tree.iter():
            if (source := element.get(SOURCE_ATTRIBUTE)) and (lines := read_source_lines(source)):
                self._lines[element.get("id", "")] = lines
        self._letters_by_block: dict[str, int] = {}
        self.marks: list[SourceMark] = []

    def add(self, box: Any, block: str, page: int, page_height: float) -> None:
        """Add a text box in a block of a page; the page height is in pixels."""
        lines = self._lines.get(block)
        if lines is None or (box.element is not None and is_note_number(box.element.get("role"))):
            return
        counted = self._letters_by_block.get(block, 0)
        parts = list(_split_by_source_line(box.text, lines, counted))
        self._letters_by_block[block] = counted + sum(map(str.isalnum, box.text))
        length = sum(len(part) for _, part in parts) or 1
        x = box.position_x
        for line, part in parts:
            part_width = box.width * len(part) / length
            left, bottom, width, height = to_points(x, box.position_y, part_width, box.height, page_height, digits=2)
            mark = SourceMark(page, left, bottom, width, height, lines.path, line)
            if self.marks and self.marks[-1].continues(mark):
                self.marks[-1] = self.marks[-1].joined(mark)
            elif mark.width > 0:
                self.marks.append(mark)
            x += part_width


def _split_by_source_line(words: str, lines: SourceLines, letters: int) -> Iterator[tuple[int, str]]:
    """Yield the parts of a box's text, each with its source line."""
    start, line = 0, 0
    for index, character in enumerate(words):
        if not character.isalnum():
            continue
        current = lines.line(letters)
        if line and current != line:
            yield line, words[start:index]
            start = index
        line, letters = current, letters + 1
    yield line or lines.line(max(0, letters - 1)), words[start:]


@dataclass
class PageMap:
    """The map of a document."""

    starts: list[PageStart] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    targets: dict[str, int] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    """The words of each page, to find the pages of log messages."""
    off_page_text: dict[int, str] = field(default_factory=dict)
    """The first words beyond the edge of each page."""
    off_page_formulas: list[tuple[int, str]] = field(default_factory=list)
    """Formulas beyond the edge of a page, in words, with their pages."""
    broken_words: list[tuple[int, str]] = field(default_factory=list)
    """Words broken between letters, with their pages."""
    outliers: list[MarginText] = field(default_factory=list)
    """Text above or below the text area, where running lines are drawn."""

    def page_of(self, words: str) -> int:
        """Return the first page that has the words, else 1."""
        return next((number for number, text in enumerate(self.text, 1) if words in text), 1)


def make_page_map(pages: list[Any], reader: SourceMarkReader) -> PageMap:
    """Make the map of the laid-out pages, and collect source positions."""
    page_map = PageMap()
    counts: dict[str, tuple[int, int]] = {}
    begun_tables: set[int] = set()
    starts: dict[int, PageStart] = {}
    last_block, broken_words = "", BrokenWords()
    for number, page in enumerate(pages, 1):
        words = []
        for part in page._page_box.children:
            for box, block in _boxes_in_blocks(part, None, begun_tables):
                _note_box(page_map, box, number, page.height)
                if block is None or not isinstance(box, boxes.TextBox | boxes.ReplacedBox):
                    continue
                text = box.text if isinstance(box, boxes.TextBox) else ""
                words.append(text)
                if is_formula(box) and _is_off_page(box, page):
                    page_map.off_page_formulas.append((number, str(box.element.get("aria-label"))))
                end = "" if box.element_tag == "code" else line_end(box)  # code goes on in the next line as it is
                if word := broken_words.add(text, end):
                    page_map.broken_words.append((number, word))
                if text.strip() and _is_off_page(box, page):
                    page_map.off_page_text.setdefault(number, text.strip())
                if text.strip() and _is_in_margin(box, page._page_box):
                    edges = to_points(box.position_x, box.position_y, box.width, box.height, page.height)
                    page_map.outliers.append(MarginText(text.strip(), number, *edges))
                if text and "::" not in str(box.element_tag):
                    reader.add(box, block, number, page.height)
                if "::" in str(box.element_tag) or isinstance(part, boxes.FootnoteAreaBox):
                    continue
                characters, pictures = counts.get(block, (0, 0))  # pictures since the last character
                starts.setdefault(number, PageStart(number, block, characters, pictures))
                if added := count_letters(text):
                    characters, pictures = characters + added, 0
                elif isinstance(box, boxes.ReplacedBox):
                    pictures += 1
                counts[block] = characters, pictures
                last_block = block
        page_map.text.append(" ".join(words))
    if last_block:
        page_map.starts += _fill_missing_starts(starts, len(pages), PageStart(0, last_block, *counts[last_block]))
    return page_map


def _is_off_page(box: Any, page: Any) -> bool:
    """True if part of a text is beyond the edge of its page."""
    right, bottom = box.position_x + box.width, box.position_y + box.height
    return bool(box.position_x < -1 or right > page.width + 1 or bottom > page.height + 1)


def _is_in_margin(box: Any, page: Any) -> bool:
    """True if a text is above or below the text area of its page."""
    top = page.content_box_y()
    return bool(box.position_y < top - 1 or box.position_y + box.height > top + page.height + 1)


def _fill_missing_starts(starts: dict[int, PageStart], pages: int, end: PageStart) -> Iterator[PageStart]:
    """Return a start for each page.

    A page without text, such as the rest of a footnote, starts where the next page does, or at the end.
    """
    following = [end]
    for page in range(pages, 0, -1):
        following.append(replace(starts.get(page, following[-1]), page=page))
    return reversed(following[1:])


def _boxes_in_blocks(box: Any, block: str | None, begun_tables: set[int]) -> Iterator[tuple[Any, str | None]]:
    """Yield every box in drawing order with the id of its block, without margins and repeated table heads.

    `begun_tables` are tables begun on earlier pages: the head above their rest is repeated, also where WeasyPrint had
    no room for it above the first rows.
    """
    pending = [(box, block)]
    while pending:
        box, block = pending.pop()
        box = placed_box(box)
        if isinstance(box, boxes.MarginBox):
            continue
        element = box.element
        is_continued = False
        if isinstance(box, boxes.TableBox):
            is_continued = id(element) in begun_tables
            begun_tables.add(id(element))
        if element is not None and element.get("id") and element.tag in PAGE_START_ELEMENTS:
            block = element.get("id")
        yield box, block
        for child in reversed(getattr(box, "children", ())):
            if not (is_continued and isinstance(child, boxes.TableRowGroupBox) and child.is_header):
                pending.append((child, block))


def _note_box(page_map: PageMap, box: Any, page: int, height: float) -> None:
    if not is_element_box(box):
        return
    element = box.element
    if element_id := element.get("id"):
        page_map.targets.setdefault(element_id, page)
    name = element.get("data-slot")
    is_block = isinstance(box, boxes.BlockBox | boxes.InlineBlockBox)
    if name and is_block and name not in {slot.name for slot in page_map.slots}:
        edges = to_points(box.content_box_x(), box.content_box_y(), box.width, box.height, height)
        page_map.slots.append(Slot(name, page, *edges))


# Content by element. WeasyPrint makes a box for every fragment: a paragraph on two pages is two boxes, a repeated table
# head is another one. Here the fragments are collected by element again, so that tags follow the elements of the text.

_TEXT_PSEUDO_ELEMENTS = ("::first-letter", "::first-line")
"""Pseudo-elements of an element's own text, not generated content."""


@dataclass(frozen=True, slots=True)
class MarkedContent:
    """A marked-content sequence: its page from 0, its MCID, and its position in the order of boxes."""

    page: int
    number: int
    order: int
    part: str = ""
    """Its pseudo-element, such as `::marker`; '' for the element's own text."""
    letters: int = 0
    """Number of non-space characters of the element's own text."""


@dataclass(frozen=True, slots=True)
class LinkArea:
    """A link annotation."""

    page: int
    annotation: pydyf.Dictionary


@dataclass
class PageContent:
    """Everything that was drawn, by element."""

    marks: dict[Element, list[MarkedContent]] = field(default_factory=dict)
    areas: dict[Element, list[LinkArea]] = field(default_factory=dict)
    pictures: dict[Element, tuple[int, Rectangle]] = field(default_factory=dict)
    """Page and box of every picture, in points from the page's lower left corner."""
    list_styles: dict[Element, Any] = field(default_factory=dict)
    """The `list-style-type` of every list."""
    margin_marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """Page and MCID of every mark in a margin box, with the name of the box."""
    repeated_marks: set[tuple[int, int]] = field(default_factory=set)
    """Page and MCID of every mark in a repeated table head or foot."""
    stray_links: list[LinkArea] = field(default_factory=list)
    """Link annotations in repeated table heads."""


def count_letters(text: str | None) -> int:
    """Return the number of non-space characters."""
    return sum(map(len, text.split())) if text else 0


def collect_content(pages: list[Any], marked: list[dict[Any, dict[str, Any]]]) -> PageContent:
    """Collect the content of laid-out pages; `marked` has the marks of each page by box."""
    content = PageContent()
    row_groups: set[Element] = set()
    order = 0
    for number, (page, marks_by_box) in enumerate(zip(pages, marked, strict=True)):
        for box, margin_box, is_repeated in _boxes_with_context(page._page_box, row_groups):
            if box.link_annotation:
                is_stray = is_repeated or box.element is None
                areas = content.stray_links if is_stray else content.areas.setdefault(box.element, [])
                areas.append(LinkArea(number, box.link_annotation))
            if isinstance(box, boxes.ParentBox) and box.element_tag in ("ol", "ul"):
                content.list_styles.setdefault(box.element, box.style["list_style_type"])
            drawn = marks_by_box.get(box)
            if drawn is None:
                continue
            order += 1
            mcid = drawn["mcid"]
            if margin_box:
                content.margin_marks[number, mcid] = margin_box
            elif is_repeated:
                content.repeated_marks.add((number, mcid))
            else:
                part = str(box.element_tag)[len(box.element.tag) :]
                part = "" if part in _TEXT_PSEUDO_ELEMENTS else part
                letters = 0 if part else count_letters(getattr(box, "text", ""))
                mark = MarkedContent(number, mcid, order, part, letters)
                content.marks.setdefault(box.element, []).append(mark)
                if isinstance(box, boxes.ReplacedBox) and not mark.part:
                    x, top = box.content_box_x(), box.content_box_y()
                    edges = (x, page.height - top - box.height, x + box.width, page.height - top)
                    left, bottom, right, upper = (round(edge * POINTS_PER_PIXEL, 3) for edge in edges)
                    content.pictures.setdefault(box.element, (number, (left, bottom, right, upper)))
    return content


def _boxes_with_context(box: Any, row_groups: set[Element]) -> Iterator[tuple[Any, str, bool]]:
    """Yield every box, the name of its margin box, and True if it repeats the head or foot of a table."""
    pending = [(box, "", False)]
    while pending:
        box, margin_box, is_repeated = pending.pop()
        box = placed_box(box)
        if isinstance(box, boxes.MarginBox):
            margin_box = box.at_keyword
        elif isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer) and box.element is not None:
            is_repeated = is_repeated or box.element in row_groups
            row_groups.add(box.element)
        yield box, margin_box, is_repeated
        pending += [(child, margin_box, is_repeated) for child in reversed(getattr(box, "children", ()))]
