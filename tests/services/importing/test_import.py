"""A Word document taken in: what each of its parts becomes, and what is told of the rest."""

import json
from pathlib import Path

import pytest
import yaml

from pipeline.model.body import plain_text
from pipeline.services.importing.cited_works import ListedWorks
from pipeline.services.importing.typed_lines import write_typed_citations
from tests.support.project import SHARED
from tests.support.word.documents import (
    cell,
    changed,
    docx,
    entry,
    field,
    para,
    picture,
    run,
    table,
    text_box,
)
from tests.support.word.imports import PNG, body_of, imported, read_again, remark_lines, text_of

TITLE = para("T", "Title")
BOLD, ITALIC = "<w:b/>", "<w:i/>"


def front(document: bytes) -> dict[str, object]:
    """The front matter that comes of a document."""
    return yaml.safe_load(text_of(imported(document)).split("---")[1])


def test_title_subtitle_and_authors_go_to_the_front_matter() -> None:
    document = docx(
        para("Foot patrol", "Title"),
        para("What walking does.", "Subtitle"),
        para("Ann Hart1, Max Bell2 and Kay Lee", "Author"),
        para("It works."),
    )
    said = front(document)
    assert (said["title"], said["summary"], said["status"]) == ("Foot patrol", "What walking does.", "draft")
    assert said["authors"] == ["Ann Hart", "Max Bell", "Kay Lee"]
    assert remark_lines(imported(document)) == ["3 import-left-out: Not imported: marks at the names of authors: 1, 2."]


@pytest.mark.parametrize("style", ["heading 1", ""])
def test_without_a_title_the_first_line_is_one(style: str) -> None:
    document = docx(para("Foot patrol", style), para("It works.", ""), para("Where", "heading 2"))
    assert front(document)["title"] == "Foot patrol"
    assert body_of(imported(document)) == "It works.\n\n## Where"


def test_headings_begin_at_the_second_level() -> None:
    document = docx(TITLE, para("One", "heading 1"), para("Two", "heading 2"), para("Three", "heading 1"))
    assert body_of(imported(document)) == "## One\n\n### Two\n\n## Three"


def test_words_keep_their_looks() -> None:
    words = (
        run("not ", ITALIC) + run("seen", BOLD) + run(" H") + run("2", '<w:vertAlign w:val="subscript"/>') + run("O")
    )
    document = docx(TITLE, para(inside=words + run(" ", ITALIC) + run("so", '<w:u w:val="single"/>')))
    assert body_of(imported(document)) == "*not* **seen** H~2~O so"


@pytest.mark.parametrize(
    "words",
    [
        "# no heading", "1. no list", "- no bullet", "a) no letter", "(iv) no label", "> no quotation", "::: note",
        ": no caption", "| no | table |", "*no stress* and _none_", "[^1] and [@key] and [x](y)", "{#id .class}",
        "$5 and $6", "a@b.org and @key", "1 < 2 & 3 > 2; &amp; stays", r"\textbf and \(x\)", "~~no~~ ==no== ^no^",
        "https://example.org/a_b_c~d", "Table: no caption", "+ plus", "---", "`code`", "<b>tag</b>", "!!! note",
        r"[N_i \sigma^2]", r"x \pi[a] b", "[n = 12]", "[a^{b}]", "==x==", "www.a.org/~b* c", 'a="http://a.org">&gt; b',
    ],
)  # fmt: skip
def test_plain_words_are_read_as_they_were_typed(words: str) -> None:
    made = imported(docx(TITLE, para(words), para("The end.")))
    briefing, codes = read_again(made)
    assert plain_text(briefing.body) == f"{words}The end."
    assert remark_lines(made) == []
    assert set(codes) <= {"field-missing"}


def test_lists_are_lists() -> None:
    document = docx(
        TITLE,
        *(entry("price"), entry("purity"), entry("by ward", level=1), entry("first do this", 2), entry("then that", 2)),
    )
    assert body_of(imported(document)) == "- price\n- purity\n  - by ward\n\n1. first do this\n2. then that"


