"""The PDF's record of itself: document information and XMP, the standards it keeps, one record of all."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata as packages
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.identifiers import pdf_identifier
from pipeline.core.errors import PressFailure
from pipeline.model.claim import Claim
from pipeline.model.formats import USUAL_EDITION, Edition
from pipeline.model.manuscript import Metadata

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""

_UA_SCHEMA = """<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>"""
"""PDF/A-2 and 3 know no pdfuaid: a property of theirs must be predefined or described (ISO 19005-2, 6.6.2.3)."""

PRODUCER = f"WeasyPrint {packages.version('weasyprint')}"


def record(
    pdf: Pdf, metadata: Metadata, claim: Claim | None = None, edition: Edition = USUAL_EDITION, copy: str = ""
) -> None:
    """Write what the metadata says into the file, and no date that it does not name; `copy` says which copy it is.

    With a claim the file says which standards it keeps, and that its colours are sRGB. The stream of XMP stays as
    it is, uncompressed: `press.finish.save` compresses no metadata.
    """
    authors = metadata.authors or ((metadata.publisher,) if metadata.publisher else ())
    _write_information(pdf, metadata, authors)
    label = (copy_label(copy),) if copy else ()
    properties = "\n".join((*_claims(claim), *_properties(metadata, authors, edition), *label))
    packet = pdf.make_stream(_PACKET.format(properties=properties).encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = packet
    pdf.Root.Lang = String(metadata.language)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)  # with /R2L PDFium copies Latin words in reverse
    if claim is not None:
        intend_srgb(pdf)


def copy_label(copy: str) -> str:
    """Words of a copy on itself, as a property of XMP."""
    return f"<xmp:Label>{escape(copy)}</xmp:Label>"


def _write_information(pdf: Pdf, metadata: Metadata, authors: tuple[str, ...]) -> None:
    """The information dictionary."""
    information = {
        "/Title": metadata.title,
        "/Author": ", ".join(authors),
        "/Subject": metadata.description,
        "/Keywords": ", ".join(metadata.keywords),
        "/Producer": PRODUCER,
        "/CreationDate": pdf_date(metadata.created),
        "/ModDate": pdf_date(metadata.modified),
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({key: String(said) for key, said in information.items() if said}))


def intend_srgb(pdf: Pdf) -> None:
    """Say that what is written in device colours is meant in sRGB (ISO 19005-2, 6.2.3)."""
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
    """The profile that the engine brings along for its own PDF/A. The engine is not loaded for it."""
    engine = find_spec("weasyprint")
    folders = (engine.submodule_search_locations if engine else None) or ["."]
    file = Path(folders[0], "pdf", "sRGB2014.icc")
    try:
        return file.read_bytes()
    except OSError as missing:
        raise PressFailure("The engine has changed: it brings no sRGB profile along any more.") from missing


def label_pages(pdf: Pdf, firsts: Iterable[tuple[int, int]]) -> None:
    """Name the pages by their folios: from each of these pages (counted from 0) on, which begins with this folio."""
    labels = [part for index, first in firsts for part in (index, Dictionary(S=Name.D, St=first))]
    pdf.Root.PageLabels = Dictionary(Nums=Array(labels))


def _claims(claim: Claim | None) -> Iterator[str]:
    """The standards that the file keeps."""
    if claim is None:
        return
    yield f"<pdfaid:part>{claim.part}</pdfaid:part>"
    yield "<pdfaid:conformance>A</pdfaid:conformance>"
    yield f"<pdfuaid:part>1</pdfuaid:part>\n{_UA_SCHEMA}"


def _properties(metadata: Metadata, authors: tuple[str, ...], edition: Edition) -> Iterator[str]:
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
    yield f"<xmpMM:DocumentID>{escape(pdf_identifier(metadata, edition))}</xmpMM:DocumentID>"
    if metadata.version:
        yield f"<xmpMM:VersionID>{escape(metadata.version)}</xmpMM:VersionID>"
    if pdf_date(metadata.created):
        yield f"<xmp:CreateDate>{metadata.created}</xmp:CreateDate>"
    if pdf_date(metadata.modified):
        yield f"<xmp:ModifyDate>{metadata.modified}</xmp:ModifyDate>"
    yield f"<pdf:Producer>{escape(PRODUCER)}</pdf:Producer>"


def _words(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


def _entry(text: str) -> str:
    return f"<rdf:li>{escape(text)}</rdf:li>"


def pdf_date(day: str) -> str:
    """A date as PDF writes it: 'D:20221019'."""
    return f"D:{day.replace('-', '')}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ""
