"""House style: titles, tables, missing letters, boxes for trainers, records of figures, ISBN and DOI."""

from dataclasses import replace

import pytest

from pipeline.core.diagnostics import Severity
from pipeline.model.body import Abbreviated, plain_text, walk_nodes
from pipeline.model.formats import Asset
from tests.support.resolve.library_parts import (
    briefing,
    codes,
    library,
    pack,
    publication,
    resolved,
    rule_remarks,
    said,
    work,
)

LATIN = frozenset(range(0x20, 0x17F)) | frozenset(map(ord, "‘’“”–…"))


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("the few", []),
        ("the few facts", ["This title is too long for the head of the page, and is cut after "
            "'Crime – the place – the people – the'."]),
    ],
)  # fmt: skip
def test_titles_are_measured_as_the_head_prints_them(end: str, expected: list[str]) -> None:
    text = briefing(head=f"title: Crime -- the place -- the people -- {end}\nsummary: S.\n")
    assert [remark.sentence for remark in rule_remarks(library(text))] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("| A | B | C | D |\n|---|---|---|---|\n| a | b | c | d |\n", []),
        ("Text.\n\n| A | B | C | D | E |\n|---|---|---|---|---|\n| a | b | c | d | e |\n", ["3:1 table-wide"]),
    ],
)
def test_tables_of_five_columns_are_wide(body: str, expected: list[str]) -> None:
    remarks = rule_remarks(library(briefing(body=body)))
    assert [line.removeprefix("foot-patrol.md:") for line in said(remarks)] == expected
    assert all(remark.severity is Severity.WARNING for remark in remarks)


HCF = "abbreviations: {HCF: {full: home-county force}}\n"


def test_abbreviations_are_marked_and_listed() -> None:
    text = publication(briefing(HCF, "home-county forces (HCFs) and the HCF, not HCFX.\n"))
    pairs = [(node.text, node.expansion) for node in walk_nodes(text.body) if isinstance(node, Abbreviated)]
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
    lines = said(rule_remarks(library(briefing(HCF, body))))
    assert [line.removeprefix("foot-patrol.md:") for line in lines] == expected


def test_a_letter_that_the_fonts_lack_is_named_at_its_place() -> None:
    of = briefing(body="A word: 字 and 字.\n", head="title: The → sign\nsummary: S.\n")
    remarks = rule_remarks(library(of), coverage=LATIN)
    assert said(remarks) == ["foot-patrol.md:1:8 character-without-glyph", "foot-patrol.md:1:9 character-without-glyph"]
    assert "(cjk unified ideograph-5b57, U+5B57)" in remarks[1].sentence


def test_a_script_that_is_missing_is_reported_once_a_text() -> None:
    of = briefing(body="The door says 警察署, 警察 and `署`.\n\nAnd \U00013143, and שלום.\n")
    remarks = rule_remarks(library(of), coverage=LATIN)
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
    remarks = rule_remarks(library(briefing(body="A \ue000 sign.\n")), coverage=LATIN | {0xE000})
    assert said(remarks) == ["foot-patrol.md:1:3 character-without-glyph"]


def test_the_handbook_is_free_of_house_style() -> None:
    page = replace(briefing(body="- one.\n", name="handbook-start"), manual=True)
    assert codes(page) == []


ASKED = "Words.\n\n::: outcomes\n:::\n"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("reviewers: [K. Hart]\naudience: [trainer]\n", []),
        ("teaching: {minutes: 50, curriculum: [A]}\n", ["foot-patrol.md:3:12", "foot-patrol.md:3:25"]),
        ("teaching: {outcomes: [Knows beats.]}\n", ["foot-patrol.md:3:12"]),
    ],
)
def test_a_lesson_without_its_box_is_reported_at_its_key(front: str, expected: list[str]) -> None:
    lines = said(rule_remarks(library(briefing(front))))
    assert lines == [f"{place} record-not-placed" for place in expected]


def test_fields_for_trainers_are_printed_in_their_boxes() -> None:
    both = "teaching: {outcomes: [Knows beats.], questions: [What is a beat?], minutes: 50, curriculum: [A]}\n"
    assert codes(briefing(both, ASKED)) == ["record-not-placed"]
    assert codes(briefing(both, f"{ASKED}\n::: questions\n:::\n")) == []


def test_a_record_goes_with_its_figure() -> None:
    front = "figures: [{id: a, file: a.svg, credit: K. Hart, long_description: 'Two bars [@hart2020].'}]\n"
    picture = Asset("source/briefings/a.svg", "image/svg+xml", "00", b"")
    text = publication(briefing(front, "See [](#fig).\n\n![A.](a.svg){#fig alt=x}\n"), picture, work("hart2020"))
    (figure,) = text.body.blocks[1:]
    assert (figure.credit, figure.licence, figure.described) == ("K. Hart", "", "a")  # type: ignore[union-attr]
    ((name, description),) = text.descriptions
    assert (name, plain_text(description.blocks)) == ("a", "Two bars (hart2020).")
    assert [entry.key for entry in text.references] == ["hart2020"]


PATROL = "'foot-patrol' (source/briefings/foot-patrol.md:3:6)."


def shared_numbers(gates: str, patrol: str, *names: str) -> list[str]:
    """Remarks on numbers in a library of two briefings with these lines in their front matter."""
    of = library(briefing(gates, name="alley-gates"), briefing(patrol))
    remarks = rule_remarks(of, *names)
    return [f"{r.place.path} {r.sentence}" for r in remarks if r.code == "number-shared"]


@pytest.mark.parametrize(
    ("gates", "patrol", "sentence"),
    [
        ("doi: 10.1234/ABC\n", "doi: doi:10.1234/abc\n", "The DOI 10.1234/abc is taken by 'alley-gates' ("),
        (
            "isbn: {epub: 978-0-00-000000-2}\n",
            'isbn: {screen: "9780000000002"}\n',
            "The ISBN 9780000000002 is taken by 'alley-gates' (source/briefings/alley-gates.md:3:14).",
        ),
    ],
)
def test_two_briefings_of_one_number_are_reported(gates: str, patrol: str, sentence: str) -> None:
    (line,) = shared_numbers(gates, patrol)
    assert line.startswith(f"source/briefings/foot-patrol.md {sentence}")


def test_numbers_of_their_own_are_right() -> None:
    isbns = "isbn: {screen: 978-0-00-000000-2, epub: 978-0-00-000001-9}\ndoi: 10.1234/a\n"
    assert shared_numbers(isbns, "doi: 10.1234/b\n") == []


def test_a_shared_number_is_reported_at_the_chosen_briefing() -> None:
    (line,) = shared_numbers("doi: 10.1234/a\n", "doi: 10.1234/a\n", "alley-gates")
    assert line == f"source/briefings/alley-gates.md The DOI 10.1234/a is taken by {PATROL}"
    of = library(briefing("doi: 10.1234/a\n"), pack("doi: 10.1234/a\n"), briefing(name="alley-gates"))
    assert rule_remarks(of, "alley-gates") == ()


def test_a_pack_does_not_have_the_number_of_its_briefing() -> None:
    of = library(briefing("doi: 10.1234/a\n"), pack("briefings: [foot-patrol]\ndoi: 10.1234/a\n"))
    (remark,) = rule_remarks(of, "induction")
    assert (remark.code, str(remark.place)) == ("number-shared", "source/packs/induction.yaml:3:6")
