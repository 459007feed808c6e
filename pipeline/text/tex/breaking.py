"""Break a formula that is too wide for its line: at relations, then at sums, as late in the line as is good."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipeline.text.tex.numbering import in_parts
from pipeline.text.tex.scan import group_end, split_at

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
_OPTION = re.compile(r"\s*\[[^\]]*\]\s*|\s*")
"""The room that a row asks for above it."""
_ROWS = frozenset({"aligned", "gathered", "split", ""})


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
"""Operators before which a line may end, each with its rank: the lower, the better is the break."""

_PAUSE = re.compile(r"(?P<stop>[,;](?!\d))?\s*(?P<spaces>(?:\\q?quad(?![A-Za-z])\s*)*)")
"""A comma and wide spaces, either or both."""
_OPENING = frozenset("([") | _commands("{ langle lfloor lceil lbrace lbrack")
_CLOSING = frozenset(")]") | _commands("} rangle rfloor rceil rbrace rbrack")
_SWITCHES = _commands("rm bf it sf tt cal textstyle scriptstyle scriptscriptstyle")
"""Commands that change all that follows: no break is allowed behind them."""
_FRACTIONS = _commands("over atop choose brace brack")
"""Commands that make one fraction of all before and behind them."""
_DEPTHS = {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}

_IN_BRACKETS = 3
"""Added to the rank of a break within brackets."""


def in_lines(tex: str, room: float, width: Width) -> tuple[str, tuple[int, ...]]:
    """The formula in lines no wider than `room` em where that can be done, and the number of lines of each row."""
    parts = in_parts(tex)
    rows = [_OPTION.sub("", row, count=1) for row in (parts.rows if parts.name else split_at(tex, "\\\\"))]
    if parts.name not in _ROWS or width(tex) <= room:
        return tex, (1,) * len(rows)
    cells = [[f"{{{cell}}}" if _is_fraction(cell) else cell for cell in split_at(row, "&")] for row in rows]
    left = max((width(row[0]) for row in cells if row[0].strip()), default=0.0)
    if parts.name != "gathered" and max(map(len, cells)) == 2 and left < room / 2:
        aligned = [(row[0], _lines(row[1] if row[1:] else "", room - left, width)) for row in cells]
        if all(line.fits for _, lines in aligned for line in lines):
            return _written(aligned)
    return _written([("", _lines(_in_one(row), room, width)) for row in cells])


def with_folded_words(tex: str, limit: float, width: Width) -> str:
    r"""The formula with every `\text{…}` of several words that is wider than `limit` em in lines of its own."""

    def folded(words: re.Match[str]) -> str:
        lines: list[str] = []
        filled = limit
        for word in _BLANK.split(words[1].strip()):
            more = width(rf"\text{{ {word}}}")
            fits = filled + more <= limit
            lines[-1:] = [f"{lines[-1]} {word}"] if fits else [*lines[-1:], word]
            filled = filled + more if fits else more
        held = r"\\".join(rf"\text{{{line}}}" for line in lines)
        before, behind = (r"\ " if side.isspace() else "" for side in (words[1][0], words[1][-1]))
        return words[0] if len(lines) == 1 else rf"{before}\begin{{gathered}}{held}\end{{gathered}}{behind}"

    return _WORDS.sub(folded, tex)


def _is_fraction(cell: str) -> bool:
    r"""True if a cell has a command such as `\over` outside all groups: then it is never broken."""
    depth = 0
    for token in _TOKEN.finditer(cell):
        depth += _DEPTHS.get(token[0], 0)
        if depth == 0 and token[0] in _FRACTIONS:
            return True
    return False


def _in_one(row: list[str]) -> str:
    """The cells of a row in one line, with space between the pairs."""
    return "".join(rf"\quad {cell}" if number and number % 2 == 0 else cell for number, cell in enumerate(row))


@dataclass(frozen=True, slots=True)
class _Line:
    tex: str
    fits: bool


@dataclass(frozen=True, slots=True)
class _Break:
    """A place at which a line may end, and where the next one begins: offsets, and widths in em from the beginning.

    The lower its rank, the better it is.
    """

    end: int
    start: int
    rank: int
    before: float = 0.0
    behind: float = 0.0


def _written(rows: list[tuple[str, list[_Line]]]) -> tuple[str, tuple[int, ...]]:
    lines = [
        f"{'' if number else left}&{_INDENT if number else ''}{line.tex}"
        for left, held in rows
        for number, line in enumerate(held)
    ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}", tuple(len(held) for _, held in rows)


def _lines(tex: str, room: float, width: Width) -> list[_Line]:
    """A row in lines, each but the first to be set in."""
    *places, end = _measured(tex, width)
    lines: list[_Line] = []
    start, begun, here = 0, 0.0, room
    while end.before - begun > here:
        ahead = [place for place in places if place.start > start and place.before > begun]
        fitting = [place for place in ahead if place.before - begun <= here]
        filled = [place for place in fitting if place.before - begun >= _LEAST_FILLED * here]
        if not ahead:
            break
        best = min(filled, key=lambda place: (place.rank, -place.end)) if filled else (fitting[-1:] or ahead[:1])[0]
        lines.append(_Line(_open(tex[start : best.end]), best.before - begun <= here))
        start, begun, here = best.start, best.behind, room - _INDENT_WIDTH
    return [*lines, _Line(_open(tex[start:]), end.before - begun <= here)]


def _open(tex: str) -> str:
    """A line that begins with an operator, with nothing before it, so that it keeps its spaces."""
    return f"{{}}{tex.lstrip()}"


def _measured(tex: str, width: Width) -> Iterator[_Break]:
    """The places at which a row may be broken, with their widths; the last is the end."""
    before, start = 0.0, 0
    for place in (*_places(tex), _Break(len(tex), len(tex), 0)):
        before += width(_open(tex[start : place.end]))
        pause = tex[place.end : place.start]
        behind = before + pause.count(r"\quad") + 2 * pause.count(r"\qquad")
        yield replace(place, before=before, behind=behind)
        before, start = behind, place.start


def _places(tex: str) -> Iterator[_Break]:
    """The places before operators outside all groups, and behind commas and wide spaces."""
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
            position, after_term = _behind(tex, begin, sign), True
        elif sign in _SWITCHES:
            return
        elif sign in _OPERATORS:
            if after_term:
                yield _Break(begin, begin, _OPERATORS[sign] + rank)
            after_term = False
        else:
            brackets = max(0, brackets + (sign in _OPENING) - (sign in _CLOSING))
            after_term = sign not in _OPENING


def _behind(tex: str, begin: int, sign: str) -> int:
    """Offset behind what begins with a sign and is never broken: a group, an index, an environment, a fence."""
    if sign in "^_":
        found = _ARGUMENT.match(tex, begin + 1)
        return (
            begin + 1 if found is None else found.end() if not found[1] else _to(group_end(tex, found.end() - 1), tex)
        )
    return _to(group_end(tex, begin) if sign == "{" else _closed(tex, begin, sign), tex)


def _to(end: int, tex: str) -> int:
    return end if end > 0 else len(tex)


def _closed(tex: str, begin: int, sign: str) -> int:
    r"""Offset behind the `\end{…}` or `\right)` that closes a `\begin` or `\left`."""
    closing = {"\\begin": "\\end", "\\left": "\\right"}[sign]
    depth = 0
    for token in _TOKEN.finditer(tex, begin):
        depth += (token[0] == sign) - (token[0] == closing)
        if depth == 0:
            behind = _FENCE.match(tex, token.end())
            return behind.end() if behind else token.end()
    return -1
