"""Our own checks of the tags of any PDF: what validators pass and a reader who listens would not."""

from collections import Counter
from collections.abc import Container, Iterator

from pikepdf import Array, Dictionary

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.tables import count
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.pdf.tags import HEADINGS, NOTES, Content, ObjectKey, ObjectReference, TaggedElement, TagPath

_UNTAGGED = "The file has no {}: nothing in it can be read aloud in order"


def structure_faults(reading: PdfReading, path: str) -> Iterator[Diagnostic]:
    """Everything that can be said of a file's tags without knowing its text."""
    tags = reading.tags
    if tags is None or not tags.kids:
        yield message("proof-tags", Place(path), fault=_UNTAGGED.format("tags"))
        return
    if not reading.owners:
        yield message("proof-tags", Place(path), fault=_UNTAGGED.format("list of what its pages' marks belong to"))
    else:
        yield from _wrong_owners(reading, tags, path)
    yield from _tables(tags, path)


def glyph_faults(reading: PdfReading, path: str, own: Container[int] = ()) -> Iterator[Diagnostic]:
    """Characters that print as an empty box or are silent aloud: told once a page. `own` are pages of ours."""
    for number, runs in enumerate(reading.pages, 1):
        faulty = [run for run in runs if run.missing or (run.unsaid and number in own)]
        if faulty:
            missing = sum(run.missing or run.unsaid for run in faulty)
            said = "1 character stands for" if missing == 1 else f"{missing} characters stand for"
            yield message("proof-glyph", Place(path, number), count=said, before=faulty[0].text.strip()[:40])


def _wrong_owners(reading: PdfReading, tags: TaggedElement, path: str) -> Iterator[Diagnostic]:
    """Each mark and each field of a page must be listed by the element that the parent tree names, and by no other."""
    wrong: Counter[int] = Counter()
    claimed, held, wrong_twice = _claims(tags)
    wrong.update(wrong_twice)
    named: dict[Content, ObjectKey] = {}
    for number, page in enumerate(reading.pdf.pages, 1):
        listed = reading.owners.get(int(page.obj.get("/StructParents", -1)))
        for mark, owner in enumerate(listed if isinstance(listed, Array) else ()):
            if isinstance(owner, Dictionary):
                named[Content(number, mark)] = owner.objgen
    for content in claimed.keys() | named.keys():
        if claimed.get(content) != named.get(content):
            wrong[content.page or 1] += 1
    for number, annotation in reading.annotations():
        named_by = reading.owners.get(int(annotation.get("/StructParent", -1)))
        key = named_by.objgen if isinstance(named_by, Dictionary) else None
        wrong[number] += held.get(annotation.objgen) != key
    for number, many in sorted(wrong.items()):
        if many:
            fault = f"On this page {count(many, 'thing')} belong to another tag than the tags say themselves"
            yield message("proof-tags", Place(path, number), fault=fault)


def _claims(tags: TaggedElement) -> tuple[dict[Content, ObjectKey], dict[ObjectKey, ObjectKey], list[int]]:
    """The element that lists each mark and each object; the pages of marks that are listed twice."""
    claimed: dict[Content, ObjectKey] = {}
    held: dict[ObjectKey, ObjectKey] = {}
    twice: list[int] = []
    for tag in tags.all:
        for kid in tag.kids:
            if isinstance(kid, Content):
                if kid in claimed:
                    twice.append(kid.page or 1)
                claimed[kid] = tag.key
            elif isinstance(kid, ObjectReference):
                held[kid.key] = tag.key
    return claimed, held, twice


def _tables(tags: TaggedElement, path: str) -> Iterator[Diagnostic]:
    for table in tags.of_kind("Table"):
        if table.of_kind("TD") and not table.of_kind("TH"):
            place = Place(path, first_page(table))
            yield message("proof-tags", place, fault="A table has no header cells, where some are meant")


def first_page(tag: TaggedElement) -> int:
    """The page on which an element begins, from 1."""
    return next((content.page for _, content in tag.leaves() if content.page), 1)


def is_kept_at_end(way: TagPath, note: TaggedElement) -> bool:
    """Whether a note, too long for the foot of a page, stands under a heading of its own kind at the text's end."""
    around = way[way.index(note) - 1]
    kinds = [kid.kind for kid in around.kids if isinstance(kid, TaggedElement)]
    return kinds[:1] != [] and kinds[0] in HEADINGS and all(kind in NOTES for kind in kinds[1:])
