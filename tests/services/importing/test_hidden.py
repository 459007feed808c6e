"""Words that no reader of a document sees are not made visible."""

import pytest

from tests.support.word.documents import changed, docx, para, run
from tests.support.word.imports import body_of, taken, told

TITLE = para("T", "Title")
LEFT = "2 import-left-out: Not taken over:"
HIDING = (
    '<w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Deep"><w:name w:val="Deep"/><w:basedOn w:val="Secret"/></w:style>'
)
STYLES = f'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{HIDING}</w:styles>'


@pytest.mark.parametrize("looks", ["<w:vanish/>", '<w:rStyle w:val="Deep"/>'], ids=["itself", "by its style"])
def test_hidden_words_are_left_out_and_told(looks: str) -> None:
    document = docx(TITLE, para(inside=run("Seen. ") + run("Mrs Hidden said so.", looks) + run("So too.")))
    made = taken(changed(document, word__styles_xml=STYLES) if "Style" in looks else document)
    assert body_of(made).endswith("Seen. So too.")
    assert told(made)[-1].split(" ", 1)[1] == f"{LEFT[2:]} hidden words: 'Mrs Hidden said so.'."


def form(inside: str) -> str:
    """A field of a form into which nothing was typed."""
    return f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def test_what_a_form_asks_for_is_no_text() -> None:
    """Where it does not look like a prompt it is told, for some programs fill forms in wrongly."""
    asked = form(run("Click here to enter text.", '<w:rStyle w:val="PlaceholderText"/>'))
    made = taken(docx(TITLE, para("Ward: ", inside=asked)))
    assert (body_of(made), told(made)) == ("Ward:", [])
    made = taken(docx(TITLE, para("Ward: ", inside=form(run("North")))))
    assert (body_of(made), told(made)) == ("Ward:", [f"{LEFT} the words of a field that says it is empty: 'North'."])
