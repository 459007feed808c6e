"""The web page: one file, complete in itself."""

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
import tinycss2
from lxml import html

from pipeline.bind.web import bind_web_page, css_string, page_furniture
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.manuscript import Manuscript
from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_web_page
from tests.support.bind import books


def page(manuscript: Manuscript | None = None) -> str:
    """The briefing's page."""
    text = manuscript or books.manuscript()
    return bind_web_page(text, books.context(), books.STARTS if manuscript is None else ()).decode()


PAGE = page()
TREE: Any = html.fromstring(PAGE)


def test_a_page_asks_the_network_for_nothing() -> None:
    assert [s for s in TREE.xpath("//@src") if not s.startswith("data:")] == []
    assert TREE.xpath("//script | //link[@rel='stylesheet']") == []
    (policy,) = TREE.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_the_images_in_a_page_are_those_handed_over() -> None:
    text = books.manuscript()
    images = {b64decode(source.partition(",")[2]) for source in TREE.xpath("//img/@src")}
    assert images
    assert images <= {image.content for image in text.images}
    address = f'"data:image/png;base64,{"a" * 64}"'
    written = page(replace(text, chapters=(replace(text.chapters[0], body=f"<h1>A</h1><p>{address}</p>"),)))
    assert f"<p>{address}</p>" in written


def test_status_and_date_produced_are_text_on_the_page() -> None:
    assert TREE.xpath("//p[@class='page-status']/text()") == ["SAMPLE · DRAFT"]
    assert PAGE.count("This copy produced 26 April 2024") == 1


def test_a_page_without_a_slot_says_the_date_at_its_foot() -> None:
    body = '<h1 id="title">Property crime</h1><p id="b1">Two briefings.</p>'
    assert html.fromstring(page(books.manuscript(body))).xpath("//footer//text()[normalize-space()]") == [
        "marking · Version 1.0",
        "This copy produced 26 April 2024",
    ]


def test_the_foot_says_what_the_page_is() -> None:
    assert TREE.xpath("//footer//text()[normalize-space()]") == ["marking · Version 1.0"]


def test_links_to_other_briefings_lead_to_their_pages() -> None:
    assert "../../briefings/lighting/lighting.html#found" in TREE.xpath("//main//a/@href")
    html_page = bind_web_page(books.manuscript(), books.context(addresses={"patrol": "https://example.org/p"}), ())
    assert "https://example.org/p" in html.fromstring(html_page).xpath("//main//a/@href")


def test_paper_has_the_running_lines_of_the_pdf() -> None:
    assert page_furniture(books.IDENTITY, books.PRODUCED) == (
        ("top-left", '"26/04/2024\u2003Cycle marking"'),
        ("top-right", '"SAMPLE · DRAFT"'),
        ("bottom-left", '"marking · Version 1.0"'),
    )
    marked = page_furniture(replace(books.PLAIN, marking="OFFICIAL-SENSITIVE"), books.PRODUCED)
    assert {box for box, _ in marked} == {"top-left", "top-center", "bottom-left", "bottom-center"}
    coded = dict(page_furniture(replace(books.IDENTITY, code="5ZK8D-R00YC"), books.PRODUCED))
    assert coded["bottom-left"] == '"marking · Version 1.0\u2003Code 5ZK8D-R00YC"'
    assert '@top-left { content: "26/04/2024\u2003Cycle marking" }' in PAGE


def test_a_title_cannot_end_its_string() -> None:
    string = css_string('A "b" \\ </style> {c}; ’d’ – ŵ')
    (token,) = tinycss2.parse_component_value_list(string)
    assert (token.type, token.value) == ("string", 'A "b" \\ </style> {c}; ’d’ – ŵ')
    assert "<" not in string


def test_paper_is_told_the_address_of_a_link_that_does_not_say_it() -> None:
    links = {
        "https://example.org/a": "the report",
        "https://example.org/b": "https://example.org/b",
        "https://example.org/c/": "example.org/c",
        "https://doi.org/10.1/d": "doi:10.1/d",
        "mailto:e@example.org": "e@example.org",
        "#f": "below",
    }
    body = '<p id="f">' + " ".join(f'<a href="{href}">{text}</a>' for href, text in links.items()) + "</p>"
    tree = html.fromstring(page(books.manuscript(body)))
    assert tree.xpath("//main//a/@data-address") == ["https://example.\u200borg/a"]


def test_paper_names_a_briefing_of_the_library_by_its_title() -> None:
    link = '<a href="briefing:lamps">Lamps</a>'
    text = books.manuscript(f"<p>See {link}.</p><h3>{link}</h3>")
    at = {"lamps": "https://example.org/lamps"}
    tree = html.fromstring(bind_web_page(text, books.context(addresses=at), ()))
    assert tree.xpath("//main//a[@data-address]/..") == tree.xpath("//main//h3")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://doi.org/10.1002/(SICI)1&lt;1661::AID&gt;3.0", "https://doi.org/10.1002/(SICI)1%3C1661::AID%3E3.0"),
        ("HTTPS://example.org/café?a=50%", "HTTPS://example.org/caf%C3%A9?a=50%25"),
        ("https://example.org/a%20b#c", "https://example.org/a%20b#c"),
    ],
)
def test_addresses_are_encoded_once(address: str, expected: str) -> None:
    html_page = page(books.manuscript(f'<p id="a"><a href="{address}">x</a></p>'))
    assert html.fromstring(html_page).xpath("//main//a/@href") == [expected]


def test_an_address_is_one_word() -> None:
    """Chromium names a link 'briefings. northmoor. example' where breaks part its address."""
    html_page = page(books.manuscript('<p id="a">See <a href="https://a/b.c">a/<wbr/>b.<wbr/>c</a></p>'))
    assert "wbr" not in html_page
    links = html.fromstring(html_page).xpath("//a[@href='https://a/b.c']")
    assert ["".join(map(str, link.itertext())) for link in links] == ["a/b.c"]


def test_an_id_may_be_the_author_s() -> None:
    html_page = page(books.manuscript('<h2 id="text">Text</h2>'))
    assert html.fromstring(html_page).xpath("//main/@id") == ["text-2"]


def test_a_style_sheet_cannot_end_itself() -> None:
    text = replace(books.manuscript(), web_style="p { content: '</style>' }")
    with pytest.raises(TypesettingFailure, match="style sheet"):
        page(text)


def test_a_broken_page_is_told() -> None:
    html_page = page(books.manuscript('<p id="a"><a href="#gone">x</a></p>'))
    assert any("'#gone'" in remark.sentence for remark in check_web_page(ProofJob("page.html", html_page.encode())))
