"""The formats of a thing: where its files stand, on which sheets they rest, and which stand for its parts."""

from __future__ import annotations

from collections.abc import Mapping, Set

from pipeline.model.edition import PDF_FORMATS, WITH_INSERTS, Edition, Format
from pipeline.model.publication import PackPublication, Publication

ENDS: Mapping[Format, str] = {
    "screen": ".pdf",
    "print": "-print.pdf",
    "large-print": "-large-print.pdf",
    "booklet": "-booklet.pdf",
    "epub": ".epub",
    "html": ".html",
}


def path_of(owner: str, kind: Format) -> str:
    """Path under `output/` of the file of a briefing, pack or series in a format."""
    return f"{owner}/{owner.partition('/')[2]}{ENDS[kind]}"


def rests_on(kind: Format) -> Edition:
    """The edition whose sheets a format is made of: EPUB and web page tell the pages of the screen edition."""
    return "screen" if kind == "epub" or kind == "html" else kind


def editions_of(thing: Publication | PackPublication, wanted: Set[Format]) -> tuple[Edition, ...]:
    """The editions that the formats of a briefing or a pack rest on, as far as they are wanted."""
    needed = {rests_on(kind) for kind in thing.formats if kind in wanted}
    return tuple(edition for edition in PDF_FORMATS if edition in needed)


def judged_beside(pack: PackPublication, kind: Format) -> tuple[str, ...]:
    """For each part of a pack the file in which validators see it by itself; "" where there is none.

    A kept version has no file, nor has an insert; a briefing that shares the pack's references has another text.
    """
    own = ("" if m.kept or m.listed_in else f"output/{path_of(f'briefings/{m.id}', kind)}" for m in pack.members)
    return (*own, *("" for _ in pack.inserts if rests_on(kind) in WITH_INSERTS))
