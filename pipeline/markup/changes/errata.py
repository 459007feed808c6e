"""The errata of a text: what a slip says of a printed copy, with marks in the older text that say where it stands.

The older text keeps every word, so it is set as it was printed. A correction changes words within a paragraph, a
heading or a cell: whatever else differs is named, because no slip can say it.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.markup.changes.kept_apart import KeptApart
from pipeline.markup.changes.marking import MarkWords, mark
from pipeline.markup.changes.parts import BLOCKS, Element, classes
from pipeline.markup.changes.removing import cut, unwrap
from pipeline.markup.changes.writing import BLANK, MARK
from pipeline.markup.xhtml import HEADINGS, local

ERRATUM = "data-erratum"
"""Attribute of an element in the older text that holds the words of an erratum, or stands before its place."""

SHOWN = 8
"""Words by which a part that is new or gone is named."""

_WORDS = MarkWords()
_OPEN, _CLOSE = "\ue000", "\ue001"
_DRAWN = {"img": "picture", "svg": "picture", "math": "formula"}
_KINDS = {"tr": "row", "li": "item", "caption": "caption", "figcaption": "caption", "dt": "term", "pre": "code"}


@dataclass(frozen=True, slots=True)
class Erratum:
    """Words of a printed copy, and the words to be read in their place; either of them may be empty."""

    was: str
    now: str
    before: str = ""
    """The word before them in their paragraph."""
    after: str = ""
    """The word after them."""

    @property
    def said(self) -> bool:
        """Whether words can say it: what is only set or linked otherwise cannot be said."""
        return self.was != self.now

    def quoted(self, line: str) -> tuple[str, str]:
        """The words for a slip, with those beside them where they alone would not be found in the line."""
        if self.was and self.now and line.count(self.was) == 1:
            return self.was, self.now
        return self._between(self.was), self._between(self.now)

    def _between(self, words: str) -> str:
        apart = "" if words[:1] in (",", ".", ";", ":", ")") else " "
        begun = f"{self.before}{apart if words else ' '}{words}".strip()
        behind = "" if self.after[:1] in (",", ".", ";", ":", ")") else " "
        return f"{begun}{behind}{self.after}".strip()


@dataclass(frozen=True, slots=True)
class ErrataText:
    """The older text with the places of its errata, the errata in order, and what is more than a correction."""

    text: Element
    errata: tuple[Erratum, ...]
    more: tuple[str, ...]
    """Clauses that name each part that came, went or moved: 'the row 'Violent crime …' is new'."""


def find_errata(old: Element, new: Element) -> ErrataText:
    """The errata of an older text by a newer one. Both are changed."""
    KeptApart(new)
    apart = KeptApart(old)
    text = mark(new, old, _WORDS).text  # so the older text is the one that stays whole
    more = tuple(dict.fromkeys(_more(text)))
    _plain(text)
    places = list(_places(text))
    errata = tuple(_erratum(number, *place) for number, place in enumerate(places))
    apart.put_back(text)
    return ErrataText(text, errata, more)


def _more(text: Element) -> Iterator[str]:
    """The parts that are on one side only, or elsewhere, and what is drawn and was changed."""
    for one in text.iter(etree.Element):
        if one.get("data-moved"):
            yield f"{_named(one)} has moved"
        elif one.get("data-block"):
            yield f"{_named(one)} is {'gone' if one.get('data-block') == 'ins' else 'new'}"
        elif one.get(MARK) is not None:
            drawn = [each for each in one.iter(etree.Element) if local(each) in _DRAWN]
            yield from (f"{_named(each)} was changed" for each in drawn)


def _named(one: Element) -> str:
    """A part by its kind and its first words."""
    drawn = next((each for each in one.iter(etree.Element) if local(each) in _DRAWN), None)
    bare = copy.deepcopy(one)
    for said in [each for each in bare.iter("span", "p", "td") if "said" in classes(each)]:
        cut(said)
    cells = list(bare) if bare.tag == "tr" else [bare]
    words = " ".join("".join(map(str, cell.itertext())) for cell in cells).split()
    kind = "heading" if one.tag in HEADINGS else _KINDS.get(str(one.tag), "paragraph")
    if drawn is not None and not words:
        words = str(drawn.get("alt") or drawn.get("alttext") or drawn.get("aria-label") or "").split()
        kind = _DRAWN[local(drawn)]
    shown = " ".join(words[:SHOWN]) + (" …" if len(words) > SHOWN else "")
    return f"the {kind} '{shown}'" if shown else f"a {kind}"


def _plain(text: Element) -> None:
    """Take out the words of marks, and leave the places of those that stand in the newer text alone."""
    for blank in [one for one in text.iter("ins", "del") if one.get(MARK) == BLANK and _ends_mark(one)]:
        unwrap(blank) if blank.tag == "ins" else cut(blank)
    for said in [one for one in text.iter("span", "p", "td") if "said" in classes(one)]:
        after = said.getnext()
        if after is not None and after.tag == "ins" and said.text and said.text.startswith(_WORDS.now.rstrip()):
            after.set("data-follows", "")
        cut(said)


def _ends_mark(blank: Element) -> bool:
    """Whether a blank stands behind the words of a mark: one by itself is a change that no slip can say."""
    before = blank.getprevious()
    if before is None or before.tail:
        return False
    return "said" in classes(before) or before.get(MARK) == BLANK


def _places(text: Element) -> Iterator[tuple[Element, str]]:
    """Each place of an erratum, an element of the older text, with the words of the newer one."""
    now = ""
    for one in [each for each in text.iter("ins", "del") if each.get(MARK) is not None]:
        if one.tag == "del":
            now = _text(one)
            follower = one.getnext()
            if follower is None or follower.get("data-follows") is None or (one.tail or ""):
                place = etree.Element("span")
                one.addprevious(place)
                cut(one)
                yield place, now
                now = ""
            else:
                cut(one)
        else:
            yield one, now
            now = ""


def _erratum(number: int, place: Element, now: str) -> Erratum:
    for name in (MARK, "data-follows"):
        place.attrib.pop(name, "")
    place.tag = "span"
    place.set(ERRATUM, str(number))
    was = _text(place)
    before, after = _around(place)
    return Erratum(was, now, before, after)


def _text(element: Element) -> str:
    return " ".join("".join(_strings(element)).split())


def _strings(element: Element) -> Iterator[str]:
    """The text of an element without the calls of notes, which are no words to be quoted."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and "noteref" not in classes(child):
            yield from _strings(child)
        yield child.tail or ""


def _around(place: Element) -> tuple[str, str]:
    """The words on both sides of a place in its paragraph."""
    block = place.getparent()
    while block is not None and block.tag not in BLOCKS and block.getparent() is not None:
        block = block.getparent()
    if block is None:
        return "", ""
    marks = etree.Element("span"), etree.Element("span")
    marks[0].text, marks[1].text = _OPEN, _CLOSE
    place.addprevious(marks[0])
    tail, place.tail = place.tail, None
    place.addnext(marks[1])
    marks[1].tail = tail
    said = "".join(_strings(block))
    cut(marks[0])
    cut(marks[1])
    before, after = said.partition(_OPEN)[0].split(), said.partition(_CLOSE)[2].split()
    return (before[-1] if before else ""), (after[0] if after else "")
