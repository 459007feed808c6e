"""Parcels: a college's files with the cover note, the manifest, the page that checks it; answers on whole parcels."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from pipeline.bind.frames import fill_page_frame
from pipeline.build.project import Project
from pipeline.compose.design.style import standalone_page_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location, ordered
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun
from pipeline.load.folders import LEDGER_FILE
from pipeline.load.register import CopyEntry
from pipeline.load.words import phrase_table
from pipeline.model.formats import Layouts
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of, present_ids
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.words import Phrases
from pipeline.services.colleges.ledger import read_prepared_copies
from pipeline.services.colleges.ledger_events import Event, EventKind, read_table
from pipeline.services.colleges.letters import (
    COVER_NOTE,
    ParcelContents,
    compose_cover_note,
    format_as_text,
    key_page_address,
    newest_edition_address,
)
from pipeline.services.colleges.manifest import (
    ADDED,
    CHECK_PAGE,
    IGNORED_FILES,
    ISSUED_BYTES,
    MANIFEST,
    SEALING_FILES,
    SIGNING_KEY,
    SSH_SIGNATURE,
    UNSEALED,
    ParcelCheck,
    ParcelSeal,
    PublicKey,
    SigningKey,
    check_parcel,
    read_public_key,
    read_signing_key,
    seal_parcel,
)
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.edition import FinishedFile, TextState
from pipeline.services.editions.records import EditionRecords, PackChain, SavedRecord, read_records
from pipeline.services.editions.verify import (
    NOT_CHECKED,
    IdentityAnswer,
    IssuedCopy,
    check_records,
    describe_state,
    identify_by_bytes,
    known_issues,
    state_of_edition,
)


def build_parcel(prepared: PreparedEdition, contents: ParcelContents, seal: ParcelSeal = UNSEALED) -> dict[str, bytes]:
    """Return all that goes into a college's folder, by file name: its files, the cover note, and the seal."""
    note = format_as_text(compose_cover_note(prepared, contents)).encode()
    files = {**{file.name: file.content for file in contents.files}, COVER_NOTE: note}
    newest = newest_edition_address(prepared)
    facts = {
        "college": contents.name,
        "name": contents.college.name,
        "pack": prepared.pack.id,
        "title": prepared.title,
        "edition": prepared.edition,
        "produced": prepared.produced.isoformat(),
        "record": prepared.record,
        "code": prepared.code,
        "last_record": prepared.last_record,
        **({"status_page": prepared.status_page} if prepared.status_page else {}),
        **({"address": newest} if newest else {}),
        **({"statuses": prepared.state.statuses} if prepared.state.statuses else {}),
        "briefings": [_text_facts(prepared, *version) for version in prepared.versions],
        "files": [_file_facts(file) for file in contents.files],
        "overridden": [{"name": name, "reason": reason} for name, reason in prepared.overridden],
    }
    return seal_parcel(facts, files, seal)


def _file_facts(file: FinishedFile) -> dict[str, object]:
    facts = {"file": file.name, "format": file.format, "pages": file.pages}
    return {**facts, "copy": file.number} if file.number else facts


def _text_facts(prepared: PreparedEdition, name: str, version: str, title: str) -> dict[str, object]:
    """Return the facts of a text for the manifest, with its statuses and corrections."""
    text = prepared.state.texts.get(name, TextState())
    state = {field: value for field in TextState.__slots__ if (value := getattr(text, field))}
    return {"id": name, "version": version, "title": title, **state}


# The page that checks a parcel in a browser, without a network.

TEMPLATE = "web/check.html.j2"
SCRIPT = Path(__file__).with_name("check.js")
"""Not a layout: what runs in other people's browsers is the program's own, and the page lets nothing else run."""

_WORDS = (
    *("busy", "as-sent", "changed", "missing", "added", "renamed", "whole", "unsigned", "wrong", "beside"),
    *("only-named", "not-ours", "no-signature", "line-ends", "do", "no-manifest", "cannot", "current"),
)
"""Phrases that the script says, without 'check-'."""

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
    """The page for the site of a library that signs its deliveries."""
    return (
        {CHECK_PAGE: render_check_page(imprint, layouts, words)} if imprint.fields.of(DeliverySettings).signing else {}
    )


