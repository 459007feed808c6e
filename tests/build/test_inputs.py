"""For each step: a change of one of its inputs has it run again, and a change of anything else does not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import builder
from pipeline.build.api import build
from pipeline.build.builder import (
    BIND,
    COVER,
    FIT,
    JOIN_COPIES,
    NUMBER_COPIES,
    PRESS,
    REDATE,
    STAMPS,
    SUBSET,
    VALIDATE_PDF,
    BuildStep,
    check_step,
)
from pipeline.build.checks import FileToCheck
from pipeline.build.formats import FORMAT_HANDLERS, EpubJob, Job, PackJob, PackPageJob, PageJob, PdfJob, TextJob
from pipeline.build.graph import date_inputs, without_date
from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.digests import digest
from pipeline.core.limits import Limit
from pipeline.core.progress import ProgressReporter
from pipeline.core.workers import PendingResult, Workers
from pipeline.model.formats import Order
from tests.support import libraries
from tests.support.bind import foreign_pdfs
from tests.support.project import IMPRINT

pytestmark = pytest.mark.proof

AnyStep = BuildStep[Any, Any]
CHECKS: set[AnyStep] = {check_step(handler.check) for handler in FORMAT_HANDLERS.values() if handler.check}
STEPS = {step.function: step for step in (*vars(builder).values(), *CHECKS) if isinstance(step, BuildStep)}


class RecordingWorkers(Workers):
    """This process alone, which records what it runs."""

    def __init__(self) -> None:
        super().__init__(None, 1)
        self.ran: list[tuple[AnyStep, Any]] = []
        self.results: dict[AnyStep, list[Any]] = defaultdict(list)

    async def run(self, work: Any, job: Any, limit: Limit | None = None, weight: int = 1) -> Any:
        """Record the step, and run it."""
        job = job.make() if isinstance(job, PendingResult) else job
        step = STEPS[work.args[0]]
        self.ran.append((step, job))
        result = await super().run(work, job, limit, weight)
        self.results[step].append(result)
        return result


class RecordingProject(Project):
    """A project whose work is recorded."""

    def __init__(self, project: Path) -> None:
        super().__init__(project, SHIPPED, ProgressReporter())
        self.recording = RecordingWorkers()

    @contextmanager
    def workers(self) -> Iterator[Workers]:  # type: ignore[override]
        """The one that records."""
        yield self.recording


def steps_run(project: Path, day: str = libraries.DATE) -> set[AnyStep]:
    """Build a library; returns the steps that it ran."""
    recorded = RecordingProject(project)
    built = build(Order(produced=date.fromisoformat(day)), recorded)
    assert built.exit_code() == 0, built.remarks
    return {step for step, _ in recorded.recording.ran}


FILES: Mapping[str, str | bytes] = {
    "library.yaml": IMPRINT,
    "briefings/alleys.md": libraries.briefing("Gates were locked [@hughes2018].", "Alleys"),
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nformats: [screen, epub, html, text]\n"
    "briefings:\n  - lamps\n  - {insert: map.pdf, title: Map}\n",
}
UNCACHED = {REDATE, NUMBER_COPIES, JOIN_COPIES, VALIDATE_PDF}
"""Steps that no build keeps results of: three write files at once, and validators run only in a proof."""

TEXT: set[AnyStep] = {PRESS, BIND, *CHECKS}
"""The steps that make and check the files of a text."""

PACK: set[AnyStep] = {*TEXT, STAMPS}
"""Those of a pack, whose title is on every page."""

CHANGES: Mapping[str, tuple[str, bytes, bytes, set[AnyStep]]] = {
    "a word": ("briefings/lamps.md", b"were lit", b"were lilt", TEXT),
    "a letter that no font was cut for": ("briefings/lamps.md", b"were lit", "were λit".encode(), {*TEXT, SUBSET}),
    "a title": ("briefings/lamps.md", b"title: Lamps", b"title: Lamp", {*TEXT, COVER, STAMPS}),
    "a summary": ("briefings/lamps.md", b"summary: ", b"summary: And ", {*TEXT, COVER}),
    "the title of a pack": ("packs/nights.yaml", b"title: Nights", b"title: Night", {*PACK, COVER}),
    "the title of an insert": ("packs/nights.yaml", b"title: Map", b"title: Maps", {*PACK, FIT}),
    "the bytes of an insert": ("packs/map.pdf", b"", b"%\n", {FIT}),
    "a work that is cited": ("references/works.yaml", b"2018]]", b"2019]]", TEXT),
    "a work that is not": ("references/works.yaml", b"", b"- {id: x2001, type: book, title: X}\n", set()),
    "a blank line": ("briefings/lamps.md", b"[@hughes2018].", b"[@hughes2018].\n\n", set()),
    "the record of an edition": ("editions/nights/001-spring-2024.json", b"", b"{}", set()),
    "the ledger": ("ledger.csv", b"", b"number,at,kind,subject,said,previous,digest\n", set()),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> RecordingProject:
    """A library that was built, with the steps that ran: every one that is cached."""
    files = {**FILES, "packs/map.pdf": foreign_pdfs.good()}
    recorded = RecordingProject(libraries.written(tmp_path_factory.mktemp("inputs") / "library", files))
    assert build(Order(produced=date.fromisoformat(libraries.DATE)), recorded).exit_code() == 0
    assert {step for step, _ in recorded.recording.ran} == set(STEPS.values()) - UNCACHED
    return recorded


@pytest.fixture
def whole(first: RecordingProject) -> Path:
    return first.folder


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_has_those_steps_run_whose_input_it_is(whole: Path, tmp_path: Path, change: str) -> None:
    path, before, after, expected = CHANGES[change]
    project = libraries.copied(whole, tmp_path / "library")
    file = project / "source" / path
    content = file.read_bytes() if file.exists() else b""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.replace(before, after) if before else content + after)
    assert steps_run(project) == expected
    assert steps_run(project) == set()


def test_another_day_is_a_stamp_and_an_exchange(whole: Path, tmp_path: Path) -> None:
    project = libraries.copied(whole, tmp_path / "library")
    assert steps_run(project, "2024-05-02") == {STAMPS, REDATE}


def other(value: Any) -> Any:
    """Another value of the kind of a value."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{fields(value)[0].name: other(getattr(value, fields(value)[0].name))})
    match value:
        case str():
            return f"{value}x"
        case bytes():
            return value + b"x"
        case date():
            return value + timedelta(days=1)
        case tuple():
            return value[:-1] if value else ("x",)
        case _:
            return "x"


def test_everything_in_a_job_of_the_bindery_decides_its_key(first: RecordingProject) -> None:
    """Its key is put together by hand, because the day has no part in most of it: no field is left out."""
    jobs: list[Job] = [job for step, job in first.recording.ran if step == BIND]
    assert {type(job) for job in jobs} >= {PdfJob, PackJob, EpubJob, PageJob, TextJob, PackPageJob}
    for job in jobs:
        for field in fields(job):
            changed = replace(job, **{field.name: other(getattr(job, field.name))})
            assert _key(changed) != _key(job), (type(job).__name__, field.name)


def _key(job: Job) -> str:
    return digest(without_date(job), date_inputs(job))


def test_everything_that_a_file_is_held_to_decides_what_checks_say(first: RecordingProject) -> None:
    promises = [job.promise for step, job in first.recording.ran if step in CHECKS]
    for promise in promises:
        file = FileToCheck("output/x.pdf", "", "screen", "origin", promise)
        for field in fields(promise):
            another = replace(file, promise=replace(promise, **{field.name: other(getattr(promise, field.name))}))
            assert (digest(another.key) == digest(file.key)) == (field.name == "produced"), field.name
        assert file.key != replace(file, path="output/y.pdf").key
        assert file.key != replace(file, origin="other").key
