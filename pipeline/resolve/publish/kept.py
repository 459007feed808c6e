"""Kept versions as texts of today's run: their own words, in the layout and with the dates of today.

A kept version brings its words, figures, caveats, references, terms and names. How it looks, where it is found, and
what has become of it since (reviewed, withdrawn, marked) are the library's as it is now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.faults import blamed_on
from pipeline.core.messages import message
from pipeline.core.tables import enumerated
from pipeline.load.markdown.links import meant
from pipeline.model.body import Body, Link
from pipeline.model.library import KeptVersion
from pipeline.model.source.briefing import RETIRED, BriefingFields, BriefingHead, Marking, Status
from pipeline.model.source.imprint import Imprint
from pipeline.model.source.kept import PRINTED, RECORD, folder_of, pin
from pipeline.resolve.environment import Environment, environment_of
from pipeline.resolve.publish.differences import Difference, own_differences
from pipeline.resolve.publish.links import Anchors, split_target
from pipeline.resolve.publish.taken import inherited_differences
from pipeline.resolve.reading import Reading, by_kind, read_briefing
from pipeline.resolve.rules.marking import highest, marking_of

NAMED = 4
"""So many versions are named in one remark."""

_STATES = ("status", "superseded_by", "withdrawn_reason")
_REVIEWS = ("reviewed", "review_by", "reviewers")


def pinned_readings(environment: Environment, packs: Iterable[str], produced: date) -> dict[str, Reading]:
    """The kept versions that packs ask for, each as the rules read it, by 'id@version'."""
    asked = {line for name in packs for line in environment.packs[name].lines if line in environment.kept}
    found = {}
    for line in sorted(asked):
        with blamed_on(f"{environment.kept[line].folder}/{RECORD}"):
            found[line] = read_kept_version(environment, environment.kept[line], produced)
    return found


def read_kept_version(environment: Environment, kept: KeptVersion, produced: date) -> Reading:
    """A kept version as the rules read it, in the environment that was kept with it."""
    own = environment_of(kept.library)
    present = environment.briefings.get(kept.id)
    briefing = replace(kept.briefing, fields=_as_now(environment, kept, present))
    newer = environment.briefings.get(present.fields.superseded_by or "") if present else None
    own = replace(
        own,
        imprint=_dressed(environment.imprint, own.imprint),
        briefings={**own.briefings, **({newer.id: newer} if newer else {}), kept.id: briefing.head},
        logo=environment.logo,
        withheld=environment.withheld & {kept.id},
    )
    return read_briefing(own, briefing, produced, kept=kept.version)


def marking_now(environment: Environment, kept: KeptVersion) -> Marking:
    """The marking of a kept version: what the present says of it, and never lower than when it was published."""
    now = marking_of(environment, environment.briefings.get(kept.id) or kept.briefing)
    then = kept.record.marking or kept.briefing.fields.marking
    return highest((then, now), now) if then else now


def anchors_of(reading: Reading) -> Anchors:
    """Anchors of a kept version: wherever links led when it was published, those of its notes too."""
    return {name: None for name, _ in _linked_texts(reading)}


def texts_by_path(reading: Reading) -> tuple[str, ...]:
    """The briefings that links lead to by a path: which they are only the library as a whole says."""
    return tuple(name for name, link in _linked_texts(reading) if not link.href.startswith("briefing:"))


def _linked_texts(reading: Reading) -> Iterator[tuple[str, Link]]:
    """The briefings that a text and its notes link to."""
    for link in (*reading.passage.every(Link), *by_kind(inherited_texts(reading)).get(Link, ())):
        href = meant(link.href, link.place.path, reading.environment.briefings)
        if href.startswith("briefing:"):
            yield split_target(href)[0], link


def inherited_texts(reading: Reading) -> tuple[Body, ...]:
    """The texts that a briefing may take from its series or the library."""
    held = (reading.series, reading.environment.imprint)
    return tuple(text for one in held if one for text in (one.method_note, one.practice_caveat))


def _dressed(present: Imprint, kept: Imprint) -> Imprint:
    """The present imprint with what of the kept one is part of the text."""
    words = {name: getattr(kept.fields, name) for name in PRINTED}
    return replace(
        present,
        fields=present.fields.model_copy(update=words),
        practice_caveat=kept.practice_caveat,
        method_note=kept.method_note,
    )


def _as_now(environment: Environment, kept: KeptVersion, present: BriefingHead | None) -> BriefingFields:
    """Front matter of a kept version as it reads today."""
    fields = kept.briefing.fields.model_copy(update={"marking": marking_now(environment, kept)})
    return _with_its_life(fields, present) if present else fields


def _with_its_life(fields: BriefingFields, present: BriefingHead) -> BriefingFields:
    """Front matter with all that has become of a text since it was published, as the present source tells.

    While the present briefing bears the same number, all that it says of reviews is said of this text. That it is
    superseded or withdrawn is said of every version: the reader of an older one is no better off.
    """
    now, same = present.fields, present.fields.version == fields.version
    since = tuple(
        entry
        for entry in now.history
        if entry.version == fields.version and entry.kind == "review-no-change" and entry not in fields.history
    )
    life: dict[str, object] = {"history": (*fields.history, *since)}
    if same:
        life |= {name: getattr(now, name) for name in _REVIEWS}
    if now.status in RETIRED or (same and now.status is Status.PUBLISHED):
        life |= {name: getattr(now, name) for name in _STATES}
    return fields.model_copy(update={name: said for name, said in life.items() if said != getattr(fields, name)})


# Rules


def published_words_are_kept(reading: Reading) -> Iterator[Diagnostic]:
    """A text says under a published number what it said when it was published."""
    kept = _published_as(reading)
    if kept is not None:
        for found in own_differences(reading.briefing, reading.environment.assets, kept):
            yield message("kept-differs", found.place, version=kept.version, what=found.what, folder=kept.folder)


def what_texts_share_is_kept(readings: Iterable[Reading]) -> Iterator[Diagnostic]:
    """Nor do caveats, works and terms come out otherwise than they were published; told once for all they touch."""
    touched: dict[Difference, list[str]] = {}
    for reading in readings:
        kept = _published_as(reading)
        if kept is not None:
            for found in inherited_differences(reading.environment, reading.briefing, kept):
                touched.setdefault(found, []).append(f"'{kept.id}' {kept.version}")
    for found, names in touched.items():
        yield message("kept-inherited-differs", found.place, what=found.what, names=_listed(names))


def kept_versions_have_their_briefing(environment: Environment) -> Iterator[Diagnostic]:
    """Every published text is still looked after: under its own name, which stands in pins, registers and addresses."""
    for name, versions in environment.kept_numbers.items():
        if name in environment.briefings or name in environment.broken:
            continue
        place = Place(f"{folder_of(name, versions[-1])}/{RECORD}")
        twin = _of_title(environment.briefings.values(), environment.kept_titles.get(name, ""))
        hint = (
            f"Was it renamed to '{twin}', which has the same title? Rename it back; or bring {name}.md back beside it, "
            f"with 'status: superseded' and 'superseded_by: {twin}'."
        )
        yield message("kept-without-briefing", place, hint if twin else None, name=name, version=versions[-1])


def _of_title(briefings: Iterable[BriefingHead], title: str) -> str:
    """The briefing that bears a title, if one does."""
    alike = (one.id for one in briefings if one.fields.title.casefold() == title.casefold())
    return next(alike, "")


def _published_as(reading: Reading) -> KeptVersion | None:
    briefing = reading.briefing
    return reading.environment.kept.get(pin(briefing.id, briefing.fields.version))


def _listed(names: list[str]) -> str:
    """The names of a few, or how many more there are."""
    few = list(dict.fromkeys(names))
    if len(few) > NAMED:
        few = [*few[: NAMED - 1], f"{len(few) - NAMED + 1} more"]
    return enumerated(few)
