"""Diagnostics as text, JSON and SARIF; long lists grouped for a terminal."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.core.diagnostics import Diagnostic, Severity, errors, is_shared, visible
from pipeline.core.messages import MessageType, catalogue
from pipeline.core.sentences import count_noun


def format_diagnostics(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """Format diagnostics as `path:line:col: severity code: sentence`, with the hint in the next line."""
    lines = []
    for diagnostic in diagnostics:
        line, severity = str(diagnostic), diagnostic.severity
        if colour:
            hue = "31" if severity is Severity.ERROR else "33"
            line = line.replace(f": {severity} ", f": \x1b[1;{hue}m{severity}\x1b[0m ", 1)
        lines.append(f"{line}\n")
    return "".join(lines)


def format_json(diagnostics: Sequence[Diagnostic], **more: object) -> str:
    """Format diagnostics as JSON: `diagnostics`, `errors`, `warnings`, and more members."""
    rows = [
        {**asdict(d.place), "severity": str(d.severity), "code": d.code, "sentence": d.sentence, "hint": d.hint}
        for d in diagnostics
    ]
    error_count = sum(1 for _ in errors(diagnostics))
    return _format_json_value({"diagnostics": rows, "errors": error_count, "warnings": len(rows) - error_count, **more})


def format_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """Format diagnostics as a SARIF 2.1.0 log, for code hosts and editors."""
    rules = sorted({d.code for d in diagnostics})
    run = {
        "tool": {
            "driver": {
                "name": "briefings",
                "version": __version__,
                "rules": [_sarif_rule(catalogue()[name]) for name in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(d, rules.index(d.code)) for d in diagnostics],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return _format_json_value({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _sarif_rule(kind: MessageType) -> dict[str, Any]:
    return {
        "id": kind.name,
        "shortDescription": {"text": kind.summary},
        "fullDescription": {"text": kind.why},
        "help": {"text": kind.advice},
        "defaultConfiguration": {"level": str(kind.severity)},
    }


def _sarif_result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    text = diagnostic.sentence + (f" {diagnostic.hint}" if diagnostic.hint else "")
    location = {
        "artifactLocation": {"uri": quote(diagnostic.place.path)},
        "region": {"startLine": diagnostic.place.line, "startColumn": diagnostic.place.column},
    }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _format_json_value(value: object) -> str:
    """Format a value as JSON; characters that cannot be printed, such as direction marks, are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"


# Remarks on a screen

SCREEN_LINES = 40
"""Lines of a list that is shown completely."""

MAX_NAMED_FILES = 3
"""Files that are named with their number of warnings."""

MAX_ERRORS = 50
"""Errors that are shown of a longer list."""

MAX_KINDS = 10
"""Kinds of warnings that are shown if they are in several files."""

MAX_OTHER_PLACES = 2
"""Other places in several files that are listed; of more, only the number in each file is shown."""

MAX_OTHER_LINES = 12
"""Other lines of one file that are listed."""


@dataclass(frozen=True, slots=True)
class RemarkKind:
    """The remarks of one kind, by place."""

    code: str
    remarks: tuple[Diagnostic, ...]

    @property
    def hint(self) -> str:
        """The hint for all of them: their own if they share it, or the general one."""
        hint, general = self.remarks[0].hint, catalogue()[self.code].advice
        is_shared_hint = all(remark.hint == hint for remark in self.remarks)
        return hint if hint and (is_shared_hint or "…" in general) else general


def grouped_diagnostics(
    remarks: Sequence[Diagnostic], whole: bool = False, colour: bool = False, named: bool = False
) -> str:
    """Format diagnostics for a terminal. With `whole`, all of them are listed.

    A list of more than `SCREEN_LINES` lines shows the errors, then the kinds of warnings. If texts were `named`,
    warnings on files that all texts share are only counted.
    """
    if whole:
        return format_diagnostics(remarks, colour)
    shown = [remark for remark in remarks if not (named and _is_about_shared_file(remark))]
    text = format_diagnostics(shown, colour)
    if text.count("\n") > SCREEN_LINES:
        text = "".join(
            f"{line}\n" for line in (*_first_errors(shown, colour), *_warnings_by_kind(shown, colour, named))
        )
    others = len(remarks) - len(shown)
    return text + (f"{count_noun(others, 'message')} about other files: run 'briefings check'.\n" if others else "")


