"""Finished files are compared with their text: a table of differences, and the kinds of files that show each."""

from collections.abc import Callable

import pytest
from pikepdf import Dictionary, Name, Operator, Pdf, String, parse_content_stream, unparse_content_stream

from pipeline.core.messages import catalogue
from tests.support.proof.broken_pdfs import elements
from tests.support.proof.compared_files import BRIEFING, STREETS, built, changed, changed_pdf, of_other_text, proof

ENDS = ("pdf", "epub", "html")
ALL, SCREEN, NONE = frozenset(ENDS), frozenset({"epub", "html"}), frozenset[str]()

TEXTS: dict[str, tuple[str, str, frozenset[str]]] = {
    "1 a paragraph is lost": ('<p id="b5">', '<p id="zz">It stood here.</p><p id="b5">', ALL),
    "2 the words of two notes are swapped": (
        "Most of these were small(.*)Some came later",
        r"Some came later\1Most of these were small",
        ALL,
    ),
    "3 calls lead to each other's notes": ('#fn-1">1(.*)#fn-2">2', r'#fn-2">1\1#fn-1">2', ALL),
    "4 a cell is lost": (">101</td>", ">101</td><td>77</td>", ALL),
    "4b an empty cell is lost": (">101</td>", ">101</td><td></td>", SCREEN),
    "5 two cells are swapped": (">120<(.*?)>101<", r">101<\1>120<", ALL),
    "6 a link leads to another heading": ('href="#came"', 'href="#done"', ALL),
    "7 a link leads to another address": ("org/one", "org/two", ALL),
    "8 a citation leads to another work": ('href="#ref-hughes2018"', 'href="#ref-bell2020"', ALL),
    "9 a heading has another level": (r'<h3 id="numbers">Numbers</h3>', '<h2 id="numbers">Numbers</h2>', ALL),
    "10 a heading is a paragraph": (r'<h3 id="numbers">Numbers</h3>', '<p id="numbers">Numbers</p>', ALL),
    "11 a word is another": ("crime <span", "theft <span", ALL),
    "12 a point is lost": (r"13\.5", "135", ALL),
    "12b a comma is lost": ("2011, and", "2011 and", ALL),
    "13 a caption is lost": ("Crimes a month</caption>", "Crimes a month in all</caption>", ALL),
    "13b a caption is a paragraph": (
        '<table id="b14">.*?<caption[^>]*>(.*?)</caption>',
        r'<p>\1</p><table id="b14">',
        ALL,
    ),
    "14 a picture is described in other words": ("fell by a third", "rose by a third", ALL),
    "15 a list begins with another number": ('<ol id="b6">', '<ol id="b6" start="4">', ALL),
    "16 a list is not numbered": (r'<ol id="b6">(.*?)</ol>', r'<ul id="b6">\1</ul>', ALL),
    "17 code begins further in": ("    walk", "walk", ALL),
    "18 two words are one": ("12 beats", "12beats", SCREEN),
    "18b a word is two": ("beats in", "be ats in", ALL),
    "19 a formula has the same letters": (
        r"<msup><mi>x</mi><mn>2</mn></msup>",
        "<msub><mi>x</mi><mn>2</mn></msub>",
        SCREEN,
    ),
    "20 a head cell is a cell": (r'<th scope="row" id="b18">North</th>', '<td id="b18">North</td>', ALL),
    "21 a cell spans two columns": ('id="b19">120', 'id="b19" colspan="2">120', ALL),
    "22 two rows are one": (r"</td></tr>\s*<tr>(<th[^>]*>South)", r"</td>\1", ALL),
    "23 a note is in the text": (r'<aside role="doc-footnote"([^>]*fn-2.*?)</aside>', r"<div\1</div>", ALL),
    "24 an entry of a list is a paragraph": (r'<li id="b11">butter</li>\s*</ul>', "</ul><p>butter</p>", ALL),
    "25 stress is lost": ("<em>pleased</em>", "pleased", NONE),
    "26 a status is another": (">SAMPLE<", ">SAMPLE OF JUNE<", ALL),
}
"""The text in place of an expression, and the kinds of files in which the difference is found."""


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("mutation", TEXTS)
def test_a_file_of_another_text_is_found(end: str, mutation: str) -> None:
    old, new, found_in = TEXTS[mutation]
    assert bool(proof(of_other_text(f"{BRIEFING}.{end}", old, new))) is (end in found_in)


