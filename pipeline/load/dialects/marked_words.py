"""Words between marks that other dialects have: `~~deleted~~`, `H~2~O`, `x^2^`, `==marked==`."""

import re

from pipeline.load.markdown.placed_state import PlacedState
from pipeline.model.body import TextRole

_PLAIN = re.compile(r"[^\W_]+|[-+−][0-9]+")
_VALUE = re.compile(
    r"""(?:[-+]?[0-9][0-9.,]*|["'][^"']{0,30}["']|true|false|none|null|[a-z])(?![\w'])""", re.IGNORECASE
)
"""A value that code compares with: a number, a quoted word, the name of one letter."""
_CODE = r"`[^`]{0,400}`"
_LONGEST = "{1,2000}?"
_PAIRS = {
    "~~": (TextRole.DELETED, re.compile(rf"~~(?=[^\s~])(?:\\.|{_CODE}|[^\\`]){_LONGEST}(?<=[^\s~])~~(?!~)", re.DOTALL)),
    "==": (
        TextRole.HIGHLIGHTED,
        re.compile(rf"(?<![\w=])==(?=[^\s=])(?:\\.|{_CODE}|[^\\`]){_LONGEST}(?<=[^\s=])==(?![\w=])", re.DOTALL),
    ),
    "~": (TextRole.SUBSCRIPT, re.compile(r"(?<=[\w)\]])~(?:\\[ -~]|[^\s~\\{}]){1,100}~(?!~)")),
    "^": (TextRole.SUPERSCRIPT, re.compile(r"\^(?:\\[ -~]|[^\s^\\{}]){1,100}\^")),
}


def marked_words(state: PlacedState, silent: bool) -> bool:
    """Words with a role of their own. A space in lowered or raised words needs a backslash before it."""
    if silent or state.src[state.pos] not in "~^=":
        return False
    first = state.src[state.pos]
    mark = first * 2 if first in "~=" and state.src.startswith(first * 2, state.pos) else first
    if mark not in _PAIRS:
        return False
    role, pattern = _PAIRS[mark]
    found = pattern.match(state.src, state.pos, state.posMax)
    if found is None or (len(mark) == 1 and _is_a_sum(state.src, *found.span())):
        return False
    if mark == "==" and _is_a_comparison(state.src, *found.span()):
        return False
    start, end, outer = state.pos, state.posMax, state.narrow
    state.push("marked_open", "", 1).info = role
    state.pos, state.posMax, state.narrow = start + len(mark), found.end() - len(mark), len(mark) == 1
    state.md.inline.tokenize(state)
    state.push("marked_close", "", -1)
    state.pos, state.posMax, state.narrow = found.end(), end, outer
    return True


def _is_a_comparison(text: str, start: int, end: int) -> bool:
    """Whether two marks compare values, as in 'if a ==1 and b== 2'."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 40]
    beside = before[:1].isalnum() and before[1:].isspace() and behind[:1].isspace()
    return beside and bool(_VALUE.match(text, start + 2, end) and _VALUE.match(behind.lstrip()))


def _is_a_sum(text: str, start: int, end: int) -> bool:
    """Whether two marks belong to two figures, as in x^2+y^2 and 10^3–10^4 typed without a space."""
    behind = text[end : end + 1]
    return (behind.isalnum() or behind in ("{", "-", "−")) and not _PLAIN.fullmatch(text, start + 1, end - 1)


def held_space(state: PlacedState, silent: bool) -> bool:
    """A space behind a backslash within lowered or raised words."""
    if not state.narrow or not state.src.startswith("\\ ", state.pos):
        return False
    if not silent:
        state.push("text_special", "", 0).content = "\u00a0"
    state.pos += 2
    return True
