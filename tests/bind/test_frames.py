"""One gate: whatever a template puts into a page, a book or a PDF is held to what a text may hold."""

import pytest
from lxml import etree
from markupsafe import Markup

from pipeline.bind.frames import fill_document, fill_page_frame
from pipeline.compose.design.style import join_sheets
from pipeline.compose.page.allow_list import Flaw, check_page_content, remove_outside_addresses
from pipeline.compose.page.fragment import fill_page
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import Layouts
from tests.support.compose import samples
from tests.support.words import ENGLISH

PAGE = "briefing/briefing.html.j2"
SVG, XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"

HOSTILE = (
    "<script>alert(1)</script>",
    '<script src="https://x.example/a.js"></script>',
    "<SCRIPT>alert(1)</SCRIPT>",
    f'<script xmlns="{XHTML}">alert(1)</script>',
    f'<x:script xmlns:x="{XHTML}">alert(1)</x:script>',
    '<p onclick="alert(1)">a</p>',
    '<p ONCLICK="alert(1)">a</p>',
    '<img src="asset:00" alt="" onerror="alert(1)"/>',
    '<p><img src="x" onerror="alert(1)" alt=""/></p>',
    '<iframe src="file:///etc/passwd"></iframe>',
    '<iframe srcdoc="a"></iframe>',
    '<object data="https://x.example/a.pdf"></object>',
    '<embed src="https://x.example/a.swf"/>',
    '<applet code="a"></applet>',
    '<form action="https://x.example/"><input name="a"/></form>',
    '<button formaction="https://x.example/">a</button>',
    '<input type="image" src="https://x.example/a.png"/>',
    '<base href="https://x.example/"/>',
    '<meta http-equiv="refresh" content="0;url=https://x.example/"/>',
    '<link rel="stylesheet" href="https://x.example/a.css"/>',
    '<link rel="prefetch" href="https://x.example/"/>',
    "<style>@import 'https://x.example/a.css';</style>",
    "<style>p { color: red }</style>",
    '<p style="background: url(https://x.example/a.png)">a</p>',
    '<p style="background: u\\rl(https://x.example/a.png)">a</p>',
    "<p style=\"background: image-set('https://x.example/a.png' 1x)\">a</p>",
    "<p style=\"--a: '//x.example'; background: image-set(var(--a) 1x)\">a</p>",
    '<p style="background: url(file:///etc/passwd)">a</p>',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="JavaScript:alert(1)">a</a>',
    '<a href=" javascript:alert(1)">a</a>',
    '<a href="java&#9;script:alert(1)">a</a>',
    '<a href="&#1;javascript:alert(1)">a</a>',
    '<a href="data:text/html,a">a</a>',
    '<a href="vbscript:a">a</a>',
    '<a href="file:///etc/passwd">a</a>',
    '<a href="//x.example/">a</a>',
    '<a href="/etc/passwd">a</a>',
    '<a href="#a" ping="https://x.example/">a</a>',
    '<a href="#a" rel="attachment">a</a>',
    '<a rel="Attachment" href="file:///etc/passwd">a</a>',
    '<img src="https://x.example/a.png" alt=""/>',
    '<img src="asset:00" srcset="https://x.example/a.png 2x" alt=""/>',
    '<img src="data:image/svg+xml,&lt;svg/&gt;" alt=""/>',
    '<img src="data:text/html;base64,PHA+" alt=""/>',
    '<picture><source srcset="https://x.example/a.png"/></picture>',
    '<video src="https://x.example/a.mp4" poster="https://x.example/a.png"></video>',
    '<audio src="https://x.example/a.mp3"></audio>',
    '<table background="https://x.example/a.png"><tr><td>a</td></tr></table>',
    '<blockquote cite="https://x.example/" onmouseover="a">a</blockquote>',
    "<textarea>a</textarea>",
    "<noscript>a</noscript>",
    "<xmp>a</xmp>",
    "<plaintext>a</plaintext>",
    "<template><p>a</p></template>",
    '<slot name="a"></slot>',
    "<x-a>a</x-a>",
    '<p is="x-a">a</p>',
    f'<svg xmlns="{SVG}"><script>alert(1)</script></svg>',
    f'<svg xmlns="{SVG}" onload="alert(1)"></svg>',
    f'<svg xmlns="{SVG}"><style>@import "https://x.example/a.css";</style></svg>',
    f'<svg xmlns="{SVG}"><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>',
    f'<svg xmlns="{SVG}"><image href="https://x.example/a.png"/></svg>',
    f'<svg xmlns="{SVG}"><use href="https://x.example/a.svg#a"/></svg>',
    f'<svg xmlns="{SVG}" xmlns:l="http://www.w3.org/1999/xlink"><use l:href="//x.example/a.svg#a"/></svg>',
    f'<svg xmlns="{SVG}"><a href="javascript:alert(1)"><text>a</text></a></svg>',
    f'<svg xmlns="{SVG}"><animate attributeName="href" to="javascript:a"/></svg>',
    f'<svg xmlns="{SVG}"><set attributeName="onload" to="a"/></svg>',
    f'<svg xmlns="{SVG}"><foreignObject><p xmlns="{XHTML}">a</p></foreignObject></svg>',
    f'<svg xmlns="{SVG}"><title><g>a</g></title></svg>',
    f'<svg xmlns="{SVG}"><path fill="url(https://x.example/a.svg#a)" d="M0 0"/></svg>',
    f'<svg xmlns="{SVG}"><path style="fill: url(//x.example)" d="M0 0"/></svg>',
    f'<svg xmlns="{SVG}" xml:base="https://x.example/"></svg>',
    f'<svg xmlns="{SVG}"><p xmlns="{XHTML}">a</p></svg>',
    "<svg><script>alert(1)</script></svg>",
    '<math><mi href="javascript:alert(1)">a</mi></math>',
    '<math><maction actiontype="statusline">a</maction></math>',
    '<math><annotation-xml encoding="text/html"><p>a</p></annotation-xml></math>',
    "<math><semantics><annotation><mi>a</mi></annotation></semantics></math>",
    "<math><mtext><p onclick='a'>a</p></mtext></math>",
    "<math><style>a</style></math>",
    '<div xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></div>',
    '<p xml:base="https://x.example/">a</p>',
    '<p xmlns:e="http://www.w3.org/2001/xml-events" e:event="load" e:handler="#a">a</p>',
    '<div href="https://x.example/">a</div>',
)
"""Markup that runs, is fetched, or leads where no page may lead."""

