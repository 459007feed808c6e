"""Our EPUB against pandoc's of the same text, by the same judges: better in every row of a table.

The texts are a briefing of the sample library and an invented one that has one of everything;
`make proof-whole` takes two papers that others wrote too, where the corpus is beside this checkout. How pandoc is
asked stands in `by_pandoc.py`, what is counted in `measures.py`. The table is left in
`output/bench/epub-against-pandoc.md`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.proof.epub.navigation import heading_words
from pipeline.proof.promise import letters
from tests.proof import papers
from tests.proof.by_pandoc import Original, by_pandoc
from tests.proof.measures import MEASURES, Judged, Row, compared, table
from tests.proof.node import ace
from tests.support.project import REFERENCES, ROOT, sample
from tests.support.proof import rich_briefing
from tests.support.proof.broken_epubs import NAV, PACKAGE, Break, broken, gone, said, swap
from tests.support.proof.reference_validators import checked

pytestmark = pytest.mark.proof

TABLE = ROOT / "output" / "bench" / "epub-against-pandoc.md"
PAPERS = sample(("0todd0000__mwarp1d", "AdaptiveMRILab__MultibandMRI"), 0)
"""One with a figure, and one with formulas."""

BOOK = "hot-spots-policing"
TEXT = f"EPUB/text/{BOOK}.xhtml"
FORMULA = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>'
EPUBCHECK, ACE = "EPUBCheck: errors, warnings and remarks", "Ace: findings"
WORN: dict[str, Break] = {
    EPUBCHECK: swap(TEXT, 'id="b5"', 'id="b4"'),
    ACE: gone(TEXT, ' alt="Two maps.*?"'),
    "Our own proof: findings": swap(TEXT, 'id="b5"', 'id="b4"'),
    "Links that lead nowhere": swap(TEXT, 'href="#tbl-reviews"', 'href="#tbl-none"'),
    "Documents named after their file": swap(TEXT, "<title>Hot spots policing<", f"<title>{BOOK}.xhtml<"),
    "Pages in the page list": swap(NAV, '#page-2">2<', '#page-3">2<'),
    "Edition that the pages are of": gone(PACKAGE, '<meta property="pageBreakSource">.*?</meta>'),
    "Landmarks": swap(NAV, f'epub:type="bibliography" href="text/{BOOK}.xhtml#references"', 'epub:type="loi" href="x"'),
    "Headings that the contents leave out": swap(NAV, ">Crime nearby<", ">Crime<"),
    "Kinds of part told by a role": gone(TEXT, ' role="doc-glossary"'),
    "Kinds of part told by type and role": gone(TEXT, ' epub:type="glossary"'),
    "Citations that lead to their entry": swap(TEXT, 'href="#ref-braga2005"', 'href="#b4"'),
    "Citations that say what they are": gone(TEXT, ' role="doc-biblioref"'),
    "Citations that their entry leads back to": swap(TEXT, 'href="#cite-braga2005-1"', 'href="#b4"'),
    "Calls that lead to their note": swap(TEXT, 'href="#fn-1"', 'href="#b4"'),
    "Calls that their note leads back to": swap(TEXT, 'href="#fnref-1"', 'href="#b4"'),
    "Accessibility: statements": swap(PACKAGE, said("schema:accessMode", "textual"), ""),
    "Accessibility: untrue or missing": swap(PACKAGE, said("schema:accessMode", "visual"), ""),
    "Identifiers": gone(PACKAGE, '<dc:identifier id="address">.*?</dc:identifier>'),
    "Names with a role": swap(PACKAGE, ">aut<", ">author<"),
    "Names and titles with their sort form": gone(PACKAGE, '<meta property="file-as".*?</meta>'),
    "Metadata: statements in all": gone(PACKAGE, "<dc:rights>.*?</dc:rights>"),
    "Figures with caption and alt text": gone(TEXT, "(?s)<figcaption.*?</figcaption>"),
    "Pictures without alt text": gone(TEXT, ' alt="Two maps.*?"'),
    "Pictures described in full": gone(TEXT, ' aria-details="[^"]*"'),
    "Cells that say what they head": swap(TEXT, ' scope="col"', ""),
    "Tables without name or heads": swap(TEXT, ' scope="col"', ""),
    "Formulas without words": swap(TEXT, "</h1>", f"</h1><p>{FORMULA}</p>"),
    "Fonts brought": gone(PACKAGE, '<item [^>]*media-type="font/ttf"/>'),
}
"""How a book comes to be worse in each row."""


def original(project: Path) -> list[Original]:
    """A briefing of the sample library."""
    source = project / "source"
    works = tuple(path for path in sorted((source / "references").iterdir()) if path.is_file())
    return [
        Original(path.parent.name, *markdown(source, path.parent.name), works, path.read_bytes())
        for path in sorted((project / "output" / "briefings").glob("*/*.epub"))
        if path.stem == BOOK
    ]


def markdown(source: Path, name: str) -> tuple[str, Path]:
    """The text of a briefing without its front matter, and the folder that it stands in."""
    path = source / "briefings" / f"{name}.md"
    path = path if path.is_file() else source / "briefings" / name / "briefing.md"
    return path.read_text(encoding="utf-8").split("---\n", 2)[2], path.parent


def invented(folder: Path) -> Original:
    """The text that has one of everything."""
    (folder / "works.yaml").write_text(f"references:\n{textwrap.indent(REFERENCES, '  ')}", encoding="utf-8")
    (folder / "fall.svg").write_text(rich_briefing.FIGURE, encoding="utf-8")
    return Original(
        "one-of-everything", rich_briefing.BODY, folder, (folder / "works.yaml",), rich_briefing.made().book
    )


def paper(there: Path, built_once: Callable[..., Path]) -> Original:
    """A paper that somebody else wrote, in our front matter."""
    ours = papers.made(there, papers.built(there, built_once), "epub").read_bytes()
    return Original(there.name, papers.parts(there)[1], there, (there / "paper.bib",), ours)


@pytest.fixture(scope="module")
def texts(built: Path, built_once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> list[Original]:
    """What is compared."""
    written = [paper(there, built_once) for there in papers.PAPERS if there.name in PAPERS]
    return [*original(built), invented(tmp_path_factory.mktemp("texts")), *written]


@pytest.fixture(scope="module")
def theirs(texts: list[Original], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Pandoc's books, by the name of the text."""
    folder = tmp_path_factory.mktemp("pandoc")
    return {text.name: by_pandoc(text, folder / text.name) for text in texts}


