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
from pipeline.core.cache import locked
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import sha256
from pipeline.core.files import content_of, remove, remove_empty_folders, remove_stale_files, write_whole
from pipeline.core.records import held_to
from pipeline.model.formats import FORMATS

# Turns: one command works in the output folder at a time, and clears away what one before it has left

MADE = ("briefings", "packs", "series", "colleges", "printer", "refused", "verify", "site")
"""The folders of what is made."""


@contextmanager
def output_lock(project: Project) -> Iterator[None]:
    """Hold the output folder. Where a command was stopped there, what it left is taken away first."""
    waiting = "Another build is at work here; waiting for it to end."
    with locked(project.output, lambda: project.progress.say(waiting)) as disturbed:
        if disturbed:
            clear_away(project)
        else:
            project.store.sweep()  # a check writes there without a turn
        yield


def clear_away(project: Project) -> None:
    """Take away what stopped commands have left: what was being written, and folders that came to hold nothing."""
    remove_stale_files(project.output)
    remove_stale_files(project.folder / "source")
    remove(project.output / ".copies")  # where copies were laid out once
    for name in MADE:
        remove_empty_folders(project.output / name)
    for name in ("versions", "approvals", "editions"):
        remove_empty_folders(project.folder / "source" / name)


# Files and the record `build.json`. Before a file is replaced or deleted its row is put aside; a run that is stopped
# leaves rows whose files are looked at when the record is read.

RECORD = "build.json"
SCHEMA = "build/1"
INDEX = "index.html"

REFUSED = "refused"
"""The folder of files that must not lie about, to be looked at; each has the path there that it would have had."""

Tools = tuple[tuple[str, str], ...]
"""Names and versions of the tools of a build."""

_PATH = re.compile(
    r"(?P<owner>(?:briefings|packs|series)/(?P<id>[a-z0-9-]+))"
    rf"/(?P=id)(?:{'|'.join(re.escape(row.end) for row in FORMATS.values())})"
)
"""Paths of files of ours."""

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_WORDS: Mapping[str, re.Pattern[str]] = {
    "path": _PATH,
    "owner": re.compile(r"[a-z]+/[a-z0-9-]+"),
    "format": re.compile("|".join(FORMATS)),
    **dict.fromkeys(("sha256", "source", "content"), re.compile(r"[0-9a-f]*")),
}
"""Patterns of the words of a row."""


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """A file made: where, for what, and what it is made of."""

    path: str
    """Under `output/`, with `/`."""
    owner: str
    """`briefings/<id>`, `packs/<id>` or `series/<id>`."""
    format: str
    sha256: str
    bytes: int
    pages: int
    """Pages of the PDF, or of the PDF edition that an EPUB or page tells the pages of."""
    source: str
    """The digest of the text it was made from, whatever the date."""
    produced: str
    """The date produced, ISO."""
    content: str = ""
    """Of an archive: the digest of what it holds, however it is compressed. Nothing for other files."""
    earlier: bool = False
    """Whether it is of an earlier build: the last one that was to make it could not."""
    title: str = ""
    """Of what it is: the title of the briefing, the pack or the series."""
    faulty: tuple[str, ...] = ()
    """The codes of what is wrong with it, if anything is: then it is marked as a draft, and goes to nobody."""

    def has_its_size(self, folder: Path) -> bool:
        """Whether a file of this size is there."""
        try:
            return (folder / self.path).stat().st_size == self.bytes
        except OSError:
            return False

    def is_intact(self, folder: Path) -> bool:
        """Whether the file is there with these bytes."""
        try:
            return self.has_its_size(folder) and sha256((folder / self.path).read_bytes()) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """The record `build.json`, as far as it can be believed."""

    files: tuple[Output, ...] = ()
    """The files that stand."""
    changing: tuple[Output, ...] = ()
    """Rows put aside by a run that was stopped: whole files of which it is not known whether they are old or new."""
    produced: str = ""


def read_record(folder: Path) -> BuildRecord:
    """The record; nothing where it is missing or unreadable. Rows that cannot be ours are left out."""
    try:
        said = json.loads(content_of(folder / RECORD) or b"")
    except (OSError, ValueError, RecursionError):
        return BuildRecord()
    said = said if isinstance(said, dict) else {}
    files = {output.path: output for output in _rows(said.get("files"))}
    aside: dict[str, list[Output]] = {}
    for output in _rows(said.get("changing")):
        aside.setdefault(output.path, []).append(output)
    for path, rows in aside.items():
        files.pop(path, None)
        files.update((path, output) for output in rows if output.is_intact(folder))
    changing = (rows[-1] for path, rows in aside.items() if path not in files)
    produced = said.get("produced")
    return BuildRecord(tuple(sorted(files.values())), tuple(sorted(changing)), produced if _is_day(produced) else "")


def _rows(said: Any) -> Iterable[Output]:
    for line in said if isinstance(said, list) else ():
        try:
            codes = line.get("faulty", [])
            output = Output(**(line | {"faulty": tuple(codes) if isinstance(codes, list) else codes}))
        except (TypeError, AttributeError):
            continue
        if _is_ours(output):
            yield output


