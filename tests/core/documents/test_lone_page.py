"""A lone page is read anywhere without a network, and a browser holds it to that."""

from lxml import html
from markupsafe import Markup

from pipeline.core.documents.xhtml import build_single_page


def test_words_are_escaped_and_the_policy_allows_styles_alone() -> None:
    page = build_single_page("A < B", "h1 { margin: 0 }", Markup("<h1>A &lt; B</h1>"), "Questions: <us@b.example>")
    tree = html.document_fromstring(page)
    assert (tree.findtext(".//title"), tree.findtext(".//h1")) == ("A < B", "A < B")
    assert tree.findtext(".//style") == "\nh1 { margin: 0 }\n"
    assert tree.findtext(".//footer/p") == "Questions: <us@b.example>"
    policy = tree.xpath("string(//meta[@http-equiv]/@content)")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
