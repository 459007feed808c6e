"""Alternative texts that say nothing of the picture: a file's name, or the word 'image'."""

import re

from pipeline.core.diagnostics import Place
from pipeline.core.messages import message
from pipeline.load.markdown.draft import Draft

NO_WORDS = "This figure has no alternative text."
"""Alternative text of a picture of which its author says nothing."""

_FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|tiff?|bmp|pdf|eps)", re.IGNORECASE)
_KINDS = frozenset({"image", "picture", "figure", "photo", "graphic", "img", "chart", "diagram", "untitled"})


def says_nothing(alt: str) -> bool:
    """Whether words for a picture are a file's name, or name its kind alone."""
    said = alt.strip()
    return said.lower().rstrip(".") in _KINDS or bool(_FILE_NAME.fullmatch(said))


def told_alternative(draft: Draft, alt: str, source: str, place: Place) -> str:
    """The words for a picture, or none after a remark, which says so where there are some that say nothing."""
    if alt and not says_nothing(alt):
        return alt
    empty = f"is described as '{alt[:80]}', which says nothing of what it shows"
    fault = empty if alt else "has no alternative text"
    draft.desk.report(message("figure-no-alt", place, source=source[:80], fault=fault))
    return ""
