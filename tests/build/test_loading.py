"""What is loaded where: engines by whoever uses them, and no model of a source by a process that sets type."""

import subprocess
import sys

from pipeline.build.project import PRESS_MODULES
from tests.support.project import ROOT

RULES = (
    *("pipeline.build.builder", "pipeline.build.formats", "pipeline.press.press"),
    *("pipeline.proof.inspection", "pipeline.proof.inspection", "pipeline.proof.inspection"),
    "pipeline.proof.listening",
)


def loaded_by(program: str) -> set[str]:
    """The modules that a process has loaded by the end of a program."""
    shown = f"{program}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def test_a_worker_need_not_know_what_a_library_is() -> None:
    loaded = loaded_by("\n".join(f"import {module}" for module in (*PRESS_MODULES, *RULES)))
    assert loaded >= {*PRESS_MODULES, *RULES}
    assert not loaded & {"pydantic", "pipeline.model.library", "markdown_it"}


def test_what_hands_out_the_work_loads_no_engine() -> None:
    assert not loaded_by("import pipeline.build.graph") & {"weasyprint", "pipeline.press"}


def test_who_resolves_loads_no_engine() -> None:
    program = (
        "from pipeline.build import run\n"
        "from pipeline.compose.design.typeface import common_points\n"
        "from pipeline.model.manuscript import FontFace\n"
        "assert common_points((FontFace('Lato', 400, False, 'fontpkg_lato', 'Lato-Regular.ttf'),))"
    )
    assert "pipeline.build.run" in (loaded := loaded_by(program))
    assert not loaded & {"weasyprint", "pikepdf", "pipeline.press"}
