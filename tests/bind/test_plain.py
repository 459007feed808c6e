"""Plain text: what Markdown reads as, and what a file says around it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.bind.chapters import ReflowingChapter, list_reflowing_chapters
from pipeline.bind.late_fields import replace_plain_text_fields
from pipeline.bind.plain_text import bind_plain_text, join_blocks, text_blocks
from pipeline.bind.running_lines import DateFields, FieldReplacement, FieldValues
from pipeline.compose.briefing import compose_briefing
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.xhtml import XHTML, iterate_elements, parse_xhtml
from pipeline.core.text.wrapping import COLUMNS
from pipeline.model.manuscript import Chapter
from pipeline.model.sheets import Identity
from tests.support.bind import books
from tests.support.cases import read_cases
from tests.support.compose import samples
from tests.support.resolve.library_parts import words
from tests.support.words import ENGLISH

CASES = Path(__file__).parent / "plain.md"
NEXT = date(2024, 11, 30)
COPIES = ("Copy 7, held by Northmoor Learning Unit of the North and South of the County", "Copy 8, held by Tor")


def plain(markdown: str) -> str:
    """The text of a body, with its notes."""
    publication = samples.publication(body=words(f"{markdown}\n", "source/briefings/lamps.md"))
    page = parse_xhtml(
        f'<body xmlns="{XHTML}">{compose_briefing(publication, samples.layouts()).chapter.body}</body>', "lamps"
    )
    parts = [part for part in iterate_elements(page) if part.get("class") == "text" or part.get("id") == "notes"]
    return "\n\n".join("\n".join(join_blocks(text_blocks(part, COLUMNS))) for part in parts)


@pytest.mark.parametrize("number", range(len(read_cases(CASES))), ids=[case[0] for case in read_cases(CASES)])
def test_markdown_reads_as_shown(number: int, request: pytest.FixtureRequest) -> None:
    cases = read_cases(CASES)
    title, text, expected = cases[number]
    actual = plain(text.strip("\n"))
    if request.config.getoption("--update-golden", default=False):
        cases[number] = (title, text, actual)
        CASES.write_text("".join(f"{t}\n.\n{i}\n.\n{e}\n.\n\n" for t, i, e in cases), encoding="utf-8")
        return
    assert actual == expected, "if what is found is right: pytest tests/bind/test_plain.py --update-golden"


def briefing(identity: Identity = books.IDENTITY, produced: date = books.PRODUCED, body: str = "") -> str:
    """The file of a briefing."""
    text = books.manuscript(body) if body else books.manuscript()
    return bind_plain_text(
        list_reflowing_chapters(text, ()), identity, produced, {"lighting": "https://l.example/"}
    ).decode()


def test_a_file_says_first_what_it_is_and_at_its_foot_which() -> None:
    lines = briefing().split("\n")
    assert lines[0] == "SAMPLE · DRAFT"
    assert lines[2:4] == ["Cycle marking", "============="]
    assert lines[-3:] == ["", "marking · Version 1.0 · SAMPLE · DRAFT", ""]
    assert lines.count("This copy produced 26 April 2024") == 1


def test_a_text_without_a_place_for_the_day_says_it_at_its_foot() -> None:
    lines = briefing(body='<h1 id="title">Property crime</h1><p id="b1">Two briefings.</p>').split("\n")
    assert lines[-3:] == ["marking · Version 1.0 · SAMPLE · DRAFT", "This copy produced 26 April 2024", ""]


def test_a_link_to_another_briefing_says_its_address_where_it_has_one() -> None:
    assert "See also better\nlighting <https://l.example/#found> and patrol." in briefing()
    lighting = Chapter("lighting", "Better lighting", '<h1 id="title">Better lighting</h1><p id="b1">Lamps.</p>')
    chapters = (*list_reflowing_chapters(books.manuscript(), ()), ReflowingChapter(lighting, identity=books.IDENTITY))
    text = bind_plain_text(chapters, books.IDENTITY, books.PRODUCED, {}).decode()
    assert "See also better\nlighting and patrol." in text
    assert f"\n{'=' * 72}\n\nBetter lighting\n===============\n" in text


def test_the_file_of_another_day_is_as_if_bound_on_it() -> None:
    before, after = briefing(), briefing(produced=NEXT)
    days = FieldValues(books.PRODUCED), (FieldValues(NEXT),)
    job = FieldReplacement(before.encode(), "text", ENGLISH, *days, DateFields("lamps.txt", "en-GB", sentences=1))
    (redated,) = replace_plain_text_fields(job)
    assert redated.decode() == after != before
    with pytest.raises(TypesettingFailure):
        list(replace_plain_text_fields(replace(job, dated=DateFields("lamps.txt", "en-GB", sentences=2))))


def test_a_numbered_copy_is_as_if_bound_for_its_holder() -> None:
    none = ENGLISH.say("unnumbered")
    master = briefing(replace(books.IDENTITY, copy=none))
    assert f"This copy produced 26 April 2024. {none}." in master.split("\n")
    after = tuple(FieldValues(books.PRODUCED, copy) for copy in COPIES)
    job = FieldReplacement(master.encode(), "text", ENGLISH, FieldValues(books.PRODUCED, none), after)
    copies = replace_plain_text_fields(job)
    assert [copy.decode() for copy in copies] == [briefing(replace(books.IDENTITY, copy=copy)) for copy in COPIES]
    with pytest.raises(TypesettingFailure):
        list(replace_plain_text_fields(replace(job, content=briefing().encode())))
