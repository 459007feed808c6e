"""Style sheets of a manuscript and of stamps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from textwrap import fill

from pipeline.compose.design.faces import ALL_NAMES, font_rules
from pipeline.compose.design.tokens import tokens
from pipeline.compose.design.typeface import TEXT, FontSet, font_set
from pipeline.compose.page.gate import closed
from pipeline.model.formats import (
    BY_STAMPS,
    EDITIONS,
    STAMP_STYLES,
    USUAL_EDITION,
    USUAL_STAMPS,
    Asset,
    Edition,
    Layouts,
    StampSheet,
)
from pipeline.model.manuscript import StampLayout
from pipeline.model.source.library_file import LibrarySettings

_TEMPLATE = re.compile(r"\A\{#-?(.*?)-?#\}", re.DOTALL)
_SHEET = re.compile(r"^/\*(.*?)\*/", re.DOTALL | re.MULTILINE)
_LINES = re.compile(r"\A(?:<\?xml[^>]*>\s*)?(?:<!--(.*?)-->|((?:#[^\n]*\n)+))", re.DOTALL)
_STYLES = re.compile(r"\bStyle: ((?:[\w-]+/)*[\w-]+\.css(?:, (?:[\w-]+/)*[\w-]+\.css)*)\.")
_TOKEN = re.compile(r"var\((--[\w-]+)")

WIDTH = 118


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """A part of the page, as a comment in a file of the layouts says it, and what stands below that comment."""

    words: str
    """One sentence."""
    tokens: tuple[str, ...] = ()
    """Tokens that its rules read, in their order."""
    styles: tuple[str, ...] = ()
    """Of a template the style sheets that give it its look."""


def layout_parts(name: str, text: str) -> tuple[LayoutPart, ...]:
    """The parts of the page that a file makes: of a style sheet one for each comment that begins a line."""
    if name.endswith(".css"):
        heads = list(_SHEET.finditer(text))
        ends = (*(head.start() for head in heads[1:]), len(text))
        return tuple(
            LayoutPart(_first_sentence(head[1].strip()), tokens_in(text[head.end() : end]))
            for head, end in zip(heads, ends, strict=True)
        )
    head = (_TEMPLATE if name.endswith(".j2") else _LINES).search(text)
    said = " ".join(re.sub(r"(?m)^#", "", head[1] or head[2]).split()) if head else ""
    named = _STYLES.search(said)
    return (LayoutPart(_first_sentence(said), styles=tuple(named[1].split(", ")) if named else ()),) if said else ()


def explained(name: str, text: str) -> str:
    """A file as a designer gets it: a style sheet says at its head which tokens it reads."""
    tokens = tokens_in(text)
    end = text.find("*/")
    if not (name.endswith(".css") and tokens and text.startswith("/*") and end > 0):
        return text
    told = fill(f"Tokens that it reads: {', '.join(tokens)}.", WIDTH, initial_indent="   ", subsequent_indent="   ")
    return f"{text[:end].rstrip()}\n{told} {text[end:]}"


def tokens_in(rules: str) -> tuple[str, ...]:
    """Tokens that rules read, each once, in their order."""
    return tuple(dict.fromkeys(_TOKEN.findall(rules)))


def _first_sentence(said: str) -> str:
    """The first sentence of a comment, without the full stop."""
    return re.split(r"\.(?=\s|$)", " ".join(said.split()), maxsplit=1)[0]


# Style sheets

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
    layout: str, imprint: LibrarySettings, layouts: Layouts, fonts: FontSet, edition: Edition = USUAL_EDITION
) -> str:
    """CSS for paged media: fonts, tokens, the layout's own sheets, and what the edition does otherwise."""
    sheets = (*PAGED[layout], *EDITIONS[edition].styles)
    return font_rules(fonts.faces) + tokens(imprint, layouts, fonts.css_names, edition) + joined(sheets, layouts)


def drawing_widths(images: tuple[Asset, ...], edition: Edition) -> str:
    """In large print a drawing is as wide as the column, so that its words are large too."""
    names = sorted(image.sha256 for image in images if image.media_type == "image/svg+xml")
    large = EDITIONS[edition].large
    return "".join(f'figure img[src="asset:{name}"] {{ width: 100% }}\n' for name in names if large)


def screen_style(sheets: tuple[str, ...], imprint: LibrarySettings, layouts: Layouts) -> str:
    """CSS for the screens of readers: tokens and sheets, and what changes in little room; the reader's own fonts.

    Whatever the room, the evidence of a book is set as blocks: a reader that knows no queries is often a small one.
    """
    stacked = joined((STACKED,), layouts).replace(".stacked", ".evidence")
    return tokens(imprint, layouts) + _on_screens(sheets, layouts) + stacked


def web_style(sheets: tuple[str, ...], layout: str, imprint: LibrarySettings, layouts: Layouts, *printed: str) -> str:
    """CSS for a web page: the sheets of screens, for paper those of the layout's PDF and `printed`."""
    paper = joined((*(sheet for sheet in PAGED[layout] if sheet not in FOR_THE_PRESS), PRINTED, *printed), layouts)
    return (
        tokens(imprint, layouts)
        + _within("@media not print", _on_screens(sheets, layouts))
        + _within("@media print", paper)
    )


def site_style(imprint: LibrarySettings, layouts: Layouts) -> str:
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


def page_style(imprint: LibrarySettings, layouts: Layouts) -> str:
    """The style of pages that stand alone: the library's tokens, and one sheet."""
    return tokens(imprint, layouts) + joined((SHEET,), layouts)


# Running lines


def compose_stamp(imprint: LibrarySettings, layouts: Layouts, sheet: StampSheet = USUAL_STAMPS) -> StampLayout:
    """The stamp layout of a kind of page: one class a slot. In large print, what its own face lacks the text's sets.

    Its style names every family that a text may fall back on; a line that needs some gets their fonts when pressed.
    """
    fonts = font_set(imprint, layouts, BY_STAMPS[sheet].name, None)
    fonts = FontSet(fonts.text, tuple(family for family in fonts.others if family.use == TEXT))
    names = ", ".join(f'"{name}"' for name in (*(family.name for family in (fonts.text, *fonts.others)), *ALL_NAMES))
    style = font_rules(fonts.faces) + tokens(imprint, layouts, (names, names))
    sheets = joined(STAMP_STYLES[sheet], layouts)
    return StampLayout(style + sheets, fonts.faces, imprint.fields.design.scripts)


def compose_stamps(imprint: LibrarySettings, layouts: Layouts) -> dict[StampSheet, StampLayout]:
    """The stamp layout of each kind of page."""
    return {sheet: compose_stamp(imprint, layouts, sheet) for sheet in BY_STAMPS}
