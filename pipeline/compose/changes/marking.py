"""Old and new text merged into one."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from textwrap import shorten

from lxml import etree

from pipeline.compose.changes.alignment import align, staying
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
    classes,
    compared,
    containers,
    inner,
    nodes_of,
    read_parts,
    text_of,
    tokens,
    units,
)
from pipeline.core.documents.roles import UNNUMBERED, item_numbers
from pipeline.core.documents.xhtml import local
from pipeline.core.sentences import WordMeasure

TokenPair = tuple[Token, Token | None]
"""A word of the new text, and the word of the old that it equals."""

REACHED_BY = ("id", "href", "role", "aria-label", "aria-labelledby", "aria-details", "aria-describedby", "tabindex")
"""Attributes that words which are gone must not have: nothing leads to them, and they lead nowhere."""

_NAMED = frozenset({"img", "svg", "math", "table", "ul", "ol"})
"""Elements whose role and name say what they are, also where they are gone."""

MARK = "data-mark"
"""Attribute of deletions and insertions that are marks, as those of authors are not."""

BLANK = "blank"
"""Its value where nothing but a blank came or went: it has no words of a mark around it, and may stand behind one."""

_HOLDING_BLOCKS = LISTS | {"tr", "section", "div", "aside", "figure", "header", "article"}


def is_cells(unit: Unit) -> bool:
    """Whether the words of a unit stand in parts of it, as those of a row do, and those of a term with its meanings."""
    return unit.element is not None and unit.kind.startswith(("row of", "entry of"))


def cells_of(unit: Unit) -> list[Element]:
    """The cells of a unit that has some."""
    return list(unit.element) if unit.element is not None else []


def shell(element: Element | None, bare: bool = False) -> Element:
    """An element without its content; for nothing a `holder`, whose content goes into its parent."""
    if element is None:
        return etree.Element("holder")
    lost = _lost(element) if bare else frozenset()
    kept = {str(name): str(value) for name, value in element.attrib.items() if name not in lost}
    if lost and local(element) in _NAMED:  # a name from the words of others, which may have become others
        named_by = str(element.get("aria-labelledby", "")).split()
        elements = element.getroottree().getroot().iter(etree.Element) if named_by else ()
        by_id = {str(one.get("id")): one for one in elements if one.get("id")}
        if name := " ".join(" ".join(said_in(by_id[name]).split()) for name in named_by if name in by_id):
            kept["aria-label"] = name
    return etree.Element(element.tag, kept)


def _lost(element: Element) -> frozenset[str]:
    """The attributes that an element which is gone does without."""
    return frozenset(REACHED_BY) - ({"role", "aria-label"} if local(element) in _NAMED else set())


def append_text(into: Element, text: str) -> None:
    """Put text at the end of an element."""
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    elif text:
        into.text = (into.text or "") + text


def said_in(element: Element) -> str:
    """The words that an element holds so far."""
    return "".join(map(str, element.itertext()))


def fill(target: Element, pairs: Iterable[TokenPair], bare: bool = False) -> None:
    """Put words in, the elements around them opened again. A number that was another keeps that in `data-was`."""
    path: list[Element] = []
    opened: list[Element] = []
    for token, old in pairs:
        keep = 0
        while keep < min(len(path), len(token.around)) and path[keep] is token.around[keep]:
            keep += 1
        path, opened = path[:keep], opened[:keep]
        for element in token.around[keep:]:
            again = etree.SubElement(
                opened[-1] if opened else target,
                element.tag,
                {str(n): str(v) for n, v in element.attrib.items() if n != "id"},
            )
            path, opened = [*path, element], [*opened, again]
        into = opened[-1] if opened else target
        if token.node is None:
            append_text(into, token.text)
        else:
            was = old.text if old and old.text != token.text else None
            made = copy.deepcopy(token.node)
            made.tail = None
            for one in made.iter(etree.Element) if bare else ():
                for name in _lost(one) & set(one.attrib):
                    del one.attrib[name]
                one.tag = "span" if one.tag == "a" else one.tag
            if was is not None and not bare:
                made.set("data-was", was)
            into.append(made)


def is_numbered(element: Element) -> bool:
    """Whether an element is a list whose entries have numbers."""
    return bool(element.tag == "ol" and element.get("role") != "list" and "references" not in classes(element))


def keep_numbers(listed: Element) -> None:
    """Have the entries of the newer text keep their numbers: those behind one that is gone say theirs."""
    entries, behind = [one for one in listed if one.tag == "li"], False
    for entry, number in zip(entries, item_numbers(listed, entries), strict=True):
        if number is not None and behind:
            entry.set("value", str(number))
        behind = number is None


def put_label(out: Element, words: str, first: bool = False) -> None:
    """Put words of a mark into the first element that holds words, or at the end of its text."""
    home = out
    while home.tag in _HOLDING_BLOCKS and len(home):
        inside = home[0] if first else home[-1]
        if inside.tag not in BLOCKS:  # a picture that stands by itself: the words stand beside it
            break
        home = inside
    said = etree.Element("span", {"class": "said"})
    said.text = words
    if first:
        said.tail, home.text = home.text, None
        home.insert(0, said)
    else:
        home.append(said)


# Merging


def count_words(part: Iterable[Unit]) -> int:
    """The number of words in units."""
    return sum(len(_counted(tokens(nodes_of(unit)))) for unit in part)


@dataclass(slots=True)
class ChangeCount:
    """The words that are new and gone so far, and the changes in which none is."""

    new: int = 0
    gone: int = 0
    otherwise: int = 0

    def add(self, was: Iterable[Token], now: Iterable[Token]) -> None:
        """Count a change, without the words that both sides of it have in one order."""
        old, fresh = _counted(was), _counted(now)
        pieces = SequenceMatcher(None, old, fresh, autojunk=False).get_matching_blocks()
        same = sum(piece.size for piece in pieces)
        self.new += len(fresh) - same
        self.gone += len(old) - same
        self.otherwise += len(old) == len(fresh) == same


def _counted(words: Iterable[Token]) -> list[str]:
    """The words that count. Signs do not, nor do numbers of notes; a table or figure counts by its label alone."""
    texts = (
        re.sub(r"\d+", "#", token.text) if token.key[1:2] == ("numbered",) else token.text
        for token in words
        if token.key and token.key != SPACE
    )
    return [text for text in texts if any(letter.isalnum() for letter in text)]


CRUMB = 4
"""Letters of an equal piece between two changes that is read as part of one change."""


@dataclass(slots=True)
class WordSpan:
    """A run of words that both lines have, or that one of them has in place of those of the other."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def spans_of(old: Sequence[WordKey], new: Sequence[WordKey]) -> list[WordSpan]:
    """The spans of two lines, in order."""
    found = list(_joined(old, new))
    for number, span in enumerate(found):
        if not span.equal:
            _end_with_word(span, found[number - 1] if number else None, found[number + 1], old, new)
    return found


