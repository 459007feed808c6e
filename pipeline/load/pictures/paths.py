"""Target of a picture's path: beside the text that names it, above it, or from the top of `source/`."""

import re
from posixpath import dirname, join, normpath

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
TOP = "source"


def picture_file(path: str, written: str) -> str | None:
    """The file that a picture is, by its path in the project; None where it would lie outside of `source/`.

    `path` is the file that names it. '../x.svg' begins above its folder, '/x.svg' at `source/`.
    """
    if (
        not written
        or written.startswith(("//", "~"))
        or "\\" in written
        or _SCHEME.match(written)
        or any(ord(c) < 32 for c in written)
    ):
        return None
    home = TOP if path.startswith(f"{TOP}/") else dirname(path)
    whole = normpath(join(home, written.lstrip("/")) if written.startswith("/") else join(dirname(path), written))
    return whole if (whole.startswith(f"{home}/") if home else not whole.startswith("..")) else None


def way_to(file: str, path: str) -> str:
    """The path of a file of `source/` as one writes it in another, `path`."""
    there, here = file.split("/"), path.split("/")[:-1]
    shared = 0
    while shared < min(len(there) - 1, len(here)) and there[shared] == here[shared]:
        shared += 1
    return "/".join([*[".."] * (len(here) - shared), *there[shared:]])
