"""Retraction Watch files: works of notices, their state, and unreadable rows."""

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.core.diagnostics import Location
from pipeline.load.references.retractions import deciding_notice, read_notices, was_overridden
from pipeline.model.bibliography import Notice, Reference, WorkState, work_identifiers
from pipeline.model.source.versions import Overridden
from tests.support.retraction_watch import BACK, CONCERN, CORRECTION, RETRACTION, row, watch_file

PATH = "source/references/retractions/retraction_watch.csv"
BEATS = "10.5555/beats.2018"


def state(content: str, doi: str = BEATS, pubmed: str = "") -> str:
    """The state of a work by a file; nothing where the file has no notice of it."""
    named = work_identifiers(doi, pubmed)
    notices, remarks = read_notices(PATH, content.encode(), frozenset(named))
    assert not remarks
    notice = deciding_notice(notice for name in named for notice in notices.get(name, ()))
    return notice.state.value if notice else ""


def remarks_on(content: str | bytes) -> list[str]:
    """Remarks on a file, without hints."""
    raw = content.encode() if isinstance(content, str) else content
    _, remarks = read_notices(PATH, raw, frozenset(work_identifiers(BEATS, "")))
    return [str(remark).partition("\n")[0].removeprefix(f"{PATH}:") for remark in remarks]


COURSES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "retracted": ("retracted", [("3/9/2011", RETRACTION)]),
    "retracted, then corrected": ("retracted", [("3/9/2011", RETRACTION), ("5/31/2017", CORRECTION)]),
    "doubted, then retracted": ("retracted", [("3/9/2011", CONCERN), ("5/31/2012", RETRACTION)]),
    "retracted, and reinstated": ("reinstated", [("3/9/2011", RETRACTION), ("1/2/2012", BACK)]),
    "retracted again": ("retracted", [("3/9/2011", RETRACTION), ("1/2/2012", BACK), ("1/3/2012", RETRACTION)]),
    "reinstated and doubted": ("concern", [("3/9/2011", RETRACTION), ("1/2/2012", BACK), ("2/2/2012", CONCERN)]),
    "doubted before it was reinstated": ("reinstated", [("3/8/2011", CONCERN), ("1/2/2012", BACK)]),
    "reinstated and corrected": ("corrected", [("1/2/2012", BACK), ("2/2/2012", CORRECTION)]),
    "doubted, then corrected": ("concern", [("3/9/2011", CONCERN), ("5/31/2017", CORRECTION)]),
    "corrected": ("corrected", [("3/9/2011", CORRECTION)]),
    "retracted and reinstated on one day": ("retracted", [("3/9/2011", BACK), ("3/9/2011", RETRACTION)]),
    "September before October": ("reinstated", [("9/10/2011", RETRACTION), ("10/9/2011", BACK)]),
}


@pytest.mark.parametrize("course", COURSES)
@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_retraction_or_reinstatement_decides(course: str, turned: bool) -> None:
    wanted, notices = COURSES[course]
    rows = [row(day, nature, BEATS) for day, nature in (reversed(notices) if turned else notices)]
    assert state(watch_file(*rows)) == wanted


SAME = (
    BEATS,
    "10.5555/BEATS.2018",
    " https://doi.org/10.5555/beats.2018 ",
    "http://dx.doi.org/10.5555/Beats.2018",
    "doi: 10.5555/beats.2018",
    "10.5555%2Fbeats.2018",
    "10.5555/beats.2018.",
)


@pytest.mark.parametrize("in_file", SAME)
@pytest.mark.parametrize("written", SAME)
def test_a_doi_is_the_same_however_it_is_written(written: str, in_file: str) -> None:
    assert state(watch_file(row("3/9/2011", RETRACTION, in_file)), written) == "retracted"


@pytest.mark.parametrize("written", ["345", "0345", "PMID: 345", "345.0"])
def test_a_number_in_pubmed_does_as_well(written: str) -> None:
    content = watch_file(row("3/9/2011", RETRACTION, pubmed="345"))
    assert state(content, "", written) == "retracted"
    assert state(content, "", "3450") == ""


@pytest.mark.parametrize(("doi", "pubmed"), [("unavailable", "0"), ("Unavailable", "0"), ("", ""), ("n/a", "-")])
def test_placeholders_for_numbers_join_no_works(doi: str, pubmed: str) -> None:
    assert state(watch_file(row("3/9/2011", RETRACTION, doi, pubmed)), doi, pubmed) == ""
    assert work_identifiers(doi, pubmed) == ()


def test_a_notice_brings_its_day_its_doi_and_its_reasons() -> None:
    reasons = "+Error in Data;+Concerns/Issues about Results;"
    content = watch_file(row("3/9/2011", RETRACTION, BEATS, notice="10.5555/Notice.1", reason=reasons))
    notices, _ = read_notices(PATH, content.encode(), frozenset({f"doi:{BEATS}"}))
    expected = Notice(
        WorkState.RETRACTED, date(2011, 3, 9), "10.5555/notice.1", ("Error in Data", "Concerns/Issues about Results")
    )
    assert notices == {f"doi:{BEATS}": (expected,)}


