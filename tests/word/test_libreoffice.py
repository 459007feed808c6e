"""The words of an import, beside those that another reader of Word documents finds."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from pipeline.word.account import AccountDifference, differences, lines_of
from pipeline.word.document.names import W
from pipeline.word.document.paragraphs import DocumentPiece
from tests.support.project import SHARED
from tests.support.word.imports import read_again, taken, text_of

CORPUS = sorted((SHARED / "corpus-word").glob("*.docx"))
LABEL = re.compile(r"(?:[\s(]*(?:\d+(?:\.\d+)*|[a-z]{1,5})\b|[^\w\s])[.):]*", re.IGNORECASE)
"""Label of an entry of a list, which LibreOffice types out."""
CONTENTS_LINE = re.compile(r".*\t\d+")
LEFT_OUT = ("del", "moveFrom", "txbxContent", "footnoteReference", "endnoteReference", "rt", "tblpPr")
"""Elements whose words only one of both readers gives: deletions, text boxes, numbers of notes, readings, frames."""


def plain(content: bytes) -> bytes:
    """A document without what LibreOffice and the import read differently on purpose."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(part)
                rows = [row for row in root.iter(f"{W}tr") if row.find(f"{W}trPr/{W}del") is not None]
                dates = [p for p in root.iter(f"{W}p") for code in p.iter(f"{W}instrText") if "DATE" in code.text]
                for gone in (*rows, *dates, *root.iter(*(f"{W}{kind}" for kind in LEFT_OUT))):
                    if (parent := gone.getparent()) is not None:
                        parent.remove(gone)
                part = etree.tostring(root)
            new.writestr(name, part)
    return made.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents, and what LibreOffice makes of them as text."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed: no 'soffice'")
    folder = tmp_path_factory.mktemp("office")
    for path in CORPUS:
        (folder / path.name).write_bytes(plain(path.read_bytes()))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    wanted = ("--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder)
    documents = sorted(folder.glob("*.docx"))
    subprocess.run(["soffice", profile, *wanted, *documents], check=True, capture_output=True, timeout=600)
    return folder


def is_of_office(found: AccountDifference, front: str) -> bool:
    """Whether LibreOffice itself makes a difference: a label of a list, or raised numbers at the names of authors."""
    names = set(re.findall(r"[^\W\d]+", found.was)) - {"and"}
    label = LABEL.match(found.piece.words)
    return (label is not None and found.was in label[0] and found.now in ("", found.was)) or (
        not found.now and bool(names) and names <= set(re.findall(r"[^\W\d]+", front))
    )


@pytest.mark.proof
@pytest.mark.skipif(not CORPUS, reason="the documents of other houses are not on this machine")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_libreoffice_finds_the_same_words_in_the_same_order(office: Path, path: Path) -> None:
    """Or the account tells of the difference.

    LibreOffice alone writes labels of lists, lines of a list of contents, raised numbers at the names of authors,
    tracked deletions and dates of today; it leaves out notes, text boxes, tables with a frame, and readings of letters.
    """
    made = taken((office / path.name).read_bytes(), path.name)
    lines: Sequence[str] = (office / path.name).with_suffix(".txt").read_text("utf-8-sig").splitlines()
    pieces = [DocumentPiece(n, line.strip()) for n, line in enumerate(lines, 1) if not CONTENTS_LINE.fullmatch(line)]
    front = text_of(made).split("\n---\n", 1)[0]
    read = lines_of(replace(read_again(made)[0].body, footnotes=()))
    told = [f"{remark.sentence} {remark.hint}" for remark in made.remarks]
    found = differences(pieces, read._replace(beside=[*read.beside, front, *told]))
    assert [each for each in found if not is_of_office(each, front)] == []
