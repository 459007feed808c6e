"""A pack as an edition: its texts, its finished files, its recipients and its state on a day."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.core.digests import sha256
from pipeline.core.services import Hook
from pipeline.core.text.typography import typeset
from pipeline.model.formats import Format
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases
from pipeline.resolve.packs import corrected_pins
from pipeline.resolve.reading import PackView, view_library, view_pack
from pipeline.resolve.status import briefing_statuses, pack_statuses, withdrawal_reason
from pipeline.resolve.versions import view_pinned_versions


def read_pack_with_texts(library: Library, pack: Pack, day: date) -> PackView:
    """Read a pack with its current texts and the kept versions that it lists."""
    environment, readings = view_library(library, day)
    pinned = view_pinned_versions(environment, (pack.id,), day)
    return view_pack(environment, pack, {**readings, **pinned}, day)


@dataclass(frozen=True, slots=True)
class TextState:
    """The state of a text of a pack."""

    statuses: tuple[str, ...] = ()
    """The words across its pages, without the library's notice."""
    corrected_by: str = ""
    """The version that corrects it but is not in the pack."""
    withdrawn_reason: str = ""
    """Why it was withdrawn, if it was."""

    @property
    def words(self) -> str:
        """Its statuses, then why it was withdrawn: 'WITHDRAWN: It was retracted.'."""
        return ": ".join(filter(None, (" · ".join(self.statuses), self.withdrawn_reason)))


@dataclass(frozen=True, slots=True)
class PackStatus:
    """The statuses on the pages of a pack, and the states of its texts by id."""

    statuses: tuple[str, ...] = ()
    texts: Mapping[str, TextState] = field(default_factory=dict)


def pack_status_of(library: Library, pack: Pack, day: date, words: Phrases) -> PackStatus:
    """Return the state of a pack without errors, in the words on its pages."""
    view = read_pack_with_texts(library, pack, day)
    notice = typeset(library.imprint.fields.notice or "")
    corrected = {member.id: newer for member, newer in corrected_pins(view)}
    present = {reading.briefing.id: reading for reading in view.present}
    by_text = {
        name: briefing_statuses(reading.environment, reading.briefing, day, False, words)
        for name, reading in present.items()
    }
    is_draft = any(
        present[name].briefing.fields.status.is_retired or words.say("draft") in by_text[name] for name in present
    )
    is_due = any(words.say("due-for-review") in on_pages for on_pages in by_text.values())
    texts = {
        name: TextState(
            tuple(status for status in on_pages if status != notice),
            corrected.get(name, ""),
            withdrawal_reason(present[name].briefing),
        )
        for name, on_pages in by_text.items()
    }
    return PackStatus(pack_statuses(notice, is_draft, is_due, words), texts)


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A finished file of a pack."""

    format: Format
    name: str
    content: bytes
    pages: int
    number: int = 0
    """The number of a numbered copy, else 0."""
    digest: str = ""
    """The SHA-256 of its bytes, if the content itself is not held."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return self.digest or sha256(self.content)


class PackRecipient(NamedTuple):
    """A recipient of a pack, to which a service sends copies."""

    name: str
    formats: tuple[Format, ...]
    """The formats that it receives."""
    needs: tuple[str, ...]
    """The accessibility needs of its readers, in its own words."""


RECIPIENTS: Hook[Callable[[Library, Pack, date], Mapping[str, PackRecipient]]] = Hook("recipients")


def list_pack_recipients(library: Library, pack: Pack, day: date) -> dict[str, PackRecipient]:
    """Return the recipients of a pack on a day, by id."""
    return {name: taker for ask in RECIPIENTS for name, taker in ask(library, pack, day).items()}


SLUG = 80
"""Most characters of an edition's name in the name of a parcel."""


def slug(words: str) -> str:
    """Return words as part of a file name: 'autumn-2026'."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold())[:SLUG].strip("-") or "edition"


def name_in_parcel(name: str, pack: str, edition: str) -> str:
    """Return the name that recipients see: 'nights-autumn-2024-print.pdf' for 'nights-print.pdf'.

    It has the edition, so that a saved file does not overwrite a file of an older edition.
    """
    return f"{pack}-{slug(edition)}{name.removeprefix(pack)}"
