"""What a Word document has that pandoc would lose or misread: imported, or reported."""

import io
import zipfile
from time import process_time

import pytest

from pipeline.model.body import ListBlock
from tests.support.word.documents import (
    NAMES,
    cell,
    changed,
    docx,
    entry,
    para,
    picture,
    run,
    table,
    text_box,
    zipped,
)
from tests.support.word.imports import body_of, imported, read_again, remark_lines

TITLE = para("T", "Title")
LEFT = "import-left-out: Not imported:"


def marked(words: str, change: str = "del") -> str:
    """A paragraph whose end was struck or added."""
    return f'<w:p><w:pPr><w:rPr><w:{change} w:id="8" w:author="A"/></w:rPr></w:pPr>{run(words)}</w:p>'


@pytest.mark.parametrize("changes", ["accept", "reject"])
@pytest.mark.parametrize("change", ["del", "ins", "moveFrom", "moveTo"])
def test_words_stay_in_their_cell(change: str, changes: str) -> None:
    """The last paragraph of a cell has no next one that it could be joined to."""
    rows = (("Ward", "2023", "2024"), ("North", cell(marked("12", change)), "15"), ("South", "30", "31"))
    made = imported(docx(TITLE, para("Reports."), marked("Before.", change), table(*rows)), changes=changes)
    assert body_of(made).split("\n\n") == [
        "Reports.",
        "Before.",
        "| Ward | 2023 | 2024 |\n|---|---|---|\n| North | 12 | 15 |\n| South | 30 | 31 |",
    ]
    assert remark_lines(made) == []


@pytest.mark.parametrize(("changes", "words"), [("accept", "| North | 15 |"), ("reject", "| North | 12 |")])
def test_cells_that_were_struck_or_added_are_settled(changes: str, words: str) -> None:
    row = ("North", cell("12", '<w:cellDel w:id="1" w:author="A"/>'), cell("15", '<w:cellIns w:id="2" w:author="A"/>'))
    made = imported(docx(TITLE, para("Reports."), table(row, columns=2)), changes=changes)
    assert body_of(made) == f"Reports.\n\n{words}\n|---|---|"
    assert remark_lines(made) == []


HIDING = (
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deep"><w:name w:val="Deep"/><w:basedOn w:val="Secret"/></w:style>'
)
HIDING_STYLES = f'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{HIDING}</w:styles>'


@pytest.mark.parametrize("looks", ["<w:vanish/>", '<w:rStyle w:val="Deep"/>'], ids=["itself", "by its style"])
def test_hidden_words_are_left_out_and_told(looks: str) -> None:
    document = docx(TITLE, para(inside=run("Seen. ") + run("Mrs Hidden said so.", looks) + run("So too.")))
    made = imported(changed(document, word__styles_xml=HIDING_STYLES) if "Style" in looks else document)
    assert body_of(made).endswith("Seen. So too.")
    assert remark_lines(made)[-1].split(" ", 1)[1] == f"{LEFT} hidden words: 'Mrs Hidden said so.'."


def form(inside: str) -> str:
    """A field of a form into which nothing was typed."""
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def test_what_a_form_asks_for_is_no_text() -> None:
    """Where it does not look like a prompt it is told, for some programs fill forms in wrongly."""
    asked = form(run("Click here to enter text.", '<w:rStyle w:val="PlaceholderText"/>'))
    made = imported(docx(TITLE, para("Ward: ", inside=asked)))
    assert (body_of(made), remark_lines(made)) == ("Ward:", [])
    made = imported(docx(TITLE, para("Ward: ", inside=form(run("North")))))
    assert (body_of(made), remark_lines(made)) == (
        "Ward:",
        [f"2 {LEFT} the words of a field that says it is empty: 'North'."],
    )


WIDE = '<w:gridSpan w:val="200"/>'


def test_cells_that_claim_thousands_of_columns_have_one_each() -> None:
    """Word itself draws no more than 63 columns; a table of 50 rows would have half a million cells."""
    before = process_time()
    made = imported(
        docx(TITLE, para("Text."), table(("x",) * 50, *[("y",)] * 50).replace("<w:tcPr>", f"<w:tcPr>{WIDE}"))
    )
    assert process_time() - before < 2
    assert body_of(made).split("\n")[2] == f"| {' | '.join('x' * 50)} |"


def test_cells_beyond_the_last_column_stand_in_that() -> None:
    made = imported(docx(TITLE, para("Text."), table(tuple(f"c{n}" for n in range(65)), (cell("wide", WIDE),))))
    assert body_of(made).split("\n")[2].endswith("| c61 | c62 c63 c64 |")
    assert remark_lines(made) == []


def test_the_time_of_changes_in_one_paragraph_grows_with_their_number() -> None:
    change = '<w:ins w:id="1" w:author="A"><w:r><w:t>i</w:t></w:r></w:ins>'
    before = process_time()
    made = imported(docx(TITLE, para("Text."), f"<w:p>{change * 20_000}</w:p>"))
    assert process_time() - before < 4
    assert body_of(made).count("i") == 20_000


STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{kind}{level}"><w:name w:val="List {kind} {level}"/><w:pPr><w:numPr>'
    f'<w:numId w:val="{number + level}"/></w:numPr></w:pPr></w:style>'
    for kind, number in (("Bullet", 0), ("Number", 3))
    for level in (1, 2, 3)
).replace(" 1", "")
LISTS = "".join(
    f'<w:abstractNum w:abstractNumId="{n}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    f'<w:numFmt w:val="{"bullet" if n < 4 else "decimal"}"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    for n in range(1, 7)
)
NUMBERS = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, 7))


