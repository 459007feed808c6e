"""A briefing's text read into units: the same for the document that is sent and for the one that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.core.diagnostics import Place
from pipeline.load.briefing import parse_briefing
from pipeline.load.markdown.maths import Declared
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import Body, plain_text
from pipeline.model.source.briefing import Briefing
from pipeline.word.commenting.blocks import SentBlock, blocks_of
from pipeline.word.commenting.labels import labels
from pipeline.word.commenting.source import SourceText, source_text
from pipeline.word.commenting.units import LockLabel


@dataclass(frozen=True, slots=True)
class TextInUnits:
    """A text by its path: its source and its blocks."""

    path: str
    source: SourceText
    blocks: tuple[SentBlock, ...]
    above: tuple[tuple[str, str], ...] = ()
    """Parts of the front matter that are read before the text, by their names: `title`, `summary` and so on."""
    keys: Mapping[str, Place] = field(default_factory=dict, repr=False)
    """Places of their keys, by the same names."""


def plain_labels(body: Body) -> LockLabel:
    """Labels that rest on the source alone, for whoever only compares."""
    return labels(body, Bibliography(), "{} {}".format)


def in_units(
    path: str, content: bytes, macros: Declared = (), labelled: Callable[[Body], LockLabel] = plain_labels
) -> TextInUnits | None:
    """The blocks of a text; nothing where the file cannot be read."""
    parsed = parse_briefing(path, content, macros)
    body = parsed.briefing.body if parsed.briefing else parsed.loose
    if body is None:
        return None
    source = source_text(content)
    blocks = blocks_of(body, source, labelled(body))
    if not parsed.briefing:
        return TextInUnits(path, source, blocks)
    above, marks = tuple(above_of(parsed.briefing)), parsed.briefing.marks
    return TextInUnits(path, source, blocks, above, {key: marks.key_at(key.replace("-", "_")) for key, _ in above})


def _plain_words(body: Body) -> str:
    return " ".join(plain_text(body.blocks).split())


def above_of(briefing: Briefing, words: Callable[[Body], str] = _plain_words) -> Iterator[tuple[str, str]]:
    """The parts of the front matter that a reader meets before the text, in their order, each with its words."""
    yield "title", briefing.fields.title
    yield "summary", briefing.fields.summary
    for key, body in (("key-finding", briefing.texts.key_finding), ("recommendation", briefing.texts.recommendation)):
        if body:
            yield key, words(body)


def words_of_body(body: Body, label: LockLabel) -> str:
    """The words of a body on one line, with those that stand for what would be locked."""
    return " ".join(" ".join(block.seen for block in blocks_of(body, source_text(b""), label)).split())
