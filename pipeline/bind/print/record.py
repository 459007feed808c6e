"""A print file's record: the PDF's without what is no longer true of it, and its claim to be PDF/X-4."""

import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from lxml import etree
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Pdf, String
from PIL import ImageCms

from pipeline.compose.language.direction import runs_rtl

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XMP = "http://ns.adobe.com/xap/1.0/"
_KEPT = (
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/rights/",
    _XMP,
    "http://ns.adobe.com/pdf/1.3/",
)
"""The part of the record that is true of the text, whatever file it stands in."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
{properties}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def is_bound_right(pdf: Pdf) -> bool:
    """Return whether the file is in a language that runs from right to left: such a book is bound at its right edge."""
    return runs_rtl(str(pdf.Root.get("/Lang", "")))


def plain_catalog(pdf: Pdf) -> None:
    """Leave the pages and their labels; take out tags, links, actions, attachments and claims."""
    for key in set(pdf.Root.keys()) - {"/Type", "/Pages", "/PageLabels", "/Lang"}:
        del pdf.Root[key]


def truths(packet: bytes) -> list[str]:
    """The properties of an XMP packet that are true of the text itself, in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    found = []
    for description in etree.fromstring(packet, parser).iter(f"{{{_RDF}}}Description"):
        for one in description:
            if isinstance(one.tag, str) and etree.QName(one).namespace in _KEPT:
                found.append(_bare(one))
    return found


def without_change_before(packet: bytes) -> bytes:
    """The packet without the day of the last change, where no day of creation stands beside it.

    Nobody says when a pack was published. Its print file is made on the day produced, which is later.
    """
    return packet if b"<xmp:CreateDate>" in packet else _CHANGED.sub(b"", packet)


_CHANGED = re.compile(rb"<xmp:ModifyDate>[^<]*</xmp:ModifyDate>")


def describe(pdf: Pdf, packet: bytes, more: Iterator[str]) -> None:
    """Write the record: the truths of an earlier packet, and more."""
    properties = "\n".join((*truths(packet), *more))
    text = _PACKET.format(properties=properties).encode()
    pdf.Root.Metadata = pdf.make_stream(text, Type=Name.Metadata, Subtype=Name.XML)


def x4_properties(packet: bytes, produced: date, seed: bytes) -> Iterator[str]:
    """Properties that ISO 15930-7 wants beside the truths. The document's id is worked out from its content."""
    said = b"".join(one.encode() for one in truths(packet))
    for name in ("CreateDate", "ModifyDate"):
        if f"<xmp:{name}>".encode() not in said:
            yield f"<xmp:{name}>{produced.isoformat()}</xmp:{name}>"
    yield f"<xmp:MetadataDate>{produced.isoformat()}</xmp:MetadataDate>"
    yield f"<xmpMM:DocumentID>uuid:{UUID(bytes=sha256(seed).digest()[:16], version=5)}</xmpMM:DocumentID>"
    yield "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>"
    yield "<xmpMM:VersionID>1</xmpMM:VersionID>"
    yield "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
    yield "<pdf:Trapped>False</pdf:Trapped>"


def set_information(pdf: Pdf, produced: date) -> None:
    """The information dictionary: dates where there were none, and that nothing is trapped."""
    information: Any = pdf.trailer.get("/Info", Dictionary())
    kept = {key: value for key, value in information.items() if isinstance(value, String)}
    made = String(f"D:{produced:%Y%m%d}")
    if "/CreationDate" not in kept:
        kept["/CreationDate"] = kept["/ModDate"] = made
    kept.setdefault("/ModDate", made)
    pdf.trailer.Info = pdf.make_indirect(Dictionary({**dict(sorted(kept.items())), "/Trapped": Name("/False")}))


def output_intent(pdf: Pdf, profile: bytes) -> Object:
    """The printing condition that the file is made for, its profile within (ISO 15930-7, 6.2.3)."""
    named = String(profile_name(profile))
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=named,
        Info=named,
        DestOutputProfile=pdf.make_stream(profile, N=4),
    )


def profile_name(profile: bytes) -> str:
    """Name of a profile, as it states it."""
    described = ImageCms.ImageCmsProfile(BytesIO(profile)).profile.profile_description
    return (described or "").strip() or "Custom"


def save_plain(pdf: Pdf, version: str = "1.6") -> bytes:
    """The bytes, as PDF 1.6, on which PDF/X-4 stands, or another version; the same for the same content."""
    output = BytesIO()
    pdf.save(
        output,
        force_version=version,
        fix_metadata_version=False,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
    )
    return output.getvalue()


def intents(pdf: Pdf, profile: bytes) -> None:
    """Name the printing condition in the catalog."""
    pdf.Root.OutputIntents = Array([output_intent(pdf, profile)])


def _bare(element: Any) -> str:
    """An XMP property as it stands in our packet, whose prefixes are declared above it."""
    prefix = element.prefix if element.prefix != "rdf" else "rdf"
    inner = escape(element.text or "") if not len(element) else "".join(_bare(child) for child in element)
    marks = "".join(
        f' {"xml:" if key.startswith("{http://www.w3.org/XML") else ""}{etree.QName(key).localname}="{escape(value)}"'
        for key, value in element.attrib.items()
    )
    name = f"{prefix}:{etree.QName(element).localname}"
    return f"<{name}{marks}>{inner}</{name}>"
