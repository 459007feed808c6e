"""The folder of the catalogue, and its list `site.json`: what was written there, and of what it was made."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.core.digest import sha256
from pipeline.core.errors import UsageError
from pipeline.core.files import refuse_links, remove_empty_folders, write_whole

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
