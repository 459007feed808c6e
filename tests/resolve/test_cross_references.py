"""References written `@fig-x`, as in Quarto, or in LaTeX, to figures, tables, formulas and headings."""

import pytest

from pipeline.model.body import CrossReference, EquationLabel, NumberReference, Placeholder, plain_text, walk_nodes
from pipeline.model.formats import Asset
from tests.support.resolve.library_parts import briefing, library, publication, rule_remarks, said, work

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
    assert said(rule_remarks(library(*things))) == []
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
    assert [node.target for node in walk_nodes(text.body) if isinstance(node, CrossReference)] == ["fig-map"]
    assert text.references == ()
    assert not [node for node in walk_nodes(text.body) if isinstance(node, Placeholder)]


def test_a_work_of_that_key_is_cited_as_ever() -> None:
    text = publication(briefing(body="See @fig-map." + THINGS), MAP, work("fig-map"))
    assert plain_text(text.body.blocks[0]) == "See (fig-map)."


def test_without_such_an_id_the_hint_says_what_to_write() -> None:
    text = briefing(body="See @fig-mapp, @fig-lost and ask @nobody." + THINGS)
    remarks = rule_remarks(library(text, MAP, work("king2006")))
    assert [(remark.code, remark.hint) for remark in remarks] == [
        (
            "link-unknown-anchor",
            "Did you mean 'fig-map'? Write {#fig-mapp} after the figure, table or heading it refers to.",
        ),
        ("link-unknown-anchor", "Write {#fig-lost} after the figure, table or heading it refers to."),
        (
            "cite-unknown-key",
            "Entries live in source/references/. 'briefings cites' lists their keys. "
            "If it is a name and not a work, write \\@nobody.",
        ),
    ]
    result = publication(text, MAP)
    assert plain_text(result.body.blocks[0]).startswith("See [fig-mapp: not found], [fig-lost: not found]")


def test_a_text_that_cites_figures_alone_has_no_list_of_references() -> None:
    text = briefing(body="See @fig-map and [the works](#references)." + THINGS)
    assert said(rule_remarks(library(text, MAP))) == ["foot-patrol.md:1:18 link-unknown-anchor"]


LATEX = r"""
See Figure~\ref{fig:map}, Figures \ref{fig:map}--\ref{fig:two}, table \ref{tab:n}, \autoref{tab:n}
and Section \ref{sec:h}.
By \eqref{eq:b} and \ref{eq:a}, Equation \eqref{eq:t}, \autoref{eq:t} and \eqref{eq:t}; \cref{eq:a,eq:one}.

![A map. \label{fig:map}](map.svg){alt="A map"}

![A map](map.svg){#fig:two alt="A map, again"}

| a | b |
|---|---|
| 1 | 2 |

: Numbers \label{tab:n}

$$ x \label{eq:one} $$

\begin{align}
a &= b \label{eq:a} \\
c &= d \\
e &= f \label{eq:b} \\
g &= h \tag{T} \label{eq:t}
\end{align}

$$ y $$ {#eq:last}

Last is [](#eq:last).

## What harms \label{sec:h}
"""


def test_references_say_numbers_or_words() -> None:
    text = publication(briefing(body=LATEX), MAP)
    assert plain_text(text.body.blocks[0]) == (
        "See Figure 1, Figures 1–2, Table 1, Table 1\nand Section What harms.\n"
        "By (3) and 2, Equation T, Equation T and (T); Equation 2, Equation 1."
    )
    assert plain_text(text.body.blocks[-2]) == "Last is Equation 4."


def test_rows_are_numbered_in_order() -> None:
    text = publication(briefing(body=LATEX), MAP)
    rows = [(node.id, node.number, node.tag) for node in walk_nodes(text.body) if isinstance(node, EquationLabel)]
    assert rows == [("eq:a", 2, ""), ("", None, ""), ("eq:b", 3, ""), ("eq:t", None, "T")]
    assert all(node.children for node in walk_nodes(text.body) if isinstance(node, NumberReference))


def test_a_reference_to_what_the_text_names_is_sound() -> None:
    assert not list(rule_remarks(library(briefing(body=LATEX), MAP)))
