"""A pack that is pinned to kept versions, and what stands against copies of it."""

from __future__ import annotations

from pipeline.core.diagnostics import Diagnostic
from pipeline.editions.objections import objections
from tests.support.resolve.kept_versions import DAY, FILES, FRONT, loaded, published

PINNED = published(FILES) | {"packs/p.yaml": "title: P\nedition: Spring 2027\nbriefings: [patrol@1.0]\n"}
BODY = FILES["briefings/patrol/briefing.md"].partition("---\n\n")[2]


def now(front: str) -> dict[str, str]:
    """The pinned library with another state of the briefing."""
    return PINNED | {"briefings/patrol/briefing.md": f"---\n{front}---\n\n{BODY}"}


WITHDRAWN = now(FRONT.replace("status: published", "status: withdrawn") + "withdrawn_reason: Wrong.\n")
CORRECTED = now(
    FRONT.replace("version: 1.0\nfirst", "version: 1.1\nfirst")
    .replace("Ann Bell}]", "Ann Bell}, {version: 1.1, date: 2024-02-03, kind: correction, summary: A number.}]")
)  # fmt: skip


def told(files: dict[str, str], **reasons: str) -> list[Diagnostic]:
    """What stands against copies, but for there being no colleges."""
    library = loaded(files)
    found = objections(library, library.packs["p"], {}, reasons, DAY)
    return [one for one in found if one.code != "copies-nobody"]
