"""Diagnostics as text for people, and as JSON and SARIF for machines."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from pipeline import __version__
from pipeline.core.diagnostics import Diagnostic, Severity
from pipeline.core.messages import MessageType, catalogue


def as_text(diagnostics: Iterable[Diagnostic], colour: bool = False) -> str:
    """The diagnostics in the form `path:line:col: severity code: sentence`, a hint below."""
    return "".join(f"{_painted(d) if colour else d}\n" for d in diagnostics)


def _painted(diagnostic: Diagnostic) -> str:
    hue = "31" if diagnostic.severity is Severity.ERROR else "33"
    said = str(diagnostic)
    return said.replace(f": {diagnostic.severity} ", f": \x1b[1;{hue}m{diagnostic.severity}\x1b[0m ", 1)


def as_json(diagnostics: Sequence[Diagnostic], **more: object) -> str:
    """The diagnostics as JSON: `diagnostics`, `errors`, `warnings`, and whatever else is given."""
    return _json(
        {
            "diagnostics": [
                {
                    "path": d.place.path,
                    "line": d.place.line,
                    "column": d.place.column,
                    "severity": str(d.severity),
                    "code": d.code,
                    "sentence": d.sentence,
                    "hint": d.hint,
                }
                for d in diagnostics
            ],
            "errors": sum(d.severity is Severity.ERROR for d in diagnostics),
            "warnings": sum(d.severity is Severity.WARNING for d in diagnostics),
            **more,
        }
    )


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """The diagnostics as a SARIF 2.1.0 log, for code hosts and editors."""
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
    return _json({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _sarif_rule(kind: MessageType) -> dict[str, Any]:
    return {
        "id": kind.name,
        "shortDescription": {"text": kind.summary},
        "fullDescription": {"text": kind.why},
        "help": {"text": kind.advice},
        "defaultConfiguration": {"level": str(kind.severity)},
    }


def _sarif_result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    said = diagnostic.sentence + (f" {diagnostic.hint}" if diagnostic.hint else "")
    where = {
        "artifactLocation": {"uri": quote(diagnostic.place.path)},
        "region": {"startLine": diagnostic.place.line, "startColumn": diagnostic.place.column},
    }
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": said},
        "locations": [{"physicalLocation": where}],
    }


def _json(value: object) -> str:
    """Return a value as JSON; what cannot be printed, such as a change of direction, is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n"
