"""Records of editions as a chain: what is changed, lost or put between is found and named."""

import hashlib
import json

import pytest

from pipeline.core.printed_code import code_of
from pipeline.model.source.versions import IssuedBriefing, IssuedInsert
from pipeline.services.editions.record_chain import find_edition, issued_digest, read_records
from tests.support.editions.records import NAMES, chain, placed

WHOLE = placed(chain())
PATHS = sorted(WHOLE)


def told(files: dict[str, bytes]) -> list[str]:
    """What is said of the records."""
    return [str(remark).partition("\n")[0] for remark in read_records(files).remarks]


def test_a_whole_chain_is_read_in_order() -> None:
    read = read_records(WHOLE)
    assert [one.record.edition for one in read.chains["nights"]] == list(NAMES)
    assert [one.name for one in read.chains["nights"]] == [
        *("001-autumn-2023.json", "002-spring-2024.json", "003-summer-2024.json")
    ]
    assert read.remarks == ()


def test_the_first_record_changed_is_told_by_the_one_after_it() -> None:
    changed = WHOLE | {PATHS[0]: WHOLE[PATHS[0]].replace(b"2024-01-01", b"2024-01-02")}
    assert told(changed) == [
        "source/editions/nights/001-autumn-2023.json:1:1: error record-broken: 001-autumn-2023.json has "
        "changed: the record after it, 002-spring-2024.json, names another hash."
    ]


@pytest.mark.parametrize("number", [0, 1])
def test_a_changed_byte_of_a_record_that_has_one_after_it_is_told(number: int) -> None:
    good = WHOLE[PATHS[number]]
    for at in range(0, len(good), 19):
        other = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert read_records(WHOLE | {PATHS[number]: other}).remarks, at


@pytest.mark.parametrize("number", [0, 1])
def test_a_record_that_is_gone_is_missed(number: int) -> None:
    left = {path: content for path, content in WHOLE.items() if path != PATHS[number]}
    after = PATHS[number + 1].rpartition("/")[2]
    assert told(left) == [
        f"source/editions/nights:1:1: error record-broken: Record 00{number + 1} of 'nights' is missing: "
        f"{after} follows it."
    ]


def test_two_branches_that_issued_at_once_are_told() -> None:
    other = placed(chain([NAMES[0], "Easter 2024"]))
    both = {path: content for path, content in (WHOLE | other).items() if "003" not in path}
    assert told(both) == [
        "source/editions/nights/002-spring-2024.json:1:1: error record-broken: 002-spring-2024.json has "
        "changed: 002-easter-2024.json has its number."
    ]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"<<<<<<< HEAD\n"], ids=repr)
def test_a_record_that_cannot_be_read_is_told(content: bytes) -> None:
    assert told(WHOLE | {PATHS[1]: content}) == [
        f"{PATHS[1]}:1:1: error record-broken: 002-spring-2024.json has changed: it cannot be read."
    ]


def test_a_record_under_another_name_is_told() -> None:
    files = WHOLE | {"source/editions/nights/004-copy.json": WHOLE[PATHS[2]]}
    assert [one.partition(" error ")[2][:30] for one in told(files)] == ["record-broken: 004-copy.json h"]


def test_briefings_that_are_not_those_of_the_code_are_told() -> None:
    said = json.loads(WHOLE[PATHS[2]])
    said["briefings"][0]["version"] = "9.9"
    content = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
    assert told(WHOLE | {PATHS[2]: content})[0].endswith("its code does not match its briefings.")


def test_the_digest_of_the_words_of_an_edition_is_that_of_the_handbook() -> None:
    """What is printed today must verify in ten years: the digest of this example never changes."""
    briefings = [
        IssuedBriefing(id="foot-patrol", version="1.0", title="Foot patrol", digest=f"words/1:{'ba04' * 16}"),
        IssuedBriefing(id="lamps", version="1.10", title="Lamps – at night", digest=f"words/1:{'77c1' * 16}"),
    ]
    held = f'["foot-patrol","1.0","words/1:{"ba04" * 16}"],["lamps","1.10","words/1:{"77c1" * 16}"]'
    said = f'[["edition","nights","Autumn 2026"],{held}]'
    digest = issued_digest("nights", "Autumn 2026", briefings)
    assert digest == f"edition-words/1:{hashlib.sha256(said.encode()).hexdigest()}"
    assert str(code_of(digest)) == "6MJDY-S00JZ"


def test_an_insert_is_part_of_the_words_of_an_edition() -> None:
    insert = IssuedInsert(file="timetable.pdf", title="Timetable", sha256="2e7d" * 16)
    said = f'[["edition","nights","Autumn 2026"],["insert","Timetable","{"2e7d" * 16}"]]'
    assert (
        issued_digest("nights", "Autumn 2026", [], [insert])
        == f"edition-words/1:{hashlib.sha256(said.encode()).hexdigest()}"
    )


def test_an_edition_is_found_however_its_name_is_written() -> None:
    found = find_edition(chain(), "SPRING  2024")
    assert found
    assert found.record.number == 2
