"""Editions and files by what a thing lists: the editions that its formats rest on, and the files of its parts."""

from collections.abc import Set

from pipeline.model.formats import EDITIONS, FORMATS, Edition, Format
from pipeline.model.publication import PackPublication, Publication


def editions_of(thing: Publication | PackPublication, wanted: Set[Format]) -> tuple[Edition, ...]:
    """The editions that the formats of a briefing or a pack rest on, as far as they are wanted."""
    needed = {FORMATS[kind].edition for kind in thing.formats if kind in wanted}
    return tuple(edition for edition in EDITIONS if edition in needed)


def made_apart(pack: PackPublication, kind: Format) -> frozenset[str]:
    """The parts of a pack of which the same pages are made as a file of their own."""
    return frozenset(m.id for m in pack.members if not (m.kept or m.set_for or m.manual) and kind in m.formats)
