"""The printer's profile: what `library.yaml` names is there, within `source/`, and of a press with four inks."""

import pytest

from pipeline.load.library import load_library
from pipeline.load.pictures.picture import profile_fault
from pipeline.model.library import Library
from tests.support.bind.profiles import toy_profile

HEAD = b"title: Evidence briefings\npublisher: Northmoor Institute\n"


def loaded(name: str, files: dict[str, bytes]) -> tuple[Library, list[str]]:
    """The library with its profile named so, and what is told of it."""
    imprint = {"source/library.yaml": HEAD + f"print: {{profile: {name}}}\n".encode()}
    library, remarks = load_library(imprint | files)
    return library, [f"{remark.place} {remark.code} {remark.hint}" for remark in remarks]


def test_a_profile_is_part_of_the_library() -> None:
    for path in ("press.icc", "profiles/press.ICC", "print/paper.icm"):
        library, told = loaded(path, {f"source/{path}": toy_profile()})
        assert told == []
        assert library.profile
        assert (library.profile.path, library.profile.content) == (f"source/{path}", toy_profile())


@pytest.mark.parametrize("name", ["../press.icc", "/etc/press.icc", "a/../../press.icc"])
def test_nothing_outside_the_source_is_read(name: str) -> None:
    library, told = loaded(name, {"press.icc": toy_profile()})
    assert library.profile is None
    assert [line.split()[1] for line in told] == ["profile-unfit"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not an ICC profile"),
        (bytes(500), "it is not an ICC profile"),
        (toy_profile()[:20000], "it is damaged"),
        (toy_profile(kind=b"mntr"), "it describes a screen, not a printing press"),
        (toy_profile(kind=b"scnr"), "it describes a scanner or camera, not a printing press"),
        (toy_profile(space=b"CMY "), "its inks are CMY, not CMYK"),
    ],
)
def test_only_the_profile_of_a_press_will_do(content: bytes, reason: str) -> None:
    assert profile_fault(content) == reason
