"""The script of the page that checks a parcel, run in node: it says that it cannot where it cannot, and why."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.colleges.parcel_check import check_parcel
from pipeline.services.colleges.parcels import (
    CHECK_PAGE,
    CHECKSUMS,
    IGNORED_FILES,
    MANIFEST,
    SIGNATURE,
    ParcelSeal,
    seal_parcel,
)
from tests.support.editions.sealing import FILES, KEY, OTHER, SAID, page, parcel
from tests.support.project import ROOT

PARCEL = parcel()
WHOLE = "Everything is as Northmoor Institute sent it: Nights, Autumn 2026, for South Tor."


def told(at: Path, files: Mapping[str, bytes], checker: bytes = PARCEL[CHECK_PAGE], **more: object) -> Any:
    """Answer of the script on a parcel."""
    node = shutil.which("node")
    if not node:
        pytest.skip("there is no node on this machine")
    held = {name: base64.b64encode(content).decode() for name, content in files.items()}
    (at / "list.json").write_text(json.dumps([{"files": held, **more}]), encoding="utf-8")
    (at / CHECK_PAGE).write_bytes(checker)
    command = [node, *map(str, (ROOT / "tests/tools/check.mjs", at / CHECK_PAGE, at / "list.json"))]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    (answer,) = json.loads(done.stdout)
    return answer


def wrong(answer: Any) -> dict[str, str]:
    """The files that are not as they were sent."""
    return {name: result for name, result in answer["files"] if result != "as sent"}


def test_a_parcel_that_is_whole_is_said_to_be(tmp_path: Path) -> None:
    assert told(tmp_path, PARCEL)["answer"] == WHOLE
    other = told(tmp_path, PARCEL | {MANIFEST: PARCEL[MANIFEST] + b" "})
    assert other["answer"].startswith("Not from us: ")


DO = "Ask for the delivery again. Write to the contact in an earlier letter from us"


def crlf(content: bytes) -> bytes:
    """Content with the ends of lines that some programs put there."""
    return content.replace(b"\n", b"\r\n")


@pytest.mark.parametrize("names", [(SIGNATURE,), (MANIFEST,), (MANIFEST, SIGNATURE)])
def test_other_ends_of_lines_are_told_from_another_key(names: tuple[str, ...], tmp_path: Path) -> None:
    """Nobody forged it, yet it is no longer as it was sent: the page says so, and what to do."""
    answer = told(tmp_path, PARCEL | {name: crlf(PARCEL[name]) for name in names})["answer"]
    assert answer.startswith("A program changed the line endings")
    assert DO in answer
    forged = seal_parcel(SAID, FILES, ParcelSeal(key=OTHER))
    other = told(tmp_path, forged | {SIGNATURE: crlf(forged[SIGNATURE])}, PARCEL[CHECK_PAGE])["answer"]
    assert other.startswith("Not from us: ")
    assert DO in other


def test_what_was_added_does_not_make_ours_false(tmp_path: Path) -> None:
    """It is not from us, and all that is ours is still as it was sent."""
    answer = told(tmp_path, PARCEL | {"more.exe": b"MZ"})
    assert answer["answer"] == (
        "Everything that Northmoor Institute sent is here and unchanged. Other files in the folder, not from us: 1."
    )
    assert wrong(answer) == {"more.exe": "added, not from us"}


def test_a_file_with_another_name_is_known_by_its_content(tmp_path: Path) -> None:
    renamed = {("a (1).txt" if name == "a.txt" else name): content for name, content in PARCEL.items()}
    answer = told(tmp_path, renamed)
    assert answer["answer"].startswith(
        "Everything that Northmoor Institute sent is here, but files were renamed or added"
    )
    assert wrong(answer) == {"a.txt": "renamed: a (1).txt"}
    changed = told(tmp_path, renamed | {"a (1).txt": b"Others.\n"})
    assert DO in changed["answer"]
    assert wrong(changed) == {"a.txt": "is missing", "a (1).txt": "added, not from us"}


@pytest.mark.parametrize("key", [KEY, None])
def test_an_address_that_is_not_secure_cannot_check(key: Any, tmp_path: Path) -> None:
    """A browser has no means to check there: that says nothing against the parcel."""
    answer = told(tmp_path, parcel(key), page(key), plain=True)
    assert (answer["answer"].partition(" (")[0], answer["files"]) == ("This browser cannot check the delivery", [])


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE, CHECKSUMS, "a.txt"])
def test_a_file_that_cannot_be_read_is_not_taken_for_false(name: str, tmp_path: Path) -> None:
    """It is there, and nobody knows what is in it."""
    answer = told(tmp_path, PARCEL, unreadable=[name])
    assert answer["answer"].startswith("This browser cannot check the delivery (The file could not be read)")


@pytest.mark.parametrize(
    "said", [b"null", b"[]", b'{"schema": "manifest/2"}', b'{"schema": "manifest/2", "files": [1]}']
)
def test_a_manifest_of_another_form_is_none(said: bytes, tmp_path: Path) -> None:
    answer = told(tmp_path, {MANIFEST: said}, page(None))
    assert answer["answer"].startswith("This folder has no readable manifest")
    assert check_parcel({MANIFEST: said}, ()).not_ours


@pytest.mark.parametrize("name", IGNORED_FILES)
def test_a_listed_file_is_checked_whatever_its_name(name: str, tmp_path: Path) -> None:
    """Only what no manifest lists is passed over as put there by a delivery or a system: by page and command alike."""
    files = seal_parcel(SAID, FILES | {name: b"{}"}, ParcelSeal("", KEY, page()))
    assert wrong(told(tmp_path, files)) == {}
    assert check_parcel(files, [KEY.public]).faults == ()
    changed = files | {name: b"{ }"}
    assert wrong(told(tmp_path, changed)) == {name: "was changed"}
    assert check_parcel(changed, [KEY.public]).faults == ((name, "was changed"),)
    assert wrong(told(tmp_path, PARCEL | {name: b"{}"})) == {}
