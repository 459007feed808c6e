"""A hint does not lead into the next mistake."""

from __future__ import annotations

import pytest

from tests.load.library_remarks import HEAD, told


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
