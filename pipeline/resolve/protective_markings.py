"""Protective markings: inheritance, rank, printed form, and rules."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.source.briefing import BriefingHead, Marking, Tier
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.record import KeyPath
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import PackView

_TIERS = (Tier.OFFICIAL, Tier.SECRET, Tier.TOP_SECRET)


def marking_of(environment: Environment, briefing: BriefingHead) -> Marking:
    """The marking of a briefing: its own, else its series', else the library's."""
    series = environment.series_of(briefing.id)
    inherited = series.fields.marking if series else None
    return briefing.fields.marking or inherited or environment.imprint.fields.marking


def marking_rank(marking: Marking) -> tuple[int, bool]:
    """A sort key: a higher marking has a higher rank."""
    return (_TIERS.index(marking.tier), marking.sensitive)


def classification(marking: Marking) -> str:
    """The classification alone: 'OFFICIAL' or 'OFFICIAL-SENSITIVE'."""
    return f"{marking.tier}-SENSITIVE" if marking.sensitive else str(marking.tier)


def printed_marking(marking: Marking) -> str:
    """The marking in full: 'OFFICIAL-SENSITIVE – RECIPIENTS ONLY'."""
    further = (marking.instruction, marking.descriptor)
    return " – ".join([classification(marking), *(words.upper() for words in further if words)])


def marking_on_pages(marking: Marking, imprint: LibrarySettings) -> str:
    """Return the marking that pages show; '' for plain OFFICIAL, unless the library asks for it."""
    plain = printed_marking(marking) == Tier.OFFICIAL
    return "" if plain and not imprint.fields.show_marking else printed_marking(marking)


def highest_marking(markings: Iterable[Marking], otherwise: Marking) -> Marking:
    """The marking that covers them all: the highest level, every instruction and descriptor."""
    parts = tuple(markings) or (otherwise,)
    top = max(parts, key=marking_rank)
    return Marking(
        tier=top.tier,
        sensitive=top.sensitive,
        instruction=_joined(part.instruction for part in parts),
        descriptor=_joined(part.descriptor for part in parts),
    )


def _joined(texts: Iterable[str | None]) -> str | None:
    return " – ".join(dict.fromkeys(filter(None, texts))) or None


def is_above_official(marking: Marking) -> bool:
    """True if a marking is above OFFICIAL: such texts are not published."""
    return marking.tier is not Tier.OFFICIAL


def may_be_published(environment: Environment, briefing: BriefingHead) -> bool:
    """True if a marking can be read and is not above OFFICIAL."""
    return briefing.id not in environment.withheld and not is_above_official(marking_of(environment, briefing))


def series_is_refused(environment: Environment, name: str) -> bool:
    """True if the marking of a series cannot be read or is above OFFICIAL."""
    series = environment.series.get(name)
    marking = series.fields.marking if series else None
    return name in environment.withheld or (marking is not None and is_above_official(marking))


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """A briefing in a pack, or a series of its briefings, with a marking."""

    name: str
    """'foot-patrol' in quotes, for a series with 'the series' before it."""
    marking: Marking
    path: KeyPath
    series: str = ""
    """The id of the series that it is, or belongs to."""
    is_series: bool = False


def marked_parts(pack_view: PackView) -> Iterator[MarkedPart]:
    """Everything in a pack that has a marking: its briefings, then the series they belong to.

    A series counts because its words are in its briefings, and in the pack if this has a section for series. In such
    a pack a series without a marking has the library's.
    """
    environment, fields = pack_view.environment, pack_view.pack.fields
    landing = environment.imprint.fields.marking if "series" in (*fields.front, *fields.back) else None
    groups: dict[str, MarkedPart] = {}
    for member in pack_view.members:
        view, series = pack_view.readings.get(member.key), environment.series_of(member.id)
        if view is None:
            continue
        marking_of_text = marking_of(view.environment, view.briefing)
        yield MarkedPart(f"'{member.id}'", marking_of_text, member.path, series.id if series else "")
        if series and (marking := series.fields.marking or landing):
            group = MarkedPart(f"the series '{series.id}'", marking, member.path, series.id, is_series=True)
            groups.setdefault(series.id, group)
    yield from groups.values()


def parts_marked(pack_view: PackView, wrong: Callable[[Marking], bool]) -> Iterator[MarkedPart]:
    """The parts whose marking is wrong for the pack; a series only if none of its briefings is."""
    named: set[str] = set()
    for part in marked_parts(pack_view):
        if wrong(part.marking) and not (part.is_series and part.series in named):
            named.add(part.series)
            yield part


def markings_stay_within_official(source: BriefingHead | Series | LibrarySettings) -> Iterator[Diagnostic]:
    """No briefing, series or library is marked above OFFICIAL-SENSITIVE."""
    marking = source.fields.marking
    if marking and is_above_official(marking):
        yield message("marking-too-high", source.marks.at("marking", "tier"), tier=marking.tier)
