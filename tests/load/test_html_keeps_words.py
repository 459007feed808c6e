"""However tags stand, no word between them is lost."""

from __future__ import annotations

import random

import pytest

from pipeline.core.diagnostics import Desk
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import CodeBlock, plain_text, walk

PIECES = [
    *("<ul>", "</ul>", "<ol start=3>", "</ol>", "<li>", "</li>", "<dl>", "<dt>", "<dd>", "</dl>", "</dt>", "</dd>"),
    *("<blockquote>", "</blockquote>", "<h2>", "</h2>", "<pre>", "</pre>", "<code>", "</code>", "<p>", "</p>"),
    *("<div>", "</div>", "<hr>", "<br>", "<b>", "</b>", "<sub>", "</sub>", "<a href=x>", "</a>", "<q>", "</q>"),
    *("<blink>", "<table>", "<td>", "<details>", "<summary>", "</summary>", "<span id=a>", "</span>"),
    *("\n", "\n\n", " ", "*", "**", "\n- ", "> ", "    ", "^", "==", "{{ x }}", "{ref}", "# ", "\n1. ", "\t"),
]


@pytest.mark.parametrize("seed", range(8))
def test_every_word_is_printed(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(100):
        count = chance.randint(1, 30)
        text = "".join(f"{chance.choice(PIECES)}{chance.choice(PIECES)}w{n}w " for n in range(count))
        body = parse_body(text, "x.md", Desk())
        code = "".join(node.text for node in walk(body.blocks) if isinstance(node, CodeBlock))
        printed = plain_text((body.blocks, body.footnotes)) + code
        assert [n for n in range(count) if f"w{n}w" not in printed] == [], text
