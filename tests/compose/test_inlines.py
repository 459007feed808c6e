"""Words within a line, as XHTML."""

import pytest

from pipeline.compose.page.chapter import ChapterContext
from pipeline.compose.page.inlines import inline, set_inlines
from pipeline.model.body import (
    Abbreviated,
    Attributes,
    CitationLink,
    CitedText,
    Code,
    CrossReference,
    Emphasis,
    FootnoteCall,
    Image,
    Inline,
    LineBreak,
    Link,
    Marked,
    Placeholder,
    Span,
    Strong,
    Text,
    TextRole,
)
from tests.support.words import ENGLISH

CASES: list[tuple[Inline, str]] = [
    (Text("Seizure & arrest <20 “g”"), "Seizure &amp; arrest &lt;20 “g”"),
    (Text("no\x0bcontrol\x00s"), "nocontrols"),
    (Emphasis((Text("may"),)), "<em>may</em>"),
    (Strong((Text("not"),)), "<strong>not</strong>"),
    (Code('a < "b"'), "<code>a &lt; &#34;b&#34;</code>"),
    (LineBreak(), "<br/>"),
    (Span((Text("heddlu"),), Attributes(pairs=(("lang", "cy"),))), '<span lang="cy" xml:lang="cy">heddlu</span>'),
    (Span((Text("x"),), Attributes(classes=("a", "b'c"))), '<span class="a">x</span>'),
    (Span((Text("x"),), Attributes(classes=("leader", "width-5", "mark"))), "<span>x</span>"),
    (Link("https://example.org/?a=1&b=2", (Text("page"),)), '<a href="https://example.org/?a=1&amp;b=2">page</a>'),
    (Link("#references", (Text("there"),)), '<a href="#references">there</a>'),
    (Link("#status", (Text("there"),)), '<a href="#status-text">there</a>'),
    (Link("briefing:cctv#status", (Text("there"),)), '<a href="briefing:cctv#status-text">there</a>'),
    (Link("briefing:hot-spots#use", (Text("there"),)), '<a href="briefing:hot-spots#use">there</a>'),
    (CrossReference("fig-a", (Text("Figure 1"),)), '<a class="xref" href="#fig-a">Figure 1</a>'),
    (Image("asset:00", "A lamp", True), '<img class="inline" src="asset:00" alt=""/>'),
    (FootnoteCall("a", 1), '<a role="doc-noteref" class="noteref" id="fnref-1" href="#fn-1">1</a>'),
    (Abbreviated("HCF", "home-county force"), '<abbr title="home-county force">HCF</abbr>'),
    (Marked(TextRole.SUBSCRIPT, (Text("i"),)), "<sub>i</sub>"),
    (Marked(TextRole.DELETED, (Text("x"),)), "[deleted: <del>x</del>]"),
    (Marked(TextRole.SHORT_FORM, (Text("HCF"),), "a & b"), '<abbr title="a &amp; b">HCF</abbr>'),
    (Marked(TextRole.WORK_TITLE, (Text("Y Gwir"),), "", "cy"), '<cite lang="cy" xml:lang="cy">Y Gwir</cite>'),
    (Span((Text("x"),), Attributes("a")), '<span id="a">x</span>'),
    (Placeholder("unknown work"), '<span class="placeholder">[unknown work]</span>'),
    (Placeholder("[U+2603]"), '<span class="placeholder">[U+2603]</span>'),
    (
        CitedText((Text("("), CitationLink("cole2021", 1, (Text("Cole, 2021"),)), Text(")"))),
        '(<a role="doc-biblioref" class="citation" id="cite-cole2021-1" href="#ref-cole2021">Cole, 2021</a>)',
    ),
]


@pytest.mark.parametrize(("node", "expected"), CASES, ids=lambda case: type(case).__name__)
def test_every_inline_has_its_form(node: Inline, expected: str) -> None:
    assert inline(node, ChapterContext("#000000", ENGLISH)) == expected


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("by an ordinary one.", 'by an ordinary <span class="unbroken">one.'),
        ("of responsibilities.", 'of respo<span class="unbroken">nsibilities.'),
        ("apart ", "apart "),
    ],
)
def test_a_call_stays_with_the_word_before_it(before: str, kept: str) -> None:
    said = set_inlines((Text(before), FootnoteCall("a", 1)), ChapterContext("#000000", ENGLISH))
    assert said.startswith(f"{kept}<a role=")


def test_a_second_call_of_a_note_has_an_anchor_of_its_own() -> None:
    chapter = ChapterContext("#000000", ENGLISH)
    assert [str(inline(FootnoteCall("a", 1), chapter)).split('"')[5] for _ in range(2)] == ["fnref-1", "fnref-1-2"]


def test_words_shown_elsewhere_lead_home() -> None:
    chapter = ChapterContext("#000000", ENGLISH, anchors_in="briefing:lamps")
    said = inline(CitationLink("cole2021", 1, (Text("Cole, 2021"),)), chapter)
    assert said == '<a role="doc-biblioref" class="citation" href="briefing:lamps#ref-cole2021">Cole, 2021</a>'
