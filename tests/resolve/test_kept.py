"""Published texts do not change: differences, permitted changes, and inherited values."""

import pytest

from tests.support.resolve.kept_versions import FILES, SVG, loaded, published
from tests.support.resolve.library_parts import rule_remarks

FIRST = "12: … the paragraph 'Foot patrol can reduce crime in small places …' was changed to"


def kept_remarks(files: dict[str, str]) -> list[str]:
    """Remarks on differences: line and sentence."""
    remarks = rule_remarks(loaded(files))
    return [f"{remark.place.line}: {remark.sentence}" for remark in remarks if remark.code.startswith("kept-")]


def changed(path: str, old: str, new: str) -> dict[str, str]:
    """The library with its briefing published, and one file changed after that."""
    files = published(FILES)
    assert old in files[path]
    return files | {path: files[path].replace(old, new)}


def test_an_unchanged_text_has_no_differences() -> None:
    assert kept_remarks(published(FILES)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("crime\nin small places", "crime in\nsmall places"),
        (" <!-- really? -->", ""),
        ("status: published", "status: withdrawn\nwithdrawn_reason: It was never true."),
        ("status: published", "status: published\nowner: Team\nreview_by: 2025-01-01\nreviewed: 2024-01-01"),
        ("Ann Bell}]", "Ann}, {version: 1.0, date: 2024-01-01, kind: review-no-change, summary: S.}]"),
    ],
    ids=["lines", "comment", "status", "dates", "history"],
)
def test_unprinted_values_may_change(old: str, new: str) -> None:
    assert kept_remarks(changed("briefings/patrol/briefing.md", old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("can reduce", "reduces", f"{FIRST} 'Foot patrol reduces crime in small places [@hart2018].'"),
        ("## What officers", "It is cheap.\n\n## What officers", "15: … the paragraph 'It is cheap.' is new"),
        ("They like it. <!-- really? -->\n\n", "", "17: … the paragraph 'They like it.' is gone"),
        ("Two beats]", "Three beats]", "19: … the figure 'Two beats' was changed to 'Three beats'"),
        ("[@hart2018]", "[@hart2018, p 4]", f"{FIRST} '… crime in small places [@hart2018, 4].'"),
        ("summary: What", "summary: Whatever", "3: … 'summary' was changed"),
        ("force: northmoor", "force: southmoor", "8: … 'practice' was changed"),
    ],
    ids=["word", "new", "gone", "caption", "locator", "summary", "practice"],
)  # fmt: skip
def test_other_words_under_a_published_number_are_named(old: str, new: str, expected: str) -> None:
    lines = kept_remarks(changed("briefings/patrol/briefing.md", old, new))
    assert lines == [expected.replace("…", "Version 1.0 is published, and", 1) + "."]


LINKED = FILES | {
    "briefings/patrol/briefing.md": FILES["briefings/patrol/briefing.md"].replace(
        "They like it.", "They [like it](https://a.example/one), *much*."
    )
}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "https://a.example/one", "https://a.example/two",
            "a link in the paragraph 'They like it, much.' leads elsewhere: from 'https://a.example/one' to "
            "'https://a.example/two'",
        ),
        ("*much*", "**much**", "the paragraph 'They like it, much.' has the same words, and is set otherwise"),
        (
            'alt="Two beats beside each other"', 'alt="Two beats"',
            "the picture in the figure 'Two beats' is described otherwise: 'Two beats beside each other' became "
            "'Two beats'",
        ),
    ],
    ids=["link", "emphasis", "description"],
)  # fmt: skip
def test_changes_without_other_words_are_named(old: str, new: str, expected: str) -> None:
    files = published(LINKED)
    path = "briefings/patrol/briefing.md"
    (line,) = kept_remarks(files | {path: files[path].replace(old, new)})
    assert line.partition(": ")[2] == f"Version 1.0 is published, and {expected}."


