"""The register of copies that releases before 2 kept."""

from datetime import date

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.load.register import REGISTER_COLUMNS, CopyEntry, read_register

HEAD = ",".join(REGISTER_COLUMNS) + "\r\n"
ROW = 'north,nights,Spring 2027,a@1.0 b@1.2,print,24,,ab12,2026-11-25,"b=A trial, only; c=Volts = 12"\r\n'
ENTRY = CopyEntry(
    *("north", "nights", "Spring 2027", "a@1.0 b@1.2", "print", 24, 0, "ab12", date(2026, 11, 25)),
    overridden=(("b", "A trial, only"), ("c", "Volts = 12")),
)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_rows_are_read_as_any_program_saves_them(end: str) -> None:
    """With the mark of the encoding or without it."""
    assert read_register(f"\ufeff{HEAD}{ROW}".replace("\r\n", end).encode()) == (ENTRY,)


@pytest.mark.parametrize("blank", ["", "\r\n", "\ufeff", "\ufeff\r\n", HEAD])
def test_a_file_without_rows_says_nothing(blank: str) -> None:
    assert read_register(blank.encode()) == ()


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (f"{HEAD}a,b\r\n".encode(), 2, "it has 2 cells and should have 10"),
        (f"{HEAD}{ROW}a,p,E,v,epub,many,,s,2026-01-02,\r\n".encode(), 3, "'many'"),
        (f"{HEAD}a,p,E,v,epub,0,,s,2026-01-02,\r\n".encode(), 2, "'0' and '' are no quantity and no copy number"),
        (f"{HEAD}a,p,E,v,epub,1,,s,yesterday,\r\n".encode(), 2, "'yesterday'"),
        (f"{HEAD}{ROW}<<<<<<< HEAD\r\n".encode(), 3, "it has 1 cells and should have 10"),
        (f'{HEAD}a,"p,E,v,epub,1,,s,2026-01-02,\r\n'.encode(), 2, "unexpected end of data"),
        (b"name,number\r\na,1\r\n", 1, "the heads should be college, pack"),
        (b"\xff\xfe", 1, "codec can't decode"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(content: bytes, line: int, reason: str) -> None:
    with pytest.raises(EnvironmentFailure, match=f"source/copies.csv, .* at line {line}: .*{reason}"):
        read_register(content)
