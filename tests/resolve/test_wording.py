"""The wording of a briefing, `words/1`: fixed for ever, whatever becomes of our code.

`wording/lamps.md` is a text with every kind of block and mark, `wording/words.json` its wording. That file and the
digest below are never renewed: what has been published under them must verify in ten years.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.resolve.wording import block_wordings, wording_digest
from tests.resolve.lamps import FOLDER, TEXT, lamps
from tests.support.project import ROOT
from tests.support.resolve.kept_versions import FILES, published
from tests.support.resolve.library_parts import briefing, publication

EXPECTED = (FOLDER / "words.json").read_bytes()
DIGEST = "words/1:2fe686e2c1a888fbc0afc9cf94c2e4f8ec7fa0d6da59254a78ff0eb220ccf0a7"


def test_the_example_has_the_wording_that_it_ever_had() -> None:
    """To the byte: a digest that is on paper cannot be renewed."""
    assert lamps() == EXPECTED
    assert wording_digest(EXPECTED) == DIGEST


def test_the_digest_is_the_sha256_of_the_wording() -> None:
    files = published(FILES)
    record = json.loads(files["versions/patrol/1.0/kept.json"])
    words = files["versions/patrol/1.0/words.json"]
    assert record["digest"] == f"words/1:{hashlib.sha256(words.encode()).hexdigest()}"
    assert json.loads(words)[0] == "words/1"


def test_a_bracket_behind_a_number_is_no_word() -> None:
    """Lists typed so were published when they had a full stop in print: their digests hold."""
    texts = [publication(briefing(body=f"Two:\n\n1{mark} one\n2{mark} two\n")).body for mark in ".)"]
    assert [getattr(text.blocks[1], "form", None) for text in texts] == ["", "1)"]
    dotted, bracketed = (block_wordings(text.blocks) for text in texts)
    assert list(dotted) == list(bracketed)


def kinds(wording: Any) -> Iterator[str]:
    """The names of kinds that occur in a wording."""
    if isinstance(wording, list):
        yield from (wording[0],) if wording and isinstance(wording[0], str) else ()
        for part in wording:
            yield from kinds(part)


def test_the_handbook_names_every_kind() -> None:
    page = (ROOT / "source/handbook/wording.md").read_text("utf-8")
    code = (ROOT / "pipeline/resolve/wording.py").read_text("utf-8")
    of_editions = {"edition", "insert"}
    names = {*re.findall(r'\["([a-z-]+)"', code), *kinds(json.loads(EXPECTED)[1:])} - of_editions
    assert names == names & set(re.findall(r'`\["([a-z-]+)"', page))
    assert len(names) > 40


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Words with *stress*", "Words   with\n**stress**"),
        ("title: Lamps in parks\n", "title: Lamps in parks\nowner: Evidence team\nreview_by: 2030-01-01\n"),
        ("status: published", "status: in-review"),
        ("{#where}", "{#other}"),
    ],
    ids=["type and line breaks", "owner and review", "status", "an anchor that nothing leads to"],
)
def test_unprinted_changes_keep_the_wording(old: str, new: str) -> None:
    assert old in TEXT
    assert lamps(TEXT.replace(old, new)) == EXPECTED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("code", "cold"),
        ("Lamps beside a path", "Lamps beside a road"),
        ("https://example.org/walk", "https://example.org/talk"),
        ("H~2~O", "H2O"),
        ("~~old~~", "old"),
        ("p. 4", "p. 5"),
        ("- [ ] Two", "- [x] Two"),
        ("b) Three\nc)", "c) Three\nd)"),
        ("$a^2$", "$a^3$"),
        ("studies: 3", "studies: 4"),
        ("two  spaces", "two spaces"),
        ("> Said apart", "Said apart"),
        ("Two lamps to the north", "Two lamps to the south"),
    ],
)
def test_printed_changes_change_the_wording(old: str, new: str) -> None:
    assert old in TEXT
    assert lamps(TEXT.replace(old, new)) != EXPECTED


RENAMED = {
    **{"Paragraph": "Passage", "ListBlock": "Listing", "CitationGroup": "Calls", "BriefingView": "Opened"},
    **{"row_heads": "first_is_head", "narrative": "in_words", "suppress_author": "no_name", "verification": "state"},
}
"""Classes and fields of ours, with other names."""


def renamed(code: str) -> str:
    """The code with these names exchanged wherever they are names, and not words."""
    lines = code.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(iter(lines).__next__))):
        if token.type == tokenize.NAME and token.string in RENAMED:
            (row, begins), (_, ends) = token.start, token.end
            lines[row - 1] = lines[row - 1][:begins] + RENAMED[token.string] + lines[row - 1][ends:]
    return "".join(lines)


def test_other_names_in_the_code_change_nothing(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "pipeline", tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(FOLDER, tmp_path / "wording")
    shutil.copy(FOLDER.parent / "lamps.py", tmp_path)
    changed = 0
    for path in (tmp_path / "pipeline").rglob("*.py"):
        code = path.read_text("utf-8")
        if any(name in code for name in RENAMED):
            path.write_text(renamed(code), "utf-8")
            changed += 1
    assert changed > 40
    process = subprocess.run([sys.executable, "-I", "-c", RUN, str(tmp_path)], capture_output=True, check=True)
    assert process.stdout == EXPECTED


RUN = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
runpy.run_path(sys.argv[1] + "/lamps.py", run_name="__main__")
assert sys.modules["pipeline"].__file__.startswith(sys.argv[1])
"""
