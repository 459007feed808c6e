"""Formatted citations: their order in a bracket, and links of addresses in entries."""

import pytest

from pipeline.core.diagnostics import Location
from pipeline.core.pandoc import run_pandoc
from pipeline.model.bibliography import Reference, Verification
from pipeline.model.body import Citation, CitationGroup, Emphasis, Link, Text, plain_text
from pipeline.resolve.citations.citeproc import CitedDocument, format_documents, link_addresses

HERE = Location("source/references/works.yaml")


def _work(key: str, title: str, *families: str) -> Reference:
    authors = [{"family": family, "given": "Ann"} for family in families]
    issued = {"date-parts": [[2019]]}
    csl = {"id": key, "type": "book", "title": title, "author": authors, "issued": issued}
    return Reference(key, csl, HERE, Verification.CONFIRMED)


@pytest.mark.parametrize(("language", "others"), [("en-GB", "and others"), ("cy", "ac eraill")])
def test_works_with_one_short_form_stand_in_the_order_of_their_letters(house: str, language: str, others: str) -> None:
    works = (
        _work("welsh", "Can policing disorder reduce crime?", "Braga", "Welsh", "Schnell"),
        _work("turchan", "Hot spots", "Braga", "Turchan", "Papachristos"),
    )
    group = CitationGroup(tuple(Citation(work.key, "", "", "page", "", False, HERE) for work in works), False, HERE)
    document = CitedDocument("order", house, language, (group,), works)
    (words,) = format_documents((document,), run_pandoc)["order"].groups
    assert plain_text(words) == f"(Braga {others}, 2019a; Braga {others}, 2019b)"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Software, https://doi.org/10.1/a.b", "https://doi.org/10.1/a.b"),
        ("Software (https://a.example/b).", "https://a.example/b"),
        ("See https://a.example/b_(c).", "https://a.example/b_(c)"),
        ("‘https://a.example/’, 2020", "https://a.example/"),
    ],
)
def test_an_address_becomes_a_link_without_the_stop_behind_it(words: str, address: str) -> None:
    parts = link_addresses((Text(words),))
    (link,) = [part for part in parts if isinstance(part, Link)]
    assert (link.href, link.children) == (address, (Text(address),))
    assert "".join(part.text if isinstance(part, Text) else address for part in parts) == words


def test_existing_links_are_kept() -> None:
    link = Link("https://a.example/", (Text("https://a.example/"),))
    assert link_addresses((link, Emphasis((Text("None here"),)))) == (link, Emphasis((Text("None here"),)))
