"""Old and new text merged into one, with marks."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import shorten

from lxml import etree

from pipeline.compose.changes.alignment import heaviest_rising_run, pair_parts
from pipeline.compose.changes.parts import (
    BLOCKS,
    LISTS,
    SPACE,
    Container,
    Element,
    Node,
    Token,
    Unit,
    WordKey,
    classes_of,
    compared,
    containers,
    inner,
    nodes_of,
    read_parts,
    tokens,
    unit_text,
    units,
)
from pipeline.core.documents.roles import UNNUMBERED, item_numbers
from pipeline.core.documents.xhtml import xml_local_name
from pipeline.core.sentences import WordMeasure

TokenPair = tuple[Token, Token | None]
"""A word of the new text, and the equal word of the old text."""

LINKING_ATTRIBUTES = frozenset(
    {"id", "href", "role", "aria-label", "aria-labelledby", "aria-details", "aria-describedby", "tabindex"}
)
"""Attributes that deleted words must not have: nothing links to them, and they link to nothing."""

_NAMED = frozenset({"img", "svg", "math", "table", "ul", "ol"})
"""Elements that keep their role and name when they are deleted."""

MARK_ATTRIBUTE = "data-mark"
"""Attribute of deletions and insertions that are marks, unlike those of authors."""

BLANK = "blank"
"""Its value if only a blank came or went: such a mark has no words, and may follow another mark."""

_BLOCK_PARENTS = LISTS | {"tr", "section", "div", "aside", "figure", "header", "article"}


def has_cells(unit: Unit) -> bool:
    """Whether the words of a unit are in cells, as in a row, or a term with its meanings."""
    return unit.element is not None and unit.kind.startswith(("row of", "entry of"))


def cells_of(unit: Unit) -> list[Element]:
    """Return the cells of a unit that has some."""
    return list(unit.element) if unit.element is not None else []


def shell(element: Element | None, deleted: bool = False) -> Element:
    """Return an element without its content; for None a `holder`, whose content goes into its parent."""
    if element is None:
        return etree.Element("holder")
    lost = _lost_attributes(element) if deleted else frozenset()
    attributes = {str(name): str(value) for name, value in element.attrib.items() if name not in lost}
    if lost and xml_local_name(element) in _NAMED:  # a name from other words, which may have changed
        named_by = str(element.get("aria-labelledby", "")).split()
        elements = element.getroottree().getroot().iter(etree.Element) if named_by else ()
        by_id = {str(other.get("id")): other for other in elements if other.get("id")}
        if name := " ".join(" ".join(text_in(by_id[id]).split()) for id in named_by if id in by_id):
            attributes["aria-label"] = name
    return etree.Element(element.tag, attributes)


def _lost_attributes(element: Element) -> frozenset[str]:
    return LINKING_ATTRIBUTES - ({"role", "aria-label"} if xml_local_name(element) in _NAMED else set())


def append_text(parent: Element, text: str) -> None:
    """Put text at the end of an element."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    elif text:
        parent.text = (parent.text or "") + text


def text_in(element: Element) -> str:
    """Return all text in an element."""
    return "".join(map(str, element.itertext()))


def fill(target: Element, pairs: Iterable[TokenPair], deleted: bool = False) -> None:
    """Put words into an element, within copies of the elements around them.

    A number that has changed keeps the old one in `data-was`.
    """
    path: list[Element] = []
    copies: list[Element] = []
    for token, old in pairs:
        keep = 0
        while keep < min(len(path), len(token.around)) and path[keep] is token.around[keep]:
            keep += 1
        path, copies = path[:keep], copies[:keep]
        for element in token.around[keep:]:
            attributes = {str(name): str(value) for name, value in element.attrib.items() if name != "id"}
            copies.append(etree.SubElement(copies[-1] if copies else target, element.tag, attributes))
            path.append(element)
        parent = copies[-1] if copies else target
        if token.node is None:
            append_text(parent, token.text)
            continue
        node = copy.deepcopy(token.node)
        node.tail = None
        for element in node.iter(etree.Element) if deleted else ():
            for name in _lost_attributes(element) & set(element.attrib):
                del element.attrib[name]
            element.tag = "span" if element.tag == "a" else element.tag
        if old and old.text != token.text and not deleted:
            node.set("data-was", old.text)
        parent.append(node)


