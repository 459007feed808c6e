"""Wordings of two versions: what differs beside the words on their pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.editions.wordings import unsaid_differences


def wording(*entries: list[Any]) -> bytes:
    """The file of a wording."""
    return json.dumps(["words/1", *entries]).encode()


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (["subject", "Night"], ["subject", "Day"], ("subjects",)),
        (["related", "Lamps", "https://a.example/"], ["related", "Lamps"], ("the addresses of related briefings",)),
        (["related", "Lamps"], ["related", "Lights"], ()),
        (
            ["text", "body", ["paragraph", "See ", ["link", "https://a.example/", "here"]]],
            ["text", "body", ["paragraph", "See ", ["link", "https://b.example/", "here"]]],
            ("where links lead",),
        ),
        (
            ["text", "body", ["figure", "00", "A map", ["caption", "Map"], {}]],
            ["text", "body", ["figure", "00", "A plan", ["caption", "Map"], {}]],
            ("descriptions of pictures",),
        ),
        (["text", "body", ["paragraph", "Seldom"]], ["text", "body", ["paragraph", "Rarely"]], ()),
    ],
)
def test_what_no_page_says_is_named_by_its_kind(was: list[Any], now: list[Any], said: tuple[str, ...]) -> None:
    """Words are left to the pages."""
    assert unsaid_differences(wording(was), wording(now)) == said
    assert unsaid_differences(wording(was), wording(was)) == ()
