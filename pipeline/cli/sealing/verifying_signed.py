"""The judgement on files by their bytes: as issued, or as issued and signed by us since."""

import re
from collections.abc import Iterable
from dataclasses import replace

from pipeline.build.project import Project
from pipeline.core.errors import EnvironmentFailure
from pipeline.editions.issued.judging import Judgement, by_bytes
from pipeline.editions.issued.records import RecordsRead
from pipeline.load.library.register import Entry

NO_PYHANKO = "Signatures in PDFs need the package pyhanko ('briefings[sign]')"
_END = re.compile(rb"%%EOF\r?\n?")


def judged_by_bytes(
    project: Project, records: RecordsRead, register: Iterable[Entry], content: bytes
) -> Judgement | None:
    """The judgement on a file whose bytes are on record, by themselves or as the beginning of a PDF that we signed.

    Bytes behind an issued file may show other pages: only our own signature over the whole of it says that they do not.
    """
    register = tuple(register)
    if found := by_bytes(records, register, content):
        return found
    certificate = certificate_of(project) if content.startswith(b"%PDF") else None
    if certificate is None:
        return None
    ends = [found.end() for found in _END.finditer(content) if found.end() < len(content)]
    issued = next((one for end in reversed(ends) if (one := by_bytes(records, register, content[:end]))), None)
    return replace(issued, grade="signed") if issued and _signed(content, certificate) else None


def _signed(content: bytes, certificate: bytes) -> bool:
    try:
        from pipeline.editions.sealing.pdf_signatures import signed_by
    except ModuleNotFoundError as missing:
        raise EnvironmentFailure(f"{NO_PYHANKO}: {missing}.") from None
    return signed_by(content, certificate)


def certificate_of(project: Project) -> bytes | None:
    """The certificates of a library, as PEM, the one in use first; nothing where it has none."""
    signing = project.part_of_library(()).imprint.fields.signing
    if not signing or not signing.certificate:
        return None
    place = project.folder / signing.certificate
    try:
        return place.read_bytes()
    except OSError as refusal:
        raise EnvironmentFailure(f"The certificate {signing.certificate} cannot be read: {refusal.strerror}.") from None
