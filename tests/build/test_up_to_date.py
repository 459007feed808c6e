"""What stands of earlier builds is left alone, whatever else has changed; what was said of it is said again."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.build.checks import expected_file_of
from pipeline.core.cache import Cache
from pipeline.core.digests import sha256
from pipeline.proof.inspection import own_proof
from tests.support import libraries
from tests.support.broken_layouts import breaking
from tests.support.calls import Call, calls_of
from tests.support.project import ROOT, Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LAMPS = libraries.briefing("Lamps were lit [@hughes2018].", "Lamps")
PAIR = {"briefings/foot-patrol.md": libraries.briefing(), "briefings/lamps.md": LAMPS}
PACK = PAIR | {"packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n"}


WIDE = f"\n| Area | {'Counterrevolutionaries | ' * 9}\n|{':--|' * 10}\n| North | {'1 | ' * 9}\n"
"""A table that is wider than its page."""
DOUBTED = {name: text + WIDE for name, text in PAIR.items()}
DOUBT = "warning made-table-blocks"


def paths(checks: list[Call]) -> list[str]:
    return [check.given["job"].path for check in checks]


def built(briefings: Run, project: Path, *more: str) -> str:
    """What a build of the screen editions says."""
    said = briefings(project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "screen", *more)
    assert said.code == 0, said.out
    return said.err + said.out


def reword(project: Path, name: str = "lamps", word: str = "dim") -> None:
    path = project / "source" / "briefings" / f"{name}.md"
    path.write_text(path.read_text().replace("lit", word))


def test_what_was_said_of_files_that_stand_is_said_again(small: Small, briefings: Run) -> None:
    project = small(DOUBTED)
    with calls_of(own_proof) as heard:
        first = built(briefings, project)
        reword(project)
        again = built(briefings, project)
    assert paths(heard) == [f"output/briefings/{name}/{name}.pdf" for name in ("foot-patrol", "lamps", "lamps")]
    for said in (first, again):
        assert said.count(DOUBT) == 2
    assert "pressed 1, bound 1" in again


def test_a_file_that_was_changed_and_has_its_size_is_put_back(small: Small, briefings: Run) -> None:
    project = small(PAIR)
    built(briefings, project)
    before = libraries.made(project)
    reword(project)
    (patrol := project / "output" / "briefings" / "foot-patrol" / "foot-patrol.pdf").write_bytes(
        before["briefings/foot-patrol/foot-patrol.pdf"].replace(b"%PDF-", b"%PDF_")
    )
    assert "pressed 1, bound 1" in built(briefings, project)
    assert patrol.read_bytes() == before["briefings/foot-patrol/foot-patrol.pdf"]
    assert "nothing had changed" in built(briefings, project)


def test_a_pack_is_made_anew_with_its_briefing(small: Small, briefings: Run) -> None:
    project = small(PACK)
    built(briefings, project)
    pack = "packs/nights/nights.pdf"
    whole = libraries.made(project)[pack]
    patrol = project / "source" / "briefings" / "foot-patrol.md"
    patrol.write_text(patrol.read_text().replace("small places", "places"))
    assert "pressed 1, bound 1" in built(briefings, project)
    assert libraries.made(project)[pack] == whole
    reword(project)
    built(briefings, project)
    assert libraries.made(project)[pack] != whole


def test_what_stands_rests_on_is_not_forgotten(small: Small, briefings: Run) -> None:
    """After a change, and after another day, `prune` leaves the sheets of what did not change."""
    project = small(PAIR)
    built(briefings, project)
    reword(project)
    built(briefings, project)
    for day in ("2024-04-27", "2024-04-28"):
        briefings(project, "prune")
        shutil.rmtree(project / "output" / "briefings")
        said = briefings(project, "build", "--date", day, "--jobs", "1", "--format", "screen")
        assert "pressed 0, bound 2" in said.out
        briefings(
            project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "screen"
        )  # gives it to what stands


def test_after_a_build_that_lacks_something_the_rest_stands(small: Small, briefings: Run) -> None:
    """What it is held to is remembered with it, and outlives `prune`."""
    project = small(PAIR | {"briefings/lamps.md": f"{LAMPS}\nSay `dim`.\n"})
    breaking(project, "briefing/type.css", "code")
    said = briefings(project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "screen")
    assert said.code == 4
    assert "broke off while it set 'lamps'" in said.err
    (project / "source/briefings/lamps.md").write_text(LAMPS, encoding="utf-8")
    assert "pressed 1, bound 1" in built(briefings, project)
    briefings(project, "prune")
    store = Cache(project / "output" / ".store")
    assert all(expected_file_of(store, sha256(path.read_bytes())) for path in libraries.pdfs(project))


def test_where_nothing_has_changed_no_model_is_loaded(small: Small, briefings: Run) -> None:
    project = small(PAIR)
    again = ("--project", str(project), "--quiet", "build", "--jobs", "1", "--format", "screen")
    for _ in range(2):  # the first has no place yet to remember the zone of the day in
        assert briefings(project, *again[2:]).code == 0
    code = f"import sys; from pipeline.__main__ import guarded; guarded({again!r}); print(*sys.modules)"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, cwd=ROOT, check=True, text=True)
    loaded = set(done.stdout.split())
    assert "pipeline.build.api" in loaded
    engines = {"weasyprint", "pikepdf", "asyncio", "concurrent.futures", "pipeline.build.run"}
    assert not loaded & {"pydantic", "markdown_it", "yaml", "rich", *engines}
