"""Pictures are shown as they were meant, and nothing that was noted in their files is published."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageCms, ImageOps

from pipeline.core.diagnostics import Location
from pipeline.load.pictures.photos import has_photo_metadata, remove_photo_metadata
from pipeline.load.pictures.picture import read_picture
from tests.support.load import metadata_pictures as pictures

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
MAKERS: dict[str, Callable[..., bytes]] = {"jpeg": pictures.jpeg, "png": pictures.png, "webp": pictures.webp}
FRAMES: dict[str, Any] = {
    "save_all": True,
    "append_images": [Image.new("RGB", (24, 16), "black")],
    "loop": 0,
    "duration": 80,
}


def shown(content: bytes) -> bytes:
    """The file of a picture as it is published; the same one twice."""
    first, again = (read_picture("source/x", content, Location())[0] for _ in range(2))
    assert first
    assert first == again
    return first.content


def dots(content: bytes) -> tuple[tuple[int, int], bytes]:
    """What a picture shows, upright."""
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    return upright.size, upright.convert("RGBA").tobytes()


@pytest.mark.parametrize(
    "content",
    [
        *(pictures.jpeg(), pictures.jpeg(progressive=True), pictures.jpeg(icc_profile=SRGB)),
        *(pictures.jpeg(restart_marker_blocks=1), pictures.burst(), pictures.png(), pictures.png(icc_profile=SRGB)),
        *(pictures.png(picture=pictures.photograph(mode="P")), pictures.webp(), pictures.webp(icc_profile=SRGB)),
        *(pictures.gif(), pictures.gif(**FRAMES), pictures.png(**FRAMES), pictures.webp(**FRAMES)),
    ],
)
def test_notes_are_taken_out_and_no_dot_is_changed(content: bytes) -> None:
    """Place, author, comments, small pictures, second pictures, the day, and what lies behind the end."""
    assert pictures.tells(content)
    published = shown(content)
    assert not pictures.tells(published)
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(published))
    assert dots(published) == dots(content)
    assert len(published) < len(content)
    assert before.info.get("icc_profile") == after.info.get("icc_profile")
    assert getattr(after, "n_frames", 1) == (1 if before.format == "MPO" else getattr(before, "n_frames", 1))
    assert not set(after.info) & {"exif", "xmp", "comment", "photoshop", "Author", "Comment", "Title", "mp"}
    assert (has_photo_metadata(content), has_photo_metadata(published), remove_photo_metadata(published)) == (
        True,
        False,
        published,
    )


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_it_was_held(kind: str, orientation: int) -> None:
    """Its note of how it was held is heeded before it is dropped. Only a JPEG loses by it, and next to nothing."""
    content = MAKERS[kind](orientation)
    published = shown(content)
    assert not pictures.tells(published)
    upright = Image.open(io.BytesIO(published)).convert("RGB")
    (wide, high), _ = dots(content)
    assert upright.size == (wide, high)
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
    for spot in ((2, 2), (wide - 3, 2), (2, high - 3), (wide - 3, high - 3)):
        assert upright.getpixel(spot) == pytest.approx(wanted.getpixel(spot), abs=4)
    assert Image.open(io.BytesIO(published)).getexif().get(0x0112, 1) == 1


def test_a_turned_picture_keeps_its_profile_and_what_is_clear() -> None:
    """All else of it is as it was."""
    clear = pictures.photograph(mode="P")
    published = Image.open(io.BytesIO(shown(pictures.png(6, clear, transparency=0, icc_profile=SRGB))))
    assert published.info["icc_profile"] == SRGB
    assert published.has_transparency_data


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_a_photograph_that_is_converted_has_no_notes(mode: str) -> None:
    noted = {"exif": pictures.exif(), "comment": pictures.SECRET, "icc_profile": None}
    assert not pictures.tells(shown(pictures.file(pictures.photograph(mode=mode), "JPEG", **noted)))


def test_a_profile_that_is_none_is_a_note() -> None:
    """Nobody can heed it, and anything may stand in it."""
    for kind in ("JPEG", "PNG", "WEBP"):
        noted = pictures.file(pictures.photograph(), kind, icc_profile=pictures.SECRET.encode() * 9)
        assert not pictures.tells(shown(noted))


def test_a_pdf_that_becomes_a_picture_has_no_notes() -> None:
    published = shown(pictures.pdf())
    assert not pictures.tells(published)
    assert Image.open(io.BytesIO(published)).getpixel((9, 9)) == pytest.approx((254, 0, 0), abs=4)


def test_a_drawing_loses_its_notes_and_keeps_its_words() -> None:
    """Title and description are said to readers; the words behind a note stay where they are."""
    published = shown(pictures.svg())
    assert not pictures.tells(published)
    root = etree.fromstring(published)
    names = [etree.QName(node).localname for node in root.iter()]
    assert names == ["svg", "title", "desc", "style", "text", "rect", "image"]
    assert "".join(map(str, root.itertext("{*}title", "{*}desc", "{*}text"))) == "WardsNine wardsOne ward"
    assert [etree.QName(name).localname for name in root.find("{*}rect").attrib] == ["style", "width", "height"]
    assert sorted(root.nsmap.values()) == ["http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"]


def test_a_photograph_in_a_drawing_is_treated_like_any() -> None:
    held = base64.b64encode(pictures.jpeg(6)).decode()
    drawing = f'{pictures.DRAWING}<image href="data:image/png;base64,{held}"/></svg>'
    published = shown(drawing.encode())
    (found,) = re.findall(rb'href="data:image/jpeg;base64,([^"]+)"', published)
    inside = base64.b64decode(found)
    assert not pictures.tells(inside)
    assert Image.open(io.BytesIO(inside)).size == (16, 24)


@pytest.mark.parametrize("held", ["bm90IGEgcGljdHVyZQ==", "A"])
def test_what_is_no_picture_in_a_drawing_is_told(held: str) -> None:
    drawing = f'{pictures.DRAWING}<image href="data:image/png;base64,{held}"/></svg>'
    asset, remarks = read_picture("source/x.svg", drawing.encode(), Location("a.md", 7, 1))
    assert (asset, [remark.code for remark in remarks]) == (None, ["figure-unusable"])


@pytest.mark.parametrize(
    "content", [pictures.file(pictures.photograph(), kind) for kind in ("JPEG", "PNG", "GIF", "WEBP")]
)
def test_a_picture_without_notes_is_published_as_it_is(content: bytes) -> None:
    assert shown(content) == content
