"""library.yaml and series: settings, design, rules, fonts, printing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, RootModel, StringConstraints, create_model, model_validator

from pipeline.core.messages import Setting, styles
from pipeline.core.processes import DEFAULT_LIMITS
from pipeline.core.services import Hook
from pipeline.core.text.tex import has_balanced_braces
from pipeline.model.body import Body
from pipeline.model.formats import BRIEFINGS_HAVE, Attached, Format
from pipeline.model.source.briefing import Copyright, Language, Licence, Marking, WebAddress
from pipeline.model.source.record import Day, FieldLocations, Line, Markdown, Record, Role, Slug

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


# `layouts/fonts.yaml`.

FontFile = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._,=\[\]-]*$", max_length=100)]
"""The name of a file in a font package."""


class ListedFace(Record):
    """A face of a family: one font file."""

    file: FontFile
    """The file in the package, such as `Lato-Regular.ttf`."""
    weight: int = Field(ge=1, le=1000)
    """How heavy it is: 400 is regular, 700 is bold."""
    italic: bool = False
    """Whether it is italic."""


class ListedFamily(Record):
    """A family of type; the first that is listed sets the text, unless `design` in `library.yaml` chooses another."""

    family: FamilyName
    """The family's name, such as Lato, by which style sheets and `library.yaml` know it."""
    package: FontPackage
    """The installed package that its files come from, such as `fontpkg_lato`; no other package is looked into."""
    for_: Literal["text", "headings", "code", "large-print"] = Field(default="text", alias="for")
    """The use of the family: `headings` are titles and those of sections, `code` is what is typed, `large-print` the
    edition of that name."""
    faces: tuple[ListedFace, ...] = Field(min_length=1)
    """Its font files."""


class ListedFamilies(RootModel[tuple[ListedFamily, ...]]):
    """`layouts/fonts.yaml`: the families of type, the first one first."""


# `print:` of the library and of its packs.

Binding = Literal["corner-stapled", "saddle-stitched", "perfect-bound", "wire-bound", "hole-punched"]
"""Binding of the leaves; `hole-punched` leaves them loose."""

Inks = Literal["black", "four"]
"""Black alone, or cyan, magenta, yellow and black."""

PrinterProof = Literal["none", "pdf", "printed"]
"""Proof that the printer shows before the run."""


class PrintOrder(Record):
    """Requests to the printer for every job."""

    paper: Line | None = None
    """The paper of the text: weight and kind, such as 100 gsm uncoated, recycled."""
    cover_paper: Line | None = None
    """The paper of the cover, such as 250 gsm uncoated; otherwise that of the text."""
    inks: Inks | None = None
    """The inks of the text; otherwise what the file holds."""
    cover_inks: Inks | None = None
    """The inks of the cover; otherwise what the file holds."""
    binding: Binding | None = None
    """How the leaves are held together."""
    finishing: Line | None = None
    """Finishing beside the binding, such as cover matt laminated outside."""
    proof: PrinterProof | None = None
    """The proof that the printer shows you before the run: nothing, a PDF or printed sheets."""
    contact: Line | None = None
    """Whom the printer asks: the mailbox or telephone of a role; otherwise the library's `contact`."""
    instructions: Line | None = None
    """Other instructions to the printer, such as Label each box with the college's name."""


class Print(PrintOrder):
    """The house's requests to its printer, and the profile of the print edition."""

    profile: Line | None = None
    """The ICC profile of the press, by its path in `source/`, such as `press.icc`; without one the edition is grey."""


class PackPrint(PrintOrder):
    """A pack's requests to the printer: they take precedence over the library's."""

    spare: int = Field(default=0, ge=0)
    """Copies beyond those that colleges take, for your own shelf; not in a numbered pack."""
    spare_to: Line | None = None
    """Where the spare copies go; otherwise to whom the printer asks."""
    deadline: Day | None = None
    """The day by which the printer needs files and order."""
    delivery_date: Day | None = None
    """The day by which the copies should be with the colleges."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.deadline and self.delivery_date and self.delivery_date < self.deadline:
            raise ValueError("'delivery_date' is before 'deadline'")
        return self

    def over(self, house: PrintOrder) -> PackPrint:
        """The pack's order, with what the house asks of every printer where the pack says nothing."""
        usual = {name: getattr(house, name) for name in PrintOrder.model_fields if getattr(self, name) is None}
        return self.model_copy(update=usual)


