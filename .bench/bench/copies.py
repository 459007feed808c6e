"""`python -m bench.copies`: how long 50 numbered copies of a pack of 150 pages take, and how much memory.

The pack is built first, which is not measured. Then come the copies of its screen PDF, by all processors: stamps
pressed, files made and laid down, each with a college as its holder; and what proofing the first of them adds.
"""

import argparse
import os
import resource
import shutil
import sys
import time
from datetime import date
from pathlib import Path

from pipeline.build.api import build
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.printed_code import code_of
from pipeline.core.progress import ProgressReporter
from pipeline.model.formats import Order
from pipeline.model.source.college import College
from pipeline.services.colleges.numbered_copies import NumberedCopyJob, make_numbered_copies
from pipeline.services.colleges.recipients import NumberedCopy
from pipeline.services.editions.edition import FinishedFile
from tests.support.invented import generate
from tests.support.project import ROOT
from tests.support.words import ENGLISH

BRIEFINGS, COPIES = 29, 50
FOLDER = ROOT / "output" / "bench" / "copies"
DAY = date(2026, 4, 26)


def library(folder: Path) -> Path:
    """A library with a numbered pack of about 150 pages."""
    if not folder.exists():
        generate(folder, BRIEFINGS)
        members = ", ".join(f"briefing-{number:03}" for number in range(BRIEFINGS))
        pack = (
            f"title: Invented pack\nedition: Spring 2026\nnumbered: true\nbriefings: [{members}]\nformats: [screen]\n"
        )
        (folder / "source" / "packs" / "pack.yaml").write_text(pack, encoding="utf-8")
    return folder


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the library stands, or is written")
    folder: Path = parser.parse_args().folder
    jobs = os.cpu_count() or 1
    project = Project(library(folder), SHIPPED, ProgressReporter(), jobs)
    built = build(Order(("pack",), ("screen",), DAY), project)
    (output,) = built.outputs
    master = FinishedFile("screen", "pack.pdf", (project.output / output.path).read_bytes(), output.pages)
    takers = {f"college-{n}": College(name=f"Learning Unit {n}", type="agency") for n in range(1, COPIES + 1)}
    copies = [NumberedCopy(name, "screen", number) for number, name in enumerate(takers, 1)]
    job = NumberedCopyJob(project.loaded[0], "pack", DAY, (master,), copies, takers, ENGLISH, code_of(64 * "0"))
    target = folder / "numbered"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    show(f"{output.pages} pages, {len(master.content) / 1e6:.1f} MB, {COPIES} copies, {jobs} processes")
    for name, proofed in (("copies", False), ("copies again, and the first of them proofed", True)):
        start, work = time.perf_counter(), _cpu()
        found = make_numbered_copies(project, job, lambda copy, file: _lay(target, file), with_checks=proofed)
        show(f"{name}: {time.perf_counter() - start:.1f} s, CPU {_cpu() - work:.1f} s, {len(found)} remarks")
    for who, label in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "the largest worker")):
        show(f"peak memory of {label}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MB")


def _cpu() -> float:
    """CPU seconds of this process and of the workers that have gone home."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def show(line: str) -> None:
    """Say a figure."""
    sys.stdout.write(line + "\n")


def _lay(target: Path, file: FinishedFile) -> None:
    (target / file.name).write_bytes(file.content)


if __name__ == "__main__":
    main()
