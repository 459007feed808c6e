"""Words that are typed stay whole in books, where they are short enough for a small screen."""

import pytest
from lxml import etree

from pipeline.bind.epub.typed import keep_typed
from pipeline.markup.xhtml import XHTML, parse

KEPT = '<span class="unbroken">{}</span>'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<code>--date</code>", '<code class="unbroken">--date</code>'),
        (
            "<code>make pdf --date 2026-04-26</code>",
            f"<code>make pdf {KEPT.format('--date')} {KEPT.format('2026-04-26')}</code>",
        ),
        ("<code>make pdf</code>", "<code>make pdf</code>"),
        ("<code>--a-name-of-twenty-four-or-more</code>", "<code>--a-name-of-twenty-four-or-more</code>"),
        ("<pre><code>make --date</code></pre>", "<pre><code>make --date</code></pre>"),
    ],
)
def test_an_option_is_not_parted_at_its_hyphens(typed: str, kept: str) -> None:
    """Readers type what they see: '--' at the end of one line and 'date' on the next is no option."""
    root = parse(f'<body xmlns="{XHTML}">{typed}</body>', "sample")
    keep_typed(root)
    assert etree.tostring(root, encoding="unicode") == f'<body xmlns="{XHTML}">{kept}</body>'
