"""Contents of a disclosure: which files stand in it, what was taken out of them, and what was left out. Pure."""

import json
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from pipeline.colleges.disclosure.choice import Choice, Concerned, Sources
from pipeline.colleges.disclosure.event_list import (
    DisclosedEdition,
    DisclosedVersion,
    EventRow,
    event_rows,
    events_table,
)
from pipeline.colleges.disclosure.left_out import LeftOut, not_kept, outside
from pipeline.colleges.disclosure.names import Withheld, redacted
from pipeline.colleges.holdings import Holding
from pipeline.colleges.ledger.events import Event, canonical
from pipeline.colleges.recalls import RECALLED
from pipeline.core.digest import sha256
from pipeline.core.tables import as_csv, count
from pipeline.editions.issued.records import RecordFile
from pipeline.load.library.register import Entry
from pipeline.model.source.edition import EditionRecord, IssuedFile
from pipeline.model.source.kept import RECORD, WORDS, KeptRecord, approval_of, folder_of

FORM = "disclosure/1"
ABOUT, EVENTS, LEDGER_ROWS, PAGE = "disclosure.json", "events.csv", "ledger.csv", "index.html"
"""The files beside those that are disclosed: what the bag is, all that happened, the chain of events, the page."""
HEADS = ("given", "number", "at", "kind", "subject", "said", "previous", "digest")
"""Columns of the chain of events: those of the ledger, behind whether a row is given as it is."""
WHOLE, REDACTED, HASH_ONLY = "whole", "without-names", "hash-only"

_TAKEN_OUT = (
    "Names of people, or addresses that may be a person's, were taken out; the SHA-256 is that of the original."
)
_OF_OTHERS = "Copies of deliveries outside of the choice were taken out; the SHA-256 is that of the original."


@dataclass(frozen=True, slots=True)
class IssuedPlace:
    """A file of an edition, and its path in a disclosure."""

    path: str
    of: RecordFile
    file: IssuedFile


