"""A kept version read again before it is put into place: what is kept must say what was published."""

from collections.abc import Iterator, Mapping

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.load.library import load
from pipeline.load.versions import read_kept
from pipeline.model.source.versions import WORDS, folder_of, pin
from pipeline.resolve.reading import Reading, read_briefings
from pipeline.resolve.versions import inherited_differences, own_differences
from pipeline.resolve.wording import words_of


def read_back(reading: Reading, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Differences between the files of a version and the text to be published; `files` by path in its folder."""
    briefing = reading.briefing
    version, place = briefing.fields.version, Place(briefing.path)
    folder, name = folder_of(briefing.id, version), pin(briefing.id, version)
    desk = Desk()
    kept = read_kept(_placed(files, folder), frozenset({name}), load, desk).kept.get(name)
    if kept is None:
        for remark in desk.remarks:
            yield message("publish-lost", place, name=briefing.id, what=remark.sentence)
        return
    again = read_briefings(kept.library, reading.produced)[briefing.id]
    if words_of(again) != files[WORDS]:
        found = (
            *own_differences(briefing, reading.environment.assets, kept),
            *inherited_differences(reading.environment, briefing, kept),
        )
        what = f"{found[0].what}." if found else "its wording is another."
        yield message("publish-lost", place, name=briefing.id, what=what)


def _placed(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    return {f"{folder}/{path}": content for path, content in files.items()}
