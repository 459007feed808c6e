"""What stands against copies of a pack that is pinned to kept versions."""

import pytest

from pipeline.core.diagnostics import UsageError
from tests.support.editions.pinned_packs import CORRECTED, PINNED, RETRACTED, WITHDRAWN, now, told
from tests.support.resolve.kept_versions import FRONT, published

GONE = {path: text for path, text in PINNED.items() if path != "briefings/patrol/briefing.md"}


SUPERSEDED = now(FRONT.replace("status: published", "status: superseded") + "superseded_by: walks\n")


def hints(files: dict[str, str]) -> list[str]:
    """What is to be done about it."""
    return [one.hint for one in told(files)]


def against(files: dict[str, str], **reasons: str) -> list[str]:
    """Where it stands, and what it is."""
    return [str(one).partition("\n")[0] for one in told(files, **reasons)]


def test_a_pinned_briefing_that_is_gone_takes_a_reason() -> None:
    """It may have been deleted because it no longer holds, and nobody could say so to those who hold copies."""
    assert against(PINNED) == []
    assert against(GONE) == [
        "source/packs/p.yaml:3:13: error issue-status: "
        "'patrol' 1.0 is missing: only this version exists, and its present status is unknown."
    ]
    assert against(GONE, patrol="Moved to another library") == []


def test_a_reason_that_nothing_needs_is_refused() -> None:
    """The briefing is there, published and not overdue."""
    with pytest.raises(UsageError, match="'patrol' needs no reason: it is there"):
        against(PINNED, patrol="A trial")


@pytest.mark.parametrize("pinned", [True, False])
def test_a_withdrawn_briefing_is_to_be_taken_out(pinned: bool) -> None:
    """Publishing it would do nothing: it is published already, and must not be used."""
    files = WITHDRAWN if pinned else WITHDRAWN | {"packs/p.yaml": PINNED["packs/p.yaml"].replace("@1.0", "")}
    assert against(files) == ["source/packs/p.yaml:3:13: error issue-status: 'patrol' 1.0 is withdrawn."]
    assert hints(files) == ["Remove it from the pack. To override: --override patrol=REASON."]
    assert against(files, patrol="Shown as an example of a retracted study") == []


def test_a_superseded_briefing_gives_way_to_the_newer() -> None:
    """The hint names it, where it is there."""
    assert against(SUPERSEDED) == ["source/packs/p.yaml:3:13: error issue-status: 'patrol' 1.0 is superseded."]
    walks = {"briefings/walks.md": "---\ntitle: Walks\nsummary: All.\n---\n\nText.\n"}
    assert hints(SUPERSEDED | walks) == ["Replace it with 'walks'. To override: --override patrol=REASON."]


def test_a_pin_behind_a_correction_takes_a_reason() -> None:
    """Every college would be sent the mistake."""
    assert against(CORRECTED) == [
        "source/packs/p.yaml:3:13: error issue-corrected: 'patrol' 1.0 has a mistake that 1.1 corrects."
    ]
    assert hints(CORRECTED) == ["Publish 1.1 and write 'patrol@1.1'. To override: --override patrol=REASON."]
    assert hints(published(CORRECTED)) == ["Write 'patrol@1.1'. To override: --override patrol=REASON."]
    assert against(CORRECTED, patrol="The course has begun") == []


def test_a_work_that_does_not_hold_takes_a_reason() -> None:
    """Told at the line of the text that rests on it, whether the pack takes its present words or a kept version."""
    present = RETRACTED | {"packs/p.yaml": RETRACTED["packs/p.yaml"].replace("@1.0", "")}
    for files in (RETRACTED, present):
        assert against(files) == [
            "source/packs/p.yaml:3:13: error copies-work: "
            "'patrol' cites a work that was retracted or is doubted. hart2018 was retracted on 9 March 2019."
        ]
        assert against(files, patrol="The course has begun") == []
