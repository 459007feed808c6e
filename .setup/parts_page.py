"""Prints the handbook's page of the parts of the page, out of what the files in `layouts/` say of themselves.

`make handbook` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli.new import layout_names  # noqa: E402
from pipeline.compose.design.style import layout_parts  # noqa: E402

LAYOUTS = ROOT / "layouts"

_SUMMARY = "The file that makes each part, or gives it its look."

_PREFACE = """All these files lie in `layouts/`. To change one, copy it with `briefings layouts FILE`, or a whole folder
with `briefings new --layout NAME`; [Layouts](briefing:handbook-layouts) says how. This page is made from the comments
in these files, which say more: do not edit it here.
"""

_TOKENS = """Each with its parts. A colour, measure or typeface that several parts have is a token. It is set in
`tokens.css`, or by [the keys of `design`](briefing:handbook-layouts#own-design); a sheet that is copied says at its
head which tokens it reads.
"""

_BRACKETS = """Style sheets stand in brackets, where they are not the only one of the folder. Boxes, figures, tables and
the evidence are made by the program.
"""


def parts_page(files: Mapping[str, str]) -> str:
    """The page: templates with their style sheets, style sheets with their parts, and the other files."""
    templates = [name for name in files if name.endswith(".j2")]
    sheets = [name for name in files if name.endswith(".css")]
    others = [name for name in files if name not in templates and name not in sheets]
    lines = ["---", "title: Parts of the page", f"summary: {_SUMMARY}", "---", "", _PREFACE]
    lines += ["## Templates: what stands on the page", "", _BRACKETS]
    lines += [*_templates(files, templates), ""]
    lines += ["## Style sheets: how it looks", "", _TOKENS]
    lines += [*_sheets(files, sheets), "", "## Other files", ""]
    lines += [f"- `{name}`: {part.words}" for name in others for part in layout_parts(name, files[name])]
    return "\n".join(lines).rstrip() + "\n"


def _templates(files: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folder = name.partition("/")[0]
        own = tuple(sheet for sheet in files if sheet.startswith(f"{folder}/") and sheet.endswith(".css"))
        for part in layout_parts(name, files[name]):
            yield f"- `{name}`: {_called(part.words)}{_listed(() if part.styles == own else part.styles)}"


def _sheets(files: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    """A line for each sheet: its parts."""
    for name in names:
        yield f"- `{name}`: {'; '.join(_called(part.words) for part in layout_parts(name, files[name]))}"


def _called(words: str) -> str:
    """The name of a part: the words its comment begins with; the file itself says more."""
    return re.split("[:;] ", words)[0]


def _listed(names: tuple[str, ...]) -> str:
    """Names in brackets behind what they belong to."""
    return " (" + ", ".join(f"`{name}`" for name in names) + ")" if names else ""


def shipped_files() -> Mapping[str, str]:
    """The files of the layouts that ship, by name."""
    return {name: (LAYOUTS / name).read_text(encoding="utf-8") for name in layout_names(LAYOUTS)}


if __name__ == "__main__":
    sys.stdout.write(parts_page(shipped_files()))