def _joined(old: Sequence[WordKey], new: Sequence[WordKey]) -> Iterator[WordSpan]:
    """Spans without crumbs: a few equal letters between two changes are part of the change.

    They are equal and changed in turn, and one that is equal ends them.
    """
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    last: WordSpan | None = None
    for number, (kind, i1, i2, j1, j2) in enumerate(codes):
        piece = old[i1:i2]
        crumb = 0 < number < len(codes) - 1 and len(piece) < CRUMB and all(len(str(word[0])) < CRUMB for word in piece)
        equal = kind == "equal" and not crumb
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
    """Leave the blank at the end of a change to the words behind it, where both lines have one there."""
    was, now = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
    while was and now and was[-1] == now[-1] == SPACE:
        was, now = was[:-1], now[:-1]
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end
    words, stood = was or now, old[before.old_start : before.old_end] if before else []
    if before and not (was and now) and len(words) > 1 and words[-1] == SPACE and stood and stood[-1] == SPACE:
        before.old_end, before.new_end = before.old_end - 1, before.new_end - 1
        span.old_start, span.new_start = before.old_end, before.new_end
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end


SHOWN = 40
"""Letters of a block that has moved by which its old place names it."""


NEAR = 9
"""Words and blanks beside a change that tell where it is."""


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
        """The words before what has moved here, with the page on which it stood if that is known."""
        return self.here_from.format(page=page) if page else self.here


