"""Areas of outcome in the file of tags."""

from pipeline.load.library import load_library
from pipeline.model.library import Library

AREAS = "areas:\n  - {id: harm, label: Harm and violence}\n  - {id: crime, label: Crime}\n"


def read(tags: str) -> tuple[Library, list[str]]:
    """The library of this `tags.yaml`, and what was said of it."""
    files = {"source/library.yaml": "title: L\npublisher: P\n", "source/tags.yaml": tags}
    library, remarks = load_library({path: text.encode() for path, text in files.items()})
    return library, [f"{one.place.line}:{one.place.column} {one.code}: {one.hint}" for one in remarks]


def test_areas_stand_in_the_order_of_the_file() -> None:
    library, said = read("beats: {label: Beats}\n" + AREAS + "arrest: {label: Arrest}\n")
    assert said == []
    assert [area.id for area in library.areas] == ["harm", "crime"]
    assert list(library.tags) == ["arrest", "beats"]


def test_a_tag_may_be_called_areas() -> None:
    library, said = read("areas: {label: Areas of patrol}\n")
    assert said == []
    assert library.areas == ()
    assert library.tags["areas"].label == "Areas of patrol"
