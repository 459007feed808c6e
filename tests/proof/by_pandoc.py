"""The EPUB that pandoc makes of a text that we have made a book of: of the same Markdown, at pandoc's fair best.

Pandoc is the one that formats our citations. It reads our Markdown by itself: citations, notes, tables and their
captions, figures with their alt texts, lists of terms, formulas, boxes as fenced divisions. What it has no word for is
put into its words by `tests/tools/dialect.lua`: `[](#tbl-x)` is given words, `briefing:` an address.

It is given what it takes: our bibliography, style and cover; each name with its role and the form that it is sorted
under, identifiers, dates, rights, subjects and series, as our own package tells them; a name for the contents; a
heading, type and role for the references. Chapters begin at the highest heading of the text. What it is not given is
what a person would have to work out for each text: words on accessibility, of which it has some of its own, and fonts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.core.diagnostics import Place
from pipeline.proof.epub.reading import DC, OPF, ReadBook, read_book
from tests.support.project import ROOT

PROGRAM = str(resources.files("pypandoc") / "files" / "pandoc")
STYLE = ROOT / "layouts" / "styles" / "house.csl"
DIALECT = ROOT / "tests" / "tools" / "dialect.lua"
MOMENT = "1714089600"
"""When pandoc is told that it is: the same text gives the same bytes, and what was said of them is remembered."""
DEPTH = "3"
"""Levels of headings in the contents: as many as pandoc lists unasked."""

_LIST = "{epub:type=bibliography role=doc-bibliography .unnumbered}\n\n::: {#refs}\n:::"
_REFERENCES = re.compile(r"^(#+ References)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Original:
    """A text: what it is called, its Markdown without front matter, where its pictures and works are, and our book."""

    name: str
    body: str
    folder: Path
    works: tuple[Path, ...]
    ours: bytes

    @cached_property
    def cited(self) -> Counter[str]:
        """How often the text cites each work, as pandoc reads it."""
        tree = json.loads(_pandoc(self.body, "--to", "json"))
        return Counter(citation["citationId"] for group in _groups(tree) for citation in group)


def by_pandoc(text: Original, folder: Path) -> bytes:
    """Pandoc's EPUB of a text, made in a folder of its own."""
    folder.mkdir()
    book = read_book(text.ours, Place(text.name))
    said, cover, made = folder / "metadata.json", folder / "cover.jpg", folder / "book.epub"
    said.write_text(json.dumps(dict(_metadata(book))), encoding="utf-8")
    (held,) = (held for held in book.manifest if "cover-image" in held.properties)
    cover.write_bytes(book.files[held.path])
    top = min(len(marks) for marks in re.findall(r"^(#+) ", text.body, re.MULTILINE))
    body = _with_list(text.body, "#" * top)
    _pandoc(
        body,
        *("--to", "epub3", "--output", str(made), "--metadata-file", str(said), "--epub-cover-image", str(cover)),
        *("--mathml", "--toc", "--toc-depth", DEPTH, f"--shift-heading-level-by={1 - top}"),
        *("--citeproc", "--csl", str(STYLE), *(f"--bibliography={work}" for work in text.works)),
        *("--lua-filter", str(DIALECT), "--variable", "address=https://briefings.northmoor.example"),
        *("--resource-path", str(text.folder)),
    )
    return made.read_bytes()


def _with_list(body: str, marks: str) -> str:
    """The text with a place for its references: below the heading that it has for them, or at its end."""
    headed = body if _REFERENCES.search(body) else f"{body}\n\n{marks} References\n"
    return _REFERENCES.sub(rf"\1 {_LIST}", headed)


def _metadata(book: ReadBook) -> Iterator[tuple[str, Any]]:
    """What our package says, in pandoc's words."""
    for name in ("title", "language", "publisher", "date", "description", "rights"):
        if said := _words(book, name):
            yield "lang" if name == "language" else name, said[0]
    yield "subject", _words(book, "subject")
    yield "identifier", [{"text": words} for words in _words(book, "identifier")]
    for name in ("creator", "contributor"):
        yield name, [dict(_named(book, element)) for element in book.metadata(f"{DC}{name}")]
    if series := book.said("belongs-to-collection"):
        yield "belongs-to-collection", series[0]
        yield "group-position", next(meta.text for meta in _metas(book) if meta.get("property") == "group-position")
    yield "toc-title", "Contents"
    yield "link-citations", True


def _words(book: ReadBook, name: str) -> list[str]:
    return [element.text or "" for element in book.metadata(f"{DC}{name}")]


def _metas(book: ReadBook) -> Iterator[etree._Element]:
    return book.metadata(f"{OPF}meta")


def _named(book: ReadBook, element: etree._Element) -> Iterator[tuple[str, str]]:
    yield "text", element.text or ""
    for meta in _metas(book):
        if meta.get("refines") == f"#{element.get('id')}" and meta.get("property") in ("role", "file-as"):
            yield meta.get("property", ""), meta.text or ""


def _groups(node: Any) -> Iterator[Any]:
    """The groups of citations in pandoc's tree of a text."""
    if isinstance(node, dict):
        if node.get("t") == "Cite":
            yield node["c"][0]
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _groups(part)


def _pandoc(text: str, *arguments: str) -> str:
    """What pandoc prints; it must have nothing to warn of, so that its book is as good as it can make it."""
    done = subprocess.run(
        [PROGRAM, "--from", "markdown", "--fail-if-warnings", *arguments],
        input=text,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "SOURCE_DATE_EPOCH": MOMENT},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
