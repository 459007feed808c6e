"""Typed citations in the lines of a text, and the list of references at its end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.services.importing.inlines import PandocNode, nodes_in, plain, words_in
from pipeline.services.importing.typed import (
    EntryMatcher,
    TypedEntry,
    cites_numbers,
    find_typed,
    heads_list,
    listed_works,
)
from pipeline.services.importing.works import CitationJudgement, Csl, ListedWorks, folded, named_work

_LISTS = ("BulletList", "OrderedList")
_ENTRIES = ("Para", "Plain", "Div", "BlockQuote", *_LISTS)
_TEXT = 99
"""Level of what is no heading: it is below each of them."""
_NO_WORDS = ("Image", "Note", "Table", "Header", "Figure")


@dataclass(frozen=True, slots=True)
class TypedEnd:
    """A text without the list of references at its end, where every entry of that is known."""

    blocks: tuple[PandocNode, ...]
    listed: ListedWorks = field(default_factory=ListedWorks)
    dropped: tuple[str, ...] = ()
    """Words that were left out, for what is made anew."""
    entries: tuple[str, ...] = ()
    """References that stay: nothing in them is a citation."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A block below the heading of a list, and the entries in it."""

    at: int
    entries: tuple[TypedEntry, ...]
    is_list: bool

    @property
    def is_reference(self) -> bool:
        said = [entry.is_reference for entry in self.entries]
        return any(said) if self.is_list else all(said)


def take_typed_list(blocks: Sequence[PandocNode], works: Mapping[str, Csl]) -> TypedEnd:
    """The text and what its typed list of references says; the list goes where every entry is known, and is no more."""
    matcher = EntryMatcher(works)
    stay: list[str] = []
    for start in reversed([number for number, block in enumerate(blocks) if heads_list(_heading(block))]):
        parts = list(_parts(blocks, start + 1, matcher))
        said = [number for number, part in enumerate(parts) if part.is_reference]
        if not said:
            continue
        entries = [entry for part in parts[said[0] : said[-1] + 1] for entry in part.entries]
        rest = blocks[parts[-1].at + 1 :]
        ends_text = len(said) == len(parts) and all(block["t"] in _ENTRIES and not words_in(block) for block in rest)
        if blocks[start]["t"] != "Header" and not ends_text:  # a plain line such as 'Sources:'
            stay += [entry.words for entry in entries if entry.is_reference]
            continue
        listed = listed_works(entries)
        counted = bool(listed.numbers) or not any(cites_numbers(words_in(block)) for block in blocks[:start])
        if not counted or not all(map(matcher.is_bare, entries)):
            return TypedEnd(tuple(blocks), listed, (), (*stay, *(entry.words for entry in entries)))
        gone = {parts[number].at for number in range(said[0], said[-1] + 1)}
        if len(gone) == len(parts):
            gone.add(start)
        kept = tuple(block for number, block in enumerate(blocks) if number not in gone)
        heading = (_heading(blocks[start]),) if start in gone else ()
        return TypedEnd(kept, listed, (*heading, *(entry.words for entry in entries)), tuple(stay))
    return TypedEnd(tuple(blocks), entries=tuple(stay))


def take_empty_heads(blocks: Sequence[PandocNode]) -> tuple[list[PandocNode], list[str]]:
    """The text without headings of lists of references that have nothing below them, and the words of those."""
    stay: list[PandocNode] = []
    heads: list[str] = []
    below = 0
    for block in reversed(blocks):
        level = block["c"][0] if block["t"] == "Header" else 0
        if below <= level and heads_list(words := _heading(block)):
            heads.append(words)
        else:
            stay.append(block)
            below = level or _TEXT
    return stay[::-1], heads[::-1]


def _parts(blocks: Sequence[PandocNode], start: int, matcher: EntryMatcher) -> Iterator[_Part]:
    """The blocks that may be entries, up to the first that is none by its kind."""
    for number, block in enumerate(blocks[start:], start):
        if block["t"] not in _ENTRIES or any(node.get("t") in _NO_WORDS for node in nodes_in(block)):
            break
        entries = ((plain(words), count) for words, count in _entries([block]))
        found = tuple(matcher.entry(words, count) for words, count in entries if words)
        if found:
            yield _Part(number, found, block["t"] in _LISTS)


