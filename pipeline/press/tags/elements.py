"""Structure elements in memory, before they are written: what every maker of tags needs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.press.tags.page_content import MarkedContent

TagContent = Any
"""A `PdfTag`, a `MarkedContent` or a `LinkArea`."""

INLINE = frozenset({"Span", "Code", "Link", "Reference", "Note", "Figure", "Formula"})
_ALONE = frozenset({"Figure", "Formula", "Note"})
"""Kept in a group without a paragraph, where they have no words beside them."""


@dataclass(slots=True)
class PdfTag:
    """A structure element (ISO 32000-1, 14.7.2): its type, what it holds, and what else is said of it."""

    kind: str
    kids: list[TagContent] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    """`Alt`, `E`, `Lang` and `ID` as text, `A` as a mapping of attributes."""
    says: str = ""
    """Alternative text of a link, for its rectangles."""


def run_in(kids: list[TagContent]) -> list[TagContent]:
    """Children of a group; of a heading and its paragraph without the blanks that are drawn where it runs in."""
    blocks = [kid for kid in kids if not (isinstance(kid, MarkedContent) and not kid.letters)]
    kinds = [kid.kind[:1] for kid in blocks if isinstance(kid, PdfTag)]
    return blocks if len(blocks) == 2 and kinds == ["H", "P"] else kids


def paragraphs(kids: Iterable[TagContent]) -> list[TagContent]:
    """Children of a group, with loose words as paragraphs."""
    out: list[TagContent] = []
    run: list[TagContent] = []

    def close() -> None:
        loose = all(isinstance(kid, PdfTag) and kid.kind in _ALONE for kid in run)
        out.extend(run if loose else [PdfTag("P", list(run))])
        run.clear()

    for kid in kids:
        if isinstance(kid, PdfTag) and kid.kind not in INLINE:
            close()
            out.append(kid)
        else:
            run.append(kid)
    close()
    return out


def without_notes(tag: PdfTag) -> list[PdfTag]:
    """The notes called in a tag, removed from it: a heading or a head cell is read out often, its notes once."""
    notes: list[PdfTag] = []
    for kid in tag.kids:
        if isinstance(kid, PdfTag):
            notes += [kid] if kid.kind == "Note" else without_notes(kid)
    tag.kids = [kid for kid in tag.kids if not (isinstance(kid, PdfTag) and kid.kind == "Note")]
    return notes


def filled(tag: PdfTag) -> list[TagContent]:
    """The tag, unless it holds nothing: an empty tag is a trap for the reader."""
    return [tag] if tag.kids else []


def tag_of(kind: str, element: Element, kids: list[TagContent]) -> PdfTag:
    """A tag for an element, in its language."""
    language = element.get("lang")
    return PdfTag(kind, kids, {"Lang": language} if language else {})
