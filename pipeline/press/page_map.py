"""Page map, change bars and source positions from the boxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.roles import STARTS
from pipeline.core.documents.source_positions import SOURCE, SourceLines, is_call, read_lines
from pipeline.model.sheets import ChangeBar, MarginText, PageStart, Slot, SourceMark
from pipeline.press.concessions import BrokenWords, line_end
from pipeline.press.engine.formulas import is_formula

WIDTH, AWAY, JOIN = 1.5, 8.0, 6.0
"""Points: the width of a bar, its distance from the text, and the gap between two lines that one bar spans."""

_POINTS = 0.75  # a CSS pixel
_MARKS = ("data-mark", "data-block", "data-moved")
_WORDS_OF_MARKS = frozenset({"said", "stub"})

_Line = tuple[bool, float, float]
"""A changed line: whether its bar stands on the left, its top and its bottom, in points from the top of the page."""


def change_bars(pages: list[Any]) -> tuple[ChangeBar, ...]:
    """The bars of all pages, in order: in the outer margin that is nearer to the lines they stand beside."""
    bars = []
    for number, page in enumerate(pages, 1):
        box = page._page_box
        left, right = box.content_box_x() * _POINTS, (box.content_box_x() + box.width) * _POINTS
        middle, height = (left + right) / 2, page.height * _POINTS
        for on_left, top, bottom in _joined(sorted(_changed(box, middle, box, False))):
            x = left - AWAY - WIDTH if on_left else right + AWAY
            bars.append(ChangeBar(number, *(round(part, 3) for part in (x, height - bottom, WIDTH, bottom - top))))
    return tuple(bars)


def _joined(lines: list[_Line]) -> list[_Line]:
    """Lines that touch, or nearly do, as one."""
    found: list[_Line] = []
    for on_left, top, bottom in lines:
        if found and found[-1][0] == on_left and top - found[-1][2] < JOIN:
            found[-1] = on_left, found[-1][1], max(bottom, found[-1][2])
        else:
            found.append((on_left, top, bottom))
    return found


def _changed(box: Any, middle: float, column: Any, inside: bool) -> Iterator[_Line]:
    """The lines of a box that hold words of a mark, or stand in a block that is new, gone or moved.

    `column` is the block that the lines of the box fill: their bar stands on the side on which it ends.
    """
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox) or str(box.element_tag).endswith("::marker"):
        return
    inside = inside or _is_marked(box)
    if isinstance(box, boxes.LineBox):
        words = [one for one in box.descendants() if isinstance(one, boxes.TextBox | boxes.ReplacedBox)]
        if words and (inside or any(_is_marked(one) for one in box.descendants())):
            ends_left = (column.content_box_x() + column.width) * _POINTS < middle
            yield ends_left, box.position_y * _POINTS, (box.position_y + box.height) * _POINTS
        return
    column = box if isinstance(box, boxes.BlockContainerBox) else column
    for child in getattr(box, "children", ()):
        yield from _changed(child, middle, column, inside)


def _is_marked(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    said = set(str(element.get("class") or "").split())
    return any(element.get(name) is not None for name in _MARKS) or bool(said & _WORDS_OF_MARKS)


class SpotReader:
    """Gathers the spots of a document, box by box in the order of reading."""

    def __init__(self, tree: Element) -> None:
        self._lines: dict[str, SourceLines] = {}
        for element in tree.iter():
            if (written := element.get(SOURCE)) and (lines := read_lines(written)):
                self._lines[element.get("id", "")] = lines
        self._counted: dict[str, int] = {}
        self.spots: list[SourceMark] = []

    def add(self, box: Any, block: str, page: int, height: float) -> None:
        """Add a text in a block of a page; the height of the page is in pixels."""
        lines = self._lines.get(block)
        if lines is None or (box.element is not None and is_call(box.element.get("role"))):
            return
        before = self._counted.get(block, 0)
        parts = list(_parts(box.text, lines, before))
        self._counted[block] = before + sum(map(str.isalnum, box.text))
        whole = sum(len(part) for _, part in parts) or 1
        x, y = box.position_x, height - box.position_y - box.height
        for line, part in parts:
            wide = box.width * len(part) / whole
            left, low, broad, high = (round(number * _POINTS, 2) for number in (x, y, wide, box.height))
            spot = SourceMark(page, left, low, broad, high, lines.path, line)
            if self.spots and self.spots[-1].continues(spot):
                self.spots[-1] = self.spots[-1].joined(spot)
            elif spot.width > 0:
                self.spots.append(spot)
            x += wide


def _parts(words: str, lines: SourceLines, letters: int) -> Iterator[tuple[int, str]]:
    """The words of a box by the line of the source that they stand in."""
    begun, line = 0, 0
    for at, character in enumerate(words):
        if not character.isalnum():
            continue
        now = lines.line(letters)
        if line and now != line:
            yield line, words[begun:at]
            begun = at
        line, letters = now, letters + 1
    yield line or lines.line(max(0, letters - 1)), words[begun:]


@dataclass
class PageMap:
    """The map of a document while it is drawn up."""

    starts: list[PageStart] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    targets: dict[str, int] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    """The words of each page, to find what the engine complains about."""
    lost: dict[int, str] = field(default_factory=dict)
    """The first words beyond the edge of each page."""
    lost_formulas: list[tuple[int, str]] = field(default_factory=list)
    """The formulas that run over the edge of a page, in words, with their pages."""
    broken: list[tuple[int, str]] = field(default_factory=list)
    """The words that are broken between their letters, with their pages."""
    outliers: list[MarginText] = field(default_factory=list)
    """Content in the areas where running lines may be laid."""

    def page_of(self, words: str) -> int:
        """The first page that holds the words, else 1."""
        return next((number for number, text in enumerate(self.text, 1) if words in text), 1)


def draw_map(pages: list[Any], spots: SpotReader) -> PageMap:
    """The map of the engine's pages; the spots of a live text are read on the way."""
    found = PageMap()
    counted: dict[str, tuple[int, int]] = {}
    begun: set[int] = set()
    starts: dict[int, PageStart] = {}
    last, broken = "", BrokenWords()
    for number, page in enumerate(pages, 1):
        words = []
        for part in page._page_box.children:
            for box, block in _boxes(part, None, begun):
                _note_box(found, box, number, page.height)
                if block is None or not isinstance(box, boxes.TextBox | boxes.ReplacedBox):
                    continue
                text = box.text if isinstance(box, boxes.TextBox) else ""
                words.append(text)
                if is_formula(box) and _is_beyond(box, page):
                    found.lost_formulas.append((number, str(box.element.get("aria-label"))))
                end = "" if box.element_tag == "code" else line_end(box)  # code goes on in the next line as it is
                if word := broken.add(text, end):
                    found.broken.append((number, word))
                if text.strip() and _is_beyond(box, page):
                    found.lost.setdefault(number, text.strip())
                if text.strip() and _is_apart(box, page._page_box):
                    place = (box.position_x, page.height - box.position_y - box.height, box.width, box.height)
                    edges = (round(part * _POINTS, 3) for part in place)
                    found.outliers.append(MarginText(text.strip(), number, *edges))
                if text and "::" not in str(box.element_tag):
                    spots.add(box, block, number, page.height)
                if "::" in str(box.element_tag) or isinstance(part, boxes.FootnoteAreaBox):
                    continue
                before = counted.get(block, (0, 0))
                starts.setdefault(number, PageStart(number, block, *before))
                counted[block] = _counted(*before, text if isinstance(box, boxes.TextBox) else None)
                last = block
        found.text.append(" ".join(words))
    if last:
        found.starts += _every_page(starts, len(pages), PageStart(0, last, *counted[last]))
    return found


