"""A document put right before it is read, so that nothing is lost on the way."""

import copy
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

from lxml import etree

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.services.importing.content import (
    Comment,
    DocumentPiece,
    Loss,
    SeenParagraph,
    calls_of,
    drop_hidden,
    drop_prompts,
    elements_of,
    hidden_styles,
    losses,
    number_of,
    paragraphs_of,
    paragraphs_of_notes,
    pictures_in,
    pieces_of,
    read_comments,
    shortened,
    taken_out_of,
)
from pipeline.services.importing.managers import CitedItem, is_typed, read_sources, words_of_works
from pipeline.services.importing.package import (
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
    as_bytes,
    inside,
    packed,
    parse,
    read_symbols,
    unwrap,
    value,
    without_strays,
    words_run,
)
from pipeline.services.importing.taken_out import Clusters, KeptWords, drop_lists, read_bookmarks, take_out_citations

Settled = Literal["accept", "reject"]
"""Treatment of tracked changes."""

_ADDED = (f"{W}ins", f"{W}moveTo")
_TAKEN = (f"{W}del", f"{W}moveFrom")
_PROPERTIES = (f"{W}rPr", f"{W}trPr", f"{W}pPr", f"{W}tcPr")
_STRUCK = {f"{W}delText": f"{W}t", f"{W}delInstrText": f"{W}instrText"}
_SOLID = (PARAGRAPH, TABLE, f"{W}sdt", f"{W}customXml", f"{W}altChunk", f"{W}sectPr")
"""Blocks that stand between paragraphs, besides marks of places."""


def settle_changes(root: Element, how: Settled) -> None:
    """Accept or reject every tracked change: of words, of ends of paragraphs, and of rows and cells."""
    kept, gone = (_ADDED, _TAKEN) if how == "accept" else (_TAKEN, _ADDED)
    _settle_tables(root, gone, f"{W}cellDel" if how == "accept" else f"{W}cellIns")
    joined = [mark.getparent().getparent().getparent() for mark in root.iter(*gone) if _ends_paragraph(mark)]
    for element in list(root.iter(*kept, *gone)):
        parent = element.getparent()
        if parent is None or inside(element, *_PROPERTIES):
            continue
        if element.tag in gone:
            parent.remove(element)
        else:
            unwrap(element)
    for element in list(root.iter(*_STRUCK)):
        element.tag = _STRUCK[element.tag]
    for paragraph in joined:
        join_next(paragraph)
    for mark in list(root.iter(*kept, *gone)):  # else the reader would join paragraphs over the edges of cells
        mark.getparent().remove(mark)


def _settle_tables(root: Element, gone: tuple[str, ...], cell_gone: str) -> None:
    """Take away the rows and cells that are gone, and tables of which nothing is left."""
    for row in list(root.iter(f"{W}tr")):
        if any(row.find(f"{W}trPr/{name}") is not None for name in gone):
            row.getparent().remove(row)
    for cell in [cell for cell in root.iter(f"{W}tc") if cell.find(f"{W}tcPr/{cell_gone}") is not None]:
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
    """Put the words of a paragraph whose end is gone before those of the next; without one it keeps its end."""
    following = paragraph.getnext()
    while following is not None and following.tag not in _SOLID:
        following = following.getnext()
    if following is None or following.tag != PARAGRAPH:
        return
    at = 1 if following.find(f"{W}pPr") is not None else 0
    words = [child for child in paragraph if child.tag != f"{W}pPr"]
    following[at:at] = words
    paragraph.getparent().remove(paragraph)


_BOX = f"{W}txbxContent"
_DEEPEST = 10
"""So many boxes may stand in each other."""
_CONTENTS = re.compile(r"\s*(?:(?:table|list) of )?(?:contents|figures|tables)\s*:?\s*", re.IGNORECASE)
"""Words of a heading that goes with its list."""


def drop_fallbacks(root: Element) -> None:
    """Keep of what is written twice the form for new programs."""
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
    """Put the reading above some words behind them, in brackets."""
    for ruby in list(root.iter(f"{W}ruby")):
        run = ruby.getparent()
        reading = "".join(text.text or "" for text in ruby.iterfind(f"{W}rt//{TEXT}"))
        base = ruby.findall(f"{W}rubyBase/{RUN}")
        for part in reversed([*base, *([words_run(f" ({reading})")] if reading else [])]):
            run.addnext(part)
        run.remove(ruby)


