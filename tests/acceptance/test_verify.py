"""Three editions in a row, a withdrawal and a corrected edition: what `verify` says of files, codes and records."""

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from pipeline.core.printed_code import code_of
from tests.support import libraries
from tests.support.editions.issued_library import FILES, issue, library, new_version, next_edition
from tests.support.project import Said
from tests.support.publishing import publish, rewrite, text

pytestmark = pytest.mark.proof

EDITIONS = ("Autumn 2024", "Spring 2025", "Summer 2025", "Summer 2025, corrected 14 July 2025")
DAYS = ("2024-10-01", "2025-03-01", "2025-07-01", "2025-07-14")
LAMPS = "briefings/lamps.md"
PACK = "packs/nights.yaml"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with its archive; the files of each edition lie beside it, in folders by number."""
    root = tmp_path_factory.mktemp("story")
    pack = FILES[PACK].replace("[text]", "[screen, epub]").replace("[foot-patrol]", "[foot-patrol, lamps]")
    project = library(root / "library", **{LAMPS: text().replace("title: Foot patrol", "title: Lamps"), PACK: pack})
    assert publish(project, name="lamps").code == 0
    _issued(project, 0)
    new_version(project, "1.1", "A finding is put more carefully", "substantive", ("can reduce", "may reduce"))
    rewrite(project, LAMPS, ("status: published", "status: withdrawn\nwithdrawn_reason: It rests on an error."))
    rewrite(project, PACK, ("[foot-patrol, lamps]", "[foot-patrol]"))
    _issued(project, 1)
    libraries.written(project, {"briefings/walks.md": text().replace("title: Foot patrol", "title: Walks")})
    (project / "source/library.yaml").write_text(FILES["library.yaml"], encoding="utf-8")
    assert publish(project, name="walks").code == 0
    rewrite(project, PACK, ("[foot-patrol]", "[foot-patrol, walks]"))
    _issued(project, 2)
    new_version(project, "1.2", "The number of officers", "correction", ("Two officers", "Three officers"))
    _issued(project, 3, "--corrects", EDITIONS[2])
    shutil.rmtree(project / "output")
    return project


def _issued(project: Path, number: int, *more: str) -> None:
    if number:
        next_edition(project, EDITIONS[number - 1], EDITIONS[number])
    said = issue(project, DAYS[number], *more, pdf=True)
    assert said.code == 0, said
    shutil.copytree(project / "output/packs/nights", project.parent / str(number))


def verify(project: Path, *arguments: str | Path) -> Said:
    """What the verb says."""
    return libraries.here(project, "verify", *map(str, arguments))


def lines(said: Said) -> list[str]:
    """The answer, line by line, without the name of the file."""
    return [line.strip() for line in said.out.splitlines()[1:]]


def test_the_chain_holds(issued: Path) -> None:
    """All four records, every archived file, every kept version."""
    said = verify(issued, "--records")
    assert (said.code, said.out.splitlines()[0]) == (
        0,
        "4 editions of 1 pack, 8 files in the archive: all as they were written.",
    )
    assert not (issued / "output/packs").exists()


NOW = (
    "withdrawn. 'Lamps' is withdrawn: It rests on an error.",
    "corrected. 'Foot patrol' 1.1 has a mistake that version 1.2 corrects. "
    "This edition is superseded by 'Summer 2025, corrected 14 July 2025', issued on 14 July 2025.",
    "corrected. This edition is corrected by 'Summer 2025, corrected 14 July 2025', issued on 14 July 2025. "
    "'Foot patrol' 1.1 has a mistake that version 1.2 corrects.",
    "current.",
)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("name", ["nights.pdf", "nights.epub"])
def test_every_issued_file_is_known(issued: Path, number: int, name: str) -> None:
    """Of which edition it is, that it is whole, and what became of it; 0 for the last edition alone."""
    said = verify(issued, issued.parent / str(number) / name)
    which, whole, now, _ = lines(said)
    assert which == f"which: Nights, {EDITIONS[number]} ({name})"
    assert whole.startswith("whole: as issued, on ")
    assert now.startswith(f"now: {NOW[number]}")
    assert said.code == (0 if number == 3 else 1)


def test_codes_are_known(issued: Path) -> None:
    for number, path in enumerate(sorted((issued / "source/editions/nights").glob("*.json"))):
        code = json.loads(path.read_text(encoding="utf-8"))["code"]
        said = verify(issued, code.lower().replace("-", " "))
        assert lines(said)[0] == f"which: Nights, {EDITIONS[number]}"
        assert said.code == (0 if number == 3 else 1)
    digest = json.loads((issued / "source/versions/lamps/1.0/kept.json").read_text(encoding="utf-8"))["digest"]
    said = verify(issued, str(code_of(digest)))
    assert lines(said) == ["which: Lamps, version 1.0", "now: withdrawn. 'Lamps' is withdrawn: It rests on an error."]
    said = verify(issued, "00000-00000")
    assert (said.code, lines(said)) == (1, ["which: no text and no edition that is on record here"])
    assert "Something in the code is mistyped" in verify(issued, "00000-00001").out


def test_a_pipe_that_is_named_as_an_archive_is_not_waited_for(small: Callable[..., Path], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.zip")
    assert libraries.here(small(), "verify", str(tmp_path / "a.zip")).code == 1


def test_a_file_that_was_saved_again_is_not_as_issued_and_its_code_is_told(issued: Path, tmp_path: Path) -> None:
    """Linearised, or packed again: nobody can say by whom, and whether the words are the same."""
    code = json.loads(sorted((issued / "source/editions/nights").glob("*.json"))[3].read_bytes())["code"]
    with pikepdf.open(issued.parent / "3/nights.pdf") as pdf:
        pdf.save(tmp_path / "again.pdf", linearize=True)
    with zipfile.ZipFile(issued.parent / "3/nights.epub") as old, zipfile.ZipFile(tmp_path / "again.epub", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"Three officers", b"Two officers"))
    for name in ("again.pdf", "again.epub"):
        said = verify(issued, tmp_path / name)
        assert said.code == 1
        assert lines(said)[:3] == [
            f"which: Nights, {EDITIONS[3]}",
            f"whole: not as issued. Its printed code, {code}, names this edition.",
            "now: current.",
        ]


def test_a_clone_hands_out_every_issued_file(issued: Path, tmp_path: Path) -> None:
    libraries.copied(issued.parent / "archive", tmp_path / "archive")
    shutil.copytree(issued / "source", tmp_path / "clone/source")
    for number, name in enumerate(EDITIONS):
        said = libraries.here(tmp_path / "clone", "record", "nights", "--edition", name, "--to", str(tmp_path / name))
        assert said.code == 0, said
        for path in sorted((tmp_path / name).iterdir()):
            assert path.read_bytes() == (issued.parent / str(number) / path.name).read_bytes()
        assert len(list((tmp_path / name).iterdir())) == 2


def test_damage_is_found_wherever_it_is(own_issue: Path) -> None:
    """A byte of a record, of a kept file, of an archived one; any of them gone, and the last record gone."""
    places = [
        *(own_issue / "source/editions/nights").glob("*.json"),
        *(
            path
            for path in (own_issue / "source/versions").rglob("*")
            if path.is_file() and path.name != ".gitattributes"
        ),
        *(path for path in (own_issue.parent / "archive/sha256").rglob("*") if path.is_file()),
    ]
    assert len(places) > 25
    for place in places:
        whole = place.read_bytes()
        place.write_bytes(whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:])
        assert verify(own_issue, "--records").code == 1, place
        place.unlink()
        assert verify(own_issue, "--records").code == 1, place
        place.write_bytes(whole)
    assert verify(own_issue, "--records").code == 0


def test_a_covering_note_tells_that_the_last_record_is_gone(own_issue: Path) -> None:
    """Where the archive is out of reach too."""
    last = sorted((own_issue / "source/editions/nights").glob("*.json"))[-1]
    known = verify(own_issue, "--records", "nights").out.splitlines()[-1].rpartition(" ")[2]
    assert verify(own_issue, "--records", "nights", "--last", known[:8]).code == 0
    last.unlink()
    rewrite(own_issue, "library.yaml", ("archive: ../archive\n", ""))
    assert verify(own_issue, "--records").code == 0
    said = verify(own_issue, "--records", "nights", "--last", known[:8])
    assert said.code == 1
    assert f"the one that is known elsewhere, {known[:8]}…, is missing." in said.out
