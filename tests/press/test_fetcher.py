"""Whatever a text says, the press reaches nothing but the text's own images and fonts; every try is told."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name, Pdf, Stream

from pipeline.press.press import press
from tests.support.load import metadata_pictures
from tests.support.press.manuscripts import asset, manuscript, page_texts, picture

SECRET = "SECRET123"


class World:
    """A server that counts what is asked of it, and a file that must not turn up anywhere."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        self.secret = folder / "secret.txt"
        self.secret.write_text(SECRET, "utf-8")
        world = self

        class Counting(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                world.asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Counting)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.http = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world outside the text."""
    outside = World(tmp_path_factory.mktemp("outside"))
    yield outside
    outside.server.shutdown()


DATA = f"data:image/svg+xml;base64,{base64.b64encode(b'<svg/>').decode()}"
BODIES = {
    "image, file": '<img src="{file}" alt="x"/>',
    "image, http": '<img src="{http}/i.png" alt="x"/>',
    "image, path": '<img src="../../../etc/passwd" alt="x"/>',
    "image, data": f'<img src="{DATA}" alt="x"/>',
    "image, another digest": '<img src="asset:ffff" alt="x"/>',
    "image, font of another package": '<img src="font:json/__init__.py" alt="x"/>',
    "link rel=attachment, file": '<link rel="attachment" href="{file}"/>',
    "link rel=stylesheet, http": '<link rel="stylesheet" href="{http}/a.css"/>',
    "a rel=attachment, file": '<a rel="attachment" href="{file}">x</a>',
    "style @import, http": "<style>@import url({http}/a.css);</style>",
    "style attribute, http": '<span style="background: url({http}/b.png)">x</span>',
    "style attribute, file": '<span style="content: url({file})">x</span>',
    "object, file": '<object data="{file}">x</object>',
    "embed, http": '<embed src="{http}/e.svg"/>',
    "iframe, http": '<iframe src="{http}/f"></iframe>',
    "inline drawing, image": '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><image href="{http}/s"/></svg>',
    "inline drawing, use": '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><use href="{http}/s#a"/></svg>',
}
STYLES = {
    "@import, http": "@import url({http}/a.css);",
    "@import, file": '@import "{file}";',
    "background, http": "p {{ background: url({http}/b.png) }}",
    "list mark, file": "p {{ display: list-item; list-style-image: url({file}) }}",
    "@font-face, http": "@font-face {{ font-family: Q; src: url({http}/f.woff) }} p {{ font-family: Q, Lato }}",
    "@font-face, file": "@font-face {{ font-family: Q; src: url({file}) }} p {{ font-family: Q, Lato }}",
    "@font-face, local": "@font-face {{ font-family: Q; src: local('DejaVu Sans') }} p {{ font-family: Q, Lato }}",
}
DRAWINGS = {
    "image, http": '<image href="{http}/s" width="5" height="5"/>',
    "image, file": '<image href="{file}" width="5" height="5"/>',
    "use, http": '<use href="{http}/use.svg#a"/>',
    "style @import": "<style>@import url({http}/c.css);</style>",
    "fill, http": '<rect width="5" height="5" fill="url({http}/p.svg#a)"/>',
    "font": "<style>@font-face {{ font-family: Z; src: url({http}/f.woff) }}</style><text>x</text>",
    "script": "<script>1</script>",
    "foreign": "<foreignObject><p>x</p></foreignObject>",
}


def remark_codes(text: str, world: World, style: str = "", svg: str = "") -> set[str]:
    """Press it; nothing may have been asked for or let in. The codes of what is told."""
    names = {"file": world.secret.as_uri(), "http": world.http}
    images = (picture(svg.format(**names)),) if svg else ()
    body = text.format(**names) if images == () else f'<img src="asset:{images[0].sha256}" alt="x"/>'
    sheets = press(manuscript(f'<p id="a">Lamps. {body}</p>', style.format(**names), images))
    assert world.asked == []
    assert SECRET not in "".join(page_texts(sheets.pdf))
    with pikepdf.open(BytesIO(sheets.pdf)) as pdf:
        streams = [obj.read_bytes() for obj in pdf.objects if isinstance(obj, pikepdf.Stream)]
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})
    assert not any(SECRET.encode() in stream for stream in streams)
    return {remark.code for remark in sheets.remarks}


@pytest.mark.parametrize("name", BODIES)
def test_a_text_cannot_reach_out(name: str, world: World) -> None:
    remark_codes(BODIES[name], world)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_sheet_cannot_reach_out(name: str, world: World) -> None:
    style = STYLES[name]
    if "@import" in style:
        text = manuscript('<p id="a">x</p>')
        names = {"file": world.secret.as_uri(), "http": world.http}
        sheet = style.format(**names) + "@font-face{font-family:Lato;src:url(font:fontpkg_lato/Lato-Regular.ttf)}"
        sheets = press(type(text)("briefing", text.chapters, text.metadata, sheet, "", "", text.fonts))
        assert (world.asked, {r.code for r in sheets.remarks}) == ([], {"made-refused"})
    else:
        assert "made-refused" in remark_codes("x", world, style)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_cannot_reach_out(name: str, world: World) -> None:
    remark_codes("", world, svg=DRAWINGS[name])


def test_entities_of_a_drawing_are_not_read(world: World) -> None:
    doctype = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{world.secret.as_uri()}">]>'
    svg = f'{doctype}<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">&x;</text></svg>'
    image = asset(svg.encode())
    sheets = press(manuscript(f'<p id="a"><img src="asset:{image.sha256}" alt="x"/></p>', images=(image,)))
    assert SECRET not in "".join(page_texts(sheets.pdf))


def test_a_refused_font_does_not_stay_for_the_next_text(world: World) -> None:
    bad = picture(f"<style>@font-face {{ font-family: Z; src: url({world.http}/f.woff) }}</style><text>x</text>")
    press(manuscript(f'<p id="a"><img src="asset:{bad.sha256}" alt="x"/></p>', images=(bad,)))
    assert press(manuscript('<p id="a">Lamps</p>')).remarks == ()


def test_a_photograph_within_a_drawing_is_printed() -> None:
    encoded = base64.b64encode(metadata_pictures.file(metadata_pictures.photograph(), "PNG")).decode()
    svg = picture(f'<image href="data:image/png;base64,{encoded}" width="50" height="50"/>')
    sheets = press(manuscript(f'<p id="a"><img src="asset:{svg.sha256}" alt="A scene"/></p>', images=(svg,)))
    assert sheets.remarks == ()
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        drawn = [obj for obj in pdf.objects if isinstance(obj, Stream) and obj.get("/Subtype") == Name.Image]
        assert [(int(image.Width), int(image.Height)) for image in drawn] == [(24, 16)]


def test_own_drawings_are_let_in() -> None:
    svg = picture(
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<rect width="50" height="50" fill="url(#g)"/>'
    )
    sheets = press(manuscript(f'<p id="a"><img src="asset:{svg.sha256}" alt="A square"/></p>', images=(svg,)))
    assert sheets.remarks == ()
