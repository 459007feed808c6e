"""`design:` of `library.yaml`: colours, typeface and logo of the publisher."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from pipeline.model.source.record import Line, Record, Role

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
FontPackage = Annotated[str, StringConstraints(pattern=r"^fontpkg_[a-z0-9_]+$")]
"""An importable font package, such as `fontpkg_lato`; no other package is ever looked into."""

FamilyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9 ]*$")]


def _named(value: object) -> object:
    return {"family": value} if isinstance(value, str) else value


class Typeface(Record):
    """The face of text and headings: a family that `layouts/fonts.yaml` lists, or a package with its files."""

    family: FamilyName
    """The family's name, such as Lato; without a package one that `layouts/fonts.yaml` lists."""
    package: FontPackage | None = None
    """The installed package that the family's files come from, such as `fontpkg_lato`; no other package is looked
    into."""
    regular: Line | None = None
    """The file of the upright face in the package; otherwise the family's name with `-Regular.ttf`."""
    italic: Line | None = None
    """The file of the italic face; otherwise the name with `-Italic.ttf`."""
    bold: Line | None = None
    """The file of the bold face; otherwise the name with `-Bold.ttf`."""
    bold_italic: Line | None = None
    """The file of the bold italic face; otherwise the name with `-BoldItalic.ttf`."""


class Logo(Record):
    """A picture in `source/` that stands for the publisher, and what it says to readers who cannot see it."""

    file: Annotated[Line, Role.UNPRINTED]
    """The picture's path in `source/`, such as `logo.svg`."""
    alt: Annotated[Line, Role.UNPRINTED]
    """The words of the picture for readers who cannot see it, such as Northmoor Institute."""


Script = Literal["arabic", "hebrew", "devanagari", "chinese", "japanese", "korean"]


class Design(Record):
    """Colours, typeface and logo of the publisher; the contrast of each colour on white is checked (WCAG 2.2)."""

    accent: Colour | None = None
    """Colour of headings, links, marks and the bar beside a key finding, such as `#1f4e79`."""
    ink: Colour | None = None
    """Colour of the text."""
    ink_soft: Colour | None = None
    """Colour of labels, notes and captions."""
    line: Colour | None = None
    """Colour of the hairlines between rows and under running lines."""
    typeface: Annotated[Typeface, BeforeValidator(_named, json_schema_input_type=FamilyName | Typeface)] | None = None
    """The typeface of text and headings: a family's name, or a record with its package."""
    measure: int | None = Field(default=None, ge=100, le=126)
    """Width of the column of text, in millimetres, on pages with a side column, which has the rest; otherwise 126."""
    scripts: tuple[Script, ...] = ()
    """Scripts that words of the texts are written in, beside Latin, Greek and Cyrillic letters. Where several of the
    last three are named, letters that these share are written as in the first."""
    logo: Logo | None = None
    """The publisher's picture on covers and first pages."""
