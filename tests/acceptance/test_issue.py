"""Editions that are issued: recorded once, archived by hash, and refused where something stands against them."""

import json
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.output import Output
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult
from pipeline.cli.options import SHIPPED
from pipeline.core.diagnostics import UsageError
from pipeline.core.digests import sha256
from pipeline.core.progress import ProgressReporter
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.proof import validators
from pipeline.services.editions import issue as issuing
from pipeline.services.editions.issue import read_built_files
from pipeline.services.editions.issue_checks import IssueRequest
from tests.support import hosts, libraries
from tests.support.bind.foreign_pdfs import good
from tests.support.editions.issued_library import BRIEFING, issue, library, new_version, next_edition
from tests.support.project import files_in
from tests.support.publishing import files_of, rewrite

LATER = pytest.mark.proof
COPIES_NOT_ISSUED = libraries.ROOT / "tests/services/colleges/fixtures/made-by-1.0/copies-not-issued.csv"
RECORD = "source/editions/nights/001-autumn-2024.json"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued once. Only to be looked at."""
    project = library(tmp_path_factory.mktemp("issue") / "library")
    said = issue(project, "2024-10-01", "--by", "Head of evidence")
    assert said.code == 0, said
    assert said.out.splitlines()[0] == "'Autumn 2024' of 'nights' is issued on 1 October 2024: 1 file in the archive."
    return project


def record(project: Path, path: str = RECORD) -> dict[str, object]:
    """The content of a record."""
    said: dict[str, object] = json.loads((project / path).read_text(encoding="utf-8"))
    return said


def codes(said: str) -> list[str]:
    """The codes of what was told."""
    return [line.split()[2].rstrip(":") for line in said.splitlines() if ": error " in line]


def test_the_record_says_what_was_issued(issued: Path) -> None:
    """Its briefings with the digests of their words, its files with those of their bytes, who approved it."""
    said = record(issued)
    kept = json.loads((issued / "source/versions/foot-patrol/1.0/kept.json").read_text(encoding="utf-8"))
    book = (issued / "output/packs/nights/nights.txt").read_bytes()
    assert (said["edition"], said["number"], said["issued"]) == ("Autumn 2024", 1, "2024-10-01")
    assert (said["approved_by"], said["previous"]) == ("Head of evidence", "0" * 64)
    assert [(one["id"], one["version"], one["digest"]) for one in said["briefings"]] == [  # type: ignore[attr-defined,index]
        ("foot-patrol", "1.0", kept["digest"])
    ]
    assert [(one["file"], one["bytes"], one["sha256"]) for one in said["files"]] == [  # type: ignore[attr-defined,index]
        ("nights.txt", len(book), sha256(book))
    ]
    assert [(one["name"], one["files"]) for one in said["judges"]] == [("our own checks", 1)]  # type: ignore[attr-defined,index]


def test_the_archive_has_every_file_and_the_record(issued: Path) -> None:
    """By its SHA-256, byte for byte."""
    archive, book = issued.parent / "archive", (issued / "output/packs/nights/nights.txt").read_bytes()
    held = files_in(archive)
    assert held == {
        f"sha256/{sha256(book)[:2]}/{sha256(book)}": book,
        "records/nights/001-autumn-2024.json": (issued / RECORD).read_bytes(),
    }


def verified(project: Path, file: Path) -> tuple[int, list[str]]:
    """What `verify` says of a file, line by line, and its exit code."""
    said = libraries.here(project, "verify", str(file))
    return said.code, [line.strip() for line in said.out.splitlines()[1:]]


def test_a_record_that_the_archive_has_otherwise_is_not_believed(own_issue: Path, tmp_path: Path) -> None:
    """The chain alone would hold: nothing follows the last record."""
    forged = tmp_path / "forged.txt"
    forged.write_bytes(b"Other words.")
    place = own_issue / RECORD
    digest = sha256((own_issue / "output/packs/nights/nights.txt").read_bytes())
    place.write_text(place.read_text(encoding="utf-8").replace(digest, sha256(b"Other words.")), encoding="utf-8")
    code, (_, whole, now, by) = verified(own_issue, forged)
    assert (code, whole) == (1, "whole: cannot be said: the archive has another record of Autumn 2024.")
    assert now == "now: current. But the records do not hold: 'briefings verify --records' says why."
    assert by == "by: the record here and its copy in the archive."
    assert f"  {whole}\n" in libraries.here(own_issue, "verify", str(record(own_issue)["code"])).out


def test_a_pipe_in_the_archive_holds_nobody_up(own_issue: Path) -> None:
    """The archive cannot be asked."""
    place = own_issue.parent / "archive/records/nights/001-autumn-2024.json"
    place.unlink()
    os.mkfifo(place)
    code, lines = verified(own_issue, own_issue / "output/packs/nights/nights.txt")
    assert (
        code,
        lines[-1].endswith("001-autumn-2024.json cannot be read: it is a pipe, a folder, a device or too large."),
    ) == (0, True), lines


def test_an_issue_clears_what_a_killed_one_left(own_issue: Path) -> None:
    """Also one that is refused, because the edition is issued already."""
    (left := own_issue.parent / "archive/records/nights/.new-4194305-1").write_bytes(b"Half")
    assert (issue(own_issue, "2024-11-01").code, left.exists()) == (1, False)


def test_an_edition_is_issued_once(own_issue: Path) -> None:
    """The record stands as it is, and nothing is built for it."""
    before = files_of(own_issue / "source"), files_of(own_issue.parent / "archive")
    said = issue(own_issue, "2024-11-01")
    assert (said.code, said.out) == (1, "Not issued: 1 error (issue-edition).\n")
    assert said.err.splitlines()[0] == (
        "source/packs/nights.yaml:2:10: error issue-edition: 'Autumn 2024' of 'nights' was issued on 1 October 2024."
    )
    assert (files_of(own_issue / "source"), files_of(own_issue.parent / "archive")) == before


def test_a_mistake_makes_a_corrected_edition(own_issue: Path) -> None:
    """The edition with the mistake stays as it is."""
    before = (own_issue / RECORD).read_bytes()
    new_version(own_issue, "1.1", "A number", "correction", ("Two officers", "Three officers"))
    next_edition(own_issue, "Autumn 2024", "Autumn 2024, corrected 14 November 2024")
    assert issue(own_issue, "2024-11-14", "--corrects", "Autumn 2024").code == 0
    said = record(own_issue, "source/editions/nights/002-autumn-2024-corrected-14-november-2024.json")
    assert (said["corrects"], said["supersedes"]) == ("Autumn 2024", "Autumn 2024")
    assert (own_issue / RECORD).read_bytes() == before


def test_an_override_stands_in_the_record(own_issue: Path) -> None:
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(own_issue, BRIEFING, ("status: published", "status: in-review"))
    rewrite(own_issue, "packs/nights.yaml", ("front: [contents]", "front: [cover]"))
    refused = issue(own_issue, "2025-03-01")
    assert (refused.code, codes(refused.err)) == (1, ["issue-status"])
    assert refused.out == "Not issued: 1 error (issue-status). --override issue-status=REASON issues it all the same.\n"
    said = issue(own_issue, "2025-03-01", "--override", "issue-status=A trial session")
    assert said.out.splitlines()[0] == "Issued despite issue-status: A trial session"
    assert record(own_issue, "source/editions/nights/002-spring-2025.json")["overridden"] == [
        {
            "code": "issue-status",
            "reason": "A trial session",
            "said": ["source/packs/nights.yaml:3:13: 'foot-patrol' 1.0 is in review."],
        }
    ]


def test_an_archive_that_gives_back_other_bytes_is_told(own_issue: Path) -> None:
    """Then there is no record."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    assert libraries.here(own_issue, "build", "nights", "--date", "2025-03-01", "--jobs", "1").code == 0
    digest = sha256((own_issue / "output/packs/nights/nights.txt").read_bytes())
    place = own_issue.parent / "archive/sha256" / digest[:2] / digest
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"something else")
    said = issue(own_issue, "2025-03-01")
    assert (said.code, codes(said.err)) == (1, ["archive-differs"])
    assert said.err.startswith("source/library.yaml:3:10: error archive-differs: The archive holds other bytes than")
    assert not (own_issue / "source/editions/nights/002-spring-2025.json").exists()
    assert place.read_bytes() == b"something else"


