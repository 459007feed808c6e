"""Doubts of outloud that we have looked at and hold to be right as it is: each with its reason, as narrow as may be.

Whatever is allowed is allowed for what stands in the file, never for a rule as a whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any

from pipeline.proof.comparison import says_its_text
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.pdf.tags import TaggedElement
from pipeline.proof.promise import Promise
from pipeline.text.scripts import PART, runs_backwards

_LINKED = re.compile(r"<a\b[^>]*>.*?</a>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w.-]+")
_ENDS = ".,;:!?'\"’”)"


@dataclass
class Seen:
    """A file with what it is held to, if that is known."""

    reading: PdfReading
    promise: Promise | None

    @cached_property
    def unlinked(self) -> str:
        """The words of the composed texts, but for those of links."""
        passages = self.promise.passages if self.promise else ()
        bodies = "\n".join(chapter.body for passage in passages for chapter in passage.chapters)
        return unescape(_TAG.sub("", _LINKED.sub(" ", bodies)))

    @cached_property
    def says_its_text(self) -> bool:
        """Whether the tags give the text word for word."""
        return self.promise is not None and says_its_text(self.reading, self.promise)


Holds = Callable[[Any, Seen], bool]
"""Whether a finding of outloud on a file is the case meant."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of the list."""

    rule: str
    reason: str
    holds: Holds


def is_allowed(finding: Any, seen: Seen) -> bool:
    """Whether a finding is on the list."""
    return any(entry.rule == finding.rule and entry.holds(finding, seen) for entry in ALLOWED)


def unsettled(finding: Any, seen: Seen) -> bool:
    """Whether a finding might be on the list, if it were known what the file is held to."""
    return seen.promise is None and any(entry.rule == finding.rule for entry in ALLOWED)


def _every_row_is_headed(finding: Any, seen: Seen) -> bool:
    """The table meant has one head row, and below it every row is headed by its first cell; plain cells may span."""
    cells = re.search(r"(\d+) header cells against (\d+) data cells$", finding.message)
    tables = [table for table in _all(seen.reading, "Table") if _starts_on(table, finding.page) and _is_headed(table)]
    counts = [(len(table.of_kind("TH")), len(table.of_kind("TD"))) for table in tables]
    return cells is not None and (int(cells[1]), int(cells[2])) in counts


def _is_headed(table: TaggedElement) -> bool:
    rows = [[kid.kind for kid in row.kids if isinstance(kid, TaggedElement)] for row in table.of_kind("TR")]
    head, *below = rows or [[]]
    return set(head) == {"TH"} and all(row[:1] == ["TH"] and set(row[1:]) <= {"TD"} for row in below)


def _is_our_running_line(finding: Any, seen: Seen) -> bool:
    """Nothing on the page is silent but running lines.

    They are those that the bindery has laid over it; in a file that nothing is known of, what says that it is one and
    stands above or below all that is heard.
    """
    runs = seen.reading.pages[finding.page - 1] if finding.page else []
    silent = [run for run in runs if run.artifact is not None and len(run.text.split()) > 1]
    heard = [run.y for run in runs if run.artifact is None]
    beside = bool(heard) and not any(min(heard) <= run.y <= max(heard) for run in silent)
    known = seen.promise is not None or beside
    return known and bool(silent) and all(run.artifact == "Pagination" for run in silent)


def _address_is_the_authors(finding: Any, seen: Seen) -> bool:
    """Every address that the page shows without a link has none in the composed text either, or stands in code."""
    if seen.reading.tags is None or seen.promise is None:
        return False
    found = [
        address.rstrip(_ENDS)
        for way, content in seen.reading.tags.leaves()
        if content.page == finding.page and not any(tag.kind in ("Link", "Code") for tag in way)
        for address in _ADDRESS.findall(seen.reading.words.text(content))
    ]
    return bool(found) and all(address in seen.unlinked for address in found)


def _address_is_code(finding: Any, seen: Seen) -> bool:
    """Every address that the page shows without a link stands in code."""
    if seen.reading.tags is None:
        return False
    found = 0
    for way, content in seen.reading.tags.leaves():
        if content.page == finding.page and not any(tag.kind == "Link" for tag in way):
            text = seen.reading.words.text(content)
            if re.search(r"https?://|www\.|\w@\w", text):
                found += 1
                if not any(tag.kind == "Code" for tag in way):
                    return False
    return found > 0


def _text_is_in_order(finding: Any, seen: Seen) -> bool:
    """The tags give the text word for word."""
    return seen.says_its_text


def _codes_are_parts_of_letters(finding: Any, seen: Seen) -> bool:
    """The codes mean parts of letters, or one letter in several forms, and the tags give the text word for word."""
    shared = re.search(r"all map to U\+([0-9A-F]{4})\b", finding.message)
    meant = chr(int(shared[1], 16)) if shared else ""
    return (meant == PART or runs_backwards(meant)) and seen.says_its_text


def _title_is_the_houses(finding: Any, seen: Seen) -> bool:
    """The title is the one that its author gave, and the file takes its name from it."""
    if seen.promise is None:
        return False
    identity = seen.promise.identity
    return identity.title.lower().replace(" ", "-") == identity.id and "file name" in finding.message


def _all(reading: PdfReading, kind: str) -> list[TaggedElement]:
    return reading.tags.of_kind(kind) if reading.tags else []


def _starts_on(tag: TaggedElement, page: int | None) -> bool:
    return next((content.page for _, content in tag.leaves()), None) == page


ALLOWED = (
    Allowed(
        "TBL-010",
        "It counts header cells. A table of two columns, or of one row, whose rows are headed by their first cells has "
        "more of them than data cells: that is what such a table should have.",
        _every_row_is_headed,
    ),
    Allowed(
        "TAG-002",
        "It takes a running line for prose where it stands on one page alone, as in a text of one page. That it is "
        "silent is right: it is a pagination artifact, and the same words are in the title block.",
        _is_our_running_line,
    ),
    Allowed(
        "PAG-001",
        "It takes a line that stands high on three pages for a running head. The first pages of briefings in a pack "
        "bear the name of their series there; where the tags give the text word for word, no running line is in them.",
        _text_is_in_order,
    ),
    Allowed(
        "ORD-001",
        "It compares the tags with the order of painting, which in CSS puts what floats after what stands in the "
        "column. The order that counts is that of the tags, and they give the text word for word.",
        _text_is_in_order,
    ),
    Allowed(
        "LNK-010",
        "It asks for a link over every address. In code an address is something to be written, not somewhere to go.",
        _address_is_code,
    ),
    Allowed(
        "LNK-010",
        "An address that its author has typed as plain words is told of at its line of the source, where it can be "
        "mended; a link of the text that is missing here is a difference from the text.",
        _address_is_the_authors,
    ),
    Allowed(
        "TXT-004",
        "It takes codes that mean the same for text that cannot be told apart. Glyphs that are parts of letters, as in "
        "Devanagari, mean nothing by themselves: the words of their line stand beside them. A letter of Arabic has "
        "several forms, which all mean it. The tags give the text.",
        _codes_are_parts_of_letters,
    ),
    Allowed(
        "DOC-040",
        "It takes a title that is also the file's name for a left-over. Ours are named after their titles.",
        _title_is_the_houses,
    ),
)