IN_HEAD = (
    "<script>alert(1)</script>",
    '<base href="https://x.example/">',
    '<meta http-equiv="refresh" content="0;url=https://x.example/">',
    '<meta http-equiv="Set-Cookie" content="a=b">',
    '<link rel="preload" href="https://x.example/a.js">',
    '<link rel="icon" href="https://x.example/a.ico">',
    '<link rel="stylesheet" href="https://x.example/a.css">',
    "<style>@import 'https://x.example/a.css';</style>",
    "<style>@font-face { font-family: a; src: url(https://x.example/a.woff) }</style>",
    "<style>p { background: url(//x.example/a.png) }</style>",
)

IN_HTML = (
    "<!--><script>alert(1)</script>-->",
    "<?a <script>alert(1)</script>?>",
    "<p/onclick=alert(1)>a</p>",
    "<p title='a'onclick=alert(1)>a</p>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<title><script></title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)",
    "<a href=javascript&colon;alert(1)>a</a>",
    "<a href='java\nscript:alert(1)'>a</a>",
    "<body onload=alert(1)>",
    "<html manifest=a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<![CDATA[ <script>alert(1)</script> ]]>",
)
"""Ways that HTML has and XHTML has not."""


def with_(name: str, text: str) -> Layouts:
    """The layouts that ship with another text in one template."""
    return Layouts({**samples.layouts().files, name: text})


