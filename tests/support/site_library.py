"""A library with a text of every kind that a catalogue shows, or does not; and its catalogue."""

import re
from html import unescape
from pathlib import Path

from tests.support import libraries
from tests.support.project import files_in
from tests.support.publishing import text

SECRET_TITLE = "Operation Zulu"
"""The title of the text that is marked too high."""

HOUSE = (
    "title: Evidence briefings\npublisher: Northmoor Institute\nformats: [html, text]\n"
    "address: https://briefings.northmoor.example\ncontact: briefings@northmoor.example\n"
    "practice_caveat: Not all was evaluated.\nlicence: {id: CC-BY-4.0, name: Creative Commons Attribution}\n"
)
PLAIN = "Foot patrol can reduce crime in small places [@hughes2018]. Read about [lighting](briefing:street-lighting).\n"
_AS_TEXT = "formats: [text]\nfront: [cover, contents]\n"
_FOR_ONE = f"recipients: [south]\n{_AS_TEXT}"
SENSITIVE = "{tier: OFFICIAL, sensitive: true}"


def published(title: str, body: str = "Light helps people to see.\n", **fields: str) -> str:
    """A published briefing."""
    return text(body=body, practice="[]", **fields).replace("title: Foot patrol", f"title: {title}")


FILES = {
    "library.yaml": HOUSE,
    "tags.yaml": "patrol: {label: Patrol}\n",
    "briefings/foot-patrol.md": published("Foot patrol", PLAIN, tags="[patrol]", related="[street-lighting]"),
    "briefings/street-lighting.md": published(
        "Street lighting", body="Back to [patrol](briefing:foot-patrol#references).\n"
    ),
    "briefings/old-text.md": published("Curfews", status="withdrawn", withdrawn_reason="It rests on an error."),
    "briefings/zulu.md": published(SECRET_TITLE, marking=SENSITIVE),
    "briefings/names-it.md": published("Undercover work", related="[zulu]"),
    "briefings/led-to-it.md": published("Informants", body="See [it](briefing:zulu).\n"),
    "briefings/draft.md": libraries.briefing("Nothing yet.\n", title="Unfinished words"),
    "packs/nights.yaml": "title: Nights\nedition: Autumn 2024\nbriefings: [foot-patrol, street-lighting]\n" + _AS_TEXT,
    "packs/deep.yaml": f"title: Deep nights\nbriefings: [foot-patrol, zulu]\nmarking: {SENSITIVE}\n" + _FOR_ONE,
    "colleges.yaml": "south: {name: South Tor, type: university, contact: post@south.example, formats: [text]}\n",
    "series/walking.yaml": "title: Walking\nbriefings: [foot-patrol, zulu]\n",
}


def library(root: Path, **more: str) -> Path:
    """The library."""
    return libraries.written(root, {**FILES, **more})


def site_of(project: Path, *more: str) -> dict[str, bytes]:
    """The files of its catalogue by path."""
    said = libraries.here(project, "site", "--date", libraries.DATE, "--jobs", "1", *more)
    assert said.code == 0, said
    return files_in(project / "output/site")


def broken_links(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """The links within a site that lead to no file or to no place in one, each with its page."""
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
    ids = {path: set(re.findall(r'\bid="([^"]+)"', page)) for path, page in pages.items()}
    found = []
    for path, page in pages.items():
        for said in re.findall(r'\b(?:href|src)="([^"]*)"', page):
            href, _, anchor = unescape(said).partition("#")
            if re.match(r"[a-z]+:", href):
                continue
            folder = path.split("/")[:-1]
            for part in href.split("/") if href else ():
                folder = folder[:-1] if part == ".." else [*folder, part]
            target = "/".join(folder) if href else path
            if target not in files or (anchor and target in ids and anchor not in ids[target]):
                found.append((path, said))
    return found
