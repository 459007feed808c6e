"""What a kept version holds: every file that its texts name."""

from pipeline.core.diagnostics import errors
from pipeline.load.library import load_library
from tests.support.resolve.kept_versions import FILES, SVG, loaded, published

KEPT = "versions/patrol/1.0"
BRIEFING = "briefings/patrol/briefing.md"


def held(files: dict[str, str]) -> list[str]:
    """The files in the folder of the kept version."""
    return [path.removeprefix(f"{KEPT}/") for path in published(files) if path.startswith(KEPT)]


def faults(files: dict[str, str]) -> list[str]:
    """The mistakes in the kept version, read as a library of its own."""
    kept = {path.replace(KEPT, "source"): text.encode() for path, text in published(files).items() if KEPT in path}
    del kept["source/kept.json"]
    return [str(remark) for remark in errors(load_library(kept)[1])]


def test_of_two_equal_pictures_both_are_kept() -> None:
    again = FILES[BRIEFING] + '\n![The same](again.svg){#fig-again alt="The same again"}\n'
    files = FILES | {BRIEFING: again, "briefings/patrol/again.svg": SVG}
    assert {"briefings/patrol/again.svg", "briefings/patrol/beats.svg"} <= set(held(files))
    assert faults(files) == []


def test_a_picture_above_the_text_is_kept_at_its_place() -> None:
    """The path that the text has leads to it in the kept version as in the library."""
    above = FILES[BRIEFING] + '\n![Above](../../images/far.svg){alt="Above"} ![Top](/top.svg){alt="Top"}\n'
    files = FILES | {BRIEFING: above, "images/far.svg": SVG, "top.svg": SVG}
    assert {"images/far.svg", "top.svg"} <= set(held(files))
    assert faults(files) == []


def test_pictures_that_only_a_record_or_an_unused_note_names_are_kept() -> None:
    record = "figures: [{id: plan, file: plan.svg}]\nglossary:"
    series = "title: B\npractice_caveat: Not all. ![Key](key.svg){.decorative}\nbriefings: [patrol]\n"
    files = FILES | {
        BRIEFING: FILES[BRIEFING].replace("glossary:", record),
        "briefings/patrol/plan.svg": SVG,
        "series/b.yaml": series,
        "series/key.svg": SVG,
        "library.yaml": FILES["library.yaml"].replace("evaluated.", "evaluated ![Key](sign.svg){.decorative}."),
        "sign.svg": SVG,
    }
    assert faults(files) == []
    assert {"briefings/patrol/plan.svg", "series/key.svg", "sign.svg"} <= set(held(files))
    assert list(loaded(published(files)).kept) == ["patrol@1.0"]
