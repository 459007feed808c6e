"""Finished files with a fault of ours: left under their names as drafts, but for those that must not lie about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import TypeVar

from pipeline.build.formats import path_of
from pipeline.build.unchanged import Thing, owner_of, things_of
from pipeline.codes import CodeRow, books, limits, made, parity, proofs
from pipeline.core.diagnostics import Diagnostic, errors
from pipeline.model.edition import PDF_FORMATS, Format
from pipeline.model.identity import Identity
from pipeline.model.kept import RECORD, folder_of
from pipeline.model.publication import PackPublication, Publication
from pipeline.resolve.resolve import Resolution
from pipeline.resolve.rules.states import as_draft

WITHHELD = frozenset(
    code.name
    for code in (
        *(books.PROGRAM, books.REMOTE, proofs.PICTURE_NOTES),
        *(proofs.STATUS_LATE, proofs.FOOT),
        *(proofs.UNREADABLE, books.UNREADABLE, parity.PARITY_UNREAD, limits.JOB_TOO_LONG, limits.JOB_TOO_LARGE),
    )
)
"""Faults of files that are laid aside: what does something, fetches something or tells on somebody, what does not say
that it is a draft, how it is marked or which version and copy it is, and whatever was not inspected to its end."""

_OF_THE_TEXT = frozenset(
    {code.name for code in vars(made).values() if isinstance(code, CodeRow)} - {made.STAMP_COVERS.name}
    | {proofs.STANDARD.name, proofs.ALOUD.name}
)
"""Faults of a text's pages, which a pack has too that is bound of them."""

Listing = TypeVar("Listing", Publication, PackPublication)

Faults = Mapping[str, frozenset[str]]
"""The codes of what is wrong with files, by their paths under `output/`."""


@dataclass(frozen=True, slots=True)
class Known:
    """The faults that were found so far, by the paths that they are told at: a pack comes after its parts."""

    codes: dict[str, set[str]]

    def note(self, remarks: Iterable[Diagnostic]) -> None:
        """Take up the errors among some remarks."""
        for remark in errors(remarks):
            self.codes.setdefault(remark.place.path, set()).add(remark.code)

    def faults(self, part: Resolution) -> Faults:
        """The faults of the files of a part: their own, and of a pack those of the texts that it is bound of."""
        own = {path.removeprefix("output/"): frozenset(codes) for path, codes in self.codes.items()}
        bound = {path: codes for pack in part.packs for path, codes in self._of_pack(pack)}
        return {path: own.get(path, frozenset()) | bound.get(path, frozenset()) for path in {*own, *bound}}

    def _of_pack(self, pack: PackPublication) -> Iterator[tuple[str, frozenset[str]]]:
        for kind in (kind for kind in pack.formats if kind in PDF_FORMATS):
            told_at = (
                f"{folder_of(m.id, m.kept)}/{RECORD}" if m.kept else f"output/{path_of(f'briefings/{m.id}', kind)}"
                for m in pack.members
            )
            if found := {code for path in told_at for code in self.codes.get(path, ())} & _OF_THE_TEXT:
                yield path_of(f"packs/{pack.id}", kind), frozenset(found)


def drafts(part: Resolution, paths: Set[str]) -> tuple[Resolution, ...]:
    """The listings that have these files, as drafts and in no other formats: texts, and apart what holds them.

    A pack has the text of a briefing as it was, under the same name.
    """
    kinds = {owner: _formats_in(thing, paths) for owner, thing in things_of(part).items()}
    texts = tuple(_as_draft(one, kinds[owner_of(one)]) for one in part.publications if kinds[owner_of(one)])
    packs = tuple(_as_draft(one, kinds[owner_of(one)]) for one in part.packs if kinds[owner_of(one)])
    series = tuple(replace(one, identity=_draft(one)) for one in part.series if kinds[owner_of(one)])
    nothing = replace(part, publications=(), packs=(), series=())
    made = (replace(nothing, publications=texts), replace(nothing, packs=packs, series=series))
    return tuple(one for one in made if one != nothing)


def _as_draft(thing: Listing, formats: tuple[Format, ...]) -> Listing:
    return replace(thing, identity=_draft(thing), formats=formats)


def _draft(thing: Thing) -> Identity:
    return as_draft(thing.identity, thing.imprint.fields.notice)


def _formats_in(thing: Thing, paths: Set[str]) -> tuple[Format, ...]:
    formats: tuple[Format, ...] = getattr(thing, "formats", ("html",))
    return tuple(kind for kind in formats if path_of(owner_of(thing), kind) in paths)
