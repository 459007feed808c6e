"""The evidence figure: `fixtures/evidence.txt` holds title, `evidence:` of a record, what a page shows, dots between.

Of what it shows there is a line above the table, one a row, one below. A row has its outcome, the drawing and what it
says to those who listen, and what studies found. In the drawing the line is `|`, a dot a `.`.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.evidence import MOST_DOTS, MOST_MARKS, direction_drawing, set_verdict
from pipeline.compose.page.drawings import SHAPES
from pipeline.model.body import Body, EvidenceMark
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.model.publication import EvidenceBase, FindingRow, SourceLink
from pipeline.model.result import Result, Strength
from pipeline.model.source.evidence import Change, Evidence, Finding, Split
from tests.support.compose import samples
from tests.support.compose.samples import words
from tests.support.words import ENGLISH

FIXTURES = Path(__file__).parent / "fixtures" / "evidence.txt"
LAYOUTS = samples.layouts()
MARKS = dict(zip(Result, "▲▼±–○⊙∞∅", strict=True))


def cases() -> list[tuple[str, str, str]]:
    """Title, source, expected."""
    parts = FIXTURES.read_text("utf-8").split("\n.\n")
    return [(parts[i].strip(), parts[i + 1], parts[i + 2]) for i in range(0, len(parts) - 2, 3)]


def evidence_base(*findings: Finding, evidence: Evidence | None = None) -> EvidenceBase:
    """Evidence of the findings."""
    known = evidence or Evidence(findings=findings)
    rows = tuple(
        FindingRow(
            finding,
            tuple(SourceLink(key, key) for key in finding.sources),
            SourceLink(finding.via, finding.via) if finding.via else None,
        )
        for finding in known.findings
    )
    return EvidenceBase(known, rows, known.strength, known.overall)


def page(
    evidence: EvidenceBase | None = None, text: Body | None = None, variant: PdfVariant = "screen"
) -> etree._Element:
    """The sample's page with that evidence and that text."""
    whole = samples.publication()
    publication = replace(whole, evidence=evidence or whole.evidence, body=text or whole.body, references=())
    return etree.fromstring(f"<body>{compose_briefing(publication, LAYOUTS, variant).chapter.body}</body>")


def rows(body: Any) -> list[etree._Element]:
    """The rows of the figure."""
    return list(body.findall(".//div[@id='evidence-table']//tbody/tr"))


def finding(studies: int | None, result: Result, **more: object) -> Finding:
    """A finding on theft."""
    return Finding(id="a", outcome="Theft", studies=studies, result=result, **more)  # type: ignore[arg-type]


def spoken(element: etree._Element | None) -> str:
    """The words of an element with a sign for each mark."""
    if element is None:
        return ""
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    for drawing in list(copy.iter("{*}svg")):
        named = re.search(r"mark-(?:known|open) mark-([a-z-]+)", drawing.get("class", ""))
        drawing.tail = (MARKS[Result(named[1])] if named else "") + " " + (drawing.tail or "")
        for kid in list(drawing):
            drawing.remove(kid)
    return words(copy)


def signs(drawing: Any) -> str:
    """A drawing in signs: '▼▼|▲', '|▲....', '|○'."""
    sides = {"left": "", "right": "", "on": ""}
    for group in drawing.findall("{*}g"):
        side = "left" if "matrix(-1" in group.get("transform", "") else "right"
        for placed in group.findall("{*}g"):
            shape = "".join(etree.tostring(kid, encoding="unicode", with_tail=False) for kid in placed)
            shape = shape.replace(' xmlns="http://www.w3.org/2000/svg"', "")
            result = next(one for one, known in SHAPES.items() if known == shape)
            sides[side if result in (Result.FAVOURABLE, Result.UNFAVOURABLE) else "on"] += MARKS[result]
        sides[side] += "".join("." * path.get("d", "").count("M") for path in group.findall("{*}path"))
    return f"{sides['left']}|{sides['on']}{sides['right']}"


def shown(body: etree._Element) -> str:
    """The figure in lines."""
    section = body.find(".//section[@id='evidence']")
    if section is None:
        return "nothing"
    lines = [spoken(section.find(".//p[@class='rests-on']"))]
    for row in rows(section):
        head, direction, cell = row
        drawing = direction.find("{*}svg")
        lines.append(f"{words(head)}: {signs(drawing)} [{drawing.get('aria-label')}] {spoken(cell)}")
    return "\n".join(filter(None, (*lines, spoken(section.find("p[@class='table-note']")))))


