"""Layout of a pack: front and back matter around its briefings, and the folio on which each begins."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.bind.chapters import ReflowingChapter, list_reflowing_chapters
from pipeline.bind.pdf.inserts import InsertJob, read_page_boxes
from pipeline.bind.pdf.pack import first_folios
from pipeline.build.builder import FIT, Builder
from pipeline.build.texts import BuildContext, press_texts
from pipeline.compose.pack.index import IndexEntry, index_entries
from pipeline.compose.pack.matter import compose_back, compose_front, compose_insert, listed_sections
from pipeline.compose.page.chapter import key_anchor
from pipeline.core.diagnostics import Diagnostic, TypesettingFailure
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.sheets import Section, SectionKind, TypesetPages

MAX_ROUNDS = 5
"""Rounds of pressing after which the length of the front matter must be stable."""


@dataclass(frozen=True, slots=True)
class PackLayout:
    """A pack's sections in order with their folios, and the manuscripts of its front and back matter."""

    front: Manuscript
    back: Manuscript
    sections: tuple[Section, ...]
    stand_ins: Mapping[str, Manuscript] = field(default_factory=dict)
    """A page for each insert, by its name, in formats that cannot bind its PDF."""


async def lay_out_pack(
    b: Builder, pack: PackPublication, context: BuildContext, variant: PdfVariant, remarks: list[Diagnostic]
) -> PackLayout:
    """Lay out a variant of the pack's PDF: press front matter until the folios that it prints are its own.

    Raises:
        LayoutFault: if a template cannot be filled.
        TypesettingFailure: if front or back matter cannot be pressed, or its length does not become stable.
    """
    sheets = context.pressed[variant]
    stand_ins = {insert.name: compose_insert(pack, insert, context.layouts, variant) for insert in pack.inserts}
    texts = tuple(stand_ins.values()) if PDF_VARIANTS[variant].insert_room is None else ()
    insert_sheets = await press_texts(b, texts, remarks) if texts else await _fit_inserts(b, pack, context, variant)
    middle = _middle_sections(pack, context, variant, insert_sheets)
    anchors = citation_anchors(pack, sheets)
    counts = [2, *(section.sheets.pages for section in middle), 2]
    opening: dict[str, str] = {}  # folios of sections of the front matter that are in the contents
    for _ in range(MAX_ROUNDS):
        names = ("front", *(section.name for section in middle), "back")
        firsts = dict(zip(names, first_folios(counts, pack.pack.fields.recto), strict=True))
        printed_folios = {name: str(first) for name, first in firsts.items()} | {
            f"{member.id}#{anchor}": str(firsts[member.id] + page - 1)
            for member in pack.members
            for anchor, page in sheets[member.key].targets
        }
        index, cited = _entries_of_index(pack, context, variant, firsts), citation_folios(pack, sheets, firsts)
        back = compose_back(pack, printed_folios, context.layouts, cited, variant, index, anchors)
        back_sheets = (await press_texts(b, (back,), remarks))[0] if back.chapters else None
        contents_folios = printed_folios | _starts(back, back_sheets, firsts["back"]) | opening
        front = compose_front(pack, contents_folios, context.layouts, variant)
        front_sheets = (await press_texts(b, (front,), remarks))[0] if front.chapters else None
        new_counts = [_number_of_pages(front_sheets), *counts[1:-1], _number_of_pages(back_sheets)]
        before, opening = opening, _front_folios(pack, variant, front, front_sheets, firsts["front"])
        if (new_counts, before) == (counts, opening):
            sections = tuple(_sections_with_folios(pack, middle, firsts, front_sheets, back_sheets))
            return PackLayout(front, back, sections, stand_ins)
        counts = new_counts
    raise TypesettingFailure(
        f"The contents of the pack '{pack.id}' do not settle: their length changes with their folios."
    )


def _entries_of_index(
    pack: PackPublication, context: BuildContext, variant: PdfVariant, firsts: Mapping[str, int]
) -> tuple[IndexEntry, ...]:
    if "index" not in pack.pack.fields.back:
        return ()
    texts = {member.id: context.texts[variant][member.key] for member in pack.members}
    sheets = {member.id: context.pressed[variant][member.key] for member in pack.members}
    return index_entries(pack, texts, sheets, firsts)


