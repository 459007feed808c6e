"""Recalls of an edition: before it goes out, and when somebody wants to know whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.build.project import Project
from pipeline.colleges.ledger.table import readable_events
from pipeline.colleges.recalls import Recall, recalled_in, recalls
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.editions.issued.now import StateNow
from pipeline.editions.issued.records import Chain, RecordFile
from pipeline.load.library.folders import LEDGER
from pipeline.model.day import in_words
from pipeline.model.source.kept import pin

if TYPE_CHECKING:
    from pipeline.editions.copies import Issue
    from pipeline.resolve.reading import PackReading


def recalled_faults(known: Iterable[Recall], issue: Issue) -> Iterator[Diagnostic]:
    """Recalls that stand against an edition going out."""
    texts = [pin(name, version) for name, version, _ in issue.versions]
    return _faults(known, issue.pack.id, issue.edition, texts, issue.pack.marks.at("edition"))


def faults_of_pack(project: Project, binding: PackReading) -> Iterator[Diagnostic]:
    """Recalls that stand against issuing a pack as it is."""
    pack, texts = binding.pack, [pin(one.briefing.id, one.briefing.fields.version) for one in binding.present]
    edition = pack.fields.edition or ""
    return _faults(recalls_by_table(project), pack.id, edition, texts, pack.marks.at("edition"))


def _faults(
    known: Iterable[Recall], pack: str, edition: str, texts: Sequence[str], place: Place
) -> Iterator[Diagnostic]:
    whole = f"{pack}@{edition}"
    for one in recalled_in(known, pack, edition, texts):
        words = one.holds_in(pack, edition, texts)
        what = "was recalled" if whole in words else f"holds {', '.join(words)}, recalled"
        said = {"what": what, "day": in_words(one.on), "reason": f"{one.reason.rstrip('.')}."}
        yield message("edition-recalled", place, edition=edition, pack=pack, name=one.name, **said)


def recalls_by_table(project: Project) -> Sequence[Recall]:
    """The recalls by the table of the ledger beside the sources: whoever verifies may have no database."""
    table = project.folder / LEDGER
    return tuple(recalls(readable_events(table.read_bytes())).values()) if table.is_file() else ()


def with_recalls(known: Sequence[Recall], chain: Chain, one: RecordFile, state: StateNow) -> StateNow:
    """The state of an edition, with what has been recalled of it.

    Nobody is sent to the newest edition where that is recalled as well.
    """
    record, last = one.record, chain[-1].record
    if state.steps and recalled_in(known, last.pack, last.edition, last.texts):
        instead = f"'{last.edition}' is recalled too: use nothing of it, and ask the publisher what comes instead."
        state = replace(state, steps=(instead,))
    found = recalled_in(known, record.pack, record.edition, record.texts)
    if not found:
        return state
    texts = {text.pinned: text for text in record.briefings}
    reasons = []
    for each in found:
        reasons.append(_sentence(each))
        for word in each.holds_in(record.pack, record.edition, ()):
            reasons.append(f"Do not use '{word.partition('@')[2]}' any more.")
        for text in (texts[word] for word in each.holds_in(record.pack, record.edition, texts) if word in texts):
            reasons.append(f"Do not use '{text.title}' {text.version}.")
    return replace(state, word="recalled", reasons=(*reasons, *state.reasons))


def version_with_recalls(known: Sequence[Recall], name: str, version: str, state: StateNow) -> StateNow:
    """The state of a version of a text, with what has been recalled of it."""
    found = [one for one in known if not one.lifted and pin(name, version) in one.words]
    if not found:
        return state
    reasons = [each for one in found for each in (_sentence(one), "Do not use it any more.")]
    return replace(state, word="recalled", reasons=(*reasons, *state.reasons))


def _sentence(one: Recall) -> str:
    return f"Recalled on {in_words(one.on)}: {one.reason.rstrip('.')}.{f' {one.instead}' if one.instead else ''}"
