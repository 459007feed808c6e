"""`library.yaml`, `series/*.yaml` and the small lists: organisations, colleges, glossary, tags."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from pipeline.limits import USUAL
from pipeline.model.body import Body
from pipeline.model.briefing import Address, Copyright, Language, Licence, Marking
from pipeline.model.claim import Attached, Standard
from pipeline.model.edition import Format
from pipeline.model.record import Day, Line, Markdown, Marks, Record, Slug


def _known_zone(value: object) -> object:
    if isinstance(value, str):
        try:
            ZoneInfo(value.strip())
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError(f"'{value}' is not a time zone; one is Europe/London") from unknown
    return value


Zone = Annotated[Line, BeforeValidator(_known_zone)]
"""The name of a time zone."""


class Pdf(Record):
    """What the PDF editions are held to, and what is put into them."""

    standard: Standard = "ua-1"
    attach: tuple[Attached, ...] = ()


class Print(Record):
    """How the print edition is made."""

    profile: Line | None = None
    """The ICC profile of the press, by its path in `source/`; without one the print edition is grey."""


Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
FontPackage = Annotated[str, StringConstraints(pattern=r"^fontpkg_[a-z0-9_]+$")]
"""An importable font package, such as `fontpkg_lato`; no other package is ever looked into."""

FamilyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9 ]*$")]


def _named(value: object) -> object:
    return {"family": value} if isinstance(value, str) else value


class Typeface(Record):
    """The face of text and headings: a family that `layouts/fonts.yaml` lists, or a package with its files."""

    family: FamilyName
    package: FontPackage | None = None
    regular: Line | None = None
    italic: Line | None = None
    bold: Line | None = None
    bold_italic: Line | None = None


class Logo(Record):
    """A picture in `source/` that stands for the publisher, and what it says to who cannot see it."""

    file: Line
    alt: Line


class Design(Record):
    """Design tokens a publisher may set; the contrast of each colour on white is checked (WCAG 2.2)."""

    accent: Colour | None = None
    """Headings, links, marks, the bar beside a key finding."""
    ink: Colour | None = None
    """Text."""
    ink_soft: Colour | None = None
    """Labels, notes and captions."""
    line: Colour | None = None
    """Hairlines between rows and under running lines."""
    typeface: Annotated[Typeface, BeforeValidator(_named, json_schema_input_type=FamilyName | Typeface)] | None = None
    logo: Logo | None = None


_PROGRAMS = frozenset(
    {
        "ace", "ace by daisy", "axe", "axe-core", "briefings", "calibre", "daisy ace", "epubcheck", "lighthouse",
        "pa11y", "sigil", "verapdf", "wave",
    }
)  # fmt: skip


def _who_can_judge(value: object) -> object:
    said = re.sub(r"[\s/]+v?\d[\d.]*$", "", value.strip()) if isinstance(value, str) else ""
    if said.casefold() in _PROGRAMS:
        raise ValueError(f"'{said}' is a program and sees only part; name the person or body that read the books")
    return value


Conforms = Annotated[str, StringConstraints(pattern=r"^WCAG 2\.[0-2] Level A{1,3}$")]
"""What an evaluation found an EPUB to meet, beside EPUB Accessibility 1.1."""


class Accessibility(Record):
    """Who judged whether the EPUBs are accessible, and by what. Where nobody did, they claim to conform to nothing."""

    evaluated_by: Annotated[Line, BeforeValidator(_who_can_judge)]
    """A person or a body: tests by machine show a part of WCAG only."""
    conforms_to: Conforms = "WCAG 2.2 Level AA"
    evaluated: Day | None = None
    """When: a text that has changed since then makes no claim."""
    report: Address | None = None
    """Where the evaluation can be read."""
    credential: Line | None = None
    """What gives the evaluator's word its weight."""


class Share(Record):
    """What one job may take of the machine."""

    seconds: int = Field(ge=5, le=86_400)
    """Of processor time."""
    memory: int = Field(default=1200, ge=400, le=1_000_000)
    """Megabytes of the process that does it."""


def _usual(kind: str) -> Share:
    return Share(seconds=USUAL[kind].seconds, memory=USUAL[kind].memory)


