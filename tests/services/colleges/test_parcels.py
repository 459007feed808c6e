"""The manifest of a parcel: what it says of each file, and that it says the same each time."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.core.digests import sha256
from pipeline.services.colleges.parcels import CHECKSUMS, MANIFEST, ParcelSeal, reseal_parcel, seal_parcel

SAID = {"pack": "nights", "edition": "Autumn 2026", "files": [{"file": "nights.pdf", "format": "screen", "pages": 4}]}
FILES = {"nights.pdf": b"%PDF-1.7\n", "cover-note.txt": b"Nights\n", "other.bin": b""}


def test_every_file_stands_in_it_with_size_type_and_sum() -> None:
    """In the order of their names; more of one that more is known of."""
    said = json.loads(seal_parcel(SAID, FILES, ParcelSeal("e" * 64))[MANIFEST])
    assert (said["schema"], said["event"]) == ("manifest/2", "e" * 64)
    assert [one["file"] for one in said["files"]] == ["cover-note.txt", "nights.pdf", "other.bin"]
    assert said["files"][1] == {
        "bytes": 9,
        "file": "nights.pdf",
        "format": "screen",
        "media_type": "application/pdf",
        "pages": 4,
        "sha256": sha256(b"%PDF-1.7\n"),
    }
    assert [one["media_type"] for one in said["files"]][::2] == ["text/plain", "application/octet-stream"]


def test_sealed_again_it_is_the_same() -> None:
    """With keys in order, whatever order they came in; of fewer files it is another."""
    parcel = seal_parcel(SAID, FILES, ParcelSeal())
    assert seal_parcel(dict(reversed(SAID.items())), dict(reversed(FILES.items())), ParcelSeal()) == parcel
    assert reseal_parcel(parcel, ParcelSeal()) == parcel
    fewer = reseal_parcel({name: parcel[name] for name in (MANIFEST, "nights.pdf")}, ParcelSeal())
    assert [one["file"] for one in json.loads(fewer[MANIFEST])["files"]] == ["nights.pdf"]


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not on this machine")
def test_sha256sum_finds_what_was_changed(tmp_path: Path) -> None:
    """The sums are in the form that it reads."""
    for name, content in seal_parcel(SAID, FILES, ParcelSeal()).items():
        (tmp_path / name).write_bytes(content)

    def check() -> int:
        return subprocess.run(["sha256sum", "-c", CHECKSUMS], cwd=tmp_path, capture_output=True, check=False).returncode

    assert check() == 0
    (tmp_path / "nights.pdf").write_bytes(b"%PDF-1.8\n")
    assert check() == 1
