"""What a style sheet reaches for outside is taken out of it, and told."""

import pytest

from pipeline.compose.page.allow_list import remove_outside_addresses, sheet_remarks
from pipeline.model.formats import Layouts

CASES = {
    "an import": ('@import url("https://x.example/a.css"); p { color: red }', " p { color: red }", "@import"),
    "an import in disguise": ("@\\69mport 'x.css'; p{}", " p{}", "@import"),
    "a picture": (
        "p { background: url(https://x.example/a.png) }",
        "p { background: none }",
        "https://x.example/a.png",
    ),
    "a quoted picture": ('p { background: URL("a.png") }', "p { background: none }", "a.png"),
    "a letter in disguise": ("p { background: u\\72l(file:///a) }", "p { background: none }", "file:///a"),
    "a set of pictures": ('p { background: image-set("a.png" 1x) }', "p { background: none }", "a.png"),
    "a font in a medium": ("@media print { @font-face { src: url(x.ttf) } }", None, "x.ttf"),
}


@pytest.mark.parametrize(("sheet", "left", "target"), CASES.values(), ids=CASES)
def test_a_sheet_is_closed(sheet: str, left: str | None, target: str) -> None:
    kept, reaches = remove_outside_addresses(sheet)
    assert [reach[0] for reach in reaches] == [target]
    assert left is None or kept == left
    assert target not in kept


@pytest.mark.parametrize(
    "sheet",
    [
        'p { fill: url(#mark); background: url("asset:12"); src: url(font:fontpkg_lato/a.ttf) }',
        "p { background: url(data:image/png;base64,AAAA) }",
        'p::before { content: "url(https://x.example)" } /* @import */',
        "@media print { p { color: red } }",
    ],
)
def test_what_is_its_own_stays(sheet: str) -> None:
    assert remove_outside_addresses(sheet) == (sheet, ())


def test_the_remark_names_the_place() -> None:
    (remark,) = sheet_remarks(Layouts({"web/web.css": "p {\n  background: url(a.png)\n}\n"}))
    assert str(remark).startswith("layouts/web/web.css:2:15: error layout-reaches-out: ")
