"""What an insert's makers noted for themselves stays behind: editors' records, metadata of pictures, tags' own keys."""

from __future__ import annotations

from typing import Any

from pikepdf import Pdf

from pipeline.load.insert_faults import direct_dictionaries

_PRIVATE = ("/PieceInfo", "/Metadata", "/LastModified")
"""Keys of any dictionary that say how, when and with what it was made (ISO 32000-1, 14.3.2 and 14.5)."""

ELEMENT = frozenset({"/Type", "/S", "/P", "/K", "/Pg", "/ID", "/A", "/C", "/Lang", "/T", "/Alt", "/E", "/ActualText"})
"""The keys of a structure element that a reader knows (ISO 32000-1, table 323), but for the number of its revision."""

OWNERS = frozenset({"/Layout", "/List", "/PrintField", "/Table"})
"""Whose attributes say how an element is to be read (ISO 32000-1, table 327): not those of programs, nor of users."""


def drop_private(pdf: Pdf) -> None:
    """Drop the private keys of all that a file holds."""
    for thing in pdf.objects:
        for held in direct_dictionaries(thing):
            for key in _PRIVATE:
                if key in held:
                    del held[key]


def drop_own_keys(element: Any) -> None:
    """Drop what no reader knows of an element."""
    for key in set(element.keys()) - ELEMENT:
        del element[key]
