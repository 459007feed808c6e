"""TeX of formulas: scanned, macros expanded, rewritten, broken into lines."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
"""A command or a character."""

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BEGIN = re.compile(r"\\(begin|end)\{([A-Za-z]+\*?)\}")
_SPACE = re.compile(r"\s*+")
_OPTION = re.compile(r"\[[^\[\]]{0,200}\]")


class FormulaRefused(ValueError):
    """A formula that cannot be set: `reason` says why in our words, `offset` is the character that it is about.

    `command` is the one that is not known, with its backslash, where that is the reason; `endless`, where it is one
    that stands for too much.
    """

    def __init__(self, reason: str, offset: int = 0, command: str = "", endless: bool = False) -> None:
        super().__init__(reason, offset, command, endless)
        self.reason, self.offset, self.command, self.endless = reason, offset, command, endless


def group_end(tex: str, start: int) -> int:
    """Offset after the '}' of the group that opens with '{' at `start`; -1 if it never closes."""
    depth = 0
    for brace in _BRACE.finditer(tex, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return -1


def argument(tex: str, start: int) -> tuple[str, int] | None:
    """The argument of a command that ends at `start`, without its braces, and where it ends. None where it has none."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    if begin >= len(tex) or tex[begin] in "}&":
        return None
    if tex[begin] == "{":
        end = group_end(tex, begin)
        return (tex[begin + 1 : end - 1], end) if end > 0 else None
    token = TOKEN.match(tex, begin)
    return (token[0], token.end()) if token else None


def option(tex: str, start: int) -> tuple[str | None, int]:
    """The optional argument in brackets, or None, and where it ends."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    found = _OPTION.match(tex, begin)
    return (found[0][1:-1], found.end()) if found else (None, start)


def joined(before: str, behind: str) -> str:
    """Two pieces of TeX one behind the other: no letter becomes part of the command before it."""
    apart = behind[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", before[-40:])
    return f"{before} {behind}" if apart else f"{before}{behind}"


def split_at(tex: str, mark: str) -> list[str]:
    r"""The TeX divided at each `mark` (`\\` or `&`) that stands in no group and in no inner environment."""
    parts, begin = [], 0
    for at in _outermost(tex, mark):
        parts.append(tex[begin:at])
        begin = at + len(mark)
    return [*parts, tex[begin:]]


def _outermost(tex: str, mark: str) -> Iterator[int]:
    depth, position = 0, 0
    while position < len(tex):
        around = _BEGIN.match(tex, position)
        if around:
            depth += 1 if around[1] == "begin" else -1
            position = around.end()
            continue
        token = TOKEN.match(tex, position)[0]  # type: ignore[index]
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == mark and depth == 0:
            yield position
        position += len(token)


# Commands that authors define

LONGEST = 10_000
"""Characters of one formula, as it is written and with all commands written out."""

MOST_STEPS = 3_000
"""Commands that are written out in one formula."""

_MOST_WITHOUT_END = 20
"""Definitions of one formula whose end is sought in vain: each search goes to the end of the formula."""

DEFINES = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|DeclareMathOperator|[gex]?def|let)(?P<star>\*?)(?![A-Za-z])"
)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NAME = re.compile(r"\s*(?:\{\s*(?P<braced>\\(?:[A-Za-z]+|[^\w\s]))\s*\}|(?P<bare>\\(?:[A-Za-z]+|[^\w\s])))")
_BEFORE_BODY = re.compile(r"[^{}\n]*+(?=\{)")
_PARAMETERS = re.compile(r"\s*+((?:#[1-9])*+)\s*+(?=\{)")
_LET = re.compile(r"\s*+=?\s*+(\\[A-Za-z]+|[^\s{}\\])")
_PLACE = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A command: the `body` that it stands for, with `#1` … `#9` in it, and its first argument where none is given."""

    count: int
    body: str
    first: str | None = None


Macros = Mapping[str, Macro]
"""By name, without the backslash."""

