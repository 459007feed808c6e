"""The typesetting engine in a sandbox: house fonts only, no network, its log captured."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import pydyf
import weasyprint
from weasyprint import CSS, HTML, Document
from weasyprint.css.counters import CounterStyle

from pipeline.compose.language.direction import set_sides
from pipeline.core.engine_mode import EngineMode
from pipeline.core.errors import PressFailure
from pipeline.core.isolation import engine_asked
from pipeline.model.manuscript import FontFace, Manuscript, Metadata
from pipeline.press.engine.constants import settled
from pipeline.press.engine.fetcher import ClosedFetcher
from pipeline.press.engine.fonts import HouseFonts
from pipeline.press.engine.formulas import colour_formulas
from pipeline.press.engine.workarounds import mend_engine
from pipeline.press.fast import install

install(EngineMode(engine_asked(), {"weasyprint": weasyprint.VERSION, "pydyf": pydyf.VERSION}))
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
def listening() -> Iterator[list[LogMessage]]:
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
    with listening() as said:
        sheet = _Sheet(style + _ENDS, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
    fonts.bring(faces)
    fonts.closed = True
    return Stylesheet(sheet, fonts, counters, _with_rules(said, style, ClosedFetcher(bare)), tuple(fetcher.refused))


_POSITION = re.compile(r" at (\d+):(\d+)(?=[,.:]|$)")


def _with_rules(said: list[LogMessage], style: str, fetcher: ClosedFetcher) -> tuple[LogMessage, ...]:
    """Messages with the line of the style sheet in place of a position, which is wrong once constants are filled in."""
    if not any(_POSITION.search(one.words) for one in said):
        return tuple(said)
    with listening() as again:
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


def lay_out(tree: Element, stylesheet: Stylesheet, fetcher: ClosedFetcher, **options: Any) -> Document:
    """The pages of a document in a style sheet."""
    return _Tree(tree, fetcher).render(
        font_config=stylesheet.fonts,
        counter_style=stylesheet.counters,
        stylesheets=[stylesheet.sheet],
        presentational_hints=False,
        **options,
    )


@contextmanager
def broken_off(name: str) -> Iterator[None]:
    """Turn any error of the engine into the failure of this text alone."""
    try:
        yield
    except PressFailure:
        raise
    except Exception as broken:
        raise PressFailure(f"The typesetting engine broke off while it set '{name}'.") from broken
