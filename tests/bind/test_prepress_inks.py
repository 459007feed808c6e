"""Colours as inks: neutrals on black alone, all else through the profile."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from pipeline.bind.print.inks import BlackInk, ProcessInks, inks_of
from tests.support.bind.profiles import profiles, toy_profile

Profile = Callable[[], bytes]

every_profile = pytest.mark.parametrize("profile", profiles())


def luminance(profile: bytes, inks: tuple[float, ...]) -> float:
    """How light inks look on paper, from 0 (solid black) to 1 (paper)."""
    press, eye = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("LAB")
    link = ImageCms.buildTransform(press, eye, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)

    def seen(*parts: float) -> float:
        dot = Image.new("CMYK", (1, 1), tuple(round(255 * part) for part in parts))
        lab = ImageCms.applyTransform(dot, link)
        assert lab
        light = lab.tobytes()[0] / 2.55
        return float(((light + 16) / 116) ** 3 if light > 8 else light / 903.3)

    paper, solid = seen(0, 0, 0, 0), seen(0, 0, 0, 1)
    return (seen(*inks) - solid) / (paper - solid)


@every_profile
def test_black_is_black_ink_and_white_is_paper(profile: Profile) -> None:
    inks = ProcessInks(profile())
    assert inks.from_rgb((0, 0, 0)) == (0, 0, 0, 1)
    assert inks.from_rgb((0.086, 0.086, 0.086)) == (0, 0, 0, 1)
    assert inks.from_rgb((1, 1, 1)) == (0, 0, 0, 0)


@every_profile
@pytest.mark.parametrize("grey", [0.2, 0.4, 0.6, 0.8, 0.95])
def test_a_grey_is_the_tint_of_black_that_looks_like_it(profile: Profile, grey: float) -> None:
    cyan, magenta, yellow, key = inks = ProcessInks(profile()).from_rgb((grey, grey, grey))
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert 0 < key < 1
    linear = ((grey + 0.055) / 1.055) ** 2.4
    assert luminance(profile(), inks) == pytest.approx(linear, abs=0.012)


@every_profile
@pytest.mark.parametrize("rgb", [(0.06, 0.3, 0.36), (0.75, 0.0, 0.0), (0.9, 0.8, 0.3), (0.4, 0.6, 0.4)])
def test_a_colour_goes_through_the_profile(profile: Profile, rgb: tuple[float, float, float]) -> None:
    press = ImageCms.ImageCmsProfile(BytesIO(profile()))
    link = ImageCms.buildTransform(
        *(ImageCms.createProfile("sRGB"), press, "RGB", "CMYK"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    dot = ImageCms.applyTransform(Image.new("RGB", (1, 1), tuple(round(255 * part) for part in rgb)), link)
    assert dot
    assert ProcessInks(profile()).from_rgb(rgb) == tuple(round(part / 255, 4) for part in dot.tobytes())


def test_named_inks_stay_as_they_are() -> None:
    assert ProcessInks(toy_profile()).from_cmyk((0, 1, 0.5, 0)) == (0, 1, 0.5, 0)


def test_without_a_profile_everything_is_a_tint_of_black() -> None:
    inks = inks_of(None)
    assert isinstance(inks, BlackInk)
    assert inks.from_rgb((0, 0, 0)) == inks.from_rgb((0.1, 0.1, 0.1)) == (0,)
    assert inks.from_rgb((1, 0, 0)) == (0.3,)
    assert inks.from_cmyk((0, 0, 0, 1)) == (0,)
    assert inks.from_cmyk((0, 1, 0, 0)) == (0.41,)


def test_a_picture_without_colour_is_grey() -> None:
    grey = Image.new("RGB", (4, 4), (120, 121, 119))
    assert ProcessInks(toy_profile()).convert_picture(grey).mode == "L"
    assert ProcessInks(toy_profile()).convert_picture(Image.new("RGB", (4, 4), (120, 100, 80))).mode == "CMYK"
    assert BlackInk().convert_picture(Image.new("RGB", (4, 4), (120, 100, 80))).mode == "L"
