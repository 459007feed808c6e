"""The example whose wording is fixed: a text with every kind of block and mark, in a small library.

As a program it writes the wording to its standard output.
"""

import sys
from datetime import date
from pathlib import Path

from pipeline.load.library import load_library
from pipeline.resolve.reading import view_briefings
from pipeline.resolve.wording import compute_wording

FOLDER = Path(__file__).parent / "wording"
TEXT = (FOLDER / "lamps.md").read_text("utf-8")
REST = {
    "library.yaml": (FOLDER / "library.yaml").read_text("utf-8"),
    "briefings/paths.md": "---\ntitle: Paths\nsummary: On foot.\n---\n\nThey lead on.\n",
    "briefings/map.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>',
    "references/works.yaml": "- {id: hart2018, type: book, title: Beats, issued: 2018, author: [{family: Hart}]}\n",
    "glossary.yaml": "lux: {term: Lux, meaning: A measure of light.}\n",
    "organisations.yaml": "northmoor: {name: Northmoor Police, type: force}\n",
    "tags.yaml": "night: {label: Night time}\n",
}


def lamps(text: str = TEXT) -> bytes:
    """The wording of the example, or of the example with another text."""
    files = REST | {"briefings/lamps.md": text}
    library = load_library({f"source/{name}": words.encode() for name, words in files.items()})[0]
    reading = view_briefings(library, date(2024, 4, 26))["lamps"]
    return compute_wording(reading)


if __name__ == "__main__":
    sys.stdout.buffer.write(lamps())
