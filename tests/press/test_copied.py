"""What is copied out of a page: the characters that were written, hyphens and spaces included."""

import random
import re
from dataclasses import replace
from io import BytesIO

import pytest
from pikepdf import Pdf, String, parse_content_stream

from pipeline.model.manuscript import FontFace
from pipeline.press.press import press
from pipeline.proof.expected_content import ExpectedContent, ProofJob, expected_briefing
from pipeline.proof.inspection import check_pdf
from pipeline.proof.pdf_text import PageTextReader
from tests.press.fonts import in_fonts
from tests.support.bind.sheets import DAY, LIGHTING
from tests.support.copied import copied
from tests.support.press.manuscripts import manuscript, paragraphs
from tests.support.project import ROOT
from tests.support.proof.broken_pdfs import changed

NARROW = "p { width: 30mm }"
SIGNS = ['<span role="img" aria-label="party popper">🎉</span>', '<span class="emoji">🎉</span>']
SANS = [FontFace("Source Sans 3", wght, False, "fontpkg_source_sans_3", "SourceSans3[wght].ttf") for wght in (400, 700)]


def lines(body: str, style: str = "") -> list[str]:
    """The lines that PDFium copies out of a text."""
    pages = copied(press(manuscript(body, style)).pdf)
    return [line.strip() for page in pages for line in page.splitlines() if line.strip()]


def test_every_space_is_a_space() -> None:
    """Bold text gave no-break spaces throughout, as the first that its font met was one."""
    body = '<h2 id="a">Table\u00a01 and more</h2><p id="b">On 6\u00a0May and <b>7\u00a0May</b>, 10\u202f000</p>'
    assert lines(body) == ["Table 1 and more", "On 6 May and 7 May, 10 000"]


@pytest.mark.parametrize("width", range(40, 60, 2))
def test_an_arrow_and_the_end_of_a_remark_stay_on_one_line(width: int) -> None:
    copied_lines = lines(
        '<p id="a"><code>a remark in code ends --&gt; or leads -&gt; on</code></p>', f"p {{ width: {width}mm }}"
    )
    assert not any(line.endswith("-") for line in copied_lines)
    assert " ".join(copied_lines) == "a remark in code ends --> or leads -> on"


def test_a_glyph_of_two_characters_is_copied_as_each() -> None:
    assert lines('<p id="a">one\u2010two one-two a·b a∙b</p>') == ["one\u2010two one-two a·b a∙b"]
    assert lines('<p id="a">one-two one\u2010two a∙b a·b</p>') == ["one-two one\u2010two a∙b a·b"]


def test_a_bracket_is_copied_as_its_glyph_shows_it() -> None:
    pdf = press(in_fonts('<p id="a">שלום [5) (אחד)</p><p id="b">Lamps (12) and [3] and 4)</p>', "", ("hebrew",))).pdf
    assert copied(pdf)[0].splitlines()[-1] == "Lamps (12) and [3] and 4)"


def test_glyphs_of_two_meanings_stay_in_their_order() -> None:
    """A line from right to left has several runs in one font; 'מספר' is drawn by the engine's own hand."""

    def glyphs(body: str) -> str:
        with Pdf.open(BytesIO(press(in_fonts(body, "", ("hebrew",))).pdf)) as pdf:
            arrays = [
                instruction.operands[0]
                for instruction in parse_content_stream(pdf.pages[0])
                if str(instruction.operator) == "TJ"
            ]
            return b"".join(bytes(part) for array in arrays for part in array if isinstance(part, String)).hex()

    line = '<p id="b" dir="rtl">עולם (3)</p>'
    assert glyphs(f'<p id="a" dir="rtl">מספר (4)</p>{line}').endswith(glyphs(line))
    signs = '<p id="b" dir="rtl">עולם 1· (3∙) ·</p>'
    assert glyphs(f'<p id="a">∙ ·</p>{signs}').endswith(glyphs(signs))


def test_a_glyph_that_stands_for_nothing_is_told_where_words_are_said_instead() -> None:
    text = in_fonts('<h1 id="a">Lamps</h1><p id="b">हिन्दी</p>', "", ("devanagari",))
    sheets = press(text)
    promise = expected_briefing(text, sheets.pages, LIGHTING, DAY)

    def reports_glyph(pdf: bytes, promised: ExpectedContent | None) -> bool:
        return "proof-glyph" in {fault.code for fault in check_pdf(ProofJob("x.pdf", pdf, "screen", promised))}

    assert not reports_glyph(sheets.pdf, promise)
    without = changed(sheets.pdf, lambda stream: re.sub(rb"<[0-9a-f]{4}> <0926>\n", b"", stream))
    assert reports_glyph(without, promise)
    assert not reports_glyph(without, None)


def test_no_line_ends_in_a_hyphen_of_a_word() -> None:
    chosen = random.Random(18)
    words = [chosen.choice(("police-led", "a-b", "help-seeking", "of", "non-<em>police</em>", "x")) for _ in range(120)]
    copied_lines = lines(f'<p id="a">{" ".join(words)}</p>', NARROW)
    assert len(copied_lines) > 20
    assert not [line for line in copied_lines if line.endswith("-")]
    assert " ".join(copied_lines) == " ".join(words).replace("<em>", "").replace("</em>", "")


