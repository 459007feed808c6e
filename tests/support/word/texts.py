"""Small texts sent for comment and come back, without a library around them."""

from collections.abc import Mapping, Sequence

from pipeline.services.comments.blocks import in_units
from pipeline.services.comments.document import FixedParagraph, SentDocument, written
from pipeline.services.comments.returned import Returned, take_back
from pipeline.services.comments.units import sent_of
from pipeline.services.importing.package import Element
from tests.support.word.reviewing import ReviewedFile

Parts = Sequence[tuple[str, str, str]]
"""Words of a paragraph, with `ins` or `del` and by whom."""
PATH = "source/briefings/walks.md"
ABOVE = (FixedParagraph("Walks", "Title"), FixedParagraph("How to walk.", "Subtitle"))
HEAD = "---\ntitle: Walks\nsummary: How to walk.\n---\n\n"


def sent(text: str, names: Mapping[str, str] | None = None) -> ReviewedFile:
    """The document that was sent of a text; `names` are those of its figures and tables."""
    read = in_units(PATH, (HEAD + text).encode())
    assert read is not None
    origin = sent_of("walks", (HEAD + text).encode())
    made = SentDocument(origin, "Walks", "en-GB", ABOVE, read.blocks, names=dict(names or {}))
    return ReviewedFile(written(made))


def rewrite(document: ReviewedFile, run: Element, parts: Parts) -> None:
    """Put words in the place of a run, some of them tracked."""
    for words, kind, who in parts:
        piece = document.piece(run, words, kind)
        run.addprevious(document.tracked(kind, who, piece) if kind else piece)
    run.getparent().remove(run)


def back(text: str, document: ReviewedFile, now: str = "") -> Returned:
    """The same document come back, when the source says `now`."""
    was = (HEAD + text).encode()
    files = {PATH: (HEAD + (now or text)).encode(), sent_of("walks", was).copy: was}
    return take_back("walks.docx", document.written(), files)


def accepted(returned: Returned, *numbers: int) -> str:
    """The text with proposals accepted, or with all of them."""
    made, _ = returned.accepted(numbers or {one.number for one in returned.proposals})
    return made.decode().removeprefix(HEAD)