def listed(*entries: tuple[str, str]) -> bytes:
    """A document with entries in the styles that Word has for lists, each of which is a list of one level."""
    return changed(
        docx(para("Title"), *(para(words, style) for words, style in entries), para("It works.")),
        word__styles_xml=f"<w:styles {NAMES}>{STYLES}</w:styles>",
        word__numbering_xml=f"<w:numbering {NAMES}>{LISTS}{NUMBERS}</w:numbering>",
    )


def test_levels_that_styles_say_are_levels() -> None:
    made = imported(listed(("one", "Bullet1"), ("two", "Bullet2"), ("three", "Bullet3"), ("four", "Bullet1")))
    assert body_of(made) == "- one\n  - two\n    - three\n- four\n\nIt works."
    made = imported(listed(("one", "Number1"), ("two", "Number2"), ("three", "Number2"), ("four", "Number1")))
    assert body_of(made) == "1. one\n   1. two\n   2. three\n2. four\n\nIt works."
    assert remark_lines(made) == []


def test_a_long_list_in_roman_numerals_is_one_list() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1."/></w:lvl>'
    kind = f'<w:abstractNum w:abstractNumId="2">{level}</w:abstractNum>'
    numbering = f'<w:numbering {NAMES}>{kind}<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    entries = (entry(f"part {number}", 2) for number in range(1, 51))
    made = imported(changed(docx(para("Title"), *entries), word__numbering_xml=numbering))
    assert "xxxix. part 39\nxl. part 40\nxli. part 41\n" in body_of(made)
    (found,) = read_again(made)[0].body.blocks
    assert isinstance(found, ListBlock)
    assert len(found.items) == 50


NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def linked(document: bytes, name: str, kind: str, target: str) -> bytes:
    """A document that links to something outside."""
    link = f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    links = parts(document)["word/_rels/document.xml.rels"].replace(b"</Relationships>", link.encode())
    return zipped(parts(document) | {"word/_rels/document.xml.rels": links})


def parts(document: bytes) -> dict[str, bytes]:
    """The files in a document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ('<w:altChunk r:id="rId5"/>', "a whole text of another kind after 'Before.'"),
        ('<w:p><w:subDoc r:id="rId5"/></w:p>', "a linked document after 'Before.'"),
        (
            '<w:p><w:r><w:pict><v:shape><v:textpath string="Crime fell"/></v:shape></w:pict></w:r></w:p>',
            "words drawn as a picture: 'Crime fell'",
        ),
    ],
    ids=["another text", "another document", "WordArt"],
)
def test_what_stands_in_other_files_or_is_drawn_is_told(inside: str, what: str) -> None:
    made = imported(docx(TITLE, para("Before."), inside, para("After.")))
    assert body_of(made) == "Before.\n\nAfter."
    assert [line.split(" ", 1)[1] for line in remark_lines(made)] == [f"{LEFT} {what}."]


@pytest.mark.parametrize("kept", ["r:link", "r:embed"])
def test_a_picture_that_the_document_does_not_hold_is_told(kept: str) -> None:
    document = docx(TITLE, para("Look:"), para(inside=picture("rId5").replace("r:embed", kept)))
    made = imported(linked(document, "rId5", "image", "https://example.org/map.png"))
    assert remark_lines(made) == [f"3 {LEFT} a picture that is not kept in the document after 'Look:'."]


def test_notes_are_found_by_their_kind_of_link() -> None:
    """Some programs call their file otherwise, and leave another of the usual name."""
    document = docx(TITLE, para("Text", inside=NOTE), footnotes=f'<w:footnote w:id="2">{para("A note")}</w:footnote>')
    files = {name: content.replace(b"footnotes.xml", b"notes7.xml") for name, content in parts(document).items()}
    files["word/notes7.xml"] = files["word/footnotes.xml"]
    files["word/footnotes.xml"] = files["word/notes7.xml"].replace(b"A note", b"An old note")
    made = imported(zipped(files))
    assert (body_of(made), remark_lines(made)) == ("Text[^1]\n\n[^1]: A note", [])


def test_the_strict_form_of_the_standard_is_read_as_the_other() -> None:
    note = f'<w:footnote w:id="2">{para("A note")}</w:footnote>'
    box, long = text_box(para("In a box.")), table(("a", "b"), ("1", "2", "3"), columns=2)
    document = docx(TITLE, para("Text", inside=NOTE + run(".") + box), long, footnotes=note)
    names = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/": b"http://purl.oclc.org/ooxml/wordprocessingml/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
        b"<w:gridCol/>": b'<w:gridCol w:w="50pt"/>',
    }
    strict = parts(document)
    for usual, other in names.items():
        strict = {name: content.replace(usual, other) for name, content in strict.items()}
    assert body_of(imported(zipped(strict))) == body_of(imported(document))
    assert remark_lines(imported(zipped(strict))) == remark_lines(imported(document))


def sign(font: str, char: str) -> str:
    """A run that holds one sign."""
    return f'<w:r><w:sym w:font="{font}" w:char="{char}"/></w:r>'


@pytest.mark.parametrize(
    ("font", "char", "shown"),
    [
        *(("Wingdings", "F0E0", "→"), ("Wingdings", "F0FC", "✓"), ("wingdings", "00A7", "▪")),
        *(("Symbol", "F0B3", "≥"), ("Symbol", "F061", "α"), ("Arial", "2265", "≥"), ("Symbol", "2265", "≥")),
    ],
)
def test_a_sign_is_read_as_what_it_shows(font: str, char: str, shown: str) -> None:
    made = imported(docx(TITLE, para(inside=run("Before ") + sign(font, char) + run(" after."))))
    assert (body_of(made), remark_lines(made)) == (f"Before {shown} after.", [])