def change_shown(pdf: Pdf, change: Callable[[list, int], list]) -> None:  # type: ignore[type-arg]
    """Change the instructions of the first page around the third text that it shows."""
    page = pdf.pages[0]
    instructions = list(parse_content_stream(page))
    third = [at for at, instruction in enumerate(instructions) if str(instruction.operator) == "TJ"][2]
    page.Contents = pdf.make_stream(unparse_content_stream(change(instructions, third)))


def around(before: tuple, after: tuple) -> Callable[[Pdf], None]:  # type: ignore[type-arg]
    """Change the instructions before and after a text."""
    return lambda pdf: change_shown(pdf, lambda all_, at: [*all_[:at], before, all_[at], after, *all_[at + 1 :]])


def painted_again(all_: list, at: int) -> list:  # type: ignore[type-arg]
    begin = max(n for n in range(at) if str(all_[n].operator) == "BT")
    end = min(n for n in range(at, len(all_)) if str(all_[n].operator) == "ET")
    text = [
        instruction for instruction in all_[begin : end + 1] if str(instruction.operator) not in ("BDC", "BMC", "EMC")
    ]
    return [*all_, ([Name.Artifact], Operator("BMC")), *text, ([], Operator("EMC"))]


def retagged(old: str, new: str) -> Callable[[Pdf], None]:
    """Give the first element of a kind another kind."""

    def change(pdf: Pdf) -> None:
        next(elements(pdf, old)).S = Name(f"/{new}")

    return change


def link(pdf: Pdf, key: str) -> Dictionary:
    """The first link that has a key, or whose action has it."""
    links = (link for page in pdf.pages for link in page.obj.get("/Annots", ()))
    holders = (holder for link in links for holder in (link, link.get("/A", Dictionary())))
    return next(holder for holder in holders if key in holder)


def led_to_another_anchor(pdf: Pdf) -> None:
    link(pdf, "/Dest").Dest = String("title")


def led_to_another_address(pdf: Pdf) -> None:
    link(pdf, "/URI").URI = String("https://example.org/other")


def led_to_another_page(pdf: Pdf) -> None:
    names = pdf.Root.Names.Dests.Names
    at = next(n for n, name in enumerate(names) if str(name) == "came")
    names[at + 1] = names[[str(name) for name in names].index("references") + 1]


def paragraphs_swapped(pdf: Pdf) -> None:
    parent = next(p.P for p in elements(pdf, "P") if sum(kid.get("/S") == Name.P for kid in p.P.K) > 1)
    first, second = [n for n, kid in enumerate(parent.K) if kid.get("/S") == Name.P][:2]
    kids = list(parent.K)
    kids[first], kids[second] = kids[second], kids[first]
    parent.K = kids


def not_described(pdf: Pdf) -> None:
    del next(elements(pdf, "Figure"))["/Alt"]


def bookmark_renamed(pdf: Pdf) -> None:
    with pdf.open_outline() as outline:
        outline.root[0].title = "Another title"


PDFS: dict[str, tuple[Callable[[Pdf], None], bool]] = {
    "P1 words are not painted": (lambda pdf: change_shown(pdf, lambda all_, at: all_[:at] + all_[at + 1 :]), True),
    "P2 words are invisible": (around(([3], Operator("Tr")), ([0], Operator("Tr"))), False),
    "P3 words are white": (around(([1, 1, 1], Operator("rg")), ([0, 0, 0], Operator("rg"))), False),
    "P4 words are painted again": (lambda pdf: change_shown(pdf, painted_again), False),
    "P5 a link leads to another anchor": (led_to_another_anchor, True),
    "P5b a name leads to another page": (led_to_another_page, True),
    "P6 a link leads to another address": (led_to_another_address, True),
    "P7 two paragraphs are swapped": (paragraphs_swapped, True),
    "P8 a cell is a paragraph": (retagged("TD", "P"), True),
    "P9 a heading has another level": (retagged("H2", "H3"), True),
    "P10 a caption is a paragraph": (retagged("Caption", "P"), True),
    "P11 a note is a paragraph": (retagged("Note", "P"), True),
    "P12 a picture is not described": (not_described, True),
    "P13 a bookmark has another title": (bookmark_renamed, True),
}
"""How a PDF was changed after it was bound, and whether the comparison finds it."""


