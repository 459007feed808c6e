"""Our own checks of the tags of any PDF: what validators pass and a reader who listens would not."""

from collections import Counter
from collections.abc import Container, Iterator

from pikepdf import Array, Dictionary

from pipeline.codes import proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.tables import count
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.pdf.tags import HEADINGS, NOTES, Content, ObjectKey, ObjectReference, TaggedElement, TagPath


def structure_faults(reading: PdfReading, path: str) -> Iterator[Diagnostic]:
    """Everything that can be said of a file's tags without knowing its text."""
    tags = reading.tags
    if tags is None or not tags.kids:
        yield proofs.UNTAGGED.at(Place(path), part="tags")
        return
    if not reading.owners:
        yield proofs.UNTAGGED.at(Place(path), part="list of what its pages' marks belong to")
    else:
        yield from _wrong_owners(reading, tags, path)
    yield from _tables(tags, path)
    yield from _stranded_headings(reading, tags, path)


def glyph_faults(reading: PdfReading, path: str, own: Container[int] = ()) -> Iterator[Diagnostic]:
    """Characters that print as an empty box or are silent aloud: told once a page. `own` are pages of ours."""
    for number, runs in enumerate(reading.pages, 1):
        faulty = [run for run in runs if run.missing or (run.unsaid and number in own)]
        if faulty:
            missing = sum(run.missing or run.unsaid for run in faulty)
            said = "1 character stands for" if missing == 1 else f"{missing} characters stand for"
            yield proofs.GLYPH.at(Place(path, number), count=said, before=faulty[0].text.strip()[:40])


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
            yield proofs.MAPPING.at(Place(path, number), count=count(many, "thing"))


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
            yield proofs.HEADER_CELLS.at(place, found="no header cells", expected="some")


def first_page(tag: TaggedElement) -> int:
    """The page on which an element begins, from 1."""
    return next((content.page for _, content in tag.leaves() if content.page), 1)


def is_kept_at_end(way: TagPath, note: TaggedElement) -> bool:
    """Whether a note, too long for the foot of a page, stands under a heading of its own kind at the text's end."""
    around = way[way.index(note) - 1]
    kinds = [kid.kind for kid in around.kids if isinstance(kid, TaggedElement)]
    return kinds[:1] != [] and kinds[0] in HEADINGS and all(kind in NOTES for kind in kinds[1:])


def _heads_a_table(tag: TaggedElement, way: TagPath) -> bool:
    """Whether this is the caption of a table that stands in no other."""
    return tag.kind == "Caption" and sum(above.kind == "Table" for above in way) == 1


def _goes_on(tag: TaggedElement, page: int) -> bool:
    """Whether an element is continued on a later page: then it is not the last thing before what it stands over."""
    return any(content.page > page for _, content in tag.leaves())


def _stranded_headings(reading: PdfReading, tags: TaggedElement, path: str) -> Iterator[Diagnostic]:
    """A heading, or a table's caption, last on its page in reading order. A page of titles alone is a divider."""
    last: dict[int, TaggedElement | None] = {}
    more: set[int] = set()
    for way, content in tags.leaves():
        if any(tag.kind in NOTES and not is_kept_at_end(way, tag) for tag in way) or not (
            content.page and (reading.words.shown(content) or any(tag.kind == "Formula" for tag in way))
        ):
            continue
        head = next((tag for tag in way if tag.kind in HEADINGS or _heads_a_table(tag, way)), None)
        last[content.page] = head
        if head is None or head.kind not in ("H1", "Title"):
            more.add(content.page)
    for number, heading in sorted(last.items()):
        if heading is not None and number in more and not _goes_on(heading, number):
            words = " ".join(reading.words.of(heading).split())
            yield proofs.HEADING_STRANDED.at(Place(path, number), heading=words[:80])
