"""What a text gives up where it does not fit its pages, and what it keeps."""

from dataclasses import replace

from pipeline.model.manuscript import FontFace
from pipeline.press.press import press
from tests.press.fonts import fonts
from tests.press.footnotes import FOOT, call, ended, note
from tests.support.press.manuscripts import manuscript, page_texts, paragraphs, picture
from tests.support.press.tag_lines import kinds
from tests.support.press.wide_tables import HEAD, REFLOW, table, wide

WHOLE = "tbody tr { break-inside: avoid }"


def test_a_row_that_is_longer_than_a_page_breaks_below_the_head() -> None:
    """The engine left the head out on every such page, and a listener never heard it."""
    sheets = press(manuscript(table("Short. ", "Lamps were mended. " * 300, "Short. "), WHOLE))
    texts = page_texts(sheets.pdf)
    assert len(texts) > 2
    assert all("District" in text for text in texts)
    assert [line.strip() for line in kinds(sheets.pdf)].count("TH") == 2


def test_a_note_does_not_pay_for_a_row_that_is_too_long() -> None:
    rows = table(f"Short{call(1)}. ", "Lamps were mended. " * 300, f"Short{call(2)}. ")
    sheets = press(manuscript(rows + ended(note(1, "FIRST"), note(2, "SECOND")), WHOLE + FOOT))
    texts, places = page_texts(sheets.pdf), dict(sheets.targets)
    assert "notes" not in places
    for number, words in ((1, "FIRST"), (2, "SECOND")):
        assert [page for page, text in enumerate(texts, 1) if words in text] == [places[f"fnref-{number}"]]


def test_a_note_of_a_float_that_goes_on_over_the_page_is_set() -> None:
    """The engine lays out such floats apart from the text of the page, and the note of a call there was lost."""
    side = f'<div class="side"><p id="s">{"Lamps were mended. " * 20}</p><p id="c">Here{call(1)} too.</p></div>'
    style = FOOT + ".side { float: right; width: 30mm; margin-right: -35mm }"
    sheets = press(manuscript(paragraphs(9) + side + paragraphs(20, 20) + ended(note(1, "SIDE")), style))
    places = dict(sheets.targets)
    assert places["fnref-1"] > places["s"]
    assert places["fn-1"] == places["fnref-1"]
    assert [page for page, text in enumerate(page_texts(sheets.pdf), 1) if "SIDE" in text] == [places["fn-1"]]


def test_a_table_that_is_wider_than_its_column_is_set_as_blocks() -> None:
    """Its last columns were cut off at the edge of the paper, and nobody was told. Now it is, where a page is wide."""
    text = manuscript(wide(9, "Counterrevolutionaries"), REFLOW)
    sheets = press(text)
    assert [(remark.code, remark.place.line) for remark in sheets.remarks] == [("made-table-blocks", 1)]
    assert press(replace(text, variant="booklet")).remarks == ()
    assert "Head 8: Counterrevolutionaries" in page_texts(sheets.pdf)[0]
    tags = [line.strip() for line in kinds(sheets.pdf)]
    assert (tags.count("Table"), tags.count("TH"), tags.count("TD")) == (1, 9, 9)


GROW = """
.table table { table-layout: fixed; width: 100% } td, th { overflow-wrap: break-word }
[data-grow] table { table-layout: auto }
"""


def test_a_column_grows_where_a_name_would_be_broken() -> None:
    cells = wide(5, "some words of no length").replace("some words", "Deffenbacher and some words", 1)
    sheets = press(manuscript(cells, GROW))
    assert sheets.remarks == ()
    assert "Deffenbacher" in page_texts(sheets.pdf)[0].split()


def test_a_word_that_is_broken_all_the_same_is_told() -> None:
    style = "p { width: 60pt; overflow-wrap: anywhere }"
    address = '<p id="b">https://northmoor.example/publications</p>'
    (remark,) = press(manuscript(f'<p id="a">the Counterrevolutionaries came</p>{address}', style)).remarks
    assert (remark.code, remark.place.line) == ("made-word-broken", 1)
    assert "'Counterrevolutionaries'" in remark.sentence


def test_what_runs_off_the_page_is_told() -> None:
    (remark,) = press(manuscript(f'<p id="p">{"x" * 200}</p>', "p { white-space: nowrap }")).remarks
    assert (remark.code, remark.place.line) == ("made-off-page", 1)


def test_no_heading_is_left_alone_by_a_table_that_is_kept_whole() -> None:
    rows = "".join(f'<tr><td id="c{n}">{"Lamps were mended. " * 60}</td></tr>' for n in range(3))
    table = f'<div class="table whole" id="d"><table id="t">{HEAD}<tbody>{rows}</tbody></table></div>'
    style = WHOLE + " h2 { break-before: page; break-after: avoid } .whole { break-inside: avoid }"
    sheets = press(manuscript(f'{paragraphs(3)}<h2 id="h">Lamps</h2>{table}', style))
    places = dict(sheets.targets)
    assert places["h"] == places["c0"]


LARGE = (
    FontFace("Large", 400, False, "fontpkg_atkinson_hyperlegible", "AtkinsonHyperlegible-Regular.ttf"),
    FontFace("IBM Plex Mono", 400, False, "fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
)


def test_a_drawing_that_asks_for_another_family_gets_the_face_of_the_text() -> None:
    drawing = picture('<text x="0" y="20" font-family="Lato, sans-serif">Lamps</text>')
    body = f'<figure id="f"><img src="asset:{drawing.sha256}" alt="Lamps."/></figure>'
    text = replace(manuscript(body, images=(drawing,)), fonts=LARGE)
    assert fonts(press(text).pdf) == {"Large"}
