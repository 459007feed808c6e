"""Differences between a web page or an EPUB and its text, and what is told of each."""

from __future__ import annotations

BREAKS = [
    (
        "a lost heading",
        r'<h2 id="came">.*?</h2>',
        "",
        ["parity-headings: … under 'What came of it': 'h2 What came of it' is missing."],
    ),
    (
        "a heading of another level",
        r'<h2 id="came">(.*?)</h2>',
        r'<h3 id="came">\1</h3>',
        ["parity-headings: … under 'What came of it': 'h3 What came of it' stands where 'h2 What came of it' should."],
    ),
    (
        "a heading in other words",
        r"What came of it</h2>",
        "What came of that</h2>",
        [
            "parity-headings: … under 'What came of it': "
            "'h2 What came of that' stands where 'h2 What came of it' should."
        ],
    ),
    (
        "a lost row",
        r"<tr[^>]*><th[^>]*>North.*?</tr>",
        "",
        ["parity-tables: … under 'What came of it': '[North] | 30 | 20' is missing."],
    ),
    (
        "a head cell that is none",
        r"<th([^>]*)>North</th>",
        r"<td\1>North</td>",
        ["parity-tables: … under 'What came of it': 'North | 30 | 20' stands where '[North] | 30 | 20' should."],
    ),
    (
        "a figure in a cell",
        r">30</td>",
        ">3.0</td>",
        ["parity-tables: … under 'What came of it': '[North] | 3.0 | 20' stands where '[North] | 30 | 20' should."],
    ),
    (
        "a picture without words",
        r' alt="Reports fell by a third in a year"',
        "",
        [
            "parity-pictures: … under 'What came of it': "
            "'picture without words' stands where 'picture 'Reports fell by a third in a year'' should."
        ],
    ),
    (
        "a lost picture",
        r'<img [^>]*alt="Reports[^>]*>',
        "",
        ["parity-pictures: … under 'What came of it': 'picture 'Reports fell by a third in a year'' is missing."],
    ),
    (
        "a lost note",
        r'<aside role="doc-footnote"[^>]* id="fn-1".*?</aside>',
        "",
        [
            "parity-links: … under 'Notes': '1 (Back to note 1) → #fnref-1' is missing.",
            "parity-notes: … under 'Notes': '1 Not on Sundays.' is missing.",
        ],
    ),
    (
        "a lost call",
        r'<a role="doc-noteref"[^>]*>1</a>',
        "",
        [
            "parity-notes: … under 'What was done': 'call 1 → #fn-1' is missing.",
            "parity-words: … under 'What was done': 'Officers walked small places every day. They were asked to:' "
            "stands where 'Officers walked small places every day.1 They were asked to:' should.",
        ],
    ),
    (
        "a lost citation",
        r'<a role="doc-biblioref"[^>]*>(Hughes[^<]*)</a>',
        r"\1",
        [
            "parity-citations: … under 'What came of it': 'Hughes and others, 2018 → #ref-hughes2018' is missing.",
            "parity-links: … under 'References': 'Back to citation 1 of Hughes and others, 2018' leads to "
            "'#cite-hughes2018-1', which is not where the text has it.",
        ],
    ),
    (
        "a link that leads elsewhere",
        r'href="https://example.org/foot-patrol"',
        'href="https://example.org/other"',
        [
            "parity-links: … under 'What was done': 'the study’s own page → https://example.org/other' stands "
            "where 'the study’s own page → https://example.org/foot-patrol' should."
        ],
    ),
    (
        "a link that is called something else",
        r'(<a[^>]*href="https://example.org/foot-patrol"[^>]*)>',
        r'\1 aria-label="Here">',
        [
            "parity-links: … under 'What was done': 'the study’s own page (Here) → https://example.org/foot-patrol' "
            "stands where 'the study’s own page → https://example.org/foot-patrol' should."
        ],
    ),
    (
        "a link in other words",
        r"(<a[^>]*>)what came of it</a>",
        r"\1what came of them</a>",
        [
            "parity-links: … under 'What was done': 'what came of them → #came' stands where "
            "'what came of it → #came' should.",
            "parity-words: … under 'What was done': 'See what came of them, alley gates and the study’s own page.' "
            "stands where 'See what came of it, alley gates and the study’s own page.' should.",
        ],
    ),
    (
        "an id that has moved",
        r'<h2 id="came">(.*?)<p id="(b\d+)">Nobody',
        r'<h2>\1<p id="came">Nobody',
        [
            "parity-links: … under 'What was done': 'what came of it' leads to '#came', "
            "which is not where the text has it."
        ],
    ),
    (
        "another word",
        r"write down what they saw",
        "write down what they heard",
        [
            "parity-words: … under 'What was done': "
            "'write down what they heard' stands where 'write down what they saw' should."
        ],
    ),
    (
        "another word in a long paragraph",
        r"Street 3 was walked by two officers",
        "Street 3 was walked by no officers",
        [
            "parity-words: … under 'What came of it': after 'Street 3 was walked by' comes "
            "'no officers for an hour', not 'two officers for an hour'."
        ],
    ),
    (
        "a lost paragraph",
        r"<p[^>]*>Nobody asked the shops.</p>",
        "",
        ["parity-words: … under 'What came of it': 'Nobody asked the shops.' is missing."],
    ),
    (
        "a moved paragraph",
        r'(<h2 id="came">.*)(<p[^>]*>Nobody asked the shops.</p>)',
        r"\2\1",
        ["parity-words: … under 'What was done': 'Nobody asked the shops.' has its place under 'What came of it'."],
    ),
    (
        "a paragraph twice",
        r"<p[^>]*>Nobody asked the shops.</p>",
        r"\g<0><p>Nobody asked the shops.</p>",
        ["parity-words: … under 'What came of it': 'Nobody asked the shops.' stands there once more than it should."],
    ),
    (
        "a paragraph too many",
        r"<p[^>]*>Nobody asked the shops.</p>",
        r"\g<0><p>Nor the pubs.</p>",
        ["parity-words: … under 'What came of it': 'Nor the pubs.' is one too many."],
    ),
    (
        "words that a screen reader passes over",
        r"<p([^>]*)>Nobody asked the shops.</p>",
        r'<p\1 aria-hidden="true">Nobody asked the shops.</p>',
        ["parity-words: … under 'What came of it': 'Nobody asked the shops.' is missing."],
    ),
    (
        "a lost mark",
        r'<span id="page-3".*?(/>|</span>)',
        "",
        ["parity-pages: The pages of the PDF are not all marked here, once and in order: page 3 is missing."],
    ),
    (
        "a mark one word late",
        r'(<span id="page-2".*?(?:/>|</span>))Street ',
        r"Street \1",
        [
            "parity-page-start: Page 2 of the PDF begins with 'Street 2 was walked by', "
            "and its mark stands before '2 was walked by two'."
        ],
    ),
]
