"""Custom properties that are the same everywhere, put where they are used before the engine reads a style sheet.

Our sheets measure with tokens (`layouts/tokens.css`). The engine resolves each use of one for each element anew, which
takes about a tenth of the time of a text. A property that only `:root` declares has one value in the whole text.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import tinycss2

Tokens = Sequence[Any]


def settled(style: str) -> str:
    """The style sheet with constants in the place of `var()`; one that has none, or has a fault, as it was."""
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    constants = {name: value for rule in rules if _is_root(rule) for name, value in _properties(rule.content)}
    for rule in rules:
        for name in () if _is_root(rule) else _declared(getattr(rule, "content", None) or ()):
            constants.pop(name, None)
    if not constants or any(rule.type == "error" for rule in rules):
        return style
    for rule in rules:
        for part in ("prelude", "content"):
            if getattr(rule, part, None):
                setattr(rule, part, list(_put(getattr(rule, part), constants, frozenset())))
    return str(tinycss2.serialize(rules))


def _is_root(rule: Any) -> bool:
    return bool(rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() == ":root")


def _properties(content: Tokens) -> Iterator[tuple[str, Tokens]]:
    """The custom properties of a block, with their values."""
    for declaration in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if declaration.type == "declaration" and declaration.name.startswith("--"):
            yield declaration.name, declaration.value


def _declared(tokens: Tokens) -> Iterator[str]:
    """The custom properties that are declared anywhere in a block."""
    solid = [token for token in tokens if token.type not in ("whitespace", "comment")]
    for token, following in pairwise([*solid, None]):
        if token.type == "ident" and token.value.startswith("--") and following == ":":
            yield token.value
        elif token.type == "{} block":
            yield from _declared(token.content)


def _put(tokens: Tokens, constants: dict[str, Tokens], within: frozenset[str]) -> Iterator[Any]:
    """The tokens with every use of a constant replaced; one that leads back to itself is left to the engine."""
    for token in tokens:
        if token.type == "function":
            name = _used(token)
            if name in constants and name not in within:
                yield from _put(constants[name], constants, within | {name})
                continue
            token.arguments = list(_put(token.arguments, constants, within))
        elif hasattr(token, "content"):
            token.content = list(_put(token.content, constants, within))
        yield token


def _used(function: Any) -> str:
    """The property that a `var()` names."""
    named = [token.value for token in function.arguments if token.type == "ident"]
    return str(named[0]) if function.lower_name == "var" and named else ""
