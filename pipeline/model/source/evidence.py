"""Findings, evidence base and practice examples."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.model.result import Result, Strength
from pipeline.model.source.record import Day, Line, Markdown, Record, Role, Slug


class Change(Record):
    """A change in a measure, its direction kept apart from whether it is good."""

    measure: Line
    """The measure, such as recorded burglaries."""
    of: Line | None = None
    """Of how many or of whom, such as 1,200 households."""
    direction: Literal["up", "down", "none", "not-stated"] = "not-stated"
    """Which way the measure went: not the same as good or bad."""
    within: Line | None = None
    """In what time or area, such as 12 months."""


class Measure(Record):
    """One measure of a split finding, with the direction of its change."""

    name: Line
    """The measure, such as price."""
    change: Literal["up", "down", "none", "not-stated"] = "not-stated"
    """Which way it went."""


class Split(Record):
    """Part of a finding's studies that agree with each other."""

    studies: int = Field(ge=0)
    """How many studies agree here."""
    result: Result
    """The result of these studies."""
    intervention: Line | None = None
    """The intervention in them, if not in all of the finding's studies."""
    measures: tuple[Measure, ...] = ()
    """The measures of these studies, and which way each went."""


class Finding(Record):
    """Findings on one outcome. Never add findings up."""

    id: Slug
    """A short name of the finding, unlike that of any other in the briefing."""
    outcome: Line
    """The outcome that was studied, such as Drug use; the row's head in the evidence figure."""
    area: Slug | None = None
    """The area of outcome that it belongs to, by its id in `tags.yaml`: its column on the cover of a pack. A briefing
    prints nothing of it."""
    intervention: tuple[Line, ...] = ()
    """The intervention, such as arrest."""
    studies: int | None = Field(default=None, ge=0)
    """Number of studies: 0 if a review found none, left out if unknown. Numbers of findings are never added up."""
    result: Result
    """Their result; favourable is what readers hope for, such as fewer deaths."""
    change: Change | None = None
    """The size and direction of the change in the measure, kept apart from whether it is good."""
    split: tuple[Split, ...] = ()
    """Groups of studies that agree with each other; their numbers add up to `studies`."""
    outside_base: bool = False
    """Whether it comes from research that is not part of the review."""
    sources: tuple[Line, ...] = ()
    """The works that it comes from, by their keys."""
    via: Line | None = None
    """The work in which a source was found cited, if the source itself was not read."""
    strength: Strength | None = None
    """How strong the evidence is, only if the authors say so."""
    wording: Line | None = None
    """The authors' own words."""
    section: Line | None = None
    """The id of the heading under which the text says it."""


class Base(Record):
    """The review that a briefing's findings rest on."""

    source: Line
    """The review's key in the references."""
    type: Line
    """The kind of review, such as systematic-review."""
    studies: int | None = Field(default=None, ge=0)
    """How many studies it has."""
    documents: int | None = Field(default=None, ge=0)
    """Number of reports on those studies."""
    meta_analysis: bool | None = None
    """Whether the review pooled its studies in a meta-analysis; left out, nothing is printed."""


class Evidence(Record):
    """The evidence of a briefing."""

    method_note: Annotated[Markdown | None, Role.UNPRINTED] = None
    """How the evidence was found, if not as the series or the library says."""
    base: Base | None = None
    """The review that the findings rest on."""
    strength: Strength | None = None
    """How strong the evidence is as a whole, if the authors say so."""
    overall: Result | None = None
    """The result of the evidence as a whole."""
    plot: bool | None = None
    """Accepted in older texts and ignored: the evidence figure shows the direction of studies."""
    findings: tuple[Finding, ...] = ()
    """The findings on each outcome, in the order of the figure."""

    @property
    def as_printed(self) -> "Evidence":
        """The evidence without what the briefing does not print: the areas that packs sort its findings by."""
        bare = tuple(finding.model_copy(update={"area": None}) for finding in self.findings)
        return self.model_copy(update={"findings": bare})


class Practice(Record):
    """The record of a practice example; its text is a practice box in the body."""

    id: Slug
    """The name by which the text's practice box refers to it, such as `operation-orochi`."""
    name: Line
    """The name of the example; the box's heading."""
    force: Line
    """Whose example it is: an organisation of `organisations.yaml`."""
    caveat: Annotated[Markdown | None, Role.UNPRINTED] = None
    """The caveat for a reader who would copy it, if not that of the series or the library."""
    rating: Literal["worked", "promising", "new-or-innovative", "did-not-work", "untested", "not-stated"] = "not-stated"
    """The rating that an evaluation gave it."""
    rated_by: Line | None = None
    """Who rated it, as a name or an organisation."""
    evaluated: Literal["yes", "no", "unknown"] = "unknown"
    """Whether it has been evaluated."""
    stage: Line | None = None
    """How far it has come, such as pilot."""
    scale: Line | None = None
    """How large it is, such as one ward."""
    region: Line | None = None
    """Where it is, such as South East England."""
    focus: Line | None = None
    """The aim of the example, such as supply."""
    topics: tuple[Line, ...] = ()
    """Its subjects, in your own words."""
    start_date: Day | None = None
    """The day on which it began."""
    end_date: Day | None = None
    """The day on which it ended."""
    aim: Line | None = None
    """The original aim."""
    intended_outcome: Line | None = None
    """The result that was hoped for."""
    contact: Line | None = None
    """The mailbox of a role there, not of a person."""
    sources: tuple[Line, ...] = ()
    """The works that describe it, by their keys."""
    checked_on: Day | None = None
    """The day on which somebody last checked the record."""
    section: Line | None = None
    """The id of the heading above its text."""
