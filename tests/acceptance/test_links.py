"""Links in a library that lead out of it: nothing is written through them, and a message names them."""

import os
import re
from pathlib import Path

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.files import forbid_links_below
from pipeline.services.colleges.ledger import open_file_ledger
from pipeline.services.colleges.recall import clear_notices
from tests.support import hosts, libraries
from tests.support.editions.issued_library import issue
from tests.support.editions.issued_library import library as issued_library
from tests.support.project import Said
from tests.support.publishing import publish, text


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with a text that can be published."""
    files = {
        "briefings/foot-patrol.md": text(),
        "series/patrol.yaml": "title: P\npractice_caveat: Not all was evaluated.\nbriefings: [foot-patrol]\n",
    }
    return libraries.written(tmp_path / "library", files)


def linked(library: Path, name: str, target: str = "elsewhere") -> Path:
    """Put a link in the place of a file or a folder; return what it leads to."""
    link = library / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(library.parent / target)
    return library.parent / target


def refused(said: Said, library: Path, name: str) -> None:
    """The command ended with the name of the link."""
    assert said.code == 3
    assert f"{library / name} is a link, so nothing is written there." in said.err


@pytest.mark.parametrize("name", ["source/sent", "output/comment"])
def test_a_document_for_comment_is_not_written_through_a_link(library: Path, name: str) -> None:
    linked(library, name).mkdir()
    refused(libraries.here(library, "comment", "foot-patrol"), library, name)
    assert not [*(library.parent / "elsewhere").iterdir()]


@pytest.mark.proof
@pytest.mark.parametrize("name", ["source/versions", "source/versions/foot-patrol"])
def test_a_version_is_not_kept_behind_a_link(library: Path, name: str) -> None:
    linked(library, name).mkdir()
    refused(publish(library), library, name)
    assert not [*(library.parent / "elsewhere").iterdir()]


@pytest.mark.proof
def test_a_record_is_not_written_through_a_link(tmp_path: Path) -> None:
    library = issued_library(tmp_path / "library")
    linked(library, "source/editions").mkdir()
    refused(issue(library, "2024-10-01"), library, "source/editions")
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_an_output_folder_that_is_a_link_is_followed_unless_git_tracks_it(library: Path) -> None:
    """Its owner has it on another disk; in git it would lead wherever the texts' authors want."""
    elsewhere = linked(library, "output")
    elsewhere.mkdir()
    assert libraries.here(library, "comment", "foot-patrol").code == 0
    assert (elsewhere / "comment/foot-patrol.docx").is_file()
    hosts.git(library, "init", "--quiet")
    hosts.git(library, "add", "output")
    said = libraries.here(library, "check")
    assert said.code == 3
    assert f"{library / 'output'} is a link out of the library, and git tracks it." in said.err


@pytest.mark.parametrize("content", [None, b"", b"a token without an end of line", b"a\nb\nopen"])
def test_a_ledger_that_is_a_link_is_not_written_through(library: Path, content: bytes | None) -> None:
    elsewhere = linked(library, "source/ledger.csv")
    if content is not None:
        elsewhere.write_bytes(content)
    for command in (["holdings"], ["ledger", "check"], ["recall", "foot-patrol", "--reason", "x"]):
        libraries.here(library, *command)
    assert (elsewhere.read_bytes() if elsewhere.exists() else None) == content
    with pytest.raises(EnvironmentFailure, match=r"ledger\.csv cannot be written: it is a link|Nothing was entered"):
        open_file_ledger(library).add("2026-01-01T00:00:00Z", "sent", "3f9a", {})


def test_a_ledger_that_is_a_pipe_is_refused(library: Path) -> None:
    os.mkfifo(library / "source/ledger.csv")
    said = libraries.here(library, "holdings")
    assert (said.code, said.err.splitlines()[-1]) == (
        3,
        f"briefings: {library}/source/ledger.csv cannot be read: it is not a file.",
    )


def test_a_lock_of_the_ledger_that_is_a_link_is_refused(library: Path) -> None:
    elsewhere = linked(library, ".ledger/writing.lock")
    elsewhere.write_bytes(b"precious")
    with pytest.raises(EnvironmentFailure, match=r"writing\.lock cannot be written: it is a link"):
        open_file_ledger(library).add("2026-01-01T00:00:00Z", "sent", "3f9a", {})
    assert elsewhere.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["output/recalls", "output/recalls/recall-1"])
def test_notices_are_not_removed_through_a_link(library: Path, name: str) -> None:
    elsewhere = linked(library, name)
    notice = elsewhere / "recall-1" / "south.txt" if name == "output/recalls" else elsewhere / "south.txt"
    notice.parent.mkdir(parents=True)
    notice.touch()
    with forbid_links_below(library / "output"), pytest.raises(EnvironmentFailure, match="is a link"):
        clear_notices(library / "output/recalls/recall-1")
    assert notice.exists()


def test_approved_words_are_not_written_through_a_link(library: Path) -> None:
    elsewhere = linked(library, "source/approvals/foot-patrol")
    elsewhere.mkdir()
    code = re.search(r"Code of this text: (\S+)", libraries.here(library, "approve", "foot-patrol").out)
    assert code
    said = libraries.here(library, "approve", "foot-patrol", "--by", "Ann Bell", "--code", code[1])
    refused(said, library, "source/approvals/foot-patrol")
    assert not [*elsewhere.iterdir()]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("source/.schema", ("schema",)),
        ("layouts/briefing", ("layouts", "briefing/type.css")),
    ],
)
def test_other_commands_write_nothing_through_a_link(library: Path, name: str, command: tuple[str, ...]) -> None:
    linked(library, name).mkdir()
    said = libraries.here(library, *command)
    assert not [*(library.parent / "elsewhere").iterdir()]
    refused(said, library, name)
