"""The blocks of a page as lines of plain text: headings, paragraphs, lists, boxes, figures, code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from pipeline.bind.plain.inlines import BREAK, element_said, said, tidied
from pipeline.bind.plain.tables import facts, table
from pipeline.compose.page.list_labels import label
from pipeline.markup.item_numbers import item_numbers
from pipeline.markup.plain import NOTE_NUMBER, is_left_out
from pipeline.markup.roles import FLOW
from pipeline.markup.xhtml import HEADINGS, SVG, local
from pipeline.text.filling import columns, filled

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
    """TextLines of code as they are, however long."""
    lines = "".join(str(part) for part in element.itertext()).strip("\n").split("\n")
    return [TextLines(tuple(lines)).indented()]


def _quotation(element: etree._Element, room: int) -> list[TextLines]:
    return [one.indented() for one in blocks(element, room - len(INDENT))]


def _table(element: etree._Element, room: int) -> list[TextLines]:
    return [TextLines(tuple(lines)) for lines in table(element, room) if lines]


def _rule(element: etree._Element, room: int) -> list[TextLines]:
    return [TextLines(("* * *",))]


_WRITERS: Mapping[str, Callable[[etree._Element, int], list[TextLines]]] = {
    **dict.fromkeys(("ul", "ol"), _list),
    "dl": _definitions,
    "pre": _code,
    "blockquote": _quotation,
    "table": _table,
    "hr": _rule,
}
"""Blocks that are written in a way of their own; others are what they hold."""

_BLOCKS = FLOW | {"hr"}