def _counted(characters: int, pictures: int, text: str | None) -> tuple[int, int]:
    """The characters of a block that have been met, and the pictures since the last of them, after one more box."""
    if text is None:
        return characters, pictures + 1
    more = len("".join(text.split()))
    return (characters + more, 0) if more else (characters, pictures)


def _is_beyond(box: Any, page: Any) -> bool:
    """True if part of a text lies beyond the edge of its page."""
    right, bottom = box.position_x + box.width, box.position_y + box.height
    return bool(box.position_x < -1 or right > page.width + 1 or bottom > page.height + 1)


def _is_apart(box: Any, page: Any) -> bool:
    """True if a text lies above or below the text area of its page."""
    top = page.content_box_y()
    return bool(box.position_y < top - 1 or box.position_y + box.height > top + page.height + 1)


def _every_page(starts: dict[int, PageStart], pages: int, end: PageStart) -> Iterator[PageStart]:
    """A start for each page.

    One that shows nothing of the text, such as the rest of its notes, starts where the next page does, or at the end.
    """
    following = [end]
    for page in range(pages, 0, -1):
        following.append(replace(starts.get(page, following[-1]), page=page))
    return reversed(following[1:])


def _boxes(box: Any, block: str | None, begun: set[int]) -> Iterator[tuple[Any, str | None]]:
    """Every box in drawing order with the id of its block; margins and repeated table heads left out.

    `begun` are the tables begun on earlier pages: a head above the rest of one is repeated, even where the
    engine had no room for it over the first rows.
    """
    waiting = [(box, block)]
    while waiting:
        box, block = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            continue
        element = box.element
        again = False
        if isinstance(box, boxes.TableBox):
            again = id(element) in begun
            begun.add(id(element))
        if element is not None and element.get("id") and element.tag in STARTS:
            block = element.get("id")
        yield box, block
        for child in reversed(getattr(box, "children", ())):
            if not (again and isinstance(child, boxes.TableRowGroupBox) and child.is_header):
                waiting.append((child, block))


def _note_box(found: PageMap, box: Any, page: int, height: float) -> None:
    element = box.element
    if element is None or "::" in str(box.element_tag):
        return
    if identity := element.get("id"):
        found.targets.setdefault(identity, page)
    name = element.get("data-slot")
    if (
        name
        and isinstance(box, boxes.BlockBox | boxes.InlineBlockBox)
        and not any(slot.name == name for slot in found.slots)
    ):
        place = (box.content_box_x(), height - box.content_box_y() - box.height, box.width, box.height)
        found.slots.append(Slot(name, page, *(round(part * _POINTS, 3) for part in place)))
