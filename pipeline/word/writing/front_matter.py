"""The front matter of a text that was taken in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from pipeline.word.document.comments import Comment
from pipeline.word.document.lost import shortened
from pipeline.word.writing.blocks import PracticeBox

_LONGEST = 160
"""Letters of a summary."""


@dataclass(frozen=True, slots=True)
class Front:
    """Facts that a document states of itself: its title, a line below that, and who wrote it."""

    title: str
    summary: str = ""
    authors: tuple[str, ...] = ()
    practice: tuple[PracticeBox, ...] = ()
    comments: tuple[Comment, ...] = field(default=())


def front_matter(front: Front) -> str:
    """The front matter as YAML, with the lines around it."""
    said: dict[str, Any] = {"schema": "briefing/1", "title": front.title}
    if front.summary and len(front.summary) <= _LONGEST:
        said["summary"] = front.summary
    if front.authors:
        said["authors"] = list(front.authors)
    said["status"] = "draft"
    if front.practice:
        said["practice"] = [_practice(box) for box in front.practice]
    if front.comments:
        said["editorial_notes"] = [_note(comment) for comment in front.comments]
    written = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110)
    return f"---\n{written}---\n"


def _practice(box: PracticeBox) -> dict[str, str]:
    """The record of a box; whose example it is the document does not say, and `check` asks for it."""
    return {"id": box.id, "name": shortened(box.name, 80) or box.id}


def _note(comment: Comment) -> dict[str, str]:
    """A comment as a note between editors: whoever wrote it and when stand before its words."""
    who = ", ".join(filter(None, (comment.author, comment.day)))
    note = {"kind": "comment", "at": comment.on, "text": f"{who}: {comment.words}" if who else comment.words}
    return {name: words for name, words in note.items() if words}


_BETWEEN = re.compile(r"[,;&]|\band\b")
_AFFILIATION = re.compile(r"(?<![\d*†‡§¶⁰-⁹¹²³])[\d*†‡§¶⁰-⁹¹²³]+\Z")


def people(lines: Sequence[str]) -> tuple[str, ...]:
    """Names out of lines such as 'Ann Hart1, Max Bell2 and Kay Hughes', without the marks behind them."""
    names = (_AFFILIATION.sub("", part.strip()).strip() for line in lines for part in _BETWEEN.split(line))
    return tuple(dict.fromkeys(" ".join(name.split()) for name in names if any(map(str.isalpha, name))))


def marks_of_people(lines: Sequence[str]) -> tuple[str, ...]:
    """The marks behind names, such as those of their houses, each once."""
    parts = (part.strip() for line in lines for part in _BETWEEN.split(line))
    return tuple(dict.fromkeys(mark[0] for part in parts if (mark := _AFFILIATION.search(part))))
