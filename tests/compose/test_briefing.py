"""A briefing's page: order, ids, evidence, references, colophon."""

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.briefing import briefing_metadata, compose_briefing, pack_metadata
from pipeline.compose.page.fragment import BLOCKS
from pipeline.model.body import Body, Box, BoxKind
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.manuscript import Conformance, Manuscript
from pipeline.model.publication import Publication
from pipeline.model.result import Result
from tests.support.compose import samples
from tests.support.compose.samples import words

LAYOUTS = samples.layouts()


def compose(**changes: object) -> Manuscript:
    """The sample composed."""
    return compose_briefing(samples.publication(**changes), LAYOUTS)


def tree(manuscript: Manuscript) -> etree._Element:
    """The chapter's elements."""
    return etree.fromstring(f"<body>{manuscript.chapter.body}</body>")


@pytest.fixture(scope="module")
def page() -> etree._Element:
    """The whole sample."""
    return tree(compose())


def test_every_block_has_an_id_of_its_own(page: etree._Element) -> None:
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert not [e.tag for e in page.iter() if e.tag in BLOCKS and not e.get("id")]


def test_every_anchor_is_there(page: etree._Element) -> None:
    ids = {e.get("id") for e in page.iter()}
    assert {a.get("href") for a in page.iter("a") if a.get("href").startswith("#")} <= {f"#{i}" for i in ids}


def test_the_first_page_reads_in_order(page: etree._Element) -> None:
    order = [
        "series",
        "title",
        "summary",
        "stamp",
        "status",
        "slot-produced",
        "key-finding",
        "evidence",
        "references",
        "about",
    ]
    found = [e.get("id") for e in page.iter() if e.get("id") in order]
    assert found == order


def test_neighbours_of_one_outcome_are_shown_as_such() -> None:
    whole = samples.publication()
    assert whole.evidence is not None
    first = whole.evidence.rows[0]
    evidence = replace(whole.evidence, rows=(first, first, *whole.evidence.rows[1:3]))
    rows = tree(compose(evidence=evidence)).findall(".//div[@id='evidence-table']//tbody/tr")
    assert [row.get("class") for row in rows] == [None, "again", None, None]
    assert [words(row.find("th/span[@class='outcome']")) for row in rows[:2]] == ["Burglary", "Burglary"]


def test_why_a_briefing_was_withdrawn_stands_under_its_summary() -> None:
    whole = samples.publication()
    fields = whole.briefing.fields.model_copy(update={"withdrawn_reason": "The figures were wrong."})
    page = tree(compose(briefing=replace(whole.briefing, fields=fields)))
    assert words(page.find(".//header/p[@id='withdrawn']")) == "Why it was withdrawn: The figures were wrong."


@pytest.mark.parametrize("result", list(Result))
def test_a_word_follows_every_mark(result: Result) -> None:
    finding = samples.FINDINGS[2].model_copy(update={"result": result})
    whole = samples.publication()
    assert whole.evidence is not None
    evidence = replace(whole.evidence, rows=(replace(whole.evidence.rows[2], finding=finding),))
    cell = tree(compose(evidence=evidence)).find(".//td[@class='found']")
    assert cell.find(".//{*}svg").get("aria-hidden") == "true"
    assert words(cell).split(",")[0] == result.value.replace("-", " ").capitalize()


def test_the_caveat_never_leaves_its_example(page: etree._Element) -> None:
    said = words(page.find(".//div[@class='box box-practice']"))
    assert "Operation Lantern (Wraxby Constabulary)" in said
    assert "Not independently evaluated" in said
    assert "Checked on 9 February 2024" in said
    assert said.endswith("Examples of practice have not all been independently evaluated.")


@pytest.mark.parametrize("variant", PDF_VARIANTS)
def test_a_record_hangs_where_there_is_a_side_column(variant: PdfVariant) -> None:
    """Elsewhere it follows the words, so that the name of the example stands at its head."""
    told = samples.paragraph("Officers walked the same streets every night. " * 12)
    text = samples.publication(body=samples.body(Box(BoxKind.PRACTICE, (told,), "lantern")))
    box = tree(compose_briefing(text, LAYOUTS, variant)).find(".//div[@class='box box-practice']")
    said = words(box)
    record, walked = said.index("Not independently evaluated"), said.index("Officers walked")
    assert (box.find("div[@class='hung side']") is not None, record < walked) == (PDF_VARIANTS[variant].across,) * 2


