"""Part of the verb import: report reviewers' proposals in a document for comment, and make the accepted ones."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pipeline.cli import reports as report
from pipeline.cli.options import CommonOptions, open_project, wants_colour
from pipeline.cli.outcome import Exit, Outcome
from pipeline.cli.reports import grouped_diagnostics
from pipeline.compose.design.style import standalone_page_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, failed, visible
from pipeline.core.documents.xhtml import build_single_page
from pipeline.core.files import write_atomically
from pipeline.core.git import earlier_contents, is_shallow
from pipeline.core.sentences import count_noun, inline_code
from pipeline.load.words import phrase_table
from pipeline.model.words import format_date
from pipeline.services.comments.blocks import house_labels
from pipeline.services.comments.returned_document import (
    History,
    Proposal,
    ReturnedDocument,
    cut_hint,
    cut_to_difference,
    find_sent_source,
    numbers_of,
    read_returned_document,
)

if TYPE_CHECKING:
    from pipeline.build.project import Project


_STYLE = """\
h2 { font-size: 1.3em; line-height: 1.2; margin: 1.8em 0 .4em; border-top: 2px solid; padding-top: .6em }
h3 { font-size: 1em; margin: 1.4em 0 .2em }
article { border-bottom: 1px solid var(--line); padding-bottom: .8em; break-inside: avoid }
h2, h3 { break-after: avoid }
p { margin: .2em 0 .6em }
dl { margin: .4em 0 0 }
dt { font-weight: 700 }
dd { margin: 0 0 .4em; white-space: pre-wrap }
ul { padding-left: 1.2em }
li { margin-bottom: .8em; break-inside: avoid }
del { text-decoration: line-through 2px }
ins { text-decoration: underline 2px; text-underline-offset: .15em }
b { font-size: .8em; padding: 0 .3em; border: 1px solid }
code { font-family: var(--code-face), monospace; font-size: .9em; overflow-wrap: anywhere }
footer { border-top: 1px solid var(--line); margin-top: 2em }
@media print { body { max-width: none; padding: 0 } html { font-size: 11pt } }
"""
"""Style of this page, in addition to the style of pages in parcels."""
_INVISIBLE = "\n\t\u00a0\u00ad\u2009\u200c\u200d\u200e\u200f\u202f\u3000"
"""Spaces, and invisible characters that scripts need; all others are shown by their numbers."""

FATES = {
    "open": "Can be made.",
    "accepted": "Made.",
    "touches": "Not made: it would change more than words.",
    "stale": "Not made: this paragraph has changed since.",
    "made": "The source says so already.",
}


def returned_page(returned: ReturnedDocument, accepted: Collection[int], refused: Collection[int], style: str) -> str:
    """Return the page of a returned document; `style` is the style of the library's pages."""
    title = f"What came back in {returned.name}"
    main = Markup("\n").join(_sections(returned, accepted, refused, title))
    foot = f"Of {returned.path}." if returned.path else "Of no briefing that is known."
    return visible(build_single_page(title, style + _STYLE, main, foot), _INVISIBLE)


def _sections(
    returned: ReturnedDocument, accepted: Collection[int], refused: Collection[int], title: str
) -> Iterator[Markup]:
    proposals = returned.proposals
    yield Markup("<h1>{}</h1>").format(title)
    authors = dict.fromkeys(proposal.author or "somebody unknown" for proposal in proposals)
    by = f", by {', '.join(authors)}" if authors else ""
    counts = count_noun(len(proposals), "proposal"), count_noun(len(returned.remarks), "remark")
    yield Markup("<p>{}{}. {}.</p>").format(counts[0], by, counts[1])
    if any(proposal.fate == "open" and proposal.number not in accepted for proposal in proposals):
        yield Markup("<p>To make some of them: {}.</p>").format(
            Markup("<code>briefings import {} --accept 1,3-5</code>").format(shlex.quote(returned.name))
        )
    yield Markup("<h2>Proposals</h2>")
    for proposal in proposals:
        yield _proposal(proposal, FATES[_fate(proposal, accepted, refused)])
    if not proposals:
        yield Markup("<p>None.</p>")
    yield Markup("<h2>Remarks</h2>")
    remarks = Markup("\n").join(map(_remark, returned.remarks))
    yield Markup("<ul>\n{}\n</ul>").format(remarks) if remarks else Markup("<p>None.</p>")


def _fate(proposal: Proposal, accepted: Collection[int], refused: Collection[int]) -> str:
    if proposal.number in accepted:
        return "accepted"
    return "touches" if proposal.number in refused else proposal.fate


