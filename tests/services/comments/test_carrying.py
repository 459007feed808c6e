"""Blocks of a source as it was sent, found again in the source as it is."""

from pipeline.services.comments.blocks import SentBlock
from pipeline.services.comments.matching import match_unchanged
from pipeline.services.comments.units import SourceUnit


def paragraphs(*texts: str) -> list[SentBlock]:
    """Paragraphs of these words."""
    return [SentBlock("paragraph", tuple(SourceUnit(letter, -1, -1) for letter in text)) for text in texts]


def cells(*rows: tuple[str, str]) -> list[SentBlock]:
    """The cells of a table."""
    return [
        SentBlock("cell", paragraphs(text)[0].units, ("table 1",), cell=(number, column, len(rows), 2))
        for number, row in enumerate(rows)
        for column, text in enumerate(row)
    ]


def test_blocks_that_say_the_same_are_found_where_all_around_them_are() -> None:
    same = paragraphs("Lamps", "See below.", "See below.")
    assert match_unchanged(same, same) == {0: 0, 1: 1, 2: 2}


def test_of_blocks_that_say_the_same_none_is_found_where_one_was_added() -> None:
    sent, now = ("Lamps", "See below.", "See below."), ("Lamps", "See below.", "See below.", "See below.")
    assert match_unchanged(paragraphs(*sent), paragraphs(*now)) == {0: 0}


def test_a_cell_is_another_where_the_head_of_its_row_is() -> None:
    sent, now = (("Lamps", "5"), ("Gates", "7")), (("Lights", "5"), ("Gates", "7"))
    assert match_unchanged(cells(*sent), cells(*now)) == {2: 2, 3: 3}
