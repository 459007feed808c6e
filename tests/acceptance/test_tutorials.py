"""The tutorials of the handbook: every command of their pages, in order, in a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import httpx
import pytest

from tests.support import libraries
from tests.support.project import ROOT
from tests.support.word.documents import docx, para
from tests.support.word.reviewing import reviewed

HANDBOOK = ROOT / "source/handbook"


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a tutorial in a language, in order, without their indentation."""
    text = (HANDBOOK / f"{page}.md").read_text(encoding="utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [dedent(block) for _, block in found]


VISITS = (
    para("School visits", "Title"),
    para("What it is", "heading 1"),
    para("Officers visit schools twice a year and talk with pupils."),
    para("What it does", "heading 1"),
    para("Nobody has counted yet what visits do."),
)


@dataclass
class Editor:
    """A person at a terminal who follows a page."""

    folder: Path
    """The folder in which the tutorial begins."""
    at: Path
    """The folder that the terminal is in."""

    @property
    def source(self) -> Path:
        """The sources of its library."""
        return self.folder / "library/source"

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
def test_a_word_file_becomes_a_pull_request(tmp_path: Path) -> None:
    """A file from Word, a round of comments, a look at the live page, and a branch that the host has."""
    begin, take_in, check, comment, come_back, live, build, change = blocks("first-day", "sh")
    (summary,) = blocks("first-day", "yaml")
    editor = Editor(tmp_path, tmp_path)
    text = editor.source / "briefings/visits.md"
    (tmp_path / "Visits.docx").write_bytes(docx(*VISITS))
    editor.enter(begin)
    assert "'summary' is missing." in editor.enter(take_in, 1)
    words = text.read_text(encoding="utf-8")
    text.write_text(words.replace("title: School visits\n", f"title: School visits\n{summary}"), encoding="utf-8")
    assert "error" not in editor.enter(check)
    assert "output/comment/visits.docx" in editor.enter(comment)
    sent = (editor.at / "output/comment/visits.docx").read_bytes()
    back = reviewed(sent, lambda document: document.change("twice", "three times"))
    (tmp_path / "back.docx").write_bytes(back)
    told, made = come_back.splitlines()
    assert "three times" in editor.enter(told)
    assert "twice" in text.read_text(encoding="utf-8")
    editor.enter(made)
    assert "visit schools three times a year" in text.read_text(encoding="utf-8")
    assert "<h1>School visits</h1>" in editor.look(live)
    editor.enter(build)
    assert "visits.pdf" in (editor.at / "output/index.html").read_text(encoding="utf-8")
    shared = tmp_path / "shared.git"
    editor.enter(f"git init --quiet --bare {shared}")
    editor.enter(change.replace("ADDRESS", str(shared)))
    there = editor.enter(f"git --git-dir {shared} ls-tree -r --name-only visits")
    assert "source/briefings/visits.md" in there.splitlines()


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("java"), reason="Java is missing")
def test_a_briefing_goes_from_the_first_line_to_three_colleges(tmp_path: Path) -> None:
    """The first briefing, the first pack and the first term, in one library."""
    editor = Editor(tmp_path, tmp_path)
    new, build, check, build_one, live = blocks("first-briefing", "sh")
    (text,) = blocks("first-briefing", "markdown")
    editor.enter(new)
    editor.enter(build)
    briefing = editor.source / "briefings/walking-a-beat.md"
    briefing.write_text(text, encoding="utf-8")
    assert "Did you mean 'ratcliffe2011'?" in editor.enter(check, 1)
    briefing.write_text(text.replace("ratclife2011", "ratcliffe2011"), encoding="utf-8")
    assert "walking-a-beat.pdf" in editor.enter(build_one)
    assert "<h1>Walking a beat</h1>" in editor.look(live)

    (build,) = blocks("first-pack", "sh")
    (pack,) = blocks("first-pack", "yaml")
    (editor.source / "packs/patrol-pack.yaml").write_text(pack, encoding="utf-8")
    editor.enter(build)
    assert {path.name for path in (editor.at / "output/packs/patrol-pack").iterdir()} == {
        "patrol-pack.pdf",
        "patrol-pack-booklet.pdf",
        "patrol-pack.epub",
    }

    begin, ready, approve, publish, issue, plan, deliver, holdings = blocks("first-term", "sh")
    history, colleges, more_of_pack = blocks("first-term", "yaml")
    editor.enter(begin.replace("briefings doctor --get-validators\n", ""))  # the machine of the tests has them
    patrol = editor.source / "briefings/foot-patrol/briefing.md"
    words = patrol.read_text(encoding="utf-8")
    patrol.write_text(words.replace("status: draft\nversion: '0.1'\n", history), encoding="utf-8")
    assert "publish-unapproved" in editor.enter(ready, 1)
    code = re.search(r"--code (\S+)", editor.enter(approve))
    assert code
    editor.enter(f'briefings approve foot-patrol --by "Head of evidence" --code {code[1]}')
    assert "foot-patrol@1.0 is published" in editor.enter(publish)
    settings = editor.source / "library.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("# archive: ../archive", "archive: ../archive"), encoding="utf-8"
    )
    (editor.source / "colleges.yaml").write_text(colleges, encoding="utf-8")
    with (editor.source / "packs/first-pack.yaml").open("a", encoding="utf-8") as file:
        file.write(more_of_pack)
    assert "'Spring' of 'first-pack' is issued" in editor.enter(issue)
    assert re.search(r"west .*post .*print: 12 copies +new", editor.enter(plan))
    posted = re.search(r"briefings settle \S+ --sent", editor.enter(deliver))
    assert posted
    editor.enter(posted[0])
    (parcel,) = (tmp_path / "east").iterdir()
    assert (parcel / "verify.html").is_file()
    editor.enter(f"briefings acknowledge {parcel.name.rpartition('-')[2]} --how received")
    held = editor.enter(holdings)
    assert re.search(r"east .*screen .* held .* yes", held)
    assert re.search(r"west .*print .* 12 ", held)


def test_the_tutorials_hold_no_other_commands() -> None:
    """Commands stand in blocks, so that the tests above run all of them."""
    for page in ("first-day", "first-briefing", "first-pack", "first-term"):
        assert not re.search(r"`(briefings|git) ", (HANDBOOK / f"{page}.md").read_text(encoding="utf-8")), page
