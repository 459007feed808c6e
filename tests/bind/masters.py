"""A print file of which numbered copies are made."""

from hashlib import sha256
from io import BytesIO
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.pdf.record import copy_label
from pipeline.bind.pdf.written_file import save_exact_version
from pipeline.model.manuscript import StampText

HEAD, COVER = "copy-usual", "produced-copy-usual"


def form(pdf: Pdf, width: int) -> Any:
    """A form that draws a bar of a width."""
    return pdf.make_stream(
        b"0 g 20 20 %d 10 re f" % width,
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 200, 200]),
        Resources=Dictionary(),
    )


def master() -> bytes:
    """A print file of a cover, a blank verso and a page, each with a bar that says that it has no number."""
    pdf = Pdf.new()
    bars = {COVER: form(pdf, 5), HEAD: form(pdf, 5)}
    big = pdf.make_stream(b"".join(sha256(b"%d" % number).digest() for number in range(400)))
    for place, name in enumerate((COVER, "", HEAD)):
        page = pdf.add_blank_page(page_size=(200, 200)).obj
        shown = {f"/{name}": bars[name]} if name else {}
        page.Resources = Dictionary(XObject=Dictionary(shown), Properties=Dictionary(Big=big))
        page.Contents = pdf.make_stream(b"0 g %d 100 9 9 re f /%s Do" % (place * 50, name.encode()) if name else b"")
        page.TrimBox = page.BleedBox = Array([0, 0, 200, 200])
    pdf.Root.Metadata = pdf.make_stream(copy_label("No number").encode() + b'<?xpacket end="w"?>')
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String("Nights")))
    return save_exact_version(pdf)


def stamps(width: int) -> tuple[tuple[StampText, bytes], ...]:
    """The bars of a copy: of its width."""
    sheets = []
    for slot in ("copy", "produced-copy"):
        pdf = Pdf.new()
        page = pdf.add_blank_page(page_size=(200, 200)).obj
        page.Contents = pdf.make_stream(b"0 g 20 20 %d 10 re f" % width)
        page.Resources = Dictionary()
        out = BytesIO()
        pdf.save(out)
        sheets.append((StampText(slot, ""), out.getvalue()))
    return tuple(sheets)
