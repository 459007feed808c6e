"""A briefing's finished PDF: its sheets with running lines, the date produced, links led and a record of itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO

from pikepdf import Pdf

from pipeline.bind.pdf.attachments import attach
from pipeline.bind.pdf.close import close
from pipeline.bind.pdf.links import lead_pdf_links
from pipeline.bind.pdf.record import label_pages, record
from pipeline.bind.pdf.stamps import Overlay, PressedStamps, fill_slot, stamp_pages
from pipeline.bind.stamps.running import page_lines, produced_line
from pipeline.model.claim import USUAL, Claim
from pipeline.model.formats import USUAL_EDITION, Edition
from pipeline.model.identity import Identity
from pipeline.model.manuscript import Metadata
from pipeline.model.sheets import ChangeBar, Sheets
from pipeline.pdf.tree import read_ids, take_headed

BESIDE = "../{id}/{id}.pdf"
"""Path of another briefing's PDF, seen from a briefing's own."""


def bind_pdf(
    sheets: Sheets,
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
        return close(pdf, claim, ids)


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
