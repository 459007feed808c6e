"""WeasyPrint in a sandbox: fonts, fetcher, log."""

import logging
import re
import warnings
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import cssselect2
import pydyf
import weasyprint
from lxml import etree
from weasyprint import CSS, HTML, Document
from weasyprint.css.counters import CounterStyle
from weasyprint.urls import URLFetcher, URLFetcherResponse

from pipeline.compose.language.direction import set_sides
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location, TypesettingFailure
from pipeline.core.documents.xhtml import XLINK
from pipeline.core.messages import message
from pipeline.core.processes import EngineMode, read_engine_mode
from pipeline.core.text.fonts import font_file, font_path
from pipeline.load.pictures.svg import PICTURE
from pipeline.model.formats import ASSET, Asset, flawed_line
from pipeline.model.manuscript import FontFace, Manuscript, Metadata
from pipeline.press.engine.constants import settled
from pipeline.press.engine.formulas import colour_formulas
from pipeline.press.engine.patches import mend_engine
from pipeline.press.fast import install

with warnings.catch_warnings():  # 'No fonts configured': on a machine without fonts that is as it should be
    warnings.simplefilter("ignore", UserWarning)
    from weasyprint.text import fonts as engine_fonts
    from weasyprint.text.constants import FONTCONFIG_STYLE, FONTCONFIG_WEIGHT
    from weasyprint.text.ffi import ffi, fontconfig, gobject, pangoft2

SCHEME = "font:"

ffi.cdef("FcConfig * FcConfigCreate (void); FcBool FcConfigBuildFonts (FcConfig *config);")

_RULE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><match target="scan">
<test name="file" compare="eq"><string>{file}</string></test>
<edit name="family" mode="prepend"><string>{family}</string></edit>
<edit name="slant" mode="assign_replace"><const>{slant}</const></edit>
<edit name="weight" mode="assign_replace"><int>{weight}</int></edit>
</match></fontconfig>"""


def named_font(address: str) -> tuple[str, str] | None:
    """Package and file of a `font:PACKAGE/FILE` address, or nothing."""
    if not address.startswith(SCHEME):
        return None
    package, _, file = unquote(address.removeprefix(SCHEME)).partition("/")
    return package, file


class HouseFonts(engine_fonts.FontConfiguration):  # type: ignore[misc]
    """A font map that knows the given packages only, and only the faces that a style sheet names of them.

    It is made in memory: no configuration file, no environment variable and no font of the machine has a part in it, so
    that a character the faces lack cannot be borrowed elsewhere.
    """

    def __init__(self, packages: frozenset[str]) -> None:
        self._packages = packages
        self._faces: set[str] = set()
        self.closed = False
        """Set once the style sheet is read: what a picture would bring in is refused."""
        self._config = fontconfig.FcConfigCreate()
        fontconfig.FcConfigBuildFonts(self._config)
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
        fontconfig.FcConfigDestroy(self._config)  # the font map holds it now
        self.strut_layouts: dict[Any, Any] = {}
        self.font_features: dict[Any, Any] = {}

    def add_font_face(self, descriptors: Mapping[str, Any], fetcher: "ClosedFetcher") -> None:
        """Add one face, read where its package has it; a face from anywhere else is refused."""
        for kind, address in descriptors["src"]:
            said = str(address)
            font = named_font(said) if kind == "external" else None
            if font is None or font[0] not in self._packages or (self.closed and said not in self._faces):
                fetcher.refused.append(said)
                continue
            if said not in self._faces:
                self._faces.add(said)
                self._add(font_path(*font), descriptors)
            return

    def bring(self, faces: tuple[FontFace, ...]) -> None:
        """Add the faces that are not there yet: a map without any would bring the engine down."""
        for face in faces:
            address = f"{SCHEME}{face.package}/{face.file}"
            if address not in self._faces:
                self._faces.add(address)
                style = "italic" if face.italic else "normal"
                said = {"font_family": face.family, "font_weight": face.weight, "font_style": style}
                self._add(font_path(face.package, face.file), said)

    def _add(self, path: Path, descriptors: Mapping[str, Any]) -> None:
        rule = _RULE.format(
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
def _engines_own() -> URLFetcher:
    """The engine's own fetcher, whose attributes ours copies and which is never called."""
    return URLFetcher(allowed_protocols=frozenset(), allow_redirects=False)


