"""A formula as an author wrote it, made ready for the libraries that set it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.text.tex.chemistry import with_chemistry
from pipeline.text.tex.macros import BUILT_IN, Macro, Macros, expand, take_definitions
from pipeline.text.tex.numbering import Row, take_numbers
from pipeline.text.tex.rewriting import plain

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
