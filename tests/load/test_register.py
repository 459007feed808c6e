"""The register of copies: read whole, appended, never rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.load.library.register import HEADS, Entry, appended, read_register

ROW = Entry(
    "north", "nights", "Spring 2027", "a@1.0 b@1.2", "print", 24, 0, "ab12", date(2026, 11, 25), "b=A trial, only"
)
HEAD = ",".join(HEADS) + "\r\n"


def test_what_is_appended_is_read_again() -> None:
    content = appended(b"", [ROW])
    assert content.decode() == HEAD + (
        'north,nights,Spring 2027,a@1.0 b@1.2,print,24,,ab12,2026-11-25,"b=A trial, only"\r\n'
    )
    assert read_register(content) == ((ROW,), ())


def test_what_stands_is_left_as_it_is() -> None:
    before = ("\ufeff" + HEAD + "east,p,E,a@1.0,epub,1,7,cd,2026-01-02,\r\n").encode().rstrip(b"\r\n")
    content = appended(before, [ROW])
    assert content.startswith(before + b"\r\n")
    entries, remarks = read_register(content)
    assert ([entry.college for entry in entries], entries[0].copy_number, remarks) == (["east", "north"], 7, ())


@pytest.mark.parametrize("blank", ["", "\r\n", "\ufeff", "\ufeff\r\n"])
def test_a_file_that_says_nothing_is_a_register_not_yet_begun(blank: str) -> None:
    """An editor may save an empty file with the mark of its encoding: rows get their heads all the same."""
    assert read_register(blank.encode()) == ((), ())
    assert appended(blank.encode(), [ROW]) == appended(b"", [ROW])


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_lines_may_end_as_any_program_ends_them(end: str) -> None:
    before = (HEAD + "east,p,E,a@1.0,epub,1,7,cd,2026-01-02,\r\na,b\r\n").replace("\r\n", end).encode()
    entries, remarks = read_register(appended(before, [ROW]))
    assert [entry.college for entry in entries] == ["east", "north"]
    assert [str(remark.place) for remark in remarks] == ["source/copies.csv:3:1"]


def test_letters_that_are_no_utf_8_are_told_at_their_line() -> None:
    for end in (b"\r", b"\n", b"\r\n"):
        assert read_register(b"a,b" + end + b"caf\xe9" + end)[1][0].place.line == 2


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("a,b\r\n", 1, "it has 2 cells and should have 10"),
        ("a,p,E,v,epub,many,,s,2026-01-02,\r\n", 14, "'many' is no quantity: write a whole number"),
        ('a,p,"E, F",v,epub,0,,s,2026-01-02,\r\n', 19, "'0' is no quantity: write a whole number"),
        ("a,p,E,v,epub,1,x,s,2026-01-02,\r\n", 16, "'x' is no copy number: write a whole number, or nothing"),
        ("a,p,E,v,epub,2,7,s,2026-01-02,\r\n", 14, "a numbered copy is one copy"),
        (
            "a,p,E,foot-patrol@x,epub,1,,s,2026-01-02,\r\n",
            7,
            "'foot-patrol@x' is no briefing with its version, such as foot-patrol@1.0",
        ),
        ("a,p,E,v,epub,1,,s,yesterday,\r\n", 19, "'yesterday' is no date such as 2026-04-26"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_at_its_cell(line: str, column: int, reason: str) -> None:
    content = (appended(b"", [ROW]).decode() + line).encode()
    entries, remarks = read_register(content)
    assert entries == (ROW,)
    assert [(str(remark.place), remark.sentence) for remark in remarks] == [
        (f"source/copies.csv:3:{column}", f"The register of copies cannot be read here: {reason}.")
    ]


def test_two_sides_of_a_merge_are_one_mistake() -> None:
    """Both have appended rows; git has left both between its marks, and no row of them is believed before."""
    ours, theirs = (replace(ROW, college=name) for name in ("east", "west"))
    whole = appended(b"", [ROW, ours, theirs]).decode().splitlines(keepends=True)
    merged = [*whole[:2], "<<<<<<< HEAD\n", whole[2], "=======\n", whole[3], ">>>>>>> spring\n"]
    entries, (remark,) = read_register("".join(merged).encode())
    assert (entries, remark.code, str(remark.place)) == ((), "merge-mark", "source/copies.csv:3:1")
    assert remark.hint.startswith("Keep the rows of both sides, of rows that are alike one, and delete the lines")
    (twice,) = read_register("".join([*merged, *merged[2:]]).encode())[1]
    assert twice == remark
    assert read_register("".join(line for line in merged if line[:7].strip("<>=\n")).encode())[0] == (ROW, ours, theirs)


def test_a_number_stands_once_in_an_edition() -> None:
    seventh = replace(ROW, quantity=1, copy_number=7)
    later = replace(seventh, edition="Autumn 2027")
    entries, remarks = read_register(appended(b"", [seventh, later, replace(seventh, college="south")]))
    assert entries == (seventh, later)
    assert [str(remark) for remark in remarks] == [
        "source/copies.csv:4:46: error register-row: "
        "The register of copies cannot be read here: copy 7 of the edition stands on line 2 already.\n"
        f"    hint: {remarks[0].hint}"
    ]


def test_rows_alike_are_told() -> None:
    entries, remarks = read_register(appended(b"", [ROW, replace(ROW, quantity=5), ROW]))
    assert entries == (ROW, replace(ROW, quantity=5), ROW)
    assert [str(remark).partition("\n")[0] for remark in remarks] == [
        "source/copies.csv:4:1: warning register-twice: "
        "The row is the same as line 2: 24 of 'print' for 'north' stand on record twice."
    ]
    other = (replace(ROW, edition="Autumn 2027"), replace(ROW, sha256="cd"), replace(ROW, prepared=date(2026, 11, 26)))
    assert read_register(appended(b"", [ROW, *other]))[1] == ()


def test_quotation_marks_that_do_not_match_swallow_no_rows() -> None:
    entries, remarks = read_register(appended(b"", [ROW]) + b'a,"p,E,v,epub,1,,s,2026-01-02,\r\n')
    assert (entries, remarks[0].place.line) == ((), 3)


def test_a_file_with_other_heads_is_not_the_register() -> None:
    entries, remarks = read_register(b"name,number\r\na,1\r\n")
    assert (entries, len(remarks)) == ((), 1)
    assert read_register(b"\xff\xfe")[1][0].sentence.endswith("the file is not UTF-8.")


def test_reasons_are_read_back_as_they_were_given() -> None:
    row = replace(ROW, overridden="foot-patrol=A trial; for May; lamps=Volts = 12")
    assert row.reasons == (("foot-patrol", "A trial; for May"), ("lamps", "Volts = 12"))
