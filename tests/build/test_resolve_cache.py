"""What is in the key of a text's environment, and what rules can read in it, is the same."""

from collections.abc import Mapping
from dataclasses import fields

import pytest

from pipeline.build.resolve_cache import environment_digest
from pipeline.core.printed_code import code_of
from pipeline.load.library import load_library
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import view_library
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import DAY, FILES, FRONT, published
from tests.support.retraction_watch import PATH as NOTICES
from tests.support.retraction_watch import RETRACTION, row, watch_file

PATROL = "briefings/patrol/briefing.md"
WORK = {"references/works.yaml": "- {id: hart2018, type: book, title: Beats, issued: 2018, DOI: 10.5555/hart.2018}\n"}
BASE = published(FILES | WORK) | {
    NOTICES: watch_file(row("3/9/2019", RETRACTION, "10.5555/other")),
    "briefings/lamps.md": "---\ntitle: Lamps\nsummary: Light.\n---\n\nDim.\n\n## Dim {#dim}\n\nNot all [@hart2018].\n",
    "briefings/spare.svg": FILES["briefings/patrol/beats.svg"],
    "packs/nights.yaml": f"title: Nights\nedition: One\nbriefings: [patrol]\nback: [changes]\nsince: {DAY}\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, patrol]\n",
    "packs/days.yaml": "title: Days\nbriefings: [lamps, {insert: times.pdf, title: Times}]\n",
    "packs/times.pdf": "Six o'clock",
    "library.yaml": f"{FILES['library.yaml']}archive: ../archive\n",
    "tags.yaml": "night: {label: Night time}\nareas: [{id: fear, label: Fear}]\n",
    "colleges.yaml": "north: {name: North, type: force-learning-unit}\n",
}
CODED = f'{{"words": "edition-words/1:{64 * "0"}", "code": "{code_of(64 * "0")}"}}'
ZERO = holding("nights", 1, "Zero", {"gone": "1.0"})

WORDS: Mapping[str, tuple[str, str, str]] = {
    "a word": ("briefings/lamps.md", "Not all", "Some"),
    "lines": ("briefings/lamps.md", "\n\nNot all", "\n\n\n\nNone.\n\nNot all"),
    "a work unknown": ("briefings/lamps.md", "Not all", "Not all [@nobody2020]"),
    "a link to nowhere": ("briefings/lamps.md", "Not all", "[Not](#all)"),
    "a formula": ("briefings/lamps.md", "Not all", "$x^2$"),
    "a retraction of a work that nobody has": (NOTICES, "other", "another"),
    "the ledger": ("ledger.csv", "", "Events\n"),
    "a comment": ("briefings/lamps.md", "Not all", "Not all <!-- really? -->"),
}
"""Changes of a text that nothing else can see."""

SEEN: Mapping[str, tuple[str, str, str]] = {
    "a title": ("briefings/lamps.md", "title: Lamps", "title: Lanterns"),
    "a line of the front matter": ("briefings/lamps.md", "summary:", "\nsummary:"),
    "an anchor": ("briefings/lamps.md", "{#dim}", "{#faint}"),
    "the last citation": ("briefings/lamps.md", " [@hart2018]", ""),
    "a picture named": ("briefings/lamps.md", "Not all", "![A](spare.svg){alt=B} Not all"),
    "a text broken": ("briefings/lamps.md", "title: Lamps", "title: [Lamps"),
    "a picture": ("briefings/patrol/beats.svg", "M0 0h9", "M0 0h8"),
    "a work": ("references/works.yaml", "Beats", "Rounds"),
    "the place of a work": ("references/works.yaml", "- {id", "\n- {id"),
    "the imprint": ("library.yaml", "publisher: P", "publisher: Q"),
    "a marking": ("series/evenings.yaml", "briefings", "marking: {sensitive: true}\nbriefings"),
    "a marking unreadable": ("series/evenings.yaml", "briefings", "marking: {tier: NONE}\nbriefings"),
    "a term": ("glossary.yaml", "where an officer walks", "where officers walk"),
    "an organisation": ("organisations.yaml", "Northmoor Police", "Southmoor Police"),
    "a college": ("colleges.yaml", "name: North", "name: South"),
    "an area": ("tags.yaml", "label: Fear", "label: Fear and trust"),
    "a tag": ("tags.yaml", "Night time", "Night"),
    "a pack": ("packs/nights.yaml", "title: Nights", "title: Days"),
    "an insert": ("packs/times.pdf", "Six", "Seven"),
    "a logo": ("library.yaml", "publisher", "design: {logo: {file: briefings/spare.svg, alt: P}}\npublisher"),
    "a kept version": ("versions/patrol/1.0/library.yaml", "P", "Q"),
    "the title of a kept version": ("versions/patrol/1.0/kept.json", '"title": "Foot', '"title": "A foot'),
    "the day of a kept version": ("versions/patrol/1.0/kept.json", str(DAY), "2024-04-25"),
    "another kept version": ("versions/patrol/0.9/kept.json", "", "{}"),
    "the code of an edition": ("editions/evenings/001-one.json", "", CODED),
    "the place of a tag": ("tags.yaml", "night", "\nnight"),
    "a retraction": (NOTICES, "other", "hart.2018"),
    "the edition before": (ZERO.path.removeprefix("source/"), "", ZERO.content.decode()),
    "the number of a version": (PATROL, FRONT, FRONT.replace("version: 1.0", "version: 2.0", 1)),
}
"""Changes that others can see."""


def read(changes: tuple[tuple[str, str, str], ...] = ()) -> tuple[Environment, str]:
    """The environment of the library with some changes, and its digest."""
    files = dict(BASE)
    for path, before, after in changes:
        assert before in files.get(path, "")
        files[path] = files.get(path, "").replace(before, after, 1)
    content = {f"source/{path}": text.encode() for path, text in files.items()}
    environment, _ = view_library(load_library(content, examine=lambda _: "")[0], DAY)
    return environment, environment_digest(environment, content)


@pytest.mark.parametrize("change", WORDS)
def test_a_change_that_nobody_else_can_see_changes_no_key(change: str) -> None:
    assert read((WORDS[change],)) == read()


@pytest.mark.parametrize("change", SEEN)
def test_a_change_that_others_can_see_changes_the_key(change: str) -> None:
    """Places count: a remark may tell where a work stands."""
    (environment, digest), (before, digest_before) = read((SEEN[change],)), read()
    assert environment != before
    assert digest != digest_before


def test_the_fault_of_a_text_of_which_nothing_may_be_made_counts() -> None:
    withheld, path = SEEN["a marking unreadable"], "briefings/lamps.md"
    environment, digest = read((withheld, (path, "Not all", "![A](gone.svg){alt=B}")))
    moved, other = read((withheld, (path, "Not all", "Words.\n\n![A](gone.svg){alt=B}")))
    assert environment.faults != moved.faults
    assert digest != other


def test_there_is_a_change_of_every_part_of_an_environment() -> None:
    before, _ = read()
    found = [read((change,))[0] for change in SEEN.values()]
    parts = {part.name for part in fields(Environment)}
    assert {name for name in parts if any(getattr(one, name) != getattr(before, name) for one in found)} == parts
