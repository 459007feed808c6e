"""The library's own names of Word's styles: `source/word-styles.yaml`, a style and its box on a line."""

from collections.abc import Mapping

from pipeline.codes import word as codes
from pipeline.core.diagnostics import Desk
from pipeline.load.library.text import read_text
from pipeline.load.yaml.documents import read_yaml
from pipeline.word.writing.blocks import BOXES

WORD_STYLES = "source/word-styles.yaml"


def word_styles(files: Mapping[str, bytes], desk: Desk) -> Mapping[str, str]:
    """The boxes by names of styles; a style with another word is told, and means nothing."""
    content = files.get(WORD_STYLES)
    text = read_text(WORD_STYLES, content, desk) if content is not None else None
    read = read_yaml(text, WORD_STYLES, desk) if text is not None else None
    if read is None:
        return {}
    value, marks = read
    found = {}
    for style, box in value.items() if isinstance(value, dict) else ():
        if box in BOXES:
            found[str(style)] = str(box)
        else:
            desk.report(codes.STYLE_BOX.at(marks.at(str(style)), box=box, boxes=", ".join(BOXES)))
    return found
