"""Reviews that fall due: of which texts, on which day, and whom each concerns."""

from datetime import date

from pipeline.model.due import DueReview
from pipeline.services.editions.due import due_reviews
from tests.support.resolve.kept_versions import FILES, loaded, published

PATROL = "briefings/patrol/briefing.md"
COLLEGES = "\n".join(
    f"{name}: {{name: {name.capitalize()} College, type: force-learning-unit}}" for name in ("north", "south", "west")
)
BASE = FILES | {
    PATROL: FILES[PATROL].replace("version: 1.0\nfirst", "review_by: 2027-03-01\nowner: Team B\nversion: 1.0\nfirst"),
    "briefings/lamps.md": "---\ntitle: Lamps\nsummary: Light.\nreview_by: 2026-12-01\nowner: Team B\n---\n\nText.\n",
    "briefings/bikes.md": "---\ntitle: Bikes\nsummary: Locks.\nreview_by: 2026-01-01\n---\n\nText.\n",
    "briefings/dogs.md": "---\ntitle: Dogs\nsummary: Noses.\nreview_by: 2027-05-01\nowner: team A\n---\n\nText.\n",
    "briefings/horses.md": "---\ntitle: Horses\nsummary: Never due.\n---\n\nText.\n",
    "colleges.yaml": f"{COLLEGES}\n",
}
NIGHTS = {"packs/nights.yaml": "title: Nights\nbriefings: [patrol, lamps]\nrecipients: [south, north]\n"}
PINNED = {"packs/days.yaml": "title: Days\nbriefings: [patrol@1.0]\nrecipients: [west]\n"}
LATER = {
    PATROL: BASE[PATROL]
    .replace("version: 1.0\nfirst", "version: 2.0\nfirst")
    .replace("2027-03-01", "2028-03-01")
    .replace("Team B", "Team C")
}


def due(files: dict[str, str], today: str = "2026-02-01") -> dict[str, DueReview]:
    """The reviews of a library by the id of the text, behind it the number of a kept version."""
    found = due_reviews(loaded(files), date.fromisoformat(today))
    return {f"{one.id}@{one.version}" if one.kept else one.id: one for one in found}


def test_reviews_go_by_owner_and_day() -> None:
    """In small letters or capitals; texts of nobody come last, and a text without a day is never due."""
    assert [(one.owner, str(one.day)) for one in due(BASE).values()] == [
        ("team A", "2027-05-01"),
        ("Team B", "2026-12-01"),
        ("Team B", "2027-03-01"),
        ("", "2026-01-01"),
    ]


def test_a_house_that_sets_months_has_a_day_for_every_dated_text() -> None:
    house = BASE | {"library.yaml": FILES["library.yaml"] + "review_months: 24\n"}
    dated = BASE["briefings/horses.md"].replace("title", "first_published: 2025-02-28\ntitle", 1)
    assert str(due(house | {"briefings/horses.md": dated})["horses"].day) == "2027-02-28"


def test_what_does_not_hold_any_more_is_not_reviewed() -> None:
    withdrawn = BASE[PATROL].replace("status: published", "status: withdrawn\nwithdrawn_reason: Wrong.")
    page = {"handbook/start.md": "---\ntitle: Start\n---\n\nText.\n"}
    assert "patrol" not in due(BASE | {PATROL: withdrawn} | page)
    assert "handbook-start" not in due(BASE | page)
    assert "patrol@1.0" not in due(
        published(BASE) | PINNED | {PATROL: withdrawn.replace("version: 1.0\nfirst", "version: 2.0\nfirst")}
    )


def test_packs_and_colleges_of_a_text_are_told() -> None:
    found = due(BASE | NIGHTS)["patrol"]
    assert found.packs == (("nights", "Nights"),)
    assert found.colleges == (("north", "North College"), ("south", "South College"))
    assert due(BASE)["patrol"].colleges == ()
    to_all = {"packs/nights.yaml": "title: Nights\nbriefings: [patrol]\n"}
    assert [name for name, _ in due(BASE | to_all)["patrol"].colleges] == ["north", "south", "west"]


def test_a_kept_version_in_a_pack_falls_due_by_itself() -> None:
    """On the day that it was kept with; whoever answers for the text now answers for it."""
    found = due(published(BASE) | NIGHTS | PINNED | LATER)
    kept, present = found["patrol@1.0"], found["patrol"]
    assert (kept.owner, str(kept.day), kept.packs) == ("Team C", "2027-03-01", (("days", "Days"),))
    assert (present.version, str(present.day), present.packs) == ("2.0", "2028-03-01", (("nights", "Nights"),))
    assert kept.uid != present.uid


def test_an_entry_of_a_calendar_has_a_name_that_stays() -> None:
    """Whatever the day and the title; under the host of the library, or one that nobody has."""
    moved = {PATROL: BASE[PATROL].replace("2027-03-01", "2029-03-01").replace("Foot patrol", "Walks")}
    assert due(BASE)["patrol"].uid == due(BASE | moved)["patrol"].uid == "review-patrol@p.invalid"
    online = {"library.yaml": FILES["library.yaml"] + "address: https://briefings.example/of\n"}
    assert due(BASE | online)["patrol"].uid == "review-patrol@briefings.example"
