"""A round of comments with LibreOffice itself as the reviewer."""

import json
import shutil
import subprocess
from collections.abc import Mapping

import pytest

from pipeline.load.folders import read_files
from pipeline.services.comments.returned_document import ReturnedDocument, read_returned_document
from tests.support.libraries import here, written
from tests.support.project import ROOT
from tests.support.word.rounds import FILES, PATH, TEXT
from tests.support.word.texts import accepted

pytestmark = pytest.mark.proof

TOOL = ROOT / "tests" / "support" / "word" / "office.py"
EDITS = {
    "saved": [],
    "changed": [["change", "slowly", "at ease"], ["change", "Shops", "Markets"], ["change", "Nobody", "No one"]],
    "commented": [["comment", "Nobody", "Is that so?"]],
    "split": [["split", "at night"]],
    "joined": [["join", "walk slowly"]],
    "all": [
        *(["change", "Nobody", "No one"], ["comment", "third", "Why?"], ["split", "stay for"]),
        *(["join", "walk slowly"], ["change", "often", "mostly"]),
    ],
}


def python_with_uno() -> str:
    """The Python of the system that knows LibreOffice; the test skips, saying so, where there is none."""
    for name in ("/usr/bin/python3", "python3"):
        asked = (
            subprocess.run([name, "-c", "import uno"], capture_output=True, check=False) if shutil.which(name) else None
        )
        if asked is not None and asked.returncode == 0 and shutil.which("soffice"):
            return name
    pytest.skip("LibreOffice is not on this machine: it needs soffice and the Python package uno")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The files of a library whose document went through LibreOffice, and what came back, by the names of the edits."""
    python = python_with_uno()
    root = written(tmp_path_factory.mktemp("office"), FILES)
    assert here(root, "comment", "walks").code == 0
    document = root / "output/comment/walks.docx"
    wanted = json.dumps(list(EDITS.items()))
    done = subprocess.run(
        [python, TOOL, root / "profile", document, wanted], capture_output=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    backs = {name: document.with_name(f"{name}.docx").read_bytes() for name in EDITS}
    return {**read_files(root), **backs}


def back(files: Mapping[str, bytes], name: str) -> ReturnedDocument:
    """The document after some edits, come back."""
    return read_returned_document(f"{name}.docx", files[name], files)


def codes(returned: ReturnedDocument) -> list[str]:
    """The codes of the remarks, in the order of the alphabet."""
    return sorted(one.code for one in returned.remarks)


def test_saving_alone_proposes_nothing(files: Mapping[str, bytes]) -> None:
    returned = back(files, "saved")
    assert (returned.path, returned.proposals, returned.remarks) == (PATH, (), ())


def test_tracked_changes_are_proposals(files: Mapping[str, bytes]) -> None:
    returned = back(files, "changed")
    assert {(one.author, one.fate) for one in returned.proposals} == {("Dana Bell", "open")}
    wanted = TEXT.replace("slowly", "at ease").replace("Shops", "Markets").replace("Nobody", "No one")
    assert (accepted(returned), returned.remarks) == (wanted, ())


@pytest.mark.parametrize(
    ("name", "told"), [("commented", "back-comment"), ("split", "back-by-hand"), ("joined", "back-by-hand")]
)
def test_all_else_is_told(files: Mapping[str, bytes], name: str, told: str) -> None:
    returned = back(files, name)
    assert (codes(returned), accepted(returned)) == ([told], TEXT)


def test_all_at_once(files: Mapping[str, bytes]) -> None:
    returned = back(files, "all")
    assert accepted(returned) == TEXT.replace("Nobody", "No one").replace("often", "mostly")
    assert codes(returned) == ["back-by-hand", "back-by-hand", "back-comment"]
