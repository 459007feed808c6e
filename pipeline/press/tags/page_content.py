"""Output of the engine by element: marks on pages, links, the boxes of pictures.

The engine makes a box for every fragment: a paragraph over two pages is two, a table head that is printed again
is one more. Here they come together again, so that the tags can be made from the text's own elements.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.pdf import Rectangle

POINTS = 0.75
"""A CSS pixel."""

_OWN_PARTS = ("::first-letter", "::first-line")
"""Parts of an element's own words, not something that a style sheet adds."""


@dataclass(frozen=True, slots=True)
class MarkedContent:
    """A marked-content sequence: its page from 0, its number (MCID), and its place in the order of boxes."""

    page: int
    number: int
    place: int
    part: str = ""
    """The pseudo-element that it belongs to, such as `::marker`; empty for an element's own words."""
    letters: int = 0
    """Number of characters of the element's own words that it holds, without spaces."""


@dataclass(frozen=True, slots=True)
class LinkArea:
    """One rectangle of a link."""

    page: int
    annotation: pydyf.Dictionary


@dataclass
class PageContent:
    """Everything that was set, by element."""

    marks: dict[Element, list[MarkedContent]] = field(default_factory=dict)
    areas: dict[Element, list[LinkArea]] = field(default_factory=dict)
    pictures: dict[Element, tuple[int, Rectangle]] = field(default_factory=dict)
    """The page and the box of every picture, in points from the page's lower left corner."""
    bullets: dict[Element, Any] = field(default_factory=dict)
    """The `list-style-type` of every list."""
    margins: dict[tuple[int, int], str] = field(default_factory=dict)
    """Page and number of every mark in a page's margin, with the name of the margin box."""
    repeated: set[tuple[int, int]] = field(default_factory=set)
    """Page and number of every mark in a table head or foot that is printed again."""
    stray: list[LinkArea] = field(default_factory=list)
    """Rectangles of no link: in a table head that is printed again."""


def letters(text: str | None) -> int:
    """Number of characters of a text, without spaces."""
    return sum(map(len, text.split())) if text else 0


def harvest(pages: list[Any], marked: list[dict[Any, dict[str, Any]]]) -> PageContent:
    """Gather the content of the engine's pages; `marked` holds the number of every drawn box, page by page."""
    found = PageContent()
    groups: set[Element] = set()
    place = 0
    for number, (page, numbers) in enumerate(zip(pages, marked, strict=True)):
        for box, margin, again in _boxes(page._page_box, groups):
            if box.link_annotation:
                apart = again or box.element is None
                areas = found.stray if apart else found.areas.setdefault(box.element, [])
                areas.append(LinkArea(number, box.link_annotation))
            if isinstance(box, boxes.ParentBox) and box.element_tag in ("ol", "ul"):
                found.bullets.setdefault(box.element, box.style["list_style_type"])
            drawn = numbers.get(box)
            if drawn is None:
                continue
            place += 1
            if margin:
                found.margins[number, drawn["mcid"]] = margin
            elif again:
                found.repeated.add((number, drawn["mcid"]))
            else:
                part = str(box.element_tag)[len(box.element.tag) :]
                part = "" if part in _OWN_PARTS else part
                mark = MarkedContent(
                    number, drawn["mcid"], place, part, 0 if part else letters(getattr(box, "text", ""))
                )
                found.marks.setdefault(box.element, []).append(mark)
                if isinstance(box, boxes.ReplacedBox) and not mark.part:
                    found.pictures.setdefault(box.element, (number, _area(box, page.height)))
    return found


def _boxes(box: Any, groups: set[Element]) -> Iterator[tuple[Any, str, bool]]:
    """Every box, the name of its page margin, and whether it repeats the head or foot of a table."""
    waiting = [(box, "", False)]
    while waiting:
        box, margin, again = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            margin = box.at_keyword
        elif isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer) and box.element is not None:
            again = again or box.element in groups
            groups.add(box.element)
        yield box, margin, again
        waiting += [(child, margin, again) for child in reversed(getattr(box, "children", ()))]


def _area(box: Any, height: float) -> Rectangle:
    x, top = box.content_box_x(), box.content_box_y()
    corners = (x, height - top - box.height, x + box.width, height - top)
    left, bottom, right, upper = (round(corner * POINTS, 3) for corner in corners)
    return left, bottom, right, upper
