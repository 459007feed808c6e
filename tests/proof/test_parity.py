"""An EPUB and a web page say what their text says, or the proof says what differs and where."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.support.proof.parity_breaks import BREAKS
from tests.support.proof.parity_jobs import BOOK, BRIEFING, PAGE, built, changed, packed, said, told


def test_nothing_is_said_of_files_that_are_whole() -> None:
    assert {path: said(job) for path, job in built().items()} == {path: [] for path in built()}


@pytest.mark.parametrize("path", [BRIEFING, PAGE], ids=["epub", "html"])
@pytest.mark.parametrize(("pattern", "instead", "expected"), [b[1:] for b in BREAKS], ids=[b[0] for b in BREAKS])
def test_every_difference_is_told(path: str, pattern: str, instead: str, expected: list[str]) -> None:
    """What differs, and under which heading; nothing else."""
    assert told(changed(path, pattern, instead)) == expected


def test_of_many_differences_the_first_are_told_and_the_others_counted() -> None:
    everywhere = re.sub(rb"<p([^>]*)>(?=Street|<span)", rb"<p\1>x", built()[PAGE].content)
    lines = said(replace(built()[PAGE], content=everywhere))
    assert [line.partition(":")[0] for line in lines if "words" in line] == ["parity-words"] * 3
    assert lines[0] == "parity-more: Beside these, 21 differences of this file are not listed."


FRAMES = [
    (
        BOOK,
        r"SAMPLE</p>",
        "SAMPLE · FINAL</p>",
        "contents.xhtml",
        "parity-frame: Around the text this file says 'SAMPLE · FINAL',",
    ),
    (
        BOOK,
        r'<p class="page-status">.*?</p>',
        "",
        "contents.xhtml",
        "status-late: Read aloud, 'SAMPLE' is not heard before",
    ),
    (
        PAGE,
        r"<main",
        "<aside><p>Buy now</p></aside><main",
        "",
        "parity-frame: Around the text this file says 'Buy now',",
    ),
    (PAGE, r"(<footer.*?)Version 1.0", r"\1Version 2.0", "", "parity-frame: Around the text this file says"),
    (PAGE, r"<main", "Buy now<main", "", "parity-frame: Around the text this file says 'Buy now',"),
]


@pytest.mark.parametrize(("path", "pattern", "instead", "document", "expected"), FRAMES)
def test_what_stands_around_a_text_is_known(
    path: str, pattern: str, instead: str, document: str, expected: str
) -> None:
    """Statuses of the text, all of them, and nothing else."""
    (line,) = said(changed(path, pattern, instead, document))
    assert line.startswith(expected)


def test_words_that_a_style_hides_are_missed() -> None:
    """By the file's own style; what paper sets in another way is on a list."""
    hidden = changed(PAGE, r"</style>", "@media screen { figcaption { display: none } }</style>")
    assert "parity-pictures: … under 'What came of it': 'caption 'Figure 1: How reports fell'' is missing." in told(
        hidden
    )
    only_dark = changed(PAGE, r"</style>", "@media (min-width: 9em) { figcaption { display: none } }</style>")
    assert said(only_dark) == []


def test_a_page_is_read_as_a_browser_reads_it() -> None:
    """What may not stand in a table is put before it: here behind the mark of a page that is moved to the table."""
    moved = changed(PAGE, r'(<table.*?<tbody[^>]*>)(.*?)(<span id="page-2".*?</span>)', r"\3\1Nobody counted.\2")
    assert told(moved) == [
        "parity-page-start: Page 2 of the PDF begins with 'Street 2 was walked by', "
        "and its mark stands before 'Nobody counted. Table 1: Reports'.",
        "parity-words: … under 'What came of it': 'Nobody counted.' is one too many.",
    ]


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        (BOOK, b"no archive", "it is not a ZIP archive, or is damaged"),
        (BOOK, packed({"mimetype": b"application/epub+zip"}), "There is no item named"),
        (PAGE, b"<p>no page</p>", "it has no main part"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_of(path: str, content: bytes, reason: str) -> None:
    (line,) = said(replace(built()[path], content=content))
    assert line.startswith(f"parity-unread: This file cannot be compared with its text: {reason}")