# `library.yaml`.


class Rules(Record):
    """Severity of each remark of style: `error`, `warning` or `off`; those not named are warnings."""

    withdrawn = MappingProxyType(
        dict.fromkeys(
            (
                *("title-stop", "summary-long", "summary-stop", "list-lead-in", "list-single", "list-stop"),
                *("numbers-in-figures", "doubled-word", "space-before-mark", "mark-doubled"),
            ),
            "Delete the line. A prose checker such as Vale makes this check.",
        )
    )

    all: Setting | None = None
    """All that are not named here."""
    heading_shifted: Setting | None = Field(default=None, alias="heading-shifted")
    """Headings that have the level of the title."""
    short_title_long: Setting | None = Field(default=None, alias="short-title-long")
    """Titles that are cut at the head of each page."""
    table_wide: Setting | None = Field(default=None, alias="table-wide")
    """Tables of more than 4 columns."""
    abbreviation_unused: Setting | None = Field(default=None, alias="abbreviation-unused")
    """Abbreviations that the text does not use."""
    abbreviation_once: Setting | None = Field(default=None, alias="abbreviation-once")
    """Abbreviations that the text uses only once."""
    abbreviation_first_use: Setting | None = Field(default=None, alias="abbreviation-first-use")
    """Abbreviations that are not spelled out where they first stand."""

    def settings(self) -> Mapping[str, Setting]:
        """Severity of each remark of style, by its code, as far as this house has set it."""
        said = {code: getattr(self, code.replace("-", "_"), None) or self.all for code in styles()}
        return {code: setting for code, setting in said.items() if setting}


def _known_zone(value: object) -> object:
    if isinstance(value, str):
        try:
            ZoneInfo(value.strip())
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError(f"'{value}' is not a time zone; one is Europe/London") from unknown
    return value


SecureAddress = Annotated[str, StringConstraints(max_length=200, pattern=r"^https://[^\s/?#:@.][^\s?#]*$")]
"""A web address in full, of a host that encrypts; nothing is asked of it."""

Zone = Annotated[Line, BeforeValidator(_known_zone)]
"""The name of a time zone."""


class Pdf(Record):
    """The files attached to PDF editions."""

    withdrawn = MappingProxyType({"standard": "Delete the line: all tagged PDFs claim PDF/UA-1 and PDF/A."})

    attach: tuple[Attached, ...] = ()
    """The files put into the PDF of every briefing: `source` is its Markdown, `references` the works it cites as
    CSL-JSON."""


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
"""Conformance that an evaluation found for an EPUB, beside EPUB Accessibility 1.1."""


class Accessibility(Record):
    """Judgement on the accessibility of the EPUBs, and its author. Without one, they claim to conform to nothing."""

    evaluated_by: Annotated[Line, BeforeValidator(_who_can_judge)]
    """The person or body that judged the books, such as Hanna Price, Lantern Access; never a program."""
    conforms_to: Conforms = "WCAG 2.2 Level AA"
    """The conformance that the evaluation found for the EPUBs."""
    evaluated: Day | None = None
    """The day of the evaluation: a text that has changed since then makes no claim."""
    report: WebAddress | None = None
    """Where the evaluation can be read."""
    credential: Line | None = None
    """The evaluator's qualification, such as a certificate."""


class Share(Record):
    """Share of the machine for one job."""

    seconds: int = Field(ge=5, le=86_400)
    """Of processor time."""
    memory: int = Field(default=1200, ge=400, le=1_000_000)
    """Megabytes of the process that does it."""


def _usual(kind: str) -> Share:
    return Share(seconds=DEFAULT_LIMITS[kind].seconds, memory=DEFAULT_LIMITS[kind].memory)


class Limits(Record):
    """Limits of a job, after which it is broken off and reported: one text, one file, one file's inspection."""

    press: Share = _usual("press")
    """To set one text."""
    bind: Share = _usual("bind")
    """To bind one file, a pack included."""
    proof: Share = _usual("proof")
    """To inspect one file."""


_MACRO = re.compile(r"\\?[A-Za-z]{1,40}")


