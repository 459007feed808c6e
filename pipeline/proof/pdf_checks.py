"""Structure, standards, running lines and folios of a PDF."""

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Container, Iterator
from itertools import accumulate
from typing import Any

import page as validator
from lxml import etree
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count
from pipeline.core.text.fonts import runs_backwards
from pipeline.core.text.typography import typeset
from pipeline.core.text.wrapping import shortened, width
from pipeline.load.pictures.kinds import media_type
from pipeline.load.pictures.photos import has_notes
from pipeline.load.pictures.svg import without_drawing_notes
from pipeline.model.sheets import Identity
from pipeline.proof.book_reader import ReadBook, XhtmlText, near
from pipeline.proof.pdf_reader import (
    HEADINGS,
    NOTES,
    Content,
    ObjectKey,
    ObjectReference,
    PdfReading,
    TaggedElement,
    TagPath,
)
from pipeline.proof.promise import UA_1, ExpectedText, letters

LEAST = 16
"""Letters of a status or a marking that are never cut."""

LEAST_ID = 10
"""Letters of an id that are never cut: the edition behind it is said first."""

ROOM = 17
"""Ems that every page has for its statuses."""

_UNTAGGED = "The file has no {}: nothing in it can be read aloud in order"


def statuses_of(identity: Identity) -> tuple[str, ...]:
    """Statuses and marking, which must be known before reading on."""
    return (*identity.statuses, *((identity.marking,) if identity.marking else ()))


_NUMBERED = re.compile(r"\D*\d+")
"""The words of a copy on itself as far as its number: 'Copy 7'."""


def feet_faults(
    reading: PdfReading, passage: ExpectedText, first: int, path: str, whole: Identity
) -> Iterator[Diagnostic]:
    """Every page says its id, version, statuses, marking and code, and of a numbered copy its number, beside the text.

    What is long may be cut, but for its beginning.
    """
    identity = passage.identity
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    number = _NUMBERED.match(whole.copy)
    code = whole.words.say("code", code=whole.code) if whole.code else ""
    always = (identity.id[:LEAST_ID], version, *every_page_says(whole, identity), whole.marking[:LEAST], code)
    for page in range(first, first + passage.pages):
        numbered = number[0] if number and page > 1 else ""  # the cover says it in its own text
        beside = letters(reading.beside(page)) if page <= len(reading.pages) else ""
        for words in filter(None, (*always, numbered)):
            if not _stands_in(letters(words), beside):
                yield message("proof-foot", Location(path, page), missing=words)


def _stands_in(words: str, page: str) -> bool:
    """Whether words stand among those of a page; letters that run backwards may be drawn in any order."""
    return set(words) <= set(page) if runs_backwards(words) else words in page


def every_page_says(whole: Identity, identity: Identity) -> tuple[str, ...]:
    """The statuses that each page says in the words of the whole: the first, that it is a draft, and what has room.

    Of a long one it is the beginning.
    """
    said = [typeset(_briefly(status, one, whole)) for one in (whole, identity) for status in one.statuses]
    first, *others = dict.fromkeys(said) or [""]
    draft = [status for status in others[:1] if status == whole.words.say("draft")]
    behind = "".join(f" · {status}" for status in draft) + (" ·…" if others[len(draft) :] else "")
    begun = shortened(first, ROOM - width(behind, 1), 1).rstrip("…")
    lines = list(accumulate((first, *others), "{} · {}".format))[1:]
    ends = ("" if line == lines[-1] else " ·…" for line in lines)
    with_room = [it for it, line, end in zip(others, lines, ends, strict=True) if width(line + end, 1) <= ROOM]
    return tuple(dict.fromkeys(words[:LEAST] for words in (begun, *draft, *with_room) if words))


def _briefly(status: str, identity: Identity, whole: Identity) -> str:
    """A status of a text as a page of the whole says it: without the title of what supersedes the text."""
    words = identity.words
    if status.startswith(words.stem("superseded-by")):
        return whole.words.say("superseded")
    keys = ("draft", "due-for-review", "withdrawn", "superseded")
    return next((whole.words.say(key) for key in keys if words.say(key) == status), status)


def no_picture_of_the_book_has_notes(book: ReadBook) -> Iterator[Diagnostic]:
    """Each file that is a picture, with the pictures in it."""
    for held in book.manifest:
        if _is_noted(held.media_type, book.files.get(held.path, b"")):
            yield message("proof-picture-notes", book.place, picture=f"'{held.path}'")


def no_picture_in_the_text_has_notes(text: XhtmlText) -> Iterator[Diagnostic]:
    """Each picture that stands in the page itself."""
    for picture in text.of("img"):
        source = picture.get("src", "")
        head, _, packed = source.partition(";base64,")
        content = text.pictures.get(source, packed)
        if head.startswith("data:image/") and _is_noted(head.removeprefix("data:"), _unpacked(content)):
            yield message("proof-picture-notes", text.place, picture=near(picture))


def picture_notes(pdf: Pdf, path: str) -> Iterator[Diagnostic]:
    """Each photograph of a PDF that is kept as its own file, and metadata of any picture."""
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            photograph = _filters(thing) == ["/DCTDecode"] and has_notes(thing.read_raw_bytes())
            if photograph or "/Metadata" in thing or "/PieceInfo" in thing:
                size = f"{thing.get('/Width')} × {thing.get('/Height')} dots"
                yield message("proof-picture-notes", Location(path), picture=f"one of {size}")


