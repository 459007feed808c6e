"""Matter left over from writing: words to be replaced; lists, numbers and captions that the pipeline makes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model import body as tree
from pipeline.model.body import plain_text
from pipeline.resolve.inherit import language_of
from pipeline.resolve.reading import Passage, Reading
from pipeline.resolve.rules.places import WordRun, runs, unlinked_runs
from pipeline.text.typography import is_english

_REFERENCES = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|reference list):?", re.IGNORECASE
)

# Words that authors leave in texts, to be told: nothing is left undone here.
_LEFT = re.compile(r"(?<![\w-])(?:TODO|FIXME|XXX+|TBC|TBA|TBD|[Ll]orem ipsum|LOREM IPSUM)(?![\w-])")
_NUMBERED = re.compile(r"(?<![\w-])(?P<kind>Table|Figure|Fig\.)[ \n\u00a0](?P<number>\d{1,2})(?![\w-]|\.\d)")
_ELSEWHERE = re.compile(r"[)\]]?,?[ \n](?:of|in|from|by)\b")
"""Words that follow the number of a table of another work."""
_WHOSE = re.compile(r"(?:\w[’']s?|(?<!\w)(?:[Tt]heir|[Ii]ts|[Hh]is|[Hh]er|[Ww]hose))[ \n\u00a0]\Z")
"""Words that stand before it: 'Braga’s', 'their'."""
_BEHIND = re.compile(r"(?:,|,?[ \n])[ \n]?\(?(?:see )?")
"""Marks that stand between a citation, or a link, and the number of its table."""
_CAPTION = re.compile(r"(?P<label>(?P<kind>Table|Figure|Fig\.) ?\d{1,2}(?:[.:]| ?[–—-](?= )|$)) ?(?P<words>.{0,200})")


def texts_are_finished(reading: Reading) -> Iterator[Diagnostic]:
    """No word is left in the place of what is still to be written: the first told, the others counted."""
    fields, marks = reading.briefing.fields, reading.briefing.marks
    apart = set(fields.abbreviations)
    if not is_english(language_of(reading.briefing, reading.environment.imprint)):
        apart.add("TODO")  # a word of Spanish
    found: list[tuple[Place, str]] = []
    for key, words in (("title", fields.title), ("summary", fields.summary)):
        found += [(marks.at(key), word[0]) for word in _LEFT.finditer(words)]
    for run in runs(reading.passage):
        found += [(run.place(word.start()), word[0]) for word in _LEFT.finditer(run.words)]
    found = sorted((each for each in found if each[1] not in apart), key=lambda each: each[0])
    if found:
        more = len(found) - 1
        others = "" if not more else ", and so does another further on" if more == 1 else f", and so do {more} others"
        yield message("words-unfinished", found[0][0], words=found[0][1], others=others)


def typed_numbers_are_there(reading: Reading) -> Iterator[Diagnostic]:
    """A figure or table that a text names by a typed number is one that it has: the first told, the others counted."""
    there = {"table": _numbered(reading.passage, tree.Table), "figure": _numbered(reading.passage, tree.Figure)}
    found = [
        (run.place(number.start()), " ".join(number[0].split()), _kind(number))
        for run in unlinked_runs(reading.passage)
        for number in _NUMBERED.finditer(run.words)
        if int(number["number"]) > len(there[_kind(number)]) and not _is_of_another(run, number)
    ]
    if not found:
        return
    captions = {replace(remark.place, column=1) for remark in captions_are_no_paragraphs(reading)}
    found = sorted((each for each in found if replace(each[0], column=1) not in captions), key=lambda each: each[0])
    for place, words, kind in found[:1]:
        more = len({(other, of) for _, other, of in found}) - 1
        others = "" if not more else ", and so is another" if more == 1 else f", and so are {more} others"
        nodes = there[kind]
        named = [f"[](#{node.id})" for node in nodes if node.id]
        hint = f"Write {' or '.join(named[:3])} in its place." if named else None
        has = f"{len(nodes) or 'no'} {kind}{'' if len(nodes) == 1 else 's'} with a caption"
        example = "tbl-x" if kind == "table" else "fig-x"
        yield message("number-typed", place, hint, words=words, others=others, has=has, kind=kind, example=example)


def _kind(found: re.Match[str]) -> str:
    return "table" if found["kind"] == "Table" else "figure"


def _is_of_another(run: WordRun, found: re.Match[str]) -> bool:
    """Whether it is a table or figure of another work, or the words of a caption."""
    words, start, end = run.words, found.start(), found.end()
    if start == 0 and words[end : end + 1] in (".", ":"):
        return True
    before = words[max(0, start - 12) : start]
    cited = (
        isinstance(run.behind, tree.CitationGroup | tree.Link) and start == len(before) and _BEHIND.fullmatch(before)
    )
    return bool(cited or _WHOSE.search(before) or _ELSEWHERE.match(words, end))


def _numbered(passage: Passage, kind: type[tree.Table] | type[tree.Figure]) -> tuple[tree.Table | tree.Figure, ...]:
    """The tables or figures of a text that have a number."""
    nodes: tuple[tree.Table | tree.Figure, ...] = passage.every(kind)
    return tuple(node for node in nodes if (node.id or node.caption) and not getattr(node, "decorative", False))


def captions_are_no_paragraphs(reading: Reading) -> Iterator[Diagnostic]:
    """No paragraph beside a table or figure without a caption looks like one."""
    for blocks in _levels(reading.briefing.body.blocks):
        told: Any = None
        for first, second in pairwise(blocks):
            for words, thing in ((second, first), (first, second)):
                if (
                    isinstance(words, tree.Paragraph)
                    and words is not told
                    and isinstance(thing, tree.Table | tree.Figure)
                ):
                    for remark in _caption(words, thing):
                        told = words
                        yield remark


def _caption(paragraph: tree.Paragraph, thing: tree.Table | tree.Figure) -> Iterator[Diagnostic]:
    words = " ".join(plain_text(paragraph.children).split())
    found = _CAPTION.fullmatch(words)
    kind = "table" if isinstance(thing, tree.Table) else "figure"
    if thing.caption or not found or (found["kind"] == "Table") != (kind == "table"):
        return
    caption = found["words"] or "Caption"
    if isinstance(thing, tree.Table):
        hint = f"Write it on the line directly below the table, without its number: ': {caption} {{#tbl-x}}'."
    else:
        hint = f"Write it into the square brackets of the picture, without its number: '![{caption}]({thing.source})'."
    yield message("caption-typed", paragraph.place, hint, words=found["label"], kind=kind)


def _levels(blocks: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The blocks of a text, and those within its boxes, quotations and lists."""
    yield blocks
    for block in blocks:
        match block:
            case tree.Box(children=children) | tree.Division(children=children) | tree.Quote(children=children):
                yield from _levels(children)
            case tree.ListBlock(items=items):
                for item in items:
                    yield from _levels(item.children)


def references_are_made(reading: Reading) -> Iterator[Diagnostic]:
    """The list of references is made from the citations: a text has no heading of its own for one."""
    headings: tuple[tree.Heading | tree.Paragraph, ...] = reading.passage.every(tree.Heading)
    for node in (*headings, *reading.passage.every(tree.Paragraph)):
        words = plain_text(node.children).strip()
        in_bold = len(node.children) == 1 and isinstance(node.children[0], tree.Strong)
        alone = isinstance(node, tree.Heading) or in_bold or node.place.column == 1  # and in no list or quotation
        if alone and _REFERENCES.fullmatch(words):
            yield message("references-typed", node.place, words=words)