def test_a_table_has_its_caption_and_cells_of_one_line() -> None:
    document = docx(
        TITLE,
        para("Table 1: Reports by ward", "Caption"),
        table(("Ward", "Reports"), (cell(para("North") + para("and east")), "1|2")),
    )
    made = imported(document)
    assert body_of(made) == (
        "| Ward | Reports |\n|---|---|\n| North and east | 1\\|2 |\n\n: Reports by ward {#tbl-reports-by-ward}"
    )
    assert remark_lines(made) == []


@pytest.mark.parametrize(
    ("typed", "caption"),
    [
        ("Table 1 Reports", "Reports"),
        ("Table 2a: Reports", "Reports"),
        ("Fig. 1.2 – Reports", "Reports"),
        ("TABLE 3.Reports", "Reports"),
        ("Table 1. 2019 results", "2019 results"),
        *(
            (words, words)
            for words in ("Figure 3rd quarter arrests", "Table 2019 results", "Figure 3D model of a ward")
        ),
        *((words, words) for words in ("Table 10,000 arrests", "Figure 10 000 arrests", "Figure 5% of arrests")),
        *((words, words) for words in ("Figure 2–3 hours a day", "Table 3-year results", "Figure 1:30 walks")),
    ],
)
def test_a_caption_loses_a_typed_number_and_no_words(typed: str, caption: str) -> None:
    made = imported(docx(TITLE, para(typed, "Caption"), table(("a", "b"), ("c", "d"))))
    assert f"\n: {caption} {{#tbl-" in body_of(made)
    assert remark_lines(made) == []


def test_a_row_that_is_longer_than_the_grid_loses_nothing() -> None:
    """Pandoc alone drops its last cell without a word."""
    document = docx(TITLE, table(("Ward", "2023"), ("North", "12", "the third cell"), columns=2))
    assert "| North | 12 | the third cell |" in body_of(imported(document))


def test_cells_over_several_columns_are_told() -> None:
    wide = cell(para("Both years"), '<w:gridSpan w:val="2"/>')
    made = imported(docx(TITLE, table((wide,), ("12", "14"))))
    assert body_of(made) == "| Both years |  |\n|---|---|\n| 12 | 14 |"
    assert remark_lines(made) == ["2 import-cells-merged: Merged cells of several rows became one cell."]
    assert "at 'Both years', and" in made.remarks[0].hint


def test_a_text_box_stands_behind_its_paragraph() -> None:
    """Pandoc alone drops it; whether it belongs there only a person can say."""
    document = docx(TITLE, para("Crime fell.", inside=text_box(para("In a box, for all."))), para("It rose again."))
    made = imported(document)
    assert body_of(made) == "Crime fell.\n\nIn a box, for all.\n\nIt rose again."
    assert [remark.split(":")[0] for remark in remark_lines(made)] == ["3 import-text-box"]
    assert "'In a box, for all.'" in made.remarks[0].hint


def test_styles_become_boxes() -> None:
    document = docx(
        TITLE,
        *(para("Nobody counted.", "Caution box"), para("Nobody asked.", "Caution box"), para("See there.", "Note")),
    )
    assert (
        body_of(imported(document)) == "::: caution\nNobody counted.\n\nNobody asked.\n:::\n\n::: note\nSee there.\n:::"
    )


def test_a_library_may_name_its_own_styles() -> None:
    files = {"source/word-styles.yaml": b"Lead: outcomes\nCaption: frame\n"}
    made = imported(docx(TITLE, para("You can walk.", "Lead")), files=files)
    assert [str(remark).split("\n")[0] for remark in made.remarks] == [
        "source/word-styles.yaml:2:10: error import-style-box: There is no box 'frame'."
    ]
    made = imported(docx(TITLE, para("You can walk.", "Lead")), files={"source/word-styles.yaml": b"Lead: outcomes\n"})
    assert body_of(made) == "::: outcomes\nYou can walk.\n:::"


def test_words_that_run_backwards_in_secret_are_told() -> None:
    """Letters of Arabic may need such a character; one that overrides their order they never need."""
    made = imported(docx(TITLE, para("Open fdp\u202egnp."), para("\u2067\u0645\u0631\u2069"), para("\u202d\u0645")))
    said = "direction-character: An invisible character changes the order of the letters here"
    assert remark_lines(made) == [f"2 {said}: RIGHT-TO-LEFT OVERRIDE.", f"4 {said}: LEFT-TO-RIGHT OVERRIDE."]


