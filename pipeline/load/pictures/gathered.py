"""The pictures that texts name, gathered from the files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import dirname

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.faults import faults_reported
from pipeline.core.messages import message
from pipeline.load.pictures.paths import picture_file, way_to
from pipeline.load.pictures.picture import KINDS, read_picture
from pipeline.load.slips.near import near
from pipeline.model.asset import Asset
from pipeline.model.body import Figure, Image, walk
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.imprint import Imprint, Series
from pipeline.model.source.kept import FOLDER

ReadPicture = Callable[[str, bytes, Place], tuple[Asset | None, tuple[Diagnostic, ...]]]
"""Gives a picture as it will be printed, and what is wrong with it."""


class Gallery:
    """Pictures by path, each looked at once. Lives only while `load` runs."""

    def __init__(self, files: Mapping[str, bytes], desk: Desk, read: ReadPicture = read_picture) -> None:
        self.files, self.desk, self.read = files, desk, read
        self.assets: dict[str, Asset] = {}
        self.told: set[tuple[str, str]] = set()
        """The pictures that cannot be had, each reported where a text first names it: the text and the picture."""

    def of_briefing(self, briefing: Briefing, pictures: Iterable[tuple[str, Place]]) -> None:
        """Gather the pictures that a briefing's texts name, and those of its front matter."""
        for source, place in pictures:
            self.take(briefing.path, source, place)
        for number, record in enumerate(briefing.fields.figures):
            self.take(briefing.path, record.file, briefing.marks.at("figures", number, "file"))

    def of_loose(self, texts: Mapping[str, Iterable[tuple[str, Place]]]) -> None:
        """Say which pictures cannot be had of texts whose front matter could not be read, by their paths."""
        for path, pictures in texts.items():
            for source, place in pictures:
                self.take(path, source, place)

    def of_texts(self, texts: Iterable[Series | Imprint]) -> None:
        """Gather the pictures of the series' and the imprint's texts, and the publisher's logo."""
        for written in texts:
            if isinstance(written, Imprint) and written.fields.design.logo:
                self.take(written.path, written.fields.design.logo.file, written.marks.at("design", "logo", "file"))
            landing = written.landing.blocks if isinstance(written, Series) else ()
            for picture in _pictures((landing, written.method_note, written.practice_caveat)):
                self.take(written.path, picture.source, picture.place)

    def logo_of(self, imprint: Imprint) -> Asset | None:
        """The publisher's logo, where it could be gathered."""
        chosen = imprint.fields.design.logo
        return self.assets.get(picture_file(imprint.path, chosen.file) or "") if chosen else None

    def take(self, text: str, source: str, place: Place) -> None:
        """Gather one picture that the file `text` names, or say once for the text why it cannot be had."""
        path = picture_file(text, source)
        if path in self.assets or not source or (text, path or source) in self.told:
            return
        if path is None:
            self.desk.report(message("figure-outside", place, source=source))
        elif path not in self.files:
            folder, name = dirname(text), source
            if not path.startswith(f"{folder}/"):
                folder, _, name = path.rpartition("/")
            self.desk.report(message("figure-missing", place, self._nearest(text, path), source=name, folder=folder))
        else:
            with faults_reported(self.desk, place, f"read the picture {path}"):
                asset, remarks = self.read(path, self.files[path], place)
                self.desk.extend(remarks)
                self.assets |= {path: asset} if asset else {}
        if path not in self.assets:
            self.told.add((text, path or source))

    def _nearest(self, text: str, path: str) -> str | None:
        """The picture that was perhaps meant: one of nearly this name in its folder, or of this name elsewhere."""
        folders = dict.fromkeys((dirname(text), dirname(path)))
        beside = [name for name in self._names if any(name.startswith(f"{folder}/") for folder in folders)]
        ways = {way_to(name, text): name for name in beside}
        guess = near(way_to(path, text), ways)
        last = path.rpartition("/")[2].casefold()
        guess = guess or [way_to(name, text) for name in self._names if name.rpartition("/")[2].casefold() == last]
        return f"Did you mean '{guess[0]}'?" if guess else None

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The files that are pictures by their names; those of kept versions belong to these alone."""
        return tuple(n for n in self.files if n.lower().endswith(KINDS) and not n.startswith(f"{FOLDER}/"))


def _pictures(nodes: tuple[object, ...]) -> Iterator[Figure | Image]:
    for node in walk(nodes):
        if isinstance(node, Figure | Image):
            yield node
