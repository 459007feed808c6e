"""Contents that a disclosure should have, worked out anew from what is on record here. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from pipeline.colleges.disclosure.choice import Choice, Concerned, Sources, concerned
from pipeline.colleges.disclosure.contents import IssuedPlace, issued_places
from pipeline.colleges.ledger.events import Event
from pipeline.editions.issued.records import RecordsRead
from pipeline.load.library.folders import REGISTER
from pipeline.load.library.kept import kept_numbers
from pipeline.load.library.register import read_register
from pipeline.model.source.kept import RECORD, KeptRecord, folder_of, pin

_ASKED = ("college", "briefing", "pack", "from", "to")


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The library that a disclosure is held to: its files by path, the records and the events."""

    files: Mapping[str, bytes]
    records: RecordsRead
    events: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Expected:
    """The contents that a disclosure must have, and those that it may have.

    They differ by what was put on record on its day or later, of which nobody can say whether it was there already. Of
    events they do not differ: a disclosure names the last one.
    """

    choice: Choice
    least: Concerned
    most: Concerned
    chained: Mapping[str, int]
    """The records that the chain of a pack has at least, by the pack's id."""

    @property
    def must_be_listed(self) -> frozenset[tuple[str, str]]:
        """The path and the SHA-256 of each file that is either given or left out."""
        places, left = issued_places(self.least, self.choice)
        return frozenset({(one.path, one.file.sha256) for one in places} | {(one.what, one.sha256) for one in left})

    @property
    def may_be_given(self) -> tuple[IssuedPlace, ...]:
        """The files that may be given."""
        return issued_places(self.most, self.choice)[0]


def kept_records(files: Mapping[str, bytes]) -> Iterator[tuple[str, KeptRecord]]:
    """The records of kept versions, by 'id@version', without those that cannot be read."""
    for name, those in kept_numbers(files).items():
        for version in those:
            with suppress(ValidationError):
                content = files.get(f"{folder_of(name, version)}/{RECORD}", b"")
                yield pin(name, version), KeptRecord.model_validate_json(content)


def expected(said: Mapping[str, Any], library: Witnessed) -> Expected:
    """The contents that a disclosure should have by what it says of itself. Raises `ValueError`."""
    choice, day = _choice(said["asked"]), date.fromisoformat(said["date"])
    events = library.events[: int(said["last_event"]["number"])]
    chains, kept = library.records.chains, dict(kept_records(library.files))
    register, _ = read_register(library.files.get(REGISTER, b""))
    listed = Counter(one["pack"] for one in said["records"])
    sent = {str(event.facts["record"]) for event in events if event.kind == "planned"}
    then = {
        pack: tuple(
            one for one in chain if one.record.issued < day or one.record.number <= listed[pack] or one.sha256 in sent
        )
        for pack, chain in chains.items()
    }
    bound = {text for chain in then.values() for one in chain for text in one.record.kept_texts}
    before = {name: one for name, one in kept.items() if one.published < day or name in bound}
    earlier = [one for one in register if one.prepared < day]
    least = concerned(Sources(events, then, before, earlier), choice)
    most = concerned(Sources(events, chains, kept, register), choice)
    chained = {one.record.pack: len(then[one.record.pack]) for one in least.records}
    return Expected(choice, least, most, chained)


def _choice(asked: Mapping[str, str]) -> Choice:
    """The choice as a disclosure says it."""
    if not asked.keys() <= {*_ASKED} or not all(isinstance(value, str) and value for value in asked.values()):
        raise ValueError("no choice of ours")
    first, last = (date.fromisoformat(asked[name]) if name in asked else None for name in _ASKED[3:])
    return Choice(asked.get("college"), asked.get("briefing"), asked.get("pack"), first, last)
