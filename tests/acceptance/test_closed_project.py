"""Lists, packs, settings, layouts and bibliographies cannot reach outside the project either."""

import json
from pathlib import Path

import pytest

from tests.acceptance.attempts import FIGURE, SECRET, SVG, Loopback, Try
from tests.support import libraries
from tests.support.project import IMPRINT

pytestmark = pytest.mark.proof

PATHS = {
    "a pack's member": {"packs/nights.yaml": "title: Nights\nbriefings: [../../../secret]\n"},
    "a pack's insert": {
        "packs/nights.yaml": "title: Nights\nbriefings: [patrol, {insert: ../../../secret.pdf, title: Secret}]\n"
    },
    "an id": {"briefings/lamps.md": libraries.briefing(title="Lamps", id="../../../evil")},
    "a series' member": {"series/nights.yaml": "title: Nights\nbriefings: [../../secret]\n"},
    "a figure's record": {
        "briefings/patrol/briefing.md": libraries.briefing(figures="[{file: ../../../../secret.txt, alt: x}]")
    },
    "a style upwards": {"library.yaml": IMPRINT + "style: ../../secret.csl\n"},
    "a style from the root": {"library.yaml": IMPRINT + "style: /etc/passwd\n"},
    "a style by address": {"library.yaml": IMPRINT + "style: HTTP/x.csl\n"},
    "a canonical address": {
        "briefings/patrol/briefing.md": libraries.briefing(
            canonical_url="'javascript:alert(1)'", first_published="2024-01-01"
        )
    },
    "a related briefing": {"briefings/patrol/briefing.md": libraries.briefing(related="[../../secret]")},
}


@pytest.mark.parametrize("files", PATHS.values(), ids=PATHS)
def test_names_are_names_and_not_paths(attempt: Try, files: dict[str, str], tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    tried = attempt(files)
    assert tried.said.code in {1, 2}
    assert tried.codes or "style" in tried.said.err
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "small"}


def test_a_path_is_no_layout(attempt: Try) -> None:
    tried = attempt({"packs/nights.yaml": "title: Nights\nbriefings: [patrol]\nlayout: ../../evil\n"})
    assert tried.codes == {"pack-layout"}


def test_a_link_to_a_file_elsewhere_is_not_followed(attempt: Try, secret: Path) -> None:

    def link(project: Path) -> None:
        (project / "source" / "briefings" / "patrol" / "drawing.svg").symlink_to(picture)

    picture = secret.parent / "elsewhere.svg"
    picture.write_text(SVG.format(f"<text>{SECRET}</text>", ""))
    text = libraries.briefing(FIGURE.format("Text [@hughes2018]."))
    tried = attempt({"briefings/patrol/briefing.md": text}, link)
    assert tried.said.code == 1
    assert tried.codes & {"figure-missing", "file-outside"}


LINKED = {
    "a briefing": "briefings/secret.md",
    "references": "references/secret.bib",
    "the imprint's glossary": "glossary.yaml",
    "a folder": "briefings/secret",
    "the series": "series",
}


@pytest.mark.parametrize("place", LINKED.values(), ids=LINKED)
def test_no_source_is_read_from_elsewhere(attempt: Try, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "briefing.md").write_text(libraries.briefing(SECRET))
    (elsewhere / "nights.yaml").write_text(f"title: {SECRET}\nbriefings: [patrol]\n")
    target = elsewhere if "." not in place else elsewhere / "briefing.md"
    tried = attempt({}, lambda project: (project / "source" / place).symlink_to(target))
    assert SECRET not in tried.said.err
    assert tried.said.code in {0, 1}


def test_an_output_folder_that_leads_elsewhere_loses_nothing_there(attempt: Try, tmp_path: Path) -> None:
    """Files that stand where our briefing would are not ours to delete."""
    mine = tmp_path / "elsewhere" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")

    def link(project: Path) -> None:
        (project / "output" / "briefings").mkdir(parents=True)
        (project / "output" / "briefings" / "gone").symlink_to(mine.parent)
        lost = {"path": "briefings/gone/mine.txt", "owner": "briefings/gone", "format": "screen", "sha256": "0"}
        lost |= {"bytes": 4, "pages": 1, "source": "0", "produced": "2024-01-01"}
        record = {"schema": "build/1", "produced": "2024-01-01", "tools": {}, "files": [lost]}
        (project / "output" / "build.json").write_text(json.dumps(record))

    attempt({}, link)
    assert mine.read_text() == "mine"


BIB = """@article{lamps2020,
  title = {Lamps \\input{FILE} \\include{FILE} \\verbatiminput{FILE}},
  author = {Ames, Ann}, journal = {Journal}, year = 2020, url = {javascript:alert(1)}
}
"""


def test_a_bibliography_reads_no_other_file(attempt: Try) -> None:
    text = libraries.briefing("Lamps matter [@lamps2020].")
    tried = attempt({"references/lamps.bib": BIB, "briefings/patrol/briefing.md": text})
    for content in tried.made.values():
        assert b'href="javascript:' not in content


STYLES = {
    "one that points to another": (
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"><info><title>X</title><id>HTTP/x</id>'
        '<link rel="independent-parent" href="HTTP/parent.csl"/><updated>2020-01-01T00:00:00Z</updated></info></style>'
    ),
    "one with entities": '<!DOCTYPE style [<!ENTITY x SYSTEM "FILE">]><style xmlns="http://purl.org/net/xbiblio/csl">'
    "&x;</style>",
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_citation_style_fetches_nothing(attempt: Try, style: str) -> None:
    tried = attempt({"library.yaml": IMPRINT + "style: mine.csl\n", "mine.csl": style})
    assert tried.said.code == 1
    assert tried.codes & {"style-unknown", "style-broken", "style-faulty", "style-damaged"}


SHEETS = (
    '@import url("HTTP/x.css");',
    "body { background: url(HTTP/x.png) }",
    "body { background: url(FILE) }",
    "@font-face { font-family: x; src: url(HTTP/x.ttf) } body { font-family: x }",
    "p::before { content: url('../../../../secret.txt') }",
)


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("name", ["briefing/page.css", "screen.css"])
def test_a_project_s_own_style_sheet_fetches_nothing(attempt: Try, loopback: Loopback, name: str, sheet: str) -> None:

    def add(project: Path) -> None:
        place = project / "layouts" / name
        place.parent.mkdir(parents=True)
        place.write_text(sheet.replace("HTTP", loopback.address).replace("FILE", "file:///etc/hostname"))

    tried = attempt({}, add)
    assert tried.said.code in {1, 4}
    assert tried.codes


def test_a_template_runs_no_code(attempt: Try, tmp_path: Path) -> None:

    def add(project: Path) -> None:
        place = project / "layouts" / "briefing" / "briefing.html.j2"
        place.parent.mkdir(parents=True)
        reach = "cycler.__init__.__globals__.os.mkdir"
        place.write_text("{{ " + f"{reach}('{tmp_path / 'sprung'}')" + " }}")

    tried = attempt({}, add)
    assert tried.said.code != 0
    assert not (tmp_path / "sprung").exists()
