"""The words that the proof expects at the head and foot of every page."""

from dataclasses import replace

import pytest

from pipeline.bind.running_lines import running_lines
from pipeline.model.formats import BY_STAMPS
from pipeline.model.sheets import Identity
from pipeline.proof.expected_content import ExpectedContent, ExpectedText, expected_copy, production_sentence
from pipeline.proof.pdf_checks import UNCUT_ID_LETTERS, feet_faults, statuses_on_every_page
from pipeline.proof.pdf_reader import open_pdf
from tests.support.bind.sheets import DAY, LIGHTING, PACK, bound, lighting


@pytest.mark.parametrize(
    ("statuses", "every_page"),
    [
        (("SAMPLE", "DRAFT"), ("SAMPLE", "DRAFT")),
        (("DRAFT", "SUPERSEDED BY Measures for safer streets in towns"), ("DRAFT", "SUPERSEDED")),
        (("SAMPLE", "DRAFT", "DUE FOR REVIEW"), ("SAMPLE", "DRAFT")),
        (("NOT TO BE SHOWN IN ANY OPEN LESSON", "DRAFT"), ("NOT TO BE SHOWN ", "DRAFT")),
        (("FOR INTERNAL USEFULNESS IN COLLEGES", "DRAFT"), ("FOR INTERNAL", "DRAFT")),
        (("SAMPLE", "WITHDRAWN"), ("SAMPLE", "WITHDRAWN")),
        (("NOT FOR USE IN COURT", "DRAFT", "DUE FOR REVIEW"), ("NOT FOR USE IN", "DRAFT")),
        ((), ()),
    ],
)
def test_a_long_line_never_loses_that_it_is_a_draft(statuses: tuple[str, ...], every_page: tuple[str, ...]) -> None:
    identity = replace(LIGHTING, statuses=statuses)
    assert statuses_on_every_page(identity, identity) == every_page
    for sheet in BY_STAMPS:
        texts = {line.slot: line.text for line in running_lines(identity, DAY, "1", sheet=sheet)}
        assert all(status in texts.get("status", "") for status in every_page)


def test_of_a_long_id_no_more_is_asked_than_every_page_keeps() -> None:
    text = replace(LIGHTING, id="street-lighting-and-other-measures")
    pack = replace(PACK, edition="Autumn 2026, second and enlarged printing for training colleges")
    for sheet in BY_STAMPS:
        foot = {line.slot: line.text for line in running_lines(text, DAY, "120", pack, sheet)}["foot-id"]
        assert foot.startswith(text.id[:UNCUT_ID_LETTERS])


def test_the_sentence_of_the_day_is_worked_out_from_the_words() -> None:
    promise = ExpectedContent(LIGHTING, (), DAY)
    assert production_sentence(promise, LIGHTING) == "This copy produced 26 April 2024"
    assert production_sentence(promise, LIGHTING, "Copy 7") == "This copy produced 26 April 2024. Copy 7."
    assert production_sentence(promise, LIGHTING, "Copy 7", "5ZK8D-R07N1").endswith(". Copy 7. Code 5ZK8D-R07N1.")
    assert production_sentence(replace(promise, produced=None), LIGHTING) == ""


@pytest.mark.parametrize("code", ["", "5ZK8D-R07N1"])
def test_a_foot_that_lacks_the_code_or_says_another_is_reported(code: str) -> None:
    meant, whose = replace(LIGHTING, code="5ZK8D-R00YC"), replace(LIGHTING, code=code)
    passage = ExpectedText((), "", "", lighting().pages, meant)

    def foot_remarks(whose: Identity) -> list[str]:
        with open_pdf(bound(whose=whose)) as file:
            assert file
            return [str(remark).partition("\n")[0] for remark in feet_faults(file, passage, 1, "x.pdf", meant)]

    missing = "error proof-foot: This page does not show 'Code 5ZK8D-R00YC'."
    assert foot_remarks(whose) == [f"x.pdf:{page}:1: {missing}" for page in range(1, lighting().pages + 1)]
    assert foot_remarks(meant) == []


def test_a_numbered_copy_is_held_to_its_own_code() -> None:
    promise = ExpectedContent(replace(PACK, code="WWKM3-C00TC"), (), DAY)
    assert expected_copy(promise, "Copy 7", "WWKM3-C07X7").identity.coded == ("WWKM3-C07X7", "")
    assert expected_copy(ExpectedContent(PACK, (), DAY), "Copy 7", "WWKM3-C07X7").identity.code == ""