class Limits(Record):
    """What a job may take before it is broken off and told: one text, one file, one file's inspection."""

    press: Share = _usual("press")
    """To set one text."""
    bind: Share = _usual("bind")
    """To bind one file, a pack included."""
    proof: Share = _usual("proof")
    """To inspect one file."""


class LibraryFields(Record):
    """`library.yaml`: the imprint, house rules and the defaults of every briefing."""

    title: Line
    subtitle: Line | None = None
    publisher: Line
    language: Language = "en-GB"
    timezone: Zone = "Europe/London"
    address: Address | None = None
    """Where the briefings are published; a briefing's canonical address is this, `/` and its id."""
    contact: Line | None = None
    accessible_formats: Line | None = None
    """Whom to ask for another format."""
    notice: Line | None = None
    """A word or two that every page carries, such as SAMPLE."""
    style: Line = "house"
    """The citation style: a name in `layouts/styles/` or a path in the project."""
    words_per_minute: int = Field(default=200, gt=0)
    formats: tuple[Format, ...] = ("screen", "epub", "html")
    licence: Licence | None = None
    copyright: Copyright | None = None
    marking: Marking = Marking()
    show_marking: bool = False
    """Print the marking although it is no more than OFFICIAL."""
    show_authors: bool = False
    practice_caveat: Markdown | None = None
    method_note: Markdown | None = None
    review_months: int | None = Field(default=None, gt=0)
    design: Design = Design()
    print: Print = Print()
    pdf: Pdf = Pdf()
    accessibility: Accessibility | None = None
    limits: Limits = Limits()


class SeriesFields(Record):
    """`series/<id>.yaml`: what its briefings have in common; owns their membership and order."""

    title: Line
    summary: Line | None = None
    landing: Markdown | None = None
    method_note: Markdown | None = None
    practice_caveat: Markdown | None = None
    briefings: tuple[Slug, ...] = ()
    publisher: Line | None = None
    licence: Licence | None = None
    marking: Marking | None = None


class Organisation(Record):
    """A publisher, force, university or agency."""

    name: Line
    short_name: Line | None = None
    type: Literal["publisher", "force", "university", "agency", "charity"]
    url: Address | None = None
    address: Line | None = None
    contact: Line | None = None


class College(Record):
    """A recipient. No personal details beyond a role mailbox."""

    name: Line
    organisation: Slug | None = None
    type: Literal["force-learning-unit", "university", "national-college", "agency"]
    licence_basis: Literal["home-office-force", "licensed", "nccl", "permission", "none"] = "none"
    contact: Line | None = None
    delivery: Line | None = None
    formats: tuple[Format, ...] = ()
    copies: int = Field(default=0, ge=0)
    language: Language | None = None
    access_needs: tuple[Line, ...] = ()


class Term(Record):
    """A glossary term."""

    term: Line
    meaning: Line
    see: tuple[Slug, ...] = ()


Scheme = Annotated[
    str,
    StringConstraints(
        pattern=r"^(AAT|BIC|BISAC|CLC|CLIL|DDC|EuroVoc|LCSH|MEDTOP|NDC|Thema|UDC|WGS|https?://\S+)$",
    ),
]
"""A published scheme of subjects, by the name that EPUB 3.3 has for it (`authority`) or by its web address."""


class Tag(Record):
    """A word of the taxonomy. `scheme` and `code` say what it is in a published scheme of subjects."""

    label: Line
    scheme: Scheme | None = None
    code: Line | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.scheme is None) != (self.code is None):
            there, missing = ("scheme", "code") if self.scheme else ("code", "scheme")
            raise ValueError(f"a subject's '{there}' says nothing without its '{missing}'")
        return self


@dataclass(frozen=True, slots=True)
class Series:
    """A series as loaded."""

    id: str
    path: str
    fields: SeriesFields
    marks: Marks
    landing: Body = Body()
    method_note: Body = Body()
    practice_caveat: Body = Body()


@dataclass(frozen=True, slots=True)
class Imprint:
    """`library.yaml` as loaded."""

    path: str
    fields: LibraryFields
    marks: Marks
    practice_caveat: Body = Body()
    method_note: Body = Body()
