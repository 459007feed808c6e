"""Plain text from the command on: listed, made, recorded, given another day, and sent to a college."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.text.wrapping import COLUMNS, count_columns
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


@pytest.mark.proof
def test_the_sample_library_reads_well(own: Path, briefings: Run) -> None:
    """No fault is found in it, and its lines have 72 columns, but for addresses and code."""
    for path in ("library.yaml", "packs/drug-crimes.yaml", "handbook/pack.yaml", "handbook/reference.yaml"):
        file = own / "source" / path
        file.write_text(re.sub(r"(?m)^formats: .*", "formats: [text]", file.read_text()))
    said = briefings(own, "build", "--jobs", "1", "--date", libraries.DATE)
    assert said.code == 0, said.out + said.err
    assert said.out.startswith("1 web page, 9 plain texts in ")
    for made in own.glob("output/*/*/*.txt"):
        wide = [line for line in made.read_text().split("\n") if count_columns(line) > COLUMNS]
        code = made.name == "handbook.txt"
        assert [line for line in wide if "://" not in line and not (code and line.startswith("    "))] == [], made
