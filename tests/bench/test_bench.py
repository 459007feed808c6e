"""The benchmark measures what it says: the same briefings each time, whole texts for all, a true table and plot."""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from lxml import etree

from pipeline.build.rules import OTHERS, attempt
from pipeline.proof.job import ProofJob
from tests.bench import binding, library, long_text, own_checks, plot, table, theirs
from tests.bench.__main__ import take_turns
from tests.bench.aside import put_aside
from tests.bench.complete import Made, faults
from tests.bench.plan import Plan
from tests.bench.results import JUDGED, OURS, Measured, Results
from tests.bench.texts import pack_of, text_of
from tests.bench.timing import Failed, Run, run, surroundings
from tests.support.calls import calls_of
from tests.support.project import Said

SVG = "{http://www.w3.org/2000/svg}"


def written(root: Path) -> dict[str, bytes]:
    """Every file of a library."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_library_is_the_same_each_time(tmp_path: Path) -> None:
    """And a larger one holds the same briefings, with others beside them."""
    first, again, larger = (
        written(library.write_library(tmp_path / name, count)) for name, count in (("a", 3), ("b", 3), ("c", 5))
    )
    assert first == again
    assert [name for name in first if "briefings" in name] == [
        f"source/briefings/briefing-000{number}/{file}" for number in range(3) for file in ("briefing.md", "chart.svg")
    ]
    assert {name: larger[name] for name in first if "briefings" in name} == {
        name: text for name, text in first.items() if "briefings" in name
    }


def test_a_library_has_nothing_wrong(tmp_path: Path, briefings: Callable[..., Said]) -> None:
    """Briefings, works, packs and colleges: the check says nothing, not even a warning."""
    root = library.write_library(tmp_path / "library", 3)
    assert library.write_packs(root, 3) == ("pack-00",)
    library.write_colleges(root, 2)
    said = briefings(root, "check")
    assert (said.code, said.out) == (0, ""), said.out


def test_the_long_text_has_nothing_wrong(tmp_path: Path, briefings: Callable[..., Said]) -> None:
    """Three hundred formulas and two hundred citations, and in the double twice as many."""
    for times in (1, 2):
        root = long_text.write_long_text(tmp_path / f"{times}", times)
        text = (root / f"source/briefings/{long_text.NAME}.md").read_text(encoding="utf-8")
        assert (text.count("[@work"), len(re.findall(r"\${1,2}[^$]+\${1,2}", text))) == (200 * times, 300 * times)
    said = briefings(tmp_path / "1", "check")
    assert (said.code, said.out) == (0, ""), said.out


def test_packs_hold_thirty() -> None:
    """Three hundred briefings make ten packs."""
    assert len(library.pack_names(300)) == 10
    assert library.members_of(9, 300) == tuple(library.name_of(number) for number in range(270, 300))
    assert library.members_of(0, 10) == tuple(library.name_of(number) for number in range(10))


def test_a_word_is_changed_and_nothing_else(tmp_path: Path) -> None:
    """One line of one briefing."""
    root = library.write_library(tmp_path / "library", 2)
    path = root / "source/briefings/briefing-0001/briefing.md"
    before = path.read_text(encoding="utf-8").split("\n")
    library.change_a_word(root, 1, "Change")
    after = path.read_text(encoding="utf-8").split("\n")
    (old,), (new,) = ([line for line in one if line not in other] for one, other in ((before, after), (after, before)))
    assert old.startswith("## Part 1 on ")
    assert new == old.replace("Part", "Change")


def test_others_get_the_whole_text(tmp_path: Path) -> None:
    """Fifteen citations, the table, the chart with its alternative text, a note; no words that only we know."""
    root = library.write_library(tmp_path / "library", 2)
    text = text_of(root, "briefing-0001")
    for markdown in (text.markdown(), text.markdown(typst=True)):
        assert len(re.findall(r"@work\d+", markdown)) == 15
        assert "| Place | Studies | Visits | Effect |" in markdown
        assert "Bars for four places." in markdown
        assert "briefing-0001.svg" in markdown
        assert "[^1]: " in markdown
        assert "briefing:" not in markdown
        assert "[](#" not in markdown
    assert "image(" in text.markdown(typst=True)
    assert "![" not in text.markdown(typst=True)
    pack = pack_of("pack", [text_of(root, "briefing-0000"), text])
    assert [line for line in pack.body.split("\n") if line.startswith("# ")] == [
        "# Invented briefing 0",
        "# Invented briefing 1",
    ]


def test_what_is_not_whole_is_told(tmp_path: Path) -> None:
    """A PDF without tags or words, and a book that has lost a work and shows a citation as it was typed."""
    text = text_of(library.write_library(tmp_path / "library", 1), "briefing-0000")
    made = Made(text, tmp_path / "a.pdf", tmp_path / "a.epub")
    assert list(faults([made])) == ["a.pdf was not made."]
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(made.pdf)
    listed = "".join(f"<p>Invented {key.replace('work', 'work ')}</p>" for key in sorted(text.cited)[1:])
    with zipfile.ZipFile(made.epub, "w") as book:
        book.writestr("text.xhtml", f"<html><h1>{text.title}</h1><p>As in [@work3].</p>{listed}</html>")
    assert list(faults([made])) == [
        "a.pdf has no tags.",
        "a.pdf does not claim PDF/UA.",
        "a.pdf does not have the title of its text.",
        "a.pdf lists 5 of 5 works not at all.",
        "a.epub lists 1 of 5 works not at all.",
        "a.epub has a citation that is not formatted: @work3.",
    ]


def test_others_validators_are_left_out_where_the_build_asks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in their place is what a build asks, and it finds nothing in a file that is none."""
    bad = ProofJob("a.pdf", b"", "screen", None)
    monkeypatch.setitem(sys.modules, own_checks.OTHERS, sys.modules.get(own_checks.OTHERS))
    own_checks.ask_nobody()
    with calls_of(own_checks.unasked) as asked:
        assert attempt(OTHERS.function, bad) == ()
    assert [call.given["job"].path for call in asked] == ["a.pdf"]


