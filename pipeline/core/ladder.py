"""The ladder of the rooms: which folder of `pipeline/` may import which. The test and the handbook read it here."""

LADDER: tuple[dict[str, str], ...] = (
    {"core": "diagnostics, failures, limits, records, progress"},
    {"text": "typography, formulas, fonts", "codes": "the table of diagnostics"},
    {"model": "the values that pass along the line", "store": "the cache of results, and what keys are made of"},
    {
        "cite": "bibliographies in, citations out",
        "pdf": "tags and bookmarks of a PDF",
        "markup": "XHTML as trees, roles of elements",
        "workers": "processes that run tasks, here or on a cluster",
    },
    {"load": "files in, a library out"},
    {"resolve": "what it means"},
    {"compose": "how it reads"},
    {"press": "typesetting"},
    {"bind": "finished files", "proof": "may they leave the house?"},
    {"editions": "kept versions, editions and copies"},
    {
        "colleges": "the ledger, deliveries, and who holds what",
        "build": "what is asked for, what is up to date, what is made",
        "preview": "the live page: its server, its door, its pictures",
        "site": "the catalogue: pages, search and feeds",
        "word": "Word documents taken in",
    },
    {"cli": "one file a verb"},
)
"""From the ground up, each room with what is in it. A room may import its own files and the rooms of lower rungs."""
