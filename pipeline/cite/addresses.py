"""Addresses that an entry prints as words, such as one in a note of how a work was published: each becomes a link."""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.body import Emphasis, Inline, Link, Span, Strong, Text

_ADDRESS = re.compile(r"https?://[^\s<>\"‘’“”\[\]]+")
_ENDS = ".,;:!?'"


def linked(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The inlines with a link over every address that has none."""
    return tuple(out for part in parts for out in _linked(part))


def _linked(part: Inline) -> Iterator[Inline]:
    match part:
        case Text(text=text):
            yield from _split(text)
        case Emphasis(children=children) | Strong(children=children) | Span(children=children):
            yield replace(part, children=linked(children))
        case _:
            yield part


def _split(text: str) -> Iterator[Inline]:
    start = 0
    for found in _ADDRESS.finditer(text):
        address = _whole(found[0])
        if start < found.start():
            yield Text(text[start : found.start()])
        yield Link(address, (Text(address),))
        start = found.start() + len(address)
    if start < len(text):
        yield Text(text[start:])


def _whole(address: str) -> str:
    """The address without the stop of its sentence, or a bracket that was opened before it."""
    address = address.rstrip(_ENDS)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_ENDS)
    return address