@dataclass(frozen=True, slots=True)
class WordChange:
    """One change: the words that were there and those that are there now, either of them empty, or what has moved."""

    kind: str
    """'new', 'gone', 'words' or 'moved'."""
    was: str = ""
    now: str = ""
    before: str = ""
    """The words before it in its line, with the blank between."""
    after: str = ""
    """The words after it, likewise."""
    page: int = 0
    """The page of the older text on which what has moved stood; 0 where that was not asked."""
    row: str = ""
    """In a table the words of the row's first cell."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A marked text, its changes in order, and their measure."""

    text: Element
    changes: list[WordChange]
    measure: WordMeasure


def mark(
    old: Element, new: Element, words: MarkWords | None = None, pages: Mapping[str, int] | None = None
) -> MarkedText:
    """Two versions of a text merged into one with marks; neither is changed.

    `pages` has the page of the older text on which each of its elements begins, by id: what has moved says it.
    """
    was, now = read_parts(old), read_parts(new)
    align(was, now)
    merging = _Merging(words or MarkWords(), _OldPages(was, pages) if pages else None)
    out = (
        merging.container(was, now) if isinstance(was, Container) and isinstance(now, Container) else merging.kept(now)
    )
    told, moved = merging.count, sum(one.kind == "moved" for one in merging.changes)
    measure = WordMeasure(count_words(units(now)), told.new, told.gone, moved, told.otherwise)
    return MarkedText(out, merging.changes, measure)


class _OldPages:
    """The pages on which parts of the older text begin."""

    def __init__(self, old: Container | Unit, pages: Mapping[str, int]) -> None:
        self._pages = pages
        self._around = {id(item): container.element for container in containers(old) for item in container.items}

    def of(self, part: Container | Unit | None) -> int:
        """The page of a part, or 0: that of the first element in it that has one, or else of what is around it."""
        inside = part.element if part is not None else None
        around = self._around.get(id(part))
        elements = [*(inside.iter() if inside is not None else ())]
        elements += [around, *around.iterancestors()] if around is not None else []
        return next((self._pages[name] for one in elements if (name := str(one.get("id"))) in self._pages), 0)


