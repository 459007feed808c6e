"""Names of other files, inherited values, the choice of an order, citation styles."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.model.source.briefing import Marking
from pipeline.model.source.library_file import Organisation, Tag, Term
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, StyleError
from pipeline.resolve.protective_markings import printed_marking
from tests.support.resolve.library_parts import (
    STYLES,
    briefing,
    codes,
    fake_cite,
    imprint,
    library,
    pack,
    publication,
    resolved,
    rule_remarks,
    said,
    series,
    work,
)

LISTS: dict[str, Any] = {
    "tags": {"county-lines": Tag(label="County lines")},
    "glossary": {"cuckooing": Term(term="cuckooing", meaning="Taking over a home.")},
    "organisations": {"northmoor": Organisation(name="Northmoor Institute Ltd", type="publisher")},
}


@pytest.mark.parametrize(
    ("front", "code"), [("related: [nobody]\n", "briefing-unknown"), ("glossary: [cuckoo]\n", "entry-unknown")]
)
def test_a_name_that_leads_nowhere(front: str, code: str) -> None:
    assert codes(briefing(front), **LISTS) == [code]


def test_series_list_briefings_once() -> None:
    first, second = series("briefings: [a]\n", "first"), series("briefings: [a, b, b, c]\n", "second")
    remarks = rule_remarks(library(briefing(name="a"), briefing(name="b"), first, second))
    assert said(remarks) == [
        "second.yaml:2:13 series-shared",
        "second.yaml:2:19 member-twice",
        "second.yaml:2:22 briefing-unknown",
    ]  # fmt: skip


def test_markings_are_inherited_and_shown_only_if_they_say_something() -> None:
    sensitive = series("marking: {sensitive: true}\nbriefings: [foot-patrol]\n")
    assert publication(briefing()).identity.marking == ""
    assert publication(briefing(), imprint("show_marking: true\n")).identity.marking == "OFFICIAL"
    assert publication(briefing(), sensitive).identity.marking == "OFFICIAL-SENSITIVE"
    assert printed_marking(Marking(sensitive=True, instruction="Recipients only", descriptor="Commercial")) == (
        "OFFICIAL-SENSITIVE – RECIPIENTS ONLY – COMMERCIAL"
    )


def test_an_order_publishes_what_it_names() -> None:
    wrong = briefing(body="[](#nowhere)\n", name="c")
    of = library(briefing(name="a"), briefing(name="b"), wrong, pack("briefings: [b]\n"), series("briefings: [a]\n"))
    result = resolved(of, "induction", "drug-crimes", "zzz")
    assert (result.publications, result.remarks) == ((), ())
    assert [member.id for member in result.packs[0].members] == ["b"]
    assert [member.id for member in result.series[0].members] == ["a"]


def test_pages_of_the_handbook_come_in_their_pack_only() -> None:
    page = replace(briefing(name="handbook-start"), manual=True)
    bound = replace(pack("briefings: [handbook-start]\n"), manual=True)
    result = resolved(library(page, bound))
    assert result.publications == ()
    (member,) = result.packs[0].members
    assert (member.identity.version, member.identity.statuses, member.formats) == ("", (), ())


def test_an_unknown_style_is_reported_and_replaced_by_the_house_style() -> None:
    of = library(briefing(body="Text [@a1].\n"), work("a1"), imprint("style: hous\n"))
    result = resolved(of)
    assert said(result.remarks) == ["library.yaml:3:8 style-unknown"]
    assert result.remarks[0].hint.startswith("Did you mean 'house'?")
    assert [entry.key for entry in result.publications[0].references] == ["a1"]


def test_a_broken_style_is_reported_and_replaced_by_the_house_style() -> None:
    """The engine's refusal is an author's mistake at 'style'."""

    def cite(documents: tuple[CitedDocument, ...]) -> dict[str, FormattedDocument]:
        if documents[0].style == "<bad/>":
            raise StyleError("It is no style.", ("a",))
        return fake_cite(documents)

    of = library(briefing(body="Text [@a1].\n"), work("a1"), imprint("style: bad\n"))
    result = resolved(of, cite=cite, styles={**STYLES, "bad": "<bad/>"})
    assert said(result.remarks) == ["library.yaml:3:8 style-broken"]
    assert result.publications[0].references


def test_a_broken_style_is_reported_in_its_own_file_and_stamps_every_text() -> None:
    of = library(briefing(body="Text [@a1].\n"), work("a1"), imprint("style: bad\n"))
    styles = {**STYLES, "bad": "<style>", "layouts/styles/bad.csl": "<style>"}
    result = resolved(of, styles=styles)
    assert [(remark.place.path, remark.code) for remark in result.remarks] == [
        ("layouts/styles/bad.csl", "style-broken")
    ]
    assert result.faulty == {result.publications[0].id}
