"""Files put into a PDF: associated with the whole document, and found in the reader's list of attachments."""

from collections.abc import Sequence
from datetime import date
from hashlib import md5

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.bind.pdf.record import pdf_date
from pipeline.model.claim import Attachment
from pipeline.pdf.tree import named_leaf


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
