"""Remarks as code hosts show them: commands for GitHub's runner with their summary, GitLab's report of code quality."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.core.messages import message
from pipeline.services.hosting.reports import SUMMARY_BYTES, format_code_quality, format_commands, format_summary
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]
COMMAND = re.compile(r"::(error|warning) ([^:]*)::(.*)")
"""A command as the runner reads it: its name, its properties up to the next colons, and what it says."""


def unknown(number: int, path: str = "source/briefings/a.md") -> Diagnostic:
    """An error: a work that is in no file of references."""
    return message("cite-unknown-key", Location(path, number, 4), "", key=f"work{number}")


def stop(number: int) -> Diagnostic:
    return message("table-wide", Location("source/briefings/a.md", number, 1), columns=5, most=4)


SIXTY = (*(unknown(n) for n in range(1, 31)), *(stop(n) for n in range(31, 61)))


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """A command with its escapes taken back, as the runner does it."""
    found = COMMAND.fullmatch(line)
    assert found is not None, line
    pairs = (pair.partition("=") for pair in found[2].split(","))
    return found[1], {name: unescaped(text, ":,") for name, _, text in pairs}, unescaped(found[3], "")


def unescaped(text: str, more: str) -> str:
    """The words that were meant; the percent sign comes last."""
    for sign in ("\r", "\n", *more):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


def test_a_remark_stands_beside_its_line() -> None:
    remark = message("cite-unknown-key", Location("source/briefings/a.md", 12, 4), "Did you mean 'b'?", key="a")
    severity, where, said = read_command(format_commands((remark,)).rstrip("\n"))
    assert (severity, said) == ("error", f"{remark.sentence}\nhint: Did you mean 'b'?")
    assert where == {"file": "source/briefings/a.md", "line": "12", "col": "4", "title": "cite-unknown-key"}


def test_sixty_remarks_give_twenty_annotations_and_a_summary_of_sixty() -> None:
    *commands, counted = format_commands(SIXTY).splitlines()
    assert [read_command(line)[0] for line in commands] == ["error"] * 10 + ["warning"] * 10
    assert counted == "40 more remarks: all 60 are in the summary of this step."
    summary = format_summary(SIXTY)
    assert summary.startswith("## 60 remarks: 30 errors, 30 warnings\n")
    assert all(str(remark) in summary for remark in SIXTY)


HOSTILE = (
    "100% sure",
    "one\n::error::two",
    "::add-mask::a",
    "a\r::b",
    "##[group]x",
    "%0A::error::x",
    "a,b:c=d",
    "\x1b[31m",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_end_a_command_or_begin_another(words: str) -> None:
    """In the name of a file, in the sentence, in the hint: one line comes out, and reads as it was meant."""
    remark = Diagnostic(
        Location(f"source/briefings/{words}.md", 3, 1), Severity.ERROR, "cite-unknown-key", words, words
    )
    (line,) = format_commands((remark,)).splitlines()
    assert line.startswith("::error file=source/briefings/")
    _, where, said = read_command(line)
    shown = re.sub(r"[\r\n\x1b]", lambda sign: f"\\u{ord(sign[0]):04x}", words)
    assert where["file"] == f"source/briefings/{shown}.md"
    assert said == f"{shown}\nhint: {shown}"


@pytest.mark.parametrize("words", [*HOSTILE, "```\n<img src=x>\n@team #12", "`` ` ``", "</details><script>", "~~~"])
def test_no_words_are_markup_in_the_summary(words: str) -> None:
    remark = Diagnostic(Location("source/a.md", 3, 1), Severity.ERROR, "cite-unknown-key", words, words)
    kinds = [token.type for token in MarkdownIt("commonmark").parse(format_summary((remark,)))]
    assert kinds == ["heading_open", "inline", "heading_close", "fence"]


def test_a_summary_keeps_to_its_room() -> None:
    """The host refuses one that is too long as a whole: what does not fit is counted, and errors come first."""
    remarks = [Diagnostic(Location("a", n), Severity.WARNING, "table-wide", "A table.", "x" * 500) for n in range(3000)]
    said = format_summary((*remarks, unknown(5000)))
    assert len(said.encode()) <= SUMMARY_BYTES
    assert "work5000" in said.splitlines()[3]
    left = re.search(r"^(\d+) more remarks found no room here", said, re.MULTILINE)
    assert left is not None
    assert int(left[1]) + len(re.findall(r"^a:|work5000'", said, re.MULTILINE)) == 3001


def test_gitlab_gets_a_report_of_code_quality() -> None:
    remark = unknown(12)
    (row,) = json.loads(format_code_quality((remark,)))
    assert re.fullmatch(r"[0-9a-f]{64}", row.pop("fingerprint"))
    assert row == {
        "description": f"{remark.sentence} {remark.hint}".strip(),
        "check_name": "cite-unknown-key",
        "severity": "major",
        "location": {"path": "source/briefings/a.md", "lines": {"begin": 12}},
    }


def test_a_fingerprint_stays_where_lines_are_added() -> None:
    both = (stop(3), stop(9))
    later = (stop(5), stop(11))
    first, second = (row["fingerprint"] for row in json.loads(format_code_quality(both)))
    assert first != second
    assert [row["fingerprint"] for row in json.loads(format_code_quality(later))] == [first, second]
    elsewhere, here = (json.loads(format_code_quality((unknown(1, path),))) for path in ("source/b.md", "source/a.md"))
    assert elsewhere[0]["fingerprint"] != here[0]["fingerprint"]


@pytest.fixture
def flawed(small: Callable[..., Path]) -> Path:
    """A library with one error, in a file with a space in its name."""
    text = "- {id: other2020, type: book, title: Beats, issued: 2020, strange: 1}\n"
    return small({"briefings/patrol.md": libraries.briefing(), "references/our works.yaml": text})


def test_check_reports_to_github(flawed: Path, briefings: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("Said before.\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(flawed.parent))
    said = briefings(flawed, "check", "--report", "github")
    (line,) = said.out.splitlines()
    severity, where, _ = read_command(line)
    assert (said.code, severity) == (1, "error")
    assert where["file"] == f"{flawed.name}/source/references/our works.yaml"
    assert summary.read_text().startswith("Said before.\n## 1 remark: 1 error\n")


TWO = {
    "briefings/patrol.md": libraries.briefing("Patrols matter [@hughes2081]."),
    "briefings/lamps/briefing.md": libraries.briefing("Lamps matter [@hughes2082].", "Lamps"),
}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (("source/briefings/patrol.md",), {"patrol"}),
        (("source/briefings/lamps/briefing.md", "source/briefings/patrol.md"), {"patrol", "lamps"}),
        (("source/briefings/patrol.md", "source/library.yaml"), {"patrol", "lamps"}),
        (("source/briefings/gone.md",), {"patrol", "lamps"}),
    ],
)
def test_files_that_are_staged_are_checked_by_what_they_belong_to(
    files: tuple[str, ...], told: set[str], small: Callable[..., Path], briefings: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = small(TWO)
    monkeypatch.chdir(project)
    said = briefings(project, "check", "--files", *files)
    assert said.code == 1
    assert set(re.findall(r"^source/briefings/([a-z]+)\S*: error", said.out, re.MULTILINE)) == told
