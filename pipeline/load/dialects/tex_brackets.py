r"""Formulas between the brackets of TeX, `\(…\)` and `\[…\]`, where these cannot be brackets of the words."""

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from markdown_it.rules_inline import StateInline

FOUND = "tex-brackets"
"""Key of the parser's state: true if the text holds a formula that is certainly one."""

_ROUND = re.compile(r"\\\((?P<round>(?:[^\\`]|\\[^()])*+)\\\)", re.DOTALL)
SQUARE = re.compile(r"\\\[(?P<square>(?:[^\\`]|\\[^\[\]])*+)\\\]", re.DOTALL)
_PIECES = re.compile(
    rf"(?<!`)(?P<ticks>`+)(?!`).{{0,2000}}?(?<!`)(?P=ticks)(?!`)|\\\\|{_ROUND.pattern}|{SQUARE.pattern}", re.DOTALL
)
"""Code, backslashes that stand for themselves, and what stands between brackets."""
_WORDS = re.compile(r"\\(?:text\w*|[mh]box)\s*\{[^{}]*\}")
"""Words in a formula."""
_COMMAND = re.compile(r"\\(?!(?:text|emph|cite|footnote|url|href|(?:page|auto|eq|name|[cC])?ref\b))[A-Za-z]+|[\^_]\{")
_RAISED = re.compile(r"(?<![\\\s])[\^_](?=[^\s_^])")
_EQUALS = re.compile(r"(?<![=<>!])=(?![=>])")
_PROSE = re.compile(r"[a-z]{3}|[A-Za-z]{4}")
_NO_FORMULA = re.compile(r"\s*(?:[\^_@*]|https?:|\Z)|[^\n]*\n[ \t]*\n|.*?\\[.+*=<>~#-]", re.DOTALL)
"""Notes, citations and stressed words in brackets, two paragraphs, and signs that a program has put backslashes to."""
_LETTERS = re.compile(r"[^A-Za-z]*(?:[A-Za-z](?![A-Za-z])[^A-Za-z]*)+")
_BEHIND = re.compile(r"[ \t]*+(?:\{#[^{}\n]*\})?[ \t.,;:]*+(?:\n|\Z)")
_BEFORE_BRACES = re.compile(r"[ \t]+(?=\{#)")


class _Likeness(IntEnum):
    """Likelihood that the text between two brackets is a formula."""

    WORDS = 0
    EQUALS = 1
    """It might be words, as in `\\[n = 12\\]`."""
    PLAIN = 2


def has_tex_brackets(text: str) -> bool:
    """Whether a text holds a formula between brackets of TeX that is plainly one."""
    if r"\(" not in text and r"\[" not in text:
        return False
    return any(
        likeness_of(found["round"] or found["square"] or "") is _Likeness.PLAIN for found in _PIECES.finditer(text)
    )


def likeness_of(tex: str) -> _Likeness:
    """Return how likely text between brackets is a formula; false for words."""
    if _NO_FORMULA.match(tex.strip()):
        return _Likeness.WORDS
    tex = _WORDS.sub("x", tex)
    if _COMMAND.search(tex):
        return _Likeness.PLAIN
    if _PROSE.search(tex):
        return _Likeness.WORDS
    return _Likeness.PLAIN if _RAISED.search(tex) else _Likeness(bool(_EQUALS.search(tex)))


def end_of_formula(env: Mapping[str, Any], text: str, start: int, end: int) -> int:
    r"""Offset of the end of a formula that begins with `\(` or `\[` at `start`; -1 if none begins there.

    In a text that has plain ones `\(n\)`, letters and signs without words, is one too. `\[x = y\]` is one there, and
    where it stands by itself.
    """
    is_round = text.startswith(r"\(", start)
    found = (_ROUND if is_round else SQUARE).match(text, start, end)
    if found is None:
        return -1
    likeness, has_others = likeness_of(found[1]), env.get(FOUND, False)
    if likeness is _Likeness.EQUALS:
        before = text[text.rfind("\n", 0, start) + 1 : start]
        alone = not is_round and not before.strip() and _BEHIND.match(text, found.end(), end)
        return found.end() if has_others or alone else -1
    short = is_round and has_others and _LETTERS.fullmatch(found[1]) and not _NO_FORMULA.match(found[1])
    return found.end() if likeness is _Likeness.PLAIN or short else -1


def bracketed_formula(state: StateInline, silent: bool) -> bool:
    r"""`\(…\)` within a line, `\[…\]` set apart."""
    start = state.pos
    if not state.src.startswith((r"\(", r"\["), start):
        return False
    end = end_of_formula(state.env, state.src, start, state.posMax)
    if end < 0:
        return False
    if not silent:
        state.push("mathematics", "", 0).content = state.src[start:end]
    state.pos = end
    if space := _BEFORE_BRACES.match(state.src, end, state.posMax):
        state.pos = space.end()
    return True
