"""Drawings are counted before they are drawn: what would paint for ever is told, and honest maps are not."""

import pytest

from pipeline.core.diagnostics import Location
from pipeline.core.limits import BrokenOff, run_limited
from pipeline.load.pictures.picture import page_as_png, read_picture
from tests.support.bombs.documents import DOCUMENTS, HONEST, packed, shapes
from tests.support.bombs.drawings import DRAWINGS, copies, drawing, pattern
from tests.support.bombs.pixels import scanned


def codes_of(content: bytes) -> list[str]:
    """What is said of a drawing."""
    return [remark.code for remark in read_picture("figure.svg", content, Location("text.md"))[1]]


@pytest.mark.proof
@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_that_paints_too_much_is_told(name: str) -> None:
    assert codes_of(DRAWINGS[name]()) == ["job-too-large"]


@pytest.mark.parametrize(
    "content",
    [
        copies(4),
        drawing(pattern(10)),
        drawing('<circle r="2"/>' * 50_000),
        drawing(f'{pattern(50)}<g fill="url(#p)"><text>Northmoor</text><path d="m1 1h9v9z"/></g>'),
        drawing('<g id="a"><use href="#missing"/></g><use href="#a"/>' * 300),
    ],
    ids=["ten thousand copies", "a hatched map", "a cloud of points", "hatched districts", "icons"],
)
def test_honest_drawing_passes(content: bytes) -> None:
    assert codes_of(content) == []


@pytest.mark.proof
@pytest.mark.parametrize(
    "words", [f"<text>{'lamp ' * 40_000}</text>", "<text>l</text>" * 40_000, "<text><a>lamp</a></text>" * 20_000]
)
def test_drawing_of_too_many_letters_is_told(words: str) -> None:
    assert codes_of(drawing(words)) == ["job-too-large"]
    assert codes_of(drawing("<text>Northmoor</text>" * 3_000)) == []


def test_photograph_of_very_many_passes_is_told() -> None:
    (remark,) = read_picture("a.jpg", scanned(20_000), Location("text.md"))[1]
    assert remark.code == "job-too-large"
    assert remark.sentence.endswith("it is stored in 20,006 passes, and the limit is 30.")
    assert [codes_of(scanned(0, mode)) for mode in ("L", "RGB", "CMYK")] == [[], [], []]


@pytest.mark.proof
@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_that_draws_too_much_is_told(name: str) -> None:
    asset, remarks = read_picture("figure.pdf", DOCUMENTS[name](), Location("text.md", 7, 1))
    assert asset is None
    assert [(remark.place.line, remark.code) for remark in remarks] == [(7, "job-too-large")]


@pytest.mark.parametrize("name", HONEST)
def test_honest_pdf_is_drawn(name: str) -> None:
    asset, remarks = read_picture("figure.pdf", HONEST[name](), Location())
    assert (asset and asset.media_type, remarks) == ("image/png", ())


@pytest.mark.proof
def test_pdf_page_is_drawn_within_its_limits() -> None:
    with pytest.raises(BrokenOff, match="more than 150 MB"):
        run_limited(page_as_png, packed(200_000_000), 20, 150)
    with pytest.raises(BrokenOff, match="longer than 1 seconds"):
        run_limited(page_as_png, shapes(3_000_000), 1, 1000)
