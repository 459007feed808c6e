"""Whatever an author writes, nothing is fetched and no file outside the project gets into what is made."""

import re

import pytest

from tests.acceptance.attempts import FIGURE, SVG, Try
from tests.support import libraries

pytestmark = pytest.mark.proof

HTML = {
    "a picture by file": '<img src="FILE">',
    "a picture by address": 'Text <img src="HTTP/x.png"> goes on.',
    "an attachment": '<link rel="attachment" href="FILE">',
    "a style that imports": "<style>@import url(HTTP/x.css);</style>",
    "a script": '<script src="HTTP/x.js"></script>',
    "a frame": '<iframe src="FILE"></iframe>',
    "an object": '<object data="HTTP/x.svg"></object>',
    "a drawing": '<svg><image href="FILE"/></svg>',
    "a base": '<base href="HTTP/">',
}


@pytest.mark.parametrize("html", HTML.values(), ids=HTML)
def test_html_is_refused(attempt: Try, html: str) -> None:
    tried = attempt({"briefings/patrol/briefing.md": libraries.briefing(f"Before.\n\n{html}\n\nAfter [@hughes2018].")})
    assert tried.said.code == 1
    assert tried.codes & {"raw-html", "figure-missing"}
    assert "source/briefings/patrol/briefing.md:8:" in tried.said.err or "briefing.md:8:6" in tried.said.err
    assert "briefings/patrol/patrol.pdf" in tried.made


QUIET = {
    "an attached link": '<a rel="attachment" href="HTTP/x">words</a>',
    "events": '<p onclick="alert(1)"><b onload="alert(1)" style="background:url(HTTP/x.png)">Words</b></p>',
    "a link that acts": '<a href="HTTP/" onclick="alert(1)" ping="HTTP/x.png" target="_blank">words</a>',
    "a picture that acts": 'Text <img src="lamp.svg" alt="A lamp" onerror="alert(1)" srcset="HTTP/x.png">',
}
_REACHES = rb"alert\(1\)|/x\.png|onclick|onerror|rel=.attachment"


@pytest.mark.parametrize("html", QUIET.values(), ids=QUIET)
def test_html_that_is_read_brings_words_alone(attempt: Try, html: str) -> None:
    files = {"briefings/patrol/briefing.md": libraries.briefing(f"Before.\n\n{html}\n\nAfter [@hughes2018].")}
    tried = attempt(files | {"briefings/patrol/lamp.svg": SVG.format("<g/>", "")})
    assert "briefings/patrol/patrol.html" in tried.made
    for name, content in tried.made.items():
        assert not re.search(_REACHES, libraries.laid_open(content)), name


PICTURES = {
    "a file": "FILE",
    "an address": "HTTP/x.png",
    "a path upwards": "../../../secret.txt",
    "a path upwards, disguised": "..%2f..%2f..%2fsecret.txt",
    "a path from the root": "/etc/passwd",
    "backslashes": "..\\\\..\\\\secret.txt",
    "words in the address": "data:image/svg+xml,%3Csvg/%3E",
    "another drive": "C:/secret.txt",
    "a share": "//127.0.0.1/secret.png",
    "a font of ours": "font:fontpkg_lato/Lato-Regular.ttf",
    "an asset by digest": "asset:0000",
}


@pytest.mark.parametrize("target", PICTURES.values(), ids=PICTURES)
def test_a_picture_comes_from_the_briefing_s_folder(attempt: Try, target: str) -> None:
    body = f'Text [@hughes2018].\n\n![A picture]({target}){{alt="x"}}\n'
    tried = attempt({"briefings/patrol/briefing.md": libraries.briefing(body)})
    assert tried.said.code == 1
    assert tried.codes & {"figure-missing"}
    assert "briefings/patrol/patrol.pdf" in tried.made