def _macros_of_tex(value: object) -> object:
    for name, body in value.items() if isinstance(value, dict) else ():
        if not _MACRO.fullmatch(str(name)):
            raise ValueError(f"'{name}' is no name of a command: it is made of letters alone, such as RR")
        if isinstance(body, str) and not has_balanced_braces(body):
            raise ValueError(f"in what '{name}X{body}'")
    return value


class Maths(Record):
    """Settings for formulas."""

    macros: Annotated[dict[str, Line], BeforeValidator(_macros_of_tex)] = Field(default_factory=dict)
    """Commands of your own for formulas, by name, such as `RR`, each with the TeX that it stands for, such as
    `\\mathbb{R}`; `#1` to `#9` in it are its arguments, and a value with a `#` behind a space needs quotation marks."""

    @property
    def declared(self) -> tuple[tuple[str, str], ...]:
        """The commands without a backslash, each with what it stands for."""
        return tuple((name.removeprefix("\\"), body) for name, body in self.macros.items())


S = TypeVar("S", bound=Record)


class LibraryFields(Record):
    """`library.yaml`: the imprint, house rules and the defaults of every briefing."""

    title: Line
    """The name of the library, such as Evidence briefings."""
    subtitle: Line | None = None
    """A line below the title."""
    publisher: Line
    """Who stands behind the briefings; printed on covers and in colophons."""
    language: Language = "en-GB"
    """The language of every text that names none, such as `cy` for Welsh."""
    timezone: Zone = "Europe/London"
    """The time zone that decides which day today is."""
    address: WebAddress | None = None
    """Where the briefings are published; a briefing's address and QR code are this, `/` and its id."""
    contact: Line | None = None
    """Where questions go: the mailbox of a role, not of a person."""
    accessible_formats: Line | None = None
    """Whom to ask for another format, as a sentence; printed in the colophon."""
    notice: Line | None = None
    """A word or two that every page carries, such as SAMPLE."""
    style: Line = "house"
    """The citation style: a name in `layouts/styles/`, or a path in the project."""
    words_per_minute: int = Field(default=200, gt=0)
    """How fast a reader reads, from which the time to read is worked out."""
    formats: tuple[Format, ...] = BRIEFINGS_HAVE
    """The formats made of each briefing."""
    licence: Licence | None = None
    """The terms under which readers may use the texts."""
    copyright: Copyright | None = None
    """Who holds the rights in the texts."""
    marking: Marking = Marking()
    """The protective marking of every text that has none of its own."""
    show_marking: bool = False
    """Whether the marking is printed even where it is only OFFICIAL."""
    show_authors: bool = False
    """Whether authors and reviewers are named in the colophon and in the files' own record."""
    practice_caveat: Annotated[Markdown | None, Role.UNPRINTED] = None
    """Printed with every practice example that has no nearer caveat."""
    method_note: Annotated[Markdown | None, Role.UNPRINTED] = None
    """How the evidence is found; printed in every briefing that has no nearer note."""
    approval: Literal["name", "words"] = "name"
    """The approval that publishing asks for: a name in the history, or the code of the words too, which `briefings
    approve` enters."""
    archive: Line | None = None
    """The folder that keeps the files of issued editions, from the library's folder on, or the URL of a store, such as
    `s3://northmoor/archive`."""
    status_pages: SecureAddress | None = None
    """Where the pages of `briefings pages` stand, such as `https://northmoor.example/v`; every text and pack prints the
    address of its own. It has 200 letters at most."""
    review_months: int | None = Field(default=None, gt=0)
    """Months after its last review when a briefing without `review_by` is due."""
    maths: Maths = Maths()
    """Commands of your own for formulas."""
    design: Design = Design()
    """The publisher's colours, typeface and logo."""
    print: Print = Print()
    """The house's requests to its printer; a pack may ask otherwise."""
    pdf: Pdf = Pdf()
    """Which standards the PDFs claim, and what is attached to them."""
    accessibility: Annotated[Accessibility | None, Role.UNPRINTED] = None
    """Who judged the EPUBs; where nobody did, they claim to conform to nothing."""
    limits: Limits = Limits()
    """The limits of time and memory after which a job is broken off."""
    rules: Rules = Rules()
    """Which remarks of style the house makes, and how they count."""

    def of(self, keys: type[S]) -> S:
        """The fields, read as the keys that a service adds by the hook `settings`."""
        if not isinstance(self, keys):
            raise TypeError(f"no service adds {keys.__name__}")
        return self


