"""Packs as editions: a pack with its texts, its finished files, and its state on a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.core.digests import sha256
from pipeline.core.services import hooked
from pipeline.core.text.typography import typeset
from pipeline.model.formats import Format
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.model.words import Phrases
from pipeline.resolve.packs import corrected_pins
from pipeline.resolve.reading import PackView, read_library, read_pack
from pipeline.resolve.status import is_retired, pack_statuses, statuses, withdrawal_reason
from pipeline.resolve.versions import pinned_readings


def read_with_texts(library: Library, pack: Pack, day: date) -> PackView:
    """A pack as the rules read it, with its present texts and the kept versions that it asks for."""
    environment, readings = read_library(library, day)
    pinned = pinned_readings(environment, (pack.id,), day)
    return read_pack(environment, pack, {**readings, **pinned}, day)


@dataclass(frozen=True, slots=True)
class TextState:
    """Remarks on a text of a pack beside its version."""

    statuses: tuple[str, ...] = ()
    """The words across its pages, without the notice of the house."""
    corrected_by: str = ""
    """The version that corrects it and is not in the pack."""
    withdrawn_reason: str = ""
    """Why it was withdrawn, if it was."""

    @property
    def words(self) -> str:
        """Its statuses, and behind them why it was withdrawn: 'WITHDRAWN: It was retracted.'."""
        return ": ".join(filter(None, (" · ".join(self.statuses), self.withdrawn_reason)))


@dataclass(frozen=True, slots=True)
class PackStatus:
    """The statuses on the pages of a pack, and the state of its texts by their ids."""

    statuses: tuple[str, ...] = ()
    texts: Mapping[str, TextState] = field(default_factory=dict)


def state_of(library: Library, pack: Pack, day: date, words: Phrases) -> PackStatus:
    """The state of a pack without errors, in the words that stand on its pages."""
    binding = read_with_texts(library, pack, day)
    notice = typeset(library.imprint.fields.notice or "")
    corrected = {member.id: later for member, later in corrected_pins(binding)}
    present = {one.briefing.id: one for one in binding.present}
    said = {name: statuses(one.environment, one.briefing, day, False, words) for name, one in present.items()}
    draft = any(is_retired(one.briefing) or words.say("draft") in said[name] for name, one in present.items())
    due = any(words.say("due-for-review") in those for those in said.values())
    texts = {
        name: TextState(
            tuple(one for one in those if one != notice),
            corrected.get(name, ""),
            withdrawal_reason(present[name].briefing),
        )
        for name, those in said.items()
    }
    return PackStatus(pack_statuses(notice, draft, due, words), texts)


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """A finished file of a pack."""

    format: Format
    name: str
    content: bytes
    pages: int
    number: int = 0
    """Of a numbered copy its number, else 0."""
    digest: str = ""
    """The SHA-256 of its bytes, where those are put away."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return self.digest or sha256(self.content)


class Taker(NamedTuple):
    """A reader of a pack that a service sends copies to."""

    name: str
    formats: tuple[Format, ...]
    """The formats that it gets of the pack."""
    needs: tuple[str, ...]
    """The needs of its readers, in its own words."""


def takers(library: Library, pack: Pack, day: date) -> dict[str, Taker]:
    """Whoever takes a pack on a day, by id."""
    return {name: one for _, ask in hooked("recipients") for name, one in ask(library, pack, day).items()}


SLUG = 80
"""Characters of an edition's name that the name of a parcel has at most."""


def slug(words: str) -> str:
    """Words as part of a file's name: 'autumn-2026'."""
    return re.sub(r"[^a-z0-9]+", "-", words.casefold())[:SLUG].strip("-") or "edition"


def name_in_parcel(name: str, pack: str, edition: str) -> str:
    """Name of a pack's file as colleges and the printer get it: 'nights-autumn-2024-print.pdf' of 'nights-print.pdf'.

    It says the edition, so that a file that is saved beside an older one does not take its place.
    """
    return f"{pack}-{slug(edition)}{name.removeprefix(pack)}"
