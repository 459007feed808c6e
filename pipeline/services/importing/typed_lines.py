"""Typed citations in the lines of a text, and the typed list of works at its end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.services.importing.cited_works import CitationJudgement, Csl, ListedWorks, fold_name, named_work
from pipeline.services.importing.inlines import PandocNode, nodes_in, plain_words, words_in
from pipeline.services.importing.typed_citations import (
    EntryMatcher,
    TypedEntry,
    cites_numbers,
    find_typed_citations,
    heads_list,
    listed_works,
)

_LISTS = ("BulletList", "OrderedList")
_ENTRY_BLOCKS = ("Para", "Plain", "Div", "BlockQuote", *_LISTS)
_TEXT_LEVEL = 99
"""Level of text, below all headings."""
_NO_WORDS = ("Image", "Note", "Table", "Header", "Figure")


@dataclass(frozen=True, slots=True)
class TypedListResult:
    """A text without the typed list of works at its end, if every entry of it is known."""

    blocks: tuple[PandocNode, ...]
    listed: ListedWorks = field(default_factory=ListedWorks)
    dropped: tuple[str, ...] = ()
    """Words that were left out because they are made again."""
    entries: tuple[str, ...] = ()
    """References that stay; nothing in them is a citation."""


@dataclass(frozen=True, slots=True)
class _ListPart:
    """A block below the heading of a list, and its entries."""

    index: int
    entries: tuple[TypedEntry, ...]
    is_list: bool

    @property
    def is_reference(self) -> bool:
        references = [entry.is_reference for entry in self.entries]
        return any(references) if self.is_list else all(references)


def take_typed_list(blocks: Sequence[PandocNode], works: Mapping[str, Csl]) -> TypedListResult:
    """Read the typed list of works, and take it out if every entry is known and has nothing else."""
    matcher = EntryMatcher(works)
    staying: list[str] = []
    for start in reversed([number for number, block in enumerate(blocks) if heads_list(_heading(block))]):
        parts = list(_parts(blocks, start + 1, matcher))
        references = [number for number, part in enumerate(parts) if part.is_reference]
        if not references:
            continue
        entries = [entry for part in parts[references[0] : references[-1] + 1] for entry in part.entries]
        following = blocks[parts[-1].index + 1 :]
        ends_text = len(references) == len(parts) and all(
            block["t"] in _ENTRY_BLOCKS and not words_in(block) for block in following
        )
        if blocks[start]["t"] != "Header" and not ends_text:  # a plain line such as 'Sources:'
            staying += [entry.words for entry in entries if entry.is_reference]
            continue
        listed = listed_works(entries)
        has_numbers = bool(listed.numbers) or not any(cites_numbers(words_in(block)) for block in blocks[:start])
        if not has_numbers or not all(map(matcher.is_bare, entries)):
            return TypedListResult(tuple(blocks), listed, (), (*staying, *(entry.words for entry in entries)))
        removed = {parts[number].index for number in range(references[0], references[-1] + 1)}
        if len(removed) == len(parts):
            removed.add(start)
        kept = tuple(block for number, block in enumerate(blocks) if number not in removed)
        heading = (_heading(blocks[start]),) if start in removed else ()
        return TypedListResult(kept, listed, (*heading, *(entry.words for entry in entries)), tuple(staying))
    return TypedListResult(tuple(blocks), entries=tuple(staying))


def take_empty_headings(blocks: Sequence[PandocNode]) -> tuple[list[PandocNode], list[str]]:
    """Return the text without headings of lists of works that are empty, and their words."""
    staying: list[PandocNode] = []
    headings: list[str] = []
    below = 0
    for block in reversed(blocks):
        level = block["c"][0] if block["t"] == "Header" else 0
        if below <= level and heads_list(heading := _heading(block)):
            headings.append(heading)
        else:
            staying.append(block)
            below = level or _TEXT_LEVEL
    return staying[::-1], headings[::-1]


def _parts(blocks: Sequence[PandocNode], start: int, matcher: EntryMatcher) -> Iterator[_ListPart]:
    """Yield the blocks that may be entries, up to the first of another kind."""
    for number, block in enumerate(blocks[start:], start):
        if block["t"] not in _ENTRY_BLOCKS or any(node.get("t") in _NO_WORDS for node in nodes_in(block)):
            break
        entries = ((plain_words(words), count) for words, count in _entries([block]))
        typed_entries = tuple(matcher.entry(words, count) for words, count in entries if words)
        if typed_entries:
            yield _ListPart(number, typed_entries, block["t"] in _LISTS)


def _heading(block: PandocNode) -> str:
    """Return the words of a heading, or of a paragraph that may be one; empty for other blocks."""
    match block["t"]:
        case "Header":
            return plain_words(block["c"][2])
        case "Div" if len(block["c"][1]) == 1:
            return _heading(block["c"][1][0])
        case "Para":
            return plain_words(block["c"])
        case _:
            return ""


def _entries(blocks: Sequence[PandocNode]) -> Iterator[tuple[Sequence[PandocNode], int | None]]:
    """Yield the entries of a list of works, in paragraphs or lists, with the numbers that lists give."""
    for block in blocks:
        content = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                yield content, None
            case "BulletList":
                for item in content:
                    yield _joined(item), None
            case "OrderedList":
                for number, item in enumerate(content[1], content[0][0]):
                    yield _joined(item), number
            case "Div" | "BlockQuote":
                yield from _entries(content[1] if block["t"] == "Div" else content)


def _joined(item: Sequence[PandocNode]) -> list[PandocNode]:
    return [node for inner, _ in _entries(item) for node in (*inner, {"t": "Space"})]


_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\*+|</?(?:em|strong|del|sup|sub)>")
_NO_CITATIONS = re.compile(
    r"(?:(?<![\\`])|(?<=\\`))(`+)(?!`).*?(?<!`)\1(?!`)"
    r"|(?<!\\)(\${1,2})(?!\$).+?(?<!\\)\2"
    r"|(?<![!\\])\[(?:\\.|[^\[\]\\])*\]\([^()\s]*\)"
    r"|\]\([^()\s]*\)(?:\{(?:\"(?:\\.|[^\"\\])*\"|[^{}\"])*\})?"
)
"""Code, formulas, links, and addresses and attributes of pictures, which contain no citations."""
_STARS = re.compile(r"(?<!\\)\*+|</?(?:em|strong)>")


@dataclass(frozen=True, slots=True)
class UnsureCitation:
    """A typed citation that stays as it is, and how sure it is."""

    words: str
    judgement: CitationJudgement


class TypedText(NamedTuple):
    """A text with its sure citations written, the unsure ones, and the words that were replaced."""

    text: str
    unsure: tuple[UnsureCitation, ...]
    replaced: tuple[str, ...]


def write_typed_citations(
    text: str, works: Mapping[str, Csl], listed: ListedWorks, entries: Sequence[str] = ()
) -> TypedText:
    """Write the typed citations that are sure; `entries` of a list cite nothing."""
    listings = [fold_name(entry) for entry in entries]
    named = [named_work(key, csl) for key, csl in works.items()]
    unsure: list[UnsureCitation] = []
    replaced: list[str] = []
    lines, fence = [], ""
    for line in text.split("\n"):
        if fence or line.lstrip().startswith(("```", "$$")):
            marks = re.match(r"\s*(`{3,}|\$\$)", line)
            fence = "" if fence and marks and marks[1] == fence else fence or (marks[1] if marks else "")
            lines.append(line)
            continue
        visible, offsets = _visible(line)
        citations = find_typed_citations(visible, named, listed)
        letters = fold_name(visible) if citations and listings else ""
        if any(entry in letters for entry in listings):
            citations = ()
        excluded = [part.span() for part in _NO_CITATIONS.finditer(line)] if citations else []
        for citation in reversed(citations):
            start, end = offsets[citation.start], offsets[citation.end]
            if any(start < last and first < end for first, last in excluded):
                continue
            if not citation.written:
                unsure.append(UnsureCitation(citation.words, citation.judgement))
            elif line[end : end + 1] in ("(", "{") or line[start - 1 : start] == "]":
                continue  # the brackets are those of a link, or of its address
            elif _is_whole(line[start:end]):
                replaced.append(visible[citation.start : citation.end])
                line = line[:start] + citation.written + line[end:]
            else:
                unsure.append(UnsureCitation(citation.words, CitationJudgement("near", citation.judgement.keys)))
        lines.append(line)
    return TypedText("\n".join(lines), tuple(dict.fromkeys(unsure)), tuple(replaced))


def without_markup(text: str) -> str:
    """Return a text as it is read, except for its blocks."""
    return _MARKUP.sub("", text)


def _visible(line: str) -> tuple[str, list[int]]:
    """Return a line as it is read, and the offset in the line of each of its letters and of its end."""
    letters: list[str] = []
    offsets: list[int] = []
    index = 0
    for mark in _MARKUP.finditer(line):
        letters += line[index : mark.start()]
        offsets += range(index, mark.start())
        index = mark.end()
    letters += line[index:]
    offsets += [*range(index, len(line)), len(line)]
    # with the backslash before an escaped letter
    starts = [offset - 1 if offset and line[offset - 1] == "\\" else offset for offset in offsets]
    return "".join(letters), starts


def _is_whole(words: str) -> bool:
    """Return whether no emphasis begins in some words and ends elsewhere."""
    return sum(len(mark[0]) if mark[0][0] == "*" else 1 for mark in _STARS.finditer(words)) % 2 == 0
