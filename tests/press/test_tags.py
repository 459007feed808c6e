"""Tags as a reader who listens needs them."""

from io import BytesIO

import pytest
from pikepdf import Dictionary, Pdf

from pipeline.core.documents.pdf import count_wrong_parents, walk_structure
from pipeline.press.press import press
from tests.press.hearing import read_aloud, text_read_aloud
from tests.support.press.manuscripts import MARK, annotations, briefing, manuscript, paragraphs, picture, table, tags
from tests.support.press.tag_lines import kinds


def sound(pdf: bytes) -> bool:
    """Whether every mark belongs to the tag that names it."""
    with Pdf.open(BytesIO(pdf)) as opened:
        return count_wrong_parents(opened)[1] == 0


def test_a_paragraph_over_two_pages_is_one_paragraph() -> None:
    body = "".join(f'<p id="p{n}">{"Lamps were mended on some streets. " * 12}</p>' for n in range(12))
    sheets = press(manuscript(body))
    assert (sheets.pages, kinds(sheets.pdf).count("  P")) == (3, 12)
    assert any(start.offset for start in sheets.starts)
    assert sound(sheets.pdf)


def test_what_floats_over_a_page_comes_home() -> None:
    terms = "".join(f'<dt id="t{n}">Term {n}</dt><dd id="m{n}">Meaning</dd>' for n in range(30))
    body = f'<section id="s"><dl id="d" style="float: right; width: 40mm">{terms}</dl>{paragraphs(20)}</section>'
    sheets = press(manuscript(body))
    names = kinds(sheets.pdf)
    assert sheets.pages == 3
    counts = [names.count(kind) for kind in ("  Sect", "    L", "      LI", "        Lbl", "        LBody")]
    assert counts == [1, 1, 30, 30, 30]
    assert sound(sheets.pdf)


def test_a_table_over_pages_has_one_head() -> None:
    sheets = press(manuscript(table(60)))
    names = [line.strip() for line in kinds(sheets.pdf)]
    assert sheets.pages == 3
    counts = [names.count(kind) for kind in ("Table", "THead", "TBody", "TR", "TH", "TD")]
    assert counts == [1, 1, 1, 61, 63, 120]
    assert sound(sheets.pdf)


def test_a_link_in_a_table_head_is_one_link() -> None:
    head = '<th id="h1"><a href="https://e.example/">Outcome</a></th>'
    sheets = press(manuscript(table(60).replace('<th id="h1">Outcome</th>', head)))
    assert (sheets.pages, len(annotations(sheets.pdf))) == (3, 1)
    assert sound(sheets.pdf)


WITHOUT_SCOPES = (
    '<table id="t"><thead><tr><th id="a">Place</th><th id="b">Lamps</th></tr></thead>'
    '<tbody><tr><th id="c">North</th><td>7</td></tr></tbody></table>'
)


@pytest.mark.parametrize(("body", "columns"), [(table(1), 3), (WITHOUT_SCOPES, 2)])
def test_head_cells_say_what_they_head(body: str, columns: int) -> None:
    scopes = [cell["/Scope"] for cell in tags(press(manuscript(body)).pdf, "TH")]
    assert scopes == [*["/Column"] * columns, "/Row"]


def test_a_list_goes_on_counting_after_what_stands_between() -> None:
    pdf = press(
        manuscript(
            '<ol id="a"><li id="b">Open</li></ol><pre id="c"><code>x</code></pre>'
            '<ol id="d" start="2"><li id="e">Paste</li><li id="f">Enter</li></ol>'
            '<ol id="g" start="3" type="a"><li id="h">Ask</li></ol><ol id="i" start="0"><li id="j">Wait</li></ol>'
        )
    ).pdf
    labels = [words for tag_path, _, words in read_aloud(pdf) if tag_path[-1] == "Lbl"]
    assert labels == ["1. ", "2. ", "3. ", "c. ", "0. "]
    assert [entry["/ListNumbering"] for entry in tags(pdf, "L")] == ["/Decimal", "/Decimal", "/LowerAlpha", "/Decimal"]


