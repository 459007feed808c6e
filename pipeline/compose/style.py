"""The style sheets of a manuscript, each complete in itself."""

from __future__ import annotations

from pipeline.compose.design import tokens
from pipeline.compose.reach import closed
from pipeline.compose.typeface import Wardrobe
from pipeline.model.imprint import Edition, Imprint
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import FontFace

PAGED = {
    "briefing": (
        "briefing/type.css",
        "briefing/page.css",
        "briefing/evidence.css",
        "briefing/maths.css",
        "briefing/matter.css",
        "briefing/notes.css",
    ),
    "pack": (
        "briefing/type.css",
        "briefing/page.css",
        "briefing/evidence.css",
        "briefing/maths.css",
        "briefing/matter.css",
        "briefing/notes.css",
        "pack/pack.css",
    ),
}
"""Style sheets of paged media, by layout, in order."""

COLUMN = "briefing/column.css"
EDITIONS = {
    "screen": (),
    "print": ("print/print.css",),
    "large-print": (COLUMN, "large-print/large-print.css"),
    "booklet": (COLUMN, "booklet/booklet.css"),
}
"""What an edition adds to the sheets of a layout."""

EPUB = ("screen.css", "briefing/evidence-screen.css", "epub/epub.css")
WEB = ("screen.css", "briefing/evidence-screen.css", "web/web.css")
SERIES = (*WEB, "web/series.css")


def font_rules(faces: tuple[FontFace, ...]) -> str:
    """An `@font-face` rule a font, each by its `font:` name."""
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"font-style: {'italic' if face.italic else 'normal'}; "
        f'src: url("font:{face.package}/{face.file}") }}\n'
        for face in faces
    )


def paged_style(layout: str, imprint: Imprint, layouts: Layouts, worn: Wardrobe, edition: Edition = "screen") -> str:
    """CSS for paged media: fonts, tokens, the layout's own sheets, and what the edition does otherwise."""
    sheets = (*PAGED[layout], *EDITIONS[edition])
    return font_rules(worn.faces) + tokens(imprint, layouts, worn.css_name) + joined(sheets, layouts)


def screen_style(sheets: tuple[str, ...], imprint: Imprint, layouts: Layouts) -> str:
    """CSS for EPUB or web: tokens and sheets; the reader's own fonts."""
    return tokens(imprint, layouts) + joined(sheets, layouts)


def joined(names: tuple[str, ...], layouts: Layouts) -> str:
    """The named sheets, one after the other, without whatever they reach for outside."""
    return "".join(closed(layouts.files[name])[0].rstrip("\n") + "\n" for name in names)
