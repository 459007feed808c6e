"""What stands against copies of a pack that is pinned to kept versions."""

from __future__ import annotations

import pytest

from pipeline.editions.objections import objections
from pipeline.errors import UsageError
from tests.resolve.published import DAY, FILES, loaded, published

PINNED = published(FILES) | {"packs/p.yaml": "title: P\nedition: Spring 2027\nbriefings: [patrol@1.0]\n"}
GONE = {path: text for path, text in PINNED.items() if path != "briefings/patrol/briefing.md"}


def against(files: dict[str, str], **reasons: str) -> list[str]:
    """What stands against copies, but for there being no colleges."""
    library = loaded(files)
    found = objections(library, library.packs["p"], {}, reasons, DAY)
    return [str(one).partition("\n")[0] for one in found if one.code != "copies-nobody"]


def test_a_pinned_briefing_that_is_gone_takes_a_reason() -> None:
    """It may have been deleted because it no longer holds, and nobody could say so to those who hold copies."""
    assert against(PINNED) == []
    assert against(GONE) == [
        "source/packs/p.yaml:3:13: error copies-gone: "
        "'patrol' 1.0 is taken from what is kept, and the briefing itself is gone."
    ]
    assert against(GONE, patrol="Moved to another library") == []


def test_a_reason_that_nothing_needs_is_refused() -> None:
    """The briefing is there, published and not overdue."""
    with pytest.raises(UsageError, match="'patrol' needs no reason: it is there"):
        against(PINNED, patrol="A trial")