def citation_folios(
    pack: PackPublication, pressed: Mapping[str, TypesetPages], firsts: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Return the folios on which each briefing cites each work, by 'briefing#anchor of the key'."""
    folios_by_work: dict[str, tuple[str, ...]] = {}
    for member in pack.members:
        pages = dict(pressed[member.key].targets)
        for key, calls in _citations_by_work(member, pages).items():
            cited_pages = sorted({pages[call] for call in calls})
            folios_by_work[f"{member.id}#{key}"] = tuple(str(firsts[member.id] + page - 1) for page in cited_pages)
    return folios_by_work


def citation_anchors(pack: PackPublication, pressed: Mapping[str, TypesetPages]) -> dict[str, tuple[str, ...]]:
    """Return the anchors of the citations of each work in briefings with the pack's list of works.

    The keys are those of `citation_folios`.
    """
    return {
        f"{member.id}#{key}": calls
        for member in pack.members
        if member.listed_in
        for key, calls in _citations_by_work(member, dict(pressed[member.key].targets)).items()
    }


_NUMBER_SUFFIX = re.compile(r"-[0-9]+$")


def _citations_by_work(member: Publication, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the anchors of the citations of each work, in text and evidence, by the anchor of its key."""
    anchors: dict[str, tuple[str, ...]] = {key_anchor(entry.key): () for entry in member.references}
    for target in targets:
        kind, _, key = target.partition("-")
        if kind not in ("cite", "cites"):
            continue
        while key not in anchors and (number := _NUMBER_SUFFIX.search(key)):  # 'smith-2' is asked before 'smith'
            key = key[: number.start()]
        if key in anchors:
            anchors[key] += (target,)
    return anchors


def _number_of_pages(sheets: TypesetPages | None) -> int:
    return sheets.pages if sheets else 0


def _front_folios(
    pack: PackPublication, variant: PdfVariant, front: Manuscript, sheets: TypesetPages | None, first: int
) -> dict[str, str]:
    """Return the folio of each section of the front matter that is in the contents."""
    starts = _starts(front, sheets, first)
    return {f"-front#{name}": starts[name] for name, _ in listed_sections(pack, "front", variant)}


def _starts(matter: Manuscript, sheets: TypesetPages | None, first: int) -> dict[str, str]:
    """Return the folio of each section of front or back matter."""
    if sheets is None:
        return {}
    if len(matter.chapters) == 1:
        return {matter.chapter.name: str(first)}
    starts: dict[str, str] = {}
    for target, page in sheets.targets:
        starts.setdefault(target.partition(".")[0], str(first + page - 1))
    return starts


def _middle_sections(
    pack: PackPublication, context: BuildContext, variant: PdfVariant, inserts: Sequence[TypesetPages]
) -> tuple[Section, ...]:
    """Return the sections between front and back matter, in order, without folios."""
    pressed = context.pressed[variant]
    sections = {
        member.id: Section(member.id, member.identity.title, pressed[member.key], 1, "briefing", member.identity)
        for member in pack.members
    }
    kind: SectionKind = "insert" if PDF_VARIANTS[variant].insert_room else "briefing"
    for insert, sheets in zip(pack.inserts, inserts, strict=True):
        identity = replace(pack.identity, title=insert.title, short_title=insert.title)
        sections[insert.name] = Section(insert.name, insert.title, sheets, 1, kind, identity)
    return tuple(sections[name] for name in pack.order)


async def _fit_inserts(
    b: Builder, pack: PackPublication, context: BuildContext, variant: PdfVariant
) -> tuple[TypesetPages, ...]:
    """Return the sheets of a pack's inserts, of the size of its briefings' pages."""
    if not pack.inserts:
        return ()
    boxes = read_page_boxes(context.pressed[variant][pack.members[0].key].pdf)
    profile = context.profile if PDF_VARIANTS[variant].inked else None
    numbered = bool(pack.identity.copy)
    jobs = [InsertJob(insert.title, insert.file.content, boxes, variant, profile, numbered) for insert in pack.inserts]
    return tuple(await asyncio.gather(*(b.result(FIT, job) for job in jobs)))


def _sections_with_folios(
    pack: PackPublication,
    middle: Sequence[Section],
    firsts: Mapping[str, int],
    front: TypesetPages | None,
    back: TypesetPages | None,
) -> Iterable[Section]:
    if front:
        cover = pack.pack.fields.front[:1] == ("cover",)
        yield Section("front", pack.identity.title, front, firsts["front"], "front", cover=cover)
    for section in middle:
        yield replace(section, first=firsts[section.name])
    if back:
        yield Section("back", "References", back, firsts["back"], "back")


def book_chapters(
    pack: PackPublication, texts: Mapping[str, Manuscript], layout: PackLayout
) -> tuple[ReflowingChapter, ...]:
    """Return the chapters of a pack's EPUB, whose contents are its own navigation."""
    sheets = {section.name: section for section in layout.sections}
    chapters: list[ReflowingChapter] = []
    if "front" in sheets:
        front = sheets["front"]
        chapters += list_reflowing_chapters(layout.front, front.sheets.starts, front.first)
    manuscripts = {**layout.stand_ins, **{member.id: texts[member.key] for member in pack.members}}
    for name in pack.order:
        section = sheets[name]
        chapters += list_reflowing_chapters(manuscripts[name], section.sheets.starts, section.first, section.identity)
    if "back" in sheets:
        chapters += list_reflowing_chapters(layout.back, sheets["back"].sheets.starts, sheets["back"].first)
    return tuple(chapters)
