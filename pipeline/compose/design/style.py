"""Style sheets of a manuscript and of stamps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from textwrap import fill

from pipeline.compose.design.faces import ALL_NAMES, font_rules
from pipeline.compose.design.tokens import tokens
from pipeline.compose.design.typeface import TEXT, FontSet, choose_fonts
from pipeline.compose.page.allow_list import remove_outside_addresses
from pipeline.model.formats import (
    BY_STAMPS,
    PDF_VARIANTS,
    STAMP_STYLES,
    USUAL_STAMPS,
    USUAL_VARIANT,
    Asset,
    Layouts,
    PdfVariant,
    StampSheet,
)
from pipeline.model.manuscript import StampLayout
from pipeline.model.source.library_file import LibrarySettings

_TEMPLATE_HEAD = re.compile(r"\A\{#-?(.*?)-?#\}", re.DOTALL)
_SHEET_COMMENT = re.compile(r"^/\*(.*?)\*/", re.DOTALL | re.MULTILINE)
_OTHER_HEAD = re.compile(r"\A(?:<\?xml[^>]*>\s*)?(?:<!--(.*?)-->|((?:#[^\n]*\n)+))", re.DOTALL)
_STYLES = re.compile(r"\bStyle: ((?:[\w-]+/)*[\w-]+\.css(?:, (?:[\w-]+/)*[\w-]+\.css)*)\.")
_TOKEN_USE = re.compile(r"var\((--[\w-]+)")

COMMENT_WIDTH = 118


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """A part of the page: a comment in a file of the layouts, and what the rules below it use."""

    words: str
    """One sentence."""
    tokens: tuple[str, ...] = ()
    """Tokens that its rules read, in order."""
    styles: tuple[str, ...] = ()
    """The style sheets of a template."""


def layout_parts(name: str, text: str) -> tuple[LayoutPart, ...]:
    """Return the parts of the page that a file makes: in a style sheet one for each comment that begins a line."""
    if name.endswith(".css"):
        comments = list(_SHEET_COMMENT.finditer(text))
        ends = (*(comment.start() for comment in comments[1:]), len(text))
        return tuple(
            LayoutPart(_first_sentence(comment[1].strip()), tokens_in(text[comment.end() : end]))
            for comment, end in zip(comments, ends, strict=True)
        )
    head = (_TEMPLATE_HEAD if name.endswith(".j2") else _OTHER_HEAD).search(text)
    if not head:
        return ()
    comment = " ".join(re.sub(r"(?m)^#", "", head[1] or head[2]).split())
    styles = _STYLES.search(comment)
    return (LayoutPart(_first_sentence(comment), styles=tuple(styles[1].split(", ")) if styles else ()),)


def with_token_list(name: str, text: str) -> str:
    """Return a file as designers get it: the head of a style sheet lists the tokens that it reads."""
    tokens = tokens_in(text)
    end = text.find("*/")
    if not (name.endswith(".css") and tokens and text.startswith("/*") and end > 0):
        return text
    tokens_list = f"Tokens that it reads: {', '.join(tokens)}."
    lines = fill(tokens_list, COMMENT_WIDTH, initial_indent="   ", subsequent_indent="   ")
    return f"{text[:end].rstrip()}\n{lines} {text[end:]}"


def tokens_in(rules: str) -> tuple[str, ...]:
    """Return the tokens that rules read, each once, in order."""
    return tuple(dict.fromkeys(_TOKEN_USE.findall(rules)))


def _first_sentence(comment: str) -> str:
    """Return the first sentence of a comment, without the full stop."""
    return re.split(r"\.(?=\s|$)", " ".join(comment.split()), maxsplit=1)[0]


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
"""The sheet for both paper and screens."""
EPUB_SHEETS = (COMMON, "screen.css", "briefing/evidence-screen.css", "epub/epub.css")
WEB_SHEETS = (COMMON, "screen.css", "briefing/evidence-screen.css", "web/web.css")
SERIES_SHEETS = (*WEB_SHEETS, "web/series.css")
SITE = "site/site.css"
"""The sheet of the catalogue, on screens and on paper."""

NARROW = "narrow.css"
NARROW_QUERIES = ("@media (max-width: 38em)", "@container (max-width: 31em)")
"""Queries for narrow places: a window, or a table or stamp, by its own type size."""

STACKED = "stacked.css"
STACKED_QUERIES = (
    ("widest", ("@container (max-width: 46em)",)),
    ("wide", NARROW_QUERIES),
    ("wordy", ("@container (max-width: 21em)",)),
    ("slim", ("@container (max-width: 13em)",)),
)
"""Where tables of each class are set as blocks. For software without container queries, most have the window."""

PRESS_ONLY = ("briefing/notes.css", "briefing/reflow.css")
"""Sheets for the press alone: browsers leave notes at the end of the text, and tables unchanged."""
PRINTED = "web/print.css"
SERIES_PRINTED = "web/series-paper.css"

_COMMENT = re.compile(r"""(?P<words>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
"""A comment of CSS, or a string, which has no comment."""

_BREAK = "\ue000"
"""Placeholder of a line end within a comment."""


def paged_style(
    layout: str, imprint: LibrarySettings, layouts: Layouts, fonts: FontSet, variant: PdfVariant = USUAL_VARIANT
) -> str:
    """Return CSS for paged media: fonts, tokens, the sheets of the layout, and those of the variant."""
    sheets = (*PAGED[layout], *PDF_VARIANTS[variant].styles)
    return font_rules(fonts.faces) + tokens(imprint, layouts, fonts.css_names, variant) + join_sheets(sheets, layouts)


def drawing_widths(images: tuple[Asset, ...], variant: PdfVariant) -> str:
    """Return CSS that makes drawings as wide as the column in large print, so that their words are large too."""
    if not PDF_VARIANTS[variant].large:
        return ""
    names = sorted(image.sha256 for image in images if image.media_type == "image/svg+xml")
    return "".join(f'figure img[src="asset:{name}"] {{ width: 100% }}\n' for name in names)


def screen_style(sheets: tuple[str, ...], imprint: LibrarySettings, layouts: Layouts) -> str:
    """Return CSS for e-books: tokens, sheets and rules for narrow screens; fonts are the reader's own.

    The evidence is always set as blocks: software without queries is often on a small screen.
    """
    stacked = join_sheets((STACKED,), layouts).replace(".stacked", ".evidence")
    return tokens(imprint, layouts) + _on_screens(sheets, layouts) + stacked


def web_style(sheets: tuple[str, ...], layout: str, imprint: LibrarySettings, layouts: Layouts, *printed: str) -> str:
    """Return CSS for a web page: on screens its sheets, on paper those of the layout's PDF and `printed`."""
    paper = join_sheets((*(sheet for sheet in PAGED[layout] if sheet not in PRESS_ONLY), PRINTED, *printed), layouts)
    return (
        tokens(imprint, layouts)
        + _in_query("@media not print", _on_screens(sheets, layouts))
        + _in_query("@media print", paper)
    )


def site_style(imprint: LibrarySettings, layouts: Layouts) -> str:
    """Return CSS for the catalogue: on screens the style of web pages, and its own sheet."""
    screens = join_sheets(("screen.css", "web/web.css"), layouts)
    return tokens(imprint, layouts) + _in_query("@media not print", screens) + join_sheets((SITE,), layouts)


def _on_screens(sheets: tuple[str, ...], layouts: Layouts) -> str:
    narrow, stacked = join_sheets((NARROW,), layouts), join_sheets((STACKED,), layouts)
    rules = [_in_query(query, narrow) for query in NARROW_QUERIES]
    for name, queries in STACKED_QUERIES:
        rules += [_in_query(query, stacked.replace(".stacked", f".{name}")) for query in queries]
    return join_sheets(sheets, layouts) + "".join(rules)


def _in_query(query: str, rules: str) -> str:
    return f"{query} {{\n{rules}}}\n"


def join_sheets(names: tuple[str, ...], layouts: Layouts) -> str:
    """Join style sheets, without comments and without addresses outside the layouts."""
    return "".join(_bare(layouts.files[name]) + "\n" for name in names)


@lru_cache(maxsize=64)
def _bare(sheet: str) -> str:
    """Return a sheet without comments and outside addresses. Cached, because every text has the same sheets."""
    return "\n".join(line for _, line in bare_lines(sheet))


def bare_lines(sheet: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a sheet without comments, each with the number of the line that it ends on."""
    number = 1
    for line in _COMMENT.sub(_bare_comment, remove_outside_addresses(sheet)[0]).splitlines():
        number += line.count(_BREAK)
        bare = line.replace(_BREAK, "").rstrip()
        if bare.strip():
            yield number, bare
        number += 1


def _bare_comment(match: re.Match[str]) -> str:
    """Return what replaces a comment: a separator if it is between words, and a placeholder for each line end."""
    if match["words"]:
        return match["words"]
    neighbours = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    is_apart = len(neighbours) < 2 or any(sign.isspace() or sign in ";{}" for sign in neighbours)
    return ("" if is_apart else "/**/") + _BREAK * match[0].count("\n")


PAGE_SHEET = "web/check.css"


def standalone_page_style(imprint: LibrarySettings, layouts: Layouts) -> str:
    """Return the style of pages outside the site: the library's tokens, and one sheet."""
    return tokens(imprint, layouts) + join_sheets((PAGE_SHEET,), layouts)


# Running lines


def compose_stamp(imprint: LibrarySettings, layouts: Layouts, sheet: StampSheet = USUAL_STAMPS) -> StampLayout:
    """Compose the stamp layout of a kind of page, with a class for each slot.

    In large print the face of other text sets the characters that its own face lacks. The style names every fallback
    family; a line that needs one gets its fonts when it is pressed.
    """
    fonts = choose_fonts(imprint, layouts, BY_STAMPS[sheet].name, None)
    fonts = FontSet(fonts.text, tuple(family for family in fonts.others if family.use == TEXT))
    names = ", ".join(f'"{name}"' for name in (*(family.name for family in (fonts.text, *fonts.others)), *ALL_NAMES))
    style = font_rules(fonts.faces) + tokens(imprint, layouts, (names, names))
    sheets = join_sheets(STAMP_STYLES[sheet], layouts)
    return StampLayout(style + sheets, fonts.faces, imprint.fields.design.scripts)


def compose_stamps(imprint: LibrarySettings, layouts: Layouts) -> dict[StampSheet, StampLayout]:
    """Compose the stamp layout of each kind of page."""
    return {sheet: compose_stamp(imprint, layouts, sheet) for sheet in BY_STAMPS}


# Room on a page, estimated before the press lays it out: the size of a title, whether a map of evidence is on the
# cover, whether a caption hangs beside its picture. Lengths are in points. They are not read from the style sheets,
# where they are the result of several rules: if you change a style sheet that is named with them, change them too. With
# a library's own layout the estimate is off by a line or two, and the press still sets the page.

# layouts/tokens.css, layouts/briefing/page.css
TEXT_WIDTH, PICTURE_HEIGHT = 357.0, 425.0
"""Width of the column of text, and the most height of a picture."""
CAPTION_LEADING = 14.5
"""Height of a line of a caption."""

LETTER, SMALL_LETTER = 0.53, 0.47
"""Width of a letter in large bold type in ems, and in a table, where a wrong guess costs a row and no broken word."""


@dataclass(frozen=True, slots=True)
class Type:
    """A size of type with its leading, and the space above."""

    points: float
    leading: float
    above: float = 0


def line_count(text: str, points: float, width: float, letter: float = LETTER) -> tuple[int, bool]:
    """Estimate the lines that a text fills in a size and a width in points, and whether every word fits on a line."""
    room = int(width / (letter * points))
    lines, length, fits = 1, 0, True
    for word in re.findall(r"[^\s-]+-*\s*", text):
        fits = fits and len(word.rstrip()) <= room
        if length and length + len(word.rstrip()) > room:
            lines, length = lines + 1, 0
        length += len(word)
    return lines, fits
