"""Citations of reference managers: what is written of each format, and words that would be lost with it."""

import base64
import json

import pytest

from pipeline.services.importing.docx_package import TEXT, citation_mark, parse_xml
from pipeline.services.importing.manager_citations import CitationCollector, drop_lists, take_out_citations
from pipeline.services.importing.reference_managers import CitedItem, write_citation
from tests.support.word.documents import NAMES, cell, docx, field, para, run, table
from tests.support.word.imports import body_of, imported, remark_lines, text_of

TITLE = para("T", "Title")
HUGHES = {
    "type": "article-journal",
    "title": "A study of beats",
    "author": [{"family": "Hughes", "given": "Ann"}],
    "issued": {"date-parts": [[2018]]},
}
CSL = {
    "citationItems": [
        {
            "id": 12,
            "uris": ["http://zotero.org/users/1/items/AB"],
            "itemData": HUGHES,
            "locator": "12-15",
            "label": "page",
            "prefix": "see",
            "suffix": "and elsewhere",
            "suppress-author": True,
        }
    ]
}
WRITTEN = "[see -@hughes2018, pp 12-15, and elsewhere]"

ENDNOTE = (
    '<EndNote><Cite ExcludeAuth="1"><Author>Hughes</Author><Year>2018</Year><Prefix>see </Prefix>'
    "<Suffix> and elsewhere</Suffix><Pages>12-15</Pages><record><rec-number>7</rec-number><foreign-keys>"
    '<key app="EN" db-id="lib">7</key></foreign-keys><ref-type name="Journal Article">17</ref-type><contributors>'
    "<authors><author>Hughes, Ann</author></authors></contributors><titles><title>A study of beats</title></titles>"
    "<dates><year>2018</year></dates></record></Cite></EndNote>"
)
SOURCES = (
    '<b:Sources xmlns:b="http://schemas.openxmlformats.org/officeDocument/2006/bibliography"><b:Source>'
    "<b:Tag>Hug18</b:Tag><b:SourceType>JournalArticle</b:SourceType><b:Title>A study of beats</b:Title>"
    "<b:Year>2018</b:Year><b:Author><b:Author><b:NameList><b:Person><b:Last>Hughes</b:Last><b:First>Ann</b:First>"
    "</b:Person></b:NameList></b:Author></b:Author></b:Source></b:Sources>"
)


def read(body: str, **parts: str) -> tuple[list[tuple[CitedItem, ...]], str]:
    """The citations of a document's body, and its words with marks in their places."""
    held = {name.replace("__", "/"): content.encode() for name, content in parts.items()}
    held = {f"{name}.xml": content for name, content in held.items()}
    root = parse_xml(f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode())
    collector = CitationCollector.of(held)
    take_out_citations(root, collector)
    drop_lists(collector)
    return collector.citations, "".join(text.text or "" for text in root.iter(TEXT))


def packed(said: str) -> str:
    """Words in base 64."""
    return base64.b64encode(said.encode()).decode()


def control(tag: str) -> str:
    """A content control as Mendeley Cite writes it."""
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{run("(Hughes)")}</w:sdtContent></w:sdt>'


def nested() -> str:
    """A field of EndNote, whose data lie in a field within it."""
    inner = field("ADDIN EN.CITE.DATA", "", packed(ENDNOTE))
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>ADDIN EN.CITE </w:instrText></w:r>'
        f'{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("(2018)")}<w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r>'
    )


MANAGERS = {
    "Zotero": field(f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(CSL)}"),
    "Mendeley Desktop": field(f"ADDIN CSL_CITATION {json.dumps(CSL)}"),
    "Mendeley Cite": control(f"MENDELEY_CITATION_v3_{packed(json.dumps(CSL))}"),
    "EndNote in the code": field(f"ADDIN EN.CITE {ENDNOTE}"),
    "EndNote beside the code": field("ADDIN EN.CITE", data=packed(ENDNOTE)),
    "EndNote in a field within": nested(),
    "Word": field(r'CITATION Hug18 \n \p 12-15 \f "see " \s " and elsewhere" \l 2057'),
    "Word in one element": r'<w:fldSimple w:instr="CITATION Hug18 \n \p 12-15 \f &quot;see&quot; '
    rf'\s &quot;and elsewhere&quot;">{run("(Hughes)")}</w:fldSimple>',
    "Zotero in a bookmark": f'<w:bookmarkStart w:id="4" w:name="ZOTERO_BREF_x1"/>{run("(Hughes)")}'
    '<w:bookmarkEnd w:id="4"/>',
}


