"""The matter after the text, as the press sets it."""

from pipeline.press.press import press
from tests.press.placed import in_layout, words


def test_a_label_of_two_lines_stands_above_the_rule_beside_one_line_of_text() -> None:
    """The rule was drawn through the label, for that is taller than the text beside it."""
    body = (
        '</div><div class="matter"><section class="row" id="m"><h2 id="h">How this briefing was made</h2>'
        '<p id="p">Briefly.</p></section><div class="columns"><h2 id="r">References</h2></div>'
    )
    sheets = press(in_layout(body))
    second, below = words(sheets, "made")[0], words(sheets, "References")[0]
    assert words(sheets, "How")[0].bottom > second.bottom
    assert second.bottom - below.bottom > 20  # the label, a line and the rule
