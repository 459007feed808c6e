"""Print files with one fault: each is reported, and a sound file is not."""

from io import BytesIO

import pytest
from pikepdf import Pdf

from pipeline.proof.print_checks import check_print_pdf
from tests.support.bind.colours import colours
from tests.support.bind.sheets import bound
from tests.support.proof.broken_prints import WORDS, WRONG, Wrong, painted, whole


def codes_of(wrong: Wrong, source: bytes) -> list[str]:
    """The codes of remarks on a file with a fault."""
    with Pdf.open(BytesIO(source)) as pdf:
        wrong(pdf)
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    return [f"{fault.place.line} {fault.code}" for fault in check_print_pdf(out.getvalue(), "print.pdf")]


def test_a_sound_file_is_sound() -> None:
    assert check_print_pdf(whole(), "print.pdf") == ()
    assert check_print_pdf(whole(grey=True), "print.pdf") == ()


@pytest.mark.parametrize("what", WRONG)
def test_each_fault_is_reported(what: str) -> None:
    wrong, expected = WRONG[what]
    assert expected in codes_of(wrong, whole())


def test_inks_have_no_place_in_a_grey_file() -> None:
    assert codes_of(painted(b"0 1 0 0 k"), whole(grey=True)) == ["1 proof-print-colour"]
    assert codes_of(painted(b"0 1 0 0 k"), whole()) == []


def test_colours_of_type_may_be_dark() -> None:
    assert codes_of(painted(b"0.9 0.6 0.5 0.3 k" + WORDS), whole()) == []


def test_a_file_for_the_screen_is_no_print_file() -> None:
    codes = {fault.code for fault in check_print_pdf(colours(), "screen.pdf")}
    assert codes >= {"proof-print-colour", "proof-print-claim"}
    codes = {fault.code for fault in check_print_pdf(bound(), "screen.pdf")}
    assert codes >= {"proof-print-colour", "proof-print-claim"}
