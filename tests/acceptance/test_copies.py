"""Copies for colleges: what each gets, what the printer is told, and the register that remembers it."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.build.output.outputs import Output
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.copies import files_as_built
from pipeline.cli.options import SHIPPED
from pipeline.core.digest import sha256
from pipeline.core.progress import Voice
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import Marks
from tests.support import libraries
from tests.support.project import Said
from tests.support.publishing import files_of, publish, register, rewrite, text

LATER = pytest.mark.proof

COLLEGES = """north:
  {name: Northmoor Unit, type: force-learning-unit, formats: [print, screen], copies: 24, delivery: Quarry Lane}
south: {name: South Tor, type: university, formats: [screen, epub, large-print], access_needs: [Braille for 1 reader]}
"""
PACK = "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nformats: [screen, print, epub]\n"


def prepare(project: Path, day: str, *more: str) -> Said:
    """Prepare the copies of the pack."""
    return libraries.here(project, "build", "nights", "--copies", "--jobs", "1", "--date", day, *more)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one published briefing, a pack of it, two colleges; its copies prepared on a first day."""
    root = tmp_path_factory.mktemp("copies") / "library"
    files = {
        "briefings/foot-patrol.md": text(review_by="2026-12-24"),
        "packs/nights.yaml": PACK,
        "colleges.yaml": COLLEGES,
    }
    caveat = "series/patrol.yaml"
    libraries.written(
        root, files | {caveat: "title: P\npractice_caveat: Not all was evaluated.\nbriefings: [foot-patrol]\n"}
    )
    assert publish(root).code == 0
    done = prepare(root, "2026-11-25")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        f"The pack itself is in {root}/output/packs/nights.",
        f"2 parcels in {root}/output/colleges/…/nights-spring-2027.",
        f"24 copies for the printer in {root}/output/printer/nights-spring-2027.",
        "4 rows added to source/copies.csv; commit it.",
    ]
    return root


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """The library again, to change as a test likes."""
    return libraries.copied(library, tmp_path / "own")


@pytest.mark.proof
def test_a_college_gets_what_it_wants_and_can_check_it(library: Path) -> None:
    """A folder and the same in one archive: the files, a manifest with their digests, a note in plain words."""
    folder = library / "output/colleges/south/nights-spring-2027"
    assert sorted(path.name for path in folder.iterdir()) == [
        *(
            "SHA256SUMS",
            "cover-note.txt",
            "manifest.json",
            "nights-spring-2027.epub",
            "nights-spring-2027.pdf",
            "verify.html",
        ),
    ]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["briefings"] == [{"id": "foot-patrol", "version": "1.0", "title": "Foot patrol"}]
    for said in manifest["files"]:
        assert hashlib.sha256((folder / said["file"]).read_bytes()).hexdigest() == said["sha256"]
    note = (folder / "cover-note.txt").read_text(encoding="utf-8")
    assert "- nights-spring-2027.epub: EPUB for e-readers and phones" in note
    assert "- Braille for 1 reader" in note
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        held = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert held == {path.name: path.read_bytes() for path in folder.iterdir()}


@LATER
def test_the_printer_gets_one_file_and_a_list(library: Path) -> None:
    folder = library / "output/printer/nights-spring-2027"
    assert sorted(path.name for path in folder.iterdir()) == [
        "job-ticket.txt",
        "nights-spring-2027-print.pdf",
        "quantities.csv",
    ]
    ticket = (folder / "job-ticket.txt").read_text(encoding="utf-8")
    assert "Copies:        24\n" in ticket
    assert "Trimmed size:  A4, 210 × 297 mm\nBleed:         3 mm on every side" in ticket
    assert "- 24 to Northmoor Unit: Quarry Lane" in ticket
    assert not (library / "output/colleges/north/nights-spring-2027/nights-spring-2027-print.pdf").exists()


