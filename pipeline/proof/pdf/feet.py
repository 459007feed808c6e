"""The head and foot of every page of a PDF: which text it is of, which version, and how far it may be relied on."""

import re
from collections.abc import Iterator
from itertools import accumulate

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.identity import Identity
from pipeline.proof.pdf.reading import PdfReading
from pipeline.proof.promise import PromisedText, letters
from pipeline.text.fitting import shortened, width
from pipeline.text.scripts import runs_backwards
from pipeline.text.typography import typeset

LEAST = 16
"""Letters of a status or a marking that are never cut."""

LEAST_ID = 10
"""Letters of an id that are never cut: the edition behind it is said first."""

ROOM = 17
"""Ems that every page has for its statuses."""


def statuses_of(identity: Identity) -> tuple[str, ...]:
    """Statuses and marking, which must be known before reading on."""
    return (*identity.statuses, *((identity.marking,) if identity.marking else ()))


_NUMBERED = re.compile(r"\D*\d+")
"""The words of a copy on itself as far as its number: 'Copy 7'."""


def feet_faults(
    reading: PdfReading, passage: PromisedText, first: int, path: str, whole: Identity
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
                yield message("proof-foot", Place(path, page), missing=words)


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
