"""The words of a block as units: characters that know where they stand in the source, and what is locked."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass

from pipeline.core.diagnostics import Place
from pipeline.model.body import NOWHERE, Emphasis, FootnoteCall, Inline, Marked, Strong, Text, walk
from pipeline.word.commenting.source import SourceText

LockLabel = Callable[[Inline], str]
"""Words that stand in the document for what is locked."""

_BREAK = re.compile(r"[ \t]*\n[ \t>]*")
_ENTITY = re.compile(r"&#?\w{1,32};")


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """A character of the text, or something that is locked: a citation, a link, a formula and the like."""

    seen: str
    start: int
    """Offset in the text as it is read; -1 where it is not known."""
    end: int
    """Offset of its end; that of something locked is its start."""
    looks: str = ""
    """Letters `b` and `i` for strong and stressed words, in the order of their marks."""
    lock: str = ""
    """Digest of what is locked; empty for a character that can be changed."""
    is_break: bool = False
    """Whether it is the end of a line of the source, which reads as a space."""
    role: str = field(default="", compare=False)
    """The role of marked words, such as `sup`: their place or a line through them."""


def units_of(nodes: Sequence[Inline], source: SourceText, label: LockLabel) -> tuple[SourceUnit, ...]:
    """The units of the words of a block."""
    return tuple(_units(nodes, source, label, ""))


def _units(nodes: Sequence[Inline], source: SourceText, label: LockLabel, looks: str) -> Iterator[SourceUnit]:
    for node in nodes:
        match node:
            case Text():
                yield from _characters(node, source, looks) or (locked(node, source, node.text, looks),)
            case Emphasis():
                yield from _units(node.children, source, label, looks + "i")
            case Strong():
                yield from _units(node.children, source, label, looks + "b")
            case _:
                yield locked(node, source, label(node), looks)


def locked(node: object, source: SourceText, seen: str, looks: str = "") -> SourceUnit:
    """A unit that nobody may change."""
    place = _first_place(node)
    start = source.offset(place) if place else -1
    role = str(node.role) if isinstance(node, Marked) else ""
    return SourceUnit(seen, start, start, looks, digest_of(node), role=role)


def _characters(node: Text, source: SourceText, looks: str) -> list[SourceUnit] | None:
    """The characters of words, each found in the source; None where one is not."""
    at, read = source.offset(node.place), source.read
    found: list[SourceUnit] = []
    if node.place == NOWHERE or at < 0:
        return None
    for letter in node.text:
        end = _end_of(letter, read, at)
        if end is None:
            return None
        is_break = letter == "\n"
        found.append(SourceUnit(" " if is_break else letter, at, end, looks, is_break=is_break))
        at = end
    return found


def _end_of(letter: str, read: str, at: int) -> int | None:
    """The end of what a character is written as at an offset; None where it is something else."""
    if letter == "\n":
        gap = _BREAK.match(read, at)
        return gap.end() if gap else None
    if read.startswith(letter, at):
        return at + 1
    if read.startswith(f"\\{letter}", at):
        return at + 2
    entity = _ENTITY.match(read, at)
    return entity.end() if entity and html.unescape(entity[0]) == letter else None


def _first_place(node: object) -> Place | None:
    """The first place that a node or anything in it has."""
    return next((one.place for one in walk(node) if getattr(one, "place", NOWHERE) != NOWHERE), None)


def digest_of(node: object) -> str:
    """A short digest of a node, wherever it stands."""
    return hashlib.sha256(repr(_placeless(node)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _placeless(node: object) -> object:
    if isinstance(node, tuple):
        return tuple(map(_placeless, node))
    if isinstance(node, FootnoteCall):
        return type(node).__name__, node.label  # its number changes with every note before it
    if is_dataclass(node) and not isinstance(node, type):
        kept = (getattr(node, f.name) for f in fields(node))
        return (type(node).__name__, *(_placeless(part) for part in kept if not isinstance(part, Place)))
    return node
