"""Checks of a PDF: structure, standards, running lines, glyphs, notes in pictures."""

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
from pipeline.core.sentences import count_noun
from pipeline.core.text.fonts import runs_right_to_left
from pipeline.core.text.typography import typeset
from pipeline.core.text.wrapping import estimate_width, shorten_to_width
from pipeline.load.pictures.photos import has_photo_metadata
from pipeline.load.pictures.svg import media_type, remove_svg_metadata
from pipeline.model.sheets import Identity
from pipeline.proof.book_reader import EpubBook, XhtmlText, nearest_id
from pipeline.proof.expected_content import UA_1, ExpectedText, letters
from pipeline.proof.pdf_reader import (
    HEADING_TAGS,
    NOTE_TAGS,
    ContentMark,
    ObjectKey,
    ObjectReference,
    PdfReading,
    TaggedElement,
    TagPath,
)

UNCUT_LETTERS = 16
"""Number of first letters of a status or a marking that are never cut."""

UNCUT_ID_LETTERS = 10
"""Number of first letters of an id that are never cut: the edition after it has precedence."""

STATUS_ROOM = 17
"""The room for statuses on every page, in ems."""

_UNTAGGED = "The file has no {}, so a screen reader cannot read it in order"


def statuses_of(identity: Identity) -> tuple[str, ...]:
    """Statuses and marking, which a reader must know before the text."""
    return (*identity.statuses, *((identity.marking,) if identity.marking else ()))


_COPY_NUMBER = re.compile(r"\D*\d+")
"""The words of a numbered copy up to its number: 'Copy 7'."""


def feet_faults(
    reading: PdfReading, passage: ExpectedText, first: int, path: str, whole: Identity
) -> Iterator[Diagnostic]:
    """Every page shows id, version, statuses, marking, code and copy number in its running lines.

    Long words may be cut at their end.
    """
    identity = passage.identity
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    number = _COPY_NUMBER.match(whole.copy)
    code = whole.words.say("code", code=whole.code) if whole.code else ""
    always = (
        identity.id[:UNCUT_ID_LETTERS],
        version,
        *statuses_on_every_page(whole, identity),
        whole.marking[:UNCUT_LETTERS],
        code,
    )
    for page in range(first, first + passage.pages):
        numbered = number[0] if number and page > 1 else ""  # the cover shows it in its own text
        running = letters(reading.running_lines(page)) if page <= len(reading.pages) else ""
        for words in filter(None, (*always, numbered)):
            if not _contains(running, letters(words)):
                yield message("proof-foot", Location(path, page), place="This page", missing=words)


def _contains(page: str, words: str) -> bool:
    """True if a page has some words; letters that run backwards may be drawn in any order."""
    return set(words) <= set(page) if runs_right_to_left(words) else words in page


def statuses_on_every_page(whole: Identity, identity: Identity) -> tuple[str, ...]:
    """Return the statuses that each page shows: the first, DRAFT, and those that fit.

    Long ones are cut.
    """
    pairs = ((status, source) for source in (whole, identity) for status in source.statuses)
    statuses = [typeset(_briefly(status, source, whole)) for status, source in pairs]
    first, *others = dict.fromkeys(statuses) or [""]
    draft = [status for status in others[:1] if status == whole.words.say("draft")]
    after = "".join(f" · {status}" for status in draft) + (" ·…" if others[len(draft) :] else "")
    beginning = shorten_to_width(first, STATUS_ROOM - estimate_width(after, 1), 1).rstrip("…")
    lines = list(accumulate((first, *others), "{} · {}".format))[1:]
    ends = ("" if line == lines[-1] else " ·…" for line in lines)
    fitting = [
        status
        for status, line, end in zip(others, lines, ends, strict=True)
        if estimate_width(line + end, 1) <= STATUS_ROOM
    ]
    return tuple(dict.fromkeys(words[:UNCUT_LETTERS] for words in (beginning, *draft, *fitting) if words))


def _briefly(status: str, identity: Identity, whole: Identity) -> str:
    """Translate a status into the words of the whole, without the superseding title."""
    words = identity.words
    if status.startswith(words.stem("superseded-by")):
        return whole.words.say("superseded")
    keys = ("draft", "due-for-review", "withdrawn", "superseded")
    return next((whole.words.say(key) for key in keys if words.say(key) == status), status)


