"""Briefings, packs and series that read otherwise than in another copy of the library, as before a proposed change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.build.project import Project
from pipeline.build.versions import TextChanges, changes_between
from pipeline.core.digests import digest
from pipeline.load.words import wordbook
from pipeline.model.formats import Order
from pipeline.model.publication import Publication, Thing
from pipeline.resolve.resolve import resolve

TouchedState = Literal["new", "changed", "gone", "cannot be read", "cannot be made"]


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
    """The things that differ between two copies of a library, by kind and id, composed as on one day."""
    return tuple(_compared(before, after, day))


def _compared(before: Project, after: Project, day: date) -> Iterator[TouchedThing]:
    """The things that differ, in order.

    Gone is what has no file any more, new what had none before. A text with a file that cannot be read, and a pack of
    which a member cannot, are neither.
    """
    old, new = _things(before, day), _things(after, day)
    restyled = before.layouts_digest != after.layouts_digest
    for owner in sorted({*old, *new}):
        was, now = old.get(owner), new.get(owner)
        if now is None:
            yield TouchedThing(owner, *_names(old[owner]), _lost(after, owner))
        elif was is None:
            yield TouchedThing(owner, *_names(now), "changed" if _files(before, owner) else "new")
        elif restyled or digest(was) != digest(now):
            yield TouchedThing(owner, *_names(now), "changed", _changes(after, was, now))


def _lost(project: Project, owner: str) -> TouchedState:
    """State of a thing of which nothing is made any more: its file is gone, or does not let it be made."""
    files = _files(project, owner)
    if not files:
        return "gone"
    return "cannot be read" if files & project.loaded[0].unread else "cannot be made"


def _files(project: Project, owner: str) -> frozenset[str]:
    """The files that a thing is read from, where there are any."""
    named = (f"source/{owner}{end}" for end in (".md", "/briefing.md", ".yaml"))
    return frozenset(path for path in named if path in project.files)


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
    return {thing.owner: thing for thing in found.everything if not (isinstance(thing, Publication) and thing.manual)}
