"""Bind a plain text file from chapters in XHTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from lxml import etree

from pipeline.bind.chapters import ReflowingChapter, lacks_code_slot, leads_within_book
from pipeline.bind.frames import leads_to_addresses, list_hidden_notices, rewrite_links, text_names_address
from pipeline.bind.running_lines import fill_produced, full_produced_sentence
from pipeline.core.documents.roles import BLOCK_ELEMENTS, HEADINGS, item_numbers, list_label
from pipeline.core.documents.xhtml import (
    MATHML,
    NOTE_NUMBER,
    SVG,
    XHTML,
    is_left_out,
    parse_xhtml,
    remove_address_breaks,
    xml_local_name,
)
from pipeline.core.text.wrapping import COLUMNS, count_columns, pad_to_column, wrap_words
from pipeline.model.sheets import Identity

_SUPERSCRIPTS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPTS = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
"""Endings of '1st' and '2nd', which are not marked as raised."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACE_AT_BREAK = re.compile(r" *\v[ \v]*")

_UNBROKEN_CLASSES = frozenset({"part", "unbroken"})
"""Classes of words that are kept on one line if they are short."""

_NEW_LINE_CLASSES = frozenset({"cited-in", "part-of"})
"""Classes of words that begin a line."""

_BREAK = "\v"
"""Marks a line break within a paragraph until the paragraph is filled."""


def _text_of(element: etree._Element) -> str:
    """Return the text of an element, with `_BREAK` at line breaks."""
    return _normalise("".join(_text_pieces(element)))


def _normalise(words: str) -> str:
    """Collapse spaces, and remove them at line breaks."""
    return _SPACE_AT_BREAK.sub(_BREAK, _SPACE.sub(" ", words)).strip()


def _picture_text(element: etree._Element) -> str:
    """Return the alt text of a picture in brackets; '' for a decoration."""
    words = element.get("alt") or element.get("aria-label") or element.findtext("{*}title") or ""
    if element.get("role") in ("presentation", "none") or not words.strip():
        return ""
    return f"[{_SPACE.sub(' ', words).strip()}]"


def _inline_text(element: etree._Element) -> str:
    """Return the text of an element within a line."""
    name = xml_local_name(element)
    if is_left_out(element):
        return ""
    if element.tag == f"{{{MATHML}}}math":
        return element.get("alttext") or ""
    if name == "img" or element.tag == f"{{{SVG}}}svg":
        return _picture_text(element)
    if name == "br":
        return _BREAK
    words = "".join(_text_pieces(element))
    if name in BLOCK_ELEMENTS:  # among the words of a cell or a fact
        return f"{_BREAK}{words}{_BREAK}"
    classes = element.get("class", "").split()
    if not _NEW_LINE_CLASSES.isdisjoint(classes):
        return _BREAK + words
    if not _UNBROKEN_CLASSES.isdisjoint(classes) and count_columns(words) < COLUMNS // 2:
        return words.strip().replace(" ", "\u00a0")
    match name:
        case "sup" | "sub":
            return _script_text(words, name)
        case "a" if element.get("role") == "doc-noteref" or NOTE_NUMBER in classes:
            return f"[{words}]"
        case "a":
            return _with_address(words, element.get("href", ""))
    return words


