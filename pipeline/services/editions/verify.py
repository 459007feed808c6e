"""The verb verify: find the edition of a file or code, and say whether it is intact and current."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

import click
from lxml import etree, html

from pipeline.build.plan import refuse_unknown_owners
from pipeline.build.project import Project
from pipeline.cli.options import CommonOptions
from pipeline.cli.outcome import Outcome, json_form, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, ordered
from pipeline.core.digests import sha256
from pipeline.core.limits import BrokenOff, run_limited
from pipeline.core.printed_code import LENGTH, SHORTEST, PrintedCode, is_code_length, read_code
from pipeline.core.sentences import count_noun
from pipeline.core.services import Hook
from pipeline.core.zip_archives import BadArchive, LargeArchive, open_zip_archive
from pipeline.load.folders import LIBRARY_FILE
from pipeline.load.references.retractions import was_overridden
from pipeline.load.versions import CodedVersion, read_coded_versions
from pipeline.model.bibliography import Reference
from pipeline.model.library import Library
from pipeline.model.source.versions import CODE_ALONE, IssuedFile, version_ref
from pipeline.model.words import format_date
from pipeline.services.editions.archive import Archive
from pipeline.services.editions.archive import open_archive as open_archive
from pipeline.services.editions.audit import audit, last_faults, witnesses_of
from pipeline.services.editions.record_chain import (
    EditionRecords,
    PackChain,
    SavedRecord,
    edition_code,
    find_edition,
    read_records,
)
from pipeline.services.editions.status import CurrentState, edition_now, notices, version_now, with_doubts

_CODE = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Z]{5,10}-\s?[0-9A-Z]{5,10}(?![0-9A-Za-z-])")
"""Symbols that may be a printed code, also across a line break."""

_CONTAINER = "META-INF/container.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


class UnreadableFile(Exception):
    """The file is not of the kind that its name says."""


def extract_page_texts(content: bytes) -> Sequence[str]:
    """Extract the text of each page of a file. Raises `UnreadableFile`."""
    if content[:5] == b"%PDF-":
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(content) as document:
                return [str(page.get_textpage().get_text_range()) for page in document]
        except pypdfium2.PdfiumError as error:
            raise UnreadableFile("the PDF is damaged or locked") from error
    if content[:4] == b"PK\x03\x04":
        return _texts_of_epub(content)
    if content.lstrip()[:1] == b"<":
        return [_text_of_markup(content)]
    try:
        return [content.decode()]
    except UnicodeDecodeError as error:
        raise UnreadableFile("it is neither a PDF nor an EPUB, a web page or plain text") from error


def read_as_json(content: bytes) -> bytes:
    """Return the codes on the pages of a file, or the reason why it cannot be read, as JSON."""
    try:
        texts = extract_page_texts(content)
    except UnreadableFile as error:
        return json.dumps(str(error)).encode()
    return json.dumps(printed_codes(texts)).encode()


def printed_codes(texts: Iterable[str]) -> list[str]:
    """Return all codes on some pages, each once."""
    codes = dict.fromkeys("".join(code.split()) for text in texts for code in _CODE.findall(text))
    return [code for code in codes if _is_code(code)]


def _is_code(text: str) -> bool:
    try:
        return str(read_code(text)) == text
    except UsageError:
        return False


def _texts_of_epub(content: bytes) -> list[str]:
    """Extract the texts of an EPUB in reading order."""
    try:
        with open_zip_archive(content) as archive:
            if _CONTAINER not in archive.namelist():
                raise UnreadableFile("it is an archive and no EPUB: unpack it, and verify the files in it")
            container = _xml(archive.read(_CONTAINER))
            package_path = next(container.iter(_ROOTFILE)).get("full-path", "")
            package = _xml(archive.read(package_path))
            files = {item.get("id"): unquote(item.get("href", "")) for item in package.iter(f"{_OPF}item")}
            order = [files.get(item.get("idref"), "") for item in package.iter(f"{_OPF}itemref")]
            return [_text_of_markup(archive.read(normpath(join(dirname(package_path), path)))) for path in order]
    except LargeArchive:
        raise UnreadableFile("it would unpack to more than a book can be") from None
    except (BadArchive, KeyError, StopIteration, etree.XMLSyntaxError) as error:
        raise UnreadableFile("the EPUB is damaged") from error


def _xml(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _text_of_markup(content: bytes) -> str:
    """Extract the words of a page of XHTML or HTML, one line for each block."""
    try:
        tree: Any = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableFile("the page is damaged") from error
    for element in list(tree.iter("script", "style", "template")):
        element.drop_tree()
    body = tree.find("body")
    return "\n".join((tree if body is None else body).itertext())


NOT_CHECKED = "not checked by this release"
DOUBT = "But the records do not hold: 'briefings verify --records' says why."


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """The answer on a file or a code: its edition, and whether it is intact and current."""

    asked: str
    """The file or code as the user typed it."""
    which: str
    """The edition or version, in words."""
    whole: str = ""
    """Whether the file is intact, in a sentence."""
    now: str = ""
    """Whether the edition is current, in sentences."""
    grade: str = ""
    """Whether the file is intact, in a word: `as-issued`, `by-code`, `code`, `unchecked` or `unknown`."""
    state: str = ""
    """Whether the edition is current, in a word."""
    doubtful: bool = False
    """True if the records of the pack are broken, so that nothing is certain."""
    copy: str = ""
    """Number and holder of a numbered copy."""
    by: str = ""
    """The records that were compared, in words."""
    remarks: tuple[Diagnostic, ...] = ()
    """Files of a parcel that are not as they were sent."""

    @property
    def holds(self) -> bool:
        """True if the file is intact and the edition current; of a code if the edition is current."""
        return self.grade in ("as-issued", "code") and self.state == "current" and not self.doubtful

    def as_json(self) -> Mapping[str, object]:
        """Return the answer for a program."""
        values: dict[str, object] = {
            "asked": self.asked,
            "which": self.which,
            "copy": self.copy,
            "whole": self.grade,
            "now": self.state,
            "by": self.by,
        }
        values |= {"said": " ".join(filter(None, (self.whole, self.now))), "holds": self.holds}
        remarks = [{"code": one.code, "file": one.place.path, "message": one.sentence} for one in self.remarks]
        return values | ({"remarks": remarks} if remarks else {})


def describe_state(state: CurrentState, doubtful: bool = False) -> str:
    """Return the state of an edition or version, its reasons and the next step."""
    doubt = (DOUBT,) if doubtful else ()
    return " ".join((f"{state.word}.", *state.reasons, *state.steps, *doubt))


@dataclass(frozen=True, slots=True)
class RecordsCheck:
    """The state of the records of a pack, and the copies that they were compared with."""

    by: str
    """The records that were compared, in words."""
    doubtful: bool = False
    """True if the records are broken, so that nothing is certain."""
    whole: str = ""
    """A sentence if the archive has another record of the edition."""


def no_archive(project: Project) -> str:
    """Return the reason why there is no archive: none is set, or library.yaml cannot be read."""
    is_set = re.search(rb"^archive:[ \t]*[^\s#]", project.files.get(LIBRARY_FILE, b""), re.MULTILINE)
    return f"the archive is not known, because {LIBRARY_FILE} cannot be read" if is_set else "no archive is set"


def check_records(project: Project, records: EditionRecords, saved: SavedRecord) -> RecordsCheck:
    """Compare the record of an edition, and the last one of its pack, with the copies in the archive."""
    pack, doubtful = saved.record.pack, bool(records.remarks_on(saved.record.pack))
    chain = records.chains[pack]
    try:
        archive = open_archive(project.part_of_library(()).imprint.fields.archive, project.folder)
        if archive is None:
            return RecordsCheck(f"the record here; {no_archive(project)}", doubtful)
        copies = {record.path: archive.record(pack, record.name) for record in (saved, chain[-1])}
        is_missing = not {record.name for record in chain}.issuperset(archive.records(pack))
    except (EnvironmentFailure, UsageError) as refusal:
        return RecordsCheck(f"the record here alone. {refusal}", doubtful)
    differing = [record for record in (saved, chain[-1]) if copies[record.path] not in (None, record.content)]
    copy = "; the archive has no copy" if copies[saved.path] is None else " and its copy in the archive"
    whole = f"cannot be said: the archive has another record of {saved.record.edition}." if saved in differing else ""
    return RecordsCheck(f"the record here{copy}", doubtful or is_missing or bool(differing), whole)


def state_of_edition(project: Project, library: Library, chain: PackChain, saved: SavedRecord) -> CurrentState:
    """Return the current state of an edition; `library` has the heads of its briefings."""
    state = edition_now(library, chain, saved, notices(project.files))
    works = project.doubted_works(saved.record.kept_texts)
    works_by_title = ((text.title, works.get(text.pinned, ())) for text in saved.record.briefings)

    def is_new(work: Reference) -> bool:
        return not was_overridden(work, saved.record.overridden, saved.record.issued)

    return with_doubts(state, ((title, filter(is_new, cited)) for title, cited in works_by_title))


def state_of_version(project: Project, kept: CodedVersion) -> CurrentState:
    """Return the current state of a kept version."""
    library = project.part_of_library({kept.id})
    state = version_now(library, kept.id, kept.version, kept.title, notices(project.files))
    text = version_ref(kept.id, kept.version)
    return with_doubts(state, ((kept.title, project.doubted_works((text,)).get(text, ())),))


class IssuedCopy(NamedTuple):
    """A copy of a file of an edition, from the records of a service."""

    pack: str
    edition: str
    format: str
    words: str
    """Its number and holder; empty if it is not numbered."""


class KnownIssues(Protocol):
    """The copies and parcels of issued editions in the records of a service."""

    def of_digest(self, digest: str) -> Iterable[IssuedCopy]:
        """Return the copies with a SHA-256."""

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """Return the number and holder of a copy; empty if it is not on record."""

    def parcel(self, place: Path) -> IdentityAnswer:
        """Return the answer on a folder."""


KNOWN_ISSUES: Hook[Callable[[Project], KnownIssues]] = Hook("identify")


def known_issues(project: Project) -> tuple[KnownIssues, ...]:
    """Return what each service has on record."""
    return tuple(ask(project) for ask in KNOWN_ISSUES)


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """The edition, file and copy that a file is identified as."""

    edition: SavedRecord
    file: IssuedFile | None
    copy: str = ""
    """Number and holder of a numbered copy."""


def identify_by_bytes(records: EditionRecords, known: Iterable[KnownIssues], content: bytes) -> FileIdentity | None:
    """Identify a file whose bytes are on record; None for any other."""
    digest = sha256(content)
    for saved in records.every():
        if file := saved.file(digest):
            return FileIdentity(saved, file)
    for copy in (copy for copies in known for copy in copies.of_digest(digest)):
        if edition := find_edition(records.chains.get(copy.pack, ()), copy.edition):
            file = next((file for file in edition.record.files if file.format == copy.format), None)
            return FileIdentity(edition, file, copy.words)
    return None


def audited(project: Project, pack: str | None, digest: str | None) -> Outcome:
    """Audit all records, kept versions and archived files, of one pack or of all."""
    library, records = project.part_of_library(()), read_records(project.files)
    if pack is not None and pack not in records.chains:
        refuse_unknown_owners(project.loaded[0], (pack,))
    witnesses = witnesses_of(project, library.imprint, project.files)
    remarks = [*audit(records, witnesses, pack)]
    chains = {name: chain for name, chain in records.chains.items() if pack in (None, name)}
    if pack is not None and digest:
        if len(digest) < 8 or set(digest.casefold()) - set("0123456789abcdef"):
            raise UsageError(f"'{digest}' is not a SHA-256 or its first 8 letters.")
        remarks += last_faults(chains.get(pack, ()), pack, digest)
    lines = _lines(project, chains, witnesses.archive, bool(remarks))
    return Outcome(ordered(remarks), lines, bool(remarks), is_report=True)


def _lines(
    project: Project, chains: Mapping[str, tuple[SavedRecord, ...]], archive: Archive | None, has_faults: bool
) -> Iterator[str]:
    """Yield lines on the checks, and the last record of each pack."""
    editions = sum(map(len, chains.values()))
    files = sum(len(saved.record.files) for chain in chains.values() for saved in chain)
    editions_and_packs = f"{count_noun(editions, 'edition')} of {count_noun(len(chains), 'pack')}"
    archived = f", {count_noun(files, 'file')} in the archive" if archive else f"; {no_archive(project)}"
    yield f"{editions_and_packs}{archived}: {'see above' if has_faults else 'all as they were written'}."
    for name, chain in chains.items():
        yield f"The last record of '{name}' is {chain[-1].name}, SHA-256 {chain[-1].sha256}"


def answers_code(project: Project, typed: str) -> tuple[IdentityAnswer, ...]:
    """Return the answers on a typed code, one for each edition and version that has it."""
    code = read_code(typed)
    answers = (*editions_with(project, code), *versions_with(project, code))
    return answers or (IdentityAnswer(str(code), "no text and no edition that is on record here", grade="unknown"),)


def editions_with(project: Project, code: PrintedCode) -> Iterator[IdentityAnswer]:
    """Yield an answer for each edition that has a code."""
    records = read_records(project.files)
    for saved in records.every():
        if edition_code(saved.record).text == code.text:
            copy, unknown = _copy_by_code(project, saved, code)
            answer = IdentityAnswer(str(code), unknown, grade="code", copy=copy)
            yield _complete_with_edition(project, records, answer, saved)


def _complete_with_edition(
    project: Project, records: EditionRecords, answer: IdentityAnswer, saved: SavedRecord, file: str = ""
) -> IdentityAnswer:
    """Complete an answer with an edition; its `which` becomes the end of the sentence."""
    record = saved.record
    library = project.part_of_library({briefing.id for briefing in record.briefings})
    state = state_of_edition(project, library, records.chains[record.pack], saved)
    check = check_records(project, records, saved)
    return replace(
        answer,
        which=f"{record.title}, {record.edition}{file}{answer.copy and f', {answer.copy}'}{answer.which}",
        whole=check.whole or answer.whole,
        now=describe_state(state, check.doubtful),
        grade="unknown" if check.whole and answer.whole else answer.grade,
        state=state.word,
        doubtful=check.doubtful,
        by=check.by,
    )


def versions_with(project: Project, code: PrintedCode) -> Iterator[IdentityAnswer]:
    """Yield an answer for each kept version that has a code."""
    for version in read_coded_versions(project.files):
        if version.code.text == code.text:
            state = state_of_version(project, version)
            name, by, differs = f"{version.title}, version {version.version}", "", False
            if version.approved_words:
                differs = version.approved_words != version.digest
                which_words = "not those" if differs else "those"
                by = f"the record here; its words are {which_words} that were approved, by their SHA-256"
            elif version.approved_code:
                by = f"the record here. {CODE_ALONE}"
            yield IdentityAnswer(
                str(code), name, "", describe_state(state, differs), "code", state.word, differs, by=by
            )


def _copy_by_code(project: Project, saved: SavedRecord, code: PrintedCode) -> tuple[str, str]:
    """Return the number and holder of the copy in a code, or else a clause that it is not on record."""
    if not code.copy:
        return "", ""
    names = (copies.in_words(saved.record.pack, saved.record.edition, code.copy) for copies in known_issues(project))
    copy = next(filter(None, names), "")
    return copy, "" if copy else f", copy {code.copy}, which is not in the ledger"


_END = re.compile(rb"%%EOF\r?\n?")
"""The end of a PDF, or of an incremental update."""
_NOT_ISSUED = "not as issued. Its printed code, {code}, names this edition."
_NO_FILES = "cannot be said: no file of a version is on record. Its printed code, {code}, names this version."


_MOST_BYTES = 500_000_000
"""Most bytes of a file that is read into memory."""


def answer_file(project: Project, path: Path) -> tuple[IdentityAnswer, ...]:
    """Return the answers on a file: one if it is issued, else one for each edition or version that its codes name."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise EnvironmentFailure(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB, the limit of an edition.")
        content = path.read_bytes()
    except OSError as refusal:
        raise EnvironmentFailure(f"{path} cannot be read: {refusal.strerror}.") from refusal
    records = read_records(project.files)
    copies = known_issues(project)
    if identity := identify_by_bytes(records, copies, content):
        whole = f"as issued, on {format_date(identity.edition.record.issued)}."
        return (_answer_identified(project, records, path, identity, whole, "as-issued"),)
    if identity := _identify_signed(records, copies, content):
        whole = f"not as issued: a signature follows the issued file, and is {NOT_CHECKED}."
        return (_answer_identified(project, records, path, identity, whole, "unchecked"),)
    return _answer_by_codes(project, records, path, content)


