"""Texts made to be slow, deep or strange: a remark at most, and soon."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Citation, walk_nodes

N = 5_000
STEADY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.proof
@pytest.mark.parametrize(
    "text",
    [
        "[" * N,
        "[@" * N,
        "*a " * N,
        "[a]{" * (N // 4),
        "^[" * N,
        "^[" * 300 + "]" * 300,
        "^[a" * N + "]" * N,
        ">" * N,
        "::: note\n" * 3000,
        "::: note\nx\n:::\n" * 3000,
        "<!-- \n" * 3000,
        "## a\n\n" * 3000,
        "@" + "a." * N,
        "\n".join("  " * n + "- a" for n in range(150)),
        "|" * 10_000 + "\n" + "|-" * 5000 + "|\n",
    ],
    ids=lambda text: text[:9].replace("\n", " "),
)
def test_no_text_takes_long(text: str) -> None:
    """Twice the text takes twice the time; what grows faster would take many minutes, on any machine."""
    before = time.process_time()
    parse_body(text, "x.md", Diagnostics())
    assert time.process_time() - before < 60


def test_what_is_nested_too_deep_is_told() -> None:
    """It would be left out silently otherwise."""
    diagnostics = Diagnostics()
    parse_body("> " * 100 + "words", "x.md", diagnostics)
    assert [r.code for r in diagnostics.remarks] == ["nesting-deep"]


@pytest.mark.proof
@STEADY
@given(st.text(alphabet="ab @[]();:#*_`|>-+.^$\\{}!<>\n\t\"'=1é—", max_size=120))
def test_any_text_becomes_a_tree(text: str) -> None:
    """No text makes the reader fail, and every place lies within the text."""
    diagnostics = Diagnostics()
    body = parse_body(text, "x.md", diagnostics)
    lines = text.split("\n")
    places = [r.place for r in diagnostics.remarks] + [
        n.place for n in walk_nodes(body.blocks) if isinstance(n, Citation)
    ]
    for place in places:
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1


@STEADY
@given(
    st.lists(
        st.sampled_from(
            [
                *("- ", "> ", "  ", "1. ", "\n", "\n\n", "| a | ", " |", "|---|---|", "word ", "é ", "*", "[^n]: "),
                *("## ", ": ", "`x`", "<ul>", "<li>", "</ul>", "<dl>", "<dt>", "<h2>", "<pre>", "</pre>", "<p>"),
                *("<b>", "</b>", "<br>", "<code>"),
            ]
        ),
        max_size=25,
    )
)
def test_a_citation_stands_where_its_place_says(pieces: list[str]) -> None:
    text = "".join(f"{piece}@k{n} " if piece.strip() else piece for n, piece in enumerate(pieces))
    lines = text.split("\n")
    body = parse_body(text, "x.md", Diagnostics())
    for node in (*walk_nodes(body.blocks), *walk_nodes(body.footnotes)):
        if isinstance(node, Citation):
            assert lines[node.place.line - 1][node.place.column - 1 :].startswith(f"@{node.key}")
