"""The scripts of the search, which lie beside this file: our own, and MiniSearch, which `make site` brings."""

from collections.abc import Collection
from pathlib import Path

FOLDER = Path(__file__).parent

SCRIPTS = ("minisearch.js", "search.js")
"""Their names, in order."""

INDEX = "search-index.js"
"""The script that is made with the catalogue, and loaded behind the first of them."""


def can_search(there: Collection[str]) -> bool:
    """Whether the search can run with the scripts that are there."""
    return set(there).issuperset(SCRIPTS)