def is_numbered(element: Element) -> bool:
    """Whether an element is a list with numbers."""
    return bool(element.tag == "ol" and element.get("role") != "list" and "references" not in classes_of(element))


def keep_numbers(element: Element) -> None:
    """Give the entries of a list after a deleted one the numbers that they have in the new text."""
    entries, follows_deleted = [child for child in element if child.tag == "li"], False
    for entry, number in zip(entries, item_numbers(element, entries), strict=True):
        if number is not None and follows_deleted:
            entry.set("value", str(number))
        follows_deleted = number is None


def put_label(element: Element, words: str, first: bool = False) -> None:
    """Put words of a mark into the first element that contains words, or at the end of its text."""
    home = element
    while home.tag in _BLOCK_PARENTS and len(home):
        child = home[0] if first else home[-1]
        if child.tag not in BLOCKS:  # a picture by itself: the words are next to it
            break
        home = child
    label = etree.Element("span", {"class": "said"})
    label.text = words
    if first:
        label.tail, home.text = home.text, None
        home.insert(0, label)
    else:
        home.append(label)


# Merging


def count_words(text_units: Iterable[Unit]) -> int:
    """Return the number of words in units."""
    return sum(len(_counted_words(tokens(nodes_of(unit)))) for unit in text_units)


@dataclass(slots=True)
class ChangeCount:
    """The new and the deleted words so far, and the changes without either."""

    new: int = 0
    gone: int = 0
    otherwise: int = 0

    def add(self, old: Iterable[Token], new: Iterable[Token]) -> None:
        """Count a change, without the words that are on both sides in the same order."""
        old_words, new_words = _counted_words(old), _counted_words(new)
        pieces = SequenceMatcher(None, old_words, new_words, autojunk=False).get_matching_blocks()
        same = sum(piece.size for piece in pieces)
        self.new += len(new_words) - same
        self.gone += len(old_words) - same
        self.otherwise += len(old_words) == len(new_words) == same


def _counted_words(words: Iterable[Token]) -> list[str]:
    """Return the words that count: no signs, no numbers of notes; a table or figure counts by its label alone."""
    texts = (
        re.sub(r"\d+", "#", token.text) if token.key[1:2] == ("numbered",) else token.text
        for token in words
        if token.key and token.key != SPACE
    )
    return [text for text in texts if any(letter.isalnum() for letter in text)]


CRUMB = 4
"""An equal piece with fewer words and letters between two changes is part of one change."""


@dataclass(slots=True)
class WordSpan:
    """A run of words that both lines have, or words of one line in place of words of the other."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def spans_of(old: Sequence[WordKey], new: Sequence[WordKey]) -> list[WordSpan]:
    """Return the spans of two lines, in order."""
    spans = list(_spans_without_crumbs(old, new))
    for number, span in enumerate(spans):
        if not span.equal:
            _end_with_word(span, spans[number - 1] if number else None, spans[number + 1], old, new)
    return spans


def _spans_without_crumbs(old: Sequence[WordKey], new: Sequence[WordKey]) -> Iterator[WordSpan]:
    """Return the spans, equal and changed in turn, the last one equal.

    A few equal letters between two changes are part of the change.
    """
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    last: WordSpan | None = None
    for number, (kind, i1, i2, j1, j2) in enumerate(codes):
        piece = old[i1:i2]
        is_short = len(piece) < CRUMB and all(len(str(word[0])) < CRUMB for word in piece)
        equal = kind == "equal" and not (is_short and 0 < number < len(codes) - 1)
        if last is not None and not equal and not last.equal:
            last.old_end, last.new_end = i2, j2
            continue
        if last is not None:
            yield last
        last = WordSpan(equal, i1, i2, j1, j2)
    if last is not None:
        yield last
    if last is not None and not last.equal:
        yield WordSpan(True, last.old_end, last.old_end, last.new_end, last.new_end)


def _end_with_word(
    span: WordSpan, before: WordSpan | None, after: WordSpan, old: Sequence[WordKey], new: Sequence[WordKey]
) -> None:
    """Move the blank at the end of a change to the words after it, if both lines have one there."""
    was, now = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
    while was and now and was[-1] == now[-1] == SPACE:
        was, now = was[:-1], now[:-1]
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end
    words, preceding = was or now, old[before.old_start : before.old_end] if before else []
    ends_with_blanks = len(words) > 1 and words[-1] == SPACE and preceding and preceding[-1] == SPACE
    if before and not (was and now) and ends_with_blanks:
        before.old_end, before.new_end = before.old_end - 1, before.new_end - 1
        span.old_start, span.new_start = before.old_end, before.new_end
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end


SHOWN = 40
"""The most letters of a moved block that its old place shows."""

NEAR = 9
"""Words and blanks around a change that show where it is."""


@dataclass(frozen=True, slots=True)
class MarkWords:
    """The words of marks, in the language of the text."""

    new: str = "[new: "
    gone: str = "[gone: "
    was: str = "[was: "
    now: str = "; now: "
    here: str = "[moved here: "
    here_from: str = "[moved here from page {page}: "
    away: str = "[moved from here: "
    end: str = "]"

    def moved(self, page: int) -> str:
        """Return the words before a moved block, with its old page if that is known."""
        return self.here_from.format(page=page) if page else self.here


@dataclass(frozen=True, slots=True)
class WordChange:
    """One change: the old words and the new ones, either of them empty, or a move."""

    kind: str
    """'new', 'gone', 'words' or 'moved'."""
    was: str = ""
    now: str = ""
    before: str = ""
    """The words before it in its line, with the blank between."""
    after: str = ""
    """The words after it, with the blank between."""
    page: int = 0
    """The page of the older text that a moved block was on; 0 if unknown."""
    row: str = ""
    """In a table, the words of the row's first cell."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A marked text, its changes in order, and their extent."""

    text: Element
    changes: list[WordChange]
    measure: WordMeasure


