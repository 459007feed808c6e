"""Texts composed and pressed; materials of a build."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from pipeline.build.builder import Builder, StampLayouts
from pipeline.build.rules import PRESS, Failure, failure_of
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.layouts import fault_remark
from pipeline.core.diagnostics import Diagnostic, LayoutFault, Location, TypesettingFailure
from pipeline.core.processes import fault_of, is_fault
from pipeline.model.formats import EDITIONS, Edition, Format, Layouts, path_of
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.sheets import TypesetPages
from pipeline.model.source.versions import RECORD, folder_of

Texts = Mapping[Edition, Mapping[str, Manuscript]]
"""The manuscripts of each edition, by the text's key."""

Pressed = Mapping[Edition, Mapping[str, TypesetPages]]
"""Their sheets."""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """Layouts, stamps, addresses, the day, and the formats asked for; and the texts of one thing with their sheets."""

    layouts: Layouts
    stamps: StampLayouts
    addresses: Mapping[str, str]
    """The address of each text, by its id."""
    produced: date
    formats: frozenset[Format]
    library: Library
    """The library without its texts."""
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of the print edition."""
    texts: Texts = field(default_factory=dict)
    pressed: Pressed = field(default_factory=dict)
    with_places: bool = False
    """Whether texts carry the lines of the sources that their words stand in: only where they are shown live."""

    def templates(self, folder: str) -> Layouts:
        """The layouts of one folder alone, so that a change elsewhere binds nothing again."""
        return _part(self.layouts, folder)


@cache
def _part(layouts: Layouts, folder: str) -> Layouts:
    return Layouts({name: text for name, text in layouts.files.items() if name.startswith(f"{folder}/")})


@dataclass(frozen=True)
class Notes:
    """Remarks on one thing while it is made."""

    of_files: list[Diagnostic] = field(default_factory=list)
    """At its files."""
    of_engine: list[Diagnostic] = field(default_factory=list)
    """By the engine: of a text at 'x/<name>/<edition>', of a kept version at its record."""


@contextmanager
def reporting(b: Builder, place: Location, code: str) -> Iterator[None]:
    """Report why something cannot be made, at the layout that is at fault or at this place; its files are left out."""
    try:
        yield
    except LayoutFault as fault:
        b.report(fault_remark(fault))
    except TypesettingFailure as failure:
        b.report(failure_of(failure).as_remark(place, code))
    except Exception as failure:
        if not is_fault(failure):
            raise
        b.report(failure_of(fault_of(failure)).as_remark(place, code))


def composed(b: Builder, publication: Publication, edition: Edition, with_places: bool = False) -> Manuscript:
    """The manuscript of a briefing, for the live page with places. Raises `LayoutFault`."""
    layouts = b.project.layouts
    return b.store.remember(
        "pipeline.compose.briefing",
        (publication, b.project.layouts_digest, edition, with_places),
        Manuscript,
        lambda: compose_briefing(publication, layouts, edition, with_places),
    )


async def pressed(b: Builder, texts: Sequence[Manuscript], said: list[Diagnostic]) -> tuple[TypesetPages, ...]:
    """The sheets of texts, pressed side by side. How a text looks on a screen is none of the press's business.

    Raises:
        PressFailure: if there are none of one of them.
    """
    bare = (replace(text, epub_style="", web_style="") for text in texts)
    sheets = tuple(await asyncio.gather(*(b.result(PRESS, text) for text in bare)))
    said += (remark for one in sheets for remark in one.remarks)
    return sheets


async def set_texts(
    b: Builder, publications: Iterable[Publication], editions: Sequence[Edition], shared: BuildContext, notes: Notes
) -> BuildContext:
    """The materials of a thing: its texts composed and pressed in these editions. What cannot be made is told."""
    wanted = [(publication, edition) for publication in publications for edition in editions]
    found = await asyncio.gather(
        *(_set(b, publication, edition, shared.with_places, notes) for publication, edition in wanted)
    )
    texts: dict[Edition, dict[str, Manuscript]] = {edition: {} for edition in EDITIONS}
    sheets: dict[Edition, dict[str, TypesetPages]] = {edition: {} for edition in EDITIONS}
    for (publication, edition), text in zip(wanted, found, strict=True):
        if text is not None:
            texts[edition][publication.key], sheets[edition][publication.key] = text
    return replace(shared, texts=texts, pressed=sheets)


async def _set(
    b: Builder, one: Publication, edition: Edition, with_places: bool, notes: Notes
) -> tuple[Manuscript, TypesetPages] | None:
    """A text composed and pressed; nothing where it cannot be, which is told."""
    text = None
    with reporting(b, Location(source_of(one)), "press-failed"):
        text = composed(b, one, edition, with_places)
    if text is None:
        return None
    sheets = await b(PRESS, replace(text, epub_style="", web_style=""))
    if isinstance(sheets, Failure):
        b.report(sheets.as_remark(Location(source_of(one)), "press-failed"))
        return None
    remarks = (replace(said, place=Location(source_of(one))) if one.kept else said for said in sheets.remarks)
    notes.of_engine.extend(remarks)
    return text, sheets


def source_of(publication: Publication) -> str:
    """The file of a text: of a kept version its record."""
    folder = folder_of(publication.id, publication.kept)
    return f"{folder}/{RECORD}" if publication.kept else publication.briefing.path


def at_their_files(remarks: Iterable[Diagnostic], pack: PackPublication | None) -> Iterable[Diagnostic]:
    """Remarks of the engine at the PDF that shows them: a page of the handbook is in the handbook's pack."""
    manual = {member.id for member in pack.members if member.manual} if pack else set()
    for remark in remarks:
        if remark.place.path.startswith("source/"):
            yield remark
            continue
        _, name, edition = remark.place.path.split("/")
        if name in manual and remark.code == "made-table-blocks":
            continue  # the style of the house holds for briefings and not for the handbook
        own = pack is not None and (name in manual or name == pack.id)
        owner = f"packs/{pack.id}" if own and pack else f"briefings/{name}"
        yield replace(remark, place=replace(remark.place, path=f"output/{path_of(owner, edition)}"))
