"""Formulas: TeX to MathML, chemistry and numbered rows."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import mathra
from lxml import etree
from math_core import LatexError, LatexToMathML

from pipeline.core.text.tex import (
    BUILT_IN,
    LONGEST,
    FormulaRefused,
    Macro,
    Macros,
    Row,
    expand,
    group_end,
    in_parts,
    plain,
    split_at,
    take_definitions,
    take_numbers,
)

# Lines of a formula that is too wide: it is broken at relations, then at sums, as late in the line as is good.

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
    spaced = ("".join(rf"\quad {cell}" if n and n % 2 == 0 else cell for n, cell in enumerate(row)) for row in cells)
    return _written([("", _lines(row, room, width)) for row in spaced])


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
    if sign == "{":
        end = group_end(tex, begin)
    elif sign in "^_":
        found = _ARGUMENT.match(tex, begin + 1)
        if found is None or not found[1]:
            return found.end() if found else begin + 1
        end = group_end(tex, found.end() - 1)
    else:
        end = _closed(tex, begin, sign)
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


# Chemical formulas, `\ce{…}` of mhchem, as TeX: formulas, charges, isotopes, states, bonds and arrows. Not covered:
# `\ce` within `\ce`, variables without a dollar sign, `\bond`, quoted words, `<-->` and `<=>>`.

_CE = re.compile(r"\\ce\s*(?=\{)")
_GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_ARROWS: Mapping[str, tuple[str, str]] = {
    "->": ("longrightarrow", "xrightarrow"),
    "<-": ("longleftarrow", "xleftarrow"),
    "<->": ("longleftrightarrow", "xleftrightarrow"),
    "<=>": ("rightleftharpoons", "xrightleftharpoons"),
}
"""Each as a sign of its own, and with words above and below it."""
_CHEMISTRY_TOKEN = re.compile(
    rf"""(?P<arrow><=>|<->|->|<-(?!-))(?:\[(?P<above>[^\[\]]*)\])?(?:\[(?P<below>[^\[\]]*)\])?
    |(?P<falls>(?<=\s)v(?=\s|\Z)|\(v\))|(?P<rises>(?<=\s)\^(?=\s|\Z)|\(\^\))
    |\^(?P<raised>{_GROUP}|\d*[+-]|\d+|\w+)|_(?P<lowered>{_GROUP}|\d+|[A-Za-z])
    |(?P<count>(?<![A-Za-z)\]}}\d])\d+(?:[./]\d+)?)|(?P<index>\d+)
    |(?P<charge>(?<=[A-Za-z)\]}}\d])[+-](?=\s|[)\],]|\([a-z]{{1,4}}\)|\Z))
    |(?P<bond>(?<=[A-Za-z)\]}}\d])[-=\#](?=[A-Za-z(\[]))|(?P<joined>\s*[*.·]\s*)
    |(?P<letters>[A-Za-z]+)|(?P<bracket>[()\[\]])|(?P<plus>[+,])|(?P<space>\s+)
    |\$(?P<formula>[^$]*)\$|(?P<raw>\\(?:[A-Za-z]+(?:{_GROUP})?|.))|(?P<group>{_GROUP})""",
    re.VERBOSE,
)
_INDEX = re.compile(rf"\$(?P<formula>[^$]*)\$|(?P<raw>\\(?:[A-Za-z]+(?:{_GROUP})?|.))|(?P<letters>[A-Za-z]+)")
"""Tokens of an index or a charge; the rest is written as it is."""
_BONDS = {"-": "{-}", "=": "{=}", "#": r"{\equiv}"}
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "falls": lambda _: r"\downarrow ",
    "rises": lambda _: r"\uparrow ",
    "raised": lambda text: f"^{{{_upright(text)}}}",
    "lowered": lambda text: f"_{{{_upright(text)}}}",
    "count": lambda text: rf"\tfrac{{{text.replace('/', '}{')}}}\," if "/" in text else rf"{text}\,",
    "index": lambda text: f"_{{{text}}}",
    "charge": lambda text: f"^{{{_upright(text)}}}",
    "bond": _BONDS.__getitem__,
    "joined": lambda _: r"\cdot ",
    "letters": lambda text: rf"\mathrm{{{text}}}",
    "group": lambda text: f"{{{_as_tex(text[1:-1])}}}",
    "space": lambda _: " ",
}
"""TeX for each kind of token; all others are written as they are."""


def with_chemistry(tex: str) -> str:
    r"""The TeX with every `\ce{…}` written out. Raises `FormulaRefused` where one cannot be read."""
    kept, position = [], 0
    for found in _CE.finditer(tex):
        end = group_end(tex, found.end())
        if found.start() >= position and end > 0:
            written = _as_tex(tex[found.end() + 1 : end - 1].strip())
            before = tex[position : found.start()]
            kept += [before, f"{{{written}}}" if before.rstrip().endswith(("^", "_")) else written]
            position = end
    return "".join((*kept, tex[position:]))


def _as_tex(text: str) -> str:
    written, position = [], 0
    while position < len(text):
        token = _CHEMISTRY_TOKEN.match(text, position)
        if token is None or token.end() == position:
            raise FormulaRefused(rf"\ce does not know '{text[position : position + 12]}'")
        kind = str(token.lastgroup)
        if token["arrow"]:
            written.append(_arrow(token["arrow"], token["above"] or "", token["below"] or ""))
        else:
            if kind in ("raised", "lowered") and not re.search(r"[A-Za-z)\]}\d]\Z", text[:position]):
                written.append("{}")
            written.append(_WRITTEN.get(kind, str)(token[kind]))
        position = token.end()
    return "".join(written)


def _arrow(sign: str, above: str, below: str) -> str:
    plain, with_words = _ARROWS[sign]
    if not above and not below:
        return rf"\{plain} "
    return rf"\{with_words}{f'[{_as_tex(below)}]' if below else ''}{{{_as_tex(above)}}}"


def _upright(text: str) -> str:
    """An index or a charge; a sign alone would be said as 'from the right'."""
    text = text[1:-1] if text.startswith("{") else text
    if text in ("+", "-"):
        return rf"\mathord{{{text}}}"
    return _INDEX.sub(lambda token: _WRITTEN.get(str(token.lastgroup), str)(token[str(token.lastgroup)]), text)


# MathML, words and drawing. mathra draws and speaks; math-core writes MathML Core. A formula that either does not know
# is refused, so that every format shows the same.

_LAST = re.compile(r"(?<!\\)((?:\\\\)*+)\\\Z")
"""The backslash of a space at the end."""
_COMMENT = re.compile(r"(?:(?<=\n)|(?<=\\\\))([ \t]*)%[^\n]*|\A%[^\n]*(?=\n)")
"""A remark of the author's in a line of its own or behind a row; anywhere else % is a sign."""
_ESCAPED = re.compile(r"\\.|%", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ReadTeX:
    """An author's TeX, read: the formula, the names of its rows, its definitions, and whether it sets colours.

    `unreadable` are definitions that are left out.
    """

    tex: str
    rows: tuple[Row, ...]
    definitions: Mapping[str, Macro]
    coloured: bool
    unreadable: Sequence[str] = ()


def read_tex(written: str, macros: Macros) -> ReadTeX:
    """The TeX of a formula, with all commands of the author's own written out. Raises `FormulaRefused`."""
    rest, definitions, unreadable = take_definitions(
        _LAST.sub(r"\1", _COMMENT.sub(lambda remark: remark[1] or "", written))
    )
    expanded = with_chemistry(expand(rest, {**BUILT_IN, **macros, **definitions}))
    without, rows = take_numbers(_ESCAPED.sub(lambda m: r"\%" if m[0] == "%" else m[0], expanded))
    tex, coloured = plain(without)
    return ReadTeX(tex.strip(), rows, definitions, coloured, unreadable)


__all__ = [
    "FormulaRefused",
    "Macros",
    "ReadTeX",
    "Row",
    "broken",
    "drawing",
    "mathml",
    "read_formula",
    "row_heights",
    "spoken",
    "width_of",
]

_MATHML = LatexToMathML(xml_namespace=True, annotation=True, fancy_error=False, allow_unreliable_rendering=True)
_LANGUAGES = {str(known["code"]).lower(): str(known["code"]) for known in mathra.locales()}
_STYLES = ("displaystyle", "scriptlevel")
_FACES = {"b": "bold", "i": "italic", "em": "italic", "code": "monospace"}
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_WORD = re.compile(r"\\math(?:rm|it|sf|bf)\{([A-Za-z]{3,})\}")
_AT_COLUMN = re.compile(r"column (\d+): ")
_AT_OFFSET = re.compile(r"(\d+): ")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]+;")
_SIZE = re.compile(r'width="([\d.]+)em" height="([\d.]+)em"')
_SHARES = (0.9, 0.6, 0.4, 0.25)
"""Of the width of a line: how wide words in a formula may be, tried one after the other."""
_REFUSED = {
    "reads or writes files": "input include includegraphics openin openout read write immediate special usepackage",
    "defines or changes commands: write out what it stands for": "def gdef edef xdef let futurelet newcommand"
    " renewcommand providecommand DeclareMathOperator newenvironment catcode csname expandafter loop",
    "sets room or size, which the layout decides": "rule raisebox vcenter raise scalebox resizebox",
    "refers to another formula: write it outside the dollar signs": "ref eqref autoref cref",
    "draws what browsers and readers of EPUB leave out": "boxed fbox cancel bcancel xcancel sout enclose",
    "makes a link, which [$x$](address) does": "href url",
}
_WHY_NOT = {command: why for why, commands in _REFUSED.items() for command in commands.split()}


def read_formula(written: str, display: bool, macros: Macros = MappingProxyType({})) -> tuple[ReadTeX, str, float]:
    """The formula as it is kept, the same in one line of plain characters, and its width in em.

    `macros` are the author's own commands. Where the TeX only defines such, there are no words and no width.
    Raises `FormulaRefused`.
    """
    if len(written) > LONGEST:
        raise FormulaRefused(f"it has {len(written):,} characters, and a formula may have {LONGEST:,}")
    read = read_tex(written.strip(), macros)
    if (read.definitions or read.unreadable) and not read.tex.strip():
        return read, "", 0.0
    for found in _COMMAND.finditer(read.tex):
        if found[1] in _WHY_NOT:
            raise FormulaRefused(f"\\{found[1]} {_WHY_NOT[found[1]]}", _origin(written, read.tex, found.start()))
    try:
        words = str(_made(read.tex, display, "en")["text"])
        width = width_of(read.tex, display)
        if not words.strip() or not width:
            raise FormulaRefused("it is empty")
        mathml(read.tex, display)
    except FormulaRefused as refused:
        offset = _origin(written, read.tex, refused.offset)
        raise FormulaRefused(refused.reason, offset, refused.command) from refused
    return read, words, width


def _origin(written: str, tex: str, offset: int) -> int:
    """Offset in the formula as written of an offset in the stored one; 0 if there is none."""
    written = written.strip()
    if tex == written:
        return offset
    command = _COMMAND.match(tex, offset)
    near = command[0] if command else tex[offset : offset + 1]
    return max(0, written.find(near)) if near else 0


def width_of(tex: str, display: bool) -> float:
    """The width of the formula in em."""
    size = _SIZE.search(_made(tex, display, "en")["svg"])
    return float(size[1]) if size else 0.0


def broken(tex: str, display: bool, room: float, words: bool = True) -> tuple[str, tuple[int, ...]]:
    """The formula in lines of at most `room` em, as far as it can be broken, and the number of lines of each row.

    `words`: those in it are broken over lines too, where nothing else helps.
    """
    counts: tuple[int, ...] = (1,)
    narrowest, tried, least = tex, "", width_of(tex, display)

    def width(piece: str) -> float:
        return _size_of(piece, display)[0]

    for limit in (least, *(share * room for share in _SHARES if words)):
        folded = with_folded_words(tex, limit, width)
        made, numbers = in_lines(folded, room, width) if folded != tried else ("", ())
        tried = folded
        if 0 < width(made) < least:
            narrowest, counts, least = made, numbers, width(made)
        if least <= room:
            break
    return narrowest, counts


def row_heights(tex: str) -> tuple[float, ...]:
    """The height of each row of a formula set apart, in em, with its part of the room between them."""
    parts = in_parts(tex)
    around = f"{{{parts.name}}}"
    rows = [f"\\begin{around}{row}\\end{around}" if parts.name else row for row in parts.rows]
    alone = [_size_of(row, True)[1] or 1.0 for row in rows]
    between = max(0.0, (_size_of(tex, True)[1] or 1.0) - sum(alone)) / len(alone)
    return tuple(round(height + between, 2) for height in alone)


def _size_of(tex: str, display: bool) -> tuple[float, float]:
    """The width and height of a part of a formula in em; nothing of one that is empty."""
    try:
        size = _SIZE.search(_made(tex, display, "en")["svg"])
    except FormulaRefused:
        return 0.0, 0.0
    return (float(size[1]), float(size[2])) if size else (0.0, 0.0)


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool) -> str:
    """The formula as MathML Core with its TeX beside it, as a `math` element. Raises `FormulaRefused`."""
    try:
        written: str = _MATHML.convert_with_local_state(tex, displaystyle=display)
    except LatexError as flaw:
        raise _refused(str(flaw), _AT_OFFSET, 0) from flaw
    return _plain(_ENTITY.sub(lambda m: html.unescape(m[0]), written))


