r"""TeX as both libraries read it: environments of rows, words with formulas in them, colours and sizes taken out."""

import re

from pipeline.text.tex.macros import balanced
from pipeline.text.tex.numbering import in_parts
from pipeline.text.tex.scan import argument, group_end, option, split_at

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
_COMMAND = re.compile(r"\\([A-Za-z]+|.)(\*?)", re.DOTALL)
_STARRED = frozenset({"operatorname", "tag", "hspace", "vspace"})
_DOUBLE_STRUCK = re.compile(r"\\mathbb\s*\{\s*([0-9])\s*\}")
_ANGLE = re.compile(r"(\\(?:left|right|middle|[bB]igg?[lrm]?)\s*)([<>])")

_DOUBLE_STRUCK_0 = 0x1D7D8


def plain(tex: str) -> tuple[str, bool]:
    """The TeX as both libraries read it, and whether a colour was taken out of it."""
    tex, coloured = _without_colours(_stars(tex))
    tex = _ROOM.sub(_room, _rows(tex))
    tex = _ARRAY.sub(r"\\begin{array}", _AROUND.sub(_around, tex))
    tex = _ANGLE.sub(lambda found: found[1] + (r"\langle " if found[2] == "<" else r"\rangle "), tex)
    tex = _DOUBLE_STRUCK.sub(lambda found: chr(_DOUBLE_STRUCK_0 + int(found[1])), tex)
    return _words(_operators(_columns(tex))), coloured


def _stars(tex: str) -> str:
    r"""`\delta*x` with its star apart from the command; a row that ends with `\\*` as any other."""
    return _COMMAND.sub(_star, tex) if "*" in tex else tex


def _star(found: re.Match[str]) -> str:
    name, star = found[1], found[2]
    if not star or name in _STARRED:
        return found[0]
    return f"\\{name} *" if name.isalpha() else "\\\\" if name == "\\" else found[0]


def _rows(tex: str) -> str:
    """A formula of rows as a whole: three columns as two, and lines that follow on one another set in."""
    parts = in_parts(tex)
    if parts.name == "eqnarray":
        rows = [_as_two(split_at(row, "&")) for row in parts.rows]
    elif parts.name == "multline":
        rows = [f"{_SET_IN if number else '&'} {row.strip()}" for number, row in enumerate(parts.rows)]
    else:
        return tex
    return r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def _as_two(cells: list[str]) -> str:
    return f"{cells[0]}&{cells[1]}{''.join(cells[2:])}" if len(cells) > 1 else cells[0]


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
        position = _behind_colour(found[1], tex, found.end())
        if found[1].endswith("box"):
            kept.append(r"\text")
    return "".join((*kept, tex[position:])), position > 0


def _behind_colour(command: str, tex: str, position: int) -> int:
    """Offset of the end of a command's arguments on colours."""
    _, position = option(tex, position)
    for _ in range({"definecolor": 3, "fcolorbox": 2}.get(command, 1)):
        said = argument(tex, position)
        position = said[1] if said else position
    return position


def _room(found: re.Match[str]) -> str:
    size = float((found["size"] or "1").replace(" ", "") or 1) * _EM.get(found["unit"] or "", 1.0)
    return "" if size <= 0 else r"\quad " if size > 0.6 else r"\; "
