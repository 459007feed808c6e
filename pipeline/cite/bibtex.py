"""BibTeX and BibLaTeX: bibtexparser splits, pandoc converts all good entries in one run."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bibtexparser import model as blocks
from bibtexparser.entrypoint import parse_string

from pipeline.cite.csl import FIELDS
from pipeline.cite.pandoc import Pandoc, PandocRefusal
from pipeline.cite.records import read_record, tell_key
from pipeline.codes import citation as codes
from pipeline.diagnostics import Desk, Diagnostic, Place
from pipeline.model.bibliography import Reference

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it says there stands in its blocks

_ARGUMENTS = ("--from=biblatex", "--to=csljson", "--sandbox")
_HEAD = re.compile(r"@\s*(\w+)\s*[{(]\s*([^\s,{}()]*)\s*,")
_POINTERS = re.compile(r"(\b(?:crossref|xdata|xref|related|entryset)\s*=\s*)([{\"])([^{}\"]*)[}\"]", re.IGNORECASE)
_UNDATED = re.compile(r"(?i)\s*(n\.?\s*d\.?|no date|undated|)\s*")
_WAITING = re.compile(r"(?i)\s*(in press|in print|forthcoming|to appear|in preparation|submitted|accepted|preprint"
                      r"|(under|in) review|unpublished)\b.*")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as it stands in the file: its key, a name for the engine, its words and its place."""

    key: str
    name: str
    raw: str
    fields: Mapping[str, str]
    place: Place


def read_bibtex(path: str, text: str, pandoc: Pandoc) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """The works of a `.bib` file in its order, and what is wrong with it. One bad entry costs one remark."""
    desk = Desk()
    strings, entries = _split(path, text, desk)
    records = _convert(entries, strings, entries, pandoc, desk)
    found = [_reference(entry, records[entry.name], desk) for entry in entries if entry.name in records]
    return tuple(reference for reference in found if reference), desk.remarks


def _split(path: str, text: str, desk: Desk) -> tuple[str, list[_Entry]]:
    strings: list[str] = []
    entries: list[_Entry] = []
    for found in parse_string(text, parse_stack=[]).blocks:
        place = _place(path, text, found)
        block: Any = found
        if isinstance(block, blocks.DuplicateBlockKeyBlock | blocks.DuplicateFieldKeyBlock):
            block = block.ignore_error_block
        if isinstance(found, blocks.DuplicateFieldKeyBlock):
            fields = ", ".join(f"'{field}'" for field in sorted(found.duplicate_keys))
            desk.report(codes.REFERENCE_FIELD_TWICE.at(place, fields=fields, key=block.key))
        if isinstance(block, blocks.String):
            strings.append(str(block.raw))
        elif isinstance(block, blocks.Entry):
            entry = _entry(block, len(entries), place, desk)
            entries += [entry] if entry else []
        elif isinstance(block, blocks.ParsingFailedBlock):
            head = _HEAD.match(str(block.raw))
            of = f" ('{head[2]}')" if head and head[2] else ""
            desk.report(codes.REFERENCE_UNREADABLE.at(place, of=of, reason=_words(block.error)))
    return "\n".join(strings), entries


def _place(path: str, text: str, block: Any) -> Place:
    line: int = block.start_line or 0
    lines = text.split("\n")
    column = lines[line].find("@") + 1 if line < len(lines) else 1
    return Place(path, line + 1, max(column, 1))


def _words(error: Exception) -> str:
    """The splitter's reason as a clause."""
    said = " ".join(str(getattr(error, "abort_reason", "")).replace("`", "'").split())
    said = said.partition(". ")[0].rstrip(".")
    if said.startswith("Unexpected block start"):
        return "the next entry begins before this one is closed"
    if "end of file" in said:
        return "the file ends before it is closed"
    return said[:1].lower() + said[1:] if said else "its form is not that of an entry"


def _entry(block: Any, number: int, place: Place, desk: Desk) -> _Entry | None:
    head = _HEAD.match(block.raw)
    key = str(block.key).strip()
    if not key or head is None:
        desk.report(codes.REFERENCE_NO_KEY.at(place, "Write a key behind the brace, such as @article{hughes2018, …}."))
        return None
    tell_key(key, place, desk)
    name = f"b{number:06}"
    raw = f"@{head[1]}{{{name},{block.raw[head.end() : -1]}}}"
    fields = {field.key.lower(): _bare(str(field.value)) for field in block.fields}
    return _Entry(key, name, raw, fields, place)


def _bare(value: str) -> str:
    value = value.strip()
    while len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        value = value[1:-1].strip()
    return value