_SAME = r"""
    mbox \text  hbox \text  textnormal \text  textup \text  textmd \text  cr \\  tabularnewline \\  pmb \boldsymbol
    mathbbm \mathbb  mathds \mathbb  dotsb \cdots  dotsc \ldots  dotsi \cdots  dotsm \cdots  dotso \ldots  hdots \ldots
    adots \iddots  smallsetminus \setminus  varpropto \propto  enskip \enspace  hfill \quad  hfil \quad  frak \mathfrak
    operatornamewithlimits \operatorname*  R \mathbb{R}  N \mathbb{N}  Z \mathbb{Z}  textsuperscript ^  textsubscript _
    tr \operatorname{tr}  Tr \operatorname{Tr}  rank \operatorname{rank}  sgn \operatorname{sgn}  permil \text{‰}
    textperthousand \text{‰}  textdegree ^\circ  celsius ^\circ\text{C}  euro \text{€}  texttrademark \text{™}
    TeX \text{TeX}  LaTeX \text{LaTeX}  LaTeXe \text{LaTeX2e}  BibTeX \text{BibTeX}
    textgreater >  textless <  textunderscore \_  slash /  cdotp \cdot  * *  varlimsup \limsup  varliminf \liminf
"""
_LEFT_OUT = (
    "smash llap rlap clap mathllap mathrlap mathclap ensuremath strut allowbreak nobreak noindent protect leavevmode"
    " null xspace boldmath unboldmath displaylimits tiny scriptsize footnotesize small normalsize large Large LARGE"
    " huge Huge"
)
BUILT_IN: Macros = {
    **{name: Macro(0, "") for name in _LEFT_OUT.split()},
    **{name: Macro(0, body) for name, body in zip(_SAME.split()[::2], _SAME.split()[1::2], strict=True)},
    "\n": Macro(0, r"\ "),
    "substack": Macro(1, r"\begin{subarray}{c}#1\end{subarray}"),
    "abs": Macro(1, r"\left|#1\right|"),
    "norm": Macro(1, r"\left\|#1\right\|"),
    "nicefrac": Macro(2, r"{#1}/{#2}"),
    "sfrac": Macro(2, r"{#1}/{#2}"),
    "require": Macro(1, ""),
    "vspace": Macro(1, ""),
    "overunderset": Macro(3, r"\overset{#1}{\underset{#2}{#3}}"),
}
"""Commands that the libraries do not both know, by what both know. An author's own come before them."""


def declared(body: str) -> Macro:
    """The command of a library: it takes as many arguments as its replacement names."""
    return Macro(max((int(number) for number in _PLACE.findall(body)), default=0), body)


def definition_at(tex: str, start: int) -> tuple[str, Macro, int] | None:
    """The command that is defined at `start`, what it stands for, and where the definition ends."""
    found = DEFINES.match(tex, start)
    name = _NAME.match(tex, found.end()) if found else None
    if found is None or name is None:
        return None
    read = _stands_for(tex, found["how"], name.end())
    if read is None:
        return None
    macro, end = read
    if found["how"] == "DeclareMathOperator":
        macro = Macro(0, f"\\operatorname{found['star']}{{{macro.body}}}")
    return (name["braced"] or name["bare"])[1:], macro, end


def _stands_for(tex: str, how: str, position: int) -> tuple[Macro, int] | None:
    count, first = 0, None
    if how == "let":
        same = _LET.match(tex, position)
        return (Macro(0, same[1]), same.end()) if same else None
    if how.endswith("def"):
        parameters = _PARAMETERS.match(tex, position)
        if parameters is None:
            return None
        count, position = len(parameters[1]) // 2, parameters.end()
    elif how != "DeclareMathOperator":
        said, position = option(tex, position)
        if said is not None and not (said.strip().isdigit() and len(said.strip()) == 1):
            return None
        count = int(said or 0)
        first, position = option(tex, position) if count else (None, position)
    body = argument(tex, position)
    return (Macro(count, body[0], first), body[1]) if body else None