def render_check_page(imprint: LibrarySettings, layouts: Layouts, words: Phrases) -> bytes:
    """The page of a library, with its public key, if it has one. Raises `LayoutFault`."""
    fields, script = imprint.fields, SCRIPT.read_text(encoding="utf-8")
    key = next(iter(fields.of(DeliverySettings).public_keys), "")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rules = ("default-src 'none'", "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'")
    values = {
        "words": words,
        "language": words.language,
        "publisher": fields.publisher,
        "key": key,
        "key_page": key_page_address(imprint),
        "policy": "; ".join((*rules, "base-uri 'none'", "form-action 'none'")),
    }
    phrases = {f"check-{name}": words.phrases[f"check-{name}"][0] for name in _WORDS}
    given = {
        "key": key,
        "about": SEALING_FILES,
        "stray": IGNORED_FILES,
        "publisher": fields.publisher,
        "words": phrases,
    }
    said = json.dumps(given, ensure_ascii=False).replace("<", "\\u003c")
    names = ("folder", "files", "file", "result", "no-script")
    told = {name.replace("-", "_"): words.say(f"check-{name}") for name in names}
    form = _FORM.format(**told, given=Markup(said), script=Markup(script))
    return fill_page_frame(layouts, TEMPLATE, values, form, standalone_page_style(imprint, layouts)).encode()


def signing_key_is_set(library: Library) -> Iterator[Diagnostic]:
    """The fault that the environment lacks the key of a library that names one: it gives out nothing unsigned."""
    if library.imprint.fields.of(DeliverySettings).signing and not os.environ.get(SIGNING_KEY):
        yield message("secret-missing", library.imprint.marks.key_at("signing"), variable=SIGNING_KEY)


def create_project_seal(project: Project) -> ParcelSeal:
    """The means by which parcels of a library are sealed, as they are now. Raises `EnvironmentFailure`."""
    imprint = project.loaded[0].imprint
    words = phrase_table(project.layouts).of(imprint.fields.language)
    events = _events_in_table(project)
    # copies that are prepared do not count: prepared again, they name the same event
    last = next((event.digest for event in reversed(events) if event.kind != EventKind.PREPARED), "")
    return ParcelSeal(last, _signing_key(project), render_check_page(imprint, project.layouts, words))


def _events_in_table(project: Project) -> tuple[Event, ...]:
    """The events in the table of the ledger, which a clone has too."""
    table = project.folder / LEDGER_FILE
    return read_table(table.read_bytes())[0] if table.is_file() else ()


def _signing_key(project: Project) -> SigningKey | None:
    """The private key of a library that names a public one."""
    signing = project.loaded[0].imprint.fields.of(DeliverySettings).signing
    if signing is None:
        return None
    key = read_signing_key(os.environ.get(SIGNING_KEY, ""), project.folder)
    if key.public.minisign != signing.key:
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names is not the one of library.yaml: its public half is "
            f"{key.public.minisign}, and 'signing:' names {signing.key}."
        )
    return key


# Answers on whole parcels: the signature, each file, and whether the edition is current. Works without `output/`.

_TAKE_OUT = "It is no part of this parcel: take it out, and verify again."
_NO_PARCEL = "If it is a parcel, use nothing of it, and have it sent again. If it is none, name its files:"
NOT_ISSUED = "is no file of this edition"


