"""Parcels that anybody can check: signed when they are prepared, verified from a clone, and every change found."""

import json
import shutil
from pathlib import Path

import pytest

from pipeline.services.colleges.ledger import open_file_ledger
from pipeline.services.colleges.parcels import (
    MANIFEST,
    SEALING_FILES,
    SIGNATURE,
    ParcelSeal,
    reseal_parcel,
    seal_parcel,
)
from pipeline.services.colleges.signing_keys import SIGNING_KEY, SigningKey, create_key, read_signing_key
from tests.support import libraries
from tests.support.editions.issued_library import HOUSE, issue, library
from tests.support.project import Said
from tests.support.publishing import rewrite

PARCEL = "output/colleges/south/nights-autumn-2024"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the publisher's key."""
    place = tmp_path_factory.mktemp("keys") / "signing.key"
    create_key(place, None)
    return place


def read(place: Path) -> SigningKey:
    """The key in a file."""
    return read_signing_key(str(place), Path("/nowhere"))


@pytest.fixture(scope="module")
def issued(key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a key, whose pack was issued, without its output."""
    house = f"{HOUSE}status_pages: https://n.example/v\nsigning: {{key: {read(key).public.minisign}}}\n"
    project = library(tmp_path_factory.mktemp("parcels") / "library", **{"library.yaml": house})
    assert issue(project, "2024-10-01").code == 0
    shutil.rmtree(project / "output")
    return project


@pytest.fixture
def own_issue(own_issue: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library and its archive again, to change as a test likes; the environment names the key."""
    monkeypatch.setenv(SIGNING_KEY, str(key))
    return own_issue


def prepare(project: Path) -> Said:
    """Prepare the copies of the pack."""
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", "2024-12-02")


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def taken(project: Path, to: Path) -> Path:
    """The parcel as a college has it; the library is left without its output, as a clone is."""
    assert prepare(project).code == 0
    (project / PARCEL).rename(to)
    shutil.rmtree(project / "output")
    return to


def test_a_parcel_is_whole_signed_and_current(own_issue: Path, tmp_path: Path) -> None:
    """Of a library without its output; with another text in the pack it would be superseded, and with 1."""
    parcel = taken(own_issue, tmp_path / "parcel")
    said = libraries.here(own_issue, "verify", str(parcel))
    assert said.code == 0, said
    many = len(contents(parcel)) - len(SEALING_FILES)
    assert said.out.splitlines() == [
        str(parcel),
        "  which: Nights, Autumn 2024, for South Tor",
        f"  whole: as sent: {many} files, and the manifest is signed by our key.",
        "  now: current.",
        "  by: the record here and its copy in the archive.",
    ]
    manifest = json.loads((parcel / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["status_page"].startswith("https://n.example/v/")
    (parcel / "receipt.json").write_bytes(b"{}")  # as a delivery into a folder puts it there
    assert libraries.here(own_issue, "verify", str(parcel)).code == 0


def test_after_an_event_only_manifest_and_signature_differ(own_issue: Path) -> None:
    """It names the last event of the ledger but those of copies, and every file is the same as before."""
    assert prepare(own_issue).code == 0
    before = contents(own_issue / PARCEL)
    open_file_ledger(own_issue).add("2024-12-02T09:30:00Z", "begun", "3f9a0001", {})
    shutil.rmtree(own_issue / "output")
    assert prepare(own_issue).code == 0
    now = contents(own_issue / PARCEL)
    assert now.keys() == before.keys()
    assert {name for name in now if now[name] != before[name]} == {MANIFEST, SIGNATURE}


def test_every_change_of_a_parcel_is_found(own_issue: Path, tmp_path: Path) -> None:
    """A byte of any file, a file that is missing, one that was added."""
    parcel = taken(own_issue, tmp_path / "parcel")
    whole = contents(parcel)
    for name, content in whole.items():
        unsigned = name in (MANIFEST, SIGNATURE)
        (parcel / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        said = libraries.here(own_issue, "verify", str(parcel))
        assert said.code == 1
        expected = (
            "verify-key: Not ours: manifest.json is not signed" if unsigned else f"verify-file: {name} was changed."
        )
        assert expected in said.err
        (parcel / name).unlink()
        said = libraries.here(own_issue, "verify", str(parcel))
        assert said.code == 1
        assert f"{name} is missing" in said.err
        (parcel / name).write_bytes(content)
    (parcel / "more").mkdir()
    (parcel / "more" / "a.txt").write_bytes(b"")
    said = libraries.here(own_issue, "verify", str(parcel), "--report", "json")
    (answer,) = json.loads(said.out)["verified"]
    assert (said.code, answer["whole"], answer["holds"]) == (1, "other-files", False)
    assert [one["message"] for one in answer["remarks"]] == ["more/a.txt was added."]
    assert (
        "hint: It is no part of this parcel: take it out, and verify again."
        in said.err + libraries.here(own_issue, "verify", str(parcel)).err
    )


def test_a_file_that_was_never_issued_is_found_though_we_signed_it(own_issue: Path, key: Path, tmp_path: Path) -> None:
    parcel = taken(own_issue, tmp_path / "parcel")
    whole = contents(parcel) | {"nights-autumn-2024.txt": b"Other words.\n"}
    for name, content in reseal_parcel(whole, ParcelSeal(key=read(key))).items():
        (parcel / name).write_bytes(content)
    said = libraries.here(own_issue, "verify", str(parcel))
    assert (said.code, "verify-file: nights-autumn-2024.txt is not a file of this edition." in said.err) == (1, True)


def test_nothing_goes_out_unsigned(own_issue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the key it says which variable lacks it; with another one, that it is another."""
    monkeypatch.delenv(SIGNING_KEY)
    said = prepare(own_issue)
    assert (said.code, said.out) == (1, "No copies were prepared.\n")
    assert (
        f"source/library.yaml:8:1: error secret-missing: The environment variable {SIGNING_KEY} is not set." in said.err
    )
    create_key(tmp_path / "other.key", own_issue)
    monkeypatch.setenv(SIGNING_KEY, str(tmp_path / "other.key"))
    said = prepare(own_issue)
    assert said.code == 3, said
    assert "is not the one of library.yaml" in said.err
    assert not (own_issue / "source/ledger.csv").exists()


def test_a_library_without_a_key_signs_nothing(own_issue: Path, tmp_path: Path) -> None:
    """Its parcels are held to manifest and record all the same; signed ones are not taken for its own."""
    parcel = taken(own_issue, tmp_path / "parcel")
    without_key(own_issue)
    said = libraries.here(own_issue, "verify", str(parcel))
    assert (said.code, "names no key ('signing:')" in said.err) == (1, True)
    (parcel / SIGNATURE).unlink()
    said = libraries.here(own_issue, "verify", str(parcel))
    many = len(contents(parcel)) - 2
    sentence = f"  whole: as its manifest says: {many} files; not signed: nobody can say who made the cover note and"
    assert (said.code, sentence in said.out) == (1, True), said


def without_key(project: Path) -> None:
    """Take the key out of the library."""
    signing = (project / "source/library.yaml").read_text(encoding="utf-8").partition("signing:")[2]
    rewrite(project, "library.yaml", (f"signing:{signing}", ""))


@pytest.mark.parametrize("known", [True, False])
def test_without_a_key_a_manifest_is_not_believed(known: bool, own_issue: Path, tmp_path: Path) -> None:
    """Rewritten, it lists what it likes: but the record knows which files are of the edition."""
    parcel = taken(own_issue, tmp_path / "parcel")
    without_key(own_issue)
    files = contents(parcel) | {"nights-autumn-2024.txt": b"Forged.\n", "more.exe": b"MZ"}
    said = json.loads(files[MANIFEST])
    said["files"] = [{"file": one["file"]} for one in said["files"]]
    said["record"] = said["record"] if known else "e" * 64
    for name in SEALING_FILES:
        del files[name]
        (parcel / name).unlink()
    for name, content in seal_parcel(said, files, ParcelSeal()).items():
        (parcel / name).write_bytes(content)
    told = libraries.here(own_issue, "verify", str(parcel), "--report", "json")
    (answer,) = json.loads(told.out)["verified"]
    assert (told.code, answer["holds"]) == (1, False)
    if known:
        assert {one["file"].rpartition("/")[2] for one in answer["remarks"]} == {"more.exe", "nights-autumn-2024.txt"}
        assert (answer["whole"], answer["said"].partition(";")[0]) == ("other-files", "2 files are not as sent")
    else:
        assert answer["whole"] == "unsigned"
        assert "not signed: nobody can say who made any of it." in answer["said"]


def test_a_college_is_a_witness_of_records_and_ledger(own_issue: Path, key: Path, tmp_path: Path) -> None:
    """The record and the event that its manifest names as the last must still be there."""
    parcel = taken(own_issue, tmp_path / "parcel")
    said = json.loads((parcel / MANIFEST).read_text(encoding="utf-8"))
    assert said["last_record"] == said["record"]
    for name, told in (("last_record", "But no record has the SHA-256 eeeeeeee"), ("event", "the event eeeeeeee")):
        files = contents(parcel) | {MANIFEST: json.dumps({**said, name: "e" * 64}).encode()}
        event = "e" * 64 if name == "event" else ""
        lost = tmp_path / name
        lost.mkdir()
        for path, content in reseal_parcel(files, ParcelSeal(event, read(key))).items():
            (lost / path).write_bytes(content)
        answer = libraries.here(own_issue, "verify", str(lost))
        assert (answer.code, told in answer.out) == (1, True), answer
