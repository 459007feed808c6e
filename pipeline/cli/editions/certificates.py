"""The certificates of a library, by which PDFs of its parcels are signed, and its signatures are known again."""

from pipeline.build.project import Project
from pipeline.core.errors import EnvironmentFailure

NO_PYHANKO = "Signatures in PDFs need the package pyhanko ('briefings[sign]')"


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
