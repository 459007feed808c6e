"""What three programs copy out of a PDF, and the words of its texts that it is held against."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.proof.parity.account import PaperAccount
from pipeline.proof.parity.account_reader import read_on_paper
from pipeline.proof.parity.promise import Promise, produced_in
from pipeline.proof.pdf.copied import copied, shown
from pipeline.proof.pdf.reading import reading
from tests.proof.node import TOOLS, run_node

PATIENCE = 300
"""Seconds for one file."""
NO_BREAK = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
FIGURES = "123456789"
LONGEST = 8
"""Lines over which an address may go."""


@dataclass(frozen=True)
class Word:
    """A word that was copied; whether it begins a line."""

    letters: str
    first: bool


def pdfium(file: Path) -> str:
    """What Chrome pastes."""
    return "\n".join(copied(file.read_bytes()))


def poppler(file: Path, *options: str) -> str:
    """What Evince and Okular find, and most programs that read PDFs by pdftotext; skips where it is not here.

    Without the feet and the status: it reads those of a page after the first of its columns, so between two parts of an
    address.
    """
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not on this machine: nothing is known of what Poppler copies")
    command = ["pdftotext", *options, "-enc", "UTF-8", "-nopgbrk", str(file), "-"]
    said = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout.decode()
    return re.sub(r"^[a-z0-9-]+ · (?:Version .*|Handbook.*)\n+(?:\d+\n+)?(?:SAMPLE\n+)?", "", said, flags=re.MULTILINE)


def pdf_js(files: Sequence[Path]) -> list[str]:
    """What Firefox pastes of each file."""
    said = json.loads(run_node(TOOLS / "copied.mjs", *map(str, files)))
    return ["\n".join(pages) for pages in said]


def texts_of(promise: Promise) -> list[PaperAccount]:
    """The texts that a file was bound from; not its inserts, which others wrote."""
    return [
        read_on_paper(passage.chapters, passage.style, produced_in(promise, passage), notes_at_end=False)
        for passage in promise.passages
        if passage.kind != "insert"
    ]


def words_of(texts: Sequence[PaperAccount]) -> Counter[str]:
    """The words of some texts, each as often as it stands there."""
    said = (part for text in texts for part in (text.words, *text.note_words))
    return Counter(word for part in said for word in part.translate(NO_BREAK).split())


def words_in(text: str) -> list[Word]:
    """The words of a copy. A no-break space parts none: who pastes one finds nothing by it."""
    return [
        Word(found[0], "\n" in text[max(0, found.start() - 2) : found.start()])
        for found in re.finditer(r"[^ \t\r\n\f]+", text)
    ]


def shown_in(file: Path) -> str:
    """All letters that the pages of a file show, of running lines and pictures too."""
    with reading(file.read_bytes()) as found:
        assert found is not None
        return "\n".join("".join(page.letters) for page in shown(found))


def lost(meant: Counter[str], copy: Sequence[Word], shown: str) -> tuple[list[str], list[str]]:
    """The words that are not in a copy, and those of the copy that stand on no page.

    A word that goes on in the next line is copied in two parts; nothing stands between them.
    """
    missing = meant - Counter(word.letters for word in copy)
    parts: set[str] = set()
    for start, word in enumerate(copy):
        joined = word.letters
        for end in range(start + 1, min(start + LONGEST, len(copy))):
            if not copy[end].first:
                break
            joined += copy[end].letters
            if missing[joined] > 0:
                missing[joined] -= 1
                parts.update(part.letters for part in copy[start : end + 1])
    strange = {word.letters for word in copy} - set(meant) - parts
    return sorted((+missing).elements()), sorted(word for word in strange if word not in shown)


def as_poppler_has_them(meant: Counter[str], texts: Sequence[PaperAccount], copy: Sequence[Word]) -> list[Word]:
    """A copy of Poppler's with what it does to any file, however it is set, taken back.

    It takes a line of single figures that stand equally far apart for one word with wide letters; it leaves out a
    hyphen at the end of a line even where its author ended it there, as in code; a raised figure is a word to it.
    """
    hyphens = {
        f"{one[:-1]}{other}": (one, other)
        for text in texts
        for one, other in pairwise(text.words.split())
        if one.endswith("-")
    }
    said = Counter(word.letters for word in copy)
    called, joined = meant - said, said - meant
    found = []
    before: Word | None = None
    for word in copy:
        if len(word.letters) > 1 and joined[word.letters] > 0 and FIGURES.startswith(word.letters):
            joined[word.letters] -= 1
            found += [Word(figure, False) for figure in word.letters]
        elif word.letters not in meant and word.letters in hyphens:
            found += [Word(part, True) for part in hyphens[word.letters]]
        elif before and not word.first and word.letters.isdigit() and called[before.letters + word.letters] > 0:
            called[before.letters + word.letters] -= 1
            found[-1] = Word(before.letters + word.letters, before.first)
        else:
            found.append(word)
        before = word
    return found