def take_definitions(tex: str) -> tuple[str, dict[str, Macro], list[str]]:
    """The TeX without the definitions in it, what they define, and those that cannot be read."""
    macros: dict[str, Macro] = {}
    unreadable: list[str] = []
    kept, position, without_end = [], 0, 0
    for command in DEFINES.finditer(tex):
        start = command.start()
        if start < position or without_end > _MOST_WITHOUT_END:
            continue
        if defined := definition_at(tex, start):
            name, macro, end = defined
            macros[name] = macro
        elif (end := _end_of_unreadable(tex, command)) > 0:
            unreadable.append(tex[start:end])
        else:
            without_end += 1
            continue
        kept.append(tex[position:start])
        position = end
    return "".join((*kept, tex[position:])), macros, unreadable


def _end_of_unreadable(tex: str, command: re.Match[str]) -> int:
    """The end of the last group in braces of a definition that cannot be read; -1 if a group has no end."""
    end = -1
    position = command.end()
    while before := _BEFORE_BODY.match(tex, position):
        if end > 0 and before[0].strip():
            break
        end = position = group_end(tex, before.end())
        if end < 0:
            break
    return end


def expand(tex: str, macros: Macros) -> str:
    """The TeX with every command of ours written out. Raises `FormulaRefused` where that has no end or no argument."""
    done: list[str] = []
    steps = written = position = 0
    while command := _COMMAND.search(tex, position):
        macro = macros.get(command[1])
        position = command.end()
        if macro is None:
            continue
        steps += 1
        before = tex[: command.start()]
        body, end = _written_out(command[0], macro, tex, position)
        written += len(before)
        if steps > MOST_STEPS or written + len(body) + len(tex) - end > LONGEST:
            raise _too_long()
        done.append(before)
        tex, position = joined(before, joined(body, tex[end:]))[len(before) :], 0
    return "".join((*done, tex))


def _too_long() -> FormulaRefused:
    return FormulaRefused(f"with all commands written out it is longer than {LONGEST:,} characters", endless=True)


def _written_out(name: str, macro: Macro, tex: str, position: int) -> tuple[str, int]:
    """The replacement of a command with its arguments, and where it ends."""
    given: list[str] = []
    if macro.first is not None:
        said, position = option(tex, position)
        given.append(macro.first if said is None else said)
    while len(given) < macro.count:
        found = argument(tex, position)
        if found is None:
            needs = "an argument" if macro.count == 1 else f"{macro.count} arguments"
            raise FormulaRefused(f"the command {name} needs {needs}")
        given.append(found[0])
        position = found[1]
    body, end = "", 0
    places = tuple(_PLACE.finditer(macro.body))
    put = [given[int(place[1]) - 1] if int(place[1]) <= len(given) else "" for place in places]
    if len(macro.body) + sum(map(len, put)) > LONGEST:
        raise _too_long()
    for place, text in zip(places, put, strict=True):
        body, end = joined(body + macro.body[end : place.start()], text), place.end()
    return joined(body, macro.body[end:]), position


def balanced(tex: str) -> bool:
    """Whether every brace has its other."""
    return group_end(f"{{{tex}}}", 0) == len(tex) + 2


# Rows of a formula and their numbers

NUMBERED = (
    *("equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign", "xalignat", "displaymath", "math"),
    *("split", "aligned", "gathered", "alignedat", "cases", "dcases", "rcases", "array", "subequations"),
    *("matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix"),
)
"""Environments that are formulas, with or without a star and dollar signs around them."""

_IN_ROWS = frozenset({"align", "gather", "eqnarray", "alignat", "flalign", "xalignat"})
"""Those in which each row may have a number of its own."""

