"""Stamps: one line each, the same bytes in any company."""

from dataclasses import replace
from io import BytesIO

import pytest
from pikepdf import Pdf

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.manuscript import StampLayout, StampText
from pipeline.press.stamps import press_stamps
from tests.press.placed import all_words
from tests.press.stamp_texts import TEXTS
from tests.support.press.manuscripts import STAMP, page_texts


def font_files(stamp: bytes) -> list[bytes]:
    """The embedded font files of a stamp."""
    with Pdf.open(BytesIO(stamp)) as pdf:
        fonts = pdf.pages[0].obj.Resources.Font.as_dict().values()
        return [font.DescendantFonts[0].FontDescriptor.FontFile2.read_raw_bytes() for font in fonts]


def test_a_stamp_is_the_same_alone_and_in_company() -> None:
    together = press_stamps(STAMP, TEXTS)
    backwards = press_stamps(STAMP, TEXTS[::-1])[::-1]
    one_by_one = tuple(press_stamps(STAMP, (text,))[0] for text in TEXTS)
    assert together == backwards == one_by_one


@pytest.mark.parametrize("rule", ["@page :right { margin-left: 30mm }", "body { padding: 11mm 0 0 }"])
def test_a_stamp_is_the_same_in_company_whatever_its_layout(rule: str) -> None:
    layout = replace(STAMP, style=f"{STAMP.style}\n{rule}")
    assert press_stamps(layout, TEXTS) == tuple(press_stamps(layout, (text,))[0] for text in TEXTS)


def test_stamps_of_a_text_in_arabic_are_on_the_other_side_of_the_page() -> None:
    layout = replace(STAMP, style=f"{STAMP.style} html {{ text-align: left }}")
    mirrored = press_stamps(layout, tuple(replace(text, rtl=True) for text in TEXTS))
    for stamps in zip(press_stamps(layout, TEXTS), mirrored, strict=True):
        usual, other = (list(all_words(stamp)) for stamp in stamps)
        left, right = min(word.left for word in usual), max(word.right for word in other)
        assert left + right == pytest.approx(210 * 72 / 25.4, abs=0.2)


def test_a_stamp_says_its_line_on_one_bare_page() -> None:
    for text, stamp in zip(TEXTS, press_stamps(STAMP, TEXTS), strict=True):
        assert [" ".join(page.split()) for page in page_texts(stamp)] == [text.text]
        with Pdf.open(BytesIO(stamp)) as pdf:
            assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
            assert b"Date" not in stamp


def test_stamps_share_their_font_files() -> None:
    stamps = press_stamps(STAMP, TEXTS)
    files = {text.slot: font_files(stamp) for text, stamp in zip(TEXTS, stamps, strict=True)}
    regular = {slot: embedded for slot, embedded in files.items() if slot != "status"}
    assert all(embedded == regular["folio"] for embedded in regular.values())
    assert files["status"] != regular["folio"]


def test_a_rare_character_brings_a_font_of_its_own() -> None:
    rare = StampText("head-title", "Łódź")
    pair = press_stamps(STAMP, (rare, TEXTS[0]))
    assert pair[0] == press_stamps(STAMP, (rare,))[0]
    assert font_files(pair[0]) != font_files(pair[1])
    assert page_texts(pair[0])[0].strip() == "Łódź"


def test_a_stamp_that_cannot_be_set_stops_the_press() -> None:
    with pytest.raises(TypesettingFailure, match=r"The stamp '漢' cannot be set. The fonts of the layout have no '漢'"):
        press_stamps(STAMP, (StampText("status", "漢"),))
    with pytest.raises(TypesettingFailure, match="names no fonts"):
        press_stamps(StampLayout("", ()), TEXTS)


def test_a_layout_that_breaks_the_engine_is_named() -> None:
    layout = replace(STAMP, style=STAMP.style + "p { --sum: 1pt +; width: calc(var(--sum)) }")
    with pytest.raises(TypesettingFailure, match="broke off while it set 'layouts/stamp'"):
        press_stamps(layout, (StampText("folio", "Page 1 of 2"),))


def test_no_texts_are_no_stamps() -> None:
    assert press_stamps(STAMP, ()) == ()


def test_a_line_too_wide_for_its_place_is_shortened_by_measure() -> None:
    """The bindery's estimate may be too low; a layout would cut the line in mid-letter."""
    narrow = "p.head-title { width: 90pt; white-space: nowrap; overflow: hidden }"
    layout = StampLayout(STAMP.style + narrow, STAMP.fonts)
    long = "WWW MMM WWW MMM WWW MMM"
    fitting, cut = press_stamps(layout, (StampText("head-title", "Lamps"), StampText("head-title", long)))
    assert page_texts(fitting) == ["Lamps"]
    (text,) = page_texts(cut)
    assert text.endswith("…")
    assert text[:-1] in long
    with Pdf.open(BytesIO(cut)) as pdf:
        box = [float(part) for part in pdf.pages[0].obj.ArtBox]
    assert 60 < box[2] - box[0] <= 90


def test_a_date_is_never_cut() -> None:
    narrow = "p.head-date { width: 20pt; white-space: nowrap; overflow: hidden }"
    with pytest.raises(TypesettingFailure, match="'26/04/2024' has no room where 'layouts/stamp' sets 'head-date'"):
        press_stamps(StampLayout(STAMP.style + narrow, STAMP.fonts), TEXTS[:1])