def test_a_changed_picture_is_reported() -> None:
    lines = kept_remarks(changed("briefings/patrol/beats.svg", "h9", "v9"))
    assert lines == ["19: Version 1.0 is published, and the picture 'beats.svg' was changed."]


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        ("library.yaml", "Not all", "Nothing", "3: 'practice_caveat'"),
        ("library.yaml", "publisher: P", "publisher: Q", "2: 'publisher'"),
        ("references/works.yaml", "Beats", "On beats", "1: The work 'hart2018'"),
        ("glossary.yaml", "where an", "where the", "1: 'beat' in glossary.yaml"),
        ("organisations.yaml", "Northmoor", "Moor", "1: 'northmoor' in organisations.yaml"),
    ],
)
def test_a_changed_inherited_value_is_reported_once(path: str, old: str, new: str, what: str) -> None:
    assert kept_remarks(changed(path, old, new)) == [f"{what} differs from what 'patrol' 1.0 printed when published."]
    assert kept_remarks(changed("glossary.yaml", "a light", "light")) == []


PLAN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0v9"/></svg>'
FULLER = FILES | {
    "briefings/patrol/briefing.md": FILES["briefings/patrol/briefing.md"].replace(
        "glossary:", "authors: [Ann Bell]\nrelated: [lamps]\ntags: [places]\naudience: [officers]\nglossary:"
    ),
    "briefings/lamps.md": "---\ntitle: Lamps\nsummary: What light does.\n---\n\nLamps.\n",
    "tags.yaml": "places: {label: Places}\nofficers: {label: Officers}\n",
    "library.yaml": FILES["library.yaml"] + "method_note: We count. ![Key](key.svg){.decorative}\n",
    "key.svg": PLAN,
    "series/beats.yaml": "title: B\nlicence: {id: OGL, name: Open}\nbriefings: [patrol]\n",
}


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        ("briefings/lamps.md", "title: Lamps", "title: Street lamps", "2: The title of 'lamps'"),
        ("tags.yaml", "label: Places", "label: Small places", "1: 'places' in tags.yaml"),
        ("tags.yaml", "officers: {label: Officers}", "other: {label: X}", None),
        ("tags.yaml", "officers: {label: Officers}", "officers: {label: Staff}", "2: 'officers' in tags.yaml"),
        ("library.yaml", "title: T", "title: T\nshow_authors: true", "2: 'show_authors'"),
        ("library.yaml", "title: T", "title: T\nwords_per_minute: 90", "2: 'words_per_minute'"),
        ("library.yaml", "title: T", "title: T\nsubtitle: S", None),
        ("key.svg", "v9", "h9", "4: The picture 'key.svg' in 'method_note'"),
        ("glossary.yaml", "beat: {term: beat, meaning: where an officer walks}\n", "", "1: 'beat' in glossary.yaml"),
        ("organisations.yaml", "northmoor:", "southmoor:", "1: 'northmoor' in organisations.yaml"),
        ("series/beats.yaml", "name: Open", "name: Closed", "2: 'licence'"),
    ],
)
def test_all_that_a_text_takes_is_compared(path: str, old: str, new: str, what: str | None) -> None:
    files = published(FULLER)
    assert (kept_remarks(files), old in files[path]) == ([], True)
    lines = kept_remarks(files | {path: files[path].replace(old, new)})
    assert lines == ([f"{what} differs from what 'patrol' 1.0 printed when published."] if what else [])


def test_a_shared_caveat_names_all_that_print_it() -> None:
    files = dict(FILES)
    for number in range(1, 6):
        files |= {f"briefings/beat-{number}/briefing.md": FILES["briefings/patrol/briefing.md"]}
        files |= {f"briefings/beat-{number}/beats.svg": SVG}
    for number in range(1, 6):
        files = published(files, f"beat-{number}")
    files["library.yaml"] = files["library.yaml"].replace("Not all", "Nothing")
    (expected,) = kept_remarks(files)
    assert expected.endswith(
        "differs from what 'beat-1' 1.0, 'beat-2' 1.0, 'beat-3' 1.0 and 2 more printed when published."
    )


def test_a_file_that_was_changed_breaks_the_seal() -> None:
    files = published(FILES) | {"packs/p.yaml": "title: P\nbriefings: [patrol@1.0]\n"}
    assert list(loaded(files).kept) == ["patrol@1.0"]
    files["versions/patrol/1.0/glossary.yaml"] += "\n"
    library = loaded(files)
    assert (library.kept, library.kept_numbers) == ({}, {"patrol": ("1.0",)})