@dataclass(frozen=True, slots=True)
class Given:
    """A record as it is given: its path, or none where only its hashes are."""

    pack: str
    number: int
    sha256: str
    previous: str
    given: str = HASH_ONLY
    path: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Everything that is disclosed; nothing in it has a name."""

    choice: Choice
    on: date
    files: Mapping[str, bytes]
    """The files by path, without the page."""
    rows: tuple[EventRow, ...]
    editions: tuple[DisclosedEdition, ...]
    versions: tuple[DisclosedVersion, ...]
    issued: tuple[IssuedPlace, ...]
    """The files of editions that are in it."""
    records: tuple[Given, ...]
    held: tuple[Holding, ...]
    left_out: tuple[LeftOut, ...]
    last: tuple[int, str] = (0, "")
    """The number and the hash of the last event of the ledger."""
    college: str = ""
    """The name of the college."""
    named: bool = False
    """Whether issued files may name people, as they were published."""

    @property
    def free_words(self) -> tuple[EventRow, ...]:
        """The events that repeat what somebody typed, or a server said: a person must read those."""
        return tuple(row for row in self.rows if row.free)


@dataclass
class _Bench:
    """Files and what was left out, as they come together."""

    withheld: Withheld
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def put_json(self, path: str, content: bytes, clean: Callable[[str], str]) -> tuple[str, Any]:
        """Put a file of JSON in, without names; gives its path then, and what it says."""
        said = json.loads(content)
        told = redacted(said, self.withheld, clean)
        if told != said:
            self.left_out.append(LeftOut(path, _TAKEN_OUT, sha256(content)))
            path = f"{path.removesuffix('.json')}.redacted.json"
            content = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
        self.files[path] = content
        return path, told


def issued_places(found: Concerned, choice: Choice) -> tuple[tuple[IssuedPlace, ...], tuple[LeftOut, ...]]:
    """The files of editions that are disclosed, of a college in the formats it was sent; and those that are not."""
    places, left = list[IssuedPlace](), list[LeftOut]()
    for one in found.records:
        sent = {
            str(file["format"])
            for delivery in found.deliveries
            if delivery.facts["record"] == one.sha256
            for file in delivery.facts["files"]
        }
        sent |= {row.format for row in found.prepared if row.issue == (one.record.pack, one.record.edition)}
        folder = f"editions/{one.record.pack}/{one.name.removesuffix('.json')}"
        for file in one.record.files:
            if choice.college is None or file.format in sent:
                places.append(IssuedPlace(f"{folder}/{file.file}", one, file))
            else:
                why = f"It was not sent to {choice.college}."
                left.append(LeftOut(f"{folder}/{file.file}", why, file.sha256))
    return tuple(places), tuple(left)


def disclosure(
    sources: Sources,
    found: Concerned,
    choice: Choice,
    library: Mapping[str, bytes],
    archived: Sequence[tuple[IssuedPlace, bytes]],
    left_out: Sequence[LeftOut],
    withheld: Withheld,
    on: date,
) -> Disclosure:
    """Everything that is disclosed of a choice.

    `library` has the files of the project by path, `archived` the files of editions that are given, and `left_out` what
    was left out before.
    """
    bench = _Bench(withheld, {one.path: content for one, content in archived}, list(left_out))
    editions, records = _records(bench, sources, found)
    versions = tuple(_versions(bench, found, library))
    bench.left_out += (*not_kept(found), *outside(sources, found))
    told = _ledger(bench, sources.events, found)
    planned = {event.subject: event.facts for event in told if event.kind == "planned"}
    prepared = tuple(_without_names(one, withheld) for one in found.prepared)
    rows = event_rows(told, planned, editions, versions, prepared)
    last = sources.events[-1] if sources.events else None
    made = Disclosure(
        choice, on, bench.files, rows, editions, versions, tuple(one for one, _ in archived), records, found.held,
        tuple(bench.left_out), (last.number, last.digest) if last else (0, ""),
    )  # fmt: skip
    bench.files[EVENTS] = events_table(rows)
    bench.files[ABOUT] = _about(made).encode()
    return made


def _records(
    bench: _Bench, sources: Sources, found: Concerned
) -> tuple[tuple[DisclosedEdition, ...], tuple[Given, ...]]:
    """The records of editions, and the chains of their packs, of which the others are given by their hashes."""
    editions, given = list[DisclosedEdition](), list[Given]()
    those, others = {one.sha256 for one in found.records}, 0
    for pack in dict.fromkeys(one.record.pack for one in found.records):
        for one in sources.chains[pack]:
            link = Given(pack, one.record.number, one.sha256, one.record.previous)
            if one.sha256 in those:
                place = f"editions/{pack}/{one.name}"
                path, told = bench.put_json(place, one.content, bench.withheld.out_of_record)
                link = replace(link, given=WHOLE if path == place else REDACTED, path=path)
                editions.append(DisclosedEdition(EditionRecord.model_validate_json(json.dumps(told)), one.sha256))
            else:
                others += 1
            given.append(link)
    if others:
        what = f"{count(others, 'record')} of other editions of these packs"
        bench.left_out.append(LeftOut(what, f"They are outside of the choice: their hashes are in {ABOUT}."))
    return tuple(editions), tuple(given)


def _versions(bench: _Bench, found: Concerned, library: Mapping[str, bytes]) -> Iterator[DisclosedVersion]:
    """The kept versions: the record of each, the words that readers are told, and those that were approved."""
    for name in found.versions:
        text, _, version = name.partition("@")
        folder, place = folder_of(text, version), f"versions/{text}/{version}"
        content = library[f"{folder}/{RECORD}"]
        _, told = bench.put_json(f"{place}/{RECORD}", content, bench.withheld.out_of_record)
        yield DisclosedVersion(KeptRecord.model_validate_json(json.dumps(told)), sha256(content))
        for path, into in ((f"{folder}/{WORDS}", WORDS), (approval_of(text, version), "approved-words.json")):
            if path in library:
                bench.put_json(f"{place}/{into}", library[path], bench.withheld.out_of_words)
        sources = sum(path.startswith(f"{folder}/") for path in library) - 1 - (f"{folder}/{WORDS}" in library)
        why = (
            "Sources may hold notes between editors and names of people. Their SHA-256 are in the record; what readers "
            f"are told stands in {WORDS}."
        )
        bench.left_out.append(LeftOut(f"{place}: {count(sources, 'source file')}", why))


def disclosed_facts(event: Event, deliveries: Container[str]) -> Mapping[str, Any]:
    """The facts of an event that are told: of a recall without the copies of other deliveries."""
    facts = event.facts
    if event.kind != RECALLED:
        return facts
    return {**facts, "copies": [line for line in facts["copies"] if line[0] in deliveries]}


def _ledger(bench: _Bench, every: Sequence[Event], found: Concerned) -> tuple[Event, ...]:
    """Put the chain of events in; gives those that were chosen, without names and without what concerns others."""
    numbers, told, rows = {event.number for event in found.events}, list[Event](), list[list[str]]()
    deliveries = {one.id for one in found.deliveries}
    for event in every:
        number, given = str(event.number), HASH_ONLY
        said = ["", "", "", ""]
        if event.number in numbers:
            own = disclosed_facts(event, deliveries)
            facts = redacted(own, bench.withheld, bench.withheld.out_of_record)
            one = replace(event, said=canonical(facts))
            given = WHOLE if one == event else REDACTED
            told.append(one)
            said = [one.at, one.kind, one.subject, one.said]
            if own != event.facts:
                bench.left_out.append(LeftOut(f"Copies in event {number}", _OF_OTHERS, event.digest))
            if facts != own:
                bench.left_out.append(LeftOut(f"Event {number}", _TAKEN_OUT, event.digest))
        rows.append([given, number, *said, event.previous, event.digest])
    if others := len(every) - len(told):
        what = count(others, "event of the ledger", "events of the ledger")
        why = f"Outside of the choice: their hashes are in {LEDGER_ROWS}, so that the chain can be followed."
        bench.left_out.append(LeftOut(what, why))
    bench.files[LEDGER_ROWS] = as_csv(HEADS, rows).encode()
    return tuple(told)


def _without_names(one: Entry, withheld: Withheld) -> Entry:
    return replace(one, overridden=withheld.out_of_record(one.overridden))


def _about(made: Disclosure) -> str:
    """A disclosure as programs read it."""
    choice = made.choice
    asked = {"college": choice.college, "briefing": choice.briefing, "pack": choice.pack}
    period = {"from": choice.first and choice.first.isoformat(), "to": choice.last and choice.last.isoformat()}
    files = [
        {"path": one.path, "record": one.of.sha256, "sha256": one.file.sha256, "bytes": one.file.bytes}
        for one in made.issued
    ]
    versions = [{"version": f"{v.record.id}@{v.record.version}", "sha256": v.sha256} for v in made.versions]
    said = {
        "schema": FORM,
        "date": made.on.isoformat(),
        "asked": {name: value for name, value in (asked | period).items() if value},
        "last_event": {"number": made.last[0], "sha256": made.last[1]},
        "records": [asdict(one) for one in made.records],
        "versions": versions,
        "files": files,
        "left_out": [asdict(one) for one in made.left_out],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"
