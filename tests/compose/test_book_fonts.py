"""Which type a book encloses: the faces that its text uses, and the characters that it needs of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.compose.design.faces import choose_book_fonts, name_fallback_families
from pipeline.compose.design.typeface import choose_fonts
from pipeline.model.manuscript import Chapter, SubsetFont
from tests.support.compose import samples
from tests.support.press import variable_fonts

STYLE = 'body { font-family: "Book Text" } code { font-family: "Book Code" }'
EMOJI = choose_fonts(samples.imprint(), samples.layouts(), text="🐉").fallback[0]
FACES = choose_fonts(samples.imprint(), samples.layouts()).book_faces
REGULAR, ITALIC, BOLD, BOLD_ITALIC = (face.file.partition(".")[0] for face in FACES[:4])


def chosen(*bodies: str, style: str = STYLE, words: tuple[str, ...] = ()) -> list[str]:
    """The files of the faces that some chapters need, without their endings."""
    return [cut.face.file.partition(".")[0] for cut in cuts(*bodies, style=style, words=words)]


def cuts(*bodies: str, style: str = STYLE, words: tuple[str, ...] = ()) -> tuple[SubsetFont, ...]:
    """The cuts for some chapters."""
    return choose_book_fonts([Chapter(f"c{n}", "T", body) for n, body in enumerate(bodies)], words, FACES, style)


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("<p>Plain</p>", []),
        ("<p>A <em>beat</em></p>", [ITALIC]),
        ("<p>Run <code>make</code></p>", ["IBMPlexMono-Regular"]),
        ("<pre>make</pre>", ["IBMPlexMono-Regular"]),
        ("<h2>The <em>beat</em></h2>", [ITALIC, BOLD_ITALIC]),
        ("<p><strong>not <em>ever</em></strong></p>", [ITALIC, BOLD_ITALIC]),
        ("<p><em>not <strong>ever</strong></em></p>", [ITALIC, BOLD_ITALIC]),
        ("<h2>Beats</h2><p><em>Here</em> and <strong>there</strong></p>", [ITALIC]),
        ("<header>A</header><emphatic>B</emphatic>", []),
    ],
)
def test_a_face_that_the_text_does_not_use_is_not_enclosed(body: str, more: list[str]) -> None:
    assert sorted(chosen(body)) == sorted([REGULAR, BOLD, *more])


@pytest.mark.parametrize(
    ("body", "slants"),
    [("<h2>The beat</h2><h3>On <em>foot</em></h3>", [False]), ("<h2>The <em>beat</em></h2>", [False, True])],
)
def test_a_book_has_a_bold_face_for_its_titles(body: str, slants: list[bool]) -> None:
    heads = choose_fonts(samples.imprint(), samples.layouts()).head_faces
    chapters = [Chapter("a", "T", body)]
    assert {face.family for face in heads} == {"Source Serif 4"}
    assert {face.family for face in FACES} == {"Source Sans 3", "IBM Plex Mono"}
    fonts = choose_book_fonts(chapters, (), FACES, f'{STYLE} h2 {{ font-family: "Book Head" }}', heads=heads)
    worn = [(cut.face.weight, cut.face.italic) for cut in fonts if cut.family == "Book Head"]
    assert worn == [(700, slanted) for slanted in slants]
    assert choose_book_fonts(chapters, (), FACES, STYLE, heads=heads) == choose_book_fonts(chapters, (), FACES, STYLE)


def test_characters_beyond_the_repertoire_are_told_to_the_faces_that_have_them() -> None:
    fonts = cuts("<p>Ж α α 漢 <code>ж</code></p>", words=("DRÅFT ↑",))
    assert {cut.face.file: cut.extra for cut in fonts} == {
        f"{REGULAR}.ttf": "αЖж↑", f"{BOLD}.ttf": "αЖж↑", "IBMPlexMono-Regular.ttf": "Жж↑",
    }  # fmt: skip
    assert {cut.extra for cut in cuts("<p>Plain – ‘words’ in Ŵ</p>")} == {""}


def test_a_font_without_terms_is_not_enclosed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    mono = replace(FACES[-1], package=variable_fonts.package(tmp_path, "fontpkg_without_terms", licence=""))
    fonts = choose_book_fonts([Chapter("a", "T", "<p><code>b</code></p>")], (), (*FACES[:-1], mono), STYLE)
    assert [cut.face.family for cut in fonts] == ["Source Sans 3", "Source Sans 3"]


def test_a_book_encloses_the_letters_that_its_text_borrows_and_no_more() -> None:
    body = "<p>A ☞ and 𝑥 → <b>∇</b> <code>├</code></p>"
    faces = choose_fonts(samples.imprint(), samples.layouts(), text=body).book_faces
    fonts = choose_book_fonts([Chapter("a", "T", body)], ("🐉",), (*faces, *EMOJI), STYLE)
    assert [(cut.family, cut.extra) for cut in fonts if cut.alone] == [
        ("Book DejaVu Sans", "∇├☞"), ("Book STIX Two Math", "𝑥"), ("Book Noto Emoji", "🐉"),
    ]  # fmt: skip
    style = name_fallback_families(STYLE, (cut.family for cut in fonts))
    names = '"Book Text", "Book DejaVu Sans", "Book STIX Two Math", "Book Noto Emoji"'
    assert style == f'body {{ font-family: {names} }} code {{ font-family: "Book Code" }}'
    assert name_fallback_families(STYLE, ("Book Text", "Book Code")) == STYLE
