"""Line breaks in wide formulas: at relations, then at sums, as late in the line as is good."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.core.text.tex import end_of_group, split_at, split_formula

Width = Callable[[str], float]
"""The width of a piece of TeX in em."""

_INDENT = r"\qquad "
_INDENT_WIDTH = 2.0

_LEAST_FILLED = 0.45
"""The share of a line that must come before a break at a better operator: `a =` should not be alone in its line."""

_ARGUMENT = re.compile(r"\s*(?:(\{)|\\[A-Za-z]+|\\?.)", re.DOTALL)
_FENCE = re.compile(r"\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\\?.)", re.DOTALL)
_TOKEN = re.compile(r"\\(?:operatorname\*|[A-Za-z]+|.)|\s+|.", re.DOTALL)
_WORDS = re.compile(r"\\text\{((?:[^{}\\$]|\\[%&#_ ])+)\}")
_BLANK = re.compile(r"(?<!\\)\s+")
_ROW_SPACE = re.compile(r"\s*\[[^\]]*\]\s*|\s*")
"""Extra space above a row, in brackets."""
_BREAKABLE = frozenset({"aligned", "gathered", "split", ""})


def _commands(names: str) -> frozenset[str]:
    return frozenset(f"\\{name}" for name in names.split())


_RELATIONS = frozenset("=<>:") | _commands(
    "approx asymp cong doteq equiv ge geq geqq geqslant gg iff implies in Leftarrow leftarrow Leftrightarrow"
    " leftrightarrow le leq leqq leqslant ll Longleftrightarrow longleftarrow longleftrightarrow longmapsto"
    " Longrightarrow longrightarrow mapsto mathrel"
    " ne neq ni not notin perp prec preceq propto Rightarrow rightarrow sim simeq stackrel subset subseteq succ succeq"
    " supset supseteq to triangleq coloneqq xrightarrow xleftarrow xrightleftharpoons rightleftharpoons"
)
_SUMS = frozenset("+-−") | _commands("pm mp cup cap vee wedge lor land oplus mathbin setminus")
_PRODUCTS = frozenset("*×·") | _commands("times cdot div otimes circ bullet ast star")
_OPERATORS = {**dict.fromkeys(_RELATIONS, 0), **dict.fromkeys(_SUMS, 1), **dict.fromkeys(_PRODUCTS, 2)}
"""Operators before which a line may end, with the rank of the break: lower is better."""

_PAUSE = re.compile(r"(?P<stop>[,;](?!\d))?\s*(?P<spaces>(?:\\q?quad(?![A-Za-z])\s*)*)")
"""A comma or wide spaces, or both."""
_OPENING = frozenset("([") | _commands("{ langle lfloor lceil lbrace lbrack")
_CLOSING = frozenset(")]") | _commands("} rangle rfloor rceil rbrace rbrack")
_SWITCHES = _commands("rm bf it sf tt cal textstyle scriptstyle scriptscriptstyle")
"""Commands that change everything after them: no break is allowed there."""
_FRACTIONS = _commands("over atop choose brace brack")
"""Commands that make a fraction of everything before and after them."""
_DEPTHS = {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}

_IN_BRACKETS = 3
"""Added to the rank of a break within brackets."""


def break_into_lines(tex: str, room: float, width: Width) -> tuple[str, tuple[int, ...]]:
    """Break a formula into lines of at most `room` em if possible; also return the number of lines of each row."""
    parts = split_formula(tex)
    rows = [_ROW_SPACE.sub("", row, count=1) for row in (parts.rows if parts.name else split_at(tex, "\\\\"))]
    if parts.name not in _BREAKABLE or width(tex) <= room:
        return tex, (1,) * len(rows)
    cells = [[f"{{{cell}}}" if _is_fraction(cell) else cell for cell in split_at(row, "&")] for row in rows]
    left_width = max((width(row[0]) for row in cells if row[0].strip()), default=0.0)
    if parts.name != "gathered" and max(map(len, cells)) == 2 and left_width < room / 2:
        aligned = [(row[0], _break_row(row[1] if row[1:] else "", room - left_width, width)) for row in cells]
        if all(line.fits for _, lines in aligned for line in lines):
            return _join_lines(aligned)
    spaced = ("".join(rf"\quad {cell}" if n and n % 2 == 0 else cell for n, cell in enumerate(row)) for row in cells)
    return _join_lines([("", _break_row(row, room, width)) for row in spaced])


def fold_text(tex: str, limit: float, width: Width) -> str:
    r"""Break every `\text{…}` of several words that is wider than `limit` em into lines."""

    def fold(words: re.Match[str]) -> str:
        lines: list[str] = []
        line_width = limit
        for word in _BLANK.split(words[1].strip()):
            word_width = width(rf"\text{{ {word}}}")
            fits = line_width + word_width <= limit
            lines[-1:] = [f"{lines[-1]} {word}"] if fits else [*lines[-1:], word]
            line_width = line_width + word_width if fits else word_width
        folded = r"\\".join(rf"\text{{{line}}}" for line in lines)
        before, after = (r"\ " if side.isspace() else "" for side in (words[1][0], words[1][-1]))
        return words[0] if len(lines) == 1 else rf"{before}\begin{{gathered}}{folded}\end{{gathered}}{after}"

    return _WORDS.sub(fold, tex)


def _is_fraction(cell: str) -> bool:
    r"""True if a cell has a command such as `\over` outside all groups: it is not broken."""
    depth = 0
    for token in _TOKEN.finditer(cell):
        depth += _DEPTHS.get(token[0], 0)
        if depth == 0 and token[0] in _FRACTIONS:
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Line:
    tex: str
    fits: bool


@dataclass(frozen=True, slots=True)
class _Break:
    """A possible line break."""

    end: int
    """Offset at which the line ends."""
    start: int
    """Offset at which the next line begins."""
    rank: int
    """Lower is better."""
    end_width: float = 0.0
    """Width of the formula up to `end`, in em."""
    start_width: float = 0.0
    """Width of the formula up to `start`, in em."""


def _join_lines(rows: list[tuple[str, list[_Line]]]) -> tuple[str, tuple[int, ...]]:
    tex = [
        f"{'' if number else left}&{_INDENT if number else ''}{line.tex}"
        for left, lines in rows
        for number, line in enumerate(lines)
    ]
    return r"\begin{aligned}" + r"\\".join(tex) + r"\end{aligned}", tuple(len(lines) for _, lines in rows)


def _break_row(tex: str, room: float, width: Width) -> list[_Line]:
    """Break a row into lines; all but the first will be indented."""
    *breaks, end = _measure_breaks(tex, width)
    lines: list[_Line] = []
    start, start_width, line_room = 0, 0.0, room
    while end.end_width - start_width > line_room:
        ahead = [point for point in breaks if point.start > start and point.end_width > start_width]
        fitting = [point for point in ahead if point.end_width - start_width <= line_room]
        filled = [point for point in fitting if point.end_width - start_width >= _LEAST_FILLED * line_room]
        if not ahead:
            break
        best = min(filled, key=lambda point: (point.rank, -point.end)) if filled else (fitting[-1:] or ahead[:1])[0]
        lines.append(_Line(_open(tex[start : best.end]), best.end_width - start_width <= line_room))
        start, start_width, line_room = best.start, best.start_width, room - _INDENT_WIDTH
    return [*lines, _Line(_open(tex[start:]), end.end_width - start_width <= line_room)]


def _open(tex: str) -> str:
    """Put an empty group before a line, so that an operator at its beginning keeps its spaces."""
    return f"{{}}{tex.lstrip()}"


def _measure_breaks(tex: str, width: Width) -> Iterator[_Break]:
    """Find the possible breaks of a row, with their widths; the last is the end."""
    end_width, start = 0.0, 0
    for point in (*_find_breaks(tex), _Break(len(tex), len(tex), 0)):
        end_width += width(_open(tex[start : point.end]))
        pause = tex[point.end : point.start]
        start_width = end_width + pause.count(r"\quad") + 2 * pause.count(r"\qquad")
        yield replace(point, end_width=end_width, start_width=start_width)
        end_width, start = start_width, point.start


def _find_breaks(tex: str) -> Iterator[_Break]:
    """Find the breaks before operators outside all groups, and after commas and wide spaces."""
    brackets = position = 0
    after_term = False
    while token := _TOKEN.match(tex, position):
        begin, position, sign = token.start(), token.end(), token[0]
        pause = _PAUSE.match(tex, begin)
        rank = _IN_BRACKETS * min(brackets, 1)
        if sign.isspace():
            continue
        if pause and (pause["stop"] or pause["spaces"]):
            position, after_term = pause.end(), False
            yield _Break(begin + len(pause["stop"] or ""), position, rank + (-1 if pause["spaces"] else 1))
        elif sign in "{^_" or sign in ("\\begin", "\\left"):
            position, after_term = _end_of_unit(tex, begin, sign), True
        elif sign in _SWITCHES:
            return
        elif sign in _OPERATORS:
            if after_term:
                yield _Break(begin, begin, _OPERATORS[sign] + rank)
            after_term = False
        else:
            brackets = max(0, brackets + (sign in _OPENING) - (sign in _CLOSING))
            after_term = sign not in _OPENING


def _end_of_unit(tex: str, begin: int, sign: str) -> int:
    """Offset after a unit that is never broken: a group, an index, an environment or a fence."""
    if sign == "{":
        end = end_of_group(tex, begin)
    elif sign in "^_":
        index = _ARGUMENT.match(tex, begin + 1)
        if index is None or not index[1]:
            return index.end() if index else begin + 1
        end = end_of_group(tex, index.end() - 1)
    else:
        end = _end_of_fence(tex, begin, sign)
    return end if end > 0 else len(tex)


def _end_of_fence(tex: str, begin: int, sign: str) -> int:
    r"""Offset after the `\end{…}` or `\right)` that closes a `\begin` or `\left`."""
    closing = {"\\begin": "\\end", "\\left": "\\right"}[sign]
    depth = 0
    for token in _TOKEN.finditer(tex, begin):
        depth += (token[0] == sign) - (token[0] == closing)
        if depth == 0:
            fence = _FENCE.match(tex, token.end())
            return fence.end() if fence else token.end()
    return -1
