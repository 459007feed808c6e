"""Marks of evidence on paper: told from each other on a photocopy, and by whoever sees few colours."""

from itertools import combinations

import pypdfium2
import pytest
from PIL import Image, ImageChops

from pipeline.compose.page.drawings import result_mark
from pipeline.model.result import Result
from pipeline.press.press import press
from tests.support.press.manuscripts import manuscript

DPI = 150
"""As a copier of an office has it."""

LEAST = 0.2
"""Share of the dots of two marks that only one of them has."""

STYLE = "@page { size: 20mm 20mm; margin: 5mm } p { margin: 0 } .mark { width: 9pt; height: 9pt; display: block }"

SIGHTS = {
    "all colours": (1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
    "no red": (0.152, 1.053, -0.205, 0, 0.115, 0.786, 0.099, 0, -0.004, -0.048, 1.052, 0),
    "no green": (0.367, 0.861, -0.228, 0, 0.280, 0.673, 0.047, 0, -0.012, 0.043, 0.969, 0),
    "no blue": (1.256, -0.077, -0.179, 0, -0.078, 0.931, 0.148, 0, 0.005, 0.691, 0.304, 0),
}
"""What is left of colours (Machado, Oliveira and Fernandes, 2009)."""


def rendered(result: Result, accent: str) -> Image.Image:
    """A mark as it is printed."""
    sheets = press(manuscript(f'<p id="a">{result_mark(result, accent)}.</p>', STYLE))
    document = pypdfium2.PdfDocument(sheets.pdf)
    drawn = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
    document.close()
    start, side = round(5 / 25.4 * DPI), round(9 / 72 * DPI)
    return drawn.crop((start - 1, start - 1, start + side + 1, start + side + 1))


def dots(picture: Image.Image) -> int:
    """The black dots of a picture of black and white."""
    return picture.histogram()[0]


@pytest.mark.parametrize("accent", ["#0f4c5c", "#a1000e", "#0b6b2c"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_every_mark_is_told_from_every_other(accent: str, sight: str) -> None:
    images = {result: rendered(result, accent).convert("RGB", SIGHTS[sight]) for result in Result}
    copied = {result: image.convert("L").point(lambda grey: 255 * (grey > 127)) for result, image in images.items()}
    for first, second in combinations(Result, 2):
        both = dots(ImageChops.lighter(copied[first], copied[second]))
        either = dots(ImageChops.darker(copied[first], copied[second]))
        assert dots(copied[first]) > 20, first
        assert 1 - both / either > LEAST, (first, second)
