"""Bind a briefing's PDF. The links, attachments and last steps are shared with packs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import md5
from io import BytesIO
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from pipeline.bind.chapters import BindContext
from pipeline.bind.frames import SCHEME, with_anchor
from pipeline.bind.pdf.record import format_pdf_date, write_metadata, write_page_labels
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.pdf.written_file import normalise_pdf
from pipeline.bind.running_lines import briefing_running_lines, produced_line
from pipeline.core.documents.pdf import (
    name_tree_of,
    pop_header_cells,
    read_structure_ids,
    save_deterministic,
    write_structure_ids,
)
from pipeline.model.formats import USUAL, USUAL_VARIANT, Attachment, Claim, PdfVariant
from pipeline.model.sheets import ChangeBar, TypesetPages

PdfDestination = Callable[[str, str], str | None]
"""Returns the named destination of a briefing's id and an anchor within the file; None if it has none."""

_SIBLING_PDF = "../{id}/{id}.pdf"
"""Path from a briefing's PDF to the PDF of another briefing."""


def bind_briefing_pdf(
    sheets: TypesetPages,
    context: BindContext,
    stamps: PressedStamps,
    variant: PdfVariant = USUAL_VARIANT,
    claim: Claim | None = USUAL,
) -> bytes:
    """Return the finished PDF. `stamps` has a page for each text that `list_briefing_stamps` lists."""
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        ids = read_structure_ids(pdf)
        pop_header_cells(pdf)
        lead_pdf_links(pdf, context.addresses, _SIBLING_PDF)
        overlay = Overlay(pdf, stamps)
        for slot in sheets.slots:
            if slot.name == "produced":
                fill_slot(overlay, slot, produced_line(context.identity.words, context.produced, variant), ids)
        stamp_pages(overlay, briefing_running_lines(context.identity, context.produced, sheets.pages, variant))
        _draw_bars(overlay, sheets.bars)
        return finish_pdf(pdf, context, variant, claim, firsts=((0, 1),), ids=ids)


def finish_pdf(
    pdf: Pdf,
    context: BindContext,
    variant: PdfVariant,
    claim: Claim | None,
    *,
    firsts: Iterable[tuple[int, int]],
    ids: Mapping[str, Object],
) -> bytes:
    """Write metadata, attachments, page labels and ids, and return the saved file.

    `firsts` has the index and the folio of the first page of each run of page labels. Without a claim, as for a print
    edition, the file names no standard and has no attachments.
    """
    write_metadata(pdf, context.metadata, claim, variant, context.identity.copy)
    _attach(pdf, claim.attachments if claim else (), context.produced)
    write_page_labels(pdf, firsts)
    if claim:
        for picture in pictures(pdf):
            if "/Interpolate" in picture:
                del picture.Interpolate  # readers must not smooth pictures (ISO 19005-2, 6.2.8)
    write_structure_ids(pdf, ids)
    return normalise_pdf(save_deterministic(pdf, "1.7"))


def lead_pdf_links(
    pdf: Pdf,
    addresses: Mapping[str, str],
    sibling: str,
    destination_of: PdfDestination = lambda _id, _anchor: None,
) -> None:
    """Resolve each `briefing:` link to a destination within the file, a canonical address, or the sibling PDF.

    `sibling` is the path from this file to the PDF of another briefing, with `{id}` in it.
    """
    for page in pdf.pages:
        for link in page.obj.get("/Annots", ()):
            action = link.get("/A")
            if action is None or action.get("/S") != Name.URI or not str(action.URI).startswith(SCHEME):
                continue
            briefing, _, anchor = unquote(str(action.URI).removeprefix(SCHEME)).partition("#")
            destination = destination_of(briefing, anchor)
            if destination is None:
                action.URI = String(with_anchor(addresses.get(briefing) or sibling.format(id=briefing), anchor))
            else:
                del link.A
                link.Dest = String(destination)


def _draw_bars(overlay: Overlay, bars: Sequence[ChangeBar]) -> None:
    """Draw change bars in black, as pagination artifacts (ISO 32000-1, 14.8.2.2)."""
    bars_by_page: dict[int, list[ChangeBar]] = defaultdict(list)
    for bar in bars:
        bars_by_page[bar.page].append(bar)
    for number, page_bars in bars_by_page.items():
        drawn = b"".join(b"%g %g %g %g re\n" % (bar.x, bar.y, bar.width, bar.height) for bar in page_bars)
        overlay.draw(
            overlay.pdf.pages[number - 1], b"/Artifact <</Type /Pagination>> BDC\nq 0 g\n" + drawn + b"f Q\nEMC\n"
        )


def _attach(pdf: Pdf, attachments: Sequence[Attachment], produced: date) -> None:
    """Embed files, in the order given (ISO 19005-3, 6.8 and annex E). One without a date gets the date produced."""
    if not attachments:
        return
    specifications = [(file.name, _file_specification(pdf, file, produced)) for file in attachments]
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = name_tree_of(specifications)
    pdf.Root.AF = Array([specification for _, specification in specifications])


def _file_specification(pdf: Pdf, file: Attachment, produced: date) -> Object:
    changed = format_pdf_date(file.modified) or format_pdf_date(produced.isoformat())
    checksum = String(md5(file.content, usedforsecurity=False).digest())
    parameters = Dictionary(ModDate=String(changed), Size=len(file.content), CheckSum=checksum)
    kind = Name(f"/{file.media_type}")
    stream = pdf.make_stream(file.content, Type=Name.EmbeddedFile, Subtype=kind, Params=parameters)
    specification = Dictionary(
        Type=Name.Filespec,
        F=String(file.name),
        UF=String(file.name),
        Desc=String(file.description),
        AFRelationship=Name(f"/{file.relationship}"),
        EF=Dictionary(F=stream, UF=stream),
    )
    return pdf.make_indirect(specification)


def pictures(pdf: Pdf) -> Iterator[Object]:
    """Yield every raster picture that a page draws, also within forms and patterns."""
    seen: set[tuple[int, int]] = set()
    pending = [page.obj.get("/Resources") for page in pdf.pages]
    while pending:
        resources = pending.pop()
        if resources is None or (resources.is_indirect and resources.objgen in seen):
            continue
        seen.add(resources.objgen)
        for kind in ("/XObject", "/Pattern"):
            for drawn in resources.get(kind, Dictionary()).as_dict().values():
                if not isinstance(drawn, Stream) or drawn.objgen in seen:
                    continue
                seen.add(drawn.objgen)
                if drawn.get("/Subtype") == Name.Image:
                    yield drawn
                    if "/SMask" in drawn:
                        yield drawn.SMask
                else:
                    pending.append(drawn.get("/Resources"))
        for state in resources.get("/ExtGState", Dictionary()).as_dict().values():
            mask = state.get("/SMask")
            if isinstance(mask, Dictionary):
                pending.append(mask.G.get("/Resources"))