_OUTER = re.compile(r"\s*+\\begin\{(?P<name>[A-Za-z]+)(?P<star>\*?)\}(?P<columns>\{\d+\})?")
_WRAPPER = re.compile(r"\\(?:begin\{subequations\}(?P<label>\s*\\label\s*\{[^{}]*\})?|end\{subequations\})")
"""The environment around others, and its own label, which leads to its first row."""
_MARK = re.compile(r"\s*\\(?:(?P<label>label)|(?P<tag>tag)\*?)\s*(?=\{)|\\(?:nonumber|notag)(?![A-Za-z])")
_SIGN = re.compile(r"\\(dagger|ddagger|ast|star|dag|ddag|S|P)(?![A-Za-z])|[${}\\]")
_SIGNS = {"dagger": "†", "dag": "†", "ddagger": "‡", "ddag": "‡", "ast": "*", "star": "*", "S": "§", "P": "¶"}


@dataclass(frozen=True, slots=True)
class Row:
    """The name of a row of a formula: that of its label, and the author's own sign in place of a number."""

    label: str = ""
    tag: str = ""
    others: tuple[str, ...] = ()
    """Further labels, which mean the same."""


@dataclass(frozen=True, slots=True)
class FormulaRows:
    """A formula in parts: its environment, if it is one as a whole, and its rows."""

    name: str
    rows: tuple[str, ...]


def in_parts(tex: str) -> FormulaRows:
    """The outermost environment of a formula and its rows."""
    tex = _WRAPPER.sub("", tex).strip()
    outer = _OUTER.match(tex)
    close = f"\\end{{{outer['name']}{outer['star']}}}" if outer else ""
    if outer is None or tex.find(close) != len(tex) - len(close):
        return FormulaRows("", (tex,))
    return FormulaRows(outer["name"], tuple(split_at(tex[outer.end() : -len(close)], "\\\\")))


def take_numbers(tex: str) -> tuple[str, tuple[Row, ...]]:
    """The TeX without what is said of numbers, and what its rows are called; nothing where none is called anything."""
    if "\\label" not in tex and "\\tag" not in tex:
        return _MARK.sub("", tex), ()
    around = [found["label"] for found in _WRAPPER.finditer(tex) if found["label"]]
    parts = in_parts(tex)
    rows = parts.rows if parts.name in _IN_ROWS else ("\\\\".join(parts.rows),)
    called = tuple(_called("".join((row, *around)) if number == 0 else row) for number, row in enumerate(rows))
    if parts.name in _IN_ROWS and sum(row != Row() for row in called) > 1:
        found = called
    else:
        found = tuple(row for row in called if row != Row())[:1]
    return _without_marks(_WRAPPER.sub("", tex)), found


def _called(row: str) -> Row:
    tag = ""
    labels: list[str] = []
    for mark in _MARK.finditer(row):
        end = group_end(row, mark.end()) if mark["label"] or mark["tag"] else -1
        said = row[mark.end() + 1 : end - 1].strip() if end > 0 else ""
        if mark["label"]:
            labels += [said] if said else []
        elif mark["tag"]:
            tag = tag or _SIGN.sub(lambda sign: _SIGNS.get(sign[1] or "", ""), said).strip()
    return Row(labels[0] if labels else "", tag, tuple(labels[1:]))


def _without_marks(tex: str) -> str:
    kept, position = [], 0
    for mark in _MARK.finditer(tex):
        if mark.start() < position:
            continue
        end = group_end(tex, mark.end()) if mark["label"] or mark["tag"] else mark.end()
        if end > 0:
            kept.append(tex[position : mark.start()])
            position = end
    return "".join((*kept, tex[position:]))


# TeX as both libraries read it

