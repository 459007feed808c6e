"""Prints the picture of the rooms of `pipeline/` as SVG: what each is for, and what it imports, as the code has it.

`make handbook` runs it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.core.services import installed_services  # noqa: E402

WIDTH, ROW, GAP = 760, 46, 12
INK, LINE, SERVICE = "#1a1a1a", "#e3edf0", "#f4ead9"


def imported_rooms(room: str) -> set[str]:
    """The rooms that the modules of a room import."""
    found = set()
    for path in (ROOT / "pipeline" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                found.add(str(node.module).split(".")[1])
    return found - {room}


def rows(imports: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """The rooms from the ground up: each imports only those of rows below."""

    @cache
    def level(room: str) -> int:
        return 1 + max((level(other) for other in imports[room]), default=0)

    for number in range(1, len(imports) + 1):
        if row := sorted(room for room in imports if level(room) == number):
            yield row


def subject(package: Path) -> str:
    """The first sentence that a folder says of itself."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def box(x: float, y: float, width: float, fill: str, name: str, text: str) -> Iterator[str]:
    """A room: its name, and below it what it is for."""
    yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{ROW}" rx="4" fill="{fill}"/>'
    yield f'<text x="{x + 10:g}" y="{y + 18:g}" font-weight="600">{name}</text>'
    yield f'<text x="{x + 10:g}" y="{y + 35:g}" font-size="12">{escape(text)}</text>'


def picture() -> str:
    """The line as a stack with its ground below, and above it the services with those that they import."""
    names = sorted(path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py"))
    stack = list(rows({name: imported_rooms(name) & set(names) for name in names if name != "services"}))[::-1]
    parts: list[str] = []
    y = 24
    for name, service in sorted(installed_services().items()):
        reads = f" Imports {', '.join(service.reads)}." if service.reads else ""
        parts += box(0, y, WIDTH, SERVICE, f"services/{name}", subject(ROOT / "pipeline/services" / name) + reads)
        y += ROW + GAP // 2
    y += GAP
    parts.append(f'<text x="0" y="{y + 12}">The line: each room imports only those below it.</text>')
    y += 24
    for row in stack:
        width = (WIDTH - GAP * (len(row) - 1)) / len(row)
        for number, name in enumerate(row):
            parts += box(number * (width + GAP), y, width, LINE, name, subject(ROOT / "pipeline" / name))
        y += ROW + GAP // 2
    head = '<text x="0" y="14">Services: each may import the line. The line knows no service.</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}">\n'
        "<title>The rooms of the program</title>\n"
        f'<g font-family="Lato, sans-serif" font-size="14" fill="{INK}">\n'
        + "\n".join((head, *parts))
        + "\n</g>\n</svg>\n"
    )


if __name__ == "__main__":
    sys.stdout.write(picture())
