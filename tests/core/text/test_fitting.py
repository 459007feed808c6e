"""Running lines keep to their places."""

from datetime import date

import pytest

from pipeline.bind.running_lines import running_lines
from pipeline.core.text.wrapping import estimate_width, shorten_to_width
from pipeline.model.formats import BY_STAMPS, StampSheet
from pipeline.model.sheets import Identity
from tests.support.words import ENGLISH

ROOM = BY_STAMPS["usual"].stamp_space
LONG = "A title that goes on and on until it cannot stand in the running header of any page"


def test_what_fits_is_left_alone() -> None:
    assert shorten_to_width("Police-led interventions", ROOM.title) == "Police-led interventions"


def test_what_does_not_fit_ends_at_a_word_with_an_ellipsis() -> None:
    cut = shorten_to_width(LONG, ROOM.title)
    assert cut.endswith("…")
    assert LONG.startswith(cut[:-1])
    assert LONG[len(cut) - 1] == " "
    assert estimate_width(cut) <= ROOM.title


@pytest.mark.parametrize("sheet", BY_STAMPS)
@pytest.mark.parametrize("letters", ["street-lighting-", "m"], ids=["common", "wide"])
@pytest.mark.parametrize("pack", [None, Identity("p", "Nights", "Nights", "", ENGLISH, edition="Autumn 2026")])
def test_however_long_an_id_is_the_version_stands(sheet: StampSheet, letters: str, pack: Identity | None) -> None:
    named = Identity((letters * 150)[:150], "X", "X", "12.10", ENGLISH)
    (foot,) = (line.text for line in running_lines(named, date(2026, 1, 2), "3", pack, sheet) if line.slot == "foot-id")
    shown, _, rest = foot.partition("… · ")
    assert rest == "Version 12.10" + (" · Autumn\u00a02026" if pack else "")
    assert len(shown) >= (10 if letters == "m" else 16)
    assert named.id.startswith(shown)
    space = BY_STAMPS[sheet].stamp_space
    assert estimate_width(foot, space.size) <= space.foot


def test_id_version_and_edition_stay_whole_in_a_pack_with_a_long_title() -> None:
    pack = Identity(
        "pack", LONG * 2, LONG * 2, "", ENGLISH, edition="Autumn 2026", statuses=("SAMPLE", f"SUPERSEDED BY {LONG}")
    )
    lines = {
        line.slot: line.text
        for line in running_lines(Identity("x", "X", "X", "1.10", ENGLISH), date(2026, 1, 2), "3", pack)
    }
    assert lines["foot-id"].startswith("x · Version 1.10 · A title")
    assert lines["foot-id"].endswith("…, Autumn\u00a02026")
    assert estimate_width(lines["foot-id"]) <= ROOM.foot
    assert lines["status"] == "SAMPLE · SUPERSEDED BY A title that goes on…"
    assert estimate_width(lines["status"], 11) <= ROOM.status


def test_a_word_is_cut_only_where_little_would_be_left_without_it() -> None:
    assert shorten_to_width("Drug crimes", 55, 12) == "Drug…"
    assert shorten_to_width("Of counterterrorism", 80, 12) == "Of counterte…"
