"""The state of editions and kept versions as the library has it now, and the status pages that say so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, Protocol

import click
from markupsafe import Markup

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Exit, Outcome, rendered
from pipeline.core.documents.xhtml import lone_page
from pipeline.core.files import write_whole
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import count
from pipeline.core.services import hooked
from pipeline.load.versions import coded_versions
from pipeline.model.bibliography import Reference, WorkState
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import correction_of, numbers
from pipeline.model.words import format_date
from pipeline.resolve.status import retired_in_words
from pipeline.services.editions.records import Chain, SavedRecord, corrected_by, edition_code, read_records

NowWord = Literal["current", "uncertain", "superseded", "corrected", "withdrawn", "recalled"]

GRAVITY: tuple[NowWord, ...] = ("current", "uncertain", "superseded", "corrected", "withdrawn", "recalled")
"""From the lightest to the gravest: the gravest that applies is said. What is recalled, notices tell."""


@dataclass(frozen=True, slots=True)
class CurrentState:
    """The state of an edition or a version now: a word for it, the sentences that say why, and those on what to do."""

    word: NowWord
    reasons: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Notices(Protocol):
    """Notices of a service on editions and versions, such as recalls: each gives a state with what it adds to it."""

    def of_edition(self, chain: Chain, one: SavedRecord, state: CurrentState) -> CurrentState:
        """The state of an edition, one of the records of its pack."""

    def of_version(self, name: str, version: str, state: CurrentState) -> CurrentState:
        """The state of a kept version."""


def notices(files: Mapping[str, bytes]) -> tuple[Notices, ...]:
    """The notices of every service, by the files of `source/`."""
    return tuple(ask(files) for _, ask in hooked("notices"))


def _gravest(found: list[tuple[NowWord, str]]) -> CurrentState:
    ordered = sorted(found, key=lambda one: -GRAVITY.index(one[0]))
    return CurrentState(ordered[0][0] if ordered else "current", tuple(reason for _, reason in ordered))


def edition_now(library: Library, chain: Chain, one: SavedRecord, told: Iterable[Notices] = ()) -> CurrentState:
    """The state now of an edition: by the records after it, by what became of its briefings, and by notices."""
    found: list[tuple[NowWord, str]] = []
    steps: tuple[str, ...] = ()
    last, corrected = chain[-1], corrected_by(chain, one.record.edition)
    if corrected:
        found.append(("corrected", f"This edition is corrected by {_named(corrected)}."))
    if last.record.number > one.record.number and last is not corrected:
        found.append(("superseded", f"This edition is superseded by {_named(last)}."))
    if found and one is not last:
        copy = "a copy of " if last.record.numbered else ""
        steps = (f"Ask the publisher for {copy}'{last.record.edition}'.",)
    for text in one.record.briefings:
        for word, reason in _by_version(library, text.id, text.version, text.title):
            found.append((word, f"{reason} Do not use it." if word == "withdrawn" else reason))
    state = replace(_gravest(found), steps=steps)
    for notice in told:
        state = notice.of_edition(chain, one, state)
    return state


def _named(one: SavedRecord) -> str:
    return f"'{one.record.edition}', issued on {format_date(one.record.issued)}"


def version_now(library: Library, name: str, version: str, title: str, told: Iterable[Notices] = ()) -> CurrentState:
    """The state now of a kept version: by the present text, by the versions after it, and by notices."""
    found = list(_by_version(library, name, version, title))
    later = [one for one in library.kept_numbers.get(name, ()) if numbers(one) > numbers(version)]
    if later and not any(word == "corrected" for word, _ in found):
        found.append(("superseded", f"Version {later[-1]} is published since."))
    state = _gravest(found)
    for notice in told:
        state = notice.of_version(name, version, state)
    return state


def with_doubts(state: CurrentState, rests: Iterable[tuple[str, Iterable[Reference]]]) -> CurrentState:
    """The state with the works that do not hold any more, behind the title of each text that rests on them.

    Only who publishes the text can say whether it still holds: what was current is uncertain.
    """
    reasons = []
    for title, works in rests:
        for work in works:
            on = f" on {format_date(work.state_day)}" if work.state_day else ""
            retracted = work.state is WorkState.RETRACTED
            what = "which was retracted" if retracted else "about which an expression of concern was published"
            reasons.append(f"'{title}' rests on {work.key}, {what}{on}.")
    word = "uncertain" if reasons and state.word == "current" else state.word
    return replace(state, word=word, reasons=(*state.reasons, *reasons))


def _by_version(library: Library, name: str, version: str, title: str) -> Iterator[tuple[NowWord, str]]:
    """Facts that stand against relying on a version of a text."""
    briefing = library.briefings.get(name)
    if briefing is None:
        why = "cannot be read now" if name in library.broken else "is not in the library any more"
        yield "uncertain", f"'{title}' {why}: nobody can say whether it still holds."
        return
    if retired := retired_in_words(library, name):
        word: NowWord = "withdrawn" if briefing.fields.status is Status.WITHDRAWN else "superseded"
        yield word, f"'{title}' is {retired.rstrip('.')}."
    published = {*library.kept_numbers.get(name, ())}
    published |= {briefing.fields.version} if briefing.fields.status is Status.PUBLISHED else set()
    if later := correction_of(version, briefing.fields.history, published):
        yield "corrected", f"'{title}' {version} has a mistake that version {later} corrects."


# Status pages have no script, fetch nothing and name no holder; any host and any telephone can have one.

PLACE = "v"
"""The folder of the pages, below the library's address: a QR code in capitals is a small one."""

