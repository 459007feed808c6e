"""Preparation of a Word document: rewrites its XML so that pandoc loses nothing."""

import copy
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from lxml import etree

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.services.importing.docx_content import (
    DocumentContent,
    DocumentPiece,
    FoundPicture,
    Loss,
    SourceParagraph,
    drop_hidden,
    drop_prompts,
    hidden_styles,
    losses_in,
    number_of,
    paragraphs_of,
    paragraphs_of_notes,
    paragraphs_that_call,
    pictures_in,
    read_comments,
    shortened,
)
from pipeline.services.importing.docx_package import (
    MC,
    PARAGRAPH,
    RUN,
    SYMBOL,
    TABLE,
    TEXT,
    BrokenXml,
    Element,
    Package,
    W,
    is_inside,
    make_run,
    pack_document,
    parse_xml,
    property_value,
    read_symbols,
    unreadable,
    unwrap,
    without_strays,
    xml_bytes,
)
from pipeline.services.importing.manager_citations import (
    CitationCollector,
    drop_lists,
    is_typed,
    take_out_citations,
    words_of_works,
)

TrackedChanges = Literal["accept", "reject"]
"""Treatment of tracked changes."""

_ADDED = (f"{W}ins", f"{W}moveTo")
_TAKEN = (f"{W}del", f"{W}moveFrom")
_PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}pPr", f"{W}tcPr")
_STRUCK = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}
_BLOCKS = (PARAGRAPH, TABLE, f"{W}sdt", f"{W}customXml", f"{W}altChunk", f"{W}sectPr")
"""Blocks between paragraphs, other than marks of places."""


def settle_changes(root: Element, changes: TrackedChanges) -> None:
    """Accept or reject all tracked changes: of words, of ends of paragraphs, and of rows and cells."""
    kept, removed = (_ADDED, _TAKEN) if changes == "accept" else (_TAKEN, _ADDED)
    _settle_tables(root, removed, f"{W}cellDel" if changes == "accept" else f"{W}cellIns")
    joined = [mark.getparent().getparent().getparent() for mark in root.iter(*removed) if _ends_paragraph(mark)]
    for element in list(root.iter(*kept, *removed)):
        parent = element.getparent()
        if parent is None or is_inside(element, *_PROPERTIES):
            continue
        if element.tag in removed:
            parent.remove(element)
        else:
            unwrap(element)
    for element in list(root.iter(*_STRUCK)):
        element.tag = _STRUCK[element.tag]
    for paragraph in joined:
        join_next(paragraph)
    for mark in list(root.iter(*kept, *removed)):  # else the reader would join paragraphs over the edges of cells
        mark.getparent().remove(mark)


def _settle_tables(root: Element, removed: tuple[str, ...], removed_cell: str) -> None:
    """Remove the rows and cells that are gone, and tables that are empty."""
    for row in list(root.iter(f"{W}tr")):
        if any(row.find(f"{W}trPr/{name}") is not None for name in removed):
            row.getparent().remove(row)
    for cell in [cell for cell in root.iter(f"{W}tc") if cell.find(f"{W}tcPr/{removed_cell}") is not None]:
        row = cell.getparent()
        row.remove(cell)
        if row.tag == f"{W}tr" and row.getparent() is not None and next(row.iter(f"{W}tc"), None) is None:
            row.getparent().remove(row)
    for table in list(root.iter(TABLE)):
        if table.getparent() is not None and next(table.iter(f"{W}tr"), None) is None:
            table.getparent().remove(table)


def _ends_paragraph(mark: Element) -> bool:
    return [above.tag for above in islice(mark.iterancestors(), 3)] == [f"{W}rPr", f"{W}pPr", PARAGRAPH]


def join_next(paragraph: Element) -> None:
    """Join a paragraph whose end was removed with the next; the last one keeps its end."""
    following = paragraph.getnext()
    while following is not None and following.tag not in _BLOCKS:
        following = following.getnext()
    if following is None or following.tag != PARAGRAPH:
        return
    index = 1 if following.find(f"{W}pPr") is not None else 0
    words = [child for child in paragraph if child.tag != f"{W}pPr"]
    following[index:index] = words
    paragraph.getparent().remove(paragraph)


