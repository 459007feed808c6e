"""Running lines: what each page says of where it belongs."""

from dataclasses import replace

from pipeline.bind.running_lines import lines_on_cover, produced_line, running_lines
from pipeline.model.formats import StampSheet
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases
from tests.support.bind.sheets import DAY, LIGHTING, PACK
from tests.support.words import ENGLISH


def lines(
    identity: Identity = LIGHTING, pack: Identity | None = None, sheet: StampSheet = "usual", folio: str = "1"
) -> dict[str, str]:
    """The lines of a page by place."""
    return {line.slot: line.text for line in running_lines(identity, DAY, folio, pack, sheet)}


def test_a_briefing_s_page_says_date_title_status_id_and_number() -> None:
    assert lines(folio="Page 1 of 3") == {
        "head-date": "26/04/2024",
        "head-title": "Street lighting",
        "status": "SAMPLE · DRAFT",
        "foot-id": "lighting · Version 1.0",
        "folio": "Page 1 of 3",
    }


def test_in_a_pack_a_page_says_the_pack_s_edition_and_marking_too() -> None:
    assert lines(pack=PACK, folio="Page 1 of 3") == {
        "marking-top": "OFFICIAL-SENSITIVE",
        "head-date": "26/04/2024",
        "head-title": "Street lighting",
        "status": "SAMPLE · DRAFT",
        "foot-id": "lighting · Version 1.0 · Safer streets, Autumn\u00a02026",
        "folio": "Page 1 of 3",
        "marking-bottom": "OFFICIAL-SENSITIVE",
    }


def test_where_the_foot_has_no_room_for_the_pack_the_head_says_it() -> None:
    named = replace(LIGHTING, id="street-lighting-at-night", statuses=())
    texts = lines(named, PACK, "booklet")
    assert texts["foot-id"] == "street-lighting-at-night · Version 1.0 · Autumn\u00a02026"
    assert texts["head-title"] == f"{PACK.title} · {LIGHTING.short_title or LIGHTING.title}"
    full = replace(named, short_title="What lamps do to crime and to how safe people feel")
    assert lines(full, PACK, "booklet")["head-title"].startswith("What lamps do to crime")


def test_a_long_id_is_cut_and_never_version_or_edition() -> None:
    named = replace(LIGHTING, id="street-lighting-and-other-measures-in-residential-areas-of-towns-and-cities")
    pack = replace(PACK, edition="Autumn 2026, second printing")
    foot = lines(named, pack)["foot-id"]
    assert foot.startswith("street-lighting-and-other-")
    assert foot.endswith("… · Version 1.0 · Autumn\u00a02026,\u00a0second\u00a0printing")
    own_page = replace(pack, id=named.id)
    assert lines(own_page, own_page)["foot-id"].endswith("… · Autumn 2026, second printing")


def test_the_pack_s_own_pages_name_the_pack_once() -> None:
    texts = lines(PACK, PACK)
    assert (texts["foot-id"], texts["folio"]) == ("streets · Autumn 2026", "1")


def test_a_page_without_a_version_or_status_says_less() -> None:
    plain = replace(LIGHTING, version="", statuses=())
    assert lines(plain).keys() == {"head-date", "head-title", "foot-id", "folio"}


def test_every_status_is_said_in_full() -> None:
    newer = "SUPERSEDED BY Measures for safer streets in towns"

    def status_line(*statuses: str) -> str:
        return lines(replace(LIGHTING, statuses=statuses))["status"]

    assert status_line("SUPERSEDED BY Alley gates") == "SUPERSEDED BY Alley gates"
    assert status_line("DRAFT", "SUPERSEDED BY Walks in the market") == "DRAFT · SUPERSEDED BY Walks in the market"
    assert status_line(newer) == "SUPERSEDED BY Measures for safer streets in…"
    assert status_line("SAMPLE OF THE INSTITUTE", newer) == "SAMPLE OF THE INSTITUTE · SUPERSEDED"


def test_lines_of_a_text_in_arabic_are_on_the_other_side() -> None:
    arabic = replace(LIGHTING, language="ar")
    assert {line.rtl for line in running_lines(arabic, DAY, "1")} == {True}
    assert {line.rtl for line in running_lines(LIGHTING, DAY, "1")} == {False}
    assert produced_line(replace(ENGLISH, language="ar"), DAY).rtl


def test_a_status_stands_once_on_a_page_in_the_words_of_the_pack() -> None:
    words = {**ENGLISH.phrases, "draft": ("DRAFFT",), "superseded-by": ("DISODLWYD GAN {title}",)}
    welsh = Phrases("cy", words)
    briefing = replace(LIGHTING, words=welsh, statuses=("DRAFFT", "DISODLWYD GAN Tai"))
    pack = replace(LIGHTING, id="pack", statuses=("DRAFT",))
    assert lines(briefing, pack)["status"] == "DRAFT · SUPERSEDED BY Tai"


CODED = replace(LIGHTING, code="5ZK8D-R00YC")
WHOLE = replace(PACK, code="WWKM3-C07X7")


def test_every_page_bears_one_code() -> None:
    assert lines(CODED)["code"] == "Code 5ZK8D-R00YC"
    in_pack = running_lines(CODED, DAY, "1", WHOLE)
    assert [line.text for line in in_pack if "Code" in line.text] == ["Code WWKM3-C07X7"]
    assert "code" in {line.slot for line in lines_on_cover(in_pack)}
    assert "code" not in lines(CODED, PACK)


def test_a_long_marking_makes_room_for_the_code() -> None:
    marked = replace(WHOLE, marking="OFFICIAL-SENSITIVE – RECIPIENTS ONLY – OPERATIONAL – For police use, and training")
    for code in ("WWKM3-C07X7", "WWMMW-MWMWM"):
        texts = lines(CODED, replace(marked, code=code))
        assert "marking-bottom" not in texts
        assert texts["marking-top"] == marked.marking
        assert texts["marking-beside"] == marked.marking
    assert lines(CODED, WHOLE)["marking-bottom"] == PACK.marking