@pytest.mark.parametrize("manager", MANAGERS)
def test_locator_prefix_suffix_and_left_out_author_are_kept(manager: str) -> None:
    said = f"ZOTERO_ITEM CSL_CITATION {json.dumps(CSL)}"
    pieces = "".join(
        f'<property name="ZOTERO_BREF_x1_{number}"><lpwstr>{part}</lpwstr></property>'
        for number, part in enumerate((said[:100], said[100:]), 1)
    )
    body = para("Crime fell ", inside=MANAGERS[manager] + run("."))
    found, words = read(body, customXml__item1=SOURCES, docProps__custom=f"<Properties>{pieces}</Properties>")
    assert [write_citation(items, ["hughes2018"] * len(items)) for items in found] == [WRITTEN]
    assert words == f"Crime fell {citation_mark(0)}."
    assert found[0][0].record["title"] == "A study of beats"


def test_lists_that_managers_made_are_dropped() -> None:
    lists = (
        "ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY",
        "ADDIN Mendeley Bibliography CSL_BIBLIOGRAPHY",
        "ADDIN EN.REFLIST",
    )
    body = "".join(para(inside=field(code, "Hughes A. A study.")) for code in (*lists, "BIBLIOGRAPHY"))
    found, words = read(body + f"<w:p>{control('MENDELEY_BIBLIOGRAPHY')}</w:p>")
    assert (found, words) == ([], "")


def test_a_field_goes_no_further_than_the_next_paragraph() -> None:
    """One that has lost its end takes no text: its words stay, and what stands behind it is read."""
    code = field(f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(CSL)}", "(Hughes, 2018)")
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    body = (para(inside=code.removesuffix(end)), para(" Two. "), para(inside=code), para(" Four. ", inside=end))
    for text in (body, body[:3], body[:1]):
        found, words = read("".join(text))
        said = "(Hughes, 2018) Two. " + citation_mark(0) + " Four. "
        assert said.startswith(words)
        assert words.startswith("(Hughes, 2018)")
        assert len(found) == words.count(citation_mark(0))


