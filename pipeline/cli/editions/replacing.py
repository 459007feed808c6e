"""Two editions of a pack held against each other leaf by leaf: what the sheets say, and what is worth a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.build.project import Project
from pipeline.cli.editions.handing_out import archived_files
from pipeline.cli.editions.issued_copies import library_then
from pipeline.codes import issues as codes
from pipeline.compose.language.words import enumerated
from pipeline.compose.replacement import GoneText, NamedEdition, ReplacementText
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.editions.bindings import read_with_texts
from pipeline.editions.issued.records import RecordFile, edition_code, read_records
from pipeline.editions.replacing.instructions import effective_pages, pages_that_went, told_steps
from pipeline.editions.replacing.leaves import (
    MOST,
    LeafStep,
    PaperLeaf,
    PrintedSide,
    leaves_of,
    own_folios,
    put_in,
    steps,
)
from pipeline.editions.replacing.sides import read_sides
from pipeline.load.library.word_tables import wordbook
from pipeline.model.formats import EDITIONS, PRINTED, Format, format_row
from pipeline.model.identity import Identity
from pipeline.model.library import Library
from pipeline.model.source.briefing import Marking, Status
from pipeline.model.source.edition import IssuedBriefing, IssuedFile
from pipeline.model.source.kept import RECORD, KeptRecord, folder_of
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import Marks
from pipeline.model.words import Words
from pipeline.resolve.publish.bound import pack_marking
from pipeline.resolve.publish.changes import amendments
from pipeline.resolve.rules.marking import highest, rank, shown
from pipeline.resolve.rules.states import is_retired


@dataclass(frozen=True, slots=True)
class TwoEditions:
    """Two editions of a pack, with the leaves of each."""

    was: RecordFile
    now: RecordFile
    old: tuple[PaperLeaf, ...]
    new: tuple[PaperLeaf, ...]

    @property
    def steps(self) -> tuple[LeafStep, ...]:
        """The instructions that make the one the other."""
        return steps(self.old, self.new)


def leaves_in(project: Project, printed: bytes) -> tuple[PaperLeaf, ...]:
    """The leaves of a print file, remembered."""
    module = "pipeline.editions.replacing.sides"
    return leaves_of(project.store.remember(module, printed, tuple[PrintedSide, ...], lambda: read_sides(printed)))


def printed_files(project: Project, *editions: RecordFile) -> tuple[list[dict[Format, bytes]], tuple[Diagnostic, ...]]:
    """The files of editions by their formats, and what the archive does not have as it was issued."""
    held, faults = [], list[Diagnostic]()
    for one in editions:
        if not any(file.format in PRINTED for file in one.record.files):
            raise UsageError(
                f"'{one.record.edition}' of '{one.record.pack}' has no PDF for the printer: nobody can say what stands "
                "on its leaves. List 'print' in the pack's 'formats:' before it is issued."
            )
        files, wrong = archived_files(project, one)
        held.append({file.format: files[file.file] for file in one.record.files if file.file in files})
        faults += wrong
    return held, tuple(dict.fromkeys(faults))


def pack_identity(project: Project, one: RecordFile) -> Identity:
    """The identity of a pack as an edition has it."""
    library, record = project.loaded[0], one.record
    imprint = library.imprint
    language = imprint.fields.language
    return Identity(
        id=record.pack,
        title=record.title,
        short_title=record.title,
        version="",
        words=wordbook(project.layouts).of(language),
        edition=record.edition,
        publisher=imprint.fields.publisher,
        language=language,
        statuses=record.statuses,
        marking=shown(_marking(project, one), imprint),
    )


def _marking(project: Project, one: RecordFile) -> Marking:
    """The marking of an edition: that of its pack with the texts of the record, or of a version kept then if higher."""
    pack = project.loaded[0].packs.get(one.record.pack)
    bound = pack or Pack(one.record.pack, "", PackFields(title=one.record.title), Marks(""))
    now = pack_marking(read_with_texts(*library_then(project, one, bound), one.record.issued))
    then = highest(_kept_markings(project, one), now)
    return highest((now, then), now) if rank(then) > rank(now) else now


def _kept_markings(project: Project, one: RecordFile) -> Iterator[Marking]:
    """The markings of the kept versions of an edition, as their records have them."""
    for briefing in (briefing for briefing in one.record.briefings if briefing.kept):
        record = KeptRecord.model_validate_json(project.files[f"{folder_of(briefing.id, briefing.version)}/{RECORD}"])
        if record.marking is not None:
            yield record.marking


def replacement_text(project: Project, two: TwoEditions, words: Words) -> ReplacementText:
    """Everything that the sheets say."""
    was, now, found = two.was.record, two.now.record, two.steps
    titles = {one.id: (one.title, one.version) for one in now.briefings}
    titles[now.pack] = (words.say("replace-own"), "")
    inside = {one.id for one in now.briefings}
    gone = [one for one in was.briefings if one.id not in inside]
    library, versions = project.loaded[0], {one.id: one.version for one in was.briefings}
    why = {one.id: _why_new(library, one, versions.get(one.id), words) for one in now.briefings}
    chain = read_records(project.files).chains[now.pack]
    between = [one.record.edition for one in chain if was.number < one.record.number < now.number]
    return ReplacementText(
        title=now.title,
        was=NamedEdition(was.edition, was.issued, str(edition_code(was))),
        now=NamedEdition(now.edition, now.issued, str(edition_code(now))),
        steps=told_steps(found, words),
        pages=effective_pages(two.new, found, titles, why, words),
        gone=tuple(
            GoneText(one.title, one.version, _why(library, one.id, words), pages_that_went(two.old, one.id, words))
            for one in gone
        ),
        taken_out=sum(len(step.out) for step in found),
        put_in=len(put_in(found)),
        leaves=len(two.new),
        between=enumerated(words, tuple(between)) if between else "",
        numbered=was.numbered,
        stapled=any(map(_is_stapled, was.files)),
    )


def _is_stapled(file: IssuedFile) -> bool:
    row = format_row(file.format)
    return row.paged and EDITIONS[row.edition].imposed


def _why_new(library: Library, one: IssuedBriefing, was: str | None, words: Words) -> str:
    """The reason why a text has new leaves: that it is new, or what its history says of its versions since."""
    if was is None:
        return words.say("replace-why-new")
    briefing = library.briefings.get(one.id)
    told = amendments(briefing.fields, was, one.version) if briefing else ()
    reasons = " ".join(entry.summary for entry in told)
    return words.say("replace-why-changed", reason=reasons) if reasons else ""


def _why(library: Library, name: str, words: Words) -> str:
    """The reason why a text has left a pack, as far as the library has one."""
    briefing = library.briefings.get(name)
    if briefing is None or not is_retired(briefing):
        return words.say("replace-gone-left")
    fields = briefing.fields
    if fields.status is Status.WITHDRAWN and fields.withdrawn_reason:
        return f"{words.say('why-withdrawn')} {fields.withdrawn_reason}"
    newer = library.briefings.get(fields.superseded_by or "")
    if newer is not None:
        return f"{words.say('read-instead')} {newer.fields.title}."
    return words.say("replace-gone-left")


def worth_a_word(project: Project, two: TwoEditions) -> Iterator[Diagnostic]:
    """Remarks on what the replacement costs."""
    found, library, name = two.steps, project.loaded[0], two.now.record.pack
    many, leaves = len(put_in(found)), len(two.new)
    pack = library.packs.get(name)
    place = pack.marks.at("edition") if pack else Place(two.now.path)
    if many > MOST * leaves:
        yield codes.REPLACE_MOST.at(place, many=many, leaves=leaves)
    if spared := own_folios(two.old, two.new, found):
        after = f" after page {spared.after}" if spared.after else ""
        yield codes.REPLACE_FOLIOS.at(place, after=after, leaves=count(spared.would, "leaf", "leaves"))
