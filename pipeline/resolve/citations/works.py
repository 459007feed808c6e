"""States of works; works named but not cited."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Reference, WorkState
from pipeline.model.body import Citation
from pipeline.model.source.versions import version_ref
from pipeline.model.words import MONTHS, format_date
from pipeline.resolve.citations.fill import first_named
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, NodeIndex, PackView, WordRun, by_kind, runs, unlinked_runs
from pipeline.resolve.versions import inherited_texts

_CODES: Mapping[WorkState, str] = {
    WorkState.RETRACTED: "reference-retracted",
    WorkState.CONCERN: "reference-concern",
    WorkState.CORRECTED: "reference-corrected",
    WorkState.REINSTATED: "reference-reinstated",
}


def works_of(reading: BriefingView) -> tuple[Reference, ...]:
    """The works that a text rests on and that the bibliography knows: of its notes and caveats too, in order of key."""
    known = reading.environment.bibliography
    inherited = {citation.key for citation in by_kind(inherited_texts(reading)).get(Citation, ())}
    return _known({*first_named(reading), *inherited}, known)


def _known(keys: set[str], known: Bibliography) -> tuple[Reference, ...]:
    return tuple(known[key] for key in sorted(keys) if key in known)


def works_against(reading: BriefingView, place: Location | None = None) -> Iterator[Diagnostic]:
    """All that stands against publishing a text because of its works, told at their entries or at a given place.

    Those are works that were retracted, or about which a concern was expressed, and whose author does not say that they
    know. Of a kept version the entries stand among its own files.
    """
    for work in works_of(reading):
        if work.notice and work.notice.state in PRINTED_STATES:
            yield from state_of_work(work, place or work.place, reading)


def works_against_pack(binding: PackView) -> Iterator[tuple[str, Diagnostic]]:
    """The same of each text of a pack, with the text's id; of a kept version told at the pack's line."""
    lines = {member.key: binding.pack.marks.at(*member.way) for member in reversed(binding.members)}
    for reading in binding.present:
        for told in works_against(reading, lines[reading.key] if reading.kept else None):
            yield reading.briefing.id, told


def state_of_work(work: Reference, place: Location, reading: BriefingView | None = None) -> Iterator[Diagnostic]:
    """The remark on what has become of a work, unless its author knows; `reading` is the text that rests on it."""
    notice = work.notice
    if notice is None or work.is_cited_knowingly or (notice.state is WorkState.REINSTATED and not work.cited_as):
        return
    on = f" on {format_date(notice.day)}" if notice.day else ""
    grounds = f" Reasons given: {'; '.join(notice.reasons)}." if notice.reasons else ""
    grounds += f" The notice is at https://doi.org/{notice.doi}." if notice.doi else ""
    hint = None
    if reading and reading.kept:
        name = version_ref(reading.briefing.id, reading.kept)
        hint = f"'{name}' rests on it. Publish a version that does not, or whose author knows, and bind it.{grounds}"
    more = f"{grounds} 'briefings cites {work.key}' lists who rests on it."
    yield message(_CODES[notice.state], place, hint, key=work.key, on=on, state=work.cited_as, more=more)


# Rules


def works_cited_still_hold(environment: Environment, passage: NodeIndex) -> Iterator[Diagnostic]:
    """Nothing has become of a work that a text cites; told at the work's entry, once for all who cite it."""
    for work in _known({citation.key for citation in passage.every(Citation)}, environment.bibliography):
        yield from state_of_work(work, work.place)


def works_named_still_hold(reading: BriefingView) -> Iterator[Diagnostic]:
    """Nor of one that stands in the evidence, an example of practice or the list of a briefing."""
    for work in _known(set(first_named(reading)), reading.environment.bibliography):
        yield from state_of_work(work, work.place)


def works_of_pinned_versions_hold(binding: PackView) -> Iterator[Diagnostic]:
    """Nothing has become of a work that a kept version in a pack rests on, whatever the present text rests on."""
    for member in binding.members:
        reading = binding.readings.get(member.key)
        for work in works_of(reading) if reading and reading.kept else ():
            yield from state_of_work(work, binding.pack.marks.at(*member.way), reading)


