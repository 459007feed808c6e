"""Document information, XMP metadata, page labels and output intent of a PDF."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata as packages
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.frames import pdf_identifier
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.formats import USUAL_VARIANT, Claim, PdfVariant
from pipeline.model.manuscript import Metadata

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" {namespaces}>
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_PDFA_NAMESPACES = """xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#\""""
PDFX_NAMESPACES = 'xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"'

_CLAIM = """<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
"""PDF/A-2 and PDF/A-3 do not predefine pdfuaid, so the file must describe it (ISO 19005-2, 6.6.2.3)."""

_PRODUCER = f"WeasyPrint {packages.version('weasyprint')}"


def write_metadata(
    pdf: Pdf, metadata: Metadata, claim: Claim | None = None, variant: PdfVariant = USUAL_VARIANT, copy: str = ""
) -> None:
    """Write the document information and the XMP metadata.

    Only dates that the metadata names are written, so that the bytes do not depend on the clock. `copy` is the label of
    a numbered copy. With a claim, the file names its standards and declares its device colours as sRGB. The XMP stream
    stays uncompressed, because pikepdf compresses no metadata.
    """
    authors = metadata.authors or ((metadata.publisher,) if metadata.publisher else ())
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(authors),
        "/Subject": metadata.description,
        "/Keywords": ", ".join(metadata.keywords),
        "/Producer": _PRODUCER,
        "/CreationDate": format_pdf_date(metadata.created),
        "/ModDate": format_pdf_date(metadata.modified),
    }
    entries = {key: String(value) for key, value in information.items() if value}
    pdf.trailer.Info = pdf.make_indirect(Dictionary(entries))
    label = (copy_label(copy),) if copy else ()
    claims = (_CLAIM.format(part=claim.part),) if claim else ()
    write_xmp(pdf, (*claims, *_properties(metadata, authors, variant), *label), _PDFA_NAMESPACES)
    pdf.Root.Lang = String(metadata.language)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)  # with /R2L PDFium copies Latin words in reverse
    if claim is not None:
        _intend_srgb(pdf)


def write_xmp(pdf: Pdf, properties: Iterable[str], namespaces: str) -> None:
    """Write the XMP packet; `namespaces` declares the prefixes of its standard."""
    packet = _PACKET.format(namespaces=namespaces, properties="\n".join(properties)).encode()
    pdf.Root.Metadata = pdf.make_stream(packet, Type=Name.Metadata, Subtype=Name.XML)


def copy_label(copy: str) -> str:
    """Return the label of a numbered copy as an XMP property."""
    return f"<xmp:Label>{escape(copy)}</xmp:Label>"


def _intend_srgb(pdf: Pdf) -> None:
    """Declare that device colours are sRGB (ISO 19005-2, 6.2.3)."""
    profile = pdf.make_stream(_srgb(), N=3)
    condition = String("sRGB IEC61966-2.1")
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=condition,
        Info=condition,
        RegistryName=String("http://www.color.org"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


@cache
def _srgb() -> bytes:
    """Return the sRGB profile in WeasyPrint's package, without importing WeasyPrint."""
    engine = find_spec("weasyprint")
    folders = (engine.submodule_search_locations if engine else None) or ["."]
    try:
        return Path(folders[0], "pdf", "sRGB2014.icc").read_bytes()
    except OSError as missing:
        raise TypesettingFailure("The engine has changed: it brings no sRGB profile along any more.") from missing


def write_page_labels(pdf: Pdf, firsts: Iterable[tuple[int, int]]) -> None:
    """Label pages by their folios. `firsts` has the index of a page (from 0) and its folio, for each run of pages."""
    labels = [part for index, first in firsts for part in (index, Dictionary(S=Name.D, St=first))]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _properties(metadata: Metadata, authors: tuple[str, ...], variant: PdfVariant) -> Iterator[str]:
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
    yield f"<xmpMM:DocumentID>{escape(pdf_identifier(metadata, variant))}</xmpMM:DocumentID>"
    if metadata.version:
        yield f"<xmpMM:VersionID>{escape(metadata.version)}</xmpMM:VersionID>"
    if format_pdf_date(metadata.created):
        yield f"<xmp:CreateDate>{metadata.created}</xmp:CreateDate>"
    if format_pdf_date(metadata.modified):
        yield f"<xmp:ModifyDate>{metadata.modified}</xmp:ModifyDate>"
    yield f"<pdf:Producer>{escape(_PRODUCER)}</pdf:Producer>"


def _words(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _entry(text: str) -> str:
    return f"<rdf:li>{escape(text)}</rdf:li>"


def format_pdf_date(day: str) -> str:
    """Return a date in PDF syntax, such as 'D:20221019'; '' if the day is not an ISO date."""
    return f"D:{day.replace('-', '')}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""
