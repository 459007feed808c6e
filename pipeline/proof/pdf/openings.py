"""The first letters of each page of a PDF, in the order of its tags: what a mark of that page must stand before."""

from pipeline.proof.parity.letters import letters
from pipeline.proof.pdf.agreement import left_out
from pipeline.proof.pdf.reading import PdfReading, reading
from pipeline.proof.pdf.structure import is_kept_at_end
from pipeline.proof.pdf.tags import NOTES, Content, TaggedElement, TagPath

ENOUGH = 30
"""So many letters tell a place from any other."""

PICTURES = ("Figure", "Formula")


def page_openings(pdf: bytes) -> tuple[str, ...]:
    """The opening of each page; nothing where a page holds only notes, or pictures of which nothing is said.

    Running lines, repeated heads and notes do not count. Where what follows on the page does not follow in the text,
    as beside a cell that began on the page before, or before a note that alone was too long for the foot of its page,
    the opening ends.
    """
    with reading(pdf) as file:
        if file is None:
            return ()
        openings = [""] * len(file.pages)
        if file.tags is not None:
            _read(file, file.tags, openings)
    return tuple(openings)


def _read(file: PdfReading, tags: TaggedElement, openings: list[str]) -> None:
    current, ended = 0, {0}
    last: TaggedElement | None = None
    pictured: set[int] = set()
    for way, content in tags.leaves():
        said = _said(file, way, content, pictured)
        if not said or not content.page:
            continue
        note = next((tag for tag in way if tag.kind in NOTES), None)
        if content.page != current or (note is not last and openings[current - 1]):
            ended.add(current)
        current, last = content.page, note
        if current not in ended and len(openings[current - 1]) < ENOUGH:
            openings[current - 1] += said


def _said(file: PdfReading, way: TagPath, content: Content, pictured: set[int]) -> str:
    """The letters of a piece of the text, once for a picture; nothing for what is no part of it.

    Notes at their calls are none; those that were too long for the foot of a page stand where the text has them.
    """
    for depth, tag in enumerate(way, 1):
        if tag.kind == "THead" and depth > 1 and content.page > _first_row(way[depth - 2]):
            return ""
        if tag.kind in PICTURES:
            if id(tag) in pictured:
                return ""
            pictured.add(id(tag))
            return letters(tag.alt)
        if left_out(way[:depth]) and not (tag.kind in NOTES and is_kept_at_end(way, tag)):
            return ""
    return letters(file.words.text(content))


def _first_row(table: TaggedElement) -> int:
    """The page on which the rows of a table begin: a head that first stands on a later page is a repeated one."""
    rows = (kid for kid in table.kids if isinstance(kid, TaggedElement) and kid.kind != "Caption")
    return min((content.page for kid in rows for _, content in kid.leaves() if content.page), default=0)
