"""What a PDF says of itself: document information and XMP, one record in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Pdf, String
from weasyprint import __version__

from pipeline.model.manuscript import Metadata

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

PRODUCER = f"WeasyPrint {__version__}"


def record(pdf: Pdf, metadata: Metadata) -> None:
    """Write what the metadata says into the file, and no date that it does not name."""
    authors = metadata.authors or ((metadata.publisher,) if metadata.publisher else ())
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(authors),
        "/Subject": metadata.description,
        "/Keywords": ", ".join(metadata.keywords),
        "/Producer": PRODUCER,
        "/CreationDate": _pdf_date(metadata.created),
        "/ModDate": _pdf_date(metadata.modified),
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(said) for key, said in information.items() if said}))
    packet = _PACKET.format(properties="\n".join(_properties(metadata, authors)))
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Lang = String(metadata.language)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def label_pages(pdf: Pdf, firsts: tuple[tuple[int, int], ...]) -> None:
    """Name the pages by their folios: from each page (counted from 0), numbers from a folio on."""
    labels: list[object] = []
    for index, folio in firsts:
        labels += [index, Dictionary(S=Name.D, St=folio)]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _properties(metadata: Metadata, authors: tuple[str, ...]) -> Iterator[str]:
    yield "<pdfuaid:part>1</pdfuaid:part>"
    yield f"<dc:title>{_words(metadata.title)}</dc:title>"
    if authors:
        yield f"<dc:creator><rdf:Seq>{''.join(map(_entry, authors))}</rdf:Seq></dc:creator>"
    if metadata.publisher:
        yield f"<dc:publisher><rdf:Bag>{_entry(metadata.publisher)}</rdf:Bag></dc:publisher>"
    if metadata.description:
        yield f"<dc:description>{_words(metadata.description)}</dc:description>"
    if metadata.keywords:
        yield f"<dc:subject><rdf:Bag>{''.join(map(_entry, metadata.keywords))}</rdf:Bag></dc:subject>"
        yield f"<pdf:Keywords>{escape(', '.join(metadata.keywords))}</pdf:Keywords>"
    if metadata.rights:
        yield f"<dc:rights>{_words(metadata.rights)}</dc:rights>"
    if metadata.licence_url:
        yield f"<xmpRights:WebStatement>{escape(metadata.licence_url)}</xmpRights:WebStatement>"
    yield f"<dc:language><rdf:Bag>{_entry(metadata.language)}</rdf:Bag></dc:language>"
    yield f"<dc:identifier>{escape(metadata.address or metadata.id)}</dc:identifier>"
    if metadata.version:
        yield f"<xmpMM:VersionID>{escape(metadata.version)}</xmpMM:VersionID>"
    if _pdf_date(metadata.created):
        yield f"<xmp:CreateDate>{metadata.created}</xmp:CreateDate>"
    if _pdf_date(metadata.modified):
        yield f"<xmp:ModifyDate>{metadata.modified}</xmp:ModifyDate>"
    yield f"<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>"


def _words(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _entry(text: str) -> str:
    return f"<rdf:li>{escape(text)}</rdf:li>"


def _pdf_date(day: str) -> str:
    """A date as PDF writes it: 'D:20221019'."""
    return f"D:{day.replace('-', '')}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""