def _plain(written: str) -> str:
    """The MathML as EPUB 3.3 takes it: MathML 3, whose rows and fractions know no style of their own."""
    if "<mtext><" not in written and not any(f" {name}=" in written for name in _STYLES):
        return written
    root = etree.fromstring(written)
    for text in list(root.iter(f"{_NAMESPACE}mtext")):  # its face by an attribute, as in MathML 3, and not by HTML
        faces = [_FACES[name] for part in text.iter() if (name := etree.QName(part).localname) in _FACES]
        etree.strip_tags(text, f"{_NAMESPACE}*")
        if faces:
            text.set("mathvariant", "bold-italic" if {"bold", "italic"} <= set(faces) else faces[-1])
    for table in root.iter(f"{_NAMESPACE}mtable"):
        etree.strip_attributes(table, "scriptlevel")
    for element in list(root.iter(f"{_NAMESPACE}mrow", f"{_NAMESPACE}mfrac")):
        style = {name: str(element.attrib.pop(name)) for name in _STYLES if name in element.attrib}
        parent = element.getparent()
        if style and parent is not None:
            around = etree.Element(f"{_NAMESPACE}mstyle", style)
            parent.replace(element, around)
            around.append(element)
    plain: str = etree.tostring(root, encoding="unicode")
    return plain