def _proposal(proposal: Proposal, fate: str) -> Markup:
    who = ", ".join(filter(None, (proposal.author or "Somebody, without tracking", _day(proposal.day))))
    deleted = Markup("<b>taken away:</b> <del>{}</del>").format(proposal.before) if proposal.before else Markup()
    inserted = Markup("<b>put in:</b> <ins>{}</ins>").format(proposal.after) if proposal.after else Markup()
    left, right = proposal.around
    before, after = (Markup("{}{}{}").format(left, part, right) for part in (deleted, inserted))
    place = proposal.place
    return Markup(
        "<article>\n<h3>{}. {}</h3>\n<p>{}, line {}, column {}. {}</p>\n"
        "<dl><dt>Before</dt><dd>{}</dd><dt>After</dt><dd>{}</dd></dl>\n</article>"
    ).format(proposal.number, who, place.path, place.line, place.column, fate, before, after)


def _remark(remark: Diagnostic) -> Markup:
    place, severity = remark.place, f"{str(remark.severity).capitalize()}:"
    hint = Markup("<br>{}").format(remark.hint) if remark.hint else Markup()
    return Markup("<li>{}, line {}, column {}: {} <strong>{}</strong>{} <code>{}</code></li>").format(
        place.path, place.line, place.column, severity, remark.sentence, hint, remark.code
    )


def _day(text: str) -> str:
    """Return an ISO date in words; other text unchanged."""
    try:
        return format_date(date.fromisoformat(text))
    except ValueError:
        return text


MOST = 30_000
"""Most letters of a list: hosts refuse a comment of more than 65,536. Further proposals go into a later list."""

TAKE_IN_LABEL = "**Take in what is ticked, and take the document out of the inbox**"
"""Words of the last box. Nothing happens until it is ticked."""

_EVERY = "all that have a box"
_BOX = re.compile(r"^- \[[xX]\] ", re.MULTILINE)
_TICKED_NUMBER = re.compile(r"^- \[[xX]\] ([0-9]+)\. ", re.MULTILINE)
_BOX_NUMBER = re.compile(r"^- \[.\] ([0-9]+)\. ", re.MULTILINE)
_MOST_WORDS = 300
"""Most letters of inserted or deleted words."""
_MOST_REMARKS = 20_000
"""Most letters of the remarks of a list."""
_MOST_HINT = 1_000
"""Most letters of what is to be done by hand: people who have only a browser copy it from there."""


@dataclass(frozen=True, slots=True)
class TickedList:
    """The ticked boxes in the list of a document."""

    numbers: frozenset[int]
    is_finished: bool
    """True if the last box is ticked too."""
    is_whole: bool
    """True if every proposal was listed."""


def boxes(path: str, returned: ReturnedDocument) -> str:
    """Return the list of the document at a path: a box for each proposal that can be made, and one that ends it."""
    authors = ", ".join(
        inline_code(name) for name in dict.fromkeys(proposal.author for proposal in returned.proposals) if name
    )
    by = f", by {authors}" if authors else ""
    listed, unlisted = _listed(returned)
    proposals = count_noun(len(listed) + unlisted, "proposal")
    rows = [
        f"### {inline_code(path)}",
        "",
        f"{proposals} for {inline_code(returned.path)}{by}. Tick what is to be made.",
        "",
    ]
    if sum(proposal.fate == "open" for proposal, _ in listed) > 1:
        rows.append(f"- [ ] {_EVERY}")
    rows += [line for _, line in listed]
    if unlisted:
        more = count_noun(unlisted, "more proposal")
        rows.append(f"- {more}, listed once these are taken in: until then the document stays")
    rows += _remarks(returned)
    return "\n".join([*rows, "", f"- [ ] {TAKE_IN_LABEL}", ""])


def _listed(returned: ReturnedDocument) -> tuple[list[tuple[Proposal, str]], int]:
    """Return the proposals for which there is room, each with its line, and the number of others.

    Proposals that the source has already are not listed.
    """
    proposals = [proposal for proposal in returned.proposals if proposal.fate != "made"]
    listed, room = [], MOST
    for proposal in proposals:
        line = _line(proposal)
        room -= len(line)
        if room < 0:
            break
        listed.append((proposal, line))
    return listed, len(proposals) - len(listed)


