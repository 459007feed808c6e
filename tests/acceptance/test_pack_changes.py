"""How two editions of a pack differ, or an edition and the pack as it is now: text by text, and word by word."""

from pathlib import Path

import pytest

from tests.support import libraries
from tests.support.editions.issued_library import library, new_version
from tests.support.editions.records import holding
from tests.support.project import Said
from tests.support.publishing import publish, rewrite, text

LAMPS, PACK = "briefings/lamps.md", "packs/nights.yaml"


def record(project: Path, number: int, edition: str, **versions: str) -> None:
    """Write the record of an edition that held these briefings: how it is issued is tried elsewhere."""
    held = {name.replace("_", "-"): version for name, version in versions.items()}
    made = holding("nights", number, edition, held)
    path = project / made.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.content)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack of two editions, in which one text was changed twice, one came, and one went."""
    root = tmp_path_factory.mktemp("compared")
    project = library(root / "library", **{LAMPS: text().replace("title: Foot patrol", "title: Lamps")})
    assert publish(project, name="lamps").code == 0
    record(project, 1, "Autumn 2023", foot_patrol="1.0", walks="1.0")
    new_version(project, "1.1", "A finding is put more carefully", "substantive", ("can reduce", "may reduce"))
    rewrite(project, PACK, ("[foot-patrol]", "[foot-patrol, lamps]"))
    record(project, 2, "Spring 2024", foot_patrol="1.1", lamps="1.0")
    new_version(project, "1.2", "The number of officers", "correction", ("Two officers", "Three officers"))
    return project


def changes(project: Path, *arguments: str) -> Said:
    """The words of the verb."""
    return libraries.here(project, "changes", *arguments, "--date", libraries.DATE)


def test_an_edition_is_compared_with_the_pack_as_it_is_now(project: Path) -> None:
    """With the author's reasons; a text that is gone by the title that it had."""
    said = changes(project, "nights@Autumn 2023")
    assert said.code == 0, said
    assert said.out.splitlines() == [
        "From nights@Autumn 2023 to nights, of 3 texts: 1 changed, 1 new, 1 gone.",
        "",
        "Foot patrol (foot-patrol), 1.0 became 1.2: 2 changes; 2 of 62 words are new, 2 words were removed.",
        "  Reason: A finding is put more carefully",
        "  Reason: The number of officers",
        "  … Foot patrol [was: can; now: may] reduce crime in small …",
        "  [was: Two; now: Three] officers walk the market …",
        "",
        "Lamps (lamps), 1.0: new.",
        "",
        "Walks (walks), 1.0: gone.",
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            ("nights@Winter 2024",),
            "There is no edition 'Winter 2024' of 'nights'. Did you mean 'Spring 2024'? Issued were 'Autumn",
        ),
        (("nights@1", "foot-patrol"), "Two editions of one pack are compared: name the same pack twice."),
        (("nights@1", "--pdf"), "Marked copies are made of briefings: name one of them with its versions."),
    ],
)
def test_what_cannot_be_compared_is_told(project: Path, asked: tuple[str, ...], told: str) -> None:
    said = changes(project, *asked)
    assert said.code == 2
    assert told in said.err


def test_words_that_changed_under_the_same_number_are_told(project: Path, tmp_path: Path) -> None:
    """A pack of texts that are not pinned prints what they say now."""
    libraries.copied(project, tmp_path / "copy")
    record(tmp_path / "copy", 3, "Summer 2024", foot_patrol="1.2", lamps="1.0")
    rewrite(tmp_path / "copy", LAMPS, ("can reduce crime", "does reduce crime"))
    said = changes(tmp_path / "copy", "nights@Summer 2024")
    assert said.out.startswith("From nights@Summer 2024 to nights, of 2 texts: 1 changed, 1 the same.\n")
    assert "Lamps (lamps), 1.0, changed under its number: 1 change; 1 of 61 words is new," in said.out


@pytest.mark.proof
def test_a_pack_says_how_much_of_a_text_has_changed(project: Path, tmp_path: Path) -> None:
    """Beside the author's reason; of a text whose older version nobody kept there is no measure."""
    libraries.copied(project, tmp_path / "copy")
    packed = (tmp_path / "copy/source" / PACK).read_text("utf-8")
    (tmp_path / "copy/source" / PACK).write_text(packed + "back: [changes]\n", "utf-8")
    (tmp_path / "copy/source/editions/nights/002-spring-2024.json").unlink()
    said = libraries.here(tmp_path / "copy", "build", "nights", "--jobs", "1", "--date", libraries.DATE)
    assert said.code == 0, said
    told = (tmp_path / "copy/output/packs/nights/nights.txt").read_text("utf-8")
    assert "2 of its 62 words are new; 2 words were removed." in " ".join(told.split())


def test_an_edition_of_a_pack_that_is_gone_is_compared_with_another(project: Path, tmp_path: Path) -> None:
    """With the pack itself it cannot be."""
    libraries.copied(project, tmp_path / "copy")
    (tmp_path / "copy/source" / PACK).rename(tmp_path / "copy/source/packs/days.yaml")
    said = changes(tmp_path / "copy", "nights@1")
    assert (said.code, said.err) == (2, "briefings: There is no pack 'nights' any more: name two editions of it.\n")
    assert changes(tmp_path / "copy", "nights@1", "nights@2").code == 0
    told = libraries.here(tmp_path / "copy", "check", "--date", libraries.DATE).out
    assert "edition-without-pack: Editions of 'nights' were issued, but its pack is missing." in told