@pytest.mark.parametrize(
    ("says", "shown", "stays"),
    [
        ("", "(Hughes, 2018)", False),
        ("", "(see Hughes, 2018, pp. 12–15, and elsewhere)", False),
        ("(Hughes, 2018)", "(Hughes 2018)", False),
        ("(Hughes, 2018)", "(Hughes, 2018, in Kent)", True),
        ("", "(Hughes, 2018, who found no effect)", True),
    ],
)
def test_words_typed_into_a_citation_stay(says: str, shown: str, stays: bool) -> None:
    """The whole citation is then read as one that was typed."""
    code = json.dumps(CSL | ({"properties": {"plainCitation": says}} if says else {}))
    _, words = read(para(inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {code}", shown)))
    assert words == (shown if stays else citation_mark(0))


def test_what_cannot_be_read_stays_as_words() -> None:
    found, words = read(para(inside=field("ADDIN ZOTERO_ITEM CSL_CITATION {oops", "(Hughes, 2018)")))
    assert (found, words) == ([], "(Hughes, 2018)")


@pytest.mark.parametrize(
    "code",
    [
        "ADDIN EN.CITE <EndNote><Cite><Author>Hughes</Author><Year>2018</Year></Cite></EndNote>",
        'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": [{"id": 9}]}',
        'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": [{"itemData": {"title": {"a": 1}, "author": ["x"]}}]}',
        "CITATION Gone18",
    ],
)
def test_a_work_without_a_record_stays_as_words(code: str) -> None:
    assert read(para(inside=field(code, "(Hughes, 2018)"))) == ([], "(Hughes, 2018)")


def test_other_fields_stay() -> None:
    assert read(para(inside=field("REF _Ref12 \\h", "Table 1")))[1] == "Table 1"


@pytest.mark.parametrize(
    ("item", "written"),
    [
        (CitedItem({}), "[@a]"),
        (CitedItem({}, locator="3", label="chapter"), "[@a, chapter 3]"),
        (CitedItem({}, locator="iv and passim"), "[@a, {pp iv and passim}]"),
        (CitedItem({}, suffix="2 volumes"), "[@a{} 2 volumes]"),
        (CitedItem({}, prefix="see [1]; also"), "[see (1), also @a]"),
        (CitedItem({}, in_text=True, locator="4"), "@a [p 4]"),
    ],
)
def test_a_citation_is_written_as_it_is_read_again(item: CitedItem, written: str) -> None:
    """What could be taken for something else is put in braces, or written with other signs."""
    assert write_citation((item,), ("a",)) == written


# Words that would be lost with a citation

WORK = {"type": "book", "title": "Walking at night", "author": [{"family": "Yu"}], "issued": {"date-parts": [[2001]]}}
CITED = json.dumps({"citationItems": [{"id": "m1", "itemData": WORK}]})


def control_around(inside: str) -> str:
    """A content control in which Mendeley Cite keeps a citation."""
    tag = f"MENDELEY_CITATION_v3_{base64.b64encode(CITED.encode()).decode()}"
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'


def test_words_typed_into_a_citation_are_read_as_a_typed_one() -> None:
    """It is then read as one that was typed, with the work that the field has."""
    shown = "(Yu, 2001, who nevertheless found no effect)"
    made = imported(docx(TITLE, para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", shown))))
    assert (body_of(made), remark_lines(made)) == ("A [@yu2001, who nevertheless found no effect]", [])
    made = imported(
        docx(TITLE, para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "[3] but not there")))
    )
    assert body_of(made) == "A \\[3\\] but not there"
    assert remark_lines(made) == ["2 import-cite-near: The citation '[3] but not there' may mean yu2001."]


def test_a_citation_of_a_work_without_a_record_is_told() -> None:
    code = 'ADDIN ZOTERO_ITEM CSL_CITATION {"citationItems": [{"id": 9}]}'
    made = imported(docx(TITLE, *(para("A ", inside=field(code, shown)) for shown in ("[7]", "(Yu, 2001)"))))
    assert body_of(made) == "A \\[7\\]\n\nA (Yu, 2001)"
    assert remark_lines(made) == [
        "2 import-cite-unknown: No bibliography entry matches the citation '[7]'.",
        "3 import-cite-unknown: No bibliography entry matches the citation 'Yu, 2001'.",
    ]


def test_a_citation_in_a_title_is_told() -> None:
    cited = field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "(Yu, 2001)")
    made = imported(docx(para("Foot patrol ", "Title", inside=cited), para("It works.", "Practice example")))
    assert remark_lines(made) == ["1 import-left-out: Not imported: the citation [@yu2001]."]
    assert "\ntitle: Foot patrol\n" in text_of(made)
    made = imported(docx(TITLE, para("Kent ", "Practice example", inside=cited)))
    assert "\n  name: Kent\n" in text_of(made)


def test_a_control_around_a_paragraph_tells_what_else_stands_in_it() -> None:
    """Mendeley's control need not be within a line."""
    paragraphs = (para("(Yu, 2001)"), para("(Yu, 2001) is what the wards were given."))
    made = imported(docx(TITLE, *map(control_around, paragraphs)))
    assert body_of(made) == "[@yu2001]\n\n[@yu2001] is what the wards were given."
    assert remark_lines(made) == []


def test_a_control_around_a_cell_or_a_row_leaves_cells() -> None:
    """A row without its cell would move all that stands behind it."""
    rows = table(("a", "b", "c")).replace(cell("b"), control_around(cell("(Yu, 2001)")))
    rows = rows.replace("</w:tbl>", control_around(f"<w:tr>{cell('Yu')}</w:tr>") + "</w:tbl>")
    made = imported(docx(TITLE, para("Text."), rows))
    assert body_of(made) == "Text.\n\n| a | [@yu2001] | c |\n|---|---|---|\n| [@yu2001] |  |  |"


def test_words_in_a_list_that_a_manager_made_stay() -> None:
    field_ = field("ADDIN ZOTERO_BIBL {} CSL_BIBLIOGRAPHY", "Yu. Walking at night. 2001.")
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    whole = para(inside=field_.removesuffix(end)) + para("Annex: how officers were asked.") + para(inside=end)
    cited = para("A ", inside=field(f"ADDIN ZOTERO_ITEM CSL_CITATION {CITED}", "(Yu, 2001)"))
    made = imported(docx(TITLE, cited, whole, para("The end.")))
    assert body_of(made) == "A [@yu2001]\n\nAnnex: how officers were asked.\n\nThe end."
    assert remark_lines(made) == []


def test_a_heading_in_the_style_of_contents_stays_where_no_contents_follow() -> None:
    """Some take the style for its looks."""
    alone = '<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr>' + run("Summary of our findings") + "</w:p>"
    made = imported(
        docx(TITLE, alone, para("Crime fell."), alone.replace("Summary of", "Not"), para("1 Where", "TOC 1"))
    )
    assert body_of(made) == "Summary of our findings\n\nCrime fell."
    assert remark_lines(made) == ["1 import-left-out: Not imported: a list of contents."]
