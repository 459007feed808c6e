"""A pack that is pinned to kept versions, and what stands against copies of it."""

from pipeline.core.diagnostics import Diagnostic
from pipeline.services.colleges.copies import check_obstacles
from tests.support.resolve.kept_versions import DAY, FILES, FRONT, loaded, published
from tests.support.retraction_watch import PATH, RETRACTION, row, watch_file

PACK = {"packs/p.yaml": "title: P\nedition: Spring 2027\nbriefings: [patrol@1.0]\n"}
PINNED = published(FILES) | PACK
BODY = FILES["briefings/patrol/briefing.md"].partition("---\n\n")[2]


def now(front: str) -> dict[str, str]:
    """The pinned library with another state of the briefing."""
    return PINNED | {"briefings/patrol/briefing.md": f"---\n{front}---\n\n{BODY}"}


WITHDRAWN = now(FRONT.replace("status: published", "status: withdrawn") + "withdrawn_reason: Wrong.\n")
CORRECTED = now(
    FRONT.replace("version: 1.0\nfirst", "version: 1.1\nfirst")
    .replace("Ann Bell}]", "Ann Bell}, {version: 1.1, date: 2024-02-03, kind: correction, summary: A number.}]")
)  # fmt: skip

_WORK = FILES["references/works.yaml"].replace("2018}", "2018, DOI: 10.5555/hart.2018}")
_NOTICE = watch_file(row("3/9/2019", RETRACTION, "10.5555/hart.2018"))
RETRACTED = published(FILES | {"references/works.yaml": _WORK}) | PACK | {PATH: _NOTICE}


def told(files: dict[str, str], **reasons: str) -> list[Diagnostic]:
    """What stands against copies, but for there being no colleges."""
    library = loaded(files)
    found = check_obstacles(library, library.packs["p"], {}, reasons, DAY)
    return [one for one in found if one.code != "copies-nobody"]