@LATER
def test_the_register_alone_says_what_each_was_prepared(library: Path) -> None:
    made = {
        path.name: hashlib.sha256(content).hexdigest() for path, content in files_of(library / "output/packs").items()
    }
    assert [(row["college"], row["format"], row["quantity"], row["sha256"]) for row in register(library)] == [
        ("north", "screen", "1", made["nights.pdf"]),
        ("north", "print", "24", made["nights-print.pdf"]),
        ("south", "screen", "1", made["nights.pdf"]),
        ("south", "epub", "1", made["nights.epub"]),
    ]
    assert {(row["edition"], row["versions"], row["date prepared"]) for row in register(library)} == {
        ("Spring 2027", "foot-patrol@1.0", "2026-11-25")
    }


@LATER
def test_an_edition_prepared_again_keeps_its_day_and_its_bytes(own: Path) -> None:
    """Another day, a college more, some copies more, the output deleted: no row doubles, no text changes."""
    before, rows = files_of(own / "output/colleges"), register(own)
    shutil.rmtree(own / "output")
    more = "east: {name: East Agency, type: agency, formats: [epub]}\n"
    rewrite(own, "colleges.yaml", ("copies: 24", "copies: 30"), ("south:", f"{more}south:"))
    assert prepare(own, "2026-12-01").code == 0
    after = files_of(own / "output/colleges")
    books = {path: content for path, content in before.items() if path.suffix in (".pdf", ".epub")}
    assert len(books) == 3
    assert books.items() <= after.items(), "the note alone says how many copies there are"
    assert register(own)[: len(rows)] == rows
    assert [(r["college"], r["format"], r["quantity"], r["date prepared"]) for r in register(own)[len(rows) :]] == [
        ("east", "epub", "1", "2026-12-01"),
        ("north", "print", "6", "2026-12-01"),
    ]
    folder = own / "output/printer/nights-spring-2027"
    order = files_of(folder)
    assert (
        b"New:           6 of them, since 25 November 2026: 6 for Northmoor Unit\n" in order[folder / "job-ticket.txt"]
    )
    assert "The register has them all." in prepare(own, "2026-12-02").out
    assert files_of(folder) == order


@LATER
def test_what_is_not_published_is_refused_or_overridden_by_name(own: Path) -> None:
    """Nothing is prepared, and nothing registered; with a reason it is, and the reason stays on record."""
    before = (own / "source/copies.csv").read_bytes()
    rewrite(own, "briefings/foot-patrol.md", ("version: 1.0", "version: 1.1"))
    rewrite(own, "packs/nights.yaml", ("Spring 2027", "Summer 2027"))
    refused = prepare(own, "2027-04-01")
    assert (refused.code, refused.out) == (1, "No copies were prepared.\n")
    assert "error copies-unpublished: 'foot-patrol' 1.1 is not published as the pack would print it." in refused.err
    assert (own / "source/copies.csv").read_bytes() == before
    assert prepare(own, "2027-04-01", "--override", "foot-patrol=A trial").code == 0
    assert {row["overridden"] for row in register(own)} == {"", "foot-patrol=A trial"}
    assert prepare(own, "2027-04-01", "--override", "lamps=None").code == 2


@LATER
def test_other_words_under_one_edition_are_refused(own: Path) -> None:
    """Whoever holds the edition holds these words."""
    rewrite(own, "library.yaml", ("Northmoor Institute", "Southmoor Institute"))
    said = prepare(own, "2026-12-01", "--override", "foot-patrol=The name only")
    assert said.code == 1
    assert (
        "copies-changed: 'Spring 2027' was prepared on 25 November 2026 with other bytes of 3 files: "
        "'nights-spring-2027.pdf', 'nights-spring-2027-print.pdf' and 'nights-spring-2027.epub'.\n"
    ) in said.err
    assert said.err.count("copies-changed") == 1


@LATER
def test_an_overdue_text_is_refused_or_overridden_by_name(own: Path) -> None:
    """Its college would take it for a text in force. What was prepared keeps the reasons that it had first: none."""
    manifest = own / "output/colleges/north/nights-spring-2027/manifest.json"
    before, register_before = manifest.read_bytes(), (own / "source/copies.csv").read_bytes()
    refused = prepare(own, "2026-12-25")
    assert (refused.code, refused.out) == (1, "No copies were prepared.\n")
    assert "copies-overdue: 'foot-patrol' was due for review by 24 December 2026." in refused.err
    assert prepare(own, "2026-12-25", "--override", "foot-patrol=In review").code == 0
    assert (manifest.read_bytes(), (own / "source/copies.csv").read_bytes()) == (before, register_before)


