"""From `library.yaml` to the printer: with the profile of a press, and without."""

from pathlib import Path

import pytest
from pikepdf import Name, Pdf

from pipeline.proof.print_checks import check_print_pdf
from tests.support import libraries
from tests.support.bind.profiles import toy_profile
from tests.support.project import IMPRINT

FORMATS = "formats: [print, booklet]\n"


def built(root: Path, imprint: str, **files: bytes) -> tuple[str, Path]:
    """What the build says, and the print file of its one briefing."""
    more = {name.replace("_", "."): content for name, content in files.items()}
    texts = {"library.yaml": IMPRINT + imprint, "briefings/foot-patrol.md": libraries.briefing()}
    libraries.written(root, texts | more)
    said = libraries.here(root, "build", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 0, said.err
    return said.out + said.err, root / "output" / "briefings" / "foot-patrol" / "foot-patrol-print.pdf"


@pytest.mark.proof
def test_a_library_with_a_printer_gets_a_file_for_its_press(tmp_path: Path) -> None:
    """PDF/X-4 with the printer's own profile, and nobody has to be warned."""
    said, path = built(tmp_path, f"{FORMATS}print: {{profile: press.icc}}\n", press_icc=toy_profile())
    assert "print-no-profile" not in said
    assert check_print_pdf(path.read_bytes(), path.name) == ()
    with Pdf.open(path) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == Name.GTS_PDFX
        assert intent.DestOutputProfile.read_bytes() == toy_profile()


def test_a_library_without_one_gets_a_grey_file_and_is_told(tmp_path: Path) -> None:
    """Once, where the formats stand; the file claims nothing."""
    said, path = built(tmp_path, FORMATS)
    assert said.count("print-no-profile") == 1
    assert "source/library.yaml:3:11: warning print-no-profile" in said
    assert check_print_pdf(path.read_bytes(), path.name) == ()
    assert b"PDF/X" not in path.read_bytes()
