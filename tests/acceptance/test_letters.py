"""A library of many letters, built in every format and held to its text by every judge of the build."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.support import libraries
from tests.support.project import IMPRINT, Said

pytestmark = pytest.mark.proof

DESIGN = "formats: [screen, print, large-print, booklet, epub, html]\ndesign: {scripts: [arabic, hebrew, devanagari]}\n"
FRONT = "---\ntitle: Letters ⇒ signs ✓\nsummary: Signs → in a summary ∈ one line.\n---\n\n"
BODY = """## Signs ☐ and ☑

A tick ✓, a branch ├──, nabla ∇, top ⊤ and *slanted ⇒* or **heavy ∼**, and ⚠️ or 🐉. Fei‑Fei sees 𝑥 ∈ ℝ and ꞎ or Ԛ.

Hebrew שלום עולם, Arabic السلام عليكم and Devanagari नमस्ते दुनिया, with `├ ✓ ⊤`.

```
├── a ✓
└── ∆ ☑
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, dict[str, bytes]]:
    """What is said and made of it, alone and in a pack."""
    pack = "title: Induction ✓ and more\nbriefings: [letters]\nformats: [screen, epub]\n"
    sources = {"library.yaml": IMPRINT + DESIGN, "briefings/letters.md": FRONT + BODY, "packs/induction.yaml": pack}
    project = libraries.written(tmp_path_factory.mktemp("letters"), sources)
    return libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1"), libraries.made(project)


def test_every_file_leaves_the_house(built: tuple[Said, dict[str, bytes]]) -> None:
    """No letter is missing, and each is copied and heard as it was written: not one remark of the proof."""
    said, made = built
    assert (said.code, "proof-" in said.err, "without-glyph" in said.err) == (0, False, False), said.err
    assert len([name for name in made if name.startswith(("briefings/letters/", "packs/induction/"))]) == 8


def test_books_enclose_what_they_borrow(built: tuple[Said, dict[str, bytes]]) -> None:
    with zipfile.ZipFile(io.BytesIO(built[1]["briefings/letters/letters.epub"])) as book:
        names = {name.rpartition("/")[2] for name in book.namelist()}
        style = book.read("EPUB/style.css").decode()
    assert {"book-dejavu-sans-400.ttf", "book-noto-emoji-400.ttf", "book-noto-sans-hebrew-700.ttf"} <= names
    assert {"ziafont.txt", "ziamath.txt", "manimgx-fonts.txt"} <= names
    assert '"Book Text", "Book Noto Sans Arabic", "Book Noto Sans Hebrew"' in style