MOST_REASONS = 8
"""Reasons that a page tells; of more it says how many."""

_MEANING: Mapping[NowWord, str] = {
    "current": "It is the last one that was issued, and nothing in it was withdrawn, corrected or recalled.",
    "uncertain": "Ask before you rely on it.",
    "superseded": "Another has taken its place: use that one.",
    "corrected": "It has a mistake that has been put right since: use the corrected one.",
    "withdrawn": "Do not use it any more.",
    "recalled": "Stop using it. If you hold it and got no notice, ask the publisher for one.",
}

_STYLE = """\
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif }
body { max-width: 36rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 2rem; line-height: 1.2; margin: 1.5rem 0 .25rem; border-top: 2px solid; padding-top: 1rem }
footer { border-top: 1px solid; margin-top: 2rem; padding-top: .5rem }
code { font: inherit; letter-spacing: .08em }"""

_FOOT = Markup("""{publisher}. The code is <code>{code}</code>, of a numbered copy one that begins with the
same {many} symbols. This page was written on {day}.{contact}""")


@dataclass(frozen=True, slots=True)
class Coded:
    """A thing that a code was printed on: an edition of a pack, or a version of a briefing."""

    code: str
    """The symbols of its words."""
    title: str
    name: str
    """The name of the edition, or the number of the version, in words."""
    on: date
    """The day on which it was issued or published."""
    now: CurrentState


def status_pages(things: Iterable[Coded], publisher: str, contact: str, day: date) -> Iterator[tuple[str, bytes]]:
    """The pages, each with its path, in small letters and in capitals. Things that share a code share a page."""
    for code, those in groupby(sorted(things, key=lambda one: (one.code, one.title, one.on)), key=lambda one: one.code):
        on_page = tuple(those)
        ask = f" Questions: {contact}" if contact else ""
        foot = _FOOT.format(
            publisher=publisher, code=PrintedCode(code), many=len(code), day=format_date(day), contact=ask
        )
        title = f"{on_page[0].title}: {on_page[0].now.word}"
        page = lone_page(title, _STYLE, Markup("\n").join(map(_thing, on_page)), foot).encode()
        for folder in (code.casefold(), code):
            yield f"{PLACE}/{folder}/index.html", page


def _thing(one: Coded) -> Markup:
    reasons = one.now.reasons[:MOST_REASONS]
    left = len(one.now.reasons) - MOST_REASONS
    more = [f"And {left} more of its texts have changed."] if left > 0 else []
    sentences = (*reasons, *more, *one.now.steps)
    paragraphs = Markup("\n").join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
    return Markup("<h1>{}</h1>\n<p>{}, of {}</p>\n<h2>{}</h2>\n<p>{}</p>\n{}").format(
        one.title, one.name, format_date(one.on), one.now.word.capitalize(), _MEANING[one.now.word], paragraphs
    )


def coded(project: Project) -> Iterator[tuple[str, Coded, frozenset[str]]]:
    """Everything that has a code, by owner, the first one first, with its briefings.

    That is each edition, and each kept version whose wording is on record.
    """
    library = project.loaded[0]
    records = read_records(project.files)
    told = notices(project.files)
    for one in records.every():
        record, state = one.record, edition_now(library, records.chains[one.record.pack], one, told)
        edition = Coded(edition_code(record).text, record.title, record.edition, record.issued, state)
        yield f"packs/{record.pack}", edition, frozenset(text.id for text in record.briefings)
    for kept in reversed(tuple(coded_versions(project.files))):
        state = version_now(library, kept.id, kept.version, kept.title, told)
        version = Coded(kept.code.text, kept.title, f"Version {kept.version}", kept.published, state)
        yield f"briefings/{kept.id}", version, frozenset({kept.id})


def write_pages(project: Project, folder: Path, day: date) -> tuple[int, int]:
    """Write the pages below a folder; gives the number of things that they are of, and of codes."""
    things = tuple(one for _, one, _ in coded(project))
    fields = project.loaded[0].imprint.fields
    with output_lock(project):
        for path, page in status_pages(things, fields.publisher, fields.contact or "", day):
            write_whole(folder / path, page)
    return len(things), len({one.code for one in things})


def _address(project: Project) -> str:
    """The address that the pages are printed with; where none is, one below the library's."""
    fields = project.loaded[0].imprint.fields
    below = f"{fields.address.rstrip('/')}/{PLACE}" if fields.address else ""
    return fields.status_pages or below


@click.command("pages")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write to (default: output/verify)."
)
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that the pages bear (default: today).")
@rendered("text")
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Write a status page for every code that was ever issued.

    Each says what the code is of and whether that is current, and names nobody who holds it. Put the folder 'v' on your
    host, where 'status_pages' of library.yaml says, after each issue and whenever a text is published or withdrawn.
    """
    if remarks := read_records(project.files).remarks:
        none = "No page was written: what the records say must hold before others read it."
        return Outcome(remarks, [none], Exit.FAULTS)
    place = folder or project.output / "verify"
    things, codes = write_pages(project, place, day_of(on, project))
    where = f" Put it on your host as {_address(project)}." if _address(project) else ""
    said = f"{count(codes, 'status page')} in {place / PLACE}.{where}"
    none = "No code was issued yet: there is no edition and no kept version."
    return Outcome(text=[said if things else none], may_be_quiet=True)
