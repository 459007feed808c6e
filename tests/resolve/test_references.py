r"""References as LaTeX has them: `\ref`, `\eqref`, `\autoref` say numbers or words, and lead to labels."""

from pipeline.model.body import EquationLabel, NumberReference, plain_text, walk
from pipeline.model.formats import Asset
from pipeline.resolve.resolve import examine
from tests.support.resolve.library_parts import PRODUCED, briefing, library, publication

MAP = Asset("source/briefings/map.svg", "image/svg+xml", "d1", b"<svg/>")
TEXT = r"""
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
    text = publication(briefing(body=TEXT), MAP)
    assert plain_text(text.body.blocks[0]) == (
        "See Figure 1, Figures 1–2, Table 1, Table 1\nand Section What harms.\n"
        "By (3) and 2, Equation T, Equation T and (T); Equation 2, Equation 1."
    )
    assert plain_text(text.body.blocks[-2]) == "Last is Equation 4."


def test_rows_are_numbered_in_order() -> None:
    text = publication(briefing(body=TEXT), MAP)
    rows = [(node.id, node.number, node.tag) for node in walk(text.body) if isinstance(node, EquationLabel)]
    assert rows == [("eq:a", 2, ""), ("", None, ""), ("eq:b", 3, ""), ("eq:t", None, "T")]
    assert all(node.children for node in walk(text.body) if isinstance(node, NumberReference))


def test_a_reference_to_what_the_text_names_is_sound() -> None:
    assert not list(examine(library(briefing(body=TEXT), MAP), PRODUCED, frozenset()))