@pytest.mark.parametrize(("title", "source", "expected"), cases(), ids=[case[0] for case in cases()])
def test_a_finding_of_every_kind(title: str, source: str, expected: str, request: pytest.FixtureRequest) -> None:
    evidence = Evidence.model_validate(yaml.safe_load(source))
    said = shown(page(evidence_base(evidence=evidence)))
    if request.config.getoption("--update-golden"):
        text = FIXTURES.read_text("utf-8")
        FIXTURES.write_text(text.replace(f"{source}\n.\n{expected}\n.\n", f"{source}\n.\n{said}\n.\n"), "utf-8")
        return
    assert said == expected.strip(), title


@pytest.mark.parametrize("result", list(Result))
def test_only_good_and_bad_have_a_side(result: Result) -> None:
    one = finding(2, result, change=Change(measure="price", direction="up"))
    drawing = etree.fromstring(str(direction_drawing(one, ENGLISH, "#000000")))
    side = {Result.FAVOURABLE: "|▲..", Result.UNFAVOURABLE: "▼..|"}
    assert signs(drawing) == side.get(result, f"|{MARKS[result]}")


def test_the_drawing_has_a_place_for_each_study_up_to_a_bound() -> None:
    split = [
        (Split(studies=studies, result=Result.FAVOURABLE), Split(studies=1, result=Result.UNFAVOURABLE))
        for studies in (MOST_MARKS, MOST_MARKS + 1, MOST_DOTS, MOST_DOTS + 1)
    ]
    drawings = (
        etree.fromstring(str(direction_drawing(finding(None, Result.MIXED, split=one), ENGLISH, "#000")))
        for one in split
    )
    assert list(map(signs, drawings)) == [
        "▼|" + "▲" * MOST_MARKS,
        "▼|▲" + "." * (MOST_MARKS + 1),
        "▼|▲" + "." * MOST_DOTS,
        "▼|▲",
    ]


@pytest.mark.parametrize("studies", [1, 2, 4, 5, 10, 11, 24, 65, 100, MOST_DOTS])
@pytest.mark.parametrize("alike", [False, True])
def test_every_mark_lies_within_its_drawing(studies: int, alike: bool) -> None:
    split = (
        (Split(studies=studies, result=Result.FAVOURABLE), Split(studies=3, result=Result.NO_EFFECT)) if alike else ()
    )
    drawing: Any = etree.fromstring(
        str(direction_drawing(finding(studies, Result.FAVOURABLE, split=split), ENGLISH, "#000000"))
    )
    _, _, width, height = map(float, drawing.get("viewBox").split())
    placed = [
        (*map(float, re.findall(r"[\d.]+", moved.attrib["transform"])),) for moved in drawing.findall("{*}g/{*}g")
    ]
    spots = [(x, y, x + 16 * size, y + 16 * size) for x, y, size in placed]
    for path in drawing.findall("{*}g/{*}path"):
        radius = float(path.get("stroke-width")) / 2
        dots = [tuple(map(float, dot.split())) for dot in re.findall(r"M([\d. ]+)h", path.get("d"))]
        spots += [(x - radius, y - radius, x + radius, y + radius) for x, y in dots]
    assert len(spots) == len({(left, top) for left, top, _, _ in spots})
    assert all(0 <= left < right <= width and 0 <= top < bottom <= height for left, top, right, bottom in spots)
    beside = [spot for spot in spots if spot[0] > width / 2]
    assert not any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for one in beside
        for other in beside
        if one != other
    )


def test_it_is_a_table_that_can_be_listened_to() -> None:
    table = page().find(".//div[@id='evidence-table']")
    heads = [words(head) for head in table.findall(".//thead//th[@scope='col']")]
    assert heads == ["Outcome", "Direction", "What studies found"]
    assert all(row.find("th").get("scope") == "row" for row in rows(table))
    heard = [drawing for drawing in table.iter("{*}svg") if drawing.get("aria-hidden") != "true"]
    assert [drawing.get("role") for drawing in heard] == ["img"] * len(samples.FINDINGS)
    assert all(drawing.get("aria-label") for drawing in heard)
    marked = [drawing.getparent() for drawing in table.iter("{*}svg") if drawing not in heard]
    assert all(words(holder) for holder in marked)


@pytest.mark.parametrize("variant", PDF_VARIANTS)
def test_the_direction_is_drawn_where_there_is_room(variant: PdfVariant) -> None:
    body = page(variant=variant)
    wide = PDF_VARIANTS[variant].across
    assert wide == (variant in ("screen", "print"))
    assert {len(row) for row in rows(body)} == {3 if wide else 2}
    assert (body.find(".//span[@class='key-to-sides']") is not None) == wide
    assert [spoken(row[-1]) for row in rows(body)] == [spoken(row[-1]) for row in rows(page())]


