"""Lines that were meant as a heading, a table or the end of a block, and are not."""

import re
from collections.abc import Callable, Iterator, Sequence

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.tables import cut_short

_GRID = re.compile(r"\+(?:[-=:]+\+)+")
_HEADING = re.compile(r"(?P<mark>#{2,6})(?P<words>[^\s#].{0,30})|(?P<many>#{7,})(?:\s|$)")
_DASHES = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_LISTED = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)]|[a-zA-Z][.)])[ \t]+[*_\[\"“(]{0,3}[^\W_]")
_LISTED_WORDS = re.compile(r"[ \t]*(?:(?P<bullet>[-*+])|\d{1,9}[.)])[ \t]+[^\W\d_]+,? [^\W_]")
"""An entry of a list that begins with two words, as few lines of a program do."""
_KEPT = "or a backslash before them to keep them as they are."


def line_marks(content: str, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """Remarks on a paragraph's lines: '##Words', a line of dashes under no head of a table.

    `place` is where a character of the paragraph stands.
    """
    at = 0
    lines = content.split("\n")
    for number, line in enumerate(lines):
        words = line.strip()
        start = at + len(line) - len(line.lstrip())
        at += len(line) + 1
        if words[:2] == "##" and (found := _HEADING.match(words)):
            hint = (
                f"For a heading, put a space after {found['mark']}, {_KEPT}" if found["mark"] else "Use 2 to 6 marks."
            )
            yield message("markup-unknown", place(start), hint, text=found[0])
        elif not number and _GRID.fullmatch(words):
            yield message("table-typed", place(start))
        elif "|" in words and "--" in words and _DASHES.fullmatch(words):
            yield message(
                "table-broken", place(start), reason=_why_no_table(lines[number - 1] if number else "", words)
            )


def _why_no_table(head: str, dashes: str) -> str:
    if "|" not in head:
        return "no head with '|' stands directly above it"
    return f"it has {_cells(dashes)}, and the line above it {_cells(head)}"


def _cells(line: str) -> str:
    number = line.strip().strip("|").count("|") + 1
    return "1 cell" if number == 1 else f"{number} cells"


def fence_remarks(token: Token, rest: str, lines: Sequence[str], place: Place) -> Iterator[Diagnostic]:
    """Remarks on a block of code: that it never ends, and that words behind the language are not printed."""
    if token.type != "fence" or token.map is None:
        return
    first, end = token.map
    last = lines[min(end, len(lines)) - 1].lstrip("> \t").rstrip()
    if end - 1 <= first or not last.startswith(token.markup) or last.strip(token.markup[0]):
        yield message("code-open", place, mark=token.markup)
    if rest:
        hint = "Write these words above the block, or delete them."
        reason = "behind the three marks stands the language of the code alone"
        yield message("words-left-out", place, hint, words=cut_short(rest), reason=reason)


def is_list_as_code(token: Token, before: str) -> bool:
    """Whether a block of indented lines was meant as a list; `before` is the kind of token before it.

    It begins like an entry directly behind a list, or all its lines are entries alike.
    """
    if token.type != "code_block":
        return False
    lines = [line for line in token.content.split("\n") if line.strip()]
    if _LISTED.match(lines[0]) and before in ("bullet_list_close", "ordered_list_close"):
        return True
    entries = [_LISTED_WORDS.match(line) for line in lines]
    return len(lines) > 1 and len({entry and entry["bullet"] for entry in entries}) == 1 and all(entries)


def open_comment(token: Token, place: Place) -> Iterator[Diagnostic]:
    """A remark on a comment that has no end: how much it takes with it."""
    if "-->" not in token.content:
        below = sum(bool(line.strip()) for line in token.content.split("\n")[1:])
        yield message("comment-open", place, lines="1 line" if below == 1 else f"{below} lines")
