"""Find the current state of editions and kept versions, and write it to status pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, Protocol

import click
from markupsafe import Markup

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.cli.options import DAY, production_day
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.core.documents.xhtml import build_single_page
from pipeline.core.files import write_atomically
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import count_noun
from pipeline.core.services import Hook
from pipeline.load.versions import read_coded_versions
from pipeline.model.bibliography import Reference, WorkState
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import correction_of, numbers
from pipeline.model.words import format_date
from pipeline.resolve.status import retirement_in_words
from pipeline.services.editions.record_chain import PackChain, SavedRecord, corrected_by, edition_code, read_records

StateWord = Literal["current", "uncertain", "superseded", "corrected", "withdrawn", "recalled"]

GRAVITY: tuple[StateWord, ...] = ("current", "uncertain", "superseded", "corrected", "withdrawn", "recalled")
"""From the lightest to the gravest; the gravest that applies is shown. Only notices make a state `recalled`."""


@dataclass(frozen=True, slots=True)
class CurrentState:
    """The current state of an edition or version: a word, its reasons and the next step, in sentences."""

    word: StateWord
    reasons: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Notices(Protocol):
    """Notices of a service on editions and versions, such as recalls, which change their states."""

    def of_edition(self, chain: PackChain, saved: SavedRecord, state: CurrentState) -> CurrentState:
        """Return the state of an edition with these notices; `chain` has the records of its pack."""

    def of_version(self, name: str, version: str, state: CurrentState) -> CurrentState:
        """Return the state of a kept version with these notices."""


NOTICES: Hook[Callable[[Mapping[str, bytes]], Notices]] = Hook("notices")


def notices(files: Mapping[str, bytes]) -> tuple[Notices, ...]:
    """Return the notices of all services in the files of `source/`."""
    return tuple(ask(files) for ask in NOTICES)


def _gravest(reasons: list[tuple[StateWord, str]]) -> CurrentState:
    ordered = sorted(reasons, key=lambda reason: -GRAVITY.index(reason[0]))
    return CurrentState(ordered[0][0] if ordered else "current", tuple(reason for _, reason in ordered))


def edition_now(library: Library, chain: PackChain, saved: SavedRecord, notes: Iterable[Notices] = ()) -> CurrentState:
    """Return the current state of an edition from later records, its briefings and notices."""
    reasons: list[tuple[StateWord, str]] = []
    steps: tuple[str, ...] = ()
    last, corrected = chain[-1], corrected_by(chain, saved.record.edition)
    if corrected:
        reasons.append(("corrected", f"This edition is corrected by {_named(corrected)}."))
    if last.record.number > saved.record.number and last is not corrected:
        reasons.append(("superseded", f"This edition is superseded by {_named(last)}."))
    if reasons and saved is not last:
        copy = "a copy of " if last.record.numbered else ""
        steps = (f"Ask the publisher for {copy}'{last.record.edition}'.",)
    for text in saved.record.briefings:
        for word, reason in _by_version(library, text.id, text.version, text.title):
            reasons.append((word, f"{reason} Do not use it." if word == "withdrawn" else reason))
    state = replace(_gravest(reasons), steps=steps)
    for notice in notes:
        state = notice.of_edition(chain, saved, state)
    return state


def _named(saved: SavedRecord) -> str:
    return f"'{saved.record.edition}', issued on {format_date(saved.record.issued)}"


def version_now(library: Library, name: str, version: str, title: str, notes: Iterable[Notices] = ()) -> CurrentState:
    """Return the current state of a kept version from the current text, later versions and notices."""
    reasons = list(_by_version(library, name, version, title))
    newer = [number for number in library.kept_numbers.get(name, ()) if numbers(number) > numbers(version)]
    if newer and not any(word == "corrected" for word, _ in reasons):
        reasons.append(("superseded", f"Version {newer[-1]} is published since."))
    state = _gravest(reasons)
    for notice in notes:
        state = notice.of_version(name, version, state)
    return state


def with_doubts(state: CurrentState, works_by_title: Iterable[tuple[str, Iterable[Reference]]]) -> CurrentState:
    """Add the doubtful works that texts rely on, by the texts' titles; a current state becomes uncertain.

    Only the publisher can say whether such a text is still right.
    """
    reasons = []
    for title, works in works_by_title:
        for work in works:
            day = f" on {format_date(work.state_day)}" if work.state_day else ""
            retracted = work.state is WorkState.RETRACTED
            what = "which was retracted" if retracted else "about which an expression of concern was published"
            reasons.append(f"'{title}' rests on {work.key}, {what}{day}.")
    word = "uncertain" if reasons and state.word == "current" else state.word
    return replace(state, word=word, reasons=(*state.reasons, *reasons))


def _by_version(library: Library, name: str, version: str, title: str) -> Iterator[tuple[StateWord, str]]:
    """Yield the reasons not to rely on a version of a text."""
    briefing = library.briefings.get(name)
    if briefing is None:
        state = "cannot be read now" if name in library.broken else "is not in the library any more"
        yield "uncertain", f"'{title}' {state}: its present status is unknown."
        return
    if words := retirement_in_words(library, name):
        word: StateWord = "withdrawn" if briefing.fields.status is Status.WITHDRAWN else "superseded"
        yield word, f"'{title}' is {words.rstrip('.')}."
    published = {*library.kept_numbers.get(name, ())}
    published |= {briefing.fields.version} if briefing.fields.status is Status.PUBLISHED else set()
    if newer := correction_of(version, briefing.fields.history, published):
        yield "corrected", f"'{title}' {version} has a mistake that version {newer} corrects."


# Status pages have no script, load nothing and name no holder, so that any host can serve them.

PLACE = "v"
"""The folder of the pages below the library's address, short for small QR codes."""

