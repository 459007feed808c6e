"""Disclosures as the command makes them: the sources, the names that are withheld, the files, and the bag."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from pipeline import __version__
from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import project_events
from pipeline.cli.colleges.transports import secrets_in
from pipeline.cli.editions.chain_faults import witnesses_of
from pipeline.cli.sealing.seal import key_faults, signing_key
from pipeline.codes import issues as codes
from pipeline.colleges.disclosure.bag import MINISIGN_TAGS, PAYLOAD, SSH_TAGS, TAG_MANIFEST, tag_files
from pipeline.colleges.disclosure.choice import Choice, Concerned, Sources
from pipeline.colleges.disclosure.contents import PAGE, Disclosure, IssuedPlace, disclosure, issued_places
from pipeline.colleges.disclosure.expected import kept_records
from pipeline.colleges.disclosure.left_out import LeftOut
from pipeline.colleges.disclosure.names import Withheld, people_in
from pipeline.colleges.disclosure.page import OnPage, disclosure_page, subject
from pipeline.colleges.disclosure.printed import texts_in
from pipeline.colleges.holdings import deliveries
from pipeline.colleges.ledger.kept import FORMER as USUAL
from pipeline.core.diagnostics import Desk, Diagnostic, errors, ordered
from pipeline.core.digest import sha256
from pipeline.core.errors import EnvironmentFailure, UsageError
from pipeline.core.files import name_beside, remove, write_whole
from pipeline.editions.copies import zipped
from pipeline.editions.issued.archive import FolderShelf, archive_of
from pipeline.editions.issued.audit import archived_otherwise, chain_faults, kept_faults
from pipeline.editions.issued.page_words import CannotBeRead
from pipeline.editions.issued.records import read_records
from pipeline.editions.sealing.check_page import page_style
from pipeline.editions.sealing.signatures import SigningKey, minisign_signature, ssh_signature
from pipeline.load.library.folders import REGISTER
from pipeline.load.library.kept import read_kept
from pipeline.load.library.library import load
from pipeline.load.library.register import read_register
from pipeline.model.day import in_words
from pipeline.model.source.briefing import Amendment, Contributor


@dataclass(frozen=True, slots=True)
class Opened:
    """The sources of a library, opened for a disclosure, with why they cannot be relied on, where they cannot."""

    sources: Sources
    faults: tuple[Diagnostic, ...]

    @property
    def newest(self) -> date:
        """The day of the newest thing that is on record."""
        days = [date.fromisoformat(event.at[:10]) for event in self.sources.events[-1:]]
        days += [one.record.issued for chain in self.sources.chains.values() for one in chain]
        days += [one.published for one in self.sources.kept.values()]
        days += [entry.prepared for entry in self.sources.register]
        return max(days, default=date.min)


def opened(project: Project) -> Opened:
    """The events, records, kept versions and the register of a project."""
    events, broken = project_events(project)
    records, desk = read_records(project.files), Desk()
    faults = [*broken, *key_faults(project.loaded[0])]
    faults += [*chain_faults(records, witnesses_of(project, project.loaded[0].imprint, project.files))]
    faults += [fault for chain in records.chains.values() for fault in kept_faults(chain, project.files)]
    read_kept(project.files, frozenset(), load, desk)
    register, remarks = read_register(project.files.get(REGISTER, b""))
    faults += [*errors(desk.remarks), *errors(remarks)]
    return Opened(Sources(events, records.chains, dict(kept_records(project.files)), register), ordered(faults))


# Names


class Credited(Protocol):
    """A text of which somebody is the author, the reviewer, the owner or the approver."""

    @property
    def authors(self) -> tuple[Contributor, ...]:
        """Its authors."""

    @property
    def reviewers(self) -> tuple[Contributor, ...]:
        """Its reviewers."""

    @property
    def owner(self) -> str | None:
        """Its owner."""

    @property
    def history(self) -> tuple[Amendment, ...]:
        """Its changes, with those who approved them."""


def withheld_in(project: Project, found: Opened, more: Iterable[str] = ()) -> Withheld:
    """Everything that must not stand in a disclosure, by all that the library and every kept version say of people.

    Files of a pack hold texts that nobody asked about: who made those goes too.
    """
    library = project.loaded[0]
    kept = read_kept(project.files, frozenset(found.sources.kept), load, Desk()).kept
    bodies = {one.name for one in library.organisations.values()} | {one.name for one in library.colleges.values()}
    titles = [library.imprint.fields.publisher, *bodies, *(one.fields.title for one in library.packs.values())]
    vocabulary = frozenset(word.casefold() for title in titles for word in title.split())
    texts = [one.fields for one in library.briefings.values()]
    texts += [one.briefing.fields for one in kept.values()]
    said = [name for text in texts for name in _credited(text)]
    said += [one.approved_by or "" for one in found.sources.kept.values()]
    said += [one.record.approved_by or "" for chain in found.sources.chains.values() for one in chain]
    asked = library.imprint.fields.accessibility
    said += [asked.evaluated_by] if asked and asked.evaluated_by else []
    people = {name for one in said if one not in bodies for name in people_in(one, vocabulary)}
    users = {*library.colleges, *deliveries(found.sources.events)}
    also = frozenset(" ".join(words.split()) for words in more if words.strip())
    return Withheld(frozenset(people), also, secrets_in(os.environ), vocabulary, frozenset(users))


def _credited(text: Credited) -> Iterator[str]:
    yield from (one.name for one in (*text.authors, *text.reviewers))
    yield from (one.approved_by for one in text.history if one.approved_by)
    yield text.owner or ""


# Files


@dataclass(frozen=True, slots=True)
class Archived:
    """Issued files as the archive has them, those that are left out, and what is wrong with the archive."""

    files: tuple[tuple[IssuedPlace, bytes], ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[Diagnostic, ...]


def archived(project: Project, places: Iterable[IssuedPlace], withheld: Withheld, *, named: bool) -> Archived:
    """The issued files that can be given; those that name people only where they are asked for by `named`."""
    imprint = project.loaded[0].imprint
    archive = archive_of(imprint.fields.archive, project.folder)
    files, left, faults = list[tuple[IssuedPlace, bytes]](), list[LeftOut](), list[Diagnostic]()
    for one in places if archive is None else ():
        left.append(LeftOut(one.path, "The library names no archive.", one.file.sha256))
    if left:
        faults.append(codes.ARCHIVE_MISSING.at(imprint.marks.at()))
    for one in places if archive else ():
        content = archive.file(one.file.sha256) if archive else None
        wrong = tuple(archived_otherwise(one.of, one.file, content, imprint.marks.at("archive")))
        if wrong or content is None:
            faults += wrong
            why = "The archive does not have it." if content is None else "The archive has other bytes of it."
        else:
            why = "" if named else _named(content, withheld)
        if why or content is None:
            left.append(LeftOut(one.path, why, one.file.sha256))
        else:
            files.append((one, content))
    return Archived(tuple(files), tuple(left), ordered(faults))


def _named(content: bytes, withheld: Withheld) -> str:
    """The reason for which a file is left out because of the names in it; nothing where it has none."""
    if withheld.full_names is None:
        return ""
    try:
        found = any(map(withheld.names, texts_in(content)))
    except CannotBeRead as closed:
        return f"Nobody can say whether it names people: {closed}."
    return "It names people, as it was published: --named-files gives it." if found else ""


def disclosed(
    project: Project,
    sources: Sources,
    found: Concerned,
    choice: Choice,
    withheld: Withheld,
    day: date,
    *,
    named: bool,
) -> tuple[Disclosure, tuple[Diagnostic, ...]]:
    """Everything that is disclosed, and what is wrong with the archive."""
    places, left = issued_places(found, choice)
    held = archived(project, places, withheld, named=named)
    left += held.left_out
    made = disclosure(sources, found, choice, project.files, held.files, left, withheld, day)
    return replace(made, named=named), held.faults


# The bag


def packed(project: Project, made: Disclosure, withheld: Withheld) -> Mapping[str, bytes]:
    """The files of the bag, by path; signed, where the library names a key. Raises `EnvironmentFailure`."""
    library, key = project.loaded[0], signing_key(project)
    fields = library.imprint.fields
    college = library.colleges.get(made.choice.college or "")
    made = replace(made, college=withheld.out_of_words(college.name) if college else "")
    contact, publisher = withheld.out_of_record(fields.contact or ""), withheld.out_of_words(fields.publisher)
    style = page_style(library.imprint, project.layouts)
    page = disclosure_page(made, OnPage(publisher, contact, style, key.public.minisign if key else ""))
    files = {**made.files, PAGE: page.encode()}
    payload = {f"{PAYLOAD}{path}": content for path, content in sorted(files.items())}
    said = {
        "Bag-Software-Agent": f"briefings {__version__}",
        "Bagging-Date": made.on.isoformat(),
        "External-Description": f"Disclosure: {subject(made.choice, made.college)}. Read data/{PAGE} in a browser.",
        "Source-Organization": publisher,
        **({"Contact-Email": contact} if "@" in contact else {}),
    }
    tags = tag_files({path: (sha256(content), len(content)) for path, content in payload.items()}, said)
    return {**payload, **tags, **(_signatures(key, tags[TAG_MANIFEST], made.on) if key else {})}


def _signatures(key: SigningKey, content: bytes, on: date) -> dict[str, bytes]:
    comment = f"disclosure={on.isoformat()}"
    return {MINISIGN_TAGS: minisign_signature(key, content, comment), SSH_TAGS: ssh_signature(key, content)}


def put_bag(files: Mapping[str, bytes], place: Path) -> None:
    """Write a bag, whole or not at all: a folder, or an archive where its name ends in .zip."""
    if place.suffix.casefold() == ".zip":
        write_whole(place, zipped(place.stem, files))
        return
    beside = Path(name_beside(place.absolute().parent))
    try:
        for name, content in files.items():
            write_whole(beside / name, content)
        beside.rename(place)
    except BaseException as failure:
        remove(beside)
        if isinstance(failure, OSError):
            raise EnvironmentFailure(f"{place} cannot be written: {failure.strerror}.") from failure
        raise


def refuse_place(project: Project, place: Path) -> None:
    """Refuse a file that is there already, one that has no name, and places of the library. Raises `UsageError`."""
    if not place.name.strip("."):
        raise UsageError(f"'{place}' is no name for a new file or folder.")
    if os.path.lexists(place):
        raise UsageError(f"{place} is there already: name a new file.")
    for parent in place.absolute().parents:
        if parent.exists() and not parent.is_dir():
            raise UsageError(f"{place} cannot be made: {parent} is a file.")
    if place.resolve().is_relative_to((project.folder / "source").resolve()):
        raise UsageError("A disclosure cannot lie in source/: name a file elsewhere.")
    archive = archive_of(project.loaded[0].imprint.fields.archive, project.folder)
    shelf = archive.shelf if archive else None
    kept = [project.folder / Path(USUAL).parent, *([shelf.folder] if isinstance(shelf, FolderShelf) else [])]
    if any(place.resolve().is_relative_to(folder.resolve()) for folder in kept):
        raise UsageError("A disclosure cannot lie in the archive or beside the ledger: name a file elsewhere.")


def refuse_ids(project: Project, found: Opened, words: Iterable[str]) -> None:
    """Refuse to withhold what colleges, packs, texts, editions and deliveries are known by. Raises `UsageError`."""
    library = project.loaded[0]
    editions = {one.record.edition for chain in found.sources.chains.values() for one in chain}
    texts = {name for pinned in found.sources.kept for name in (pinned, pinned.partition("@")[0])}
    ids = {*library.colleges, *library.packs, *library.briefings, *found.sources.chains, *editions, *texts}
    ids |= {*deliveries(found.sources.events)}
    known = {one.casefold(): one for one in ids}
    for word in words:
        if own := known.get(" ".join(word.split()).casefold()):
            raise UsageError(
                f"--withhold {word}: '{own}' is what something on record is known by; it cannot be left out."
            )


def summary(made: Disclosure) -> Iterator[str]:
    """Lines for the terminal: what was left out, and the words that a person must read."""
    for one in made.left_out:
        yield f"  left out: {one.what}. {one.why}"
    if made.free_words:
        yield "Read these before you hand it on: people typed them, or servers said them, and may have named somebody."
        yield from (f"  {row.event} on {in_words(row.day)}: {row.detail}" for row in made.free_words)
