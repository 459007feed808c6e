"""Files that are up to date are left alone; remarks on them are reported again."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.build.checks import find_expected_file
from pipeline.core.cache import Cache
from pipeline.core.digests import sha256
from pipeline.proof.inspection import check_pdf
from tests.support import libraries
from tests.support.broken_layouts import breaking
from tests.support.calls import calls_of
from tests.support.project import ROOT, Said

pytestmark = pytest.mark.proof

Run = Callable[..., Said]
Small = Callable[[Mapping[str, str | bytes]], Path]

LAMPS = libraries.briefing("Lamps were lit [@hughes2018].", "Lamps")
PAIR = {"briefings/foot-patrol.md": libraries.briefing(), "briefings/lamps.md": LAMPS}
PACK = PAIR | {"packs/nights.yaml": "title: Nights\nbriefings: [lamps]\n"}


WIDE = f"\n| Area | {'Counterrevolutionaries | ' * 9}\n|{':--|' * 10}\n| North | {'1 | ' * 9}\n"
"""A table that is wider than its page."""
WIDE_TABLES = {name: text + WIDE for name, text in PAIR.items()}
SCREEN = ("--format", "screen")
REMARK = "warning made-table-blocks"


def built(build: Run, project: Path) -> str:
    """Return the output of a build of the screen editions."""
    result = build(project, *SCREEN)
    assert result.code == 0, result.out
    return result.err + result.out


def reword(project: Path, name: str = "lamps", word: str = "dim") -> None:
    path = project / "source" / "briefings" / f"{name}.md"
    path.write_text(path.read_text().replace("lit", word))


def test_remarks_on_files_that_are_up_to_date_are_repeated(small: Small, build: Run) -> None:
    project = small(WIDE_TABLES)
    with calls_of(check_pdf) as checks:
        first = built(build, project)
        reword(project)
        again = built(build, project)
    names = [Path(check.given["job"].path).stem for check in checks]
    assert names == ["foot-patrol", "lamps", "lamps"]
    for output in (first, again):
        assert output.count(REMARK) == 2
    assert "1 typeset, 1 bound" in again


def test_a_file_that_was_changed_and_has_its_size_is_put_back(small: Small, build: Run) -> None:
    project = small(PAIR)
    built(build, project)
    before = libraries.made(project)
    reword(project)
    (patrol := project / "output" / "briefings" / "foot-patrol" / "foot-patrol.pdf").write_bytes(
        before["briefings/foot-patrol/foot-patrol.pdf"].replace(b"%PDF-", b"%PDF_")
    )
    assert "1 typeset, 1 bound" in built(build, project)
    assert patrol.read_bytes() == before["briefings/foot-patrol/foot-patrol.pdf"]
    assert "nothing had changed" in built(build, project)


def test_a_pack_is_made_anew_with_its_briefing(small: Small, build: Run) -> None:
    project = small(PACK)
    built(build, project)
    pack = "packs/nights/nights.pdf"
    whole = libraries.made(project)[pack]
    patrol = project / "source" / "briefings" / "foot-patrol.md"
    patrol.write_text(patrol.read_text().replace("small places", "places"))
    assert "1 typeset, 1 bound" in built(build, project)
    assert libraries.made(project)[pack] == whole
    reword(project)
    built(build, project)
    assert libraries.made(project)[pack] != whole


def test_entries_that_up_to_date_files_need_are_not_pruned(small: Small, build: Run) -> None:
    """After a change, and after another day, `prune` leaves the sheets of what did not change."""
    project = small(PAIR)
    built(build, project)
    reword(project)
    built(build, project)
    for day in ("2024-04-27", "2024-04-28"):
        libraries.here(project, "prune")
        shutil.rmtree(project / "output" / "briefings")
        result = build(project, "--date", day, *SCREEN)
        assert "0 typeset, 2 bound" in result.out
        build(project, *SCREEN)  # gives its day to the files


def test_after_an_incomplete_build_the_other_files_are_up_to_date(small: Small, build: Run) -> None:
    """Their promises are kept with them, and `prune` does not delete these."""
    project = small(PAIR | {"briefings/lamps.md": f"{LAMPS}\nSay `dim`.\n"})
    breaking(project, "briefing/type.css", "code")
    result = build(project, *SCREEN)
    assert result.code == 4
    assert "broke off while it set 'lamps'" in result.err
    (project / "source/briefings/lamps.md").write_text(LAMPS, encoding="utf-8")
    assert "1 typeset, 1 bound" in built(build, project)
    libraries.here(project, "prune")
    store = Cache(project / "output" / ".store")
    assert all(find_expected_file(store, sha256(path.read_bytes())) for path in libraries.pdfs(project))


def test_where_nothing_has_changed_no_model_is_loaded(small: Small, build: Run) -> None:
    project = small(PAIR)
    again = ("--project", str(project), "--quiet", "build", "--jobs", "1", *SCREEN)
    for _ in range(2):  # the first cannot cache the time zone yet
        assert libraries.here(project, *again[2:]).code == 0
    code = f"import sys; from pipeline.__main__ import guarded; guarded({again!r}); print(*sys.modules)"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, cwd=ROOT, check=True, text=True)
    loaded = set(done.stdout.split())
    assert "pipeline.build.api" in loaded
    engines = {"weasyprint", "pikepdf", "asyncio", "concurrent.futures", "pipeline.build.run"}
    assert not loaded & {"pydantic", "markdown_it", "yaml", "rich", *engines}
