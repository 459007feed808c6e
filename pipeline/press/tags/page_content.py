"""What WeasyPrint drew, by element: marked content, link annotations, boxes of pictures.

WeasyPrint makes a box for every fragment: a paragraph on two pages is two boxes, a repeated table head is another one.
Here the fragments are collected by element again, so that tags follow the elements of the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.pdf import Rectangle

_POINTS = 0.75

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
        for box, margin_box, is_repeated in _boxes(page._page_box, row_groups):
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
                    content.pictures.setdefault(box.element, (number, _area(box, page.height)))
    return content


def _boxes(box: Any, row_groups: set[Element]) -> Iterator[tuple[Any, str, bool]]:
    """Yield every box, the name of its margin box, and True if it repeats the head or foot of a table."""
    pending = [(box, "", False)]
    while pending:
        box, margin_box, is_repeated = pending.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.MarginBox):
            margin_box = box.at_keyword
        elif isinstance(box, boxes.TableRowGroupBox) and (box.is_header or box.is_footer) and box.element is not None:
            is_repeated = is_repeated or box.element in row_groups
            row_groups.add(box.element)
        yield box, margin_box, is_repeated
        pending += [(child, margin_box, is_repeated) for child in reversed(getattr(box, "children", ()))]


def _area(box: Any, height: float) -> Rectangle:
    x, top = box.content_box_x(), box.content_box_y()
    edges = (x, height - top - box.height, x + box.width, height - top)
    left, bottom, right, upper = (round(corner * _POINTS, 3) for corner in edges)
    return left, bottom, right, upper
