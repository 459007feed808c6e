"""Finished files with a fault of ours: left under their names as drafts, but for those that must not lie about."""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import TypeVar

from pipeline.codes import CodeRow, books, limits, made, proofs
from pipeline.model.formats import FORMATS, Format, path_of
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.kept import RECORD, folder_of
from pipeline.resolve.rules.states import as_draft

WITHHELD = frozenset(
    code.name
    for code in (
        *(books.PROGRAM, books.REMOTE, proofs.PICTURE_NOTES),
        *(proofs.STATUS_LATE, proofs.FOOT),
        *(proofs.UNREADABLE, books.UNREADABLE, limits.JOB_TOO_LONG, limits.JOB_TOO_LARGE),
    )
)
"""Faults of files that are laid aside: what does something, fetches something or tells on somebody, what does not say
that it is a draft, how it is marked or which version and copy it is, and whatever was not inspected to its end."""

_OF_THE_TEXT = frozenset(
    {code.name for code in vars(made).values() if isinstance(code, CodeRow)} - {made.STAMP_COVERS.name}
)
"""Faults of a text's pages, which a pack has too that is bound of them."""

Listing = TypeVar("Listing", Publication, PackPublication, SeriesPublication)


def faults_of(thing: Thing, codes: Mapping[str, Set[str]], path: str, kind: Format) -> frozenset[str]:
    """The codes of what is wrong with a file of a thing, and of a pack with the texts that it is bound of.

    `codes` has what is wrong by the paths that it is told at.
    """
    found = frozenset(codes.get(f"output/{path}", ()))
    if not isinstance(thing, PackPublication) or not FORMATS[kind].paged:
        return found
    told_at = (
        f"{folder_of(m.id, m.kept)}/{RECORD}" if m.kept else f"output/{path_of(f'briefings/{m.id}', kind)}"
        for m in thing.members
    )
    return found | ({code for place in told_at for code in codes.get(place, ())} & _OF_THE_TEXT)


def draft_of(thing: Listing, formats: tuple[Format, ...]) -> Listing:
    """A thing as a draft, in these formats and in no other. A pack has its texts as they were, under the same names."""
    identity = as_draft(thing.identity, thing.imprint.fields.notice)
    if isinstance(thing, SeriesPublication):
        return replace(thing, identity=identity)
    return replace(thing, identity=identity, formats=formats)
