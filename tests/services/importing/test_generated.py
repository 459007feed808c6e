"""Words that nobody chose: whatever stands in a document, it is read again as it was, and nothing is cited wrongly."""

import random
import re
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.load.briefing import parse_briefing
from pipeline.services.importing.blocks import DialectBlocks
from pipeline.services.importing.cited_works import ListedWorks, named_work
from pipeline.services.importing.docx_content import DocumentPiece
from pipeline.services.importing.inlines import LineWriter, escape_line_start, escape_words
from pipeline.services.importing.typed_citations import find_typed_citations
from pipeline.services.importing.word_comparison import compare_words, read_lines_of

SIGNS = st.lists(
    st.sampled_from([*"aB1 .,:;-_*`~^$|{}[]()<>&@#+=!%'\"\\/", " https://a.b", " www.a.b", "\\pi", "x_i", "&lt;"]),
    min_size=1,
    max_size=30,
).map("".join)
LOOKS = st.sampled_from(["", "Strong", "Emph", "Strikeout", "Superscript"])
RUNS = st.lists(st.tuples(SIGNS, LOOKS), min_size=1, max_size=4)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(RUNS, min_size=4, max_size=4))
def test_whatever_is_typed_is_read_again(paragraphs: list[list[tuple[str, str]]]) -> None:
    blocks = [{"t": "Para", "c": [_node(words, look) for words, look in runs]} for runs in paragraphs]
    text = DialectBlocks(LineWriter({}), 0).text(blocks)
    parsed = parse_briefing("source/briefings/a.md", f"---\ntitle: T\nsummary: S.\n---\n\n{text}\n".encode())
    assert parsed.briefing
    typed = ["".join(words for words, _ in runs) for runs in paragraphs]
    pieces = [DocumentPiece(number, words) for number, words in enumerate(typed, 1)]
    assert compare_words(pieces, read_lines_of(parsed.briefing.body)) == [], text


def _node(words: str, look: str) -> dict[str, object]:
    """Words as pandoc has them: spaces are nodes of their own."""
    parts = [{"t": "Space"} if part == " " else {"t": "Str", "c": part} for part in re.split("( )", words) if part]
    return {"t": look, "c": parts} if look else {"t": "Span", "c": [["", [], []], parts]}


def test_escaped_words_begin_no_block() -> None:
    assert escape_line_start(escape_words("1. May")) == "1\\. May"
    assert escape_line_start(escape_words("(a) May")) == "&#40;a) May"
    assert escape_line_start(escape_words("May 1. June")) == "May 1. June"


FAMILIES = "Hughes Braga Eggins Weisburd Smith Jones O’Connor García-López Taylor Hinkle Li MacDonald".split()  # noqa: SIM905


def test_no_generated_citation_is_given_a_wrong_work() -> None:
    chance, sums = random.Random(7), Counter[str]()
    works = [
        named_work(f"w{n}", {"author": [{"family": f} for f in names], "issued": {"date-parts": [[2000 + n % 7]]}})
        for n in range(30)
        for names in [chance.sample(FAMILIES, 1 + n % 4)]
    ]
    names = {work.key: [next(f for f in FAMILIES if folded_same(f, forms)) for forms in work.authors] for work in works}
    for _ in range(600):
        cited = chance.sample(works, chance.choice([1, 1, 2, 3]))
        typed = "; ".join(f"{_names(names[work.key], chance)}, {work.year}" for work in cited)
        found = find_typed_citations(f"The effect was small (see {typed}).", works, ListedWorks())
        sure = {key for one in found if one.judgement.sureness == "sure" for key in one.judgement.keys}
        asked = {key for one in found for key in one.judgement.keys}
        meant = {work.key for work in cited}
        sums.update(meant=len(meant), wrong=len(sure - meant), sure=len(sure & meant), asked=len(asked & meant))
    assert sums["wrong"] == 0
    assert sums["sure"] > 0.8 * sums["meant"]
    assert sums["asked"] > 0.97 * sums["meant"]


def folded_same(family: str, forms: tuple[str, ...]) -> bool:
    """Whether a family name is among the forms of an author."""
    return named_work("", {"author": [{"family": family}]}).authors[0][0] in forms


def _names(families: list[str], chance: random.Random) -> str:
    """Names as somebody types them, 1 time in 20 with a slip."""
    first, *others = families
    if chance.random() < 0.05 and len(first) > 5:
        first = f"{first[:2]}{first[3]}{first[2]}{first[4:]}"
    if len(others) < 2:
        return chance.choice([" and ", " & "]).join((first, *others))
    whole = f", {', '.join(others[:-1])} and {others[-1]}"
    return first + chance.choice([" et al.", " et al", " and others", " and colleagues", whole])
