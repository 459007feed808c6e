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
from unicodedata import category

import pytest
from lxml import etree

from pipeline.word.account import AccountDifference, differences, lines_of
from pipeline.word.document.names import MATHS, W
from pipeline.word.document.paragraphs import DocumentPiece
from tests.support.project import SHARED
from tests.support.word.imports import read_again, taken, text_of

CORPUS = sorted((SHARED / "corpus-word").glob("*.docx"))
CONTENTS_LINE = re.compile(r".*\t\W*(?:\d+|[ivxlc]+|\w)\W*")
"""Line of a list of contents, which the import makes anew."""
LEFT_OUT = tuple(
    f"{W}{kind}" for kind in ("del", "moveFrom", "txbxContent", "footnoteReference", "endnoteReference", "rt")
)
LEFT_OUT += (f"{W}tblpPr", f"{W}framePr", f"{MATHS}oMath")
"""Elements whose words only one of both readers gives: deletions, text boxes, numbers of notes, readings, frames,
formulas."""
MADE_UP = tuple(f"{W}{kind}" for kind in ("numPr", "lvl", "fldChar", "instrText", "sdtPr"))
"""Elements for which LibreOffice writes words that the document has not: labels of lists, fields reckoned anew, and
values bound to fields of forms."""
UNWRAPPED = tuple(f"{W}{kind}" for kind in ("fldSimple", "sdt", "sdtContent", "hyperlink"))
"""Elements around words that LibreOffice would replace, or end with an 'X' where a link leads into the document."""


def plain(content: bytes) -> bytes:
    """A document without what LibreOffice and the import read differently on purpose."""
    return without(content, LEFT_OUT)


def for_office(content: bytes) -> bytes:
    """A document without what LibreOffice makes up; of a field of a form that is empty nothing stays."""
    return without(content, MADE_UP)


def without(content: bytes, kinds: Sequence[str]) -> bytes:
    """A document without elements of some kinds."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name in ("word/document.xml", "word/styles.xml", "word/numbering.xml"):
                root = etree.fromstring(part)
                rows = [row for row in root.iter(f"{W}tr") if row.find(f"{W}trPr/{W}del") is not None]
                empty = root.iterfind(f".//{W}showingPlcHdr/../../{W}sdtContent") if kinds == MADE_UP else ()
                etree.strip_tags(root, *(UNWRAPPED if kinds == MADE_UP else ()))
                for gone in (*rows, *empty, *root.iter(*kinds)):
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
        (folder / path.name).write_bytes(for_office(plain(path.read_bytes())))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    wanted = ("--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder)
    documents = sorted(folder.glob("*.docx"))
    subprocess.run(["soffice", profile, *wanted, *documents], check=True, capture_output=True, timeout=600)
    return folder


def is_of_office(found: AccountDifference, front: str, told: str) -> bool:
    """Whether LibreOffice itself makes a difference: lines of contents, or raised numbers at the names of authors."""
    names = set(re.findall(r"[^\W\d]+", found.was)) - {"and"}
    return not found.now and (
        CONTENTS_LINE.fullmatch(found.piece.words) is not None
        or (len(found.was) == 1 and category(found.was) == "Co" and f"{ord(found.was):04X}" in told)
        or (bool(names) and names <= set(re.findall(r"[^\W\d]+", front)))
    )


@pytest.mark.proof
@pytest.mark.skipif(not CORPUS, reason="the documents of other houses are not on this machine")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_libreoffice_finds_the_same_words_in_the_same_order(office: Path, path: Path) -> None:
    """Or the account tells of the difference.

    LibreOffice alone writes lines of a list of contents, raised numbers at the names of authors, tracked deletions,
    and what it makes up; it leaves out notes, text boxes, what has a frame, formulas, and readings of letters.
    """
    made = taken(plain(path.read_bytes()), path.name)
    lines: Sequence[str] = (office / path.name).with_suffix(".txt").read_text("utf-8-sig").splitlines()
    pieces = [DocumentPiece(n, line.strip()) for n, line in enumerate(lines, 1)]
    front = text_of(made).split("\n---\n", 1)[0]
    read = lines_of(replace(read_again(made)[0].body, footnotes=()))
    told = [f"{remark.sentence} {remark.hint}" for remark in made.remarks]
    found = differences(pieces, read._replace(beside=[*read.beside, front, *told]))
    assert [each for each in found if not is_of_office(each, front, " ".join(told))] == []
