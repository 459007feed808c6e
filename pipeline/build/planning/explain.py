"""Reasons why things were made anew: for each the first of its inputs that is not what it was when it was made last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.build.planning.resolve_cache import front_matter
from pipeline.build.project import Project
from pipeline.core.digest import digest, sha256
from pipeline.load.library.folders import REGISTER
from pipeline.model.library import Library
from pipeline.model.order import Order
from pipeline.resolve.chosen import texts_of
from pipeline.store.toolchain import PROGRAM, code_digest, tools

Inputs = Mapping[str, str]
"""Everything that a build is made of: what it is called, and what tells whether it has changed."""

Reason = tuple[str, str]
"""The owner of files, such as 'packs/nights', and why they were made anew."""

RECORD = digest("the inputs of everything that was made last")
"""The cache key of the record. It holds for every release of the program: a new one is a reason."""

NEW = "not made before"
DISTURBED = "a file of it was changed by somebody, or is gone"


@dataclass(frozen=True, slots=True)
class InputRecord:
    """The inputs of what was made last: for each owner the digest of them, and by this digest the inputs."""

    owners: dict[str, str]
    inputs: dict[str, dict[str, str]]


NOTHING = InputRecord({}, {})


def reasons(project: Project, library: Library, order: Order, owners: Iterable[str]) -> tuple[Reason, ...]:
    """Why things are made anew, in order of owner."""
    record = project.store.find(RECORD, InputRecord) or NOTHING
    now = _inputs(project, library, order)
    return tuple((owner, _reason(owner, record, now, library)) for owner in sorted(owners))


def note(project: Project, library: Library, order: Order, owners: Iterable[str]) -> None:
    """Keep what things are made of, so that the next build can tell what has changed."""
    before = project.store.find(RECORD, InputRecord) or NOTHING
    now = _inputs(project, library, order)
    mark = digest(now)
    known = {**before.owners, **dict.fromkeys(owners, mark)}
    inputs = {one: inputs for one, inputs in {**before.inputs, mark: now}.items() if one in set(known.values())}
    project.store.keep(RECORD, replace(before, owners=known, inputs=inputs))


def _reason(owner: str, record: InputRecord, now: Inputs, library: Library) -> str:
    """The first input of a thing that has changed: its own texts, then what all share, then the program and the day."""
    if owner not in record.owners:
        return NEW
    before = record.inputs[record.owners[owner]]
    own = [library.briefings[name].path for name in _texts(owner, library) if name in library.briefings]
    shared = sorted({*before, *now} - _texts_of_others(library), key=_order)
    for name in (*own, *shared):
        if before.get(name) != now.get(name):
            return f"{name} {_change(name, before, now)}"
    return DISTURBED


def _texts_of_others(library: Library) -> set[str]:
    """Whole texts: of those of others only the front matter counts."""
    return {briefing.path for briefing in library.briefings.values()}


def _change(name: str, before: Inputs, now: Inputs) -> str:
    if name not in before:
        return "is new"
    if name not in now:
        return "is gone"
    return f"is {now[name]}, and was {before[name]}" if name.startswith(_SAID) else "has changed"


def _texts(owner: str, library: Library) -> tuple[str, ...]:
    """The ids of the texts of a thing."""
    folder, _, name = owner.partition("/")
    if folder == "packs" and name in library.packs:
        return texts_of(library, library.packs[name])
    if folder == "series" and name in library.series:
        return tuple(library.series[name].fields.briefings)
    return (name,)


_DAY, _FORMATS, _PROGRAM = "the date produced", "what was asked for", "the program"
_PACKAGE = "the package "
_SAID = (_DAY, _FORMATS, _PACKAGE)
"""Beginnings of the names of inputs that are told with what they are."""


def _order(name: str) -> tuple[int, str]:
    """Files of the library first, then layouts, the program, its packages, and the day."""
    heads = ("", "the front matter of ", "layouts/", "the citation style ", _PROGRAM, _PACKAGE, _DAY, _FORMATS)
    return max(rank for rank, head in enumerate(heads) if name.startswith(head)), name


def _inputs(project: Project, library: Library, order: Order) -> dict[str, str]:
    """All that a build of this order is made of."""
    files = {path: content for path, content in project.files.items() if path != REGISTER}
    found = {path: sha256(content) for path, content in files.items()}
    for path in _texts_of_others(library):
        found[f"the front matter of {path}"] = digest(front_matter(files[path], path))
    found |= {f"layouts/{name}": digest(text) for name, text in project.layouts.files.items()}
    found |= {f"the citation style {name}": digest(text) for name, text in project.layouts.styles.items()}
    found |= {f"{_PACKAGE}{name}": version for name, version in tools() if name != "briefings"}
    found[_PROGRAM] = code_digest(PROGRAM)
    found[_DAY] = order.produced.isoformat()
    found[_FORMATS] = ", ".join(order.formats) or "every format"
    return found