def test_what_holds_for_all_rows_is_said_once() -> None:
    lamps, dark = {"intervention": ("New lamps",)}, {"intervention": ("darkness",)}
    whole = samples.publication()
    short = (Finding(id="a", outcome="Theft", result=Result.MIXED, intervention=(whole.identity.short_title.lower(),)),)

    def heads(*findings: Finding) -> list[str]:
        body = page(evidence_base(*findings))
        return [spoken(body.find(".//p[@class='rests-on']")), *(words(row[0]) for row in rows(body))]

    one, other, bare = (finding(1, Result.MIXED, **more) for more in (lamps, dark, {}))
    assert heads(*short) == ["", "Theft"]
    assert heads(one) == ["", "Theft, New lamps"]
    assert heads(one, other) == ["", "Theft, New lamps", "Theft, darkness"]
    assert heads(one, other, one) == [
        "Rows are about New lamps unless they say otherwise.",
        "Theft",
        "Theft, darkness",
        "Theft",
    ]
    assert heads(one, bare, one) == ["", "Theft, New lamps", "Theft", "Theft, New lamps"]


def test_it_stands_where_the_author_puts_it() -> None:
    text = Body((samples.heading(2, "Before"), EvidenceMark(), samples.heading(2, "After"), EvidenceMark(plot=True)))
    body = page(text=text)
    ids = {"before", "evidence", "after", "evidence-heading"}
    assert [e.get("id") for e in body.iter() if e.get("id") in ids] == ["before", "evidence", "after"]
    region = body.find(".//div[@id='evidence-table']")
    assert (
        words(body.find(f".//*[@id='{region.get('aria-labelledby')}']")) == "Evidence at a glance: findings by outcome"
    )


def test_hostile_words_stay_words() -> None:
    odd = Finding(id="a", outcome="<b>&x</b> مصابيح", studies=1, result=Result.FAVOURABLE, wording="><i>")
    (row,) = rows(page(evidence_base(odd)))
    assert words(row[0]) == "<b>&x</b> مصابيح"
    assert words(row[2]).endswith("‘><i>’")


# The verdict on the evidence as a whole


def judged(overall: Result | None, strength: Strength | None) -> EvidenceBase:
    """Evidence of which so much is known as a whole."""
    return EvidenceBase(Evidence(), (), strength, overall)


def verdict_tree(overall: Result | None, strength: Strength | None) -> etree._Element:
    """The verdict's elements."""
    return etree.fromstring(f"<p>{set_verdict(judged(overall, strength), ENGLISH, '#0f4c5c')}</p>")


@pytest.mark.parametrize(
    ("overall", "strength", "said"),
    [
        (Result.INCONCLUSIVE, "limited", "Inconclusive overall, evidence limited"),
        (Result.FAVOURABLE, "very-strong", "Favourable overall, evidence very strong"),
        (Result.NO_EFFECT, None, "No effect overall"),
        (None, "moderate", "Strength of the evidence: moderate."),
        (None, None, ""),
    ],
)
def test_a_verdict_is_result_and_strength(overall: Result | None, strength: Strength | None, said: str) -> None:
    assert words(verdict_tree(overall, strength)) == said


def test_the_mark_is_silent_beside_its_word() -> None:
    (mark,) = verdict_tree(Result.INCONCLUSIVE, "limited").iter("{http://www.w3.org/2000/svg}svg")
    assert "mark-inconclusive" in mark.get("class", "").split()
    assert (mark.get("aria-hidden"), mark.get("role")) == ("true", None)
    assert [part.get("class") for part in verdict_tree(Result.INCONCLUSIVE, "limited")] == ["overall", "strength"]


def test_a_briefing_without_evidence_has_no_verdict() -> None:
    assert set_verdict(None, ENGLISH, "#0f4c5c") == ""
    page = compose_briefing(samples.publication(evidence=None), LAYOUTS).chapter.body
    assert 'class="verdict"' not in page
    assert 'id="key-finding"' in page


def test_the_verdict_stands_between_the_label_of_the_key_finding_and_its_words() -> None:
    page = etree.fromstring(f"<body>{compose_briefing(samples.publication(), LAYOUTS).chapter.body}</body>")
    key = page.find(".//section[@id='key-finding']")
    assert key is not None
    assert [words(part)[:14] for part in key[:3]] == ["Key finding", "Inconclusive o", "Brighter stree"]
    assert words(key[1]) == "Inconclusive overall, evidence limited"


def test_a_verdict_that_nobody_has_given_is_not_made_up_from_the_findings() -> None:
    whole = samples.publication()
    assert whole.evidence is not None
    page = compose_briefing(replace(whole, evidence=replace(whole.evidence, overall=None, strength=None)), LAYOUTS)
    assert 'id="evidence' in page.chapter.body
    assert 'class="verdict"' not in page.chapter.body
