"""Issued editions that rest on a work: by the kept versions of their records, with the colleges that hold them."""

from dataclasses import replace

from pipeline.build.project import Project
from pipeline.core.diagnostics import Desk
from pipeline.core.services import hooked
from pipeline.editions.issued.records import read_records
from pipeline.load.library import load
from pipeline.load.versions import read_kept
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import Marks
from pipeline.model.source.versions import pin
from pipeline.resolve.listing import IssuedCiting, cites

_ALL = "issued"
"""The id of a pack that binds every version that was issued."""


def editions_resting_on(project: Project, key: str) -> tuple[IssuedCiting, ...]:
    """The issued editions with a text that rests on a work, in order of pack and number."""
    records = [one.record for one in read_records(project.files).every()]
    lines = tuple(sorted({text for one in records for text in one.kept_texts}))
    if not lines:
        return ()
    kept = read_kept(project.files, frozenset(lines), load, Desk()).kept
    pack = Pack(_ALL, "", PackFields(title=_ALL, briefings=lines), Marks(""))
    library = replace(project.loaded[0], briefings={}, kept=kept, packs={_ALL: pack})
    resting = {pin(one.id, one.version): one for one in cites(library, key)}
    return tuple(
        IssuedCiting(resting[line], one.pack, one.edition, one.issued, _holders(project, one.pack, one.edition, line))
        for one in records
        for line in one.kept_texts
        if line in resting
    )


def _holders(project: Project, pack: str, edition: str, line: str) -> int:
    """The number of those who hold copies of an edition with a text."""
    return sum(len(ask(project.loaded[0], project.files, pack, edition, line)) for _, ask in hooked("holders"))
