"""The slip that corrects printed copies: what it says, where that stands in the copy, and when there is none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.core.printed_code import code_of
from tests.support import libraries
from tests.support.project import Said
from tests.support.publishing import TEXT, publish, rewrite, text

pytestmark = pytest.mark.proof

BRIEFING = "briefings/foot-patrol.md"
LONG = " ".join(
    f"On night {n} the officers walked beat {n} of the town, and wrote down what they saw." for n in range(60)
)
BODY = TEXT.replace(
    "## Practice",
    f"{LONG}\n\n"
    "| Beat | Calls | Thefts |\n|:--|--:|--:|\n| Market | 19 | 4 |\n| Station | 25 | 25 |\n\n"
    ": Calls by beat {#tbl-calls}\n\n"
    "It rained.[^wet]\n\n[^wet]: The rain fell for a week.\n\n## Practice",
)
ENTRY = (
    "Ann Bell}, {version: 1.1, date: 2024-01-09, kind: correction, summary: A number was wrong., "
    "approved_by: Ann Bell}]"
)
NEW = (("\nversion: 1.0\n", "\nversion: 1.1\n"), ("Ann Bell}]", ENTRY))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose briefing is kept as version 1.0. Only to be copied."""
    files = {
        BRIEFING: text(body=BODY),
        "library.yaml": "title: T\npublisher: P\nformats: [screen]\npractice_caveat: Not all was tested.\n",
    }
    project = libraries.written(tmp_path_factory.mktemp("slip") / "library", files)
    assert publish(project).code == 0
    return project


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Path:
    """The library, to change as a test likes."""
    return libraries.copied(kept, tmp_path / "library")


def slip(project: Path, *more: str, was: str = "1.0") -> Said:
    """The words of the verb."""
    return libraries.here(project, "slip", "foot-patrol", "--from", was, "--date", libraries.DATE, *more)


def lines_of(project: Path, name: str) -> list[tuple[int, str]]:
    """Each line of a PDF with its page, as a reader has them before the eyes."""
    found = []
    with pypdfium2.PdfDocument(project / f"output/briefings/foot-patrol/{name}.pdf") as pdf:
        for number, page in enumerate(pdf, 1):
            found += [(number, line.strip()) for line in page.get_textpage().get_text_range().splitlines()]
    return found


def test_each_place_is_told_as_a_reader_finds_it(own: Path) -> None:
    """Lines, rows, captions and notes; what stands there, and what to read."""
    changes = (
        ("can reduce", "may reduce"),
        ("| 19 |", "| 18 |"),
        ("| 25 | 25 |", "| 25 | 24 |"),
        ("Calls by beat", "Calls by area"),
        ("a week", "a day"),
    )
    rewrite(own, BRIEFING, *NEW, *changes)
    said = slip(own)
    assert (said.code, "slip-1.0-1.1.pdf:" in said.err) == (0, False), said
    assert said.out.splitlines()[:5] == [
        'Page 1, line 1: for "can" read "may"',
        'Page 2, caption of Table 1: for "beat" read "area"',
        'Page 2, table row ‘Market’: for "19" read "18"',
        'Page 2, table row ‘Station’, column ‘Thefts’: for "25" read "24"',
        'Page 2, note 1: for "week" read "day"',
    ]
    words = " ".join(line for _, line in lines_of(own, "foot-patrol-slip-1.0-1.1"))
    for part in ("Correction", "To version 1.0 of ‘Foot patrol’", "For “19” read “18”.", "A number was wrong."):
        assert part in words
    assert "More differs" not in words
    for version in (r"1\.0", r"1\.1"):
        assert re.search(rf"The code of version {version}: [0-9A-Z]{{5}}-[0-9A-Z]{{5}}", words)


