"""Run WeasyPrint with a manuscript's own fonts and pictures only, and turn its log into diagnostics."""

import logging
import re
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import cssselect2
import pydyf
import tinycss2
import weasyprint
from lxml import etree
from weasyprint import CSS, HTML, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.urls import URLFetcher, URLFetcherResponse

from pipeline.compose.language.direction import directed_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location, TypesettingFailure
from pipeline.core.documents.xhtml import XLINK
from pipeline.core.environment import EngineMode, read_engine_mode
from pipeline.core.messages import message
from pipeline.core.text.fonts import font_path, read_font_file
from pipeline.load.pictures.svg import DATA_PICTURE
from pipeline.model.formats import ASSET, Asset, flawed_line
from pipeline.model.manuscript import FontFace, Manuscript, Metadata
from pipeline.press.engine.formulas import colour_formulas
from pipeline.press.engine.patches import patch_weasyprint
from pipeline.press.fast import install

with warnings.catch_warnings():  # 'No fonts configured': on a machine without fonts that is as it should be
    warnings.simplefilter("ignore", UserWarning)
    from weasyprint.text import fonts as engine_fonts
    from weasyprint.text.constants import FONTCONFIG_STYLE, FONTCONFIG_WEIGHT
    from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2

_FONT_SCHEME = "font:"

ffi.cdef("FcConfig * FcConfigCreate (void); FcBool FcConfigBuildFonts (FcConfig *config);")

