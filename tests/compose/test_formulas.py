"""Formulas in a text: MathML with its words, numbered where they have an id, never parted from their stop."""

from lxml import etree

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.compose.page.fragment import check_markup
from pipeline.compose.page.inlines import set_inlines
from pipeline.model.body import Equation, FootnoteCall, Formula, Heading, LineBreak, Text, plain_text
from pipeline.resolve.links import number_figures_and_tables, reference_words
from tests.support.words import ENGLISH

X = Formula("x^2", "x^2")
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def kept(*nodes: object) -> list[str]:
    """The words of each part that stays on one line; the formula as 'F'."""
    root = etree.fromstring(f"<p>{set_inlines(nodes, ChapterContext('#000000', ENGLISH))}</p>")  # type: ignore[arg-type]
    for formula in root.iter(MATH):
        formula[:] = []
        formula.text = "F"
    return ["".join(map(str, span.itertext())) for span in root.iter("span") if span.get("class") == "unbroken"]


def test_a_formula_tells_its_words() -> None:
    (english,) = etree.fromstring(f"<p>{set_inlines((X,), ChapterContext('#000000', ENGLISH))}</p>")
    assert (english.tag, english.get("alttext"), english.get("lang")) == (MATH, "x squared", None)
    (welsh,) = etree.fromstring(f"<p>{set_inlines((X,), ChapterContext('#000000', ENGLISH, language='cy'))}</p>")
    assert (welsh.get("lang"), welsh[0].get("alttext")) == ("en", "x squared")


def test_a_formula_keeps_what_touches_it() -> None:
    assert kept(Text("in ("), X, Text("), and")) == ["(F),"]
    assert kept(Text("the "), X, Text(" test")) == []
    assert kept(Text("a ratio was\n"), X, Text("\nin all")) == []
    assert kept(Text("the "), X, Text("-statistic of")) == ["F-statistic"]
    assert kept(X, Text("."), FootnoteCall("n", 1)) == ["F.1"]
    assert kept(X, FootnoteCall("n", 1), Text(" so")) == ["F1"]
    assert kept(X, Text("–"), X) == ["F–F"]
    assert kept(X, Text("a" * 20 + " b")) == []
    assert kept(X, LineBreak(), Text("a")) == []
    assert kept(Text("is "), Formula("x", "x", True), Text(".")) == []


def test_an_equation_is_numbered_by_its_id() -> None:
    one = Equation((Formula("x", "x", True),), "eq-x")
    two = Equation((Formula("y", "y", True), Text(".")))
    numbered = number_figures_and_tables((two, one))
    assert [node.number for node in numbered] == [None, 1]
    assert reference_words(numbered, ENGLISH)["eq-x"] == "Equation 1"
    markup, _ = check_markup(str(set_blocks(numbered, ChapterContext("#000000", ENGLISH))))
    assert '<p class="equation" id="eq-x">' in markup
    assert '<span class="label">Equation 1</span></p>' in markup
    assert markup.count("Equation") == 1


def test_a_heading_is_listed_by_its_words() -> None:
    _, bookmarks = check_markup(
        str(set_blocks((Heading(2, "h", (Text("Why "), X)),), ChapterContext("#000000", ENGLISH)))
    )
    assert [mark.text for mark in bookmarks] == ["Why x squared"]
    assert plain_text((Text("Why "), X)) == "Why x^2"
