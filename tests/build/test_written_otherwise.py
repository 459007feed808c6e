"""Where qpdf writes otherwise than it did, every PDF is made all the same: bound again instead of exchanged."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.support import libraries
from tests.support.bind.profiles import toy_profile
from tests.support.outputs import page_texts
from tests.support.project import IMPRINT, Said

Run = Callable[..., Said]
Small = Callable[..., Path]

FIRST, NEXT = "2024-03-01", "2024-11-30"
LIBRARY: dict[str, str | bytes] = {
    "library.yaml": f"{IMPRINT}formats: [screen]\nprint: {{profile: press.icc}}\npractice_caveat: Not all worked.\n",
    "press.icc": toy_profile(),
}
FILES = LIBRARY | {
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps]\nformats: [print, booklet]\n",
}


@pytest.fixture
def otherwise() -> Iterator[pytest.MonkeyPatch]:
    """Have qpdf write a plain table of objects, whatever it is asked for."""
    save: Any = pikepdf.Pdf.save

    def plainly(pdf: pikepdf.Pdf, target: Any = None, **options: Any) -> None:
        save(pdf, target, **(options | {"object_stream_mode": pikepdf.ObjectStreamMode.disable}))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pikepdf.Pdf, "save", plainly)
        yield patched


def built(build: Run, project: Path, day: str) -> str:
    """Return the output of a build of a day."""
    result = build(project, "--date", day)
    assert result.code == 0, result.out + result.err
    return result.out


def words(project: Path) -> dict[str, list[str]]:
    """The words of every PDF, page by page."""
    return {name: page_texts(project / "output" / name) for name in libraries.made(project) if name.endswith(".pdf")}


@pytest.mark.proof
def test_every_pdf_has_the_words_that_it_has_and_is_the_same_each_time(
    small: Small, build: Run, otherwise: pytest.MonkeyPatch
) -> None:
    project, other = small(FILES), small(FILES, "other")
    built(build, project, FIRST)
    assert "3 bound" in built(build, project, NEXT)
    built(build, other, NEXT)
    made = libraries.made(project)
    assert made == libraries.made(other)
    assert not any(b"/XRef" in content for name, content in made.items() if name.endswith(".pdf"))
    unusual = words(project)
    otherwise.undo()
    usual = small(FILES, "usual")
    built(build, usual, NEXT)
    assert unusual == words(usual)
    assert len(unusual) == 3