def place_boxes(root: Element) -> tuple[Element, ...]:
    """Put the paragraphs of every text box behind the paragraph that it hangs on; gives the first of each box."""
    first = []
    for _ in range(_DEEPEST):
        boxes = [box for box in root.iter(_BOX) if not inside(box, _BOX)]
        if not boxes:
            break
        for box in reversed(boxes):  # each behind the anchor, so before the boxes behind it
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
    """Take the list of contents away, which is made anew; whether there was one."""
    found = False
    for style in list(root.iter(f"{W}pStyle")):
        paragraph = next(style.iterancestors(PARAGRAPH), None)
        if paragraph is None:
            continue
        heads = _style(paragraph) == "tocheading" or _CONTENTS.fullmatch("".join(paragraph.itertext(TEXT)))
        if _is_contents(paragraph) or (heads and _is_contents(next(paragraph.itersiblings(PARAGRAPH), None))):
            found = True
            parent = paragraph.getparent()
            if parent.tag == f"{W}tc" and len(parent.findall(PARAGRAPH)) == 1:
                for child in list(paragraph):
                    paragraph.remove(child)
            else:
                parent.remove(paragraph)
    return found


def _is_contents(paragraph: Element | None) -> bool:
    """Whether a paragraph is an entry of a list of contents."""
    style = "" if paragraph is None else _style(paragraph)
    return (style.startswith("toc") and style[3:4].isdigit()) or style == "tableoffigures"


def _style(paragraph: Element) -> str:
    return value(paragraph, "pPr/pStyle").lower().replace(" ", "")


def open_controls(root: Element) -> None:
    """Put the content of controls, of marks of programs and directions, and of fields of one element in their place."""
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
            said = etree.Element(f"{W}instrText")
            said.text = code
            begin, between, end = (
                etree.Element(f"{W}fldChar", {f"{W}fldCharType": kind}) for kind in ("begin", "separate", "end")
            )
            for node in (begin, said, between):
                simple.addprevious(_run_of(node))
            simple.addnext(_run_of(end))
        unwrap(simple)


def _run_of(node: Element) -> Element:
    made = etree.Element(RUN)
    made.append(node)
    return made


# A row that is longer than its table's grid would lose its last cells.


def widen_grids(root: Element) -> None:
    """Give every table as many columns as its longest row has, and every row as many cells."""
    for table in root.iter(TABLE):
        rows = table.findall(f"{W}tr")
        if max(map(_width, rows), default=0) > _MOST_COLUMNS:
            for row in rows:
                _narrow(row)
        widths = [_width(row) for row in rows]
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
            said = str(column.get(f"{W}w", ""))
            column.set(f"{W}w", said if said.isascii() and said.isdigit() else _WIDTH)


_WIDTH = "1000"
"""Width of a column of which none is said, in twentieths of a point."""
_MOST_COLUMNS = 63
"""So many columns a table of Word's may have."""


def _narrow(row: Element) -> None:
    """Give each cell of a row one column; what stands beyond the last stands in that."""
    cells = row.findall(f"{W}tc")
    for spans in (f"{W}trPr/{W}gridBefore", f"{W}trPr/{W}gridAfter", f"{W}tc/{W}tcPr/{W}gridSpan"):
        for span in row.findall(spans):
            span.getparent().remove(span)
    for cell in cells[_MOST_COLUMNS:]:
        cells[_MOST_COLUMNS - 1].extend(child for child in list(cell) if child.tag != f"{W}tcPr")
        row.remove(cell)


def merged_in(root: Element) -> Iterator[int]:
    """The numbers of the first paragraphs that stand in cells over several rows or columns, one a table."""
    first: list[Element] = []
    done: list[Element] = []
    for spans in root.iter(f"{W}gridSpan", f"{W}vMerge"):
        cell = next(spans.iterancestors(f"{W}tc"), None)
        table = next(reversed(list(spans.iterancestors(TABLE))), None)
        if cell is None or table is None or any(table is one for one in done[-1:]):
            continue
        several = spans.tag != f"{W}gridSpan" or _number(str(spans.get(f"{W}val", "")), 1) > 1
        paragraph = next(cell.iter(PARAGRAPH), None)
        if several and paragraph is not None and len(list(islice(table.iter(f"{W}tc"), 2))) > 1:
            first.append(paragraph)
            done.append(table)
    numbers = {id(one) for one in first}
    yield from (n for n, paragraph in enumerate(root.iter(PARAGRAPH), 1) if first and id(paragraph) in numbers)


