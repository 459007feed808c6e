"""TeX of formulas: groups, macros, rows and labels, and the dialect that both libraries read."""

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
    """A formula that cannot be set, with the reason in our words and the offset of the character that it is about.

    `command` is the unknown command, with its backslash, if that is the reason; `endless` is true if a command expands
    to too much.
    """

    def __init__(self, reason: str, offset: int = 0, command: str = "", endless: bool = False) -> None:
        super().__init__(reason, offset, command, endless)
        self.reason, self.offset, self.command, self.endless = reason, offset, command, endless


def end_of_group(tex: str, start: int) -> int:
    """Return the offset after the group that opens with '{' at `start`; -1 if it is not closed."""
    depth = 0
    for brace in _BRACE.finditer(tex, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return -1


def argument(tex: str, start: int) -> tuple[str, int] | None:
    """Return the argument of a command that ends at `start`, without braces, and its end; None if it has none."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    if begin >= len(tex) or tex[begin] in "}&":
        return None
    if tex[begin] == "{":
        end = end_of_group(tex, begin)
        return (tex[begin + 1 : end - 1], end) if end > 0 else None
    token = TOKEN.match(tex, begin)
    return (token[0], token.end()) if token else None


def option(tex: str, start: int) -> tuple[str | None, int]:
    """Return the optional argument in brackets, or None, and its end."""
    begin = _SPACE.match(tex, start).end()  # type: ignore[union-attr]
    brackets = _OPTION.match(tex, begin)
    return (brackets[0][1:-1], brackets.end()) if brackets else (None, start)


def _join(before: str, after: str) -> str:
    """Join two pieces of TeX so that no letter becomes part of the command before it."""
    needs_space = after[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", before[-40:])
    return f"{before} {after}" if needs_space else f"{before}{after}"


def split_at(tex: str, mark: str) -> list[str]:
    r"""Split TeX at each `mark` (`\\` or `&`) outside groups and inner environments."""
    parts, begin = [], 0
    for offset in _outermost(tex, mark):
        parts.append(tex[begin:offset])
        begin = offset + len(mark)
    return [*parts, tex[begin:]]


def _outermost(tex: str, mark: str) -> Iterator[int]:
    depth, position = 0, 0
    while position < len(tex):
        environment = _BEGIN.match(tex, position)
        if environment:
            depth += 1 if environment[1] == "begin" else -1
            position = environment.end()
            continue
        token = TOKEN.match(tex, position)[0]  # type: ignore[index]
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == mark and depth == 0:
            yield position
        position += len(token)


# Commands that authors define

MAX_TEX_LENGTH = 10_000
"""Characters of a formula, in the source and with all commands expanded."""

_MAX_EXPANSIONS = 3_000
"""Commands that are expanded in one formula."""

_MAX_UNCLOSED = 20
"""Unclosed definitions in one formula: each search for an end goes to the end of the formula."""

DEFINES = re.compile(
    r"\\(?P<how>newcommand|renewcommand|providecommand|DeclareMathOperator|[gex]?def|let)(?P<star>\*?)(?![A-Za-z])"
)
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_NAME = re.compile(r"\s*(?:\{\s*(?P<braced>\\(?:[A-Za-z]+|[^\w\s]))\s*\}|(?P<bare>\\(?:[A-Za-z]+|[^\w\s])))")
_BEFORE_BODY = re.compile(r"[^{}\n]*+(?=\{)")
_PARAMETERS = re.compile(r"\s*+((?:#[1-9])*+)\s*+(?=\{)")
_LET = re.compile(r"\s*+=?\s*+(\\[A-Za-z]+|[^\s{}\\])")
_PARAMETER = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A command that an author or a library defines."""

    count: int
    """The number of its arguments."""
    body: str
    """The replacement, with `#1` … `#9` for the arguments."""
    first: str | None = None
    """The default of the first argument."""


Macros = Mapping[str, Macro]
"""By name, without the backslash."""

_SYNONYMS = r"""
    mbox \text  hbox \text  textnormal \text  textup \text  textmd \text  cr \\  tabularnewline \\  pmb \boldsymbol
    mathbbm \mathbb  mathds \mathbb  dotsb \cdots  dotsc \ldots  dotsi \cdots  dotsm \cdots  dotso \ldots  hdots \ldots
    adots \iddots  smallsetminus \setminus  varpropto \propto  enskip \enspace  hfill \quad  hfil \quad  frak \mathfrak
    operatornamewithlimits \operatorname*  R \mathbb{R}  N \mathbb{N}  Z \mathbb{Z}  textsuperscript ^  textsubscript _
    tr \operatorname{tr}  Tr \operatorname{Tr}  rank \operatorname{rank}  sgn \operatorname{sgn}  permil \text{‰}
    textperthousand \text{‰}  textdegree ^\circ  celsius ^\circ\text{C}  euro \text{€}  texttrademark \text{™}
    TeX \text{TeX}  LaTeX \text{LaTeX}  LaTeXe \text{LaTeX2e}  BibTeX \text{BibTeX}
    textgreater >  textless <  textunderscore \_  slash /  cdotp \cdot  * *  varlimsup \limsup  varliminf \liminf
"""
_IGNORED = (
    "smash llap rlap clap mathllap mathrlap mathclap ensuremath strut allowbreak nobreak noindent protect leavevmode"
    " null xspace boldmath unboldmath displaylimits tiny scriptsize footnotesize small normalsize large Large LARGE"
    " huge Huge"
)
BUILT_IN: Macros = {
    **{name: Macro(0, "") for name in _IGNORED.split()},
    **{name: Macro(0, body) for name, body in zip(_SYNONYMS.split()[::2], _SYNONYMS.split()[1::2], strict=True)},
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
"""Commands that not both libraries know, in terms of those that both know. An author's own take precedence."""


def macro_of(body: str) -> Macro:
    """Return the macro of a library's setting, with as many arguments as its body uses."""
    return Macro(max((int(number) for number in _PARAMETER.findall(body)), default=0), body)


def read_definition(tex: str, start: int) -> tuple[str, Macro, int] | None:
    """Read the definition at `start`: return the name of the command, its macro and the end of the definition."""
    command = DEFINES.match(tex, start)
    name = _NAME.match(tex, command.end()) if command else None
    if command is None or name is None:
        return None
    definition = _read_body(tex, command["how"], name.end())
    if definition is None:
        return None
    macro, end = definition
    if command["how"] == "DeclareMathOperator":
        macro = Macro(0, f"\\operatorname{command['star']}{{{macro.body}}}")
    return (name["braced"] or name["bare"])[1:], macro, end


def _read_body(tex: str, keyword: str, position: int) -> tuple[Macro, int] | None:
    """Read a definition after the name of its command; the keyword is such as `newcommand`, `def` or `let`."""
    count, first = 0, None
    if keyword == "let":
        synonym = _LET.match(tex, position)
        return (Macro(0, synonym[1]), synonym.end()) if synonym else None
    if keyword.endswith("def"):
        parameters = _PARAMETERS.match(tex, position)
        if parameters is None:
            return None
        count, position = len(parameters[1]) // 2, parameters.end()
    elif keyword != "DeclareMathOperator":
        number, position = option(tex, position)
        if number is not None and not (number.strip().isdigit() and len(number.strip()) == 1):
            return None
        count = int(number or 0)
        first, position = option(tex, position) if count else (None, position)
    body = argument(tex, position)
    return (Macro(count, body[0], first), body[1]) if body else None


def extract_definitions(tex: str) -> tuple[str, dict[str, Macro], list[str]]:
    """Return TeX without definitions, the macros that they define, and the definitions that cannot be read."""
    macros: dict[str, Macro] = {}
    unreadable: list[str] = []
    kept, position, unclosed = [], 0, 0
    for command in DEFINES.finditer(tex):
        start = command.start()
        if start < position or unclosed > _MAX_UNCLOSED:
            continue
        if definition := read_definition(tex, start):
            name, macro, end = definition
            macros[name] = macro
        elif (end := _end_of_unreadable(tex, command)) > 0:
            unreadable.append(tex[start:end])
        else:
            unclosed += 1
            continue
        kept.append(tex[position:start])
        position = end
    return "".join((*kept, tex[position:])), macros, unreadable


def _end_of_unreadable(tex: str, command: re.Match[str]) -> int:
    """Return the end of the last group of an unreadable definition; -1 if a group is not closed."""
    end = -1
    position = command.end()
    while before := _BEFORE_BODY.match(tex, position):
        if end > 0 and before[0].strip():
            break
        end = position = end_of_group(tex, before.end())
        if end < 0:
            break
    return end


def expand_macros(tex: str, macros: Macros) -> str:
    """Expand all macros. Raises `FormulaRefused` if there is no end to it or an argument is missing."""
    done: list[str] = []
    expansions = length = position = 0
    while command := _COMMAND.search(tex, position):
        macro = macros.get(command[1])
        position = command.end()
        if macro is None:
            continue
        expansions += 1
        before = tex[: command.start()]
        body, end = _expand_macro(command[0], macro, tex, position)
        length += len(before)
        if expansions > _MAX_EXPANSIONS or length + len(body) + len(tex) - end > MAX_TEX_LENGTH:
            raise _too_long()
        done.append(before)
        tex, position = _join(before, _join(body, tex[end:]))[len(before) :], 0
    return "".join((*done, tex))


def _too_long() -> FormulaRefused:
    return FormulaRefused(
        f"with all commands written out it is longer than {MAX_TEX_LENGTH:,} characters", endless=True
    )


def _expand_macro(name: str, macro: Macro, tex: str, position: int) -> tuple[str, int]:
    """Return the replacement of a command with its arguments, and the end of the last argument."""
    arguments: list[str] = []
    if macro.first is not None:
        first, position = option(tex, position)
        arguments.append(macro.first if first is None else first)
    while len(arguments) < macro.count:
        following = argument(tex, position)
        if following is None:
            needs = "an argument" if macro.count == 1 else f"{macro.count} arguments"
            raise FormulaRefused(f"the command {name} needs {needs}")
        arguments.append(following[0])
        position = following[1]
    body, end = "", 0
    parameters = tuple(_PARAMETER.finditer(macro.body))
    values = [arguments[int(found[1]) - 1] if int(found[1]) <= len(arguments) else "" for found in parameters]
    if len(macro.body) + sum(map(len, values)) > MAX_TEX_LENGTH:
        raise _too_long()
    for parameter, value in zip(parameters, values, strict=True):
        body, end = _join(body + macro.body[end : parameter.start()], value), parameter.end()
    return _join(body, macro.body[end:]), position


def has_balanced_braces(tex: str) -> bool:
    """True if all braces are closed."""
    return end_of_group(f"{{{tex}}}", 0) == len(tex) + 2


# Rows of a formula and their numbers

FORMULA_ENVIRONMENTS = (
    *("equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign", "xalignat", "displaymath", "math"),
    *("split", "aligned", "gathered", "alignedat", "cases", "dcases", "rcases", "array", "subequations"),
    *("matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "Bmatrix", "smallmatrix"),
)
"""Environments of formulas, with or without a star and dollar signs around them."""

_NUMBERED_ROWS = frozenset({"align", "gather", "eqnarray", "alignat", "flalign", "xalignat"})
"""Environments in which each row may have a number."""

_OUTER = re.compile(r"\s*+\\begin\{(?P<name>[A-Za-z]+)(?P<star>\*?)\}(?P<columns>\{\d+\})?")
_WRAPPER = re.compile(r"\\(?:begin\{subequations\}(?P<label>\s*\\label\s*\{[^{}]*\})?|end\{subequations\})")
"""The environment around others, and its own label, which refers to its first row."""
_MARK = re.compile(r"\s*\\(?:(?P<label>label)|(?P<tag>tag)\*?)\s*(?=\{)|\\(?:nonumber|notag)(?![A-Za-z])")
_SIGN = re.compile(r"\\(dagger|ddagger|ast|star|dag|ddag|S|P)(?![A-Za-z])|[${}\\]")
_SIGNS = {"dagger": "†", "dag": "†", "ddagger": "‡", "ddag": "‡", "ast": "*", "star": "*", "S": "§", "P": "¶"}


@dataclass(frozen=True, slots=True)
class RowLabels:
    """The labels of a row of a formula."""

    label: str = ""
    tag: str = ""
    """The author's own sign in place of a number."""
    others: tuple[str, ...] = ()
    """Further labels of the same row."""


@dataclass(frozen=True, slots=True)
class FormulaRows:
    """The outermost environment of a formula, if it has one, and its rows."""

    name: str
    rows: tuple[str, ...]


def split_formula(tex: str) -> FormulaRows:
    """Split a formula into its outermost environment and its rows."""
    tex = _WRAPPER.sub("", tex).strip()
    outer = _OUTER.match(tex)
    close = f"\\end{{{outer['name']}{outer['star']}}}" if outer else ""
    if outer is None or tex.find(close) != len(tex) - len(close):
        return FormulaRows("", (tex,))
    return FormulaRows(outer["name"], tuple(split_at(tex[outer.end() : -len(close)], "\\\\")))


def extract_labels(tex: str) -> tuple[str, tuple[RowLabels, ...]]:
    """Return TeX without labels and tags, and the labels of its rows; none if no row has any."""
    if "\\label" not in tex and "\\tag" not in tex:
        return _MARK.sub("", tex), ()
    wrapper_labels = [wrapper["label"] for wrapper in _WRAPPER.finditer(tex) if wrapper["label"]]
    parts = split_formula(tex)
    has_numbered_rows = parts.name in _NUMBERED_ROWS
    first, *others = parts.rows if has_numbered_rows else ("\\\\".join(parts.rows),)
    labels = tuple(map(_row_labels, ("".join((first, *wrapper_labels)), *others)))
    if not has_numbered_rows or sum(row != RowLabels() for row in labels) < 2:
        labels = tuple(row for row in labels if row != RowLabels())[:1]
    return _without_labels(_WRAPPER.sub("", tex)), labels


def _row_labels(row: str) -> RowLabels:
    tag = ""
    labels: list[str] = []
    for mark in _MARK.finditer(row):
        end = end_of_group(row, mark.end()) if mark["label"] or mark["tag"] else -1
        name = row[mark.end() + 1 : end - 1].strip() if end > 0 else ""
        if mark["label"]:
            labels += [name] if name else []
        elif mark["tag"]:
            tag = tag or _SIGN.sub(lambda sign: _SIGNS.get(sign[1] or "", ""), name).strip()
    return RowLabels(labels[0] if labels else "", tag, tuple(labels[1:]))


def _without_labels(tex: str) -> str:
    kept, position = [], 0
    for mark in _MARK.finditer(tex):
        if mark.start() < position:
            continue
        end = end_of_group(tex, mark.end()) if mark["label"] or mark["tag"] else mark.end()
        if end > 0:
            kept.append(tex[position : mark.start()])
            position = end
    return "".join((*kept, tex[position:]))


# The dialect that both libraries read

_ENVIRONMENT = re.compile(r"\\(?P<end>begin|end)\{(?P<name>[A-Za-z]+)(?P<star>\*?)\}(?P<options>\{\d+\}|\[[a-z]\])?")
_INNER = {
    **dict.fromkeys(("align", "alignat", "alignedat", "flalign", "xalignat", "split", "eqnarray"), "aligned"),
    **dict.fromkeys(("gather", "multline"), "gathered"),
    **dict.fromkeys(("equation", "math", "displaymath", "subequations"), ""),
    **{f"{kind}matrix": f"{kind}matrix" for kind in ("", "p", "b", "v", "V", "B")},
    "darray": "array",
}
_INDENTED = r"&\qquad"
_SMALL = {"begin": r"{\scriptstyle\begin{matrix}", "end": r"\end{matrix}}"}
_ARRAY = re.compile(r"\\begin\{array\}(?:\[[tbc]\])?\s*(?=\{)")
_BETWEEN = re.compile(r"[@!<>]\{(?:[^{}]|\{[^{}]*+\})*+\}|\s+")
_BOXED = re.compile(r"[pmbw]\{[^{}]*\}|X")
_REPEATED = re.compile(r"\*\{(\d{1,2})\}\{([lcr|]{1,9})\}")
_OPERATOR = re.compile(r"\\(mathop|operatorname)\*?\s*(?=\{)")
_LETTERS = re.compile(r"\\[A-Za-z]")
_LIMITS = re.compile(r"\s*\\limits(?![A-Za-z])")
_TEXT = re.compile(r"\\text(?:rm|bf|it|sf|tt)?(?![A-Za-z])\s*(?=\{)")
_DOLLAR = re.compile(r"\\.|\$", re.DOTALL)
_AFTER_SIGN, _SPACED = re.compile(r"(\\[%&#$_]) "), r"\1\\ "
_COLOUR = re.compile(r"\\(color|textcolor|colorbox|fcolorbox|definecolor)(?![A-Za-z])")
_HORIZONTAL_SPACE = re.compile(
    r"\\(?:hspace|hskip|kern|mkern|mskip)\*?(?![A-Za-z])\s*(?:\{\s*)?(?P<size>[+-]?\s*(?:\d+\.?\d*|\.\d+))?\s*"
    r"(?P<unit>em|ex|pt|mu|cm|mm|in|px|\\[A-Za-z]+)?(?:\s*(?:plus|minus)\s*[\d.]+\s*[a-z]+)*(?:\s*\})?"
)
_EM = {"em": 1.0, "ex": 0.5, "pt": 0.1, "px": 0.08, "mu": 1 / 18, "cm": 2.8, "mm": 0.28, "in": 7.2}
_STARRED_COMMAND = re.compile(r"\\([A-Za-z]+|.)(\*?)", re.DOTALL)
_STARRED = frozenset({"operatorname", "tag", "hspace", "vspace"})
_DOUBLE_STRUCK = re.compile(r"\\mathbb\s*\{\s*([0-9])\s*\}")
_ANGLE = re.compile(r"(\\(?:left|right|middle|[bB]igg?[lrm]?)\s*)([<>])")


def normalise_tex(tex: str) -> tuple[str, bool]:
    """Return TeX in the dialect that both libraries read, and whether colours were removed."""
    tex, coloured = _remove_colours(_STARRED_COMMAND.sub(_separate_star, tex) if "*" in tex else tex)
    tex = _HORIZONTAL_SPACE.sub(_replace_space, _align_rows(tex))
    tex = _ARRAY.sub(r"\\begin{array}", _ENVIRONMENT.sub(_replace_environment, tex))
    tex = _ANGLE.sub(lambda fence: fence[1] + (r"\langle " if fence[2] == "<" else r"\rangle "), tex)
    tex = _DOUBLE_STRUCK.sub(lambda digit: chr(ord("𝟘") + int(digit[1])), tex)
    return _rewrite_text(_rewrite_operators(_simplify_columns(tex))), coloured


def _separate_star(command: re.Match[str]) -> str:
    name, star = command[1], command[2]
    if not star or name in _STARRED:
        return command[0]
    return f"\\{name} *" if name.isalpha() else "\\\\" if name == "\\" else command[0]


def _align_rows(tex: str) -> str:
    """Rewrite `eqnarray` with two columns, and indent the continuation lines of `multline`."""
    parts = split_formula(tex)
    if parts.name == "eqnarray":
        cells = [split_at(row, "&") for row in parts.rows]
        rows = ["&".join((row[0], "".join(row[1:]))) if len(row) > 1 else row[0] for row in cells]
    elif parts.name == "multline":
        rows = [f"{_INDENTED if number else '&'} {row.strip()}" for number, row in enumerate(parts.rows)]
    else:
        return tex
    return r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def _replace_environment(environment: re.Match[str]) -> str:
    if environment["name"] == "smallmatrix":
        return _SMALL[environment["end"]]
    if environment["name"] not in _INNER:
        return environment[0]
    name, options = _INNER[environment["name"]], environment["options"] or ""
    is_alignat = environment["name"].endswith(("alignat", "alignedat"))
    drops_options = environment["star"] if options.startswith("[") else is_alignat
    return (f"\\{environment['end']}{{{name}}}" if name else "") + ("" if drops_options else options)


def _simplify_columns(tex: str) -> str:
    r"""Remove the separators and widths of the columns of an `array`, which the libraries set themselves."""
    kept, position = [], 0
    for array in _ARRAY.finditer(tex):
        end = end_of_group(tex, array.end())
        if end > 0:
            columns = _BOXED.sub("l", _BETWEEN.sub("", tex[array.end() + 1 : end - 1]))
            columns = _REPEATED.sub(lambda repeated: repeated[2] * int(repeated[1]), columns)
            kept += [tex[position : array.end()], "{", columns, "}"]
            position = end
    return "".join((*kept, tex[position:]))


def _rewrite_operators(tex: str) -> str:
    r"""Write operators that are not words, such as `\operatorname{\mathbb{E}}`, as `\mathop`."""
    kept, position = [], 0
    for command in _OPERATOR.finditer(tex):
        end = end_of_group(tex, command.end())
        if command.start() < position or end < 0:
            continue
        has_signs = command[1] == "mathop" or _LETTERS.search(tex[command.end() : end])
        kept += [tex[position : command.start()], r"\mathop" if has_signs else command[0], tex[command.end() : end]]
        limits = _LIMITS.match(tex, end) if has_signs else None
        position = limits.end() if limits else end
    return "".join((*kept, tex[position:]))


def _rewrite_text(tex: str) -> str:
    r"""Write `\text{a $x$ b}` as `\text{a }x\text{ b}`, and broken lines in it as one."""
    kept, position = [], 0
    for command in _TEXT.finditer(tex):
        end = end_of_group(tex, command.end())
        if command.start() >= position and end > 0:
            content = tex[command.end() + 1 : end - 1]
            kept += [tex[position : command.start()], _split_text(command[0].strip(), content)]
            position = end
    return "".join((*kept, tex[position:]))


def _split_text(command: str, content: str) -> str:
    """Split the argument of a text command at its dollar signs: every second piece is a formula."""
    pieces, begin = [], 0
    for mark in _DOLLAR.finditer(content):
        if mark[0] == "$":
            pieces.append(content[begin : mark.start()])
            begin = mark.end()
    pieces.append(content[begin:])
    if len(pieces) % 2 == 0 or not all(map(has_balanced_braces, pieces)):
        return f"{command}{{{content}}}"
    parts = []
    for number, piece in enumerate(pieces):
        if number % 2:
            parts.append(_rewrite_text(piece))
        elif piece or len(pieces) == 1:
            parts.append(f"{command}{{{_AFTER_SIGN.sub(_SPACED, piece.replace(chr(10), ' '))}}}")
    return f"{{{''.join(parts)}}}" if len(pieces) > 1 else parts[0]


def _remove_colours(tex: str) -> tuple[str, bool]:
    kept, position = [], 0
    for command in _COLOUR.finditer(tex):
        if command.start() < position:
            continue
        kept.append(tex[position : command.start()])
        position = option(tex, command.end())[1]
        for _ in range({"definecolor": 3, "fcolorbox": 2}.get(command[1], 1)):
            colour = argument(tex, position)
            position = colour[1] if colour else position
        if command[1].endswith("box"):
            kept.append(r"\text")
    return "".join((*kept, tex[position:])), position > 0


def _replace_space(space: re.Match[str]) -> str:
    size = float((space["size"] or "1").replace(" ", "") or 1) * _EM.get(space["unit"] or "", 1.0)
    return "" if size <= 0 else r"\quad " if size > 0.6 else r"\; "
