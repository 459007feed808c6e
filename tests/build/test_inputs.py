"""For each rule: a change of one of its inputs has it run again, and a change of anything else does not."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import rules
from pipeline.build.api import build
from pipeline.build.checks import File
from pipeline.build.graph import date_inputs, without_date
from pipeline.build.jobs import EpubJob, Job, PackJob, PackPageJob, PageJob, PdfJob, TextJob
from pipeline.build.project import Project
from pipeline.build.rules import Rule
from pipeline.cli.options import SHIPPED
from pipeline.core.digests import digest
from pipeline.core.processes import Limit
from pipeline.core.progress import ProgressReporter
from pipeline.core.workers import PendingResult, Workers
from pipeline.model.formats import Order
from tests.support import libraries
from tests.support.bind import foreign_pdfs
from tests.support.project import IMPRINT

pytestmark = pytest.mark.proof

NAMES = {rule.function: name for name, rule in vars(rules).items() if isinstance(rule, Rule)}


class Noting(Workers):
    """This process alone, which notes what it runs."""

    def __init__(self) -> None:
        super().__init__(None, 1)
        self.ran: list[tuple[str, Any]] = []
        self.results: dict[str, list[Any]] = defaultdict(list)

    async def run(self, work: Any, job: Any, limit: Limit | None = None, weight: int = 1) -> Any:
        """Note the rule, and run it."""
        job = job.make() if isinstance(job, PendingResult) else job
        self.ran.append((NAMES[work.args[0]], job))
        result = await super().run(work, job, limit, weight)
        self.results[NAMES[work.args[0]]].append(result)
        return result


class Noted(Project):
    """A project whose work is noted."""

    def __init__(self, project: Path) -> None:
        super().__init__(project, SHIPPED, ProgressReporter())
        self.noting = Noting()

    @contextmanager
    def workers(self) -> Iterator[Workers]:  # type: ignore[override]
        """The one that notes."""
        yield self.noting


def ran(project: Path, day: str = libraries.DATE) -> list[tuple[str, Any]]:
    """The rules that a build runs, each with its job."""
    noted = Noted(project)
    built = build(Order(produced=date.fromisoformat(day)), noted)
    assert built.exit_code() == 0, built.remarks
    return noted.noting.ran


FILES: Mapping[str, str | bytes] = {
    "library.yaml": IMPRINT,
    "briefings/alleys.md": libraries.briefing("Gates were locked [@hughes2018].", "Alleys"),
    "briefings/lamps.md": libraries.briefing("Lamps were lit [@hughes2018].", "Lamps"),
    "packs/nights.yaml": "title: Nights\nformats: [screen, epub, html, text]\n"
    "briefings:\n  - lamps\n  - {insert: map.pdf, title: Map}\n",
}
ONCE = {"REDATE", "NUMBER", "JOIN", "LINES", "OTHERS"}
"""Rules that no build keeps results of: three are placed at once, a slip asks for lines, and a proof asks others."""

CHECKS = {"OWN_PDF", "OWN_BOOK", "OWN_PAGE"}
TEXT = {"PRESS", "BIND", *CHECKS}
"""The rules that make and check the files of a text."""

PACK = {*TEXT, "STAMPS"}
"""Those of a pack, whose title stands on every page."""

CHANGES: Mapping[str, tuple[str, bytes, bytes, set[str]]] = {
    "a word": ("briefings/lamps.md", b"were lit", b"were lilt", TEXT),
    "a letter that no font was cut for": ("briefings/lamps.md", b"were lit", "were λit".encode(), {*TEXT, "SUBSET"}),
    "a title": ("briefings/lamps.md", b"title: Lamps", b"title: Lamp", {*TEXT, "COVER", "STAMPS"}),
    "a summary": ("briefings/lamps.md", b"summary: ", b"summary: And ", {*TEXT, "COVER"}),
    "the title of a pack": ("packs/nights.yaml", b"title: Nights", b"title: Night", {*PACK, "COVER"}),
    "the title of an insert": ("packs/nights.yaml", b"title: Map", b"title: Maps", {*PACK, "FIT"}),
    "the bytes of an insert": ("packs/map.pdf", b"", b"%\n", {"FIT"}),
    "a work that is cited": ("references/works.yaml", b"2018]]", b"2019]]", TEXT),
    "a work that is not": ("references/works.yaml", b"", b"- {id: x2001, type: book, title: X}\n", set()),
    "a blank line": ("briefings/lamps.md", b"[@hughes2018].", b"[@hughes2018].\n\n", set()),
    "the record of an edition": ("editions/nights/001-spring-2024.json", b"", b"{}", set()),
    "the ledger": ("ledger.csv", b"", b"number,at,kind,subject,said,previous,digest\n", set()),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Noted:
    """A library that was built, with all that was run for it: every rule that is cached."""
    files = {**FILES, "packs/map.pdf": foreign_pdfs.good()}
    noted = Noted(libraries.written(tmp_path_factory.mktemp("inputs") / "library", files))
    assert build(Order(produced=date.fromisoformat(libraries.DATE)), noted).exit_code() == 0
    assert {name for name, _ in noted.noting.ran} == set(NAMES.values()) - ONCE
    return noted


@pytest.fixture
def whole(first: Noted) -> Path:
    return first.folder


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_has_those_rules_run_whose_input_it_is(whole: Path, tmp_path: Path, change: str) -> None:
    path, before, after, expected = CHANGES[change]
    project = libraries.copied(whole, tmp_path / "library")
    file = project / "source" / path
    held = file.read_bytes() if file.exists() else b""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(held.replace(before, after) if before else held + after)
    assert {name for name, _ in ran(project)} == expected
    assert ran(project) == []


def test_another_day_is_a_stamp_and_an_exchange(whole: Path, tmp_path: Path) -> None:
    project = libraries.copied(whole, tmp_path / "library")
    assert {name for name, _ in ran(project, "2024-05-02")} == {"STAMPS", "REDATE"}


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


def test_everything_in_a_job_of_the_bindery_decides_its_key(first: Noted) -> None:
    """Its key is put together by hand, because the day has no part in most of it: no field is left out."""
    jobs: list[Job] = [job for name, job in first.noting.ran if name == "BIND"]
    assert {type(job) for job in jobs} >= {PdfJob, PackJob, EpubJob, PageJob, TextJob, PackPageJob}
    for job in jobs:
        for field in fields(job):
            changed = replace(job, **{field.name: other(getattr(job, field.name))})
            assert _key(changed) != _key(job), (type(job).__name__, field.name)


def _key(job: Job) -> str:
    return digest(without_date(job), date_inputs(job))


def test_everything_that_a_file_is_held_to_decides_what_checks_say(first: Noted) -> None:
    promises = [job.promise for name, job in first.noting.ran if name in CHECKS]
    for promise in promises:
        file = File("output/x.pdf", "", "screen", "origin", promise)
        for field in fields(promise):
            another = replace(file, promise=replace(promise, **{field.name: other(getattr(promise, field.name))}))
            assert (digest(another.key) == digest(file.key)) == (field.name == "produced"), field.name
        assert file.key != replace(file, path="output/y.pdf").key
        assert file.key != replace(file, origin="other").key
