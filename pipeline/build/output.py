"""Output folder: files, build.json, lock."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeGuard

from pipeline.build.project import Project
from pipeline.core.cache import lock_folder
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import sha256
from pipeline.core.files import (
    read_regular_file,
    remove_empty_folders,
    remove_path,
    remove_stale_files,
    write_atomically,
)
from pipeline.core.records import check_when_decoded
from pipeline.model.formats import FORMATS

# Lock: one command at a time works in the output folder, and removes what a killed command has left

FOLDERS = ("briefings", "packs", "series", "colleges", "printer", "refused", "verify", "site")
"""The folders of files that are made."""


@contextmanager
def output_lock(project: Project) -> Iterator[None]:
    """Hold the lock of the output folder. What a stopped command has left is removed first."""
    waiting = "Another build is at work here; waiting for it to end."
    with lock_folder(project.output, lambda: project.progress.say(waiting)) as was_stopped:
        if was_stopped:
            remove_leftovers(project)
        else:
            project.store.sweep()  # a check writes there without the lock
        yield


def remove_leftovers(project: Project) -> None:
    """Remove unfinished files of stopped commands, and folders that are empty."""
    remove_stale_files(project.output)
    remove_stale_files(project.folder / "source")
    remove_path(project.output / ".copies")  # of an earlier release
    for name in FOLDERS:
        remove_empty_folders(project.output / name)
    for name in ("versions", "approvals", "editions"):
        remove_empty_folders(project.folder / "source" / name)


# Files and the record `build.json`. Before a file is replaced or deleted its row moves to `changing`; of a run that is
# stopped these rows are checked against the files when the record is read.

BUILD_RECORD_FILE = "build.json"
SCHEMA = "build/1"
INDEX_FILE = "index.html"

REFUSED = "refused"
"""The folder of files that failed a serious check, each at the path that it would have had."""

Tools = tuple[tuple[str, str], ...]
"""Names and versions of the tools of a build."""

_OUTPUT_PATH = re.compile(
    r"(?P<owner>(?:briefings|packs|series)/(?P<id>[a-z0-9-]+))"
    rf"/(?P=id)(?:{'|'.join(re.escape(row.end) for row in FORMATS.values())})"
)
"""Paths of files that we make."""

_CODE_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_ROW_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "path": _OUTPUT_PATH,
    "owner": re.compile(r"[a-z]+/[a-z0-9-]+"),
    "format": re.compile("|".join(FORMATS)),
    **dict.fromkeys(("sha256", "source", "content"), re.compile(r"[0-9a-f]*")),
}
"""Patterns of the texts of a row."""


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """A file that was made: a row in `build.json`."""

    path: str
    """Under `output/`, with `/`."""
    owner: str
    """`briefings/<id>`, `packs/<id>` or `series/<id>`."""
    format: str
    sha256: str
    bytes: int
    pages: int
    """Pages of the PDF, or of the PDF whose page marks an EPUB or web page has."""
    source: str
    """The digest of the text that it was made from, without the date."""
    produced: str
    """The date produced, ISO."""
    content: str = ""
    """Of an archive, the digest of its contents, however they are compressed; else empty."""
    earlier: bool = False
    """Whether it is from an earlier build, because the last one could not make it."""
    title: str = ""
    """The title of the briefing, pack or series."""
    faulty: tuple[str, ...] = ()
    """Codes of its errors, if it has any: then it is marked as a draft and not delivered."""

    def has_its_size(self, folder: Path) -> bool:
        """Return whether a file of this size is there."""
        try:
            return (folder / self.path).stat().st_size == self.bytes
        except OSError:
            return False

    def is_intact(self, folder: Path) -> bool:
        """Return whether the file is there with these bytes."""
        try:
            return self.has_its_size(folder) and sha256((folder / self.path).read_bytes()) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """The valid rows of `build.json`."""

    files: tuple[Output, ...] = ()
    """The files that are there."""
    changing: tuple[Output, ...] = ()
    """Rows of a stopped run, with whole files that may be old or new."""
    produced: str = ""


def read_build_record(folder: Path) -> BuildRecord:
    """Read the record; empty if it is missing or unreadable. Invalid rows are left out."""
    try:
        record = json.loads(read_regular_file(folder / BUILD_RECORD_FILE) or b"")
    except (OSError, ValueError, RecursionError):
        return BuildRecord()
    record = record if isinstance(record, dict) else {}
    files = {output.path: output for output in _read_rows(record.get("files"))}
    changing_by_path: dict[str, list[Output]] = {}
    for output in _read_rows(record.get("changing")):
        changing_by_path.setdefault(output.path, []).append(output)
    for path, rows in changing_by_path.items():
        files.pop(path, None)
        files.update((path, output) for output in rows if output.is_intact(folder))
    changing = (rows[-1] for path, rows in changing_by_path.items() if path not in files)
    produced = record.get("produced")
    return BuildRecord(tuple(sorted(files.values())), tuple(sorted(changing)), produced if _is_day(produced) else "")


def _read_rows(rows: Any) -> Iterable[Output]:
    for row in rows if isinstance(rows, list) else ():
        try:
            codes = row.get("faulty", [])
            output = Output(**(row | {"faulty": tuple(codes) if isinstance(codes, list) else codes}))
        except (TypeError, AttributeError):
            continue
        if _is_valid_row(output):
            yield output


def _is_valid_row(output: Output) -> bool:
    """Return whether a row is one that we could have written."""
    codes = output.faulty if isinstance(output.faulty, tuple) else (None,)
    return bool(
        all(
            isinstance(word := getattr(output, name), str) and form.fullmatch(word)
            for name, form in _ROW_PATTERNS.items()
        )
        and all(type(number) is int and 0 <= number < 2**63 for number in (output.bytes, output.pages))
        and isinstance(output.title, str)
        and all(isinstance(code, str) and _CODE_FORM.fullmatch(code) for code in codes)
        and type(output.earlier) is bool
        and _is_day(output.produced)
        and output.path.startswith(f"{output.owner}/")
    )


def _is_day(value: Any) -> TypeGuard[str]:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


check_when_decoded(Output, _is_valid_row)  # a cached one is read, given another day, and deleted


def recorded_outputs(folder: Path) -> tuple[Output, ...]:
    """Return the files that `build.json` lists; none if it is missing or unreadable."""
    return read_build_record(folder).files


def place(folder: Path, files: Iterable[tuple[Output, Callable[[], bytes]]], produced: date, tools: Tools) -> None:
    """Write files that are not there yet; only their bytes are read."""
    new = [(output, read) for output, read in files if not output.is_intact(folder)]
    mark_changing(folder, [output for output, _ in new], produced, tools)
    for output, read in new:
        write(folder, output, read())


def write(folder: Path, output: Output, content: bytes) -> None:
    """Write a file that was marked as changing."""
    write_atomically(folder / output.path, content)


def write_refused(folder: Path, output: Output, content: bytes) -> None:
    """Write a file to the folder of refused files; the file in its usual place stays."""
    write_atomically(folder / REFUSED / output.path, content)


def clear_refused(folder: Path, kept: Set[str]) -> None:
    """Delete refused files except at these paths; files that are not ours stay."""
    if (folder / REFUSED).is_symlink():
        return
    for file in sorted((folder / REFUSED).rglob("*.*")):
        path = file.relative_to(folder / REFUSED).as_posix()
        if path not in kept and _OUTPUT_PATH.fullmatch(path) and not file.parent.is_symlink() and file.is_file():
            file.unlink(missing_ok=True)
    remove_empty_folders(folder / REFUSED)
    with suppress(OSError):
        (folder / REFUSED).rmdir()


def mark_changing(folder: Path, outputs: Iterable[Output], produced: date, tools: Tools) -> None:
    """Move the rows of files that are about to be replaced or deleted to `changing`, with their new rows."""
    new = tuple(outputs)
    if not new:
        return
    record, paths = read_build_record(folder), {output.path for output in new}
    files = [output for output in record.files if output.path not in paths]
    old_rows = [output for output in (*record.files, *record.changing) if output.path in paths]
    others = [output for output in record.changing if output.path not in paths]
    changing = dict.fromkeys((*others, *old_rows, *new))
    _write_rows(folder, files, changing, record.produced or produced.isoformat(), dict(tools))


def read_output(folder: Path, output: Output) -> bytes:
    """Return the bytes of a file; empty if it is gone."""
    try:
        return (folder / output.path).read_bytes()
    except OSError:
        return b""


def remove_outputs(folder: Path, outputs: Iterable[Output]) -> None:
    """Delete files and folders that become empty, never anything outside the output folder."""
    inside = folder.resolve()
    for output in outputs:
        path = folder / output.path
        if not path.parent.resolve().is_relative_to(inside):
            continue
        try:
            path.unlink(missing_ok=True)
        except IsADirectoryError:
            continue
        except OSError as refusal:
            raise EnvironmentFailure(f"{path} cannot be deleted: {refusal.strerror}.") from refusal
        for parent in path.parents:
            if parent == folder or parent.is_symlink() or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _row_as_json(output: Output) -> dict[str, object]:
    """Return the row as JSON has it, without empty optional fields."""
    row = {field.name: getattr(output, field.name) for field in fields(output)}
    optional = ("content", "earlier", "title", "faulty")
    return {name: value for name, value in row.items() if value or name not in optional}


def add_to_record(folder: Path, outputs: Iterable[Output], produced: date, tools: Tools) -> None:
    """Write `build.json` with these files in addition."""
    record = read_build_record(folder)
    by_path = {output.path: output for output in (*record.files, *outputs)}
    write_record(folder, by_path.values(), produced, tools, record.changing)


def write_record(
    folder: Path, outputs: Iterable[Output], produced: date, tools: Tools, changing: Iterable[Output] = ()
) -> None:
    """Write `build.json`: the date produced, the tools, every file, and files in an unknown state."""
    by_path = {output.path: output for output in outputs}
    unknown = [output for output in changing if output.path not in by_path]
    _write_rows(folder, by_path.values(), unknown, produced.isoformat(), dict(tools))


def write_index(folder: Path, page: bytes) -> None:
    """Write the index page, unless it has this content or a folder has its name."""
    path = folder / INDEX_FILE
    if not path.is_dir() and not _has_content(path, page):
        write_atomically(path, page)


def _write_rows(
    folder: Path, files: Iterable[Output], changing: Iterable[Output], produced: str, tools: Mapping[str, str]
) -> None:
    rows = [_row_as_json(output) for output in changing]
    record: Mapping[str, object] = {
        "schema": SCHEMA,
        "produced": produced,
        "tools": tools,
        "files": [_row_as_json(output) for output in sorted(files)],
        **({"changing": rows} if rows else {}),
    }
    content = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    path = folder / BUILD_RECORD_FILE
    if not _has_content(path, content):
        write_atomically(path, content)


def _has_content(path: Path, content: bytes) -> bool:
    """Return whether a file can be read and has this content."""
    with suppress(OSError):
        return read_regular_file(path) == content
    return False
