"""What others say of the EPUBs of the sample library: EPUBCheck and Ace nothing, Thorium's parser all that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.core.diagnostics import Place
from pipeline.proof.epub.reading import DC, ReadBook, read_book
from pipeline.proof.markup.text import XHTML
from tests.proof.node import Found, ace, thorium
from tests.support import libraries, outputs
from tests.support.bind import books as books_of_two
from tests.support.built_libraries import is_looked_at
from tests.support.proof.reference_validators import checked

pytestmark = pytest.mark.proof


def books(project: Path) -> dict[str, bytes]:
    """Every EPUB of a library, by its path under the output folder."""
    return {name: content for name, content in libraries.made(project).items() if name.endswith(".epub")}


def test_epubcheck_has_no_remark(built: Path, tmp_path: Path) -> None:
    found = {f"output/{name}": book for name, book in books(built).items()}  # as `briefings proof` names them
    assert len(found) == 8
    assert checked(found, tmp_path) == []


def test_ace_passes_every_book(built: Path, tmp_path: Path) -> None:
    some = {name: book for name, book in books(built).items() if is_looked_at(Path(name).stem)}
    assert some
    assert {name: said for name, said in ace(some, tmp_path).items() if said} == {}


@pytest.fixture(scope="module")
def parsed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, ReadBook, Found]]:
    """Every book: where it stands, as we read it, and as Thorium does."""
    found = books(built)
    said = thorium(found, tmp_path_factory.mktemp("thorium"))
    return [(built / "output" / name, read_book(book, Place(name)), said[name]) for name, book in found.items()]


def test_thorium_finds_the_pages_of_the_pdf(parsed: list[tuple[Path, ReadBook, Found]]) -> None:
    for path, _, found in parsed:
        assert found.pages == outputs.page_labels(path.with_suffix(".pdf"))


def test_thorium_finds_contents_and_landmarks(parsed: list[tuple[Path, ReadBook, Found]]) -> None:
    for _, book, found in parsed:
        assert [words for _, words, _ in found.contents] == said(book, "toc")
        assert found.landmarks == said(book, "landmarks")
        assert found.texts == [f"EPUB/{held.path}" for held, linear in book.spine if linear]


def said(book: ReadBook, kind: str) -> list[str]:
    """The lines of a navigation."""
    nav = book.navigation(kind)
    assert nav is not None
    return [outputs.said(link) for link in nav.iter(f"{{{XHTML}}}a")]


def test_thorium_finds_who_made_it(parsed: list[tuple[Path, ReadBook, Found]], built: Path) -> None:
    """Title, language, identifier, and the authors that the library lets be named: here the publisher."""
    imprint = yaml.safe_load((built / "source" / "library.yaml").read_text(encoding="utf-8"))
    for path, book, found in parsed:
        assert found.title == words_of(book, "title")[0]
        assert found.title in outputs.plain("".join(outputs.page_texts(path.with_suffix(".pdf"))[:1]))
        assert found.languages == [imprint["language"]]
        assert found.identifier == words_of(book, "identifier")[0]
        assert found.authors == words_of(book, "creator") == [imprint["publisher"]]


def words_of(book: ReadBook, name: str) -> list[str]:
    """What the package says under a name of Dublin Core."""
    return [element.text or "" for element in book.metadata(f"{DC}{name}")]


def test_thorium_finds_how_it_can_be_read(parsed: list[tuple[Path, ReadBook, Found]]) -> None:
    for _, book, found in parsed:
        assert found.modes == list(book.said("schema:accessMode"))
        assert found.features == list(book.said("schema:accessibilityFeature"))
        assert found.hazards == list(book.said("schema:accessibilityHazard"))


def test_thorium_finds_every_author_in_order(tmp_path: Path) -> None:
    """Of a book that two people wrote and a third reviewed, with an ISBN and a DOI beside its own identifier."""
    found = thorium({"marking.epub": books_of_two.briefing()}, tmp_path)["marking.epub"]
    record = books_of_two.METADATA
    assert found.authors == list(record.authors)
    assert len(found.authors) == 2
    assert (found.title, found.languages) == (record.title, [record.language])
    assert found.identifier.startswith("urn:uuid:")