def test_figures_have_captions_and_what_they_show() -> None:
    document = docx(
        TITLE,
        *(para(inside=picture(says="A map of 9 wards.")), para("Figure 1. Crime by ward", "Caption")),
        media={"image1.png": PNG},
    )
    made = imported(document)
    assert body_of(made) == '![Crime by ward](image1.png){#fig-crime-by-ward alt="A map of 9 wards."}'
    assert sorted(made.files) == [
        "source/briefings/foot-patrol/briefing.md",
        "source/briefings/foot-patrol/image1.png",
    ]
    assert remark_lines(made) == []


def test_a_picture_without_words_is_told() -> None:
    made = imported(docx(TITLE, para("Look:"), para(inside=picture()), media={"image1.png": PNG}))
    assert remark_lines(made) == ["3 import-no-alt: The picture 'image1.png' has no alt text."]


def test_a_scan_is_converted_and_a_drawing_of_windows_told() -> None:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("L", (3, 3), 200).save(out, "TIFF")
    made = imported(docx(TITLE, para(inside=picture(says="Grey")), media={"scan.tiff": out.getvalue()}))
    assert made.files["source/briefings/foot-patrol/scan.png"].startswith(b"\x89PNG")
    made = imported(docx(TITLE, para("As:", inside=picture(says="Bars")), media={"bars.wmf": b"\xd7\xcd\xc6\x9a.."}))
    assert remark_lines(made) == [
        "2 import-picture-kind: The picture 'bars.wmf' is a drawing of Windows (WMF), which browsers cannot show."
    ]


def test_notes_stay_notes() -> None:
    call = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnote w:id="2">{para("Chance seldom does it.")}</w:footnote>'
    made = imported(docx(TITLE, para("It is real.", inside=call), footnotes=notes))
    assert body_of(made) == "It is real.[^1]\n\n[^1]: Chance seldom does it."
    assert remark_lines(made) == []


@pytest.mark.parametrize(("changes", "words"), [("accept", "Crime rose slowly."), ("reject", "Crime fell.")])
def test_tracked_changes_are_settled_as_asked(changes: str, words: str) -> None:
    struck = '<w:del w:id="1"><w:r><w:delText>fell</w:delText></w:r></w:del>'
    added = f'<w:ins w:id="2">{run("rose")}</w:ins>'
    more = f'<w:ins w:id="3">{run(" slowly")}</w:ins>'
    made = imported(docx(TITLE, para("Crime ", inside=struck + added + more + run("."))), changes=changes)
    assert body_of(made) == words
    assert remark_lines(made) == []


def test_comments_become_notes_between_editors() -> None:
    on = '<w:commentRangeStart w:id="0"/>' + run("fell") + '<w:commentRangeEnd w:id="0"/>'
    on += '<w:r><w:commentReference w:id="0"/></w:r>'
    said = f'<w:comment w:id="0" w:author="Ann Hart" w:date="2026-05-01T10:00:00Z">{para("By how much?")}</w:comment>'
    document = docx(TITLE, para("Crime ", inside=on + run(".")), comments=said)
    assert front(document)["editorial_notes"] == [
        {"kind": "comment", "at": "fell", "text": "Ann Hart, 2026-05-01: By how much?"}
    ]
    assert body_of(imported(document)) == "Crime fell."


def test_what_is_not_taken_over_is_told_with_its_paragraph() -> None:
    chart = (
        "<w:r><w:drawing><a:graphic><a:graphicData "
        'uri="http://schemas.openxmlformats.org/drawingml/2006/chart"/></a:graphic></w:drawing></w:r>'
    )
    document = docx(TITLE, para("Crime fell in May.", inside=chart), para("Draft of May", "TOC 1"))
    made = imported(
        changed(document, word__header1_xml=f"<hdr>{para('For police only')}</hdr>".replace("<hdr>", HEADER))
    )
    assert remark_lines(made) == [
        "1 import-left-out: Not imported: a list of contents.",
        "1 import-left-out: Not imported: words of the head or foot of the pages: 'For police only'.",
        "2 import-left-out: Not imported: a chart after 'Crime fell in May.'.",
    ]


HEADER = '<hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'


