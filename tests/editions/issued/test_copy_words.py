"""Words on copies: left out as the record of an edition has them, and no other words that begin so."""

from __future__ import annotations

import pytest

from pipeline.core.printed_code import code_of
from pipeline.editions.issued.page_words import page_letters
from pipeline.editions.issued.words_aside import NamedCopy, copy_phrases, named_copy, words_aside
from pipeline.model.source.edition import CopyPhrases
from tests.support.words import ENGLISH

TODAY = copy_phrases(ENGLISH)
THEN = CopyPhrases(unnumbered="Not to be issued", numbered="{holder}: no. {number} (of few)")
CODE = code_of("ab" * 32)
COLLEGES = ("South", "South Tor", "Learners' Unit of the North and of the East")


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (TODAY, "Unnumbered, not for issue"),
        (TODAY, "Copy 7, held by South Tor"),
        (TODAY, "Copy 7, held by South\r\nTor"),
        (TODAY, "Copy 7, held by Learners' Unit of the North and of the East"),
        (TODAY, "Copy 7, held by Learners’ Unit of the North\nand of the East"),
        (TODAY, "Copy 7, held by A college that is called otherwise now"),
        (THEN, "Not to\nbe issued"),
        (THEN, "South Tor: no. 7 (of few)"),
    ],
)
def test_the_words_of_every_copy_are_left_out(phrases: CopyPhrases, said: str) -> None:
    for page, letters in (
        (f"{said}\nHot spots", "Hotspots"),
        (f"Produced today. {said}.\nHot spots", "Producedtoday..Hotspots"),
    ):
        pattern = words_aside(phrases, CODE, named_copy(phrases, [page], [7], COLLEGES, [7]))
        assert page_letters(page.encode(), pattern) == (letters,)


def test_a_name_that_a_line_has_no_room_for_is_left_out_with_its_ellipsis() -> None:
    """The whole of it stands elsewhere in the copy."""
    texts = ("Copy 7, held by Learners’ Unit of the…\nHot spots", f"Copy 7, held by {COLLEGES[2]}.")
    copy = named_copy(TODAY, texts, [7], COLLEGES)
    assert copy == NamedCopy(7, COLLEGES[2])
    assert page_letters(texts[0].encode(), words_aside(TODAY, CODE, copy)) == ("Hotspots",)


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (7, "Copy 7, held by everyone who has seen the light"),
        (7, "Copy 9, held by South"),
        (0, "Copy 9, held by South Tor"),
        (0, "Copy 2, held by the British Library"),
    ],
)
def test_words_that_only_begin_like_those_of_a_copy_stay(number: int, more: str) -> None:
    """Of a copy its own are left out; of what is no copy none."""
    own = f"Copy {number}, held by South Tor" if number else TODAY.unnumbered
    texts = (f"{own}\nHot spots", f"{own}\n{more}\nStreets", own)
    copy = named_copy(TODAY, texts, [number] if number else [], COLLEGES, [7, 9])
    assert copy == (NamedCopy(7, "South Tor") if number else None)
    pattern = words_aside(TODAY, CODE, copy)
    left = [page_letters(text.encode(), pattern)[0] for text in texts]
    assert left == ["Hotspots", f"{''.join(more.split())}Streets", ""]


def test_a_holder_of_another_name_has_been_given_the_copy() -> None:
    """And is called the same wherever the copy says so."""
    texts = ("Copy 7, held by Old Tor", "Copy 7, held by Old Tor\nCopy 7, held by everyone")
    assert named_copy(TODAY, texts, [7], COLLEGES, [7]) == NamedCopy(7, "Old Tor")
    assert named_copy(TODAY, texts, [7], COLLEGES, [6]) is None


def test_an_edition_without_numbers_leaves_out_no_words() -> None:
    said = f"Copy 2, held by the British Library, was read.\nUnnumbered, not for issue.\nCode {CODE}"
    (letters,) = page_letters(said.encode(), words_aside(None, CODE))
    assert letters == "".join(said.replace("-", "")[:-4].split())


def test_other_words_stay() -> None:
    """Those that only begin so too."""
    for said in ("Unnumbered", "Copy seven, held by South Tor", "No copy"):
        pattern = words_aside(TODAY, CODE, named_copy(TODAY, [said], None, COLLEGES, [7]))
        assert page_letters(said.encode(), pattern) == ("".join(said.split()),)
