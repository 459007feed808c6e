"""Running lines of pages: their texts, and the sentence that names the date produced."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from lxml import etree

from pipeline.compose.language.direction import runs_rtl
from pipeline.core.documents.xhtml import iterate_elements
from pipeline.core.text.typography import typeset
from pipeline.core.text.wrapping import estimate_width, shorten_to_width
from pipeline.model.formats import (
    BY_STAMPS,
    FORMATS,
    PDF_VARIANTS,
    RUNNING,
    SLOTS,
    USUAL_STAMPS,
    USUAL_VARIANT,
    Format,
    PdfVariant,
    PdfVariantRow,
    StampSheet,
    StampSpace,
)
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases

PRODUCED_SLOT = 'data-slot="produced"'
"""The attribute of the slot that a text has for the sentence."""


def produced_sentence(words: Phrases, produced: date, copy: str = "", code: str = "") -> str:
    """Return 'This copy produced 26 April 2024'.

    A numbered copy adds its label, '. Copy 7, held by Northmoor Learning Unit.'; a file without page feet adds its
    code, '. Code 5ZK8D-R07N1.'.
    """
    parts = [words.say("produced", date=words.day(produced)), *filter(None, (copy, code))]
    return ". ".join(parts) + ("." if parts[1:] else "")


def code_label(identity: Identity) -> str:
    """Return 'Code 5ZK8D-R00YC', or '' without a code."""
    return identity.words.say("code", code=identity.code) if identity.code else ""


def full_produced_sentence(identity: Identity, produced: date) -> str:
    """Return the sentence with copy and code, for a file without pages."""
    return produced_sentence(identity.words, produced, identity.copy, code_label(identity))


def fill_produced(root: etree._Element, identity: Identity, produced: date, is_own_text: bool = True) -> bool:
    """Fill the slot for the date produced and remove other slots; return True if there was one.

    The sentence names copy and code if the text is the whole file, or is the pack's own.
    """
    text = full_produced_sentence(identity, produced) if is_own_text else produced_sentence(identity.words, produced)
    filled = False
    for slot in [element for element in iterate_elements(root) if element.get("data-slot")]:
        if slot.get("data-slot") == "produced":
            slot.text, filled = text, True
            del slot.attrib["data-slot"]
        elif (parent := slot.getparent()) is not None:
            parent.remove(slot)
    return filled


_SHORTEST_TITLE = 8
"""A title that must be cut to fewer letters is left out."""

_SHORTEST_ID = 10
"""Letters of an id that are never cut."""

_USUAL_CODE = "WWWWW-WWWWW"
"""A code of the usual length: its first symbols are shared with no other code."""

_GAP = 2
"""Least gap in points between two texts on one line; text widths are overestimated."""


def running_lines(
    identity: Identity, produced: date, folio: str, pack: Identity | None = None, sheet: StampSheet = USUAL_STAMPS
) -> tuple[StampText, ...]:
    """Return the running lines of one page.

    In a pack, the marking is the pack's, and the page also names the pack's edition.
    """
    bearer = pack or identity
    space = BY_STAMPS[sheet].stamp_space
    status = _status_line(bearer, identity, space.status, space.status_size)
    title_width = space.head - (estimate_width(status, space.status_size) + _GAP if status else 0)
    foot_width = space.line - estimate_width(folio, space.size) - _GAP if space.foot <= space.line else space.foot
    foot = _foot_line(identity, pack, min(space.foot, foot_width), space.size)
    texts = {
        "marking-top": bearer.marking,
        "head-date": identity.words.short_day(produced),
        "head-title": _head_title(identity, pack, foot, min(space.title, title_width), space.size),
        "copy": copy_words(bearer.copy, bearer.language, space),
        "status": status,
        "code": code_label(bearer),
        "foot-id": foot,
        "folio": folio,
        **_marking_at_foot(bearer, space),
    }
    rtl = runs_rtl(identity.language)
    return tuple(StampText(slot.name, texts[slot.name], sheet, rtl) for slot in RUNNING if texts.get(slot.name))


def redate_line(line: StampText, produced: date, words: Phrases) -> StampText:
    """Return a line with another date."""
    text = produced_sentence(words, produced) if SLOTS[line.slot].in_text else words.short_day(produced)
    return replace(line, text=text)


def lines_on_cover(lines: Iterable[StampText]) -> tuple[StampText, ...]:
    """Return the running lines that a cover has."""
    return tuple(line for line in lines if SLOTS[line.slot].on_cover)


def briefing_running_lines(
    identity: Identity, produced: date, pages: int, variant: PdfVariant = USUAL_VARIANT
) -> tuple[tuple[StampText, ...], ...]:
    """Return the lines of each page of a briefing."""
    folios = (identity.words.say("page-of", page=page, pages=pages) for page in range(1, pages + 1))
    return tuple(running_lines(identity, produced, folio, sheet=PDF_VARIANTS[variant].stamps) for folio in folios)


def produced_line(words: Phrases, produced: date, variant: PdfVariant = USUAL_VARIANT, copy: str = "") -> StampText:
    """Return the sentence as a stamp; for the cover of a numbered pack, with the label of the copy."""
    slot, sentence = "produced-copy" if copy else "produced", produced_sentence(words, produced, copy)
    return StampText(slot, sentence, PDF_VARIANTS[variant].stamps, runs_rtl(words.language))


def _marking_at_foot(bearer: Identity, space: StampSpace) -> dict[str, str]:
    """Return the marking by its slot: in the middle, or at the right if it would overlap the code.

    Only the length of the code decides, so that all numbered copies have the marking in the same slot.
    """
    code_width = estimate_width(bearer.words.say("code", code="W" * len(bearer.code)), space.size)
    code_space = code_width + _GAP if bearer.code else 0
    if not code_space or space.line - estimate_width(bearer.marking, space.status_size) >= 2 * code_space:
        return {"marking-bottom": bearer.marking}
    return {"marking-beside" if len(bearer.code) <= len(_USUAL_CODE) else "marking-beside-long": bearer.marking}


def list_copy_stamps(identity: Identity, produced: date, variant: PdfVariant = USUAL_VARIANT) -> tuple[StampText, ...]:
    """Return the lines that say which copy a pack is: on its pages, on its cover, and the code."""
    row, rtl = PDF_VARIANTS[variant], runs_rtl(identity.language)
    head = StampText("copy", copy_words(identity.copy, identity.language, row.stamp_space), row.stamps, rtl)
    code = StampText("code", code_label(identity), row.stamps, rtl)
    cover = produced_line(identity.words, produced, variant, identity.copy)
    return head, cover, *((code,) if code.text else ())


def copy_words(copy: str, language: str, space: StampSpace = BY_STAMPS[USUAL_STAMPS].stamp_space) -> str:
    """Return the label of a numbered copy, shortened to its line."""
    return shorten_to_width(typeset(copy, language), space.copy, space.status_size)


def list_briefing_stamps(
    identity: Identity, produced: date, pages: int, variant: PdfVariant = USUAL_VARIANT
) -> tuple[StampText, ...]:
    """List every stamp that a briefing of so many pages needs, once."""
    lines = [line for page in briefing_running_lines(identity, produced, pages, variant) for line in page]
    return tuple(dict.fromkeys((*lines, produced_line(identity.words, produced, variant))))


def _status_line(bearer: Identity, identity: Identity, limit: float, size: float) -> str:
    """Return all statuses; if they are too wide, without the title of a superseding text.

    That title is kept if enough of it can be read.
    """
    short_by_status = dict(pair for owner in (bearer, identity) for pair in _status_pairs(owner, bearer.words))
    text, short_text = typeset(" · ".join(short_by_status)), typeset(" · ".join(short_by_status.values()))
    shortened_text = shorten_to_width(text, limit, size)
    title_start = len(bearer.words.stem("superseded-by")) - len(bearer.words.say("superseded"))
    if shortened_text == text or len(shortened_text) > len(short_text) + title_start + _SHORTEST_TITLE:
        return shortened_text
    # a long notice is cut, and not that it is a draft
    shortest, draft = [typeset(status) for status in short_by_status.values()], bearer.words.say("draft")
    if draft in shortest[1:2]:
        rest = f" · {draft} ·…" if shortest[2:] else f" · {draft}"
        shortest[0] = shorten_to_width(shortest[0], limit - estimate_width(rest, size), size)
    return shorten_to_width(" · ".join(shortest), limit, size)


def _status_pairs(identity: Identity, words: Phrases) -> Iterator[tuple[str, str]]:
    """Yield each status in the language of the page, with its short form."""
    own_words = identity.words
    keys = ("draft", "due-for-review", "withdrawn", "superseded")
    translations = {own_words.say(key): words.say(key) for key in keys}
    for status in identity.statuses:
        if status.startswith(own_words.stem("superseded-by")):
            title = status.removeprefix(own_words.stem("superseded-by"))
            yield words.say("superseded-by", title=title), words.say("superseded")
        else:
            yield (translations.get(status, status),) * 2


def _head_title(identity: Identity, pack: Identity | None, foot: str, limit: float, size: float) -> str:
    """Return the title of a text, after the title of its pack if there is space and the foot lacks it."""
    title = _printed_title(identity)
    if pack is not None and pack.id != identity.id and _printed_title(pack)[:_SHORTEST_TITLE] not in foot:
        joined = f"{_printed_title(pack)} · {title}"
        title = joined if estimate_width(joined, size) <= limit else title
    return shorten_to_width(title, limit, size)


def _printed_title(identity: Identity) -> str:
    return typeset(identity.short_title or identity.title, identity.language)


def _foot_line(identity: Identity, pack: Identity | None, limit: float, size: float) -> str:
    """Return id, version and edition, and the pack's title if enough of it can be read.

    If there is little space, the id is cut and not the edition.
    """
    version = identity.words.say("version", number=identity.version) if identity.version else ""
    if pack is None or pack.id == identity.id:
        return _shorten_id(identity.id, (version, identity.edition), limit, size)
    pack_edition = pack.edition.replace(" ", "\u00a0")
    edition = f", {pack_edition}" if pack_edition else ""
    own_text = " · ".join(filter(None, (identity.id, version, identity.edition)))
    title_space = limit - estimate_width(f"{own_text} · {edition}", size)
    title = _printed_title(pack)
    shortened_title = shorten_to_width(title, title_space, size)
    if shortened_title != title and len(shortened_title) <= _SHORTEST_TITLE:
        return _shorten_id(identity.id, (version, identity.edition, pack_edition), limit, size)
    return f"{own_text} · {shortened_title}{edition}"


def _shorten_id(id: str, texts: Iterable[str], limit: float, size: float) -> str:
    """Return an id and the texts after it; the id is shortened to make room, but keeps its beginning."""
    suffix = "".join(f" · {words}" for words in texts if words)
    least_width = estimate_width(f"{id[:_SHORTEST_ID]}…", size)
    return shorten_to_width(
        f"{shorten_to_width(id, max(limit - estimate_width(suffix, size), least_width), size)}{suffix}", limit, size
    )


@dataclass(frozen=True, slots=True)
class DateFields:
    """The fields of a file that show the date produced."""

    path: str
    """Path under `output/`."""
    language: str
    """Language of the file, in which the date is written."""
    stamps: tuple[StampText, ...] = ()
    """Stamps of a PDF that show the date, without their texts."""
    sentences: int = 0
    """Number of sentences with the date in an EPUB, web page or text file."""
    lacking: frozenset[str] = frozenset()
    """Dates that the metadata of a print PDF lacks, 'created' or 'modified': the date produced replaces them."""


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values of the fields of a file."""

    produced: date
    copy: str = ""
    """Label of a numbered copy: 'Copy 7, held by Northmoor Learning Unit'."""
    stamps: tuple[tuple[StampText, bytes], ...] = field(default=(), repr=False)
    """Stamps of a PDF that show the values, with their pages."""
    code: str = ""
    """Label of the printed code: 'Code 5ZK8D-R07N1'."""


@dataclass(frozen=True, slots=True)
class FieldReplacement:
    """A finished file, the values of its fields, and the values for each file to be made from it."""

    content: bytes = field(repr=False)
    format: Format
    words: Phrases = field(repr=False)
    """Fixed phrases in the language of the file."""
    before: FieldValues
    after: tuple[FieldValues, ...]
    dated: DateFields | None = None
    """Fields that show the date; None for copies of a numbered pack, whose date does not change."""
    profile: bytes | None = field(default=None, repr=False)
    """Colour profile of a print PDF."""
    sha256: str = ""
    """Recorded digest of the file, if it may have been changed since."""

    @property
    def pdf_variant(self) -> PdfVariantRow:
        """The variant of the PDF, or of the PDF that the file is made from."""
        return PDF_VARIANTS[FORMATS[self.format].variant]

    @property
    def sentence_count(self) -> int | None:
        """Number of sentences with the date; None if unknown."""
        return self.dated.sentences if self.dated else None