def spoken(tex: str, display: bool, language: str) -> tuple[str, str]:
    """The formula in words, and the language of the words: the text's, or English where the library speaks no such."""
    tag = language.lower()
    code = _LANGUAGES.get(tag) or _LANGUAGES.get({"pt": "pt-br"}.get(tag.split("-")[0], tag.split("-")[0]))
    named = _WORD.sub(lambda name: name[0] if name[1].isupper() else f"\\text{{{name[1]}}}", tex)  # not OR, read O R
    words = "".join(map(_sign, _made(named, display, code or "en")["speech"]))
    return " ".join(words.split()), language if code else "en"


def drawing(tex: str, display: bool) -> str:
    """The formula as SVG: outlines in `currentColor`, sizes in em, `vertical-align` puts it on the line."""
    return str(_made(tex, display, "en")["svg"])


@lru_cache(maxsize=1024)
def _made(tex: str, display: bool, language: str) -> mathra.Result:
    try:
        made = mathra.render(tex, language, display=display, strict=True)
    except ValueError as flaw:
        raise _refused(str(flaw), _AT_COLUMN, 1) from flaw
    return made


def _refused(said: str, at: re.Pattern[str], first: int) -> FormulaRefused:
    """A library's refusal in our words, with the character that it is about."""
    found = at.match(said)
    offset = int(found[1]) - first if found else 0
    words = (said[found.end() :] if found else said).strip().rstrip(".")
    if unknown := re.search(r"(?:unsupported|Unknown) (command|environment):? \"?([^\"\s]+)\"?", words):
        command = unknown[2] if unknown[1] == "command" else ""
        return FormulaRefused(f"the {unknown[1]} {unknown[2]} is not known", offset, command)
    if glyph := re.search(r"no '(.)' character \((U\+[0-9A-F]+)\)", words):
        return FormulaRefused(f"the typeface of formulas has no '{glyph[1]}' ({glyph[2]})", offset)
    return FormulaRefused(words[:1].lower() + words[1:], offset)


def _sign(letter: str) -> str:
    """A sign of mathematics that was left as it is, by its name in Unicode."""
    if unicodedata.category(letter) == "Nd":
        return str(unicodedata.digit(letter))
    if ord(letter) < 128 or unicodedata.category(letter) not in ("Sm", "So", "Ps", "Pe"):
        return letter
    return f" {unicodedata.name(letter, letter).lower().removesuffix(' operator').removesuffix(' sign')} "
