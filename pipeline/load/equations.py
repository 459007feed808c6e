"""Formulas: read within a line, and set apart where one stands alone in its paragraph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from pipeline.codes import body as codes
from pipeline.formulas import FormulaRefused, read_formula
from pipeline.load.draft import Draft
from pipeline.load.places import Spots
from pipeline.model.body import Block, Equation, Formula, Inline, Placeholder, Text

if TYPE_CHECKING:
    from pipeline.load.inlines import Inlines

WIDEST = 36.0
"""Of a formula on one line, in em: the measure of the printed page."""

_STOP = re.compile(r"\s*+[.,;:]?\s*+$")
_SHOWN = 60
"""Characters of a broken formula that its placeholder shows."""


def formula(draft: Draft, token: Token, spots: Spots) -> Inline:
    """A formula, or what stands for it where it cannot be set."""
    display = token.content.startswith("$$")
    mark = 2 if display else 1
    written, at = token.content[mark:-mark], token.meta["at"] + mark
    inner = written.strip()
    try:
        tex, words, width = read_formula(inner, display)
    except FormulaRefused as refused:
        start = at + written.find(inner)
        place = draft.place(spots, start + min(max(0, refused.offset), max(0, len(inner) - 1)))
        draft.desk.report(codes.FORMULA_BROKEN.at(place, reason=refused.reason))
        short = " ".join(inner.split())
        return Placeholder(f"[formula: {short if len(short) <= _SHOWN else short[: _SHOWN - 1] + '…'}]")
    place = draft.place(spots, token.meta["at"])
    if width > WIDEST:
        draft.desk.report(codes.FORMULA_WIDE.at(place, width=round(width), widest=round(WIDEST)))
    return Formula(tex, words, display, place)


def read_equation(draft: Draft, tokens: Sequence[Token], spots: Spots, words: Inlines) -> list[Block] | None:
    """The formula of a paragraph that holds one set apart and nothing else but a stop behind it, or None."""
    rest = [token for token in tokens if token.type != "softbreak"]
    if not rest or rest[0].type != "mathematics" or not rest[0].content.startswith("$$"):
        return None
    behind = rest[1] if rest[1:] and rest[1].type == "attributes" else None
    tail = rest[2 if behind else 1 :]
    stop = "".join(token.content for token in tail)
    if any(token.type != "text" for token in tail) or not _STOP.fullmatch(stop):
        return None
    attributes = words.attributes(behind)
    children: list[Inline] = [formula(draft, rest[0], spots)]
    if behind is not None and behind.meta["attributes"] is None:
        children.append(Placeholder(behind.content))
    if stop.strip():
        children.append(Text(stop.strip(), draft.place(spots, tail[0].meta["at"])))
    return [Equation(tuple(children), attributes.id, None, draft.place(spots, rest[0].meta["at"]))]
