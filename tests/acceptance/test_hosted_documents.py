"""Documents for comment made by a code host, and what came back of them: nobody needs a terminal."""

from pathlib import Path

import pytest
import yaml

from pipeline.services.comments.returned_document import find_sent_source
from pipeline.services.comments.units import identify_source
from pipeline.services.hosting.host import host_files
from tests.support import libraries
from tests.support.hosts import Runner, clone, commit, git, jobs, repository
from tests.support.word.reviewing import reviewed
from tests.support.word.rounds import FILES, PATH, TEXT

FILES_OF_HOST = ("check", "comment", "inbox")
CHECK, COMMENT, INBOX = (host_files("github")[f".github/workflows/{name}.yml"] for name in FILES_OF_HOST)
LAB, LAB_CHANGE = (
    "\n".join(yaml.safe_load(host_files("gitlab")[".gitlab-ci.yml"])[job]["script"]) for job in ("documents", "change")
)
BACK = "inbox/back.docx"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a text on its main branch that nobody has sent anywhere, and a later state on another."""
    folder = tmp_path_factory.mktemp("documents")
    library = libraries.written(folder / "library", FILES)
    made = repository(library, folder / "origin.git")
    git(library, "checkout", "--quiet", "-b", "proposed")
    (library / PATH).write_text(TEXT.replace("Nobody", "No one"), encoding="utf-8")
    commit(library, "Change")
    git(library, "push", "--quiet", "origin", "proposed")
    return made


@pytest.fixture(scope="module")
def sent(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The document that a run by hand on the main branch attaches."""
    folder = tmp_path_factory.mktemp("sent")
    runner = Runner(clone(origin, folder / "clone", "main"), folder / "temp", {"inputs.ids": "walks,\nwalks "})
    assert {one.code for one in runner.steps(jobs(COMMENT)["make"]).values()} == {0}
    return (runner.clone / "output/comment/walks.docx").read_bytes()


@pytest.mark.parametrize("ids", ["--help", "$(touch here) `touch here`; touch here"])
def test_ids_are_words_and_nothing_else(origin: Path, tmp_path: Path, ids: str) -> None:
    """Whatever somebody writes in the field: no command, no option, no pattern, no path. GitLab has the same script."""
    runner = Runner(clone(origin, tmp_path / "clone", "main"), tmp_path / "temp", {"inputs.ids": ids})
    said = runner.steps(jobs(COMMENT)["make"])["Make the documents"]
    assert (said.code, runner.script(LAB, {"IDS": ids}).code) == (2, 2), said
    assert not (runner.clone / "here").exists()
    assert not (runner.clone / "output/comment").exists()


@pytest.mark.proof
def test_a_proposed_change_is_sent_as_it_is_proposed(origin: Path, tmp_path: Path) -> None:
    """Not as the host has merged it, for such a text stands in no branch. What cannot be made is passed over."""
    runner = Runner(clone(origin, tmp_path / "clone", "main"), tmp_path / "temp", {})
    for name in ("walks", "gone"):
        (runner.temp / "change/briefings" / name).mkdir(parents=True)
    runner.context["github.event.pull_request.head.sha"] = git(origin, "rev-parse", "proposed").strip()
    (step,) = [one for one in jobs(CHECK)["build"]["steps"] if one["name"] == "Make documents for comment"]
    assert runner.script(step["run"], step["env"]).code == 0
    (made,) = (runner.temp / "change/comment").iterdir()
    assert find_sent_source(made.read_bytes()) == identify_source("walks", TEXT.replace("Nobody", "No one").encode())


@pytest.mark.parametrize(("code", "ends"), [(1, 0), (3, 3), (4, 4)])
def test_a_fault_is_no_error_of_the_text(origin: Path, tmp_path: Path, code: int, ends: int) -> None:
    """A text with an error has no document, which is said; anything else fails the step, after the other texts."""
    runner = Runner(clone(origin, tmp_path / "clone", "proposed"), tmp_path / "temp", {})
    for name in ("first", "walks"):
        (runner.temp / "change/briefings" / name).mkdir(parents=True)
    wrong = f'[ "$4" = walks ] || exit {code}\nmkdir -p output/comment\necho made > output/comment/walks.docx\n'
    (runner.temp / "tools/briefings").write_text(f"#!/bin/sh\n{wrong}")
    (step,) = [one for one in jobs(CHECK)["build"]["steps"] if one["name"] == "Make documents for comment"]
    said = runner.script(step["run"], step["env"])
    assert (said.code, "No document of first." in said.out) == (ends, True), said
    assert [one.name for one in (runner.temp / "change/comment").iterdir()] == ["walks.docx"]


def test_gitlab_lists_and_sends_what_is_proposed(origin: Path, tmp_path: Path) -> None:
    """Not what it has merged: a list of the merged text would have other lines. A fault fails the job."""
    library = clone(origin, tmp_path / "library", "proposed")
    (library / "inbox").mkdir()
    (library / BACK).write_bytes(b"back")
    commit(library, "Drop")
    git(library, "push", "--quiet", "origin", "HEAD:listed")
    proposed, main = (git(origin, "rev-parse", name).strip() for name in ("listed", "main"))
    runner = Runner(clone(origin, tmp_path / "clone", "main"), tmp_path / "temp", {})
    case = 'case "$*" in compare*) mkdir -p change/briefings/walks ;; *comment*) exit 4 ;; esac'
    asked = f'echo "$* $(git rev-parse HEAD)" >> {tmp_path}/asked'
    (runner.temp / "tools/briefings").write_text(f"#!/bin/sh\n{asked}\n{case}\n")
    shas = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": main, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": proposed}
    assert runner.script(LAB_CHANGE, shas).code == 4
    made = [line for line in (tmp_path / "asked").read_text().splitlines() if "import" in line or "comment" in line]
    assert made == [f"import {BACK} --report markdown {proposed}", f"--quiet comment -- walks {proposed}"]


@pytest.mark.proof
def test_what_comes_back_is_laid_beside_the_text_as_it_was_sent(origin: Path, sent: bytes, tmp_path: Path) -> None:
    """Git has that, where the runner got more than the last commit; the text has gone on meanwhile, and moved."""
    library = clone(origin, tmp_path / "library", "proposed")
    (library / "inbox").mkdir()
    (library / BACK).write_bytes(reviewed(sent, lambda document: document.change("slowly", "at ease")))
    (library / "source/briefings/walks").mkdir()
    git(library, "mv", PATH, "source/briefings/walks/briefing.md")
    commit(library, "Drop")
    git(library, "push", "--quiet", "origin", "HEAD:dropped")
    runner = Runner(clone(origin, tmp_path / "clone", "dropped"), tmp_path / "temp", {})
    said = runner.steps(jobs(INBOX)["read"])["Take in"]
    assert "It came back with proposals" in said.out, said
    told = libraries.here(runner.clone, "import", str(runner.clone / BACK)).out
    assert "source/briefings/walks/briefing.md:16:8:" in told
    shallow = tmp_path / "shallow"
    git(origin, "clone", "--quiet", "--depth", "1", "--branch", "dropped", f"file://{origin}", str(shallow))
    told = libraries.here(shallow, "import", str(shallow / BACK)).out
    assert "back-unknown" in told
    assert "'git fetch --unshallow'" in told