def test_a_word_that_is_longer_than_its_line_breaks_before_a_hyphen() -> None:
    copied_lines = lines('<p id="a">problem-orientedpolicing and neighbourhood-watch</p>', NARROW)
    assert copied_lines == ["problem", "-orientedpolicing", "and", "neighbourhood", "-watch"]


@pytest.mark.parametrize("element", ["p", "pre"])
def test_a_hyphen_before_a_space_or_a_sign_ends_no_line(element: str) -> None:
    text = "short- and long-term x-&lt;y> text-[z] " * 6
    for width in range(30, 60, 3):
        style = f"{element} {{ width: {width}mm; white-space: {'pre-wrap' if element == 'pre' else 'normal'} }}"
        copied_lines = lines(f'<{element} id="a">{text}</{element}>', style)
        assert not [line for line in copied_lines if line.endswith(("-", "\ufffe"))]
        assert " ".join(copied_lines) == text.replace("&lt;", "<").strip()


def test_a_range_stays_on_one_line_where_it_has_room() -> None:
    pages = " ".join(f"{number}–{number + 22}" for number in range(90, 150))
    copied_lines = lines(f'<p id="a">{pages}</p>', NARROW)
    assert len(copied_lines) > 20
    assert " ".join(copied_lines) == pages
    assert lines('<p id="a">see 123456789–987654321</p>', NARROW) == ["see", "123456789–", "987654321"]


@pytest.mark.parametrize("style", [NARROW, "p { width: 40mm; overflow-wrap: anywhere }"])
def test_an_address_breaks_where_it_may(style: str) -> None:
    address = "https://x.<wbr/>example/<wbr/>police<wbr/>-led<wbr/>-interventions"
    copied_lines = lines(f'<p id="a">At <a href="https://x.example/">{address}</a></p>', style)
    assert "".join(copied_lines).replace("At", "", 1).strip() == address.replace("<wbr/>", "")
    assert not [line for line in copied_lines if line.endswith("-")]


def test_no_line_ends_within_the_beginning_of_an_address() -> None:
    for width in range(20, 60, 3):
        copied_lines = lines('<p id="a">See also https://northmoor.example/a-b</p>', f"p {{ width: {width}mm }}")
        assert not [line for line in copied_lines if line.endswith("/") and "northmoor" not in line]


@pytest.mark.parametrize("before", ["<b>Done</b>", "<code>x</code>", "🎉"])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_space_between_a_wide_sign_and_other_type_is_copied(before: str, sign: str) -> None:
    style = (ROOT / "layouts/briefing/reflow.css").read_text(encoding="utf-8")
    body = paragraphs(6) + f'<p id="q">It {before} 🎉 <b>is</b>, 🎉. (so 🎉)</p>'.replace("🎉", sign)
    text = in_fonts(body, f"{style} p {{ font-family: 'Source Sans 3', 'Fallback Noto Emoji' }}")
    (page,) = copied(press(replace(text, fonts=(*text.fonts, *SANS))).pdf)
    assert page.splitlines()[-1] == f"It {re.sub('<[^>]*>', '', before)} 🎉 is, 🎉. (so 🎉)"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("arabic", "تحسين الأداء، نسخة WordPress ستضغط الشفرة لا غير"),
        ("arabic", "تاریخچه کوتاهی از گیت"),
        ("hebrew", "כדי להפעיל HTTPS באתר"),
    ],
)
def test_words_from_right_to_left_are_copied_as_they_are_read(script: str, words: str) -> None:
    sheets = press(in_fonts(f'<p id="a" dir="rtl">{words}</p>', "", (script,)))
    assert copied(sheets.pdf)[0].split() == words.split()


def test_a_letter_with_dots_is_one_glyph_in_the_file() -> None:
    """Its dots are drawn beside it: a glyph more would be a letter more to some."""
    sheets = press(in_fonts('<p id="a" dir="rtl">بتثن</p>', "", ("arabic",)))
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert [run.text for run in PageTextReader().runs(pdf.pages[0], 1)] == ["بتثن"]


def test_letters_stand_where_the_engine_puts_them() -> None:
    """Code is spaced closer: by so much each letter of it is moved."""
    import pypdfium2

    def width(direction: str) -> float:
        pdf = press(in_fonts(f'<p id="a" dir="{direction}"><code>code_here</code></p>')).pdf
        boxes = pypdfium2.PdfDocument(pdf)[0].get_textpage()
        return float(boxes.get_charbox(8)[2] - boxes.get_charbox(0)[0])

    assert width("rtl") == pytest.approx(width("ltr"), abs=0.1)


def test_a_mark_of_a_direction_needs_no_glyph() -> None:
    """Source Sans has none for it, and a Latin word may stand beside it."""
    text = in_fonts('<h1 id="a">Lamps</h1><p id="b" dir="rtl">גרסה של ACME\u200f (RFC 8555)</p>', "", ("hebrew",))
    sheets = press(text)
    promise = expected_briefing(text, sheets.pages, LIGHTING, DAY)
    codes = {fault.code for fault in check_pdf(ProofJob("x.pdf", sheets.pdf, "screen", promise))}
    assert not codes & {"proof-glyph", "proof-words", "proof-differs"}