MOST_REASONS = 8
"""Most reasons on a page; for more it shows their number."""

_MEANING: Mapping[StateWord, str] = {
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
class CodedEdition:
    """An edition of a pack or a version of a briefing, which has a printed code."""

    code: str
    """The symbols of its words."""
    title: str
    name: str
    """The name of the edition, or the number of the version, in words."""
    on: date
    """The day on which it was issued or published."""
    now: CurrentState


def status_pages(
    things: Iterable[CodedEdition], publisher: str, contact: str, day: date
) -> Iterator[tuple[str, bytes]]:
    """Yield the path and bytes of the page of each code, with the code in small letters and in capitals."""
    ordered = sorted(things, key=lambda thing: (thing.code, thing.title, thing.on))
    for code, group in groupby(ordered, key=lambda thing: thing.code):
        on_page = tuple(group)
        questions = f" Questions: {contact}" if contact else ""
        foot = _FOOT.format(
            publisher=publisher, code=PrintedCode(code), many=len(code), day=format_date(day), contact=questions
        )
        title = f"{on_page[0].title}: {on_page[0].now.word}"
        page = build_single_page(title, _STYLE, Markup("\n").join(map(_thing, on_page)), foot).encode()
        for folder in (code.casefold(), code):
            yield f"{PLACE}/{folder}/index.html", page


def _thing(thing: CodedEdition) -> Markup:
    reasons = thing.now.reasons[:MOST_REASONS]
    unlisted = len(thing.now.reasons) - MOST_REASONS
    more = [f"And {unlisted} more of its texts have changed."] if unlisted > 0 else []
    sentences = (*reasons, *more, *thing.now.steps)
    paragraphs = Markup("\n").join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
    word = thing.now.word
    return Markup("<h1>{}</h1>\n<p>{}, of {}</p>\n<h2>{}</h2>\n<p>{}</p>\n{}").format(
        thing.title, thing.name, format_date(thing.on), word.capitalize(), _MEANING[word], paragraphs
    )


def list_coded(project: Project) -> Iterator[tuple[str, CodedEdition, frozenset[str]]]:
    """Yield each edition, and each kept version whose wording is on record, with its owner and its briefings."""
    library = project.loaded[0]
    records = read_records(project.files)
    notes = notices(project.files)
    for saved in records.every():
        record, state = saved.record, edition_now(library, records.chains[saved.record.pack], saved, notes)
        thing = CodedEdition(edition_code(record).text, record.title, record.edition, record.issued, state)
        yield f"packs/{record.pack}", thing, frozenset(text.id for text in record.briefings)
    for version in reversed(tuple(read_coded_versions(project.files))):
        state = version_now(library, version.id, version.version, version.title, notes)
        thing = CodedEdition(version.code.text, version.title, f"Version {version.version}", version.published, state)
        yield f"briefings/{version.id}", thing, frozenset({version.id})


def write_pages(project: Project, folder: Path, day: date) -> tuple[int, int]:
    """Write the pages below a folder; return the number of editions and versions, and of codes."""
    things = tuple(thing for _, thing, _ in list_coded(project))
    fields = project.loaded[0].imprint.fields
    with output_lock(project):
        for path, page in status_pages(things, fields.publisher, fields.contact or "", day):
            write_atomically(folder / path, page)
    return len(things), len({thing.code for thing in things})


def _address(project: Project) -> str:
    """Return the printed address of the pages; by default one below the library's."""
    fields = project.loaded[0].imprint.fields
    usual = f"{fields.address.rstrip('/')}/{PLACE}" if fields.address else ""
    return fields.status_pages or usual


@click.command("pages")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write to (default: output/verify)."
)
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The date on the pages (default: today).")
@verb_with_outcome("text")
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Write a status page for each printed code.

    Each page says which text or edition the code belongs to, and whether it is current. It does not name the
    holder. Upload the folder 'v' to the address 'status_pages' of library.yaml after each issue, publication or
    withdrawal.
    """
    if remarks := read_records(project.files).remarks:
        nothing = "No page was written: what the records say must hold before others read it."
        return Outcome(remarks, [nothing], Exit.FAULTS)
    target = folder or project.output / "verify"
    things, codes = write_pages(project, target, production_day(on, project))
    where = f" Put it on your host as {_address(project)}." if _address(project) else ""
    line = f"{count_noun(codes, 'status page')} in {target / PLACE}.{where}"
    nothing = "No code was issued yet: there is no edition and no kept version."
    return Outcome(text=[line if things else nothing], may_be_quiet=True)
