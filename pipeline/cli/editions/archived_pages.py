"""Issued files read from the archive, for what is asked of their pages; where it is out of reach there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.build.project import Project
from pipeline.core.errors import EnvironmentFailure
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.records import RecordFile
from pipeline.editions.runs import folios_in_words
from pipeline.model.formats import PRINTED, USUAL_EDITION
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.edition import IssuedFile

_FOOT = re.compile(r"(?m)^\s*(?P<text>[a-z0-9][a-z0-9-]*)… ·|^\s*(?P<whole>[a-z0-9][a-z0-9-]*) · ")
"""The id of a text at the foot of its pages, which may be cut."""


def file_for(one: RecordFile, *formats: str) -> IssuedFile | None:
    """The file of an edition in the first of these formats that it has."""
    return next((file for format in formats for file in one.record.files if file.format == format), None)


def issued_content(project: Project, file: IssuedFile | None) -> bytes:
    """The bytes of an issued file, as the archive has them; none where it has it no more, or is out of reach."""
    try:
        archive = archive_of(project.part_of_library(()).imprint.fields.archive, project.folder)
        return (archive.file(file.sha256) if archive and file else None) or b""
    except EnvironmentFailure:
        return b""


def withdrawn_texts(library: Library, one: RecordFile) -> Iterator[str]:
    """The ids of the texts of an edition that must not be used any more."""
    for briefing in one.record.briefings:
        text = library.briefings.get(briefing.id)
        if text is not None and text.fields.status is Status.WITHDRAWN:
            yield briefing.id


def withdrawn_pages(project: Project, library: Library, one: RecordFile) -> Mapping[str, str]:
    """The printed pages of the texts of an edition that must not be used any more, by id."""
    found = pages_of_texts(project, one, withdrawn_texts(library, one))
    return {name: folios_in_words(pages) for name, pages in found.items()}


def pages_of_texts(project: Project, one: RecordFile, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The printed pages of texts of an edition, by id; of those none whose pages cannot be told."""
    wanted = tuple(names)
    content = issued_content(project, file_for(one, PRINTED[0], USUAL_EDITION)) if wanted else b""
    if not content:
        return {}
    found = {name: pages_of_text(content, name) for name in wanted}
    return {name: pages for name, pages in found.items() if pages}


def pages_of_text(pdf: bytes, name: str) -> tuple[str, ...]:
    """The labels of the pages of a file whose foot says that they are of a text, in order."""
    from pipeline.editions.issued.page_words import page_labels, page_texts  # which load what reads PDFs

    return tuple(
        label
        for label, text in zip(page_labels(pdf), page_texts(pdf), strict=True)
        if any(_is_of(name, found) for found in _FOOT.finditer(text))
    )


def _is_of(name: str, found: re.Match[str]) -> bool:
    return found["whole"] == name or bool(found["text"] and name.startswith(found["text"]))
