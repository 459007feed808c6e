"""Invented findings as compose sets them: the evidence at a glance, for texts that mix everything."""

from __future__ import annotations

import random
from dataclasses import replace

from pipeline.compose.evidence import evidence
from pipeline.compose.page.chapter import galley_of
from pipeline.compose.page.fragment import sound
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result
from pipeline.model.source.evidence import Base, Change, Evidence, Finding, Split
from tests.support.compose import samples

OUTCOMES = ("Burglary", "Fear of crime", "Road collisions at night", "Calls to police", "Cost to the forces that paid")
MEANS = ("Brighter lamps", "New lamps", "Part-night lighting")
WORKS = ("Ashdown and others, 2019", "Birk and Dunmore, 2014", "Cole, 2021")


def recorded(dice: random.Random) -> str:
    """The figure of some findings, every block with an id. Only once a text: the ids are the layout's."""
    findings = [_finding(dice, number) for number in range(dice.randint(1, 14))]
    rows = [
        FindingRow(finding, tuple(SourceLink(work, work) for work in dice.sample(WORKS, dice.randint(1, 3))))
        for finding in findings
    ]
    base = Base(source=WORKS[0], type="systematic-review", studies=dice.randint(1, 90))
    found = EvidenceBase(Evidence(base=base, findings=tuple(findings)), tuple(rows), "limited", Result.MIXED)
    publication = replace(samples.publication(), evidence=found, references=())
    return sound(f"<div>{evidence(galley_of(publication, '#0f4c5c'))}</div>")[0]


def _finding(dice: random.Random, number: int) -> Finding:
    result = dice.choice(list(Result))
    studies = None if dice.random() < 0.2 else 0 if result is Result.NO_STUDIES else dice.randint(1, 40)
    split: tuple[Split, ...] = ()
    if studies and studies > 1 and dice.random() < 0.4:
        first = dice.randint(1, studies - 1)
        split = (
            Split(studies=first, result=Result.FAVOURABLE),
            Split(studies=studies - first, result=Result.UNFAVOURABLE, intervention=dice.choice(MEANS)),
        )
        result = Result.MIXED
    changed = dice.random() < 0.3 and not split
    return Finding(
        id=f"finding-{number}",
        outcome=dice.choice(OUTCOMES),
        intervention=tuple(dice.sample(MEANS, dice.randint(0, 2))),
        studies=studies,
        result=result,
        change=Change(measure="reports", direction=dice.choice(("up", "down", "not-stated"))) if changed else None,
        split=split,
        outside_base=dice.random() < 0.2,
        wording="the studies are few, small and old" if dice.random() < 0.2 else None,
    )
