"""Style sheets that reach for something outside: what they reach for is taken out, and told."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.ast import IdentToken

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.layouts import Layouts

_OWN = re.compile(
    r"\s*(#.*|asset:[0-9a-f]*|font:fontpkg_[a-z0-9_]+/[a-z0-9][a-z0-9._-]*|"
    r"data:image/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*)\s*",
    re.IGNORECASE | re.DOTALL,
)
_FETCHING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})
_FILLED_LATER = frozenset({"var", "attr", "env"})
"""Functions whose value is known only where the sheet is used."""
_SUSPECT = re.compile(r"@|url|src|image|\\|cross-fade", re.IGNORECASE)

_Reach = tuple[str, int, int]
"""An address outside the sheet, with line and column."""


@lru_cache(maxsize=128)
def closed(sheet: str) -> tuple[str, tuple[_Reach, ...]]:
    """The sheet without whatever it reaches for, and what that was. A sheet that reaches for nothing stays as it is."""
    if not _SUSPECT.search(sheet):
        return sheet, ()
    tokens = tinycss2.parse_component_value_list(sheet)
    reaches: list[_Reach] = []
    kept = list(_kept(tokens, reaches, False))
    return (str(tinycss2.serialize(kept)), tuple(reaches)) if reaches else (sheet, ())


def sheet_remarks(layouts: Layouts) -> tuple[Diagnostic, ...]:
    """A remark for everything that a style sheet of the layouts reaches for."""
    return tuple(
        message("layout-reaches-out", Place(f"layouts/{name}", line, column), target=target)
        for name, sheet in _sheets(layouts.files)
        for target, line, column in closed(sheet)[1]
    )


def _sheets(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in files.items() if name.endswith(".css"))


def _kept(tokens: list[Any], reaches: list[_Reach], fetching: bool) -> Iterator[Any]:
    """The tokens that may stay; `fetching`: a string here is an address."""
    skipping = False
    for token in tokens:
        if skipping:
            skipping = token != ";"
            continue
        target = _reached(token, fetching)
        if target is not None:
            reaches.append((target, token.source_line, token.source_column))
            skipping = token.type == "at-keyword"
            if not skipping:
                yield IdentToken(token.source_line, token.source_column, "none")
            continue
        inner = "arguments" if token.type == "function" else "content"
        if isinstance(getattr(token, inner, None), list):
            inside = fetching or (token.type == "function" and token.lower_name in _FETCHING)
            before = len(reaches)
            setattr(token, inner, list(_kept(getattr(token, inner), reaches, inside)))
            if inside and len(reaches) > before and token.type == "function":
                yield IdentToken(token.source_line, token.source_column, "none")
                continue
        yield token


def _reached(token: Any, fetching: bool) -> str | None:
    """The address outside that a token names."""
    if token.type == "at-keyword" and token.lower_value == "import":
        return "@import"
    if (token.type == "url" or (fetching and token.type == "string")) and not _OWN.fullmatch(token.value):
        return str(token.value)
    if fetching and token.type == "function" and token.lower_name in _FILLED_LATER:
        return f"{token.lower_name}()"
    return None
