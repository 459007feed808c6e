"""No other text is read to check or publish a text."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_type_hints

import pytest

from pipeline.model.body import Body
from pipeline.model.formats import Order
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingHead, FieldTexts
from pipeline.resolve.environment import Environment, environment_of
from pipeline.resolve.reading import view_briefings
from pipeline.resolve.resolve import ResolveMemory, ResolveResult, resolve
from tests.support.resolve.kept_versions import DAY, FILES, FRONT, loaded, published
from tests.support.resolve.library_parts import RESOURCES

LETTERS = frozenset(range(32, 127))
"""Letters of fonts without accents: accented letters are shown by their numbers."""

LAMPS = """---
title: Lampes à gaz
summary: What a light does.
related: [patrol, noise]
key_finding: Lights [help](briefing:patrol#fig-beats).
marking: {sensitive: true}
abbreviations: {CCTV: {full: closed circuit television}}
---

See [officers](briefing:patrol#what-officers-say), [loud](noise.md) and [none](briefing:noise#nowhere).

## Dim {#dim}

CCTV is cité [@hart2018; @nobody2020].
"""
NOISE = """---
title: Noise
summary: What noise does.
status: superseded
superseded_by: lamps
figures: [{id: fig-din, file: din.svg, long_description: It is loud.}]
---

![Din](din.svg){#fig-din alt="A din"} It [was](briefing:lamps#dim) loud [@hart2018].
"""
CHANGED = FRONT.replace("status: published", "status: superseded\nsuperseded_by: lamps")
LIBRARY = {
    "briefings/lamps.md": LAMPS,
    "briefings/noise.md": NOISE,
    "briefings/din.svg": FILES["briefings/patrol/beats.svg"],
    "handbook/pack.yaml": "title: Handbook\npages: [start]\n",
    "handbook/start.md": "---\ntitle: Start\n---\n\nSee [lamps](briefing:lamps#dim).\n",
    "series/evenings.yaml": "title: Evenings\nbriefings: [lamps, patrol]\nmethod_note: We read [@hart2018].\n",
    "packs/nights.yaml": "title: Nights\nbriefings: [patrol@1.0, lamps]\nfront: [series]\nback: [references, changes]\n"
    "since: 2024-01-01\n",
    "packs/days.yaml": "title: Days\nparts: [{title: One, briefings: [noise, nobody]}]\nreferences: pack\n",
}
THINGS = ("lamps", "noise", "patrol", "nights", "days", "handbook", "evenings")


@pytest.fixture(scope="module")
def library() -> Library:
    """A library whose texts link, name and supersede each other, one of them published and changed since."""
    files = published(FILES) | LIBRARY
    path = "briefings/patrol/briefing.md"
    return loaded(files | {path: files[path].replace(FRONT, CHANGED).replace("They like it", "They love it")})


@pytest.fixture(scope="module")
def whole(library: Library) -> ResolveResult:
    """All of it resolved."""
    return resolved(library)


def resolved(library: Library, *names: str, known: ResolveMemory | None = None) -> ResolveResult:
    """The resolution, with letters missing from the fonts."""
    resources = replace(RESOURCES, coverage=LETTERS)
    return resolve(library, Order(names, (), DAY), resources, known or ResolveMemory())


class Read(BaseException):
    """A text was read that is closed. No `Exception`: that would count as a fault of the program."""


class ClosedBody(Body):
    """A body of which nothing can be read."""

    def __getattribute__(self, name: str) -> Any:
        raise Read(name)


class ClosedTexts(FieldTexts):
    """The texts of a front matter, of which nothing can be read."""

    def __getattribute__(self, name: str) -> Any:
        raise Read(name)


def closed(library: Library, but: frozenset[str]) -> Library:
    """The library with all texts closed but these."""
    shut = {
        name: briefing if name in but else replace(briefing, body=ClosedBody(), texts=ClosedTexts())
        for name, briefing in library.briefings.items()
    }
    return replace(library, briefings=shut)


def test_a_closed_text_cannot_be_read(library: Library) -> None:
    with pytest.raises(Read):
        view_briefings(closed(library, frozenset({"lamps", "noise", "handbook-start"})), DAY)


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_is_resolved_from_its_own_texts_alone(library: Library, whole: ResolveResult, name: str) -> None:
    alone = resolved(library, name)
    own_texts = frozenset(alone.texts)
    assert 0 < len(own_texts) < len(library.briefings)
    known = ResolveMemory({other: checked for other, checked in whole.texts.items() if other not in own_texts})
    again = resolved(closed(library, own_texts), name, known=known)
    for part in fields(ResolveResult):
        assert getattr(again, part.name) == getattr(alone, part.name)
    assert all(again.texts[text] == whole.texts[text] for text in own_texts)


def test_the_library_uses_everything_that_texts_may_know_of_others(whole: ResolveResult) -> None:
    """Else the test above would show little."""
    codes = {remark.code for remark in whole.remarks}
    assert codes >= {"link-unknown-anchor", "kept-differs", "character-without-glyph", "pack-member-retired"}


def test_another_briefing_has_no_text(library: Library) -> None:
    assert get_type_hints(Environment)["briefings"] == Mapping[str, BriefingHead]
    assert not {"body", "texts"} & {part.name for part in fields(BriefingHead)}
    assert {type(briefing) for briefing in environment_of(library).briefings.values()} == {BriefingHead}


def test_the_places_of_a_handbook_s_index_are_pages_and_headings() -> None:
    pages = {"handbook/start.md": "---\ntitle: Start\n---\n\n## Write a file\n"}
    index = "index:\n  files: [start#write-a-file, start#write, begin]\n"
    result = resolved(loaded(FILES | pages | {"handbook/pack.yaml": f"title: Handbook\npages: [start]\n{index}"}))
    found = [remark for remark in result.remarks if remark.place.path == "source/handbook/pack.yaml"]
    assert [(remark.code, remark.place.line) for remark in found] == [
        ("briefing-unknown", 4),
        ("link-unknown-anchor", 4),
    ]