DRAWINGS = {
    "a picture by file": ('<image href="FILE" width="9" height="9"/>', ""),
    "a picture by address": ('<image xlink:href="HTTP/x.png" width="9" height="9"/>', ""),
    "a path upwards": ('<image href="../../../secret.txt" width="9" height="9"/>', ""),
    "a shape elsewhere": ('<use xlink:href="HTTP/x.svg#a"/>', ""),
    "a script": ("<script>fetch('HTTP/x')</script>", ""),
    "a script on loading": ("<g/>", " onload=\"fetch('HTTP/x')\""),
    "foreign content": (
        '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml"><img src="FILE"/></p>'
        "</foreignObject>",
        "",
    ),
    "a style that imports": ("<style>@import url(HTTP/x.css);</style>", ""),
    "a style in disguise": ("<style>@\\69mport 'HTTP/x.css';</style>", ""),
    "a filling from elsewhere": ('<rect width="9" height="9" style="fill:url(HTTP/x.svg#a)"/>', ""),
    "a filter from elsewhere": ('<rect width="9" height="9" filter="url(FILE#a)"/>', ""),
    "a font from elsewhere": ("<style>@font-face{font-family:x;src:url(HTTP/x.ttf)}</style>", ""),
    "a base elsewhere": ('<image href="#a"/>', ' xml:base="HTTP/"'),
    "a link that runs": ('<a href="javascript:alert(1)"><rect width="9" height="9"/></a>', ""),
    "an inner drawing": ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', ""),
}


HEADS = {
    "an entity of a file": '<!DOCTYPE svg [<!ENTITY x SYSTEM "FILE">]>',
    "an entity of an address": '<!DOCTYPE svg [<!ENTITY x SYSTEM "HTTP/x">]>',
    "a parameter entity": '<!DOCTYPE svg [<!ENTITY % p SYSTEM "HTTP/p.dtd"> %p; <!ENTITY x "y">]>',
    "laughter": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;">]>',
    "a style sheet before it": '<?xml-stylesheet href="HTTP/x.css"?>',
}


REFUSED = {name: SVG.format(*drawing) for name, drawing in DRAWINGS.items()} | {
    name: head + SVG.format("<text>&x;</text>" if "ENTITY" in head else "<g/>", "") for name, head in HEADS.items()
}


@pytest.mark.parametrize("drawing", REFUSED.values(), ids=REFUSED)
def test_a_drawing_reaches_for_nothing_and_declares_nothing(attempt: Try, drawing: str) -> None:
    files = {
        "briefings/patrol/briefing.md": libraries.briefing(FIGURE.format("Text [@hughes2018].")),
        "briefings/patrol/drawing.svg": drawing,
    }
    tried = attempt(files)
    assert tried.said.code == 1
    assert "figure-unusable" in tried.codes


LINKS = ("FILE", "javascript:alert(1)", "data:text/html,x", "../../../secret.txt", "vbscript:x", "//127.0.0.1/x")


@pytest.mark.parametrize("target", LINKS)
def test_a_link_leads_only_where_a_reader_may_go(attempt: Try, target: str) -> None:
    tried = attempt({"briefings/patrol/briefing.md": libraries.briefing(f"Text [@hughes2018] and [words]({target}).")})
    assert tried.said.code == 1
    assert "link-address" in tried.codes


ATTRIBUTES = ('{style="background:url(HTTP/x.png)"}', '{onclick="alert(1)"}', '{src="FILE"}', "{.x rel=attachment}")


@pytest.mark.parametrize("attributes", ATTRIBUTES)
def test_attributes_carry_no_style_and_no_script(attempt: Try, attributes: str) -> None:
    tried = attempt(
        {"briefings/patrol/briefing.md": libraries.briefing(f"Text [@hughes2018] and [words]{attributes}.")}
    )
    for name, content in tried.made.items():
        assert not re.search(rb"/x\.png|alert\(1\)|file://|rel=.attachment", libraries.laid_open(content)), name


def test_markup_in_front_matter_is_text(attempt: Try) -> None:
    page = libraries.briefing(title='\'Patrol <img src="FILE"> <style>@import "HTTP/x";</style> {{ 7*7 }}\'')
    tried = attempt({"briefings/patrol/briefing.md": page})
    page_made = tried.made["briefings/patrol/patrol.html"]
    assert b"&lt;img src=" in page_made
    assert b"{{ 7*7 }}" in page_made
    assert b"<img src=" not in page_made
