"""What stands in `output/`: files written whole, the record `build.json`, and what a removed source had made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from pipeline.digest import sha256
from pipeline.readers import held_to
from pipeline.store import write_whole

RECORD = "build.json"
SCHEMA = "build/1"


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

    def lies(self, folder: Path) -> bool:
        """Whether a file of this size is there."""
        try:
            return (folder / self.path).stat().st_size == self.bytes
        except OSError:
            return False

    def stands(self, folder: Path) -> bool:
        """Whether the file is there with these bytes."""
        try:
            return self.lies(folder) and sha256((folder / self.path).read_bytes()) == self.sha256
        except OSError:
            return False


def _is_within(output: Output) -> bool:
    """Whether a file lies in the output folder, in the folder of what it was made for."""
    return output.path.startswith(f"{output.owner}/") and not {"", ".", ".."} & set(output.path.split("/"))


held_to(Output, _is_within)  # a remembered one is looked at, given another day, and deleted


def recorded(folder: Path) -> tuple[Output, ...]:
    """The outputs that `build.json` lists; none where it is missing or unreadable."""
    try:
        said = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return tuple(Output(**line) for line in said["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def place(folder: Path, output: Output, read: Callable[[], bytes]) -> None:
    """Write an output unless it stands already; only then is it asked for."""
    if not output.stands(folder):
        write_whole(folder / output.path, read())


def content(folder: Path, output: Output) -> bytes:
    """The bytes of an output; none where it is gone meanwhile."""
    try:
        return (folder / output.path).read_bytes()
    except OSError:
        return b""


def remove(folder: Path, outputs: Iterable[Output]) -> None:
    """Delete outputs and the folders that they leave empty, never anything outside the output folder."""
    inside = folder.resolve()
    for output in outputs:
        path = folder / output.path
        if not path.resolve().is_relative_to(inside):
            continue
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _row(output: Output) -> dict[str, object]:
    """An output as the record has it; what is not known of it is left out."""
    said = {field.name: getattr(output, field.name) for field in fields(output)}
    return {name: words for name, words in said.items() if words or name != "content"}


def add_to_record(folder: Path, made: Iterable[Output], produced: date, tools: tuple[tuple[str, str], ...]) -> None:
    """Write `build.json` with what was made so far beside what stood before."""
    known = {output.path: output for output in (*recorded(folder), *made)}
    write_record(folder, known.values(), produced, tools)


def write_record(folder: Path, outputs: Iterable[Output], produced: date, tools: tuple[tuple[str, str], ...]) -> None:
    """Write `build.json`: the date produced, the tools, and every file made."""
    record: Mapping[str, object] = {
        "schema": SCHEMA,
        "produced": produced.isoformat(),
        "tools": dict(tools),
        "files": [_row(output) for output in sorted(outputs)],
    }
    written = (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()
    path = folder / RECORD
    if not path.is_file() or path.read_bytes() != written:
        write_whole(path, written)
