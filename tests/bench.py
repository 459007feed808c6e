"""`python -m tests.bench`: how long the line takes on 300 invented briefings, in seconds of the whole command.

What is measured: a check from nothing and one more; a build from nothing; a build with no change; one changed
word; another date. Short ones are run three times and the middle one is told. Then, in CPU seconds of a process
that is warm, how long it takes to press and tag a plain page, a rich text of three pages, and longer ones: the time
should grow with the pages and no faster. Last, how long it takes to bind the EPUB of each briefing of the sample,
with the cover and the type that a build gives it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.bind.epub_documents import epub_chapters
from pipeline.bind.identifiers import pdf_identifier
from pipeline.cite.citeproc import format_documents
from pipeline.cite.pandoc import run_pandoc
from pipeline.compose.booktype import book_cuts
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.cover import compose_briefing_cover
from pipeline.compose.typeface import wardrobe
from pipeline.jobs import EpubJob, bind
from pipeline.load.layouts import read_layouts
from pipeline.load.library import load, read_files
from pipeline.model.casing import BookFont, Casing, FontLicence
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Order, Publication
from pipeline.press.cover import draw_cover
from pipeline.press.cut import cut_font
from pipeline.press.press import press
from pipeline.resolve.resolve import resolve
from pipeline.typecase import font_licence
from tests.acceptance.shelf import COMMAND, environment
from tests.conftest import ROOT
from tests.generated import generate
from tests.press.lengths import plain, rich

COUNT = 300
PRODUCED = date(2026, 4, 26)
FOLDER = ROOT / "output" / "bench"


@dataclass(frozen=True)
class Measured:
    """One line of the table."""

    name: str
    seconds: float
    target: str
    said: str


def timed(project: Path, *arguments: str) -> tuple[float, str]:
    """Seconds of a whole process, and the last words of it."""
    start = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    lines = (done.stdout or done.stderr).strip().splitlines() or ["no remarks"]
    return took, lines[0].split(" in ", 1)[0] + (f" ({lines[0].split(' (', 1)[1]}" if " (" in lines[0] else "")


def middle(run: Callable[[int], tuple[float, str]], times: int = 3) -> tuple[float, str]:
    """The middle of some runs."""
    runs = [run(number) for number in range(times)]
    return statistics.median(seconds for seconds, _ in runs), runs[-1][1]


def change_a_word(project: Path, number: int) -> None:
    """Give one briefing another word, another one each time."""
    path = project / "source" / "briefings" / f"briefing-{100 + number:03}.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## Impact 1", f"## Change {number} 1", 1), encoding="utf-8")


def measure(project: Path, jobs: str) -> list[Measured]:
    """All measurements, in an order that each can rest on the one before."""
    build = ("build", "--jobs", jobs, "--date", "2026-04-26")

    def change(number: int) -> tuple[float, str]:
        change_a_word(project, number)
        return timed(project, *build)

    def another_date(number: int) -> tuple[float, str]:
        return timed(project, *build[:-1], f"2026-05-0{number + 1}")

    found = [Measured("check, nothing remembered", *_with_target("", timed(project, "check")))]
    found.append(Measured("check", *_with_target("< 3", middle(lambda _: timed(project, "check")))))
    found.append(Measured("build, nothing remembered", *_with_target("", timed(project, *build))))
    found.append(Measured("build, no change", *_with_target("< 1.5", middle(lambda _: timed(project, *build)))))
    found.append(Measured("build, one word changed", *_with_target("", middle(change))))
    found.append(Measured("build, another date", *_with_target("", middle(another_date, 1))))
    return found


def _with_target(target: str, run: tuple[float, str]) -> tuple[float, str, str]:
    return run[0], target, run[1]


def pressing() -> list[str]:
    """CPU seconds of press and tags in a warm process: the best of some runs."""
    cases = (
        ("press, plain", plain(), 5, "< 0.1"),
        ("press, rich", rich(), 5, "< 0.2"),
        *((f"press, rich {times} times", rich(times), 2, "") for times in (10, 29)),
    )
    lines = []
    for name, text, runs, target in cases:
        press(text)
        took = []
        for _ in range(runs):
            start = time.process_time()
            pages = press(text).pages
            took.append(time.process_time() - start)
        best = min(took)
        lines.append(f"{name:28}{best:8.3f} s  {target:6}  {pages} pages, {best / pages:.3f} s each")
    return lines


def binding() -> list[str]:
    """CPU seconds of binding the EPUBs of the sample's briefings in a warm process: the best of some runs."""
    library, _ = load(read_files(ROOT))
    layouts = read_layouts(ROOT, ROOT / "layouts")
    order = Order((), ("epub",), PRODUCED)
    resolution = resolve(library, order, lambda asked: format_documents(asked, run_pandoc), layouts.styles, frozenset())
    lines = []
    for publication in resolution.publications:
        job = _book(publication, layouts)
        bind(job)
        took = []
        for _ in range(7):
            start = time.process_time()
            made = bind(job)
            took.append(time.process_time() - start)
        lines.append(f"{'EPUB, ' + publication.id:32}{min(took):6.3f} s  < 0.04  {len(made):,} bytes")
    return lines


def _book(publication: Publication, layouts: Layouts) -> EpubJob:
    """The job of binding a briefing's EPUB as a build has it: its pages known, its cover drawn, its type cut."""
    text = compose_briefing(publication, layouts)
    return EpubJob(
        metadata=text.metadata,
        chapters=epub_chapters(text, press(text).starts),
        style=text.epub_style,
        images=text.images,
        identity=publication.identity,
        produced=PRODUCED,
        addresses=(),
        page_source=pdf_identifier(text.metadata),
        layouts=layouts,
        casing=_casing(publication, text, layouts),
    )


def _casing(publication: Publication, text: Manuscript, layouts: Layouts) -> Casing:
    cuts = book_cuts(
        text.chapters, (text.metadata.title,), wardrobe(publication.imprint, layouts).faces, text.epub_style
    )
    fonts = tuple(BookFont(cut.family, cut.face.weight, cut.face.italic, cut_font(cut)) for cut in cuts)
    packages = dict.fromkeys(cut.face.package for cut in cuts)
    licences = tuple(FontLicence(package, font_licence(package)) for package in packages)
    return Casing(draw_cover(compose_briefing_cover(publication, layouts)).picture, fonts, licences)


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--count", type=int, default=COUNT, help="briefings to invent (default: %(default)s)")
    options.add_argument("--jobs", default="2", help="processes to work with (default: %(default)s)")
    options.add_argument("--press", action="store_true", help="measure the press alone")
    options.add_argument("--epub", action="store_true", help="measure the binding of EPUBs alone")
    asked = options.parse_args()
    if asked.press:
        sys.stdout.write("\n".join(pressing()) + "\n")
        return
    if asked.epub:
        sys.stdout.write("\n".join(binding()) + "\n")
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    generate(FOLDER, asked.count)
    rows = measure(FOLDER, asked.jobs)
    lines = [f"{asked.count} briefings, {asked.jobs} jobs, Python {sys.version.split()[0]}", ""]
    lines += [f"{row.name:28}{row.seconds:8.2f} s  {row.target:6}  {row.said}" for row in rows]
    lines += ["", "CPU seconds, warm", *pressing(), *binding()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