class _Merging:
    """Merges two aligned texts."""

    def __init__(self, words: MarkWords, pages: _OldPages | None = None) -> None:
        self._words, self._pages = words, pages
        self._row = ""
        """The name of the row whose words are merged."""
        self.changes: list[WordChange] = []
        self.count = ChangeCount()
        self._moves: dict[int, str] = {}

    def container(self, old: Container, new: Container) -> Element:
        """The element of a container with the changes of all that it holds."""
        out = shell(new.element)
        places = {id(item): number for number, item in enumerate(old.items)}
        pairs = [(n, places[id(item.mate)]) for n, item in enumerate(new.items) if id(item.mate) in places]
        weights = [(place, sum(len(unit.words) + 1 for unit in units(new.items[n]))) for n, place in pairs]
        stays = dict(pairs[k] for k in sorted(staying(weights)))
        kept, told = set(stays.values()), 0
        for number, item in enumerate(new.items):
            if number in stays:
                self._leave(out, old, range(told, stays[number]), kept)
                told = stays[number] + 1
                _append(out, self.kept(item))
            else:
                _append(out, self._come(item))
        self._leave(out, old, range(told, len(old.items)), kept)
        if is_numbered(out):
            keep_numbers(out)
        return out

    def _leave(self, out: Element, old: Container, places: range, kept: set[int]) -> None:
        """Tell what stood in some places and stands there no more."""
        for place in places:
            if place not in kept:
                made = self._gone(old.items[place])
                if is_numbered(out) and made.tag == "li":
                    made.set("class", f"{made.get('class', '')} {UNNUMBERED}".strip())
                _append(out, made)

    def kept(self, item: Container | Unit) -> Element:
        """A part that has a mate, with the changes in it."""
        if isinstance(item, Container):
            return self.container(item.mate, item) if item.mate else shell(item.element)
        mate = item.mate
        if mate is None:
            return self._whole(item, "ins", self._come)
        if not is_cells(item):
            return self._line(mate.nodes, item.nodes, shell(item.element))
        out, name = shell(item.element), row_name(item)
        for number, (was, now) in enumerate(zip(cells_of(mate), cells_of(item), strict=True)):
            self._row = name if number else ""
            out.append(self._line(inner(was), inner(now), shell(now)))
        self._row = ""
        return out

    def _come(self, item: Container | Unit) -> Element:
        """A part that is new here: it has moved from elsewhere, or there was nothing like it."""
        if item.mate is None:
            return self._whole(item, "ins", self._come)
        number = self._moves.setdefault(id(item), f"move-{len(self._moves) + 1}")
        page = self._pages.of(item.mate) if self._pages else 0
        self.changes.append(WordChange("moved", now=_first_words(item), page=page, row=row_name(item)))
        out = self.kept(item)
        out.tag = "span" if out.tag == "holder" else out.tag
        out.set("data-moved", number)
        put_label(out, self._words.moved(page), first=True)
        put_label(out, self._words.end)
        return out

    def _gone(self, item: Container | Unit) -> Element:
        """A part that is here no more: it has moved elsewhere, or there is nothing like it."""
        if item.mate is None:
            return self._whole(item, "del", self._gone)
        number = self._moves.setdefault(id(item.mate), f"move-{len(self._moves) + 1}")
        out = shell(item.element, bare=True)
        out.tag = "p" if out.tag in LISTS or out.tag == "holder" else out.tag
        out.set("class", "stub")
        out.set("data-to", number)
        home = out
        if isinstance(item, Unit) and is_cells(item):
            cells = cells_of(item)
            if out.tag == "tr":
                home = etree.SubElement(out, "td", colspan=str(len(cells)))
            else:
                etree.SubElement(out, "dt").text = said_in(cells[0]).strip() or "…"
                home = etree.SubElement(out, "dd")
        home.text = f"{self._words.away}{_first_words(item, SHOWN)}{self._words.end}"
        return out

    def _whole(self, item: Container | Unit, status: str, inside: Callable[[Container | Unit], Element]) -> Element:
        """A block that is on one side only: 'ins' or 'del'."""
        bare = status == "del"
        out = shell(item.element, bare)
        if isinstance(item, Container):
            for one in item.items:
                _append(out, inside(one))
            return out
        out.tag = "span" if out.tag == "holder" else out.tag
        out.set("data-block", status)
        if item.words:
            said = text_of(item)
            was, now = (said, "") if bare else ("", said)
            self.changes.append(WordChange("gone" if bare else "new", was, now, row=row_name(item)))
            held = list(tokens(nodes_of(item)))
            self.count.add(held if bare else (), () if bare else held)
        parts: list[tuple[Element, list[Node]]] = [(out, item.nodes)]
        if is_cells(item):
            parts = [(shell(cell, bare), inner(cell)) for cell in cells_of(item)]
        for home, nodes in parts:
            self._line(nodes if bare else [], [] if bare else nodes, home, quiet=True)
            if home is not out:
                out.append(home)
        return out

    def _line(self, was: Sequence[Node], now: Sequence[Node], out: Element, quiet: bool = False) -> Element:
        """The words of both sides in one element; without `quiet` each change is told."""
        old, fresh = [token for token in tokens(was) if token.key], list(tokens(now))
        if compared(old) == compared(fresh):
            fill(out, _matched(fresh, old))
            return out
        keys = [[token.key for token in side if token.key] for side in (old, fresh)]
        ends = [n for n, token in enumerate(fresh) if token.key] + [len(fresh)]
        done = 0
        for span in spans_of(keys[0], keys[1]):
            end = ends[span.new_end] if span.equal or span.new_end > span.new_start else done
            some, done = fresh[done:end], end
            gone = old[span.old_start : span.old_end]
            if span.equal:
                fill(out, _matched(some, gone))
                continue
            self._change(out, gone, some, with_blanks=not quiet)
            if not quiet:
                around = old[max(span.old_start - NEAR, 0) : span.old_start], old[span.old_end : span.old_end + NEAR]
                self._tell(gone, some, *map(_text, around))
        fill(out, [(token, None) for token in fresh[done:]])
        return out

    def _tell(self, was: Sequence[Token], now: Sequence[Token], before: str, after: str) -> None:
        """Tell of a change within a line and count it. The blanks of its words stand with those around them."""
        self.count.add(was, now)
        was_said, now_said = _text(was), _text(now)
        if f"{was_said}{now_said}".strip():
            before += " " if (was or now)[0].key == SPACE else ""
            after = " " + after if (now or was)[-1].key == SPACE else after
            was_said, now_said = was_said.strip(), now_said.strip()
        self.changes.append(WordChange("words", was_said, now_said, before.lstrip(), after.rstrip(), row=self._row))

    def _change(self, out: Element, was: Sequence[Token], now: Sequence[Token], with_blanks: bool) -> None:
        """One change within a line, with its words; a blank that it ends with stands behind it, as no word of it."""
        apart = " " if re.search(r"[\w.,;:!?)’”]$", said_in(out)) else ""
        (was, was_blank), (now, now_blank) = _without_blank(was), _without_blank(now)
        if was:
            put_label(out, apart + _spaced(self._words.was if now else self._words.gone, was))
            fill(etree.SubElement(out, "del", {MARK: ""}), [(token, None) for token in was], bare=True)
        if now:
            put_label(out, _spaced(self._words.now if was else apart + self._words.new, now))
            fill(etree.SubElement(out, "ins", {MARK: ""}), [(token, None) for token in now])
        if was or now:
            put_label(out, self._words.end)
        for tag, blank in (("del", was_blank), ("ins", now_blank)):
            if blank and with_blanks:
                fill(etree.SubElement(out, tag, {MARK: BLANK}), [(token, None) for token in blank], bare=tag == "del")