_FONTCONFIG_RULE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="scan">
<test name="file" compare="eq"><string>{file}</string></test>
<edit name="family" mode="prepend"><string>{family}</string></edit>
<edit name="slant" mode="assign_replace"><const>{slant}</const></edit>
<edit name="weight" mode="assign_replace"><int>{weight}</int></edit>
</match></fontconfig>"""


def _parse_font_address(address: str) -> tuple[str, str] | None:
    """Return package and file of a `font:PACKAGE/FILE` address, or None."""
    if not address.startswith(_FONT_SCHEME):
        return None
    package, _, file = unquote(address.removeprefix(_FONT_SCHEME)).partition("/")
    return package, file


class HouseFonts(engine_fonts.FontConfiguration):  # type: ignore[misc]
    """A font map with the given packages only, and of these only the faces that the style sheet declares.

    It is built in memory, without configuration files, environment variables or system fonts, so that no character is
    borrowed from another font.
    """

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages
        self._faces: set[str] = set()
        self.closed = False
        """Set once the style sheet is parsed: a picture cannot add fonts."""
        self._config = fontconfig.FcConfigCreate()
        fontconfig.FcConfigBuildFonts(self._config)
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
        fontconfig.FcConfigDestroy(self._config)  # the font map holds it now
        self.strut_layouts: dict[Any, Any] = {}
        self.font_features: dict[Any, Any] = {}

    def add_font_face(self, descriptors: Mapping[str, Any], fetcher: "ClosedFetcher") -> None:
        """Add a face from one of the packages; refuse a face from anywhere else."""
        for kind, address in descriptors["src"]:
            address_text = str(address)
            font = _parse_font_address(address_text) if kind == "external" else None
            if font is None or font[0] not in self._packages or (self.closed and address_text not in self._faces):
                fetcher.refused.append(address_text)
                continue
            if address_text not in self._faces:
                self._faces.add(address_text)
                self._add(font_path(*font), descriptors)
            return

    def add_missing_faces(self, faces: tuple[FontFace, ...]) -> None:
        """Add the faces that the style sheet does not declare; WeasyPrint crashes with an empty map."""
        for face in faces:
            address = f"{_FONT_SCHEME}{face.package}/{face.file}"
            if address not in self._faces:
                self._faces.add(address)
                style = "italic" if face.italic else "normal"
                descriptors = {"font_family": face.family, "font_weight": face.weight, "font_style": style}
                self._add(font_path(face.package, face.file), descriptors)

    def _add(self, path: Path, descriptors: Mapping[str, Any]) -> None:
        rule = _FONTCONFIG_RULE.format(
            file=escape(path.as_posix()),
            family=escape(descriptors["font_family"]),
            slant=FONTCONFIG_STYLE[descriptors.get("font_style", "normal")],
            weight=FONTCONFIG_WEIGHT[descriptors.get("font_weight", "normal")],
        )
        fontconfig.FcConfigParseAndLoadFromMemory(self._config, rule.encode(), True)
        if not fontconfig.FcConfigAppFontAddFile(self._config, path.as_posix().encode()):
            raise EnvironmentFailure(f"The font file '{path.name}' cannot be read.")
        pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", self.font_map))


@cache
def _original_fetcher() -> URLFetcher:
    """Return a WeasyPrint fetcher whose attributes ours copies; it is never called."""
    return URLFetcher(allowed_protocols=frozenset(), allow_redirects=False)


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the files of the manuscript; other addresses are refused and recorded in `refused`."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.__dict__.update(vars(_original_fetcher()))
        self._packages = frozenset(face.package for face in manuscript.fonts)
        self._families = tuple(dict.fromkeys(face.family for face in manuscript.fonts))
        self._images = {image.sha256: image for image in manuscript.images}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the content of an address, or raise ValueError, which WeasyPrint logs."""
        font = _parse_font_address(url)
        if font and font[0] in self._packages:
            try:
                return URLFetcherResponse(url, read_font_file(*font), {"Content-Type": "font/ttf"})
            except EnvironmentFailure as error:
                self._refuse(url, error)
        if embedded := DATA_PICTURE.fullmatch(url):
            return URLFetcherResponse(url, b64decode(embedded["content"]), {"Content-Type": embedded["kind"]})
        image = self._images.get(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
        if image is None:
            self._refuse(url, None)
        is_drawing = image.media_type == "image/svg+xml" and bool(self._families)
        content = set_drawing_fonts(image.content, self._families) if is_drawing else image.content
        return URLFetcherResponse(url, content, {"Content-Type": image.media_type})

    def _refuse(self, url: str, reason: Exception | None) -> NoReturn:
        self.refused.append(url)
        raise ValueError(f"refused: {url[:200]}") from reason


_FONT_FAMILY = "font-family"
_FONT_FAMILY_DECLARATION = re.compile(r"(font-family\s*:\s*)([^;}]*)")


def set_drawing_fonts(drawing: bytes, families: Sequence[str]) -> bytes:
    """Set the words of an SVG drawing in the families that exist, else in the first, which is the text's.

    WeasyPrint would replace a missing family by any other, such as the monospaced one.
    """
    try:
        root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return drawing

    def existing_family(names: str) -> str:
        requested = [name.strip().strip("\"'") for name in names.split(",")]
        return next((name for name in requested if name in families), families[0])

    def fix_style(style: str) -> str:
        return _FONT_FAMILY_DECLARATION.sub(lambda match: match[1] + existing_family(match[2]), style)

    for element in root.iter(etree.Element):
        if _FONT_FAMILY in element.attrib:
            element.set(_FONT_FAMILY, existing_family(element.get(_FONT_FAMILY, "")))
        if "style" in element.attrib:
            element.set("style", fix_style(element.get("style", "")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = fix_style(element.text)
    for image in [*root.iter("{http://www.w3.org/2000/svg}image")]:
        if not (image.get("href") or image.get(XLINK)) and (group := image.getparent()) is not None:
            group.remove(image)  # drawing programs leave such an image, and the engine stops at it
    if _FONT_FAMILY not in root.attrib and _FONT_FAMILY not in root.get("style", ""):
        root.set(_FONT_FAMILY, families[0])
    return etree.tostring(root, encoding="utf-8")


install(EngineMode(read_engine_mode(), {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION}))
patch_weasyprint()
colour_formulas()

PageFinder = Callable[[str], int]
"""Returns the first page with some words, else 1."""

_LOGGERS = ("weasyprint", "fontTools", "pydyf")


@dataclass(frozen=True)
class LogMessage:
    """A message from the log of WeasyPrint or one of its libraries."""

    words: str
    rule: str = ""
    """The line of the style sheet, if the message is about one."""


@contextmanager
def captured_log() -> Iterator[list[LogMessage]]:
    """Collect the warnings that are logged in the block."""
    entries: list[LogMessage] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: entries.append(LogMessage(record.getMessage()))  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield entries
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _ConstantCSS(CSS):  # type: ignore[misc]
    """A style sheet with its constants inlined; `source` is the original text."""

    def __init__(self, style: str, **arguments: Any) -> None:
        self.source = style
        super().__init__(string=inline_constants(style), **arguments)


@dataclass(frozen=True)
class Stylesheet:
    """A parsed style sheet with its fonts, shared by all texts that use it."""

    sheet: CSS
    fonts: HouseFonts
    counters: CounterStyle
    """The style sheet's own counter styles."""
    log: tuple[LogMessage, ...]
    refused: tuple[str, ...]


_CLEAR_FLOATS = """
:is(body, .chapter) > article::after { content: ''; display: block; clear: both }
"""
"""Ends a text below its floats: WeasyPrint omits the rest of a float when the text has ended.

The end is within the article, so that a page break after it adds no page.
"""


@lru_cache(maxsize=8)
def parse_style(style: str, faces: tuple[FontFace, ...]) -> Stylesheet:
    """Return the parsed style sheet with its fonts loaded; undeclared faces are added."""
    empty_manuscript = Manuscript("", (), Metadata("", "", "", ""), "", "", "", fonts=faces)
    fetcher = ClosedFetcher(empty_manuscript)
    fonts = HouseFonts(frozenset(face.package for face in faces))
    counters = CounterStyle()
    with captured_log() as log:
        sheet = _ConstantCSS(style + _CLEAR_FLOATS, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
    fonts.add_missing_faces(faces)
    fonts.closed = True
    corrected_log = _with_source_lines(log, style, ClosedFetcher(empty_manuscript))
    return Stylesheet(sheet, fonts, counters, corrected_log, tuple(fetcher.refused))


_POSITION = re.compile(r" at (\d+):(\d+)(?=[,.:]|$)")


def _with_source_lines(log: list[LogMessage], style: str, fetcher: ClosedFetcher) -> tuple[LogMessage, ...]:
    """Add the line of the style sheet to messages, whose positions are wrong once constants are inlined."""
    if not any(_POSITION.search(entry.words) for entry in log):
        return tuple(log)
    with captured_log() as uncorrected_log:
        CSS(string=style, url_fetcher=fetcher)
    lines = style.splitlines()
    corrected: dict[str, list[LogMessage]] = {}
    for entry in uncorrected_log:
        if match := _POSITION.search(entry.words):
            words = _POSITION.sub("", entry.words)
            corrected.setdefault(_without_value(words), []).append(LogMessage(words, lines[int(match[1]) - 1]))
    return tuple(
        candidates.pop(0) if (candidates := corrected.get(_without_value(_POSITION.sub("", entry.words)))) else entry
        for entry in log
    )


def _without_value(words: str) -> str:
    """Return a message without the value of a property, which may be an inlined constant."""
    return re.sub(r"`([^`:]*):[^`]*`", r"`\1`", words)


class _ElementTreeHTML(HTML):  # type: ignore[misc]
    def __init__(self, tree: Element, fetcher: ClosedFetcher) -> None:
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


class Typesetter:
    """WeasyPrint with the style sheet, fonts and pictures of one manuscript.

    The style sheet is mirrored if the text runs from right to left.
    """

    def __init__(self, manuscript: Manuscript) -> None:
        self.stylesheet = parse_style(directed_style(manuscript.style, manuscript.metadata.language), manuscript.fonts)
        self._fetcher = ClosedFetcher(manuscript)
        self._images = manuscript.images

    def lay_out(self, tree: Element) -> Document:
        """Lay out a document."""
        return _ElementTreeHTML(tree, self._fetcher).render(
            font_config=self.stylesheet.fonts,
            counter_style=self.stylesheet.counters,
            stylesheets=[self.stylesheet.sheet],
            presentational_hints=False,
        )

    def diagnostics(
        self, log: Iterable[LogMessage], path: str, page_of: PageFinder = lambda _: 1
    ) -> Iterator[Diagnostic]:
        """Yield diagnostics about the style sheet, a log of messages, and refused addresses."""
        yield from log_diagnostics(_with_file_names((*self.stylesheet.log, *log), self._images), path, page_of)
        for address in sorted({*self.stylesheet.refused, *self._fetcher.refused}):
            yield message("made-refused", Location(path), address=address[:200])


@contextmanager
def as_typesetting_failure(name: str) -> Iterator[None]:
    """Turn any exception of WeasyPrint into the failure of this text alone."""
    try:
        yield
    except TypesettingFailure:
        raise
    except Exception as error:
        raise TypesettingFailure(f"The typesetting engine broke off while it set '{name}'.") from error


_IGNORED_MESSAGES = (
    # our own check reports images without alt text, and knows decorations
    r"Image \".*\" has no required alt description",
    # the fetcher reports refused addresses
    r"Failed to load (image|attachment|stylesheet).*refused: ",
    r"Font-face .* cannot be loaded",
)

_MISSING_GLYPH = re.compile(r"\.notdef glyph rendered .*\(U\+([0-9A-F]+)\)$")
_ASSET_ADDRESS = re.compile(rf"{ASSET}[0-9a-f]{{64}}")
_CODE_PATTERNS = {
    "made-picture": re.compile(r"Failed to (load image|render SVG image|load inline SVG)"),
    "made-style": re.compile(
        r"(Ignored|Invalid|Deprecated|Error:|Parse error|Unsupported|Unknown|Empty|Missing|Failed to apply CSS"
        r"|Failed to load stylesheet|Expected|Content discarded|Unable to compute)"
    ),
}
"""Codes of messages, by their beginnings."""


def log_diagnostics(
    entries: Iterable[LogMessage], path: str, page_of: PageFinder = lambda _: 1
) -> Iterator[Diagnostic]:
    """Yield log messages as diagnostics at the pages of a text."""
    for entry in entries:
        words = " ".join(entry.words.split())  # the address of a picture may itself be long
        if any(re.match(pattern, words) for pattern in _IGNORED_MESSAGES):
            continue
        if match := _MISSING_GLYPH.match(words[:300]):
            character = chr(int(match[1], 16))
            location = Location(path, page_of(character))
            yield message("made-missing-glyph", location, character=character, code=f"U+{match[1]}")
            continue
        matching_codes = (code for code, pattern in _CODE_PATTERNS.items() if pattern.match(words))
        diagnostic = message(next(matching_codes, "made-engine-error"), Location(path), words=words[:300])
        has_line = entry.rule and diagnostic.code == "made-style"
        yield replace(diagnostic, hint=flawed_line(entry.rule)) if has_line else diagnostic


def _with_file_names(log: Iterable[LogMessage], images: Iterable[Asset]) -> Iterator[LogMessage]:
    """Yield log messages with the file names of pictures in place of their addresses."""
    names = {f"{ASSET}{image.sha256}": image.path for image in images}
    for entry in log:
        words = _ASSET_ADDRESS.sub(lambda match: names.get(match[0], match[0]), entry.words)
        yield replace(entry, words=words.rstrip(": "))


# Our style sheets use tokens (`layouts/tokens.css`). WeasyPrint resolves each `var()` again for each element, which
# takes about a tenth of the time of a text. A property that only `:root` declares is a constant in the whole text: it
# is replaced before WeasyPrint parses the style sheet.

Tokens = Sequence[Any]


def inline_constants(style: str) -> str:
    """Return a style sheet with constants in place of `var()`; unchanged if it has none, or has an error."""
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    constants: dict[str, Tokens] = {}
    for rule in filter(_is_root_rule, rules):
        for declaration in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
            if declaration.type == "declaration" and declaration.name.startswith("--"):
                constants[declaration.name] = declaration.value
    for rule in rules:
        for name in () if _is_root_rule(rule) else _declared(getattr(rule, "content", None) or ()):
            constants.pop(name, None)
    if not constants or any(rule.type == "error" for rule in rules):
        return style
    for rule in rules:
        for part in ("prelude", "content"):
            if getattr(rule, part, None):
                setattr(rule, part, list(_replace_uses(getattr(rule, part), constants, frozenset())))
    return str(tinycss2.serialize(rules))


def _is_root_rule(rule: Any) -> bool:
    return bool(rule.type == "qualified-rule" and tinycss2.serialize(rule.prelude).strip() == ":root")


def _declared(tokens: Tokens) -> Iterator[str]:
    """Yield the custom properties that are declared anywhere in a block."""
    significant = [token for token in tokens if token.type not in ("whitespace", "comment")]
    for token, following in pairwise([*significant, None]):
        if token.type == "ident" and token.value.startswith("--") and following == ":":
            yield token.value
        elif token.type == "{} block":
            yield from _declared(token.content)


def _replace_uses(tokens: Tokens, constants: dict[str, Tokens], ancestors: frozenset[str]) -> Iterator[Any]:
    """Yield the tokens with every use of a constant replaced; circular uses are left to WeasyPrint."""
    for token in tokens:
        if token.type == "function":
            names = [argument.value for argument in token.arguments if argument.type == "ident"]
            if token.lower_name == "var" and names and names[0] in constants and names[0] not in ancestors:
                yield from _replace_uses(constants[names[0]], constants, ancestors | {names[0]})
                continue
            token.arguments = list(_replace_uses(token.arguments, constants, ancestors))
        elif hasattr(token, "content"):
            token.content = list(_replace_uses(token.content, constants, ancestors))
        yield token