def test_two_libraries_with_one_number_stay_two_works() -> None:
    """Each author's Zotero counts its own works: pandoc alone makes one of them, and both citations lead to it."""

    def cited(owner: int, family: str, title: str) -> str:
        work = {"type": "book", "title": title, "author": [{"family": family}], "issued": {"date-parts": [[2020]]}}
        item = {"id": 1, "uris": [f"http://zotero.org/users/{owner}/items/AB"], "itemData": work}
        return field("ADDIN ZOTERO_ITEM CSL_CITATION " + json.dumps({"citationItems": [item]}))

    one = cited(1, "Eck", "Places where things happen")
    other = cited(2, "Ratcliffe", "Quite another book of places")
    made = imported(docx(TITLE, para("One ", inside=one), para("Two ", inside=other)))
    assert body_of(made) == "One [@eck2020]\n\nTwo [@ratcliffe2020]"
    works = yaml.safe_load(made.files["source/references/from-foot-patrol.yaml"])["references"]
    assert [(work["id"], work["custom"]) for work in works] == [
        ("eck2020", {"imported_from": "http://zotero.org/users/1/items/AB"}),
        ("ratcliffe2020", {"imported_from": "http://zotero.org/users/2/items/AB"}),
    ]
    assert "reference" not in "".join(read_again(made)[1])


def test_typed_citations_are_written_where_they_are_sure() -> None:
    document = docx(
        TITLE,
        para("Crime fell (Hughes et al., 2018, p. 12)."),
        para("It rose ", inside=run("(Hughes ", "") + run("et al.", ITALIC) + run(", 2018; Nobody, 2001).")),
        para("Hughes (2018) was alone."),
    )
    made = imported(document)
    assert body_of(made).split("\n\n") == [
        "Crime fell [@hughes2018, p 12].",
        "It rose [@hughes2018] (Nobody, 2001).",
        "Hughes (2018) was alone.",
    ]
    assert remark_lines(made) == [
        "3 import-cite-unknown: No bibliography entry matches the citation 'Nobody, 2001'.",
        "4 import-cite-near: The citation 'Hughes (2018)' may mean hughes2018.",
    ]


def test_a_typed_list_goes_where_every_entry_is_known() -> None:
    list_ = (para("References", "heading 1"), para("[1] Hughes A. A study of beats. 2018."))
    made = imported(docx(TITLE, para("Where", "heading 1"), para("Crime fell [1]."), *list_))
    assert body_of(made) == "## Where\n\nCrime fell [@hughes2018]."
    assert remark_lines(made) == []
    made = imported(docx(TITLE, para("Crime fell [1]."), *list_, para("[2] Nobody. Nothing. 2001.")))
    assert body_of(made).split("\n\n") == [
        "Crime fell [@hughes2018].",
        "## References",
        "\\[1\\] Hughes A. A study of beats. 2018.",
        "\\[2\\] Nobody. Nothing. 2001.",
    ]
    assert remark_lines(made) == [
        "5 import-cite-unknown: No bibliography entry matches the citation '[2] Nobody. Nothing. 2001.'."
    ]


KNOWN = "Hughes, A., Bell, M. and Hart, K. (2018) A study of beats. Journal of Tests."


@pytest.mark.parametrize("heading", [para("Sources", "heading 1"), para("Sources:")])
def test_text_below_a_list_stays(heading: str) -> None:
    prose = "How we worked: we took A study of beats (2018) and asked 40 officers about it."
    made = imported(docx(TITLE, para("Crime fell."), heading, para(KNOWN), para(prose)))
    assert body_of(made).endswith(f"\n\n{prose}")
    assert ("Hughes, A." in body_of(made)) is ("heading1" not in heading)
    assert remark_lines(made) == []
    made = imported(docx(TITLE, para("Crime fell."), heading, para(KNOWN)))
    assert (body_of(made), remark_lines(made)) == ("Crime fell.", [])


def test_a_list_without_numbers_stays_where_numbers_are_cited() -> None:
    """Only its reader can count it."""
    list_ = (para("References", "heading 1"), entry(KNOWN))
    for place in (para("Crime fell [1, 2]."), entry("Crime fell [1, 2]."), table(("a", "b"), ("Crime fell", "[1, 2]"))):
        made = imported(docx(TITLE, para("What", "heading 1"), para("So."), place, *list_))
        assert body_of(made).endswith(f"## References\n\n- {KNOWN}")
    made = imported(docx(TITLE, para("What", "heading 1"), para("So."), entry("Crime fell."), *list_))
    assert body_of(made) == "## What\n\nSo.\n\n- Crime fell."
    lines = (para("References"), para(KNOWN), para(inside=picture("rId9")), entry("Crime fell."))
    assert "Hughes, A." in body_of(imported(docx(TITLE, para("So."), *lines)))


