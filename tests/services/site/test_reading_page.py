"""The web page of a briefing within the catalogue."""

from pipeline.services.site.pages import link_within_site

AT = "https://northmoor.example"
KNOWN = {f"{AT}/{name}": name for name in ("patrol", "lighting", "secret")}


def led(body: str) -> str:
    """The text of a page as the catalogue has it."""
    page = f'<!DOCTYPE html><html><body><main id="text">{body}</main></body></html>'
    return (
        link_within_site(page.encode(), KNOWN, ["patrol", "lighting"], "Back").decode().partition('<main id="text">')[2]
    )


def test_links_to_texts_lead_beside_the_page() -> None:
    assert led(f'<a href="{AT}/lighting#a">x</a>').startswith('<a href="../lighting/read.html#a">x</a>')
    assert led('<a href="../../briefings/lighting/lighting.html">x</a>').startswith('<a href="../lighting/read.html">')
    assert led(f'<a class="address" href="{AT}/patrol">x</a>').startswith(
        '<a class="address" href="../patrol/index.html">'
    )


def test_a_link_to_a_text_that_is_not_shown_leads_nowhere() -> None:
    assert led(f'<a id="l" href="{AT}/secret" data-address="{AT}/secret">x</a>').startswith('<a id="l">x</a>')


def test_all_other_links_stay() -> None:
    for link in (
        '<a href="#b">x</a>',
        '<a href="https://example.org/patrol">x</a>',
        '<a href="mailto:a@b.example">x</a>',
    ):
        assert led(link).startswith(link)


def test_a_line_leads_back() -> None:
    page = link_within_site(
        b'<html><body><main id="text">x</main></body></html>', {}, [], "About this briefing"
    ).decode()
    assert page.index('<a href="index.html">About this briefing</a>') < page.index("<main")