def ticked(text: str, shown: str, returned: ReturnedDocument) -> TickedList | None:
    """Read the ticks in a text that holds the list as it was shown; None if it does not hold that list."""
    text = text.replace("\r\n", "\n")
    at = _BOX.sub("- [ ] ", text).find(shown.rstrip("\n"))
    if at < 0:
        return None
    part = text[at : at + len(shown)]
    numbers = _BOX_NUMBER.findall(part) if _is_ticked(part, _EVERY) else _TICKED_NUMBER.findall(part)
    possible = {proposal.number for proposal in returned.proposals if proposal.fate == "open"}
    _, unlisted = _listed(returned)
    return TickedList(frozenset(map(int, numbers)) & possible, _is_ticked(part, TAKE_IN_LABEL), not unlisted)


def _is_ticked(part: str, words: str) -> bool:
    return f"- [x] {words}\n" in f"{part}\n" or f"- [X] {words}\n" in f"{part}\n"


def _line(proposal: Proposal) -> str:
    deleted, inserted = cut_to_difference(proposal.before, proposal.after, _MOST_WORDS)
    parts = (deleted and f"take away {inline_code(deleted)}", inserted and f"put in {inline_code(inserted)}")
    change = ", ".join(filter(None, parts))
    box, fate = ("[ ] ", "") if proposal.fate == "open" else ("", f" {FATES[proposal.fate]}")
    around = inline_code("[…]".join(proposal.around))
    who = inline_code(proposal.who)
    return f"- {box}{proposal.number}. {who}, line {proposal.place.line}: {change}, in {around}.{fate}"


def _remarks(returned: ReturnedDocument) -> Iterator[str]:
    """Yield the remarks, which have no box: they are for a person to do by hand."""
    if not returned.remarks:
        return
    yield from ("", "To do by hand:", "")
    room = _MOST_REMARKS
    for number, remark in enumerate(returned.remarks):
        hint = cut_hint(remark, returned.pairs, _MOST_WORDS).hint
        parts = (cut_to_difference(remark.sentence, "", _MOST_WORDS)[0], cut_to_difference(hint, "", _MOST_HINT)[0])
        line = f"- line {remark.place.line}: {' '.join(map(inline_code, filter(None, parts)))}"
        room -= len(line)
        if room < 0:
            yield f"- {len(returned.remarks) - number} more: `briefings import` tells them"
            return
        yield line


def returned(content: bytes) -> Callable[[Path, bytes, str | None, str | None, CommonOptions], Outcome] | None:
    """Return the function that imports a document for comment; None for another document."""
    return import_returned_document if find_sent_source(content) else None


def import_returned_document(
    file: Path, content: bytes, accept: str | None, ticks: str | None, options: CommonOptions
) -> Outcome:
    """Report what reviewers propose, with every remark, and make what is accepted.

    `ticks` is a text that holds a list of boxes, some of them ticked.
    """
    project = open_project(options, 1)
    library, origin = project.loaded[0], find_sent_source(content)
    history = History(partial(earlier_contents, project.folder), partial(is_shallow, project.folder))
    briefing = library.briefings.get(origin.id if origin else "")
    language = (briefing.fields.language if briefing else "") or library.imprint.fields.language
    labels = house_labels(library.bibliography, phrase_table(project.layouts).of(language))
    macros = library.imprint.fields.maths.declared
    returned = read_returned_document(file.name, content, project.files, macros, history, labels)
    if options.report == "markdown" and returned.path:
        return Outcome(forms={"markdown": lambda: boxes(file.as_posix(), returned)})
    if options.report == "markdown":
        return Outcome(returned.remarks, exit=Exit.FAULTS, forms={"markdown": str})
    if ticks is not None:
        return _settle(project, file, returned, options, ticks)
    return _made(project, returned, _chosen(accept, returned), options)


def _settle(project: Project, file: Path, returned: ReturnedDocument, options: CommonOptions, text: str) -> Outcome:
    """Make what is ticked in the list of a document; the last line says whether the document is settled."""
    ticks, name = ticked(text, boxes(file.as_posix(), returned), returned), visible(file.as_posix())
    nothing = dict.fromkeys(("json", "html"), str)
    if ticks is None:
        warning = f"{name}: its list has changed, or is not in the text. Tick in a new list."
        return Outcome(exit=Exit.FAULTS, forms=nothing, warnings=[warning])
    if not ticks.is_finished:
        warning = f"{name}: the last box of its list is not ticked, so nothing was done."
        return Outcome(forms=nothing, warnings=[warning])
    outcome = _made(project, returned, ticks.numbers, options)
    end = f"Settled: {name}" if ticks.is_whole else "It has more proposals than were listed: list it again."
    return replace(outcome, text=[*outcome.text, end]) if outcome.code(options.strict) == 0 else outcome


