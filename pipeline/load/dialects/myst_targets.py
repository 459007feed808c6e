"""Names that MyST gives to what follows: a line '(name)=' above a heading, a figure or anything else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.maths import label_id
from pipeline.model.body import Attributes, Block, Division, Equation, Figure, Heading, Table

if TYPE_CHECKING:
    from pipeline.load.markdown.draft import Draft


_TARGET = re.compile(r"\((?P<name>[A-Za-z][\w:.-]*)\)=[ \t]*$")
_NAMED = re.compile(
    r"^[ \t>]*+\(([A-Za-z][\w:.-]*)\)=[ \t]*$|^[ \t>]*+:?(?:name|label):[ \t]+([^\s{}\\][^\n{}\\]*)$"
    r"|\$\$[ \t]*\(([A-Za-z][\w:.-]*)\)[ \t]*$",
    re.MULTILINE,
)
"""Lines that give a name: '(name)=', the option of a directive, and the end of a formula."""
_CALLED = re.compile(r"\(#([A-Za-z][\w:.-]*)\)|`([A-Za-z][\w:.-]*)(?=`)|<([A-Za-z][\w:.-]*)>(?=`)")


def names_of_myst(text: str) -> frozenset[str]:
    """The ids that a text gives in the ways of MyST."""
    return frozenset(label_id("".join(found)) for found in _NAMED.findall(text))


def names_called(text: str) -> frozenset[str]:
    """The names that links and roles of a text lead to."""
    return frozenset("".join(found) for found in _CALLED.findall(text))


def named(draft: Draft, name: str, blocks: list[Block]) -> list[Block]:
    """Blocks of which the first is what a link to a name leads to; as they are where no link does."""
    if not blocks or name not in draft.names_called:
        return blocks
    first, place = blocks[0], getattr(blocks[0], "place", draft.origin.at((0, 0)))
    if isinstance(first, Heading) and first.id == name:  # its words make the same id
        return blocks
    anchor = draft.claim(name, place)
    if not anchor:
        return blocks
    if isinstance(first, Heading) or (isinstance(first, Figure | Table | Equation) and not first.id):
        return [replace(first, id=anchor), *blocks[1:]]
    return [Division((first,), Attributes(anchor), place), *blocks[1:]]


def target(state: StateBlock, first: int, _last: int, silent: bool) -> bool:
    """A line that holds a name alone."""
    start = state.bMarks[first] + state.tShift[first]
    found = _TARGET.match(state.src, start, state.eMarks[first])
    if not found or state.is_code_block(first):
        return False
    if not silent:
        token = state.push("target", "", 0)
        token.map, token.info = [first, first + 1], found["name"]
        state.line = first + 1
    return True