@pytest.mark.parametrize("night", [3, 17, 29, 31, 44, 58])
def test_a_line_is_the_line_of_the_printed_page(own: Path, night: int) -> None:
    """Counted on the pages that the kept version has when it is built."""
    assert libraries.here(own, "build", "foot-patrol", "--jobs", "1", "--date", libraries.DATE).code == 0
    rewrite(own, BRIEFING, *NEW, (f"On night {night} the", f"On night {night}00 the"))
    told = re.match(r'Page (\d+), line (\d+): for "(.*)" read', slip(own).out)
    assert told
    assert str(night) in told[3].split()
    page, line = int(told[1]), int(told[2])
    body = [words for number, words in lines_of(own, "foot-patrol") if number == page]
    first = next(n for n, words in enumerate(body) if "night" in words or words.startswith("Foot patrol can"))
    said = body[first + line - 1]
    assert str(night) in said.split(), (said, body)


def test_two_slips_stand_on_a4(own: Path) -> None:
    """To be cut apart; in a file of its own."""
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    assert slip(own, "--two").code == 0
    with pypdfium2.PdfDocument(own / "output/briefings/foot-patrol/foot-patrol-slip-1.0-1.1-two.pdf") as pdf:
        assert [round(side) for side in pdf[0].get_size()] == [842, 595]
        assert pdf[0].get_textpage().get_text_range().count("For “can” read “may”.") == 2


def test_a_slip_is_data_too(own: Path) -> None:
    """As JSON, each line with its place."""
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    said = json.loads(slip(own, "--report", "json").out)
    assert said["errata"] == [{"where": "Page 1, line 1:", "was": "can", "now": "may"}]
    assert (said["from"], said["to"], said["remarks"]) == ("1.0", "1.1", [])


def test_a_version_that_is_not_published_is_a_draft_on_its_slip(own: Path) -> None:
    """Once it is published the slip says so no more."""
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    assert slip(own).code == 0
    assert "DRAFT" in str(lines_of(own, "foot-patrol-slip-1.0-1.1"))
    assert publish(own).code == 0
    assert slip(own, "--to", "1.1").code == 0
    assert "DRAFT" not in str(lines_of(own, "foot-patrol-slip-1.0-1.1"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            (("kind: correction", "kind: substantive"),),
            "Version 1.1 is called substantive, so 'foot-patrol' 1.1 is more",
        ),
        (
            (("## Practice", "Nobody asked those who live there.\n\n## Practice"),),
            "The paragraph 'Nobody asked those who",
        ),
        (
            (("| Station | 25 | 25 |\n", ""),),
            "The row 'Station 25 25' is gone, so 'foot-patrol' 1.1 is more than a correction",
        ),
    ],
)
def test_what_is_more_than_a_correction_has_no_slip(own: Path, changes: tuple[tuple[str, str], ...], told: str) -> None:
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"), *changes)
    said = slip(own)
    assert (said.code, told in said.err, "error slip-substantive" in said.err) == (1, True, True), said
    assert not list((own / "output").glob("briefings/foot-patrol/*slip*"))


@pytest.mark.parametrize(
    ("was", "changes", "told"),
    [
        (
            "1.0",
            (),
            "Version 1.0 of 'foot-patrol' is not later than 1.0: give the corrected text a version of its own.",
        ),
        ("1.0", NEW, "'foot-patrol' 1.0 and 1.1 have the same words: there is nothing to correct."),
        ("0.9", NEW, "There is no version 0.9 of 'foot-patrol': kept are 1.0."),
    ],
)
def test_what_cannot_be_corrected_is_told(own: Path, was: str, changes: tuple[tuple[str, str], ...], told: str) -> None:
    rewrite(own, BRIEFING, *changes)
    said = slip(own, was=was)
    assert (said.code, told in said.err) == (2, True), said


def test_the_same_slip_has_the_same_bytes(own: Path) -> None:
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    path = own / "output/briefings/foot-patrol/foot-patrol-slip-1.0-1.1.pdf"
    files = []
    for _ in range(2):
        assert slip(own).code == 0
        files.append(path.read_bytes())
    assert files[0] == files[1]


