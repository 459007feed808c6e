"""Slips of colleges: kept in the archive by their hash, and given back."""

from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.colleges.holdings import receipts_in_force
from pipeline.colleges.ledger.kept import Ledger
from pipeline.core.digest import sha256
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.core.tables import count
from pipeline.editions.issued.archive import Archive, archive_of

_KINDS = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\x00": ".tif", b"MM\x00*": ".tif"}
"""The beginnings of files as scanners make them."""


def _archive(project: Project) -> Archive:
    archive = archive_of(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        raise UsageError("Nobody keeps the slip: name an 'archive:' in library.yaml.")
    return archive


def keep_slip(project: Project, slip: Path) -> str:
    """The SHA-256 of a slip, which the archive keeps from now on."""
    archive = _archive(project)
    if not slip.is_file():
        raise UsageError(f"There is no file '{slip}'.")
    content = slip.read_bytes()
    if not archive.keep(content):
        raise UsageError(f"The archive does not hold {slip} as it was written.")
    return sha256(content)


def hand_out_slips(project: Project, kept: Ledger, delivery: str, folder: Path) -> int:
    """Write the slips of the answers to a delivery into a folder, each named by the number of its answer."""
    events = [one for one in receipts_in_force(kept.events()) if one.subject == delivery]
    scans = {f"{one.number}-{one.kind}": str(one.facts["scan"]) for one in events if one.facts.get("scan")}
    if not scans:
        raise UsageError(f"No answer to {delivery} has a slip in the archive.")
    for name, digest in scans.items():
        content = _archive(project).file(digest)
        if content is None or sha256(content) != digest:
            raise UsageError(f"The archive does not hold the slip {digest[:8]}… of the answer {name}.")
        ends = next((end for begin, end in _KINDS.items() if content.startswith(begin)), "")
        write_whole(folder / f"{delivery}-{name}{ends}", content)
    click.echo(f"{count(len(scans), 'slip')} in {folder}.")
    return 0
