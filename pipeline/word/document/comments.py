"""Comments in the margin of a document: who said what, when, and on which words."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import visible
from pipeline.word.document.names import PARAGRAPH, TEXT, Element, W
from pipeline.word.document.paragraphs import calls_of


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: the number of its paragraph, its author and day, its words, and those that it is on."""

    number: int
    author: str
    day: str
    words: str
    on: str = ""


_MOST_WORDS = 12
"""So many of the words that a comment is on are told."""


def read_comments(root: Element, text: Element) -> Iterator[Comment]:
    """The comments of a part, in their order; `text` is the document that they are on."""
    numbers = calls_of(text, "commentReference") | calls_of(text, "commentRangeStart")
    on = _commented(text)
    for comment in root.iter(f"{W}comment"):
        name = str(comment.get(f"{W}id"))
        paragraphs = (_words(paragraph.iter(TEXT)) for paragraph in comment.iter(PARAGRAPH))
        words = " ".join(filter(None, paragraphs))
        author = visible(" ".join(str(comment.get(f"{W}author", "")).split()))
        day = visible(str(comment.get(f"{W}date", ""))[:10])
        yield Comment(numbers.get(name, 1), author, day, words, " ".join(on.get(name, "").split()[:_MOST_WORDS]))


def _words(texts: Iterator[Element]) -> str:
    return " ".join("".join(text.text or "" for text in texts).split())


def _commented(root: Element) -> dict[str, str]:
    """The words that each comment is on, by its id."""
    found: dict[str, str] = {}
    within: set[str] = set()
    for node in root.iter():
        if node.tag == f"{W}commentRangeStart":
            within.add(str(node.get(f"{W}id")))
        elif node.tag == f"{W}commentRangeEnd":
            within.discard(str(node.get(f"{W}id")))
        elif node.tag == PARAGRAPH:
            found |= {name: found[name] + " " for name in within if name in found}
        elif node.tag == TEXT:
            found |= {name: found.get(name, "") + (node.text or "") for name in within}
    return found
