"""The code of the words on every page: read off the pages of what was issued, it verifies; so does that of a copy."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from pikepdf import Pdf

from pipeline.core.printed_code import read_code
from pipeline.load.folders import read_files
from pipeline.load.library import load_library
from pipeline.resolve.reading import view_briefings
from pipeline.resolve.wording import compute_wording, wording_digest
from tests.support import libraries, outputs
from tests.support.editions.issued_library import FILES, PACK, issue, library
from tests.support.publishing import files_of, publish, text

pytestmark = pytest.mark.proof

CODE = re.compile(r"Code\s+([0-9A-Z]+-[0-9A-Z]+)")
HOUSE = FILES["library.yaml"].replace("formats: []", "formats: [screen]\nstatus_pages: https://p.example/v")
FORMATS = "[screen, print, booklet, large-print, epub, html, text]"
RECORD = "source/editions/nights/001-autumn-2024.json"


def codes_of(path: Path) -> list[set[str]]:
    """The codes on each page of a file; of one without pages in its words."""
    if path.suffix == ".pdf":
        return [set(CODE.findall(page)) for page in outputs.page_texts(path)]
    if path.suffix == ".epub":
        return [set(CODE.findall(" ".join(map(outputs.said, outputs.documents(path).values()))))]
    if path.suffix == ".html":
        page = outputs.web_page(path)
        style = " ".join(page.xpath("//style/text()"))
        return [set(CODE.findall(outputs.said(page.find("body")))), set(CODE.findall(style))]
    return [set(CODE.findall(path.read_text("utf-8")))]


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack was issued in every format."""
    pack = PACK.replace("[text]", FORMATS).replace("[contents]", "[cover, contents]")
    project = library(
        tmp_path_factory.mktemp("codes") / "library", **{"library.yaml": HOUSE, "packs/nights.yaml": pack}
    )
    said = issue(project, "2024-10-01", pdf=True)
    assert said.code == 0, said
    return project


def test_every_page_of_what_was_issued_bears_the_code_of_its_record(issued: Path) -> None:
    """In every format; by itself the briefing bears that of its own words."""
    code = json.loads((issued / RECORD).read_text("utf-8"))["code"]
    files = [path for path in sorted((issued / "output/packs/nights").iterdir()) if path.suffix != ".json"]
    assert len(files) == 7
    for path in files:
        assert [one or {code} for one in codes_of(path)] == [{code}] * len(codes_of(path)), path.name
        if "booklet" not in path.name:  # its sheets may have blank pages
            assert all(codes_of(path)), path.name
    said = libraries.here(issued, "verify", code)
    assert (said.code, said.out.splitlines()[1]) == (0, "  which: Nights, Autumn 2024")


def test_the_code_of_a_briefing_is_that_of_the_version_that_was_kept(issued: Path) -> None:
    """It verifies, and its status page is where its pages say."""
    assert libraries.here(issued, "build", "foot-patrol", "--jobs", "1", "--date", "2024-10-02").code == 0
    path = issued / "output/briefings/foot-patrol/foot-patrol.pdf"
    (code,) = set.union(*codes_of(path))
    assert all(codes_of(path))
    said = libraries.here(issued, "verify", code)
    assert said.out.splitlines()[1] == "  which: Foot patrol, version 1.0"
    said = libraries.here(issued, "verify", str(path))
    assert (said.code, said.out.splitlines()[1:3]) == (
        1,
        [
            "  which: Foot patrol, version 1.0",
            "  whole: cannot be said: no file of a version is on record. "
            f"Its printed code, {code}, names this version.",
        ],
    )
    assert "Put it on your host as https://p.example/v." in libraries.here(issued, "pages").out
    (address,) = {link.address for link in outputs.links(path) if "p.example/v/" in link.address}
    assert (issued / "output/verify" / address.partition("p.example/")[2] / "index.html").is_file()


def test_a_numbered_copy_bears_its_own_code_and_verify_names_the_copy(tmp_path: Path) -> None:
    """On each page, in each format; saved again, its code names the copy."""
    pack = PACK.replace("[text]", "[screen, epub, text]").replace("front: [contents]", "front: [cover]\nnumbered: true")
    project = library(tmp_path / "library", **{"library.yaml": HOUSE, "packs/nights.yaml": pack})
    assert issue(project, "2024-10-01", pdf=True).code == 0
    code = read_code(json.loads((project / RECORD).read_text("utf-8"))["code"])
    assert codes_of(project / "output/packs/nights/nights.pdf")[0] == {str(code)}
    assert libraries.here(project, "copies", "nights", "--jobs", "1", "--date", "2024-10-02").code == 0
    copies = sorted(path for path in files_of(project / "output/colleges/south") if "-copy-" in path.name)
    assert len(copies) == 3
    for path in copies:
        number = int(path.stem[-3:])
        own = str(code.of_copy(number))
        assert codes_of(project / path) == [{own}] * len(codes_of(project / path)), path.name
        said = libraries.here(project, "verify", own, str(project / path))
        assert said.out.count(f"Nights, Autumn 2024, copy {number}, held by South Tor") == 1
        assert f"copy {number}, held by South Tor\n  whole: as issued" in said.out
    with Pdf.open(next(project / path for path in copies if path.suffix == ".pdf")) as pdf:
        pdf.save(tmp_path / "again.pdf", linearize=True)
    told = libraries.here(project, "verify", str(tmp_path / "again.pdf")).out
    assert "held by South Tor\n  whole: not as issued. Its printed code, " in told


def test_of_two_that_share_six_symbols_both_verify(tmp_path: Path) -> None:
    """The one that was kept first has the short code, the other a longer one; each has a page of its own."""
    project = library(tmp_path / "library", **{"library.yaml": HOUSE, "briefings/lamps.md": text(title="Lamps")})
    short = _code_asked(project)
    own = wording_digest(
        compute_wording(view_briefings(load_library(read_files(project))[0], date(2024, 4, 26))["lamps"])
    )
    kept = project / "source/versions/foot-patrol/1.0/kept.json"
    words = json.loads(kept.read_text("utf-8"))["digest"]
    alike = f"words/1:{int(own.rpartition(':')[2], 16) ^ 1 << 225:064x}"  # its first 30 bits, and not the next
    kept.write_text(kept.read_text("utf-8").replace(words, alike), "utf-8")
    longer = _code_asked(project)
    assert (len(read_code(short).text), len(read_code(longer).text)) == (6, 7)
    assert publish(project, name="lamps").code == 0
    assert json.loads((project / "source/versions/lamps/1.0/kept.json").read_text("utf-8"))["code"] == longer
    which = [libraries.here(project, "verify", code).out.splitlines()[1:2] for code in (short, longer)]
    assert which == [["  which: Foot patrol, version 1.0"], ["  which: Lamps, version 1.0"]]
    assert libraries.here(project, "pages").code == 0
    pages = project / "output/verify/v"
    for code, title in ((short, "Foot patrol"), (longer, "Lamps")):
        page = pages / read_code(code).text.casefold() / "index.html"
        assert f"<h1>{title}</h1>" in page.read_text("utf-8")


def _code_asked(project: Path) -> str:
    """The code of 'lamps', as the verb says it."""
    return libraries.here(project, "approve", "lamps").out.partition("Code of this text: ")[2].split()[0]
