"""Protective markings: which one holds, how it is printed, and which is the higher."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.source.briefing import BriefingHead, Marking, Tier
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.record import KeyPath
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView, PackView

_TIERS = (Tier.OFFICIAL, Tier.SECRET, Tier.TOP_SECRET)


def marking_of(environment: Environment, briefing: BriefingHead) -> Marking:
    """The marking of a briefing: its own, else its series', else the library's."""
    series = environment.series_of(briefing.id)
    inherited = series.fields.marking if series else None
    return briefing.fields.marking or inherited or environment.imprint.fields.marking


def rank(marking: Marking) -> tuple[int, bool]:
    """Height of a marking, to be compared."""
    return (_TIERS.index(marking.tier), marking.sensitive)


def level(marking: Marking) -> str:
    """The classification alone: 'OFFICIAL' or 'OFFICIAL-SENSITIVE'."""
    return f"{marking.tier}-SENSITIVE" if marking.sensitive else str(marking.tier)


def printed(marking: Marking) -> str:
    """The marking in full: 'OFFICIAL-SENSITIVE – RECIPIENTS ONLY'."""
    further = (marking.instruction, marking.descriptor)
    return " – ".join([level(marking), *(words.upper() for words in further if words)])


def shown(marking: Marking, imprint: LibrarySettings) -> str:
    """The marking as pages carry it; nothing where it is plain OFFICIAL and the house does not ask for it."""
    plain = printed(marking) == Tier.OFFICIAL
    return "" if plain and not imprint.fields.show_marking else printed(marking)


def highest(markings: Iterable[Marking], otherwise: Marking) -> Marking:
    """The marking that covers them all: the highest level, every instruction and descriptor."""
    parts = tuple(markings) or (otherwise,)
    top = max(parts, key=rank)
    return Marking(
        tier=top.tier,
        sensitive=top.sensitive,
        instruction=_together(part.instruction for part in parts),
        descriptor=_together(part.descriptor for part in parts),
    )


def _together(said: Iterable[str | None]) -> str | None:
    return " – ".join(dict.fromkeys(words for words in said if words)) or None


def too_high(marking: Marking) -> bool:
    """Whether a marking is above what may be published here."""
    return marking.tier is not Tier.OFFICIAL


def may_be_made(environment: Environment, briefing: BriefingHead) -> bool:
    """Whether anything may be made of a briefing: its marking can be read, and is no higher than OFFICIAL."""
    return briefing.id not in environment.withheld and not too_high(marking_of(environment, briefing))


def series_is_refused(environment: Environment, name: str) -> bool:
    """Whether the marking of a series cannot be read or is too high, so that no pack may hold a briefing of it."""
    series = environment.series.get(name)
    own = series.fields.marking if series else None
    return name in environment.withheld or (own is not None and too_high(own))


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """Parts of a pack that have a marking, a briefing or a series of its briefings, and the line that brings each."""

    name: str
    """'foot-patrol' in quotes; of a series 'the series' before it."""
    marking: Marking
    way: KeyPath
    series: str = ""
    """The id of the series that it is, or belongs to."""
    is_series: bool = False


def marked_parts(binding: PackView) -> Iterator[MarkedPart]:
    """Everything in a pack that has a marking: its briefings, and after them the series they belong to.

    A series counts although its briefings are marked lower: its words stand in them, and in the pack if it has a
    section for them. There the library's marking holds for a series that says nothing of its own.
    """
    environment, fields = binding.environment, binding.pack.fields
    landing = environment.imprint.fields.marking if "series" in (*fields.front, *fields.back) else None
    groups: dict[str, MarkedPart] = {}
    for member in binding.members:
        reading, series = binding.readings.get(member.key), environment.series_of(member.id)
        if reading is None:
            continue
        own = marking_of(reading.environment, reading.briefing)
        yield MarkedPart(f"'{member.id}'", own, member.way, series.id if series else "")
        if series and (marking := series.fields.marking or landing):
            group = MarkedPart(f"the series '{series.id}'", marking, member.way, series.id, is_series=True)
            groups.setdefault(series.id, group)
    yield from groups.values()


def parts_marked(binding: PackView, wrong: Callable[[Marking], bool]) -> Iterator[MarkedPart]:
    """The parts whose marking is wrong for the pack; a series only where none of its briefings is."""
    named: set[str] = set()
    for part in marked_parts(binding):
        if wrong(part.marking) and not (part.is_series and part.series in named):
            named.add(part.series)
            yield part


def markings_stay_within_official(reading: BriefingView) -> Iterator[Diagnostic]:
    """Nothing above OFFICIAL-SENSITIVE is published with this pipeline."""
    own = reading.briefing.fields.marking
    if own and too_high(own):
        yield message("marking-too-high", reading.briefing.marks.at("marking", "tier"), tier=own.tier)


def inherited_markings_stay_within_official(held: LibrarySettings | Series) -> Iterator[Diagnostic]:
    """The defaults of the library and of a series are not above OFFICIAL-SENSITIVE either."""
    own = held.fields.marking
    if own and too_high(own):
        yield message("marking-too-high", held.marks.at("marking", "tier"), tier=own.tier)