def _convert(
    entries: list[_Entry], strings: str, everything: list[_Entry], pandoc: Pandoc, desk: Desk
) -> dict[str, dict[str, Any]]:
    """The CSL records of the entries by name: in one run if all are good, else by halves down to the bad one."""
    if not entries:
        return {}
    try:
        answer = json.loads(pandoc(_ARGUMENTS, _source(entries, strings, everything)))
    except PandocRefusal as refusal:
        if len(entries) > 1:
            middle = len(entries) // 2
            halves = (entries[:middle], entries[middle:])
            return {k: v for half in halves for k, v in _convert(half, strings, everything, pandoc, desk).items()}
        of, reason = f" ('{entries[0].key}')", _refusal(str(refusal))
        place = _refused_at(str(refusal), entries[0], strings)
        desk.report(codes.REFERENCE_UNREADABLE.at(place, of=of, reason=reason))
        return {}
    wanted = {entry.name for entry in entries}
    return {record["id"]: record for record in answer if record["id"] in wanted}


def _refusal(said: str) -> str:
    found = re.search(r"unexpected (end of input|'.'|\"[^\"]*\")", said)
    return f"there is an unexpected {found[1]} in it" if found else "its LaTeX cannot be read"


def _refused_at(said: str, entry: _Entry, strings: str) -> Place:
    """The line of an entry at which the engine stopped; its first where that lies outside of it."""
    found = re.search(r"\(line (\d+), column (\d+)\)", said)
    below = int(found[1]) - 1 - strings.count("\n") - 2 if found else 0
    if not found or not 0 < below < entry.raw.count("\n"):
        return entry.place
    return Place(entry.place.path, entry.place.line + below, int(found[2]))


def _source(entries: list[_Entry], strings: str, everything: list[_Entry]) -> str:
    """The entries and those they inherit from, every key by the engine's name for it."""
    by_key = {entry.key.lower(): entry for entry in reversed(everything)}
    sent = {entry.name: entry for entry in entries}
    waiting = list(entries)
    while waiting:
        for key in _pointed(waiting.pop().raw):
            parent = by_key.get(key.lower())
            if parent and parent.name not in sent:
                sent[parent.name] = parent
                waiting.append(parent)

    def renamed(found: re.Match[str]) -> str:
        keys = [key.strip() for key in found[3].split(",")]
        names = [by_key[key.lower()].name if key.lower() in by_key else "none" for key in keys]
        return f"{found[1]}{{{','.join(names)}}}"

    return "\n\n".join([strings, *(_POINTERS.sub(renamed, entry.raw) for entry in sent.values())]) + "\n"


def _pointed(raw: str) -> Iterable[str]:
    return [key.strip() for found in _POINTERS.finditer(raw) for key in found[3].split(",")]


def _reference(entry: _Entry, record: dict[str, Any], desk: Desk) -> Reference | None:
    csl = {field: value for field, value in record.items() if field in FIELDS}
    csl |= {"id": entry.key, "type": csl.get("type") or "document"}
    _settle_date(csl, entry, desk)
    for names in csl.values():
        _keep_particles(names)
    if entry.fields.get("eid") and "page" not in csl and "number" not in csl:
        csl["number"] = entry.fields["eid"]
    if re.match(r"https?://\S+$", str(csl.get("publisher", ""))) and "URL" not in csl:
        csl["URL"] = csl.pop("publisher")
    lost = "title" in entry.fields and not csl.get("title")
    if lost:
        of, reason = f" ('{entry.key}')", "the LaTeX of its title cannot be read"
        hint = "Look for a lone dollar sign, a brace or a command in it."
        desk.report(codes.REFERENCE_UNREADABLE.at(entry.place, hint, of=of, reason=reason))
    own = Desk()
    reference = read_record(csl, lambda *way: entry.place, own)
    told = codes.REFERENCE_NO_TITLE.name if lost else ""
    desk.extend(remark for remark in own.remarks if remark.code not in (told, codes.REFERENCE_KEY.name))
    return reference


def _settle_date(csl: dict[str, Any], entry: _Entry, desk: Desk) -> None:
    """A year in words is no date: 'in press' is the state of a work, 'c. 1900' has its year in it."""
    issued = csl.get("issued")
    if isinstance(issued, dict) and not any(issued.get("date-parts", ())):
        del csl["issued"]
    said = entry.fields.get("date") or entry.fields.get("year") or ""
    if "issued" in csl or _UNDATED.fullmatch(said):
        return
    year = re.search(r"(?<!\d)\d{4}(?!\d)", said)
    if year:
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    elif _WAITING.fullmatch(said):
        csl["status"] = said.strip().lower()
    else:
        desk.report(codes.REFERENCE_DATE.at(entry.place, "Write year = {2014}, or date = {2014-12-31}.", field="year",
                                            key=entry.key, reason=f"'{said}' cannot be read"))  # fmt: skip


def _keep_particles(names: Any) -> None:
    """BibTeX prints the 'van der' of a name wherever it prints the family name."""
    for name in names if isinstance(names, list) else ():
        if isinstance(name, dict) and "dropping-particle" in name and "family" in name:
            particles = (name.pop("dropping-particle"), name.get("non-dropping-particle", ""))
            name["non-dropping-particle"] = " ".join(part for part in particles if part)
