"""The page that checks a parcel, in a browser, from its own file: whatever is not as it was sent is found."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.services.colleges.parcels import (
    CHECK_PAGE,
    IGNORED_FILES,
    MANIFEST,
    SEALING_FILES,
    SIGNATURE,
    ParcelSeal,
    seal_parcel,
)
from tests.reading.browser import told
from tests.support.editions.sealing import FILES, KEY, OTHER, SAID, flips, page, parcel
from tests.support.project import sample
from tests.support.words import ENGLISH

pytestmark = pytest.mark.proof

PARCEL = parcel()
NOT_OURS = " ".join(ENGLISH.say(f"check-{name}", publisher="Northmoor Institute") for name in ("not-ours", "do"))
FAULTS = ("asked", "sideways", "outside", "clipped", "violations")


def answers(parcels: Sequence[Mapping[str, bytes]], at: Path, checker: bytes = PARCEL[CHECK_PAGE]) -> list[Any]:
    """What the page says of each parcel; it asks the network for nothing."""
    folders = []
    for number, files in enumerate(parcels):
        folders.append(at / str(number) / "nights")
        for name, content in files.items():
            place = folders[-1] / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    (at / "list.json").write_text(json.dumps(list(map(str, folders))), encoding="utf-8")
    (at / CHECK_PAGE).write_bytes(checker)
    said = told("parcel.mjs", at / CHECK_PAGE, at / "list.json")
    assert said["asked"] == []
    return list(said["found"])


def wrong(answer: Any) -> dict[str, str]:
    """The files that are not as they were sent."""
    return {name: result for name, result in answer["files"] if result != "as sent"}


def test_a_parcel_that_is_whole_is_said_to_be(tmp_path: Path) -> None:
    """With what a delivery and a system put beside it; one that is not signed is said not to be."""
    stray = dict.fromkeys(IGNORED_FILES, b"{}")
    paged = parcel(said={**SAID, "status_page": "https://n.example/v/abcdef"})
    whole, beside, with_page = answers([PARCEL, PARCEL | stray, paged], tmp_path / "signed")
    for answer in (whole, beside, with_page):
        assert answer["answer"] == "Everything is as Northmoor Institute sent it: Nights, Autumn 2026, for South Tor."
        assert wrong(answer) == {}
    assert len(whole["files"]) == len(PARCEL) - 2
    assert with_page["current"] == "This does not show whether it is the latest edition: see https://n.example/v/abcdef"
    (plain,) = answers([parcel(None)], tmp_path / "plain", page(None))
    assert plain["answer"].startswith(
        "Everything matches the manifest: Nights, Autumn 2026, for South Tor. The manifest is not signed"
    )


def test_every_byte_of_manifest_and_signature_counts(tmp_path: Path) -> None:
    """One that is otherwise is found, wherever it stands."""
    changed = [PARCEL | {name: one} for name in (MANIFEST, SIGNATURE) for one in sample(list(flips(PARCEL[name])), 50)]
    assert {one["answer"] for one in answers(changed, tmp_path)} == {NOT_OURS}


def test_every_file_counts(tmp_path: Path) -> None:
    """Changed, missing, added, exchanged; another key, and no manifest."""
    listed = [name for name in PARCEL if name not in (MANIFEST, SIGNATURE)]
    changed = [PARCEL | {name: PARCEL[name] + b" "} for name in listed]
    gone = [{name: PARCEL[name] for name in PARCEL if name != left} for left in listed]
    more = [PARCEL | {"more/b.txt": b""}, PARCEL | dict(zip(FILES, reversed(FILES.values()), strict=True))]
    unsigned = {name: content for name, content in PARCEL.items() if name not in SEALING_FILES}
    others = [
        seal_parcel(SAID, FILES, ParcelSeal(key=OTHER)),
        PARCEL | {SIGNATURE: b""},
        seal_parcel(SAID, FILES, ParcelSeal()),
    ]
    said = iter(answers([*changed, *gone, *more, *others, unsigned], tmp_path))
    assert [wrong(next(said)) for _ in changed] == [{name: "was changed"} for name in listed]
    assert [wrong(next(said)) for _ in gone] == [{name: "is missing"} for name in listed]
    assert wrong(next(said)) == {"more/b.txt": "added, not from us"}
    assert wrong(next(said)) == dict.fromkeys(FILES, "was changed")
    assert [next(said)["answer"] for _ in range(2)] == [NOT_OURS] * 2
    assert next(said)["answer"].startswith("The signature is missing: ")
    assert next(said)["answer"].startswith("This folder has no readable manifest.")
    assert KEY.public.minisign != OTHER.public.minisign


def test_the_page_is_open_to_all(tmp_path: Path) -> None:
    """As it is opened, and with an answer in it: axe finds nothing, wide and narrow, in light and dark."""
    row = b'<tr><th scope="row">a.txt</th><td><strong>was changed</strong></td></tr>'
    filled = PARCEL[CHECK_PAGE].replace(b" hidden", b"").replace(b"<tbody></tbody>", b"<tbody>" + row + b"</tbody>")
    answered = filled.replace(b'role="status"></p>', b'role="status">This is not as it was sent.</p>')
    linked = answered.replace(b'id="current">', b'id="current">Whether: <a href="https://n.example/">n.example</a>')
    for name, content in (("empty.html", PARCEL[CHECK_PAGE]), ("filled.html", linked)):
        (tmp_path / name).write_bytes(re.sub(rb"(?s)<script.*?</script>", b"", content))
    found = told("page.mjs", tmp_path / "empty.html", tmp_path / "filled.html")
    assert len(found) == 8
    assert [(one["file"], kind, one[kind]) for one in found for kind in FAULTS if one[kind]] == []
    assert len(PARCEL[CHECK_PAGE]) < 20_000
