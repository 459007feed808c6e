"""Ways back from a reference on paper: one each."""

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.placed import in_layout
from tests.support.press.manuscripts import annotations, page_texts

ENTRY = (
    '<p id="c1">Once.</p><p id="c2">Twice.</p><ul id="list" role="list" class="references"><li id="ref-hart">Hart '
    '<span class="backlinks"><a role="doc-backlink" aria-label="Back to citation 1 of Hart" href="#c1">'
    '<span class="call further">17</span>↑</a> <a role="doc-backlink" class="further" '
    'aria-label="Back to citation 2 of Hart" href="#c2"><span class="call further">18</span></a></span></li></ul>'
)


@pytest.mark.parametrize("variant", ["screen", "booklet"])
def test_a_reference_has_one_way_back(variant: PdfVariant) -> None:
    made = press(in_layout(ENTRY, variant))
    assert [link["way"] for _, link in annotations(made.pdf)] == ["c1"]
    assert made.remarks == ()
    assert "17" not in page_texts(made.pdf)[0]
    assert "18" not in page_texts(made.pdf)[0]
