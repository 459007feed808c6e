r"""Rows of a formula and their numbers: `\label`, `\tag`, `\nonumber`."""

import re
from dataclasses import dataclass

from pipeline.text.tex.scan import group_end, split_at

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
