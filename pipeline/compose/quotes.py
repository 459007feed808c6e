"""Typography brought to a tree: every run of words within a block is set as one."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from pipeline.diagnostics import Place
from pipeline.model.body import (
    Abbreviated,
    Attributes,
    CitationGroup,
    CitationLink,
    CitedText,
    Code,
    CrossReference,
    Emphasis,
    FootnoteCall,
    Image,
    LineBreak,
    Link,
    Placeholder,
    Span,
    Strong,
    Text,
)
from pipeline.typography import Typographer

N = TypeVar("N")
_HOLDERS = (Emphasis, Strong, Span, Link, CrossReference, CitationLink, CitedText)
_LEAVES = (Code, Abbreviated, Placeholder)
_WITHIN = (Text, LineBreak, Image, FootnoteCall, CitationGroup, *_HOLDERS, *_LEAVES)


def set_quotes(nodes: N) -> N:
    """The nodes with their quotation marks set; code, addresses and ids stay as they are."""
    done: N = _set(nodes)
    return done


def _set(node: Any) -> Any:
    if isinstance(node, tuple):
        if node and all(isinstance(part, _WITHIN) for part in node):
            typographer = Typographer()
            return tuple(_set_within(part, typographer) for part in node)
        return tuple(_set(part) for part in node)
    if is_dataclass(node) and not isinstance(node, type | Place | Attributes):
        changed = {}
        for field in fields(node):
            value = getattr(node, field.name)
            if isinstance(value, tuple) and value:
                changed[field.name] = _set(value)
        return replace(node, **changed) if changed else node
    return node


def _set_within(node: Any, typographer: Typographer) -> Any:
    match node:
        case Text(text=text):
            return replace(node, text=typographer.set(text))
        case Code(text=text) | Abbreviated(text=text) | Placeholder(text=text):
            typographer.pass_over(text)
        case LineBreak():
            typographer.pass_over(" ")
        case Image() | FootnoteCall() | CitationGroup():
            typographer.pass_over("x")
        case _:
            return replace(node, children=tuple(_set_within(child, typographer) for child in node.children))
    return node