def _answer_identified(
    project: Project, records: EditionRecords, path: Path, identity: FileIdentity, whole: str, grade: str
) -> IdentityAnswer:
    """Return the answer on an identified file."""
    answer = IdentityAnswer(str(path), "", whole, grade=grade, copy=identity.copy)
    file = f" ({identity.file.file})" if identity.file else ""
    return _complete_with_edition(project, records, answer, identity.edition, file)


def _identify_signed(records: EditionRecords, copies: Iterable[KnownIssues], content: bytes) -> FileIdentity | None:
    """Identify the issued file that a PDF signed by release 1 begins with."""
    for end in (match.end() for match in _END.finditer(content) if content.startswith(b"%PDF")):
        issued = identify_by_bytes(records, copies, content[:end])
        if issued and b"/ByteRange" in content[end:]:
            return issued
    return None


def _answer_by_codes(
    project: Project, records: EditionRecords, path: Path, content: bytes
) -> tuple[IdentityAnswer, ...]:
    """Return the answers on a file that is not as issued, from the codes on its pages."""
    limit = project.limit("proof")
    try:
        codes_or_reason = json.loads(run_limited(read_as_json, content, limit.seconds, limit.memory))
    except BrokenOff as broken:
        codes_or_reason = str(broken)
    codes = [] if isinstance(codes_or_reason, str) else [read_code(text) for text in codes_or_reason]
    for answer_by, whole in ((editions_with, _NOT_ISSUED), (versions_with, _NO_FILES)):
        answers = [(code, answer) for code in codes for answer in answer_by(project, code)]
        if answers:
            return tuple(
                replace(answer, asked=str(path), whole=whole.format(code=code), grade="by-code")
                for code, answer in answers
            )
    if isinstance(codes_or_reason, str):
        whole = f"not as issued, and its pages cannot be read: {codes_or_reason.rstrip('.')}."
    elif codes:
        whole = f"not as issued, and its printed code is on no record here: {', '.join(map(str, codes))}."
    else:
        whole = "not as issued, and no code of ours is on its pages."
    doubt = f" {DOUBT}" if records.remarks else ""
    return (IdentityAnswer(str(path), "no edition that is on record here", f"{whole}{doubt}", grade="unknown"),)


