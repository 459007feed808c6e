"""States of works, such as retracted; works that a text names without citing them."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.model.bibliography import PRINTED_STATES, Bibliography, Reference, WorkState
from pipeline.model.body import Citation
from pipeline.model.source.versions import version_ref
from pipeline.model.words import MONTHS, format_date
from pipeline.resolve.citations.fill import first_uses
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, NodeIndex, PackView, WordRun, nodes_by_kind, runs, unlinked_runs
from pipeline.resolve.versions import inherited_texts

_CODES: Mapping[WorkState, str] = {
    WorkState.RETRACTED: "reference-retracted",
    WorkState.CONCERN: "reference-concern",
    WorkState.CORRECTED: "reference-corrected",
    WorkState.REINSTATED: "reference-reinstated",
}


def works_of(view: BriefingView) -> tuple[Reference, ...]:
    """Return the known works that a text uses, also in inherited notes, by key."""
    known = view.environment.bibliography
    inherited = {citation.key for citation in nodes_by_kind(inherited_texts(view)).get(Citation, ())}
    return _known({*first_uses(view), *inherited}, known)


def _known(keys: set[str], known: Bibliography) -> tuple[Reference, ...]:
    return tuple(known[key] for key in sorted(keys) if key in known)


def works_that_forbid_publishing(view: BriefingView, place: Location | None = None) -> Iterator[Diagnostic]:
    """Report works that forbid publishing a text: retracted or of concern, and not cited knowingly.

    They are reported at `place`, else at the entry of the work; for a kept version that is among its own files.
    """
    for work in works_of(view):
        if work.notice and work.notice.state in PRINTED_STATES:
            yield from report_state_of_work(work, place or work.place, view)


def works_that_forbid_pack(pack_view: PackView) -> Iterator[tuple[str, Diagnostic]]:
    """Do the same for a pack; yields the text's id and the remark, for a kept version at the pack's line."""
    places = {member.key: pack_view.place_of(member) for member in reversed(pack_view.members)}
    for view in pack_view.present:
        for remark in works_that_forbid_publishing(view, places[view.key] if view.kept else None):
            yield view.briefing.id, remark


def report_state_of_work(work: Reference, place: Location, view: BriefingView | None = None) -> Iterator[Diagnostic]:
    """Report the state of a work, unless it is cited knowingly."""
    notice = work.notice
    if notice is None or work.is_cited_knowingly or (notice.state is WorkState.REINSTATED and not work.cited_as):
        return
    on = f" on {format_date(notice.day)}" if notice.day else ""
    grounds = f" Reasons given: {'; '.join(notice.reasons)}." if notice.reasons else ""
    grounds += f" The notice is at https://doi.org/{notice.doi}." if notice.doi else ""
    hint = None
    if view and view.kept:
        name = version_ref(view.briefing.id, view.kept)
        hint = f"'{name}' cites it. Publish a version that does not, or that accepts it, and use that version.{grounds}"
    more = f"{grounds} 'briefings cites {work.key}' lists the texts that cite it."
    yield message(_CODES[notice.state], place, hint, key=work.key, on=on, state=work.cited_as, more=more)


# Rules


def works_cited_still_hold(environment: Environment, nodes: NodeIndex) -> Iterator[Diagnostic]:
    """No cited work was retracted, corrected or the like."""
    for work in _known({citation.key for citation in nodes.every(Citation)}, environment.bibliography):
        yield from report_state_of_work(work, work.place)


def works_named_still_hold(view: BriefingView) -> Iterator[Diagnostic]:
    """No work in the front matter was retracted, corrected or the like."""
    for work in _known(set(first_uses(view)), view.environment.bibliography):
        yield from report_state_of_work(work, work.place)


def works_of_pinned_versions_hold(pack_view: PackView) -> Iterator[Diagnostic]:
    """No work of a kept version in a pack was retracted, corrected or the like."""
    for member in pack_view.members:
        view = pack_view.readings.get(member.key)
        for work in works_of(view) if view and view.kept else ():
            yield from report_state_of_work(work, pack_view.place_of(member), view)


# Works that a text names without citing them

_BRACKETS = re.compile(r"\[(?P<inside>[^\[\]]{1,200})\]")
_KEY = re.compile(r"(?<![^\s\[\]();,])[^\s\[\]();,]*\w")
_DIGITS = re.compile(r"\d{4}")
_YEAR = re.compile(r"(?<![\d/.-])(?P<year>1[5-9]\d\d|20\d\d)[a-z]?(?=[):;,.]|$)")
_CAPITAL = r"(?![a-z])[^\W\d_]"
"""A letter that a name begins with, in any alphabet."""
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
"""More than one author: a single word before a year may be a place."""
_SEASONS = ("Spring", "Summer", "Autumn", "Winter", "Easter", "Christmas")
_NO_NAMES = frozenset({*MONTHS, *_SEASONS, "England", "Wales", "Scotland", "Ireland", "Britain"})
_ROUND = re.compile(r"\((?P<inside>[^()]{6,200})\)")

_FARTHEST = 120
"""Number of characters before a year in which to look for authors."""


def keys_have_their_mark(environment: Environment, nodes: NodeIndex) -> Iterator[Diagnostic]:
    """No key of the bibliography is in the words of a text without its @."""
    known = environment.bibliography
    for run in runs(nodes) if known else ():
        words = run.words
        reported_end = 0
        for match in _BRACKETS.finditer(words) if "[" in words else ():
            parts = [part.strip() for part in match["inside"].split(";")]
            keys = [_key_in(re.split(r"[\s,]", part)[0], known) for part in parts]
            if all(keys):
                reported_end = match.end()
                meant = "; ".join(f"@{key}" for key in keys)
                yield _unmarked(run, match, f"[{meant}]")
        for match in _KEY.finditer(words):
            key = _key_in(match[0], known) if _DIGITS.search(match[0]) else ""
            is_unlike_a_word = _DIGITS.search(key) and re.search(r"[^\W\d]", key)
            if is_unlike_a_word and match.start() >= reported_end:
                yield _unmarked(run, match, f"@{key}")


def _unmarked(run: WordRun, match: re.Match[str], meant: str) -> Diagnostic:
    return message("cite-unmarked", run.place(match.start()), f"Did you mean {meant}?", written=match[0])


def _key_in(written: str, known: Bibliography) -> str:
    """Return the known key in a word, without signs before it or an @ inside; or ''."""
    if "@" in written[1:] and written.replace("@", "") in known:
        return written.replace("@", "")
    return next((written[n:] for n in range(3) if written[n:] in known and not written[:n].isalnum()), "")


def works_are_not_cited_by_hand(view: BriefingView) -> Iterator[Diagnostic]:
    """A text that names authors and year of a work of the library cites it."""
    nodes = view.passage
    by_year: dict[str, list[Reference]] = {}
    cited = {citation.key for citation in nodes.every(Citation)}
    for run in unlinked_runs(nodes):
        words = run.words
        for year in _YEAR.finditer(words):
            first = max(0, year.start() - _FARTHEST)
            by_year = by_year or _by_year(view.environment.bibliography)
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
                    yield message("typed-by-hand", place, hint, written=written, fault=fault)
                break


def _works(name: str, works: Sequence[Reference]) -> tuple[Reference, ...]:
    """The works whose first author has this name."""
    return tuple(work for work in works if _folded(name) in _first_author(work))


def _by_year(bibliography: Bibliography) -> dict[str, list[Reference]]:
    works: dict[str, list[Reference]] = defaultdict(list)
    for work in bibliography.entries.values():
        works[year_of(work)].append(work)
    return works


def year_of(work: Reference) -> str:
    """The year in which a work appeared, or ''."""
    issued: Any = work.csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    return str(parts[0][0]) if parts and parts[0] else ""


def _first_author(work: Reference) -> tuple[str, ...]:
    """Forms of the first author's name: with and without 'van der' and the like."""
    names: Any = work.csl.get("author") or work.csl.get("editor") or ()
    name = names[0] if names and isinstance(names[0], dict) else {}
    written = str(name.get("literal") or name.get("family") or "")
    return tuple(name for name in (_folded(written), _folded(_PARTICLES.sub("", written))) if name)


