"""The files by which a code host builds a library: what they are, that they are in order, and whose they may not be."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.__main__ import guarded
from pipeline.core.diagnostics import UsageError
from pipeline.core.files import write_atomically
from pipeline.services.comments.import_returned import TAKE_IN_LABEL
from pipeline.services.hosting.host import HOSTS, host_files
from tests.support.hosts import commit, git
from tests.support.project import ROOT, Said

Run = Callable[..., Said]
EVERY = {"Containerfile", ".devcontainer/devcontainer.json", ".pre-commit-config.yaml"}
OWN = {
    "github": {f".github/workflows/{name}.yml" for name in ("check", "comment", "inbox", "main", "ticked")},
    "forgejo": {f".forgejo/workflows/{name}.yml" for name in ("check", "comment", "inbox", "main", "ticked")},
    "gitlab": {".gitlab-ci.yml"},
}
ADDRESS = ("--program", "https://git.northmoor.example/b.git")
WORKFLOWS = [(host, path) for host in ("github", "forgejo") for path in sorted(OWN[host])]
COMMANDS = re.compile(r"^\s*(briefings|make|sh|npm) ", re.MULTILINE)
"""Calls of what reads a library, or of what could lie in one."""


def workflow(host: str, path: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(host_files(host)[path], yaml.BaseLoader)
    return read


def bringing(host: str, text: str) -> str:
    """The script in a file of a host that brings the program."""
    read = yaml.safe_load(text)
    if host == "gitlab":
        return str(read[".program"]["before_script"][1])
    (script,) = (step["run"] for step in read["jobs"]["build"]["steps"] if step["name"] == "Bring the program")
    return str(script)


def program(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def said_by(*command: str | Path, cwd: Path) -> Said:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three new libraries, each with the files of one host, by its name."""
    folder = tmp_path_factory.mktemp("hosted")
    for host in HOSTS:
        assert guarded(["new", str(folder / host), "--host", host]) == 0
    return folder


@pytest.mark.parametrize("host", HOSTS)
def test_a_new_library_has_the_files_of_its_host(host: str, hosted: Path) -> None:
    made = {path.relative_to(hosted / host).as_posix() for path in (hosted / host).rglob("*") if path.is_file()}
    assert EVERY | OWN[host] <= made
    assert not made & set().union(*(paths for name, paths in OWN.items() if name != host))


