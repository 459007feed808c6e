"""Comments with what they answer, and whether they are done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.word.document.comments import Comment, read_comments
from pipeline.word.document.names import PARAGRAPH, parse
from pipeline.word.document.package import Package

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass(frozen=True, slots=True)
class ThreadedComment:
    """A comment by its id, the id of the one that it answers and its author, and whether it is done."""

    id: str
    comment: Comment
    answers: str = ""
    answered: str = ""
    done: bool = False


def read_threads(package: Package) -> Iterator[ThreadedComment]:
    """The comments of a document, in their order."""
    content = package.part("comments.xml")
    if not content:
        return
    root, text = parse(content), parse(package.parts[package.main])
    elements = [one for one in root if isinstance(one.tag, str) and one.tag.endswith("}comment")]
    ids = [str(next((v for k, v in one.attrib.items() if str(k).endswith("}id")), "")) for one in elements]
    marks = [[str(p.get(f"{_W14}paraId", "")) for p in one.iter(PARAGRAPH)][-1:] for one in elements]
    comments = list(read_comments(root, text))
    by_mark = {mark[0]: number for number, mark in enumerate(marks) if mark and mark[0]}
    extended = package.part("commentsExtended.xml")
    said = {str(one.get(f"{_W15}paraId")): one for one in parse(extended)} if extended else {}
    for number, comment in enumerate(comments):
        more = said.get(marks[number][0]) if marks[number] else None
        above = by_mark.get(str(more.get(f"{_W15}paraIdParent", ""))) if more is not None else None
        done = more is not None and str(more.get(f"{_W15}done", "0")) in ("1", "true")
        parent = ("", "") if above is None else (ids[above], comments[above].author)
        yield ThreadedComment(ids[number], comment, *parent, done)
