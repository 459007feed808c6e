"""Pages, feeds and the folder of a catalogue, and web pages of texts within it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.services.site.feeds import atom_feed
from pipeline.services.site.pages import link_within_site, page_words, texts_by_letter
from pipeline.services.site.site import LIST, SiteFolder, generated_site_files
from pipeline.services.site.values import Catalogue, GroupMember, News, PageWords
from tests.support.compose import samples
from tests.support.site_catalogue import catalogue, entry

KEYS = ("RWfirst", "RWsecond")


def pages_of(site: Catalogue) -> dict[str, str]:
    return {path: said.decode() for path, said in generated_site_files(site, samples.layouts(), "", {})}


def with_text(**changes: object) -> Catalogue:
    site = catalogue(2)
    text = replace(site.by_id["text-0"], **changes)  # type: ignore[arg-type]
    every = tuple(text if one.id == text.id else one for one in site.texts)
    return replace(site, texts=every, by_id={one.id: one for one in every}, subjects=text.subjects)


@pytest.mark.parametrize(("title", "letter"), [("ßx", "S"), ("ﬁre and crime", "F"), ("Élan", "É")])
def test_a_title_may_begin_with_any_letter(title: str, letter: str) -> None:
    assert letter in [heading for _, heading, _ in texts_by_letter(with_text(sorted_as=title))]


def test_a_member_is_told_of_as_the_pack_has_it() -> None:
    site = catalogue(2)
    member = GroupMember("Old title", "text-0", "1.0", "Old summary", "Unknown", ("OLD",), "cy")
    page = pages_of(replace(site, packs=(replace(site.packs[0], members=(member,)),)))["nights/index.html"]
    said = page[page.index('id="members"') : page.index('id="downloads"')]
    assert '<a href="../text-0/index.html" lang="cy">Old title</a>' in said
    assert '<p lang="cy">Old summary</p>' in said
    assert "Unknown · Version\u00a01.0 · <strong>OLD</strong>" in said
    assert "Mixed overall" not in said


def test_a_pack_without_files_says_so() -> None:
    """Else its readers would look for them."""
    site = catalogue(2)
    page = pages_of(replace(site, packs=(replace(site.packs[0], files=()),)))["nights/index.html"]
    assert "You cannot download its files here." in page


def test_pages_bear_the_markings() -> None:
    site = with_text(marking="OFFICIAL-SENSITIVE – POLICE ONLY")
    packs = (replace(site.packs[0], marking="OFFICIAL-SENSITIVE – PACKS"),)
    pages = pages_of(replace(site, marking="OFFICIAL-SENSITIVE", packs=packs))
    html = {path: page for path, page in pages.items() if path.endswith(".html")}
    assert all('<p class="page-status">OFFICIAL-SENSITIVE</p>' in page for page in html.values())
    assert "POLICE ONLY" in html["text-0/index.html"]
    assert "POLICE ONLY" in html["a-z.html"]
    assert "PACKS" in html["nights/index.html"]


def test_the_keys_of_deliveries_stand_on_a_page() -> None:
    pages = pages_of(replace(catalogue(2), keys=KEYS))
    assert all(key in pages["check.html"] for key in KEYS)
    assert 'href="verify.html"' in pages["check.html"]
    assert 'href="../check.html"' in pages["text-0/index.html"]
    without = pages_of(replace(catalogue(2), keys=()))
    assert "check.html" not in without
    assert "check.html" not in without["index.html"]


def test_entries_that_would_be_alike_are_counted_from_the_oldest() -> None:
    site = catalogue(2)
    text = site.by_id["text-0"]
    older, newer = (entry("1.1", "2024-05-01", "correction", said) for said in ("A table.", "A name."))

    def ids(*entries: object) -> list[str]:
        feed = atom_feed(replace(site, news=tuple(News(text, one) for one in entries))).decode()  # type: ignore[arg-type]
        return re.findall("<id>(.*?)</id>", feed)[1:]

    assert ids(newer, older) == [f"{ids(older)[0]}-2", *ids(older)]


def test_texts_of_another_language_are_named_as_such() -> None:
    pages = pages_of(catalogue(2))
    for path in ("a-z.html", "subjects.html", "new.html"):
        assert re.search(r'<a href="cyrffyw/index.html" lang="cy">', pages[path]), path
    assert '<p lang="cy">Beth mae cyrffyw' in pages["a-z.html"]
    page = pages["cyrffyw/index.html"]
    assert 'First published. <span lang="cy">First version.</span>' in page


def test_search_engines_are_told_the_address_that_the_page_names() -> None:
    pages = pages_of(with_text(address="https://elsewhere.example/text-0"))
    listed = re.findall("<loc>(.*?)</loc>", pages["sitemap.xml"])
    assert "https://briefings.northmoor.example" in listed
    assert "https://briefings.northmoor.example/text-1" in listed
    assert not [one for one in listed if "text-0" in one or one.endswith("/index.html")]


AT = "https://northmoor.example"
KNOWN = {f"{AT}/{name}": name for name in ("patrol", "lighting", "secret")}


def linked(body: str) -> str:
    """The text of a page as the catalogue has it."""
    page = f'<!DOCTYPE html><html><body><main id="text">{body}</main></body></html>'
    return (
        link_within_site(page.encode(), KNOWN, ["patrol", "lighting"], "Back").decode().partition('<main id="text">')[2]
    )


def test_links_to_texts_lead_beside_the_page() -> None:
    assert linked(f'<a href="{AT}/lighting#a">x</a>').startswith('<a href="../lighting/read.html#a">x</a>')
    neighbour = "../../briefings/lighting/lighting.html"
    assert linked(f'<a href="{neighbour}">x</a>').startswith('<a href="../lighting/read.html">')
    assert linked(f'<a class="address" href="{AT}/patrol">x</a>').startswith(
        '<a class="address" href="../patrol/index.html">'
    )


def test_a_link_to_a_text_that_is_not_shown_leads_nowhere() -> None:
    assert linked(f'<a id="l" href="{AT}/secret" data-address="{AT}/secret">x</a>').startswith('<a id="l">x</a>')


def test_all_other_links_stay() -> None:
    for link in (
        '<a href="#b">x</a>',
        '<a href="https://example.org/patrol">x</a>',
        '<a href="mailto:a@b.example">x</a>',
    ):
        assert linked(link).startswith(link)


def test_a_line_leads_back() -> None:
    page = link_within_site(
        b'<html><body><main id="text">x</main></body></html>', {}, [], "About this briefing"
    ).decode()
    assert page.index('<a href="index.html">About this briefing</a>') < page.index("<main")


WEB_PAGE = """<!DOCTYPE html><html><head><title>x</title><style>.a { }</style></head><body><nav>Skip</nav><main>
<h1>Foot patrol</h1><p id="stamp">Produced today</p>
<section class="row key" id="key-finding"><h2>Key finding</h2><p class="verdict">Mixed overall</p>
<p>It <em>can</em> reduce crime.</p></section>
<table><tr><th>Outcome</th><th>Found</th></tr></table>
<section id="references"><p>Hughes</p></section> after
<section id="about"><p>Current?</p></section></main></body></html>"""


def test_its_words_are_those_of_the_text() -> None:
    found = page_words(WEB_PAGE.encode())
    assert found.key_finding == "It can reduce crime."
    assert found.words == ("Foot patrol Key finding Mixed overall It can reduce crime. Outcome Found after")


def test_a_page_without_a_text_has_no_words() -> None:
    assert page_words(b"<html><body><p>x</p></body></html>") == PageWords()


def test_rows_that_were_damaged_are_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    SiteFolder(folder).fill({"a.html": b"a", "b.html": b"b"}, "key")
    said = json.loads((folder / LIST).read_bytes())
    said["files"] |= {"a.html": None, "b.html": "whole"}
    (folder / LIST).write_text(json.dumps(said))
    site = SiteFolder(folder)
    assert not site.is_up_to_date("key")
    assert site.fill({"a.html": b"a"}, "key") == (1, 1)
    assert not (folder / "b.html").exists()
