"""The audit of records: one byte of anything changed, a file missing, the last record missing: each is found."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pipeline.services.editions.archive import Archive, FolderStorage
from pipeline.services.editions.audit import RecordWitnesses, audit, blob_name, last_faults
from pipeline.services.editions.records import read_records
from tests.support.editions.records import NAMES, chain, content, placed

CHAIN = chain()
FILES = placed(CHAIN)
PATHS = sorted(FILES)
LAST = PATHS[-1]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive that has every file of three editions, and a copy of each record."""
    made = Archive(FolderStorage(tmp_path))
    for name in NAMES:
        assert made.keep(content(name))
    for one in CHAIN:
        assert made.keep_record("nights", one.name, one.content)
    return made


def told(files: dict[str, bytes], archive: Archive | None = None, **more: object) -> list[str]:
    """What the audit says, without hints."""
    witnesses = RecordWitnesses(files, archive, **more)  # type: ignore[arg-type]
    return [str(remark).partition("\n")[0] for remark in audit(read_records(files), witnesses)]


def test_nothing_is_said_of_what_is_whole(archive: Archive) -> None:
    assert told(FILES, archive) == told(FILES) == []


def flipped(whole: bytes, step: int = 1) -> Iterable[bytes]:
    """The bytes, one bit of one byte changed each time."""
    return (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), step))


@pytest.mark.parametrize("step", [53, pytest.param(1, marks=pytest.mark.proof)])
def test_every_byte_of_every_record_counts(archive: Archive, step: int) -> None:
    for path, whole in FILES.items():
        for other in flipped(whole, step):
            assert told(FILES | {path: other}, archive), path


def test_every_byte_of_every_archived_file_counts(archive: Archive, tmp_path: Path) -> None:
    for place in sorted(tmp_path.glob("sha256/??/*")):
        whole = place.read_bytes()
        for other in flipped(whole):
            place.write_bytes(other)
            (said,) = told(FILES, archive)
            assert "archive-differs: The archive has other bytes of 'nights.txt' of" in said
        place.unlink()
        (said,) = told(FILES, archive)
        assert "archive-differs: The archive does not have 'nights.txt' of" in said
        place.write_bytes(whole)


@pytest.mark.parametrize("path", PATHS)
def test_every_record_that_is_gone_is_missed(archive: Archive, path: str) -> None:
    """The last one by the archive, which has a copy of it."""
    left = {name: said for name, said in FILES.items() if name != path}
    assert any("record-broken" in said and path.rpartition("/")[2] in said for said in told(left, archive))


def test_all_records_of_a_pack_that_are_gone_are_missed(archive: Archive) -> None:
    """Though nothing of the pack is left here."""
    assert [said.partition(": ")[2][:60] for said in told({}, archive)] == [
        f"error record-broken: The archive has a copy of {path.rpartition('/')[2]}"[:60] for path in PATHS
    ]


def test_a_record_that_git_tracks_is_missed_without_an_archive() -> None:
    """Until its deletion is committed; other bytes of it are noticed too."""
    tracked = {path: blob_name(said, 40) for path, said in FILES.items()}
    left = {path: said for path, said in FILES.items() if path != LAST}
    assert told(FILES, tracked=tracked) == []
    assert told(left, tracked=tracked) == [
        f"{LAST}:1:1: error record-broken: Git keeps {LAST}, and here it is missing."
    ]
    changed = FILES | {LAST: FILES[LAST].replace(b"2024-03-01", b"2024-03-02")}
    assert [said.partition("written: ")[2] for said in told(changed, tracked=tracked)] == [
        "git keeps other bytes of it."
    ]


def test_the_hash_in_a_covering_note_tells_that_the_last_record_is_missing() -> None:
    """Whatever became of git and the archive; its first 8 letters will do."""
    shorter = CHAIN[:-1]
    assert list(last_faults(CHAIN, "nights", CHAIN[-1].sha256[:8].upper())) == []
    (said,) = last_faults(shorter, "nights", CHAIN[-1].sha256)
    assert said.sentence.startswith("The last record of 'nights' here is 002-spring-2024.json, SHA-256 ")
    (said,) = last_faults((), "nights", CHAIN[-1].sha256)
    assert said.sentence.startswith("The last record of 'nights' here is none;")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda kept: kept.replace(b"Ann Bell", b"Ann Boll"), "has changed since"),
        (lambda kept: None, "is missing from"),
    ],
)
def test_the_record_of_a_kept_version_is_held_to_the_edition(
    change: Callable[[bytes], bytes | None], said: str
) -> None:
    """Its own seal says nothing of itself."""
    kept, path = b'{"approved_by": "Ann Bell"}', "source/versions/patrol/1.1/kept.json"
    records = chain(kept={"1.1": kept})
    files = placed(records)
    assert not any("patrol/1.1" in line for line in told(files | {path: kept}) if "kept-broken: The file" in line)
    other = change(kept)
    found = told(files | ({path: other} if other else {}))
    assert any(f"{path}:1:1: error kept-broken: The file 'kept.json' {said} version 1.1" in line for line in found)
