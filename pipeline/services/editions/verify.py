"""The verb verify: which edition a file or a code is of, whether it is whole, and whether it is current."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote

import click
from lxml import etree, html

from pipeline.build.plan import refuse_unknown
from pipeline.build.project import Project
from pipeline.cli.options import CommonOptions
from pipeline.cli.outcome import Outcome, own_json, rendered
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, ordered
from pipeline.core.digests import sha256
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.printed_code import LENGTH, SHORTEST, PrintedCode, may_be_as_long, read_code
from pipeline.core.sentences import count
from pipeline.core.services import hooked
from pipeline.core.zip_archives import BadArchive, LargeArchive, archive_of
from pipeline.load.folders import LIBRARY
from pipeline.load.references.retractions import was_told
from pipeline.load.versions import CodedVersion, coded_versions
from pipeline.model.library import Library
from pipeline.model.source.versions import CODE_ALONE, IssuedFile, version_ref
from pipeline.model.words import format_date
from pipeline.services.editions.archive import Archive
from pipeline.services.editions.archive import archive_of as archive_archive_of
from pipeline.services.editions.audit import audit, last_faults, witnesses_of
from pipeline.services.editions.records import Chain, RecordChain, SavedRecord, edition_code, edition_of, read_records
from pipeline.services.editions.status import CurrentState, edition_now, notices, version_now, with_doubts

_CODE = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Z]{5,10}-\s?[0-9A-Z]{5,10}(?![0-9A-Za-z-])")
"""Signs that may be a code as it is printed, or as a line has broken it."""

_CONTAINER = "META-INF/container.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"


class CannotBeRead(Exception):
    """The file cannot be read as what its name says."""


def page_texts(content: bytes) -> Sequence[str]:
    """The text of each page as a program copies it, line by line. Raises `CannotBeRead`."""
    if content[:5] == b"%PDF-":
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(content) as document:
                return [str(page.get_textpage().get_text_range()) for page in document]
        except pypdfium2.PdfiumError as wrong:
            raise CannotBeRead("the PDF is damaged or locked") from wrong
    if content[:4] == b"PK\x03\x04":
        return _of_book(content)
    if content.lstrip()[:1] == b"<":
        return [_of_markup(content)]
    try:
        return [content.decode()]
    except UnicodeDecodeError as wrong:
        raise CannotBeRead("it is neither a PDF nor an EPUB, a web page or plain text") from wrong


def read_as_json(content: bytes) -> bytes:
    """The codes on the pages of a file as JSON, or why there are none."""
    try:
        texts = page_texts(content)
    except CannotBeRead as wrong:
        return json.dumps(str(wrong)).encode()
    return json.dumps(printed_codes(texts)).encode()


def printed_codes(texts: Iterable[str]) -> list[str]:
    """The codes that stand on pages, each once, whatever they are of."""
    found = dict.fromkeys("".join(code.split()) for text in texts for code in _CODE.findall(text))
    return [code for code in found if _is_a_code(code)]


def _is_a_code(said: str) -> bool:
    try:
        return str(read_code(said)) == said
    except UsageError:
        return False


def _of_book(content: bytes) -> list[str]:
    """The texts of a book in reading order."""
    try:
        with archive_of(content) as archive:
            if _CONTAINER not in archive.namelist():
                raise CannotBeRead("it is an archive and no EPUB: unpack it, and verify the files in it")
            container = _xml(archive.read(_CONTAINER))
            place = next(container.iter(_ROOTFILE)).get("full-path", "")
            package = _xml(archive.read(place))
            files = {one.get("id"): unquote(one.get("href", "")) for one in package.iter(f"{_OPF}item")}
            order = [files.get(one.get("idref"), "") for one in package.iter(f"{_OPF}itemref")]
            return [_of_markup(archive.read(normpath(join(dirname(place), path)))) for path in order]
    except LargeArchive:
        raise CannotBeRead("it would unpack to more than a book can be") from None
    except (BadArchive, KeyError, StopIteration, etree.XMLSyntaxError) as wrong:
        raise CannotBeRead("the EPUB is damaged") from wrong


def _xml(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _of_markup(content: bytes) -> str:
    """The words of a page of XHTML or HTML, a line a block."""
    try:
        tree: Any = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError) as wrong:
        raise CannotBeRead("the page is damaged") from wrong
    for one in list(tree.iter("script", "style", "template")):
        one.drop_tree()
    body = tree.find("body")
    return "\n".join((tree if body is None else body).itertext())


NOT_CHECKED = "not checked by this release"
DOUBT = "But the records do not hold: 'briefings verify --records' says why."


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """The answer on a file or a code: which edition, whether whole, whether current; and whether all that holds."""

    asked: str
    which: str
    whole: str = ""
    now: str = ""
    grade: str = ""
    state: str = ""
    doubtful: bool = False
    """Whether the records of the pack do not hold, so that nothing is sure."""
    copy: str = ""
    by: str = ""
    """The records that were asked, in words."""
    remarks: tuple[Diagnostic, ...] = ()
    """Files of a parcel that are not as they were sent."""

    @property
    def holds(self) -> bool:
        """Whether it is whole and current; of a code whether it is current."""
        return self.grade in ("as-issued", "code") and self.state == "current" and not self.doubtful

    def as_json(self) -> Mapping[str, object]:
        """The answer for a program."""
        said: dict[str, object] = {
            "asked": self.asked,
            "which": self.which,
            "copy": self.copy,
            "whole": self.grade,
            "now": self.state,
            "by": self.by,
        }
        said |= {"said": " ".join(filter(None, (self.whole, self.now))), "holds": self.holds}
        remarks = [{"code": one.code, "file": one.place.path, "message": one.sentence} for one in self.remarks]
        return said | ({"remarks": remarks} if remarks else {})


def state_in_words(state: CurrentState, doubtful: bool = False) -> str:
    """The state of an edition or a version, why it is so, and what to do."""
    doubt = (DOUBT,) if doubtful else ()
    return " ".join((f"{state.word}.", *state.reasons, *state.steps, *doubt))


@dataclass(frozen=True, slots=True)
class AskedRecords:
    """Whether the records of a pack hold, and who was asked."""

    by: str
    """The witnesses in words."""
    doubtful: bool = False
    """Whether the records do not hold, so that nothing is sure."""
    whole: str = ""
    """A sentence if the archive has another record of the edition."""


def no_archive(project: Project) -> str:
    """Why no archive is asked: none is set, or what names one cannot be read."""
    named = re.search(rb"^archive:[ \t]*[^\s#]", project.files.get(LIBRARY, b""), re.MULTILINE)
    return f"the archive is not known, because {LIBRARY} cannot be read" if named else "no archive is set"


def ask_records(project: Project, records: RecordChain, one: SavedRecord) -> AskedRecords:
    """Compare the record of an edition, and the last one of its pack, with the copies in the archive."""
    pack, doubtful = one.record.pack, bool(records.remarks_on(one.record.pack))
    chain = records.chains[pack]
    try:
        archive = archive_archive_of(project.part_of_library(()).imprint.fields.archive, project.folder)
        if archive is None:
            return AskedRecords(f"the record here; {no_archive(project)}", doubtful)
        copies = {each.path: archive.record(pack, each.name) for each in (one, chain[-1])}
        lost = not {each.name for each in chain}.issuperset(archive.records(pack))
    except (EnvironmentFailure, UsageError) as refusal:
        return AskedRecords(f"the record here alone. {refusal}", doubtful)
    differing = [each for each in (one, chain[-1]) if copies[each.path] not in (None, each.content)]
    copy = "; the archive has no copy" if copies[one.path] is None else " and its copy in the archive"
    whole = f"cannot be said: the archive has another record of {one.record.edition}." if one in differing else ""
    return AskedRecords(f"the record here{copy}", doubtful or lost or bool(differing), whole)


def state_of_edition(project: Project, library: Library, chain: Chain, one: SavedRecord) -> CurrentState:
    """The state now of an edition; `library` has the heads of its briefings."""
    state = edition_now(library, chain, one, notices(project.files))
    works = project.doubted_works(one.record.kept_texts)
    rests = ((text.title, works.get(text.pinned, ())) for text in one.record.briefings)
    told = (one.record.overridden, one.record.issued)
    return with_doubts(
        state, ((title, (work for work in found if not was_told(work, *told))) for title, found in rests)
    )


def state_of_version(project: Project, kept: CodedVersion) -> CurrentState:
    """The state now of a kept version."""
    library = project.part_of_library({kept.id})
    state = version_now(library, kept.id, kept.version, kept.title, notices(project.files))
    text = version_ref(kept.id, kept.version)
    return with_doubts(state, ((kept.title, project.doubted_works((text,)).get(text, ())),))


class IssuedCopy(NamedTuple):
    """A copy of a file of an edition, as a service has it on record."""

    pack: str
    edition: str
    format: str
    words: str
    """Its number and who holds it; nothing where it is not numbered."""


class Copies(Protocol):
    """The copies of issued editions that a service has on record, and the parcels that it made of them."""

    def of_digest(self, digest: str) -> Iterable[IssuedCopy]:
        """The copies whose bytes have this SHA-256."""

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """The number of a copy, and who holds it; nothing where it is not on record."""

    def parcel(self, place: Path) -> IdentityAnswer:
        """The answer on a folder."""


def copies_of(project: Project) -> tuple[Copies, ...]:
    """The copies that each service knows."""
    return tuple(ask(project) for _, ask in hooked("identify"))


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """An issued file: the edition, the file of it, and whose copy it is."""

    edition: SavedRecord
    file: IssuedFile | None
    copy: str = ""
    """Number and holder of a numbered copy."""


def by_bytes(records: RecordChain, known: Iterable[Copies], content: bytes) -> FileIdentity | None:
    """The judgement on a file whose bytes are on record; none on any other."""
    digest = sha256(content)
    for one in records.every():
        if file := one.file(digest):
            return FileIdentity(one, file)
    for copy in (copy for copies in known for copy in copies.of_digest(digest)):
        if edition := edition_of(records.chains.get(copy.pack, ()), copy.edition):
            file = next((file for file in edition.record.files if file.format == copy.format), None)
            return FileIdentity(edition, file, copy.words)
    return None


def audited(project: Project, pack: str | None, last: str | None) -> Outcome:
    """The audit of every record, kept version and archived file, of one pack or of all."""
    library, records = project.part_of_library(()), read_records(project.files)
    if pack is not None and pack not in records.chains:
        refuse_unknown(project.loaded[0], (pack,))
    witnesses = witnesses_of(project, library.imprint, project.files)
    remarks = [*audit(records, witnesses, pack)]
    chains = {name: chain for name, chain in records.chains.items() if pack in (None, name)}
    if pack is not None and last:
        if len(last) < 8 or set(last.casefold()) - set("0123456789abcdef"):
            raise UsageError(f"'{last}' is no SHA-256, nor its first 8 letters.")
        remarks += last_faults(chains.get(pack, ()), pack, last)
    lines = _lines(project, chains, witnesses.archive, bool(remarks))
    return Outcome(ordered(remarks), lines, bool(remarks), is_report=True)


def _lines(
    project: Project, chains: Mapping[str, tuple[SavedRecord, ...]], archive: Archive | None, wrong: bool
) -> Iterator[str]:
    """Lines on what was looked at, and the last record of each pack."""
    editions = sum(map(len, chains.values()))
    files = sum(len(one.record.files) for chain in chains.values() for one in chain)
    looked = f"{count(editions, 'edition')} of {count(len(chains), 'pack')}"
    held = f", {count(files, 'file')} in the archive" if archive else f"; {no_archive(project)}"
    yield f"{looked}{held}: {'see above' if wrong else 'all as they were written'}."
    for name, chain in chains.items():
        yield f"The last record of '{name}' is {chain[-1].name}, SHA-256 {chain[-1].sha256}"


def answers_code(project: Project, typed: str) -> tuple[IdentityAnswer, ...]:
    """The answers on a code as it was typed: one for each edition and each version whose words have it."""
    code = read_code(typed)
    found = (*editions_with(project, code), *versions_with(project, code))
    return found or (IdentityAnswer(str(code), "no text and no edition that is on record here", grade="unknown"),)


def editions_with(project: Project, code: PrintedCode) -> Iterator[IdentityAnswer]:
    """The answers on a code for each edition that has it."""
    records = read_records(project.files)
    for one in records.every():
        if edition_code(one.record).text == code.text:
            copy, unknown = "", ""
            if code.copy:
                names = (known.in_words(one.record.pack, one.record.edition, code.copy) for known in copies_of(project))
                copy = next(filter(None, names), "")
                unknown = "" if copy else f", copy {code.copy}, which is not in the ledger"
            yield _on_edition(project, records, IdentityAnswer(str(code), unknown, grade="code", copy=copy), one)


def _on_edition(
    project: Project, records: RecordChain, answer: IdentityAnswer, one: SavedRecord, file: str = ""
) -> IdentityAnswer:
    """The answer on an edition, on a code or file of it; `which` of the answer is the end of the sentence."""
    record = one.record
    library = project.part_of_library({briefing.id for briefing in record.briefings})
    state = state_of_edition(project, library, records.chains[record.pack], one)
    asked = ask_records(project, records, one)
    return replace(
        answer,
        which=f"{record.title}, {record.edition}{file}{answer.copy and f', {answer.copy}'}{answer.which}",
        whole=asked.whole or answer.whole,
        now=state_in_words(state, asked.doubtful),
        grade="unknown" if asked.whole and answer.whole else answer.grade,
        state=state.word,
        doubtful=asked.doubtful,
        by=asked.by,
    )


def versions_with(project: Project, code: PrintedCode) -> Iterator[IdentityAnswer]:
    """The answers on a code for each kept version that has it."""
    for kept in coded_versions(project.files):
        if kept.code.text == code.text:
            state = state_of_version(project, kept)
            which, by, other = f"{kept.title}, version {kept.version}", "", False
            if kept.approved_words:
                other = kept.approved_words != kept.digest
                those = "not those" if other else "those"
                by = f"the record here; its words are {those} that were approved, by their SHA-256"
            elif kept.approved_code:
                by = f"the record here. {CODE_ALONE}"
            yield IdentityAnswer(str(code), which, "", state_in_words(state, other), "code", state.word, other, by=by)


def _copy_by_code(project: Project, one: SavedRecord, code: PrintedCode) -> tuple[str, str]:
    """The number and the holder of the copy that a code is of; and if it is on no record, the words that say so."""
    if not code.copy:
        return "", ""
    found = (known.in_words(one.record.pack, one.record.edition, code.copy) for known in copies_of(project))
    copy = next(filter(None, found), "")
    return copy, "" if copy else f", copy {code.copy}, which is not in the ledger"


_END = re.compile(rb"%%EOF\r?\n?")
"""The end of a PDF, or of what was added to one."""
_NOT_ISSUED = "not as issued. Its printed code, {code}, names this edition."
_NO_FILES = "cannot be said: no file of a version is on record. Its printed code, {code}, names this version."


_MOST_BYTES = 500_000_000
"""Bytes of a file that is read into memory."""


def answer_file(project: Project, place: Path) -> tuple[IdentityAnswer, ...]:
    """The answers on a file: one on an issued file, else one for each edition or version that its codes name."""
    try:
        if place.stat().st_size > _MOST_BYTES:
            raise EnvironmentFailure(f"{place} is larger than {_MOST_BYTES // 1_000_000} MB: no edition is.")
        content = place.read_bytes()
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal
    records = read_records(project.files)
    copies = copies_of(project)
    if found := by_bytes(records, copies, content):
        whole = f"as issued, on {format_date(found.edition.record.issued)}."
        return (_on_issued(project, records, place, found, whole, "as-issued"),)
    if found := _signed_before(records, copies, content):
        whole = f"not as issued: a signature follows the issued file, and is {NOT_CHECKED}."
        return (_on_issued(project, records, place, found, whole, "unchecked"),)
    return _by_codes(project, records, place, content)


def _on_issued(
    project: Project, records: RecordChain, place: Path, found: FileIdentity, whole: str, grade: str
) -> IdentityAnswer:
    """The answer on a file of an edition."""
    answer = IdentityAnswer(str(place), "", whole, grade=grade, copy=found.copy)
    return _on_edition(project, records, answer, found.edition, f" ({found.file.file})" if found.file else "")


def _signed_before(records: RecordChain, copies: Iterable[Copies], content: bytes) -> FileIdentity | None:
    """The issued file with which a PDF begins that release 1 signed."""
    for end in (found.end() for found in _END.finditer(content) if content.startswith(b"%PDF")):
        issued = by_bytes(records, copies, content[:end])
        if issued and b"/ByteRange" in content[end:]:
            return issued
    return None


def _by_codes(project: Project, records: RecordChain, place: Path, content: bytes) -> tuple[IdentityAnswer, ...]:
    """The answers on a file that is not as issued: what the codes on its pages say that it is."""
    limit = project.limit("proof")
    try:
        said = json.loads(limited(read_as_json, content, limit.seconds, limit.memory))
    except BrokenOff as broken:
        said = str(broken)
    codes = [] if isinstance(said, str) else [read_code(each) for each in said]
    for named, whole in ((editions_with, _NOT_ISSUED), (versions_with, _NO_FILES)):
        answers = [(code, answer) for code in codes for answer in named(project, code)]
        if answers:
            return tuple(
                replace(one, asked=str(place), whole=whole.format(code=code), grade="by-code") for code, one in answers
            )
    if isinstance(said, str):
        whole = f"not as issued, and its pages cannot be read: {said.rstrip('.')}."
    elif codes:
        whole = f"not as issued, and its printed code is on no record here: {', '.join(map(str, codes))}."
    else:
        whole = "not as issued, and no code of ours is on its pages."
    doubt = f" {DOUBT}" if records.remarks else ""
    return (IdentityAnswer(str(place), "no edition that is on record here", f"{whole}{doubt}", grade="unknown"),)


_LONGEST = 100
"""Letters of a name that is no file and that is shown."""


@click.command("verify")
@click.argument("things", nargs=-1, metavar="[FILE|FOLDER|CODE]...")
@click.option(
    "--records", is_flag=True, help="Check all records, kept versions and archived files, or those of one pack."
)
@click.option(
    "--last", metavar="SHA256", help="With --records PACK: the SHA-256 of its last record, as a covering note has it."
)
@rendered("text", "json", "sarif", on_demand=True)
def verb(project: Project, things: tuple[str, ...], records: bool, last: str | None) -> Outcome:
    """Say which edition a file, a parcel or a code is of, whether it is whole, and whether it is current.

    Of a parcel, which is a folder, the signature is checked and every file. It ends with 0 if each file is as it was
    issued and its edition is current, and with 1 if anything else is so.
    """
    if records:
        if len(things) > 1:
            raise click.UsageError("--records takes one pack, or none for all.")
        if last and not things:
            raise click.UsageError("--last goes with --records and a pack: it is the SHA-256 of its last record.")
        return audited(project, next(iter(things), None), last)
    CommonOptions(click.get_current_context()).form("text", "json")
    if not things or last:
        raise click.UsageError("Name a file, a folder or a code, or ask for --records.")
    answers = [answer for thing in things for answer in _answered(project, thing)]
    remarks = [remark for one in answers for remark in one.remarks]
    told = {"verified": [one.as_json() for one in answers]}
    code = int(not all(one.holds for one in answers))
    return Outcome(remarks, _lines_of_answers(answers), code, forms=own_json(told))


def _answered(project: Project, thing: str) -> tuple[IdentityAnswer, ...]:
    """The answers on a file, if there is one of that name, or on a code; of what is neither, that it is not."""
    place = Path(thing)
    try:
        place.lstat()
    except (OSError, ValueError):  # there is none, or no file can have such a name
        return _answers_code(project, thing if len(thing) <= _LONGEST else f"{thing[:_LONGEST]}…")
    if place.is_file():
        return answer_file(project, place)
    if (place / "bagit.txt").is_file():  # from 'disclose' or 'record --as bagit' of release 1
        whole = f"{NOT_CHECKED}: check its manifest with any BagIt tool."
        return (IdentityAnswer(thing, "a bag (BagIt)", whole, grade="unchecked"),)
    if place.is_dir() and (known := copies_of(project)):
        return (known[0].parcel(place),)
    return _answers_code(project, thing)


def _answers_code(project: Project, thing: str) -> tuple[IdentityAnswer, ...]:
    """The answers on a code; of what is none, that it is not."""
    try:
        if any(sign in thing for sign in "./\\"):
            raise UsageError(f"There is no file '{thing}'.")
        if not may_be_as_long(sum(sign.isalnum() for sign in thing)):
            of_address = " This may be the end of an address: the code is at the foot of each page."
            hint = of_address if thing.isalnum() and len(thing) == SHORTEST else ""
            raise UsageError(f"There is no file '{thing}', and a code has {LENGTH} letters and figures.{hint}")
        return answers_code(project, thing)
    except UsageError as refused:
        return (IdentityAnswer(thing, f"nothing. {refused}", grade="unknown"),)


def _lines_of_answers(answers: Sequence[IdentityAnswer]) -> Iterator[str]:
    for one in answers:
        yield one.asked
        yield f"  which: {one.which}"
        yield from (f"  whole: {one.whole}",) if one.whole else ()
        yield from (f"  now: {one.now}",) if one.now else ()
        yield from (f"  by: {one.by.rstrip('.')}.",) if one.by else ()
