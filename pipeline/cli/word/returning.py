"""Part of the verb import: a document for comment that came back is told of, and made where it is accepted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli import outcome as report
from pipeline.cli.options import Shared, colour, open_project
from pipeline.cli.outcome import Exit, Outcome, on_screen
from pipeline.compose.design.style import page_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, failed, visible
from pipeline.core.files import write_whole
from pipeline.core.git import earlier_states, is_shallow
from pipeline.core.sentences import count
from pipeline.load.words import wordbook

if TYPE_CHECKING:
    from pipeline.build.project import Project
    from pipeline.model.body import Body
    from pipeline.word.back.returned import Proposal, Returned
    from pipeline.word.commenting.units import LockLabel


_FATES = {
    "touches": "not made: it would change more than words",
    "stale": "not made: this paragraph has changed since",
    "made": "the source says so already",
}


def returned(content: bytes) -> Callable[[Path, bytes, str | None, str | None, Shared], Outcome] | None:
    """The function that takes a document for comment in; none for another document."""
    from pipeline.word.back.returned import origin_of

    return bring_back if origin_of(content) else None


def bring_back(file: Path, content: bytes, accept: str | None, boxes: str | None, options: Shared) -> Outcome:
    """What reviewers propose, every remark of it; makes what is accepted.

    `boxes` is a text that holds a list of boxes, some of them ticked.
    """
    from pipeline.word.back.returned import take_back

    project = open_project(options, 1)
    macros = project.loaded[0].imprint.fields.maths.declared
    history = partial(earlier_states, project.folder), partial(is_shallow, project.folder)
    returned = take_back(file.name, content, project.files, macros, *history, _labels(content, project))
    if options.report == "markdown":
        return _list(file, returned)
    if boxes is not None:
        return _settle(project, file, returned, options, boxes)
    return _made(project, returned, _chosen(accept, returned), options)


def _labels(content: bytes, project: Project) -> Callable[[Body], LockLabel]:
    """Return the words that a document for comment shows for what is locked in it."""
    from pipeline.word.back.returned import origin_of
    from pipeline.word.commenting.labels import house_labels

    library, sent = project.loaded[0], origin_of(content)
    briefing = library.briefings.get(sent.id if sent else "")
    language = (briefing.fields.language if briefing else "") or library.imprint.fields.language
    return house_labels(library.bibliography, wordbook(project.layouts).of(language))


def _list(file: Path, returned: Returned) -> Outcome:
    """The list to tick; of what belongs to no text that is known there is none, and that is told."""
    from pipeline.cli.word.boxes import boxes

    if returned.path:
        return Outcome(forms={"markdown": lambda: boxes(file.as_posix(), returned)})
    return Outcome(returned.remarks, exit=Exit.FAULTS, forms={"markdown": str})


def _settle(project: Project, file: Path, returned: Returned, options: Shared, text: str) -> Outcome:
    """Make what is ticked in a list of a document; the last line says whether the document is done with."""
    from pipeline.cli.word.boxes import boxes, ticked

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


def _made(project: Project, returned: Returned, chosen: frozenset[int], options: Shared) -> Outcome:
    """Make what is chosen, and tell of all of it."""
    refused: frozenset[int] = frozenset()
    made: tuple[int, ...] = ()
    if chosen:
        before = project.files[returned.path]
        after, refused = returned.accepted(chosen)
        made = tuple(one.number for one in returned.proposals if one.number in chosen - refused and one.fate == "open")
        if after != before:
            _replace(project.folder / returned.path, before, after)

    def page() -> str:
        from pipeline.word.back.page import returned_page

        style = page_style(project.loaded[0].imprint, project.layouts)
        return returned_page(returned, frozenset(made), refused & chosen, style)

    lost = any(one.number in refused and one.fate == "open" for one in returned.proposals)
    cut = on_screen([_cut(one, returned) for one in returned.remarks], True, colour(sys.stdout))
    written = [f"Written: {returned.path}"] if made and returned.path and not options.quiet else []
    return Outcome(
        text=[*_lines(returned.proposals, made, refused & chosen), *([cut] if cut else []), *written],
        exit=lambda strict: int(lost or failed(returned.remarks, strict)),
        forms={"json": lambda: _as_json(returned, made), "html": page},
        notes=_notes(returned, made),
    )


def _notes(returned: Returned, made: tuple[int, ...]) -> Iterator[str]:
    """A sentence on what was made, or how it is."""
    if made:
        yield f"{count(len(made), 'change')} made."
    elif returned.path and any(one.fate == "open" for one in returned.proposals):
        yield "Nothing was changed. To make these changes: --accept all, or 1,3-5, or an author."
    elif returned.path and not returned.proposals and not returned.remarks:
        yield "Nothing was changed in it."


def _chosen(accept: str | None, returned: Returned) -> frozenset[int]:
    """The numbers of the proposals that are accepted. Raises `UsageError` where the choice names none."""
    from pipeline.word.back.returned import numbers_of

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
    from pipeline.word.back.cutting import cut_pair

    short = cut_pair(remark, returned.pairs)
    return remark if short is remark else replace(short, hint=f"{short.hint} --report json or html shows them whole.")


def _lines(proposals: tuple[Proposal, ...], made: tuple[int, ...], refused: frozenset[int]) -> Iterator[str]:
    """The proposals for a terminal: each with what goes between [- and -], and what comes between {+ and +}."""
    for one in proposals:
        fate = _FATES.get("touches" if one.number in refused and one.fate == "open" else one.fate, "")
        said = "made" if one.number in made else fate
        yield visible(f"{one.number}. {one.place}: {one.who}") + (f" ({said})" if said else "")
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
