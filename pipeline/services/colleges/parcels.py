"""Parcels of colleges: their files with the cover note, the manifest, and the page that checks them in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.bind.frames import fill_page_frame
from pipeline.build.project import Project
from pipeline.compose.design.style import standalone_page_style
from pipeline.core.digests import sha256
from pipeline.load.folders import LEDGER_FILE
from pipeline.load.words import phrase_table
from pipeline.model.formats import Layouts, kind_of
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases
from pipeline.services.colleges.ledger_events import Event, EventKind, read_table
from pipeline.services.colleges.letters import (
    COVER_NOTE,
    ParcelContents,
    compose_cover_note,
    format_as_text,
    key_page_address,
    newest_edition_address,
)
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.colleges.signing_keys import SigningKey, list_public_keys, read_project_key, sign_as_minisign
from pipeline.services.editions.edition import FinishedFile, TextState

# The manifest, and the seal.

MANIFEST_SCHEMA = "manifest/2"
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
SIGNATURE = f"{MANIFEST}.minisig"
"""The signature of the manifest, if there is a key."""
SSH_SIGNATURE = f"{MANIFEST}.sig"
"""A second signature, in the form of OpenSSH, in parcels of release 1. It is not checked."""
SEALING_FILES = (MANIFEST, CHECKSUMS, SIGNATURE)
"""Files that are not listed in the manifest."""
ISSUED_BYTES = "issued_bytes"
"""The key in the row of a PDF that release 1 signed: the PDF begins with so many bytes that were issued."""
CHECK_PAGE = "verify.html"
IGNORED_FILES = (SSH_SIGNATURE, "receipt.json", ".DS_Store", "Thumbs.db", "desktop.ini")
"""Files that a delivery or an operating system adds to a parcel; checks ignore them."""

_MEDIA_TYPES = {"json": "application/json"}
"""Media types of files that are no format's, by the end of their names."""


@dataclass(frozen=True, slots=True)
class ParcelSeal:
    """The key and facts that seal a parcel."""

    event: str = ""
    """The hash of the last event of the ledger, if there is one."""
    key: SigningKey | None = None
    page: bytes = b""
    """The page that checks a parcel in a browser."""


UNSEALED = ParcelSeal()