def test_the_copy_is_named_by_the_title_that_it_bears(own: Path) -> None:
    """The old title is before the eyes of whoever looks for it."""
    rewrite(own, BRIEFING, *NEW, ("title: Foot patrol", "title: Patrol on foot"))
    said = slip(own)
    assert said.code == 0, said
    words = " ".join(line for _, line in lines_of(own, "foot-patrol-slip-1.0-1.1"))
    assert "To version 1.0 of ‘Foot patrol’" in words


TAGGED = ("\nsummary: ", "\ntags: [night]\nsummary: ")


def test_what_no_page_says_is_named(own: Path) -> None:
    """Beside what the slip says; and alone it is never called the same words."""
    told = "No slip can say what else differs: subjects, where links lead."
    linked = ("can reduce", "can [reduce](https://other.example/)"), TAGGED
    rewrite(own, BRIEFING, *NEW, *linked, ("a week", "a day"))
    assert told in slip(own).out.splitlines()
    words = " ".join(line for _, line in lines_of(own, "foot-patrol-slip-1.0-1.1"))
    assert "More differs than a slip can say, such as where links lead: version 1.1 has it right." in words
    rewrite(own, BRIEFING, ("a day", "a week"))
    said = slip(own)
    assert said.code == 2
    assert "have the same words on their pages. No slip can say what differs: subjects, where links lead." in said.err


def test_a_version_that_was_kept_in_an_older_form_has_its_code(own: Path) -> None:
    """Made of its source, as it has no wording on record."""
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    assert publish(own).code == 0
    folder = own / "source/versions/foot-patrol/1.1"
    record = json.loads((folder / "kept.json").read_text(encoding="utf-8"))
    (folder / "words.json").unlink()
    del record["files"]["words.json"]
    (folder / "kept.json").write_text(json.dumps({**record, "digest": "f" * 64}), encoding="utf-8")
    said = slip(own, "--to", "1.1")
    assert said.code == 0, said
    words = " ".join(line for _, line in lines_of(own, "foot-patrol-slip-1.0-1.1"))
    assert str(code_of(record["digest"])) in words


def test_a_slip_is_known_for_what_it_is(own: Path) -> None:
    """By the codes of both versions; one to words that nobody has published too."""
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    assert slip(own).code == 0
    path = str(own / "output/briefings/foot-patrol/foot-patrol-slip-1.0-1.1.pdf")
    said = libraries.here(own, "verify", path)
    which = "  which: Foot patrol, a slip with the code of version 1.0, and with one that is not on record"
    assert (said.code, said.out.splitlines()[1]) == (1, which)
    assert publish(own).code == 0
    said = libraries.here(own, "verify", path)
    assert said.out.splitlines()[1:] == [
        "  which: Foot patrol, the slip that corrects version 1.0 to 1.1 (by the codes on it)",
        "  whole: cannot be said: slips are not on record. Put this file elsewhere first: the next one is "
        "written in its place. Make it again, and compare: "
        f"'briefings slip foot-patrol --from 1.0 --to 1.1 --date {libraries.DATE}'.",
        "  now: current.",
    ]


def test_two_slips_on_a_sheet_are_told_how_they_were_made_and_many_pages_are_no_slip(own: Path, tmp_path: Path) -> None:
    rewrite(own, BRIEFING, *NEW, ("can reduce", "may reduce"))
    assert publish(own).code == 0
    assert slip(own, "--two", "--to", "1.1").code == 0
    path = own / "output/briefings/foot-patrol/foot-patrol-slip-1.0-1.1-two.pdf"
    said = libraries.here(own, "verify", str(path)).out
    assert f"'briefings slip foot-patrol --from 1.0 --to 1.1 --date {libraries.DATE} --two'" in said
    with pikepdf.open(path) as pdf:
        for _ in range(2):
            pdf.add_blank_page()
        pdf.save(tmp_path / "long.pdf")
    assert "the slip" not in libraries.here(own, "verify", str(tmp_path / "long.pdf")).out