_TEXT_BOX = f"{W}txbxContent"
_MAX_NESTING = 10
"""Text boxes in text boxes that are read."""
_CONTENTS_HEADING = re.compile(r"\s*(?:(?:table|list) of )?(?:contents|figures|tables)\s*:?\s*", re.IGNORECASE)
"""Words of the heading of a list of contents."""


def drop_fallbacks(root: Element) -> None:
    """Keep the form for new programs of content that is written twice."""
    for either in list(root.iter(f"{MC}AlternateContent")):
        chosen = either.find(f"{MC}Choice")
        if chosen is None:
            chosen = either.find(f"{MC}Fallback")
        for other in list(either):
            if other is not chosen:
                either.remove(other)
        if chosen is not None:
            unwrap(chosen)
        unwrap(either)


def place_readings(root: Element) -> None:
    """Put the reading above some words after them, in brackets."""
    for ruby in list(root.iter(f"{W}ruby")):
        run = ruby.getparent()
        reading = "".join(text.text or "" for text in ruby.iterfind(f"{W}rt//{TEXT}"))
        base = ruby.findall(f"{W}rubyBase/{RUN}")
        for part in reversed([*base, *([make_run(f" ({reading})")] if reading else [])]):
            run.addnext(part)
        run.remove(ruby)


def place_boxes(root: Element) -> tuple[Element, ...]:
    """Put the paragraphs of each text box after the paragraph that it hangs on; returns the first of each box."""
    first = []
    for _ in range(_MAX_NESTING):
        boxes = [box for box in root.iter(_TEXT_BOX) if not is_inside(box, _TEXT_BOX)]
        if not boxes:
            break
        for box in reversed(boxes):  # each right after the anchor, so before boxes that were placed there already
            anchor = next(box.iterancestors(PARAGRAPH), None)
            children = list(box)
            box.getparent().remove(box)
            if anchor is None:
                continue
            for child in reversed(children):
                anchor.addnext(child)
            first += [child for child in children if "".join(child.itertext()).strip()][:1]
    return tuple(reversed(first))


