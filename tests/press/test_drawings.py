"""The words of drawings are set in a face of the house."""

from __future__ import annotations

import pytest

from pipeline.press.drawings import in_face

FACES = ("Lato", "IBM Plex Mono")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('<svg><text font-family="Arial, sans-serif">a</text></svg>', '<text font-family="Lato">'),
        ("<svg><text font-family='Arial'>a</text></svg>", '<text font-family="Lato">'),
        ('<svg><text font-family="Nowhere, IBM Plex Mono">a</text></svg>', '<text font-family="IBM Plex Mono">'),
        ("<svg><text style='fill: red; font-family: \"Arial\"; x: y'>a</text></svg>", "font-family: Lato; x: y"),
        ('<svg><style>text { font-family: "Arial" }</style></svg>', "font-family: Lato}"),
        ("<svg viewBox='0 0 1 1'><text>a</text></svg>", 'font-family="Lato">'),
    ],
)  # fmt: skip
def test_a_family_that_is_not_here_gives_way_to_that_of_the_text(asked: str, given: str) -> None:
    """In an attribute, in a style, and where none is named."""
    assert given in in_face(asked.encode(), FACES).decode()


def test_what_is_no_text_is_left_alone() -> None:
    """A drawing that is not well-formed is told of elsewhere."""
    assert in_face(b"<svg><g></svg>", FACES) == b"<svg><g></svg>"