def _made(project: Project, returned: ReturnedDocument, chosen: frozenset[int], options: CommonOptions) -> Outcome:
    """Make the chosen proposals, and report on all."""
    refused: frozenset[int] = frozenset()
    made: tuple[int, ...] = ()
    possible = {proposal.number for proposal in returned.proposals if proposal.fate == "open"}
    if chosen:
        before = project.files[returned.path]
        after, refused = returned.accepted(chosen)
        made = tuple(
            proposal.number for proposal in returned.proposals if proposal.number in (chosen & possible) - refused
        )
        if after != before:
            _replace(project.folder / returned.path, before, after)

    def page() -> str:
        style = standalone_page_style(project.loaded[0].imprint, project.layouts)
        return returned_page(returned, frozenset(made), refused & chosen, style)

    diagnostics = grouped_diagnostics(
        [_cut(remark, returned) for remark in returned.remarks], True, wants_colour(sys.stdout)
    )
    written = [f"Written: {returned.path}"] if made and returned.path and not options.quiet else []
    return Outcome(
        text=[*_lines(returned.proposals, made, refused & chosen), *([diagnostics] if diagnostics else []), *written],
        exit=lambda strict: int(bool(refused & possible) or failed(returned.remarks, strict)),
        forms={"json": lambda: _as_json(returned, made), "html": page},
        notes=_notes(returned, made),
    )


def _notes(returned: ReturnedDocument, made: tuple[int, ...]) -> Iterator[str]:
    if made:
        yield f"{count_noun(len(made), 'change')} made."
    elif returned.path and any(proposal.fate == "open" for proposal in returned.proposals):
        yield "Nothing was changed. To make these changes: --accept all, or 1,3-5, or an author."
    elif returned.path and not returned.proposals and not returned.remarks:
        yield "Nothing was changed in it."


def _chosen(accept: str | None, returned: ReturnedDocument) -> frozenset[int]:
    """Return the numbers of the accepted proposals. Raises `UsageError` if the choice names none."""
    if accept is None or not returned.path:
        return frozenset()
    proposals = returned.proposals
    numbers = numbers_of(accept, proposals)
    if numbers is None:
        authors = ", ".join(sorted({f"'{proposal.author}'" for proposal in proposals if proposal.author}))
        by = f", by {authors}" if authors else ""
        choices = f"There are proposals 1 to {len(proposals)}" if proposals else "There are no proposals"
        raise UsageError(
            f"--accept {accept} is not a choice. Write all, none, numbers such as 1,3-5, or an author. {choices}{by}."
        )
    return numbers


def _replace(path: Path, before: bytes, after: bytes) -> None:
    """Write the source, unless it has changed since it was read."""
    try:
        now = path.read_bytes()
    except OSError as refused:
        raise EnvironmentFailure(f"{path} cannot be read: {refused.strerror}.") from refused
    if now != before:
        raise EnvironmentFailure(f"{path} has changed since it was read: nothing was written. Try again.")
    write_atomically(path, after)


def _cut(remark: Diagnostic, returned: ReturnedDocument) -> Diagnostic:
    """Cut the texts of a remark for a screen."""
    short = cut_hint(remark, returned.pairs)
    return remark if short is remark else replace(short, hint=f"{short.hint} --report json or html shows them whole.")


def _lines(proposals: tuple[Proposal, ...], made: tuple[int, ...], refused: frozenset[int]) -> Iterator[str]:
    """Yield the proposals for a terminal, with deleted words in [- and -], and inserted words in {+ and +}."""
    for proposal in proposals:
        fate = _fate(proposal, made, refused)
        note = "" if fate == "open" else f" ({FATES[fate][0].lower()}{FATES[fate][1:-1]})"
        yield visible(f"{proposal.number}. {proposal.place}: {proposal.who}") + note
        deleted = f"[-{proposal.before}-]" if proposal.before else ""
        inserted = f"{{+{proposal.after}+}}" if proposal.after else ""
        words = f"{proposal.around[0]}{deleted}{inserted}{proposal.around[1]}"
        yield "   " + visible(re.sub(r"\s", " ", words))


def _as_json(returned: ReturnedDocument, made: tuple[int, ...]) -> str:
    proposals = [
        {
            "number": proposal.number,
            "place": asdict(proposal.place),
            "author": proposal.author,
            "date": proposal.day,
            "before": proposal.before,
            "after": proposal.after,
            "fate": "accepted" if proposal.number in made else proposal.fate,
        }
        for proposal in returned.proposals
    ]
    return report.format_json(returned.remarks, proposals=proposals, files=[returned.path] if made else [])
