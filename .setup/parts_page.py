"""Prints the handbook's page of the parts of the page, out of what the files in `layouts/` say of themselves.

`make handbook` runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.cli.layouts import layout_names  # noqa: E402
from pipeline.compose.design.layout_parts import layout_parts  # noqa: E402

LAYOUTS = ROOT / "layouts"

_PREFACE = """Every part of the page, and the file in `layouts/` that makes it or gives it its look. To change one, copy
its file with `briefings layouts FILE`, or a whole folder with `briefings new --layout NAME`;
[Layouts](briefing:handbook-layouts) says how. This page is made from the comments in these files: do not edit it here.
"""

_TOKENS = """A colour, measure or typeface that several parts have is a token. It is set in `tokens.css`, or by
[the keys of `design`](briefing:handbook-layouts#own-design).
"""


def parts_page(files: Mapping[str, str]) -> str:
    """The page: templates with their style sheets, style sheets with their parts and tokens, and the other files."""
    templates = [name for name in files if name.endswith(".j2")]
    sheets = [name for name in files if name.endswith(".css")]
    others = [name for name in files if name not in templates and name not in sheets]
    lines = ["---", "title: Parts of the page", "---", "", _PREFACE]
    lines += ["## Templates: what stands on the page", ""]
    lines += ["Boxes, figures, tables and the evidence are made by the program; their look is below.", ""]
    lines += _table(("Part of the page", "Template", "Style sheet"), _templates(files, templates), "templates")
    lines += ["## Style sheets: how it looks", "", _TOKENS]
    lines += _table(("Part of the page", "File", "Tokens that it reads"), _sheets(files, sheets), "sheets")
    lines += ["## Other files", ""]
    rows = ((part.words, f"`{name}`") for name in others for part in layout_parts(name, files[name]))
    lines += _table(("What it holds", "File"), rows, "other-layouts")
    return "\n".join(lines).rstrip() + "\n"


def _templates(files: Mapping[str, str], names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        for part in layout_parts(name, files[name]):
            yield part.words, f"`{name}`", _listed(part.styles)


def _sheets(files: Mapping[str, str], names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        for part in layout_parts(name, files[name]):
            yield part.words, f"`{name}`", _listed(part.tokens)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], anchor: str) -> list[str]:
    lines = [heads, tuple(":---" for _ in heads), *rows]
    told = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    captions = {"templates": "Templates", "sheets": "Style sheets", "other-layouts": "Other files of the layouts"}
    return [*told, "", f": {captions[anchor]} {{#tbl-{anchor}}}", ""]


def shipped_files() -> Mapping[str, str]:
    """The files of the layouts that ship, by name."""
    return {name: (LAYOUTS / name).read_text(encoding="utf-8") for name in layout_names(LAYOUTS)}


if __name__ == "__main__":
    sys.stdout.write(parts_page(shipped_files()))
