"""The signature of a manifest: refused for one byte that is otherwise."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pipeline.services.colleges.parcels import MANIFEST, SIGNATURE
from pipeline.services.colleges.signing_keys import read_public_key, verify_minisign
from tests.support.editions.sealing import KEY, OTHER, flips, parcel

PARCEL = parcel()


def test_a_signature_holds_for_its_key_and_content_alone() -> None:
    """Every byte of both counts, a line added or left out, and the key."""
    manifest, signed, holds = PARCEL[MANIFEST], PARCEL[SIGNATURE], verify_minisign
    assert holds(KEY.public, manifest, signed)
    assert [one for one in flips(manifest) if holds(KEY.public, one, signed)] == []
    assert [one for one in flips(signed) if holds(KEY.public, manifest, one)] == []
    for other in (b"", signed[:-1], signed + b"\n", signed.replace(b"\n", b"\r\n"), b"\xff", b"\n" * 4):
        assert not holds(KEY.public, manifest, other)
    assert not holds(OTHER.public, manifest, signed)


def test_sealed_again_it_is_the_same() -> None:
    """No clock and no chance is in it."""
    assert parcel() == PARCEL


def test_a_public_key_is_read_as_it_is_written() -> None:
    """A slip in it is noticed, as its number is made of its bytes."""
    line = KEY.public.minisign
    assert read_public_key(line) == KEY.public
    for other in (*(one.decode("latin-1") for one in flips(line.encode())), "", f"{line}\n", line[:-1]):
        with pytest.raises(ValueError, match="this is no public key"):
            read_public_key(other)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The parcel as a folder."""
    for name, content in PARCEL.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def by_minisign(folder: Path) -> bool:
    """Whether minisign holds the manifest to be ours."""
    command = ["minisign", "-Vqm", MANIFEST, "-P", KEY.public.minisign]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is not on this machine")
def test_minisign_agrees(folder: Path) -> None:
    """What holds holds for it, and a byte of each part that counts breaks it."""
    assert by_minisign(folder)
    for name in (MANIFEST, SIGNATURE):
        whole = PARCEL[name]
        lines = whole.splitlines(keepends=True)
        first = len(lines[0]) if name == SIGNATURE else 0  # a comment that nobody is to trust
        for at in range(first, len(whole) - 1, max(1, len(whole) // 24)):
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            broken = not by_minisign(folder)
            assert broken or whole[at : at + 1] == b"=", (name, at)
        (folder / name).write_bytes(whole)
    (folder / MANIFEST).unlink()
    (folder / MANIFEST).write_bytes(b"{}")
    assert not by_minisign(folder)