def _is_about_shared_file(remark: Diagnostic) -> bool:
    """True for a warning on a shared file. An error there may be the cause of others, so it is shown."""
    is_warning = remark.severity is Severity.WARNING
    return is_warning and is_shared(remark) and not remark.place.path.startswith("source/references/")


def _first_errors(remarks: Iterable[Diagnostic], colour: bool) -> Iterator[str]:
    """Lines of up to `MAX_ERRORS` errors by place, each hint once. Of more errors, causes are preferred."""
    all_errors = tuple(errors(remarks))
    first = sorted(all_errors, key=lambda remark: not catalogue()[remark.code].cause)[:MAX_ERRORS]
    shown, hints = set(first), set[str]()
    for remark in all_errors:
        if remark in shown:
            line, _, hint = format_diagnostics((remark,), colour).rstrip("\n").partition("\n")
            yield line
            if hint and f"{remark.code} {hint}" not in hints:
                yield hint
            hints.add(f"{remark.code} {hint}")
    if len(all_errors) > MAX_ERRORS:
        kinds = group_by_kind(remark for remark in all_errors if remark not in shown)
        counts = ", ".join(f"{len(kind.remarks):,} {kind.code}" for kind in kinds[:MAX_KINDS])
        more = ", …" if len(kinds) > MAX_KINDS else ""
        yield f"{count_noun(len(all_errors) - MAX_ERRORS, 'more error')} ({counts}{more}): --all shows all."


def _warnings_by_kind(remarks: Sequence[Diagnostic], colour: bool, named: bool) -> Iterator[str]:
    """Lines of the most frequent kinds of warnings by place: the first of each, its hint, and the other places."""
    warnings = [remark for remark in remarks if remark.severity is Severity.WARNING]
    if not warnings:
        return
    kinds, files = group_by_kind(warnings), len({remark.place.path for remark in warnings})
    shown = kinds if files == 1 else kinds[:MAX_KINDS]
    yield ""
    yield f"{count_noun(len(warnings), 'warning')} of {count_noun(len(kinds), 'kind')} in {count_noun(files, 'file')}:"
    for kind in sorted(shown, key=lambda kind: warnings.index(kind.remarks[0])):
        yield format_diagnostics((kind.remarks[0],), colour).split("\n")[0]
        yield f"    hint: {visible(kind.hint)}"
        yield from (f"    {visible(places)}" for places in _other_places(kind))
    if others := kinds[len(shown) :]:
        yield f"Also: {', '.join(f'{kind.code} ({len(kind.remarks):,})' for kind in others)}."
    if style := [kind.code for kind in kinds if catalogue()[kind.code].style]:
        yield f"Not your style? Write '{style[0]}: off', or another code, under 'rules:' in source/library.yaml."
    yield f"--all shows every remark{'' if named else ', the name of a briefing or pack only its own'}."


def group_by_kind(remarks: Iterable[Diagnostic]) -> tuple[RemarkKind, ...]:
    """Group remarks by kind: possible causes of others first, then the most frequent."""
    by_code: dict[str, list[Diagnostic]] = {}
    for remark in remarks:
        by_code.setdefault(remark.code, []).append(remark)
    kinds = [RemarkKind(code, tuple(group)) for code, group in by_code.items()]
    return tuple(sorted(kinds, key=lambda kind: (not catalogue()[kind.code].cause, -len(kind.remarks), kind.code)))


def _other_places(kind: RemarkKind) -> Iterator[str]:
    others, by_file = kind.remarks[1:], Counter(remark.place.path for remark in kind.remarks)
    if others and len(by_file) == 1:
        lines = list(dict.fromkeys(str(remark.place.line) for remark in others))
        more = f" and {len(lines) - MAX_OTHER_LINES:,} more" if len(lines) > MAX_OTHER_LINES else ""
        yield f"also in line{'s' if len(lines) > 1 else ''} {', '.join(lines[:MAX_OTHER_LINES])}{more}."
    elif len(others) > MAX_OTHER_PLACES:
        most = sorted(by_file.items(), key=lambda entry: (-entry[1], entry[0]))
        short = (
            (path.removeprefix("source/").removeprefix("briefings/"), times) for path, times in most[:MAX_NAMED_FILES]
        )
        files = ", ".join(f"{times:,} in {path}" for path, times in short if times > 1)
        more = ", …" if len(most) > MAX_NAMED_FILES else "."
        yield f"{len(kind.remarks):,} times in {count_noun(len(by_file), 'file')}{f': {files}{more}' if files else '.'}"
    elif others:
        yield f"also at {' and '.join(str(remark.place) for remark in others)}."
