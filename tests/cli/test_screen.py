"""Remarks on a screen: every error, of many warnings the kinds, and the reports of machines are whole."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.reports import (
    MAX_ERRORS,
    MAX_KINDS,
    SCREEN_LINES,
    format_diagnostics,
    group_by_kind,
    grouped_diagnostics,
)
from pipeline.core.diagnostics import Diagnostic, Location, Severity, ordered
from pipeline.core.messages import catalogue, message
from tests.support.project import Said

Run = Callable[..., Said]
DAY = ("--date", "2026-11-25")


def tables(path: str, times: int, first: int = 1) -> tuple[Diagnostic, ...]:
    """Tables that are too wide, one a line."""
    return tuple(
        message("table-wide", Location(path, line, 1), columns=5, most=4) for line in range(first, first + times)
    )


def test_few_remarks_are_shown_as_they_are() -> None:
    few = ordered((*tables("a.md", 15), *tables("b.md", SCREEN_LINES // 2 - 15)))
    assert grouped_diagnostics(few) == format_diagnostics(few)


def unknown(times: int) -> tuple[Diagnostic, ...]:
    """Keys that no work has, one in each text."""
    places = (Location(f"source/briefings/{n}.md", 9, 4) for n in range(times))
    hint = "Entries live in source/references/."
    return tuple(message("cite-unknown-key", place, hint, key="k") for place in places)


PLAIN = [name for name, kind in catalogue().items() if kind.says == kind.summary]
"""Messages that are the same everywhere."""

MESS = ordered(
    (
        *(one for n in range(50) for one in tables(f"source/briefings/{n}.md", n + 1, 20)),
        *(message(name, Location("source/briefings/7.md", 1, 1), "") for name in PLAIN),
    )
)
"""Taste in fifty texts, and one of every plain kind."""


def shown_of(text: str, severity: str) -> list[str]:
    """The codes of the messages of one severity, in their order."""
    return re.findall(rf"^\S+:\d+:\d+: {severity} ([a-z-]+): ", text, re.MULTILINE)


def test_every_error_of_a_long_list_is_shown() -> None:
    many = ordered((*unknown(24), *tables("source/briefings/7.md", 90, 20)))
    text = grouped_diagnostics(many)
    assert shown_of(text, "error") == ["cite-unknown-key"] * 24
    assert text.count("Entries live in source/references/.") == 1
    assert text.index(" error ") < text.index(" warning ")


def test_of_more_errors_than_fifty_the_rest_is_counted_by_kind() -> None:
    cause = message("yaml-syntax", Location("source/briefings/z.md", 3, 1), sentence="A bracket is never closed.")
    text = grouped_diagnostics(ordered((*unknown(70), cause)))
    assert shown_of(text, "error") == ["cite-unknown-key"] * (MAX_ERRORS - 1) + ["yaml-syntax"]
    assert "\n21 more errors (21 cite-unknown-key): --all shows all.\n" in text


@pytest.mark.every_service
def test_warnings_of_a_long_list_are_shown_by_kind() -> None:
    text = grouped_diagnostics(MESS)
    warnings = [one for one in MESS if one.severity is Severity.WARNING]
    assert f"\n{len(warnings)} warnings of {len(group_by_kind(warnings))} kinds in 50 files:\n" in text
    assert len(shown_of(text, "warning")) == MAX_KINDS
    assert "    1,275 times in 50 files: 50 in 49.md, 49 in 48.md, 48 in 47.md, …\n" in text
    assert "\nAlso: " in text
    assert ": off', or another code, under 'rules:' in source/library.yaml.\n" in text
    assert text.endswith("--all shows every remark, the name of a briefing or pack only its own.\n")


def test_warnings_of_one_text_say_their_lines() -> None:
    plain = [name for name in PLAIN if catalogue()[name].severity is Severity.WARNING]
    one = [message(name, Location("source/briefings/7.md", 1, 1), "Mend it.") for name in plain]
    text = grouped_diagnostics(ordered((*one, *tables("source/briefings/7.md", 20, 5))))
    assert sorted(shown_of(text, "warning")) == sorted({*plain, "table-wide"})
    assert "    also in lines 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 and 7 more.\n" in text


def test_where_a_text_is_named_warnings_on_other_files_are_one_line() -> None:
    library = message("words-unfinished", Location("source/library.yaml", 3, 12), words="Your Institute", where="here")
    lists = message("yaml-syntax", Location("source/tags.yaml", 3, 1), sentence="A bracket is never closed.")
    works = message("value-cut", Location("source/references/works.yaml", 2, 1), "", words="1", reason="so")
    text = grouped_diagnostics((library, lists, works, *tables("source/briefings/a.md", 1)), named=True)
    assert shown_of(text, r"\w+") == ["yaml-syntax", "value-cut", "table-wide"]
    assert text.endswith("\n1 message about other files: run 'briefings check'.\n")


TEXT = (
    "---\ntitle: T\nsummary: S\n---\n\n"
    + "| A | B | C | D | E |\n|---|---|---|---|---|\n| a | b | c | d | e |\n\n" * 21
)


@pytest.mark.parametrize("verb", ["check", "build"])
def test_the_command_counts_and_shows_all(library: Callable[..., Path], briefings: Run, verb: str) -> None:
    """`check` and `build` alike; the tally counts every remark."""
    project = library({"briefings/x.md": TEXT, "library.yaml": "title: L\npublisher: P\nformats: [html]\n"})
    short, whole = (briefings(project, verb, *DAY, *more) for more in ((), ("--all",)))
    assert (short.out + short.err).count(" table-wide: ") == 1
    assert "21 warnings of 1 kind in 1 file:\n" in short.out + short.err
    assert "21 warnings." in short.out + short.err
    assert (whole.out + whole.err).count(" table-wide: ") == 21
    assert short.code == whole.code == 0


def test_a_named_text_without_front_matter_has_all_its_errors(library: Callable[..., Path], briefings: Run) -> None:
    lamps = "---\ntitle: Lamps\ntags: [a\n---\n\nLit [@nobody2019], see [](#nowhere).\n"
    project = library({"briefings/lamps.md": lamps, "briefings/parks.md": "---\ntitle: Parks\n---\n\nGreen.\n"})
    for said in (briefings(project, "check", "lamps"), built := briefings(project, "build", "lamps")):
        assert "lamps.md:6:6: error cite-unknown-key" in said.out + said.err
        assert "lamps.md:6:24: error link-unknown-anchor" in said.out + said.err
    assert "Not built, because of the errors above: lamps." in built.out
    assert "lamps.md:6" not in briefings(project, "check", "parks").out
