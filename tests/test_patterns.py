"""Regular expressions that meet foreign text take no more steps for each letter the longer it is.

Every pattern of the pipeline is taken out of its source and read as the engine reads it. What blows up is a repetition
whose content can be split in more than one way: of these none may stand in a pattern.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.conftest import ROOT

MANY = 20
"""A repetition of more times than this is one without end."""

CALLS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})


def patterns() -> Iterator[tuple[str, str]]:
    """Every pattern that stands as a literal in the pipeline, with its place."""
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]) if name in CALLS:
                    try:
                        found = ast.literal_eval(first)
                    except ValueError:  # put together of others: tried as it is when its module is loaded
                        continue
                    words = found.decode("latin-1") if isinstance(found, bytes) else found
                    yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", words


PATTERNS = dict(patterns())
