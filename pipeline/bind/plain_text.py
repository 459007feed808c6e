"""Plain text through pandoc."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lxml import etree

from pipeline.bind.epub.documents import EpubChapter, in_book, leaves_its_code
from pipeline.bind.frames import in_addresses, notices, rewrite_links, says_address
from pipeline.bind.running_lines import fill_produced, produced_here
from pipeline.compose.page.list_labels import label
from pipeline.core.documents.roles import FLOW, HEADINGS, item_numbers
from pipeline.core.documents.xhtml import MATHML, NOTE_NUMBER, SVG, XHTML, is_left_out, join_addresses, local, parse
from pipeline.core.text.wrapping import COLUMNS, columns, filled, padded
from pipeline.model.sheets import Identity

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
"""The endings of '1st' and '2nd', which need not be raised."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BESIDE_BREAK = re.compile(r" *\v[ \v]*")

_UNBROKEN = frozenset({"part", "unbroken"})
"""Classes of words that stand on one line, if they are few."""

_BELOW = frozenset({"cited-in", "part-of"})
"""Classes of words that begin a line."""

BREAK = "\v"
"""Stands for the end of a line within a paragraph until it is filled."""


def said(element: etree._Element) -> str:
    """The words of an element, with a `BREAK` where a line ends."""
    return tidied("".join(_said(element)))


def tidied(words: str) -> str:
    """Words with single spaces, and none beside the end of a line."""
    return _BESIDE_BREAK.sub(BREAK, _SPACE.sub(" ", words)).strip()


def picture(element: etree._Element) -> str:
    """The words for a picture, in brackets; nothing of one that is decoration."""
    title = next((kid.text for kid in element if isinstance(kid.tag, str) and local(kid) == "title"), None)
    words = element.get("alt") or element.get("aria-label") or title or ""
    if element.get("role") in ("presentation", "none") or not words.strip():
        return ""
    return f"[{_SPACE.sub(' ', words).strip()}]"


def element_said(element: etree._Element) -> str:
    """An element within a line, as it is said in plain text."""
    name = local(element)
    if is_left_out(element):
        return ""
    if element.tag == f"{{{MATHML}}}math":
        return element.get("alttext") or ""
    if name == "img" or element.tag == f"{{{SVG}}}svg":
        return picture(element)
    if name == "br":
        return BREAK
    words = "".join(_said(element))
    if name in FLOW:  # among the words of a cell or a fact
        return f"{BREAK}{words}{BREAK}"
    classes = element.get("class", "").split()
    if not _BELOW.isdisjoint(classes):
        return BREAK + words
    if not _UNBROKEN.isdisjoint(classes) and columns(words) < COLUMNS // 2:
        return words.strip().replace(" ", "\u00a0")
    match name:
        case "sup" | "sub":
            return _beside_the_line(words, name)
        case "a" if element.get("role") == "doc-noteref" or NOTE_NUMBER in classes:
            return f"[{words}]"
        case "a":
            return _with_address(words, element.get("href", ""))
    return words


