"""Areas of outcome in findings, in the list and in packs."""

from pipeline.model.publication import PackPublication
from tests.support.resolve.kept_versions import FILES, loaded, published
from tests.support.resolve.library_parts import resolved, rule_remarks

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