ENCODED: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda text: text.encode(),
    "with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "of an old spreadsheet": lambda text: text.encode("cp1252"),
    "with other line ends": lambda text: text.replace("\r\n", "\n").encode(),
}


@pytest.mark.parametrize("kind", ENCODED)
def test_a_file_is_read_in_each_of_its_encodings(kind: str) -> None:
    content = watch_file(row("3/9/2011", RETRACTION, BEATS, reason="+Café;"))
    notices, remarks = read_notices(PATH, ENCODED[kind](content), frozenset({f"doi:{BEATS}"}))
    assert [notice.reasons for notice in notices[f"doi:{BEATS}"]] == [("Café",)]
    assert remarks == ()


def test_an_unreadable_day_is_reported_at_its_row() -> None:
    strange = watch_file(row("25/12/2021", RETRACTION, "10.5555/other"), row("25/12/2021", RETRACTION, BEATS))
    assert remarks_on(strange) == [
        "3:1: error retractions-unreadable: '25/12/2021 0:00' is not a day, of which the month comes first."
    ]
    notices, _ = read_notices(PATH, strange.encode(), frozenset({f"doi:{BEATS}"}))
    assert notices[f"doi:{BEATS}"] == (Notice(WorkState.RETRACTED),)
    assert (
        deciding_notice((*notices[f"doi:{BEATS}"], Notice(WorkState.REINSTATED, date(2022, 1, 1)))).state == "retracted"
    )


@pytest.mark.parametrize(
    "who", [f"OriginalPaperDOI\nRetraction,2011-03-09,{BEATS}", "OriginalPaperPubMedID\nRetraction,3/9/2011,345"]
)
def test_a_notice_is_entered_by_hand_in_three_columns(who: str) -> None:
    content = f"RetractionNature,RetractionDate,{who}\n".encode()
    notices, remarks = read_notices("ours.csv", content, frozenset({f"doi:{BEATS}", "pmid:345"}))
    ((name,),) = notices.values()
    assert (name.state, name.day, remarks) == (WorkState.RETRACTED, date(2011, 3, 9), ())


def test_an_unknown_kind_of_notice_is_reported_at_its_row() -> None:
    content = watch_file(row("3/9/2011", "Removal", BEATS))
    assert remarks_on(content) == ["2:1: error retractions-unreadable: 'Removal' is no kind of notice that is known."]


WHOLE = watch_file(row("3/9/2011", RETRACTION, BEATS), row("3/9/2012", RETRACTION, "10.5555/other"))
BROKEN = {
    "no file of theirs": (
        "key,title\n1,2\n",
        "1:1: error retractions-unreadable: This is not a Retraction Watch file: it has no columns 'RetractionNature', "
        "'RetractionDate', 'OriginalPaperDOI' and 'OriginalPaperPubMedID'.",
    ),
    "a column gone": (
        WHOLE.replace("RetractionDate", "Date"),
        "1:1: error retractions-unreadable: This is not a Retraction Watch file: it has no column 'RetractionDate'.",
    ),
    "cut off": (
        WHOLE[:-60],
        "3:1: error retractions-unreadable: This row has not all columns: the file was cut off, or damaged, here.",
    ),
    "a quotation mark that nothing ends": (
        WHOLE.replace("\r\n1,", '\r\n1,"' + "x" * 140_000, 1),
        "2:1: error retractions-unreadable: From this row on nothing can be read: a quotation mark is missing or one "
        "too many.",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_damaged_file_is_reported_at_its_line(fault: str) -> None:
    content, expected = BROKEN[fault]
    assert remarks_on(content) == [expected]


def test_an_empty_file_is_no_file_of_theirs() -> None:
    assert remarks_on(b"")[0].startswith("1:1: error retractions-unreadable: This is not a Retraction Watch file")


@pytest.mark.parametrize(
    ("remarks_on", "expected"),
    [
        (("library.bib:1:1: hughes2018 was retracted on 9 March 2019.",), True),
        (("library.bib:9:1: bell2017 was retracted on 9 March 2019.",), False),
        ((), True),
    ],
)
def test_a_reason_counts_for_the_work_that_it_was_given_for(remarks_on: tuple[str, ...], expected: bool) -> None:
    work = Reference("hughes2018", {}, Location(), notice=Notice(WorkState.RETRACTED, date(2019, 3, 9)))
    reason = Overridden(code="reference-retracted", reason="It is cited as an error.", said=remarks_on)
    assert was_overridden(work, (reason,), date(2024, 10, 1)) is expected
    assert not was_overridden(work, (), date(2024, 10, 1))
