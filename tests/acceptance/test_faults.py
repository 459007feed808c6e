"""A fault of the program is reported at the file that caused it, and all other files are built."""

import pickle
import re
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.build.builder import run_step
from pipeline.core.faults import fault_of, log_fault, open_fault_log
from tests.support import libraries
from tests.support.libraries import failing
from tests.support.project import REFERENCES

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
FILES = {
    "briefings/bad.md": libraries.briefing('A picture of Badtown.\n\n![Badtown](bad.svg){alt="A map"}', "Badtown"),
    "briefings/bad.svg": PICTURE,
    "briefings/badly-sourced.md": libraries.briefing("It rests on a bad work [@bad2020].", "Badly sourced"),
    "briefings/good.md": libraries.briefing(title="Goodtown"),
    "briefings/member.md": libraries.briefing(title="Member"),
    "packs/bad-pack.yaml": "title: Bad pack\nbriefings: [member]\n",
    "packs/good-pack.yaml": "title: Good pack\nbriefings: [good]\n",
    "references/bad.yaml": REFERENCES.replace("hughes2018", "bad2020"),
    "series/bad-series.yaml": "title: Bad series\nsummary: What it holds.\nlanding: Words.\nbriefings: [member]\n",
}
GOOD = ("briefings/good/", "packs/good-pack/")

PAGE = "output/series/bad-series/bad-series.html"
BRIEFING, PACK, SERIES = "briefings/bad.md", "packs/bad-pack.yaml", "series/bad-series.yaml"
BIBLIOGRAPHY, PICTURED, CITING = "references/bad.yaml", "briefings/bad.md", "briefings/badly-sourced.md"

FAULTS = {
    "load a briefing": ("pipeline.load.briefing:parse_briefing", "briefings/bad.md", BRIEFING),
    "load a bibliography": ("pipeline.load.references.reference_files:read_reference_file", "bad.yaml", BIBLIOGRAPHY),
    "load a picture": ("pipeline.load.pictures.picture:read_picture", "bad.svg", PICTURED),
    "check a pack": ("pipeline.resolve.rules:view_pack", "Bad pack", PACK),
    "resolve a briefing": ("pipeline.resolve.resolve:draft_briefing", "briefings/bad.md", BRIEFING),
    "resolve a series": ("pipeline.resolve.resolve:draft_series", "bad-series", SERIES),
    "resolve a work": ("pipeline.resolve.citations.citeproc:format_within_limits", "bad2020", CITING),
    "compose a pack": ("pipeline.build.pack_layout:compose_front", "Bad pack", PACK),
    "press a briefing": ("pipeline.press.press:press", "Badtown", BRIEFING),
    "bind a pack": ("pipeline.build.formats:bind", "Bad pack", "output/packs/bad-pack/bad-pack.pdf"),
    "proof a briefing": ("pipeline.proof.inspection:check_pdf", "bad/bad.pdf", "output/briefings/bad/bad.pdf"),
    "proof a series": ("pipeline.proof.inspection:check_web_page", "bad-series", PAGE),
}  # fmt: skip
"""Where the program fails and on what, and the file at which that is reported."""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an undisturbed build."""
    project = libraries.written(tmp_path_factory.mktemp("undisturbed") / "library", FILES)
    assert libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1").code == 0
    return libraries.made(project)


@pytest.mark.proof
@pytest.mark.parametrize("name", FAULTS)
def test_all_else_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes], name: str
) -> None:
    where, on, place = FAULTS[name]
    module, _, function = where.partition(":")
    monkeypatch.setattr(where.replace(":", "."), failing(getattr(import_module(module), function), on))
    project = libraries.written(tmp_path / "library", FILES)
    said = libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1")
    path = place if place.startswith("output/") else f"source/{place}"
    assert said.code == 4, said.err
    assert f"{path}:" in said.err
    assert "error fault-of-ours: The program failed while it" in said.err
    assert "Traceback" not in said.err
    assert "KeyError: 'on purpose'" in (project / "output/faults.log").read_text("utf-8")
    good = {path: content for path, content in undisturbed.items() if path.startswith(GOOD)}
    built = libraries.made(project)
    assert {path: built.get(path) == content for path, content in good.items()} == dict.fromkeys(good, True)


@pytest.mark.parametrize(
    ("where", "on", "place"),
    [
        ("pipeline.resolve.characters:references_have_their_letters", "briefings/bad.md", "briefings/bad.md"),
        ("pipeline.resolve.rules:index_nodes", "Loose", "briefings/loose.md"),
        ("pipeline.resolve.rules:_check_settings", "", "library.yaml"),
        ("pipeline.load.library:read_imprint", "b'title", "library.yaml"),
    ],
)
def test_check_reports_a_fault_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, on: str, place: str
) -> None:
    module, _, function = where.partition(":")
    monkeypatch.setattr(where.replace(":", "."), failing(getattr(import_module(module), function), on))
    more = {
        "briefings/loose.md": "---\ntitle: [\n---\n\nLoose words.\n",
        "briefings/wrong.md": libraries.briefing('![A map](none.svg){alt="A map"}'),
    }
    said = libraries.here(libraries.written(tmp_path / "library", FILES | more), "check", "--all")
    assert said.code == 4, said.err
    assert re.search(rf"^source/{place}:\d+:\d+: error fault-of-ours: The program failed while it ", said.out, re.M)
    assert "source/briefings/wrong.md:6:1: error figure-missing" in said.out
    assert "Traceback" not in said.err


def test_the_log_of_faults_replaces_a_link(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "output/faults.log").symlink_to(tmp_path / "elsewhere")
    with open_fault_log(tmp_path):
        log_fault(fault_of(KeyError("on purpose")), "source/briefings/bad.md")
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert "KeyError: 'on purpose'" in (tmp_path / "output/faults.log").read_text()


def test_a_fault_comes_back_from_a_worker() -> None:
    failure = pickle.loads(pickle.dumps(run_step("json:loads", 5)))
    assert failure.crash.summary.startswith("TypeError in ")
    assert "TypeError: the JSON object must be" in failure.crash.details