def seal_parcel(facts: Mapping[str, Any], files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """Return the files of a parcel with its manifest, its checksums, and the signature of the manifest.

    `facts` are the rest of the manifest. Its rows of `files` may add facts that are not in the bytes of a file.
    """
    rows = {row["file"]: row for row in facts.get("files", ())}
    listed = {name: content for name, content in files.items() if name not in SEALING_FILES}
    listed |= {CHECK_PAGE: seal.page} if seal.page else {}
    table = [rows.get(name, {}) | _file_row(name, listed[name]) for name in sorted(listed)]
    whole = {**facts, "schema": MANIFEST_SCHEMA, "files": table} | ({"event": seal.event} if seal.event else {})
    manifest = (json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    comment = " ".join(f"{name}={facts[name]}" for name in ("pack", "edition", "college") if name in facts)
    signature = {SIGNATURE: sign_as_minisign(seal.key, manifest, comment)} if seal.key else {}
    return {**listed, MANIFEST: manifest, CHECKSUMS: format_checksums(table), **signature}


def reseal_parcel(files: Mapping[str, bytes], seal: ParcelSeal) -> dict[str, bytes]:
    """Seal a parcel again after some of its files were taken out or changed."""
    return seal_parcel(json.loads(files[MANIFEST]), files, seal)


def format_checksums(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the SHA-256 of each file as `sha256sum -c` reads it."""
    return "".join(f"{row['sha256']}  {row['file']}\n" for row in rows).encode()


def is_manifest_of(content: bytes, pack: str, edition: str) -> bool:
    """Return whether a file is a manifest of ours for a parcel of an edition."""
    try:
        facts = json.loads(content)
        return facts["schema"].startswith("manifest/") and (facts["pack"], facts["edition"]) == (pack, edition)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _file_row(name: str, content: bytes) -> dict[str, Any]:
    return {"file": name, "media_type": media_type(name), "bytes": len(content), "sha256": sha256(content)}


def media_type(name: str) -> str:
    """Return the media type of a file, by the end of its name."""
    kind = kind_of(name)
    return kind.media_type if kind else _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


# The parcel of a college.


def build_parcel(prepared: PreparedEdition, contents: ParcelContents, seal: ParcelSeal = UNSEALED) -> dict[str, bytes]:
    """Return the files of a college's folder by name: those of the edition, the cover note, and the seal."""
    note = format_as_text(compose_cover_note(prepared, contents)).encode()
    newest = newest_edition_address(prepared)
    facts = {
        **edition_facts(prepared, contents.name, contents.college.name),
        "last_record": prepared.last_record,
        **({"status_page": prepared.status_page} if prepared.status_page else {}),
        **({"address": newest} if newest else {}),
        **({"statuses": prepared.state.statuses} if prepared.state.statuses else {}),
        "briefings": [_text_facts(prepared, *version) for version in prepared.versions],
        "files": [_file_facts(file) for file in contents.files],
        "overridden": [{"name": name, "reason": reason} for name, reason in prepared.overridden],
    }
    return seal_parcel(facts, {**{file.name: file.content for file in contents.files}, COVER_NOTE: note}, seal)


def edition_facts(prepared: PreparedEdition, recipient: str, name: str) -> dict[str, Any]:
    """Return the facts of an edition for the manifest of a parcel to a college, or of a print job."""
    return {
        "college": recipient,
        "name": name,
        "pack": prepared.pack.id,
        "title": prepared.title,
        "edition": prepared.edition,
        "produced": prepared.produced.isoformat(),
        "record": prepared.record,
        "code": prepared.code,
    }


def _file_facts(file: FinishedFile) -> dict[str, Any]:
    facts = {"file": file.name, "format": file.format, "pages": file.pages}
    return {**facts, "copy": file.number} if file.number else facts


def _text_facts(prepared: PreparedEdition, name: str, version: str, title: str) -> dict[str, Any]:
    """Return the facts of a text for the manifest, with its statuses and corrections."""
    text = prepared.state.texts.get(name, TextState())
    state = {field: value for field in TextState.__slots__ if (value := getattr(text, field))}
    return {"id": name, "version": version, "title": title, **state}


def create_project_seal(project: Project) -> ParcelSeal:
    """Return the current seal of a library. Raises `EnvironmentFailure`."""
    imprint = project.loaded[0].imprint
    words = phrase_table(project.layouts).of(imprint.fields.language)
    # copies that are prepared do not count: prepared again, they name the same event
    events = (event for event in reversed(read_exported_events(project)) if event.kind != EventKind.PREPARED)
    last = next((event.digest for event in events), "")
    return ParcelSeal(last, read_project_key(project), render_check_page(imprint, project.layouts, words))


def read_exported_events(project: Project) -> tuple[Event, ...]:
    """Read the events in the table of the ledger, which a clone has too."""
    table = project.folder / LEDGER_FILE
    return read_table(table.read_bytes())[0] if table.is_file() else ()


# The page that checks a parcel in a browser, without a network.

CHECK_PAGE_TEMPLATE = "web/check.html.j2"
CHECK_PAGE_SCRIPT = Path(__file__).with_name("check.js")
"""The program's own script, not one of a layout: the page allows no other."""

_FORM_PHRASES = ("folder", "files", "file", "result", "no-script")
_SCRIPT_PHRASES = (
    *("busy", "as-sent", "changed", "missing", "added", "renamed", "whole", "unsigned", "wrong", "beside"),
    *("only-named", "not-ours", "no-signature", "line-ends", "do", "no-manifest", "cannot", "current"),
)
"""Phrases of the form and of the script, without 'check-'."""

_FORM = Markup("""<p><label for="folder">{folder}</label>
<input id="folder" type="file" webkitdirectory multiple></p>
<p id="answer" role="status"></p>
<table id="list" hidden>
<caption>{files}</caption>
<thead><tr><th scope="col">{file}</th><th scope="col">{result}</th></tr></thead>
<tbody></tbody>
</table>
<p id="current" hidden></p>
<noscript><p>{no_script}</p></noscript>
<script type="application/json" id="given">{given}</script>
<script>{script}</script>
""")


def render_site_files(imprint: LibrarySettings, layouts: Layouts, words: Phrases) -> dict[str, bytes]:
    """Render the page for the site of a library that signs its deliveries."""
    return {CHECK_PAGE: render_check_page(imprint, layouts, words)} if list_public_keys(imprint) else {}


def render_check_page(imprint: LibrarySettings, layouts: Layouts, words: Phrases) -> bytes:
    """Render the page of a library, with its public key, if it has one. Raises `LayoutFault`."""
    publisher, script = imprint.fields.publisher, CHECK_PAGE_SCRIPT.read_text(encoding="utf-8")
    key = next(iter(list_public_keys(imprint)), "")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rules = ("default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'")
    values = {
        "words": words,
        "language": words.language,
        "publisher": publisher,
        "key": key,
        "key_page": key_page_address(imprint),
        "policy": "; ".join((*rules, "base-uri 'none'", "form-action 'none'")),
    }
    phrases = {f"check-{name}": words.phrases[f"check-{name}"][0] for name in _SCRIPT_PHRASES}
    given = {"key": key, "about": SEALING_FILES, "stray": IGNORED_FILES, "publisher": publisher, "words": phrases}
    given_json = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    labels = {name.replace("-", "_"): words.say(f"check-{name}") for name in _FORM_PHRASES}
    form = _FORM.format(**labels, given=Markup(given_json), script=Markup(script))
    return fill_page_frame(layouts, CHECK_PAGE_TEMPLATE, values, form, standalone_page_style(imprint, layouts)).encode()
