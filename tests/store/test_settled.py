"""Packs are set side by side: what they ask for in a round is pressed together, and one failure holds up no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.build.project import Refused
from pipeline.build.settle import Settling, settled, sheets_of
from pipeline.core.errors import PressFailure
from pipeline.model.sheets import Sheets

PAGES = {"a": 1, "b": 2, "c": 3, "d": 4}
"""How many pages each text has."""


def setting(*rounds: Any) -> Settling[str]:
    """Asks for the texts of each round in turn, and ends with all that it was given."""
    given = []
    for texts in rounds:
        given += sheets_of((yield texts))
    return " ".join(str(sheets.pages) for sheets in given)


def refusing() -> Settling[str]:
    """Asks for what cannot be pressed."""
    sheets_of((yield ("crooked",)))  # type: ignore[misc]
    return "never"


class Press:
    """Notes what it is asked for at a time."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __call__(self, texts: Sequence[Any]) -> tuple[Any, ...]:
        """Sheets for all but one."""
        self.asked.append(tuple(texts))
        return tuple(Refused("It is crooked.") if text == "crooked" else Sheets(b"", PAGES[text], ()) for text in texts)


def test_what_is_asked_for_in_a_round_is_pressed_together() -> None:
    """The longer one goes on alone, and each is given its own sheets."""
    press = Press()
    ended = settled({"one": setting(("a",)), "two": setting(("b", "c"), ("d",))}, press)
    assert press.asked[:2] == [("a", "b", "c"), ("d",)]
    assert ended == {"one": "1", "two": "2 3 4"}


def test_one_that_fails_holds_up_no_other() -> None:
    """Its failure is what it has become."""
    ended = settled({"crooked": refusing(), "straight": setting(("a",))}, Press())
    assert ended["straight"] == "1"
    assert isinstance(ended["crooked"], PressFailure)
    assert "It is crooked." in str(ended["crooked"])


def test_one_that_asks_for_nothing_is_settled_at_once() -> None:
    """As a pack without front and back matter is."""
    assert settled({"bare": setting()}, Press()) == {"bare": ""}
