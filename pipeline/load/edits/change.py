"""One value of a YAML text set, added or taken out, by replacing its own characters.

What comes out is read again before it is given back: a change that would alter anything else is refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.core.diagnostics import Desk
from pipeline.load.edits import written
from pipeline.load.edits.nodes import TextPatch, YamlNode, follow, is_marked, read_nodes
from pipeline.load.edits.placing import added
from pipeline.load.edits.removing import taken_out
from pipeline.load.edits.written import TypedValue
from pipeline.load.yaml.documents import read_yaml
from pipeline.model.source.record import KeyPath
from pipeline.text.typography import PASTED

__all__ = ["TextPatch", "Unchangeable", "put_value", "take_out"]

UsualKeys = Callable[[KeyPath], Sequence[str]]
"""The keys that the mapping at the end of a path may have, in the order in which they are usual."""


class Unchangeable(Exception):
    """A value cannot be changed by itself: its text has to be edited."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    way: KeyPath
    value: TypedValue | None
    """None takes it out."""


def put_value(text: str, way: KeyPath, value: TypedValue, order: UsualKeys = lambda way: ()) -> Sequence[TextPatch]:
    """The characters to replace so that a path leads to a value. Raises `Unchangeable`.

    Where nothing stands at the path, it is added with all that is missing on the way, behind the keys that usually
    come before it. A number just past the end of a list adds an entry to it.
    """
    value, nodes = written.cleaned(value), list(follow(read_nodes(text), way))
    if len(nodes) <= len(way):
        if nodes and nodes[-1].entries is None and not nodes[-1].is_nothing:
            raise Unchangeable
        return _first(text, _Wanted(way, value), ([one] for one in added(text, nodes, way, value, order)))
    node = nodes[-1]
    if node.entries is not None or not isinstance(value, str):
        raise Unchangeable
    if node.style in ("|", ">"):
        value += "\n" * (len(node.value) - len(node.value.rstrip("\n"))) if not value.endswith("\n") else ""
    if node.value == value and not node.is_nothing and not node.is_copy:
        return ()
    in_flow = any(one.is_flow for one in nodes)
    ways = ([(node.start, node.end, new)] for new in _wordings(text, node, value, in_flow))
    return _first(text, _Wanted(way, value), ways)


def take_out(text: str, way: KeyPath) -> Sequence[TextPatch]:
    """The characters to replace so that nothing stands at a path any more. Raises `Unchangeable`.

    A mapping or list that would be left empty goes with it.
    """
    nodes = list(follow(read_nodes(text), way))
    if len(nodes) <= len(way) or not way:
        return ()
    while len(way) > 1 and len(nodes[len(way) - 1].entries or ()) == 1:
        way = way[:-1]
    holder = nodes[len(way) - 1]
    return _first(text, _Wanted(way, None), taken_out(text, holder, way[-1]))


def patched(text: str, patches: Sequence[TextPatch]) -> str:
    """A text with its patches, none of which overlap."""
    for start, end, new in sorted(patches, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _wordings(text: str, node: YamlNode, value: str, in_flow: bool) -> Iterator[str]:
    """Ways to write words in the place of a value, first that in which it is written now."""
    gap = " " if node.start == node.end and text[node.start - 1 : node.start] in (":", "-") else ""
    if node.style in ("|", ">") and not is_marked(text, node):
        head = text[node.start :].partition("\n")[0]
        comment = head[head.index("#") - 1 :] if "#" in head else ""
        for mark in (node.style, "|"):
            if made := written.block(value, mark, _indent_of(text, node), f" {comment.strip()}" if comment else ""):
                yield made
    if node.style == "'" and (quoted := written.single(value)):
        yield quoted
    if node.style == '"':
        yield written.double(value)
    if in_flow:
        yield gap + written.inline(value)
    elif "\n" not in value:
        yield gap + (value if written.plain(value) else written.inline(value))
    yield gap + written.double(value)


def _indent_of(text: str, node: YamlNode) -> int:
    """The indentation of the first line of a block that is not empty."""
    rows = text[node.start : node.end].split("\n")[1:]
    first = next((row for row in rows if row.strip()), "  ")
    return len(first) - len(first.lstrip(" "))


def _first(text: str, change: _Wanted, ways: Iterator[Sequence[TextPatch]]) -> Sequence[TextPatch]:
    """The first way to make a change after which all else reads as before."""
    before = read_yaml(text, "", Desk())
    if before is None:
        raise Unchangeable
    wanted = _with(before[0], change)
    for patches in ways:
        after = read_yaml(patched(text, [(at, to, new.translate(PASTED)) for at, to, new in patches]), "", Desk())
        if after is not None and after[0] == wanted and list(before[1].comments) == list(after[1].comments):
            return patches
    raise Unchangeable


def _with(plain: Any, change: _Wanted) -> Any:
    """The values that are read, with a change."""
    whole = {"": deepcopy(plain)}
    holder: Any = whole
    steps: tuple[Any, ...] = ("", *change.way)
    for step, below in pairwise(steps):
        inside = holder[step] if isinstance(holder, list) and step < len(holder) else None
        inside = holder.get(step) if isinstance(holder, Mapping) else inside
        if inside is None:
            _lay(holder, step, inside := [] if isinstance(below, int) else {})
        holder = inside
    if change.value is None:
        del holder[steps[-1]]
    else:
        _lay(holder, steps[-1], written.as_read(change.value))
    return whole[""]


def _lay(holder: Any, step: Any, value: Any) -> None:
    if isinstance(holder, list) and isinstance(step, int) and step <= len(holder):
        holder[step : step + 1] = [value]
    elif isinstance(holder, dict) and isinstance(step, str):
        holder[step] = value
    else:
        raise Unchangeable
