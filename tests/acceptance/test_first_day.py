"""The first day, as its handbook page tells it: every command of the page, in its order, in a folder of its own."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support import libraries
from tests.support.project import ROOT
from tests.support.word.documents import docx, para
from tests.support.word.reviewing import reviewed

PAGE = (ROOT / "source/handbook/first-day.md").read_text(encoding="utf-8")
STEPS = [step.strip() for step in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]
(SUMMARY,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

VISITS = (
    para("School visits", "Title"),
    para("What it is", "heading 1"),
    para("Officers visit schools twice a year and talk with pupils."),
    para("What it does", "heading 1"),
    para("Nobody has counted yet what visits do."),
)


@dataclass
class Editor:
    """Somebody at a terminal, with the page beside it."""

    folder: Path
    """The folder in which the day begins."""
    at: Path
    """The folder that the terminal is in."""

    @property
    def text(self) -> Path:
        """The text of the day."""
        return self.folder / "library/source/briefings/visits.md"

    @property
    def environment(self) -> dict[str, str]:
        """The command on the path, and a name for git."""
        names = {
            f"GIT_{who}_{what}": "editor@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return libraries.environment(PATH=path, **names)

    def enter(self, commands: str, code: int = 0) -> str:
        """Words of commands; the terminal stays in the folder that they lead to."""
        noted = self.folder / "at"
        script = f"set -eu\ntrap 'pwd >{noted}' EXIT\n{commands}"
        done = subprocess.run(
            ["sh", "-c", script], cwd=self.at, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"{commands}\n{done.stdout}{done.stderr}"
        self.at = Path(noted.read_text(encoding="utf-8").strip())
        return done.stdout + done.stderr

    def look(self, command: str) -> str:
        """The live page's answer, which is ended by Ctrl-C."""
        with subprocess.Popen(
            command.split(), cwd=self.at, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout
            address = next(line for line in running.stdout if line.startswith("Open ")).split()[1]
            with httpx.Client(follow_redirects=True, timeout=60) as client:
                page = client.get(address).text
            running.send_signal(signal.SIGINT)
            running.stdout.read()
        assert running.returncode == 0
        return page


@pytest.mark.proof
def test_every_step_of_the_first_day_does_what_the_page_says(tmp_path: Path) -> None:
    """From a Word file to a branch that the host has, with a round of comments and a look at the live page."""
    begin, take_in, check, comment, come_back, live, build, change = STEPS
    editor = Editor(tmp_path, tmp_path)
    (tmp_path / "Visits.docx").write_bytes(docx(*VISITS))
    editor.enter(begin)
    assert "There is no 'summary'." in editor.enter(take_in, 1)
    words = editor.text.read_text(encoding="utf-8")
    editor.text.write_text(
        words.replace("title: School visits\n", f"title: School visits\n{SUMMARY}"), encoding="utf-8"
    )
    assert "error" not in editor.enter(check)
    assert "output/comment/visits.docx" in editor.enter(comment)
    sent = (editor.at / "output/comment/visits.docx").read_bytes()
    back = reviewed(sent, lambda document: document.change("twice", "three times"))
    (tmp_path / "back.docx").write_bytes(back)
    told, made = come_back.splitlines()
    assert "three times" in editor.enter(told)
    assert "twice" in editor.text.read_text(encoding="utf-8")
    editor.enter(made)
    assert "visit schools three times a year" in editor.text.read_text(encoding="utf-8")
    assert "<h1>School visits</h1>" in editor.look(live)
    editor.enter(build)
    assert "visits.pdf" in (editor.at / "output/index.html").read_text(encoding="utf-8")
    shared = tmp_path / "shared.git"
    editor.enter(f"git init --quiet --bare {shared}")
    editor.enter(change.replace("ADDRESS", str(shared)))
    there = editor.enter(f"git --git-dir {shared} ls-tree -r --name-only visits")
    assert "source/briefings/visits.md" in there.splitlines()


def test_the_page_holds_no_other_commands() -> None:
    """Commands for the reader stand in blocks, so that the test above runs all of them."""
    assert len(STEPS) == 8
    assert not re.search(r"`(briefings|git) ", PAGE)