GROUP = '<div id="g{0}"><dt id="t{0}">Term</dt><dd id="m{0}">Meaning</dd></div>'
TREES = {
    "a heading that runs in leaves no empty paragraph": (
        '<div>\n<h2 id="h" style="display: inline">Lamps</h2>\n<p id="p" style="display: inline">Mended.</p>\n</div>',
        ["  H2", "  P"],
    ),
    "an entry of a list has a label and one body": (
        '<ol id="o"><li id="i"><p id="a">One</p><p id="b">more</p></li>'
        '<li id="j">Two<ul id="u"><li id="k">Within</li></ul></li></ol>',
        [
            *("  L", "    LI", "      Lbl", "      LBody", "        P", "        P"),
            *(
                "    LI",
                "      Lbl",
                "      LBody",
                "        L",
                "          LI",
                "            Lbl",
                "            LBody",
            ),
        ],
    ),
    "a term is the label of its meanings": (
        '<dl id="d"><dt id="a">Term</dt><dd id="b">Meaning</dd><dd id="c">Another</dd></dl>',
        ["  L", "    LI", "      Lbl", "      LBody", "        P", "        P"],
    ),
    "a group keeps a term with its meanings and is no part of the list": (
        f'<dl id="d">{GROUP.format(1)}{GROUP.format(2)}</dl>',
        ["  L", *("    LI", "      Lbl", "      LBody") * 2],
    ),
    "contents are a table of contents": (
        '<section id="c" role="doc-toc"><h1 id="h">Contents</h1><ol id="o" role="list" class="plain"><li id="i">'
        '<p id="p" style="display: flex"><span><a href="https://e.example/">Lamps</a></span> '
        '<span aria-hidden="true"></span><span>page 3</span></p><p id="q">What they do.</p></li></ol></section>',
        [
            *("  Sect", "    H1", "    TOC", "      TOCI"),
            *("        P", "          Reference", "            Link", "        P"),
        ],
    ),
}


@pytest.mark.parametrize(("body", "expected"), TREES.values(), ids=TREES)
def test_the_tags_of_a_text(body: str, expected: list[str]) -> None:
    pdf = press(manuscript(body)).pdf
    assert kinds(pdf) == ["Document", *expected]
    assert sound(pdf)


def test_decoration_is_silent() -> None:
    image = picture('<rect width="9" height="9"/>')
    body = f'<p id="a">{MARK} favourable <img src="asset:{image.sha256}" alt=""/></p>'
    sheets = press(manuscript(body, images=(image,)))
    assert (sheets.remarks, kinds(sheets.pdf)) == ((), ["Document", "  P"])
    assert sound(sheets.pdf)


def test_a_link_within_decoration_is_none() -> None:
    """What is hidden from a listener leads nowhere either; a table without meaning of its own keeps its words."""
    body = '<p id="a">x <span aria-hidden="true"><a href="https://e.example/">y</a></span></p>'
    sheets = press(manuscript(body + '<table id="t" role="presentation"><tr><td>z</td></tr></table>'))
    assert annotations(sheets.pdf) == []
    assert kinds(sheets.pdf) == ["Document", "  P", "  P"]
    assert sound(sheets.pdf)


def test_a_picture_says_what_it_shows() -> None:
    image = picture('<rect width="9" height="9"/>')
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"'
    body = (
        f'<p id="a"><img src="asset:{image.sha256}" alt="A square"/>{svg}><title>A plot</title></svg>'
        f'{svg} aria-label="A code"></svg></p>'
    )
    alt_texts = [figure["/Alt"] for figure in tags(press(manuscript(body, images=(image,))).pdf, "Figure")]
    assert alt_texts == ["A square", "A plot", "A code"]


def test_a_link_says_its_words_and_prints() -> None:
    links = annotations(press(briefing(1, 1)).pdf)
    assert [link["says"] for _, link in links] == [
        "(Hart and others, 2019)",
        "Foot patrol",
        "Alley gates",
        "Back to citation 1 of Hart and others, 2019",
    ]
    assert {link["flag"] for _, link in links} == {"4"}


def test_words_in_another_language_and_short_forms_are_marked() -> None:
    pdf = press(
        manuscript('<p id="a"><span lang="cy">heddlu</span> <abbr title="home-county force">HCF</abbr></p>')
    ).pdf
    assert {"/Lang": "cy"} in tags(pdf, "Span")
    assert {"/E": "home-county force"} in tags(pdf, "Span")


def test_sections_and_notes_have_their_roles() -> None:
    body = (
        '<nav id="n"><p id="a">x</p></nav><aside id="s"><p id="b">y</p></aside>'
        '<section id="notes"><aside role="doc-footnote" id="fn-1"><p id="c">z</p></aside></section>'
    )
    pdf = press(manuscript(body)).pdf
    assert [line.strip() for line in kinds(pdf)].count("Sect") == 3
    assert tags(pdf, "Note") == [{"/ID": "note-fn-1"}]


def test_a_figure_is_a_picture_with_its_caption_beside_it() -> None:
    image = picture('<rect width="9" height="9"/>')
    body = (
        f'<figure id="f"><img src="asset:{image.sha256}" alt="A square"/><figcaption id="c">Words</figcaption></figure>'
    )
    assert kinds(press(manuscript(body, images=(image,))).pdf) == ["Document", "  Div", "    Figure", "    Caption"]


