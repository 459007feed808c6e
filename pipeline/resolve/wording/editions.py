"""The words of an edition, `edition-words/1`: its pack and its name, its briefings and inserts with their digests."""

import json
from collections.abc import Iterable

from pipeline.core.digest import sha256

FORM = "edition-words/1"

BoundText = tuple[str, str, str]
"""A briefing of an edition: its id, its version and the digest of its wording."""

BoundInsert = tuple[str, str]
"""A finished PDF of others in it: its title and the SHA-256 of its bytes."""


def words_digest(pack: str, edition: str, texts: Iterable[BoundText], inserts: Iterable[BoundInsert] = ()) -> str:
    """The digest of the words of an edition: the name of the form, and the SHA-256 of its parts as JSON.

    The pack and the name of the edition, which stand on every page, are words of it: no two editions share a code.
    """
    said: list[list[str]] = [["edition", pack, edition], *map(list, texts)]
    said += [["insert", *insert] for insert in inserts]
    return f"{FORM}:{sha256(json.dumps(said, ensure_ascii=False, separators=(',', ':')).encode())}"
