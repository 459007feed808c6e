"""Bombs in one library: each ends within its limit and is told at its place, and what is honest is built as ever."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.core.limits import Limit, break_off_after
from pipeline.load.briefing import parse_briefing
from tests.support.bombs.documents import DOCUMENTS, packed, shapes
from tests.support.bombs.drawings import DRAWINGS
from tests.support.bombs.pixels import gif, jpeg, png, webp
from tests.support.bombs.texts import TEXTS
from tests.support.bombs.works import WORKS
from tests.support.project import ROOT, sample

MOST_MEMORY = 1500
"""Megabytes of any process."""

IMPRINT = """title: Evidence briefings
publisher: Northmoor Institute
formats: [screen, html]
limits:
  press: {seconds: 5}
  bind: {seconds: 20}
  proof: {seconds: 8}
"""
BUILT = (
    "a table of 30,000 cells",
    "open citations",
    "open brackets",
    "quotes in quotes",
    "formula in formula",
    "a long title",
    "lines",
)
"""The texts of which a build is made: the first two end at a limit. All others are read alone."""

READ = [name for name in TEXTS if name not in BUILT]

HONEST = "---\ntitle: Lamps\nsummary: What lamps do.\n---\n\nLamps help [@hughes2018].\n"
WORK = "- {id: hughes2018, type: book, title: Walking the beat, author: [{family: Hughes}], issued: 2018}\n"
PICTURED = '---\ntitle: A map\nsummary: What it shows.\n---\n\nSee [](#fig-a).\n\n![A map]({}){{#fig-a alt="A map"}}\n'
PICTURES = {
    **{f"drawing {name}": ("a.svg", make) for name, make in DRAWINGS.items()},
    **{f"page {name}": ("a.pdf", make) for name, make in DOCUMENTS.items()},
    "page unpacked": ("a.pdf", lambda: packed(2_000_000_000)),
    "page of lines": ("a.pdf", lambda: shapes(20_000_000)),
    "dots png": ("a.png", lambda: png(60_000, 60_000)),
    "dots gif": ("a.gif", lambda: gif(65_000, 65_000)),
    "dots jpeg": ("a.jpg", lambda: jpeg(65_000, 65_000)),
    "dots webp": ("a.webp", lambda: webp(16_383, 4_000)),
}


SOME = dict(sample(list(PICTURES.items()), len(PICTURES) // 3))


def honest(root: Path) -> None:
    """A library with two texts and a pack of them."""
    for folder in ("briefings", "references", "packs"):
        (root / "source" / folder).mkdir(parents=True)
    (root / "source/library.yaml").write_text(IMPRINT, encoding="utf-8")
    (root / "source/references/works.yaml").write_text(WORK, encoding="utf-8")
    for name in ("lamps", "locks"):
        (root / f"source/briefings/{name}.md").write_text(HONEST, encoding="utf-8")
    pack = "title: Nights\nbriefings: [lamps, locks]\n"
    (root / "source/packs/nights.yaml").write_text(pack, encoding="utf-8")


def slug(name: str) -> str:
    """A name as an id."""
    return "bomb-" + "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def with_bombs(root: Path) -> list[str]:
    """Put all bombs into a library; gives the file at which each is to be told, if it is not built."""
    honest(root)
    source = root / "source"
    for name, (file, make) in SOME.items():
        folder = source / "briefings" / slug(name)
        folder.mkdir()
        (folder / "briefing.md").write_text(PICTURED.format(file), encoding="utf-8")
        (folder / file).write_bytes(make())
    for name in BUILT:
        (source / "briefings" / f"{slug(name)}.md").write_text(TEXTS[name](), encoding="utf-8")
    for name, works in WORKS.items():
        (source / "references" / name).write_text(works(), encoding="utf-8")
    return [
        *(f"source/briefings/{slug(name)}/briefing.md" for name in SOME),
        *(f"source/briefings/{slug(name)}.md" for name in BUILT),
        *(f"source/references/{name}" for name in WORKS),
    ]


def family(pid: int) -> Iterator[int]:
    """The numbers of a process and of all that it has started."""
    yield pid
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from family(int(child))


def build(root: Path) -> tuple[int, str, int]:
    """Build a library; gives the exit code, what was said, and the megabytes of the largest process."""
    command = [sys.executable, "-m", "pipeline", "--project", str(root), "build", "--all"]
    command += ["--date", "2026-11-25", "--jobs", "2"]
    most = 0
    with (root / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        while process.poll() is None:
            for pid in family(process.pid):
                with suppress(OSError, StopIteration, ValueError):
                    state = Path(f"/proc/{pid}/status").read_text().splitlines()
                    most = max(most, int(next(line for line in state if line.startswith("VmHWM")).split()[1]) // 1000)
            time.sleep(0.2)
        said.seek(0)
        return process.returncode, said.read(), most


def made(root: Path) -> dict[str, bytes]:
    """What was made of the honest texts."""
    files = [*root.glob("output/briefings/l*/*"), *root.glob("output/packs/*/*")]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.proof
@pytest.mark.parametrize("name", sample(READ, len(READ) // 2))
def test_text_is_read_within_its_limit(name: str) -> None:
    with break_off_after(Limit(60, 1200)):
        parsed = parse_briefing("source/briefings/lamps.md", TEXTS[name]().encode())
    assert parsed.briefing or parsed.remarks


@pytest.mark.proof
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="how large a process is, is read where Linux says it"
)
def test_bombs_are_told_at_their_places_and_all_else_is_built(tmp_path: Path) -> None:
    """Near fifty of them, or fewer: drawings, pictures, pages, texts, tables, formulas, bibliographies."""
    honest(tmp_path / "without")
    assert build(tmp_path / "without")[0] == 0
    places = with_bombs(tmp_path / "with")
    assert len(places) >= 25
    code, said, most = build(tmp_path / "with")
    assert code in (1, 4)
    assert "Traceback" not in said
    assert most < MOST_MEMORY
    built = {path.name for path in (tmp_path / "with/output/briefings").iterdir()}
    ids = {place: place.split("/")[2].removesuffix(".md") for place in places}
    lost = [place for place in places if f"{place}:" not in said and ids[place] not in built]
    assert not lost
    bombs = [slug(name) for name in SOME]
    assert [name for name in bombs if f"source/briefings/{name}/briefing.md:8:1: error" not in said] == []
    assert made(tmp_path / "with") == made(tmp_path / "without")
