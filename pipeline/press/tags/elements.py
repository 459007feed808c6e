"""Structure elements in memory, and the steps that all makers of tags share."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.press.tags.page_content import MarkedContent

TagContent = Any
"""A `PdfTag`, a `MarkedContent` or a `LinkArea`."""

_INLINE = frozenset({"Span", "Code", "Link", "Reference", "Note", "Figure", "Formula"})
_NEEDS_NO_PARAGRAPH = frozenset({"Figure", "Formula", "Note"})
"""Tags that need no paragraph in a group if they have no words next to them."""


@dataclass(slots=True)
class PdfTag:
    """A structure element (ISO 32000-1, 14.7.2): its type, its children and its attributes."""

    kind: str
    kids: list[TagContent] = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    """`Alt`, `E`, `Lang` and `ID` as text, `A` as a dictionary."""
    link_text: str = ""
    """Alternative text of a link, for its annotations."""


def without_run_in_space(kids: list[TagContent]) -> list[TagContent]:
    """Return a group's children without spaces between a run-in heading and its paragraph."""
    blocks = [kid for kid in kids if not (isinstance(kid, MarkedContent) and not kid.letters)]
    kinds = [kid.kind[:1] for kid in blocks if isinstance(kid, PdfTag)]
    return blocks if len(blocks) == 2 and kinds == ["H", "P"] else kids


def wrap_in_paragraphs(kids: Iterable[TagContent]) -> list[TagContent]:
    """Return a group's children, with loose content in paragraphs."""
    children: list[TagContent] = []
    loose: list[TagContent] = []

    def end_paragraph() -> None:
        needs_no_paragraph = all(isinstance(kid, PdfTag) and kid.kind in _NEEDS_NO_PARAGRAPH for kid in loose)
        children.extend(loose if needs_no_paragraph else [PdfTag("P", list(loose))])
        loose.clear()

    for kid in kids:
        if isinstance(kid, PdfTag) and kid.kind not in _INLINE:
            end_paragraph()
            children.append(kid)
        else:
            loose.append(kid)
    end_paragraph()
    return children


def take_notes(tag: PdfTag) -> list[PdfTag]:
    """Remove and return the notes within a tag.

    Headings and head cells are read out often, their notes should be read once.
    """
    notes: list[PdfTag] = []
    for kid in tag.kids:
        if isinstance(kid, PdfTag):
            notes += [kid] if kid.kind == "Note" else take_notes(kid)
    tag.kids = [kid for kid in tag.kids if not (isinstance(kid, PdfTag) and kid.kind == "Note")]
    return notes


def if_filled(tag: PdfTag) -> list[TagContent]:
    """Return the tag in a list; empty if it has no content, because screen readers stumble over empty tags."""
    return [tag] if tag.kids else []


def tag_of(kind: str, element: Element, kids: list[TagContent]) -> PdfTag:
    """Return a tag for an element, in its language."""
    language = element.get("lang")
    return PdfTag(kind, kids, {"Lang": language} if language else {})