@LATER
def test_parcels_of_colleges_that_take_the_pack_no_longer_go(own: Path) -> None:
    """Those that we made of this edition, and nothing else; the register keeps what was prepared."""
    rows = register(own)
    kept = own / "output/colleges/north/letters/manifest.json"
    kept.parent.mkdir()
    kept.write_text("{}", encoding="utf-8")
    rewrite(own, "packs/nights.yaml", ("briefings:", "recipients: [south]\nbriefings:"))
    assert prepare(own, "2026-12-01").code == 0
    folders = sorted(path.relative_to(own / "output").as_posix() for path in (own / "output/colleges").glob("*/*"))
    assert folders == [
        *("colleges/north/letters", "colleges/south/nights-spring-2027", "colleges/south/nights-spring-2027.zip"),
    ]
    assert not (own / "output/printer/nights-spring-2027").exists()
    assert register(own) == rows


@LATER
def test_no_edition_takes_the_folder_of_another(own: Path) -> None:
    rewrite(own, "packs/nights.yaml", ("Spring 2027", "spring: 2027".replace(":", " -")))
    said = prepare(own, "2026-12-01")
    assert "'nights-spring-2027', in which 'Spring 2027' of the pack 'nights' lies." in said.err
    assert (said.code, said.out) == (1, "No copies were prepared.\n")


@LATER
def test_a_damaged_register_is_told_and_left_as_it_is(own: Path) -> None:
    """Nothing is prepared until somebody has looked at it; `check` tells of it too."""
    path = own / "source/copies.csv"
    content = path.read_bytes().replace(b",24,", b",many,")
    path.write_bytes(content)
    said = prepare(own, "2026-12-01")
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    assert "source/copies.csv:3:48: error register-row" in said.err
    assert "source/copies.csv:3:48: error register-row" in libraries.here(own, "check").out
    assert path.read_bytes() == content


def test_a_file_that_something_else_has_touched_is_no_copy(tmp_path: Path) -> None:
    """What is prepared is what the build has recorded, byte for byte."""
    made = b"%PDF-1.7"
    output = Output("packs/nights/nights.pdf", "packs/nights", "screen", sha256(made), len(made), 2, "", "2026-11-25")
    place = tmp_path / "output" / output.path
    place.parent.mkdir(parents=True)
    fields = PackFields(title="Nights", briefings=("foot-patrol",))
    pack = Pack("nights", "source/packs/nights.yaml", fields, Marks("source/packs/nights.yaml"))
    project = Project(tmp_path, SHIPPED, Voice())
    built = Build((), (output,), ())
    for content, told in ((made, []), (made + b" ", ["output/packs/nights/nights.pdf:1:1"])):
        place.write_bytes(content)
        assert [str(remark.place) for remark in files_as_built(project, built, pack)[1]] == told
    place.unlink()
    assert [remark.code for remark in files_as_built(project, built, pack)[1]] == ["copies-altered"]


@LATER
def test_a_pack_without_an_edition_is_not_prepared(own: Path) -> None:
    rewrite(own, "packs/nights.yaml", ("edition: Spring 2027\n", ""))
    assert "error copies-edition" in prepare(own, "2026-12-01").err
    assert libraries.here(own, "build", "--copies").code == 2


@LATER
def test_copies_that_a_college_takes_are_printed(own: Path) -> None:
    """Also where it names no formats, or others; a pack that is not printed says so."""
    more = "east: {name: East Agency, type: agency, copies: 3}\n"
    rewrite(own, "colleges.yaml", ("south:", f"{more}south:"))
    assert prepare(own, "2026-12-01").code == 0
    assert [(r["format"], r["quantity"]) for r in register(own) if r["college"] == "east"] == [
        *(("screen", "1"), ("print", "3"), ("epub", "1")),
    ]
    rewrite(own, "packs/nights.yaml", ("[screen, print, epub]", "[screen, epub]"), ("Spring", "Summer"))
    assert "warning copies-format: 'east' wants print, which the pack does not have." in prepare(own, "2026-12-01").err
