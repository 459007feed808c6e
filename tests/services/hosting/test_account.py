"""The account of a proposed change: what it touches, its pages, its remarks, and no word of it is markup."""

from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.build.output_lists import Length
from pipeline.build.versions import TextChanges
from pipeline.compose.changes.marking import WordChange
from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.core.sentences import WordMeasure
from pipeline.services.hosting.compare import COMMENT_BYTES, MAX_LISTED, TouchedThing, format_comment
from tests.support import libraries
from tests.support.project import Said

Run = Callable[..., Said]
HOSTILE = (
    "@everyone fixes #12",
    "<img src=x onerror=alert(1)>",
    "[here](https://bad.example)",
    "https://bad.example",
    "``` \n</details>",
    "`` ` ``",
    "` <b>",
    "::error::x",
    "| a | b |",
    "a\n\n# Head",
    "\u202egnihton",
    "   ",
)


def changed(title: str, words: str) -> TouchedThing:
    """A briefing in which one word has become another."""
    change = WordChange("words", was=words, now=f"{words}!", before="less ")
    found = TextChanges((change,), WordMeasure(words=100, new=1, gone=1))
    return TouchedThing("briefings/patrol", title, "1.0", "changed", found)


def tokens(markdown: str) -> list[Token]:
    """Every token of a text in GitHub's Markdown, whose addresses are links as they stand, the inline ones too."""
    found = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(markdown)
    return [one for block in found for one in (block, *(block.children or ()))]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_word_of_an_author_is_markup(words: str) -> None:
    remark = Diagnostic(Location(f"source/{words}.md"), Severity.ERROR, "cite-unknown-key", words, words)
    told = format_comment((changed(words, words),), {"briefings/patrol": Length("briefings/patrol", 3)}, (remark,))
    expected = format_comment((changed("A", "A"),), {"briefings/patrol": Length("briefings/patrol", 3)}, (remark,))
    assert [one.type for one in tokens(told)] == [one.type for one in tokens(expected)]
    plain = " ".join(one.content for one in tokens(told) if one.type in {"text", "html_block", "html_inline"})
    assert not [bad for bad in ("@", "#", "http", "<img", "<b>", "::", "\u202e") if bad in plain]


def test_an_account_says_what_is_touched_and_how() -> None:
    things = (
        changed("Foot patrol", "crime"),
        TouchedThing("briefings/lamps", "Lamps", "0.1", "new"),
        TouchedThing("packs/nights", "Nights", "", "changed"),
        TouchedThing("series/old", "Old", "", "gone"),
    )
    lengths = {"briefings/patrol": Length("briefings/patrol", 3), "packs/nights": Length("packs/nights", 7)}
    lines = format_comment(things, lengths, ()).splitlines()
    assert lines[2] == "1 briefing changed, 1 briefing new, 1 pack changed, 1 series page gone. No remarks."
    assert lines[4:8] == [
        "- `Foot patrol` (briefing `patrol`): changed: 1 change; 1 of 100 words is new, 1 word was removed; 3 pages",
        "- `Lamps` (briefing `lamps`): new",
        "- `Nights` (pack `nights`): changed; 7 pages, 4 sheets",
        "- `Old` (series page `old`): gone",
    ]
    assert "  … less [was: crime; now: crime!]" in lines


def test_an_account_of_nothing_says_so() -> None:
    assert "No briefing, pack or series reads otherwise than before. No remarks." in format_comment((), {}, ())


def test_an_account_fits_into_a_comment() -> None:
    things = tuple(changed(f"{'`' * 60} {n} é", "ééé " * 900) for n in range(MAX_LISTED * 3))
    remarks = tuple(
        Diagnostic(Location("source/a.md", n), Severity.WARNING, "table-wide", "é" * 90) for n in range(900)
    )
    told = format_comment(things, {}, remarks)
    assert len(told.encode()) <= COMMENT_BYTES
    assert f"- and {MAX_LISTED * 2} more" in told
    assert "… there is more" in told
    assert "more remarks found no room here" in told
    assert [one.type for one in tokens(told)].count("fence") == 2


@pytest.mark.proof
def test_compare_builds_what_has_changed(built_pair: Path, tmp_path: Path) -> None:
    """With the PDFs of that alone, and the account; nothing else is put into the folder."""
    after = libraries.copied(built_pair, tmp_path / "after")
    place = after / "source/briefings/lighting.md"
    place.write_text(place.read_text(encoding="utf-8").replace("Lamps matter", "Lamps help"), encoding="utf-8")
    out = tmp_path / "out"
    said = libraries.here(after, "compare", str(built_pair), str(out), "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 0, said.err + said.out
    made = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert made == {"comment.md", "briefings/lighting/lighting.pdf", "packs/nights/nights.pdf"}
    told = (out / "comment.md").read_text(encoding="utf-8")
    assert "[was: matter; now: help]" in told
    assert "- `Lamps` (briefing `lighting`): changed: 1 change; " in told
    assert " page" in told.split("`Lamps`")[1].splitlines()[0]


def test_compare_refuses_what_is_no_library_and_what_is_full(small: Callable[..., Path], briefings: Run) -> None:
    library, other = small(), small({}, "other")
    (other / "source").rename(other / "texts")
    assert briefings(library, "compare", str(other), str(library / "new")).code == 2
    said = briefings(library, "compare", str(library), str(other))
    assert (said.code, "is not an empty folder" in said.err) == (2, True)
