"""Words that would go with what is taken out of a document: each is told."""

import base64
import json

from tests.support.word.documents import cell, docx, field, para, run, table
from tests.support.word.imports import body_of, taken, text_of, told

TITLE = para("T", "Title")
WORK = {"type": "book", "title": "Walking at night", "author": [{"family": "Yu"}], "issued": {"date-parts": [[2001]]}}
CITED = json.dumps({"citationItems": [{"id": "m1", "itemData": WORK}]})


def control(inside: str) -> str:
    """A content control in which Mendeley Cite keeps a citation."""
    tag = f"MENDELEY_CITATION_v3_{base64.b64encode(CITED.encode()).decode()}"
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'


def test_words_typed_into_a_citation_stay() -> None:
    """It is then read as one that was typed, with the work that the field has."""
    shown = "(Yu, 2001, who nevertheless found no effect)"
    made = taken(docx(TITLE, para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", shown))))
    assert (body_of(made), told(made)) == ("A [@yu2001, who nevertheless found no effect]", [])
    made = taken(docx(TITLE, para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "[3] but not there"))))
    assert body_of(made) == "A \\[3\\] but not there"
    assert told(made) == ["2 import-cite-near: '[3] but not there' is perhaps yu2001."]


def test_a_citation_of_a_work_without_a_record_is_told() -> None:
    code = 'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": [{"id": 9}]}'
    made = taken(docx(TITLE, *(para("A ", inside=field(code, shown)) for shown in ("[7]", "(Yu, 2001)"))))
    assert body_of(made) == "A \\[7\\]\n\nA (Yu, 2001)"
    assert told(made) == [
        "2 import-cite-unknown: '[7]' is in no file of references.",
        "3 import-cite-unknown: 'Yu, 2001' is in no file of references.",
    ]


def test_a_citation_in_a_title_is_told() -> None:
    cited = field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "(Yu, 2001)")
    made = taken(docx(para("Foot patrol ", "Title", inside=cited), para("It works.", "Practice example")))
    assert told(made) == ["1 import-left-out: Not taken over: the citation [@yu2001]."]
    assert "\ntitle: Foot patrol\n" in text_of(made)
    made = taken(docx(TITLE, para("Kent ", "Practice example", inside=cited)))
    assert "\n  name: Kent\n" in text_of(made)


def test_a_control_around_a_paragraph_tells_what_else_stands_in_it() -> None:
    """Mendeley's control need not be within a line."""
    made = taken(docx(TITLE, control(para("(Yu, 2001)")), control(para("(Yu, 2001) is what the wards were given."))))
    assert body_of(made) == "[@yu2001]\n\n[@yu2001] is what the wards were given."
    assert told(made) == []


def test_a_control_around_a_cell_or_a_row_leaves_cells() -> None:
    """A row without its cell would move all that stands behind it."""
    rows = table(("a", "b", "c")).replace(cell("b"), control(cell("(Yu, 2001)")))
    rows = rows.replace("</w:tbl>", control(f"<w:tr>{cell('Yu')}</w:tr>") + "</w:tbl>")
    made = taken(docx(TITLE, para("Text."), rows))
    assert body_of(made) == "Text.\n\n| a | [@yu2001] | c |\n|---|---|---|\n| [@yu2001] |  |  |"


def test_words_in_a_list_that_a_manager_made_stay() -> None:
    field_ = field("ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY", "Yu. Walking at night. 2001.")
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    whole = para(inside=field_.removesuffix(end)) + para("Annex: how officers were asked.") + para(inside=end)
    cited = para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "(Yu, 2001)"))
    made = taken(docx(TITLE, cited, whole, para("The end.")))
    assert body_of(made) == "A [@yu2001]\n\nAnnex: how officers were asked.\n\nThe end."
    assert told(made) == []


def test_a_heading_in_the_style_of_contents_stays_where_no_contents_follow() -> None:
    """Some take the style for its looks."""
    alone = '<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr>' + run("Summary of our findings") + "</w:p>"
    made = taken(docx(TITLE, alone, para("Crime fell."), alone.replace("Summary of", "Not"), para("1 Where", "TOC 1")))
    assert body_of(made) == "Summary of our findings\n\nCrime fell."
    assert told(made) == ["1 import-left-out: Not taken over: a list of contents."]
