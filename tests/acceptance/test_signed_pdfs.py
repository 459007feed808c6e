"""PDFs of parcels that bear a signature: the issued bytes come first, and `verify` says so."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli.colleges.delivering import prepared_files
from pipeline.colleges.deliveries.plan import PlannedFile
from pipeline.colleges.deliveries.transport import NotDelivered
from pipeline.core.digest import sha256
from pipeline.editions.sealing.keys import CERTIFICATE_KEY, SIGNING_KEY, new_key
from pipeline.editions.sealing.pdf_signatures import CannotSign, read_certificate, sign_pdf
from tests.support import libraries
from tests.support.editions.certificates import certificate
from tests.support.editions.issued_library import COLLEGES, HOUSE, PACK, issue, library
from tests.support.project import Said
from tests.support.publishing import register

pytestmark = pytest.mark.proof

PARCEL = "output/colleges/south/nights-autumn-2024"
RECORD = "source/editions/nights/001-autumn-2024.json"
NOON = datetime(2024, 10, 1, 12, tzinfo=UTC)
FOLDER = COLLEGES.replace("formats:", "licence_basis: licensed, channels: {folder: ../in}, formats:")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Private keys, as the environment names them."""
    home = tmp_path_factory.mktemp("keys")
    (home / "certificate.key").write_bytes(certificate("Northmoor")[1])
    (home / "certificate.key").chmod(0o600)
    new_key(home / "signing.key", None)
    return {SIGNING_KEY: str(home / "signing.key"), CERTIFICATE_KEY: str(home / "certificate.key")}


