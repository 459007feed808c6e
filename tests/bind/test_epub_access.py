"""What the package says of the book's accessibility: what the documents hold, and nothing else."""

from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from pipeline.bind.chapters import BookFile
from pipeline.bind.epub.package import list_accessibility
from pipeline.model.manuscript import Conformance
from tests.bind.epub_files import NAMES, files, found, tree
from tests.support.bind import books
from tests.support.words import ENGLISH

PLAIN = "<h1 id='title'>A</h1><p id='b1'>B</p>"
PICTURE = f"<p id='b2'><img src='asset:{books.FIGURE.sha256}' alt='Theft fell.'/></p>"
DRAWING = "<p id='b3'><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'>{}<path d='M0 8L4 0L8 8z'/></svg></p>"


def package(more: str) -> etree._Element:
    """The package document of a plain book that holds something more."""
    return tree(books.briefing(PLAIN + more, bookmarks=(), starts=()), "content.opf")


def values_of(root: etree._Element, name: str) -> list[str]:
    """The values of a property."""
    return found(root, f"//o:meta[@property='schema:{name}']")


@pytest.mark.parametrize("more", [PICTURE, DRAWING.format("<title>Up</title>")], ids=["picture", "drawing"])
def test_pictures_make_a_book_visual(more: str) -> None:
    root = package(more)
    assert values_of(root, "accessMode") == ["textual", "visual"]
    assert values_of(root, "accessModeSufficient") == ["textual,visual", "textual"]
    assert "alternativeText" in values_of(root, "accessibilityFeature")


def test_a_drawing_without_words_leaves_no_claim_that_words_are_enough() -> None:
    root = package(PICTURE + DRAWING.format(""))
    assert values_of(root, "accessModeSufficient") == ["textual,visual"]
    assert "alternativeText" not in values_of(root, "accessibilityFeature")
    assert "picture" not in values_of(root, "accessibilitySummary")[0]


def test_long_descriptions_are_told() -> None:
    root = package(PICTURE.replace("<img ", "<img aria-details='b1' "))
    assert "longDescription" in values_of(root, "accessibilityFeature")


def test_formulas_are_mathml_and_the_package_says_so() -> None:
    """With words for those who cannot see them: EPUB 3.3, 'mathml'; Schema.org, 'MathML' and 'describedMath'."""
    book = books.formulas()
    root = tree(book, "content.opf")
    assert found(root, "//o:item[contains(@href, 'formulas.xhtml')]/@properties") == ["mathml"]
    assert {"MathML", "describedMath"} <= set(values_of(root, "accessibilityFeature"))
    formulas = list(tree(book, "text/formulas.xhtml").iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert formulas
    assert all(formula.get("alttext") for formula in formulas)


def test_a_formula_without_words_is_not_called_described() -> None:
    features = values_of(package("<p id='b5'><math><mi>x</mi></math></p>"), "accessibilityFeature")
    assert "MathML" in features
    assert "describedMath" not in features


def test_pages_can_be_gone_to() -> None:
    named = {"pageBreakMarkers", "pageNavigation", "printPageNumbers"}
    marked = values_of(tree(books.briefing(), "content.opf"), "accessibilityFeature")
    assert named & set(marked) == {"pageBreakMarkers", "pageNavigation"}
    assert not named & set(values_of(package(""), "accessibilityFeature"))


def test_tables_are_praised_for_their_head_cells_only_if_they_have_them() -> None:
    table = "<table id='t'><tr><{0} id='c'>North</{0}></tr></table>"
    (good,), (bad,) = (values_of(package(table.format(cell)), "accessibilitySummary") for cell in ("th", "td"))
    assert "Tables have header cells." in good
    assert "Tables" not in bad


@pytest.mark.parametrize("kind", ["gif", "png", "webp"])
@pytest.mark.parametrize(("frames", "hazard"), [(1, "none"), (2, "unknown")], ids=["still", "moving"])
def test_a_picture_is_a_hazard_only_if_it_moves(kind: str, frames: int, hazard: str) -> None:
    """Nobody here can say whether what moves flashes; a still picture of the same kind does not."""
    first, *others = (Image.new("RGB", (4, 4), colour) for colour in ("white", "black")[:frames])
    out = BytesIO()
    first.save(out, kind, save_all=True, append_images=others, duration=100)
    picture = BookFile(f"images/a.{kind}", f"image/{kind}", out.getvalue())
    entries = list_accessibility((), (picture,), False, "en-GB", ENGLISH)
    hazards = [entry.text for entry in entries if ("property", "schema:accessibilityHazard") in entry.attributes]
    assert hazards == [hazard]


CLAIM = Conformance(
    "WCAG 2.2 Level AA",
    "Hanna Price, Lantern Access",
    "2024-03-01",
    "https://example.org/report",
    "Certified for accessibility",
)


def test_no_book_claims_to_conform_unless_somebody_has_judged_it() -> None:
    text = files(books.briefing())["EPUB/content.opf"]
    assert b"conformsTo" not in text
    assert b"certif" not in text


def test_a_claim_names_standard_judge_date_and_report() -> None:
    book = books.briefing(metadata=replace(books.METADATA, conformance=CLAIM))
    path = "//o:meta[@id='conformance' or @id='certifier' or @refines='#conformance' or @refines='#certifier']"
    lines = tree(book, "content.opf").xpath(path, namespaces=NAMES)
    assert [(line.get("property"), line.get("refines"), line.text) for line in lines] == [
        ("dcterms:conformsTo", None, "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"),
        ("a11y:certifiedBy", "#conformance", "Hanna Price, Lantern Access"),
        ("dcterms:date", "#certifier", "2024-03-01"),
        ("a11y:certifierCredential", "#certifier", "Certified for accessibility"),
    ]
    link = tree(book, "content.opf").xpath("//o:link[@rel='a11y:certifierReport']", namespaces=NAMES)[0]
    assert (link.get("refines"), link.get("href")) == ("#certifier", "https://example.org/report")
