"""Parcels and printer's jobs that were prepared before and are wanted no more, taken away."""

from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.files import remove
from pipeline.core.messages import message
from pipeline.editions.copies import Issue
from pipeline.editions.sealing.manifest import is_manifest_of


def tidied(output: Path, issue: Issue, takers: Collection[str], printed: bool) -> Iterator[Diagnostic]:
    """Take away what was prepared of this edition for colleges that no longer take the pack, and for no printer.

    Tells of what the system does not let go, as where it is somebody else's: copies are on record by now.
    """
    for manifest in sorted(output.glob(f"colleges/*/{issue.folder}/manifest.json")):
        folder = manifest.parent
        if folder.parent.name in takers or folder.parent.is_symlink():
            continue
        try:
            if is_manifest_of(manifest.read_bytes(), issue.pack.id, issue.edition):
                remove(folder.with_name(f"{issue.folder}.zip"), whole=True)
                remove(folder, whole=True)
                if not any(folder.parent.iterdir()):
                    folder.parent.rmdir()
        except OSError as refusal:
            yield _left(output, folder, refusal)
    printing = output / "printer" / issue.folder
    try:
        if not printed and (printing / "job-ticket.txt").is_file():
            remove(printing, whole=True)
    except OSError as refusal:
        yield _left(output, printing, refusal)


def _left(output: Path, folder: Path, refusal: OSError) -> Diagnostic:
    place = Place(f"output/{folder.relative_to(output).as_posix()}")
    return message("copies-left", place, reason=(refusal.strerror or "it is in use").lower())