@pytest.fixture(scope="module")
def issued(keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a certificate, whose pack was issued as a PDF; beside it the parcel of its college."""
    from pipeline.editions.sealing.keys import read_key

    root = tmp_path_factory.mktemp("signed")
    public = read_key(keys[SIGNING_KEY], root / "library").public.minisign
    house = f"{HOUSE}signing: {{key: {public}, certificate: source/ours.pem}}\n"
    more = {"library.yaml": house, "packs/nights.yaml": PACK.replace("[text]", "[screen]"), "colleges.yaml": FOLDER}
    project = library(root / "library", **more)
    (project / "source/ours.pem").write_bytes(certificate("Northmoor")[0])
    assert issue(project, "2024-10-01", pdf=True).code == 0
    shutil.rmtree(project / "output")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in keys.items():
            patch.setenv(name, value)
        assert prepare(project).code == 0
        (project / PARCEL).rename(root / "parcel")
        shutil.rmtree(project / "output")
    return project


@pytest.fixture
def own(issued: Path, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library, its archive and the parcel again, to change as a test likes."""
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    for name in ("archive", "parcel"):
        libraries.copied(issued.parent / name, tmp_path / name)
    (tmp_path / "in").mkdir()
    return libraries.copied(issued, tmp_path / "library")


def prepare(project: Path) -> Said:
    """Prepare the copies of the pack."""
    return libraries.here(project, "copies", "nights", "--jobs", "1", "--date", "2024-12-02")


def whole(project: Path, place: Path) -> str:
    """The words of `verify` on whether a file is whole."""
    said = libraries.here(project, "verify", str(place), "--report", "json")
    (answer,) = json.loads(said.out)["verified"]
    assert (said.code == 0) == answer["holds"]
    return str(answer["said"].partition(" current.")[0])


def test_the_first_bytes_are_the_issued_file(own: Path) -> None:
    """Record and register keep its SHA-256; the manifest has both, and the parcel holds."""
    (file,) = json.loads((own / RECORD).read_text(encoding="utf-8"))["files"]
    parcel = own.parent / "parcel"
    content = (parcel / "nights-autumn-2024.pdf").read_bytes()
    said = {one["file"]: one for one in json.loads((parcel / "manifest.json").read_bytes())["files"]}[
        "nights-autumn-2024.pdf"
    ]
    assert len(content) > file["bytes"] == said["issued_bytes"]
    assert sha256(content[: file["bytes"]]) == file["sha256"] == said["issued_sha256"]
    assert said["sha256"] == sha256(content)
    assert [row["sha256"] for row in register(own)] == [file["sha256"]]
    assert whole(own, parcel).startswith("as sent: ")
    assert libraries.here(own, "verify", str(parcel)).code == 0


def test_signed_again_it_is_the_same(own: Path) -> None:
    """The moment is noon of the day on its pages, and an RSA key signs without chance."""
    assert prepare(own).code == 0
    assert (own / PARCEL / "nights-autumn-2024.pdf").read_bytes() == (
        own.parent / "parcel/nights-autumn-2024.pdf"
    ).read_bytes()


def test_verify_says_signed_by_us_since(own: Path, tmp_path: Path) -> None:
    """Of our own signature over the whole file alone: what follows issued bytes may show other pages."""
    content = (own.parent / "parcel/nights-autumn-2024.pdf").read_bytes()
    place = tmp_path / "nights.pdf"
    place.write_bytes(content)
    assert whole(own, place) == "as issued, on 1 October 2024, and signed by us since."
    (file,) = json.loads((own / RECORD).read_text(encoding="utf-8"))["files"]
    bare = content[: file["bytes"]]
    other = sign_pdf(bare, read_certificate(*certificate("Another"), "Another"), "Signature of Another", NOON)
    at = content.rindex(b"/Contents <") + 200
    for changed in (content + b"\n", content[:-1], other, content[:at] + b"00000000" + content[at + 8 :]):
        place.write_bytes(changed)
        assert "signed by us" not in whole(own, place)


def test_signed_files_are_delivered(own: Path) -> None:
    """Into a folder; what arrives is signed, and the parcel holds."""
    said = libraries.here(own, "deliver", "nights", "--date", "2024-12-02")
    assert said.code == 0, said
    (place,) = (own.parent / "in").iterdir()
    assert (place / "nights-autumn-2024.pdf").read_bytes() == (
        own.parent / "parcel/nights-autumn-2024.pdf"
    ).read_bytes()
    said = libraries.here(own, "verify", str(place))
    assert said.code == 0, said


def test_what_stands_behind_an_issued_file_is_held_to_the_manifest(own: Path, tmp_path: Path) -> None:
    """Bytes behind it may show other pages: what was put there after the parcel was prepared does not go out."""
    (file,) = json.loads((own / RECORD).read_text(encoding="utf-8"))["files"]
    planned = PlannedFile("screen", "nights-autumn-2024.pdf", file["sha256"], file["bytes"])
    place = tmp_path / "prepared"
    libraries.copied(own.parent / "parcel", place)
    content = (place / "nights-autumn-2024.pdf").read_bytes()
    assert prepared_files(place, [planned])["nights-autumn-2024.pdf"] == content
    for changed in (content + b"\n%%EOF\n", content[: file["bytes"]], content[: file["bytes"]] + b"other pages"):
        (place / "nights-autumn-2024.pdf").write_bytes(changed)
        with pytest.raises(NotDelivered, match="is not the file that was planned"):
            prepared_files(place, [planned])


def test_booklets_go_out_without_a_signature(own: Path, tmp_path: Path) -> None:
    """They have no tags that could hold it: prepared as they were issued, and the parcel holds."""
    (tmp_path / "booklet").mkdir()
    house, ours = ((own / f"source/{name}").read_bytes() for name in ("library.yaml", "ours.pem"))
    pack, colleges = PACK.replace("[text]", "[screen, booklet]"), FOLDER.replace("screen,", "screen, booklet,")
    more = {"packs/nights.yaml": pack, "colleges.yaml": colleges}
    project = library(tmp_path / "booklet/library", **{"library.yaml": house.decode(), **more})
    (project / "source/ours.pem").write_bytes(ours)
    assert issue(project, "2024-10-01", pdf=True).code == 0
    (tmp_path / "booklet/in").mkdir()
    said = libraries.here(project, "deliver", "nights", "--date", "2024-12-02")
    assert said.code == 0, said
    (place,) = (tmp_path / "booklet/in").iterdir()
    manifest = json.loads((place / "manifest.json").read_bytes())["files"]
    assert {one["file"] for one in manifest if "issued_sha256" in one} == {"nights-autumn-2024.pdf"}
    assert (place / "nights-autumn-2024-booklet.pdf").read_bytes() == (
        project / "output/packs/nights/nights-booklet.pdf"
    ).read_bytes()
    said = libraries.here(project, "verify", str(place))
    assert said.code == 0, said


def test_a_key_that_does_not_fit_is_told(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is shown; one that is missing is named by its variable."""
    (tmp_path / "other.key").write_bytes(certificate("Another")[1])
    (tmp_path / "other.key").chmod(0o600)
    monkeypatch.setenv(CERTIFICATE_KEY, str(tmp_path / "other.key"))
    said = prepare(own)
    assert (said.code, "PDFs cannot be signed: the certificate is of another key." in said.err) == (3, True)
    monkeypatch.delenv(CERTIFICATE_KEY)
    said = prepare(own)
    assert (said.code, f"error secret-missing: {CERTIFICATE_KEY} is not set." in said.err) == (1, True)
    with pytest.raises(CannotSign, match="no PEM that can be read without a password"):
        read_certificate(b"-----BEGIN", certificate("Another")[1], "P")


def test_other_programs_say_that_it_is_signed(own: Path) -> None:
    """The whole of it, and as it stands."""
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig is not on this machine")
    place = own.parent / "parcel/nights-autumn-2024.pdf"
    said = subprocess.run(["pdfsig", "-nocert", place], capture_output=True, text=True, check=True).stdout
    assert "Total document signed" in said
    assert "Signature is Valid" in said
    assert "Oct 01 2024" in said


def test_a_signed_file_passes_every_judge(own: Path) -> None:
    """Tags, PDF/UA-1 and PDF/A-2a stay: page-validation, outloud, and veraPDF where it is here."""
    said = libraries.here(own, "proof", "--jobs", "1", str(own.parent / "parcel/nights-autumn-2024.pdf"))
    errors = [line for line in said.err.splitlines() if ": error " in line]
    assert (said.code, errors) == (0, []), said
