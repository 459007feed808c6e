"""The statements of a style sheet, each as it is written. The sheets of a house share most of them.

What is read off a statement can so be remembered by its words. A page whose sheet is new by the words of one running
line has one statement read anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import tinycss2

_MARK = re.compile(
    r"""/\*.*?\*/ | "[^"\\\n\r\f]*" | '[^'\\\n\r\f]*'
    | \((?<=[uU][rR][lL]\()(?<![-\w\x80-\U0010ffff][uU][rR][lL]\()\s*[^\s"'()\\]*\s*\)
    | [][(){};"'\\] | /\* | <!-- | -->""",
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {"{": "}", "(": ")", "[": "]"}
_TROUBLE = frozenset({"}", ")", "]", '"', "'", "\\", "/*", "<!--", "-->"})
"""Marks that should not come up by themselves: then only the whole sheet tells what they mean."""
_LONG = 20_000
"""Characters of a statement."""
_HOLDING = re.compile(r"@([a-z-]+)([^{}\"'/]*)\{(.*)\}", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """A rule or an at-rule, or a whole sheet that cannot be told apart so simply."""

    text: str
    keyword: str = ""
    """Of an at-rule with a block, its name in small letters."""
    condition: str = ""
    """What stands between the name and the block."""
    inside: str = ""
    """What stands in the block."""

    @property
    def is_long(self) -> bool:
        """Whether it is too long to be remembered by its words: as a rule a sheet that could not be parted."""
        return len(self.text) > _LONG


def statements(sheet: str) -> tuple[Statement, ...]:
    """The statements of a sheet, or of the inside of an at-rule, in order (CSS Syntax, 5.4.1)."""
    texts: list[str] = []
    closers: list[str] = []
    start = 0
    for found in _MARK.finditer(sheet):
        mark = found[0]
        if closers and mark == closers[-1]:
            closers.pop()
        elif mark in _TROUBLE:
            return (Statement(sheet),)
        elif mark in _PAIRS:
            closers.append(_PAIRS[mark])
        if closers:
            continue
        before = sheet[start : found.start()].lstrip()
        if mark == "}" or (mark == ";" and before.startswith("@")):
            texts.append(sheet[start : found.end()].strip())
            start = found.end()
        elif mark.startswith("/*") and not before:
            start = found.end()
    if closers:
        return (Statement(sheet),)
    return tuple(_statement(text) for text in (*texts, sheet[start:].strip()) if text)


@lru_cache(maxsize=256)
def condition(written: str) -> str:
    """A condition in small letters, written as every condition that means the same to a parser."""
    return str(tinycss2.serialize(tinycss2.parse_component_value_list(written))).strip().lower()


def _statement(text: str) -> Statement:
    found = _HOLDING.fullmatch(text)
    return Statement(text, found[1].lower(), found[2], found[3]) if found else Statement(text)