_AROUND = re.compile(r"\\(?P<end>begin|end)\{(?P<name>[A-Za-z]+)(?P<star>\*?)\}(?P<behind>\{\d+\}|\[[a-z]\])?")
_INNER = {
    **dict.fromkeys(("align", "alignat", "alignedat", "flalign", "xalignat", "split", "eqnarray"), "aligned"),
    **dict.fromkeys(("gather", "multline"), "gathered"),
    **dict.fromkeys(("equation", "math", "displaymath", "subequations"), ""),
    **{f"{kind}matrix": f"{kind}matrix" for kind in ("", "p", "b", "v", "V", "B")},
    "darray": "array",
}
_SET_IN = r"&\qquad"
_SMALL = {"begin": r"{\scriptstyle\begin{matrix}", "end": r"\end{matrix}}"}
_ARRAY = re.compile(r"\\begin\{array\}(?:\[[tbc]\])?\s*(?=\{)")
_BETWEEN = re.compile(r"[@!<>]\{(?:[^{}]|\{[^{}]*+\})*+\}|\s+")
_BOXED = re.compile(r"[pmbw]\{[^{}]*\}|X")
_REPEATED = re.compile(r"\*\{(\d{1,2})\}\{([lcr|]{1,9})\}")
_OPERATOR = re.compile(r"\\(mathop|operatorname)\*?\s*(?=\{)")
_LETTERS = re.compile(r"\\[A-Za-z]")
_LIMITS = re.compile(r"\s*\\limits(?![A-Za-z])")
_WORDS = re.compile(r"\\text(?:rm|bf|it|sf|tt)?(?![A-Za-z])\s*(?=\{)")
_DOLLAR = re.compile(r"\\.|\$", re.DOTALL)
_AFTER_SIGN, _SPACED = re.compile(r"(\\[%&#$_]) "), r"\1\\ "
_LINE = "\n"
_COLOUR = re.compile(r"\\(color|textcolor|colorbox|fcolorbox|definecolor)(?![A-Za-z])")
_ROOM = re.compile(
    r"\\(?:hspace|hskip|kern|mkern|mskip)\*?(?![A-Za-z])\s*(?:\{\s*)?(?P<size>[+-]?\s*(?:\d+\.?\d*|\.\d+))?\s*"
    r"(?P<unit>em|ex|pt|mu|cm|mm|in|px|\\[A-Za-z]+)?(?:\s*(?:plus|minus)\s*[\d.]+\s*[a-z]+)*(?:\s*\})?"
)
_EM = {"em": 1.0, "ex": 0.5, "pt": 0.1, "px": 0.08, "mu": 1 / 18, "cm": 2.8, "mm": 0.28, "in": 7.2}
_STARRED_COMMAND = re.compile(r"\\([A-Za-z]+|.)(\*?)", re.DOTALL)
_STARRED = frozenset({"operatorname", "tag", "hspace", "vspace"})
_DOUBLE_STRUCK = re.compile(r"\\mathbb\s*\{\s*([0-9])\s*\}")
_ANGLE = re.compile(r"(\\(?:left|right|middle|[bB]igg?[lrm]?)\s*)([<>])")


def plain(tex: str) -> tuple[str, bool]:
    """The TeX as both libraries read it, and whether a colour was taken out of it."""
    tex, coloured = _without_colours(_STARRED_COMMAND.sub(_star, tex) if "*" in tex else tex)
    tex = _ROOM.sub(_room, _rows(tex))
    tex = _ARRAY.sub(r"\\begin{array}", _AROUND.sub(_around, tex))
    tex = _ANGLE.sub(lambda found: found[1] + (r"\langle " if found[2] == "<" else r"\rangle "), tex)
    tex = _DOUBLE_STRUCK.sub(lambda found: chr(ord("𝟘") + int(found[1])), tex)
    return _words(_operators(_columns(tex))), coloured


def _star(found: re.Match[str]) -> str:
    name, star = found[1], found[2]
    if not star or name in _STARRED:
        return found[0]
    return f"\\{name} *" if name.isalpha() else "\\\\" if name == "\\" else found[0]


