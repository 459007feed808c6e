"""The EPUBs of the sample library: contents, references and notes lead where they say, and back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.support import outputs

BOOKS = (
    *("briefings/hot-spots-policing", "briefings/police-led-interventions", "briefings/focused-deterrence"),
    *("packs/drug-crimes", "packs/handbook"),
)
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"


@pytest.fixture(scope="module", params=BOOKS)
def book(request: pytest.FixtureRequest, built: Path) -> dict[str, Any]:
    """The documents of a book, its package document and its NCX, by their names."""
    owner = str(request.param)
    with zipfile.ZipFile(built / "output" / owner / f"{owner.partition('/')[2]}.epub") as opened:
        names = [name for name in opened.namelist() if name.endswith((".xhtml", ".opf", ".ncx"))]
        return {name: etree.fromstring(opened.read(name)) for name in names}


def texts(book: dict[str, Any]) -> dict[str, Any]:
    """The documents that are read in order."""
    package = book["EPUB/content.opf"]
    places = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
    order = [f"EPUB/{places[ref.get('idref')]}" for ref in package.iter("{*}itemref")]
    return {name: book[name] for name in order if name != "EPUB/nav.xhtml"}


def roled(tree: Any, role: str) -> Iterator[Any]:
    """Elements of a role."""
    return (element for element in tree.iter("{*}*") if role in element.get("role", "").split())


def test_every_citation_has_its_entry_and_its_way_back(book: dict[str, Any]) -> None:
    """An entry of a list of references, and from it one link that is called like no other."""
    for tree in texts(book).values():
        ids = outputs.by_id(tree)
        back = [link for link in roled(tree, "doc-backlink") if not link.get("href").startswith("#fnref-")]
        cited = list(roled(tree, "doc-biblioref"))
        assert sorted(link.get("href") for link in back) == sorted(f"#{link.get('id')}" for link in cited)
        assert len({link.get("aria-label") for link in back}) == len(back)
        for link in cited:
            entry = ids[link.get("href")[1:]]
            assert entry.tag == f"{outputs.XHTML}li"
            assert any(around.get("role") == "doc-bibliography" for around in entry.iterancestors())


def test_every_note_is_beside_its_call_and_leads_back(book: dict[str, Any]) -> None:
    """In the same file, as an aside that reading systems can show in place."""
    for tree in texts(book).values():
        ids = outputs.by_id(tree)
        for call in roled(tree, "doc-noteref"):
            note = ids[call.get("href")[1:]]
            assert (note.tag, note.get("role")) == (f"{outputs.XHTML}aside", "doc-footnote")
            assert note.get(f"{outputs.EPUB}type") == "footnote"
            assert call.get(f"{outputs.EPUB}type") == "noteref"
            assert f"#{call.get('id')}" in [link.get("href") for link in roled(note, "doc-backlink")]
