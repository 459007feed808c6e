"""Formulas as XHTML: MathML that carries its own words, for every format; the press draws it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup

from pipeline.model.body import FootnoteCall, Formula, Inline, Text
from pipeline.text.formulas import mathml, spoken, width_of

LONG = 6.0
"""A formula of more em may be wider than a narrow screen: it can be moved to and fro in its place."""

_OPENING = "<math "
_BEFORE = re.compile(r"(?<!\S)\S{1,12}\Z")
_AT_CALL = re.compile(r"\S{1,12}\Z")
_BEHIND = re.compile(r"\S{1,12}(?!\S)")


def formula(tex: str, display: bool, language: str) -> Markup:
    """A `math` element with its words in `alttext` and its TeX beside it.

    Where the language of the text has no words, they are English, and an element around says so, as `math` may not.
    """
    words, told_in = spoken(tex, display, language)
    said = Markup('alttext="{}" ').format(words)
    made = Markup(_OPENING) + said + Markup(mathml(tex, display).removeprefix(_OPENING))
    made = made if told_in == language else Markup('<span lang="{0}" xml:lang="{0}">{1}</span>').format(told_in, made)
    long = width_of(tex, display) > LONG
    return Markup('<span class="long-formula" tabindex="0">{}</span>').format(made) if long else made


def kept_together(nodes: tuple[Inline, ...]) -> Iterator[tuple[Inline, ...]]:
    """The nodes in groups: a formula with the letters and stops that touch it, the call of a note with its word."""
    pieces: list[tuple[Inline, bool]] = []
    for before, node, behind in zip((None, *nodes), nodes, (*nodes[1:], None), strict=False):
        if isinstance(node, Text):
            ahead = _BEFORE if _in_line(behind) else _AT_CALL if isinstance(behind, FootnoteCall) else None
            pieces += _pieces(node, _in_line(before), ahead)
        else:
            pieces.append((node, _in_line(node) or isinstance(node, FootnoteCall)))
    for held, group in groupby(pieces, key=itemgetter(1)):
        if held:
            yield tuple(node for node, _ in group)
        else:
            yield from ((node,) for node, _ in group)


def _in_line(node: Inline | None) -> bool:
    return isinstance(node, Formula) and not node.display


def _pieces(node: Text, behind_formula: bool, ahead: re.Pattern[str] | None) -> Iterator[tuple[Inline, bool]]:
    """The text in pieces, and whether each touches a formula or a call."""
    text, place = node.text, node.place
    first = _BEHIND.match(text) if behind_formula else None
    start = first.end() if first else 0
    last = ahead.search(text, start) if ahead else None
    end = last.start() if last else len(text)
    for begin, stop, touches in ((0, start, True), (start, end, False), (end, len(text), True)):
        if piece := text[begin:stop]:
            yield Text(piece, replace(place, line=place.line + text.count("\n", 0, begin))), touches