@pytest.fixture(scope="module")
def pairs(
    texts: list[Original], theirs: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Judged, Judged]]:
    """Our book of each text and pandoc's, judged together; and those that are worn, which are asked for later."""
    folder = tmp_path_factory.mktemp("judged")
    books = {f"ours/{text.name}": text.ours for text in texts}
    books |= {f"pandoc/{name}": book for name, book in theirs.items()}
    good = next(text for text in texts if text.name == BOOK).ours
    by_epubcheck, by_ace = ({"worn": broken(good, WORN[name])} for name in (EPUBCHECK, ACE))
    remarks, found = checked(books | by_epubcheck, folder), ace(books | by_ace, folder)

    def judged(text: Original, name: str) -> Judged:
        own = [remark for remark in remarks if remark.startswith(f"{name}:")]
        return Judged(books[name], text.cited, own, [one for one in found[name] if ": " in one] or found[name])

    return [(judged(text, f"ours/{text.name}"), judged(text, f"pandoc/{text.name}")) for text in texts]


@pytest.fixture(scope="module")
def rows(pairs: list[tuple[Judged, Judged]]) -> tuple[Row, ...]:
    """The table, which is left to be looked at."""
    made = compared(pairs)
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table(made), encoding="utf-8")
    return made


def test_ours_is_better_in_every_row(rows: tuple[Row, ...]) -> None:
    """For each text as good at least, and for all of them better where pandoc has nothing or we say that we are."""
    assert [f"{row.measure.name}: ours {row.ours}, pandoc's {row.theirs}" for row in rows if not row.holds] == []


def test_pandoc_is_given_the_whole_text(texts: list[Original], theirs: dict[str, bytes]) -> None:
    for text in texts:
        judged = Judged(theirs[text.name], text.cited)
        written = set(map(letters, re.findall(r"^#+ (.*?)(?: *\{.*\})?$", text.body, re.MULTILINE)))
        found = {letters(heading_words(heading)) for book in judged.book.matter for heading in book.headings}
        assert written
        assert written <= found, text.name
        assert len(judged.citations) > 0, text.name


@pytest.fixture(scope="module")
def whole(built: Path) -> Original:
    """A briefing of the sample that has nearly everything that is counted."""
    return next(text for text in original(built) if text.name == BOOK)


@pytest.mark.parametrize("name", WORN)
def test_a_row_can_fail(name: str, whole: Original, tmp_path: Path) -> None:
    """A book that has lost what is counted is worse in that row than the whole one."""
    measure = next(measure for measure in MEASURES if measure.name == name)
    book = broken(whole.ours, WORN[name])
    remarks = checked({"worn": book}, tmp_path) if name == EPUBCHECK else []
    found = ace({"worn": book}, tmp_path)["worn"] if name == ACE else []
    good, worn = Judged(whole.ours, whole.cited), Judged(book, whole.cited, remarks, found)
    assert not Row(measure, (measure.count(worn),), (measure.count(good),)).holds
    assert not measure.is_as_good(measure.count(worn), measure.count(good))


def test_there_is_a_way_to_fail_in_each_row() -> None:
    assert list(WORN) == [measure.name for measure in MEASURES]
    assert not any(Row(measure, (1,), (1,)).holds for measure in MEASURES if measure.beats)
    assert not any(Row(measure, (0,), (0,)).holds for measure in MEASURES if measure.more)
