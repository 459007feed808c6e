"""A briefing's PDF: links, attachments, change bars."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import md5
from io import BytesIO
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.bind.frames import SCHEME, with_anchor
from pipeline.bind.pdf.record import finish_pdf, label_pages, pdf_date, record
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.running_lines import page_lines, produced_line
from pipeline.core.documents.pdf import named_leaf, read_ids, take_headed
from pipeline.model.formats import USUAL, USUAL_EDITION, Attachment, Claim, Edition
from pipeline.model.manuscript import Metadata
from pipeline.model.sheets import ChangeBar, Identity, TypesetPages


def attach(pdf: Pdf, attachments: Sequence[Attachment], produced: date) -> None:
    """Put the files in, in the order given (ISO 19005-3, 6.8 and annex E). One without a date has that of the copy."""
    if not attachments:
        return
    specifications = [(file.name, _specification(pdf, file, produced)) for file in attachments]
    if "/Names" not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = named_leaf(specifications)
    pdf.Root.AF = Array([specification for _, specification in specifications])


def _specification(pdf: Pdf, file: Attachment, produced: date) -> Object:
    changed = pdf_date(file.modified) or pdf_date(produced.isoformat())
    stream = pdf.make_stream(
        file.content,
        Type=Name.EmbeddedFile,
        Subtype=Name(f"/{file.media_type}"),
        Params=Dictionary(
            ModDate=String(changed),
            Size=len(file.content),
            CheckSum=String(md5(file.content, usedforsecurity=False).digest()),
        ),
    )
    specification = Dictionary(
        Type=Name.Filespec,
        F=String(file.name),
        UF=String(file.name),
        Desc=String(file.description),
        AFRelationship=Name(f"/{file.relationship}"),
        EF=Dictionary(F=stream, UF=stream),
    )
    return pdf.make_indirect(specification)


PdfDestination = Callable[[str, str], str | None]
"""The name of the destination within the file for a briefing's id and an anchor, or nothing."""


def lead_pdf_links(
    pdf: Pdf, addresses: Mapping[str, str], beside: str, way: PdfDestination = lambda _id, _anchor: None
) -> None:
    """Lead every `briefing:` link somewhere: within the file if there is a way, else out of it.

    `beside` is the address of a briefing's PDF as seen from this file, with `{id}` in it.
    """
    for page in pdf.pages:
        for link in page.obj.get("/Annots", ()):
            action = link.get("/A")
            if action is None or action.get("/S") != Name.URI or not str(action.URI).startswith(SCHEME):
                continue
            briefing, _, anchor = unquote(str(action.URI).removeprefix(SCHEME)).partition("#")
            destination = way(briefing, anchor)
            if destination is None:
                action.URI = String(with_anchor(addresses.get(briefing) or beside.format(id=briefing), anchor))
            else:
                del link.A
                link.Dest = String(destination)


BESIDE = "../{id}/{id}.pdf"
"""Path of another briefing's PDF, seen from a briefing's own."""


def bind_pdf(
    sheets: TypesetPages,
    metadata: Metadata,
    identity: Identity,
    produced: date,
    stamps: PressedStamps,
    addresses: Mapping[str, str],
    edition: Edition = USUAL_EDITION,
    claim: Claim | None = USUAL,
) -> bytes:
    """The sheets as a finished file at the size of its page; without a claim it makes none.

    `stamps` holds what `briefing_stamps` asks for.
    """
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        ids = read_ids(pdf)
        take_headed(pdf)
        lead_pdf_links(pdf, addresses, BESIDE)
        overlay = Overlay(pdf, stamps)
        for slot in sheets.slots:
            if slot.name == "produced":
                fill_slot(overlay, slot, produced_line(identity.words, produced, edition), ids)
        stamp_pages(overlay, page_lines(identity, produced, sheets.pages, edition))
        draw_bars(overlay, sheets.bars)
        record(pdf, metadata, claim, edition)
        attach(pdf, claim.attachments if claim else (), produced)
        label_pages(pdf, ((0, 1),))
        return finish_pdf(pdf, claim, ids)


def draw_bars(overlay: Overlay, bars: Sequence[ChangeBar]) -> None:
    """Draw bars in black, as a pagination artifact (ISO 32000-1, 14.8.2.2)."""
    of_page: dict[int, list[ChangeBar]] = defaultdict(list)
    for bar in bars:
        of_page[bar.page].append(bar)
    for number, some in of_page.items():
        drawn = b"".join(b"%g %g %g %g re\n" % (bar.x, bar.y, bar.width, bar.height) for bar in some)
        overlay.draw(
            overlay.pdf.pages[number - 1], b"/Artifact <</Type /Pagination>> BDC\nq 0 g\n" + drawn + b"f Q\nEMC\n"
        )
