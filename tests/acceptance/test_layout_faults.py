"""A slip in a layout is a remark at its file, line and column; everything else is told, built and right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.compose.design.typeface import USUAL_FAMILIES, font_remarks, listed_families
from pipeline.model.formats import Layouts
from tests.support.project import ROOT, Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Write = Callable[..., Path]

TEXT = "---\ntitle: Foot patrol\nsummary: What walking a beat does.\n---\n\nCrime fell [@nobody].\n"
PACK = "title: Patrols\nbriefings: [foot-patrol]\nformats: [screen, epub, html]\n"


@pytest.fixture
def built(library: Write, briefings: Run) -> Callable[[str, str], tuple[Said, set[str]]]:
    """Build a library that has another text in one file of its layouts: what is said, and what stands in `output/`."""

    def build(name: str, text: str) -> tuple[Said, set[str]]:
        project = library({"briefings/foot-patrol.md": TEXT, "packs/patrols.yaml": PACK})
        place = project / "layouts" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        said = briefings(project, "build", "--date", "2024-04-26", "--jobs", "1")
        made = {
            path.name for path in (project / "output").rglob("*.*") if path.suffix in (".pdf", ".epub", ".html")
        } - {"index.html"}
        assert "Traceback" not in said.err
        assert "cite-unknown-key" in said.err
        return said, made

    return build


def shipped(name: str, old: str, new: str) -> str:
    """A file of the layouts that ship, with other words in it."""
    text = (ROOT / "layouts" / name).read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1)


BRIEFING, PATROLS = (
    {"foot-patrol.pdf", "foot-patrol.epub", "foot-patrol.html"},
    {"patrols.pdf", "patrols.epub", "patrols.html"},
)

FAULTS: dict[str, tuple[str, str, str, str, set[str]]] = {
    "a script in a briefing": (
        "briefing/briefing.html.j2", "</header>", "</header><script>a()</script>",
        ":18:1: error layout-fault: This layout file cannot be used: it puts '<script>' into a page", set(),
    ),
    "a picture from elsewhere in a pack": (
        "pack/contents.html.j2", "</section>", '<img src="http://x.example/a.png" alt=""/>\n</section>',
        ": it shows 'http://x.example/a.png', which is no picture of the briefing.", BRIEFING,
    ),
    "a frame in a chapter of a book": (
        "epub/chapter.xhtml.j2", "{{ body }}", '{{ body }}<iframe src="file:///etc/passwd"></iframe>',
        ": it puts '<iframe>' into a page", {"foot-patrol.pdf", "foot-patrol.html", "patrols.pdf", "patrols.html"},
    ),
    "a tag that is not ended": (
        "briefing/stamp.html.j2", "</div>", "",
        ":3:1: error layout-fault: This layout file cannot be used: '<div>' is begun and not ended.", set(),
    ),
    "a template that includes itself": (
        "briefing/lists.html.j2", "{% if", "{% include 'briefing/lists.html.j2' %}{% if",
        ":2:1: error layout-fault: This layout file cannot be used: it goes into itself without end", set(),
    ),
    "a loop without end": (
        "web/page.html.j2", "<title>",
        "{% for a in style %}{% for b in named %}{% for c in named %}{% for d in named %}{% endfor %}"
        "{% endfor %}{% for e in named %}{% for f in named %}{% for g in named %}{% for h in named %}"
        "{% for i in named %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"
        "<title>",
        ": the template ran too long (1,000,000 turns of loops and calls).",
        {"foot-patrol.pdf", "foot-patrol.epub", "patrols.pdf", "patrols.epub"},
    ),
    "a list of fonts that is not YAML": (
        "fonts.yaml", "- family: Lato", "- [family: Lato", ":18:3: error yaml-syntax: ", BRIEFING | PATROLS,
    ),
    "a list of fonts with a module": (
        "fonts.yaml", "fontpkg_lato", "unittest.__main__", ":19:12: error value-wrong: ", BRIEFING | PATROLS,
    ),
    "a list of fonts with an address in a name": (
        "fonts.yaml", "family: Lato", "family: 'a\"; src: url(http://x.example)'", ": error value-wrong: ",
        BRIEFING | PATROLS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_told_and_the_rest_is_built(
    fault: tuple[str, str, str, str, set[str]], built: Callable[[str, str], tuple[Said, set[str]]]
) -> None:
    """What needs the file is not made, under no name; what does not need it is. The other remarks stand beside it."""
    name, old, new, told, expected = fault
    said, made = built(name, shipped(name, old, new))
    assert any(line.startswith(f"layouts/{name}:") and told in line for line in said.err.splitlines()), said.err
    assert made == expected
    assert said.code in (1, 4)


def test_the_house_s_fonts_are_those_of_the_list_that_ships() -> None:
    shipped_list = Layouts({"fonts.yaml": (ROOT / "layouts" / "fonts.yaml").read_text(encoding="utf-8")})
    assert not font_remarks(shipped_list)
    assert (
        tuple(family for family in listed_families(shipped_list) if family.name != "Lato") == USUAL_FAMILIES
    )  # Lato may be chosen
    assert listed_families(Layouts({"fonts.yaml": "- ["})) == USUAL_FAMILIES


def test_a_fault_that_shows_when_a_template_is_read_is_told_by_check(library: Write, briefings: Run) -> None:
    project = library({"briefings/foot-patrol.md": TEXT})
    for name, text in {
        "pack/cover.html.j2": "\n{{ 1|attr('a') }}",
        "pack/index.html.j2": "{% do 1 %}",
        'pack/a"b.j2': "",
    }.items():
        place = project / "layouts" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    said = briefings(project, "check", "--date", "2024-04-26")
    assert "layouts/pack/cover.html.j2:2:1: error layout-fault: This layout file cannot be used: No filter" in said.out
    assert "layouts/pack/index.html.j2:1:1: error layout-fault" in said.out
    assert 'layouts/pack/a"b.j2:1:1: error layout-fault: This layout file cannot be used: its name may have' in said.out


def test_a_flaw_of_a_style_sheet_is_told_in_its_own_line(built: Callable[[str, str], tuple[Said, set[str]]]) -> None:
    """The press reads all sheets as one, without comments and with the tokens put in; the designer has a file."""
    sheet = shipped("pack/pack.css", ".edition { ", "/* Two\nlines */\n.edition {\n  colr: var(--accent); ")
    said, made = built("pack/pack.css", sheet)
    line, text = next((n, text) for n, text in enumerate(sheet.splitlines(), 1) if "colr" in text)
    assert f"layouts/pack/pack.css:{line}:{text.index('colr') + 1}: error made-style: " in said.err
    assert "Ignored `colr: " in said.err
    assert said.err.count("made-style") == 1
    assert made >= PATROLS
