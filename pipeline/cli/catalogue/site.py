"""The verb site: the catalogue of the library, made of what was built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.build.api import build
from pipeline.build.output import Output, recorded, turn
from pipeline.build.project import Project
from pipeline.cli.options import DAY, Shared, day_of
from pipeline.cli.outcome import Exit, Outcome, rendered
from pipeline.core.diagnostics import Diagnostic, UsageError, errors
from pipeline.core.digests import sha256
from pipeline.core.files import refuse_links, remove_empty_folders, write_whole
from pipeline.core.sentences import count
from pipeline.model.formats import FORMATS, Order, format_row
from pipeline.site.script_files import SCRIPT_FOLDER, SCRIPTS, can_search

_MAKER = "pipeline.cli.catalogue.making"
"""The module that makes the files, which loads all that fills templates."""

_NO_SEARCH = (
    " It has no search: MiniSearch is not here. In a checkout 'make site' brings it; a wheel of 'make wheel' has it."
)

_NO_ADDRESS = (
    "Links from one text to another lead nowhere in the files that are handed out: name 'address:' in library.yaml."
)


@click.command("site")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that it bears (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@rendered("text", jobs=None)
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Make the catalogue of the library: a site of what was built, with search, feeds and status pages.

    It is written into output/site, or into another folder. What has changed is built first. The site works from a
    host, from a folder and from a stick. It shows what was published, and nothing that is marked higher than 'site'
    of library.yaml allows. Where the build finds an error the site that is there stays as it is.
    """
    day = day_of(on, project)
    site = SiteFolder(folder or project.output / "site")
    built = build(Order((), (), day), project)
    if any(errors(built.remarks)) or built.exit_code(Shared(click.get_current_context()).strict):
        none = "No catalogue was made: mend what is wrong first."
        return Outcome(built.remarks, [none], lambda strict: built.exit_code(strict) or 1, whole=False)
    scripts = {name: (SCRIPT_FOLDER / name).read_bytes() for name in SCRIPTS if (SCRIPT_FOLDER / name).is_file()}
    written, removed, faults, lacking = _filled(project, site, scripts, day)
    if faults:
        none = "No catalogue was made: what the records say must hold before others read it."
        return Outcome((*built.remarks, *faults), [none], Exit.FAULTS, whole=False)
    said = f"{count(len(site.known), 'file')} in {site.folder}: {written:,} written, {removed:,} removed."
    text = [said + ("" if can_search(scripts) else _NO_SEARCH)]
    text += [] if project.loaded[0].imprint.fields.address else [_NO_ADDRESS]
    return Outcome(built.remarks, text, warnings=lacking, may_be_quiet=True, whole=False)


def _filled(
    project: Project, site: SiteFolder, scripts: Mapping[str, bytes], day: date
) -> tuple[int, int, tuple[Diagnostic, ...], tuple[str, ...]]:
    """The numbers of files written and removed, none where nothing has changed; faults of records; and what is lacking.

    Where something is lacking the next run looks again.
    """
    outputs = tuple(sorted((one for one in recorded(project.output) if _goes_out(one)), key=_rank))
    key = project.store.key(_MAKER, project.files, project.layouts, outputs, scripts, day)
    with turn(project):
        if site.stands(key):
            return 0, 0, (), ()
        from pipeline.cli.catalogue.making import files_of
        from pipeline.editions.issued.records import read_records

        if remarks := read_records(project.files).remarks:
            return 0, 0, remarks, ()
        files, lacking = files_of(project, outputs, scripts, day)
        return *site.fill(files, "" if lacking else key), (), lacking


def _goes_out(one: Output) -> bool:
    """Whether a built file is one that the catalogue may hand out: whole, and not for the printer."""
    return not (one.faulty or one.earlier or format_row(one.format).printed or one.owner.startswith("series/"))


def _rank(one: Output) -> tuple[str, int]:
    return one.owner, [*FORMATS].index(format_row(one.format).name)


LIST = "site.json"


class SiteFolder:
    """A folder that holds a catalogue, or none yet. Raises `UsageError` for one with other things in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        said = self._read()
        if not said and folder.is_dir() and any(folder.iterdir()):
            raise UsageError(f"{folder} holds other files than a catalogue: name a new folder.")
        self._key = str(said.get("made_of", ""))
        found = said.get("files", {})
        rows = found.items() if isinstance(found, dict) else ()
        self.known: Mapping[str, list[Any]] = {path: row if _is_row(row) else [0, ""] for path, row in rows}
        """The files that were written, by path: bytes and SHA-256."""

    def _read(self) -> Mapping[str, Any]:
        try:
            said = json.loads((self.folder / LIST).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) and said.get("schema") == "site/1" else {}

    def stands(self, key: str) -> bool:
        """Tell if a catalogue of the same things is there, each file as long as it was."""
        return self._key == key and all(self._has(path, size) for path, (size, _) in self.known.items())

    def _has(self, path: str, size: int) -> bool:
        try:
            return (self.folder / path).stat().st_size == size
        except OSError:
            return False

    def fill(self, files: Mapping[str, bytes], key: str) -> tuple[int, int]:
        """Write what is not there yet, and take away what an earlier one had; gives the numbers of both."""
        rows = {path: [len(content), sha256(content)] for path, content in sorted(files.items())}
        new = [
            path for path, row in rows.items() if self.known.get(path) != row or not self._has(path, len(files[path]))
        ]
        old = [path for path in self.known if path not in rows and _is_within(path)]
        kept = {path: row for path, row in self.known.items() if path not in {*new, *old}}
        self._list(kept | {path: [0, ""] for path in (*new, *old)}, "")  # whatever is written before it is stopped
        for path in new:
            refuse_links(self.folder / path, self.folder)
            write_whole(self.folder / path, files[path])
        for path in old:
            refuse_links(self.folder / path, self.folder)
            (self.folder / path).unlink(missing_ok=True)
        if old:
            remove_empty_folders(self.folder)
        self._list(rows, key)
        self.known = rows
        return len(new), len(old)

    def _list(self, rows: Mapping[str, list[Any]], key: str) -> None:
        said = {"schema": "site/1", "made_of": key, "files": rows}
        write_whole(
            self.folder / LIST, (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        )


def _is_row(said: Any) -> bool:
    """Whether the list says of a file what it should; of another file nothing is known, and it is written anew."""
    return isinstance(said, list) and [*map(type, said)] == [int, str]


def _is_within(path: str) -> bool:
    """Whether a path of the list is one that could have been written."""
    return bool(path) and not path.startswith("/") and ".." not in path.split("/")