def _first_words(item: Container | Unit, most: int | None = None) -> str:
    """The words of a part, as far as its first unit has them, and no more letters than `most`."""
    held = units(item)
    said = text_of(held[0]) if held else ""
    if most:
        said = shorten(said, most, placeholder=" …")
    return f"{said} …" if len(held) > 1 and not said.endswith("…") else said


def row_name(item: Container | Unit) -> str:
    """The words of a row's first cell; nothing of what is no row."""
    cells = cells_of(item) if isinstance(item, Unit) and item.kind.startswith("row of") else ()
    return " ".join("".join(token.text for token in tokens(inner(cells[0]))).split()) if cells else ""


def _without_blank(words: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """The words of one side of a change, and the blanks that it ends with, which stand behind the mark."""
    at = len(words)
    while at and words[at - 1].key == SPACE:
        at -= 1
    return words[:at], words[at:]


def _text(words: Sequence[Token]) -> str:
    return "".join(token.text for token in words)


def _spaced(label: str, words: Sequence[Token]) -> str:
    """The words before a mark, without their blank where the words within begin with one."""
    return label.rstrip() if words[0].text == " " else label


def _append(out: Element, made: Element) -> None:
    """Append an element, or what a holder holds."""
    if made.tag != "holder":
        out.append(made)
        return
    append_text(out, made.text or "")
    out.extend(list(made))


def _matched(fresh: Sequence[Token], old: Sequence[Token]) -> list[TokenPair]:
    """Words of the new side with those of the old that they equal; what is no word of the text has none."""
    waiting = iter(old)
    return [(token, next(waiting, None) if token.key else None) for token in fresh]