def mark_changes(
    old: Element, new: Element, words: MarkWords | None = None, pages: Mapping[str, int] | None = None
) -> MarkedText:
    """Merge two versions of a text into one with marks; neither is changed.

    `pages` has the page of the older text that each of its elements begins on, by id, for what has moved.
    """
    was, now = read_parts(old), read_parts(new)
    pair_parts(was, now)
    merging = _Merging(words or MarkWords(), _OldPages(was, pages) if pages else None)
    if isinstance(was, Container) and isinstance(now, Container):
        text = merging.container(was, now)
    else:
        text = merging.kept(now)
    count, moved = merging.count, sum(change.kind == "moved" for change in merging.changes)
    measure = WordMeasure(count_words(units(now)), count.new, count.gone, moved, count.otherwise)
    return MarkedText(text, merging.changes, measure)


class _OldPages:
    """Pages that the parts of the older text begin on."""

    def __init__(self, old: Container | Unit, pages: Mapping[str, int]) -> None:
        self._pages = pages
        self._around = {id(item): container.element for container in containers(old) for item in container.items}

    def page_of(self, part: Container | Unit | None) -> int:
        """Return the page of a part, or 0: that of the first element in it, or else around it, that has one."""
        inside = part.element if part is not None else None
        around = self._around.get(id(part))
        elements = [*(inside.iter() if inside is not None else ())]
        elements += [around, *around.iterancestors()] if around is not None else []
        ids = (str(element.get("id")) for element in elements)
        return next((self._pages[id] for id in ids if id in self._pages), 0)