def test_a_run_is_measured_with_all_that_it_starts() -> None:
    """The memory of a process that a process starts counts, and one that fails is told of."""
    inner = "import time; held = bytearray(80_000_000); time.sleep(0.4)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    measured = run((sys.executable, "-c", outer), surroundings())
    assert measured.seconds > 0.4
    assert measured.peak > 80_000_000
    with pytest.raises(Failed, match="ended with 3:\nNo"):
        run((sys.executable, "-c", "print('No'); raise SystemExit(3)"), surroundings())


def some() -> Results:
    """What a run might have measured."""

    def runs(*seconds: float, peak: int = 100_000_000) -> tuple[Run, ...]:
        return tuple(Run(each, each * 2, peak) for each in seconds)

    return Results(
        [
            Measured("cold", "Typst", 100, runs(30.0), 200),
            Measured("cold", OURS, 100, runs(19.0, 20.0, 40.0), 300),
            Measured("cold", JUDGED, 100, runs(50.0), 300),
            Measured("cold", "Prince & co", 100, runs(35.0), 200, "1 page has no tags."),
            Measured("cold", OURS, 1000, runs(210.0, peak=150_000_000), 3000),
            Measured("again", OURS, 100, runs(0.5)),
            Measured("copies", OURS, 50, remark="not yet"),
            Measured("long-text", OURS, 1, runs(25.0), 130),
            Measured("long-text-twice", OURS, 1, runs(60.0), 260),
        ]
    )


def test_ratios_are_of_the_middle_and_the_fastest() -> None:
    """Thirty seconds against twenty; who remembers nothing makes all again."""
    assert some().ratio("cold", 100) == 1.5
    assert some().ratio("again", 100) == 60
    assert some().ratio("word", 100) is None
    growth = some().growth()
    assert growth
    assert [round(part, 2) for part in growth] == [100, 1000, 0.05, 0.5]


