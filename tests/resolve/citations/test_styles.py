"""Citation styles of other kinds lose nothing, and broken ones are reported."""

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.core.limits import Limit
from pipeline.core.pandoc import PANDOC_LIMIT, run_pandoc
from pipeline.model.body import CitationLink, plain_text, walk_nodes
from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument, StyleError, format_documents
from pipeline.resolve.citations.style import numbers_works, read_style, style_fault
from tests.resolve.citations import styles

Cite = Callable[..., FormattedDocument]
EMPTY = '<style xmlns="http://purl.org/net/xbiblio/csl">{}</style>'


def links(printed: Any) -> list[str]:
    """The keys that a formatted group leads to."""
    return [node.key for node in walk_nodes(printed) if isinstance(node, CitationLink)]


def test_every_number_is_a_link(cite: Cite, group: Any) -> None:
    printed = cite(styles.NUMBERS, group("berg2012", "king2006", "sen2001", "who2019"))
    assert plain_text(printed.groups) == "[1,2,3,4]"
    assert links(printed.groups) == ["berg2012", "king2006", "sen2001", "who2019"]
    assert plain_text(printed.entries[0][1]) == "1. A book with an edition."


def test_numbers_have_names_as_short_forms(cite: Cite, group: Any) -> None:
    assert cite(styles.NUMBERS, group("eggins2020")).shorts == (("eggins2020", "Eggins and others, 2020"),)


def test_style_without_a_list_gets_one(cite: Cite, group: Any) -> None:
    assert [key for key, _ in cite(styles.NOTES, group("king2006", "sen2001")).entries] == ["king2006", "sen2001"]


def test_work_that_prints_nothing_is_not_lost(cite: Cite, group: Any) -> None:
    (printed,) = cite(styles.NAMES_ONLY, group({"key": "king2006", "suppress_author": True})).groups
    assert links(printed) == ["king2006"]
    assert plain_text(printed) == "(King and Mauer)"


def test_locators_speak_the_language_of_the_style(cite: Cite, group: Any) -> None:
    printed = cite(styles.GERMAN, group({"key": "king2006", "locator": "3-5"}))
    assert plain_text(printed.groups) == "(King und Mauer, S. 3–5)"


def test_one_run_for_all_documents(works: Any, group: Any, house: str) -> None:
    calls = []

    def counted(arguments: tuple[str, ...], text: str, limit: Limit = PANDOC_LIMIT) -> str:
        calls.append(arguments)
        return run_pandoc(arguments, text)

    keys = list(works)
    documents = tuple(
        CitedDocument(str(n), style, "en-GB", (group(*keys[n : n + 3]),), tuple(works[k] for k in keys[n : n + 3]))
        for n, style in enumerate((house, styles.NUMBERS, styles.NOTES, house))
    )
    together = format_documents(documents, counted)
    assert len(calls) == 1
    assert {d.id: format_documents((d,), run_pandoc)[d.id] for d in documents} == together


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "not well-formed XML"),
        ("<html/>", "not a CSL style"),
        (EMPTY.format(""), "no <citation>"),
        (EMPTY.format("<citation/>"), "no <layout>"),
        (
            EMPTY.format('<info><link rel="independent-parent" href="http://example.org/p"/></info>'),
            "http://example.org/p",
        ),
        ('<!DOCTYPE style [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + EMPTY.format("&x;"), "document type"),
        (styles.style('<layout><text macro="gone"/></layout>'), "'gone'"),
        (EMPTY.format('<macro name="a"><text macro="a"/></macro><citation><layout/></citation>'), "calls itself"),
    ],
)
def test_broken_styles_are_reported(text: str, expected: str) -> None:
    assert expected in str(style_fault(text))


def test_style_error_names_the_documents(works: Any, group: Any) -> None:
    """And goes from one process to another, where Dask has errors pickled with their causes."""
    pytest.importorskip("tblib.pickling_support", reason="Dask is not installed").install()
    document = CitedDocument("beat", "<style", "en-GB", (group("king2006"),), (works["king2006"],))
    with pytest.raises(StyleError) as raised:
        format_documents((document,), run_pandoc)
    again = pickle.loads(pickle.dumps(raised.value))
    assert again.documents == ("beat",)
    assert "cannot be used. It is not well-formed XML" in str(again)


def test_engine_refusal_is_a_style_error(works: Any, group: Any, house: str) -> None:
    """A fault that only the engine finds has the same form."""
    document = CitedDocument("beat", house, "en-GB", (group("king2006"),), (works["king2006"],))
    with pytest.raises(StyleError, match=r"cannot be used\. The citation engine cannot use it: no such thing"):
        format_documents(
            (document,), lambda arguments, text, limit=PANDOC_LIMIT: '[{"id": "beat", "fault": "no such\\n thing"}]'
        )


def test_style_is_closed(house: str) -> None:
    """The engine is given styles as data: nothing in the run names a file or an address to open."""
    style = read_style(house)
    assert style.csl.startswith("data:")
    assert style.probe.startswith("data:")


BROKEN = """<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>T</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>
<macro name="year"><date variable="issued"><date-part name="year"/></date></macro>
<citation><layout
    prefix="(">{inner}</layout></citation></style>"""


@pytest.mark.parametrize(
    ("inner", "line", "meant"),
    [("<text", 5, ""), ('<text\nmacro="yaer"/>', 6, "year"), ('<txt variable="title"/>', 5, "text")],
)
def test_a_broken_style_is_reported_at_its_line(inner: str, line: int, meant: str) -> None:
    fault = style_fault(BROKEN.format(inner=inner))
    assert fault is not None
    assert (fault.line, fault.meant) == (line, meant)


def test_a_style_that_numbers_works_is_known_by_what_it_prints() -> None:
    assert numbers_works(styles.NUMBERS)
    assert numbers_works(styles.NAMES_ONLY.replace("<info>", "<info><category citation-format='numeric'/>"))
    assert not numbers_works(styles.NAMES_ONLY)
    assert numbers_works(styles.NAMES_ONLY, in_list=True)