class ClosedFetcher(URLFetcher):  # type: ignore[misc]
    """Serves the files of the manuscript. All other addresses are refused and recorded in `refused`."""

    def __init__(self, manuscript: Manuscript) -> None:
        self.__dict__.update(vars(_engines_own()))
        self._packages = frozenset(face.package for face in manuscript.fonts)
        self._families = tuple(dict.fromkeys(face.family for face in manuscript.fonts))
        self._images = {image.sha256: image for image in manuscript.images}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Content of an address, or a refusal (which the engine reports as 'could not be loaded')."""
        font = named_font(url)
        if font and font[0] in self._packages:
            try:
                return URLFetcherResponse(url, font_file(*font), {"Content-Type": "font/ttf"})
            except EnvironmentFailure as absent:
                self._refuse(url, absent)
        if within := PICTURE.fullmatch(url):
            return URLFetcherResponse(url, b64decode(within["content"]), {"Content-Type": within["kind"]})
        image = self._images.get(url.removeprefix(ASSET)) if url.startswith(ASSET) else None
        if image is None:
            self._refuse(url, None)
        drawn = image.media_type == "image/svg+xml" and bool(self._families)
        content = in_face(image.content, self._families) if drawn else image.content
        return URLFetcherResponse(url, content, {"Content-Type": image.media_type})

    def _refuse(self, url: str, reason: Exception | None) -> NoReturn:
        self.refused.append(url)
        raise ValueError(f"refused: {url[:200]}") from reason


_FAMILY = "font-family"
_IN_STYLE = re.compile(r"(font-family\s*:\s*)([^;}]*)")


def in_face(drawing: bytes, families: Sequence[str]) -> bytes:
    """An SVG drawing whose words are set in the families that there are, else in the first, which is the text's.

    The engine takes any face that it finds for one that is missing, such as that of code.
    """
    try:
        root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return drawing

    def known(names: str) -> str:
        asked = [name.strip().strip("\"'") for name in names.split(",")]
        return next((name for name in asked if name in families), families[0])

    def in_style(style: str) -> str:
        return _IN_STYLE.sub(lambda found: found[1] + known(found[2]), style)

    for element in root.iter(etree.Element):
        if _FAMILY in element.attrib:
            element.set(_FAMILY, known(element.get(_FAMILY, "")))
        if "style" in element.attrib:
            element.set("style", in_style(element.get("style", "")))
        if etree.QName(element).localname == "style" and element.text:
            element.text = in_style(element.text)
    for image in [*root.iter("{http://www.w3.org/2000/svg}image")]:
        if not (image.get("href") or image.get(XLINK)) and (group := image.getparent()) is not None:
            group.remove(image)  # drawing programs leave such an image, and the engine stops at it
    if _FAMILY not in root.attrib and _FAMILY not in root.get("style", ""):
        root.set(_FAMILY, families[0])
    return etree.tostring(root, encoding="utf-8")


install(EngineMode(read_engine_mode(), {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION}))
mend_engine()
colour_formulas()

_LOGGERS = ("weasyprint", "fontTools", "pydyf")


@dataclass(frozen=True)
class LogMessage:
    """A message in an engine's log."""

    words: str
    rule: str = ""
    """The line of the style sheet, if the message is about one."""


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[LogMessage] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(LogMessage(record.getMessage()))


@contextmanager
def captured_log() -> Iterator[list[LogMessage]]:
    """Messages that the engines log in the block."""
    listener = _Listener()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        yield listener.lines
    finally:
        for logger in loggers:
            logger.removeHandler(listener)


class _Sheet(CSS):  # type: ignore[misc]
    """A style sheet with its constants filled in; `source` is what it was read from."""

    def __init__(self, style: str, **given: Any) -> None:
        self.source = style
        super().__init__(string=settled(style), **given)


@dataclass(frozen=True)
class Stylesheet:
    """A parsed style sheet with its fonts, shared by all texts that are set in it."""

    sheet: CSS
    fonts: HouseFonts
    counters: CounterStyle
    """Its own numberings of lists."""
    said: tuple[LogMessage, ...]
    refused: tuple[str, ...]


_ENDS = """
:is(body, .chapter) > article::after { content: ''; display: block; clear: both }
"""
"""A text ends below its floats: the engine leaves out what is left of a float when the text itself has ended.

The end is within the article, so that one behind which a page breaks is followed by no page.
"""


def style_of(manuscript: Manuscript) -> Stylesheet:
    """Return the parsed style sheet of a text, mirrored if the text runs from right to left."""
    return parse_style(set_sides(manuscript.style, manuscript.metadata.language), manuscript.fonts)


