"""Findings, the evidence base and practice examples, as front matter says them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.model.record import Day, Line, Markdown, Record, Slug
from pipeline.model.result import Result, Strength


class Change(Record):
    """A change in a measure, its direction kept apart from whether it is good."""

    measure: Line
    of: Line | None = None
    direction: Literal["up", "down", "none", "not-stated"] = "not-stated"
    within: Line | None = None


class Measure(Record):
    """One measure of a split finding, with the direction of its change."""

    name: Line
    change: Literal["up", "down", "none", "not-stated"] = "not-stated"


class Split(Record):
    """Part of a finding's studies that agree with each other."""

    studies: int = Field(ge=0)
    result: Result
    intervention: Line | None = None
    measures: tuple[Measure, ...] = ()


class Finding(Record):
    """What is known about one outcome. `studies` None means not counted; never add findings up."""

    id: Slug
    outcome: Line
    intervention: tuple[Line, ...] = ()
    studies: int | None = Field(default=None, ge=0)
    result: Result
    change: Change | None = None
    split: tuple[Split, ...] = ()
    outside_base: bool = False
    sources: tuple[Line, ...] = ()
    via: Line | None = None
    strength: Strength | None = None
    wording: Line | None = None
    section: Line | None = None


class Base(Record):
    """The review that a briefing's findings rest on."""

    source: Line
    type: Line
    studies: int | None = Field(default=None, ge=0)
    documents: int | None = Field(default=None, ge=0)
    meta_analysis: bool | None = None
    """None: not said, and nothing is printed of it."""


class Evidence(Record):
    """The evidence of a briefing."""

    method_note: Markdown | None = None
    base: Base | None = None
    strength: Strength | None = None
    overall: Result | None = None
    plot: bool | None = None
    """Whether the effect-direction plot follows the table. None: if studies of one outcome differ."""
    findings: tuple[Finding, ...] = ()


class Practice(Record):
    """The record of a practice example; its words stand in the body in a practice box."""

    id: Slug
    name: Line
    force: Line
    caveat: Markdown | None = None
    rating: Literal["worked", "promising", "new-or-innovative", "did-not-work", "untested", "not-stated"] = "not-stated"
    rated_by: Line | None = None
    evaluated: Literal["yes", "no", "unknown"] = "unknown"
    stage: Line | None = None
    scale: Line | None = None
    region: Line | None = None
    focus: Line | None = None
    topics: tuple[Line, ...] = ()
    start_date: Day | None = None
    end_date: Day | None = None
    aim: Line | None = None
    intended_outcome: Line | None = None
    contact: Line | None = None
    sources: tuple[Line, ...] = ()
    checked_on: Day | None = None
    section: Line | None = None