def test_all_that_stands_against_it_is_told_at_once(own_issue: Path) -> None:
    """Of what no build can tell; a dry run builds, and tells the rest too."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(own_issue, "library.yaml", ("archive: ../archive\n", ""))
    rewrite(own_issue, BRIEFING, ("status: published", "status: in-review"))
    rewrite(own_issue, "packs/nights.yaml", ("front: [contents]", "marking: {tier: SECRET}\nfront: [cover]"))
    first = {"archive-missing", "issue-status"}
    said = issue(own_issue, "2025-03-01")
    assert (said.code, set(codes(said.err))) == (1, first)
    said = issue(own_issue, "2025-03-01", "--override", "issue-status=A trial session")
    assert (said.code, said.out, codes(said.err)) == (
        1,
        "Not issued: 1 error (archive-missing).\n",
        ["archive-missing"],
    )
    said = issue(own_issue, "2025-03-01", "--dry-run")
    assert said.code == 1
    assert set(codes(said.err)) == first | {"not-built"}


@pytest.mark.parametrize("edition", ["Spring 2025", "Autumn 2024"])
def test_nothing_is_issued_where_the_last_record_is_lost(own_issue: Path, edition: str) -> None:
    """The archive has a copy of it: another edition would take its number."""
    next_edition(own_issue, "Autumn 2024", edition)
    (own_issue / RECORD).unlink()
    before = files_of(own_issue / "source"), files_of(own_issue.parent / "archive")
    for more in ((), ("--dry-run",)):
        said = issue(own_issue, "2025-03-01", *more)
        assert (said.code, said.out) == (1, "Not issued: 1 error (record-broken).\n")
        assert codes(said.err) == ["record-broken"]
    assert (files_of(own_issue / "source"), files_of(own_issue.parent / "archive")) == before


def test_a_copy_of_a_record_that_reads_otherwise_stops_it_before_anything_is_written(own_issue: Path) -> None:
    """A dry run tells it too."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    copy = own_issue.parent / "archive/records/nights/001-autumn-2024.json"
    copy.write_bytes(copy.read_bytes().replace(b"2024-10-01", b"2024-10-02"))
    before = files_of(own_issue / "source"), files_of(own_issue.parent / "archive")
    for more in (("--dry-run",), ()):
        said = issue(own_issue, "2025-03-01", *more)
        assert (said.code, said.out, codes(said.err)) == (
            1,
            "Not issued: 1 error (archive-differs).\n",
            ["archive-differs"],
        )
    assert (files_of(own_issue / "source"), files_of(own_issue.parent / "archive")) == before


