"""The engine's inline tree turned into ours."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from pipeline.model.body import (
    Attributes,
    CitationLink,
    Code,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Span,
    Strong,
    Text,
)

Tree = list[dict[str, Any]]
"""Inlines or blocks as pandoc's JSON has them."""

ENTRY = "#ref-"
"""First characters of the engine's links to entries."""


def read_inlines(tree: Tree, keys: Callable[[str], str]) -> tuple[Inline, ...]:
    """The inlines of a tree; `keys` gives the key behind the engine's name of a work."""
    return joined(part for node in tree for part in _read(node, keys))


def _read(node: dict[str, Any], keys: Callable[[str], str]) -> Iterator[Inline]:
    kind: str = node["t"]
    content: Any = node.get("c")
    match kind:
        case "Str":
            yield Text(content)
        case "Space" | "SoftBreak":
            yield Text(" ")
        case "LineBreak":
            yield LineBreak()
        case "Emph":
            yield Emphasis(read_inlines(content, keys))
        case "Strong":
            yield Strong(read_inlines(content, keys))
        case "Superscript" | "Subscript" | "SmallCaps" | "Underline" | "Strikeout":
            yield Span(read_inlines(content, keys), Attributes(classes=(_CLASSES[kind],)))
        case "Code":
            yield Code(content[1])
        case "Math":
            yield Text(content[1])
        case "Quoted":
            opening, closing = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
            yield from (Text(opening), *read_inlines(content[1], keys), Text(closing))
        case "Link":
            yield from _link(content[2][0], read_inlines(content[1], keys), keys)
        case "Span" | "Cite":
            yield from read_inlines(content[1], keys)
        case "Note":
            yield from (Text(" ("), *_without_stop(read_blocks(content, keys)), Text(")"))
        case "RawInline":
            yield Text(content[1])
        case _:
            raise ValueError(f"the engine gave an inline of the unknown kind {kind}")


_CLASSES = {
    "Superscript": "superscript",
    "Subscript": "subscript",
    "SmallCaps": "small-caps",
    "Underline": "underline",
    "Strikeout": "strikeout",
}


def _link(target: str, children: tuple[Inline, ...], keys: Callable[[str], str]) -> Iterator[Inline]:
    if target.startswith(ENTRY):
        yield CitationLink(keys(target.removeprefix(ENTRY)), 0, unlinked(children))
    elif target.startswith(("http://", "https://", "mailto:")):
        yield Link(target, unlinked(children))
    else:
        yield from children


def read_blocks(tree: Tree, keys: Callable[[str], str]) -> tuple[Inline, ...]:
    """The inlines of paragraphs and divisions, one after the other with a space between."""
    parts: list[Inline] = []
    for block in tree:
        content = block["c"][1] if block["t"] == "Div" else block["c"]
        inner = read_blocks(content, keys) if block["t"] == "Div" else read_inlines(content, keys)
        parts += [Text(" "), *inner] if parts else inner
    return joined(parts)


def joined(parts: Iterable[Inline]) -> tuple[Inline, ...]:
    """The inlines with neighbouring words put together and without empty ones."""
    out: list[Inline] = []
    for part in parts:
        if isinstance(part, Text):
            if not part.text:
                continue
            last = out[-1] if out else None
            if isinstance(last, Text):
                out[-1] = Text(last.text + part.text)
                continue
        out.append(part)
    return tuple(out)


def unlinked(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """The inlines with every link replaced by its words: no link may stand in a link."""
    out: list[Inline] = []
    for part in parts:
        match part:
            case Link(children=children) | CitationLink(children=children):
                out += unlinked(children)
            case Emphasis(children=children) | Strong(children=children) | Span(children=children):
                out.append(replace(part, children=unlinked(children)))
            case _:
                out.append(part)
    return joined(out)


def _without_stop(parts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    match parts:
        case (*rest, Text(text=text)) if text.endswith("."):
            return joined((*rest, Text(text[:-1])))
        case _:
            return parts