@pytest.mark.parametrize(
    ("style", "expected"),
    [("", [1, 1, 3, 5, 4]), ("thead { display: none }", [1, 0, 2, 2, 4])],
    ids=["shown", "hidden"],
)
def test_a_table_set_as_blocks_is_a_table(style: str, expected: list[int]) -> None:
    blocks = "table, tbody, tr, th, td { display: block } td::before { content: attr(data-label) ': ' }"
    pdf = press(manuscript(table(2).replace("<td ", '<td data-label="Studies" '), blocks + style)).pdf
    names = [line.strip() for line in kinds(pdf)]
    assert [names.count(kind) for kind in ("Table", "THead", "TR", "TH", "TD")] == expected
    assert sound(pdf)


def test_what_a_style_adds_is_silent() -> None:
    words = text_read_aloud(press(manuscript('<p id="a">Lamps</p>', "p::before { content: 'Note: ' }")).pdf)
    assert words == "Lamps"


def test_a_cell_names_its_heads() -> None:
    body = (
        '<table id="t"><thead><tr><th id="a" rowspan="2"></th><th id="b" colspan="2" scope="col">Before</th></tr>'
        '<tr><th id="c">Day</th><th id="d">Night</th></tr></thead>'
        '<tbody><tr><th id="e" scope="row">Lamps</th><td>1</td><td>2</td></tr></tbody></table>'
    )
    with Pdf.open(BytesIO(press(manuscript(body)).pdf)) as pdf:
        cells = [e for e in walk_structure(pdf.Root.StructTreeRoot.K[0]) if str(e.S) == "/TD"]
        scopes = {str(e.ID): str(e.A.get("/Scope")) for e in walk_structure(pdf.Root.StructTreeRoot.K[0]) if "/ID" in e}
        assert [[str(head) for head in cell.A.Headers] for cell in cells] == [
            ["t1-2-0", "t1-0-1", "t1-1-1"],
            ["t1-2-0", "t1-0-1", "t1-1-2"],
        ]
        columns = dict.fromkeys(("t1-0-0", "t1-0-1", "t1-1-1", "t1-1-2"), "/Column")
        assert scopes == {**columns, "t1-2-0": "/Row"}


@pytest.mark.parametrize("display", ["flex", "grid"])
def test_a_link_that_is_a_flex_item_leads(display: str) -> None:
    """The engine forgot where it leads."""
    pdf = press(manuscript(f'<p id="a" style="display: {display}"><a href="https://e.example/">Lamps</a></p>')).pdf
    assert [link["way"] for _, link in annotations(pdf)] == ["https://e.example/"]
    assert kinds(pdf) == ["Document", "  P", "    Link"]


def figure_box(pdf: bytes) -> list[int]:
    """The box of the only picture, in points."""
    with Pdf.open(BytesIO(pdf)) as opened:
        (figure,) = [tag for tag in walk_structure(opened.Root.StructTreeRoot.K[0]) if str(tag.S) == "/Figure"]
        return [round(float(side)) for side in figure.A.BBox]


def test_a_picture_has_its_box_in_points_from_the_lower_left() -> None:
    """As ISO 32000-1 measures it (table 344)."""
    image = picture('<rect width="9" height="9"/>')
    style = "@page { size: 400pt; margin: 100pt } p, img { display: block; margin: 0; width: 50pt; height: 50pt }"
    body = f'<p id="a"><img src="asset:{image.sha256}" alt="x"/></p>'
    assert figure_box(press(manuscript(body, style, (image,))).pdf) == [100, 250, 150, 300]


def test_drawings_that_make_one_picture_have_one_frame() -> None:
    square = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="30pt" height="20pt"><path d="M0 0h9"/></svg>'
    )
    style = "@page { size: 300pt 400pt; margin: 50pt } svg { display: block } .b { margin: 10pt 0 0 70pt }"
    field = f'<div id="f" role="img" aria-label="Two marks">{square}<div class="b">{square}</div></div>'
    assert figure_box(press(manuscript(field, style)).pdf) == [50, 300, 150, 350]


def test_words_with_a_role_have_a_tag() -> None:
    """Struck and underlined words say so in theirs (14.8.5.4.5); keys are code."""
    sheets = press(
        manuscript("<p><sub>a</sub> <del>b</del> <ins>c</ins> <kbd>d</kbd> <mark>e</mark> <cite>f</cite></p>")
    )
    assert kinds(sheets.pdf)[2:] == [f"    {kind}" for kind in ("Span", "Span", "Span", "Code", "Span", "Span")]
    with Pdf.open(BytesIO(sheets.pdf)) as opened:
        decorations = [
            str(o["/A"]["/TextDecorationType"]) for o in opened.objects if isinstance(o, Dictionary) and "/A" in o
        ]
    assert sorted(decorations) == ["/LineThrough", "/Underline"]
