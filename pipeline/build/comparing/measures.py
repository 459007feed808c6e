"""Measures of what has changed in the texts of a pack, taken as `briefings changes` takes them.

Older versions are read, resolved and compared where a pack tells of changes, and where that is not known yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.build.project import Project
from pipeline.build.versions import changes_between, readable_versions
from pipeline.model.publication import PackPublication, Publication, TitleChanges
from pipeline.model.source.kept import folder_of, pin
from pipeline.text.measure import WordMeasure


def measured(project: Project, pack: PackPublication, day: date) -> PackPublication:
    """A pack whose changed texts have their measures; one without any as it is."""
    if pack.changes is None or not pack.changes.changed:
        return pack
    found = _measures(project, pack, day)
    changed = tuple(replace(one, measure=found.get(one.id)) for one in pack.changes.changed)
    return replace(pack, changes=replace(pack.changes, changed=changed))


def _measures(project: Project, pack: PackPublication, day: date) -> Mapping[str, WordMeasure]:
    """The measures by id; none of a text whose older version is not kept, or cannot be read."""
    members = {member.id: member for member in pack.members}
    told = {one.id: one for one in pack.changes.changed if _is_kept(project, one)} if pack.changes else {}
    keys = {name: _key(project, one, members[name]) for name, one in told.items()}
    known = {name: project.store.find(key, WordMeasure) for name, key in keys.items()}
    found = {name: measure for name, measure in known.items() if measure}
    unknown = [(told[name], members[name]) for name in told if name not in found]
    made = _taken(project, unknown, day) if unknown else {}
    for name, measure in made.items():
        project.store.keep(keys[name], measure, WordMeasure)
    return {**found, **made}


def _is_kept(project: Project, one: TitleChanges) -> bool:
    return one.was in project.loaded[0].kept_numbers.get(one.id, ())


def _key(project: Project, one: TitleChanges, member: Publication) -> str:
    """The key of a measure: by the files of the older version, the newer text, and the layouts."""
    folder = f"{folder_of(one.id, one.was)}/"
    files = tuple((path, content) for path, content in sorted(project.files.items()) if path.startswith(folder))
    return project.store.key(__name__, (files, member, project.layouts_digest))


def _taken(
    project: Project, unknown: Sequence[tuple[TitleChanges, Publication]], day: date
) -> Mapping[str, WordMeasure]:
    """The measures of texts as each reads by itself: in a pack it may lack its list of works.

    All are resolved at once: what is asked of the whole library costs more than the texts.
    """
    was = {member.id: pin(one.id, one.was) for one, member in unknown}
    now = {member.id: pin(member.id, member.kept) if member.kept else member.id for _, member in unknown}
    alone = [now[member.id] for _, member in unknown if member.set_for]
    texts = readable_versions(project, (*was.values(), *alone), day)
    found = {}
    for _, member in unknown:
        old, new = texts.get(was[member.id]), texts.get(now[member.id]) if member.set_for else member
        if old and new:
            found[member.id] = changes_between(project, old, new).measure
    return found
