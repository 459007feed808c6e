"""The title of a document, its subtitle and its authors, taken out of the text."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.word.writing.front_matter import marks_of_people, people
from pipeline.word.writing.inlines import PandocNode, nodes_in, plain

_LONGEST = 120
"""Letters of a first paragraph that may be a title."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A title, what stands below it, who wrote the text, and the text without these."""

    title: str
    summary: str
    authors: tuple[str, ...]
    blocks: tuple[PandocNode, ...]
    replaced: tuple[str, ...]
    """The words that went to the front matter."""
    marks: tuple[str, ...] = ()
    """The marks at names of authors, which are left out."""


def take_title(tree: PandocNode, fallback: str) -> Titled:
    """The title that a style says; else a heading or a short line with which the text begins; else the file's name."""
    meta, blocks = tree.get("meta", {}), list(tree["blocks"])
    said = {name: list(_texts(value)) for name, value in meta.items()}
    title = " ".join(said.get("title", []))
    if not title:
        title, blocks = _first(blocks)
    summary = " ".join(said.get("subtitle", []))
    blocks = [*_abstract(meta.get("abstract")), *blocks]
    authors = people(said.get("author", []))
    title = title or " ".join(fallback.replace("_", " ").replace("-", " ").split()).capitalize() or "Untitled"
    return Titled(
        title,
        summary,
        authors,
        tuple(blocks),
        (title, summary if len(summary) <= 160 else "", " ".join(said.get("author", []))),
        marks_of_people(said.get("author", [])),
    )


def _first(blocks: list[PandocNode]) -> tuple[str, list[PandocNode]]:
    """A title with which the text begins, and the text without it."""
    at = next((n for n, block in enumerate(blocks) if list(_texts_of_block(block))), None)
    if at is None:
        return "", blocks
    block, levels = blocks[at], [b["c"][0] for b in blocks if b["t"] == "Header"]
    words = " ".join(_texts_of_block(block))
    if block["t"] == "Header":
        alone = levels.count(block["c"][0]) == 1 and block["c"][0] == min(levels)
    else:
        alone = (
            block["t"] in ("Para", "Plain", "Div")
            and len(words) <= _LONGEST
            and not words.endswith((".", ":", ";", ","))
        )
    noted = any(node.get("t") in ("Note", "Image", "Link") for node in nodes_in(block))
    return (words, blocks[:at] + blocks[at + 1 :]) if alone and not noted else ("", blocks)


def _abstract(meta: PandocNode | None) -> list[PandocNode]:
    if meta is None:
        return []
    if meta["t"] == "MetaBlocks":
        return list(meta["c"])
    return [{"t": "Para", "c": meta["c"]}] if meta["t"] == "MetaInlines" else []


def _texts(meta: PandocNode) -> Iterator[str]:
    match meta["t"]:
        case "MetaInlines":
            yield plain(meta["c"])
        case "MetaString":
            yield meta["c"]
        case "MetaBlocks":
            for block in meta["c"]:
                yield from _texts_of_block(block)
        case "MetaList":
            for one in meta["c"]:
                yield from _texts(one)


def _texts_of_block(block: PandocNode) -> Iterator[str]:
    content = block.get("c")
    match block["t"]:
        case "Para" | "Plain" if words := plain(content):
            yield words
        case "Header" if words := plain(content[2]):
            yield words
        case "Div":
            for inner in content[1]:
                yield from _texts_of_block(inner)
