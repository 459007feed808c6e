"""Fenced divs: the boxes an author may write."""

from __future__ import annotations

import re

from markdown_it.token import Token

from pipeline.codes import body as codes
from pipeline.diagnostics import Place
from pipeline.load.attributes import read_attributes, unread_pairs
from pipeline.load.draft import Draft
from pipeline.load.near import near
from pipeline.model.body import Attributes, Block, Box, BoxKind, Division

_FIRST_LINE = re.compile(r"(?P<name>[\w.\-]+)?[ \t]*(?P<braces>\{.*\})?[ \t]*:*")
_KINDS = tuple(kind.value for kind in BoxKind)


def read_box(draft: Draft, token: Token, children: tuple[Block, ...]) -> list[Block]:
    """A box from its first line and what it holds."""
    place = draft.row(token)
    name, attributes = _first_line(draft, token.info, place)
    if not token.meta["closed"]:
        draft.desk.report(codes.DIVISION_OPEN.at(place, name=name or token.info))
    draft.desk.extend(unread_pairs(attributes, place, "ref", "lang"))
    anchor = draft.claim(attributes.id, place)
    classes = tuple(c for c in attributes.classes if c != name)
    if name in _KINDS:
        ref = attributes.get("ref")
        if name == BoxKind.PRACTICE and not ref:
            draft.desk.report(codes.PRACTICE_NO_REF.at(place))
        box = Box(BoxKind(name), children, ref, place)
        return [Division((box,), Attributes(anchor), place)] if anchor else [box]
    if name:
        guess = near(name, (*_KINDS, "evidence-table", "evidence-plot"))
        hint = f"Did you mean '{guess[0]}'? " if guess else ""
        known = codes.DIVISION_UNKNOWN.remedy
        draft.desk.report(codes.DIVISION_UNKNOWN.at(place, hint + known, name=name))
        classes = (name, *classes)
    return [Division(children, Attributes(anchor, classes, attributes.pairs), place)]


def _first_line(draft: Draft, info: str, place: Place) -> tuple[str, Attributes]:
    """The name of the box and its attributes."""
    line = _FIRST_LINE.fullmatch(info)
    if line is None:
        draft.desk.report(codes.ATTRIBUTE_SYNTAX.at(place, text=info))
        return "", Attributes()
    name = (line["name"] or "").lstrip(".")
    attributes = read_attributes(line["braces"][1:-1]) if line["braces"] else Attributes()
    if attributes is None:
        draft.desk.report(codes.ATTRIBUTE_SYNTAX.at(place, text=line["braces"]))
        attributes = Attributes()
    if not name:
        known = [c for c in attributes.classes if c in _KINDS]
        name = (known or list(attributes.classes) or [""])[0]
    return name, attributes