def _width(row: Element) -> int:
    skipped = sum(_number(value(row, f"trPr/{name}"), 0) for name in ("gridBefore", "gridAfter"))
    return skipped + sum(_number(value(cell, "tcPr/gridSpan"), 1) for cell in row.findall(f"{W}tc"))


def _number(written: str, least: int) -> int:
    return min(max(int(written), least), _MOST_COLUMNS) if written.isascii() and written.isdigit() else least


_BREAKS = {f"{W}cr": f"{W}br", f"{W}ptab": f"{W}tab"}
"""Breaks that pandoc passes over, and those that mean the same."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
"""Whether the spaces at the ends of a text count (XML 1.0, section 2.10)."""
_NOTES = (("footnotes.xml", "footnoteReference"), ("endnotes.xml", "endnoteReference"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as it is given to the reader, and what was found in it."""

    content: bytes
    package: Package
    clusters: tuple[tuple[CitedItem, ...], ...]
    pieces: tuple[DocumentPiece, ...]
    comments: tuple[Comment, ...]
    pictures: tuple[tuple[str, Loss], ...]
    merged: tuple[int, ...] = ()
    """Numbers of the paragraphs in which tables have cells over several rows or columns."""
    kept: tuple[KeptWords, ...] = ()
    """Citations whose words stay."""


def prepare(name: str, package: Package, how: Settled, diagnostics: Diagnostics) -> Prepared | None:
    """The document put right; nothing where a part of it cannot be read, after a remark."""
    try:
        notes = (f"{package.folder}/{name}" for name, _ in _NOTES if package.part(name))
        roots = {part: parse(package.parts[part]) for part in (package.main, *notes)}
        said = parse(package.part("comments.xml") or b"<none/>")
    except BrokenXml:
        hint = "A part of it is damaged: open it in a word processor and save it."
        diagnostics.report(message("import-no-document", Location(name), hint))
        return None
    main = roots[package.main]
    clusters = Clusters(read_sources(package.parts), read_bookmarks(package.parts))
    for root in roots.values():
        _settle(root, how)
    if drop_contents(main):
        hint = "Readers get one that is made from the headings."
        diagnostics.report(message("import-left-out", Location(name), hint, what="a list of contents"))
    hidden = tuple(_hidden(roots, package))
    seen = {part: tuple(_seen(part, roots, package)) for part in roots}
    pictures = tuple(_pictures(roots, package))
    lost = (*hidden, *losses(main, package), *(loss for source, loss in pictures if not source))
    comments = tuple(read_comments(said, main))
    merged = tuple(merged_in(main))
    pieces: list[list[DocumentPiece]] = []
    for root in roots.values():
        take_out_citations(root, clusters)
    drop_lists(clusters)
    for part, root in roots.items():
        there = elements_of(root)
        pieces.append([piece for paragraph in seen[part] for piece in pieces_of(paragraph, there)])
        lost += tuple(_swallowed(seen[part], there, clusters.found))
    boxes: list[Element] = []
    for root in roots.values():
        for sign in list(root.iter(SYMBOL)):  # reported; pandoc draws some of them
            sign.getparent().remove(sign)
        open_controls(root)
        boxes += place_boxes(root)
        widen_grids(root)
    for box in boxes:
        words = shortened(" ".join("".join(text.text or "" for text in box.iter(TEXT)).split()))
        diagnostics.report(message("import-text-box", Location(name, number_of(main, box)), words=words))
    diagnostics.extend(message("import-left-out", Location(name, loss.number), what=loss.what) for loss in lost)
    numbering = level_lists(main, package.part("styles.xml"), package.part("numbering.xml"))
    right = package.having(
        {part: as_bytes(root) for part, root in roots.items()} | package.named("numbering.xml", numbering)
    )
    shown = tuple(picture for picture in pictures if picture[0])
    found = (*pieces[0], *sorted(chain(*pieces[1:]), key=lambda piece: piece.number))
    return Prepared(packed(right), right, tuple(clusters.found), found, comments, shown, merged, tuple(clusters.kept))


def _settle(root: Element, how: Settled) -> None:
    """Bring a part to the form that its reader sees: what stands twice once, and its changes settled."""
    keeps = root.get(_SPACE) == "preserve"
    for text in root.iter(TEXT):
        if text.text:
            text.text = without_strays(
                text.text if keeps or text.get(_SPACE) == "preserve" else text.text.strip(" \t\r\n")
            )
    drop_fallbacks(root)
    settle_changes(root, how)
    read_symbols(root)
    place_readings(root)
    for frame in list(root.iter(f"{W}framePr")):
        if frame.get(f"{W}dropCap") in ("drop", "margin"):
            join_next(frame.getparent().getparent())
    for node in root.iter(*_BREAKS):
        node.tag = _BREAKS[node.tag]


