"""States of drawing that are kept within each other deeper than PDF/A lets them be (ISO 19005-2, 6.1.13): made flat."""

from collections.abc import Sequence
from typing import Any

import pydyf

DEEPEST = 24
"""Of the 28 that the standard gives, what leaves room for what the bindery lays around a page."""


def flatten_states(things: Sequence[Any]) -> None:
    """Make the streams of a PDF flat, where they are too deep."""
    for thing in things:
        if isinstance(thing, pydyf.Stream) and thing.stream.count(b"q") > DEEPEST < _depth(thing.stream):
            thing.stream[:] = _flat(thing.stream)


def _depth(lines: Sequence[Any]) -> int:
    depth = deepest = 0
    for line in lines:
        depth += (line == b"q") - (line == b"Q")
        deepest = max(deepest, depth)
    return deepest


def _flat(lines: Sequence[Any]) -> list[Any]:
    """The lines without states that are kept to the very end of another: when that ends, both have ended.

    A drawing of groups in groups has one such for each.
    """
    kept: list[int] = []
    gone: set[int] = set()
    inner: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        if line == b"q":
            kept.append(number)
        elif line == b"Q" and kept:
            gone.update(inner or ())
            inner = kept.pop(), number
            continue
        if line != b"EMC":
            inner = None
    return [line for number, line in enumerate(lines) if number not in gone]
