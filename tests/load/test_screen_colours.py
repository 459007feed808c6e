"""Pictures in other colours than the screen's are changed once; all others are left alone to the byte."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from pipeline.core.diagnostics import Location
from pipeline.load.pictures.picture import read_picture
from tests.support.bind.profiles import icc_file, toy_profile

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def made(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture's file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def loaded(content: bytes) -> Image.Image:
    """The picture as it is printed."""
    asset = read_picture("x.png", content, Location())[0]
    assert asset
    shown = Image.open(io.BytesIO(asset.content))
    assert asset.media_type == Image.MIME[shown.format or ""]
    return shown


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
@pytest.mark.parametrize("profile", [None, SRGB])
def test_what_the_screen_shows_is_left_alone(mode: str, profile: bytes | None) -> None:
    content = made(Image.new(mode, (4, 3)), "PNG", icc_profile=profile)
    asset = read_picture("x.png", content, Location())[0]
    assert asset
    assert asset.content == content


def test_a_photograph_in_inks_becomes_one_of_the_screen() -> None:
    inks = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    plain, described = made(inks, "JPEG"), made(inks, "JPEG", icc_profile=toy_profile())
    for content in (plain, described):
        shown = loaded(content)
        assert (shown.mode, shown.format, shown.info.get("icc_profile")) == ("RGB", "JPEG", None)
        red, green, blue = shown.getpixel((4, 4))
        assert red > 200 > 120 > max(green, blue)
    assert loaded(plain).getpixel((4, 4)) != loaded(described).getpixel((4, 4))


def swapped() -> bytes:
    """A profile of a strange screen: sRGB whose red and blue have changed places."""
    profile = SRGB.replace(b"rXYZ", b"qXYZ").replace(b"bXYZ", b"rXYZ").replace(b"qXYZ", b"bXYZ")
    assert profile != SRGB
    return profile.replace(b"s\0R\0G\0B\0", b"o\0t\0h\0r\0").replace(b"sRGB", b"othr").replace(b"\0s\0R", b"\0o\0t")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_profile_of_another_screen_is_heeded(mode: str) -> None:
    """What it calls red may be blue; what is transparent stays so."""
    red = (255, 0, 0) if mode == "RGB" else (255, 0, 0, 80)
    shown = loaded(made(Image.new(mode, (4, 4), red), "PNG", icc_profile=swapped()))
    pixel = shown.getpixel((1, 1))
    assert pixel[2] > 200 > 60 > pixel[0]
    assert (shown.mode, pixel[3:]) == (mode, red[3:])


def test_sixteen_bits_become_eight() -> None:
    """The engine would read them as something else."""
    wide = Image.new("I;16", (2, 1))
    wide.putpixel((1, 0), 65535)
    shown = loaded(made(wide, "PNG"))
    assert (shown.mode, shown.tobytes()) == ("L", b"\x00\xff")


def test_a_turned_photograph_is_turned() -> None:
    """Its own note of how it was held is not lost."""
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = loaded(made(Image.new("CMYK", (8, 4)), "JPEG", exif=exif))
    assert shown.size == (4, 8)


def test_a_broken_profile_changes_no_dot() -> None:
    picture = Image.new("RGB", (4, 3))
    content = made(picture, "PNG", icc_profile=b"no profile at all")
    asset = read_picture("x.png", content, Location())[0]
    assert asset
    assert asset.content == made(picture, "PNG")


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_the_profile_of_a_grey_picture_is_heeded(mode: str) -> None:
    """Browsers would heed it and the engine would not; what is transparent stays so."""
    grey = 128 if mode == "L" else (128, 80)
    shown = loaded(made(Image.new(mode, (4, 4), grey), "PNG", icc_profile=linear_grey()))
    assert (shown.mode, shown.info.get("icc_profile")) == (mode, None)
    pixel = shown.getpixel((1, 1))
    assert pixel == (pytest.approx(188, abs=2) if mode == "L" else (pytest.approx(188, abs=2), 80))


def linear_grey() -> bytes:
    """A profile (version 2.1) of greys whose light grows as their numbers do."""
    name = b"Linear\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 0)
    return icc_file(
        {b"desc": described, b"cprt": b"text\0\0\0\0none\0", b"wtpt": white, b"kTRC": curve}, b"GRAY", b"mntr", b"XYZ "
    )
