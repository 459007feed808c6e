"""BibTeX and BibLaTeX in: pandoc converts a file in one run; if it refuses, the entries that it refuses are found."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pipeline.cite.csl import FIELDS
from pipeline.cite.pandoc import Pandoc, PandocLimit, PandocRefusal
from pipeline.cite.records import read_record, tell_key
from pipeline.cite.tex_fields import cleaned
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.limits import Limit
from pipeline.core.messages import message
from pipeline.model.bibliography import Reference

_ARGUMENTS = ("--from=biblatex", "--to=csljson", "--sandbox")
_START = re.compile(
    r"(?:^|(?<=[})]))[ \t]*(?P<sign>@)\s*(?P<kind>\w+)\s*[{(]\s*(?P<key>[^\s,{}()=]*)(?P<no_key>\s*=)?", re.MULTILINE
)
_POINTER = re.compile(r'(?i),\s*(?:crossref|xdata)\s*=\s*(?:\{([^{}]*)\}|"([^"]*)"|\w+)')
_PLAINLY = "Write its fields in plain words."
_UNDATED = re.compile(r"(?i)\s*(n\.?\s*d\.?|no date|undated|)\s*")
_WAITING = re.compile(r"(?i)\s*(in press|in print|forthcoming|to appear|in preparation|submitted|accepted|preprint"
                      r"|(under|in) review|unpublished)\b.*")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as it stands in the file, or the definition of an abbreviation."""

    kind: str
    key: str
    text: str
    place: Place

    def field(self, *names: str) -> str:
        """The words of the first of some fields that it has."""
        for name in names:
            value = r'\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|"([^"]*)"|(\w+)'
            if found := re.search(rf"(?i)[,\s]{name}\s*=\s*(?:{value})", self.text):
                return next(filter(None, found.groups()), "").strip("{} \n")
        return ""


def read_bibtex(path: str, text: str, pandoc: Pandoc) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """The works of a `.bib` file in its order, and what is wrong with it. One bad entry costs one remark."""
    desk = Desk()
    every = list(_split(path, text, desk))
    strings = [entry for entry in every if entry.kind == "string"]
    entries = _without_circles([entry for entry in every if entry.kind != "string"], desk)
    try:
        records = _convert(strings, entries, pandoc, desk)
    except PandocLimit as limit:
        desk.report(message("job-too-large", Place(path), _PLAINLY, sentence=f"This file cannot be read. {limit}"))
        records = {}
    found = [_reference(entry, records[entry.key].pop(0), desk) for entry in entries if records.get(entry.key)]
    return tuple(reference for reference in found if reference), desk.remarks


