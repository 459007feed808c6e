"""The pictures that texts name, gathered from the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from pipeline.codes import body as codes
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.load.figures import KINDS, read_picture
from pipeline.load.near import near
from pipeline.model.asset import Asset
from pipeline.model.body import Figure, Image, walk
from pipeline.model.briefing import Briefing
from pipeline.model.imprint import Imprint, Series

ReadPicture = Callable[[str, bytes, Place], tuple[Asset | None, tuple[Diagnostic, ...]]]
"""Gives a picture as it will be printed, and what is wrong with it."""


class Gallery:
    """Pictures by path, each looked at once. Lives only while `load` runs."""

    def __init__(self, files: Mapping[str, bytes], desk: Desk, read: ReadPicture = read_picture) -> None:
        self.files, self.desk, self.read = files, desk, read
        self.assets: dict[str, Asset] = {}
        self.told: set[str] = set()
        """The paths of pictures that cannot be had, each told where a text names it."""

    def of_briefing(self, briefing: Briefing, pictures: Iterable[tuple[str, Place]]) -> None:
        """Gather the pictures that a briefing's texts name, and those of its front matter."""
        folder = str(PurePosixPath(briefing.path).parent)
        for source, place in pictures:
            self.take(folder, source, place)
        for number, record in enumerate(briefing.fields.figures):
            if f"{folder}/{record.file}" not in self.told:
                self.take(folder, record.file, briefing.marks.at("figures", number, "file"))

    def of_loose(self, texts: Mapping[str, Iterable[tuple[str, Place]]]) -> None:
        """Say which pictures cannot be had of texts whose front matter could not be read, by their paths."""
        for path, pictures in texts.items():
            for source, place in pictures:
                self.take(str(PurePosixPath(path).parent), source, place)

    def of_texts(self, texts: Iterable[Series | Imprint]) -> None:
        """Gather the pictures of the series' and the imprint's texts, and the publisher's logo."""
        for written in texts:
            folder = str(PurePosixPath(written.path).parent)
            if isinstance(written, Imprint) and written.fields.design.logo:
                self.take(folder, written.fields.design.logo.file, written.marks.at("design", "logo", "file"))
            landing = written.landing.blocks if isinstance(written, Series) else ()
            for picture in _pictures((landing, written.method_note, written.practice_caveat)):
                self.take(folder, picture.source, picture.place)

    def logo_of(self, imprint: Imprint) -> Asset | None:
        """The publisher's logo, where it could be gathered."""
        chosen = imprint.fields.design.logo
        return self.assets.get(f"{PurePosixPath(imprint.path).parent}/{chosen.file}") if chosen else None

    def take(self, folder: str, source: str, place: Place) -> None:
        """Gather one picture, or say why it cannot be had."""
        path = f"{folder}/{source}"
        if path in self.assets or not source:
            return
        if ".." in PurePosixPath(source).parts or source.startswith("/"):
            self.desk.report(codes.FIGURE_OUTSIDE.at(place, source=source))
        elif path not in self.files:
            known = [name.removeprefix(f"{folder}/") for name in self.files if name.startswith(f"{folder}/")]
            guess = near(source, [name for name in known if name.lower().endswith(KINDS)])
            hint = f"Did you mean '{guess[0]}'?" if guess else None
            self.desk.report(codes.FIGURE_MISSING.at(place, hint, source=source, folder=folder))
        else:
            asset, remarks = self.read(path, self.files[path], place)
            self.desk.extend(remarks)
            self.assets |= {path: asset} if asset else {}
        if path not in self.assets:
            self.told.add(path)


def _pictures(nodes: tuple[object, ...]) -> Iterator[Figure | Image]:
    for node in walk(nodes):
        if isinstance(node, Figure | Image):
            yield node