def drop_contents(root: Element) -> bool:
    """Remove the list of contents, which is made again; returns whether there was one."""
    has_contents = False
    for style in list(root.iter(f"{W}pStyle")):
        paragraph = next(style.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        is_heading = _style(paragraph) == "tocheading" or _CONTENTS_HEADING.fullmatch("".join(paragraph.itertext(TEXT)))
        if _is_contents(paragraph) or (is_heading and _is_contents(next(paragraph.itersiblings(PARAGRAPH), None))):
            has_contents = True
            parent = paragraph.getparent()
            if parent.tag == f"{W}tc" and len(parent.findall(PARAGRAPH)) == 1:
                for child in list(paragraph):
                    paragraph.remove(child)
            else:
                parent.remove(paragraph)
    return has_contents


def _is_contents(paragraph: Element | None) -> bool:
    """Return whether a paragraph is an entry of a list of contents."""
    style = "" if paragraph is None else _style(paragraph)
    return (style.startswith("toc") and style[3:4].isdigit()) or style == "tableoffigures"


def _style(paragraph: Element) -> str:
    return property_value(paragraph, "pPr/pStyle").lower().replace(" ", "")


def open_controls(root: Element) -> None:
    """Replace controls, marks of programs and simple fields by their content."""
    for control in list(root.iter(f"{W}sdt")):
        content = control.find(f"{W}sdtContent")
        if content is not None:
            for other in list(control):
                if other is not content:
                    control.remove(other)
            unwrap(content)
        unwrap(control)
    for mark in list(root.iter(f"{W}smartTag", f"{W}customXml", f"{W}bdo", f"{W}dir")):
        for other in mark.findall(f"{W}smartTagPr") + mark.findall(f"{W}customXmlPr"):
            mark.remove(other)
        unwrap(mark)
    for simple in list(root.iter(f"{W}fldSimple")):
        code = str(simple.get(f"{W}instr", ""))
        for kept in simple.findall(f"{W}fldData"):
            simple.remove(kept)
        if code.strip().upper().startswith("HYPERLINK"):
            instruction = etree.Element(f"{W}instrText")
            instruction.text = code
            begin, between, end = (
                etree.Element(f"{W}fldChar", {f"{W}fldCharType": kind}) for kind in ("begin", "separate", "end")
            )
            for node in (begin, instruction, between):
                simple.addprevious(_run_of(node))
            simple.addnext(_run_of(end))
        unwrap(simple)


def _run_of(node: Element) -> Element:
    run = etree.Element(RUN)
    run.append(node)
    return run


def widen_grids(root: Element) -> None:
    """Give every table as many columns as its longest row has, and every row as many cells.

    Pandoc drops the last cells of a row that is longer than its table's grid.
    """
    for table in root.iter(TABLE):
        rows = table.findall(f"{W}tr")
        if max(map(_columns, rows), default=0) > _MOST_COLUMNS:
            for row in rows:
                _narrow(row)
        widths = [_columns(row) for row in rows]
        most = max(widths, default=0)
        for row, width in zip(rows, widths, strict=True):
            for _ in range(most - width):
                etree.SubElement(etree.SubElement(row, f"{W}tc"), PARAGRAPH)
        grid = table.find(f"{W}tblGrid")
        if grid is None:
            grid = etree.Element(f"{W}tblGrid")
            table.insert(1 if table.find(f"{W}tblPr") is not None else 0, grid)
        for _ in range(most - len(grid.findall(f"{W}gridCol"))):
            etree.SubElement(grid, f"{W}gridCol")
        for column in grid.iter(f"{W}gridCol"):  # pandoc passes over a column without a width
            column_width = str(column.get(f"{W}w", ""))
            is_number = column_width.isascii() and column_width.isdigit()
            column.set(f"{W}w", column_width if is_number else _COLUMN_WIDTH)


_COLUMN_WIDTH = "1000"
"""Width of a column without one, in twentieths of a point."""
_MOST_COLUMNS = 63
"""Columns of a table that Word allows."""


def _narrow(row: Element) -> None:
    """Give each cell of a row one column; the content of cells after the last column goes in that."""
    cells = row.findall(f"{W}tc")
    for spans in (f"{W}trPr/{W}gridBefore", f"{W}trPr/{W}gridAfter", f"{W}tc/{W}tcPr/{W}gridSpan"):
        for span in row.findall(spans):
            span.getparent().remove(span)
    for cell in cells[_MOST_COLUMNS:]:
        cells[_MOST_COLUMNS - 1].extend(child for child in list(cell) if child.tag != f"{W}tcPr")
        row.remove(cell)


def merged_in(root: Element) -> Iterator[int]:
    """Yield the number of the first paragraph in cells over several rows or columns, once a table."""
    paragraphs: list[Element] = []
    last_table: Element = None
    for span in root.iter(f"{W}gridSpan", f"{W}vMerge"):
        cell = next(span.iterancestors(f"{W}tc"), None)
        table = next(reversed(list(span.iterancestors(TABLE))), None)
        if cell is None or table is None or table is last_table:
            continue
        is_wide = span.tag != f"{W}gridSpan" or _number(str(span.get(f"{W}val", "")), 1) > 1
        paragraph = next(cell.iter(PARAGRAPH), None)
        if is_wide and paragraph is not None and len(list(islice(table.iter(f"{W}tc"), 2))) > 1:
            paragraphs.append(paragraph)
            last_table = table
    first = {id(paragraph) for paragraph in paragraphs}
    yield from (number for number, paragraph in enumerate(root.iter(PARAGRAPH), 1) if id(paragraph) in first)


def _columns(row: Element) -> int:
    skipped = sum(_number(property_value(row, f"trPr/{name}"), 0) for name in ("gridBefore", "gridAfter"))
    return skipped + sum(_number(property_value(cell, "tcPr/gridSpan"), 1) for cell in row.findall(f"{W}tc"))


def _number(written: str, least: int) -> int:
    return min(max(int(written), least), _MOST_COLUMNS) if written.isascii() and written.isdigit() else least


_BREAKS = {f"{W}cr": f"{W}br", f"{W}ptab": f"{W}tab"}
"""Breaks that pandoc ignores, and those with the same meaning."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
"""Whether the spaces at the ends of a text count (XML 1.0, section 2.10)."""
_NOTES = (("footnotes.xml", "footnoteReference"), ("endnotes.xml", "endnoteReference"))


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document as pandoc reads it, and what was found in it."""

    docx: bytes
    content: DocumentContent


def prepare_document(
    name: str, package: Package, changes: TrackedChanges, diagnostics: Diagnostics
) -> PreparedDocument | None:
    """Rewrite a document so that pandoc loses nothing; None, after a report, if a part of it cannot be read."""
    try:
        notes = (f"{package.folder}/{name}" for name, _ in _NOTES if package.part(name))
        roots = {part: parse_xml(package.parts[part]) for part in (package.main, *notes)}
        comment_root = parse_xml(package.part("comments.xml") or b"<none/>")
    except BrokenXml:
        hint = "A part of it is damaged: open it in a word processor and save it."
        diagnostics.report(unreadable(name, hint))
        return None
    main = roots[package.main]
    for root in roots.values():
        _normalise(root, changes)
    if drop_contents(main):
        hint = "The program makes one from the headings."
        diagnostics.report(message("import-left-out", Location(name), hint, what="a list of contents"))
    hidden = tuple(_drop_hidden_words(roots, package))
    pictures, missing_pictures = _pictures(roots, package)
    losses = [*hidden, *losses_in(main, package), *missing_pictures]
    comments = tuple(read_comments(comment_root, main))
    merged = tuple(merged_in(main))
    collector = CitationCollector.of(package.parts)
    pieces = _take_out_citations(roots, package, collector, losses)
    for box in _simplify(roots):
        words = shortened(" ".join("".join(text.text or "" for text in box.iter(TEXT)).split()))
        diagnostics.report(message("import-text-box", Location(name, number_of(main, box)), words=words))
    diagnostics.extend(message("import-left-out", Location(name, loss.number), what=loss.what) for loss in losses)
    numbering = level_lists(main, package.part("styles.xml"), package.part("numbering.xml"))
    rewritten = {part: xml_bytes(root) for part, root in roots.items()} | package.named("numbering.xml", numbering)
    citations, unread = tuple(collector.citations), tuple(collector.unread)
    content = DocumentContent(name, pieces, citations, unread, comments, pictures, merged)
    return PreparedDocument(pack_document(package.having(rewritten)), content)


def _take_out_citations(
    roots: Mapping[str, Element], package: Package, collector: CitationCollector, losses: list[Loss]
) -> tuple[DocumentPiece, ...]:
    """Replace citations by marks; returns the pieces of the text, then of the notes, and adds words that are lost."""
    paragraphs = {part: tuple(_source_paragraphs(part, roots, package)) for part in roots}
    for root in roots.values():
        take_out_citations(root, collector)
    drop_lists(collector)
    known = words_of_works(collector.citations)
    pieces: list[list[DocumentPiece]] = []
    for part, root in roots.items():
        present = {id(element) for element in root.iter()}
        pieces.append([piece for paragraph in paragraphs[part] if (piece := paragraph.piece(present))])
        for paragraph in paragraphs[part]:
            typed = (words for words in paragraph.removed_words(present) if is_typed(words, known))
            losses += (Loss(paragraph.number, f"the words '{shortened(words)}'") for words in typed)
    return (*pieces[0], *sorted(chain(*pieces[1:]), key=lambda piece: piece.number))


def _simplify(roots: Mapping[str, Element]) -> list[Element]:
    """Replace what pandoc cannot read; returns the first paragraph of each text box."""
    boxes: list[Element] = []
    for root in roots.values():
        for symbol in list(root.iter(SYMBOL)):  # reported; pandoc draws some of them
            symbol.getparent().remove(symbol)
        open_controls(root)
        boxes += place_boxes(root)
        widen_grids(root)
    return boxes


def _normalise(root: Element, changes: TrackedChanges) -> None:
    """Bring a part to the form that its reader sees: alternatives once, tracked changes settled."""
    keeps_spaces = root.get(_SPACE) == "preserve"
    for text in root.iter(TEXT):
        if text.text:
            text.text = without_strays(
                text.text if keeps_spaces or text.get(_SPACE) == "preserve" else text.text.strip(" \t\r\n")
            )
    drop_fallbacks(root)
    settle_changes(root, changes)
    read_symbols(root)
    place_readings(root)
    for frame in list(root.iter(f"{W}framePr")):
        if frame.get(f"{W}dropCap") in ("drop", "margin"):
            join_next(frame.getparent().getparent())
    for node in root.iter(*_BREAKS):
        node.tag = _BREAKS[node.tag]


def _source_paragraphs(part: str, roots: Mapping[str, Element], package: Package) -> Iterator[SourceParagraph]:
    """Yield the paragraphs of a part, before anything is taken out of it."""
    main = roots[package.main]
    if part == package.main:
        yield from paragraphs_of(main)
    for name, call in _NOTES:
        if part == f"{package.folder}/{name}":
            yield from paragraphs_of_notes(roots[part], paragraphs_that_call(main, call))


def _drop_hidden_words(roots: Mapping[str, Element], package: Package) -> Iterator[Loss]:
    """Remove hidden words and prompts of forms; those in notes are in no paragraph of the text."""
    styles = hidden_styles(package.part("styles.xml"))
    for part, root in roots.items():
        for loss in (*drop_prompts(root), *drop_hidden(root, styles)):
            yield loss if part == package.main else Loss(1, f"{loss.what} in a note")


def _pictures(roots: Mapping[str, Element], package: Package) -> tuple[dict[str, FoundPicture], list[Loss]]:
    """Return the pictures of all parts by their files, and the losses of those that the document does not hold."""
    pictures: dict[str, FoundPicture] = {}
    missing: list[Loss] = []
    for part, root in roots.items():
        for source, loss in pictures_in(root, package, posixpath.basename(part)):
            loss = loss if part == package.main else Loss(1, f"{loss.what} in a note")
            if not source:
                missing.append(loss)
            elif source not in pictures:
                pictures[source] = FoundPicture(package.parts[package.target(source)], loss.number, loss.what)
    return pictures, missing


_LIST_STYLE = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
"""Names of Word's own styles, which are English in every language."""


def level_lists(root: Element, styles: bytes, numbering: bytes) -> bytes:
    """Give entries in list styles their level; returns the numbering part with these levels."""
    try:
        levels, numbering_root = dict(_levels(parse_xml(styles or b"<none/>"))), parse_xml(numbering or b"<none/>")
    except BrokenXml:
        return numbering
    used = {used_level for paragraph in root.iter(PARAGRAPH) if (used_level := _put_level(paragraph, levels))}
    for number, level in used:
        _deepen(numbering_root, number, level)
    return xml_bytes(numbering_root) if used else numbering


def _levels(styles: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the list and the level of each such style, by its id."""
    for style in styles.iter(f"{W}style"):
        match = _LIST_STYLE.fullmatch(property_value(style, "name"))
        number = property_value(style, "pPr/numPr/numId")
        if match and number and property_value(style, "pPr/numPr/ilvl") in ("", "0"):
            yield str(style.get(f"{W}styleId")), (number, int(match[1]) - 1)


def _put_level(paragraph: Element, levels: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Give an entry the level of its style, unless it has a level or a list itself."""
    list_and_level = levels.get(property_value(paragraph, "pPr/pStyle"))
    if list_and_level is None or paragraph.find(f"{W}pPr/{W}numPr") is not None:
        return None
    numbering = etree.SubElement(paragraph.find(f"{W}pPr"), f"{W}numPr")
    etree.SubElement(numbering, f"{W}ilvl").set(f"{W}val", str(list_and_level[1]))
    etree.SubElement(numbering, f"{W}numId").set(f"{W}val", list_and_level[0])
    return list_and_level


def _deepen(lists: Element, number: str, level: int) -> None:
    """Give a list a level like its first, if it has none."""
    numbering = next((node for node in lists.iter(f"{W}num") if node.get(f"{W}numId") == number), None)
    definition_id = "" if numbering is None else property_value(numbering, "abstractNumId")
    definitions = lists.iter(f"{W}abstractNum")
    definition = next((node for node in definitions if node.get(f"{W}abstractNumId") == definition_id), None)
    first_level = None if definition is None else definition.find(f"{W}lvl[@{W}ilvl='0']")
    if definition is None or first_level is None or definition.find(f"{W}lvl[@{W}ilvl='{level}']") is not None:
        return
    new_level = copy.deepcopy(first_level)
    new_level.set(f"{W}ilvl", str(level))
    for text in new_level.iter(f"{W}lvlText"):
        text.set(f"{W}val", str(text.get(f"{W}val", "")).replace("%1", f"%{level + 1}"))
    definition.append(new_level)
