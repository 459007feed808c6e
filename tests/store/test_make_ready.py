"""The press is made ready for what texts were set in last."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.build.project import BINDERY, PRESS, WORN, _dresses, make_worker_ready
from pipeline.build.store import Store
from pipeline.model.manuscript import FontFace
from pipeline.press.engine.engine import parse_style
from pipeline.press.press import make_ready, press
from tests.acceptance import shelf
from tests.conftest import ROOT, Said
from tests.press.small import briefing

Small = Callable[..., Path]
Run = Callable[..., Said]

LIBRARY = {
    "briefings/lamps.md": shelf.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n",
    "library.yaml": "title: Library\npublisher: Institute\nformats: [screen, large-print]\n",
}


def worn(store: Store) -> tuple[tuple[str, tuple[FontFace, ...]], ...]:
    """What texts were set in last."""
    return tuple(store.find(store.key(*WORN), _dresses()) or ())


def test_each_edition_s_dress_is_noted_and_put_on(briefings: Run, small: Small) -> None:
    """That of the briefings, which is what changes; the front matter of a pack wears another."""
    project = small(LIBRARY)
    assert briefings(project, "build", "--date", shelf.DATE, "--jobs", "1").code == 0
    store = Store(project / "output" / ".store")
    styles = [style for style, _ in worn(store)]
    assert len(styles) == 2
    parse_style.cache_clear()
    make_worker_ready(store)
    assert parse_style.cache_info().currsize == 2


def test_nothing_is_put_on_where_nothing_was_set(tmp_path: Path) -> None:
    """The press is loaded all the same."""
    parse_style.cache_clear()
    make_worker_ready(Store(tmp_path))
    assert parse_style.cache_info().currsize == 0


def test_a_press_that_was_made_ready_sets_the_same() -> None:
    """Byte for byte."""
    text = briefing()
    before = press(text)
    make_ready(text.style, text.fonts)
    assert press(text) == before


def loaded_by(program: str) -> set[str]:
    """The modules that a process has loaded by the end of a program."""
    shown = f"{program}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def test_a_worker_need_not_know_what_a_library_is() -> None:
    """It sets, binds and proofs without the models of what authors write, which take long to load, and much room."""
    asked = ("pipeline.proof.validators.asking", "pipeline.proof.pdf.openings", "pipeline.press.cover")
    tools = (*PRESS, *BINDERY, *asked)
    loaded = loaded_by("\n".join(f"import {tool}" for tool in tools))
    assert loaded >= set(tools)
    assert not loaded & {"pydantic", "pipeline.model.library", "markdown_it"}


def test_who_resolves_loads_no_engine() -> None:
    """Not even to learn which characters its faces have."""
    program = (
        "from pipeline.build import engine\n"
        "from pipeline.compose.design.typeface import coverage\n"
        "from pipeline.model.manuscript import FontFace\n"
        "assert coverage((FontFace('Lato', 400, False, 'fontpkg_lato', 'Lato-Regular.ttf'),))"
    )
    assert "pipeline.build.engine" in (loaded := loaded_by(program))
    assert not loaded & {"weasyprint", "pikepdf", "pipeline.press"}
