"""Layouts that ship, copied into a library to be changed; and the page of the handbook that names every part."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.new import layout_names
from pipeline.cli.options import SHIPPED
from tests.support.project import ROOT, Said

Run = Callable[..., Said]
Library = Callable[..., Path]
PAGE = runpy.run_path(str(ROOT / ".setup" / "parts_page.py"))
FILES = {name: (SHIPPED / name).read_text(encoding="utf-8") for name in layout_names(SHIPPED)}


def below(folder: Path) -> set[str]:
    """The files in a folder, by their paths."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_layout_is_copied_with_its_explanation(library: Library, briefings: Run) -> None:
    root = library()
    said = briefings(root, "new", "--layout", "briefing")
    assert said.code == 0, said.err
    assert below(root / "layouts") == {name for name in FILES if name.startswith("briefing/")}
    notes = (root / "layouts/briefing/notes.css").read_text(encoding="utf-8")
    assert notes.startswith("/* Notes at the foot of the page of their call")
    head = notes.partition("*/")[0]
    assert all(token in head for token in ("--indent", "--around", "--line", "--small"))
    assert "change some, and delete the others" in said.out
    assert "layouts tokens.css" in said.out


def test_a_copied_layout_makes_the_same_page(library: Library, briefings: Run) -> None:
    root = library({"briefings/lamps.md": "---\ntitle: Lamps\nsummary: What lamps do.\n---\n\nLamps.\n"})
    page = root / "output/briefings/lamps/lamps.html"
    build = ("build", "--format", "html", "--date", "2026-04-26", "--jobs", "1")
    assert briefings(root, *build).code == 0
    before = page.read_bytes()
    assert briefings(root, "new", "--layout").code == 0
    assert briefings(root, "check", "--strict").code == 0
    assert briefings(root, *build).code == 0
    assert page.read_bytes() == before


def test_a_layout_of_packs_has_a_name_of_its_own(library: Library, briefings: Run) -> None:
    """It begins as that of all packs, and a pack asks for it."""
    lamps = "---\ntitle: Lamps\nsummary: What lamps do.\n---\n\nLamps.\n"
    root = library({"briefings/lamps.md": lamps, "packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n"})
    said = briefings(root, "new", "--layout", "training")
    assert (said.code, below(root / "layouts/training")) == (0, below(SHIPPED / "pack"))
    assert "Write 'layout: training' into each pack" in said.out
    pack = root / "source/packs/nights.yaml"
    pack.write_text(pack.read_text() + "layout: training\n", encoding="utf-8")
    assert briefings(root, "check", "--strict").code == 0


def test_nothing_of_ones_own_is_written_over(library: Library, briefings: Run) -> None:
    root = library()
    own = root / "layouts/briefing/page.css"
    own.parent.mkdir(parents=True)
    own.write_text("/* Ours. */\n", encoding="utf-8")
    said = briefings(root, "new", "--layout", "briefing")
    assert said.code == 2
    assert "page.css is there already, and stays as it is." in said.err
    assert below(root / "layouts") == {"briefing/page.css"}
    assert own.read_text(encoding="utf-8") == "/* Ours. */\n"


def test_a_new_library_may_have_its_layout_to_change(tmp_path: Path, briefings: Run) -> None:
    assert briefings(tmp_path, "new", str(tmp_path / "mine"), "--layout").code == 0
    assert (tmp_path / "mine/source/library.yaml").is_file()
    assert (tmp_path / "mine/layouts/briefing/page.css").is_file()


@pytest.mark.parametrize("name", ["../away", "Training", "a/b"])
def test_a_name_that_no_folder_can_have_is_refused(name: str, library: Library, briefings: Run) -> None:
    said = briefings(library(), "new", "--layout", name)
    assert (said.code, "can be no layout's name" in said.err) == (2, True)


def test_the_handbook_names_every_file_of_the_layouts() -> None:
    """With the part of the page that it makes; `make handbook` writes the page again."""
    page = (ROOT / "source/handbook/parts.md").read_text(encoding="utf-8")
    assert page == PAGE["parts_page"](FILES), "make handbook writes the page again"
    assert [name for name in FILES if f"`{name}`" not in page] == []


def test_no_layout_file_is_copied_if_one_of_them_cannot_be(library: Library, briefings: Run) -> None:
    root = library()
    refused = briefings(root, "layouts", "tokens.css", "layouts/briefing/pages.css")
    assert (refused.code, below(root / "layouts")) == (2, set())
    assert "No file 'briefing/pages.css' ships with the layouts." in refused.err
    copied = briefings(root, "layouts", "tokens.css", "layouts/briefing/page.css")
    assert (copied.code, below(root / "layouts")) == (0, {"tokens.css", "briefing/page.css"})
