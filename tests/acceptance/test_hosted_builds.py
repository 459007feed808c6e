"""Builds by a code host: each script of the workflow files does in a fresh clone what it is there for."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.__main__ import guarded
from pipeline.services.comments.import_returned import TAKE_IN_LABEL
from pipeline.services.hosting.host import host_files
from tests.support import libraries
from tests.support.hosts import Comments, Runner, clone, commit, git, jobs, repository
from tests.support.project import Said
from tests.support.word.documents import docx, para
from tests.support.word.reviewing import RHYS, reviewed
from tests.support.word.rounds import FILES as FILES_OF_ROUND
from tests.support.word.rounds import TEXT as TEXT_OF_ROUND

TITLE = "Foot **patrol** <img src=x> @team ::error::no"
WORDS = docx(para("Street lamps", "Title"), para("What light does.", "Subtitle"), para("Lamps help."))
FILES = ("check", "comment", "inbox", "main", "ticked")
CHECK, INBOX, TICKED = (host_files("github")[f".github/workflows/{name}.yml"] for name in ("check", "inbox", "ticked"))
MARK = "<!-- made by briefings -->"
BOT = "github-actions[bot]"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new library in a repository. On one branch a change is proposed, on another lies a Word document."""
    folder = tmp_path_factory.mktemp("host")
    library = folder / "library"
    assert guarded(["new", str(library), "--host", "github"]) == 0
    made = repository(library, folder / "origin.git")
    text = library / "source/briefings/foot-patrol/briefing.md"
    git(library, "checkout", "--quiet", "-b", "proposed")
    written = re.sub(r"^title: .*$", f"title: '{TITLE}'\nshort_title: Patrol", text.read_text(), count=1, flags=re.M)
    text.write_text(written)
    commit(library, "Propose")
    git(library, "push", "--quiet", "origin", "proposed")
    git(library, "checkout", "--quiet", "-b", "dropped", "main")
    (library / "inbox").mkdir()
    (library / "inbox/Street lamps.docx").write_bytes(WORDS)
    (library / "inbox/broken one.docx").write_bytes(b"This is no document.")
    (library / "inbox/leads out.docx").symlink_to("/etc/hostname")
    commit(library, "Drop")
    git(library, "push", "--quiet", "origin", "dropped")
    return made


@pytest.fixture(scope="module")
def proposed(origin: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runner, dict[str, Said]]:
    """The first job of a proposed change, run."""
    folder = tmp_path_factory.mktemp("proposed")
    runner = Runner(clone(origin, folder / "clone", "proposed"), folder / "temp", {"github.base_ref": "main"})
    return runner, runner.steps(jobs(CHECK)["build"])


@pytest.mark.proof
def test_a_proposed_change_is_checked_and_built(proposed: tuple[Runner, dict[str, Said]]) -> None:
    """With the PDFs of what it touches; the summary of the step has every remark."""
    runner, said = proposed
    steps = ("Check", "Build what has changed", "List what came back", "Make documents for comment")
    assert {name: one.code for name, one in said.items()} == dict.fromkeys(steps, 0), said
    made = {path.relative_to(runner.temp / "change").as_posix() for path in (runner.temp / "change").rglob("*.*")}
    pdfs = {"briefings/foot-patrol/foot-patrol.pdf", "packs/first-pack/first-pack.pdf"}
    assert made == {"comment.md", "proposals.md", "comment/foot-patrol.docx", *pdfs}
    assert all((runner.temp / "change" / name).read_bytes().startswith(b"%PDF") for name in pdfs)
    count = said["Check"].out.count("::warning ")
    assert count >= 7
    assert runner.summary.read_text().startswith(f"## {count} remarks: {count} warnings\n")


@pytest.mark.proof
def test_words_of_a_text_command_no_runner(proposed: tuple[Runner, dict[str, Said]]) -> None:
    said = proposed[1]["Build what has changed"].out
    first, *_, last = said.splitlines()
    mark = first.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", mark)
    assert (last, said.count(mark)) == (f"::{mark}::", 2)


