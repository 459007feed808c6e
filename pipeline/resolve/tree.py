"""Walking and rebuilding the tree of a body, in reading order."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

_BRANCHES = frozenset(
    {
        "blocks", "heading", "children", "items", "entries", "term", "meanings",
        "head", "rows", "caption", "citations", "footnotes",
    }
)  # fmt: skip
_branches_of: dict[type, tuple[str, ...]] = {}

Replacement = Callable[[Any], "tuple[Any, ...] | None"]
"""Replacement of a node; None keeps it and goes on with what is below it."""


def branches(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that hold other nodes, the last first."""
    known = _branches_of.get(kind)
    if known is None:
        known = tuple(f.name for f in fields(kind) if f.name in _BRANCHES)[::-1]
        _branches_of[kind] = known
    return known


def nodes(root: object) -> list[Any]:
    """The node (or nodes) and everything below, in reading order."""
    found: list[Any] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node[::-1])
            continue
        found.append(node)
        names = _branches_of.get(type(node))
        for name in branches(type(node)) if names is None else names:
            waiting.append(getattr(node, name))
    return found


def rebuild(roots: tuple[Any, ...], change: Replacement) -> tuple[Any, ...]:
    """The nodes with every change made, visited in reading order; what is put in place is not visited again.

    What nothing was changed in is given back as it is.
    """
    made: list[Any] = []
    changed = False
    for node in roots:
        if isinstance(node, tuple):
            after: tuple[Any, ...] = (rebuild(node, change),)
        else:
            instead = change(node)
            after = (rebuilt_below(node, change),) if instead is None else instead
        changed = changed or len(after) != 1 or after[0] is not node
        made.extend(after)
    return tuple(made) if changed else roots


def rebuilt_below(node: Any, change: Replacement) -> Any:
    """The node with every change made below it."""
    below = {}
    for name in reversed(branches(type(node))):
        before = getattr(node, name)
        after = rebuild(before, change)
        if after is not before:
            below[name] = after
    return replace(node, **below) if below else node
