"""Rules on findings, areas of outcome and practice examples."""

import pytest

from pipeline.model.body import plain_text
from pipeline.model.publication import PackPublication
from pipeline.model.source.library_file import Organisation
from tests.support.resolve.kept_versions import FILES, loaded, published
from tests.support.resolve.library_parts import (
    briefing,
    codes,
    imprint,
    publication,
    resolved,
    rule_remarks,
    series,
    work,
)

FINDINGS = "evidence:\n  base: {source: egg, type: review}\n  findings:\n"
MET = {"met": Organisation(name="Metropolitan Police Service", type="force")}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{id: f, outcome: All outcomes, result: mixed}", "finding-total"),
        ("{id: f, outcome: Use, result: no-studies}", "finding-studies"),
        ("{id: f, outcome: Use, result: mixed, studies: 0}", "finding-studies"),
        ("{id: f, outcome: Use, result: mixed, section: nowhere}", "section-unknown"),
    ],
)
def test_a_finding_that_does_not_hold(line: str, code: str) -> None:
    assert codes(briefing(f"{FINDINGS}    - {line}\n", "## Use {#use}\n"), work("egg")) == [code]


def test_findings_that_hold() -> None:
    lines = """\
    - {id: a, outcome: Harms, result: mixed, studies: 3, section: use, split: [{studies: 1, result: favourable},
       {studies: 2, result: unfavourable}]}
    - {id: b, outcome: Arrest, result: no-studies, studies: 0}
    - {id: c, outcome: Total abstinence, result: mixed}
"""
    assert codes(briefing(FINDINGS + lines, "## Use {#use}\n"), work("egg")) == []


def test_the_method_note_is_inherited() -> None:
    own_note, of_series = "evidence: {method_note: Own}\n", series("method_note: Series\nbriefings: [foot-patrol]\n")
    house = imprint("method_note: House\n")
    notes = [
        plain_text(publication(*things).method_note)
        for things in ((briefing(own_note), of_series, house), (briefing(), of_series, house), (briefing(), house))
    ]
    assert notes == ["Own", "Series", "House"]


EXAMPLE = "practice:\n  - {id: orochi, name: Operation Orochi, force: met}\n"
BOX = "::: {.practice ref=orochi}\nWhat was done.\n:::\n"


def test_an_example_takes_its_caveat_and_the_name_of_its_force() -> None:
    caveat = series("practice_caveat: Not all evaluated\nbriefings: [foot-patrol]\n")
    text = publication(briefing(EXAMPLE, BOX), caveat, organisations=MET)
    (example,) = text.practice
    assert (plain_text(example.caveat), example.force) == ("Not all evaluated", "Metropolitan Police Service")
    assert plain_text(text.body) == "What was done."
    assert example.label == "force"


@pytest.mark.parametrize(
    ("front", "code"),
    [
        (EXAMPLE + EXAMPLE.splitlines()[1] + "\n", "record-twice"),
        (EXAMPLE.replace("met}", "met, section: nowhere}"), "section-unknown"),
        (EXAMPLE.replace("met}", "mett}"), "entry-unknown"),
    ],
)
def test_an_example_that_does_not_hold(front: str, code: str) -> None:
    assert codes(briefing(front, BOX), imprint("practice_caveat: C\n"), organisations=MET) == [code]


BRIEFING = "briefings/patrol/briefing.md"
LABELS = {"crime": "Crime", "fear": "Fear", "harm": "Harm", "cost": "Cost", "health": "Health"}


def tags(*ids: str) -> str:
    """`tags.yaml` with these areas."""
    return "beat: {label: Beat}\nareas:\n" + "".join(f"  - {{id: {area}, label: {LABELS[area]}}}\n" for area in ids)


def with_area(area: str = "", text: str = FILES[BRIEFING]) -> str:
    """The briefing with a finding, in an area or in none."""
    ending = f", area: {area}" if area else ""
    finding = f"{{id: burglary, outcome: Burglary, result: mixed{ending}}}"
    return text.replace("glossary:", f"evidence: {{findings: [{finding}]}}\nglossary:")


FOUR = FILES | {"tags.yaml": tags("crime", "fear", "harm", "cost"), BRIEFING: with_area("harm")}


def area_remarks(files: dict[str, str]) -> list[str]:
    """Remarks on areas: file, line, code and hint."""
    remarks = rule_remarks(loaded(files))
    return [
        f"{remark.place.path.rpartition('/')[2]}:{remark.place.line} {remark.code} {remark.hint}"
        for remark in remarks
        if remark.code.startswith("area")
    ]


def bind_pack(files: dict[str, str], pin: str = "patrol") -> PackPublication:
    """A pack of the briefing."""
    library = loaded(files | {"packs/p.yaml": f"title: P\nbriefings: [{pin}]\n"})
    (pack,) = resolved(library, "p").packs
    return pack


def test_a_map_has_six_columns() -> None:
    more = "".join(f"  - {{id: {area}, label: {area.upper()}}}\n" for area in ("a", "b", "c"))
    files = FOUR | {"tags.yaml": FOUR["tags.yaml"] + more, BRIEFING: with_area("c")}
    (line,) = area_remarks(files)
    assert line.startswith("tags.yaml:9 areas-many")
    pack = bind_pack(files)
    assert [area.id for area in pack.areas] == ["crime", "fear", "harm", "cost", "a", "b"]
    assert pack.area_of == {}


def test_a_pack_knows_the_area_of_each_finding() -> None:
    assert bind_pack(FOUR).area_of == {"patrol#burglary": "harm"}


def test_a_kept_version_takes_its_areas_from_today() -> None:
    kept = published(FOUR | {BRIEFING: with_area()})
    now = kept | {BRIEFING: with_area("crime")}
    assert bind_pack(now, "patrol@1.0").area_of == {"patrol#burglary": "crime"}
    assert bind_pack(published(FOUR), "patrol@1.0").area_of == {"patrol#burglary": "harm"}


def test_an_area_is_no_change_to_a_published_text() -> None:
    before, after = published(FOUR | {BRIEFING: with_area()}), published(FOUR)
    assert [path for path in before if path.endswith("words.json") and before[path] != after[path]] == []
    remarks = rule_remarks(loaded(before | {BRIEFING: with_area("crime")}))
    assert [remark.code for remark in remarks if remark.code.startswith("kept-")] == []


def test_a_kept_version_holds_the_areas_that_its_findings_name() -> None:
    kept = "versions/patrol/1.0/tags.yaml"
    assert "areas:" in published(FOUR)[kept]
    assert kept not in published(FOUR | {BRIEFING: with_area()})
