"""Structure elements in memory, before they are written: what every maker of tags needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.etree.ElementTree import Element

Kid = Any
"""A Tag, a Mark or a Way."""

INLINE = frozenset({"Span", "Code", "Link", "Reference", "Note", "Figure", "Formula"})
_ALONE = frozenset({"Figure", "Formula", "Note"})
"""Stand in a group as they are, where no words stand beside them."""


@dataclass(slots=True)
class Tag:
    """A structure element (ISO 32000-1, 14.7.2): its type, what it holds, and what else is said of it."""

    kind: str
    kids: list[Kid] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    """`Alt`, `E`, `Lang` and `ID` as text, `A` as a mapping of attributes."""
    says: str = ""
    """Alternative text of a link, for its rectangles."""


def walk(tag: Tag) -> Iterator[Tag]:
    """A tag and those below it, in reading order."""
    yield tag
    for kid in tag.kids:
        if isinstance(kid, Tag):
            yield from walk(kid)


def paragraphs(kids: Iterable[Kid]) -> list[Kid]:
    """Children of a group, with loose words as paragraphs."""
    out: list[Kid] = []
    run: list[Kid] = []

    def close() -> None:
        loose = all(isinstance(kid, Tag) and kid.kind in _ALONE for kid in run)
        out.extend(run if loose else [Tag("P", list(run))])
        run.clear()

    for kid in kids:
        if isinstance(kid, Tag) and kid.kind not in INLINE:
            close()
            out.append(kid)
        else:
            run.append(kid)
    close()
    return out


def without_notes(tag: Tag) -> list[Tag]:
    """The notes called in a tag, taken out of it: a heading or a head cell is heard often, its notes once."""
    notes: list[Tag] = []
    for kid in tag.kids:
        if isinstance(kid, Tag):
            notes += [kid] if kid.kind == "Note" else without_notes(kid)
    tag.kids = [kid for kid in tag.kids if not (isinstance(kid, Tag) and kid.kind == "Note")]
    return notes


def filled(tag: Tag) -> list[Kid]:
    """The tag, unless it holds nothing: an empty tag is a trap for the reader."""
    return [tag] if tag.kids else []


class Maker(Protocol):
    """Makes the tags of a text."""

    def content(self, element: Element, parts: tuple[str, ...] = ("",)) -> list[Kid]:
        """Children of an element."""

    def tags(self, element: Element) -> list[Kid]:
        """An element as tags."""

    def is_set(self, element: Element) -> bool:
        """Whether anything of an element stands on a page."""


def tag_of(kind: str, element: Element, kids: list[Kid]) -> Tag:
    """A tag for an element, in its language."""
    language = element.get("lang")
    return Tag(kind, kids, {"Lang": language} if language else {})
