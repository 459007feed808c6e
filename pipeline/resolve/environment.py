"""What a text may know of its library: inherited values, chosen names."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.printed_code import CodesOnRecord
from pipeline.model.bibliography import Bibliography
from pipeline.model.formats import Asset
from pipeline.model.library import Library, PublishedVersion
from pipeline.model.source.briefing import BriefingHead, Copyright, Licence
from pipeline.model.source.library_file import Area, LibrarySettings, Organisation, Series, Tag, Term
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations, Record
from pipeline.model.source.versions import PreviousEdition


@dataclass(frozen=True, slots=True)
class Chosen:
    """The things named, in order of id, and every briefing needed to make them."""

    briefings: tuple[str, ...]
    packs: tuple[str, ...]
    series: tuple[str, ...]
    needed: tuple[str, ...]
    loose: tuple[str, ...] = ()
    """Briefings whose front matter cannot be read: of these only the body is checked."""


def choose(library: Library, names: tuple[str, ...] = ()) -> Chosen:
    """The briefings, packs and series of these names, or of the whole library; names of nothing are passed over.

    Pages of the handbook are not made by themselves: they come with their pack.
    """
    briefings = [n for n, b in library.briefings.items() if n in names or (not names and not b.manual)]
    packs = [name for name in library.packs if not names or name in names]
    series = [name for name in library.series if not names or name in names]
    needed = {*names, *briefings}
    for name in packs:
        needed.update(line for line in library.packs[name].lines if "@" not in line)
    for name in series:
        needed.update(library.series[name].fields.briefings)
    if not names:
        needed.update(library.briefings, library.loose)
    there = tuple(sorted(needed & library.briefings.keys()))
    loose = tuple(sorted(needed & library.loose.keys()))
    return Chosen(tuple(sorted(briefings)), tuple(sorted(packs)), tuple(sorted(series)), there, loose)


def left_of(library: Library, chosen: Chosen, done: Set[str]) -> Chosen:
    """The choice without the things that are done, such as 'briefings/foot-patrol', and those that only they need.

    A page of the handbook that no pack lists is looked at always.
    """
    briefings = tuple(name for name in chosen.briefings if f"briefings/{name}" not in done)
    packs = tuple(name for name in chosen.packs if f"packs/{name}" not in done)
    series = tuple(name for name in chosen.series if f"series/{name}" not in done)
    needed = _of_things(library, briefings, packs, series)
    free = set(chosen.needed) - _of_things(library, chosen.briefings, chosen.packs, chosen.series)
    return Chosen(briefings, packs, series, tuple(name for name in chosen.needed if name in needed | free))


def _of_things(library: Library, briefings: Iterable[str], packs: Iterable[str], series: Iterable[str]) -> set[str]:
    """The ids of the texts that things are made of."""
    of_packs = (text for name in packs for text in texts_of(library, library.packs[name]))
    return {*briefings, *of_packs, *(name for one in series for name in library.series[one].fields.briefings)}


def texts_of(library: Library, pack: Pack) -> tuple[str, ...]:
    """The ids of the present texts that a pack rests on: those it lists, and all of the series that it opens with."""
    own = {line.partition("@")[0] for line in pack.lines}
    opened = "series" in (*pack.fields.front, *pack.fields.back)
    beside = (one.fields.briefings for one in library.series.values() if opened and own & set(one.fields.briefings))
    return tuple(sorted(own.union(*beside)))


def listed(pack: Pack) -> tuple[str, ...]:
    """The ids of the briefings that a pack lists, each once, in order."""
    return tuple(dict.fromkeys(line.partition("@")[0] for line in pack.lines))


@dataclass(frozen=True, slots=True)
class Environment:
    """The part of a library that rules and publications see beside the text; `Library` explains its other fields.

    What they find out is cached under a key of the text and of this (`build/resolve_cache.py`). Whoever adds a
    field makes sure that the key counts it.
    """

    imprint: LibrarySettings
    briefings: Mapping[str, BriefingHead]
    """Briefings and handbook pages by id, in order of id, without their texts."""
    anchors: Mapping[str, frozenset[str]]
    """Anchors of each of them, to which links may lead."""
    series: Mapping[str, Series]
    packs: Mapping[str, Pack]
    bibliography: Bibliography
    organisations: Mapping[str, Organisation]
    glossary: Mapping[str, Term]
    tags: Mapping[str, Tag]
    areas: tuple[Area, ...]
    others: Mapping[str, Mapping[str, Record]]
    list_marks: Mapping[str, FieldLocations]
    assets: Mapping[str, Asset]
    """Pictures by their path, whichever text names them."""
    logo: Asset | None
    inserts: Mapping[str, Asset]
    broken: frozenset[str]
    withheld: frozenset[str]
    faults: Mapping[str, Diagnostic]
    kept_numbers: Mapping[str, tuple[str, ...]]
    kept_on: Mapping[str, date]
    kept_titles: Mapping[str, str]
    kept: Mapping[str, PublishedVersion]
    """Kept versions whole: what was published never changes."""
    issued: Mapping[str, PreviousEdition]
    codes: CodesOnRecord
    unread: frozenset[str]

    def series_of(self, briefing: str) -> Series | None:
        """The series that lists a briefing, the first in order of id."""
        return next((one for one in self.series.values() if briefing in one.fields.briefings), None)


_AS_THEY_ARE = tuple(each.name for each in fields(Environment) if each.name not in ("briefings", "anchors"))


def environment_of(library: Library) -> Environment:
    """The environment of a library's texts before these are read: `read_library` adds their anchors."""
    heads = {name: briefing.head for name, briefing in library.briefings.items()}
    return Environment(briefings=heads, anchors={}, **{name: getattr(library, name) for name in _AS_THEY_ARE})


# Values that a briefing inherits


def publisher_name(environment: Environment, briefing: BriefingHead | None, series: Series | None) -> str:
    """The publisher's full name: the briefing's, else the series', else the library's."""
    own = briefing.fields.publisher if briefing else None
    inherited = series.fields.publisher if series else None
    name = own or inherited or environment.imprint.fields.publisher
    return environment.organisations[name].name if name in environment.organisations else name


def licence_of(briefing: BriefingHead, series: Series | None, imprint: LibrarySettings) -> Licence | None:
    """The terms that hold for a briefing: its own, else its series', else the library's."""
    inherited = series.fields.licence if series else None
    return briefing.fields.licence or inherited or imprint.fields.licence


def copyright_of(briefing: BriefingHead, imprint: LibrarySettings) -> Copyright | None:
    """Holder of the rights in a briefing: as it says, else as the library says."""
    return briefing.fields.copyright or imprint.fields.copyright


def address_of(briefing: BriefingHead, imprint: LibrarySettings) -> str:
    """The canonical address of a briefing: as it says, else the library's with its id; or nothing."""
    if briefing.fields.canonical_url:
        return briefing.fields.canonical_url
    return "" if briefing.manual else address_under(imprint, briefing.id)


def address_under(imprint: LibrarySettings, name: str) -> str:
    """The library's address with a name at its end, or nothing."""
    base = imprint.fields.address
    return f"{base.rstrip('/')}/{name}" if base else ""


def language_of(briefing: BriefingHead, imprint: LibrarySettings) -> str:
    """The language of a briefing: its own, else the library's."""
    return briefing.fields.language or imprint.fields.language
