"""Bibliographies in CSL and RIS: checked field by field, with places."""

from typing import Any

import pytest

from pipeline.load.references.csl_records import DateFault, read_date
from pipeline.load.references.reference_files import read_reference_file
from pipeline.model.bibliography import Verification

YAML = """references:
  - id: good
    type: book
    title: A title
    volume: 3
    issued: 2014~
    author: [{family: Hughes, given: Ann}, {literal: Home Office}]
    custom: {status: partly-confirmed, seen: [https://example.org]}
  - title: No id
    type: book
  - id: bad
    type: reprot
    titel: A title
    issued: {date-parts: [[2014, 13]]}
    author: [Bob, {familly: Hughes}]
    custom: {status: confirmd}
    volume: [3]
"""


RIS = """TY  - JOUR
ID  - own-key
AU  - Hughes, Ann
AU  - World Health Organization
TI  - A title
JO  - A journal
PY  - 2019/05/04/
SP  - 1
EP  - 9
ER  -

TY  - RPRT
AU  - Hughes, Ann
TI  - Not closed
T2  - A series
IS  - 4
PY  - in May
TY  - BOOK
A1  - Núñez, Bo
T1  - A book
Y1  - 2001
ER  -
"""


def read(path: str, text: str) -> tuple[dict[str, Any], list[str]]:
    """The works by key, and the remarks as line, column and code."""
    references, remarks = read_reference_file(path, text.encode())
    return {r.key: r for r in references}, [f"{d.place.line}:{d.place.column} {d.code}" for d in remarks]


def test_yaml_entry_is_read_whole() -> None:
    good = read("x.yaml", YAML)[0]["good"]
    assert good.csl["volume"] == "3"
    assert good.csl["issued"] == {"date-parts": [[2014]], "circa": True}
    assert "custom" not in good.csl
    assert good.verification is Verification.PARTLY
    assert (good.place.line, good.place.column) == (2, 9)


def test_yaml_mistakes_have_places() -> None:
    references, remarks = read("x.yaml", YAML)
    assert remarks == [
        "9:5 reference-incomplete",
        "11:9 reference-incomplete",
        "12:5 reference-type",
        "13:5 reference-unknown-field",
        "14:5 reference-value",
        "15:14 reference-value",
        "15:19 reference-value",
        "15:20 reference-unknown-field",
        "16:14 reference-value",
        "17:5 reference-value",
    ]
    assert references["bad"].csl == {"id": "bad", "type": "document"}


def test_nearest_words_are_offered() -> None:
    _, remarks = read_reference_file("x.yaml", YAML.encode())
    hints = {d.hint for d in remarks}
    assert {"Did you mean 'report'?", "Did you mean 'title'?", "Did you mean 'confirmed'?"} <= hints


def test_ris() -> None:
    references, remarks = read("x.ris", RIS)
    assert list(references) == ["own-key", "hughes", "nunez2001"]
    assert references["own-key"].csl["author"][1] == {"literal": "World Health Organization"}
    assert references["own-key"].csl["issued"] == {"date-parts": [[2019, 5, 4]]}
    assert references["own-key"].csl["page"] == "1-9"
    assert references["hughes"].csl["collection-title"] == "A series"
    assert remarks == ["12:1 reference-value"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jacobson Vann, Julie", "jacobsonvann2018"),
        ("van der Berg, Ann", "berg2018"),
        ("Álvarez Ruiz, José", "alvarezruiz2018"),
        ("O'Neil, Pat", "oneil2018"),
        ("Home Office", "home2018"),
    ],
)
def test_a_key_is_made_of_the_whole_name(name: str, key: str) -> None:
    references, _ = read("x.ris", f"TY  - JOUR\nTI  - A title\nAU  - {name}\nPY  - 2018\nER  - \n")
    assert list(references) == [key]


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("x.bib", b"@book{a, title={\xff}}", "1:17 file-unreadable"),
        ("x.json", b'[{"id": }]', "1:9 reference-syntax"),
        ("x.json", b"[" * 5000, "1:1 reference-syntax"),
        ("x.json", b'{"id": "a"}', "1:1 reference-syntax"),
        ("x.yaml", b"references: none", "1:13 reference-syntax"),
        ("x.yaml", b"- a: [", "yaml-syntax"),
        ("x.yaml", b"- {id: a b, type: book, title: T}", "1:8 reference-key"),
        ("x.ris", b"What is this?", "1:1 reference-unreadable"),
        ("x.txt", b"What is this?", "1:1 reference-syntax"),
    ],
)
def test_files_that_cannot_be_read(path: str, content: bytes, expected: str) -> None:
    remarks = [f"{d.place.line}:{d.place.column} {d.code}" for d in read_reference_file(path, content)[1]]
    assert any(expected in remark for remark in remarks)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2014", {"date-parts": [[2014]]}),
        ("2014-12-31", {"date-parts": [[2014, 12, 31]]}),
        ("2014/2016", {"date-parts": [[2014], [2016]]}),
        ('{date-parts: [["2014"]]}', {"date-parts": [[2014]]}),
        ("{literal: Michaelmas}", {"literal": "Michaelmas"}),
    ],
)
def test_dates(written: str, read_as: dict[str, Any]) -> None:
    references, remarks = read("x.yaml", f"- {{id: a, type: book, title: T, issued: {written}}}")
    assert references["a"].csl["issued"] == read_as
    assert not remarks


@pytest.mark.parametrize("day", ["1900-02-29", "2023-02-29", "2100-02-29"])
def test_only_a_leap_year_has_29_february(day: str) -> None:
    with pytest.raises(DateFault, match="there is no day 29 in month 2"):
        read_date(day)
    assert read_date("2000-02-29") == {"date-parts": [[2000, 2, 29]]}
