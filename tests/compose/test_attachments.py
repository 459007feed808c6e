"""What a PDF holds beside its pages where a member of a pack is pinned to a kept version."""

import json

from pipeline.compose.briefing import pack_claim
from tests.support.resolve.kept_versions import FILES, loaded, published
from tests.support.resolve.library_parts import resolved

PATROL = "briefings/patrol/briefing.md"
NEWER = """- {id: hart2018, type: book, title: Walked beats, issued: 2018}
- {id: moss2020, type: book, title: Light, issued: 2020}
"""
PACK = "title: P\nbriefings: [patrol@1.0]\nattach: [source, references]\n"


def attached(files: dict[str, str]) -> dict[str, str]:
    """The files that the screen edition of the pack holds, by name."""
    library = loaded(files)
    (pack,) = resolved(library, "p").packs
    claim = pack_claim(pack, library, "screen")
    return {one.name: one.content.decode() for one in (claim.attachments if claim else ())}


def titles(held: dict[str, str]) -> dict[str, str]:
    """The works attached: their titles by key."""
    return {work["id"]: work["title"] for work in json.loads(held["references.json"])}


def test_a_pinned_text_is_attached_as_it_was_kept() -> None:
    files = published(FILES) | {"packs/p.yaml": PACK, "references/works.yaml": NEWER}
    files[PATROL] = files[PATROL].replace("version: 1.0", "version: 1.1").replace("They like it.", "They do not.")
    held = attached(files)
    assert list(held) == ["patrol.md", "references.json"]
    assert "version: '1.0'" in held["patrol.md"]
    assert "\n\nThey like it. \n\n![Two beats]" in held["patrol.md"]
    assert titles(held) == {"hart2018": "Beats"}


def test_a_pinned_text_is_attached_though_its_briefing_is_gone() -> None:
    files = published(FILES) | {"packs/p.yaml": PACK}
    before = attached(files)
    assert attached({path: text for path, text in files.items() if path != PATROL}) == before
    assert "null" not in before["patrol.md"]


def test_a_review_that_is_taken_back_leaves_no_trace() -> None:
    reviewed = FILES[PATROL].replace("glossary:", "reviewed: 2024-01-01\nglossary:")
    files = published(FILES | {PATROL: reviewed}) | {"packs/p.yaml": PACK}
    assert "reviewed: '2024-01-01'" in attached(files)["patrol.md"]
    assert "reviewed" not in attached(files | {PATROL: FILES[PATROL]})["patrol.md"]
