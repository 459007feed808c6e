"""Formulas of one text: its commands, its labels, and formulas between brackets of TeX."""

import re
from collections.abc import Iterator
from enum import IntEnum

from markdown_it.token import Token

from pipeline.core.text.tex import FormulaRefused, Macro, Macros, extract_labels, macro_of, read_definition
from pipeline.load.markdown.rules import PlacedState, inline_rule, memory_of

DeclaredMacros = tuple[tuple[str, str], ...]
"""Commands of `library.yaml` and their definitions."""

MOST_GROWN = 1_000_000
"""Greatest number of characters by which the formulas of a text may grow when their commands are expanded."""

_CODE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<directive>[ \t]*\{)?[^\n]*\n(?:(?![ \t>]*(?P=fence))[^\n]*\n)*+(?:[^\n]*$)?"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n]{1,400}(?P=ticks)(?!`)",
    re.MULTILINE,
)
"""Code, which has no labels, except in a directive."""
_FORMULA = re.compile(
    r"\\begin\{(?P<name>[a-z]+\*?)\}(?:(?!\\end\{(?P=name)).){1,10000}\\end\{(?P=name)\}|\$\$[^$]{1,10000}\$\$",
    re.DOTALL,
)
_LABEL = re.compile(r"\\label\s*\{([^{}\n]{1,200})\}")
_ID = re.compile(r"[A-Za-z][\w:.\-]*")
_NOT_IN_ID = re.compile(r"[^\w:.\-]+")


