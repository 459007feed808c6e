"""A library whose every picture carries its makers' notes: none of them gets into anything that is made."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from tests.support import libraries
from tests.support.bind import foreign_pdfs
from tests.support.load import metadata_pictures
from tests.support.project import IMPRINT, Said

pytestmark = pytest.mark.proof

PICTURES = {
    "held.jpg": metadata_pictures.jpeg(6),
    "plain.jpg": metadata_pictures.jpeg(),
    "burst.jpg": metadata_pictures.burst(),
    "inks.jpg": metadata_pictures.file(
        metadata_pictures.photograph(mode="CMYK"),
        "JPEG",
        exif=metadata_pictures.exif(8),
        comment=metadata_pictures.SECRET,
    ),
    "chart.png": metadata_pictures.png(),
    "turned.png": metadata_pictures.png(3),
    "scene.webp": metadata_pictures.webp(),
    "sign.gif": metadata_pictures.gif(),
    "wards.svg": metadata_pictures.svg(),
    "plan.pdf": metadata_pictures.pdf(),
}
BODY = "Patrol matters [@hughes2018].\n\n" + "\n\n".join(f'![Shown]({name}){{alt="A scene."}}' for name in PICTURES)
FILES: dict[str, str | bytes] = {
    "library.yaml": IMPRINT + "design: {logo: {file: logo.svg, alt: Northmoor Institute}}\n",
    "logo.svg": metadata_pictures.svg(),
    "briefings/patrol/briefing.md": libraries.briefing(BODY),
    **{f"briefings/patrol/{name}": content for name, content in PICTURES.items()},
    "series/nights.yaml": ("title: Nights\nlanding: |\n  ![Shown](held.jpg){alt='A scene.'}\nbriefings: [patrol]\n"),
    "series/held.jpg": metadata_pictures.jpeg(6),
    "packs/beats.yaml": (
        "title: Beats\nfront: [cover, contents, series]\nbriefings: [patrol, {insert: map.pdf, title: Map}]\n"
        "formats: [screen, print, booklet, epub, html]\n"
    ),
    "packs/map.pdf": foreign_pdfs.changed(foreign_pdfs.shows_noted_photographs),
}


def layers(content: bytes) -> Iterator[bytes]:
    """A file, what is packed in it, and the pictures in its data addresses."""
    laid = libraries.laid_open(content)
    yield laid
    for found in re.finditer(rb"data:[a-z/+-]+;base64,([A-Za-z0-9+/=\s]+)", laid):
        yield from layers(base64.b64decode(found[1]))


@pytest.fixture(scope="module")
def beats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Path]:
    """The library with all that was built of it."""
    project = libraries.written(tmp_path_factory.mktemp("noted"), FILES)
    return libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1"), project


def test_no_note_gets_into_what_is_made(beats: tuple[Said, Path]) -> None:
    """Into no PDF, book or web page of a briefing, a pack or a series; what is there is every picture."""
    said, project = beats
    made = libraries.made(project)
    assert not re.findall(r"error [a-z-]+:", said.err), said.err
    assert len([name for name in made if name.endswith((".pdf", ".epub", ".html"))]) == 9, sorted(made)
    assert [name for name, content in made.items() if any(map(metadata_pictures.tells, layers(content)))] == []
    pages = made["briefings/patrol/patrol.html"]
    assert len(re.findall(rb'src="data:image/(?:jpeg|png|webp|gif|svg.xml);', pages)) == len(PICTURES) + 1


def test_a_turned_photograph_stands_upright_everywhere(beats: tuple[Said, Path]) -> None:
    """Sixteen dots wide and twenty-four high, in the PDF as on the web page."""
    _, project = beats
    made = libraries.made(project)
    with pikepdf.open(io.BytesIO(made["briefings/patrol/patrol.pdf"])) as pdf:
        streams = (thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream))
        drawn = {(int(one.Width), int(one.Height)) for one in streams if one.get("/Subtype") == pikepdf.Name.Image}
    assert {(16, 24), (24, 16)} <= drawn
    held = re.findall(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", made["briefings/patrol/patrol.html"])
    assert Image.open(io.BytesIO(base64.b64decode(held[0]))).size == (16, 24)