class KnownCopies:
    """The copies that colleges were prepared, by the files of `source/`: a verifier may have no database."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _register(self) -> tuple[CopyEntry, ...]:
        return read_prepared_copies(self.project.files)

    def of_digest(self, digest: str) -> Iterator[IssuedCopy]:
        """The copies whose bytes have this SHA-256."""
        for entry in (entry for entry in self._register if entry.sha256 == digest):
            words = self._in_words(entry) if entry.copy_number else ""
            yield IssuedCopy(entry.pack, entry.edition, entry.format, words)

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """The number of a copy, and who holds it; nothing where it is not in the ledger."""
        own = (one for one in self._register if (*one.issue, one.copy_number) == (pack, edition, number))
        return next(map(self._in_words, own), "")

    def _in_words(self, entry: CopyEntry) -> str:
        known = colleges_of(self.project.part_of_library(()).others)
        name = present_ids(known).get(entry.college, entry.college)
        return f"copy {entry.copy_number}, held by {known[name].name if name in known else name}"

    def parcel(self, place: Path) -> IdentityAnswer:
        """The answer on a folder with a parcel."""
        return verify_parcel(self.project, place)


def verify_parcel(project: Project, place: Path) -> IdentityAnswer:
    """The answer on a folder with a parcel."""
    try:
        files = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
    found = check_parcel(files, read_public_keys(project))
    if found.not_ours:
        hint = None if MANIFEST in files else f"{_NO_PARCEL} 'briefings verify {place}/*'."
        remark = message("verify-key", Location(str(place / MANIFEST)), hint, name=MANIFEST, what=found.not_ours)
        return IdentityAnswer(str(place), "nothing that can be said", "not ours.", grade="not-ours", remarks=(remark,))
    said = found.said
    records = read_records(project.files)
    one = next((one for one in records.every() if one.sha256 == said.get("record")), None)
    faults = (*found.faults, *(_strange(project, records, one, found, files) if one else ()))
    remarks = tuple(
        message("verify-file", Location(str(place / name)), _TAKE_OUT if what == ADDED else None, file=name, what=what)
        for name, what in faults
    )
    title, edition = (one.record.title, one.record.edition) if one else (said.get("title"), said.get("edition"))
    which = f"{title}, {edition}, for {said.get('name')}"
    whole, grade = _whole(found, len(remarks), one is not None)
    names = [name for name, row in found.files.items() if ISSUED_BYTES in row] + [SSH_SIGNATURE] * (
        SSH_SIGNATURE in files
    )
    whole += f" Signatures {NOT_CHECKED}: {', '.join(names)}." if names else ""
    if one is None:
        now = "cannot be said: its edition is not on record here."
        return IdentityAnswer(str(place), which, whole, now, grade, remarks=ordered(remarks))
    chain = records.chains[one.record.pack]
    library = project.part_of_library({text.id for text in one.record.briefings})
    state = state_of_edition(project, library, chain, one)
    lost = _lost_since(project, chain, str(said.get("last_record", "")), str(said.get("event", "")))
    asked = check_records(project, records, one)
    now, doubtful = " ".join(filter(None, (describe_state(state, asked.doubtful), lost))), asked.doubtful or bool(lost)
    return IdentityAnswer(
        str(place), which, whole, now, grade, state.word, doubtful, by=asked.by, remarks=ordered(remarks)
    )


def _whole(found: ParcelCheck, wrong: int, known: bool) -> tuple[str, str]:
    """Words and the grade for the files of a parcel; where nobody signed it, those on record alone are ours."""
    many = count_noun(len(found.files), "file")
    by = "signed by our key" if found.signed_by else "not signed"
    if wrong:
        are = "is" if wrong == 1 else "are"
        return f"{count_noun(wrong, 'file')} {are} not as sent; the manifest is {by}.", "other-files"
    if found.signed_by:
        return f"as sent: {many}, and the manifest is {by}.", "as-issued"
    made = f"the cover note and {CHECK_PAGE}" if known else "any of it"
    return f"as its manifest says: {many}; not signed: nobody can say who made {made}.", "unsigned"


def read_public_keys(project: Project) -> tuple[PublicKey, ...]:
    """The keys of the publisher, the one in use first."""
    return tuple(map(read_public_key, project.part_of_library(()).imprint.fields.of(DeliverySettings).public_keys))


def _strange(
    project: Project, records: EditionRecords, one: SavedRecord, found: ParcelCheck, files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Files of the edition by the manifest, which are all but two, and that no record or register has.

    Of a PDF that release 1 signed, our key stands for the whole, and the record for its beginning.
    """
    copies = known_issues(project)
    others = {name for name, _ in found.faults} | {COVER_NOTE, CHECK_PAGE}
    for name in (name for name in found.files if name not in others):
        issued = found.files[name].get(ISSUED_BYTES) if found.signed_by else None
        judged = identify_by_bytes(records, copies, files[name][:issued])
        if judged is None or judged.edition is not one:
            yield name, NOT_ISSUED


def _lost_since(project: Project, chain: PackChain, last: str, event: str) -> str:
    """A sentence, where the record or the event that was the last when the parcel was made is not here."""
    if last and not any(one.sha256 == last for one in chain):
        return f"But no record has the SHA-256 {last[:8]}…, which it names as the last: 'briefings verify --records'."
    if event and not any(one.digest == event for one in _events_in_table(project)):
        where = "'briefings ledger check' looks at it"
        return f"But the ledger does not hold the event {event[:8]}, which it names: {where}."
    return ""
