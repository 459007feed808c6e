"""Marks of notes, wikis and site builders among the words, printed as typed: reported once a text and program."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from pipeline.core.diagnostics import Place
from pipeline.load.dialects.foreign_systems import SYSTEMS
from pipeline.load.dialects.told_once import Tally
from pipeline.load.html.tags import short
from pipeline.model.body import Code, Inline, Link, Text


class _Program(NamedTuple):
    what: str
    hint: str
    pattern: str


_PROGRAMS = {
    "wiki": _Program(
        "a link of Obsidian or a wiki",
        "Write [words](briefing:ID) for a text, and ![Caption](file.svg) with its alt for a picture.",
        r"(?<!\w)!?\[\[(?!\d+\])[^\[\]\n]{1,200}\]\]",
    ),
    "private": _Program(
        "a comment of Obsidian",
        "Delete it, or write it as <!-- a remark -->, which is not printed.",
        r"%%(?=\S)(?:(?!%%).){1,400}%%|^%%$",
    ),
    "short_name": _Program(
        "a short name for a sign",
        "Type the sign itself.",
        r"(?<![\w:]):[a-z][a-z0-9_+-]{1,40}:(?![\w:])",
    ),
    "myst": _Program(
        "a break of MyST",
        "Delete it.",
        r"^\+{3}(?: \{.{0,200}\})?$",
    ),
    "critic": _Program(
        "a change in CriticMarkup",
        "Accept it or reject it.",
        r"\{(?:\+\+|--|>>)(?:(?![+<-]{2}\}).){1,400}(?:\+\+|--|<<)\}",
    ),
}
_COMMENT = re.compile(r"%(?=[ \t]|$)(?!.*%$)")
_SHARE = re.compile(r"%[ \t]+of\b")
_COMMENT_HINT = (
    "Delete the line, or write it as <!-- a remark -->, which is not printed. If readers need it, begin it with \\%."
)
_APART = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, in which a line begins with any mark."""
_ANY = re.compile("|".join(f"(?P<{name}>{program.pattern})" for name, program in _PROGRAMS.items()))


def foreign_words(nodes: Sequence[Inline], tally: Tally, begins: bool = True) -> None:
    """Take note of such marks in words, but not in those of a link; `begins` tells whether a line begins with them."""
    for node, behind in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Text):
            _in_text(node, begins, isinstance(behind, Code), tally)
        elif not isinstance(node, Link):
            foreign_words(getattr(node, "children", ()), tally, False)
        begins = isinstance(node, Text) and node.text.endswith("\n")


def _in_text(node: Text, begins: bool, before_code: bool, tally: Tally) -> None:
    words = node.text.removesuffix("\n")
    for found in _ANY.finditer(words if begins else f"\0{words}"):
        at = found.start() - (not begins)
        name = str(found.lastgroup)
        is_role = name == "short_name" and before_code and at + len(found[0]) == len(words)
        what, hint = SYSTEMS["role"][:2] if is_role else _PROGRAMS[name][:2]
        place = replace(node.place, column=node.place.column + at)
        said = {"text": short(found[0].strip()), "what": what, "fate": "printed as you typed it"}
        tally.count("foreign-markup", "role" if is_role else name, place, hint, **said)


def comment_lines(content: str, place: Callable[[int], Place], tally: Tally) -> None:
    """Take note of lines of a paragraph that begin with '% ', where a line of the file begins with it too.

    Within an entry or a quotation it is a share, as it is below a number or before 'of' where a sentence goes on.
    `place` is where a character of the paragraph stands.
    """
    if "%" not in content:
        return
    at, before = 0, ""
    plain = _APART.sub(lambda found: re.sub(r".", "\0", found[0]), content)
    for typed, line in zip(content.split("\n"), plain.split("\n"), strict=True):
        goes_on = before[-1:].isdigit() or (before and _SHARE.match(line))
        if _COMMENT.match(line) and not goes_on and place(at).column == 1:
            what = "a comment of MyST or LaTeX"
            said = {"text": short(typed.strip()), "what": what, "fate": "printed as you typed it"}
            tally.count("foreign-markup", "comment", place(at), _COMMENT_HINT, **said)
        at, before = at + len(line) + 1, line.rstrip()
