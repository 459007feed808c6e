"""What is left over from writing: words to be replaced, numbers and captions of tables and figures typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pipeline.codes import house as codes
from pipeline.diagnostics import Diagnostic
from pipeline.model.body import Box, Division, Figure, ListBlock, Paragraph, Quote, Table, plain_text
from pipeline.resolve.places import runs, unlinked_runs
from pipeline.resolve.reading import Passage, Reading

_LEFT = re.compile(r"(?<![\w-])(?:TODO|FIXME|XXX+|TBC|TBA|TBD|[Ll]orem ipsum|LOREM IPSUM)(?![\w-])")
_NUMBERED = re.compile(r"(?<![\w-])(?P<kind>Table|Figure|Fig\.)[ \n\u00a0](?P<number>\d{1,2})(?![\w-]|\.\d)")
_ELSEWHERE = re.compile(r"[)\]]?,?[ \n](?:of|in|from|by)\b")
"""What follows the number of a table of another work."""
_CAPTION = re.compile(r"(?P<label>(?P<kind>Table|Figure|Fig\.) ?\d{1,2}(?:[.:]| ?[–—-](?= )|$)) ?(?P<words>.{0,200})")


def texts_are_finished(reading: Reading) -> Iterator[Diagnostic]:
    """No word is left that an author puts where something is still to be written."""
    for run in runs(reading.passage):
        for found in _LEFT.finditer(run.words):
            yield codes.WORDS_UNFINISHED.at(run.place(found.start()), words=found[0])


def typed_numbers_are_there(reading: Reading) -> Iterator[Diagnostic]:
    """A figure or table that a text names by a typed number is one that it has."""
    there = {"table": _numbered(reading.passage, Table), "figure": _numbered(reading.passage, Figure)}
    for run in unlinked_runs(reading.passage):
        for found in _NUMBERED.finditer(run.words):
            kind = "table" if found["kind"] == "Table" else "figure"
            nodes = there[kind]
            if int(found["number"]) <= len(nodes) or _ELSEWHERE.match(run.words, found.end()):
                continue
            if found.start() == 0 and run.words[found.end() :][:1] in (".", ":"):
                continue  # the words of a caption
            named = [f"[](#{node.id})" for node in nodes if node.id]
            hint = f"Write {' or '.join(named[:3])} in its place." if named else None
            has = f"{len(nodes) or 'no'} {kind}{'' if len(nodes) == 1 else 's'} with a caption"
            words, example = " ".join(found[0].split()), "tbl-x" if kind == "table" else "fig-x"
            yield codes.NUMBER_TYPED.at(
                run.place(found.start()), hint, words=words, has=has, kind=kind, example=example
            )


def _numbered(passage: Passage, kind: type[Table] | type[Figure]) -> tuple[Table | Figure, ...]:
    """The tables or figures of a text that have a number."""
    nodes: tuple[Table | Figure, ...] = passage.every(kind)
    return tuple(node for node in nodes if (node.id or node.caption) and not getattr(node, "decorative", False))


def captions_are_no_paragraphs(reading: Reading) -> Iterator[Diagnostic]:
    """No paragraph beside a table or figure without a caption looks like one."""
    for blocks in _levels(reading.briefing.body.blocks):
        told: Any = None
        for first, second in pairwise(blocks):
            for words, thing in ((second, first), (first, second)):
                if isinstance(words, Paragraph) and words is not told and isinstance(thing, Table | Figure):
                    for remark in _caption(words, thing):
                        told = words
                        yield remark


def _caption(paragraph: Paragraph, thing: Table | Figure) -> Iterator[Diagnostic]:
    words = " ".join(plain_text(paragraph.children).split())
    found = _CAPTION.fullmatch(words)
    kind = "table" if isinstance(thing, Table) else "figure"
    if thing.caption or not found or (found["kind"] == "Table") != (kind == "table"):
        return
    caption = found["words"] or "Caption"
    if isinstance(thing, Table):
        hint = f"Write it on the line directly below the table, without its number: ': {caption} {{#tbl-x}}'."
    else:
        hint = f"Write it into the square brackets of the picture, without its number: '![{caption}]({thing.source})'."
    yield codes.CAPTION_TYPED.at(paragraph.place, hint, words=found["label"], kind=kind)


def _levels(blocks: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The blocks of a text, and those within its boxes, quotations and lists."""
    yield blocks
    for block in blocks:
        match block:
            case Box(children=children) | Division(children=children) | Quote(children=children):
                yield from _levels(children)
            case ListBlock(items=items):
                for item in items:
                    yield from _levels(item.children)
