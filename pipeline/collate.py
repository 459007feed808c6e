"""What is bound to what: each finished file with its job, and a pack's front and back matter around its briefings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.bind.epub import EpubChapter
from pipeline.bind.epub_documents import epub_chapters
from pipeline.bind.pack import Section, folios, pack_stamps
from pipeline.bind.running import briefing_stamps
from pipeline.compose.galley import key_anchor
from pipeline.compose.pack import compose_back, compose_front
from pipeline.compose.series import compose_series
from pipeline.digest import digest
from pipeline.errors import PressFailure
from pipeline.jobs import EpubJob, Job, PackJob, PageJob, PdfJob
from pipeline.line import Line, linked_addresses, needed_stamps
from pipeline.model.imprint import Format
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript, StampLayout, StampText
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Sheets
from pipeline.workshop import Refused

ENDS: Mapping[str, str] = {"screen": ".pdf", "epub": ".epub", "html": ".html"}
_PACK_FORMATS: tuple[Format, ...] = ("screen", "epub")
SETTLING = 5
"""Rounds of pressing after which front matter must have found its length."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What every binding needs: the line, the layouts, the addresses, the day, and the formats asked for."""

    line: Line
    layouts: Layouts
    stamp: StampLayout
    addresses: Mapping[str, str]
    produced: date
    wanted: frozenset[Format]

    def templates(self, folder: str) -> Layouts:
        """The layouts of one folder alone, so that a change elsewhere binds nothing again."""
        return Layouts({name: text for name, text in self.layouts.files.items() if name.startswith(f"{folder}/")})


@dataclass(frozen=True, slots=True)
class Bundle:
    """One file to be bound: where it goes, what it is made of, and the stamps it needs."""

    path: str
    owner: str
    format: Format
    pages: int
    source: str
    job: Job
    stamps: tuple[StampText, ...] = ()


def stamped(bundles: Sequence[Bundle], goods: Goods) -> tuple[Bundle, ...]:
    """The bundles with their stamps pressed."""
    sheets = goods.line.stamps(goods.stamp, (text for bundle in bundles for text in bundle.stamps))
    return tuple(
        replace(bundle, job=replace(bundle.job, stamps=needed_stamps(bundle.stamps, sheets)))
        if isinstance(bundle.job, PdfJob | PackJob)
        else bundle
        for bundle in bundles
    )


def _bundle(folder: str, name: str, kind: Format, pages: int, source: str, job: Job) -> Bundle:
    return Bundle(f"{folder}/{name}/{name}{ENDS[kind]}", f"{folder}/{name}", kind, pages, source, job)


def bundle_briefing(publication: Publication, text: Manuscript, sheets: Sheets, goods: Goods) -> Iterable[Bundle]:
    """The files of a briefing in the formats that it lists and that are wanted."""
    identity, produced = publication.identity, goods.produced
    addresses = linked_addresses(text.chapters, goods.addresses)
    source = digest(text, identity)
    jobs: dict[Format, Job] = {
        "screen": PdfJob(sheets, text.metadata, identity, produced, (), addresses),
        "epub": EpubJob(
            metadata=text.metadata,
            chapters=epub_chapters(text, sheets.starts),
            style=text.epub_style,
            images=text.images,
            identity=identity,
            produced=produced,
            addresses=addresses,
            page_source=page_source(publication.id, identity.version),
            layouts=goods.templates("epub"),
        ),
        "html": PageJob(text, sheets.starts, identity, produced, addresses, goods.templates("web")),
    }
    for kind, job in jobs.items():
        if kind in goods.wanted and kind in publication.formats:
            bundle = _bundle("briefings", publication.id, kind, sheets.pages, source, job)
            stamps = briefing_stamps(identity, produced, sheets.pages) if kind == "screen" else ()
            yield replace(bundle, stamps=stamps)


def bundle_series(series: SeriesPublication, goods: Goods) -> Iterable[Bundle]:
    """The landing page of a series, where web pages are wanted."""
    if "html" not in goods.wanted:
        return
    text = compose_series(series, goods.layouts)
    addresses = linked_addresses(text.chapters, goods.addresses)
    job = PageJob(text, (), series.identity, goods.produced, addresses, goods.templates("web"))
    yield _bundle("series", series.identity.id, "html", 0, digest(text, series.identity), job)


def bundle_pack(
    pack: PackPublication, texts: Mapping[str, Manuscript], pressed: Mapping[str, Sheets], goods: Goods
) -> Iterable[Bundle]:
    """The files of a pack in the formats that it lists and that are wanted."""
    kinds = [kind for kind in _PACK_FORMATS if kind in goods.wanted and kind in pack.formats]
    if not kinds:
        return
    matter = collate(pack, pressed, goods)
    chapters = [c for m in (matter.front, *(texts[n.id] for n in pack.members), matter.back) for c in m.chapters]
    held = {member.id for member in pack.members}
    outside = {name: address for name, address in goods.addresses.items() if name not in held}
    addresses = linked_addresses(chapters, outside)
    identity, produced, metadata = pack.identity, goods.produced, matter.front.metadata
    source = digest(pack.identity, [texts[member.id] for member in pack.members], matter.front, matter.back)
    pages = sum(section.sheets.pages for section in matter.sections)
    if "screen" in kinds:
        job = PackJob(matter.sections, metadata, identity, produced, (), addresses)
        stamps = pack_stamps(matter.sections, identity, produced)
        yield replace(_bundle("packs", pack.id, "screen", pages, source, job), stamps=stamps)
    if "epub" in kinds:
        images = {image.sha256: image for member in pack.members for image in texts[member.id].images}
        book = EpubJob(
            metadata=metadata,
            chapters=book_chapters(pack, texts, matter),
            style=matter.front.epub_style,
            images=tuple(images[name] for name in sorted(images)),
            identity=identity,
            produced=produced,
            addresses=addresses,
            page_source=page_source(pack.id, identity.edition),
            layouts=goods.templates("epub"),
        )
        yield _bundle("packs", pack.id, "epub", pages, source, book)