@pytest.mark.parametrize("markup", HOSTILE)
def test_no_text_holds_what_runs_or_reaches_out(markup: str) -> None:
    with pytest.raises(LayoutFault) as error:
        fill_page(with_(PAGE, f"<section>\n<p>words</p>\n{markup}\n</section>"), PAGE, {}, "en-GB")
    assert (error.value.path, error.value.line) == (f"layouts/{PAGE}", 3)


@pytest.mark.parametrize("markup", HOSTILE)
def test_no_document_of_a_book_does(markup: str) -> None:
    name = "epub/chapter.xhtml.j2"
    text = samples.layouts().files[name].replace("<body", "<body", 1).replace("{{ body }}", f"{{{{ body }}}}\n{markup}")
    chapter = {"title": "A", "matter": "bodymatter"}
    values = {"title": "A", "language": "en", "house": "", "notices": (), "title_id": "", "chapter": chapter}
    with pytest.raises(LayoutFault) as error:
        fill_document(with_(name, text), name, values | {"body": Markup("<p>a</p>")}, "a")
    assert error.value.path == f"layouts/{name}"


def page(head: str = "", body: str = "") -> str:
    """A web page whose frame has something more."""
    text = samples.layouts().files["web/page.html.j2"]
    return page_of(text.replace("</head>", f"{head}\n</head>").replace("<footer", f"{body}\n<footer"))


def page_of(text: str) -> str:
    """A web page in a frame of its own."""
    name = "web/page.html.j2"
    values = {
        "page": {"layout": "briefing", "notices": (), "parts": ()},
        "metadata": {"language": "en", "title": "A", "publisher": "B", "description": "", "authors": ()},
        "identity": {"address": "https://x.example/a"},
        "running": (("top-left", Markup('"url(https://x.example)"')),),
        "named": "a",
        "text_id": "text",
        "produced": "",
        "words": ENGLISH,
        "house": "",
    }
    return fill_page_frame(with_(name, text), name, values, "<p>the body</p>", "p { margin: 0 }")


@pytest.mark.proof
@pytest.mark.parametrize(
    ("head", "body"), [("", markup) for markup in (*HOSTILE, *IN_HTML)] + [(markup, "") for markup in IN_HEAD]
)
def test_no_web_page_does(head: str, body: str) -> None:
    with pytest.raises(LayoutFault) as error:
        page(head, body)
    assert error.value.path == "layouts/web/page.html.j2"


def test_a_page_is_its_frame_with_text_and_style_in_it() -> None:
    text = page()
    assert "<style>\np { margin: 0 }\n@media print" in text
    assert '<main id="text" tabindex="-1">\n<p>the body</p>\n</main>' in text
    assert "of-page" not in text


@pytest.mark.parametrize(
    "frame",
    [
        "<html><body></body></html>",
        "<html><body>{{ body }}{{ body }}</body></html>",
        '<html><body><p title="{{ body }}">a</p></body></html>',
        "<html><head><title>{{ body }}</title></head><body>a</body></html>",
        "<html><head><style>{{ body }}</style></head><body>a</body></html>",
        "<html><head><style>a { b: '{{ style }}</style></head><body>{{ body }}</body></html>",
        "<html><body><p>{{ style }}</p>{{ body }}</body></html>",
        '<html><body><main><DIV data-of-page="body"></DIV></main><p title="{{ body }}">a</p></body></html>',
        '<html><body><a href="#a">{{ body }}</a></body></html>',
        "{% if body|length > 100 %}<html>{% endif %}<body><script></script>{{ body }}</body>",
    ],
)
def test_a_frame_prints_text_and_style_where_they_belong(frame: str) -> None:
    with pytest.raises(LayoutFault):
        page_of(frame)


