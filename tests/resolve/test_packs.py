"""Packs: members, markings, and the merged list of works."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from pipeline.core.pandoc import run_pandoc
from pipeline.model.body import plain_text
from pipeline.model.formats import Asset
from pipeline.model.source.college import College
from pipeline.resolve.citations.citeproc import format_documents
from pipeline.resolve.resolve import ResolveResult
from tests.support.resolve.library_parts import (
    briefing,
    codes,
    house_style,
    imprint,
    library,
    pack,
    resolved,
    rule_remarks,
    series,
    work,
)

PUBLISHED = "status: published\nversion: '1.0'\nfirst_published: 2022-10-19\n"
A, B = briefing(PUBLISHED, "Text [@b2; @a1].\n", "a"), briefing(PUBLISHED, "Text [@b2].\n", "b")
WORKS = (work("a1"), work("b2"))
SENSITIVE = "marking: {sensitive: true, instruction: Recipients only}\n"
HENDON = {"hendon": College(name="Hendon", type="force-learning-unit")}


def test_a_pack_holds_its_briefings_in_order() -> None:
    result = resolved(library(A, B, *WORKS, pack("edition: Autumn 2026\nbriefings: [b, a]\n")))
    (bound,) = result.packs
    assert [member.id for member in bound.members] == ["b", "a"]
    assert bound.parts[0].briefings == ("b", "a")
    assert bound.members[1] is result.publications[0]
    assert (bound.identity.edition, bound.identity.statuses, bound.read_minutes) == ("Autumn 2026", (), 2)


def test_inserts_stand_between_the_briefings() -> None:
    """Under names of their own; a pack is not bound with a gap where the file cannot be."""
    text = "briefings: [b, {insert: x.pdf, title: Beats}, a]\n"
    file = Asset("source/packs/x.pdf", "application/pdf", "0" * 64, b"")
    (bound,) = resolved(library(A, B, *WORKS, pack(text), inserts={file.path: file})).packs
    assert bound.order == ("b", "pack-insert-1", "a")
    assert [(insert.name, insert.title) for insert in bound.inserts] == [("pack-insert-1", "Beats")]
    assert resolved(library(A, B, *WORKS, pack(text))).packs == ()


def test_the_merged_list_has_every_work_once_with_its_briefings() -> None:
    (bound,) = resolved(
        library(A, B, *WORKS, pack("parts: [{title: One, briefings: [b]}, {title: Two, briefings: [a]}]\n"))
    ).packs
    assert [(entry.key, entry.cited_by) for entry in bound.references] == [("a1", ("a",)), ("b2", ("b", "a"))]
    assert [part.title for part in bound.parts] == ["One", "Two"]


def test_the_merged_list_has_the_year_suffixes_of_its_briefings() -> None:
    works = [work(f"smith{n}", "Smith", issued={"date-parts": [[2018]]}, title=f"On {n}") for n in "xy"]
    of = library(briefing(PUBLISHED, "[@smithx; @smithy]\n", "a"), *works, pack("briefings: [a]\n"))
    result = resolved(of, cite=lambda asked: format_documents(asked, run_pandoc), styles=house_style())
    assert plain_text(result.publications[0].body) == "(Smith, 2018a; Smith, 2018b)"
    shown = [plain_text(entry.children) for entry in result.packs[0].references]
    assert ["2018a" in words or "2018b" in words for words in shown] == [True, True]
    assert result.packs[0].members == result.publications
    assert ["On x" in shown[0], "On y" in shown[1]] == [True, True]


def pooled(style: Mapping[str, str], text: str = "references: pack\nbriefings: [a, b]\n") -> ResolveResult:
    """Two briefings that each cite another work of one author and year, and a pack of both."""
    works = [work(f"smith{n}", "Smith", issued={"date-parts": [[2018]]}, title=f"On {n}") for n in "xy"]
    first, second = briefing(PUBLISHED, "[@smithx]\n", "a"), briefing(PUBLISHED, "[@smithy]\n", "b")
    of = library(first, second, *works, pack(text))
    return resolved(of, cite=lambda asked: format_documents(asked, run_pandoc), styles=style)


def test_a_pack_with_one_list_cites_as_one_text() -> None:
    result = pooled(house_style())
    (bound,) = result.packs
    assert [plain_text(member.body) for member in bound.members] == ["(Smith, 2018a)", "(Smith, 2018b)"]
    assert [plain_text(alone.body) for alone in result.publications] == ["(Smith, 2018)", "(Smith, 2018)"]
    assert ["2018a" in plain_text(entry.children) for entry in bound.references] == [True, False]
    assert [(member.key, member.listed_in) for member in bound.members] == [
        ("a+induction", "induction"),
        ("b+induction", "induction"),
    ]
    assert [[entry.key for entry in member.references] for member in bound.members] == [["smithx"], ["smithy"]]


def test_a_pack_keeps_a_list_in_each_briefing_unless_it_asks() -> None:
    result = pooled(house_style(), "briefings: [a, b]\n")
    (bound,) = result.packs
    assert [plain_text(member.body) for member in bound.members] == ["(Smith, 2018a)", "(Smith, 2018b)"]
    assert [entry.short for entry in bound.references] == ["Smith, 2018a", "Smith, 2018b"]
    assert [(member.key, member.listed_in) for member in bound.members] == [("a+induction", ""), ("b+induction", "")]
    without_place = pooled(house_style(), "references: pack\nback: [glossary]\nbriefings: [a, b]\n")
    assert [member.listed_in for member in without_place.packs[0].members] == ["", ""]


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({"family": "Vries", "non-dropping-particle": "de"}, {"family": "de Vries"}),
        ({"family": "O'Neil"}, {"family": "O’Neil"}),
    ],
)
def test_one_name_written_in_two_ways_has_one_row_of_letters(
    first: Mapping[str, str], other: Mapping[str, str]
) -> None:
    year = {"date-parts": [[2017]]}
    works = [work(key, author=key, issued=year) for key in ("x1", "y1")]
    pairs = zip(works, (first, other), strict=True)
    works = [replace(each, csl={**each.csl, "author": [author]}) for each, author in pairs]
    texts = [briefing(PUBLISHED, f"[@{key}1]\n", name) for key, name in (("x", "a"), ("y", "b"))]
    of = library(*texts, *works, pack("briefings: [a, b]\n"))
    result = resolved(of, cite=lambda asked: format_documents(asked, run_pandoc), styles=house_style())
    (bound,) = result.packs
    cited = [plain_text(member.body).strip("()") for member in bound.members]
    assert cited == [entry.short for entry in sorted(bound.references, key=lambda entry: entry.key)]
    assert [words[-5:] for words in cited] == ["2017a", "2017b"]


def test_a_style_that_numbers_works_has_a_list_in_each_briefing() -> None:
    numbers = {"house": house_style()["house"].replace('"author-date"', '"numeric"')}
    result = pooled(numbers)
    assert [remark.code for remark in result.remarks if remark.code.startswith("pack")] == ["pack-references"]
    assert result.packs[0].members == result.publications


@pytest.mark.every_service
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("briefings: [a, bb]\n", "briefing-unknown"),
        ("briefings: [a, a]\n", "member-twice"),
        ("briefings: [a, lost]\n", "pack-member-broken"),
        ("briefings: [{insert: x.pdf, title: X}]\n", "pack-empty"),
        ("briefings: [a]\nrecipients: [hendo]\n", "entry-unknown"),
        ("briefings: [a]\nmarking: {sensitive: true}\n", "pack-public-sensitive"),
    ],
)
def test_a_pack_that_does_not_hold(text: str, code: str) -> None:
    assert codes(A, B, *WORKS, pack(text), colleges=HENDON, broken=frozenset({"lost"})) == [code]


def test_a_version_that_is_not_kept_is_reported() -> None:
    (remark,) = resolved(library(A, *WORKS, pack("briefings: [a@1.0]\n"))).remarks
    assert remark.sentence == "The pack uses version 1.0 of 'a', which was not published."


def test_a_pack_takes_the_highest_marking() -> None:
    part = briefing(PUBLISHED + SENSITIVE, name="c")
    (bound,) = resolved(
        library(A, part, *WORKS, pack("recipients: [hendon]\nbriefings: [a, c]\n"), colleges=HENDON)
    ).packs
    assert bound.identity.marking == "OFFICIAL-SENSITIVE – RECIPIENTS ONLY"


OPEN = briefing(PUBLISHED + "marking: {tier: OFFICIAL}\n", name="c")
"""A briefing that is marked lower than the series it is in."""


@pytest.mark.parametrize("front", ["", "front: [series]\n"])
def test_a_pack_is_marked_as_high_as_the_series_of_its_parts(front: str) -> None:
    beats = series(f"{SENSITIVE}briefings: [c]\n", "beats")
    text = f"briefings: [a, c]\n{front}"
    of = library(A, OPEN, *WORKS, beats, pack(text + "recipients: [hendon]\n"), colleges=HENDON)
    (bound,) = resolved(of).packs
    assert bound.identity.marking == "OFFICIAL-SENSITIVE – RECIPIENTS ONLY"
    assert resolved(library(A, OPEN, *WORKS, beats, pack(text))).packs == ()
    (public,) = rule_remarks(library(A, OPEN, *WORKS, beats, pack(text)))
    assert public.sentence == (
        "The pack has no recipients, so it is public, but the series 'beats' in it is marked OFFICIAL-SENSITIVE."
    )
    low = pack(f"{text}recipients: [hendon]\nmarking: {{tier: OFFICIAL}}\n")
    (remark,) = rule_remarks(library(A, OPEN, *WORKS, beats, low, colleges=HENDON))
    assert remark.sentence == "The pack is marked OFFICIAL, but the series 'beats' in it is OFFICIAL-SENSITIVE."


def test_a_series_is_reported_only_where_none_of_its_briefings_is() -> None:
    inherits = briefing(PUBLISHED, name="d")
    things = (OPEN, inherits, series(f"{SENSITIVE}briefings: [c, d]\n", "beats"), pack("briefings: [c, d]\n"))
    (remark,) = rule_remarks(library(*things))
    assert remark.sentence.partition(" but ")[2].startswith("'d' in it ")


def test_a_landing_page_is_marked_as_the_library_says() -> None:
    house, beats = imprint(SENSITIVE), series("briefings: [c]\n", "beats")
    for front, packs in (("", 1), ("front: [series]\n", 0)):
        of = library(house, OPEN, *WORKS, beats, pack(f"briefings: [c]\n{front}"))
        assert len(resolved(of).packs) == packs


def test_no_pack_is_bound_with_a_series_that_is_too_secret_or_cannot_be_read() -> None:
    text = pack("briefings: [c]\nrecipients: [hendon]\n")
    secret = series("marking: {tier: SECRET}\nbriefings: [c]\n", "beats")
    plain = series("briefings: [c]\n", "beats")
    for of in (
        library(OPEN, secret, text, colleges=HENDON),
        library(OPEN, plain, text, colleges=HENDON, withheld=frozenset({"beats"})),
    ):
        result = resolved(of)
        assert result.packs == ()
        sentences = [remark.sentence for remark in result.remarks if remark.code == "pack-member-broken"]
        assert sentences == ["The pack cannot be built, because the series 'beats' cannot be built."]
    assert len(resolved(library(OPEN, plain, text, colleges=HENDON)).packs) == 1


@pytest.mark.parametrize(
    "text",
    ["briefings: []\n", "briefings: [a, lost]\n", "briefings: [a, secret]\nrecipients: [hendon]\n", "briefings: [c]\n"],
)
def test_packs_with_missing_or_forbidden_parts_are_not_bound(text: str) -> None:
    secret = briefing("marking: {tier: SECRET}\n", name="secret")
    sensitive = briefing(SENSITIVE, name="c")
    of = library(A, secret, sensitive, *WORKS, pack(text), colleges=HENDON, broken=frozenset({"lost"}))
    result = resolved(of)
    assert result.packs == ()
    assert "secret" not in [publication.id for publication in result.publications]


def test_a_pack_is_as_finished_as_its_parts() -> None:
    draft, due = briefing(name="c"), briefing(PUBLISHED + "review_by: 2023-01-01\n", name="d")
    of = library(imprint("notice: SAMPLE\n"), A, draft, due, *WORKS, pack("briefings: [a, c, d]\n"))
    assert resolved(of, produced=date(2024, 1, 1)).packs[0].identity.statuses == ("SAMPLE", "DRAFT", "DUE FOR REVIEW")


def test_one_short_form_with_two_meanings_is_a_warning() -> None:
    first = briefing(
        PUBLISHED + "abbreviations: {CCE: {full: child criminal exploitation}}\n",
        "Child criminal exploitation (CCE) and CCE.\n",
        "c",
    )
    second = briefing(
        PUBLISHED + "abbreviations: {CCE: {full: county court estate}}\n", "A county court estate (CCE) and CCE.\n", "d"
    )
    assert codes(first, second) == []
    assert codes(first, second, pack("briefings: [c, d]\n")) == ["pack-abbreviation-differs"]