_LONGEST = 100
"""Most letters of a name that a message shows."""


@click.command("verify")
@click.argument("things", nargs=-1, metavar="[FILE|FOLDER|CODE]...")
@click.option(
    "--records", is_flag=True, help="Check all records, kept versions and archived files, or those of one pack."
)
@click.option(
    "--last",
    "digest",
    metavar="SHA256",
    help="With --records PACK: the SHA-256 of its last record, from a covering note.",
)
@verb_with_outcome("text", "json", "sarif", on_demand=True)
def verb(project: Project, things: tuple[str, ...], records: bool, digest: str | None) -> Outcome:
    """Identify a file, a delivery or a printed code, and check it.

    For a folder, checks the signature and every file. Exits with 0 if each file is unchanged and its edition is
    current, else with 1.
    """
    if records:
        if len(things) > 1:
            raise click.UsageError("--records takes one pack, or none for all.")
        if digest and not things:
            raise click.UsageError("--last goes with --records and a pack: it is the SHA-256 of its last record.")
        return audited(project, next(iter(things), None), digest)
    CommonOptions(click.get_current_context()).form("text", "json")
    if not things or digest:
        raise click.UsageError("Name a file, a folder or a code, or ask for --records.")
    answers = [answer for thing in things for answer in _answer(project, thing)]
    remarks = [remark for answer in answers for remark in answer.remarks]
    values = {"verified": [answer.as_json() for answer in answers]}
    code = int(not all(answer.holds for answer in answers))
    return Outcome(remarks, _lines_of_answers(answers), code, forms=json_form(values))