def test_a_library_that_stands_gets_the_same(hosted: Path, small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    said = briefings(library, "host", "github")
    assert (said.code, said.out.count("Written: ")) == (0, 8)
    for path in EVERY | OWN["github"]:
        assert (library / path).read_bytes() == (hosted / "github" / path).read_bytes()
    again = briefings(library, "host", "github").out
    assert (again.count("Stands already: "), again.count("Written: ")) == (8, 0)


def test_no_file_that_stands_is_written_over(small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    standing = library / ".github/workflows/check.yml"
    standing.parent.mkdir(parents=True)
    standing.write_text("name: Ours\n")
    said = briefings(library, "host", "github")
    assert standing.read_text() == "name: Ours\n"
    assert ".github/workflows/check.yml stands with other content and stays as it is." in said.out
    beside = (library / ".github/workflows/check.yml.new").read_text()
    assert re.sub(r"[0-9a-f]{40}\"\n", 'main"\n', beside) == host_files("github")[".github/workflows/check.yml"]


def test_files_that_nobody_changed_are_renewed(small: Callable[..., Path], briefings: Run) -> None:
    """As they were written by any earlier call, with any address; the address stays where no other is given."""
    library = small()
    briefings(library, "host", "github", "--revision", "v1")
    changed = library / ".github/workflows/check.yml"
    changed.write_text("# ours\n" + changed.read_text())
    said = briefings(library, "host", "github", *ADDRESS, "--revision", "v2").out
    assert (said.count("Renewed: "), said.count(".new: compare")) == (5, 1)
    assert [path.name for path in library.rglob("*.new")] == ["check.yml.new"]
    briefings(library, "host", "github", "--revision", "v3")
    assert f'PROGRAM: "{ADDRESS[1]}"\n      REVISION: "v3"\n' in (library / ".github/workflows/main.yml").read_text()


def test_the_release_that_wrote_the_files_is_pinned(small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    briefings(library, "host", "gitlab", *ADDRESS)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f'REVISION: "{commit.strip()}"' in (library / ".gitlab-ci.yml").read_text()


@pytest.mark.parametrize("host", ["github", "forgejo"])
def test_a_private_repository_takes_a_token(host: str, small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    assert "the secret PROGRAM_TOKEN" in briefings(library, "host", host, *ADDRESS, "--private").out
    for path in OWN[host]:
        text = (library / path).read_text()
        steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"] if "env" in step]
        given = [step["name"] for step in steps if "PROGRAM_TOKEN" in step["env"]]
        assert given == ["Bring the program"] * text.count("secrets.PROGRAM_TOKEN")
    assert not (library / "Containerfile").exists()


def test_a_wheel_in_the_library_is_known_by_its_digest(small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    assert (
        "Copy wheel/b.whl and wheel/requirements.txt into"
        in briefings(library, "host", "github", "--program", "wheel/b.whl").err
    )
    (library / "wheel").mkdir()
    (library / "wheel/b.whl").write_bytes(b"wheel")
    (library / "wheel/requirements.txt").write_bytes(b"list")
    assert briefings(library, "host", "github", "--program", "wheel/b.whl").code == 0
    text = (library / ".github/workflows/check.yml").read_text()
    assert f'REVISION: "{sha256(b"wheellist").hexdigest()}"' in text
    (library / "wheel/b.whl").write_bytes(b"other")
    env = os.environ | yaml.safe_load(text)["jobs"]["build"]["env"] | {"RUNNER_TEMP": "/nowhere"}
    done = subprocess.run(
        ["bash", "-ec", bringing("github", text)], cwd=library, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "has changed" in done.stdout) == (1, True)


def test_the_container_goes_when_the_repository_becomes_private(small: Callable[..., Path], briefings: Run) -> None:
    library = small()
    briefings(library, "host", "gitlab", *ADDRESS)
    briefings(library, "host", "github", *ADDRESS)
    changed = library / ".devcontainer/devcontainer.json"
    changed.write_text("{}")
    text = briefings(library, "host", "github", *ADDRESS, "--private").out
    assert "Removed: Containerfile\n" in text
    assert ".devcontainer/devcontainer.json is not renewed" in text
    there = [(library / path).exists() for path in ("Containerfile", ".gitlab-ci.yml")]
    assert (there, changed.read_text()) == ([False, True], "{}")


def environment(folder: Path, **variables: str) -> dict[str, str]:
    """An environment in which the programs of `folder` come first."""
    return os.environ | variables | {"PATH": f"{folder}:{os.environ['PATH']}", "RUNNER_TEMP": str(folder / "temp")}


@pytest.mark.parametrize("host", HOSTS)
def test_only_the_clone_has_the_token(host: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "Makefile").write_text(".venv/.ready:\n\t@env\n")
    git(kept, "init", "--quiet")
    commit(kept, "First")
    files = host_files(host, f"file://{kept}", "HEAD", private=True)
    script = bringing(host, files[".gitlab-ci.yml" if host == "gitlab" else f".{host}/workflows/main.yml"])
    script = script.replace("/opt/briefings", str(tmp_path / "temp/program")) + "\nenv\n"
    env = environment(tmp_path, PROGRAM=f"file://{kept}", REVISION="HEAD", PROGRAM_TOKEN="x", GITHUB_PATH="/dev/null")
    done = subprocess.run(["bash", "-ec", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert (done.stdout.count("REVISION=HEAD\n"), done.stdout.count("PROGRAM_TOKEN")) == (2, 0)


def test_nothing_is_written_through_a_link(small: Callable[..., Path], briefings: Run, tmp_path: Path) -> None:
    library, elsewhere = small(), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (library / ".github").symlink_to(elsewhere)
    assert briefings(library, "host", "github").code == 3
    assert not [*elsewhere.iterdir()]


@pytest.mark.parametrize("revision", ["1.10", "yes"])
def test_a_revision_is_read_as_it_was_given(revision: str) -> None:
    """Without quotes YAML would make a number of it, which is another revision."""
    program = "https://git.northmoor.example/b.git"
    for host in HOSTS:
        files = host_files(host, program, revision)
        for path in OWN[host]:
            read = yaml.safe_load(files[path])
            settings = [read.get("variables", {}), *(job.get("env", {}) for job in read.get("jobs", {}).values())]
            assert [(one["PROGRAM"], one["REVISION"]) for one in settings if one.get("PROGRAM")] == [
                (program, revision)
            ]
        assert f"ARG REVISION={revision}\n" in files["Containerfile"]


@pytest.mark.parametrize("said", ["a b", "x\nrun: evil", "$(id)", "-u", "'"])
def test_a_strange_address_is_refused(said: str, tmp_path: Path, briefings: Run) -> None:
    """It would be read as YAML, or by a shell. Nothing is written then."""
    with pytest.raises(UsageError, match="--program cannot be"):
        host_files("github", said)
    assert briefings(tmp_path, "new", str(tmp_path / "new"), "--host", "github", f"--revision={said}").code == 2
    assert not (tmp_path / "new").exists()


def test_workflows_are_valid(hosted: Path) -> None:
    files = [hosted / host / path for host, path in WORKFLOWS]
    check = (program("check-jsonschema"), "--builtin-schema")
    done = said_by(*check, "vendor.github-workflows", *files, cwd=hosted)
    assert done.code == 0, done.out + done.err
    lab = (*check, "vendor.gitlab-ci", "--data-transform", "gitlab-ci", hosted / "gitlab/.gitlab-ci.yml")
    done = said_by(*lab, cwd=hosted)
    assert done.code == 0, done.out + done.err


def test_every_job_has_a_limit_of_time(hosted: Path) -> None:
    files = [hosted / host / path for host, path in WORKFLOWS]
    name = "custom.github-workflows-require-timeout"
    done = said_by(program("check-jsonschema"), "--builtin-schema", name, *files, cwd=hosted)
    assert done.code == 0, done.out + done.err


def test_zizmor_finds_nothing(hosted: Path, tmp_path: Path) -> None:
    shutil.copytree(hosted / "forgejo/.forgejo", tmp_path / "forgejo/.github")
    for path, text in host_files("github", private=True).items():
        write_atomically(tmp_path / "private" / path, text.encode())
    for folder in (hosted / "github", tmp_path / "forgejo", tmp_path / "private"):
        command = (program("zizmor"), "--offline", "--no-progress", "--persona", "pedantic", "--format", "json", folder)
        done = said_by(*command, cwd=tmp_path)
        assert done.err.count("completed") >= 3, done.err
        assert (done.code, json.loads(done.out)) == (0, [])


@pytest.mark.parametrize("host", HOSTS)
def test_the_container_file_of_a_library_is_in_order(host: str, hosted: Path) -> None:
    done = said_by(program("hadolint"), "--no-color", hosted / host / "Containerfile", cwd=hosted)
    assert (done.code, done.out) == (0, "")


def jobs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every job of the workflows of GitHub and Forgejo."""
    for host, path in WORKFLOWS:
        for name, job in workflow(host, path)["jobs"].items():
            yield host, f"{path}:{name}", job


def test_only_three_jobs_may_write_and_they_run_nothing_of_the_library() -> None:
    """One comments and has no copy of it; two commit, by git alone. Every other token may only read."""
    writing = {name: job for _, name, job in jobs() if "write" in job["permissions"].values()}
    assert {name.partition("/workflows/")[2] for name in writing} == {
        "check.yml:comment",
        "inbox.yml:commit",
        "ticked.yml:commit",
    }
    assert all(workflow(host, path)["permissions"] == {} for host, path in WORKFLOWS)
    for name, job in writing.items():
        scripts = [step["run"] for step in job["steps"] if "run" in step]
        assert not [text for text in scripts if COMMANDS.search(text)], name
        copies = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
        assert len(copies) == ("commit" in name)
    for _, name, job in jobs():
        if name not in writing:
            assert job["permissions"] == {"contents": "read"}, name
            assert "token" not in json.dumps(job["steps"]).replace("token_hex", ""), name


def test_ticks_count_where_the_host_itself_wrote_the_list() -> None:
    """Only who may write can edit that comment. Its last box must be ticked."""
    for host in ("github", "forgejo"):
        read = workflow(host, f".{host}/workflows/ticked.yml")
        assert read["on"] == {"issue_comment": {"types": ["edited"]}}
        wanted = read["jobs"]["read"]["if"]
        assert "github.event.comment.user.login" in wanted
        assert "startsWith(github.event.comment.body, '<!-- proposals, by briefings -->')" in wanted
        assert f"contains(github.event.comment.body, '- [x] {TAKE_IN_LABEL[:24]}')" in wanted
        assert "needs.read.result != 'skipped'" in read["jobs"]["commit"]["if"]


def test_actions_are_named_by_their_commit() -> None:
    for host, path in WORKFLOWS:
        uses = re.findall(r"uses: (.*)", host_files(host)[path])
        assert uses
        assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+(-node20)?", one) for one in uses)
    steps = [step for _, _, job in jobs() for step in job["steps"] if "actions/checkout" in step.get("uses", "")]
    assert {step["with"]["persist-credentials"] for step in steps} == {"false"}


def test_the_default_branch_is_known_by_what_the_host_says() -> None:
    """It may be called otherwise than `main`: no filter names a branch, and nothing is pushed into that one."""
    default = "github.ref_name {} github.event.repository.default_branch"
    for host in ("github", "forgejo"):
        main, inbox = (workflow(host, f".{host}/workflows/{name}.yml") for name in ("main", "inbox"))
        assert {tuple(one["on"]["push"]["branches"]) for one in (main, inbox)} == {("**",)}
        assert "branches-ignore" not in inbox["on"]["push"]
        assert default.format("==") in main["jobs"]["build"]["if"]
        assert "github.ref" in main["concurrency"]["group"], "a push to another branch would end a build of this one"
        assert [default.format("!=") in job["if"] for job in inbox["jobs"].values()] == [True, True]


def test_no_word_of_a_proposed_change_stands_in_a_script() -> None:
    """Names of branches, titles and all else come by the environment."""
    scripts = [step["run"] for _, _, job in jobs() for step in job["steps"] if "run" in step]
    assert len(scripts) > 20
    assert not [text for text in scripts if "${{" in text]


def test_the_jobs_of_gitlab_that_write_have_no_program() -> None:
    read = yaml.safe_load(host_files("gitlab")[".gitlab-ci.yml"])
    writing = {name for name, job in read.items() if isinstance(job, dict) and "environment" in job}
    assert writing == {"comment", "commit", "ticked", "commit-ticked"}
    assert {read[name]["environment"]["name"] for name in writing} == {"writing"}
    for name in writing:
        assert "extends" not in read[name]
        assert not COMMANDS.search("\n".join(read[name]["script"]))
    others = {name: job for name, job in read.items() if isinstance(job, dict) and name not in writing}
    assert not [name for name, job in others.items() if "BRIEFINGS_TOKEN" in json.dumps(job)]
