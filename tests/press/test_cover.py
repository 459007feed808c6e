"""A cover drawn: a picture of the right kind and size, the same bytes anywhere, and told of what is wrong with it."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from pipeline.compose.cover import compose_briefing_cover
from pipeline.press.press import draw_cover, press
from tests.press.fonts import fonts
from tests.support.compose import samples

COVER = compose_briefing_cover(samples.publication(), samples.layouts())
ACCENT, TINT = (0x0F, 0x4C, 0x5C), (0xF1, 0xF4, 0xF4)


def picture(content: bytes) -> Image.Image:
    """A cover opened."""
    opened = Image.open(BytesIO(content))
    opened.load()
    return opened


def near(dot: object, colour: tuple[int, int, int]) -> bool:
    """Whether a dot has a colour, as far as a JPEG keeps it."""
    assert isinstance(dot, tuple)
    return all(abs(part - expected) <= 4 for part, expected in zip(dot, colour, strict=True))


def test_a_cover_is_a_jpeg_in_colour_of_two_by_three() -> None:
    drawn = draw_cover(COVER)
    image = picture(drawn.picture)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1080, 1620))
    assert image.width * image.height <= 4_000_000
    assert len(drawn.picture) < 125_000
    assert drawn.remarks == ()


def test_the_ground_is_the_house_s_colour_above_and_pale_below() -> None:
    image = picture(draw_cover(COVER).picture)
    assert near(image.getpixel((0, 0)), ACCENT)
    assert near(image.getpixel((1079, 780)), ACCENT)
    assert near(image.getpixel((0, 1000)), TINT)
    assert near(image.getpixel((1079, 1619)), TINT)
    title = image.crop((86, 150, 994, 700))
    assert any(near(dot, (255, 255, 255)) for _, dot in title.getcolors(10**6) or ())


@pytest.mark.parametrize(
    ("typeface", "expected"),
    [("", {"Source-Sans-3", "Source-Sans-3-Bold", "Source-Serif-4-Semi-Bold"}), ("Lato", {"Lato", "Lato-Bold"})],
)
def test_a_title_is_set_as_titles_are_on_paper(typeface: str, expected: set[str]) -> None:
    imprint = samples.imprint(design={"typeface": typeface} if typeface else {})
    cover = compose_briefing_cover(samples.publication(imprint=imprint), samples.layouts())
    assert {font.rstrip(",") for font in fonts(press(cover).pdf)} == expected


def test_what_a_cover_would_fetch_is_refused_and_told() -> None:
    body = COVER.chapter.body.replace("<h1", '<img src="https://example.org/a.png" alt="A"/><h1')
    reaching = replace(COVER, chapters=(replace(COVER.chapter, body=body),))
    (remark,) = draw_cover(reaching).remarks
    assert (remark.code, remark.place.path) == ("made-refused", f"output/{COVER.metadata.id}/epub")


@pytest.mark.parametrize(("width", "size"), [("424.3pt", (1146, 1620)), ("4000pt", (1620, 244))])
def test_a_layout_may_have_a_page_of_its_own(width: str, size: tuple[int, int]) -> None:
    """The longer side has as many dots as ever, so that no picture is too large to be shown."""
    cover = replace(COVER, style=COVER.style.replace("--cover-width: 400pt", f"--cover-width: {width}"))
    assert picture(draw_cover(cover).picture).size == size