def _split(path: str, text: str, desk: Desk) -> Iterator[_Entry]:
    """The entries and abbreviations of a file: each begins with an @ at the head of a line, or behind another."""
    starts = list(_START.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    line, done = 1, 0
    for start, end in zip(starts, ends, strict=True):
        at = start.start("sign")
        line, done = line + text.count("\n", done, at), at
        place = Place(path, line, at - text.rfind("\n", 0, at))
        kind = start["kind"].lower()
        if kind in ("comment", "preamble"):
            continue
        if kind != "string" and (not start["key"] or start["no_key"]):
            desk.report(message("reference-no-key", place, "Write a key behind the brace: @article{hughes2018, …}."))
            continue
        if kind != "string":
            tell_key(start["key"], place, desk)
        yield _Entry(kind, start["key"], cleaned(text[at:end]), place)


def _without_circles(entries: list[_Entry], desk: Desk) -> list[_Entry]:
    """The entries; those that take fields from themselves in the end take none. Pandoc would follow them for ever."""
    by_key = {entry.key.lower(): entry for entry in reversed(entries)}
    graph = {key: set(_parents(entry)) & by_key.keys() for key, entry in by_key.items()}
    alone: dict[_Entry, _Entry] = {}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            for entry in sorted((by_key[key] for key in set(circle.args[1])), key=lambda entry: entry.place):
                desk.report(message("reference-in-a-circle", entry.place, key=entry.key))
                graph[entry.key.lower()] = set()
                alone[entry] = replace(entry, text=_POINTER.sub("", entry.text))
        else:
            return [alone.get(entry, entry) for entry in entries]


def _parents(entry: _Entry) -> Iterator[str]:
    for found in _POINTER.finditer(entry.text):
        yield from (key.strip().lower() for key in (found[1] or found[2] or "").split(","))


def _convert(
    strings: list[_Entry], entries: list[_Entry], pandoc: Pandoc, desk: Desk
) -> dict[str, list[dict[str, Any]]]:
    """The CSL records of the entries, by key and in the order of the file. Raises `PandocLimit`."""

    def run(some: list[_Entry]) -> list[dict[str, Any]]:
        limit = Limit(5 + len(some) // 200, 1000)  # four thousand take a second
        found: list[dict[str, Any]] = json.loads(pandoc(_ARGUMENTS, "\n".join(one.text for one in some), limit))
        return found

    def refused(some: list[_Entry], beside: list[_Entry]) -> Iterator[tuple[_Entry, PandocRefusal]]:
        try:
            run([*beside, *some])
        except PandocRefusal as refusal:
            if len(some) == 1:
                yield some[0], refusal
            else:
                middle = len(some) // 2
                yield from refused(some[:middle], beside)
                yield from refused(some[middle:], beside)

    try:
        records = run([*strings, *entries]) if entries else []
    except PandocRefusal:
        bad = dict(refused(strings, [])) if strings else {}
        bad |= refused(entries, [string for string in strings if string not in bad])
        for entry, refusal in bad.items():
            desk.report(_unreadable(entry, str(refusal), strings))
        records = run([one for one in (*strings, *entries) if one not in bad])
    by_key: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_key.setdefault(record["id"], []).append(record)
    return by_key


def _unreadable(entry: _Entry, said: str, strings: list[_Entry]) -> Diagnostic:
    """Why an entry has no record, at the line of the entry at which pandoc stopped."""
    found = re.search(r"unexpected (end of input|'.'|\"[^\"]*\")", said)
    reason = f"there is an unexpected {found[1]} in it" if found else "its LaTeX cannot be read"
    place = entry.place
    if stopped := re.search(r"\(line (\d+), column (\d+)\)", said):
        below = int(stopped[1]) - 1 - sum(one.text.count("\n") + 1 for one in strings)
        if 0 < below <= entry.text.rstrip().count("\n"):
            place = Place(place.path, place.line + below, int(stopped[2]))
    return message("reference-unreadable", place, of=f" ('{entry.key}')", reason=reason)


def _reference(entry: _Entry, record: dict[str, Any], desk: Desk) -> Reference | None:
    csl = {field: value for field, value in record.items() if field in FIELDS}
    csl |= {"id": entry.key, "type": csl.get("type") or "document"}
    _settle_date(csl, entry, desk)
    for names in csl.values():
        _keep_particles(names)
    if (number := entry.field("eid")) and "page" not in csl and "number" not in csl:
        csl["number"] = number
    if re.match(r"https?://\S+$", str(csl.get("publisher", ""))) and "URL" not in csl:
        csl["URL"] = csl.pop("publisher")
    lost = bool(entry.field("title")) and not csl.get("title")
    if lost:
        of, reason = f" ('{entry.key}')", "the LaTeX of its title cannot be read"
        hint = "Look for a lone dollar sign, a brace or a command in it."
        desk.report(message("reference-unreadable", entry.place, hint, of=of, reason=reason))
    own = Desk()
    reference = read_record(csl, lambda *way: entry.place, own)
    told = "reference-no-title" if lost else ""
    desk.extend(remark for remark in own.remarks if remark.code not in (told, "reference-key"))
    return reference


def _settle_date(csl: dict[str, Any], entry: _Entry, desk: Desk) -> None:
    """A year in words is no date: 'in press' is the state of a work, 'c. 1900' has its year in it."""
    issued = csl.get("issued")
    if isinstance(issued, dict) and not any(issued.get("date-parts", ())):
        del csl["issued"]
    said = entry.field("date", "year")
    if "issued" in csl or _UNDATED.fullmatch(said):
        return
    year = re.search(r"(?<!\d)\d{4}(?!\d)", said)
    if year:
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    elif _WAITING.fullmatch(said):
        csl["status"] = said.strip().lower()
    else:
        desk.report(message("reference-date", entry.place, "Write year = {2014}, or date = {2014-12-31}.", field="year",
                                            key=entry.key, reason=f"'{said}' cannot be read"))  # fmt: skip


def _keep_particles(names: Any) -> None:
    """BibTeX prints the 'van der' of a name wherever it prints the family name."""
    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict) and "dropping-particle" in name and "family" in name:
            particles = (name.pop("dropping-particle"), name.get("non-dropping-particle", ""))
            name["non-dropping-particle"] = " ".join(part for part in particles if part)
