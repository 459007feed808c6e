"""Formulas: read within a line, and set apart where one stands alone in its paragraph."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.core.messages import message
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.places import Spots
from pipeline.model.body import Attributes, Block, Equation, EquationLabel, Formula, Inline, Placeholder, Text
from pipeline.text.formulas import FormulaRefused, Row, broken, read_formula, width_of
from pipeline.text.tex.macros import LONGEST, Macro, take_definitions
from pipeline.text.tex.numbering import take_numbers

WIDEST = 25.0
"""The em of a formula for which a line of every edition has room."""

_IN_SENTENCE = 18.0
"""Of a formula between double dollar signs that may stand within a sentence, in em."""

_STOP = re.compile(r"\s*+[.,;:]?\s*+$")
_SHOWN = 60
"""Characters of a broken formula that its placeholder shows."""

_LONGEST = 40
"""Characters of a command or definition that a remark shows."""

_MOST_UNKNOWN = 20
"""Unknown commands of one formula that are reported."""

_TWO_SIGNS = ("$$", "\\[", "\\(")
"""Marks of a formula that are two characters long."""

_BREAKS = ("softbreak", "hardbreak", "attributes")


def formulas(draft: Draft, tokens: Sequence[Token], number: int, spots: Spots) -> list[Inline]:
    """A formula of a line with its numbers, or what stands for it; nothing where it only defines commands."""
    token = tokens[number]
    within = token.content.startswith(("$", "\\("))
    apart = not within or (token.content.startswith("$$") and not _in_sentence(tokens, number))
    nodes, rows = _formula(draft, token, spots, apart)
    return [*nodes, *_labels(draft, rows, draft.place(spots, token.meta["at"]))] if apart else nodes


def _in_sentence(tokens: Sequence[Token], number: int) -> bool:
    """Whether there are words on the line of a formula that is written on one line."""
    if "\n" in tokens[number].content:
        return False
    before = tokens[number - 1] if number else None
    rest = [token for token in tokens[number + 1 : number + 3] if token.type != "attributes"]
    behind = rest[0] if rest else None
    begun = before is not None and before.type not in _BREAKS and (number > 1 or not _blank(before))
    return begun or (behind is not None and behind.type not in _BREAKS and not _blank(behind))


def _blank(token: Token) -> bool:
    """Whether a token is no more than a stop."""
    return token.type == "text" and bool(_STOP.fullmatch(token.content))


def _formula(draft: Draft, token: Token, spots: Spots, display: bool) -> tuple[list[Inline], tuple[Row, ...]]:
    mark = 2 if token.content.startswith(_TWO_SIGNS) else 1 if token.content.startswith("$") else 0
    written, at = token.content[mark : len(token.content) - mark], token.meta["at"] + mark
    inner, start = written.strip(), at + written.find(written.strip())
    place = draft.place(spots, token.meta["at"])
    try:
        draft.maths.hold()
        read, words, width = read_formula(inner, display, draft.maths.macros)
        if token.content.startswith("$$") and not display and width > _IN_SENTENCE:
            display = True
            read, words, width = read_formula(inner, display, draft.maths.macros)
    except FormulaRefused as refused:
        where = draft.place(spots, start + min(max(0, refused.offset), max(0, len(inner) - 1)))
        draft.maths.grow(LONGEST if refused.endless else 0)
        if len(inner) <= LONGEST and not refused.endless:
            draft.maths.define(take_definitions(inner)[1])
        _tell(draft, inner, display, refused, where)
        short = " ".join(inner.split())
        return [
            Placeholder(f"[formula: {short if len(short) <= _SHOWN else short[: _SHOWN - 1] + '…'}]")
        ], take_numbers(inner)[1]
    draft.maths.define(read.definitions)
    for definition in read.unreadable:
        line = draft.place(spots, start + max(0, inner.find(definition)))
        draft.desk.report(message("formula-definition", line, definition=_shown(definition)))
    draft.maths.grow(len(read.tex) - len(inner))
    if read.coloured:
        draft.tally.count("formula-colour", "", place)
    if width > WIDEST and (least := width_of(broken(read.tex, display, WIDEST)[0], display)) > WIDEST:
        draft.desk.report(message("formula-wide", place, width=math.ceil(least), widest=round(WIDEST)))
    return ([Formula(read.tex, words, display, place)] if words else []), read.rows


def _tell(draft: Draft, tex: str, display: bool, refused: FormulaRefused, place: Place) -> None:
    """Tell why a formula cannot be set; of commands that are not known, all of them."""
    if not refused.command:
        draft.desk.report(message("formula-broken", place, reason=refused.reason))
        return
    known = dict(draft.maths.macros)
    for _ in range(_MOST_UNKNOWN):
        draft.tally.count("formula-command", refused.command, place, command=_shown(refused.command))
        known[refused.command[1:]] = Macro(0, "")
        try:
            read_formula(tex, display, known)
        except FormulaRefused as further:
            if not further.command or further.command[1:] in known:
                return
            refused = further
        else:
            return


def _shown(command: str) -> str:
    command = " ".join(command.split())
    return command if len(command) <= _LONGEST else f"{command[:_LONGEST]}…"


def _labels(draft: Draft, rows: Sequence[Row], place: Place) -> list[Inline]:
    """The names and signs of rows; a row without stands empty where others have one."""
    return [EquationLabel(_claimed(draft, row, place), None, row.tag, place) for row in rows]


def _claimed(draft: Draft, row: Row, place: Place) -> str:
    return draft.claim(label_id(row.label), place) if row.label else ""


def _may_stand_apart(written: str) -> bool:
    return written.startswith(("$$", "\\")) and not written.startswith("\\(")


def read_equation(
    draft: Draft, tokens: Sequence[Token], spots: Spots, attributes_of: Callable[[Token | None], Attributes]
) -> list[Block] | None:
    """The formula of a paragraph that holds one set apart and nothing else but a stop behind it, or None."""
    rest = [token for token in tokens if token.type != "softbreak"]
    if not rest or rest[0].type != "mathematics" or not _may_stand_apart(rest[0].content):
        return None
    behind = rest[1] if rest[1:] and rest[1].type == "attributes" else None
    tail = rest[2 if behind else 1 :]
    stop = "".join(token.content for token in tail)
    if any(token.type != "text" for token in tail) or not _STOP.fullmatch(stop):
        return None
    attributes = attributes_of(behind)
    place = draft.place(spots, rest[0].meta["at"])
    children, rows = _formula(draft, rest[0], spots, True)
    if not children:
        return []
    name = attributes.id
    if len(rows) == 1 and not rows[0].tag:
        name, rows = name or _claimed(draft, rows[0], place), ()
    if behind is not None and behind.meta["attributes"] is None:
        children.append(Placeholder(behind.content))
    if stop.strip():
        children.append(Text(stop.strip(), draft.place(spots, tail[0].meta["at"])))
    return [Equation((*children, *_labels(draft, rows, place)), name, None, place)]
