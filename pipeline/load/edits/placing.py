"""Places for what is not there yet: a key behind those that usually come before it, an entry at the end of a list."""

from collections.abc import Callable, Iterator, Sequence

from pipeline.load.edits import written
from pipeline.load.edits.nodes import TextPatch, YamlEntry, YamlNode
from pipeline.load.edits.written import TypedValue
from pipeline.model.source.record import KeyPath, Step


def added(
    text: str, nodes: Sequence[YamlNode], way: KeyPath, value: TypedValue, order: Callable[[KeyPath], Sequence[str]]
) -> Iterator[TextPatch]:
    """Ways to add what a path misses; `nodes` are the values that stand on it."""
    if not nodes:
        if isinstance(way[0], str):
            gap = "" if not text or text.endswith("\n") else "\n"
            yield len(text), len(text), f"{gap}{written.lines(_around(way, value), 0)}\n"
        return
    holder, missing = nodes[-1], way[len(nodes) - 1 :]
    if holder.entries is None:
        yield from _in_nothing(text, nodes, missing, value)
        return
    if holder.is_list != isinstance(missing[0], int) or (holder.is_list and missing[0] != len(holder.entries)):
        return
    before = _before(holder, missing[0], order(way[: len(nodes) - 1]))
    if any(one.is_flow for one in nodes):
        yield _in_brackets(holder, before, missing, value)
    else:
        yield _in_lines(text, holder, before, missing, value, is_root=len(nodes) == 1)


def _around(way: KeyPath, value: TypedValue) -> TypedValue:
    """A value with the mappings and lists of a path around it."""
    for step in reversed(way):
        value = [value] if isinstance(step, int) else {step: value}
    return value


def _before(holder: YamlNode, step: Step, order: Sequence[str]) -> YamlEntry | None:
    """The entry behind which one is added: in a mapping the last of those that usually come before it."""
    entries = holder.entries or ()
    if holder.is_list:
        return entries[-1] if entries else None
    if step not in order:
        return entries[-1] if entries else None
    earlier = set(order[: order.index(str(step))])
    return next((one for one in reversed(entries) if one.step in earlier), None)


def _in_nothing(text: str, nodes: Sequence[YamlNode], missing: KeyPath, value: TypedValue) -> Iterator[TextPatch]:
    """Below a key that has no value yet."""
    node, made = nodes[-1], _around(missing, value)
    if not node.is_nothing:
        return
    if len(nodes) > 1 and node.start == node.end and not any(one.is_flow for one in nodes):
        at = _line_end(text, node.start)
        yield at, at, "\n" + written.lines(made, _column(text, _own(nodes).start) + 2)
    gap = " " if text[node.start - 1 : node.start] in (":", "-") else ""
    yield node.start, node.end, gap + written.inline(made)


def _own(nodes: Sequence[YamlNode]) -> YamlEntry:
    """The entry whose value is the last of some."""
    return next(one for one in nodes[-2].entries or () if one.node is nodes[-1])


def _in_brackets(holder: YamlNode, before: YamlEntry | None, missing: KeyPath, value: TypedValue) -> TextPatch:
    below = _around(missing[1:], value)
    own = written.inline(below) if holder.is_list else f"{written.key(str(missing[0]))}: {written.inline(below)}"
    if before:
        return before.end, before.end, f", {own}"
    at = holder.start + 1
    return at, at, f"{own}, " if holder.entries else own


def _in_lines(
    text: str, holder: YamlNode, before: YamlEntry | None, missing: KeyPath, value: TypedValue, *, is_root: bool
) -> TextPatch:
    entries = holder.entries or ()
    column = _column(text, entries[0].start)
    own = written.lines(_around(missing, value), column)
    if before is None and is_root and _has_comment_above(text, entries[0].start):
        before = entries[0]
    if before is None:
        at = entries[0].start
        return at, at, f"{own.lstrip(' ')}\n{' ' * column}"
    at = _behind(text, before, column - (holder.is_list and column > 0))
    return at, at, f"\n{own}"


def _behind(text: str, entry: YamlEntry, column: int) -> int:
    """The end of the last line of an entry, and of comments below it that are further in than a column."""
    end = at = _line_end(text, entry.end)
    while at < len(text):
        at = _line_end(text, at + 1)
        row = text[text.rfind("\n", 0, at) + 1 : at]
        words = row.lstrip(" ")
        if words and (not words.startswith("#") or len(row) - len(words) <= column):
            break
        end = at if words else end
    return end


def _has_comment_above(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at)
    return start >= 0 and text[text.rfind("\n", 0, start) + 1 : start].lstrip().startswith("#")


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return found if found >= 0 else len(text)


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1
