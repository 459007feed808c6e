"""A PDF from outside is bound into a pack only if it is as safe and as accessible as the rest of the pack."""

import pytest
from pikepdf import Encryption

from pipeline.load.library import check_insert
from tests.support.bind import foreign_pdfs

REFUSED = (
    ("runs_a_program", "it has a script (JavaScript)"),
    ("starts_programs", "it has a way to start other programs"),
    ("hides_a_program", "it has a script (JavaScript)"),
    ("acts_by_itself", "it has an action that starts by itself"),
    ("holds_a_file", "it has a file within it"),
    ("holds_a_form", "it has a form to fill in"),
    ("has_a_note", "it has notes, fields or other things laid over its pages"),
    ("links_to_a_file", "it has a link to 'file:///etc/hosts'"),
    ("has_no_tags", "it is not tagged, so it could not be read aloud"),
    ("tags_a_drawing", "its tags lead to parts of drawings within its pages"),
    ("says_no_language", "it does not say which language it is in"),
    ("lacks_a_font", "it does not conform to PDF/UA: "),
    ("is_drawn_badly", "its page 1 is damaged"),
    ("leaves_a_mark_open", "its page 2 begins marked content that it does not end"),
    ("ends_no_mark", "its page 2 ends marked content that it did not begin"),
    ("skips_a_heading", "it does not conform to PDF/UA: "),
)


@pytest.mark.parametrize(("fault", "reason"), REFUSED)
def test_what_is_wrong_with_it_is_said(fault: str, reason: str) -> None:
    """Nothing is taken out in silence: the author is told what it is."""
    assert check_insert(foreign_pdfs.changed(getattr(foreign_pdfs, fault))).startswith(reason)


def test_what_is_locked_or_damaged_is_refused() -> None:
    """Also where the file could be opened without its password."""
    assert (
        check_insert(foreign_pdfs.changed(encryption=Encryption(owner="o", user="u"))) == "it is locked with a password"
    )
    assert check_insert(foreign_pdfs.changed(encryption=Encryption(owner="o", user=""))) == "it is encrypted"
    for broken in (foreign_pdfs.good()[:-2000], b"", b"%PDF-1.7\n", b"PK\x03\x04 a letter"):
        assert check_insert(broken) == "it is damaged, or no PDF"


@pytest.mark.parametrize(
    ("size", "fits"), [((420, 595), True), ((842, 595), True), ((612, 792), True), ((842, 1191), False)]
)
def test_pages_must_stay_legible(size: tuple[float, float], fits: bool) -> None:
    """A5, A4 on its side and Letter can be made to fit; A3 would be too small to read."""
    said = check_insert(foreign_pdfs.changed(foreign_pdfs.is_of_size(*size)))
    assert ("much larger than A4" in said) is not fits