# Works that a text names without citing them

_BRACKETS = re.compile(r"\[(?P<inside>[^\[\]]{1,200})\]")
_KEY = re.compile(r"(?<![^\s\[\]();,])[^\s\[\]();,]*\w")
_DIGITS = re.compile(r"\d{4}")
_YEAR = re.compile(r"(?<![\d/.-])(?P<year>1[5-9]\d\d|20\d\d)[a-z]?(?=[):;,.]|$)")
_CAPITAL = r"(?![a-z])[^\W\d_]"
"""A letter that a name begins with, also that of another alphabet."""
_NAMES = re.compile(
    rf"(?P<first>{_CAPITAL}[\w'’-]*"
    rf"(?:[ \n]+(?:of|for|and|the|on|de|van|von|der|den|la)?[ \n]*{_CAPITAL}[\w'’-]*){{0,6}}?)"
    r"(?P<others>(?:,?[ \n]+(?:et[ \n]al\.?|and[ \n](?:others|colleagues))"
    rf"|(?:,|,?[ \n]+(?:and|&))[ \n]+{_CAPITAL}[\w'’.-]*){{0,5}})"
    r"(?P<opens>,?[ \n]*\(|,[ \n]+|[ \n]+(?=\Z))\Z"
)
_PARTICLES = re.compile(r"^(?:[^\W\d_A-Z]+ )+")
_BEGINNING = re.compile(rf"(?<![\w'’-]){_CAPITAL}")
_WORK = re.compile(
    r"(?:see )?(?P<names>(?P<first>(?:(?:van|von|de|der|den|du|la|le)[ \n])*(?![a-z])[^\W\d_][\w'’-]+)"
    r"(?:[ \n](?:and|&)[ \n](?:others|colleagues|(?![a-z])[^\W\d_][\w'’-]+)|(?P<et>,?[ \n]et[ \n]al\.?)))"
    r",[ \n](?P<year>(?:19|20)\d\d)[a-z]?"
)
"""More than one author: one word before a year may be a place as well."""
_NO_NAMES = frozenset(
    (
        *(*MONTHS, "Spring", "Summer", "Autumn", "Winter", "Easter", "Christmas"),
        *("England", "Wales", "Scotland", "Ireland", "Britain"),
    )
)
_ROUND = re.compile(r"\((?P<inside>[^()]{6,200})\)")

_FARTHEST = 120
"""Number of characters before a year in which its authors are looked for."""


def keys_have_their_mark(environment: Environment, passage: NodeIndex) -> Iterator[Diagnostic]:
    """A key of the bibliography in the words of a text was meant as a citation."""
    known = environment.bibliography
    for run in runs(passage) if known else ():
        words = run.words
        told = 0
        for found in _BRACKETS.finditer(words) if "[" in words else ():
            parts = [part.strip() for part in found["inside"].split(";")]
            keys = [_key_in(re.split(r"[\s,]", part)[0], known) for part in parts]
            if all(keys):
                told = found.end()
                meant = "; ".join(f"@{key}" for key in keys)
                yield _unmarked(run, found.start(), found[0], f"[{meant}]")
        for found in _KEY.finditer(words):
            if not _DIGITS.search(found[0]):
                continue
            key = _key_in(found[0], known)
            if key and _is_unlike_a_word(key) and found.start() >= told:
                yield _unmarked(run, found.start(), found[0], f"@{key}")


def _unmarked(run: WordRun, offset: int, written: str, meant: str) -> Diagnostic:
    return message("cite-unmarked", run.place(offset), f"Did you mean {meant}?", written=written)


def _key_in(written: str, known: Bibliography) -> str:
    """The key that words are, but for up to two signs before it or an @ within; nothing if they are none."""
    if "@" in written[1:] and written.replace("@", "") in known:
        return written.replace("@", "")
    return next((written[n:] for n in range(3) if written[n:] in known and not written[:n].isalnum()), "")


def _is_unlike_a_word(key: str) -> bool:
    """Whether nobody would write it in a sentence: letters with a year."""
    return bool(_DIGITS.search(key) and re.search(r"[^\W\d]", key))


