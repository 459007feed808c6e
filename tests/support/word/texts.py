"""Small texts sent for comment and come back, without a library around them."""

from collections.abc import Mapping, Sequence

from pipeline.services.comments.blocks import read_text_blocks
from pipeline.services.comments.returned_document import ReturnedDocument, read_returned_document
from pipeline.services.comments.units import identify_source
from pipeline.services.comments.word_document import CommentDocument, FixedParagraph, write_comment_document
from pipeline.services.importing.docx_package import Element
from tests.support.word.reviewing import ReviewedFile

Parts = Sequence[tuple[str, str, str]]
"""Words of a paragraph, with `ins` or `del` and by whom."""
PATH = "source/briefings/walks.md"
ABOVE = (FixedParagraph("Walks", "Title"), FixedParagraph("How to walk.", "Subtitle"))
HEAD = "---\ntitle: Walks\nsummary: How to walk.\n---\n\n"


def sent(text: str, names: Mapping[str, str] | None = None) -> ReviewedFile:
    """The document that was sent of a text; `names` are those of its figures and tables."""
    read = read_text_blocks(PATH, (HEAD + text).encode())
    assert read is not None
    origin = identify_source("walks", (HEAD + text).encode())
    made = CommentDocument(origin, "Walks", "en-GB", ABOVE, read.blocks, names=dict(names or {}))
    return ReviewedFile(write_comment_document(made))


def rewrite(document: ReviewedFile, run: Element, parts: Parts) -> None:
    """Put words in the place of a run, some of them tracked."""
    for words, kind, who in parts:
        piece = document.piece(run, words, kind)
        run.addprevious(document.tracked(kind, who, piece) if kind else piece)
    run.getparent().remove(run)


def back(text: str, document: ReviewedFile, now: str = "") -> ReturnedDocument:
    """The same document come back, when the source says `now`."""
    was = (HEAD + text).encode()
    files = {PATH: (HEAD + (now or text)).encode(), identify_source("walks", was).copy: was}
    return read_returned_document("walks.docx", document.written(), files)


def accepted(returned: ReturnedDocument, *numbers: int) -> str:
    """The text with proposals accepted, or with all of them."""
    made, _ = returned.accepted(numbers or {one.number for one in returned.proposals})
    return made.decode().removeprefix(HEAD)
