"""Replace custom properties by their values before WeasyPrint parses a style sheet.

Our style sheets use tokens (`layouts/tokens.css`). WeasyPrint resolves each `var()` again for each element, which takes
about a tenth of the time of a text. A property that only `:root` declares has one value in the whole text.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import tinycss2

Tokens = Sequence[Any]


def inline_constants(style: str) -> str:
    """Return a style sheet with constants in place of `var()`; unchanged if it has none, or has an error."""
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    constants = {name: value for rule in rules if _is_root_rule(rule) for name, value in _properties(rule.content)}
    for rule in rules:
        for name in () if _is_root_rule(rule) else _declared(getattr(rule, "content", None) or ()):
            constants.pop(name, None)
    if not constants or any(rule.type == "error" for rule in rules):
        return style
    for rule in rules:
        for part in ("prelude", "content"):
            if getattr(rule, part, None):
                setattr(rule, part, list(_replace_uses(getattr(rule, part), constants, frozenset())))
    return str(tinycss2.serialize(rules))


def _is_root_rule(rule: Any) -> bool:
    return bool(rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() == ":root")


def _properties(content: Tokens) -> Iterator[tuple[str, Tokens]]:
    """Yield the custom properties of a block, with their values."""
    for declaration in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if declaration.type == "declaration" and declaration.name.startswith("--"):
            yield declaration.name, declaration.value


def _declared(tokens: Tokens) -> Iterator[str]:
    """Yield the custom properties that are declared anywhere in a block."""
    significant = [token for token in tokens if token.type not in ("whitespace", "comment")]
    for token, following in pairwise([*significant, None]):
        if token.type == "ident" and token.value.startswith("--") and following == ":":
            yield token.value
        elif token.type == "{} block":
            yield from _declared(token.content)


def _replace_uses(tokens: Tokens, constants: dict[str, Tokens], ancestors: frozenset[str]) -> Iterator[Any]:
    """Yield the tokens with every use of a constant replaced; circular uses are left to WeasyPrint."""
    for token in tokens:
        if token.type == "function":
            name = _variable_name(token)
            if name in constants and name not in ancestors:
                yield from _replace_uses(constants[name], constants, ancestors | {name})
                continue
            token.arguments = list(_replace_uses(token.arguments, constants, ancestors))
        elif hasattr(token, "content"):
            token.content = list(_replace_uses(token.content, constants, ancestors))
        yield token


def _variable_name(function: Any) -> str:
    """Return the property that a `var()` names, else ''."""
    names = [token.value for token in function.arguments if token.type == "ident"]
    return str(names[0]) if function.lower_name == "var" and names else ""
