"""Leaves that are replaced: whoever carries the sheet out has the next edition in the folder, and no other leaf."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.editions.replacing.leaves import leaves_of
from pipeline.editions.replacing.sides import read_sides
from tests.support import libraries
from tests.support.editions.leaves_library import body, briefing, issue, library, named, renewed, replace
from tests.support.outputs import page_texts
from tests.support.publishing import publish, rewrite

pytestmark = pytest.mark.proof

SPAN = re.compile(
    r"(?:cover(?: to page (\S+))?|pages? (\S+)(?: to (\S+))?) \((\d+) lea(?:f|ves)(, the last blank on its back)?\)"
)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued four times: a word changed; a text grew; one went and one came."""
    project = library(tmp_path_factory.mktemp("replace") / "library")
    issue(project, "First", "2024-10-01")
    renewed(project, "lamps", ("Lamps 50 was seen", "Lamps 50 was often seen"))
    named(project, "First", "Second")
    issue(project, "Second", "2024-11-01")
    renewed(project, "dogs", ("Dogs 15 was", f"{body('More', 20)}\n\nDogs 15 was"))
    named(project, "Second", "Third")
    issue(project, "Third", "2024-12-01")
    rewrite(
        project,
        "briefings/lamps.md",
        ("status: published", "status: withdrawn\nwithdrawn_reason: The study is retracted."),
    )
    (project / "source/briefings/bikes.md").write_text(briefing("Bikes", 30), encoding="utf-8")
    assert publish(project, name="bikes").code == 0
    rewrite(project, "packs/nights.yaml", ("[foot-patrol, lamps, dogs, horses]", "[foot-patrol, dogs, bikes, horses]"))
    named(project, "Third", "Fourth")
    issue(project, "Fourth", "2025-01-01")
    return project


def printed(project: Path, edition: str, folder: Path) -> bytes:
    """The print file of an edition, as it was issued."""
    place = folder / edition
    if not place.exists():
        assert libraries.here(project, "record", "nights", "--edition", edition, "--to", str(place)).code == 0
    return (place / "nights-print.pdf").read_bytes()


class Folder:
    """Leaves in a folder, or in a stack beside it: two pages each, by what is printed at their feet."""

    def __init__(self, pdf: bytes, first: int = 0) -> None:
        self.file = pikepdf.Pdf.open(io.BytesIO(pdf))
        pages: list[Any] = list(self.file.pages)[first:]
        sides = read_sides(pdf)[first:]
        self.leaves = [(pages[n : n + 2], {side.folio for side in sides[n : n + 2]}) for n in range(0, len(pages), 2)]

    def of(self, folio: str | None) -> int:
        """The place of the leaf that bears a folio; of the one without, the cover."""
        return next(n for n, (_, folios) in enumerate(self.leaves) if folio in folios) if folio else 0

    def bound(self) -> bytes:
        """The leaves as a file again."""
        out, file = io.BytesIO(), pikepdf.Pdf.new()
        for pages, _ in self.leaves:
            file.pages.extend(pages)
        file.save(out)
        return out.getvalue()


def carry_out(folder: Folder, stack: Folder, steps: list[dict[str, str]]) -> None:
    """The work of a person with folder, stack and sheet, who knows nothing but what is printed on them."""
    for step in steps:
        found = re.search(r"page (\S+);", step["where"])
        at = folder.of(found[1]) + 1 if found else int(step["where"].startswith("The cover"))
        if out := SPAN.fullmatch(step["out"]):
            assert folder.of(out[2]) == at
            last = out[3] or out[1]
            assert not last or folder.of(last) == at + int(out[4]) - 1
            del folder.leaves[at : at + int(out[4])]
        if into := SPAN.fullmatch(step["into"]):
            new, stack.leaves = stack.leaves[: int(into[4])], stack.leaves[int(into[4]) :]
            assert (into[2] or "") in new[0][1] | {""}
            folder.leaves[at:at] = new


