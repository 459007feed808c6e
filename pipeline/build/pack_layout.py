"""A pack put in order: its front and back matter around its briefings, and the folio on which each begins."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.bind.epub.documents import EpubChapter, epub_chapters
from pipeline.bind.pdf.inserts import InsertJob, page_boxes
from pipeline.bind.pdf.pack import folios
from pipeline.build.builder import Builder
from pipeline.build.rules import FIT
from pipeline.build.texts import BuildContext, pressed
from pipeline.compose.pack.index import IndexEntry, index_entries
from pipeline.compose.pack.matter import compose_back, compose_front, compose_insert, listed_sections
from pipeline.compose.page.chapter import key_anchor
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure
from pipeline.model.formats import EDITIONS, Edition
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.sheets import Section, SectionKind, TypesetPages

SETTLING = 5
"""Rounds of pressing after which front matter must have found its length."""


@dataclass(frozen=True, slots=True)
class PackLayout:
    """A pack's sections in order with their folios, and the manuscripts of its front and back matter."""

    front: Manuscript
    back: Manuscript
    sections: tuple[Section, ...]
    stand_ins: Mapping[str, Manuscript] = field(default_factory=dict)
    """Substitute set for each insert where a finished PDF cannot be bound, by its name."""


async def laid_out(
    b: Builder, pack: PackPublication, given: BuildContext, edition: Edition, said: list[Diagnostic]
) -> PackLayout:
    """The sections of an edition of the pack: front matter is set until the folios that it prints are its own.

    Raises:
        LayoutFault: if a template cannot be filled.
        PressFailure: if front or back matter cannot be pressed, or does not settle.
    """
    sheets = given.pressed[edition]
    stand_ins = {insert.name: compose_insert(pack, insert, given.layouts, edition) for insert in pack.inserts}
    texts = tuple(stand_ins.values()) if EDITIONS[edition].insert_room is None else ()
    own = await pressed(b, texts, said) if texts else await _fit(b, pack, given, edition)
    between = _between(pack, given, edition, own)
    ways = ways_back(pack, sheets)
    counts = [2, *(section.sheets.pages for section in between), 2]
    opening: dict[str, str] = {}  # where the sections of the front matter start that the contents list
    for _ in range(SETTLING):
        names = ("front", *(section.name for section in between), "back")
        firsts = dict(zip(names, folios(counts, pack.pack.fields.recto), strict=True))
        placed = {name: str(first) for name, first in firsts.items()} | {
            f"{member.id}#{anchor}": str(firsts[member.id] + page - 1)
            for member in pack.members
            for anchor, page in sheets[member.key].targets
        }
        index = _index(pack, given, edition, firsts)
        back = compose_back(pack, placed, given.layouts, cited_on(pack, sheets, firsts), edition, index, ways)
        back_sheets = (await pressed(b, (back,), said))[0] if back.chapters else None
        listed = placed | _starts(back, back_sheets, firsts["back"]) | opening
        front = compose_front(pack, listed, given.layouts, edition)
        front_sheets = (await pressed(b, (front,), said))[0] if front.chapters else None
        found = [_pages(front_sheets), *counts[1:-1], _pages(back_sheets)]
        before, opening = opening, _front_folios(pack, edition, front, front_sheets, firsts["front"])
        if (found, before) == (counts, opening):
            sections = tuple(_sections(pack, between, firsts, front_sheets, back_sheets))
            return PackLayout(front, back, sections, stand_ins)
        counts = found
    raise TypesettingFailure(
        f"The contents of the pack '{pack.id}' do not settle: their length changes with their folios."
    )


def _index(
    pack: PackPublication, given: BuildContext, edition: Edition, firsts: Mapping[str, int]
) -> tuple[IndexEntry, ...]:
    if "index" not in pack.pack.fields.back:
        return ()
    texts = {member.id: given.texts[edition][member.key] for member in pack.members}
    sheets = {member.id: given.pressed[edition][member.key] for member in pack.members}
    return index_entries(pack, texts, sheets, firsts)