def test_the_table_says_what_was_measured() -> None:
    """Each figure in its place, aims met and missed, and what was not measured."""
    said = table.table(some(), ["A note."])
    assert "| ours | 20.00 | 40.00 | 0.200 | 0.0667 | 300 | 100 | 1.00 | 3 |  |" in said
    assert "| Typst | 30.00 | 60.00 | 0.300 | 0.1500 | 200 | 100 | 1.50 | 1 |  |" in said
    assert "| Typst, from nothing | 30.00 | 60.00 | 0.300 | 0.1500 | 200 | 100 | 60.00 | 1 | remembers nothing" in said
    assert "| ours | – | – | – | – | – | – | – | – | not yet |" in said
    assert "| The same: 1.25 times as fast | 1.50 times | yes |" in said
    assert "memory grows by less than 20% | time +5%, memory +50% | no |" in said
    assert "## Twice that text: 1 briefing\n" in said
    assert "under 60 seconds of a processor and 700 MB | 50.0 s, 100 MB | yes |" in said
    assert "at most 2.2 times the seconds of a processor | 2.40 times | no |" in said
    assert "| One word changed among 300: under 2 s | not measured | – |" in said
    assert all(line.count(" | ") == 9 for line in said.split("\n") if line.startswith(("| ours", "| Typst")))


def test_the_plot_can_be_read_without_colour_and_aloud() -> None:
    """Every bar has its name and its seconds beside it, the whole is told in words, and lengths are in proportion."""
    root = etree.fromstring(plot.plot(some()).encode())
    assert root.get("role") == "img"
    title, described = (root.findtext(f"{SVG}{name}") for name in ("title", "desc"))
    assert title == "Seconds that each pipeline takes"
    assert described
    assert "No change (100 briefings): ours 0.50 s, Typst, from nothing 30 s." in described
    assert "ours 20 s, Typst 30 s, Prince & co 35 s, ours, with other people's validators 50 s." in described
    words = [text.text for text in root.iter(f"{SVG}text")]
    for bar in ("ours", "Typst", "Prince & co", "30 s", "0.50 s"):
        assert bar in words
    bars = [(bar.get("class"), float(bar.get("width", "0"))) for bar in root.iter(f"{SVG}rect") if bar.get("class")]
    assert bars[0] == ("ours", 176.0)
    assert bars[1] == ("other", 264.0)
    assert plot.plot(some()) == plot.plot(some())


@pytest.mark.proof
def test_a_pack_is_bound_again_as_often_as_it_is_to_be_measured(tmp_path: Path) -> None:
    """Whatever day it was bound for before."""
    library.write_library(tmp_path, 2)
    library.write_pack(tmp_path, "long", ("briefing-0000", "briefing-0001"), title="Long pack")
    for day in ("2027-03-01", "2027-03-02"):
        measured = binding.main(str(tmp_path), "long", day, "2")
        assert len(measured["seconds"]) == 2
        assert measured["pages"] >= 5


def test_all_take_turns_and_who_fails_is_not_asked_again(tmp_path: Path) -> None:
    """One run of each, then the next of each: a machine that slows down slows all of them down."""
    asked: list[str] = []

    def make(folder: Path, names: Sequence[str], cores: int) -> Run:
        asked.append(folder.name)
        if folder.name == "lame-2":
            raise Failed("lame", 1, "no")
        return Run(2, 2, 2)

    peers: Any = tuple(SimpleNamespace(name=name, make=make) for name in ("quick", "lame"))
    plan = Plan(tmp_path, (2,), frozenset({"cold"}), peers, long_runs=3)
    library.write_library(tmp_path / "library-2", 2)
    quick, lame = (theirs.FromNothing(plan, 2, peer) for peer in peers)
    take_turns((quick, lame), plan.times(2))
    assert asked == ["quick-2", "lame-2", "quick-2", "quick-2"]
    assert [(row.by, len(row.runs), row.remark) for row in lame.measured()] == [("lame", 0, "failed: ['no']")]


def test_what_was_measured_is_out_of_the_way_until_the_end(tmp_path: Path) -> None:
    """It is moved, not deleted, and nothing is asked of what is not there."""
    for words in ("first", "second"):
        (tmp_path / "library").mkdir()
        (tmp_path / "library" / "words").write_text(words)
        put_aside(tmp_path / "library")
    put_aside(tmp_path / "library")
    assert [path.read_text() for path in sorted(tmp_path.glob("**/words"))] == ["first", "second"]
    assert not (tmp_path / "library").exists()
