"""Typed citations in the lines of a text in the dialect, and the list of references that was typed at its end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.word.citations.judged import CitationJudgement, ListedWorks
from pipeline.word.citations.names import named_work
from pipeline.word.citations.typed import find_typed
from pipeline.word.citations.typed_list import MatchedList, heads_list, match_list
from pipeline.word.citations.works import Csl, folded
from pipeline.word.writing.inlines import PandocNode, plain

_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\*+|</?(?:em|strong|del|sup|sub)>")
_STARS = re.compile(r"(?<!\\)\*+|</?(?:em|strong)>")


@dataclass(frozen=True, slots=True)
class Unsure:
    """A typed citation that stays as it was typed: its words, and the judgement of it."""

    words: str
    judgement: CitationJudgement


def write_typed(
    text: str, works: Mapping[str, Csl], listed: ListedWorks, entries: Sequence[str] = ()
) -> tuple[str, tuple[Unsure, ...]]:
    """The text with citations that are sure written, and those that are not; `entries` of a list cite nothing."""
    listings = [folded(entry) for entry in entries]
    named = [named_work(key, csl) for key, csl in works.items()]
    unsure: list[Unsure] = []
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
        for one in reversed(found):
            start, end = offsets[one.start], offsets[one.end]
            if not one.written:
                unsure.append(Unsure(one.words, one.judgement))
            elif _is_link(line, start, end):
                continue
            elif _is_whole(line[start:end]):
                line = line[:start] + one.written + line[end:]
            else:
                unsure.append(Unsure(one.words, CitationJudgement("near", one.judgement.keys)))
        lines.append(line)
    return "\n".join(lines), tuple(dict.fromkeys(unsure))


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
    starts = [_before_escape(line, offset) for offset in offsets]
    return "".join(letters), starts


def _before_escape(line: str, offset: int) -> int:
    """The offset of a letter with the backslash before it."""
    return offset - 1 if line[offset - 1 : offset] == "\\" and offset else offset


def _is_link(line: str, start: int, end: int) -> bool:
    """Whether brackets are those of a link, or of its address."""
    return line[end : end + 1] in ("(", "{") or line[start - 1 : start] == "]"


def _is_whole(words: str) -> bool:
    """Whether no emphasis begins in some words and ends elsewhere."""
    return sum(len(mark[0]) if mark[0][0] == "*" else 1 for mark in _STARS.finditer(words)) % 2 == 0


@dataclass(frozen=True, slots=True)
class TypedEnd:
    """A text without the list of references at its end, where every entry of that is known."""

    blocks: tuple[PandocNode, ...]
    matched: MatchedList
    dropped: tuple[str, ...] = ()
    """Words that were left out, for what is made anew."""
    entries: tuple[str, ...] = ()
    """Entries of a list that stays, as one of them is in no file."""


def take_typed_list(blocks: Sequence[PandocNode], works: Mapping[str, Csl]) -> TypedEnd:
    """The text and what its typed list of references says; the list goes where every entry is known."""
    found = [number for number, block in enumerate(blocks) if heads_list(_heading(block))]
    if not found:
        return TypedEnd(tuple(blocks), MatchedList())
    start = found[-1]
    end = next((n for n in range(start + 1, len(blocks)) if blocks[n]["t"] == "Header"), len(blocks))
    entries = [plain(entry) for entry in _entries(blocks[start + 1 : end])]
    entries = [entry for entry in entries if entry]
    numbered = any(block["t"] == "OrderedList" for block in blocks[start + 1 : end])
    matched = match_list(entries, works, numbered)
    if matched.unknown or not entries:
        return TypedEnd(tuple(blocks), matched, entries=tuple(entries))
    kept = (*blocks[:start], *blocks[end:])
    return TypedEnd(kept, matched, (_heading(blocks[start]), *entries))


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


def _entries(blocks: Sequence[PandocNode]) -> Iterator[Sequence[PandocNode]]:
    """The entries of a list of references: its paragraphs, and the entries of lists in it."""
    for block in blocks:
        content = block.get("c")
        match block["t"]:
            case "Para" | "Plain":
                yield content
            case "BulletList":
                for item in content:
                    yield [node for inner in _entries(item) for node in (*inner, {"t": "Space"})]
            case "OrderedList":
                for item in content[1]:
                    yield [node for inner in _entries(item) for node in (*inner, {"t": "Space"})]
            case "Div" | "BlockQuote":
                yield from _entries(content[1] if block["t"] == "Div" else content)
