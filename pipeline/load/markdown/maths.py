"""The mathematics of one text: its commands and the names of what is numbered."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from pipeline.text.tex.macros import Macro, Macros, declared, definition_at
from pipeline.text.tex.numbering import take_numbers
from pipeline.text.tex.scan import FormulaRefused

Declared = tuple[tuple[str, str], ...]
"""Commands of `library.yaml`, each with what it stands for."""

MOST_GROWN = 1_000_000
"""Characters by which all formulas of a text may grow when their commands are written out."""

_CODE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<held>[ \t]*\{)?[^\n]*\n(?:(?![ \t>]*(?P=fence))[^\n]*\n)*+(?:[^\n]*$)?"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n]{1,400}(?P=ticks)(?!`)",
    re.MULTILINE,
)
"""Code, in which no label is meant but in what a directive holds."""
_FORMULA = re.compile(
    r"\\begin\{(?P<name>[a-z]+\*?)\}(?:(?!\\end\{(?P=name)).){1,10000}\\end\{(?P=name)\}|\$\$[^$]{1,10000}\$\$",
    re.DOTALL,
)
_LABEL = re.compile(r"\\label\s*\{([^{}\n]{1,200})\}")
_ID = re.compile(r"[A-Za-z][\w:.\-]*")
_NOT_IN_ID = re.compile(r"[^\w:.\-]+")


class MathsScope:
    """The commands that formulas of a text may use, and its labels. Lives as long as its `Draft`."""

    def __init__(self, text: str, macros: Declared) -> None:
        self.macros: dict[str, Macro] = {name: declared(body) for name, body in macros}
        text = _CODE.sub(lambda code: code[0] if code["held"] else "", text) if "\\label" in text else ""
        self.labels = frozenset(map(label_id, _LABEL.findall(text)))
        """The ids that the text gives by `\\label`."""
        self._same = dict(_same_rows(text))
        self._grown = 0

    def row_of(self, name: str) -> str:
        """The id of what a name means: that of the first label of a row, where it has several."""
        return self._same.get(name, name)

    def define(self, macros: Macros) -> None:
        """Take in commands that the text defines; they hold from there on."""
        self.macros.update(macros)

    def without_definitions(self, tokens: list[Token]) -> list[Token]:
        """The tokens of a block's words without the definitions of commands, which are taken in."""
        if not any(token.type == "definition" for token in tokens):
            return tokens
        kept: list[Token] = []
        before = ""
        for token in tokens:
            if token.type == "definition":
                name, macro, _ = definition_at(token.content, 0) or ("", Macro(0, ""), 0)
                self.define({name: macro})
            elif not (token.type == "softbreak" and before == "definition"):
                kept.append(token)
            before = token.type
        return kept if any(token.type not in ("text", "softbreak") or token.content.strip() for token in kept) else []

    def grow(self, characters: int) -> None:
        """Note by how much the writing out of its commands made a formula longer."""
        self._grown += max(0, characters)

    def hold(self) -> None:
        """Raise `FormulaRefused` where the commands of this text stand for too much."""
        if self._grown > MOST_GROWN:
            raise FormulaRefused(f"with all commands written out this text is over {MOST_GROWN:,} characters longer")


def _same_rows(text: str) -> Iterator[tuple[str, str]]:
    """The ids of further labels of a row, each with that of its first."""
    for formula in _FORMULA.finditer(text) if text.count("\\label") > 1 else ():
        if formula[0].count("\\label") > 1:
            for row in take_numbers(formula[0].strip("$"))[1]:
                yield from ((label_id(other), label_id(row.label)) for other in row.others)


def label_id(name: str) -> str:
    """The id that the name of a label gives."""
    name = name.strip()
    if _ID.fullmatch(name):
        return name
    made = _NOT_IN_ID.sub("-", name).strip("-")
    return made if made[:1].isalpha() else f"label-{made}"
