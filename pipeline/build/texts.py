"""Texts of a build: composed and pressed, and the context that they are made in."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from pipeline.build.builder import PRESS, Builder, Failure, StampLayouts, failure_of
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.layouts import fault_remark
from pipeline.core.diagnostics import Diagnostic, LayoutFault, Location, TypesettingFailure
from pipeline.core.faults import fault_of, is_fault
from pipeline.model.formats import PDF_VARIANTS, Format, Layouts, PdfVariant, path_of
from pipeline.model.library import Library
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.sheets import TypesetPages
from pipeline.model.source.versions import RECORD, folder_of

Texts = Mapping[PdfVariant, Mapping[str, Manuscript]]
"""The manuscripts of each variant of the PDF, by the text's key."""

Pressed = Mapping[PdfVariant, Mapping[str, TypesetPages]]
"""Their pages."""


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What the files of a build share, and the composed and pressed texts of one thing."""

    layouts: Layouts
    stamps: StampLayouts
    addresses: Mapping[str, str]
    """The address of each text, by its id."""
    produced: date
    formats: frozenset[Format]
    library: Library
    """The library without its texts."""
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of the print PDF."""
    texts: Texts = field(default_factory=dict)
    pressed: Pressed = field(default_factory=dict)
    with_places: bool = False
    """Whether words carry the lines of the source that they come from, for the live page alone."""

    def templates(self, folder: str) -> Layouts:
        """Return the layouts of one folder, so that a change elsewhere binds nothing again."""
        return _part(self.layouts, folder)


@cache
def _part(layouts: Layouts, folder: str) -> Layouts:
    return Layouts({name: text for name, text in layouts.files.items() if name.startswith(f"{folder}/")})


@dataclass(frozen=True)
class CollectedRemarks:
    """Remarks on one thing, collected while it is made."""

    of_files: list[Diagnostic] = field(default_factory=list)
    """Remarks on its files."""
    of_engine: list[Diagnostic] = field(default_factory=list)
    """Remarks of the engine: on a text at 'x/<name>/<variant>', on a kept version at its record."""


@contextmanager
def report_failures(b: Builder, place: Location, code: str) -> Iterator[None]:
    """Report why something cannot be made, at the faulty layout or at `place`, and go on after the block."""
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


def compose_cached(b: Builder, publication: Publication, variant: PdfVariant, with_places: bool = False) -> Manuscript:
    """Compose the manuscript of a briefing, for the live page with places. Raises `LayoutFault`."""
    layouts = b.project.layouts
    return b.store.remember(
        "pipeline.compose.briefing",
        (publication, b.project.layouts_digest, variant, with_places),
        Manuscript,
        lambda: compose_briefing(publication, layouts, variant, with_places),
    )


async def press_texts(b: Builder, texts: Sequence[Manuscript], remarks: list[Diagnostic]) -> tuple[TypesetPages, ...]:
    """Press texts side by side; what only screens show is left out. Raises `TypesettingFailure`."""
    bare = (replace(text, epub_style="", web_style="") for text in texts)
    sheets = tuple(await asyncio.gather(*(b.result(PRESS, text) for text in bare)))
    remarks += (remark for text_sheets in sheets for remark in text_sheets.remarks)
    return sheets


async def typeset_texts(
    b: Builder,
    publications: Iterable[Publication],
    variants: Sequence[PdfVariant],
    context: BuildContext,
    notes: CollectedRemarks,
) -> BuildContext:
    """Compose and press the texts of a thing; returns the context with them. A text that fails is reported."""
    wanted = [(publication, variant) for publication in publications for variant in variants]
    results = await asyncio.gather(
        *(_typeset(b, publication, variant, context.with_places, notes) for publication, variant in wanted)
    )
    texts: dict[PdfVariant, dict[str, Manuscript]] = {variant: {} for variant in PDF_VARIANTS}
    sheets: dict[PdfVariant, dict[str, TypesetPages]] = {variant: {} for variant in PDF_VARIANTS}
    for (publication, variant), result in zip(wanted, results, strict=True):
        if result is not None:
            texts[variant][publication.key], sheets[variant][publication.key] = result
    return replace(context, texts=texts, pressed=sheets)


async def _typeset(
    b: Builder, publication: Publication, variant: PdfVariant, with_places: bool, notes: CollectedRemarks
) -> tuple[Manuscript, TypesetPages] | None:
    """Compose and press a text; None, after a report, if that fails."""
    text, source = None, Location(source_path_of(publication))
    with report_failures(b, source, "press-failed"):
        text = compose_cached(b, publication, variant, with_places)
    if text is None:
        return None
    sheets = await b(PRESS, replace(text, epub_style="", web_style=""))
    if isinstance(sheets, Failure):
        b.report(sheets.as_remark(source, "press-failed"))
        return None
    for remark in sheets.remarks:
        notes.of_engine.append(replace(remark, place=source) if publication.kept else remark)
    return text, sheets


def source_path_of(publication: Publication) -> str:
    """Return the path of a text's source; of a kept version, its record."""
    folder = folder_of(publication.id, publication.kept)
    return f"{folder}/{RECORD}" if publication.kept else publication.briefing.path


def move_to_files(remarks: Iterable[Diagnostic], pack: PackPublication | None) -> Iterable[Diagnostic]:
    """Move the engine's remarks to the PDF that shows them; a page of the handbook is in its pack."""
    manual = {member.id for member in pack.members if member.manual} if pack else set()
    for remark in remarks:
        if remark.place.path.startswith("source/"):
            yield remark
            continue
        _, name, format = remark.place.path.split("/")
        if name in manual and remark.code == "made-table-blocks":
            continue  # a rule of style for briefings
        is_in_pack = pack is not None and (name in manual or name == pack.id)
        owner = f"packs/{pack.id}" if is_in_pack and pack else f"briefings/{name}"
        yield replace(remark, place=replace(remark.place, path=f"output/{path_of(owner, format)}"))