def test_an_example_without_a_box_is_shown_all_the_same() -> None:
    page = tree(compose(body=samples.body("Text.")))
    assert "Operation Lantern" in words(page.find(".//section[@id='practice']"))


def test_references_lead_back_to_every_citation(page: etree._Element) -> None:
    entry = page.find(".//li[@id='ref-cole2021']")
    assert [(a.get("href"), a.get("aria-label")) for a in entry.findall(".//a[@role='doc-backlink']")] == [
        ("#cites-cole2021", "Back to citation 1 of Cole, 2021"),
        ("#cite-cole2021-1", "Back to citation 2 of Cole, 2021"),
        ("#cite-cole2021-2", "Back to citation 3 of Cole, 2021"),
    ]


def test_an_unsettled_reference_says_so(page: etree._Element) -> None:
    assert "[not confirmed:" in words(page.find(".//li[@id='ref-birk2014']"))
    assert "[not confirmed:" not in words(page.find(".//li[@id='ref-cole2021']"))


def test_approvers_are_never_printed(page: etree._Element) -> None:
    assert "Reviewed, no change. No new studies found" in words(page.find(".//section[@id='about']"))
    assert "A N Other" not in words(page)


def test_a_handbook_page_is_title_and_body() -> None:
    whole = samples.publication()
    page = compose(briefing=replace(whole.briefing, manual=True), references=(), evidence=None, practice=())
    assert 'id="stamp"' not in page.chapter.body
    assert 'id="about"' not in page.chapter.body
    assert page.chapter.bookmarks[0].text == "Street lighting and burglary at night"


def test_a_smallest_briefing_composes() -> None:
    empty: dict[str, object] = dict.fromkeys(
        ("practice", "references", "dates", "subjects", "abbreviations", "glossary", "related"), ()
    )
    bare: Publication = samples.publication(
        **empty, evidence=None, key_finding=Body(), recommendation=Body(), method_note=Body(), series=None,
        review_by=None, licence=None, copyright=None, body=samples.body("Text."),
    )  # fmt: skip
    titles = [mark.text for mark in compose_briefing(bare, LAYOUTS).chapter.bookmarks]
    assert titles == ["Street lighting and burglary at night", "About this briefing"]


def test_the_same_publication_gives_the_same_manuscript() -> None:
    assert compose() == compose()


def test_markup_in_titles_stays_words() -> None:
    whole = samples.publication()
    page = compose(identity=replace(whole.identity, title="Lamps < & “x”"))
    assert words(tree(page).find(".//h1")) == "Lamps < & “x”"


# Claims of conformance

JUDGED = samples.imprint(accessibility={"evaluated_by": "Hanna Price", "evaluated": "2024-03-10"})
CLAIM = Conformance("WCAG 2.2 Level AA", "Hanna Price", "2024-03-10")
KNOWN = samples.publication(imprint=JUDGED)
DRAFT = replace(KNOWN, identity=replace(KNOWN.identity, statuses=("SAMPLE", "DRAFT")))


def test_a_text_that_somebody_judged_claims_it() -> None:
    assert briefing_metadata(KNOWN).conformance == CLAIM


def test_nothing_is_claimed_where_nobody_judged() -> None:
    assert briefing_metadata(samples.publication()).conformance is None


@pytest.mark.parametrize(("day", "claimed"), [("2023-01-31", False), ("2023-02-01", True), ("", True)])
def test_a_text_that_changed_since_claims_nothing(day: str, claimed: bool) -> None:
    judged = samples.imprint(accessibility={"evaluated_by": "Hanna Price"} | ({"evaluated": day} if day else {}))
    made = briefing_metadata(samples.publication(imprint=judged))
    assert (made.conformance is not None) is claimed


@pytest.mark.parametrize(("members", "claim"), [((KNOWN, KNOWN), CLAIM), ((KNOWN, DRAFT), None)])
def test_a_pack_claims_what_all_its_briefings_do(members: tuple[Publication, ...], claim: Conformance | None) -> None:
    pack = replace(samples.pack(), imprint=JUDGED, members=members)
    assert pack_metadata(pack).conformance == claim
