"""What an editor's day is made of: commands from any folder, is it ready, what is kept, and what `new` gives."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.__main__ import guarded
from tests.support import libraries
from tests.support.project import Said, files_in
from tests.support.resolve.kept_versions import FILES, published

Run = Callable[..., Said]
Write = Callable[..., Path]

BRIEFING = "briefings/patrol/briefing.md"
PLAIN = {"library.yaml": FILES["library.yaml"] + "formats: []\n"}
ON = ("--date", "2024-04-26")


@pytest.fixture
def typed_in(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give the command in a folder, without saying where the library is."""

    def run(folder: Path, *arguments: str) -> Said:
        monkeypatch.chdir(folder)
        capsys.readouterr()
        code = guarded(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def test_the_library_is_found_from_any_folder_inside_it(library: Write, typed_in: Run) -> None:
    """As git does it; places in files are told from the library's folder, which is named once."""
    project = library({"briefings/patrol.md": libraries.briefing("Patrols matter [@hughes2081].")})
    inside = project / "source" / "briefings"
    said = typed_in(inside, "check")
    assert said.out.startswith("source/briefings/patrol.md:")
    assert said.err.startswith("The library is in ../..; paths are given from there.")
    assert {path.name for path in inside.iterdir()} == {"patrol.md"}


def test_the_source_of_another_project_above_is_no_library(tmp_path: Path, typed_in: Run) -> None:
    """Many projects have a folder of that name."""
    (tmp_path / "source" / "main").mkdir(parents=True)
    (tmp_path / "notes").mkdir()
    assert typed_in(tmp_path / "notes", "check").code == 2


@pytest.mark.parametrize(
    "verb", ["check", "build", "list", "cites hughes2018", "publish a", "ready a", "prune", "schema", "proof"]
)
def test_in_a_wrong_folder_nothing_is_made(verb: str, tmp_path: Path, typed_in: Run) -> None:
    for arguments in (verb.split(), [*verb.split(), "--project", str(tmp_path)]):
        said = typed_in(tmp_path, *arguments)
        assert said.code == 2
        assert said.err.startswith("briefings: There is no library ")
        assert "'briefings new DIR' starts one" in said.err
        assert not list(tmp_path.iterdir())


def test_a_file_of_no_library_is_proofed_and_nothing_left_beside_it(tmp_path: Path, typed_in: Run) -> None:
    (tmp_path / "page.html").write_text(
        "<!DOCTYPE html><html><head><title>A</title></head><body><p>B</p></body></html>"
    )
    assert typed_in(tmp_path, "proof", "page.html").code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_dry_run_tells_the_files_and_writes_none(library: Write, briefings: Run) -> None:
    project = library(FILES | PLAIN)
    before = files_in(project / "source")
    said = briefings(project, "publish", "patrol", "--dry-run", *ON)
    assert said.code == 0
    assert said.out.startswith("patrol@1.0 would be kept; nothing was. These files would be written:\n")
    assert files_in(project / "source") == before
    assert briefings(project, "publish", "patrol", *ON).code == 0
    written = files_in(project / "source").keys() - before.keys() - {"versions/.gitattributes"}
    assert {line.strip() for line in said.out.splitlines()[1:]} == {f"source/{path}" for path in written}


def test_ready_says_what_is_missing(library: Write, briefings: Run) -> None:
    project = library(FILES | PLAIN | {BRIEFING: FILES[BRIEFING].replace("status: published", "status: draft")})
    said = briefings(project, "ready", "patrol", *ON)
    assert said.code == 1
    assert "error publish-status" in said.out
    assert said.out.endswith("patrol@1.0 is not ready: 1 error to settle.\n")
    assert not (project / "source/versions").exists()


def test_ready_says_that_it_is(library: Write, briefings: Run) -> None:
    project = library(FILES | PLAIN)
    said = briefings(project, "ready", "patrol", *ON)
    assert said.code == 0
    assert "warning record-not-placed" in said.out
    assert said.out.endswith(f"patrol@1.0 is ready. Keep it with: briefings --project {project} publish patrol\n")


def test_ready_names_the_works_that_are_only_partly_confirmed(library: Write, briefings: Run) -> None:
    works = {
        "references/works.yaml": FILES["references/works.yaml"].replace("}", ", custom: {status: partly-confirmed}}")
    }
    project = library(FILES | PLAIN | works)
    said = briefings(project, "ready", "patrol", *ON)
    assert said.code == 0
    assert "warning reference-partly-confirmed: The entry 'hart2018' is only partly checked" in said.out
    assert "is ready." in said.out
    assert "partly" not in briefings(project, "check", *ON).out


def withdrawn(version: str = "1.0") -> dict[str, str]:
    """The library with its published briefing withdrawn."""
    front = FILES[BRIEFING].replace("status: published", "status: withdrawn\nwithdrawn_reason: Wrong.")
    entry = "{version: 1.0, date: 2023-05-02, kind: first, summary: First., approved_by: Ann Bell}"
    more = entry.replace("1.0", version).replace("kind: first", "kind: substantive")
    front = front.replace(entry, f"{entry}, {more}" if version != "1.0" else entry)
    return published(FILES | PLAIN) | {BRIEFING: front.replace("version: 1.0\nfirst", f"version: {version}\nfirst")}


def test_a_withdrawal_takes_no_version_of_its_own(library: Write, briefings: Run) -> None:
    said = briefings(library(withdrawn("1.1")), "ready", "patrol", *ON)
    assert said.code == 1
    assert (
        "error publish-status: 'patrol' is withdrawn: its status must be 'published'.\n"
        "    hint: There is nothing to publish: a withdrawal needs no new version. Set text and version back to 1.0, "
        "the last kept version, and leave the status.\n"
    ) in said.out


def listed(project: Path, briefings: Run) -> tuple[str, str, str]:
    """What `list` says of the one briefing: versions kept, whether it has changed since, minutes to read."""
    (row,) = json.loads(briefings(project, "list", "--report", "json", *ON).out)
    return row["versions kept"], row["changed since"], row["minutes to read"]


def test_list_tells_what_is_kept_and_whether_it_has_changed(library: Write, briefings: Run) -> None:
    project = library(FILES | PLAIN)
    file = project / "source" / BRIEFING
    assert listed(project, briefings) == ("", "", "1")
    briefings(project, "publish", "patrol", *ON)
    assert listed(project, briefings) == ("1.0", "no", "1")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\nOne more paragraph.\n", encoding="utf-8")
    assert listed(project, briefings) == ("1.0", "yes", "1")
    file.write_text(text.replace("version: 1.0", "version: 1.1"), encoding="utf-8")
    assert listed(project, briefings) == ("1.0", "yes", "1")


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library as `new` gives it."""
    folder = tmp_path_factory.mktemp("new") / "mine"
    assert guarded(["new", str(folder)]) == 0
    return folder


def test_the_editor_finds_the_places_in_what_check_says(new: Path, library: Write, briefings: Run) -> None:
    """The tasks of VS Code read path, line, column, severity, code and sentence from each remark."""
    project = library({"briefings/patrol.md": libraries.briefing("Patrols matter [@hughes2081].")})
    tasks = json.loads((new / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    (line,) = [line for line in briefings(project, "check").out.splitlines() if "cite-unknown-key" in line]
    for task in tasks:
        pattern = task["problemMatcher"]["pattern"]
        found = re.search(pattern["regexp"], line)
        assert found is not None
        said = {name: found[group] for name, group in pattern.items() if name != "regexp"}
        assert said["file"] == "source/briefings/patrol.md"
        assert (said["severity"], said["code"]) == ("error", "cite-unknown-key")
        assert said["line"].isdigit()
        assert said["column"].isdigit()


def expanded(snippet: dict[str, object]) -> str:
    """The text that a snippet gives when nothing is filled in."""
    body = "\n".join(snippet["body"])  # type: ignore[arg-type]
    text = re.sub(r"\$\{\d+\|([^,|]+)[^}]*\}", r"\1", body)
    text = re.sub(r"\$CURRENT_YEAR-\$CURRENT_MONTH-\$CURRENT_DATE", "2024-04-01", text)
    return re.sub(r"\$\{\d+:([^}]*)\}|\$0", r"\1", text)


def test_snippets_give_what_the_library_reads(new: Path, library: Write, briefings: Run) -> None:
    """A new briefing, a finding, a history and each piece of a body, as they come: only names are left to fill in."""
    snippets = json.loads((new / ".vscode/briefings.code-snippets").read_text(encoding="utf-8"))
    parts = {name: expanded(snippet) for name, snippet in snippets.items()}
    front = "evidence:\n  findings:\n" + parts.pop("Finding") + "\nhistory:\n" + parts.pop("History entry") + "\n---"
    text = parts.pop("New briefing").replace("\n---", f"\n{front}", 1) + "\n\n" + "\n\n".join(parts.values()) + "\n"
    text = text.replace("version: 0.1", "version: 1.0")
    work = "- {id: key, type: book, title: Beats, issued: 2018}\n"
    remarks = briefings(library({"briefings/patrol.md": text, "references/works.yaml": work}), "check").out
    told = {line.split()[2].rstrip(":") for line in remarks.splitlines() if ": error " in line}
    assert told == {"figure-missing", "practice-unknown-ref", "section-unknown"}, remarks
