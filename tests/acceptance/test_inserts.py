"""A pack with a finished PDF from outside: bound where it can be, told of where it cannot, refused where it must be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries, outputs
from tests.support.bind import foreign_pdfs
from tests.support.project import Said

PACK = """title: Nights
front: [cover, imprint, contents]
briefings:
  - foot-patrol
  - {insert: maps/beats.pdf, title: Map of the beats}
  - lighting
formats: [screen, print, large-print, booklet, epub, html]
"""
FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": libraries.briefing(),
    "briefings/lighting.md": libraries.briefing("Lamps matter [@hughes2018].", "Lamps"),
    "packs/nights.yaml": PACK,
}


@pytest.fixture(scope="module")
def nights(built_once: Callable[..., Path]) -> Path:
    """The pack in every format; every judge of a build has passed it."""
    files = {**FILES, "packs/maps/beats.pdf": foreign_pdfs.good()}
    root = built_once("inserted", lambda target: libraries.written(target, files), "--date", libraries.DATE, "nights")
    return root / "output" / "packs" / "nights"


@pytest.mark.proof
def test_it_is_bound_where_it_is_listed(nights: Path) -> None:
    """In the editions whose pages have its size, between the briefings; the contents name its page."""
    for end in (".pdf", "-print.pdf"):
        texts = outputs.page_texts(nights / f"nights{end}")
        found = [number for number, text in enumerate(texts) if "Lamps were mended on some streets" in text]
        last = next(number for number, text in enumerate(texts) if "Lamps matter" in text)
        assert found
        assert max(found) < last
    screen = outputs.page_texts(nights / "nights.pdf")
    contents = next(text for text in screen if "Contents" in text)
    assert "Map of the beats" in contents


def test_a_pack_with_a_refused_insert_is_not_bound(
    library: Callable[..., Path], briefings: Callable[..., Said]
) -> None:
    """With a gap it would be taken for complete."""
    unsafe = foreign_pdfs.changed(foreign_pdfs.runs_a_program)
    root = library({**FILES, "packs/maps/beats.pdf": unsafe, "references/works.yaml": libraries.REFERENCES})
    said = briefings(root, "build", "nights", "--format", "screen")
    assert said.code == 1
    assert "source/packs/nights.yaml:5:14: error pack-insert: The insert 'maps/beats.pdf' cannot be bound" in said.err
    assert not (root / "output" / "packs" / "nights").exists()
