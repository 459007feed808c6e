"""Cover note and ticket say what the pages of a pack say: that it is a draft, and that a text in it was corrected."""

import json
from datetime import date
from typing import Any

import pytest

from pipeline.bind.print.print_file import PrintFacts
from pipeline.model.source.college import College
from pipeline.services.colleges.letters import ParcelContents
from pipeline.services.colleges.parcels import build_parcel
from pipeline.services.colleges.print_job import PrintJob, format_job_ticket
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.edition import FinishedFile, pack_status_of
from tests.support.resolve.kept_versions import DAY, FILES, FRONT, loaded, published
from tests.support.words import ENGLISH

NORTH = College(name="Northmoor Unit", type="agency", copies=2, delivery="Quarry Lane")
PACK = {"packs/p.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [patrol]\n"}
PINNED = {"packs/p.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [patrol@1.0]\n"}
NEXT = (
    FRONT.replace("version: 1.0\nfirst", "version: 1.1\nfirst")
    .replace("Ann Bell}]", "Ann Bell}, {version: 1.1, date: 2024-02-03, kind: correction, summary: A number.}]")
)  # fmt: skip


def prepared(files: dict[str, str], day: date = DAY) -> tuple[dict[str, bytes], PreparedEdition]:
    """The parcel of the pack, and the pack as it is prepared."""
    library = loaded(files)
    pack = library.packs["p"]
    state = pack_status_of(library, pack, day, ENGLISH)
    versions = (("patrol", "1.0", "Foot patrol"),)
    issue = PreparedEdition(pack, "Nights", "Spring 2027", versions, day, library.imprint, state=state)
    return build_parcel(issue, ParcelContents("north", NORTH, [], ENGLISH)), issue


def manifest(files: dict[str, str]) -> dict[str, Any]:
    """What the manifest says of the pack and of its only text, beside names and numbers."""
    whole = json.loads(prepared(files)[0]["manifest.json"])
    (text,) = whole["briefings"]
    known = ("id", "version", "title")
    return {"pack": whole.get("statuses", [])} | {name: text[name] for name in text if name not in known}


def said(files: dict[str, str], day: date = DAY) -> tuple[str, str]:
    """The cover note and the ticket of the pack."""
    held, issue = prepared(files, day)
    job = PrintJob(issue, FinishedFile("print", "p-print.pdf", b"%PDF", 4), PrintFacts(210, 297, 3), {"north": NORTH})
    return held["cover-note.txt"].decode(), format_job_ticket(job).decode()


def test_nothing_is_said_of_a_pack_that_is_in_force() -> None:
    note, order = said(published(FILES) | PACK)
    assert note.startswith("Nights\nSpring 2027\n\nFor Northmoor Unit\n")
    assert "\nContents:\n- Foot patrol, version 1.0\n" in note
    assert "Status:" not in order
    assert "Corrected:" not in order
    assert manifest(published(FILES) | PACK) == {"pack": []}


@pytest.mark.parametrize(
    ("more", "words", "text"),
    [
        ({"briefings/patrol/briefing.md": FRONT.replace("published", "draft", 1)}, "DRAFT", "DRAFT"),
        ({"library.yaml": "title: T\npublisher: P\npractice_caveat: Not all.\nnotice: SAMPLE\n"}, "SAMPLE", ""),
        (
            {
                "briefings/patrol/briefing.md": FRONT.replace("status: published", "status: withdrawn")
                + "withdrawn_reason: Wrong.\n"
            },
            "DRAFT",
            "WITHDRAWN: Wrong.",
        ),
    ],
    ids=["a draft", "a sample", "withdrawn"],
)
def test_what_the_pages_say_note_and_ticket_say(more: dict[str, str], words: str, text: str) -> None:
    texts = {path: f"---\n{front}---\n\nText.\n" if path.endswith(".md") else front for path, front in more.items()}
    note, order = said(FILES | texts | PACK)
    assert note.startswith(f"Nights\nSpring 2027\nMarked on its pages: {words}\n\nFor Northmoor Unit\n")
    assert f"- Foot patrol, version 1.0{f' ({text})' if text else ''}\n" in note
    assert f"Status:        {words}, across the head of its pages\n" in order


WITHDRAWN = FRONT.replace("status: published", "status: withdrawn") + "withdrawn_reason: It was retracted.\n"


def test_a_kept_text_that_is_withdrawn_since_is_called_so() -> None:
    """In note, manifest and ticket beside its title, with the reason: whoever teaches it must not."""
    files = published(FILES) | {"briefings/patrol/briefing.md": f"---\n{WITHDRAWN}---\n\nText.\n"} | PINNED
    note, order = said(files)
    assert "\n- Foot patrol, version 1.0 (WITHDRAWN: It was retracted.)\n" in note
    assert "\nOf its texts:  'Foot patrol' 1.0 says WITHDRAWN\n" in order
    assert manifest(files) == {"pack": ["DRAFT"], "statuses": ["WITHDRAWN"], "withdrawn_reason": "It was retracted."}


def test_a_correction_that_a_pinned_text_lacks_is_said() -> None:
    corrected = {"briefings/patrol/briefing.md": f"---\n{NEXT}---\n\nText.\n"}
    note, order = said(published(FILES) | corrected | PINNED)
    assert "- Foot patrol, version 1.0; version 1.1, which is not in this pack, corrects it\n" in note
    assert "Corrected:     'Foot patrol' 1.0, by version 1.1, which is not in this pack\n" in order
    assert "Corrected:" not in said(published(FILES) | corrected | PACK)[1]
    assert manifest(published(FILES) | corrected | PINNED) == {"pack": [], "corrected_by": "1.1"}
