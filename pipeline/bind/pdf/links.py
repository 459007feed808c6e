"""Links between briefings in a PDF: to the canonical address, to the file beside this one, or within the pack."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from pikepdf import Name, Pdf, String

from pipeline.bind.links import SCHEME, with_anchor

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