@pytest.mark.parametrize(
    ("was", "now"), [("First", "Second"), ("Second", "Third"), ("Third", "Fourth"), ("First", "Fourth")]
)
def test_the_sheet_makes_the_folder_the_next_edition(issued: Path, tmp_path: Path, was: str, now: str) -> None:
    """PaperLeaf by leaf, and no leaf of the stack is left; blank backs too."""
    said = replace(issued, "--from", was, "--to", now, "--report", "json")
    assert said.code == 0, said
    told = json.loads(said.out)
    file = (issued / told["files"][0]).read_bytes()
    with pikepdf.Pdf.open(io.BytesIO(file)) as made:
        sheets = sum(page.label.startswith("R-") for page in made.pages)
    new = printed(issued, now, tmp_path)
    folder, stack = Folder(printed(issued, was, tmp_path)), Folder(file, sheets + sheets % 2)
    assert len(stack.leaves) == told["put_in"]
    carry_out(folder, stack, told["steps"])
    assert not stack.leaves
    assert leaves_of(read_sides(folder.bound())) == leaves_of(read_sides(new))
    (tmp_path / "scan.pdf").write_bytes(folder.bound())
    whole = verified(issued, tmp_path / "scan.pdf")[1]
    assert whole.startswith("whole: a folder whose leaves were replaced: page")
    assert f"those of '{was}', as they should be; all others are those of '{now}'" in whole
    assert whole.endswith("and none is missing; pictures are not compared.")


def test_a_changed_word_replaces_its_leaf_and_the_covers(issued: Path) -> None:
    """The new name and day of the edition in the running lines of the others replace none."""
    told = json.loads(replace(issued, "--from", "First", "--to", "Second", "--report", "json").out)
    assert [(step["out"], step["into"]) for step in told["steps"]] == [
        ("cover to page 2 (1 leaf)",) * 2,
        ("pages 5 to 8 (2 leaves)",) * 2,
    ]


def test_the_pdf_for_screens_holds_the_same_leaves(issued: Path) -> None:
    """Tagged, behind the same sheets; the judges find no fault in it."""
    said = replace(issued, "--from", "1", "--to", "2")
    assert said.code == 0
    assert "nights-replace-1-2.pdf:" not in said.err
    assert "replace-most" not in said.err
    with pikepdf.Pdf.open(issued / "output/packs/nights/nights-replace-1-2.pdf") as file:
        labels = [page.label for page in file.pages]
        assert file.Root.MarkInfo.Marked
    assert [one for one in labels if not one.startswith("R-")] == ["1", "2", "5", "6", "7", "8"]


def test_the_sheets_say_what_has_left_the_pack_and_why(issued: Path) -> None:
    told = json.loads(replace(issued, "--from", "Third", "--to", "Fourth", "--report", "json").out)
    why = "Why it was withdrawn: The study is retracted."
    assert told["gone"] == [{"title": "Lamps", "version": "1.1", "why": why, "pages": "pages 5 to 8"}]
    assert {one["title"]: (one["version"], one["kept"]) for one in told["pages"]}["Foot-patrol"][0] == "1.0"


def test_the_sheets_say_why_there_are_new_leaves_and_how_many(issued: Path) -> None:
    """A text that is new, one that has changed, one that has moved; editions in between are told, and the sum."""
    told = json.loads(replace(issued, "--from", "First", "--to", "Fourth", "--report", "json").out)
    why = {one["title"]: one["why"] for one in told["pages"]}
    assert (why["Dogs"], why["Bikes"], why["Horses"], why["Foot-patrol"]) == (
        "changed: More.",
        "new in this pack",
        "same words, new page numbers",
        "",
    )
    assert told["between"] == "Second and Third"
    text = " ".join(" ".join(page_texts(issued / told["files"][1])).split())
    assert "Go on only if it says ‘First’ and Code " in text
    assert f"{told['taken_out']} leaves are out, {told['put_in']} are in and none is left over" in text
    assert "Number of the copy" not in text


def test_what_folios_that_run_through_cost_is_told(issued: Path) -> None:
    said = replace(issued, "--from", "Second", "--to", "Third")
    assert "warning replace-folios: Page numbers run through the pack, so all after page " in said.err
    assert said.code == 0


