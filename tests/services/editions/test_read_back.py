"""A version is read again before it is put into place, and refused where it would say something else."""

import json

import pytest

from pipeline.core.digests import sha256
from pipeline.load.library import load_library
from pipeline.model.source.versions import Overridden
from pipeline.resolve.reading import view_briefings
from pipeline.services.editions.publish import read_back, version_files
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published
from tests.support.resolve.library_parts import rule_remarks

BRIEFING = "briefings/patrol/briefing.md"


def read_again(*changes: tuple[str, str, str], files: dict[str, str] = FILES) -> list[str]:
    """What is said of the version to be kept, where its files were changed on the way and sealed as they came out."""
    whole = {f"source/{path}": text.encode() for path, text in files.items()}
    reading = view_briefings(load_library(whole)[0], DAY)["patrol"]
    made = dict(version_files(reading, whole, DAY))
    record = json.loads(made["kept.json"])
    for path, old, new in changes:
        assert old.encode() in made[path]
        made[path] = made[path].replace(old.encode(), new.encode())
        record["files"][path] = sha256(made[path])
    made["kept.json"] = json.dumps(record).encode()
    return [f"{one.code}: {one.sentence}" for one in read_back(reading, made)]


def test_what_is_kept_as_it_was_published_is_not_remarked_on() -> None:
    assert read_again() == []


@pytest.mark.parametrize(
    ("path", "old", "new", "what"),
    [
        (
            BRIEFING,
            "can reduce",
            "reduces",
            "the paragraph 'Foot patrol reduces crime in small places [@hart2018].' was",
        ),
        ("library.yaml", "Not all", "Nothing", "'practice_caveat'."),
        ("references/cited.json", "Beats", "Walks", "The work 'hart2018'."),
        ("glossary.yaml", "where an officer walks", "a walk", "'beat' in glossary.yaml."),
        ("organisations.yaml", "Northmoor Police", "Moor Police", "'northmoor' in organisations.yaml."),
    ],
)
def test_what_would_say_something_else_is_refused(path: str, old: str, new: str, what: str) -> None:
    (only,) = read_again((path, old, new))
    assert only.startswith(f"publish-lost: The files to publish 'patrol' do not match its source: {what}")


def test_what_could_not_be_read_again_is_refused() -> None:
    (only,) = read_again(("library.yaml", "publisher: P", "publisher: [P"))
    assert "Version 1.0 of 'patrol' can no longer be read: " in only


def test_a_mistake_in_what_is_kept_is_told() -> None:
    """A picture that its text names was left out: nothing would stand in its place but a gap."""
    files = published(FILES)
    record = json.loads(files["versions/patrol/1.0/kept.json"])
    del record["files"]["briefings/patrol/beats.svg"]
    files["versions/patrol/1.0/kept.json"] = json.dumps(record)
    (only,) = (
        one for one in load_library({f"source/{p}": t.encode() for p, t in files.items()})[1] if "kept" in one.code
    )
    assert only.sentence.startswith("Version 1.0 of 'patrol' can no longer be read: ")
    assert "beats.svg" in only.sentence
    assert loaded(files).kept == {}


def test_a_mistake_that_was_overridden_is_part_of_what_is_kept() -> None:
    text = FILES[BRIEFING].replace('alt="Two beats beside each other"', "")
    files = {f"source/{path}": content.encode() for path, content in (FILES | {BRIEFING: text}).items()}
    reading = view_briefings(load_library(files)[0], DAY)["patrol"]
    (code,) = {one.code for one in load_library(files)[1] if one.severity == "error"}
    done = version_files(reading, files, DAY, (Overridden(code=code, reason="Trial"),))
    assert list(read_back(reading, done)) == []
    kept = {f"source/versions/patrol/1.0/{path}": content for path, content in done.items()}
    library, remarks = load_library(files | kept)
    assert list(library.kept) == ["patrol@1.0"]
    assert [one for one in (*remarks, *rule_remarks(library)) if one.code.startswith("kept-")] == []


def test_the_commands_of_the_library_are_kept_with_its_texts() -> None:
    macros = "maths:\n  macros:\n    RR: \\mathbb{R}\n"
    files = FILES | {"library.yaml": FILES["library.yaml"] + macros, BRIEFING: FILES[BRIEFING] + "\nOn $\\RR$.\n"}
    assert read_again(files=files) == []
    assert read_again(("library.yaml", "mathbb{R}", "mathbf{R}"), files=files) != []
