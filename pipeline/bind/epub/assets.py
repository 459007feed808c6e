"""Assets of a book in their places: the cover, the fonts with the rules that name them, and their licences."""

from dataclasses import replace

from lxml import etree

from pipeline.bind.epub.archive import BookMember
from pipeline.bind.epub.metadata import MetadataEntry
from pipeline.bind.epub.roles import add_languages
from pipeline.bind.frames import document_in
from pipeline.bind.resources import BookFile
from pipeline.compose.design.book_fonts import with_fallback
from pipeline.compose.design.faces import font_rule
from pipeline.markup.xhtml import serialise
from pipeline.model.epub_assets import BookFont, EpubAssets
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Metadata

COVER_PATH = "cover.xhtml"
"""The cover's document stands beside the folder of texts: no chapter can have its name."""
COVER_ID = "cover"
_ENDS = (".", "?", "!", "…")
_PICTURE = BookMember("cover-image", "images/cover.jpg", "image/jpeg", b"", ("cover-image",))

_OPTIONS_PATH = "META-INF/com.apple.ibooks.display-options.xml"
_DISPLAY_OPTIONS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<display_options><platform name="*">'
    b'<option name="specified-fonts">true</option></platform></display_options>\n'
)
"""Apple's reader uses the fonts of a book only where the book says so here."""

_OPEN_TYPE = b"OTTO"


def cover_document(metadata: Metadata, layouts: Layouts) -> etree._Element:
    """The picture alone in its document. Its words are in the book's own language whatever that is: names alone."""
    values = {
        "title": metadata.title,
        "language": metadata.language,
        "picture": _PICTURE.path,
        "words": cover_words(metadata),
    }
    root = document_in(layouts, "epub/cover.xhtml.j2", values, COVER_PATH)
    add_languages(root)
    return root


def cover_words(metadata: Metadata) -> str:
    """'Hot spots policing. Northmoor Institute.': the title, then who wrote it, else who publishes it."""
    said = (metadata.title, ", ".join(metadata.authors) or metadata.publisher)
    return " ".join(words if words.rstrip("’”)")[-1:] in _ENDS else f"{words}." for words in said if words)


def cover_members(assets: EpubAssets, root: etree._Element) -> tuple[BookMember, ...]:
    """The cover's document and its picture."""
    return (
        BookMember(COVER_ID, COVER_PATH, "application/xhtml+xml", serialise(root)),
        replace(_PICTURE, content=assets.cover),
    )


def cover_entry() -> MetadataEntry:
    """The cover's entry in the metadata, for older reading systems."""
    return MetadataEntry("meta", None, (("name", "cover"), ("content", _PICTURE.id)))


def font_rules(assets: EpubAssets) -> str:
    """An `@font-face` rule for each font. Where it stands and what else may stand for it, the layout says."""
    return "".join(font_rule(font.family, font.weight, font.italic, _path(font)) for font in assets.fonts)


def dressed(style: str, assets: EpubAssets) -> str:
    """The style sheet, in which the text falls back on the other families of the assets."""
    return with_fallback(style, (font.family for font in assets.fonts))


def font_files(assets: EpubAssets) -> tuple[BookFile, ...]:
    """The fonts."""
    return tuple(BookFile(_path(font), f"font/{_kind(font)}", font.content) for font in assets.fonts)


def files_beside(assets: EpubAssets, fonts: bool) -> tuple[BookMember, ...]:
    """Files beside the fonts that are no part of the book itself: their licences, and the word to Apple's reader."""
    licences = ((_plain(licence.package.removeprefix("fontpkg_")), licence.text) for licence in assets.licences)
    return (
        *(
            BookMember(f"licence-{n}", f"META-INF/licences/{n}.txt", "", text.encode(), listed=False)
            for n, text in licences
        ),
        *((BookMember("display-options", _OPTIONS_PATH, "", _DISPLAY_OPTIONS, listed=False),) if fonts else ()),
    )


def _path(font: BookFont) -> str:
    style = f"-{font.weight}{'-italic' if font.italic else ''}"
    return f"fonts/{_plain(font.family)}{style}.{_kind(font)}"


def _kind(font: BookFont) -> str:
    return "otf" if font.content.startswith(_OPEN_TYPE) else "ttf"


def _plain(name: str) -> str:
    """A name as a file may have it."""
    return "-".join(name.lower().replace("_", " ").split())