def test_where_most_leaves_change_a_reprint_is_proposed(issued: Path) -> None:
    """Above three leaves in five; where one word costs two leaves nothing is said."""
    said = replace(issued, "--from", "First", "--to", "Fourth")
    found = re.search(r"warning replace-most: (\d+) of (\d+) leaves change: a whole reprint costs no more\.", said.err)
    assert found
    assert int(found[1]) > 0.6 * int(found[2])


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--from", "Fourth"), "'Fourth' is the last edition of 'nights' that was issued: 'briefings issue nights'"),
        (("--from", "Third", "--to", "Second"), "'Second' is no later edition of 'nights' than 'Third'."),
        (("--from", "Fifth"), "There is no edition 'Fifth' of 'nights'."),
    ],
)
def test_what_cannot_be_replaced_is_told(issued: Path, asked: tuple[str, ...], told: str) -> None:
    said = replace(issued, *asked)
    assert (said.code, told in said.err) == (2, True), said


def test_the_same_leaves_have_the_same_bytes(issued: Path) -> None:
    path = issued / "output/packs/nights/nights-replace-1-2-print.pdf"
    files = []
    for _ in range(2):
        assert replace(issued, "--from", "1", "--to", "2").code == 0
        files.append((path.read_bytes(), path.with_name("nights-replace-1-2.pdf").read_bytes()))
    assert files[0] == files[1]


def test_what_the_archive_has_not_as_it_was_issued_is_not_handed_out(issued: Path, tmp_path: Path) -> None:
    """A leaf is printed only if it is the one that was judged."""
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    project = libraries.copied(issued, tmp_path / "library")
    for path in (tmp_path / "archive/sha256").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes() + b"%")
    said = replace(project, "--from", "First", "--to", "Second")
    assert (said.code, "error archive-differs" in said.err) == (1, True)


def test_the_files_of_leaves_are_known_for_what_they_are(issued: Path, tmp_path: Path) -> None:
    """The edition that they make of another, and that no page is another or missing; by records and archive alone."""
    assert replace(issued, "--from", "1", "--to", "2").code == 0
    files = [issued / f"output/packs/nights/nights-replace-1-2{end}.pdf" for end in ("", "-print")]
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    clone = libraries.copied(issued / "source", tmp_path / "clone/source").parent
    for path in files:
        which, whole, now = verified(clone, path)
        assert which == "which: Nights, leaves that turn First into Second"
        assert whole == "whole: its 6 pages behind the sheets are as issued, and none is missing."
        assert now.startswith(
            "now: withdrawn. 'Lamps' is withdrawn: The study is retracted. Do not use it. This edition is superseded"
        )
    with pikepdf.open(files[1]) as pdf:
        del pdf.pages[-2:]
        pdf.save(tmp_path / "short.pdf")
    assert verified(clone, tmp_path / "short.pdf")[1] == "whole: pages 7 and 8 are missing."
    shutil.rmtree(tmp_path / "archive")
    assert verified(clone, files[0])[1].endswith("is as issued; whether one is missing, the archive alone can say.")


def test_a_marked_copy_is_known_for_what_it_is(issued: Path) -> None:
    """It bears no code, and is on no record: how it is made again is told."""
    assert libraries.here(issued, "changes", "dogs@1.0", "dogs", "--pdf", "--date", "2025-01-02").code == 0
    which, whole = verified(issued, issued / "output/briefings/dogs/dogs-changes-1.0-1.1.pdf")[:2]
    assert which == "which: Dogs, a copy with the changes from 1.0 to 1.1 marked"
    assert "'briefings changes dogs@1.0 dogs@1.1 --pdf'" in whole


def test_the_code_of_an_older_edition_says_what_to_do(issued: Path) -> None:
    """Which printed pages must not be used, which leaves to put in, and which code the cover bears after that."""
    first, fourth = (
        json.loads(next((issued / "source/editions/nights").glob(f"{number}-*.json")).read_text("utf-8"))["code"]
        for number in ("001", "004")
    )
    said = libraries.here(issued, "verify", f"Code {first}")
    assert said.code == 1
    assert "'Lamps' is withdrawn: The study is retracted. Do not use it: pages 5 to 8. This edition is" in said.out
    assert "put in the leaves from 'First' to 'Fourth'" in said.out
    assert f"If the cover bears {fourth}, the code of 'Fourth', pages with this code stay" in said.out


def verified(project: Path, file: Path) -> list[str]:
    """The answer of `verify` on a file, line by line."""
    return [line.strip() for line in libraries.here(project, "verify", str(file)).out.splitlines()[1:4]]
