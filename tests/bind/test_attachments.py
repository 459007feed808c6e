"""Files put into a PDF."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.model.formats import Attachment, Claim
from tests.bind.compliance import compliant
from tests.support.bind.sheets import DAY, LIGHTING, lighting, stamps
from tests.support.press.manuscripts import metadata

CLAIM = Claim(
    attachments=(
        Attachment("lighting.md", "text/markdown", "Source", "Source of Street lighting", "2023-01-02", b"# Light\n"),
        Attachment("references.json", "application/json", "Data", "Works cited", "", b"[]\n"),
    )
)


def bound(claim: Claim | None, day: date = DAY) -> bytes:
    """The bound briefing."""
    sheets = lighting()
    lines = stamps(list_briefing_stamps(LIGHTING, day, sheets.pages))
    return bind_briefing_pdf(sheets, BindContext(metadata(), LIGHTING, day, {}), lines, claim=claim)


def test_each_file_is_associated_with_the_document() -> None:
    with pikepdf.open(BytesIO(bound(CLAIM))) as pdf:
        first, second = pdf.Root.AF
        assert (first.UF, first.F, first.Desc) == ("lighting.md", "lighting.md", "Source of Street lighting")
        assert (str(first.AFRelationship), str(second.AFRelationship)) == ("/Source", "/Data")
        assert first.EF.F.read_bytes() == b"# Light\n"
        assert str(first.EF.F.Subtype) == "/text/markdown"
        assert str(first.EF.F.Params.ModDate) == "D:20230102"
        assert str(second.EF.F.Params.ModDate) == "D:20240426"
        assert list(pdf.attachments) == ["lighting.md", "references.json"]
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "A", "1")


@pytest.mark.parametrize("profile", ["PDF_UA_1", "PDF_A_3A"])
def test_a_file_with_attachments_passes(profile: str, tmp_path: Path) -> None:
    (tmp_path / "briefing.pdf").write_bytes(bound(CLAIM))
    assert compliant(tmp_path / "briefing.pdf", profile)


def test_an_edition_for_the_printer_claims_nothing() -> None:
    with pikepdf.open(BytesIO(bound(None))) as pdf:
        assert "/OutputIntents" not in pdf.Root
        with pdf.open_metadata() as xmp:
            assert not {"pdfaid:part", "pdfuaid:part"} & set(xmp)
