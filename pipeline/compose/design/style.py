"""The style sheets of a manuscript, each complete in itself."""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.compose.design.faces import font_rules
from pipeline.compose.design.reach import closed
from pipeline.compose.design.tokens import tokens
from pipeline.compose.design.typeface import FontSet
from pipeline.model.asset import Asset
from pipeline.model.formats import EDITIONS, USUAL_EDITION, Edition
from pipeline.model.layouts import Layouts
from pipeline.model.source.imprint import Imprint

_BRIEFING = (
    "briefing/type.css",
    "common.css",
    "briefing/page.css",
    "briefing/evidence.css",
    "briefing/maths.css",
    "briefing/matter.css",
    "briefing/notes.css",
    "briefing/reflow.css",
)
PAGED = {"briefing": _BRIEFING, "pack": (*_BRIEFING, "pack/pack.css")}
"""Style sheets of paged media, by layout, in order."""

COMMON = "common.css"
"""The sheet that is the same on paper and on screens."""
EPUB = (COMMON, "screen.css", "briefing/evidence-screen.css", "epub/epub.css")
WEB = (COMMON, "screen.css", "briefing/evidence-screen.css", "web/web.css")
SERIES = (*WEB, "web/series.css")
SITE = "site/site.css"
"""The sheet of the catalogue, on screens and on paper."""

NARROW = "narrow.css"
NARROW_WHERE = ("@media (max-width: 38em)", "@container (max-width: 31em)")
"""Queries for narrow places: a window of this width, or a table or stamp whose own width is so many of its letters."""

STACKED = "stacked.css"
STACKED_WHERE = (
    ("widest", ("@container (max-width: 46em)",)),
    ("wide", NARROW_WHERE),
    ("wordy", ("@container (max-width: 21em)",)),
    ("slim", ("@container (max-width: 13em)",)),
)
"""The classes of tables that are set as blocks, and where. What knows no containers has the window, for most."""

FOR_THE_PRESS = ("briefing/notes.css", "briefing/reflow.css")
"""Sheets for the press alone: browsers leave notes at the end of the text and tables as they are."""
PRINTED = "web/print.css"
SERIES_PRINTED = "web/series-paper.css"

_COMMENT = re.compile(r"""(?P<words>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
"""A comment of CSS; or words in quotation marks, in which none begins."""


_BREAK = "\ue000"
"""Stands for the end of a line within a comment."""


def paged_style(
    layout: str, imprint: Imprint, layouts: Layouts, fonts: FontSet, edition: Edition = USUAL_EDITION
) -> str:
    """CSS for paged media: fonts, tokens, the layout's own sheets, and what the edition does otherwise."""
    sheets = (*PAGED[layout], *EDITIONS[edition].styles)
    return font_rules(fonts.faces) + tokens(imprint, layouts, fonts.css_names, edition) + joined(sheets, layouts)


def drawn(images: tuple[Asset, ...], edition: Edition) -> str:
    """In large print a drawing is as wide as the column, so that its words are large too."""
    names = sorted(image.sha256 for image in images if image.media_type == "image/svg+xml")
    large = EDITIONS[edition].large
    return "".join(f'figure img[src="asset:{name}"] {{ width: 100% }}\n' for name in names if large)


def screen_style(sheets: tuple[str, ...], imprint: Imprint, layouts: Layouts) -> str:
    """CSS for the screens of readers: tokens and sheets, and what changes in little room; the reader's own fonts.

    Whatever the room, the evidence of a book is set as blocks: a reader that knows no queries is often a small one.
    """
    stacked = joined((STACKED,), layouts).replace(".stacked", ".evidence")
    return tokens(imprint, layouts) + _on_screens(sheets, layouts) + stacked


def web_style(sheets: tuple[str, ...], layout: str, imprint: Imprint, layouts: Layouts, *printed: str) -> str:
    """CSS for a web page: the sheets of screens, for paper those of the layout's PDF and `printed`."""
    paper = joined((*(sheet for sheet in PAGED[layout] if sheet not in FOR_THE_PRESS), PRINTED, *printed), layouts)
    return (
        tokens(imprint, layouts)
        + _within("@media not print", _on_screens(sheets, layouts))
        + _within("@media print", paper)
    )


def site_style(imprint: Imprint, layouts: Layouts) -> str:
    """CSS for the catalogue: the voice of web pages on screens, and its own."""
    screens = joined(("screen.css", "web/web.css"), layouts)
    return tokens(imprint, layouts) + _within("@media not print", screens) + joined((SITE,), layouts)


def _on_screens(sheets: tuple[str, ...], layouts: Layouts) -> str:
    narrow, stacked = joined((NARROW,), layouts), joined((STACKED,), layouts)
    rules = [_within(where, narrow) for where in NARROW_WHERE]
    rules += [
        _within(where, stacked.replace(".stacked", f".{name}")) for name, places in STACKED_WHERE for where in places
    ]
    return joined(sheets, layouts) + "".join(rules)


def _within(where: str, rules: str) -> str:
    return f"{where} {{\n{rules}}}\n"


def joined(names: tuple[str, ...], layouts: Layouts) -> str:
    """The named sheets, one after the other, without comments and without whatever they reach for outside."""
    return "".join(_bare(layouts.files[name]) + "\n" for name in names)


def _kept(found: re.Match[str]) -> str:
    """Replacement of a string or comment: a comment becomes a separator, so that the words around it stay apart."""
    touching = found.string[found.start() - 1 : found.start()] + found.string[found.end() : found.end() + 1]
    apart = len(touching) < 2 or any(one.isspace() or one in ";{}" for one in touching)
    return found["words"] or ("" if apart else "/**/")


@lru_cache(maxsize=64)
def _bare(sheet: str) -> str:
    """A sheet within itself, and without its comments: these are written for whoever changes it.

    Every text asks for the same few.
    """
    return "\n".join(line for _, line in bare_lines(sheet))


def bare_lines(sheet: str) -> Iterator[tuple[int, str]]:
    """The lines of a sheet without comments, each with the number of the line of the file on which it ends."""
    number = 1
    for line in _COMMENT.sub(_numbered, closed(sheet)[0]).splitlines():
        number += line.count(_BREAK)
        bare = line.replace(_BREAK, "").rstrip()
        if bare.strip():
            yield number, bare
        number += 1


def _numbered(found: re.Match[str]) -> str:
    """Replacement of a string or comment, with a mark for each line of the comment."""
    return _kept(found) if found["words"] else _kept(found) + _BREAK * found[0].count("\n")


SHEET = "web/check.css"


def page_style(imprint: Imprint, layouts: Layouts) -> str:
    """The style of pages that stand alone: the library's tokens, and one sheet."""
    return tokens(imprint, layouts) + joined((SHEET,), layouts)