@lru_cache(maxsize=8)
def parse_style(style: str, faces: tuple[FontFace, ...]) -> Stylesheet:
    """The parsed style sheet with its fonts loaded. Faces that it does not declare are declared for it."""
    bare = Manuscript("", (), Metadata("", "", "", ""), "", "", "", fonts=faces)
    fetcher = ClosedFetcher(bare)
    fonts = HouseFonts(frozenset(face.package for face in faces))
    counters = CounterStyle()
    with captured_log() as said:
        sheet = _Sheet(style + _ENDS, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
    fonts.bring(faces)
    fonts.closed = True
    return Stylesheet(sheet, fonts, counters, _with_rules(said, style, ClosedFetcher(bare)), tuple(fetcher.refused))


_POSITION = re.compile(r" at (\d+):(\d+)(?=[,.:]|$)")


def _with_rules(said: list[LogMessage], style: str, fetcher: ClosedFetcher) -> tuple[LogMessage, ...]:
    """Messages with the line of the style sheet in place of a position, which is wrong once constants are filled in."""
    if not any(_POSITION.search(one.words) for one in said):
        return tuple(said)
    with captured_log() as again:
        CSS(string=style, url_fetcher=fetcher)
    lines = style.splitlines()
    rules: dict[str, list[LogMessage]] = {}
    for one in again:
        if found := _POSITION.search(one.words):
            words = _POSITION.sub("", one.words)
            rules.setdefault(_unvalued(words), []).append(LogMessage(words, lines[int(found[1]) - 1]))
    return tuple(held.pop(0) if (held := rules.get(_unvalued(_POSITION.sub("", one.words)))) else one for one in said)


def _unvalued(words: str) -> str:
    """The message without the value of a property, which may be a filled-in constant."""
    return re.sub(r"`([^`:]*):[^`]*`", r"`\1`", words)


class _Tree(HTML):  # type: ignore[misc]
    """A document given as a tree."""

    def __init__(self, tree: Element, fetcher: ClosedFetcher) -> None:
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def lay_out(tree: Element, stylesheet: Stylesheet, fetcher: ClosedFetcher) -> Document:
    """The pages of a document in a style sheet."""
    return _Tree(tree, fetcher).render(
        font_config=stylesheet.fonts,
        counter_style=stylesheet.counters,
        stylesheets=[stylesheet.sheet],
        presentational_hints=False,
    )


@contextmanager
def broken_off(name: str) -> Iterator[None]:
    """Turn any error of the engine into the failure of this text alone."""
    try:
        yield
    except TypesettingFailure:
        raise
    except Exception as broken:
        raise TypesettingFailure(f"The typesetting engine broke off while it set '{name}'.") from broken


HARMLESS = (
    # Images without words are told by our own check, which knows decoration.
    r"Image \".*\" has no required alt description",
    # A refused address is told once, by the fetcher, and not again by its caller.
    r"Failed to load (image|attachment|stylesheet).*refused: ",
    r"Font-face .* cannot be loaded",
)

Pages = Callable[[str], int]
"""The first page on which some words stand, else 1."""

_GLYPH = re.compile(r"\.notdef glyph rendered .*\(U\+([0-9A-F]+)\)$")
_BY_DIGEST = re.compile(rf"{ASSET}[0-9a-f]{{64}}")
_PICTURE = re.compile(r"Failed to (load image|render SVG image|load inline SVG)")
_STYLE = re.compile(
    r"(Ignored|Invalid|Deprecated|Error:|Parse error|Unsupported|Unknown|Empty|Missing|Failed to apply CSS"
    r"|Failed to load stylesheet|Expected|Content discarded|Unable to compute)"
)


def remark(said: Iterable[LogMessage], path: str, page_of: Pages = lambda _: 1) -> Iterator[Diagnostic]:
    """The engine's lines as diagnostics at the pages of a thing."""
    for line in said:
        words = " ".join(line.words.split())  # the address of a picture may itself be long
        if any(re.match(pattern, words) for pattern in HARMLESS):
            continue
        flaw = _remark(words[:300], path, page_of)
        yield replace(flaw, hint=flawed_line(line.rule)) if line.rule and flaw.code == "made-style" else flaw


def _remark(words: str, path: str, page_of: Pages) -> Diagnostic:
    place = Location(path)
    if found := _GLYPH.match(words):
        character = chr(int(found[1], 16))
        return message(
            "made-missing-glyph", Location(path, page_of(character)), character=character, code=f"U+{found[1]}"
        )
    if _PICTURE.match(words):
        return message("made-picture", place, words=words)
    if _STYLE.match(words):
        return message("made-style", place, words=words)
    return message("made-engine-error", place, words=words)


def named(said: Iterable[LogMessage], images: Iterable[Asset]) -> Iterator[LogMessage]:
    """The engine's lines with pictures called by the names of their files."""
    names = {f"{ASSET}{image.sha256}": image.path for image in images}
    for line in said:
        words = _BY_DIGEST.sub(lambda found: names.get(found[0], found[0]), line.words)
        yield replace(line, words=words.rstrip(": "))


def refusals(addresses: Iterable[str], path: str) -> Iterator[Diagnostic]:
    """Diagnostics on refused addresses."""
    return (message("made-refused", Location(path), address=address[:200]) for address in sorted(set(addresses)))
