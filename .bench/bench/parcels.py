"""`python -m bench.parcels`: how long an issued pack of 150 pages takes to 50 colleges by the channel `folder`.

Publishing and issuing are not measured. The pack goes out twice, each time by the whole verb: one file for all, then a
numbered copy for each, which is stamped first.
"""

import argparse
import os
import shutil
import sys
from datetime import date
from pathlib import Path

from bench.copies import show
from bench.timing import run, surroundings
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.model.source.versions import folder_of
from pipeline.proof import validators
from pipeline.resolve.reading import view_briefings
from pipeline.services.editions.publish import version_files
from tests.support.editions.issued_library import WITHOUT_VERAPDF
from tests.support.invented import generate
from tests.support.project import ROOT

BRIEFINGS, COLLEGES = 45, 50
FOLDER = ROOT / "output" / "bench" / "parcels"
PUBLISHED, ISSUED, SENT = date(2024, 2, 2), "2024-10-20", "2024-10-21"
HISTORY = "history: [{version: 1.0, date: 2024-01-02, kind: first, summary: First version., approved_by: Ann Bell}]"
LIBRARY = (
    "title: Invented library\npublisher: Northmoor Institute\narchive: ../archive\nformats: []\n"
    "licence: {id: CC-BY-4.0, name: Creative Commons Attribution}\n"
)
PACKS = {"whole": "", "numbered": "numbered: true\n"}


def library(project: Path, briefings: int, colleges: int) -> None:
    """A library of published briefings with two packs of them all, and a folder for each college."""
    generate(project, briefings)
    source = project / "source"
    (source / "library.yaml").write_text(LIBRARY, encoding="utf-8")
    takers = ""
    for number in range(1, colleges + 1):
        (project.parent / "in" / f"college-{number}").mkdir(parents=True)
        takers += (
            f"college-{number}:\n  name: Learning Unit {number}\n  type: agency\n"
            f"  contact: unit{number}@units.example\n"
            f"  formats: [screen]\n  channels: {{folder: ../in/college-{number}}}\n"
        )
    (source / "colleges.yaml").write_text(takers, encoding="utf-8")
    texts = sorted((source / "briefings").glob("*.md"))
    for name, more in PACKS.items():
        pack = f"title: Invented {name}\nedition: Autumn 2024\n{more}formats: [screen]\nfront: [cover, contents]\n"
        members = ", ".join(path.stem for path in texts)
        (source / "packs" / f"{name}.yaml").write_text(f"{pack}briefings: [{members}]\n", encoding="utf-8")
    for path in texts:
        lines = path.read_text(encoding="utf-8").split("\n")
        lines = ["version: '1.0'" if line.startswith("version: ") else line for line in lines]
        lines.insert(lines.index("status: published"), HISTORY)
        path.write_text("\n".join(lines), encoding="utf-8")
    _publish(project)


def _publish(root: Path) -> None:
    """Keep every text as `publish` keeps one."""
    project = Project(root, SHIPPED, ProgressReporter())
    for name, reading in view_briefings(project.loaded[0], PUBLISHED).items():
        for file, content in version_files(reading, project.files, PUBLISHED).items():
            place = root / folder_of(name, "1.0") / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the library is written anew")
    parser.add_argument("--briefings", type=int, default=BRIEFINGS)
    parser.add_argument("--colleges", type=int, default=COLLEGES)
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    project = given.folder / "library"
    library(project, given.briefings, given.colleges)
    command = (sys.executable, "-m", "pipeline", "--project", str(project), "--quiet")
    unasked = () if validators.verapdf_command() else WITHOUT_VERAPDF
    reasons = ("--override", "issue-uncommitted=A library that is only measured.", *unasked)
    for name in PACKS:
        run((*command, "issue", name, "--date", ISSUED, *reasons), surroundings())
        sent = run((*command, "deliver", name, "--date", SENT), surroundings())
        arrived = list(given.folder.glob(f"in/*/{name}-*/*.pdf"))
        size, cost = arrived[0].stat().st_size / 1e6, f"{sent.seconds:.1f} s, CPU {sent.cpu:.1f} s"
        show(f"{name}: {len(arrived)} files of {size:.1f} MB, {cost}")
    show(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