def _seen(part: str, roots: dict[str, Element], package: Package) -> Iterator[SeenParagraph]:
    """The paragraphs of a part, before anything is taken out of it."""
    main = roots[package.main]
    if part == package.main:
        yield from paragraphs_of(main)
    for name, call in _NOTES:
        if part == f"{package.folder}/{name}":
            yield from paragraphs_of_notes(roots[part], calls_of(main, call))


def _hidden(roots: dict[str, Element], package: Package) -> Iterator[Loss]:
    """Hidden words and prompts, taken away; what stands in notes is in no paragraph of the text."""
    styles = hidden_styles(package.part("styles.xml"))
    for part, root in roots.items():
        for loss in (*drop_prompts(root), *drop_hidden(root, styles)):
            yield loss if part == package.main else Loss(1, f"{loss.what} in a note")


def _pictures(roots: dict[str, Element], package: Package) -> Iterator[tuple[str, Loss]]:
    """The pictures of all parts; those of notes are in no paragraph of the text."""
    for part, root in roots.items():
        for source, loss in pictures_in(root, package, posixpath.basename(part)):
            yield source, loss if part == package.main else Loss(1, f"{loss.what} in a note")


def _swallowed(
    seen: Sequence[SeenParagraph], there: Collection[int], found: Sequence[tuple[CitedItem, ...]]
) -> Iterator[Loss]:
    """Words that somebody typed into a citation, or into a list that a manager made."""
    known = words_of_works(found)
    for paragraph in seen:
        for words in taken_out_of(paragraph, there):
            if is_typed(words, known):
                yield Loss(paragraph.number, f"the words '{shortened(words)}'")


_LEVELLED = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
"""Names of Word's own styles, which are English in every language of its window."""


def level_lists(root: Element, styles: bytes, numbering: bytes) -> bytes:
    """Give the entries of such lists their level; gives the part of numberings, with that level of each list in it."""
    try:
        levels, lists = dict(_levels(parse(styles or b"<none/>"))), parse(numbering or b"<none/>")
    except BrokenXml:
        return numbering
    used = {one for paragraph in root.iter(PARAGRAPH) if (one := _put_level(paragraph, levels))}
    for number, level in used:
        _deepen(lists, number, level)
    return as_bytes(lists) if used else numbering


def _levels(styles: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """The list and the level of each such style, by its id."""
    for style in styles.iter(f"{W}style"):
        found = _LEVELLED.fullmatch(value(style, "name"))
        number = value(style, "pPr/numPr/numId")
        if found and number and value(style, "pPr/numPr/ilvl") in ("", "0"):
            yield str(style.get(f"{W}styleId")), (number, int(found[1]) - 1)


def _put_level(paragraph: Element, levels: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Give an entry the level of its style; one that says a level or a list itself stays as it is."""
    found = levels.get(value(paragraph, "pPr/pStyle"))
    if found is None or paragraph.find(f"{W}pPr/{W}numPr") is not None:
        return None
    place = etree.SubElement(paragraph.find(f"{W}pPr"), f"{W}numPr")
    etree.SubElement(place, f"{W}ilvl").set(f"{W}val", str(found[1]))
    etree.SubElement(place, f"{W}numId").set(f"{W}val", found[0])
    return found


def _deepen(lists: Element, number: str, level: int) -> None:
    """Give a list a level like its first, where it has none."""
    one = next((one for one in lists.iter(f"{W}num") if one.get(f"{W}numId") == number), None)
    wanted = "" if one is None else value(one, "abstractNumId")
    whole = next((one for one in lists.iter(f"{W}abstractNum") if one.get(f"{W}abstractNumId") == wanted), None)
    first = None if whole is None else whole.find(f"{W}lvl[@{W}ilvl='0']")
    if whole is None or first is None or whole.find(f"{W}lvl[@{W}ilvl='{level}']") is not None:
        return
    made = copy.deepcopy(first)
    made.set(f"{W}ilvl", str(level))
    for text in made.iter(f"{W}lvlText"):
        text.set(f"{W}val", str(text.get(f"{W}val", "")).replace("%1", f"%{level + 1}"))
    whole.append(made)
