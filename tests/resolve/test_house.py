"""The style of the house: warnings about long titles and wide tables, and letters that the fonts lack."""

from dataclasses import replace

import pytest

from pipeline.core.diagnostics import Severity
from pipeline.model.body import Abbreviated, plain_text, walk
from pipeline.resolve.resolve import examine
from tests.support.resolve.library_parts import PRODUCED, briefing, codes, library, publication, resolved, said, work

LATIN = frozenset(range(0x20, 0x17F)) | frozenset(map(ord, "‘’“”–…"))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("the few", []),
        ("the few facts", ["At the head of each page this title is cut after "
            "'Crime – the place – the people – the'."]),
    ],
)  # fmt: skip
def test_titles_are_measured_as_the_head_prints_them(end: str, expected: list[str]) -> None:
    text = briefing(head=f"title: Crime -- the place -- the people -- {end}\nsummary: S.\n")
    assert [remark.sentence for remark in examine(library(text), PRODUCED, frozenset())] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("| A | B | C | D |\n|---|---|---|---|\n| a | b | c | d |\n", []),
        ("Text.\n\n| A | B | C | D | E |\n|---|---|---|---|---|\n| a | b | c | d | e |\n", ["3:1 table-wide"]),
    ],
)
def test_tables_of_five_columns_are_wide(body: str, expected: list[str]) -> None:
    remarks = examine(library(briefing(body=body)), PRODUCED, frozenset())
    assert [line.removeprefix("foot-patrol.md:") for line in said(remarks)] == expected
    assert all(remark.severity is Severity.WARNING for remark in remarks)


HCF = "abbreviations: {HCF: {full: home-county force}}\n"


def test_abbreviations_are_marked_and_listed() -> None:
    text = publication(briefing(HCF, "home-county forces (HCFs) and the HCF, not HCFX.\n"))
    pairs = [(node.text, node.expansion) for node in walk(text.body) if isinstance(node, Abbreviated)]
    assert pairs == [("HCFs", "home-county forces"), ("HCF", "home-county force")]
    assert plain_text(text.body) == "home-county forces (HCFs) and the HCF, not HCFX."
    assert text.abbreviations == (("HCF", "home-county force"),)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Nothing.\n", ["3:17 abbreviation-unused"]),
        ("home-county forces (HCFs)\n", ["3:17 abbreviation-once"]),
        ("The HCF and a home-county force (HCF)\n", ["1:5 abbreviation-first-use"]),
        ("home-county\nforces (HCFs) and HCFs\n", []),
    ],
)
def test_abbreviations_earn_their_place(body: str, expected: list[str]) -> None:
    lines = said(examine(library(briefing(HCF, body)), PRODUCED, frozenset()))
    assert [line.removeprefix("foot-patrol.md:") for line in lines] == expected


def test_a_letter_that_the_fonts_lack_is_named_at_its_place() -> None:
    of = briefing(body="A word: 字 and 字.\n", head="title: The → sign\nsummary: S.\n")
    remarks = examine(library(of), PRODUCED, LATIN)
    assert said(remarks) == ["foot-patrol.md:1:8 character-without-glyph", "foot-patrol.md:1:9 character-without-glyph"]
    assert "(cjk unified ideograph-5b57, U+5B57)" in remarks[1].sentence


def test_a_script_that_is_missing_is_reported_once_a_text() -> None:
    of = briefing(body="The door says 警察署, 警察 and `署`.\n\nAnd \U00013143, and שלום.\n")
    remarks = examine(library(of), PRODUCED, LATIN)
    assert said(remarks) == [f"foot-patrol.md:{place} character-without-glyph" for place in ("1:15", "3:5", "3:12")]
    assert [remark.sentence.partition(")")[2] for remark in remarks] == [
        ", nor for 2 more of its script.",
        ".",
        ", nor for 3 more of its script.",
    ]
    assert [remark.hint.partition(": ")[2] for remark in remarks] == [
        "'scripts: [chinese]'.",
        "",
        "'scripts: [hebrew]'.",
    ]


def test_missing_letters_are_shown_by_their_numbers() -> None:
    of = library(briefing(body="A 字 [@zhang1].\n", head="title: 字\nsummary: S.\n"), work("zhang1", "张"))
    result = resolved(of, coverage=LATIN)
    (only,) = result.publications
    assert plain_text(only.body) == "A [U+5B57] (zhang1)."
    assert (only.identity.title, only.identity.statuses) == ("[U+5B57]", ("DRAFT",))
    assert "works.yaml:1:1 character-without-glyph" in said(result.remarks)


def test_a_citation_shows_what_the_list_shows() -> None:
    (only,) = resolved(library(briefing(body="A [@苏2019].\n"), work("苏2019")), coverage=LATIN).publications
    assert plain_text(only.body) == "A ([U+82CF]2019)."
    (entry,) = only.references
    assert "".join(map(plain_text, entry.children)) == "[U+82CF]2019."


def test_accents_in_two_characters_are_one_letter() -> None:
    assert codes(briefing(body="cafe\u0301 \u2009\u00ad\n"), coverage=LATIN | {0x2009}) == []


def test_a_call_for_another_drawing_of_a_letter_is_not_printed() -> None:
    of = briefing(body="Mind \u2192\ufe0f `\u2192\ufe0f`.\n", head="title: The \u2192\ufe0f sign\nsummary: S.\n")
    result = resolved(library(of), coverage=LATIN | {0x2192})
    (only,) = result.publications
    assert (plain_text(only.body), only.identity.title) == ("Mind → →.", "The → sign")
    assert "character-without-glyph" not in " ".join(said(result.remarks))


def test_letters_of_private_use_have_no_glyph() -> None:
    """Only the font knows what they mean, so PDF/A refuses them; the author gets the place and not the PDF."""
    remarks = examine(library(briefing(body="A \ue000 sign.\n")), PRODUCED, LATIN | {0xE000})
    assert said(remarks) == ["foot-patrol.md:1:3 character-without-glyph"]


def test_the_handbook_is_free_of_house_style() -> None:
    page = replace(briefing(body="- one.\n", name="handbook-start"), manual=True)
    assert codes(page) == []