def _said(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield element_said(child)
        yield child.tail or ""


def _beside_the_line(words: str, name: str) -> str:
    """Raised or lowered words: in signs that are so of themselves, else behind a mark."""
    bare = words.strip()
    signs, mark = (_RAISED, "^") if name == "sup" else (_LOWERED, "_")
    if all(ord(sign) in signs for sign in bare):
        return bare.translate(signs)
    if name == "sup" and bare in _ORDINALS:
        return bare
    return mark + (bare if bare.isalnum() else f"({bare})")


def _with_address(words: str, href: str) -> str:
    """A link with the address that it leads to outside, unless its words say it."""
    if href.startswith(("http://", "https://")) and not says_address(words, href):
        return f"{words} <{href}>"
    if href.startswith("mailto:") and href.removeprefix("mailto:") not in words:
        return f"{words} <{href.removeprefix('mailto:')}>"
    return words


RULES: Mapping[str, str] = {"h1": "=", "h2": "-", "h3": "~"}
"""Rules below headings, by their level; those of lower levels have dots."""

INDENT = "    "
_CLOSE = frozenset({"status", "slot"})
"""Classes of lines of a title block that stand close to what is above them."""

_LEAST = 24
"""Columns that words have however deep they stand."""


@dataclass(frozen=True, slots=True)
class TextLines:
    """A block as it is written: its lines, and how many empty ones stand above it."""

    lines: tuple[str, ...]
    above: int = 1

    def indented(self, indent: str = INDENT) -> TextLines:
        """The same further to the right."""
        return replace(self, lines=tuple(f"{indent}{line}" if line else "" for line in self.lines))


def blocks(element: etree._Element, room: int) -> list[TextLines]:
    """The blocks within an element; words that stand loose among them are paragraphs."""
    found: list[TextLines] = []
    loose: list[str] = []

    def end() -> None:
        found.extend(_paragraph(tidied("".join(loose)), room))
        loose.clear()

    loose.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and not is_left_out(child):
            if local(child) in _BLOCKS and not child.tag.startswith(f"{{{SVG}}}"):
                end()
                found.extend(_block(child, room))
            else:
                loose.append(element_said(child))
        loose.append(child.tail or "")
    end()
    return [block for block in found if block.lines]


def written(found: Sequence[TextLines]) -> list[str]:
    """The lines of blocks, one below the other."""
    lines: list[str] = []
    for block in found:
        lines += [""] * (block.above if lines else 0)
        lines += block.lines
    return lines


def heading(words: str, name: str, room: int) -> TextLines:
    """A heading underlined as its level is."""
    lines = filled(words, room)
    rule = RULES.get(name, ".") * min(room, max(map(columns, lines)))
    return TextLines((*lines, rule), 2 if name == "h2" else 1)


def _block(element: etree._Element, room: int) -> list[TextLines]:
    name, room = local(element), max(room, _LEAST)
    classes = element.get("class", "").split()
    if name in HEADINGS:
        return [heading(" ".join(said(element).split(BREAK)), name, room)] if said(element) else []
    if name == "p":
        return _marked_paragraph(element, classes, room)
    if element.get("role") == "doc-footnote":
        return _note(element, room)
    if name == "div" and "box" in classes:
        first, *rest = blocks(element, room - len(INDENT)) or [TextLines(())]
        return [first, *(replace(one, above=min(one.above, 1)).indented() for one in rest)]
    return _WRITERS.get(name, blocks)(element, room)


def _paragraph(words: str, room: int) -> list[TextLines]:
    """A paragraph, nothing where there are no words."""
    return [TextLines(tuple(line for part in words.split(BREAK) for line in filled(part, room)))] if words else []


def _marked_paragraph(element: etree._Element, classes: Sequence[str], room: int) -> list[TextLines]:
    """A paragraph; one that begins with a label has a colon behind it, as has the label of a box."""
    words = said(element)
    if {"status", "tags"} & set(classes):
        labels = [part for part in element.iter("{*}span") if part.get("class") == "label"]
        words = " · ".join(map(_labelled, labels)) if labels else words
    if "box-label" in classes and words and words[-1].isalnum():
        words += ":"
    if "equation" in classes:
        return [one.indented() for one in _paragraph(words, room - len(INDENT))]
    return [replace(one, above=int(_CLOSE.isdisjoint(classes))) for one in _paragraph(words, room)]


def _labelled(part: etree._Element) -> str:
    """A label and what it labels: 'Status: DRAFT'."""
    name, value = said(part), part.getnext()
    return f"{name}: {said(value)}" if value is not None else name


def _hung(found: Sequence[TextLines], marker: str, indent: str) -> Iterator[TextLines]:
    """Blocks to the right of a marker, which stands before the first line."""
    for number, one in enumerate(found):
        moved = one.indented(indent)
        yield replace(moved, lines=(marker + moved.lines[0][len(marker) :], *moved.lines[1:])) if not number else moved


def _note(element: etree._Element, room: int) -> list[TextLines]:
    """A note: its number before it."""
    number = next((part for part in element.iter("{*}a") if NOTE_NUMBER in part.get("class", "").split()), None)
    if number is None:
        return blocks(element, room)
    marker = f"{element_said(number)} "
    number.text = ""
    number.set("hidden", "")
    return list(_hung(blocks(element, room - len(marker)), marker, " " * len(marker)))


def _list(element: etree._Element, room: int) -> list[TextLines]:
    """A list: works and contents without marks, others with them."""
    classes = element.get("class", "").split()
    items = [kid for kid in element if isinstance(kid.tag, str) and local(kid) == "li" and not is_left_out(kid)]
    if "references" in classes:
        return [one for item in items for one in _hanging(item, room)]
    if "entries" in classes:
        return list(_contents(items, room))
    return list(_marked(element, items, room))


def _marked(element: etree._Element, items: Sequence[etree._Element], room: int) -> Iterator[TextLines]:
    """The entries of a list behind its bullets, or its numbers as they are shown."""
    classes = element.get("class", "").split()
    markers = [f"{mark} " for mark in _markers(element, items)]
    wide = max(map(columns, markers), default=0)
    found = []
    for item, marker in zip(items, markers, strict=True):
        _end_label(item, classes)
        held = blocks(item, room - wide)
        if held:
            found.append(list(_hung(held, " " * (wide - columns(marker)) + marker, " " * wide)))
    loose = "loose" in classes
    for number, held in enumerate(found):
        first, *rest = held
        yield replace(first, above=int(loose or not number))
        yield from rest if loose else (replace(one, above=0) for one in rest)


def _markers(element: etree._Element, items: Sequence[etree._Element]) -> Iterable[str]:
    """Marks before the entries of a list; none before an entry that has no number."""
    if local(element) == "ul" or element.get("role") == "list":
        return ["-"] * len(items)
    classes = " ".join(element.get("class", "").split())
    kind = element.get("type", "1")
    form = f"({kind})" if "both-" in classes else f"{kind})" if "right-" in classes else f"{kind}."
    return ["" if number is None else label(number, form) for number in item_numbers(element, items)]


def _end_label(item: etree._Element, classes: Sequence[str]) -> None:
    """Put a colon behind the strong words that an entry of the evidence begins with."""
    first = item[0] if len(item) and not (item.text or "").strip() else None
    if "details" in classes and first is not None and local(first) == "strong" and first.text:
        first.text = f"{first.text}:"


def _hanging(item: etree._Element, room: int) -> Iterator[TextLines]:
    """A work of a list of references: its further lines are indented."""
    words = said(item)
    if words:
        first, *others = words.split(BREAK)
        below = [line for other in others for line in filled(other, room, INDENT, INDENT)]
        yield TextLines((*filled(first, room, "", INDENT), *below))


def _contents(items: Sequence[etree._Element], room: int) -> Iterator[TextLines]:
    """The lines of the contents, each with what is said of it below it; bare ones stand close."""
    bare = False
    for item in items:
        title, *about = blocks(item, room - len(INDENT)) or [TextLines(())]
        yield replace(title, above=int(not bare or bool(about)))
        yield from (replace(one.indented(), above=0) for one in about)
        bare = not about


def _definitions(element: etree._Element, room: int) -> list[TextLines]:
    """Facts beside their names; terms with their meanings below them."""
    parts = [part for part in element.iter("{*}dt", "{*}dd") if not is_left_out(part)]
    if "facts" in element.get("class", "").split():
        pairs: list[tuple[str, list[str]]] = []
        for part in parts:
            if local(part) == "dt":
                pairs.append((said(part), []))
            elif pairs:
                pairs[-1][1].append(said(part))
        return [TextLines(tuple(facts(pairs, room)))]
    found: list[TextLines] = []
    for part in parts:
        held = blocks(part, room - len(INDENT) * (local(part) == "dd"))
        if local(part) == "dd":
            held = [replace(one.indented(), above=one.above if place else 0) for place, one in enumerate(held)]
        found += held
    return found


def _code(element: etree._Element, room: int) -> list[TextLines]:
    """Lines of code as they are, however long."""
    lines = "".join(str(part) for part in element.itertext()).strip("\n").split("\n")
    return [TextLines(tuple(lines)).indented()]


_WRITERS: Mapping[str, Callable[[etree._Element, int], list[TextLines]]] = {
    **dict.fromkeys(("ul", "ol"), _list),
    "dl": _definitions,
    "pre": _code,
    "blockquote": lambda quotation, room: [block.indented() for block in blocks(quotation, room - len(INDENT))],
    "table": lambda element, room: [TextLines(tuple(lines)) for lines in table(element, room) if lines],
    "hr": lambda _rule, _room: [TextLines(("* * *",))],
}
"""Blocks that are written in a way of their own; others are what they hold."""

_BLOCKS = FLOW | {"hr"}


_APART = "  "
"""Between two columns."""

_LABEL = 22
"""Columns that the head of a column may take beside a cell; a longer one has the cell below it."""


def table(element: etree._Element, room: int) -> list[list[str]]:
    """The blocks of a table: its caption, then its rows."""
    caption = [said(part) for part in element if local(part) == "caption"]
    rows = [[cell for cell in row if local(cell) in ("td", "th")] for row in element.iter("{*}tr")]
    head = rows[0] if rows and _is_head(rows[0]) else []
    heads = [" ".join(said(cell).split(BREAK)) for cell in head]
    body = [[_one_line(said(cell)) for cell in row] for row in rows[bool(head) :]]
    cells = ((place, cell) for row in rows for place, cell in enumerate(row) if local(cell) == "td")
    figures = {place for place, cell in cells if "figure" in cell.get("class", "").split()}
    lines = _in_columns(heads, body, figures, room)
    named = [filled(words, room) for words in caption if words]
    return [*named, *([lines] if lines else _in_blocks(heads, rows[bool(head) :], body, room))]


def facts(pairs: Sequence[tuple[str, list[str]]], room: int) -> list[str]:
    """Names with what they stand for beside them, in a column of its own."""
    width = max((columns(name) + 1 for name, _ in pairs if columns(name) < _LABEL), default=0) + len(_APART)
    lines: list[str] = []
    for name, meanings in pairs:
        for number, words in enumerate(meanings):
            label = padded("" if number else f"{name}:", width)
            for line in words.split(BREAK):
                beside = filled(line, room, label, " " * width)
                if columns(label) > width or (label.strip() and max(map(columns, beside)) > room):
                    beside = [*filled(label, room), *filled(line, room, INDENT, INDENT)]
                lines += beside
                label = " " * width
    return lines


def _is_head(row: Sequence[etree._Element]) -> bool:
    """Whether a row stands in the head of its table."""
    return any(local(above) == "thead" for cell in row[:1] for above in cell.iterancestors())


def _one_line(words: str) -> str:
    """A cell in one line: the lines that it has follow each other with a semicolon between."""
    return "; ".join(line.rstrip(";,") for line in words.split(BREAK))


def _in_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: set[int], room: int) -> list[str]:
    """The table in columns; nothing where a row is too wide for the room."""
    every = [*([heads] if heads else []), *rows]
    count = max((len(row) for row in every), default=0)
    widths = [max((columns(row[place]) for row in every if place < len(row)), default=0) for place in range(count)]
    if not count or sum(widths) + len(_APART) * (count - 1) > room:
        return []

    def line(row: Sequence[str]) -> str:
        cells = (
            " " * (width - columns(cell)) + cell if place in right else padded(cell, width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        return _APART.join(cells).rstrip()

    rule = [_APART.join("-" * width for width in widths)] if heads else []
    return [*([line(heads)] if heads else []), *rule, *map(line, rows)]


def _in_blocks(
    heads: Sequence[str], cells: Sequence[Sequence[etree._Element]], rows: Sequence[Sequence[str]], room: int
) -> Iterator[list[str]]:
    """The heads of the columns in one line; then each row: its own head, and below it each cell behind its column's."""
    if heads:
        yield filled(" | ".join(head for head in heads if head), room)
    for row, words in zip(cells, rows, strict=True):
        is_named = bool(row) and local(row[0]) == "th"
        named = filled(words[0], room) if is_named else []
        rest = [(heads[place] if place < len(heads) else "", cell) for place, cell in enumerate(words)][is_named:]
        indent = "  " if is_named else ""
        labelled = facts([(head, [cell]) for head, cell in rest if head and cell], room - len(indent))
        bare = [line for head, cell in rest if cell and not head for line in filled(cell, room - len(indent))]
        yield [*named, *(f"{indent}{line}" for line in (*labelled, *bare))]


_RULE = TextLines(("=" * COLUMNS,), 2)
"""Stands before each text of a pack."""


def bind_text(
    chapters: Sequence[EpubChapter], identity: Identity, produced: date, addresses: Mapping[str, str]
) -> bytes:
    """The finished file: UTF-8, lines that end in a line feed and have at most 72 columns.

    An address and a line of code may be longer, as they are not to be broken.
    """
    said = notices(identity, tuple(bound.chapter for bound in chapters))
    found: list[TextLines] = _statuses(said)
    dated = False
    for number, bound in enumerate(chapters):
        own = notices(bound.identity, (bound.chapter,)) if bound.identity else ()
        text, says_day = _chapter(chapters, bound, identity, produced, addresses)
        dated |= says_day
        found += [_RULE] if number else []
        found += [*_statuses([notice for notice in own if notice not in said]), *text]
    dated &= not leaves_its_code(chapters, identity)
    day = [] if dated else [produced_here(identity, produced)]
    foot = [TextLines(tuple(filled(line)), int(place == 0)) for place, line in enumerate((_named(identity), *day))]
    found += [TextLines(("-" * COLUMNS,), 2), *foot]
    return ("\n".join(written(found)) + "\n").encode()


def _chapter(
    chapters: Sequence[EpubChapter],
    bound: EpubChapter,
    identity: Identity,
    produced: date,
    addresses: Mapping[str, str],
) -> tuple[list[TextLines], bool]:
    """The blocks of a text, and whether it says when this copy was produced."""
    root = parse(f'<body xmlns="{XHTML}">\n{bound.chapter.body}\n</body>', bound.chapter.name)
    dated = fill_produced(root, bound.identity or identity, produced, whole=not bound.identity)
    rewrite_links(root, in_book(tuple(chapters), in_addresses(addresses)))
    join_addresses(root)
    return blocks(root, COLUMNS), dated


def _statuses(said: Sequence[str]) -> list[TextLines]:
    """Statuses and marking that a text does not say itself."""
    return [TextLines(tuple(filled(" · ".join(said))))] if said else []


def _named(identity: Identity) -> str:
    """Id, version and edition, statuses and marking, as a page says them at its head and foot."""
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    said = (identity.id, version, identity.edition, *identity.statuses, identity.marking)
    return " · ".join(filter(None, said))
