"""Works that are named and not cited: keys without @, and authors with a year typed by hand."""

from dataclasses import replace

import pytest

from pipeline.core.diagnostics import Diagnostic
from tests.support.resolve.library_parts import briefing, library, rule_remarks, work

WORKS = (
    work("fawcett2013", "Fawcett", issued={"date-parts": [[2013]]}),
    work("berg2001", "van der Berg", issued={"date-parts": [[2001, 5]]}),
    work("fawcett2013b", "Fawcett", issued={"date-parts": [[2013]]}),
    work("oneil2020", "O'Neil", issued={"date-parts": [[2020]]}),
    work("oberg2018", "Öberg", issued={"date-parts": [[2018]]}),
    work("may", "May", issued={"date-parts": [[2013]]}),
    replace(
        work("home2019"),
        csl={"author": [{"literal": "Home Office"}], "issued": {"date-parts": [["2019"]]}, "title": "T"},
    ),
)


def remarks_on(body: str) -> list[Diagnostic]:
    """Remarks on a text in a library with some works."""
    remarks = rule_remarks(library(briefing(body=body), *WORKS))
    return [remark for remark in remarks if remark.code in ("cite-unmarked", "typed-by-hand")]


@pytest.mark.parametrize(
    ("body", "place", "hint"),
    [
        ("Crime fell [fawcett2013].", "1:12", "Did you mean [@fawcett2013]?"),
        ("Crime fell [fawcett2013; home2019].", "1:12", "Did you mean [@fawcett2013; @home2019]?"),
        ("Crime *fell\nwith fawcett2013*.", "2:6", "Did you mean @fawcett2013?"),
        ("Crime fell [see fawcett2013].", "1:17", "Did you mean @fawcett2013?"),
        ("Crime fell [@ fawcett2013].", "1:15", "Did you mean @fawcett2013?"),
        ("| A |\n|---|\n| home2019 |", "3:3", "Did you mean @home2019?"),
    ],
)
def test_a_key_without_its_mark_is_reported(body: str, place: str, hint: str) -> None:
    (remark,) = remarks_on(body)
    assert (f"{remark.place.line}:{remark.place.column}", remark.code, remark.hint) == (place, "cite-unmarked", hint)


@pytest.mark.parametrize(
    ("body", "written", "meant"),
    [
        ("Crime fell (Fawcett et al., 2013).", "Fawcett et al., 2013", "[@fawcett2013] or [@fawcett2013b]"),
        ("Öberg and Smith (2018) say so.", "Öberg and Smith (2018)", "@oberg2018"),
        ("So Fawcett, Smith and Jones (2013).", "Fawcett, Smith and Jones (2013)", "@fawcett2013 or @fawcett2013b"),
        ("The Home Office (2019) says so.", "Home Office (2019)", "@home2019"),
        ("As van der Berg (2001) says.", "Berg (2001)", "@berg2001"),
    ],
)
def test_a_citation_typed_by_hand_is_reported(body: str, written: str, meant: str) -> None:
    (remark,) = remarks_on(body)
    assert remark.code == "typed-by-hand"
    assert f"'{written}'" in remark.sentence
    assert remark.hint == f"Write {meant} in its place."


@pytest.mark.parametrize(
    "body",
    [
        "Fawcett (2013) says so, and again [@fawcett2013].",
        "In May 2013 crime fell; Fawcett agreed in 2013.",
        "Smith (2013) and Fawcett (2014).",
        "[Fawcett (2013)](https://example.org) and `fawcett2013`",
        "It fell [in May], and [1] may fall.",
        "Fawcett-Smith (2013)",
        "@fawcett2013 and [see @home2019, p 4]",
    ],
)
def test_cited_works_and_unknown_names_are_not_reported(body: str) -> None:
    assert remarks_on(body) == []
