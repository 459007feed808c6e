"""Pictures by their content; nothing that runs or reaches out."""

import base64
import io

import pypdfium2
import pytest
from PIL import Image

from pipeline.core.diagnostics import Location, Severity
from pipeline.load.pictures.picture import read_picture
from pipeline.load.pictures.svg import media_type

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def picture(kind: str, size: tuple[int, int] = (3, 2)) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def said(content: bytes, path: str = "source/briefings/x.svg") -> list[str]:
    """Code and sentence of what is said of a picture."""
    _, remarks = read_picture(path, content, Location("source/briefings/a.md", 7, 1))
    return [f"{r.place.line} {r.code}: {r.sentence}" for r in remarks]


def svg(inside: str) -> list[str]:
    """What is said of an SVG picture with this inside."""
    return said(f"{HEAD}{inside}</svg>".encode())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_kind_is_known_by_content(kind: str) -> None:
    asset, remarks = read_picture("x.txt", picture(kind), Location())
    assert asset is not None
    assert asset.media_type == f"image/{kind.lower()}"
    assert remarks == ()


def test_a_pdf_becomes_a_picture_of_its_first_page() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(144, 72)
    out = io.BytesIO()
    document.save(out)
    first = read_picture("x.pdf", out.getvalue(), Location())[0]
    again = read_picture("x.pdf", out.getvalue(), Location())[0]
    assert first is not None
    assert again is not None
    assert first.sha256 == again.sha256
    assert media_type(first.content) == "image/png"
    assert Image.open(io.BytesIO(first.content)).size == (400, 200)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"<html></html>", b"<svg>", b"%PDF-1.4 nothing", picture("PNG")[:50]]
)
def test_what_is_no_picture_is_told_at_the_place_that_names_it(content: bytes) -> None:
    """Damaged, cut short, or something else."""
    assert said(content)[0].startswith("7 figure-unusable")


def test_an_innocent_svg_stays_as_it_is() -> None:
    held = base64.b64encode(picture("PNG")).decode()
    assert (
        svg(
            '<defs><linearGradient id="g"/></defs><style>.a{fill:url(#g)}</style><use xlink:href="#g"/>'
            f'<rect style="fill:url(\'#g\')"/><image href="data:image/png;base64,{held}"/>'
        )
        == []
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x()</script>",
        '<rect onclick="x()"/>',
        "<foreignObject/>",
        '<image href="http://e.org/x.png"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        '<use href="other.svg#a"/>',
        '<a href="javascript:x()"/>',
        "<style>@import 'x.css';</style>",
        "<style>a{fill:url(http://e.org/x)}</style>",
        '<rect style="fill:url(x.svg#a)"/>',
        '<rect fill="url(//e.org/x)"/>',
        "<style>a{background:\\75rl(http://e.org)}</style>",
        '<set attributeName="href" to="http://e.org"/>',
        '<g xml:base="http://e.org/"/>',
        '<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="x"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<style>@font-face{font-family:x;src:local("y")}</style>',
        "<style>a{background:image-set('x.png' 1x)}</style>",
        '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
        "<?xml-stylesheet href='x.css'?>",
    ],
)
def test_an_svg_that_runs_or_reaches_out_is_refused(inside: str) -> None:
    assert [line.split(":")[0] for line in svg(inside)] == ["7 figure-unusable"]


def test_an_svg_is_read_without_a_font_of_its_own() -> None:
    fonts = "@font-face { font-family: Hand; src: url(data:font/woff2;base64,d09GMg==) format('woff2'); }"
    drawing = f"{HEAD}<style>{fonts} text {{ fill: red }}</style><text>x</text></svg>".encode()
    asset, (remark,) = read_picture("x.svg", drawing, Location())
    assert (remark.code, remark.severity) == ("figure-font", Severity.WARNING)
    assert "'Hand'" in remark.sentence
    assert asset is not None
    assert (b"font-face" in asset.content, b"fill: red" in asset.content) == (False, True)


@pytest.mark.parametrize(
    "source", ["url(http://e.org/a.woff)", "url(data:font/woff2;base64,AA),local('y')", r"\75rl(x)"]
)
def test_an_svg_with_a_font_from_elsewhere_is_refused(source: str) -> None:
    assert [line.split(":")[0] for line in svg(f"<style>@font-face{{src:{source}}}</style>")] == ["7 figure-unusable"]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE svg [<!ATTLIST svg onload CDATA "x()">]>',
        '<?xml-stylesheet type="text/css" href="http://e.org/x.css"?>',
        '<?xml version="1.0" encoding="UTF-7"?>',
    ],
)
def test_entities_and_style_sheets_of_an_svg_are_refused(head: str) -> None:
    assert said(f"{head}{HEAD}<text>x</text></svg>".encode())[0].startswith(("7 figure-unusable", "7 figure-unusable"))


def test_a_plain_document_type_is_taken_off() -> None:
    """Drawing programs write one; readers may fetch it."""
    head = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    asset = read_picture("x.svg", f"{head}{HEAD}<g/></svg>".encode(), Location())[0]
    assert asset is not None
    assert b"DOCTYPE" not in asset.content


@pytest.mark.parametrize("size", [(12000, 8000), (15552, 12096)])
def test_a_picture_too_large_to_print_is_refused(size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    assert said(out.getvalue())[0].endswith(f": it has {size[0]} × {size[1]} dots, and the limit is 60 million.")


def test_a_drawing_measured_in_pixels_is_given_the_frame_that_it_lacks() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="40px" height="9"><rect width="9" height="9"/></svg>'
    asset, _ = read_picture("x.svg", drawing, Location())
    assert asset is not None
    assert b'viewBox="0 0 40 9"' in asset.content
