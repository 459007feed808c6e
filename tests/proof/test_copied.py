"""What PDFium, Poppler and pdf.js copy out of every PDF: its text, with every hyphen and space of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build.checks import held_to
from pipeline.compose.pack.matter import compose_front
from pipeline.compose.page.formulas import formula
from pipeline.core.digest import sha256
from pipeline.press.press import press
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.copied import copied, copied_faults, first_difference, shown
from pipeline.proof.pdf.inspection import own_proof
from pipeline.proof.pdf.reading import reading
from pipeline.store.store import Store
from tests.proof import copying
from tests.support.built_libraries import is_looked_at
from tests.support.compose import samples
from tests.support.press.manuscripts import manuscript
from tests.support.project import ROOT
from tests.support.proof.broken_pdfs import changed
from tests.support.proof.rich_briefing import rich

MARGINS = "@page { margin: 0 } p { margin: 0 }"


def said(job: ProofJob) -> list[str]:
    """What is said of what is copied."""
    return [fault.sentence for fault in own_proof(job) if fault.code == "proof-copied-text"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda cmap: cmap.replace(b"<0020>\n", b"<00a0>\n"), "<U+00A0>"),
        (lambda cmap: cmap.replace(b"<002d>\n", b"<00ad>\n"), "'"),
        (lambda cmap: cmap.replace(b"<002e>\n", b"<00b7>\n"), "·"),
    ],
    ids=["a no-break space", "a soft hyphen", "another sign"],
)
def test_what_would_be_copied_otherwise_is_told(change: Callable[[bytes], bytes], told: str) -> None:
    """No listener hears it, and no page shows it."""
    job = rich()
    assert said(job) == []
    found = said(replace(job, pdf=changed(job.pdf, change)))
    assert found
    assert told in found[0]


def test_a_hyphen_at_the_end_of_a_line_is_told() -> None:
    """The press leaves none there; here a word of the text is said to be two."""
    job = rich()
    assert job.promise is not None
    (passage,) = job.promise.passages
    (chapter,) = passage.chapters
    text = replace(chapter, body=chapter.body.replace("Patrols on foot", "Patrols-on foot"))
    promise = replace(job.promise, passages=(replace(passage, chapters=(text,)),))
    assert said(replace(job, promise=promise))


def test_a_page_of_others_is_not_held_to_anything() -> None:
    """An insert is bound as it was made."""
    pdf = changed(rich().pdf, lambda cmap: cmap.replace(b"<0020>\n", b"<00a0>\n"))
    with reading(pdf) as file:
        assert file is not None
        everything = frozenset(range(1, len(file.pages) + 1))
        assert list(copied_faults(file, pdf, "a.pdf"))
        assert not list(copied_faults(file, pdf, "a.pdf", everything))


def test_a_formula_between_two_words_parts_them() -> None:
    """It is drawn: whoever copies finds nothing there but room."""
    sheets = press(manuscript(f'<p id="a">By the parameter ({formula("a + b", False, "en-GB")}), too.</p>'))
    with reading(sheets.pdf) as file:
        assert file is not None
        assert list(copied_faults(file, sheets.pdf, "a.pdf")) == []


def test_a_letter_by_itself_that_is_taken_for_a_line_is_no_fault() -> None:
    """Where a page stands in columns PDFium guesses so. A space in its place is told."""

    def at(left: int, top: int, words: str) -> str:
        return f'<p style="position: absolute; left: {left}pt; top: {top}pt; white-space: nowrap">{words}</p>'

    line = "a-b Fei\u2011Fei st<b>r</b>eet"  # the hyphens are one glyph: the second is shown out of a second font
    pdf = press(manuscript(at(190, 600, line) + at(534, 620, "24") + at(190, 635, "A row of words"), MARGINS)).pdf
    assert "Fei\r\n\u2011" in copied(pdf)[0]
    with reading(pdf) as file:
        assert file is not None
        assert list(copied_faults(file, pdf, "a.pdf")) == []
        (page,) = shown(file)
    assert first_difference(page, copied(pdf)[0].replace("\r\n\u2011", " \u2011"))


@pytest.mark.parametrize("letters", ["*,", "11i", "ii.", "A,"])
def test_the_box_around_a_key_opens_no_gap(letters: str) -> None:
    """Keys beside one another and beside the narrowest letters, as `common.css` draws them."""
    style = (ROOT / "layouts/common.css").read_text(encoding="utf-8")
    keys = "".join(f'<span class="boxed">{letter}</span>' for letter in letters[:-1])
    pdf = press(manuscript(f'<p id="a">Press {keys}{letters[-1]} then</p>', style)).pdf
    assert copied(pdf)[0].strip() == f"Press {letters} then"


def test_a_wide_sign_at_the_end_of_a_cover_s_title_is_copied_with_it() -> None:
    """PDFium takes lines for one that stand nearer than half the last letter is wide: on covers letters are large."""
    pack = samples.pack(front=("cover",), cover="plain", edition=None, subtitle=None)
    called = replace(pack, identity=replace(pack.identity, title="Induction 👩‍💻", edition=""))
    text = copied(press(compose_front(called, {}, samples.layouts())).pdf)[0]
    assert text.index("💻") < text.index("Status")


Copies = dict[str, str]


@pytest.fixture(scope="module")
def all_copies(built: Path) -> list[tuple[Path, Copies]]:
    """A briefing and the pack with what each program copies."""
    files = [file for file in sorted((built / "output").rglob("*.pdf")) if is_looked_at(file.parent.name)]
    return [
        (
            file,
            {
                "PDFium": copying.pdfium(file),
                "Poppler": copying.poppler(file),
                "Poppler as painted": copying.poppler(file, "-raw"),
                "pdf.js": js,
            },
        )
        for file, js in zip(files, copying.pdf_js(files), strict=True)
    ]


@pytest.mark.proof
def test_every_program_copies_every_word_of_every_pdf(built: Path, all_copies: list[tuple[Path, Copies]]) -> None:
    """Screen, large print, booklet, print and packs: no word is lost, none is made, each as often as it is written."""
    store = Store(built / "output" / ".store")
    seen = set()
    for file, copies in all_copies:
        held = held_to(store, sha256(file.read_bytes()))
        assert held is not None
        assert held.promise is not None
        texts = copying.texts_of(held.promise)
        meant, shown = copying.words_of(texts), copying.shown_in(file)
        for program, text in copies.items():
            words = copying.words_in(text)
            if program == "Poppler":
                words = copying.as_poppler_has_them(meant, texts, words)
            assert copying.lost(meant, words, shown) == ([], []), (file.name, program)
        seen.add(held.format)
    assert seen == {"screen", "print", "large-print", "booklet"}


@pytest.mark.proof
def test_no_program_copies_a_sign_that_nobody_wrote(all_copies: list[tuple[Path, Copies]]) -> None:
    """No no-break space, no soft hyphen, nothing for a hyphen that was taken away."""
    for file, copies in all_copies:
        for program, text in copies.items():
            assert not set(text) & set("\u00a0\u00ad\u202f\u200b\ufffd\ufffe\u0002"), (file.name, program)


def _lines(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.proof
def test_no_line_of_words_ends_in_a_hyphen(all_copies: list[tuple[Path, Copies]]) -> None:
    """Whoever joins lines would leave it out."""
    for file, copies in all_copies:
        for program, text in copies.items():
            ends = [line for line in _lines(text) if line.endswith("-") and line[-2:-1].isalnum()]
            assert ends == [], (file.name, program)
