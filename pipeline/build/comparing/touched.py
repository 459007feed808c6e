"""Briefings, packs and series that read otherwise than in another copy of the library, as before a proposed change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.build.project import Project
from pipeline.build.versions import TextChanges, changes_between
from pipeline.core.digest import digest
from pipeline.load.library.word_tables import wordbook
from pipeline.model.order import Order
from pipeline.model.publication import Publication, Thing
from pipeline.resolve.resolve import resolve

TouchedState = Literal["new", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class TouchedThing:
    """A briefing, a pack or a series that a change touches."""

    owner: str
    """Whom its files belong to, such as 'briefings/foot-patrol'."""
    title: str
    version: str
    state: TouchedState
    changes: TextChanges | None = None
    """The changes of a briefing's words; nothing where there are no two texts to compare."""

    @property
    def id(self) -> str:
        """The id of the briefing, the pack or the series."""
        return self.owner.partition("/")[2]


def touched(before: Project, after: Project, day: date) -> tuple[TouchedThing, ...]:
    """The things that differ between two copies of a library, by kind and id, composed as on one day.

    A thing that could not be read before is new, one that cannot be read any more is gone.
    """
    old, new = _things(before, day), _things(after, day)
    restyled = before.layouts_digest != after.layouts_digest
    return tuple(_compared(after, old, new, restyled))


def _compared(
    project: Project, old: Mapping[str, Thing], new: Mapping[str, Thing], restyled: bool
) -> Iterator[TouchedThing]:
    for owner in sorted({*old, *new}):
        was, now = old.get(owner), new.get(owner)
        if now is None:
            yield TouchedThing(owner, *_names(old[owner]), "gone")
        elif was is None:
            yield TouchedThing(owner, *_names(now), "new")
        elif restyled or digest(was) != digest(now):
            yield TouchedThing(owner, *_names(now), "changed", _changes(project, was, now))


def _changes(project: Project, was: Thing, now: Thing) -> TextChanges | None:
    """The changes of a briefing's words; nothing of a pack or a series."""
    if isinstance(was, Publication) and isinstance(now, Publication):
        return changes_between(project, was, now)
    return None


def _names(thing: Thing) -> tuple[str, str]:
    return thing.identity.title, thing.identity.version


def _things(project: Project, day: date) -> dict[str, Thing]:
    """Everything that a library publishes, by owner; pages of a handbook count as their pack."""
    library, order = project.loaded[0], Order((), (), day)
    words = wordbook(project.layouts)
    found = resolve(library, order, project.cite, project.layouts.styles, project.coverage, words)
    return {thing.owner: thing for thing in _without_manual(found.everything)}


def _without_manual(things: Iterable[Thing]) -> Iterator[Thing]:
    return (one for one in things if not (isinstance(one, Publication) and one.manual))
