"""Letters and labels for what is posted: one PDF, each letter in its language, each label where the sheet has one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.bind.pdf.posted import posted_lines
from pipeline.build.posting.posted import make_post
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.compose.posting.posted import address_lines, compose_post
from pipeline.core.progress import Voice
from pipeline.editions.issued.page_words import page_texts
from pipeline.load.library.word_tables import wordbook
from pipeline.model.formats import Rooms
from pipeline.model.sheets import PageStart, Sheets
from pipeline.proof.validators import vera
from pipeline.text.fitting import width
from tests.support import libraries
from tests.support.colleges.posted import NORTH, SOUTH
from tests.support.editions.sealing import KEY
from tests.support.words import ENGLISH, made_up

HOUSE = (
    "title: T\npublisher: Northmoor Institute\ncontact: editions@northmoor.example\n"
    f"signing: {{key: {KEY.public.minisign}}}\n"
)
MM = 72 / 25.4


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file for two deliveries, of which the second goes to a college that works in another language."""
    folder = libraries.written(tmp_path_factory.mktemp("post") / "library", {"library.yaml": HOUSE})
    (folder / "layouts/words").mkdir(parents=True)
    (folder / "layouts/words/cy.yaml").write_text(made_up("cy"), encoding="utf-8")
    project = Project(folder, SHIPPED, Voice())
    letters = (SOUTH, replace(NORTH, words=wordbook(project.layouts).of("cy")))
    made = make_post(project, project.loaded[0], letters, project.output / "post.pdf", 14)
    assert (made.faults, made.pages) == ((), 3)
    return made.file


def words(post: Path, page: int) -> str:
    """The words of a page in one line."""
    return " ".join(page_texts(post.read_bytes())[page - 1].split())


def test_a_letter_says_on_one_page_what_a_college_has_to_know(post: Path) -> None:
    """Contents, changes, care of the old one, a way to check it, and a slip."""
    said = words(post, 1)
    for part in (
        "South Tor University, School of Policing School of Policing, Hill Road, South Tor Nights Spring 2025",
        "2 printed copies, copies 3 and 4.",
        "Issued on 1 March 2025. Each copy has its own code; all codes of this edition begin with WWKM3.",
        "Whether this edition is current: https://northmoor.example/v/",
        "Foot patrol: version 1.0 became 2.0 2.0, 9 January 2025: Table 2 was counted anew.",
        "By our records you hold: Autumn 2024: copies 1 and 2 Take these copies out of use",
        "destroy them or send them back. Then fill in the slip below.",
        "Destroy only those whose cover says Autumn 2024; keep those that say Spring 2025.",
        "Delivery oldkmsnh South Tor University, School of Policing: Nights, Spring 2025",
        "Autumn 2024: destroyed , sent back , not found",
        "Received, and all is there: copies Not all is there: ",
        "Or send it by post, with copies that go back, to Northmoor Institute, 1 Hill Road, Northmoor.",
        "Please answer by 29 March 2025.",
        "South Tor University, School of Policing · Delivery oldkmsnh",
    ):
        assert part in said, part
    assert KEY.public.minisign in said.replace(" ", "")


def test_a_first_letter_asks_for_no_copies_back(tmp_path: Path) -> None:
    """The slip may come by post all the same; what a recall asks for too is said where old copies are."""
    project = Project(libraries.written(tmp_path / "library", {"library.yaml": HOUSE}), SHIPPED, Voice())
    asked = replace(SOUTH, recalled="Some of them are asked for by recall-1 too.")
    composed = compose_post((replace(SOUTH, held=()), asked), project.loaded[0].imprint, ENGLISH, project.layouts)
    first, second = (chapter.body for chapter in composed.chapters[:2])
    assert ("Or send it by post to Northmoor" in first, "with copies that go back" in first) == (True, False)
    assert ("with copies that go back" in second, asked.recalled in second) == (True, True)


def test_a_letter_speaks_the_language_of_its_college(post: Path) -> None:
    said = words(post, 2)
    assert "«desolcnE’r»" in said
    assert "Enclosed" not in said
    with pikepdf.open(post) as pdf:
        languages = {str(one.Lang) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Lang" in one}
    assert languages == {"en-GB", "cy"}


def test_labels_stand_where_a_sheet_has_them(post: Path) -> None:
    """14 of 99.1 by 38.1 mm: 6 mm within each, the second 101.6 mm beside the first; no running lines."""
    page = pypdfium2.PdfDocument(post)[2].get_textpage()
    found = {}
    for name in ("South Tor University", "Northmoor Unit"):
        index, _ = page.search(name).get_next()
        left, _, _, top = page.get_charbox(index)
        found[name] = left / MM, 297 - top / MM
    (one, high), (other, beside) = found.values()
    assert one == pytest.approx(4.65 + 6, abs=0.6)
    assert other - one == pytest.approx(101.6, abs=0.6)
    assert high == pytest.approx(15.15 + 2.5, abs=2)
    assert beside == pytest.approx(high, abs=0.2)
    assert words(post, 3) == (
        "Labels, 14 to a sheet: print at actual size "
        "South Tor University, School of Policing School of Policing Hill Road South Tor "
        "Delivery oldkmsnh, 2 copies, copies 3 and 4 "
        "Northmoor Unit Learning unit Room 4, North Block Quarry Lane Northmoor, NM1 2AB Delivery abcd2345, 24 copies"
    )


def test_an_address_that_is_too_long_for_a_label_shares_its_lines() -> None:
    """The shortest parts first, in their order; a name of two lines leaves it one less."""
    parts = ("Learning unit", "Room 4", "North Block", "Quarry Lane", "Northmoor", "NM1 2AB")
    assert address_lines("Northmoor Unit", parts, 5) == (
        *("Learning unit", "Room 4, North Block", "Quarry Lane", "Northmoor, NM1 2AB"),
    )
    long_name = "Northmoor Constabulary, unit for learning and development"
    assert len(address_lines(long_name, parts, 5)) == 3
    assert ", ".join(address_lines(long_name, parts, 5)) == ", ".join(parts)
    assert address_lines("Northmoor Unit", parts[:2], 5) == parts[:2]


def test_a_long_name_leaves_the_number_of_the_page_its_room() -> None:
    """It is cut, and not the name of the delivery."""
    foot = ("Northmoor Constabulary and Fire and Rescue Service, joint unit for learning", "Delivery d2abcdef", ENGLISH)
    sheets = Sheets(b"", 2, tuple(PageStart(page, "letter-d2.title", 0) for page in (1, 2)))
    for lines in posted_lines(sheets, {"letter-d2": foot}):
        said, folio = (line.text for line in lines)
        assert width(said, 12) + width(folio, 12) < Rooms().line
        assert said.startswith("Northmoor Constabulary and")
        assert said.endswith("… · Delivery d2abcdef")


def test_the_file_is_the_same_each_time(post: Path) -> None:
    project = Project(post.parents[1], SHIPPED, Voice())
    letters = (SOUTH, replace(NORTH, words=wordbook(project.layouts).of("cy")))
    again = make_post(project, project.loaded[0], letters, project.output / "again.pdf", 14)
    assert again.file.read_bytes() == post.read_bytes()


@pytest.mark.proof
@pytest.mark.skipif(not vera.command(), reason="veraPDF is not on this machine")
def test_it_is_what_it_claims_to_be(post: Path) -> None:
    """PDF/UA-1 and PDF/A-2a; page-validation and outloud have seen it when it was made."""
    assert vera.judged(vera.command(), {"post.pdf": post}, "0")["post.pdf"] == ()