class MathsScope:
    """The commands that formulas of a text may use, and its labels."""

    def __init__(self, text: str, macros: DeclaredMacros) -> None:
        self.macros: dict[str, Macro] = {name: macro_of(body) for name, body in macros}
        text = _CODE.sub(lambda code: code[0] if code["directive"] else "", text) if "\\label" in text else ""
        self.labels = frozenset(map(label_id, _LABEL.findall(text)))
        """The ids that the text gives by `\\label`."""
        self._row_ids: dict[str, str] = {}
        """The ids of further labels of a row, with the id of its first label."""
        for formula in _FORMULA.finditer(text) if text.count("\\label") > 1 else ():
            for row in extract_labels(formula[0].strip("$"))[1] if formula[0].count("\\label") > 1 else ():
                self._row_ids |= {label_id(other): label_id(row.label) for other in row.others}
        self._grown = 0

    def row_of(self, name: str) -> str:
        """Return the id of the row that has a label: the id of its first label."""
        return self._row_ids.get(name, name)

    def define(self, macros: Macros) -> None:
        """Add commands that the text defines; following formulas may use them."""
        self.macros.update(macros)

    def without_definitions(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens of a block's words without definitions of commands, which are added."""
        if not any(token.type == "definition" for token in tokens):
            return tokens
        kept: list[Token] = []
        before = ""
        for token in tokens:
            if token.type == "definition":
                name, macro, _ = read_definition(token.content, 0) or ("", Macro(0, ""), 0)
                self.define({name: macro})
            elif not (token.type == "softbreak" and before == "definition"):
                kept.append(token)
            before = token.type
        return kept if any(token.type not in ("text", "softbreak") or token.content.strip() for token in kept) else []

    def add_growth(self, characters: int) -> None:
        """Add the number of characters by which a formula grew when its commands were expanded."""
        self._grown += max(0, characters)

    def check_growth(self) -> None:
        """Raise `FormulaRefused` if the formulas of this text grew too much."""
        if self._grown > MOST_GROWN:
            raise FormulaRefused(f"with all commands written out this text is over {MOST_GROWN:,} characters longer")


def label_id(name: str) -> str:
    """Return the id for the name of a label."""
    name = name.strip()
    if _ID.fullmatch(name):
        return name
    slug = _NOT_IN_ID.sub("-", name).strip("-")
    return slug if slug[:1].isalpha() else f"label-{slug}"


_ROUND = re.compile(r"\\\((?P<round>(?:[^\\`]|\\[^()])*+)\\\)", re.DOTALL)
SQUARE_BRACKETS = re.compile(r"\\\[(?P<square>(?:[^\\`]|\\[^\[\]])*+)\\\]", re.DOTALL)
_PIECES = re.compile(
    rf"(?<!`)(?P<ticks>`+)(?!`).{{0,2000}}?(?<!`)(?P=ticks)(?!`)|\\\\|{_ROUND.pattern}|{SQUARE_BRACKETS.pattern}",
    re.DOTALL,
)
"""Code, escaped backslashes, and text between brackets."""
_WORDS = re.compile(r"\\(?:text\w*|[mh]box)\s*\{[^{}]*\}")
"""Words in a formula."""
_COMMAND = re.compile(r"\\(?!(?:text|emph|cite|footnote|url|href|(?:page|auto|eq|name|[cC])?ref\b))[A-Za-z]+|[\^_]\{")
_RAISED = re.compile(r"(?<![\\\s])[\^_](?=[^\s_^])")
_EQUALS = re.compile(r"(?<![=<>!])=(?![=>])")
_PROSE = re.compile(r"[a-z]{3}|[A-Za-z]{4}")
_NO_FORMULA = re.compile(r"\s*(?:[\^_@*]|https?:|\Z)|[^\n]*\n[ \t]*\n|.*?\\[.+*=<>~#-]", re.DOTALL)
"""Notes, citations and emphasis in brackets, two paragraphs, and signs that a program has escaped."""
_LETTERS = re.compile(r"[^A-Za-z]*(?:[A-Za-z](?![A-Za-z])[^A-Za-z]*)+")
_LINE_END = re.compile(r"[ \t]*+(?:\{#[^{}\n]*\})?[ \t.,;:]*+(?:\n|\Z)")
_BEFORE_BRACES = re.compile(r"[ \t]+(?=\{#)")


class _Likeness(IntEnum):
    """Likelihood that the text between two brackets is a formula."""

    WORDS = 0
    EQUALS = 1
    """It might be words, as in `\\[n = 12\\]`."""
    PLAIN = 2


def has_tex_brackets(text: str) -> bool:
    """Return True if a text holds a formula between brackets of TeX that is certainly one."""
    if r"\(" not in text and r"\[" not in text:
        return False
    return any(
        classify_bracketed(piece["round"] or piece["square"] or "") is _Likeness.PLAIN
        for piece in _PIECES.finditer(text)
    )


def classify_bracketed(tex: str) -> _Likeness:
    """Return how likely text between brackets is a formula; false for words."""
    if _NO_FORMULA.match(tex.strip()):
        return _Likeness.WORDS
    tex = _WORDS.sub("x", tex)
    if _COMMAND.search(tex):
        return _Likeness.PLAIN
    if _PROSE.search(tex):
        return _Likeness.WORDS
    return _Likeness.PLAIN if _RAISED.search(tex) else _Likeness(bool(_EQUALS.search(tex)))


def end_of_formula(has_others: bool, text: str, start: int, end: int) -> int:
    r"""Return the offset behind a formula that begins with `\(` or `\[` at `start`; -1 if none begins there.

    If the text `has_others` that are certain, `\(n\)`, letters and signs without words, is a formula too. `\[x = y\]`
    is one in such a text, or alone in its lines.
    """
    is_round = text.startswith(r"\(", start)
    match = (_ROUND if is_round else SQUARE_BRACKETS).match(text, start, end)
    if match is None:
        return -1
    likeness = classify_bracketed(match[1])
    if likeness is _Likeness.EQUALS:
        before = text[text.rfind("\n", 0, start) + 1 : start]
        is_alone = not is_round and not before.strip() and _LINE_END.match(text, match.end(), end)
        return match.end() if has_others or is_alone else -1
    is_short = is_round and has_others and _LETTERS.fullmatch(match[1]) and not _NO_FORMULA.match(match[1])
    return match.end() if likeness is _Likeness.PLAIN or is_short else -1


class BracketFormulas:
    """Whether the text holds a formula between brackets of TeX that is certainly one."""

    are_certain = False


@inline_rule("\\")
def bracketed_formula(state: PlacedState) -> Iterator[int]:
    r"""Read `\(…\)` within a line, or `\[…\]` set apart."""
    start = state.pos
    if not state.src.startswith((r"\(", r"\["), start):
        return
    has_others = memory_of(state.env, BracketFormulas).are_certain
    end = end_of_formula(has_others, state.src, start, state.posMax)
    if end >= 0:
        space = _BEFORE_BRACES.match(state.src, end, state.posMax)
        yield space.end() if space else end
        state.push("mathematics", "", 0).content = state.src[start:end]
