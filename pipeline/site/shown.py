"""Texts and packs that the catalogue may show: nothing that is marked higher than it, and no draft. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.body import Link
from pipeline.model.source.briefing import RETIRED, Marking, Status
from pipeline.model.source.library_file import Imprint
from pipeline.model.source.pack import Pack
from pipeline.resolve.environment import Environment
from pipeline.resolve.markings import marked_parts, marking_of, may_be_made, rank
from pipeline.resolve.packs import names_gone
from pipeline.resolve.reading import PackReading, Reading
from pipeline.site.settings import SiteSettings

_ON_THE_WEB = ("http:", "https:", "mailto:", "tel:")


def covers(highest: Marking, marking: Marking) -> bool:
    """Whether a site of a marking may show what has another: it is no higher, and handled in no way of its own."""
    further = ((marking.instruction, highest.instruction), (marking.descriptor, highest.descriptor))
    return rank(marking) <= rank(highest) and all(own in (None, allowed) for own, allowed in further)


@dataclass(frozen=True, slots=True)
class ShownTexts:
    """The ids of the texts that the catalogue shows, of those that it must not name, and of those that it may tell of.

    What is told of an edition or of changes names the successors of its texts; of a text that has left the library
    nobody knows how it was marked.
    """

    texts: frozenset[str]
    hidden: frozenset[str]
    told: frozenset[str]
    unpublished: frozenset[str]


def shown_texts(environment: Environment, readings: Iterable[Reading], highest: Marking) -> ShownTexts:
    """The texts to show: published ones and those that were, unless they are marked too high, or name one that is.

    Nor is one shown whose successor is not published yet: its title would stand across the pages.
    """
    every = tuple(one for one in readings if not one.briefing.manual)
    hidden = {one.briefing.id for one in every if not _may_be_named(environment, one, highest)} | environment.broken
    unpublished = {one.briefing.id for one in every if not _is_published(one)}
    told = {one.briefing.id for one in every if hidden.isdisjoint(_named(one)) and not _heirs(one) & unpublished}
    texts = {one.briefing.id for one in every if one.briefing.id in told and one.briefing.id not in unpublished}
    return ShownTexts(*map(frozenset, (texts, hidden, told, unpublished)))


def _is_published(reading: Reading) -> bool:
    return reading.briefing.fields.status in (Status.PUBLISHED, *RETIRED)


def _may_be_named(environment: Environment, reading: Reading, highest: Marking) -> bool:
    series = environment.series_of(reading.briefing.id)
    own = marking_of(environment, reading.briefing)
    group = series.fields.marking if series else None
    return (
        may_be_made(environment, reading.briefing)
        and covers(highest, own)
        and (group is None or covers(highest, group))
        and (series is None or series.id not in environment.withheld)
    )


def _heirs(reading: Reading) -> set[str]:
    """The id of the text that takes its place, if one does."""
    return set(filter(None, (reading.briefing.fields.superseded_by,)))


def _named(reading: Reading) -> set[str]:
    """The ids of the texts whose titles stand on its pages."""
    fields = reading.briefing.fields
    links = (one.href for one in reading.passage.every(Link) if not one.href.startswith(_ON_THE_WEB))
    led = {
        part for href in links for part in re.split(r"[^a-z0-9-]+", href)
    }  # 'briefing:ID#anchor', or a path to a text
    return {reading.briefing.id, *fields.related, *_heirs(reading), *led}


def pack_is_shown(binding: PackReading, pack: Pack, shown: ShownTexts, highest: Marking) -> bool:
    """Whether the catalogue may show a pack: all in it was published and can be read, and nothing is marked too high.

    Where it tells what has changed, that holds of the texts that left it, too.
    """
    own, present = pack.fields.marking, binding.present
    whole = all(member.key in binding.readings for member in binding.members)
    named = set[str]().union(*(_named(one) for one in present))
    heirs = set[str]().union(*(_heirs(one) for one in present))
    marked = all(covers(highest, part.marking) for part in marked_parts(binding))
    readable = pack.id not in binding.environment.withheld and shown.hidden.isdisjoint(named)
    published = all(map(_is_published, present)) and shown.unpublished.isdisjoint(heirs)
    sound = whole and marked and readable and published and shown.told.issuperset(_left(binding))
    return not pack.manual and sound and (own is None or covers(highest, own))


def _left(binding: PackReading) -> tuple[str, ...]:
    """The ids of the texts that have left a pack, where it tells of them."""
    tells = "changes" in binding.pack.fields.back
    return names_gone(binding, {one.briefing.id for one in binding.present}) if tells else ()


def catalogue_address(imprint: Imprint) -> str:
    """The web address of the catalogue, without `/` at its end; nothing where `site:` names none."""
    return (imprint.fields.of(SiteSettings).site.address or "").rstrip("/")
