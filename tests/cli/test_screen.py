"""Remarks on a screen: few are shown as they are, of many the kinds, and the reports of machines are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.reports.report import as_text
from pipeline.cli.reports.screen import KINDS, SCREEN, SHOWN, kinds_of, on_screen
from pipeline.codes import TABLE, body, citation, files, house
from pipeline.core.diagnostics import Diagnostic, Place, ordered
from tests.support.project import Said

Run = Callable[..., Said]
DAY = ("--date", "2026-11-25")


def stops(path: str, times: int, first: int = 1) -> tuple[Diagnostic, ...]:
    """Bullets that end with a full stop, one a line."""
    return tuple(house.LIST_STOP.at(Place(path, line, 1), mark=".") for line in range(first, first + times))


def test_few_remarks_are_shown_as_they_are() -> None:
    """Three of a kind in a file, and a fourth, for which a line with a number would take as much room."""
    few = ordered((*stops("a.md", SHOWN), *stops("b.md", SHOWN + 1)))
    assert on_screen(few) == as_text(few)


def test_more_of_one_kind_in_a_file_are_counted() -> None:
    """Behind the third of them, whatever stands between; another file has three of its own."""
    many = ordered((*stops("a.md", 44), house.TITLE_STOP.at(Place("a.md", 2, 5)), *stops("b.md", 2)))
    lines = [line for line in on_screen(many).splitlines() if "hint:" not in line]
    assert [line.partition(": warning ")[0] for line in lines] == [
        *("a.md:1:1", "a.md:2:1", "a.md:2:5", "a.md:3:1"),
        "    … and 41 more of this kind in this file; --all shows all",
        *("b.md:1:1", "b.md:2:1"),
    ]


def test_all_shows_all() -> None:
    """As it was, and nothing is counted."""
    many = stops("a.md", SCREEN)
    assert on_screen(many, whole=True) == as_text(many)
    assert on_screen(many[:5], whole=True) == as_text(many[:5])


MESS = ordered(
    (
        files.YAML_SYNTAX.at(Place("source/references/works.yaml", 3, 1), sentence="A bracket is never closed."),
        *(citation.CITE_UNKNOWN_KEY.at(Place(f"source/briefings/{n}.md", 9, 4), "", key=f"k{n}") for n in range(50)),
        *(one for n in range(50) for one in stops(f"source/briefings/{n}.md", n + 1, 20)),
        *(row.at(Place("source/briefings/7.md", 1, 1), "") for row in TABLE.values() if row.sentence == row.says),
    )
)
"""A bibliography that cannot be read, what comes of it in fifty texts, taste, and one of every plain kind."""


def test_a_long_list_is_told_by_kinds_in_one_screen() -> None:
    """The tally of the command stands below it."""
    said = on_screen(MESS)
    assert said.count("\n") < SCREEN
    assert len(re.findall(r"^\S+:\d+:\d+: (?:error|warning) ", said, re.MULTILINE)) == KINDS
    assert said.startswith(f"{len(MESS):,} remarks of {len(kinds_of(MESS))} kinds in 51 files.")
    assert "--all shows every remark" in said


def test_causes_come_first_and_then_the_most_frequent() -> None:
    """What others come of, although it is one remark among hundreds; then errors, then warnings, each by number."""
    told = [remark for remark in MESS if not TABLE[remark.code].cause or remark.code == "yaml-syntax"]
    codes = re.findall(r"^\S+:\d+:\d+: \w+ ([a-z-]+): ", on_screen(told), re.MULTILINE)
    assert codes[:2] == ["yaml-syntax", "cite-unknown-key"]
    assert "list-stop" in codes[2:]


def test_each_kind_says_where_else_it_is_and_what_settles_it() -> None:
    """The files that have most of it, and the rule that switches it off if it is a matter of style."""
    said = on_screen(MESS)
    assert "    1,275 times in 50 files: 50 in 49.md, 49 in 48.md, 48 in 47.md, …\n" in said
    assert "Write 'list-stop: off' under 'rules:' in source/library.yaml.\n" in said
    kinds = re.findall(r"^\S+:\d+:\d+: .*\n(.*)", said, re.MULTILINE)
    assert all(line.startswith("    hint: ") and len(line) > 20 for line in kinds)


def test_the_other_kinds_are_named() -> None:
    """Errors first: a run that fails says of which."""
    also = on_screen(MESS).partition("Also: ")[2].partition("--all")[0]
    assert "(1, error), " in also
    assert also.index("error") < (also.index("(1), ") if "(1), " in also else len(also))


def test_what_a_kind_says_of_itself_stands_where_its_hints_differ() -> None:
    """One hint of many would settle one remark."""
    many = [body.LATEX_COMMAND.at(Place(f"{n}.md"), f"Write {n}.", command=r"\ref") for n in range(50)]
    assert f"    hint: {body.LATEX_COMMAND.remedy}\n" in on_screen(many)


def test_a_long_list_of_one_text_ends_with_its_kinds() -> None:
    """Who works on a text needs the places; what is most stands last, where it is read."""
    plain = [row for row in TABLE.values() if row.sentence == row.says and row.remedy == row.advises]
    one = [row.at(Place("source/briefings/7.md", 1, 1)) for row in plain]
    said = on_screen(one)
    assert said.startswith(as_text(one))
    assert f"\n\n{len(one)} remarks of {len(one)} kinds in 1 file." in said


TEXT = "---\ntitle: T\nsummary: S\n---\n\n" + "".join(f"It found:\n\n- one\n- two{n}.\n\n" for n in range(20))


@pytest.mark.parametrize("verb", ["check", "build"])
def test_the_command_counts_and_shows_all(library: Callable[..., Path], briefings: Run, verb: str) -> None:
    """`check` and `build` alike; the tally counts every remark."""
    project = library({"briefings/x.md": TEXT, "library.yaml": "title: L\npublisher: P\nformats: [html]\n"})
    short, whole = (briefings(project, verb, *DAY, *more) for more in ((), ("--all",)))
    assert (short.out + short.err).count(" list-stop: ") == SHOWN
    assert "    … and 17 more of this kind in this file; --all shows all\n" in short.out + short.err
    assert "21 warnings." in short.out + short.err
    assert (whole.out + whole.err).count(" list-stop: ") == 20
    assert short.code == whole.code == 0


def test_reports_for_machines_are_whole(library: Callable[..., Path], briefings: Run) -> None:
    """Nobody reads them on a screen."""
    project = library({"briefings/x.md": TEXT})
    said = json.loads(briefings(project, "check", *DAY, "--report", "json").out)
    assert [one["code"] for one in said["diagnostics"]].count("list-stop") == 20
    log = json.loads(briefings(project, "check", *DAY, "--report", "sarif").out)
    assert [one["ruleId"] for one in log["runs"][0]["results"]].count("list-stop") == 20


def test_fifty_texts_of_another_house_fit_on_a_screen(library: Callable[..., Path], briefings: Run) -> None:
    """The first check of what somebody brings: at most forty lines with the tally, the cause before all else."""
    texts = {f"briefings/t{n}.md": f"{TEXT}See [@smith{n}] and <span>this</span>.\n\n# Next\n" for n in range(50)}
    project = library({**texts, "references/works.bib": "@article{smith1, title = {A}"})
    said = briefings(project, "check", *DAY)
    lines = (said.out + said.err).splitlines()
    assert len(lines) <= SCREEN
    assert lines[1].startswith("source/references/works.bib:")
    assert "1,000 times in 50 files" in said.out