@LATER
@pytest.mark.skipif(bool(validators.verapdf_command()), reason="veraPDF is on this machine")
def test_a_judge_that_was_not_asked_stands_against_it(own_issue: Path) -> None:
    """A PDF is issued once veraPDF has looked at it."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(own_issue, "packs/nights.yaml", ("formats: [text]", "formats: [screen, text]"))
    said = issue(own_issue, "2025-03-01")
    assert (said.code, codes(said.err)) == (1, ["issue-proof"])
    place = "source/packs/nights.yaml:4:10: error issue-proof"
    assert f"\n{place}: veraPDF did not run: install it with 'briefings doctor --get-validators'." in said.err


def test_the_record_names_the_commit(tmp_path: Path) -> None:
    """As git has it, and without asking git."""
    project = library(tmp_path / "library")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "source"], ["commit", "-qm", "Publish"]):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=project, check=True, capture_output=True, text=True)
    assert issue(project, "2024-10-01").code == 0
    assert record(project)["commit"] == head.stdout.strip()


def test_a_commit_that_does_not_hold_the_words_is_named_for_a_reason_alone(tmp_path: Path) -> None:
    """Staged is not committed; the records of editions and the register are no words. Outside git nothing is asked."""
    project = library(tmp_path / "library")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    (project / "note.txt").write_text("A repository whose sources are left out.")
    for arguments in (["init", "-q"], ["add", "note.txt"], ["commit", "-qm", "Note"]):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    assert codes(issue(project, "2024-10-01").err) == ["issue-uncommitted"]
    left_out = "issue-uncommitted=Git does not keep our sources"
    assert issue(project, "2024-10-01", "--override", left_out).code == 0
    assert "commit" not in record(project)
    subprocess.run([*git, "add", "source/briefings", "source/versions"], cwd=project, check=True)
    subprocess.run([*git, "commit", "-qm", "Some"], cwd=project, check=True)
    next_edition(project, "Autumn 2024", "Spring 2025")
    subprocess.run([*git, "add", "source"], cwd=project, check=True)
    said = issue(project, "2025-03-01")
    assert (said.code, codes(said.err)) == (1, ["issue-uncommitted"])
    assert (
        "source/colleges.yaml:1:1: error issue-uncommitted: 4 files are not as the last commit has them: "
        "source/colleges.yaml, source/library.yaml, source/packs/nights.yaml and 1 more.\n"
    ) in said.err
    assert issue(project, "2025-03-01", "--override", "issue-uncommitted=The server is down").code == 0
    assert record(project, "source/editions/nights/002-spring-2025.json")["overridden"]


@pytest.mark.parametrize("damage", ["reftable", "empty"])
def test_an_edition_is_not_issued_from_a_commit_that_cannot_be_read(tmp_path: Path, damage: str) -> None:
    """The format of the branches is one that is not read, or an object is empty, as after a power cut."""
    project = library(tmp_path / "library")
    hosts.git(project, "init", "-q")
    hosts.commit(project, "All")
    if damage == "reftable":
        (project / ".git/reftable").mkdir()
        (project / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    else:
        head = hosts.git(project, "rev-parse", "HEAD").strip()
        (project / ".git/objects" / head[:2] / head[2:]).unlink()
    answer = issue(project, "2024-10-01", "--dry-run")
    assert (answer.code, codes(answer.err)) == (1, ["issue-uncommitted"])


def test_copies_that_an_earlier_release_made_of_a_build_stand_against_an_issue(own_issue: Path) -> None:
    """Colleges hold other files under that name of an edition."""
    next_edition(own_issue, "Autumn 2024", "Autumn 2025")
    shutil.copy(COPIES_NOT_ISSUED, own_issue / "source/copies.csv")
    said = issue(own_issue, "2024-11-01")
    assert (said.code, codes(said.err)) == (1, ["copies-unissued"])
    assert "Copies of 'Autumn 2025' were prepared on 2 October 2025, before it was issued." in said.err


def test_no_edition_takes_the_folder_of_another(own_issue: Path) -> None:
    """However alike they are called."""
    next_edition(own_issue, "Autumn 2024", "autumn -2024")
    said = issue(own_issue, "2024-11-01")
    assert (said.code, codes(said.err)) == (1, ["copies-folder"])
    assert "'nights-autumn-2024' for the parcels already has 'Autumn 2024' of the pack 'nights'." in said.err


def test_an_insert_stands_in_the_record(own_issue: Path) -> None:
    """By the bytes of its file; the same words and another insert have another code."""
    (own_issue / "source/packs/timetable.pdf").write_bytes(good())
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(
        own_issue, "packs/nights.yaml", ("[foot-patrol]", "[foot-patrol, {insert: timetable.pdf, title: Timetable}]")
    )
    said = issue(own_issue, "2025-03-01")
    assert said.code == 0, said
    second = record(own_issue, "source/editions/nights/002-spring-2025.json")
    assert second["inserts"] == [{"file": "timetable.pdf", "title": "Timetable", "sha256": sha256(good())}]
    assert second["code"] != record(own_issue)["code"]


def test_an_edition_that_another_run_has_issued_meanwhile_is_not_issued_again(own_issue: Path) -> None:
    """Its number is taken; nothing is written."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    slow = Project(own_issue, SHIPPED, ProgressReporter())
    assert slow.files
    assert issue(own_issue, "2025-03-01").code == 0
    before = files_of(own_issue / "source"), files_of(own_issue.parent / "archive")
    with pytest.raises(UsageError, match="Another edition of 'nights' was issued meanwhile: nothing was written"):
        issuing.issue(slow, "nights", issuing.IssueOptions(IssueRequest(), None, date(2025, 3, 1), {}))
    assert (files_of(own_issue / "source"), files_of(own_issue.parent / "archive")) == before


