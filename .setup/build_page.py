"""Writes the handbook's page of the build, and its picture, from the code: the rules and the ladder of rooms.

`make handbook` runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.build import rules  # noqa: E402
from pipeline.build.formats import MAKERS  # noqa: E402
from pipeline.build.rules import Rule  # noqa: E402
from pipeline.core.ladder import LADDER  # noqa: E402
from pipeline.model.formats import FORMATS  # noqa: E402

HANDBOOK = ROOT / "source" / "handbook"

BEFORE = """---
title: The build, drawn from the code
---

This page is made from the code by `make handbook`: do not edit it here.
[Architecture](briefing:handbook-architecture#the-build) tells what it means.

## Rules

A rule is a pure function of one job. It runs when all that is in its job is there: an arrow leads from a rule to those
that have its result in theirs.

"""

ALT = "Boxes in columns, joined by arrows from left to right. The table below says which rule waits for which."

WIDTH, HEIGHT, COLUMN, ROW = 68, 20, 94, 28
"""The size of a box, and how far it is from one column and one row to the next, in points."""

INK, PAPER = "#0f4c5c", "#ffffff"


def named() -> dict[str, Rule[object, object]]:
    """The rules by their names, in the order of the file."""
    return {name: rule for name, rule in vars(rules).items() if isinstance(rule, Rule)}


def columns(found: Mapping[str, Rule[object, object]]) -> list[list[str]]:
    """The names of the rules in columns, each to the right of all that it needs."""
    names = {id(rule): name for name, rule in found.items()}
    depth: dict[str, int] = {}
    for name, rule in found.items():
        depth[name] = 1 + max((depth[names[id(need)]] for need in rule.needs), default=-1)
    return [[name for name in found if depth[name] == column] for column in range(max(depth.values()) + 1)]


def picture(found: Mapping[str, Rule[object, object]]) -> str:
    """The graph of the rules as SVG."""
    grid = columns(found)
    most = max(len(column) for column in grid)
    # the second column stands at the top, so that lines pass below it
    width, height = (len(grid) - 1) * COLUMN + WIDTH, (most - 1) * ROW + HEIGHT
    places = {
        name: (
            number * COLUMN,
            row * ROW + (most - len(column)) * ROW / 2 * (number != 1),
        )
        for number, column in enumerate(grid)
        for row, name in enumerate(column)
    }
    names = {id(rule): name for name, rule in found.items()}
    drawn = [line for name, rule in found.items() for line in _arrows(name, rule, places, names)]
    drawn += [line for name in found for line in _box(name, *places[name])]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2} {height + 2}"'
    size = f'width="{width + 2}pt" height="{height + 2}pt">'
    title = "<title>The rules of a build</title>"
    return "\n".join((f"{head} {size}", f"  {title}", *(f"  {line}" for line in drawn), "</svg>")) + "\n"


def _arrows(
    name: str, rule: Rule[object, object], places: Mapping[str, tuple[float, float]], names: Mapping[int, str]
) -> Iterator[str]:
    x, y = places[name][0] - 4, places[name][1] + HEIGHT / 2
    for need in rule.needs:
        left, top = places[names[id(need)]]
        left, top = left + WIDTH, top + HEIGHT / 2
        bend = (x - left) / 2
        yield (
            f'<path d="M{left:g} {top:g}C{left + bend:g} {top:g} {x - bend:g} {y:g} {x:g} {y:g}" '
            f'fill="none" stroke="{INK}" stroke-width="0.8"/>'
        )
        yield f'<path d="M{x:g} {y - 3:g}v6l4 -3Z" fill="{INK}"/>'


def _box(name: str, x: float, y: float) -> Iterator[str]:
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="3" fill="{PAPER}" stroke="{INK}" '
        'stroke-width="1"/>'
    )
    yield (
        f'<text x="{x + WIDTH / 2:g}" y="{y + HEIGHT / 2 + 3.5:g}" font-family="Lato" font-size="9.5" fill="{INK}" '
        f'text-anchor="middle">{name}</text>'
    )


def table(found: Mapping[str, Rule[object, object]]) -> Iterator[str]:
    """The rules as a table."""
    yield "| Rule | Room | Function | Waits for |"
    yield "|:---|:---|:---|:---|"
    names = {id(rule): name for name, rule in found.items()}
    for name, rule in found.items():
        module, _, function = rule.function.partition(":")
        needs = ", ".join(f"`{names[id(need)]}`" for need in rule.needs) or "–"
        yield f"| `{name}` | `{module.split('.')[1]}` | `{function}` | {needs} |"
    yield ""
    yield ": The rules of a build {#tbl-rules}"


def ladder() -> Iterator[str]:
    """The ladder as a table, from the ground up."""
    yield "| Rung | Room | What is in it |"
    yield "|---:|:---|:---|"
    for number, rung in enumerate(LADDER, 1):
        yield from (f"| {number} | `{room}` | {holds} |" for room, holds in rung.items())
    yield ""
    yield ": The rooms {#tbl-rooms}"


def formats() -> Iterator[str]:
    """The formats as a table."""
    yield "| Format | Kind of file | Name ends in | Sheets of | Made by |"
    yield "|:---|:---|:---|:---|:---|"
    for row in FORMATS.values():
        made = MAKERS[row.kind].bind.__module__.rpartition(".")[2]
        yield f"| `{row.name}` | {row.kind.name} | `{row.end}` | `{row.edition}` | `{made}` |"
    yield ""
    yield ": The formats {#tbl-formats}"


def page() -> str:
    """The whole page."""
    found = named()
    figure = f'![The rules of a build.](build.svg){{#fig-rules alt="{ALT}"}}'
    head = "## Rooms\n\nA room may import its own files and the rooms of lower rungs."
    rows = "## Formats\n\nWhat is known of them stands in `model/formats.py`, what makes them in `build/kinds/`."
    said = (figure, "", *table(found), "", rows, "", *formats(), "", head, "", *ladder())
    return BEFORE + "\n".join(said) + "\n"


if __name__ == "__main__":
    (HANDBOOK / "build.svg").write_text(picture(named()), encoding="utf-8")
    (HANDBOOK / "build.md").write_text(page(), encoding="utf-8")
