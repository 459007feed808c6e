"""A small library whose briefing is published, all in memory."""

from datetime import date

from pipeline.load.library import load_library
from pipeline.model.library import Library
from pipeline.model.publication import Publication
from pipeline.resolve.environment import environment_of
from pipeline.resolve.reading import BriefingView, view_briefings
from pipeline.resolve.versions import view_kept_version
from pipeline.services.editions.publish import version_files
from tests.support.resolve.library_parts import resolved

DAY = date(2024, 4, 26)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
BODY = """Foot patrol can reduce crime
in small places [@hart2018].

## What officers say

They like it. <!-- really? -->

![Two beats](beats.svg){#fig-beats alt="Two beats beside each other"}
"""
FRONT = """title: Foot patrol
summary: What walking a beat does.
status: published
version: 1.0
first_published: 2023-05-02
glossary: [beat]
practice: [{id: walking, name: Walking, force: northmoor}]
history: [{version: 1.0, date: 2023-05-02, kind: first, summary: First., approved_by: Ann Bell}]
"""
FILES = {
    "library.yaml": "title: T\npublisher: P\npractice_caveat: Not all was evaluated.\n",
    "briefings/patrol/briefing.md": f"---\n{FRONT}---\n\n{BODY}",
    "briefings/patrol/beats.svg": SVG,
    "references/works.yaml": "- {id: hart2018, type: book, title: Beats, issued: 2018}\n",
    "glossary.yaml": "beat: {term: beat, meaning: where an officer walks}\nlamp: {term: lamp, meaning: a light}\n",
    "organisations.yaml": "northmoor: {name: Northmoor Police, type: force}\n",
}


def loaded(files: dict[str, str]) -> Library:
    """A library of files."""
    return load_library({f"source/{name}": text.encode() for name, text in files.items()})[0]


def published(files: dict[str, str], name: str = "patrol") -> dict[str, str]:
    """The files with the present version of a briefing kept beside them."""
    whole = {f"source/{path}": text.encode() for path, text in files.items()}
    reading = view_briefings(load_library(whole)[0], DAY)[name]
    kept = version_files(reading, whole, DAY)
    folder = f"versions/{name}/{reading.briefing.fields.version}"
    return files | {f"{folder}/{path}": content.decode() for path, content in kept.items()}


def bound(files: dict[str, str], pin: str = "patrol@1.0") -> Publication:
    """A kept version as it stands in a pack of today."""
    library = loaded(files | {"packs/p.yaml": f"title: P\nbriefings: [{pin}]\n"})
    (pack,) = resolved(library, "p").packs
    (member,) = pack.members
    return member


def pinned(files: dict[str, str], pin: str = "patrol@1.0") -> BriefingView:
    """A kept version as a pack would bind it today."""
    library = loaded(files | {"packs/p.yaml": f"title: P\nbriefings: [{pin}]\n"})
    return view_kept_version(environment_of(library), library.kept[pin], DAY)
