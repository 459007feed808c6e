"""Tags of HTML: their names, their attributes, and which of them mean something in a text."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

from pipeline.load.markdown.attributes import LANGUAGE

_REST = r"""(?:\s(?:[^<>"'`]|"[^"]*"|'[^']*')*)?/?>"""
TAG = re.compile(rf"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*){_REST}")


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


BREAKS = _named(
    "address article aside center div footer form header li main nav p section tr h1 h2 h3 h4 h5 h6 ul ol dl dt dd "
    "blockquote figure figcaption fieldset details summary td th caption"
)
"""Elements that stand on lines of their own: within a line they end one."""

PLAIN = BREAKS | _named("span font small big u nobr wbr tbody thead tfoot colgroup bdo bdi ruby rb")
"""Elements that say nothing which Markdown says: their words are printed, and nothing is reported."""

LOST = _named(
    "script style template noscript iframe object embed applet frame frameset video audio canvas svg map textarea "
    "select button input base link meta title head"
)
"""Elements whose content cannot be printed, or may not."""

NEVER_CLOSED = _named("area base br col embed frame hr img input link meta param source track wbr")


class _Reader(HTMLParser):
    """Keeps the attributes of the one tag that it is fed."""

    found: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        self.found = {name: value for name, value in said.items() if name != "lang" or LANGUAGE.fullmatch(value)}


def attributes_of(tag: str) -> Mapping[str, str]:
    """The attributes of a tag by name, as they are meant; of one that is written twice the first."""
    reader = _Reader(convert_charrefs=False)
    reader.feed(tag)
    return reader.found


def short(tag: str) -> str:
    """A tag as it is reported."""
    tag = " ".join(tag.split())
    return tag if len(tag) <= 60 else f"{tag[:57]}…"
