"""Ways to break the EPUB of a pack."""

from __future__ import annotations

import re
from collections.abc import Callable


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    """Take a document out of the spine."""

    def change(files: dict[str, bytes]) -> None:
        files["EPUB/content.opf"] = re.sub(
            rb'<itemref idref="text-%s"[^>]*/>' % name.encode(), b"", files["EPUB/content.opf"]
        )

    return change


def page_lost_from_the_list(files: dict[str, bytes]) -> None:
    """The mark is there, and nobody is led to it."""
    files["EPUB/nav.xhtml"] = re.sub(
        rb'<li><a href="text/foot-patrol.xhtml#page-4">4</a></li>', b"", files["EPUB/nav.xhtml"]
    )
