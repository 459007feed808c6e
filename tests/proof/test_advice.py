"""The advice for every rule of outloud, in terms of the source."""

import re
from types import SimpleNamespace

from outloud.registry import load_catalogue

from pipeline.proof.listening import ADVICE, REPORT_IT, HeardFile, advice_for_rule, is_accepted
from pipeline.proof.pdf_reader import open_pdf
from tests.support.code_cases import heard
from tests.support.proof.broken_pdfs import no_language, no_tab_order, picture_without_words
from tests.support.proof.rich_briefing import rich

ENGINEERS = re.compile(
    r"/[A-Z]|\b(tags?|tagged|retag|elements?|artifacts?|catalog|glyphs?|XMP|CMap|annotations?|structure|metadata|"
    r"BCP|PDF/UA|AcroForm|OBJR|render|stream)\b"
)
TOLD = [rule for rule, row in load_catalogue().items() if row.severity != "info"]


def test_no_advice_is_in_engineers_words() -> None:
    """The reader knows Markdown and front matter, and not the inside of a PDF."""
    assert [rule for rule in TOLD if ENGINEERS.search(advice_for_rule(rule))] == []
    assert all(words.endswith(".") for words in (REPORT_IT, *ADVICE.values()))


def test_advice_is_for_rules_that_there_are() -> None:
    assert set(ADVICE) <= set(load_catalogue())


def test_faults_of_sources_have_advice_and_others_ask_for_a_report() -> None:
    hints = {
        rule: remark.hint
        for broken in (picture_without_words, no_language, no_tab_order)
        for remark in heard(broken)
        if remark.code == "proof-aloud"
        for rule in re.findall(r"\((\w+-\d+)\)", remark.sentence)
    }
    assert "alt=" in hints["FIG-001"]
    assert "'language:'" in hints["DOC-013"]
    assert hints["LNK-005"] == REPORT_IT


def test_parts_of_letters_may_all_mean_the_same() -> None:
    job = rich()
    with open_pdf(job.content) as file:
        assert file is not None
        seen = HeardFile(file, job.promise)
        pair = (r"U+200B '\u200b'", "U+0061 'a'")
        findings = (SimpleNamespace(rule="TXT-004", message=f"6 different codes all map to {code}") for code in pair)
        assert [is_accepted(finding, seen) for finding in findings] == [True, False]