def taken(origin: Path, folder: Path) -> tuple[Runner, dict[str, Said]]:
    """The first job of the inbox, run."""
    runner = Runner(clone(origin, folder / "clone", "dropped"), folder / "temp", {})
    return runner, runner.steps(jobs(INBOX)["read"])


def committed(origin: Path, folder: Path, patch: Path) -> Said:
    """The second job of the inbox, run in another clone, with what the first has handed on."""
    runner = Runner(clone(origin, folder / "second", "dropped"), folder / "temp2", {"github.ref": "refs/heads/dropped"})
    (runner.temp / "taken").mkdir()
    (runner.temp / "taken/taken.patch").write_bytes(patch.read_bytes())
    runner.context["github.token"] = "t"
    return runner.steps(jobs(INBOX)["commit"])["Commit"]


@pytest.mark.proof
def test_a_document_in_the_inbox_is_taken_in_on_its_branch(origin: Path, tmp_path: Path) -> None:
    """It leaves the inbox. One that cannot be read stays there, and the job fails; a link is left alone."""
    runner, said = taken(origin, tmp_path)
    assert (said["Take in"].code, said["Check"].code) == (1, 0), said
    assert "broken one.docx" in said["Take in"].out
    assert "Written: source/briefings/street-lamps.md" in said["Take in"].out
    assert (runner.temp / "change/briefings/street-lamps/street-lamps.pdf").is_file()
    assert "briefing `street-lamps`" in runner.summary.read_text(encoding="utf-8")
    done = committed(origin, tmp_path, runner.temp / "taken/taken.patch")
    assert done.code == 0, done.err
    files = git(origin, "ls-tree", "-r", "--name-only", "dropped").splitlines()
    assert "source/briefings/street-lamps.md" in files
    assert [path for path in files if path.startswith("inbox/")] == ["inbox/broken one.docx", "inbox/leads out.docx"]
    assert git(origin, "log", "-1", "--format=%an: %s", "dropped") == "briefings: Take in what lay in inbox/\n"


def in_inbox(folder: Path, *names: str) -> Runner:
    """A runner in a library with files in its inbox, whose program writes a text of 'new.docx' alone."""
    library = folder / "clone"
    (library / "source/briefings").mkdir(parents=True)
    for name in names:
        place = library / "inbox" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x")
    git(library, "init", "--quiet")
    commit(library, "Drop")
    runner = Runner(library, folder / "temp", {})
    (runner.temp / "tools/briefings").write_text(IMPORT)
    return runner


IMPORT = """#!/bin/sh
[ "$1" = import ] || exit 0
case "$3 $2" in
  --report*returned.docx) echo "- [ ] 1. A proposal."; exit 0 ;;
  --report*) exit 2 ;;
esac
case $2 in
  */new.docx | */new.html)
    echo "A text." > source/briefings/new.md
    echo "Remarks: $3"
    echo "Written: source/briefings/new.md" ;;
  *.docx) echo "1. source/briefings/foot-patrol.md:9:1: <b>Ann</b> proposes" ;;
  *) echo "$2 is refused."; exit 1 ;;
esac
"""
"""A stand-in for import: a new document, one that came back, which it tells and ends with 0, and all else."""


def test_a_document_leaves_the_inbox_for_a_text_alone(tmp_path: Path) -> None:
    runner = in_inbox(tmp_path, "new.docx", "returned.docx")
    done = runner.steps(jobs(INBOX)["read"])["Take in"]
    assert (done.code, "It came back with proposals, which the proposed change" in done.out) == (0, True), done
    assert git(runner.clone, "ls-files").splitlines() == ["inbox/returned.docx", "source/briefings/new.md"]
    told = runner.summary.read_text()
    assert "    inbox/returned.docx:\n" in told
    assert "    Remarks: --all\n" in told
    assert all(line.startswith("    ") for line in told.splitlines() if line)


