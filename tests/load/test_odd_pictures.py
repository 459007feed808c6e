"""Pictures that somebody has made to take long, or to break the reader: each is read or refused, and soon."""

from io import BytesIO

import pytest
from PIL import Image

from pipeline.core.diagnostics import Location
from pipeline.load.pictures.photos import remove_photo_metadata
from pipeline.load.pictures.picture import read_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
PATTERN = "<pattern id='p' width='{}' height='1' patternUnits='userSpaceOnUse'/>"


def codes_of(content: bytes | str, name: str = "figure.svg") -> list[str]:
    """What is said of a picture."""
    given = content if isinstance(content, bytes) else content.encode()
    return [remark.code for remark in read_picture(name, given, Location("text.md"))[1]]


def jpeg() -> bytes:
    """A photograph of noise, whose scan holds stuffed bytes."""
    out = BytesIO()
    Image.effect_noise((64, 64), 90).save(out, "JPEG", quality=95)
    return out.getvalue()


def test_a_scan_of_padding_is_read_once() -> None:
    """Half a megabyte of FF before a stuffed byte: it was searched again from each of them."""
    content = jpeg()
    at = content.index(b"\xff\x00")
    assert codes_of(content[:at] + b"\xff" * 600_000 + content[at:], "noise.jpg") in ([], ["figure-unusable"])


def test_a_chunk_takes_no_more_room_than_the_file() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "WEBP")
    claimed = out.getvalue() + b"JUNK" + (900_000_000).to_bytes(4, "little")
    assert len(remove_photo_metadata(claimed)) < 1000


@pytest.mark.parametrize(
    "style",
    [".a" * 300_000, "/**/" + "(" * 3000, "/*" * 100_000],
    ids=["selectors without an end", "brackets without an end", "remarks without an end"],
)
def test_a_style_without_an_end_is_read_once(style: str) -> None:
    assert codes_of(SVG.format(f"<style>{style}</style>")) == []
    assert codes_of(SVG.format(f'<g style="{style}"/>')) == []


def test_many_document_types_in_a_remark_are_read_once() -> None:
    assert codes_of(SVG.format("<!--" + "<!DOCTYPE" * 60_000 + " -->")) == []


@pytest.mark.parametrize("length", ["1e400", "-1e400", "1e308"])
@pytest.mark.parametrize("height", ["0", "1", "1e400"])
def test_lengths_beyond_all_numbers_are_counted(length: str, height: str) -> None:
    shape = f"<rect fill='url(#p)' width='{length}' height='{height}'/>"
    assert codes_of(SVG.format(shape + PATTERN.format(1))) in ([], ["job-too-large"])
    assert codes_of(SVG.format(shape + PATTERN.format(length))) in ([], ["job-too-large"])


def test_a_picture_in_a_drawing_that_is_none_is_told() -> None:
    """It would be left out without a word."""
    assert codes_of(SVG.format("<image href='data:image/png;base64,AAA'/>")) == ["figure-unusable"]
