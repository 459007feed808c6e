"""The environment of a text: all that it may know of its library. Of other briefings that is no word of their texts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.printed_code import CodesOnRecord
from pipeline.model.asset import Asset
from pipeline.model.bibliography import Bibliography
from pipeline.model.library import KeptVersion, Library
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.edition import EditionBefore
from pipeline.model.source.imprint import Area, Imprint, Organisation, Series, Tag, Term
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import Marks, Record


@dataclass(frozen=True, slots=True)
class Environment:
    """The part of a library that rules and publications see beside the text; `Library` explains its other fields.

    What they find out is cached under a key of the text and of this (`build/planning/resolve_cache.py`). Whoever adds a
    field makes sure that the key counts it.
    """

    imprint: Imprint
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
    list_marks: Mapping[str, Marks]
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
    kept: Mapping[str, KeptVersion]
    """Kept versions whole: what was published never changes."""
    issued: Mapping[str, EditionBefore]
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
