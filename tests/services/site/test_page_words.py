"""The words of a web page that the search finds, and its key finding."""

from pipeline.services.site.search_index import PageWords, page_words

PAGE = """<!DOCTYPE html><html><head><title>x</title><style>.a { }</style></head><body><nav>Skip</nav><main>
<h1>Foot patrol</h1><p id="stamp">Produced today</p>
<section class="row key" id="key-finding"><h2>Key finding</h2><p class="verdict">Mixed overall</p>
<p>It <em>can</em> reduce crime.</p></section>
<table><tr><th>Outcome</th><th>Found</th></tr></table>
<section id="references"><p>Hughes</p></section> after
<section id="about"><p>Current?</p></section></main></body></html>"""


def test_its_words_are_those_of_the_text() -> None:
    found = page_words(PAGE.encode())
    assert found.key_finding == "It can reduce crime."
    assert found.words == ("Foot patrol Key finding Mixed overall It can reduce crime. Outcome Found after")


def test_a_page_without_a_text_has_no_words() -> None:
    assert page_words(b"<html><body><p>x</p></body></html>") == PageWords()
