"""A link follows a heading whose id the layout has for itself, from the same text, from another, and in a pack."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import libraries

PATROL = """See [status](#status), [works](#references), [gates](briefing:alley-gates#status),
[their works](briefing:alley-gates#references), [own](briefing:foot-patrol#status) and [](#status).

## Status {#status}

Fewer crimes were reported [@hughes2018].
"""
GATES = """See [works](#references), [lamps](briefing:foot-patrol#references) and [](#references).

## Status {#status}

Fewer crimes.

## References {#references}

Nothing is cited.
"""
PACK = "title: Streets\nbriefings: [foot-patrol, alley-gates]\nformats: [screen, epub, html]\n"
FILES = {
    "briefings/foot-patrol.md": libraries.briefing(PATROL),
    "briefings/alley-gates.md": libraries.briefing(GATES, title="Alley gates"),
    "packs/streets.yaml": PACK,
}


@pytest.fixture(scope="module")
def streets(built_once: Callable[..., Path]) -> Path:
    """Two briefings and their pack in all formats for the screen; their proof holds every link to its text."""
    return built_once("reserved-anchors", lambda root: libraries.written(root, FILES), "--date", libraries.DATE)


def links(page: str) -> dict[str, str]:
    """Where links lead, by their words."""
    return dict(reversed(pair) for pair in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>([^<]*)</a>', page))


@pytest.mark.proof
def test_a_link_leads_to_the_heading_under_the_anchor_that_it_has(streets: Path) -> None:
    """Not to what the layout calls so; the list of references is meant where no heading is."""
    page = (streets / "output/briefings/foot-patrol/foot-patrol.html").read_text(encoding="utf-8")
    gates = (streets / "output/briefings/alley-gates/alley-gates.html").read_text(encoding="utf-8")
    to = {words: way.rpartition("#")[2] for words, way in links(page).items()}
    assert [to[words] for words in ("status", "works", "gates", "their works")] == [
        *("status-text", "references", "status-text", "references-text"),
    ]
    assert (to["own"], to["Status"]) == ("status-text", "status-text")
    assert {words: links(gates)[words].rpartition("#")[2] for words in ("works", "lamps", "References")} == {
        "works": "references-text", "lamps": "references", "References": "references-text",
    }  # fmt: skip


@pytest.mark.proof
def test_every_target_is_there_in_every_format(streets: Path) -> None:
    """A book with a link to nothing is not bound, and a PDF is told of."""
    made = {path for path in libraries.made(streets) if not path.endswith(".json")}
    for name in ("briefings/foot-patrol/foot-patrol", "briefings/alley-gates/alley-gates", "packs/streets/streets"):
        assert {f"{name}.{kind}" for kind in ("pdf", "epub", "html")} <= made