class _Merging:
    """Merges two texts with paired parts."""

    def __init__(self, words: MarkWords, pages: _OldPages | None = None) -> None:
        self._words, self._pages = words, pages
        self._row = ""
        """The name of the row that is being merged."""
        self.changes: list[WordChange] = []
        self.count = ChangeCount()
        self._moves: dict[int, str] = {}

    def container(self, old: Container, new: Container) -> Element:
        """Return the element of a container, with the changes in it."""
        element = shell(new.element)
        places = {id(item): number for number, item in enumerate(old.items)}
        pairs = [(n, places[id(item.mate)]) for n, item in enumerate(new.items) if id(item.mate) in places]
        weights = [(place, sum(len(unit.words) + 1 for unit in units(new.items[n]))) for n, place in pairs]
        staying = dict(pairs[k] for k in sorted(heaviest_rising_run(weights)))
        old_staying, done = set(staying.values()), 0
        for number, item in enumerate(new.items):
            if number in staying:
                self._append_gone(element, old, range(done, staying[number]), old_staying)
                done = staying[number] + 1
                _append(element, self.kept(item))
            else:
                _append(element, self._arrived(item))
        self._append_gone(element, old, range(done, len(old.items)), old_staying)
        if is_numbered(element):
            keep_numbers(element)
        return element

    def _append_gone(self, parent: Element, old: Container, places: range, staying: set[int]) -> None:
        """Append the old items in some places, without those that stay."""
        for place in places:
            if place not in staying:
                element = self._gone(old.items[place])
                if is_numbered(parent) and element.tag == "li":
                    element.set("class", f"{element.get('class', '')} {UNNUMBERED}".strip())
                _append(parent, element)

    def kept(self, item: Container | Unit) -> Element:
        """Return a part that is paired, with the changes in it."""
        if isinstance(item, Container):
            return self.container(item.mate, item) if item.mate else shell(item.element)
        mate = item.mate
        if mate is None:
            return self._whole(item, "ins", self._arrived)
        if not has_cells(item):
            return self._line(mate.nodes, item.nodes, shell(item.element))
        element, name = shell(item.element), row_name(item)
        for number, (old_cell, new_cell) in enumerate(zip(cells_of(mate), cells_of(item), strict=True)):
            self._row = name if number else ""
            element.append(self._line(inner(old_cell), inner(new_cell), shell(new_cell)))
        self._row = ""
        return element

    def _move_number(self, item: Container | Unit) -> str:
        return self._moves.setdefault(id(item), f"move-{len(self._moves) + 1}")

    def _arrived(self, item: Container | Unit) -> Element:
        """Return a part that is new here: it was elsewhere, or there was nothing like it."""
        if item.mate is None:
            return self._whole(item, "ins", self._arrived)
        number = self._move_number(item)
        page = self._pages.page_of(item.mate) if self._pages else 0
        self.changes.append(WordChange("moved", now=_first_words(item), page=page, row=row_name(item)))
        element = self.kept(item)
        element.tag = "span" if element.tag == "holder" else element.tag
        element.set("data-moved", number)
        put_label(element, self._words.moved(page), first=True)
        put_label(element, self._words.end)
        return element

    def _gone(self, item: Container | Unit) -> Element:
        """Return a part that is here no more: it is elsewhere now, or deleted."""
        if item.mate is None:
            return self._whole(item, "del", self._gone)
        number = self._move_number(item.mate)
        element = shell(item.element, deleted=True)
        element.tag = "p" if element.tag in LISTS or element.tag == "holder" else element.tag
        element.set("class", "stub")
        element.set("data-to", number)
        home = element
        if isinstance(item, Unit) and has_cells(item):
            cells = cells_of(item)
            if element.tag == "tr":
                home = etree.SubElement(element, "td", colspan=str(len(cells)))
            else:
                etree.SubElement(element, "dt").text = text_in(cells[0]).strip() or "…"
                home = etree.SubElement(element, "dd")
        home.text = f"{self._words.away}{_first_words(item, SHOWN)}{self._words.end}"
        return element

    def _whole(self, item: Container | Unit, status: str, write: Callable[[Container | Unit], Element]) -> Element:
        """Return a block that is on one side only: 'ins' or 'del'."""
        deleted = status == "del"
        element = shell(item.element, deleted)
        if isinstance(item, Container):
            for inside in item.items:
                _append(element, write(inside))
            return element
        element.tag = "span" if element.tag == "holder" else element.tag
        element.set("data-block", status)
        if item.words:
            text, words = unit_text(item), list(tokens(nodes_of(item)))
            was, now = (text, "") if deleted else ("", text)
            self.changes.append(WordChange("gone" if deleted else "new", was, now, row=row_name(item)))
            self.count.add(words if deleted else (), () if deleted else words)
        parts: list[tuple[Element, list[Node]]] = [(element, item.nodes)]
        if has_cells(item):
            parts = [(shell(cell, deleted), inner(cell)) for cell in cells_of(item)]
        for home, nodes in parts:
            self._line(nodes if deleted else [], [] if deleted else nodes, home, is_listed=False)
            if home is not element:
                element.append(home)
        return element

    def _line(
        self, old_nodes: Sequence[Node], new_nodes: Sequence[Node], element: Element, is_listed: bool = True
    ) -> Element:
        """Put the words of both sides into an element; if `is_listed`, each change is added to the list."""
        old, new = [token for token in tokens(old_nodes) if token.key], list(tokens(new_nodes))
        if compared(old) == compared(new):
            fill(element, _matched(new, old))
            return element
        old_keys, new_keys = ([token.key for token in side if token.key] for side in (old, new))
        ends = [number for number, token in enumerate(new) if token.key] + [len(new)]
        done = 0
        for span in spans_of(old_keys, new_keys):
            end = ends[span.new_end] if span.equal or span.new_end > span.new_start else done
            new_words, done = new[done:end], end
            old_words = old[span.old_start : span.old_end]
            if span.equal:
                fill(element, _matched(new_words, old_words))
                continue
            self._change(element, old_words, new_words, with_blanks=is_listed)
            if is_listed:
                before = old[max(span.old_start - NEAR, 0) : span.old_start]
                after = old[span.old_end : span.old_end + NEAR]
                self._list_change(old_words, new_words, _text(before), _text(after))
        fill(element, [(token, None) for token in new[done:]])
        return element

    def _list_change(self, old: Sequence[Token], new: Sequence[Token], before: str, after: str) -> None:
        """List and count a change within a line. The blanks of its words go to the words around them."""
        self.count.add(old, new)
        was, now = _text(old), _text(new)
        if f"{was}{now}".strip():
            before += " " if (old or new)[0].key == SPACE else ""
            after = " " + after if (new or old)[-1].key == SPACE else after
            was, now = was.strip(), now.strip()
        self.changes.append(WordChange("words", was, now, before.lstrip(), after.rstrip(), row=self._row))

    def _change(self, element: Element, old: Sequence[Token], new: Sequence[Token], with_blanks: bool) -> None:
        """Mark one change within a line; blanks at its end follow the mark."""
        gap = " " if re.search(r"[\w.,;:!?)’”]$", text_in(element)) else ""
        (old, old_blanks), (new, new_blanks) = _without_blanks(old), _without_blanks(new)
        if old:
            put_label(element, gap + _spaced(self._words.was if new else self._words.gone, old))
            fill(etree.SubElement(element, "del", {MARK_ATTRIBUTE: ""}), [(token, None) for token in old], deleted=True)
        if new:
            put_label(element, _spaced(self._words.now if old else gap + self._words.new, new))
            fill(etree.SubElement(element, "ins", {MARK_ATTRIBUTE: ""}), [(token, None) for token in new])
        if old or new:
            put_label(element, self._words.end)
        for tag, blanks in (("del", old_blanks), ("ins", new_blanks)):
            if blanks and with_blanks:
                blank_mark = etree.SubElement(element, tag, {MARK_ATTRIBUTE: BLANK})
                fill(blank_mark, [(token, None) for token in blanks], deleted=tag == "del")