def _folded(name: str) -> str:
    return " ".join(name.replace("’", "'").casefold().split())


def typed_works_are_in_the_library(view: BriefingView) -> Iterator[Diagnostic]:
    """Works that are cited in plain words are in the library."""
    typed = sorted(_unknown_works(view))
    if typed:
        place, written = typed[0]
        more = len({words for _, words in typed}) - 1
        others = f", nor {more} more that {'is' if more == 1 else 'are'} typed in this text" if more else ""
        hint = "Add the work to a file of source/references/, and write [@key] instead."
        yield message("typed-by-hand", place, hint, written=written, fault=f"no work of the library fits it{others}")


def _unknown_works(view: BriefingView) -> Iterator[tuple[Location, str]]:
    """Authors and year in round brackets that no work of the library has, with their places."""
    by_year = _by_year(view.environment.bibliography)
    for run in unlinked_runs(view.passage):
        for brackets in _ROUND.finditer(run.words):
            at = brackets.start("inside")
            for part in brackets["inside"].split(";"):
                match = _WORK.fullmatch(part.strip())
                is_work = match is not None and not _is_time_or_place(match, view.environment)
                if match and is_work and not _works(match["first"], by_year.get(match["year"], ())):
                    yield run.place(at + len(part) - len(part.lstrip())), " ".join(match[0].split())
                at += len(part) + 1


def _is_time_or_place(match: re.Match[str], environment: Environment) -> bool:
    """True if the names are a month, a country or an organisation."""
    if match["et"]:
        return False
    names = " ".join(match["names"].split())
    organisations = environment.organisations.values()
    return match["first"] in _NO_NAMES or any(names in organisation.name for organisation in organisations)