@dataclass(frozen=True, slots=True)
class Collation:
    """A pack's sections in order with their folios, and the manuscripts of its front and back matter."""

    front: Manuscript
    back: Manuscript
    sections: tuple[Section, ...]


def collate(pack: PackPublication, pressed: Mapping[str, Sheets], goods: Goods) -> Collation:
    """The pack's sections: front matter is set until the folios that it prints are its own."""
    counts = [2, *(pressed[member.id].pages for member in pack.members), 2]
    for _ in range(SETTLING):
        firsts = folios(counts)
        names = ("front", *(member.id for member in pack.members), "back")
        numbers = dict(zip(names, firsts, strict=True))
        back = compose_back(pack, numbers, goods.layouts, cited_on(pack, pressed, numbers))
        (back_sheets,) = _press(goods, [back]) if back.chapters else (None,)
        front = compose_front(pack, numbers | _back_folios(back, back_sheets, numbers["back"]), goods.layouts)
        (front_sheets,) = _press(goods, [front]) if front.chapters else (None,)
        found = [_pages(front_sheets), *counts[1:-1], _pages(back_sheets)]
        if found == counts:
            return Collation(front, back, tuple(_sections(pack, pressed, numbers, front_sheets, back_sheets)))
        counts = found
    raise PressFailure(f"The contents of the pack '{pack.id}' do not settle: their length changes with their folios.")


def cited_on(
    pack: PackPublication, pressed: Mapping[str, Sheets], numbers: Mapping[str, int]
) -> dict[str, tuple[int, ...]]:
    """The folios on which each briefing cites each work, by 'briefing#anchor of the key'."""
    found: dict[str, tuple[int, ...]] = {}
    for member in pack.members:
        targets = dict(pressed[member.id].targets)
        for entry in member.references:
            stem = f"cite-{key_anchor(entry.key)}-"
            pages = {targets[t] for n in range(1, entry.occurrences + 1) if (t := f"{stem}{n}") in targets}
            found[f"{member.id}#{key_anchor(entry.key)}"] = tuple(
                sorted(numbers[member.id] + page - 1 for page in pages)
            )
    return found


def _press(goods: Goods, manuscripts: Sequence[Manuscript]) -> tuple[Sheets, ...]:
    sheets = goods.line.press(manuscripts)
    for refused in sheets:
        if isinstance(refused, Refused):
            raise PressFailure(refused.sentence)
    return tuple(s for s in sheets if isinstance(s, Sheets))


def _pages(sheets: Sheets | None) -> int:
    return sheets.pages if sheets else 0


def _back_folios(back: Manuscript, sheets: Sheets | None, first: int) -> dict[str, int]:
    """The folio on which each section of the back matter starts."""
    if sheets is None:
        return {}
    if len(back.chapters) == 1:
        return {back.chapter.name: first}
    starts: dict[str, int] = {}
    for target, page in sheets.targets:
        starts.setdefault(target.partition(".")[0], first + page - 1)
    return starts


def _sections(
    pack: PackPublication,
    pressed: Mapping[str, Sheets],
    numbers: Mapping[str, int],
    front: Sheets | None,
    back: Sheets | None,
) -> Iterable[Section]:
    if front:
        yield Section("front", pack.identity.title, front, numbers["front"], "front")
    for member in pack.members:
        identity = member.identity
        yield Section(member.id, identity.title, pressed[member.id], numbers[member.id], "briefing", identity)
    if back:
        yield Section("back", "References", back, numbers["back"], "back")


def book_chapters(pack: PackPublication, texts: Mapping[str, Manuscript], matter: Collation) -> tuple[EpubChapter, ...]:
    """The chapters of a pack's EPUB; its contents are the book's own navigation."""
    sheets = {section.name: section for section in matter.sections}
    chapters: list[EpubChapter] = []
    if "front" in sheets:
        front = sheets["front"]
        chapters += epub_chapters(matter.front, front.sheets.starts, front.first_folio)
    for member in pack.members:
        held = sheets[member.id]
        chapters += epub_chapters(texts[member.id], held.sheets.starts, held.first_folio, member.identity)
    if "back" in sheets:
        chapters += epub_chapters(matter.back, sheets["back"].sheets.starts, sheets["back"].first_folio)
    return tuple(chapters)


def page_source(name: str, version: str) -> str:
    """What an EPUB's page numbers are of: the PDF edition of the same version."""
    return f"urn:briefings:{name}:{version or '0'}:pdf"
