"""Lines of text as the engine breaks them and as we do."""

from functools import cache
from types import SimpleNamespace
from typing import Any

from weasyprint.formatting_structure.boxes import Box

from pipeline.press.fast import layout as fast_lines
from pipeline.press.press import press
from tests.support.calls import calls_of
from tests.support.press import manuscripts

ENGINES = fast_lines._split_first_line
OURS = fast_lines.split_first_line
_SPACED = (
    "well-known 2010–2012 and/or 90% £5 naïve – … soft\u00adhyphen ( ’ [see a\u200bb "
    "ﬁ 夜 http://example.org/a/b?c=d —then ’( A&B i.e.— état «mot» ! ? x²"
)
ODD = ("", *_SPACED.split(" "))


@cache
def style(**rules: Any) -> Any:
    """The style of a paragraph, with more said of it."""
    with calls_of(Box.__init__) as boxes:
        press(manuscripts.manuscript("<p>Lamps</p>"))
    styles = (box.given["style"] for box in boxes)
    paragraph_style = next(style.copy() for style in styles if style["display"] == ("block", "flow"))
    for name, value in rules.items():
        paragraph_style[name] = value
    return paragraph_style


def theirs(words: str, style: Any, width: float | None, begins: bool = True) -> Any:
    """The first line of some words as the engine finds it; it may begin a line."""
    return ENGINES(words, style, SimpleNamespace(dictionaries={}), width, 0, begins)


def ours(words: str, style: Any, width: float | None, begins: bool = True) -> Any:
    """The same as we find it."""
    return OURS(words, style, SimpleNamespace(dictionaries={}), width, 0, begins)


def line_values(line: Any) -> tuple[Any, ...]:
    """Return a line's text, its bytes, where the next begins, its size and its baseline."""
    layout, *measures = line
    return layout.text, layout.first_line_direction, layout.justification_spacing, *measures
