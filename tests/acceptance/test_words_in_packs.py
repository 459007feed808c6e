"""Packs in which two languages meet, and copies and days in another language than English.

The words of the made-up table are longer than any, have apostrophes, and none is like the English one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from tests.acceptance.numbered_copies import COLLEGES, PACK, prepare
from tests.support import libraries
from tests.support.outputs import page_texts
from tests.support.publishing import publish, text
from tests.support.words import WORDBOOK, made_up

pytestmark = pytest.mark.proof


FORMATS = ("screen", "print", "epub", "html"), ("large-print", "booklet", "html")
"""The formats of a pack in two languages: some where it speaks the one, and others where it speaks the other."""


def library(root: Path, spoken: str, formats: tuple[str, ...] = ("large-print",), **own: str) -> Path:
    """A library in a language, with a table of Welsh words, a published text, a draft and a pack of both.

    The formats that its pack of copies has not are by themselves those of the pack of both.
    """
    texts = {
        "briefings/foot-patrol.md": text(),
        "briefings/lamps.md": libraries.briefing("Lamps matter [@hughes2018].", "Lamps", **own),
        "packs/nights.yaml": PACK,
        "packs/days.yaml": f"title: Days\nbriefings: [foot-patrol, lamps]\nformats: [{', '.join(formats)}]\n",
        "colleges.yaml": COLLEGES,
        "series/patrol.yaml": "title: P\npractice_caveat: Not all was evaluated.\nbriefings: [foot-patrol]\n",
    }
    libraries.written(root, texts)
    (root / "layouts" / "words").mkdir(parents=True)
    (root / "layouts" / "words" / "cy.yaml").write_text(made_up("cy"), encoding="utf-8")
    imprint = root / "source" / "library.yaml"
    imprint.write_text(f"language: {spoken}\n{imprint.read_text(encoding='utf-8')}", encoding="utf-8")
    return root


@pytest.mark.parametrize(("language", "own", "formats"), [("en-GB", "cy", FORMATS[0]), ("cy", "en-GB", FORMATS[1])])
def test_each_part_of_a_pack_speaks_its_language(
    language: str, own: str, formats: tuple[str, ...], tmp_path: Path
) -> None:
    project = library(tmp_path / "mixed", language, formats, language=own)
    said = libraries.here(project, "build", "days", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 0, said.err
    folder = project / "output" / "packs" / "days"
    page = html.fromstring((folder / "days.html").read_bytes())
    (lamps,) = (section for section in page.iter("section") if section.get("id") == "lamps")
    assert lamps.get("lang") == own
    produced = {"cy": "«sihT ypoc decudorp’r»", "en-GB": "This copy produced"}
    assert produced[own] in " ".join(" ".join(map(str, lamps.itertext())).split())
    assert produced[language] not in " ".join(" ".join(map(str, lamps.itertext())).split())


def test_numbered_copies_name_their_holder_in_the_language_of_the_pack(tmp_path: Path) -> None:
    project = library(tmp_path / "numbered", "cy")
    assert publish(project).code == 0
    done = prepare(project, "2026-11-25")
    assert done.code == 0, done.err
    welsh = WORDBOOK.english.say("copy", number=4, holder="")
    assert welsh.startswith("Copy 4")
    texts = page_texts(next((project / "output").glob("colleges/south/**/*-copy-004.pdf")))
    assert all("«ypoC’r» 4" in " ".join(text.split()) for text in texts)
    page = next((project / "output").glob("colleges/south/**/*-copy-007.html")).read_text(encoding="utf-8")
    assert "«ypoC’r» 7«, dleh yb’r»" in page
    assert "debmunnU" not in page


def test_another_day_and_another_phrase_reach_every_format(tmp_path: Path) -> None:
    """What is given another day is what a build from nothing makes; a changed phrase is printed everywhere."""
    project = library(tmp_path / "changed", "cy")
    for day in ("2024-04-26", "2024-11-02"):
        assert libraries.here(project, "build", "--date", day, "--jobs", "1").code == 0
    fresh = library(tmp_path / "fresh", "cy")
    assert libraries.here(fresh, "build", "--date", "2024-11-02", "--jobs", "1").code == 0
    before = libraries.made(project)
    assert before == libraries.made(fresh)
    table = project / "layouts" / "words" / "cy.yaml"
    table.write_text(table.read_text(encoding="utf-8").replace("«noisreV'r»", "Fersiwn"), encoding="utf-8")
    assert libraries.here(project, "build", "--date", "2024-11-02", "--jobs", "1").code == 0
    after = libraries.made(project)
    alike = [name for name in before if before[name] == after[name] and "series" not in name]
    assert alike == []
