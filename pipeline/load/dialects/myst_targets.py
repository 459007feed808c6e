"""Names that MyST gives to what follows: a line '(name)=' above a heading, a figure or anything else."""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.maths import label_id

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
