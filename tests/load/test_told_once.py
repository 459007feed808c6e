"""What is wrong is told once, at the place to look at, with what to write."""

import pytest

from pipeline.load.library import load_library

SMALL = {"library.yaml": "title: L\npublisher: P\n"}
HEAD = "---\ntitle: T\nsummary: S\n{more}---\n\n{body}\n"


def told(files: dict[str, str]) -> list[tuple[str, str]]:
    """Place and code, and the hint, of everything told of a library."""
    _, remarks = load_library({f"source/{name}": text.encode() for name, text in (SMALL | files).items()})
    return [(f"{r.place.line}:{r.place.column} {r.code}", r.hint) for r in remarks]


@pytest.mark.parametrize("content", [None, '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'])
def test_a_figure_that_cannot_be_had_is_told_where_the_text_names_it(content: str | None) -> None:
    text = HEAD.format(more="figures: [{id: a, file: a.svg}]\n", body='![C](a.svg){alt="x"}')
    files = {"briefings/x.md": text} | ({"briefings/a.svg": content} if content else {})
    assert [place.split(" ")[0] for place, _ in told(files)] == ["7:1"]


def test_a_figure_from_outside_needs_its_words_too() -> None:
    text = HEAD.format(more="", body="![C](../../x.svg)")
    assert [place for place, _ in told({"briefings/x.md": text})] == ["6:1 figure-missing", "6:1 figure-no-alt"]


@pytest.mark.parametrize(
    ("more", "hint"),
    [
        ("editorial_notes: check this\n", "Write '- {kind: …, text: …}', one entry to a line."),
        ("editorial_notes: [check this]\n", "Write '- {kind: …, text: …}', one entry to a line."),
        ("history: [first]\n", "Write '- {version: …, date: …, kind: …, summary: …}', one entry to a line."),
        ("copyright: us\n", "Write '{holder: …, year: …}'."),
    ],
)
def test_words_in_the_place_of_a_record_are_told_its_keys(more: str, hint: str) -> None:
    assert [said for _, said in told({"briefings/x.md": HEAD.format(more=more, body="Words.")})] == [hint]


@pytest.mark.parametrize("line", ["----", "—-", "--"])
def test_a_line_that_was_meant_to_end_the_front_matter_is_told(line: str) -> None:
    text = f"---\ntitle: T\nsummary: S\n{line}\n\nSee [here](b.csv).\n\n---\n\nMore: words.\n"
    assert told({"briefings/x.md": text}) == [
        ("1:1 front-matter-missing", f"Write '---' instead of '{line}' in line 4.")
    ]


def test_a_rule_in_the_text_is_not_taken_for_the_end_of_the_front_matter() -> None:
    text = "---\ntitle: T\nsummary: S\n\nWords.\n\n----\n"
    said = told({"briefings/x.md": text})
    assert said[0] == ("1:1 front-matter-missing", "Put a line '---' after the last key.")


def test_a_second_list_of_briefings_is_told_at_its_key() -> None:
    pack = "title: P\nparts: [{title: A, briefings: [x]}]\nbriefings: [x]\n"
    assert told({"packs/p.yaml": pack})[0][0] == "3:1 value-wrong"


@pytest.mark.parametrize(("text", "expected"), [("subtitle: #1 of 2", ["2:1 value-cut"]), ("subtitle:", []),
                                                ("subtitle: # to come", []), ("subtitle: '#1'", [])])  # fmt: skip
def test_a_comment_in_the_place_of_a_value_is_told(text: str, expected: list[str]) -> None:
    """A key without a value is as good as not written, but a number after # was meant for one."""
    assert [place for place, _ in told({"packs/p.yaml": f"title: P\n{text}\nbriefings: []\n"})] == expected


@pytest.mark.parametrize(
    "more", ["references: see below\n", "tags: drugs\n", "practice:\n  - {text: Walk., sources: 5}\n"]
)
def test_words_in_the_place_of_a_list_are_told_with_its_form(more: str) -> None:
    said = told({"briefings/x.md": HEAD.format(more=more, body="Words.")})
    assert [hint for place, hint in said if place.endswith("value-wrong")] == [
        "Write […, …], or one entry to a line after '- '."
    ]


def test_a_key_that_no_entry_above_has_is_told_as_before() -> None:
    more = "history: []\nfirst_publised: 2020-01-01\n"
    assert told({"briefings/x.md": HEAD.format(more=more, body="Words.")})[0][1] == "Did you mean 'first_published'?"
