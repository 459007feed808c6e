"""The command line keeps its promises: verbs, options, reports, exit codes."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from pipeline.build.survey import check_source
from pipeline.cli.main import main, verbs
from pipeline.resolve.house_style import PLACEHOLDER_WORDS
from tests.support import libraries
from tests.support.calls import calls_of
from tests.support.project import ROOT, Said

Run = Callable[..., Said]


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_explains_itself(verb: str, briefings: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--help` has a sentence for the verb and one for each option, and an example that the verb can read."""
    said = briefings(tmp_path, verb, "--help")
    assert said.code == 0
    assert said.out.startswith("Usage: briefings ")
    command = main.commands[verb]
    assert (command.help or "").replace("\n", " ").startswith(verbs()[verb].summary)
    (tmp_path / "main").mkdir()
    (tmp_path / "library").mkdir()
    (tmp_path / "library/report.docx").touch()
    monkeypatch.chdir(tmp_path / "library")
    with command.make_context(verb, shlex.split(verbs()[verb].example), resilient_parsing=False):
        assert f"briefings {verb} {verbs()[verb].example}".rstrip() in said.out
    assert all(o.help for o in command.params if isinstance(o, click.Option) and not o.hidden)


WRONG = {
    ("biuld",): "build",
    ("build", "--formt", "epub"): "--format",
    ("build", "police-led-intervention"): "police-led-interventions",
    ("check", "hot-spot-policing"): "hot-spots-policing",
    ("cites", "eggins2002"): "eggins2020",
    ("explain", "cite-unknwon-key"): "cite-unknown-key",
}


@pytest.mark.proof
@pytest.mark.parametrize(("arguments", "nearest"), WRONG.items(), ids=lambda value: " ".join(value))
def test_a_wrong_name_is_told_with_the_nearest(
    arguments: tuple[str, ...], nearest: str, sample: Path, briefings: Run
) -> None:
    """Exit 2, one sentence, and what was probably meant."""
    said = briefings(sample, *arguments)
    assert said.code == 2
    assert re.search(rf"[Dd]id you mean .*{nearest}", said.err), said.err
    assert not (sample / "output").exists() or not libraries.made(sample)


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "--date", "yesterday"),
        ("build", "--jobs", "0"),
        ("build", "--format", "doc"),
        ("list", "--report", "x"),
    ],
)
def test_a_wrong_value_is_told(arguments: tuple[str, ...], sample: Path, briefings: Run) -> None:
    """Exit 2 and the option by name."""
    said = briefings(sample, *arguments)
    assert said.code == 2
    assert arguments[1] in said.err


@pytest.fixture
def flawed(small: Callable[..., Path]) -> Path:
    """A library with one error: a work that is not in the bibliography."""
    return small({"briefings/patrol.md": libraries.briefing("Patrols matter [@hughes2081].")})


@pytest.fixture
def doubtful(small: Callable[..., Path]) -> Path:
    """A library with one warning: an abbreviation that is never used."""
    page = libraries.briefing(abbreviations="{ABC: {full: A bit of cheese}}")
    return small({"briefings/patrol.md": page})


@pytest.mark.proof
def test_options_stand_before_or_after_the_verb(flawed: Path) -> None:
    """`--project`, `--report`, `--strict` and `--quiet` are the same on both sides."""
    before = libraries.run(flawed, "--report", "json", "check")
    after = libraries.run(None, "check", "--report", "json", "--project", str(flawed))
    assert before == after
    assert before.code == 1
    assert json.loads(before.out)["errors"] == 1


@pytest.mark.proof
def test_strict_lets_warnings_fail(doubtful: Path, briefings: Run) -> None:
    """Without it a warning is only told."""
    assert briefings(doubtful, "check").code == 0
    assert briefings(doubtful, "check", "--strict").code == 1
    assert briefings(doubtful, "build", "--format", "html").code == 0
    assert briefings(doubtful, "build", "--format", "html", "--strict").code == 1


@pytest.mark.proof
def test_remarks_of_a_build_go_to_stderr_and_of_a_check_to_stdout(flawed: Path, briefings: Run) -> None:
    """So that the summary, or the remarks, can be piped."""
    check, build = briefings(flawed, "check"), briefings(flawed, "build", "--format", "html")
    line = "source/briefings/patrol.md:6:17: error cite-unknown-key: "
    assert check.out.startswith(line)
    assert line in build.err
    assert line not in build.out
    assert (check.code, build.code) == (1, 1)


@pytest.mark.proof
def test_a_build_reports_as_json(flawed: Path, briefings: Run) -> None:
    """Nothing but JSON on stdout: each remark with its place, code, sentence and hint."""
    said = briefings(flawed, "build", "--report", "json", "--format", "html")
    report = json.loads(said.out)
    (remark,) = report["diagnostics"]
    assert (remark["path"], remark["line"], remark["column"]) == ("source/briefings/patrol.md", 6, 17)
    assert (remark["code"], remark["severity"]) == ("cite-unknown-key", "error")
    assert "hughes2018" in remark["hint"]
    assert said.err == ""


def dated(project: Path, *arguments: str, **env: Any) -> str:
    """The date produced of a build."""
    said = libraries.run(project, "build", "--format", "html", *arguments, **env)
    assert said.code == 0, said.err
    date: str = json.loads((project / "output" / "build.json").read_text())["produced"]
    return date