def no_picture_of_the_book_has_notes(book: EpubBook) -> Iterator[Diagnostic]:
    """No picture file of a book has notes, nor a picture in it."""
    for item in book.manifest:
        if _is_noted(item.media_type, book.files.get(item.path, b"")):
            yield message("proof-picture-notes", book.place, picture=f"'{item.path}'")


def no_picture_in_the_text_has_notes(text: XhtmlText) -> Iterator[Diagnostic]:
    """No picture within a page itself has notes."""
    for picture in text.of("img"):
        source = picture.get("src", "")
        head, _, packed = source.partition(";base64,")
        content = text.pictures.get(source, packed)
        if head.startswith("data:image/") and _is_noted(head.removeprefix("data:"), _decode_picture(content)):
            yield message("proof-picture-notes", text.place, picture=nearest_id(picture))


def picture_note_faults(pdf: Pdf, path: str) -> Iterator[Diagnostic]:
    """Report notes in the photographs of a PDF, and metadata of any picture."""
    for image in pdf.objects:
        if isinstance(image, Stream) and image.get("/Subtype") == Name.Image:
            photograph = _filters(image) == ["/DCTDecode"] and has_photo_metadata(image.read_raw_bytes())
            if photograph or "/Metadata" in image or "/PieceInfo" in image:
                size = f"{image.get('/Width')} × {image.get('/Height')} dots"
                yield message("proof-picture-notes", Location(path), picture=f"one of {size}")


def _decode_picture(content: str | memoryview) -> bytes:
    try:
        return b64decode(content)
    except ValueError:
        return b""  # no reader can show it


def _is_noted(media_type: str, content: bytes) -> bool:
    if media_type != "image/svg+xml":
        return media_type.startswith("image/") and has_photo_metadata(content)
    try:
        return remove_svg_metadata(content, _examine_inner_picture) != content
    except (etree.XMLSyntaxError, ValueError):
        return False  # reported by the check of the drawing itself


def _examine_inner_picture(content: bytes) -> tuple[str, bytes]:
    """Return media type and content of a picture; no type if it has notes."""
    return ("" if has_photo_metadata(content) else media_type(content), content)


def _filters(image: Any) -> list[str]:
    filters = image.get("/Filter", Array([]))
    return [str(name) for name in (filters if isinstance(filters, Array) else [filters])]


_CLAIM_IN_XMP = re.compile(r"(pdfaid|pdfuaid):(part|conformance)\s*(?:=\s*[\"']|>)\s*(\w+)")
_NAMED_PAGE = re.compile(r"\bpage (\d+)\b")


def claimed_standards(reading: PdfReading) -> tuple[str, ...]:
    """The standards that a file claims in its XMP: 'PDF/UA-1', 'PDF/A-2a'."""
    stream = reading.pdf.Root.get(Name.Metadata)
    xmp = stream.read_bytes().decode("utf-8", "replace") if isinstance(stream, Stream) else ""
    values = {(schema, key): value for schema, key, value in _CLAIM_IN_XMP.findall(xmp)}
    accessible, archival = values.get(("pdfuaid", "part")), values.get(("pdfaid", "part"))
    level = values.get(("pdfaid", "conformance"), "").lower()
    return (
        *((f"PDF/UA-{accessible}",) if accessible else ()),
        *((f"PDF/A-{archival}{level}",) if archival else ()),
    )


def standard_faults(pdf: bytes, claimed: tuple[str, ...], path: str) -> Iterator[Diagnostic]:
    """Report breaches of the claimed standards: each rule once, at the first page that it names.

    Standards that page-validation does not know are left to veraPDF.
    """
    for standard in dict.fromkeys((UA_1, *claimed)):
        short = standard.removeprefix("PDF/").removeprefix("A-").replace("UA-", "ua").lower()
        profile = next((profile for profile in validator.ValidationProfile if profile.value == short), None)
        if profile is None:
            continue
        try:
            report = validator.validate_pdf_bytes(pdf, profile=profile)
        except validator.PageError as error:
            words = _shortened_line(str(error))
            yield message("proof-validator-broke", Location(path), validator="page-validation", words=words)
            continue
        for failure in {failure.rule_id: failure for failure in reversed(report.failures)}.values():
            page = _NAMED_PAGE.search(failure.message)
            place = Location(path, int(page[1]) if page else 1)
            fields = {"standard": standard, "words": _shortened_line(failure.message), "rule": failure.rule_id}
            yield message("proof-standard", place, **fields, validator="page-validation")


