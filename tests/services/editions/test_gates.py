"""Gates of an issue: each with a library that it stops, at its line, and one that it does not."""

from collections.abc import Mapping

import pytest

from pipeline.core.diagnostics import Diagnostic, Location, Severity
from pipeline.services.editions.edition import read_pack_with_texts
from pipeline.services.editions.issue_checks import FINAL, IssueRequest, issue_faults, stopping_warnings
from pipeline.services.editions.record_chain import PackChain
from tests.support.editions.pinned_packs import CORRECTED, WITHDRAWN
from tests.support.editions.records import chain
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published

BRIEFING = "briefings/patrol/briefing.md"
HOUSE = FILES["library.yaml"] + "archive: ../archive\n"
OPEN = "licence: {id: CC-BY-4.0, name: Creative Commons Attribution}\n"
PACK = "title: P\nedition: Autumn 2024\nbriefings: [patrol]\n"
COLLEGE = "north:\n  name: Northmoor Unit\n  type: university\n  licence_basis: none\n"
USUAL = IssueRequest()


def ready(house: str) -> dict[str, str]:
    """A library whose briefing is published, with its pack and a college that has no basis."""
    return published(FILES | {"library.yaml": house}) | {"packs/p.yaml": PACK, "colleges.yaml": COLLEGE}


READY = ready(HOUSE + OPEN)


def fault_lines(files: Mapping[str, str], records: PackChain = (), request: IssueRequest = USUAL) -> list[str]:
    """Return the faults that stop the issue of the pack, without hints."""
    library = loaded(dict(files))
    faults = issue_faults(library, read_pack_with_texts(library, library.packs["p"], DAY), records, request, DAY, {})
    return [str(fault).partition("\n")[0] for fault in faults]


def test_nothing_stands_against_what_is_published_and_kept() -> None:
    assert fault_lines(READY) == []


IN_REVIEW = READY | {BRIEFING: FILES[BRIEFING].replace("status: published", "status: in-review")}
CHANGED = READY | {BRIEFING: FILES[BRIEFING].replace("can reduce", "may reduce")}
GONE = {path: text for path, text in READY.items() if path != BRIEFING} | {
    "packs/p.yaml": PACK.replace("patrol]", "patrol@1.0]")
}
SENSITIVE = "marking: {tier: OFFICIAL, sensitive: true}\nrecipients: [north]\n"
STOPPED = {
    "withdrawn": (
        {**READY, BRIEFING: WITHDRAWN[BRIEFING]},
        "source/packs/p.yaml:3:13: error issue-status: 'patrol' 1.0 is withdrawn.",
    ),
    "in review": (IN_REVIEW, "source/packs/p.yaml:3:13: error issue-status: 'patrol' 1.0 is in review."),
    "gone": (
        GONE,
        "source/packs/p.yaml:3:13: error issue-status: 'patrol' 1.0 is missing: only this version exists, and "
        "its present status is unknown.",
    ),
    "changed since it was kept": (
        CHANGED,
        "source/packs/p.yaml:3:13: error issue-unpublished: 'patrol' 1.0 is not published with the words "
        "that the pack prints.",
    ),
    "overdue": (
        READY | {BRIEFING: FILES[BRIEFING].replace("glossary:", "review_by: 2024-01-31\nglossary:")},
        "source/packs/p.yaml:3:13: error issue-overdue: 'patrol' was due for review by 31 January 2024.",
    ),
    "no licence": (
        ready(HOUSE),
        "source/colleges.yaml:4:18: error issue-licence: 'north' has no licence basis for 'patrol', which is "
        "under no licence.",
    ),
    "a licence for some": (
        ready(HOUSE + "licence: {id: NCCL, name: Non-Commercial College Licence}\n"),
        "source/colleges.yaml:4:18: error issue-licence: 'north' has no licence basis for 'patrol', which is "
        "under the licence 'Non-Commercial College Licence'.",
    ),
    "a licence without trade": (
        ready(HOUSE + "licence: {id: CC-BY-NC-4.0, name: Attribution-NonCommercial}\n"),
        "source/colleges.yaml:4:18: error issue-licence: 'north' has no licence basis for 'patrol', which is "
        "under the licence 'Attribution-NonCommercial'.",
    ),
    "sensitive": (
        READY | {"packs/p.yaml": PACK + SENSITIVE},
        "source/colleges.yaml:4:18: error issue-licence: 'north' has no licence basis for the pack, which "
        "is OFFICIAL-SENSITIVE.",
    ),
    "no archive": (
        READY | {"library.yaml": FILES["library.yaml"] + OPEN},
        "source/library.yaml:1:1: error archive-missing: No archive is set.",
    ),
    "no edition": (
        READY | {"packs/p.yaml": PACK.replace("edition: Autumn 2024\n", "")},
        "source/packs/p.yaml:1:1: error issue-edition: The pack has no edition, so there is nothing to issue.",
    ),
}


