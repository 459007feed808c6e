"""An old and a new text merged into one, whose words that are new, gone or moved are marked."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from textwrap import shorten

from lxml import etree

from pipeline.markup.changes.alignment import align, staying
from pipeline.markup.changes.parts import (
    LISTS,
    Container,
    Element,
    Node,
    Token,
    Unit,
    compared,
    inner,
    read_parts,
    text_of,
    tokens,
    units,
)
from pipeline.markup.changes.writing import (
    MARK,
    TokenPair,
    append_text,
    cells_of,
    fill,
    is_cells,
    joined,
    put_label,
    said_in,
    shell,
)

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
    away: str = "[moved from here: "
    end: str = "]"


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


@dataclass
class MarkedText:
    """A marked text, and its changes in order."""

    text: Element
    changes: list[WordChange] = field(default_factory=list)


def mark(old: Element, new: Element, words: MarkWords | None = None) -> MarkedText:
    """Two versions of a text merged into one with marks; neither is changed."""
    was, now = read_parts(old), read_parts(new)
    align(was, now)
    merging = _Merging(words or MarkWords())
    out = (
        merging.container(was, now) if isinstance(was, Container) and isinstance(now, Container) else merging.kept(now)
    )
    return MarkedText(out, merging.changes)


class _Merging:
    """Merges two aligned texts."""

    def __init__(self, words: MarkWords) -> None:
        self._words = words
        self.changes: list[WordChange] = []
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
        return out

    def _leave(self, out: Element, old: Container, places: range, kept: set[int]) -> None:
        """Tell what stood in some places and stands there no more."""
        for place in places:
            if place not in kept:
                _append(out, self._gone(old.items[place]))

    def kept(self, item: Container | Unit) -> Element:
        """A part that has a mate, with the changes in it."""
        if isinstance(item, Container):
            return self.container(item.mate, item) if item.mate else shell(item.element)
        mate = item.mate
        if mate is None:
            return self._whole(item, "ins", self._come)
        if not is_cells(item):
            return self._line(mate.nodes, item.nodes, shell(item.element))
        out = shell(item.element)
        for was, now in zip(cells_of(mate), cells_of(item), strict=True):
            out.append(self._line(inner(was), inner(now), shell(now)))
        return out

    def _come(self, item: Container | Unit) -> Element:
        """A part that is new here: it has moved from elsewhere, or there was nothing like it."""
        if item.mate is None:
            return self._whole(item, "ins", self._come)
        number = self._moves.setdefault(id(item), f"move-{len(self._moves) + 1}")
        self.changes.append(WordChange("moved", now=text_of(units(item)[0]) if units(item) else ""))
        out = self.kept(item)
        out.tag = "span" if out.tag == "holder" else out.tag
        out.set("data-moved", number)
        put_label(out, self._words.here, first=True)
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
        first = next(iter(units(item)), None)
        said = shorten(text_of(first), SHOWN, placeholder=" …") if first else ""
        home = out
        if isinstance(item, Unit) and is_cells(item):
            home = _only_cell(out, cells_of(item))
        home.text = f"{self._words.away}{said}{self._words.end}"
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
            self.changes.append(WordChange("gone", was=said) if bare else WordChange("new", now=said))
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
        codes = SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes()
        done = 0
        for equal, i1, i2, j1, j2 in joined(codes, keys[0]):
            end = ends[j2] if j2 > j1 or equal else done
            some, done = fresh[done:end], end
            if equal:
                fill(out, _matched(some, old[i1:i2]))
            else:
                self._change(out, old[i1:i2], some if j2 > j1 else [])
                if not quiet:
                    before, after = (_text(some) for some in (old[max(i1 - NEAR, 0) : i1], old[i2 : i2 + NEAR]))
                    now_said = _text(some).strip() if j2 > j1 else ""
                    was_said = _text(old[i1:i2]).strip()
                    self.changes.append(WordChange("words", was_said, now_said, before.lstrip(), after.rstrip()))
        fill(out, [(token, None) for token in fresh[done:]])
        return out

    def _change(self, out: Element, was: Sequence[Token], now: Sequence[Token]) -> None:
        """One change within a line, with its words."""
        apart = " " if re.search(r"[\w.,;:!?)’”]$", said_in(out)) else ""
        if was:
            put_label(out, apart + _spaced(self._words.was if now else self._words.gone, was))
            fill(etree.SubElement(out, "del", {MARK: ""}), [(token, None) for token in was], bare=True)
        if now:
            put_label(out, _spaced(self._words.now if was else apart + self._words.new, now))
            fill(etree.SubElement(out, "ins", {MARK: ""}), [(token, None) for token in now])
        put_label(out, self._words.end)


def _only_cell(stub: Element, cells: Sequence[Element]) -> Element:
    """The place for words in a row that has moved, or in a term with its meanings."""
    if stub.tag == "tr":
        return etree.SubElement(stub, "td", colspan=str(len(cells)))
    etree.SubElement(stub, "dt").text = "".join(map(str, cells[0].itertext())).strip() or "…"
    return etree.SubElement(stub, "dd")


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
