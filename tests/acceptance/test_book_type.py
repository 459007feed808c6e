"""Every character of every book stands in the face that its style sheet gives it: enclosed, and no more than needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.press.subsetting import subset_font
from tests.acceptance.worn import Dressed, Face, dressed, worn
from tests.support import libraries
from tests.support.calls import calls_of
from tests.support.project import Said

pytestmark = pytest.mark.proof

UNUSUAL = """Łukasz's study of *Ŷr Wyddfa* found α = 0.05, χ² and “Ελλάδα” – ¾ of them ↑ by ≥ 5%.

## The *Žižek* **ŵy** case

**Not *ever*: Ǻ, Ж**, and `print("Ł → ж")`, ½ … “so”, $x^2 \\le \\alpha$.

- Ẁyth
- ﬁn

| Área | Número |
|:--|--:|
| Ñandú | 1,024 |

: Tāllies of *ğ*
"""


def missing(book: Dressed) -> set[tuple[str, str, Face]]:
    """The characters that no face has which the style sheet gives them, with their element."""
    held = {face: set(font.getBestCmap()) for face, font in book.fonts.items()}
    return {
        (character, some.element, some.faces[0])
        for document in book.documents.values()
        for narrow in (False, True)
        for some in worn(document, book.style, narrow)
        for character in some.words
        if not (character.isspace() and character != "\u00a0")
        and not any(ord(character) in held.get(face, ()) for face in some.faces)
    }


def books(project: Path) -> dict[str, Dressed]:
    """Every EPUB of a built library, by its name."""
    return {path.name: dressed(path.read_bytes()) for path in sorted((project / "output").rglob("*.epub"))}


def test_every_character_of_the_sample_library_is_in_the_face_that_sets_it(built: Path) -> None:
    """Briefings, pack and handbook: text, contents and notices."""
    made = books(built)
    assert len(made) == 8
    assert {name: missing(book) for name, book in made.items() if missing(book)} == {}


def test_a_face_is_enclosed_where_it_is_used(built: Path) -> None:
    """The handbook shows what is typed, signs too, and emphasises; the pack's briefings do neither."""
    made = books(built)
    assert set(made["handbook.epub"].fonts) == {
        ("Book Text", 400, False), ("Book Text", 700, False), ("Book Text", 400, True), ("Book Code", 400, False),
        ("Book Head", 700, False), ("Book DejaVu Sans", 400, False), ("Book STIX Two Math", 400, False),
    }  # fmt: skip
    assert set(made["drug-crimes.epub"].fonts) == {
        ("Book Text", 400, False), ("Book Text", 700, False), ("Book Head", 700, False),
    }  # fmt: skip


@pytest.fixture(scope="session")
def unusual(built_once: Callable[..., Path]) -> Path:
    """A briefing of unusual characters, and a plain one beside it."""
    files = {
        "briefings/unusual.md": libraries.briefing(UNUSUAL, "Ŵyth"),
        "briefings/plain.md": libraries.briefing(),
        "library.yaml": libraries.IMPRINT + "formats: [epub]\n",
    }
    return built_once("unusual", lambda root: libraries.written(root, files), "--date", libraries.DATE)


def test_unusual_characters_are_in_a_cut_of_the_book_s_own(unusual: Path) -> None:
    """Of every face that sets them; the book beside it has the cuts that all share."""
    made = books(unusual)
    strange, plain = made["unusual.epub"], made["plain.epub"]
    assert missing(strange) == set()
    assert set(strange.fonts) == {
        ("Book Text", 400, False), ("Book Text", 700, False), ("Book Text", 400, True), ("Book Text", 700, True),
        ("Book Code", 400, False), ("Book Head", 700, False), ("Book Head", 700, True),
    }  # fmt: skip
    regular = ("Book Text", 400, False)
    assert {ord(c) for c in "αχΕάЖж→↑Ǻ"} <= set(strange.fonts[regular].getBestCmap())
    assert not {ord(c) for c in "αχΕάЖж→↑Ǻ"} & set(plain.fonts[regular].getBestCmap())


def test_a_character_that_a_face_lacks_is_noticed(unusual: Path) -> None:
    """The comparison itself can fail."""
    book = books(unusual)["unusual.epub"]
    del book.fonts["Book Text", 700, True]
    assert ("v", "em", ("Book Text", 700, True)) in missing(book)


def test_another_date_cuts_nothing_again(small: Callable[..., Path], briefings: Callable[..., Said]) -> None:
    """A cut is made once for all books that use it, and kept."""
    project = small(
        {"briefings/a.md": libraries.briefing(), "briefings/b.md": libraries.briefing("Lamps *may* help.", "B")}
    )
    for date, number in (("2024-04-26", 4), ("2024-05-01", 0)):
        subset_font.cache_clear()  # of this process
        with calls_of(subset_font) as cuts:
            said = briefings(project, "build", "--format", "epub", "--date", date, "--jobs", "1")
        assert (said.code, len(cuts)) == (0, number), said.err