def test_with_strict_every_warning_stands_against_it(own_issue: Path) -> None:
    """Such as that of a press whose inks nobody knows."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(own_issue, "packs/nights.yaml", ("formats: [text]", "formats: [print, text]"))
    said = issue(own_issue, "2025-03-01", "--strict", "--dry-run")
    assert (said.code, "warning print-no-profile: " in said.err) == (1, True)
    assert said.out.startswith("Not issued: 1 warning (print-no-profile). --override print-no-profile=REASON")
    assert (
        issue(own_issue, "2025-03-01", "--strict", "--dry-run", "--override", "print-no-profile=Black alone").code == 0
    )
    assert issue(own_issue, "2025-03-01", "--dry-run").code == 0


def test_a_numbered_edition_needs_its_cover(own_issue: Path) -> None:
    """Or else no copy could be made of it afterwards."""
    next_edition(own_issue, "Autumn 2024", "Spring 2025")
    rewrite(own_issue, "packs/nights.yaml", ("front: [contents]", "numbered: true\nfront: [contents]"))
    said = issue(own_issue, "2025-03-01")
    assert (said.code, codes(said.err)) == (1, ["copies-cover"])


def test_a_file_that_something_else_has_touched_is_no_copy(tmp_path: Path) -> None:
    """What is prepared is what the build has recorded, byte for byte."""
    made = b"%PDF-1.7"
    output = Output("packs/nights/nights.pdf", "packs/nights", "screen", sha256(made), len(made), 2, "", "2026-11-25")
    place = tmp_path / "output" / output.path
    place.parent.mkdir(parents=True)
    fields = PackFields(title="Nights", briefings=("foot-patrol",))
    pack = Pack("nights", "source/packs/nights.yaml", fields, FieldLocations("source/packs/nights.yaml"))
    project = Project(tmp_path, SHIPPED, ProgressReporter())
    built = BuildResult((), (output,), ())
    for content, told in ((made, []), (made + b" ", ["output/packs/nights/nights.pdf:1:1"])):
        place.write_bytes(content)
        assert [str(remark.place) for remark in read_built_files(project, built, pack)[1]] == told
    place.unlink()
    assert [remark.code for remark in read_built_files(project, built, pack)[1]] == ["copies-altered"]
