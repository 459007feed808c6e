"""`@fig-x`, as Quarto has it, refers to a figure, table, formula or heading of the text, where it has that id."""

import pytest

from pipeline.model.body import CrossReference, Placeholder, plain_text, walk
from pipeline.model.formats import Asset
from pipeline.resolve.resolve import examine
from tests.support.resolve.library_parts import PRODUCED, briefing, library, publication, said, work

MAP = Asset("source/briefings/map.svg", "image/svg+xml", "d1", b"<svg/>")
THINGS = """

![A map](map.svg){#fig-map alt="A map"}

![Again](map.svg){#fig:again alt="A map"}

| a | b |
|---|---|
| 1 | 2 |

: Numbers {#tbl-n}

$$
x
$$ {#eq-x}

## What *harms* {#sec-harms}

Text.
"""


def first(line: str) -> str:
    """The first paragraph of a text with figures and tables as printed, without remarks."""
    text = briefing(body=line + THINGS)
    things = (text, MAP, work("king2006"))
    assert said(examine(library(*things), PRODUCED, frozenset())) == []
    return plain_text(publication(*things).body.blocks[0])


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("As @fig-map shows.", "As Figure 1 shows."),
        ("See [@fig:again] and (@tbl-n).", "See Figure 2 and (Table 1)."),
        ("By [@eq-x], under @sec-harms.", "By Equation 1, under What harms."),
        ("It fell [see @fig-map, left].", "It fell (see Figure 1, left)."),
        ("In [Fig. @fig-map] and [-@fig:again].", "In Fig. 1 and 2."),
        ("See [@fig-map; @tbl-n].", "See Figure 1; Table 1."),
        ("It fell [@king2006; @fig-map].", "It fell (king2006) (Figure 1)."),
        ("It fell [@fig-map; @king2006].", "It fell (king2006) (Figure 1)."),
        ("Now @fig-map [see @king2006].", "Now Figure 1 (king2006)."),
        ("**@fig-map** and @king2006.", "Figure 1 and (king2006)."),
    ],
)
def test_a_key_that_is_an_id_of_the_text_refers_to_it(line: str, printed: str) -> None:
    assert first(line) == printed


def test_the_reference_leads_to_the_figure() -> None:
    text = publication(briefing(body="See @fig-map." + THINGS), MAP)
    assert [node.target for node in walk(text.body) if isinstance(node, CrossReference)] == ["fig-map"]
    assert text.references == ()
    assert not [node for node in walk(text.body) if isinstance(node, Placeholder)]


def test_a_work_of_that_key_is_cited_as_ever() -> None:
    text = publication(briefing(body="See @fig-map." + THINGS), MAP, work("fig-map"))
    assert plain_text(text.body.blocks[0]) == "See (fig-map)."


def test_without_such_an_id_the_hint_says_what_to_write() -> None:
    text = briefing(body="See @fig-mapp, @fig-lost and ask @nobody." + THINGS)
    remarks = examine(library(text, MAP, work("king2006")), PRODUCED, frozenset())
    assert [(remark.code, remark.hint) for remark in remarks] == [
        (
            "link-unknown-anchor",
            "Did you mean 'fig-map'? Write {#fig-mapp} behind the figure, table or heading it refers to.",
        ),
        ("link-unknown-anchor", "Write {#fig-lost} behind the figure, table or heading it refers to."),
        (
            "cite-unknown-key",
            "Entries live in source/references/. 'briefings cites' lists their keys. "
            "Where it is a name and no work is meant, write \\@nobody.",
        ),
    ]
    result = publication(text, MAP)
    assert plain_text(result.body.blocks[0]).startswith("See [fig-mapp: not found], [fig-lost: not found]")


def test_a_text_that_cites_figures_alone_has_no_list_of_references() -> None:
    text = briefing(body="See @fig-map and [the works](#references)." + THINGS)
    assert said(examine(library(text, MAP), PRODUCED, frozenset())) == ["foot-patrol.md:1:18 link-unknown-anchor"]
