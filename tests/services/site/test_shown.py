"""Texts, packs and codes that the catalogue may tell of."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.load.folders import read_files
from pipeline.load.library import load_library
from pipeline.model.library import Library
from pipeline.model.source.versions import PreviousEdition
from pipeline.services.editions.status import CodedEdition, CurrentState, StateWord
from pipeline.services.site.catalogue import BuiltFacts, make_catalogue
from pipeline.services.site.values import Catalogue, Download, IssuedName
from tests.support.site_library import library, published
from tests.support.words import WORDBOOK

DAY = date(2024, 10, 1)
AS_TEXT = "formats: [text]\nfront: [cover, contents]\n"


def loaded(root: Path, **more: str) -> Library:
    return load_library(read_files(library(root / "library", **more)))[0]


def catalogue(made: Library, **built: object) -> Catalogue:
    return make_catalogue(made, BuiltFacts(**built), WORDBOOK, DAY)  # type: ignore[arg-type]


def edition(*texts: str, name: str = "Spring 2024") -> IssuedName:
    """An issued edition of the pack of nights that held some texts."""
    coded = CodedEdition("5ZK8DR", "Nights", name, DAY, CurrentState("superseded"))
    return IssuedName(name, DAY, "5ZK 8DR", "v/5zk8dr/index.html", "superseded", coded, frozenset(texts))


def test_a_pack_with_a_draft_is_not_shown(tmp_path: Path) -> None:
    """Its files would hold the draft whole."""
    made = loaded(tmp_path, **{"packs/mixed.yaml": f"title: Mixed\nbriefings: [foot-patrol, draft]\n{AS_TEXT}"})
    assert [pack.id for pack in catalogue(made).packs] == ["nights"]


def test_the_title_of_a_draft_is_not_told_by_what_it_is_to_replace(tmp_path: Path) -> None:
    old = published("Old way", status="superseded", superseded_by="draft")
    pack = f"title: Mixed\nbriefings: [foot-patrol, gone]\n{AS_TEXT}"
    site = catalogue(loaded(tmp_path, **{"briefings/gone.md": old, "packs/mixed.yaml": pack}))
    assert "gone" not in site.by_id
    assert [pack.id for pack in site.packs] == ["nights"]


def test_an_edition_is_not_told_where_its_status_page_would_name_a_hidden_text(tmp_path: Path) -> None:
    old = published("Undercover", status="superseded", superseded_by="zulu")
    made = loaded(tmp_path, **{"briefings/undercover.md": old})
    for texts, told in ((("foot-patrol",), 1), (("foot-patrol", "undercover"), 0), (("foot-patrol", "lost"), 0)):
        (pack,) = catalogue(made, issued={"packs/nights": (edition(*texts),)}).packs
        assert len(pack.editions) == told


def test_a_pack_that_tells_changes_names_no_hidden_text(tmp_path: Path) -> None:
    nights = f"title: Nights\nbriefings: [foot-patrol, street-lighting]\n{AS_TEXT}back: [changes]\n"
    old = published("Undercover", status="superseded", superseded_by="zulu")
    made = loaded(tmp_path, **{"packs/nights.yaml": nights, "briefings/undercover.md": old})
    for gone, shown in (("old-text", 1), ("zulu", 0), ("undercover", 0), ("lost", 0)):
        held = (("foot-patrol", "1.0"), (gone, "1.0"))
        before = PreviousEdition("Spring 2024", DAY, held, tuple((name, name) for name, _ in held))
        assert len(catalogue(replace(made, issued={"nights": before})).packs) == shown


def test_files_that_not_anybody_may_pass_on_are_left_out(tmp_path: Path) -> None:
    closed = published("Street lighting", licence="{id: LicenseRef-own, name: All rights reserved}")
    files = {
        owner: (Download("text", f"{owner}/a.txt", f"{name}/a.txt", 9, 0),)
        for owner, name in (
            ("briefings/foot-patrol", "foot-patrol"),
            ("briefings/street-lighting", "street-lighting"),
            ("packs/nights", "nights"),
        )
    }
    open_to_all = catalogue(loaded(tmp_path / "open"), files=files)
    assert open_to_all.by_id["street-lighting"].files
    assert open_to_all.packs[0].files
    site = catalogue(loaded(tmp_path / "closed", **{"briefings/street-lighting.md": closed}), files=files)
    assert site.by_id["foot-patrol"].files
    assert not site.by_id["street-lighting"].files
    assert not site.packs[0].files


def test_an_edition_that_must_not_be_used_is_not_handed_out(tmp_path: Path) -> None:
    """Its files say nothing of what has become of a text in it since."""
    made = loaded(tmp_path)
    files = {"packs/nights": (Download("text", "", "nights/nights.txt", 9, 0),)}
    states: tuple[tuple[StateWord, int], ...] = (("superseded", 1), ("withdrawn", 0))
    for state, handed in states:
        one = replace(edition("foot-patrol", name="Autumn 2024"), state=state)
        (pack,) = catalogue(made, files=files, issued={"packs/nights": (one,)}).packs
        assert len(pack.files) == handed
