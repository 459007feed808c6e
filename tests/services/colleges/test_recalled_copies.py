"""What is recalled goes out no more, is told to whoever verifies it, and is followed until the last copy."""

import csv
import html
import io
import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.editions.issued_library import HOUSE, PACK, copied, issue, library, new_version, next_edition
from tests.support.libraries import here as said
from tests.support.project import Said

COLLEGES = """\
north:
  name: North Unit
  type: force-learning-unit
  licence_basis: licensed
  contact: learning@north.example
  formats: [text]
  channels: {folder: ../in}
south:
  name: South Tor
  type: university
  licence_basis: licensed
  formats: [text]
  channels: {folder: ../in}
"""
REASON = "Table 2 gives a wrong figure."


def code_of(project: Path) -> str:
    """The code of the first edition."""
    return str(json.loads((project / "source/editions/nights/001-autumn-2024.json").read_bytes())["code"])


def deliver(project: Path, *more: str) -> Said:
    """Deliver the pack, on a later day."""
    return said(project, "deliver", "nights", "--date", "2024-12-02", *more)


@pytest.fixture(scope="module")
def recalled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued, delivered to one of two colleges, and whose text was then recalled."""
    root = tmp_path_factory.mktemp("recalled")
    (root / "in").mkdir()
    files = {"library.yaml": HOUSE, "colleges.yaml": COLLEGES, "packs/nights.yaml": PACK}
    project = library(root / "library", **files)
    assert issue(project, "2024-10-01").code == 0
    assert deliver(project, "--to", "north").code == 0
    begun = said(
        *(project, "recall", "foot-patrol@1.0", "--reason", REASON, "--date", "2025-01-10"),
        *("--answer-by", "2025-02-01", "--instead", "A corrected edition comes in January."),
    )
    assert begun.code == 0, begun
    assert "  north: 1 copy (learning@north.example)\n" in begun.out
    assert "foot-patrol 1.0 is still in force: withdraw it, or publish a correction.\n" in begun.out
    return project


@pytest.fixture
def own(recalled: Path, tmp_path: Path) -> Path:
    """The library, its archive and what was delivered again, to change as a test likes."""
    libraries.copied(recalled.parent / "in", tmp_path / "in")
    return copied(recalled, tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        ("deliver", "nights", "--dry-run"),
        ("deliver", "nights"),
        ("deliver", "nights", "--to", "north", "--again", "Lost"),
        ("copies", "nights"),
    ],
)
def test_what_is_recalled_goes_out_no_more(own: Path, words: tuple[str, ...]) -> None:
    before = (own / "source/ledger.csv").read_bytes()
    found = said(own, *words, "--date", "2025-01-20")
    assert found.code == 1, found
    told = "source/packs/nights.yaml:2:10: error edition-recalled: 'Autumn 2024' of 'nights' holds foot-patrol@1.0, "
    assert f"{told}recalled on 10 January 2025 by recall-1: {REASON}" in found.err
    assert found.err.count("edition-recalled") == 1
    assert (own / "source/ledger.csv").read_bytes() == before


def test_an_edition_that_was_recalled_as_such_says_so(own: Path) -> None:
    """Without the names of its texts, which may hold."""
    begun = said(own, "recall", "nights@Autumn 2024", "--reason", REASON, "--date", "2025-01-12")
    assert begun.code == 0
    told = "edition-recalled: 'Autumn 2024' of 'nights' was recalled on 12 January 2025 by recall-2: "
    assert f"{told}{REASON}" in deliver(own, "--dry-run").err
    for told in (said(own, "verify", code_of(own)).out, _pages(own)):
        assert "Do not use 'Autumn 2024' any more." in told


def test_an_edition_without_the_words_goes_out(own: Path) -> None:
    """A later version is another text; an edition with the same words is not issued at all, whatever the reason."""
    next_edition(own, "Autumn 2024", "Winter 2024")
    refused = issue(own, "2025-02-01", "--override", "edition-recalled=We know")
    assert (refused.code, "foot-patrol@1.0, recalled on" in refused.err) == (1, True)
    next_edition(own, "Winter 2024", "Autumn 2024")
    new_version(own, "1.1", "A figure is put right", "correction", ("can reduce", "may reduce"))
    next_edition(own, "Autumn 2024", "Spring 2025")
    assert issue(own, "2025-03-01").code == 0
    for words in (("--edition", "Spring 2025"), ("--briefing", "foot-patrol@1.1")):
        assert said(own, "holdings", *words).out == "Nothing is held, as far as the ledger knows.\n"
    assert said(own, "deliver", "nights", "--date", "2025-03-02").code == 0
    assert said(own, "deliver", "nights", "--edition", "Autumn 2024", "--date", "2025-03-02").code == 1


def test_whoever_verifies_is_told_of_the_recall(own: Path) -> None:
    code = code_of(own)
    (parcel,) = (own.parent / "in").iterdir()
    for thing in (code, str(parcel / "nights-autumn-2024.txt"), str(parcel)):
        found = said(own, "verify", thing)
        assert found.code == 1
        assert f"  now: recalled. Recalled on 10 January 2025: {REASON}" in found.out
        assert "Do not use 'Foot patrol' 1.0" in found.out
    told = json.loads(said(own, "verify", code, "--report", "json").out)["verified"]
    assert [(one["now"], one["holds"]) for one in told] == [("recalled", False)]


def test_nobody_is_sent_from_a_recalled_edition_to_another(tmp_path: Path) -> None:
    """By its code, on its status page, and by what was printed before it without the text."""
    project = library(tmp_path / "library", **{"library.yaml": HOUSE, "packs/nights.yaml": PACK})
    assert issue(project, "2024-10-01").code == 0
    next_edition(project, "Autumn 2024", "Spring 2025")
    assert issue(project, "2025-03-01").code == 0
    code = code_of(project)
    assert "Ask the publisher for 'Spring 2025'." in said(project, "verify", code).out
    assert said(project, "recall", "nights@Spring 2025", "--reason", REASON, "--date", "2025-03-02").code == 0
    for told in (said(project, "verify", code).out, _pages(project)):
        assert "'Spring 2025' is recalled too: use nothing of it, and ask the publisher what comes instead." in told
        assert "Ask the publisher for 'Spring 2025'." not in told


def _pages(project: Path) -> str:
    """The words of all status pages."""
    assert said(project, "pages").code == 0
    made = (project / "output/verify/v").glob("*/index.html")
    return html.unescape("\n".join(place.read_text(encoding="utf-8") for place in made))


def test_status_pages_tell_of_the_recall_and_of_no_holder(own: Path) -> None:
    """Anybody may read them."""
    assert said(own, "pages").code == 0
    made = [place.read_text("utf-8") for place in (own / "output/verify/v").glob("*/index.html")]
    assert made
    for page in made:
        assert "<h2>Recalled</h2>" in page
        assert f"Recalled on 10 January 2025: {REASON}" in page
        assert "North" not in page


def test_a_recall_that_was_a_mistake_is_lifted(own: Path) -> None:
    """The ledger keeps both, and what it named goes out again; its notices go away."""
    notices = own / "output/recalls/recall-1"
    assert "Nothing was written." in said(own, "recall", "recall-1", "--lift", "It is right", "--dry-run").out
    assert (notices / "north.txt").is_file()
    assert said(own, "acknowledge", "recall-1", "--how", "told").code == 0
    lifted = said(own, "recall", "recall-1", "--lift", "The figure is right.").out
    words = "The figure is right. Tell the colleges that were told: north. What it named may be delivered."
    assert lifted == f"recall-1 is lifted: {words}\n"
    assert not notices.parent.exists()
    assert deliver(own).code == 0
    assert [(row["open"], row["lifted"]) for row in table(own, "holdings", "--recalls")] == [
        ("0", "The figure is right.")
    ]
    assert said(own, "holdings", "--recall", "recall-1").code == 0
    assert said(own, "recall", "recall-1", "--lift", "Again").code == 2


def table(project: Path, *words: str) -> list[dict[str, str]]:
    """What is shown, as a table."""
    return list(csv.DictReader(io.StringIO(said(project, *words, "--report", "csv").out.removeprefix("\ufeff"))))


def test_a_recall_is_followed_from_the_notice_to_the_last_slip(own: Path) -> None:
    """Who was told and when, and what is open, until nothing is; then its notices go away."""
    assert table(own, "holdings")[0]["recalled"] == "recall-1"
    (row,) = table(own, "holdings", "--recall", "recall-1")
    assert (row["college"], row["told"]) == ("north", "no")
    told = said(own, "acknowledge", "recall-1", "--how", "told", "--on", "2025-01-11")
    assert told.out.startswith("north, recall-1: told on 11 January 2025. If that is wrong: "), told
    assert said(own, "acknowledge", "recall-1", "--how", "told").out == (
        "Every college that recall-1 asks for copies was told.\n"
    )
    assert table(own, "holdings", "--recall", "recall-1")[0]["told"] == "2025-01-11"
    assert said(own, "acknowledge", row["delivery"], "--how", "destroyed", "--on", "2025-02-04").code == 0
    closed = said(own, "holdings", "--recall", "recall-1")
    assert (closed.code, closed.err) == (0, "")
    assert closed.out.endswith("All copies of recall-1 are accounted for.\n")
    (listed,) = table(own, "holdings", "--recalls")
    assert (listed["recall"], listed["told"], listed["open"]) == ("recall-1", "1", "0")
    assert said(own, "recall", "recall-1").out == "Nobody holds anything of recall-1, as far as the ledger knows.\n"
    assert not (own / "output/recalls").exists()


def test_that_a_college_was_told_is_taken_back(own: Path) -> None:
    told = said(own, "acknowledge", "recall-1", "--college", "north", "--how", "told", "--on", "2025-01-11")
    number = told.out.rpartition("--undo ")[2].rstrip("'.\n")
    assert said(own, "acknowledge", "recall-1", "--undo", number).code == 0
    assert table(own, "holdings", "--recall", "recall-1")[0]["told"] == "no"
    assert said(own, "acknowledge", "recall-1", "--undo", number).code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recall-1", "--college", "nort", "--how", "told"), "recall-1 asks nothing of 'nort'. Did you mean 'north'?"),
        (("recall-1", "--how", "received"), "Of recall-1 say only --how told."),
        (("north", "south", "--how", "told"), "go with a recall, such as recall-1: 'north' is none."),
        (("recall-1", "--college", "north", "--how", "destroyed"), "Of copies say what became of their delivery."),
        (
            ("recall-2", "--college", "north", "--how", "told"),
            "go with a recall, such as recall-1: 'recall-2' is none.",
        ),
    ],
)
def test_what_cannot_be_said_of_a_notice_is_refused(recalled: Path, words: tuple[str, ...], told: str) -> None:
    found = said(recalled, "acknowledge", *words)
    assert (found.code, told in found.err) == (2, True), found


def test_a_notice_has_the_look_of_the_house_and_the_role_that_signs(own: Path) -> None:
    """As text, and as a mail with a page beside it."""
    assert "Signed for P: ______" in (own / "output/recalls/recall-1/north.txt").read_text("utf-8")
    begun = said(own, "recall", "nights", "--reason", REASON, "--by", "Head of evidence", "--date", "2025-01-12")
    assert begun.code == 0, begun
    mail = message_from_bytes((own / "output/recalls/recall-2/north.eml").read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("learning@north.example", "Please stop using: Nights")
    text, page = (part.get_content().replace("\r", "") for part in mail.iter_parts())
    assert "\nSigned for P: Head of evidence\n" in text
    assert "--accent: " in page
    assert '<p class="publisher">P</p>\n<h1 style="font-size: 1.5em">Please stop using: Nights</h1>' in page


def test_a_ledger_behind_a_link_counts_too(own: Path, tmp_path: Path) -> None:
    """As where a team keeps it on a shared disk: what is recalled must not be called current."""
    table = own / "source/ledger.csv"
    table.rename(tmp_path / "shared.csv")
    table.symlink_to(tmp_path / "shared.csv")
    answer = said(own, "verify", code_of(own))
    assert (answer.code, "recalled" in answer.out) == (1, True)