@pytest.mark.parametrize(("files", "said"), STOPPED.values(), ids=list(STOPPED))
def test_each_gate_stops_at_its_line(files: dict[str, str], said: str) -> None:
    assert fault_lines(files) == [said]


@pytest.mark.parametrize(
    "code", ["reference-unresolved", "reference-retracted", "reference-concern", "kept-inherited-differs"]
)
def test_some_warnings_stop_an_issue(code: str) -> None:
    remarks = [Diagnostic(Location(), Severity.WARNING, name, "") for name in (code, "reference-uncited")]
    assert [remark.code for remark in stopping_warnings(remarks)] == [code]


def test_a_pinned_version_that_is_corrected_is_stopped() -> None:
    files = READY | {BRIEFING: CORRECTED[BRIEFING], "packs/p.yaml": PACK.replace("patrol]", "patrol@1.0]")}
    assert fault_lines(files) == [
        "source/packs/p.yaml:3:13: error issue-corrected: 'patrol' 1.0 has a mistake that 1.1 corrects."
    ]


def test_a_college_with_a_basis_may_have_what_is_sensitive_or_under_no_licence() -> None:
    files = ready(HOUSE) | {"packs/p.yaml": PACK + SENSITIVE}
    assert fault_lines(files | {"colleges.yaml": COLLEGE.replace("basis: none", "basis: permission")}) == []


def test_a_closed_college_stops_no_issue() -> None:
    assert fault_lines(ready(HOUSE) | {"colleges.yaml": f"{COLLEGE}  until: 2020-01-01\n"}) == []


ISSUED = chain(("Spring 2024", "Autumn 2024"))
NAMED = {
    "issued already": (IssueRequest(), "issue-edition: 'Autumn 2024' of 'p' was issued on 1 February 2024."),
    "another is asked for": (
        IssueRequest("Winter 2024"),
        "issue-edition: 'Winter 2024' was asked for, but the pack has the edition 'Autumn 2024'.",
    ),
}


@pytest.mark.parametrize(("asked", "said"), NAMED.values(), ids=list(NAMED))
def test_an_edition_is_issued_once_and_under_its_own_name(asked: IssueRequest, said: str) -> None:
    assert fault_lines(READY, ISSUED, asked) == [f"source/packs/p.yaml:2:10: error {said}"]


@pytest.mark.parametrize(
    ("corrects", "said"),
    [
        ("Spring 2024", "'Spring 2024', and 'Autumn 2024' was issued since."),
        ("Winter 2020", "'Winter 2020', and no such edition was issued."),
    ],
)
def test_a_corrected_edition_corrects_the_last(corrects: str, said: str) -> None:
    files = READY | {"packs/p.yaml": PACK.replace("Autumn 2024", "Autumn 2024, corrected")}
    assert fault_lines(files, ISSUED, IssueRequest(corrects="Autumn 2024")) == []
    assert fault_lines(files, ISSUED, IssueRequest(corrects=corrects)) == [
        f"source/packs/p.yaml:2:10: error issue-edition: The edition is to correct {said}"
    ]


def test_the_first_edition_corrects_nothing() -> None:
    assert fault_lines(READY, (), IssueRequest(corrects="Autumn 2020")) == [
        "source/packs/p.yaml:2:10: error issue-edition: The edition is to correct 'Autumn 2020', and none was issued "
        "yet."
    ]


def test_what_would_leave_no_edition_is_overridden_by_no_reason() -> None:
    codes = {said.partition(": error ")[2].partition(":")[0] for _, said in STOPPED.values()}
    assert codes & FINAL == {"archive-missing", "issue-edition"}