def _text_pieces(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield _inline_text(child)
        yield child.tail or ""


def _script_text(words: str, name: str) -> str:
    """Return superscript or subscript text: in Unicode's own characters, else after '^' or '_'."""
    stripped = words.strip()
    characters, mark = (_SUPERSCRIPTS, "^") if name == "sup" else (_SUBSCRIPTS, "_")
    if all(ord(character) in characters for character in stripped):
        return stripped.translate(characters)
    if name == "sup" and stripped in _ORDINALS:
        return stripped
    return mark + (stripped if stripped.isalnum() else f"({stripped})")


def _with_address(words: str, href: str) -> str:
    """Return a link's text with its external address, unless the text is the address."""
    if href.startswith(("http://", "https://")) and not text_names_address(words, href):
        return f"{words} <{href}>"
    if href.startswith("mailto:") and href.removeprefix("mailto:") not in words:
        return f"{words} <{href.removeprefix('mailto:')}>"
    return words


_UNDERLINES: Mapping[str, str] = {"h1": "=", "h2": "-", "h3": "~"}
"""Characters that underline headings, by level; lower levels have dots."""

_INDENT = "    "
_CLOSE_CLASSES = frozenset({"status", "slot"})
"""Classes of title block lines without an empty line above."""

_LEAST_COLUMNS = 24
"""Least width of text, however deep it is nested."""


@dataclass(frozen=True, slots=True)
class TextLines:
    """A block as lines, and the number of empty lines above it."""

    lines: Sequence[str]
    above: int = 1

    def indented(self, indent: str = _INDENT) -> TextLines:
        """Return the block indented."""
        return replace(self, lines=[f"{indent}{line}" if line else "" for line in self.lines])


def text_blocks(element: etree._Element, room: int) -> list[TextLines]:
    """Return the blocks within an element; loose text between blocks is a paragraph."""
    blocks: list[TextLines] = []
    loose: list[str] = []

    def end_paragraph() -> None:
        blocks.extend(_paragraph_blocks(_normalise("".join(loose)), room))
        loose.clear()

    loose.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and not is_left_out(child):
            if xml_local_name(child) in _BLOCK_TAGS and not child.tag.startswith(f"{{{SVG}}}"):
                end_paragraph()
                blocks.extend(_element_blocks(child, room))
            else:
                loose.append(_inline_text(child))
        loose.append(child.tail or "")
    end_paragraph()
    return [block for block in blocks if block.lines]


def join_blocks(blocks: Sequence[TextLines]) -> list[str]:
    """Return the lines of blocks in sequence."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.above if lines else 0)
        lines += block.lines
    return lines


def _heading_blocks(element: etree._Element, name: str, room: int) -> list[TextLines]:
    """Return a heading underlined for its level."""
    words = _text_of(element).replace(_BREAK, " ")
    if not words:
        return []
    lines = wrap_words(words, room)
    underline = _UNDERLINES.get(name, ".") * min(room, max(map(count_columns, lines)))
    return [TextLines([*lines, underline], 2 if name == "h2" else 1)]


def _element_blocks(element: etree._Element, room: int) -> list[TextLines]:
    name, room = xml_local_name(element), max(room, _LEAST_COLUMNS)
    classes = element.get("class", "").split()
    if name in HEADINGS:
        return _heading_blocks(element, name, room)
    if name == "p":
        return _marked_paragraph(element, classes, room)
    if element.get("role") == "doc-footnote":
        return _note_blocks(element, room)
    if name == "div" and "box" in classes:
        first, *rest = text_blocks(element, room - len(_INDENT)) or [TextLines([])]
        return [first, *(replace(block, above=min(block.above, 1)).indented() for block in rest)]
    return _WRITER_BY_TAG.get(name, text_blocks)(element, room)


def _paragraph_blocks(words: str, room: int) -> list[TextLines]:
    return [TextLines([line for part in words.split(_BREAK) for line in wrap_words(part, room)])] if words else []


def _marked_paragraph(element: etree._Element, classes: Sequence[str], room: int) -> list[TextLines]:
    """Return a paragraph; labels at its beginning, and labels of boxes, end with a colon."""
    words = _text_of(element)
    if {"status", "tags"} & set(classes):
        labels = [part for part in element.iter("{*}span") if part.get("class") == "label"]
        words = " · ".join(map(_labelled_value, labels)) if labels else words
    if "box-label" in classes and words and words[-1].isalnum():
        words += ":"
    if "equation" in classes:
        return [block.indented() for block in _paragraph_blocks(words, room - len(_INDENT))]
    return [replace(block, above=int(_CLOSE_CLASSES.isdisjoint(classes))) for block in _paragraph_blocks(words, room)]


def _labelled_value(label: etree._Element) -> str:
    """Return a label and its value: 'Status: DRAFT'."""
    name, value = _text_of(label), label.getnext()
    return f"{name}: {_text_of(value)}" if value is not None else name


def _hang_blocks(blocks: Sequence[TextLines], marker: str, indent: str) -> Iterator[TextLines]:
    """Indent blocks, with a marker before the first line."""
    for number, block in enumerate(blocks):
        indented = block.indented(indent)
        if number == 0:
            first_line, *further_lines = indented.lines
            indented = replace(indented, lines=[marker + first_line[len(marker) :], *further_lines])
        yield indented


def _note_blocks(element: etree._Element, room: int) -> list[TextLines]:
    number = next((link for link in element.iter("{*}a") if NOTE_NUMBER in link.get("class", "").split()), None)
    if number is None:
        return text_blocks(element, room)
    marker = f"{_inline_text(number)} "
    number.text = ""
    number.set("hidden", "")
    return list(_hang_blocks(text_blocks(element, room - len(marker)), marker, " " * len(marker)))


def _list_blocks(element: etree._Element, room: int) -> list[TextLines]:
    """Return a list: references and contents without markers, others with them."""
    classes = element.get("class", "").split()
    items = [child for child in element.iterchildren("{*}li") if not is_left_out(child)]
    if "references" in classes:
        return [block for item in items for block in _hanging_entry(item, room)]
    if "entries" in classes:
        return list(_contents_entries(items, room))
    markers = [f"{mark} " for mark in _list_markers(element, items)]
    marker_columns = max(map(count_columns, markers), default=0)
    is_loose = "loose" in classes
    blocks: list[TextLines] = []
    for item, marker in zip(items, markers, strict=True):
        if "details" in classes:
            _end_label(item)
        aligned_marker = " " * (marker_columns - count_columns(marker)) + marker
        entry = _hang_blocks(text_blocks(item, room - marker_columns), aligned_marker, " " * marker_columns)
        for number, block in enumerate(entry):
            if number == 0:
                blocks.append(replace(block, above=int(is_loose or not blocks)))
            else:
                blocks.append(block if is_loose else replace(block, above=0))
    return blocks


def _list_markers(element: etree._Element, items: Sequence[etree._Element]) -> Iterable[str]:
    """Return the markers of list entries; '' for an entry without a number."""
    if xml_local_name(element) == "ul" or element.get("role") == "list":
        return ["-"] * len(items)
    classes = " ".join(element.get("class", "").split())
    kind = element.get("type", "1")
    pattern = f"({kind})" if "both-" in classes else f"{kind})" if "right-" in classes else f"{kind}."
    return ["" if number is None else list_label(number, pattern) for number in item_numbers(element, items)]


def _end_label(item: etree._Element) -> None:
    """Add a colon to the strong text at the beginning of an evidence entry."""
    first = item[0] if len(item) and not (item.text or "").strip() else None
    if first is not None and xml_local_name(first) == "strong" and first.text:
        first.text = f"{first.text}:"


def _hanging_entry(item: etree._Element, room: int) -> Iterator[TextLines]:
    """Yield a reference with its further lines indented."""
    words = _text_of(item)
    if words:
        first, *others = words.split(_BREAK)
        further_lines = [line for part in others for line in wrap_words(part, room, _INDENT, _INDENT)]
        yield TextLines([*wrap_words(first, room, "", _INDENT), *further_lines])


def _contents_entries(items: Sequence[etree._Element], room: int) -> Iterator[TextLines]:
    """Yield the lines of the contents, each with its description; lines without one stay close."""
    is_bare = False
    for item in items:
        title, *description = text_blocks(item, room - len(_INDENT)) or [TextLines([])]
        yield replace(title, above=int(not is_bare or bool(description)))
        yield from (replace(block.indented(), above=0) for block in description)
        is_bare = not description


def _definition_blocks(element: etree._Element, room: int) -> list[TextLines]:
    """Return facts next to their names, or terms with their meanings below them."""
    parts = [part for part in element.iter("{*}dt", "{*}dd") if not is_left_out(part)]
    if "facts" in element.get("class", "").split():
        pairs: list[tuple[str, list[str]]] = []
        for part in parts:
            if xml_local_name(part) == "dt":
                pairs.append((_text_of(part), []))
            elif pairs:
                pairs[-1][1].append(_text_of(part))
        return [TextLines(_fact_lines(pairs, room))]
    blocks: list[TextLines] = []
    for part in parts:
        if xml_local_name(part) == "dt":
            blocks += text_blocks(part, room)
        else:
            first, *others = text_blocks(part, room - len(_INDENT)) or [TextLines([])]
            blocks += [replace(first.indented(), above=0), *(block.indented() for block in others)]
    return blocks


def _code_blocks(element: etree._Element, room: int) -> list[TextLines]:
    lines = "".join(str(part) for part in element.itertext()).strip("\n").split("\n")
    return [TextLines(lines).indented()]


_WRITER_BY_TAG: Mapping[str, Callable[[etree._Element, int], list[TextLines]]] = {
    **dict.fromkeys(("ul", "ol"), _list_blocks),
    "dl": _definition_blocks,
    "pre": _code_blocks,
    "blockquote": lambda quotation, room: [block.indented() for block in text_blocks(quotation, room - len(_INDENT))],
    "table": lambda table, room: [TextLines(lines) for lines in _table_blocks(table, room) if lines],
    "hr": lambda _rule, _room: [TextLines(["* * *"])],
}
"""Writers of blocks by tag; other elements are written as the blocks within them."""

_BLOCK_TAGS = BLOCK_ELEMENTS | {"hr"}


_COLUMN_GAP = "  "

_LABEL_COLUMNS = 22
"""Widest column head that is put next to its cell; the cell of a wider one is below it."""


def _table_blocks(element: etree._Element, room: int) -> list[list[str]]:
    """Return the blocks of a table: its caption and its rows."""
    caption = [_text_of(part) for part in element if xml_local_name(part) == "caption"]
    rows = [[cell for cell in row if xml_local_name(cell) in ("td", "th")] for row in element.iter("{*}tr")]
    has_head = bool(rows) and any(next(cell.iterancestors("{*}thead"), None) is not None for cell in rows[0][:1])
    heads = [_text_of(cell).replace(_BREAK, " ") for cell in rows[0]] if has_head else []
    body_rows = rows[has_head:]
    body = [
        ["; ".join(line.rstrip(";,") for line in _text_of(cell).split(_BREAK)) for cell in row] for row in body_rows
    ]
    cells = ((index, cell) for row in rows for index, cell in enumerate(row) if xml_local_name(cell) == "td")
    figures = {index for index, cell in cells if "figure" in cell.get("class", "").split()}
    lines = _table_in_columns(heads, body, figures, room)
    captions = [wrap_words(words, room) for words in caption if words]
    return [*captions, *([lines] if lines else _table_in_blocks(heads, body_rows, body, room))]


def _fact_lines(pairs: Sequence[tuple[str, list[str]]], room: int) -> list[str]:
    """Return names next to their values, which have a column of their own."""
    short_labels = (count_columns(name) + 1 for name, _ in pairs if count_columns(name) < _LABEL_COLUMNS)
    width = max(short_labels, default=0) + len(_COLUMN_GAP)
    lines: list[str] = []
    for name, meanings in pairs:
        for number, words in enumerate(meanings):
            label = pad_to_column("" if number else f"{name}:", width)
            for line in words.split(_BREAK):
                filled_lines = wrap_words(line, room, label, " " * width)
                if count_columns(label) > width or (label.strip() and max(map(count_columns, filled_lines)) > room):
                    filled_lines = [*wrap_words(label, room), *wrap_words(line, room, _INDENT, _INDENT)]
                lines += filled_lines
                label = " " * width
    return lines


def _table_in_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: set[int], room: int) -> list[str]:
    """Return a table in columns; empty if a row is too wide."""
    all_rows = [*([heads] if heads else []), *rows]
    count = max((len(row) for row in all_rows), default=0)
    widths = [
        max((count_columns(row[index]) for row in all_rows if index < len(row)), default=0) for index in range(count)
    ]
    if not count or sum(widths) + len(_COLUMN_GAP) * (count - 1) > room:
        return []

    def line(row: Sequence[str]) -> str:
        cells = (
            " " * (width - count_columns(cell)) + cell if index in right else pad_to_column(cell, width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        return _COLUMN_GAP.join(cells).rstrip()

    rule = [_COLUMN_GAP.join("-" * width for width in widths)] if heads else []
    return [*([line(heads)] if heads else []), *rule, *map(line, rows)]


def _table_in_blocks(
    heads: Sequence[str], cells: Sequence[Sequence[etree._Element]], rows: Sequence[Sequence[str]], room: int
) -> Iterator[list[str]]:
    """Yield the column heads in one line, then each row: its own head, and each cell after its column head."""
    if heads:
        yield wrap_words(" | ".join(head for head in heads if head), room)
    for row, words in zip(cells, rows, strict=True):
        is_named = bool(row) and xml_local_name(row[0]) == "th"
        row_head = wrap_words(words[0], room) if is_named else []
        cells_with_heads = list(zip_longest(heads[: len(words)], words, fillvalue=""))[is_named:]
        indent = "  " if is_named else ""
        labelled = _fact_lines([(head, [cell]) for head, cell in cells_with_heads if head and cell], room - len(indent))
        headless = (cell for head, cell in cells_with_heads if cell and not head)
        bare = [line for cell in headless for line in wrap_words(cell, room - len(indent))]
        yield [*row_head, *(f"{indent}{line}" for line in (*labelled, *bare))]


_RULE = TextLines(["=" * COLUMNS], 2)
"""Separates the texts of a pack."""


def bind_plain_text(
    chapters: Sequence[ReflowingChapter], identity: Identity, produced: date, addresses: Mapping[str, str]
) -> bytes:
    """Return the text file: UTF-8, with line feeds and at most 72 columns.

    Addresses and lines of code may be longer, because they must not be broken.
    """
    file_notices = list_hidden_notices(identity, tuple(part.chapter for part in chapters))
    blocks = _status_blocks(file_notices)
    destination = leads_within_book(tuple(chapters), leads_to_addresses(addresses))
    dated = False
    for number, part in enumerate(chapters):
        own_notices = list_hidden_notices(part.identity, (part.chapter,)) if part.identity else ()
        root = parse_xhtml(f'<body xmlns="{XHTML}">\n{part.chapter.body}\n</body>', part.chapter.name)
        dated |= fill_produced(root, part.identity or identity, produced, is_own_text=not part.identity)
        rewrite_links(root, destination)
        remove_address_breaks(root)
        blocks += [_RULE] if number else []
        blocks += _status_blocks([notice for notice in own_notices if notice not in file_notices])
        blocks += text_blocks(root, COLUMNS)
    dated &= not lacks_code_slot(chapters, identity)
    blocks += [TextLines(["-" * COLUMNS], 2), TextLines(wrap_words(_foot_text(identity)))]
    if not dated:
        blocks.append(TextLines(wrap_words(full_produced_sentence(identity, produced)), above=0))
    return ("\n".join(join_blocks(blocks)) + "\n").encode()


def _status_blocks(notices: Sequence[str]) -> list[TextLines]:
    return [TextLines(wrap_words(" · ".join(notices)))] if notices else []


def _foot_text(identity: Identity) -> str:
    """Return id, version, edition, statuses and marking."""
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    texts = (identity.id, version, identity.edition, *identity.statuses, identity.marking)
    return " · ".join(filter(None, texts))
