"""A quick start of the engine: on Linux it finds its shared libraries at once.

It asks for each by the names of other systems first. For every name that is none of Linux's, the search starts other
programs, twenty in all, which takes longer than everything else in its loading. The last name it tries is the right
one, and needs no search.
"""

from __future__ import annotations

import ctypes.util
import re
import sys

_ELSEWHERE = re.compile(r"(lib)?(gobject|pango|pangoft2|fontconfig|harfbuzz(-subset|-vector)?)[-.\d]*")
"""The engine's libraries by names that end in no '.so'."""

_search = ctypes.util.find_library


def _find(name: str) -> str | None:
    return None if _ELSEWHERE.fullmatch(name) else _search(name)


def find_by_soname() -> None:
    """Have the engine's libraries found by their sonames, where there are any."""
    if sys.platform == "linux":
        ctypes.util.find_library = _find
