"""The rules of a style sheet, read statement by statement and cached by the words of each.

The sheets of a house share most statements: a sheet that is new by the words of one running line has one parsed anew.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cssselect2
import tinycss2

_MARK = re.compile(
    r"""/\*.*?\*/ | "(?:[^"\\\n\r\f]|\\[^\n\r\f])*" | '(?:[^'\\\n\r\f]|\\[^\n\r\f])*'
    | \((?<=[uU][rR][lL]\()(?<![-\w\x80-\U0010ffff][uU][rR][lL]\()\s*+[^\s"'()\\]*\s*\)
    | [][(){};"'\\] | /\* | <!-- | -->""",
    re.VERBOSE | re.DOTALL,
)
_PAIRS = {"{": "}", "(": ")", "[": "]"}
_TROUBLE = frozenset({"}", ")", "]", '"', "'", "\\", "/*", "<!--", "-->"})
"""Marks that should not come up by themselves: then only the whole sheet tells what they mean."""
_LONG = 20_000
"""Characters of a statement."""
_HOLDING = re.compile(r"@([a-z-]++)([^{}\"'/]*)\{(.*)\}", re.DOTALL | re.IGNORECASE)

_HOLDERS = ("media", "supports", "layer", "container")
"""At-rules that hold rules."""

Condition = tuple[str, str]
"""An at-rule around others: its name and what it asks for, in small letters."""


@dataclass(frozen=True, eq=False)
class Declaration:
    """A property and its value."""

    name: str
    value: tuple[Any, ...]

    @cached_property
    def said(self) -> str:
        """The value as text."""
        return str(tinycss2.serialize(self.value)).strip().lower()


@dataclass(frozen=True, eq=False)
class StyleRule:
    """A rule with its declarations in order."""

    prelude: tuple[Any, ...]
    declarations: tuple[Declaration, ...]
    conditions: tuple[Condition, ...]
    """Those that it stands under, the outermost first."""

    @cached_property
    def selectors(self) -> tuple[str, ...]:
        """Its selectors as they are written."""
        held: list[list[Any]] = [[]]
        for token in self.prelude:
            if token == ",":
                held.append([])
            else:
                held[-1].append(token)
        return tuple(said for tokens in held if (said := " ".join(tinycss2.serialize(tokens).split())))

    @cached_property
    def compiled(self) -> tuple[Any, ...]:
        """Its selectors for matching; none of a rule that no reader follows, of which the engine tells."""
        try:
            return tuple(cssselect2.compile_selector_list(self.prelude))
        except cssselect2.SelectorError:
            return ()


def read_rules(
    sheet: str,
    holds: Callable[[Condition], bool],
    naming: tuple[str, ...] = (),
    around: tuple[Condition, ...] = (),
) -> Iterator[StyleRule]:
    """The rules of a sheet whose conditions hold, in order; of properties given only statements that name one."""
    for statement in statements(sheet):
        if statement.keyword in _HOLDERS:
            here = (statement.keyword, condition(statement.condition))
            if holds(here):
                yield from read_rules(statement.inside, holds, naming, (*around, here))
        elif not naming or "\\" in statement.text or any(name in statement.text.lower() for name in naming):
            read = _read.__wrapped__ if statement.is_long else _read
            yield from (rule for rule in read(statement.text, around) if all(map(holds, rule.conditions)))


@lru_cache(maxsize=2048)
def _read(text: str, around: tuple[Condition, ...]) -> tuple[StyleRule, ...]:
    """The rules of a statement, or of a sheet."""
    return tuple(_rules_of(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), around))


def _rules_of(nodes: list[Any], around: tuple[Condition, ...]) -> Iterator[StyleRule]:
    for node in nodes:
        if node.type == "qualified-rule":
            declared = tuple(
                Declaration(found.lower_name if not found.name.startswith("--") else found.name, tuple(found.value))
                for found in tinycss2.parse_blocks_contents(node.content)
                if found.type == "declaration"
            )
            yield StyleRule(tuple(node.prelude), declared, around)
        elif node.type == "at-rule" and node.content and node.lower_at_keyword in _HOLDERS:
            said = str(tinycss2.serialize(node.prelude)).strip().lower()
            inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _rules_of(inside, (*around, (node.lower_at_keyword, said)))


@dataclass(frozen=True, slots=True)
class Statement:
    """A rule or an at-rule, or a whole sheet that cannot be told apart so simply."""

    text: str
    keyword: str = ""
    """Of an at-rule with a block, its name in small letters."""
    condition: str = ""
    """The text between the name and the block."""
    inside: str = ""
    """The text of the block."""

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