def test_no_file_in_the_inbox_is_passed_over(tmp_path: Path) -> None:
    """Each is given to import, which says itself what it does not take; what it takes leaves, with its pictures."""
    refused = ("REPORT.DOC", "a*.docm", "scan.pdf", 'sub/strange "ä".txt', "old_files/a.png")
    aside = (".gitkeep", ".hidden/a.docx", "README.md")
    runner = in_inbox(tmp_path, "sub ä/new.html", "sub ä/new_files/a.png", "abc.md", *refused, *aside)
    (runner.clone / "inbox/link.docx").symlink_to("sub ä/new.html")
    commit(runner.clone, "Link")
    done = runner.steps(jobs(INBOX)["read"])["Take in"]
    stay = {f"inbox/{name}" for name in (*refused, *aside, "abc.md", "link.docx")}
    assert set(git(runner.clone, "ls-files", "-z").split("\0")) == {"", "source/briefings/new.md", *stay}
    assert (done.code, done.out.count("is refused."), done.out.count("which is not followed.")) == (1, 6, 1)
    assert "new_files" not in done.out


PATCH = """diff --git a/{path} b/{path}
new file mode 100644
--- /dev/null
+++ b/{path}
@@ -0,0 +1 @@
+{words}
"""


def test_what_is_handed_on_changes_texts_alone(origin: Path, tmp_path: Path) -> None:
    """Whatever the first job came to: no workflow, no layout, no kept version, nothing outside the library."""
    git(origin, "branch", "--force", "dropped", "main")
    paths = (".github/workflows/x.yml", "Makefile", "layouts/x.css", "source/versions/a/1.0/a.md", "source/copies.csv")
    patch = tmp_path / "taken.patch"
    wanted = PATCH.format(path="source/briefings/new.md", words="A text.")
    patch.write_text("".join(PATCH.format(path=path, words="x") for path in paths) + wanted)
    assert committed(origin, tmp_path, patch).code == 0
    assert git(origin, "diff", "--name-only", "main", "dropped") == "source/briefings/new.md\n"
    patch.write_text(PATCH.format(path="layouts/y.css", words="x"))
    said = committed(origin, tmp_path / "none", patch)
    assert (said.code, said.out) == (0, "Nothing of it is a text, a reference or in inbox/.\n")
    patch.write_text(PATCH.format(path="source/briefings/../../../outside.md", words="x"))
    assert committed(origin, tmp_path / "again", patch).code != 0
    assert not [*tmp_path.rglob("outside.md")]


