"""However marks of blocks and tags stand, no word behind them is lost without a remark that says so."""

import random

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Citation, CodeBlock, Figure, PlaceholderBlock, plain_text, walk_nodes

BLOCKS = [
    *('\n=== "', '\n=== "x"\n    '),
    *("<figure>", "<figure id=f>", "<figcaption>", "</figcaption>", "</figure>"),
    *("\n!!! note ", '\n!!! warning "', "\n??? ", "\n> [!NOTE] ", "\n> [!TIP]- ", "\n> ", "\n::: tip ", "\n:::note["),
    *("\n:::", "\n::: {.callout-note}\n", "\n```{note} ", "\n```{admonition} ", "\n```", "\n```{figure} "),
    *("\n:::{figure} a.svg\n:name: x\n", "\n# ", "\n## ", "\na. ", "\nb. ", "\n(i) ", "\n(ii) ", "\n(xviii) "),
    *("\n        ", "\n(5) ", "\n(@) ", "\n(@x) ", "\n1. ", "\n- ", "\n- [ ] ", "\n- [x] ", "\n#. "),
    *("\n| ", " | ", "\n+---+---+\n| ", "\n|---|---|\n", "\n--- ---\n", "\n-----\n", "\n: ", "\n(x)=\n", "\n\n"),
    *("\n    ", "\n", "\t"),
    *("<details>", "</details>", "<summary>", "<table>", "<tr>", "<td>", "<td colspan=2>", "</table>", ":", "]", '"'),
]
HTML = [
    *("<ul>", "</ul>", "<ol start=3>", "</ol>", "<li>", "</li>", "<dl>", "<dt>", "<dd>", "</dl>", "</dt>", "</dd>"),
    *("<blockquote>", "</blockquote>", "<h2>", "</h2>", "<pre>", "</pre>", "<code>", "</code>", "<p>", "</p>"),
    *("<div>", "</div>", "<hr>", "<br>", "<b>", "</b>", "<sub>", "</sub>", "<a href=x>", "</a>", "<q>", "</q>"),
    *("<blink>", "<table>", "<td>", "<details>", "<summary>", "</summary>", "<span id=a>", "</span>"),
    *("\n", "\n\n", " ", "*", "**", "\n- ", "> ", "    ", "^", "==", "{{ x }}", "{ref}", "# ", "\n1. ", "\t"),
]
TOLD = {"words-left-out", "table-row", "attribute-syntax", "raw-html", "division-unknown", "figure-missing"}
"""Codes that name the words which are left out."""


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("pieces", "space", "naming"), [(BLOCKS, "", TOLD), (HTML, " ", set())], ids=["blocks", "tags"]
)
def test_every_word_is_printed(pieces: list[str], space: str, naming: set[str], seed: int) -> None:
    """No word between tags is lost even if a remark names it."""
    chance = random.Random(seed)
    for _ in range(150):
        count = chance.randint(1, 25)
        text = "".join(f"{chance.choice(pieces)}{chance.choice(pieces)}w{n}w{space}" for n in range(count))
        diagnostics = Diagnostics()
        body = parse_body(text, "x.md", diagnostics)
        parts = list(walk_nodes((body.blocks, body.footnotes)))
        set_apart = "".join(node.text for node in parts if isinstance(node, CodeBlock | PlaceholderBlock))
        set_apart += "".join(node.language for node in parts if isinstance(node, CodeBlock))
        pictures = "".join(node.alt + node.source for node in parts if isinstance(node, Figure))
        cited = "".join(node.prefix + node.locator + node.suffix for node in parts if isinstance(node, Citation))
        told = "".join(remark.sentence for remark in diagnostics.remarks if remark.code in naming)
        printed = plain_text((body.blocks, body.footnotes)) + set_apart + pictures + cited + told
        assert [n for n in range(count) if f"w{n}w" not in printed.lower()] == [], text