if not TYPE_CHECKING:
    LibraryFields = create_model(
        "LibraryFields",
        __base__=(*reversed([*Hook[type[Record]]("settings")]), LibraryFields),
        __module__=__name__,
        __doc__=LibraryFields.__doc__,
    )


class SeriesFields(Record):
    """`series/<id>.yaml`: what its briefings have in common; owns their membership and order."""

    title: Line
    """The name of the series, such as Drug crimes."""
    summary: Line | None = None
    """One sentence on the subject of the series."""
    landing: Annotated[Markdown | None, Role.UNPRINTED] = None
    """The text of the series' own page."""
    method_note: Annotated[Markdown | None, Role.UNPRINTED] = None
    """How the evidence was found; printed in every briefing of the series that has no note of its own."""
    practice_caveat: Annotated[Markdown | None, Role.UNPRINTED] = None
    """Printed with every practice example of the series that has no caveat of its own."""
    briefings: tuple[Slug, ...] = ()
    """Its briefings in order; the series owns their membership."""
    publisher: Line | None = None
    """Who stands behind the series, if not the library's publisher."""
    licence: Licence | None = None
    """The terms of use of its briefings, if not the library's."""
    marking: Marking | None = None
    """The marking of its briefings, if not the library's."""


class Organisation(Record):
    """A publisher, force, university, hospital or another organisation."""

    name: Line
    """The name in full, such as Northmoor Police; printed with practice examples."""
    short_name: Line | None = None
    """A shorter name for places with little room."""
    type: Literal["publisher", "force", "university", "agency", "charity", "hospital", "school", "council", "other"]
    """The kind of organisation; kept on record, and nothing depends on it."""
    url: WebAddress | None = None
    """Its own website."""
    address: Line | None = None
    """Its postal address in one line."""
    contact: Line | None = None
    """The mailbox of a role there, not of a person."""


class Term(Record):
    """A glossary term."""

    term: Line
    """The term with a capital, such as Hot spot; texts may write it without."""
    meaning: Line
    """The meaning, as a phrase with a capital and a full stop."""
    see: tuple[Slug, ...] = ()
    """Other terms of the glossary to look at."""


Scheme = Annotated[
    str, StringConstraints(pattern=r"^(AAT|BIC|BISAC|CLC|CLIL|DDC|EuroVoc|LCSH|MEDTOP|NDC|Thema|UDC|WGS|https?://\S+)$")
]
"""A published scheme of subjects, by the name that EPUB 3.3 has for it (`authority`) or by its web address."""


class Tag(Record):
    """A word of the taxonomy. `scheme` and `code` say what it is in a published scheme of subjects."""

    label: Line
    """The words that readers see, such as Patrol."""
    scheme: Annotated[Scheme | None, Role.UNPRINTED] = None
    """A published scheme of subjects in which the tag has a place, so that a library's catalogue finds it."""
    code: Annotated[Line | None, Role.UNPRINTED] = None
    """The subject's code in that scheme."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.scheme is None) != (self.code is None):
            there, missing = ("scheme", "code") if self.scheme else ("code", "scheme")
            raise ValueError(f"a subject's '{there}' says nothing without its '{missing}'")
        return self


class Area(Record):
    """An area of outcome: a column of the map of evidence on the cover of a pack."""

    id: Slug
    """The name by which findings say that they belong to it, such as `harm`."""
    label: Line
    """The head of its column, such as Harm and violence."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series as loaded."""

    id: str
    path: str
    fields: SeriesFields
    marks: FieldLocations
    landing: Body = Body()
    method_note: Body = Body()
    practice_caveat: Body = Body()


@dataclass(frozen=True, slots=True)
class LibrarySettings:
    """`library.yaml` as loaded."""

    path: str
    fields: LibraryFields
    marks: FieldLocations
    practice_caveat: Body = Body()
    method_note: Body = Body()

    @property
    def prints_codes(self) -> bool:
        """Whether pages bear codes: there is an archive of editions, or pages on what is current."""
        return bool(self.fields.archive or self.fields.status_pages)
