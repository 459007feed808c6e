"""Typed citations in the lines of a text in the dialect."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.word.citations.judged import CitationJudgement, ListedWorks
from pipeline.word.citations.names import named_work
from pipeline.word.citations.typed import find_typed
from pipeline.word.citations.works import Csl, folded

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
            elif _is_link(line, start, end):
                continue
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