def works_are_not_cited_by_hand(reading: BriefingView) -> Iterator[Diagnostic]:
    """A text that names authors and year of a work cites it: else the work is missing from its list."""
    passage = reading.passage
    by_year: dict[str, list[Reference]] = {}
    cited = {citation.key for citation in passage.every(Citation)}
    for run in unlinked_runs(passage):
        words = run.words
        for year in _YEAR.finditer(words):
            first = max(0, year.start() - _FARTHEST)
            by_year = by_year or _by_year(reading.environment.bibliography)
            before = words[first : year.start()]
            works_then = by_year.get(year["year"], ())
            if not any(name in _folded(before) for work in works_then for name in _first_author(work)):
                continue
            for start in _BEGINNING.finditer(before):
                names = _NAMES.match(before, start.start())
                works = _works(names["first"], works_then) if names else ()
                if not names or not works:
                    continue
                if not any(work.key in cited for work in works):
                    place = run.place(first + names.start())
                    narrative = names["opens"].endswith("(")
                    forms = [f"@{work.key}" if narrative else f"[@{work.key}]" for work in works]
                    hint = f"Write {' or '.join(forms)} in its place."
                    written = " ".join(words[first + names.start() : year.end()].split()) + (")" if narrative else "")
                    fault = "this text does not cite the work"
                    yield message("cite-typed", place, hint, written=written, fault=fault)
                break


def _works(name: str, works: Sequence[Reference]) -> tuple[Reference, ...]:
    """Those of some works whose first author has a name."""
    said = _folded(name)
    return tuple(work for work in works if said in _first_author(work))


def _by_year(bibliography: Bibliography) -> dict[str, list[Reference]]:
    """The works of a bibliography by the years in which they appeared."""
    found: dict[str, list[Reference]] = {}
    for work in bibliography.entries.values():
        found.setdefault(year_of(work), []).append(work)
    return found


def year_of(work: Reference) -> str:
    """The year in which a work appeared, or nothing."""
    issued: Any = work.csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    return str(parts[0][0]) if parts and parts[0] else ""


def _first_author(work: Reference) -> tuple[str, ...]:
    """Names of the first author: a person with and without the 'van der' of the name."""
    names: Any = work.csl.get("author") or work.csl.get("editor") or ()
    name = names[0] if names and isinstance(names[0], dict) else {}
    written = str(name.get("literal") or name.get("family") or "")
    return tuple(name for name in (_folded(written), _folded(_PARTICLES.sub("", written))) if name)


def _folded(name: str) -> str:
    return " ".join(name.replace("’", "'").casefold().split())


def typed_works_are_in_the_library(reading: BriefingView) -> Iterator[Diagnostic]:
    """A citation in plain words of a work that the library has not: told of the first, with how many there are."""
    typed = sorted(_unknown_works(reading))
    if typed:
        place, written = typed[0]
        more = len({words for _, words in typed}) - 1
        others = f", nor {more} more that {'is' if more == 1 else 'are'} typed in this text" if more else ""
        hint = "Add the work to a file of source/references/, and write [@key] in its place."
        yield message("cite-typed", place, hint, written=written, fault=f"no work of the library fits it{others}")


def _unknown_works(reading: BriefingView) -> Iterator[tuple[Location, str]]:
    """Authors and year in round brackets, with their places, where no work has them."""
    by_year = _by_year(reading.environment.bibliography)
    for run in unlinked_runs(reading.passage):
        for brackets in _ROUND.finditer(run.words):
            at = brackets.start("inside")
            for part in brackets["inside"].split(";"):
                found = _WORK.fullmatch(part.strip())
                named = found is not None and not _is_elsewhere(found, reading.environment)
                if found and named and not _works(found["first"], by_year.get(found["year"], ())):
                    yield run.place(at + len(part) - len(part.lstrip())), " ".join(found[0].split())
                at += len(part) + 1


def _is_elsewhere(found: re.Match[str], environment: Environment) -> bool:
    """Whether it is a time or a place: a month, a country, a force as 'Devon and Cornwall'."""
    if found["et"]:
        return False
    names = " ".join(found["names"].split())
    return found["first"] in _NO_NAMES or any(names in one.name for one in environment.organisations.values())