@pytest.mark.parametrize("mutation", PDFS)
def test_a_changed_pdf_is_found(mutation: str) -> None:
    change, is_found = PDFS[mutation]
    assert bool(proof(changed_pdf(f"{BRIEFING}.pdf", change))) is is_found


FILES: dict[str, tuple[str, str, frozenset[str]]] = {
    "W1 a paragraph is hidden": ('<p id="b5"', '<p hidden="" id="b5"', SCREEN),
    "W2 a screen reader skips it": ('<p id="b5"', '<p aria-hidden="true" id="b5"', SCREEN),
    "W3 its own style hides it": ('<p id="b5"', '<p style="display: none" id="b5"', SCREEN),
    "W4 an anchor is lost": ('id="came"', 'id="gone"', SCREEN),
    "W5 a word is another": ("crime <span", "theft <span", SCREEN),
    "W6 a note has other words": ("Most of these", "Some of these", SCREEN),
    "W7 a style sheet hides it": ("</style>", "#b5 { display: none }</style>", SCREEN),
    "W8 a style sheet makes it invisible": ("</style>", "#b5 { visibility: hidden }</style>", NONE),
    "W9 a style sheet makes it tiny": ("</style>", "#b5 { font-size: 0 }</style>", NONE),
}
"""The text in place of an expression in an EPUB and a web page; a book has no style sheet in its texts."""
FILE_CASES = [(name, end) for name in FILES for end in ("epub", "html") if end == "html" or "style sheet" not in name]


@pytest.mark.parametrize(("mutation", "end"), FILE_CASES)
def test_a_changed_file_is_found(mutation: str, end: str) -> None:
    old, new, found_in = FILES[mutation]
    assert bool(proof(changed(f"{BRIEFING}.{end}", old, new))) is (end in found_in)


def test_so_many_differences_are_found() -> None:
    count = {end: sum(end in ends for *_, ends in TEXTS.values()) for end in ENDS}
    count["pdf"] += sum(is_found for _, is_found in PDFS.values())
    for name, end in FILE_CASES:
        count[end] += end in FILES[name][2]
    assert len(TEXTS) + len(PDFS) == 44
    assert len(TEXTS) + sum(end == "epub" for _, end in FILE_CASES) == 36
    assert len(TEXTS) + sum(end == "html" for _, end in FILE_CASES) == 39
    assert (count["pdf"] >= 36, count["epub"] >= 33, count["html"] >= 34) == (True, True, True)


PACKS = {
    "a text is lost": (r'<section class="chapter" id="alley-gates".*?</section>', "", "words"),
    "a link leads to another text": ('href="#alley-gates.came"', 'href="#foot-patrol.came"', "differs"),
    "a mark of a page is lost": (r'<span id="page-4".*?</span>', "", "differs"),
    "words are between two texts": (r'(?=<section class="chapter" id="alley-gates")', "Buy now", "words"),
    "a status is lost": (r'<p class="status" id="title-page.*?</p>', "", "foot"),
}


@pytest.mark.parametrize("mutation", PACKS)
def test_a_changed_pack_is_found(mutation: str) -> None:
    old, new, code = PACKS[mutation]
    assert f"proof-{code}" in {message.code for message in proof(changed(f"{STREETS}.html", old, new))}


def test_nothing_is_found_in_files_that_are_whole() -> None:
    assert {path: proof(job) for path, job in built().items()} == dict.fromkeys(built(), ())


def test_a_message_says_where_and_what() -> None:
    (words,) = proof(of_other_text(f"{BRIEFING}.pdf", "reported", "told"))
    assert str(words.place) == f"{BRIEFING}.pdf:1:1"
    assert words.sentence == (
        "The words differ from the text under 'What came of it': "
        "after 'of it Fewer crimes were' comes 'reported (Hughes and others, 2018),', "
        "not 'told (Hughes and others, 2018),'."
    )
    (differs,) = proof(of_other_text(f"{BRIEFING}.html", "org/one", "org/two"))
    assert differs.sentence == (
        "The links differ from the text under 'What was done': "
        "'the study → https://example.org/one' instead of 'the study → https://example.org/two'."
    )


def test_only_lost_words_hold_a_file_back() -> None:
    assert (catalogue()["proof-words"].severity, catalogue()["proof-differs"].severity) == ("error", "warning")
    moved = proof(of_other_text(f"{BRIEFING}.epub", '<h3 id="numbers">Numbers</h3>', "<p>Numbers</p>"))
    assert {message.severity for message in moved} == {"warning"}
