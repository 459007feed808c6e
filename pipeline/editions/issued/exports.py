"""Editions as others take them: an in-toto statement with SLSA provenance, and what describes a bag. Pure."""

import json
from typing import Any

from pipeline.editions.issued.records import RecordFile
from pipeline.model.source.edition import EditionRecord, IssuedBriefing
from pipeline.model.source.kept import WORDING, WORDS, folder_of

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:briefings:issue:1"


def statement(one: RecordFile) -> bytes:
    """The record of an edition as an in-toto statement: its files are the subjects, its wordings what they rest on."""
    record = one.record
    said = {
        "_type": STATEMENT,
        "subject": [{"name": file.file, "digest": {"sha256": file.sha256}} for file in record.files],
        "predicateType": PROVENANCE,
        "predicate": {"buildDefinition": _definition(one), "runDetails": _details(record)},
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _definition(one: RecordFile) -> dict[str, Any]:
    record = one.record
    asked = {
        "pack": record.pack,
        "edition": record.edition,
        "number": record.number,
        "issued": record.issued.isoformat(),
        **({"corrects": record.corrects} if record.corrects else {}),
        **({"approved_by": record.approved_by} if record.approved_by else {}),
    }
    rests_on = [_dependency(briefing) for briefing in record.briefings]
    rests_on += [{"uri": "git+source", "digest": {"gitCommit": record.commit}}] if record.commit else []
    made = {"buildType": BUILD_TYPE, "externalParameters": asked, "resolvedDependencies": rests_on}
    return made | {"internalParameters": {"record": one.path, "sha256": one.sha256}}


def _dependency(briefing: IssuedBriefing) -> dict[str, Any]:
    """A wording as a file with its digest: `words.json` of the kept version."""
    said: dict[str, Any] = {"name": f"{briefing.id}@{briefing.version}"}
    if briefing.kept and briefing.digest.startswith(f"{WORDING}:"):
        said["uri"] = f"{folder_of(briefing.id, briefing.version)}/{WORDS}"
    return said | {"digest": {"sha256": briefing.digest.rpartition(":")[2]}}


def _details(record: EditionRecord) -> dict[str, Any]:
    release = record.tools.get("briefings", "")
    return {"builder": {"id": f"urn:briefings:{release}", "version": record.tools}}


def bag_info(record: EditionRecord, publisher: str, contact: str | None) -> dict[str, str]:
    """Words on a bag of an edition, by the names that BagIt (RFC 8493) has for them."""
    return {
        "Bag-Software-Agent": f"briefings {record.tools.get('briefings', '')}".strip(),
        "Bagging-Date": record.issued.isoformat(),
        "External-Description": f"{record.title}, {record.edition}",
        "External-Identifier": f"{record.pack}, edition {record.number}, {record.code}",
        "Source-Organization": publisher,
        **({"Contact-Email": contact} if contact and "@" in contact else {}),
    }
