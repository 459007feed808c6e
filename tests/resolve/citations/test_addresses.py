"""Addresses in entries are links, whatever field they came from."""

import pytest

from pipeline.model.body import Emphasis, Link, Text
from pipeline.resolve.citations.citeproc import link_addresses


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