def test_text_before_the_entries_of_a_list_counts_for_none() -> None:
    before = para("All addresses were read on 3 May 2024.")
    made = imported(docx(TITLE, para("Crime fell [1]."), para("References", "heading 1"), before, entry(KNOWN, 2)))
    assert body_of(made) == "Crime fell [@hughes2018].\n\n## References\n\nAll addresses were read on 3 May 2024."
    assert remark_lines(made) == []


def test_what_a_picture_shows_cites_nothing() -> None:
    says = "Drawn from Hughes et al. (2018)"
    caption = para("Figure 1: Beats (Hughes et al., 2018)", "Caption")
    made = imported(docx(TITLE, para(inside=picture("rId9", says)), caption, media={"image1.png": PNG}))
    body = body_of(made)
    assert (body.count("[@hughes2018]"), f'alt="{says}"' in body) == (1, True)


@pytest.mark.parametrize(
    "apart",
    [
        "[the report of Hughes and King (2018)](https://example.org/a)",
        "`Hughes and King (2018)`",
        "$f(x) = Hughes and King (2018)$",
        '![](a.png){alt="Hughes and King (2018)"}',
        '![A map](a.png){#fig-a alt="Hughes and King (2018)"}',
    ],
)
def test_nothing_is_cited_in_links_code_formulas_and_attributes(apart: str) -> None:
    works = {"a": {"author": [{"family": "Hughes"}, {"family": "King"}], "issued": {"date-parts": [[2018]]}}}
    text, unsure, _ = write_typed_citations(f"{apart} and (Hughes and King, 2018); costs \\$5", works, ListedWorks())
    assert (text, unsure) == (f"{apart} and [@a]; costs \\$5", ())


def test_a_work_of_another_year_is_told() -> None:
    work = {"title": "A study of beats", "author": [{"family": "Hughes"}], "issued": {"date-parts": [[2019]]}}
    code = field("ADDIN CSL_CITATION " + json.dumps({"citationItems": [{"itemData": work}]}))
    made = imported(docx(TITLE, para("So ", inside=code)))
    assert remark_lines(made) == ["1 import-work-near: hughes2018 and a new work differ only in the year."]


def test_a_title_and_a_year_of_other_authors_are_another_work() -> None:
    def cited(owner: int, *names: str) -> str:
        people = [{"literal": name} for name in names]
        work = {"type": "report", "title": "Annual report", "author": people, "issued": {"date-parts": [[2019]]}}
        item = {"id": 1, "uris": [f"http://zotero.org/users/{owner}/items/AB"], "itemData": work}
        return field("ADDIN ZOTERO_ITEM CSL_CITATION " + json.dumps({"citationItems": [item]}))

    fields = (cited(1, "Kent Police"), cited(2, "Surrey Police"), cited(3, "Home Office", "Kent Police"))
    made = imported(docx(TITLE, *(para("So ", inside=code) for code in fields)))
    assert body_of(made) == "So [@kent2019]\n\nSo [@surrey2019]\n\nSo [@kent2019]"
    assert remark_lines(made) == ["1 import-work-near: kent2019 and a new work differ only in the authors."]


def test_paragraphs_that_are_only_indented_are_counted() -> None:

    def indented(words: str, style: str) -> str:
        return para(words, style).replace("</w:pPr>", '<w:ind w:left="720"/></w:pPr>')

    lines = (indented("It fell.", ""), indented("It rose.", ""), para("So."), indented("They said.", "Quote"))
    made = imported(docx(TITLE, *lines))
    assert body_of(made) == "> It fell.\n>\n> It rose.\n\nSo.\n\n> They said."
    assert remark_lines(made) == ["2 import-indented: 2 indented paragraphs became quotations."]