def _first_words(item: Container | Unit, most: int | None = None) -> str:
    """Return the words of a part's first unit, with at most so many letters."""
    item_units = units(item)
    text = unit_text(item_units[0]) if item_units else ""
    if most:
        text = shorten(text, most, placeholder=" …")
    return f"{text} …" if len(item_units) > 1 and not text.endswith("…") else text


def row_name(item: Container | Unit) -> str:
    """Return the words of a row's first cell; an empty string for another part."""
    cells = cells_of(item) if isinstance(item, Unit) and item.kind.startswith("row of") else ()
    return " ".join(_text(tuple(tokens(inner(cells[0])))).split()) if cells else ""


def _without_blanks(words: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Split off the blanks at the end."""
    end = len(words)
    while end and words[end - 1].key == SPACE:
        end -= 1
    return words[:end], words[end:]


def _text(words: Sequence[Token]) -> str:
    return "".join(token.text for token in words)


def _spaced(label: str, words: Sequence[Token]) -> str:
    """Return the label without its last blank if the words begin with one."""
    return label.rstrip() if words[0].text == " " else label


def _append(parent: Element, element: Element) -> None:
    """Append an element, or the content of a holder."""
    if element.tag != "holder":
        parent.append(element)
        return
    append_text(parent, element.text or "")
    parent.extend(list(element))


def _matched(new: Sequence[Token], old: Sequence[Token]) -> list[TokenPair]:
    """Pair the words of the new side with the equal ones of the old; what is no word of the text has no partner."""
    waiting = iter(old)
    return [(token, next(waiting, None) if token.key else None) for token in new]
