"""The words of drawings are set in a face of the house."""

from io import BytesIO
from itertools import accumulate

import pytest
from pikepdf import Pdf, parse_content_stream

from pipeline.press.engine.engine import set_drawing_fonts
from pipeline.press.press import press
from tests.support.press.manuscripts import manuscript, picture

FACES = ("Lato", "IBM Plex Mono")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('<svg><text font-family="Arial, sans-serif">a</text></svg>', '<text font-family="Lato">'),
        ("<svg><text font-family='Arial'>a</text></svg>", '<text font-family="Lato">'),
        ('<svg><text font-family="Nowhere, IBM Plex Mono">a</text></svg>', '<text font-family="IBM Plex Mono">'),
        ("<svg><text style='fill: red; font-family: \"Arial\"; x: y'>a</text></svg>", "font-family: Lato; x: y"),
        ('<svg><style>text { font-family: "Arial" }</style></svg>', "font-family: Lato}"),
        ("<svg viewBox='0 0 1 1'><text>a</text></svg>", 'font-family="Lato">'),
    ],
)  # fmt: skip
def test_a_family_that_is_not_here_gives_way_to_that_of_the_text(asked: str, expected: str) -> None:
    assert expected in set_drawing_fonts(asked.encode(), FACES).decode()


def test_what_is_no_text_is_left_alone() -> None:
    assert set_drawing_fonts(b"<svg><g></svg>", FACES) == b"<svg><g></svg>"


def test_an_image_without_a_file_is_left_out() -> None:
    drawing = picture('<image id="x" width="0" height="0"/><path d="M0 0h9v9z"/>')
    sheets = press(manuscript(f'<p id="a"><img src="asset:{drawing.sha256}" alt="A corner"/></p>', images=(drawing,)))
    assert sheets.remarks == ()


def test_groups_in_groups_stay_within_what_can_be_archived() -> None:
    """Inkscape writes 32 and more; PDF/A-2 has states of drawing kept 28 deep (ISO 19005-2, 6.1.13-8)."""
    path = '<path d="M0 0h9v9z"/>'
    drawing = picture(
        '<g transform="translate(1 1)">' * 32 + path + "</g>" * 32 + '<rect y="20" width="9" height="9"/>'
    )
    sheets = press(manuscript(f'<p id="a"><img src="asset:{drawing.sha256}" alt="A corner"/></p>', images=(drawing,)))
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        signs = [str(instruction.operator) for instruction in parse_content_stream(pdf.pages[0])]
        moved = [instruction for instruction in parse_content_stream(pdf.pages[0]) if str(instruction.operator) == "cm"]
    depths = list(accumulate((sign == "q") - (sign == "Q") for sign in signs))
    assert (max(depths) <= 24, depths[-1], len(moved) >= 32) == (True, 0, True)
