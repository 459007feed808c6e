"""Manuscript to sheets."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from weasyprint import Document
from weasyprint.formatting_structure import boxes

from pipeline.compose.language.direction import runs_rtl
from pipeline.core.diagnostics import Diagnostics, Location, TypesettingFailure
from pipeline.core.documents.roles import first_number, is_unnumbered
from pipeline.core.documents.xhtml import REFERENCES, read_body
from pipeline.core.documents.xhtml import SVG_PREFIX as SVG
from pipeline.core.messages import message
from pipeline.model.formats import EDITIONS
from pipeline.model.manuscript import Bookmark, Chapter, Manuscript, Metadata
from pipeline.model.sheets import TypesetPages
from pipeline.press.concessions import LONG, Relaxations
from pipeline.press.engine.engine import (
    ClosedFetcher,
    Stylesheet,
    broken_off,
    captured_log,
    lay_out,
    named,
    refusals,
    remark,
    style_of,
)
from pipeline.press.engine.formulas import draw_formulas
from pipeline.press.engine.patches import require_known_engine
from pipeline.press.fast import released
from pipeline.press.notes import boxes_of
from pipeline.press.page_map import SpotReader, change_bars, draw_map
from pipeline.press.tags.tagging import our_tags


def build_document(manuscript: Manuscript) -> Element:
    """The whole manuscript as one tree, chapters one after the other."""
    root = Element("html", {"lang": manuscript.metadata.language})
    if runs_rtl(manuscript.metadata.language):
        root.set("dir", "rtl")
    root.append(_head(manuscript.metadata))
    body = SubElement(root, "body")
    alone = len(manuscript.chapters) == 1
    for number, chapter in enumerate(manuscript.chapters):
        content = read_body(chapter.body, chapter.name)
        prefix = "" if alone else f"{chapter.name}."
        _set_bookmarks(content, chapter)
        _prefix_ids(content, prefix)
        if alone:
            body.text, body[:] = content.text, list(content)
            continue
        section = SubElement(body, "div", {"class": "chapter", "id": prefix.rstrip(".")})
        if number and not chapter.runs_on:
            section.set("style", "break-before:page")
        section.text, section[:] = content.text, list(content)
    return root


def _head(metadata: Metadata) -> Element:
    head = Element("head")
    SubElement(head, "title").text = metadata.title
    named = [
        *(("author", name) for name in (metadata.authors or ((metadata.publisher,) if metadata.publisher else ()))),
        ("description", metadata.description),
        ("keywords", ", ".join(metadata.keywords)),
        ("dcterms.created", metadata.created),
        ("dcterms.modified", metadata.modified),
    ]
    for name, content in named:
        if content:
            SubElement(head, "meta", {"name": name, "content": content})
    return head


def _set_bookmarks(content: Element, chapter: Chapter) -> None:
    """Replace the bookmarks of the outline by those that the chapter names, if it names any."""
    if not chapter.bookmarks:
        return
    marks = {mark.id: mark for mark in chapter.bookmarks}
    for element in content.iter():
        mark = marks.pop(element.get("id", ""), None)
        if mark or re.fullmatch(r"h[1-6]", element.tag):
            style = _bookmark_style(mark) if mark else "bookmark-level:none"
            element.set("style", ";".join(filter(None, (element.get("style", "").rstrip("; "), style))))
    if marks:
        raise TypesettingFailure(f"'{chapter.name}' has no element '{min(marks)}' to bookmark.")


def _bookmark_style(mark: Bookmark) -> str:
    label = "".join(f"\\{ord(c):x} " if c in '"\\' or ord(c) < 32 else c for c in mark.text)
    return f'bookmark-level:{mark.level};bookmark-label:"{label}"'


def _prefix_ids(element: Element, prefix: str) -> None:
    """Keep the ids of one chapter apart from another's; drawings keep theirs."""
    if not prefix or element.tag.startswith(SVG):
        return
    if "id" in element.attrib:
        element.set("id", prefix + element.attrib["id"])
    if element.get("href", "").startswith("#"):
        element.set("href", f"#{prefix}{element.attrib['href'][1:]}")
    for name in REFERENCES:
        if name in element.attrib:
            element.set(name, " ".join(prefix + word for word in element.attrib[name].split()))
    for child in element:
        _prefix_ids(child, prefix)


