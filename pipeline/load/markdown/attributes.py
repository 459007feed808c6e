"""Attributes `{#id .class key="value"}`, read as Pandoc does."""

import re
from collections.abc import Iterator

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.model.body import Attributes

_BRACES = re.compile(r"""\{((?:[^{}"'\n]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\n(?!\s*\n))*)\}""")
_LOOSE = re.compile(r"\{[^{}\n]*\}")
_PART = re.compile(
    r"""\s*(?:
    \#(?P<id>[A-Za-z][\w:.\-]*)
    |\.(?P<cls>[A-Za-z][\w\-]*)
    |(?P<key>[A-Za-z][\w:\-]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^\s"'{}“”‘’]+))
    |(?P<unnumbered>-)
    )(?=\s|$)""",
    re.VERBOSE | re.DOTALL,
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A language tag of BCP 47, such as 'cy' or 'en-GB'."""
_ESCAPE = re.compile(r"\\([\\\"'])")


def attributes_at(text: str, start: int) -> tuple[Attributes | None, int] | None:
    """Return the attributes in braces at `start`, and the offset behind them; None without braces.

    The attributes are None if they cannot be read.
    """
    match = _BRACES.match(text, start) or _LOOSE.match(text, start)
    if match is None:
        return None
    inside = match[0][1:-1].strip()
    return (read_attributes(inside) if inside else Attributes()), match.end()


def read_attributes(inside: str) -> Attributes | None:
    """Return the attributes written between braces; None if they cannot be read."""
    position, name = 0, ""
    classes: list[str] = []
    pairs: dict[str, str] = {}
    inside = inside.strip()
    while position < len(inside):
        part = _PART.match(inside, position)
        if part is None:
            return None
        position = part.end()
        if part["id"]:
            name = part["id"]
        elif part["cls"]:
            classes.append(part["cls"])
        elif part["unnumbered"]:
            classes.append("unnumbered")
        else:
            text = next(v for v in (part["double"], part["single"], part["bare"]) if v is not None)
            value = " ".join(_ESCAPE.sub(r"\1", text).split())
            if part["key"] == "id":
                name = value
            elif part["key"] == "class":
                classes += value.split()
            else:
                pairs[part["key"]] = value
    if not LANGUAGE.fullmatch(pairs.get("lang", "en")):
        return None
    return Attributes(name, tuple(classes), tuple(pairs.items()))


FIGURE_KEYS = ("alt", "fig-alt", "width", "height", "fig-align", "fig-pos", "fig-env")
"""Keys of a picture: alternative text (in our syntax and Quarto's), width, and what a layout decides."""


def alt_of(attributes: Attributes) -> str:
    """Return the alternative text in the attributes of a picture."""
    return attributes.get("alt") or attributes.get("fig-alt")


def unread_pairs(attributes: Attributes, place: Location, *known: str) -> Iterator[Diagnostic]:
    """Yield a remark for each `key=value` whose key is not known."""
    for key, value in attributes.pairs:
        if key not in known:
            reason = f"nothing here has an attribute '{key}'"
            hint = f"Known here: {', '.join(known)}." if known else "Write it into the text, or delete it."
            yield message("words-left-out", place, hint, words=f"{key}={truncate(value)}", reason=reason)


def cut_attributes(words: str) -> tuple[str, str]:
    """Return words without the attributes at their end, and these with their braces (or '')."""
    if not words.endswith("}"):
        return words, ""
    start = words.rfind("{")
    while start > 0:
        match = _BRACES.match(words, start) or _LOOSE.match(words, start)
        if match is not None and match.end() == len(words):
            return words[:start].rstrip(), words[start:]
        start = words.rfind("{", 0, start)
    return words, ""