def _shortened_line(words: str) -> str:
    return " ".join(words.split()).rstrip(".")[:200]


def structure_faults(reading: PdfReading, path: str) -> Iterator[Diagnostic]:
    """Report faults of a file's tags that show without its text."""
    tags = reading.tags
    if tags is None or not tags.kids:
        yield message("proof-tags", Location(path), fault=_UNTAGGED.format("tags"))
        return
    if not reading.owners:
        yield message("proof-tags", Location(path), fault=_UNTAGGED.format("parent tree"))
    else:
        yield from _wrong_owners(reading, tags, path)
    for table in tags.of_kind("Table"):
        if table.of_kind("TD") and not table.of_kind("TH"):
            place = Location(path, first_page(table))
            yield message("proof-tags", place, fault="A table has no header cells")


def glyph_faults(reading: PdfReading, path: str, own: Container[int] = ()) -> Iterator[Diagnostic]:
    """Report empty boxes and, on our `own` pages, letters that are not read aloud."""
    for number, runs in enumerate(reading.pages, 1):
        faulty = [run for run in runs if run.missing or (run.unsaid and number in own)]
        if faulty:
            missing = sum(run.missing or run.unsaid for run in faulty)
            words = "1 character has" if missing == 1 else f"{missing} characters have"
            yield message("proof-glyph", Location(path, number), count=words, before=faulty[0].text.strip()[:40])


def _wrong_owners(reading: PdfReading, tags: TaggedElement, path: str) -> Iterator[Diagnostic]:
    """Report pages on which tags and parent tree disagree about owners."""
    owner_of_mark, owner_of_object, repeated = _owners_by_tags(tags)
    wrong: Counter[int] = Counter(repeated)
    by_parent_tree: dict[ContentMark, ObjectKey] = {}
    for number, page in enumerate(reading.pdf.pages, 1):
        owners = reading.owners.get(int(page.obj.get("/StructParents", -1)))
        for mark, owner in enumerate(owners if isinstance(owners, Array) else ()):
            if isinstance(owner, Dictionary):
                by_parent_tree[ContentMark(number, mark)] = owner.objgen
    for content in owner_of_mark.keys() | by_parent_tree.keys():
        if owner_of_mark.get(content) != by_parent_tree.get(content):
            wrong[content.page or 1] += 1
    for number, annotation in reading.annotations():
        element = reading.owners.get(int(annotation.get("/StructParent", -1)))
        key = element.objgen if isinstance(element, Dictionary) else None
        wrong[number] += owner_of_object.get(annotation.objgen) != key
    for number, many in sorted(wrong.items()):
        if many:
            fault = f"On this page {count_noun(many, 'thing')} have two different tags"
            yield message("proof-tags", Location(path, number), fault=fault)


def _owners_by_tags(
    tags: TaggedElement,
) -> tuple[dict[ContentMark, ObjectKey], dict[ObjectKey, ObjectKey], list[int]]:
    """Return the owners of marks and objects, and the pages of marks listed twice."""
    marks: dict[ContentMark, ObjectKey] = {}
    objects: dict[ObjectKey, ObjectKey] = {}
    pages: list[int] = []
    for tag in tags.all:
        for kid in tag.kids:
            if isinstance(kid, ContentMark):
                if kid in marks:
                    pages.append(kid.page or 1)
                marks[kid] = tag.key
            elif isinstance(kid, ObjectReference):
                objects[kid.key] = tag.key
    return marks, objects, pages


def first_page(tag: TaggedElement) -> int:
    """The page on which an element begins, from 1."""
    return next((content.page for _, content in tag.leaves() if content.page), 1)


def is_kept_at_end(path: TagPath, note: TaggedElement) -> bool:
    """True if a long note is under a heading at the end of the text."""
    parent = path[path.index(note) - 1]
    kinds = [kid.kind for kid in parent.kids if isinstance(kid, TaggedElement)]
    return kinds[:1] != [] and kinds[0] in HEADING_TAGS and all(kind in NOTE_TAGS for kind in kinds[1:])
