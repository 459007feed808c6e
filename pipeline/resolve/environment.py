"""What a text may know of its library: chosen names, inherited values."""

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
    """The things named, in order of id, and every briefing that they need."""

    briefings: tuple[str, ...]
    packs: tuple[str, ...]
    series: tuple[str, ...]
    needed: tuple[str, ...]
    loose: tuple[str, ...] = ()
    """Briefings whose front matter cannot be read: only their body is checked."""


def choose_things(library: Library, names: tuple[str, ...] = ()) -> Chosen:
    """Choose the briefings, packs and series of these names, or all; unknown names are ignored.

    Pages of the handbook are not built on their own: they come with their pack.
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
    present = tuple(sorted(needed & library.briefings.keys()))
    loose = tuple(sorted(needed & library.loose.keys()))
    return Chosen(tuple(sorted(briefings)), tuple(sorted(packs)), tuple(sorted(series)), present, loose)


def leave_out_finished(library: Library, chosen: Chosen, done: Set[str]) -> Chosen:
    """Leave out the owners in `done`, such as 'briefings/foot-patrol', and the texts that only they need.

    Texts that belong to none of the chosen things, such as a page of the handbook in no pack, always stay.
    """
    briefings = tuple(name for name in chosen.briefings if f"briefings/{name}" not in done)
    packs = tuple(name for name in chosen.packs if f"packs/{name}" not in done)
    series = tuple(name for name in chosen.series if f"series/{name}" not in done)
    needed = _texts_in(library, briefings, packs, series)
    free = set(chosen.needed) - _texts_in(library, chosen.briefings, chosen.packs, chosen.series)
    return Chosen(briefings, packs, series, tuple(name for name in chosen.needed if name in needed | free))


def _texts_in(library: Library, briefings: Iterable[str], packs: Iterable[str], series: Iterable[str]) -> set[str]:
    """The ids of the texts that these things contain or depend on."""
    of_packs = (text for name in packs for text in texts_needed_by_pack(library, library.packs[name]))
    of_series = (text for name in series for text in library.series[name].fields.briefings)
    return {*briefings, *of_packs, *of_series}


def texts_needed_by_pack(library: Library, pack: Pack) -> tuple[str, ...]:
    """Return the ids of the texts that a pack lists, or needs for its section of series."""
    names = set(briefings_in_pack(pack))
    if "series" in (*pack.fields.front, *pack.fields.back):
        in_series = (set(series.fields.briefings) for series in library.series.values())
        names = names.union(*(texts for texts in in_series if names & texts))
    return tuple(sorted(names))


def briefings_in_pack(pack: Pack) -> tuple[str, ...]:
    """The ids of the briefings that a pack lists, each once, in order."""
    return tuple(dict.fromkeys(line.partition("@")[0] for line in pack.lines))


@dataclass(frozen=True, slots=True)
class Environment:
    """The part of a library that rules and publications may read; `Library` explains the fields.

    Their results are cached under a key of the text and of this (`build/resolve_cache.py`): a new field must be part
    of the key.
    """

    imprint: LibrarySettings
    briefings: Mapping[str, BriefingHead]
    """Briefings and handbook pages by id, in order of id, without their texts."""
    anchors: Mapping[str, frozenset[str]]
    """Anchors of each, which links may lead to."""
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
    """Pictures of all texts by their path."""
    logo: Asset | None
    inserts: Mapping[str, Asset]
    broken: frozenset[str]
    withheld: frozenset[str]
    faults: Mapping[str, Diagnostic]
    kept_numbers: Mapping[str, tuple[str, ...]]
    kept_on: Mapping[str, date]
    kept_titles: Mapping[str, str]
    kept: Mapping[str, PublishedVersion]
    """Kept versions, whole: what was published never changes."""
    issued: Mapping[str, PreviousEdition]
    codes: CodesOnRecord
    unread: frozenset[str]

    def series_of(self, briefing: str) -> Series | None:
        """The series that lists a briefing, the first in order of id."""
        return next((series for series in self.series.values() if briefing in series.fields.briefings), None)


_FIELDS_OF_LIBRARY = tuple(field.name for field in fields(Environment) if field.name not in ("briefings", "anchors"))


def environment_of(library: Library) -> Environment:
    """The environment of a library's texts before these are read; `view_library` adds their anchors."""
    heads = {name: briefing.head for name, briefing in library.briefings.items()}
    return Environment(briefings=heads, anchors={}, **{name: getattr(library, name) for name in _FIELDS_OF_LIBRARY})


# Values that a briefing inherits


def publisher_name_of(environment: Environment, briefing: BriefingHead | None, series: Series | None) -> str:
    """The publisher's full name: the briefing's, else the series', else the library's."""
    sources = (briefing, series, environment.imprint)
    name = next(source.fields.publisher for source in sources if source and source.fields.publisher)
    return environment.organisations[name].name if name in environment.organisations else name


def licence_of(briefing: BriefingHead, series: Series | None, imprint: LibrarySettings) -> Licence | None:
    """The licence of a briefing: its own, else its series', else the library's."""
    inherited = series.fields.licence if series else None
    return briefing.fields.licence or inherited or imprint.fields.licence


def copyright_of(briefing: BriefingHead, imprint: LibrarySettings) -> Copyright | None:
    """The copyright of a briefing: its own, else the library's."""
    return briefing.fields.copyright or imprint.fields.copyright


def address_of(briefing: BriefingHead, imprint: LibrarySettings) -> str:
    """The canonical address of a briefing: its own, else the library's with its id, else ''."""
    if briefing.fields.canonical_url:
        return briefing.fields.canonical_url
    return "" if briefing.manual else address_in_library(imprint, briefing.id)


def address_in_library(imprint: LibrarySettings, name: str) -> str:
    """The library's address with a name at its end; '' if it has none."""
    base = imprint.fields.address
    return f"{base.rstrip('/')}/{name}" if base else ""


def language_of(briefing: BriefingHead, imprint: LibrarySettings) -> str:
    """The language of a briefing: its own, else the library's."""
    return briefing.fields.language or imprint.fields.language