def _answer(project: Project, thing: str) -> tuple[IdentityAnswer, ...]:
    """Return the answers on a file or folder of a name, or else on a code."""
    path = Path(thing)
    try:
        path.lstat()
    except (OSError, ValueError):  # there is no such file, or the name is not valid
        return _answers_code(project, thing if len(thing) <= _LONGEST else f"{thing[:_LONGEST]}…")
    if path.is_file():
        return answer_file(project, path)
    if (path / "bagit.txt").is_file():  # made by 'disclose' or 'record --as bagit' of release 1
        whole = f"{NOT_CHECKED}: check its manifest with any BagIt tool."
        return (IdentityAnswer(thing, "a bag (BagIt)", whole, grade="unchecked"),)
    if not path.is_dir():
        return _answers_code(project, thing)
    for copies in known_issues(project):
        return (copies.parcel(path),)
    advice = f"'{thing}' is a folder: name its files, 'briefings verify {thing}/*', or a printed code."
    return (IdentityAnswer(thing, f"nothing. {advice}", grade="unknown"),)


def _answers_code(project: Project, thing: str) -> tuple[IdentityAnswer, ...]:
    """Return the answers on a code, or the answer that the text is not one."""
    try:
        if any(sign in thing for sign in "./\\"):
            raise UsageError(f"There is no file '{thing}'.")
        if not is_code_length(sum(sign.isalnum() for sign in thing)):
            of_address = " This may be the end of an address: the code is at the foot of each page."
            hint = of_address if thing.isalnum() and len(thing) == SHORTEST else ""
            raise UsageError(f"There is no file '{thing}', and a code has {LENGTH} letters and figures.{hint}")
        return answers_code(project, thing)
    except UsageError as refused:
        return (IdentityAnswer(thing, f"nothing. {refused}", grade="unknown"),)


def _lines_of_answers(answers: Sequence[IdentityAnswer]) -> Iterator[str]:
    for answer in answers:
        yield answer.asked
        yield f"  which: {answer.which}"
        yield from (f"  whole: {answer.whole}",) if answer.whole else ()
        yield from (f"  now: {answer.now}",) if answer.now else ()
        yield from (f"  by: {answer.by.rstrip('.')}.",) if answer.by else ()
