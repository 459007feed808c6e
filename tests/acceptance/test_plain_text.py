"""Plain text from the command on: listed, made, recorded, given another day, and sent to a college."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.text.filling import COLUMNS, columns
from tests.support import libraries
from tests.support.project import IMPRINT, Said

Run = Callable[..., Said]
Small = Callable[..., Path]

PACK = "title: Nights\nedition: Spring 2027\nformats: [screen, text]\nbriefings: [foot-patrol]\nrecipients: [north]\n"
FILES = {
    "library.yaml": f"{IMPRINT}formats: [text]\n",
    "briefings/foot-patrol.md": libraries.briefing(),
    "packs/nights.yaml": PACK,
    "colleges.yaml": "north: {name: Northmoor, type: university, contact: a@north.example, formats: [text]}\n",
}


def test_a_text_is_made_where_it_is_listed(small: Small, briefings: Run) -> None:
    """It is on record and in the list of what stands there, as any other file; it has no pages of its own."""
    project = small(FILES)
    said = briefings(project, "build", "--format", "text", "--jobs", "1", "--date", libraries.DATE)
    assert said.code == 0, said.out + said.err
    assert said.out.startswith("2 plain texts in ")
    text = (project / "output/briefings/foot-patrol/foot-patrol.txt").read_text()
    assert libraries.CITED.replace("[@hughes2018]", "(Hughes and others, 2018)") in text.replace("\n", " ")
    rows = json.loads((project / "output/build.json").read_text())["files"]
    assert [(row["path"], row["format"], row["pages"]) for row in rows] == [
        ("briefings/foot-patrol/foot-patrol.txt", "text", 0),
        ("packs/nights/nights.txt", "text", 0),
    ]
    assert 'nights.txt">plain text</a>' in (project / "output/index.html").read_text()


def test_a_pack_reads_from_its_cover_to_its_last_list(small: Small, briefings: Run) -> None:
    """Its contents name no page."""
    project = small(FILES)
    assert briefings(project, "build", "nights", "--format", "text", "--jobs", "1").code == 0
    text = (project / "output/packs/nights/nights.txt").read_text()
    assert [title for title in re.findall(r"\n(.+)\n=+\n", f"\n{text}") if title.strip("=")] == [
        *("Nights", "Contents", "Foot patrol", "Works cited, and where"),
    ]
    assert re.findall(r"\bpage \d", text) == []


def test_a_college_gets_it_with_words_that_say_what_it_is(small: Small, briefings: Run) -> None:
    project = small(FILES)
    said = briefings(
        *(project, "build", "nights", "--copies", "--jobs", "1", "--date", libraries.DATE),
        *("--override", "foot-patrol=A test."),
    )
    assert said.code == 0, said.out + said.err
    folder = project / "output/colleges/north/nights-spring-2027"
    note = (folder / "cover-note.txt").read_text()
    assert "- nights-spring-2027.txt: plain text for e-mail and for readers that take nothing else" in note
    with zipfile.ZipFile(f"{folder}.zip") as parcel:
        assert parcel.getinfo("nights-spring-2027/nights-spring-2027.txt").compress_type == zipfile.ZIP_DEFLATED


def test_a_text_is_only_proofed_for_what_was_built(small: Small, briefings: Run) -> None:
    project = small(FILES)
    assert briefings(project, "build", "--format", "text", "--jobs", "1", "--date", libraries.DATE).code == 0
    path = project / "output/briefings/foot-patrol/foot-patrol.txt"
    assert briefings(project, "proof", "--jobs", "1").code == 0
    path.write_text(path.read_text().replace("small places", "large places"))
    said = briefings(project, "proof", "--jobs", "1")
    assert (said.code, "foot-patrol.txt:1:1: error proof-changed" in said.out) == (4, True)
    assert briefings(project, "proof", str(path), "--jobs", "1").code == 2


@pytest.mark.proof
def test_the_sample_library_reads_well(own: Path, briefings: Run) -> None:
    """No fault is found in it, and its lines have 72 columns, but for addresses and code."""
    for path in ("library.yaml", "packs/drug-crimes.yaml", "handbook/pack.yaml"):
        file = own / "source" / path
        file.write_text(re.sub(r"(?m)^formats: .*", "formats: [text]", file.read_text()))
    said = briefings(own, "build", "--jobs", "1", "--date", libraries.DATE)
    assert said.code == 0, said.out + said.err
    assert said.out.startswith("1 web page, 8 plain texts in ")
    for made in own.glob("output/*/*/*.txt"):
        wide = [line for line in made.read_text().split("\n") if columns(line) > COLUMNS]
        code = made.name == "handbook.txt"
        assert [line for line in wide if "://" not in line and not (code and line.startswith("    "))] == [], made