@pytest.mark.parametrize(
    ("template", "line", "sentence"),
    [
        ("<section>\n<p>a\n</section>", 2, "'<p>' is begun and not ended."),
        ("<p>a</p>\n<p>b", 2, "'<p>' is begun and not ended."),
        ("<p>a</p>\n</div>", 2, "'</div>' ends nothing."),
        ("<p>a</p>\n<p>b&nbsp;c</p>", 2, "'&nbsp;' is not known here; write the character itself, or its number."),
        ("<p id='a'>a</p>\n<p id='b'>b</p>\n<p id='b'>c</p>", 2, "the id 'b' appears twice."),
        ("{% set a = 1 %}\n{% if a %}\n<p>a</p>\n{% for b in 'cd' %}\n<p><b>{{ b }}</p>\n{% endfor %}{% endif %}", 5,
         "'<b>' is begun and not ended."),
        ("<p>a</p>\n{% include 'epub/part.j2' %}", 3, "'<i>' is begun and not ended."),
        ("<p>a</p>\n<p title=b>c</p>", 2, "it makes no well-formed XHTML: AttValue: \" or ' expected."),
        ("<p>a</p>\n<p>\x01</p>", 2, "it makes no well-formed XHTML: PCDATA invalid Char value 1."),
    ],
)  # fmt: skip
def test_markup_that_is_not_well_formed_is_told_at_its_line(template: str, line: int, sentence: str) -> None:
    layouts = Layouts({PAGE: template, "epub/part.j2": "<p>\nb</p>\n<p><i>c</p>"})
    with pytest.raises(LayoutFault) as error:
        fill_page(layouts, PAGE, {}, "en-GB")
    where = "epub/part.j2" if "include" in template else PAGE
    assert (error.value.path, error.value.line, error.value.sentence) == (f"layouts/{where}", line, sentence)


def test_what_texts_hold_passes() -> None:
    markup = (
        f'<section id="a" epub:type="x" xmlns:epub="http://www.idpf.org/2007/ops"><p lang="cy" xml:lang="cy">a</p>'
        '<a href="https://x.example/?a=b#c">a</a> <a href="mailto:a@x.example">b</a> <a href="#a">c</a>'
        '<a href="briefing:-back#pack-a">d</a><img src="asset:00ff" alt="e" width="3"/>'
        f'<svg xmlns="{SVG}" viewBox="0 0 1 1"><title>f</title><use href="#g"/><path fill="url(#h)" d="M0 0"/></svg>'
        '<math alttext="i"><mi>i</mi></math><p style="--a: 3pt; width: calc(1em + 2pt)" aria-label="j" data-k="l">m</p>'
        '<table><tr><th scope="row" colspan="2">n</th></tr></table></section>'
    )
    assert fill_page(Layouts({PAGE: markup}), PAGE, {}, "en-GB")[0].startswith("<section")


@pytest.mark.parametrize(
    "sheet",
    [
        "a { b: ur/**/l(https://x.example/a) }",
        "a { b: url/**/(https://x.example/a) }",
        "@im/**/port 'https://x.example/a';",
        "a { --b: 'https://x.example/a'; c: image-set(var(--b) 1x) }",
        "a { c: image-set(attr(title) 1x) }",
        "a { b: src('https://x.example/a') }",
        "a { b: url('font:os/a.ttf') }",
        "a { b: url('font:fontpkg_lato/../a.ttf') }",
        "a { b: \\75 rl(https://x.example/a) }",
        "@font-face { src: url(https://x.example/a.woff) }",
    ],
)
def test_no_style_sheet_reaches_out(sheet: str) -> None:
    used = join_sheets(("a.css",), Layouts({"a.css": sheet}))
    assert not remove_outside_addresses(used)[1]
    assert "image-set(var" not in used
    assert "attr(title)" not in used
    for word in ("url(https", "url('https", 'url("https', "src('https", "@import", "font:os", ".."):
        assert word not in used


def test_the_gate_tells_what_and_where() -> None:
    with pytest.raises(Flaw) as error:
        check_page_content(etree.fromstring("<body>\n<p>a</p>\n<script/></body>"))
    assert error.value.line == 3
    assert (
        error.value.sentence == "it puts '<script>' into a page, which holds words, tables, drawings and links alone."
    )