def _rows(tex: str) -> str:
    """A formula of rows as a whole: three columns as two, and lines that follow on one another set in."""
    parts = in_parts(tex)
    if parts.name == "eqnarray":
        cells = [split_at(row, "&") for row in parts.rows]
        rows = ["&".join((row[0], "".join(row[1:]))) if len(row) > 1 else row[0] for row in cells]
    elif parts.name == "multline":
        rows = [f"{_SET_IN if number else '&'} {row.strip()}" for number, row in enumerate(parts.rows)]
    else:
        return tex
    return r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def _around(found: re.Match[str]) -> str:
    if found["name"] == "smallmatrix":
        return _SMALL[found["end"]]
    if found["name"] not in _INNER:
        return found[0]
    name, behind = _INNER[found["name"]], found["behind"] or ""
    said = found["star"] if behind.startswith("[") else found["name"].endswith(("alignat", "alignedat"))
    return (f"\\{found['end']}{{{name}}}" if name else "") + ("" if said else behind)


def _columns(tex: str) -> str:
    r"""Remove the separators and widths of the columns of an `array`, which the libraries set themselves."""
    kept, position = [], 0
    for found in _ARRAY.finditer(tex):
        end = group_end(tex, found.end())
        if end > 0:
            said = _BOXED.sub("l", _BETWEEN.sub("", tex[found.end() + 1 : end - 1]))
            said = _REPEATED.sub(lambda many: many[2] * int(many[1]), said)
            kept += [tex[position : found.end()], "{", said, "}"]
            position = end
    return "".join((*kept, tex[position:]))


def _operators(tex: str) -> str:
    r"""Operators that are no words, such as `\operatorname{\mathbb{E}}`, as whatever stands for an operator."""
    kept, position = [], 0
    for found in _OPERATOR.finditer(tex):
        end = group_end(tex, found.end())
        if found.start() < position or end < 0:
            continue
        signs = found[1] == "mathop" or _LETTERS.search(tex[found.end() : end])
        kept += [tex[position : found.start()], r"\mathop" if signs else found[0], tex[found.end() : end]]
        limits = _LIMITS.match(tex, end) if signs else None
        position = limits.end() if limits else end
    return "".join((*kept, tex[position:]))


def _words(tex: str) -> str:
    r"""Words in formulas: `\text{a $x$ b}` as `\text{a }x\text{ b}`, and lines that are broken as one."""
    kept, position = [], 0
    for found in _WORDS.finditer(tex):
        end = group_end(tex, found.end())
        if found.start() >= position and end > 0:
            kept += [tex[position : found.start()], _in_turn(found[0].strip(), tex[found.end() + 1 : end - 1])]
            position = end
    return "".join((*kept, tex[position:]))


def _in_turn(command: str, inside: str) -> str:
    pieces, begin = [], 0
    for mark in _DOLLAR.finditer(inside):
        if mark[0] == "$":
            pieces.append(inside[begin : mark.start()])
            begin = mark.end()
    pieces.append(inside[begin:])
    if len(pieces) % 2 == 0 or not all(map(balanced, pieces)):
        return f"{command}{{{inside}}}"
    made = [
        _words(piece) if number % 2 else f"{command}{{{_AFTER_SIGN.sub(_SPACED, piece.replace(_LINE, ' '))}}}"
        for number, piece in enumerate(pieces)
        if piece or len(pieces) == 1
    ]
    return f"{{{''.join(made)}}}" if len(pieces) > 1 else made[0]


def _without_colours(tex: str) -> tuple[str, bool]:
    kept, position = [], 0
    for found in _COLOUR.finditer(tex):
        if found.start() < position:
            continue
        kept.append(tex[position : found.start()])
        position = option(tex, found.end())[1]
        for _ in range({"definecolor": 3, "fcolorbox": 2}.get(found[1], 1)):
            colour = argument(tex, position)
            position = colour[1] if colour else position
        if found[1].endswith("box"):
            kept.append(r"\text")
    return "".join((*kept, tex[position:])), position > 0


def _room(found: re.Match[str]) -> str:
    size = float((found["size"] or "1").replace(" ", "") or 1) * _EM.get(found["unit"] or "", 1.0)
    return "" if size <= 0 else r"\quad " if size > 0.6 else r"\; "
