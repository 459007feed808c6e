"""Plain text is held to its text: what is lost, changed, moved or added is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.bind.epub.documents import epub_chapters
from pipeline.bind.plain.text import bind_text
from pipeline.model.formats import TEXT
from pipeline.model.manuscript import Chapter
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.inspection import parity_proof
from pipeline.proof.parity.promise import Promise, briefing_promise
from tests.support.bind import books

SOUND = bind_text(epub_chapters(books.manuscript(), ()), books.IDENTITY, books.PRODUCED, {})


def promise(text: str = books.BODY) -> Promise:
    """What the file is held to."""
    made = books.manuscript()
    made = replace(made, chapters=(replace(made.chapter, body=text),))
    return briefing_promise(made, 0, books.IDENTITY, books.PRODUCED, None)


def told(content: bytes) -> list[str]:
    """What is said of a file."""
    job = ParityJob("output/marking.txt", content, TEXT, promise())
    return [f"{remark.code.removeprefix('proof-')}: {remark.sentence}" for remark in parity_proof(job)]


def test_a_sound_file_has_nothing_told_of_it() -> None:
    assert told(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Another did not", "None did", "parity-words: The words differ from those of the text under 'What was found'"),
        ("- Another did not.\n", "", "'Another did not.' is missing"),
        ("In one study only.", "", "parity-words: The words differ from those of the text under 'Notes'"),
        ("[Theft fell by two fifths.]\n", "", "'Theft fell by two fifths.' is missing"),
        ("North  12", "North", "'12' is missing"),
        ("Mark cycles, and count.", "Mark cycles. Buy now, as long as there are some. And count.", "parity-words"),
        ("\nFavourable\n", "\nFavourable\n\nBuy now, as long as there are some.\n", "parity-frame: Around the text"),
        ("Notes\n-----", "Notes", "parity-headings: The headings differ from those of the text"),
        ("\nWhat to do next\n", "\nHere is what to do next\n", "'What to do next' is no heading there"),
        ("SAMPLE · DRAFT\n\nCycle", "SAMPLE\n\nCycle", "status-late"),
        ("This copy produced 26 April 2024\n", "", "'This copy produced 26 April 2024' is missing"),
    ],
    ids=[
        *("another word", "a lost entry", "a lost note", "a lost picture", "a lost cell", "words in a paragraph"),
        *("words between blocks", "a heading without its rule", "a heading with more", "a lost status", "a lost day"),
    ],
)
def test_a_difference_is_told(old: str, new: str, expected: str) -> None:
    """Each with what is not as it should be, and under which heading."""
    assert SOUND.decode().count(old) == 1
    assert any(expected in said for said in told(SOUND.decode().replace(old, new).encode())), told(
        SOUND.decode().replace(old, new).encode()
    )


def test_paragraphs_in_another_order_are_told() -> None:
    """A reader of one edition must find what the reader of another does, in its place."""
    before, after = "Mark cycles, and count.", "Favourable"
    moved = SOUND.decode().replace(before, "@").replace(after, before).replace("@", after)
    assert any("is not where it should be" in said for said in told(moved.encode()))


def test_an_address_that_is_lost_is_told() -> None:
    """There is no other way to it."""
    body = books.BODY.replace("patrol</a>.", 'patrol</a>, <a href="https://northmoor.example/a">a page</a>.')
    chapter = Chapter("marking", "Cycle marking", body)
    text = replace(books.manuscript(), chapters=(chapter,))
    sound = bind_text(epub_chapters(text, ()), books.IDENTITY, books.PRODUCED, {})
    job = ParityJob("output/marking.txt", sound, TEXT, promise(body))
    assert parity_proof(job) == ()
    (said,) = parity_proof(replace(job, content=sound.replace(b" <https://northmoor.example/a>", b"")))
    assert "the address 'https://northmoor.example/a' is missing" in said.sentence


def test_a_file_in_another_encoding_is_not_read() -> None:
    """Nothing is guessed."""
    assert "it is not written in UTF-8" in told(SOUND.decode().encode("utf-16"))[0]
