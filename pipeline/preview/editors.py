"""Links that open a place in an editor on this machine."""

from collections.abc import Mapping
from urllib.parse import quote

from pipeline.core.diagnostics import Place

EDITORS: Mapping[str, str] = {
    "vscode": "vscode://file{path}:{line}:{column}",
    "vscodium": "vscodium://file{path}:{line}:{column}",
    "zed": "zed://file{path}:{line}:{column}",
    "jetbrains": "idea://open?file={path}&line={line}&column={column}",
    "sublime": "subl://open?url=file://{path}&line={line}&column={column}",
    "textmate": "txmt://open?url=file://{path}&line={line}&column={column}",
    "none": "",
}
"""Addresses that each editor opens, by its name."""


PATH, LINE = "{path}", "{line}"
"""Places in an address for the file, from the folder of the library on, and for the line."""


def line_address(editor: str, folder: str) -> str:
    """The address that opens a line of a source, with places for the file and the line; nothing without an editor."""
    path = quote(folder.rstrip("/"))
    path = path if path.startswith("/") else f"/{path}"
    return EDITORS[editor].format(path=f"{path}/{PATH}", line=LINE, column=1)


def editor_link(editor: str, folder: str, place: Place) -> str:
    """The address that opens a place of the sources; nothing for a place elsewhere, or where no editor is named."""
    if not place.path.startswith(("source/", "layouts/")):
        return ""
    path = quote(f"{folder.rstrip('/')}/{place.path}")
    path = path if path.startswith("/") else f"/{path}"
    return EDITORS[editor].format(path=path, line=place.line, column=place.column)
