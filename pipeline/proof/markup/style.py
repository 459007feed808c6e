"""A style sheet as its checks see it: flat rules, and what its custom properties come to by day and by night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from pipeline.proof.markup.statements import condition, statements

DEEPEST = 12
"""Levels of `var()` within `var()` that are followed; one that names itself ends here."""


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One selector with its declarations in order, and whether it holds on dark screens alone."""

    selector: str
    declarations: tuple[tuple[str, tuple[Any, ...]], ...]
    dark: bool


@lru_cache(maxsize=16)
def rules(sheet: str) -> tuple[Rule, ...]:
    """The rules of a sheet for screens, out of whatever conditions they stand in."""
    return tuple(_rules(sheet, False))


_AROUND = ("media", "supports", "layer", "container")
"""At-rules that hold rules."""


def _rules(sheet: str, dark: bool) -> Iterator[Rule]:
    for statement in statements(sheet):
        if statement.keyword not in _AROUND:
            read = _read.__wrapped__ if statement.is_long else _read
            yield from read(statement.text, dark)
        elif not _is_for_print(statement.keyword, said := condition(statement.condition)):
            yield from _rules(statement.inside, dark or _is_for_night(said))


@lru_cache(maxsize=1024)
def _read(text: str, dark: bool) -> tuple[Rule, ...]:
    """The rules of a statement, or of a sheet."""
    return tuple(_rules_of(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), dark))


def _is_for_print(keyword: str, condition: str) -> bool:
    return keyword == "media" and condition.strip().startswith("print")


def _is_for_night(condition: str) -> bool:
    return "prefers-color-scheme" in condition and "dark" in condition


def _rules_of(nodes: list[Any], dark: bool) -> Iterator[Rule]:
    for node in nodes:
        if node.type == "qualified-rule":
            declared = tuple(
                (found.lower_name if not found.name.startswith("--") else found.name, tuple(found.value))
                for found in tinycss2.parse_blocks_contents(node.content)
                if found.type == "declaration"
            )
            for selector in _selectors(node.prelude):
                yield Rule(selector, declared, dark)
        elif node.type == "at-rule" and node.content and node.lower_at_keyword in _AROUND:
            condition = tinycss2.serialize(node.prelude).lower()
            if not _is_for_print(node.lower_at_keyword, condition):
                inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                yield from _rules_of(inside, dark or _is_for_night(condition))


def _selectors(prelude: list[Any]) -> Iterator[str]:
    held: list[Any] = []
    for token in (*prelude, None):
        if token is None or token == ",":
            if said := " ".join(tinycss2.serialize(held).split()):
                yield said
            held = []
        else:
            held.append(token)


@dataclass(frozen=True, eq=False)
class Shown:
    """A sheet as it holds by day or by night: what each selector declares last, and the custom properties."""

    by_selector: Mapping[str, Mapping[str, tuple[Any, ...]]]
    custom: Mapping[str, tuple[Any, ...]]

    def parts(self, declared: tuple[Any, ...]) -> list[Any]:
        """A declaration's parts with every `var()` put in."""
        return self._resolved(declared, 0)

    def value(self, declared: tuple[Any, ...]) -> str:
        """A declaration's words with every `var()` put in."""
        return str(tinycss2.serialize(self.parts(declared))).strip()

    def _resolved(self, tokens: tuple[Any, ...], depth: int) -> list[Any]:
        found: list[Any] = []
        for token in tokens:
            if token.type == "function" and token.lower_name == "var" and depth < DEEPEST:
                named = next((t.value for t in token.arguments if t.type == "ident"), "")
                fallback = tuple(token.arguments[token.arguments.index(",") + 1 :] if "," in token.arguments else ())
                found += self._resolved(self.custom.get(named, fallback), depth + 1)
            else:
                found.append(token)
        return found


def shown(sheet: str, dark: bool) -> Shown:
    """The sheet by day or by night, later declarations over earlier ones."""
    return _shown(rules(sheet), dark)


@lru_cache(maxsize=32)
def _shown(read: tuple[Rule, ...], dark: bool) -> Shown:
    by_selector: dict[str, dict[str, tuple[Any, ...]]] = {}
    custom: dict[str, tuple[Any, ...]] = {}
    for rule in read:
        if rule.dark and not dark:
            continue
        for name, value in rule.declarations:
            if name.startswith("--"):
                custom[name] = value
            else:
                by_selector.setdefault(rule.selector, {})[name] = value
    return Shown(by_selector, custom)


def has_night(sheet: str) -> bool:
    """Whether a sheet says how things look on a dark screen."""
    return any(rule.dark for rule in rules(sheet))