def _heading(block: PandocNode) -> str:
    """The words of a heading, or of a paragraph that stands for one; nothing for any other block."""
    match block["t"]:
        case "Header":
            return plain(block["c"][2])
        case "Div" if len(block["c"][1]) == 1:
            return _heading(block["c"][1][0])
        case "Para":
            return plain(block["c"])
        case _:
            return ""


def _entries(blocks: Sequence[PandocNode]) -> Iterator[tuple[Sequence[PandocNode], int | None]]:
    """The entries of a list of references, paragraphs and those of lists in it, with the numbers that lists give."""
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
_APART = re.compile(
    r"(?:(?<![\\`])|(?<=\\`))(`+)(?!`).*?(?<!`)\1(?!`)"
    r"|(?<!\\)(\${1,2})(?!\$).+?(?<!\\)\2"
    r"|(?<![!\\])\[(?:\\.|[^\[\]\\])*\]\([^()\s]*\)"
    r"|\]\([^()\s]*\)(?:\{(?:\"(?:\\.|[^\"\\])*\"|[^{}\"])*\})?"
)
"""Code, formulas, links, and addresses and attributes of pictures: nothing in them is a citation."""
_STARS = re.compile(r"(?<!\\)\*+|</?(?:em|strong)>")


@dataclass(frozen=True, slots=True)
class Unsure:
    """A typed citation that stays as it was typed: its words, and the judgement of it."""

    words: str
    judgement: CitationJudgement


class TypedText(NamedTuple):
    """A text with typed citations written where they are sure, the others, and the words that were replaced."""

    text: str
    unsure: tuple[Unsure, ...]
    replaced: tuple[str, ...]


def write_typed(text: str, works: Mapping[str, Csl], listed: ListedWorks, entries: Sequence[str] = ()) -> TypedText:
    """Write the typed citations that are sure; `entries` of a list cite nothing."""
    listings = [folded(entry) for entry in entries]
    named = [named_work(key, csl) for key, csl in works.items()]
    unsure: list[Unsure] = []
    replaced: list[str] = []
    lines, fence = [], ""
    for line in text.split("\n"):
        if fence or line.lstrip().startswith(("```", "$$")):
            marks = re.match(r"\s*(`{3,}|\$\$)", line)
            fence = "" if fence and marks and marks[1] == fence else fence or (marks[1] if marks else "")
            lines.append(line)
            continue
        seen, offsets = _visible(line)
        found = find_typed(seen, named, listed)
        letters = folded(seen) if found and listings else ""
        if any(entry in letters for entry in listings):
            found = ()
        apart = [part.span() for part in _APART.finditer(line)] if found else []
        for one in reversed(found):
            start, end = offsets[one.start], offsets[one.end]
            if any(start < last and first < end for first, last in apart):
                continue
            if not one.written:
                unsure.append(Unsure(one.words, one.judgement))
            elif line[end : end + 1] in ("(", "{") or line[start - 1 : start] == "]":
                continue  # the brackets are those of a link, or of its address
            elif _is_whole(line[start:end]):
                replaced.append(seen[one.start : one.end])
                line = line[:start] + one.written + line[end:]
            else:
                unsure.append(Unsure(one.words, CitationJudgement("near", one.judgement.keys)))
        lines.append(line)
    return TypedText("\n".join(lines), tuple(dict.fromkeys(unsure)), tuple(replaced))


def without_markup(text: str) -> str:
    """A text as it is read, but for its blocks."""
    return _MARKUP.sub("", text)


def _visible(line: str) -> tuple[str, list[int]]:
    """A line as it is read, and for each of its letters, and its end, the offset in the line."""
    letters: list[str] = []
    offsets: list[int] = []
    at = 0
    for mark in _MARKUP.finditer(line):
        letters += line[at : mark.start()]
        offsets += range(at, mark.start())
        at = mark.end()
    letters += line[at:]
    offsets += [*range(at, len(line)), len(line)]
    # with the backslash before an escaped letter
    starts = [offset - 1 if offset and line[offset - 1] == "\\" else offset for offset in offsets]
    return "".join(letters), starts


def _is_whole(words: str) -> bool:
    """Whether no emphasis begins in some words and ends elsewhere."""
    return sum(len(mark[0]) if mark[0][0] == "*" else 1 for mark in _STARS.finditer(words)) % 2 == 0