def _unpacked(content: str | memoryview) -> bytes:
    try:
        return b64decode(content)
    except ValueError:
        return b""  # which nobody can show


def _is_noted(media_type: str, content: bytes) -> bool:
    if media_type != "image/svg+xml":
        return media_type.startswith("image/") and has_notes(content)
    try:
        return without_drawing_notes(content, _within) != content
    except (etree.XMLSyntaxError, ValueError):
        return False  # which is told of the drawing itself


def _within(content: bytes) -> tuple[str, bytes]:
    """A picture in a drawing as it is; none where it has notes, so that the drawing is not what it was."""
    return ("" if has_notes(content) else media_type(content), content)


def _filters(image: Any) -> list[str]:
    named = image.get("/Filter", Array([]))
    return [str(name) for name in (named if isinstance(named, Array) else [named])]


_PART = re.compile(r"(pdfaid|pdfuaid):(part|conformance)\s*(?:=\s*[\"']|>)\s*(\w+)")
_PAGE = re.compile(r"\bpage (\d+)\b")


def claims(reading: PdfReading) -> tuple[str, ...]:
    """The standards that a file says it keeps to, read off its XMP: 'PDF/UA-1', 'PDF/A-2a'."""
    stream = reading.pdf.Root.get(Name.Metadata)
    said = stream.read_bytes().decode("utf-8", "replace") if isinstance(stream, Stream) else ""
    found = {(schema, key): value for schema, key, value in _PART.findall(said)}
    accessible, archival = found.get(("pdfuaid", "part")), found.get(("pdfaid", "part"))
    level = found.get(("pdfaid", "conformance"), "").lower()
    return tuple(
        name
        for name, is_said in ((f"PDF/UA-{accessible}", accessible), (f"PDF/A-{archival}{level}", archival))
        if is_said
    )


def standard_faults(pdf: bytes, claimed: tuple[str, ...], path: str) -> Iterator[Diagnostic]:
    """Breaches of the standards: each rule once, at the first page that it names.

    What is claimed and cannot be judged here is left to veraPDF.
    """
    for standard in dict.fromkeys((UA_1, *claimed)):
        short = standard.removeprefix("PDF/").removeprefix("A-").replace("UA-", "ua").lower()
        profile = next((profile for profile in validator.ValidationProfile if profile.value == short), None)
        if profile is None:
            continue
        try:
            report = validator.validate_pdf_bytes(pdf, profile=profile)
        except validator.PageError as broken:
            yield message(
                "proof-validator-broke", Location(path), validator="page-validation", words=_line(str(broken))
            )
            continue
        told: set[str] = set()
        for failure in report.failures:
            if failure.rule_id not in told:
                told.add(failure.rule_id)
                named = _PAGE.search(failure.message)
                place = Location(path, int(named[1]) if named else 1)
                said = {"standard": standard, "words": _line(failure.message), "rule": failure.rule_id}
                yield message("proof-standard", place, **said, validator="page-validation")


def _line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")[:200]


def structure_faults(reading: PdfReading, path: str) -> Iterator[Diagnostic]:
    """Everything that can be said of a file's tags without knowing its text."""
    tags = reading.tags
    if tags is None or not tags.kids:
        yield message("proof-tags", Location(path), fault=_UNTAGGED.format("tags"))
        return
    if not reading.owners:
        yield message("proof-tags", Location(path), fault=_UNTAGGED.format("list of what its pages' marks belong to"))
    else:
        yield from _wrong_owners(reading, tags, path)
    for table in tags.of_kind("Table"):
        if table.of_kind("TD") and not table.of_kind("TH"):
            place = Location(path, first_page(table))
            yield message("proof-tags", place, fault="A table has no header cells, where some are meant")


def glyph_faults(reading: PdfReading, path: str, own: Container[int] = ()) -> Iterator[Diagnostic]:
    """Characters that print as an empty box or are silent aloud: told once a page. `own` are pages of ours."""
    for number, runs in enumerate(reading.pages, 1):
        faulty = [run for run in runs if run.missing or (run.unsaid and number in own)]
        if faulty:
            missing = sum(run.missing or run.unsaid for run in faulty)
            said = "1 character stands for" if missing == 1 else f"{missing} characters stand for"
            yield message("proof-glyph", Location(path, number), count=said, before=faulty[0].text.strip()[:40])


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
            yield message("proof-tags", Location(path, number), fault=fault)


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


def first_page(tag: TaggedElement) -> int:
    """The page on which an element begins, from 1."""
    return next((content.page for _, content in tag.leaves() if content.page), 1)


def is_kept_at_end(way: TagPath, note: TaggedElement) -> bool:
    """Whether a note, too long for the foot of a page, stands under a heading of its own kind at the text's end."""
    around = way[way.index(note) - 1]
    kinds = [kid.kind for kid in around.kids if isinstance(kid, TaggedElement)]
    return kinds[:1] != [] and kinds[0] in HEADINGS and all(kind in NOTES for kind in kinds[1:])
