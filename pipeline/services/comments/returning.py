"""Part of the verb import: a document for comment that came back is told of, and made where it is accepted."""

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
from pipeline.cli.options import CommonOptions, colour, open_project
from pipeline.cli.outcome import Exit, Outcome
from pipeline.cli.reports import grouped_diagnostics
from pipeline.compose.design.style import page_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, failed, visible
from pipeline.core.documents.xhtml import lone_page
from pipeline.core.files import write_whole
from pipeline.core.git import earlier_states, is_shallow
from pipeline.core.sentences import count, span
from pipeline.load.words import wordbook
from pipeline.model.words import format_date
from pipeline.services.comments.blocks import house_labels
from pipeline.services.comments.returned import (
    Proposal,
    Returned,
    cut_beside,
    cut_pair,
    numbers_of,
    origin_of,
    take_back,
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
"""Style of this page beside that of pages that travel with parcels."""
_KEPT = "\n\t\u00a0\u00ad\u2009\u200c\u200d\u200e\u200f\u202f\u3000"
"""Spaces, and invisible characters that scripts need: all others are shown by their numbers."""

FATES = {
    "open": "Can be made.",
    "accepted": "Made.",
    "touches": "Not made: it would change more than words.",
    "stale": "Not made: this paragraph has changed since.",
    "made": "The source says so already.",
}


def returned_page(returned: Returned, accepted: Collection[int], refused: Collection[int], style: str) -> str:
    """The page, as a file; `style` is that of the house's pages."""
    title = f"What came back in {returned.name}"
    main = Markup("\n").join(_sections(returned, accepted, refused, title))
    foot = f"Of {returned.path}." if returned.path else "Of no briefing that is known."
    return visible(lone_page(title, style + _STYLE, main, foot), _KEPT)


def _sections(returned: Returned, accepted: Collection[int], refused: Collection[int], title: str) -> Iterator[Markup]:
    proposals = returned.proposals
    yield Markup("<h1>{}</h1>").format(title)
    authors = dict.fromkeys(one.author or "somebody unknown" for one in proposals)
    by = f", by {', '.join(authors)}" if authors else ""
    yield Markup("<p>{}{}. {}.</p>").format(
        count(len(proposals), "proposal"), by, count(len(returned.remarks), "remark")
    )
    if any(one.fate == "open" and one.number not in accepted for one in proposals):
        yield Markup("<p>To make some of them: {}.</p>").format(
            Markup("<code>briefings import {} --accept 1,3-5</code>").format(shlex.quote(returned.name))
        )
    yield Markup("<h2>Proposals</h2>")
    for one in proposals:
        yield _proposal(one, FATES[_fate(one, accepted, refused)])
    if not proposals:
        yield Markup("<p>None.</p>")
    yield Markup("<h2>Remarks</h2>")
    told = Markup("\n").join(map(_remark, returned.remarks))
    yield Markup("<ul>\n{}\n</ul>").format(told) if told else Markup("<p>None.</p>")


def _fate(one: Proposal, accepted: Collection[int], refused: Collection[int]) -> str:
    return "accepted" if one.number in accepted else "touches" if one.number in refused else one.fate


def _proposal(one: Proposal, fate: str) -> Markup:
    who = ", ".join(filter(None, (one.author or "Somebody, without tracking", _day(one.day))))
    gone = Markup("<b>taken away:</b> <del>{}</del>").format(one.before) if one.before else Markup()
    come = Markup("<b>put in:</b> <ins>{}</ins>").format(one.after) if one.after else Markup()
    before, after = (Markup("{}{}{}").format(one.around[0], part, one.around[1]) for part in (gone, come))
    return Markup(
        "<article>\n<h3>{}. {}</h3>\n<p>{}, line {}, column {}. {}</p>\n"
        "<dl><dt>Before</dt><dd>{}</dd><dt>After</dt><dd>{}</dd></dl>\n</article>"
    ).format(one.number, who, one.place.path, one.place.line, one.place.column, fate, before, after)


def _remark(one: Diagnostic) -> Markup:
    place = one.place
    hint = Markup("<br>{}").format(one.hint) if one.hint else Markup()
    return Markup("<li>{}, line {}, column {}: {} <strong>{}</strong>{} <code>{}</code></li>").format(
        place.path, place.line, place.column, f"{str(one.severity).capitalize()}:", one.sentence, hint, one.code
    )


def _day(written: str) -> str:
    """A day in words; as it is written where it is none."""
    try:
        return format_date(date.fromisoformat(written))
    except ValueError:
        return written


MOST = 30_000
"""Letters of a list: hosts refuse a comment of more than 65,536. Proposals beyond it are listed in a later one."""

TAKE_IN = "**Take in what is ticked, and take the document out of the inbox**"
"""Words of the last box. Only once it is ticked does anything happen."""

_EVERY = "all that have a box"
_BOX = re.compile(r"^- \[[xX]\] ", re.MULTILINE)
_NUMBER = re.compile(r"^- \[[xX]\] ([0-9]+)\. ", re.MULTILINE)
_WORDS = 300
"""So many letters of what goes or comes are shown."""
_REMARKS = 20_000
"""Letters of the remarks of a list."""
_HINT = 1_000
"""So many letters of what is to be done by hand are shown: whoever has a browser alone copies them from there."""


@dataclass(frozen=True, slots=True)
class TickedList:
    """Ticks that somebody set in the list of a document."""

    numbers: frozenset[int]
    is_finished: bool
    """Whether the last box is ticked too."""
    is_whole: bool
    """Whether every proposal was listed."""


def boxes(path: str, returned: Returned) -> str:
    """The list of a document, which lies at a path: a box for each proposal that can be made, and one that ends it."""
    authors = ", ".join(span(name) for name in dict.fromkeys(one.author for one in returned.proposals) if name)
    by = f", by {authors}" if authors else ""
    proposals = count(sum(one.fate != "made" for one in returned.proposals), "proposal")
    rows = [f"### {span(path)}", "", f"{proposals} for {span(returned.path)}{by}. Tick what is to be made.", ""]
    listed = list(_listed(returned))
    if sum(one.fate == "open" for one, _ in listed) > 1:
        rows.append(f"- [ ] {_EVERY}")
    rows += [line for _, line in listed]
    if left := _left(returned):
        rows.append(f"- {count(left, 'more proposal')}, listed once these are taken in: until then the document stays")
    rows += _remarks(returned)
    return "\n".join([*rows, "", f"- [ ] {TAKE_IN}", ""])


def _listed(returned: Returned) -> Iterator[tuple[Proposal, str]]:
    """The proposals that there is room for, each with its line; what the source says already is none any more."""
    room = MOST
    for one in returned.proposals:
        if one.fate == "made":
            continue
        line = _line(one)
        room -= len(line)
        if room < 0:
            return
        yield one, line


def _left(returned: Returned) -> int:
    return sum(one.fate != "made" for one in returned.proposals) - len(list(_listed(returned)))


def ticked(text: str, shown: str, returned: Returned) -> TickedList | None:
    """Read what is ticked in a text of the list as it was shown; None where that list does not stand in it."""
    text = text.replace("\r\n", "\n")
    at = _BOX.sub("- [ ] ", text).find(shown.rstrip("\n"))
    if at < 0:
        return None
    part = text[at : at + len(shown)]
    numbers = frozenset(map(int, _NUMBER.findall(part)))
    if _is_ticked(part, _EVERY):
        numbers |= {int(one) for one in re.findall(r"^- \[.\] ([0-9]+)\. ", part, re.MULTILINE)}
    known = {one.number for one in returned.proposals if one.fate == "open"}
    return TickedList(numbers & known, _is_ticked(part, TAKE_IN), not _left(returned))


def _is_ticked(part: str, words: str) -> bool:
    return f"- [x] {words}\n" in f"{part}\n" or f"- [X] {words}\n" in f"{part}\n"


def _line(one: Proposal) -> str:
    gone, come = cut_beside(one.before, one.after, _WORDS)
    change = ", ".join(filter(None, (gone and f"take away {span(gone)}", come and f"put in {span(come)}")))
    box = "[ ] " if one.fate == "open" else ""
    fate = "" if one.fate == "open" else f" {FATES[one.fate]}"
    beside = span("".join((one.around[0], "[…]", one.around[1])))
    return f"- {box}{one.number}. {span(one.who)}, line {one.place.line}: {change}, in {beside}.{fate}"


def _remarks(returned: Returned) -> Iterator[str]:
    """Remarks, which have no box: they are for a person to do by hand."""
    if not returned.remarks:
        return
    yield ""
    yield "To do by hand:"
    yield ""
    room = _REMARKS
    for number, one in enumerate(returned.remarks):
        hint = cut_pair(one, returned.pairs, _WORDS).hint
        said = (cut_beside(one.sentence, "", _WORDS)[0], cut_beside(hint, "", _HINT)[0])
        line = f"- line {one.place.line}: {' '.join(map(span, filter(None, said)))}"
        room -= len(line)
        if room < 0:
            yield f"- {len(returned.remarks) - number} more: `briefings import` tells them"
            return
        yield line


def returned(content: bytes) -> Callable[[Path, bytes, str | None, str | None, CommonOptions], Outcome] | None:
    """The function that takes a document for comment in; none for another document."""
    return bring_back if origin_of(content) else None


def bring_back(file: Path, content: bytes, accept: str | None, ticks: str | None, options: CommonOptions) -> Outcome:
    """What reviewers propose, every remark of it; makes what is accepted.

    `ticks` is a text that holds a list of boxes, some of them ticked.
    """
    project = open_project(options, 1)
    macros = project.loaded[0].imprint.fields.maths.declared
    history = partial(earlier_states, project.folder), partial(is_shallow, project.folder)
    library, sent = project.loaded[0], origin_of(content)
    briefing = library.briefings.get(sent.id if sent else "")
    language = (briefing.fields.language if briefing else "") or library.imprint.fields.language
    labels = house_labels(library.bibliography, wordbook(project.layouts).of(language))
    returned = take_back(file.name, content, project.files, macros, *history, labels)
    if options.report == "markdown" and returned.path:
        return Outcome(forms={"markdown": lambda: boxes(file.as_posix(), returned)})
    if options.report == "markdown":
        return Outcome(returned.remarks, exit=Exit.FAULTS, forms={"markdown": str})
    if ticks is not None:
        return _settle(project, file, returned, options, ticks)
    return _made(project, returned, _chosen(accept, returned), options)


def _settle(project: Project, file: Path, returned: Returned, options: CommonOptions, text: str) -> Outcome:
    """Make what is ticked in a list of a document; the last line says whether the document is done with."""
    found, name = ticked(text, boxes(file.as_posix(), returned), returned), visible(file.as_posix())
    nothing = dict.fromkeys(("json", "html"), str)
    if found is None:
        told = f"{name}: its list has changed, or is not in the text. Tick in a new list."
        return Outcome(exit=Exit.FAULTS, forms=nothing, warnings=[told])
    if not found.is_finished:
        told = f"{name}: the last box of its list is not ticked, so nothing was done."
        return Outcome(forms=nothing, warnings=[told])
    made = _made(project, returned, found.numbers, options)
    end = f"Settled: {name}" if found.is_whole else "It has more proposals than were listed: list it again."
    return replace(made, text=[*made.text, end]) if made.code(options.strict) == 0 else made


def _made(project: Project, returned: Returned, chosen: frozenset[int], options: CommonOptions) -> Outcome:
    refused: frozenset[int] = frozenset()
    made: tuple[int, ...] = ()
    if chosen:
        before = project.files[returned.path]
        after, refused = returned.accepted(chosen)
        made = tuple(one.number for one in returned.proposals if one.number in chosen - refused and one.fate == "open")
        if after != before:
            _replace(project.folder / returned.path, before, after)

    def page() -> str:
        style = page_style(project.loaded[0].imprint, project.layouts)
        return returned_page(returned, frozenset(made), refused & chosen, style)

    lost = any(one.number in refused and one.fate == "open" for one in returned.proposals)
    cut = grouped_diagnostics([_cut(one, returned) for one in returned.remarks], True, colour(sys.stdout))
    written = [f"Written: {returned.path}"] if made and returned.path and not options.quiet else []
    return Outcome(
        text=[*_lines(returned.proposals, made, refused & chosen), *([cut] if cut else []), *written],
        exit=lambda strict: int(lost or failed(returned.remarks, strict)),
        forms={"json": lambda: _as_json(returned, made), "html": page},
        notes=_notes(returned, made),
    )


def _notes(returned: Returned, made: tuple[int, ...]) -> Iterator[str]:
    if made:
        yield f"{count(len(made), 'change')} made."
    elif returned.path and any(one.fate == "open" for one in returned.proposals):
        yield "Nothing was changed. To make these changes: --accept all, or 1,3-5, or an author."
    elif returned.path and not returned.proposals and not returned.remarks:
        yield "Nothing was changed in it."


def _chosen(accept: str | None, returned: Returned) -> frozenset[int]:
    """The numbers of the proposals that are accepted. Raises `UsageError` where the choice names none."""
    if accept is None or not returned.path:
        return frozenset()
    found = numbers_of(accept, returned.proposals)
    if found is None:
        authors = ", ".join(sorted({f"'{one.author}'" for one in returned.proposals if one.author}))
        there = (
            f"There are proposals 1 to {len(returned.proposals)}" if returned.proposals else "There are no proposals"
        )
        by = f", by {authors}" if authors else ""
        raise UsageError(
            f"--accept {accept} is no choice: all, none, numbers such as 1,3-5, or an author. {there}{by}."
        )
    return found


def _replace(path: Path, before: bytes, after: bytes) -> None:
    """Write the source, unless somebody else has since it was read."""
    try:
        now = path.read_bytes()
    except OSError as refused:
        raise EnvironmentFailure(f"{path} cannot be read: {refused.strerror}.") from refused
    if now != before:
        raise EnvironmentFailure(f"{path} was changed by somebody else just now: nothing was written. Try again.")
    write_whole(path, after)


def _cut(remark: Diagnostic, returned: Returned) -> Diagnostic:
    """A remark for a screen: of two long texts those parts in which they first differ."""
    short = cut_pair(remark, returned.pairs)
    return remark if short is remark else replace(short, hint=f"{short.hint} --report json or html shows them whole.")


def _lines(proposals: tuple[Proposal, ...], made: tuple[int, ...], refused: frozenset[int]) -> Iterator[str]:
    """The proposals for a terminal: each with what goes between [- and -], and what comes between {+ and +}."""
    for one in proposals:
        fate = _fate(one, made, refused)
        said = "" if fate == "open" else f" ({FATES[fate][0].lower()}{FATES[fate][1:-1]})"
        yield visible(f"{one.number}. {one.place}: {one.who}") + said
        gone = f"[-{one.before}-]" if one.before else ""
        come = f"{{+{one.after}+}}" if one.after else ""
        yield "   " + visible(re.sub(r"\s", " ", f"{one.around[0]}{gone}{come}{one.around[1]}"))


def _as_json(returned: Returned, made: tuple[int, ...]) -> str:
    said = [
        {
            **{"number": one.number, "place": asdict(one.place), "author": one.author, "date": one.day},
            **{"before": one.before, "after": one.after, "fate": "accepted" if one.number in made else one.fate},
        }
        for one in returned.proposals
    ]
    return report.as_json(returned.remarks, proposals=said, files=[returned.path] if made else [])