def _is_ours(output: Output) -> bool:
    """Whether a row is one that we could have written."""
    codes = output.faulty if isinstance(output.faulty, tuple) else (None,)
    return bool(
        all(isinstance(word := getattr(output, name), str) and form.fullmatch(word) for name, form in _WORDS.items())
        and all(type(number) is int and 0 <= number < 2**63 for number in (output.bytes, output.pages))
        and isinstance(output.title, str)
        and all(isinstance(code, str) and _CODE.fullmatch(code) for code in codes)
        and type(output.earlier) is bool
        and _is_day(output.produced)
        and output.path.startswith(f"{output.owner}/")
    )


def _is_day(word: Any) -> TypeGuard[str]:
    try:
        return isinstance(word, str) and date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


held_to(Output, _is_ours)  # a remembered one is looked at, given another day, and deleted


def recorded(folder: Path) -> tuple[Output, ...]:
    """The outputs that `build.json` lists; none where it is missing or unreadable."""
    return read_record(folder).files


def place(folder: Path, made: Iterable[tuple[Output, Callable[[], bytes]]], produced: date, tools: Tools) -> None:
    """Write outputs unless they stand already; only then is each asked for."""
    new = [(output, read) for output, read in made if not output.is_intact(folder)]
    announce(folder, [output for output, _ in new], produced, tools)
    for output, read in new:
        write(folder, output, read())


def write(folder: Path, output: Output, content: bytes) -> None:
    """Write an output that was announced."""
    write_whole(folder / output.path, content)


def write_refused(folder: Path, output: Output, content: bytes) -> None:
    """Write an output that must not leave the house; what stands in its place stays."""
    write_whole(folder / REFUSED / output.path, content)


def clear_refused(folder: Path, kept: Set[str]) -> None:
    """Delete what was refused but for these paths; what is none of ours stays."""
    if (folder / REFUSED).is_symlink():
        return
    for place in sorted((folder / REFUSED).rglob("*.*")):
        path = place.relative_to(folder / REFUSED).as_posix()
        if path not in kept and _PATH.fullmatch(path) and not place.parent.is_symlink() and place.is_file():
            place.unlink(missing_ok=True)
    remove_empty_folders(folder / REFUSED)
    with suppress(OSError):
        (folder / REFUSED).rmdir()


def announce(folder: Path, outputs: Iterable[Output], produced: date, tools: Tools) -> None:
    """Put the rows aside of files that are about to be replaced or deleted, whatever stands there; and these rows."""
    new = tuple(outputs)
    if not new:
        return
    record, paths = read_record(folder), {output.path for output in new}
    files = [output for output in record.files if output.path not in paths]
    aside = [output for output in (*record.files, *record.changing) if output.path in paths]
    others = [output for output in record.changing if output.path not in paths]
    changing = dict.fromkeys((*others, *aside, *new))
    _write(folder, files, changing, record.produced or produced.isoformat(), dict(tools))


def content(folder: Path, output: Output) -> bytes:
    """The bytes of an output; none where it is gone meanwhile."""
    try:
        return (folder / output.path).read_bytes()
    except OSError:
        return b""


def remove_outputs(folder: Path, outputs: Iterable[Output]) -> None:
    """Delete outputs and the folders that they leave empty, never anything outside the output folder."""
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


def _row(output: Output) -> dict[str, object]:
    """An output as the record has it; what is not known of it is left out."""
    row = {field.name: getattr(output, field.name) for field in fields(output)}
    optional = ("content", "earlier", "title", "faulty")
    return {name: value for name, value in row.items() if value or name not in optional}


def add_to_record(folder: Path, made: Iterable[Output], produced: date, tools: Tools) -> None:
    """Write `build.json` with what was made so far beside what stood before."""
    record = read_record(folder)
    known = {output.path: output for output in (*record.files, *made)}
    write_record(folder, known.values(), produced, tools, record.changing)


def write_record(
    folder: Path, outputs: Iterable[Output], produced: date, tools: Tools, changing: Iterable[Output] = ()
) -> None:
    """Write `build.json`: the date produced, the tools, and every file made; and those of which nothing is known."""
    known = {output.path: output for output in outputs}
    aside = [output for output in changing if output.path not in known]
    _write(folder, known.values(), aside, produced.isoformat(), dict(tools))


def write_index(folder: Path, page: bytes) -> None:
    """Write the page that lists what stands there, where it says anything new; a folder of that name is left alone."""
    path = folder / INDEX
    if not path.is_dir() and not _says(path, page):
        write_whole(path, page)


def _write(
    folder: Path, files: Iterable[Output], changing: Iterable[Output], produced: str, tools: Mapping[str, str]
) -> None:
    aside = [_row(output) for output in changing]
    record: Mapping[str, object] = {
        "schema": SCHEMA,
        "produced": produced,
        "tools": tools,
        "files": [_row(output) for output in sorted(files)],
        **({"changing": aside} if aside else {}),
    }
    written = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    path = folder / RECORD
    if not _says(path, written):
        write_whole(path, written)


def _says(path: Path, content: bytes) -> bool:
    """Whether a file has this content already; of one that may not be read nobody knows."""
    with suppress(OSError):
        return content_of(path) == content
    return False
