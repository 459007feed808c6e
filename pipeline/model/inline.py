"""Inlines of a body. A closed family: walk it with `match`, close with `assert_never`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.core.diagnostics import Place

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Attributes:
    """`{#id .class key=value}` as written."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """The value of a key, or the default."""
        return dict(self.pairs).get(key, default)


@dataclass(frozen=True, slots=True)
class Text:
    """Words. A soft line break is a newline in them."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Important words."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Words set as code; typography leaves them alone."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics: its TeX, and the same in one line of plain characters. `display` if it is set apart."""

    tex: str
    words: str
    display: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced line break."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words with attributes of their own, such as a language."""

    children: tuple[Inline, ...]
    attributes: Attributes = Attributes()


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `href` is http(s):, mailto:, `#anchor` or `briefing:ID#anchor`; before resolve also a path to a text."""

    href: str
    children: tuple[Inline, ...]
    title: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CrossReference:
    """`[](#target)`: says 'Figure 2', or the words of the heading. `children` is filled by resolve."""

    target: str
    children: tuple[Inline, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class NumberReference:
    r"""`\ref{target}`: says '2' where a cross-reference says 'Figure 2', `bracketed` '(2)'; else what that says."""

    target: str
    bracketed: bool = False
    children: tuple[Inline, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class EquationLabel:
    """The name of one row of a formula: 'Equation 2', or the author's own `tag`. Empty for a row without."""

    id: str = ""
    number: int | None = None
    tag: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Image:
    """A picture within a line. A picture alone in its paragraph is a `Figure`."""

    source: str
    alt: str
    decorative: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FootnoteCall:
    """The call of a footnote, by its label; `number` is given by load, in order of calls, from 1."""

    label: str
    number: int
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Citation:
    """One work in a citation, as the author wrote it. `label` is a CSL locator label (page, chapter …)."""

    key: str
    prefix: str = ""
    locator: str = ""
    label: str = "page"
    suffix: str = ""
    suppress_author: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CitationGroup:
    """Works cited together: `[@a; @b]`, or in running text `@a [p 12]` (then `narrative`)."""

    citations: tuple[Citation, ...]
    narrative: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CitationLink:
    """Part of a formatted citation that leads to one entry: `key`, and which call of it this is, from 1."""

    key: str
    occurrence: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CitedText:
    """A formatted citation: text and links, e.g. '(', link, '; ', link, ')'. Made by resolve."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Abbreviated:
    """A short form with its expansion (every use; made by resolve)."""

    text: str
    expansion: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Shows the reader of a draft that something is missing here. Made where a mistake stood."""

    text: str


class TextRole(StrEnum):
    """Roles of words beside being read: the names of HTML's elements."""

    SUBSCRIPT = "sub"
    SUPERSCRIPT = "sup"
    DELETED = "del"
    INSERTED = "ins"
    HIGHLIGHTED = "mark"
    KEYS = "kbd"
    SHORT_FORM = "abbr"
    WORK_TITLE = "cite"


@dataclass(frozen=True, slots=True)
class Marked:
    """Words with a role; `title` is the long form of a short one, or says more of them."""

    role: TextRole
    children: tuple[Inline, ...]
    title: str = ""
    language: str = ""


Inline = (
    Text
    | Emphasis
    | Strong
    | Code
    | Formula
    | LineBreak
    | Span
    | Link
    | CrossReference
    | NumberReference
    | EquationLabel
    | Image
    | FootnoteCall
    | CitationGroup
    | CitationLink
    | CitedText
    | Abbreviated
    | Placeholder
    | Marked
)