def test_what_comes_out_is_read_without_a_fault() -> None:
    document = docx(
        *(TITLE, para("A (b) [c] {d} *e* #f", "heading 1"), para("Crime fell.", "Quote")),
        *(entry("one"), entry("(Hughes et al., 2018)"), table(("a*", "b_"), ("$1", "~2"))),
        *(para(inside=picture(says='A "map" {x}')), para("Figure 1: [Map] {y}", "Caption")),
        media={"image1.png": PNG},
    )
    made = imported(document)
    briefing, codes = read_again(made)
    assert codes == ["field-missing"]
    assert remark_lines(made) == []
    assert "A (b) [c] {d} *e* #f" in plain_text(briefing.body)


def test_nothing_that_stands_is_written_over() -> None:
    document = docx(TITLE, para("Words."))
    for path in (
        *("briefings/foot-patrol.md", "briefings/foot-patrol/briefing.md", "references/from-foot-patrol.yaml"),
        *("briefings/foot-patrol/image1.png", "briefings/Foot-Patrol.md"),
        *("packs/foot-patrol.yaml", "series/foot-patrol.yaml"),
    ):
        made = imported(document, files={f"source/{path}": b"---\ntitle: T\n---\n"})
        assert (made.files, remark_lines(made)) == ({}, [f"1 import-stands: source/{path} already exists."])
    folder = {f"source/briefings/foot-patrol/{name}": b"---\ntitle: T\n---\n" for name in ("a.svg", "briefing.md")}
    assert remark_lines(imported(document, files=folder)) == [
        "1 import-stands: source/briefings/foot-patrol/briefing.md already exists."
    ]
    made = imported(document, files={"source/briefings/foot-patrol.md": b"---\ntitle: T\n---\n"}, id="walks")
    assert list(made.files) == ["source/briefings/walks.md"]


CORPUS = sorted((SHARED / "corpus-word").glob("*.docx"))


@pytest.mark.proof
@pytest.mark.skipif(not CORPUS, reason="the documents of other houses are not on this machine")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_documents_of_other_houses_are_read_back_in_order(path: Path) -> None:
    made = imported(path.read_bytes(), path.name)
    assert [line for line in remark_lines(made) if "words-differ" in line or "the words" in line] == []
    _, codes = read_again(made)
    assert set(codes) <= {"field-missing", "heading-skips-level", "figure-no-alt", "title-repeated"}


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("a.docx", docx()),
        ("a.docx", docx(para("Foot patrol", "Title"), para(" "))),
        ("a.html", b"<!doctype html><html><head><title>Foot patrol</title></head><body><p> </p></body></html>"),
    ],
)
def test_a_document_without_text_is_told(name: str, document: bytes) -> None:
    """Such as a scan: nobody is to take an empty text for a whole one."""
    assert remark_lines(imported(document, name)) == ["1 import-left-out: Not imported: text, as none was found."]


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    formula = "<w:p><m:oMath><m:r><m:t>P(A|B)</m:t></m:r></m:oMath></w:p>"
    drawn = cell(para(inside=picture(says="Left | right")))
    made = imported(
        docx(
            *(TITLE, para("Values.")),
            table(("a", "b", "c"), (cell(formula), drawn, "x|y")),
            media={"m.png": PNG},
        )
    )
    assert body_of(made).split("\n")[-1] == r'| $P(A\|B)$ | ![](m.png){alt="Left \| right"} | x\|y |'
    assert (remark_lines(made), read_again(made)[1]) == ([], ["field-missing"])


def test_links_lead_to_headings_by_their_ids() -> None:
    heads = ("Dr. Smith’s view", "Évaluation", "Évaluátion", "2023")
    links, body = "", []
    for number, words in enumerate(heads):
        links += f'<w:hyperlink w:anchor="_R{number}">{run(words)}</w:hyperlink>' + run(" ")
        place = f'<w:bookmarkStart w:id="{number}" w:name="_R{number}"/>{run(words)}<w:bookmarkEnd w:id="{number}"/>'
        body += [para(inside=place, style="heading 1"), para("Text.")]
    made = imported(docx(TITLE, para("See ", inside=links), *body))
    ids = ("dr-smiths-view", "evaluation", "evaluation-2", "section")
    for words, name in zip(heads, ids, strict=True):
        assert f"[{words}](#{name})" in body_of(made)
        assert f"## {words} {{#{name}}}\n" in body_of(made)
    assert read_again(made)[1] == ["field-missing"]