def cited_on(
    pack: PackPublication, pressed: Mapping[str, TypesetPages], firsts: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """The folios on which each briefing cites each work, by 'briefing#anchor of the key'."""
    found: dict[str, tuple[str, ...]] = {}
    for member in pack.members:
        pages = dict(pressed[member.key].targets)
        for key, calls in _calls(member, pages).items():
            on = sorted({pages[call] for call in calls})
            found[f"{member.id}#{key}"] = tuple(str(firsts[member.id] + page - 1) for page in on)
    return found


def ways_back(pack: PackPublication, pressed: Mapping[str, TypesetPages]) -> dict[str, tuple[str, ...]]:
    """The anchors of the citations of each work in the briefings that share the pack's list, named as in `cited_on`."""
    return {
        f"{member.id}#{key}": calls
        for member in pack.members
        if member.listed_in
        for key, calls in _calls(member, dict(pressed[member.key].targets)).items()
    }


_NUMBER = re.compile(r"-[0-9]+$")


def _calls(member: Publication, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The anchors of the citations of each work, in the text and among the evidence, by the anchor of its key."""
    calls: dict[str, tuple[str, ...]] = {key_anchor(entry.key): () for entry in member.references}
    for target in targets:
        kind, _, key = target.partition("-")
        if kind not in ("cite", "cites"):
            continue
        while key not in calls and (number := _NUMBER.search(key)):  # 'smith-2' is asked before 'smith'
            key = key[: number.start()]
        if key in calls:
            calls[key] += (target,)
    return calls


def _pages(sheets: TypesetPages | None) -> int:
    return sheets.pages if sheets else 0


def _front_folios(
    pack: PackPublication, edition: Edition, front: Manuscript, sheets: TypesetPages | None, first: int
) -> dict[str, str]:
    """The folio on which each section of the front matter starts that the contents list."""
    starts = _starts(front, sheets, first)
    return {f"-front#{name}": starts[name] for name, _ in listed_sections(pack, "front", edition)}


def _starts(matter: Manuscript, sheets: TypesetPages | None, first: int) -> dict[str, str]:
    """The folio on which each section of front or back matter starts."""
    if sheets is None:
        return {}
    if len(matter.chapters) == 1:
        return {matter.chapter.name: str(first)}
    starts: dict[str, str] = {}
    for target, page in sheets.targets:
        starts.setdefault(target.partition(".")[0], str(first + page - 1))
    return starts


def _between(
    pack: PackPublication, given: BuildContext, edition: Edition, inserts: Sequence[TypesetPages]
) -> tuple[Section, ...]:
    """Sections between front and back matter, in order; the folios are not known yet."""
    pressed = given.pressed[edition]
    found = {
        member.id: Section(member.id, member.identity.title, pressed[member.key], 1, "briefing", member.identity)
        for member in pack.members
    }
    kind: SectionKind = "insert" if EDITIONS[edition].insert_room else "briefing"
    for insert, own in zip(pack.inserts, inserts, strict=True):
        identity = replace(pack.identity, title=insert.title, short_title=insert.title)
        found[insert.name] = Section(insert.name, insert.title, own, 1, kind, identity)
    return tuple(found[name] for name in pack.order)


async def _fit(b: Builder, pack: PackPublication, given: BuildContext, edition: Edition) -> tuple[TypesetPages, ...]:
    """The sheets of a pack's inserts, of the size of its briefings' pages."""
    if not pack.inserts:
        return ()
    boxes = page_boxes(given.pressed[edition][pack.members[0].key].pdf)
    profile = given.profile if EDITIONS[edition].inked else None
    numbered = bool(pack.identity.copy)
    jobs = [InsertJob(insert.title, insert.file.content, boxes, edition, profile, numbered) for insert in pack.inserts]
    return tuple(await asyncio.gather(*(b.result(FIT, job) for job in jobs)))


def _sections(
    pack: PackPublication,
    between: Sequence[Section],
    firsts: Mapping[str, int],
    front: TypesetPages | None,
    back: TypesetPages | None,
) -> Iterable[Section]:
    if front:
        cover = pack.pack.fields.front[:1] == ("cover",)
        yield Section("front", pack.identity.title, front, firsts["front"], "front", cover=cover)
    for section in between:
        yield replace(section, first=firsts[section.name])
    if back:
        yield Section("back", "References", back, firsts["back"], "back")


def book_chapters(
    pack: PackPublication, texts: Mapping[str, Manuscript], matter: PackLayout
) -> tuple[EpubChapter, ...]:
    """The chapters of a pack's EPUB; its contents are the book's own navigation."""
    sheets = {section.name: section for section in matter.sections}
    chapters: list[EpubChapter] = []
    if "front" in sheets:
        front = sheets["front"]
        chapters += epub_chapters(matter.front, front.sheets.starts, front.first)
    own = {**matter.stand_ins, **{member.id: texts[member.key] for member in pack.members}}
    for name in pack.order:
        held = sheets[name]
        chapters += epub_chapters(own[name], held.sheets.starts, held.first, held.identity)
    if "back" in sheets:
        chapters += epub_chapters(matter.back, sheets["back"].sheets.starts, sheets["back"].first)
    return tuple(chapters)
