"""The long pack: about 150 pages, bound from pressed parts, typeset from scratch by others, and its numbered copies."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import library
from bench.complete import pages
from bench.ours import build, command
from bench.peers import Peer
from bench.plan import DAYS, FIRST_DAY, Plan
from bench.results import OURS, WHOLE, Measured
from bench.theirs import write_texts
from bench.timing import Run, run, surroundings

PACK, NUMBERED = "long", "numbered"
LICENCE = "licence: {id: CC-BY-4.0, name: Creative Commons Attribution}\n"
ISSUED_DESPITE = ("issue-unpublished", "issue-proof")


def long_pack(plan: Plan) -> Iterator[Measured]:
    """All rows of the long pack, in a library of its own."""
    project = plan.folder / "long"
    shutil.rmtree(project, ignore_errors=True)
    library.write_library(project, plan.members)
    names = tuple(library.name_of(number) for number in range(plan.members))
    library.write_pack(project, PACK, names, title="Invented long pack")
    build(project, plan, FIRST_DAY)
    if "long" in plan.rows:
        yield from _bound(plan, project)
        for peer in plan.peers:
            yield _typeset(plan, peer, project, names)
    if "copies" in plan.rows:
        yield _copies(plan, project, names)


def _bound(plan: Plan, project: Path) -> Iterator[Measured]:
    asked = (sys.executable, "-m", "bench.binding", str(project), PACK, DAYS[0], str(plan.runs + 2))
    bound = run(asked, surroundings())
    said = json.loads(bound.said.splitlines()[-1])
    runs = tuple(Run(seconds, cpu, bound.peak) for seconds, cpu in said["seconds"])
    yield Measured("long", OURS, plan.members, runs, said["pages"], "joined and stamped in a warm process")
    days = DAYS[1 : plan.runs + 1]
    whole = tuple(
        command(project, "build", PACK, "--format", "screen", "--jobs", str(plan.cores), "--date", day) for day in days
    )
    yield Measured("long", WHOLE, plan.members, whole, said["pages"], "another date: start, stamp, own checks, write")


def _typeset(plan: Plan, peer: Peer, project: Path, names: tuple[str, ...]) -> Measured:
    folder = plan.folder / f"{peer.name}-long"
    write_texts(folder, project, names, {PACK: names})
    peer.prepare(folder, (PACK,), 1)
    runs = tuple(peer.set(folder, (PACK,), 1) for _ in range(plan.runs))
    return Measured("long", peer.name, plan.members, runs, pages([folder / f"{PACK}.pdf"]), "without pandoc's time")


def _copies(plan: Plan, project: Path, names: tuple[str, ...]) -> Measured:
    """A numbered copy for each college. Generated briefings were never published: reasons override that."""
    library.write_colleges(project, plan.copies)
    library.write_pack(project, NUMBERED, names, title="Invented numbered pack", numbered="true", formats="[screen]")
    house = project / "source" / "library.yaml"
    house.write_text(f"{house.read_text(encoding='utf-8')}archive: archive\n{LICENCE}", encoding="utf-8")
    asked = ("--jobs", str(plan.cores), "--date", FIRST_DAY)
    passed = [word for code in ISSUED_DESPITE for word in ("--override", f"{code}=Measured and thrown away")]
    command(project, "issue", NUMBERED, *asked, *passed)
    made = command(project, "copies", NUMBERED, *asked)
    return Measured("copies", OURS, plan.members, (made,), remark=f"{plan.copies} copies")
