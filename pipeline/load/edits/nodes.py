"""The values of a YAML text as a tree in which each knows its own characters."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import yaml

from pipeline.model.source.record import KeyPath, Step

TextPatch = tuple[int, int, str]
"""Characters that are replaced, from and to, and the words that stand there instead."""

NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
"""Words that, written plainly, are no value."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCK_SCALARS = ("|", ">")
_TAGGED = ("&", "!", "*")


@dataclass(frozen=True, slots=True)
class YamlEntry:
    """An entry of a mapping or list: where its key or its dash begins, where it ends, and its value."""

    step: Step
    start: int
    node: "YamlNode"

    @property
    def end(self) -> int:
        """Position behind the last character of its value."""
        return max(self.start, self.node.end)


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A value: its characters, which are none where nothing is written, and how it is written."""

    start: int
    end: int
    style: str = ""
    """Of a scalar its quotation mark or the mark of its block; '{' or '[' of a mapping or list in brackets."""
    value: str = ""
    """Of a scalar its words."""
    entries: tuple[YamlEntry, ...] | None = None
    """None of a scalar, and of a copy of another value."""
    is_list: bool = False
    is_copy: bool = False

    @property
    def is_flow(self) -> bool:
        """Whether it is a mapping or list in brackets."""
        return self.style in ("{", "[")

    @property
    def is_nothing(self) -> bool:
        """Whether it is a scalar that says nothing."""
        return self.entries is None and not self.is_copy and not self.style and self.value in NOTHING

    def entry(self, step: Step) -> YamlEntry | None:
        """The entry of a key or number; of a key that stands twice the first, which is the one that counts."""
        return next((one for one in self.entries or () if one.step == step), None)


def read_nodes(text: str) -> YamlNode | None:
    """The tree of a text; None of one without any value, or that is no YAML to its end."""
    try:
        return _tree(text)
    except yaml.YAMLError:
        return None


def _tree(text: str) -> YamlNode | None:
    events = takewhile(
        lambda event: not isinstance(event, yaml.DocumentEndEvent),
        (event for event in yaml.parse(text, Loader=_LOADER) if not isinstance(event, yaml.StreamStartEvent)),
    )
    inside = [event for event in events if not isinstance(event, yaml.DocumentStartEvent | yaml.StreamEndEvent)]
    if not inside:
        return None
    return _Builder(text, inside).node()


def follow(root: YamlNode | None, way: KeyPath) -> Iterator[YamlNode]:
    """The values on a way into the tree, the root first, as far as there are any."""
    node = root
    for step in (*way, None):
        if node is None:
            return
        yield node
        found = node.entry(step) if step is not None else None
        node = found.node if found else None


class _Builder:
    """The tree of a list of events. It is as deep as the text is, which its reader has bounded."""

    def __init__(self, text: str, events: Sequence[Any]) -> None:
        self._text, self._events, self._at = text, events, 0
        self._dashes = [
            token.start_mark.index
            for token in yaml.scan(text, Loader=_LOADER)
            if isinstance(token, yaml.BlockEntryToken)
        ]

    def node(self) -> YamlNode:
        """The value that begins at the next event."""
        event = self._events[self._at]
        self._at += 1
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            return YamlNode(start, end, is_copy=True)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, start, end)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        entries = tuple(self._items(bool(event.flow_style)) if is_list else self._pairs())
        end = self._events[self._at].end_mark.index
        self._at += 1
        if event.flow_style:
            return YamlNode(start, end, "[" if is_list else "{", entries=entries, is_list=is_list)
        end = max((one.end for one in entries), default=start)
        return YamlNode(start, end, entries=entries, is_list=is_list)

    def _pairs(self) -> Iterator[YamlEntry]:
        while not isinstance(self._events[self._at], yaml.MappingEndEvent):
            start = self._events[self._at].start_mark.index
            key = self.node()
            yield YamlEntry(key.value, start, self.node())

    def _items(self, flow: bool) -> Iterator[YamlEntry]:
        number = 0
        while not isinstance(self._events[self._at], yaml.SequenceEndEvent):
            node = self.node()
            start = node.start if flow else self._dashes[bisect_left(self._dashes, node.start) - 1]
            yield YamlEntry(number, start, node)
            number += 1

    def _scalar(self, event: Any, start: int, end: int) -> YamlNode:
        style = event.style or ""
        if style in _BLOCK_SCALARS:
            written = self._text[start:end]
            keeps = "+" in written.partition("\n")[0].partition("#")[0]
            end = start + len(written.removesuffix("\n") if keeps else written.rstrip())
        return YamlNode(start, end, style, event.value)


def is_marked(text: str, node: YamlNode) -> bool:
    """Whether a mark to be copied by, a type or a copy stands before the words of a value."""
    return text[node.start : node.start + 1] in _TAGGED and node.start < node.end and node.style == ""