@pytest.mark.proof
def test_the_date_comes_from_the_option_then_the_environment(small: Callable[..., Path]) -> None:
    """SOURCE_DATE_EPOCH counts in UTC, wherever the machine stands; `--date` comes before it."""
    project = small({"briefings/patrol.md": libraries.briefing()})
    epoch = {"SOURCE_DATE_EPOCH": "1714089599", "TZ": "Pacific/Kiritimati"}
    assert dated(project, **epoch) == "2024-04-25"
    assert dated(project, "--date", "2020-02-29", **epoch) == "2020-02-29"


@pytest.mark.parametrize("epoch", ["yesterday", "1e9", "9" * 30, ""])
def test_a_wrong_epoch_is_told(small: Callable[..., Path], epoch: str) -> None:
    """Exit 2 and a sentence."""
    said = libraries.run(small(), "build", SOURCE_DATE_EPOCH=epoch)
    assert said.code == 2
    assert "SOURCE_DATE_EPOCH" in said.err
    assert "Traceback" not in said.err


def on_a_terminal(project: Path, **env: str) -> str:
    """What `check_source` says on a terminal."""
    import os
    import pty

    try:
        leader, follower = pty.openpty()
    except OSError:
        pytest.skip("this machine has no terminals to open")
    command = [*libraries.COMMAND, "check", "--project", str(project)]
    done = subprocess.Popen(command, stdout=follower, stderr=follower, env=libraries.environment(TERM="xterm", **env))
    os.close(follower)
    said = b""
    try:
        while piece := os.read(leader, 4096):
            said += piece
    except OSError:  # the terminal is closed
        pass
    os.close(leader)
    done.wait()
    return said.decode()


@pytest.mark.proof
def test_colour_on_a_terminal_unless_it_is_declined(flawed: Path) -> None:
    """NO_COLOR is honoured."""
    assert "\x1b[1;31merror" in on_a_terminal(flawed)
    assert "\x1b[1;31m" not in on_a_terminal(flawed, NO_COLOR="1")


@pytest.mark.proof
def test_a_new_library_builds_and_tells_what_is_to_be_replaced(tmp_path: Path, briefings: Run) -> None:
    """What `new` gives is an example to follow; each of its placeholders is told until somebody has written there."""
    assert briefings(tmp_path, "new", str(tmp_path / "mine")).code == 0
    check = briefings(tmp_path / "mine", "check", "--all")
    told = [line for line in check.out.splitlines() if not line.startswith(" ")]
    assert check.code == 0
    assert [line for line in told if "warning words-unfinished: '" not in line] == []
    assert {line.split("'")[1] for line in told} == set(PLACEHOLDER_WORDS)
    build = briefings(tmp_path / "mine", "build", "--jobs", "1")
    assert build.code == 0, build.err
    assert {path.suffix for path in (tmp_path / "mine" / "output").rglob("*.*")} >= {".pdf", ".epub", ".html"}


def test_the_smallest_briefing_of_the_readme_has_no_mistake_in_a_new_library(tmp_path: Path, briefings: Run) -> None:
    """The work that it cites is in the library that `new` gives."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (path,) = re.findall(r"Save this as `(source/\S+)`", readme)
    (text,) = re.findall(r"^```markdown\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert briefings(tmp_path, "new", str(tmp_path / "mine")).code == 0
    (tmp_path / "mine" / path).write_text(text, encoding="utf-8")
    check = briefings(tmp_path / "mine", "check", Path(path).stem)
    assert (check.code, check.out) == (0, "6 messages about other files: run 'briefings check'.\n")


def test_new_never_writes_over_something(tmp_path: Path, briefings: Run) -> None:
    """A folder that holds anything is left alone."""
    (tmp_path / "notes.txt").write_text("mine")
    said = briefings(tmp_path, "new", str(tmp_path))
    assert said.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_schemas_are_written(tmp_path: Path, small: Callable[..., Path], briefings: Run) -> None:
    """Valid JSON, into the library's own folder or another."""
    assert briefings(small(), "schema", str(tmp_path / "schemas")).code == 0
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (tmp_path / "schemas").iterdir()}
    assert {"briefing.json", "library.json", "pack.json"} <= schemas.keys()
    assert all("$schema" in schema for schema in schemas.values())


def test_a_fault_of_ours_says_so(small: Callable[..., Path], briefings: Run) -> None:
    """A traceback for us, a sentence for the author, exit 4."""

    def break_down() -> None:
        raise RuntimeError("a broken wheel")

    with calls_of(check_source, break_down):
        said = briefings(small(), "check")
    assert said.code == 4
    assert "a broken wheel" in said.err
    assert "an error in the program, not in your text" in said.err


@pytest.mark.parametrize("names", [(), ("lamps",), ("one",), ("--packs",)])
def test_a_format_that_is_not_listed_is_reported(names: tuple[str, ...], small: Callable[..., Path]) -> None:
    """With the key to add it to."""
    pack = "title: One\nbriefings: [lamps]\n"
    project = small({"briefings/lamps.md": libraries.briefing("Lamps [@hughes2018].", "Lamps"), "packs/one.yaml": pack})
    said = libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1", "--format", "large-print", *names)
    assert "Nothing to build: add the format to 'formats:' in source/library.yaml, or in the file of" in said.out


@pytest.mark.parametrize(("names", "subject"), [((), "Nothing lists"), (("lamps",), "'lamps' does not list")])
def test_a_format_that_is_not_listed_is_reported_next_to_one_that_is(
    names: tuple[str, ...], subject: str, small: Callable[..., Path]
) -> None:
    project = small({"briefings/lamps.md": libraries.briefing("Lamps.", "Lamps")})
    formats = ("--format", "html", "--format", "text")
    said = libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1", *formats, *names)
    assert "1 web page in" in said.out
    assert f"{subject} the format 'text': add it to 'formats:' in source/library.yaml" in said.out
