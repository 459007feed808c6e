"""Words on copies: found as the record of an edition has them, whatever tables and colleges are called today."""

from __future__ import annotations

import pytest

from pipeline.core.printed_code import code_of
from pipeline.editions.issued.issuing import copy_phrases, copy_words
from pipeline.editions.issued.page_words import page_letters
from pipeline.model.source.edition import CopyPhrases
from tests.support.words import ENGLISH

TODAY = copy_phrases(ENGLISH)
THEN = CopyPhrases(unnumbered="Not to be issued", numbered="{holder}: no. {number} (of few)")
PATTERN = copy_words((TODAY, THEN), [code_of("ab" * 32)], ("South", "South Tor"))


@pytest.mark.parametrize(
    "said",
    [
        "Unnumbered, not for issue",
        "Copy 7, held by South Tor",
        "Copy 7, held by South\r\nTor",
        "Copy 12, held by A college that is called otherwise now",
        "Not to\nbe issued",
        "South Tor: no. 7 (of few)",
    ],
)
def test_the_words_of_every_copy_are_left_out(said: str) -> None:
    """Alone on a line, and in a sentence of its own."""
    assert page_letters(f"{said}\nHot spots".encode(), PATTERN) == ("Hotspots",)
    assert page_letters(f"Produced today. {said}.\nHot spots".encode(), PATTERN) == ("Producedtoday..Hotspots",)


def test_other_words_stay() -> None:
    """Those that only begin so too."""
    for said in ("Unnumbered", "Copy seven, held by South Tor", "No copy"):
        assert page_letters(said.encode(), PATTERN) == ("".join(said.split()),)
