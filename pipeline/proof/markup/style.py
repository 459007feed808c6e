"""A style sheet as its checks see it: its rules for screens, with custom properties resolved by day and by night."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2

from pipeline.proof.markup.style_rules import StyleRule, read_rules

DEEPEST = 12
"""Levels of `var()` within `var()` that are followed; one that names itself ends here."""


@lru_cache(maxsize=16)
def rules(sheet: str) -> tuple[StyleRule, ...]:
    """The rules of a sheet for screens."""
    return tuple(read_rules(sheet, lambda around: around[0] != "media" or not around[1].startswith("print")))


def is_for_night(rule: StyleRule) -> bool:
    """Whether a rule holds on dark screens alone."""
    return any("prefers-color-scheme" in said and "dark" in said for _, said in rule.conditions)


@dataclass(frozen=True, eq=False)
class ResolvedStyle:
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


def shown(sheet: str, dark: bool) -> ResolvedStyle:
    """The sheet by day or by night, later declarations over earlier ones."""
    return _shown(rules(sheet), dark)


@lru_cache(maxsize=32)
def _shown(read: tuple[StyleRule, ...], dark: bool) -> ResolvedStyle:
    by_selector: dict[str, dict[str, tuple[Any, ...]]] = {}
    custom: dict[str, tuple[Any, ...]] = {}
    for rule in read:
        if is_for_night(rule) and not dark:
            continue
        for declared in rule.declarations:
            if declared.name.startswith("--"):
                custom[declared.name] = declared.value
                continue
            for selector in rule.selectors:
                by_selector.setdefault(selector, {})[declared.name] = declared.value
    return ResolvedStyle(by_selector, custom)


def has_night(sheet: str) -> bool:
    """Whether a sheet says how things look on a dark screen."""
    return any(map(is_for_night, rules(sheet)))