ROUND = "source/briefings/walks.md"


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which a document came back with two proposals, in the inbox of a branch."""
    folder = tmp_path_factory.mktemp("returned")
    library = libraries.written(folder / "library", FILES_OF_ROUND)
    assert libraries.here(library, "comment", "walks").code == 0
    document = (library / "output/comment/walks.docx").read_bytes()
    shutil.rmtree(library / "output")
    made = repository(library, folder / "origin.git")
    git(library, "checkout", "--quiet", "-b", "returned")
    (library / "inbox").mkdir()
    changes = (lambda d: d.change("slowly", "at ease"), lambda d: d.change("Nobody", "No one", RHYS))
    (library / "inbox/walks back.docx").write_bytes(reviewed(document, *changes))
    commit(library, "Drop")
    git(library, "push", "--quiet", "origin", "returned")
    return made


def listed(origin: Path, folder: Path) -> str:
    """The list of what came back, as the job of a proposed change makes it."""
    runner = Runner(clone(origin, folder / "listing", "returned"), folder / "temp0", {})
    (step,) = [one for one in jobs(CHECK)["build"]["steps"] if one["name"] == "List what came back"]
    assert runner.script(step["run"], step["env"]).code == 0
    return (runner.temp / "change/proposals.md").read_text(encoding="utf-8")


BOXES = "<!-- proposals, by briefings -->"


def ticked_and_committed(origin: Path, folder: Path, text: str, comments: Comments) -> tuple[Said, dict[str, Said]]:
    """Both jobs that follow on a tick: what the first says, and each step of the second."""
    event = {"github.event.comment.body": text, "github.event.issue.number": "7", "github.event.sender.login": "ann"}
    first = Runner(clone(origin, folder / "first", "returned"), folder / "temp1", event)
    said = first.steps(jobs(TICKED)["read"])["Make what is ticked"]
    second = Runner(clone(origin, folder / "second", "returned"), folder / "temp2", {**event, **CONTEXT})
    shutil.copytree(first.temp / "taken", second.temp / "taken")
    with comments.served() as address:
        second.context |= {"github.api_url": address, "steps.asked.outputs.branch": "returned"}
        return said, second.steps(jobs(TICKED)["commit"])


@pytest.mark.proof
def test_exactly_what_is_ticked_is_committed(returned: Path, tmp_path: Path) -> None:
    """The document leaves the inbox, the list says that nothing is left, the PDF is built; an old one makes nothing."""
    text = listed(returned, tmp_path)
    assert text.startswith("### `inbox/walks back.docx`\n")
    done = text.replace("- [ ] 2. ", "- [x] 2. ").replace(f"- [ ] {TAKE_IN_LABEL}", f"- [x] {TAKE_IN_LABEL}")
    comments = Comments({"id": 3, "user": {"login": BOT}, "body": f"{BOXES}\n{done}"})
    old = done.replace("at ease", "in a hurry")
    said, steps = ticked_and_committed(returned, tmp_path / "old", f"{BOXES}\n{old}", comments)
    assert (said.code, "its list has changed" in said.out) == (1, True)
    assert steps["Commit"].code == 0
    assert git(returned, "log", "-1", "--format=%s", "returned") == "Drop\n"
    said, steps = ticked_and_committed(returned, tmp_path, f"{BOXES}\r\n{done}".replace("\n", "\r\n"), comments)
    assert (said.code, {one.code for one in steps.values()}) == (0, {0}), (said, steps)
    assert git(returned, "show", f"returned:{ROUND}") == TEXT_OF_ROUND.replace("Nobody", "No one")
    assert "inbox" not in git(returned, "ls-tree", "--name-only", "returned")
    assert [one["body"].splitlines()[:2] for one in comments.rows] == [[BOXES, "No proposals are left."]]
    assert not (tmp_path / "old/temp1/change").exists()
    assert (tmp_path / "temp1/change/briefings/walks/walks.pdf").is_file()


def test_a_tick_counts_from_who_may_write_in_an_open_change_of_the_repository(tmp_path: Path) -> None:
    (step,) = [one for one in jobs(TICKED)["commit"]["steps"] if one["name"] == "Ask which branch it is"]
    reader, closed, copied, default = (Comments() for _ in range(4))
    reader.permission = "read"
    closed.change["state"] = "closed"
    copied.change["head"]["repo"]["full_name"] = "ann/library"
    default.change["head"]["ref"] = "main"
    for number, comments in enumerate((Comments(), reader, closed, copied, default)):
        event = {"github.event.issue.number": "7", "github.event.sender.login": "ann"}
        runner = Runner(tmp_path, tmp_path / f"temp{number}", {**CONTEXT, **event})
        with comments.served() as address:
            runner.context["github.api_url"] = address
            said = runner.script(step["run"], step["env"])
        assert (said.code, said.err.startswith("Nothing was committed: ")) == ((1, True) if number else (0, False))
        assert runner.output.exists() == (not number)
        assert number or runner.output.read_text() == "branch=returned\n"


CONTEXT = {
    "github.token": "secret-token",
    "github.repository": "team/library",
    "github.event.pull_request.number": "7",
    "github.server_url": "https://git.example",
    "github.run_id": "42",
}


def comment_with(comments: Comments, folder: Path, account: str, **more: str) -> Said:
    """The second job of a proposed change, run against a server of comments."""
    (folder / "clone/change").mkdir(parents=True, exist_ok=True)
    (folder / "clone/change/comment.md").write_text(account, encoding="utf-8")
    with comments.served() as address:
        runner = Runner(folder / "clone", folder / "temp", {**CONTEXT, "github.api_url": address})
        return runner.steps(jobs(CHECK)["comment"])["Comment"]


def row(number: int, who: str, body: str = "Hm.") -> dict[str, Any]:
    """A comment."""
    return {"id": number, "user": {"login": who}, "body": body}


def test_a_change_has_one_comment(tmp_path: Path) -> None:
    comments = Comments(*(row(number, "ann") for number in range(150)), row(900, "ann", f"{MARK}\nNot ours."))
    done = comment_with(comments, tmp_path / "first", "One.\n")
    assert (done.code, done.out) == (0, ""), done.err
    assert comments.rows[-1]["body"] == (
        f"{MARK}\nOne.\n\n[Files and log](https://git.example/team/library/actions/runs/42)\n"
    )
    assert comment_with(comments, tmp_path / "second", "Two.\n").code == 0
    assert [one["body"].split("\n")[1] for one in comments.rows if one["user"]["login"] == BOT] == ["Two."]
    assert comments.rows[-2]["body"] == f"{MARK}\nNot ours."
    assert {asked[2] for asked in comments.asked} == {"Bearer secret-token"}


def test_a_comment_that_is_refused_is_a_sentence(tmp_path: Path) -> None:
    """As where the token may not write."""
    comments = Comments()
    comments.refuses = 403
    done = comment_with(comments, tmp_path, "One.")
    assert (done.code, "says: HTTP Error 403: Forbidden." in done.err, "Traceback" in done.err) == (1, True, False)
    assert done.err.startswith("No comment was written: GET http")


def test_the_scripts_of_forgejo_are_those_of_github() -> None:
    """But for what GitHub alone shows; so what holds of the one holds of the other."""
    for name in FILES:
        both = (host_files(host)[f".{host}/workflows/{name}.yml"] for host in ("github", "forgejo"))
        ours, theirs = ([step.get("run") for job in jobs(text).values() for step in job["steps"]] for text in both)
        assert [one and one.replace("--report github", "--all") for one in ours] == theirs


def gitlab(name: str) -> str:
    """The script of a job for GitLab, as one."""
    return "\n".join(yaml.safe_load(host_files("gitlab")[".gitlab-ci.yml"])[name]["script"])


def test_gitlab_gets_one_comment_too(tmp_path: Path) -> None:
    (tmp_path / "change").mkdir()
    (tmp_path / "change/comment.md").write_text("One.\n")
    runner = Runner(tmp_path, tmp_path / "temp", {})
    script = gitlab("comment")
    assert "no comment is written" in runner.script(script, {}).out
    mine = {"id": 5, "author": {"username": "project_1_bot"}, "body": f"{MARK}\nOld."}
    comments = Comments({"id": 4, "author": {"username": "ann"}, "body": f"{MARK}\nNot ours."}, mine)
    with comments.served() as address:
        env = {"CI_API_V4_URL": address, "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "7", "CI_PIPELINE_URL": "u"}
        done = runner.script(script, {**env, "BRIEFINGS_TOKEN": "t"})
    assert done.code == 0, done.err
    assert [one["body"].split("\n")[1] for one in comments.rows] == ["Not ours.", "One."]
    assert comments.asked[-1][:2] == ("PUT", "/projects/3/merge_requests/7/notes/5")


@pytest.mark.proof
def test_gitlab_takes_in_what_lies_in_the_inbox(origin: Path, tmp_path: Path) -> None:
    git(origin, "branch", "--force", "dropped", "main")
    folder = clone(origin, tmp_path / "clone", "dropped")
    (folder / "inbox").mkdir()
    (folder / "inbox/Street lamps.docx").write_bytes(WORDS)
    commit(folder, "Drop")
    git(folder, "push", "--quiet", "origin", "dropped")
    runner = Runner(folder, tmp_path / "temp", {})
    said = runner.script(gitlab("inbox"), {})
    assert said.code == 0, said.err
    assert [*runner.clone.glob(".taken/change/briefings/*/*.pdf")]
    runner.clone = clone(origin, tmp_path / "second", "dropped")
    (runner.clone / ".taken/taken").mkdir(parents=True)
    (runner.clone / ".taken/taken/taken.patch").write_bytes((folder / ".taken/taken/taken.patch").read_bytes())
    script = gitlab("commit").partition("\n")[2]  # the first line brings git
    env = {"BRIEFINGS_TOKEN": "t", "CI_COMMIT_BRANCH": "dropped", "CI_PROJECT_URL": str(origin).removesuffix(".git")}
    done = runner.script(script, env)
    assert done.code == 0, done.err
    files = git(origin, "ls-tree", "-r", "--name-only", "dropped").splitlines()
    assert "source/briefings/street-lamps.md" in files
    assert not [path for path in files if path.startswith("inbox/")]
