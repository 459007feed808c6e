"""The audit of records: one byte of anything changed, a file missing, the last record missing: each is found."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pipeline.services.editions.archive import Archive, FolderStorage
from pipeline.services.editions.audit import RecordWitnesses, audit, blob_name, last_faults
from pipeline.services.editions.record_chain import read_records
from tests.support.editions.records import NAMES, chain, content, placed

CHAIN = chain()
FILES = placed(CHAIN)
PATHS = sorted(FILES)
LAST = PATHS[-1]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive that has every file of three editions, and a copy of each record."""
    archive = Archive(FolderStorage(tmp_path))
    for name in NAMES:
        assert archive.keep(content(name))
    for saved in CHAIN:
        assert archive.keep_record("nights", saved.name, saved.content)
    return archive


def audit_lines(files: dict[str, bytes], archive: Archive | None = None, **more: object) -> list[str]:
    """Return the remarks of the audit, without hints."""
    witnesses = RecordWitnesses(files, archive, **more)  # type: ignore[arg-type]
    return [str(remark).partition("\n")[0] for remark in audit(read_records(files), witnesses)]


def test_nothing_is_said_of_what_is_whole(archive: Archive) -> None:
    assert audit_lines(FILES, archive) == audit_lines(FILES) == []


def flipped(whole: bytes, step: int = 1) -> Iterable[bytes]:
    """The bytes, one bit of one byte changed each time."""
    return (whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), step))


@pytest.mark.parametrize("step", [53, pytest.param(1, marks=pytest.mark.proof)])
def test_every_byte_of_every_record_counts(archive: Archive, step: int) -> None:
    for path, record in FILES.items():
        for changed in flipped(record, step):
            assert audit_lines(FILES | {path: changed}, archive), path


def test_every_byte_of_every_archived_file_counts(archive: Archive, tmp_path: Path) -> None:
    for file in sorted(tmp_path.glob("sha256/??/*")):
        content = file.read_bytes()
        for changed in flipped(content):
            file.write_bytes(changed)
            (line,) = audit_lines(FILES, archive)
            assert "archive-differs: The archive has other bytes of 'nights.txt' of" in line
        file.unlink()
        (line,) = audit_lines(FILES, archive)
        assert "archive-differs: The archive does not have 'nights.txt' of" in line
        file.write_bytes(content)


@pytest.mark.parametrize("path", PATHS)
def test_every_record_that_is_gone_is_missed(archive: Archive, path: str) -> None:
    files = {name: record for name, record in FILES.items() if name != path}
    lines = audit_lines(files, archive)
    assert any("record-broken" in line and path.rpartition("/")[2] in line for line in lines)


def test_all_records_of_a_pack_that_are_gone_are_missed(archive: Archive) -> None:
    assert [line.partition(": ")[2][:60] for line in audit_lines({}, archive)] == [
        f"error record-broken: The archive has a copy of {path.rpartition('/')[2]}"[:60] for path in PATHS
    ]


def test_a_record_that_git_tracks_is_missed_without_an_archive() -> None:
    tracked = {path: blob_name(content, 40) for path, content in FILES.items()}
    files = {path: content for path, content in FILES.items() if path != LAST}
    assert audit_lines(FILES, tracked=tracked) == []
    assert audit_lines(files, tracked=tracked) == [
        f"{LAST}:1:1: error record-broken: {LAST} is in git, but missing here."
    ]
    changed = FILES | {LAST: FILES[LAST].replace(b"2024-03-01", b"2024-03-02")}
    assert [content.partition("written: ")[2] for content in audit_lines(changed, tracked=tracked)] == [
        "git keeps other bytes of it."
    ]


def test_the_hash_in_a_covering_note_tells_that_the_last_record_is_missing() -> None:
    shorter = CHAIN[:-1]
    assert list(last_faults(CHAIN, "nights", CHAIN[-1].sha256[:8].upper())) == []
    (fault,) = last_faults(shorter, "nights", CHAIN[-1].sha256)
    assert fault.sentence.startswith("The last record of 'nights' here is 002-spring-2024.json, SHA-256 ")
    (fault,) = last_faults((), "nights", CHAIN[-1].sha256)
    assert fault.sentence.startswith("The last record of 'nights' here is none;")


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (lambda kept: kept.replace(b"Ann Bell", b"Ann Boll"), "has changed since"),
        (lambda kept: None, "is missing from"),
    ],
)
def test_the_record_of_a_kept_version_is_held_to_the_edition(
    change: Callable[[bytes], bytes | None], clause: str
) -> None:
    kept, path = b'{"approved_by": "Ann Bell"}', "source/versions/patrol/1.1/kept.json"
    records = chain(kept={"1.1": kept})
    files = placed(records)
    intact = [line for line in audit_lines(files | {path: kept}) if "kept-broken: The file" in line]
    assert not any("patrol/1.1" in line for line in intact)
    changed = change(kept)
    lines = audit_lines(files | ({path: changed} if changed else {}))
    assert any(f"{path}:1:1: error kept-broken: The file 'kept.json' {clause} version 1.1" in line for line in lines)
