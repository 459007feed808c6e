"""All numbered copies in one file: each shows what it shows by itself, and what they share stands there once."""

from datetime import date
from io import BytesIO

from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.bind.late_fields import PrintRun, join_copies
from pipeline.bind.pdf.written_file import save_exact_version
from pipeline.bind.running_lines import FieldReplacement, FieldValues
from pipeline.build.formats import exchange
from tests.bind.masters import master, stamps
from tests.support.pixels import drawn
from tests.support.words import ENGLISH

DAY = date(2026, 4, 26)
PAGES = 4
"""Three, and a blank one."""


def joined(*numbers: int) -> bytes:
    """The copies of these numbers in one file; the bar of each is ten times as wide as its number says."""
    return join_copies(
        PrintRun(master(), numbers, tuple(stamps(10 * number) for number in numbers), "Copies in a row", "No number")
    )


def test_each_copy_shows_what_it_shows_by_itself() -> None:
    file = joined(7, 3)
    words = ("Copy 7", "Copy 3")
    after = [FieldValues(DAY, word, bars) for word, bars in zip(words, (stamps(70), stamps(30)), strict=True)]
    single_copies = exchange(FieldReplacement(master(), "print", ENGLISH, FieldValues(DAY, "No number"), tuple(after)))
    blank = drawn(file)[1]
    assert drawn(file) == [page for copy in single_copies for page in (*drawn(copy), blank)]
    assert len(set(drawn(file))) == 5  # the blank page is the same in both


def test_pages_are_labelled_by_copy_and_page() -> None:
    """So that a printer who stops at 7-3 knows where to go on; the record says which copies they are."""
    with Pdf.open(BytesIO(joined(7, 3))) as pdf:
        assert [page.label for page in pdf.pages] == ["7-1", "7-2", "7-3", "7-4", "3-1", "3-2", "3-3", "3-4"]
        assert b"<xmp:Label>Copies in a row</xmp:Label>" in pdf.Root.Metadata.read_bytes()
        assert pdf.check_pdf_syntax() == []


def test_where_folios_run_by_briefing_the_copy_stands_apart_from_them() -> None:
    """'7: 2-1' is page 1 of briefing 2 in copy 7; '7-2-1' could be any of them."""
    with Pdf.open(BytesIO(master())) as pdf:
        matter, briefing = (Dictionary(S=Name.D, St=1, P=String(prefix)) for prefix in ("A-", "2-"))
        pdf.Root.PageLabels = Dictionary(Nums=Array([0, matter, 2, briefing]))
        file = save_exact_version(pdf)
    run = PrintRun(file, (7, 3), (stamps(70), stamps(30)), "Copies in a row", "No number")
    with Pdf.open(BytesIO(join_copies(run))) as pdf:
        assert [page.label for page in pdf.pages] == [
            *("7: A-1", "7: A-2", "7: 2-1", "7: 2-2"),
            *("3: A-1", "3: A-2", "3: 2-1", "3: 2-2"),
        ]


def test_what_copies_share_stands_there_once() -> None:
    """A hundred copies add their stamps and some lines for each page, and nothing that the first has too."""
    one_copy, hundred_copies = (joined(*range(1, last + 1)) for last in (1, 100))
    with Pdf.open(BytesIO(one_copy)) as first, Pdf.open(BytesIO(hundred_copies)) as all_:
        added = (len(all_.objects) - len(first.objects)) / 99
    assert added < PAGES + 1 + 2 + 1  # its pages, the branch that holds them, its two bars; and room to write them
    assert len(hundred_copies) < 5 * len(one_copy)
    assert joined(*range(1, 101)) == hundred_copies