def press(manuscript: Manuscript) -> TypesetPages:
    """The manuscript set in type: tagged pages with empty margins, their map, and the diagnostics of the engine."""
    if not manuscript.fonts:
        raise TypesettingFailure(f"The layout '{manuscript.layout}' names no fonts.")
    require_known_engine()
    stylesheet = style_of(manuscript)
    fetcher = ClosedFetcher(manuscript)
    with released() as let_go, captured_log() as said:
        tree, pages, blocks = set_pages(manuscript, stylesheet, fetcher, let_go)
        spots = SpotReader(tree)
        with broken_off(manuscript.metadata.id):
            page_map = draw_map(pages.pages, spots)
            with our_tags(tree) as undescribed:
                pdf = bytes(pages.write_pdf(pdf_variant="pdf/ua-1"))
        bars = change_bars(pages.pages) if manuscript.marked else ()
        del tree, pages
    diagnostics = Diagnostics()
    path = f"output/{manuscript.metadata.id}/{manuscript.edition}"
    diagnostics.extend(remark(named((*stylesheet.said, *said), manuscript.images), path, page_map.page_of))
    diagnostics.extend(refusals((*stylesheet.refused, *fetcher.refused), path))
    diagnostics.extend(message("made-no-alt", Location(path, page), words=f"page {page}") for page in undescribed)
    diagnostics.extend(
        message("made-word-broken", Location(path, page), word=word[:60]) for page, word in page_map.broken
    )
    if EDITIONS[manuscript.edition].margin:
        diagnostics.extend(
            message("made-table-blocks", Location(path, page_map.page_of(words)), words=words[:60]) for words in blocks
        )
    diagnostics.extend(
        message("made-off-page", Location(path, page), words=words[:60]) for page, words in page_map.lost.items()
    )
    diagnostics.extend(
        message("made-formula-off-page", Location(path, page), words=words[:60])
        for page, words in page_map.lost_formulas
    )
    return TypesetPages(
        pdf=pdf,
        pages=len(page_map.text),
        starts=tuple(page_map.starts),
        slots=tuple(page_map.slots),
        remarks=diagnostics.remarks,
        targets=tuple(page_map.targets.items()),
        outliers=tuple(page_map.outliers),
        bars=bars,
        spots=tuple(spots.spots),
    )


_Setting = tuple[Element, Document, tuple[str, ...]]
"""The text and its pages, and the first words of tables that are set as blocks."""


def set_pages(
    manuscript: Manuscript, stylesheet: Stylesheet, fetcher: ClosedFetcher, let_go: Callable[[], None]
) -> _Setting:
    """A text and its pages. One whose last page holds little is set closer, if that saves the page; no long one is."""
    usual = _set_with(manuscript, stylesheet, fetcher, "", let_go)
    pages = usual[1].pages
    # the length of the front of a pack decides all folios after it
    is_front = any(chapter.landmark == "frontmatter" for chapter in manuscript.chapters)
    for rung in RUNGS if len(pages) <= LONG and not is_front and should_fit(pages) else ():
        closer = _set_with(manuscript, stylesheet, fetcher, rung, lambda: None)
        if len(closer[1].pages) < len(pages):
            return closer
    return usual


def _set_with(
    manuscript: Manuscript, stylesheet: Stylesheet, fetcher: ClosedFetcher, rung: str, let_go: Callable[[], None]
) -> _Setting:
    """A text as one rung of the ladder has it, set again until no further concession is needed.

    `let_go` releases the memory of a setting that was not good enough.
    """
    row = EDITIONS[manuscript.edition]
    given_up = Relaxations(has_margin=row.margin, moves_figures=row.moves_figures)
    with broken_off(manuscript.metadata.id):
        while True:
            tree = build_document(manuscript)
            if rung:
                tree.set(FIT, rung)
            number_lists(tree[1])
            elements = tuple(tree.iter())
            given_up.mark(elements)
            draw_formulas(elements, dict(given_up.formulas))
            document = lay_out(tree, stylesheet, fetcher)
            more = given_up.more(elements, document.pages)
            if more == given_up:
                blocks = [_begins(elements[place]) for place in sorted(given_up.tables)]
                return tree, document, tuple(blocks)
            given_up = more
            del tree, elements, document
            let_go()


def _begins(region: Element) -> str:
    """The first words of a table: its caption, else its first head."""
    parts = (part for name in ("caption", "th", "td") for part in region.iter(name))
    return next((" ".join(words.split()) for part in parts if (words := "".join(part.itertext())).strip()), "")


FIT = "data-fit"
RUNGS = ("1", "2", "3")

LITTLE = 1 / 3
"""The share of a page that its last one holds at the least."""

HALF, MANY = 1 / 2, 10
"""The same of a text of so many pages, which are enough to save so much."""

GAIN = 0.1
"""The share of each page before it that the whole ladder saves at the most."""


def should_fit(pages: list[Any]) -> bool:
    """Whether a last page holds so little that the ladder might save it."""
    if len(pages) < 2:
        return False
    box = pages[-1]._page_box
    ends = [
        inner.position_y + inner.height
        for inner in boxes_of(box, placed_later=False)
        if isinstance(inner, boxes.TextBox | boxes.ReplacedBox)
    ]
    top = box.content_box_y()
    held = float((max(ends, default=top) - top) / box.height)
    return held < (HALF if len(pages) >= MANY else LITTLE) and held < GAIN * (len(pages) - 1)


KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by its `type` in HTML."""

_NO_NUMBER = "list-style-type:none;counter-increment:list-item 0"


def number_lists(body: Element) -> None:
    """Have each list begin with the number, and count in the way, that the text says."""
    for element in body.iter("ol"):
        declared = [element.get("style", "").rstrip("; ")]
        if first := first_number(element) - 1:
            declared.append(f"counter-reset:list-item {first}")
        if kind := KINDS.get(element.get("type", "")):
            declared.append(f"list-style-type:{kind}")
        if style := ";".join(filter(None, declared)):
            element.set("style", style)
    for entry in body.iter("li"):
        if is_unnumbered(entry):
            entry.set("style", f"{entry.get('style', '')};{_NO_NUMBER}".lstrip(";"))
