"""Digests of the letters of pages: the same after another program has saved the file, others where a digit differs."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.core.printed_code import PrintedCode, code_of
from pipeline.editions.issued.page_words import CannotBeRead, page_digests, page_letters, read_as_json
from pipeline.editions.issued.words_aside import copy_symbols


@pytest.fixture(scope="module")
def pack(built_pair: Path) -> Path:
    """The folder of a pack that was built."""
    return next((built_pair / "output/packs").iterdir())


@pytest.fixture(scope="module")
def pdf(pack: Path) -> bytes:
    """A PDF of ours."""
    return (pack / f"{pack.name}.pdf").read_bytes()


@pytest.fixture(scope="module")
def book(pack: Path) -> bytes:
    """An EPUB of ours."""
    return (pack / f"{pack.name}.epub").read_bytes()


def saved(pdf: bytes, **options: Any) -> bytes:
    """A PDF that was saved again."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "options",
    [{"linearize": True}, {"qdf": True}, {"object_stream_mode": pikepdf.ObjectStreamMode.disable}],
    ids=["linearised", "laid open", "without object streams"],
)
def test_a_pdf_that_was_saved_again_has_the_same_letters(pdf: bytes, options: dict[str, Any]) -> None:
    again = saved(pdf, **options)
    assert again != pdf
    assert page_digests(again) == page_digests(pdf)


def test_a_note_on_a_page_changes_no_letters(pdf: bytes) -> None:
    """As a reader leaves it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Highlight, Rect=[90, 700, 200, 712], Contents="Mine",
            QuadPoints=[90, 712, 200, 712, 90, 700, 200, 700],
        )  # fmt: skip
        notes = [*opened.pages[0].get("/Annots", []), opened.make_indirect(note)]
        opened.pages[0].Annots = opened.make_indirect(pikepdf.Array(notes))
        opened.save(out)
    assert page_digests(out.getvalue()) == page_digests(pdf)


@pytest.mark.skipif(shutil.which("pdftocairo") is None, reason="pdftocairo is not on this machine")
def test_a_pdf_of_another_program_has_the_same_letters(pdf: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(pdf)
    subprocess.run(["pdftocairo", "-pdf", "in.pdf", "out.pdf"], cwd=tmp_path, check=True)
    assert page_digests((tmp_path / "out.pdf").read_bytes()) == page_digests(pdf)


def test_a_book_that_was_packed_again_has_the_same_letters(book: bytes) -> None:
    """With other compression, in another order; and other words are told by the text that has them."""
    again, changed = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        names = [name for name in old.namelist() if name.endswith(".xhtml")]
        for out, number in ((again, 0), (changed, 1)):
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
                for name in reversed(old.namelist()):
                    content = old.read(name)
                    new.writestr(name, content.replace(b"</p>", b" 7</p>", number) if name in names else content)
    assert page_digests(again.getvalue()) == page_digests(book)
    assert page_digests(changed.getvalue()) != page_digests(book)
    assert len(page_digests(book)) > 2


def test_blanks_hyphens_and_words_of_copies_are_left_out() -> None:
    """A program that copies text makes the first two of ends of lines; the last differ from copy to copy."""
    pattern = r"Copy\s+\d+,\s+held\s+by\s+South\s+Tor|Unnumbered,\s+not\s+for\s+issue"
    letters = page_letters(b"Hot-\nspots po\xc2\xadlicing\nCopy 7, held by South\r\nTor.\n", pattern)
    assert letters == page_letters(b"Hotspots policing\nUnnumbered, not for issue.", pattern) == ("Hotspotspolicing.",)


def test_the_code_is_found_whatever_words_stand_around_it() -> None:
    """Its symbols of the copy are left out and those of the words stay; another code stays whole."""
    codes = [code_of("ab" * 32), code_of("cd" * 32), PrintedCode("0123456789")]
    pattern = copy_symbols(codes)
    for code in codes:
        for said in ("Code {0}", "{0} of {0}", "This copy: {0}."):
            pages = {page_letters(said.format(code.of_copy(copy)).encode(), pattern) for copy in (0, 7, 1023)}
            assert pages == {(said.format(str(code)[:-4]).replace(" ", "").replace("-", ""),)}
    other = str(code_of("ef" * 32))
    assert page_letters(other.encode(), pattern) == (other.replace("-", ""),)
    assert page_letters(other.encode(), copy_symbols(())) == (other.replace("-", ""),)


def test_a_page_is_known_without_its_programs_and_styles() -> None:
    """A web page counts as one, plain text too."""
    head = b"<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head>"
    assert page_letters(head + b"<body><p>One</p><script>x</script></body></html>") == ("One",)


def packed(name: str) -> bytes:
    """An archive of one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"Words.")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7 and no more", "the PDF is damaged or locked"),
        (b"PK\x03\x04 and no more", "the EPUB is damaged"),
        (packed("letter.txt"), "it is an archive and no EPUB: unpack it, and verify the files in it"),
        (b"\xff\xfe\x00", "it is neither a PDF nor an EPUB, a web page or plain text"),
    ],
)
def test_what_cannot_be_read_is_said_so(content: bytes, why: str) -> None:
    """In words that a teacher understands, by the process apart too."""
    with pytest.raises(CannotBeRead, match=why):
        page_letters(content)
    assert json.loads(read_as_json(content)) == why


def test_the_codes_on_pages_are_read_beside_their_texts() -> None:
    """Those whose checks hold, each once."""
    code, copy = code_of("ab" * 32), code_of("ab" * 32, 7)
    wrong = f"{str(copy)[:-1]}{'0' if str(copy)[-1] != '0' else '1'}"
    said = f"Code {code}. Code {copy}\nCode {copy}, {wrong}, ABCDE-FGHJK"
    pages, codes = json.loads(read_as_json(said.encode()))
    assert codes == [str(code), str(copy)]
    assert pages == [said]
