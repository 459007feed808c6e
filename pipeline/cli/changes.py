"""The verb changes: how two versions of a briefing differ, word by word."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime

import click
from lxml import etree

from pipeline.build.project import Project
from pipeline.build.versions import composed_version
from pipeline.cli.options import DAY, Shared, day_of, open_project, shared
from pipeline.core.tables import count
from pipeline.markup.changes.marking import MarkWords, WordChange, mark
from pipeline.markup.changes.parts import Element, classes
from pipeline.markup.changes.sides import cut, unwrap

WORDS = MarkWords()
LONGEST = 300
"""Letters of a paragraph that are shown."""


def changes_between(project: Project, old: str, new: str, day: date) -> tuple[WordChange, ...]:
    """The changes from one text to another, in order. Dates and the history of versions are none."""
    trees = []
    for line in (old, new):
        _, body = composed_version(project, line, day)
        trees.append(_subject(body))
    return tuple(mark(trees[0], trees[1]).changes)


def _subject(body: str) -> Element:
    """The text without what tells of its versions."""
    root = etree.fromstring(f"<body>{body}</body>", etree.XMLParser(remove_comments=True, resolve_entities=False))
    for one in [each for each in root.iter(etree.Element) if {"stamp", "dateline", "about"} & classes(each)]:
        cut(one)
    for one in [each for each in root.iter("div") if {"opening", "pair"} & classes(each)]:
        unwrap(one)  # what a heading opens hangs beside it, and is no part of the text
    return root


def as_text(old: str, new: str, changes: Sequence[WordChange]) -> str:
    """The changes for a terminal."""
    if not changes:
        return f"{old} and {new} have the same words.\n"
    lines = [f"From {old} to {new}: {count(len(changes), 'change')}.", *_lines(changes)]
    return "\n".join(lines) + "\n"


def _lines(changes: Sequence[WordChange]) -> Iterator[str]:
    for one in changes:
        match one.kind:
            case "new":
                yield f"  {WORDS.new}{_short(one.now)}{WORDS.end}"
            case "gone":
                yield f"  {WORDS.gone}{_short(one.was)}{WORDS.end}"
            case "moved":
                yield f"  {WORDS.here}{_short(one.now)}{WORDS.end}"
            case _:
                yield f"  {_in_line(one)}"


def _in_line(one: WordChange) -> str:
    """A change within a paragraph, with the words around it."""
    if one.was == one.now:
        marked = f"[set or linked otherwise: {_short(one.now)}]"
    elif one.was and one.now:
        marked = f"{WORDS.was}{_short(one.was)}{WORDS.now}{_short(one.now)}{WORDS.end}"
    else:
        marked = f"{WORDS.gone if one.was else WORDS.new}{_short(one.was or one.now)}{WORDS.end}"
    before, after = (f"… {one.before} " if one.before else ""), (f" {one.after} …" if one.after else "")
    return f"{before}{marked}{after}"


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rstrip()} …"


@click.command("changes")
@click.argument("old")
@click.argument("new", required=False)
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="Compose both as on this day (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, old: str, new: str | None, on: datetime | None) -> int:
    """Say how two versions of a briefing differ, word by word.

    ID@1.0 is a version that is kept, ID the text as it is now, which is meant where no second one is named. Both are
    composed with the layouts of today, so only words differ; dates and the history of versions are left out.
    """
    options = Shared(context)
    form = options.form("text", "json")
    project = open_project(options, 1)
    other = new or old.partition("@")[0]
    found = changes_between(project, old, other, day_of(on, project))
    if form == "json":
        said = {"from": old, "to": other, "changes": [asdict(one) for one in found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(old, other, found), nl=False)
    return 0
