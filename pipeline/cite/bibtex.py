"""BibTeX and BibLaTeX: bibtexparser splits, pandoc converts all good entries in one run."""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bibtexparser import model as blocks
from bibtexparser.entrypoint import parse_string

from pipeline.cite.csl import FIELDS
from pipeline.cite.inheritance import (
    FOLLOWED,
    MOST_IN_ALL,
    MOST_LETTERS,
    MOST_PARENTS,
    POINTERS,
    in_a_circle,
    letters_of,
    numbers_of_parents,
    pointed_keys,
)
from pipeline.cite.pandoc import Pandoc, PandocLimit, PandocRefusal
from pipeline.cite.records import read_record, tell_key
from pipeline.cite.tex_fields import cleaned
from pipeline.codes import citation as codes
from pipeline.codes import limits as limit_codes
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.limits import Limit
from pipeline.model.bibliography import Reference

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it says there stands in its blocks

_ARGUMENTS = ("--from=biblatex", "--to=csljson", "--sandbox")
_HEAD = re.compile(r"@\s*(\w+)\s*[{(]\s*([^\s,{}()]*)\s*,")
_PLAINLY = "Write its fields in plain words."
_UNDATED = re.compile(r"(?i)\s*(n\.?\s*d\.?|no date|undated|)\s*")
_WAITING = re.compile(r"(?i)\s*(in press|in print|forthcoming|to appear|in preparation|submitted|accepted|preprint"
                      r"|(under|in) review|unpublished)\b.*")  # fmt: skip


_CALLED = {
    "container-title": ("journal", "journaltitle", "booktitle"),
    "collection-title": ("series",),
    "URL": ("url", "howpublished"),
}
"""The name of a CSL field in BibTeX, where it is not its own name in small letters."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as it stands in the file: its key, a name for the engine, its kind, its fields and its place."""

    key: str
    name: str
    kind: str
    written: tuple[tuple[str, str], ...]
    """Its fields in their order, each value with its braces or quotation marks."""
    place: Place
    lines: tuple[int, ...] = ()
    """The line of the file on which each field begins."""

    @property
    def fields(self) -> Mapping[str, str]:
        """Values of the fields by name in lower case, without the outer marks; the last value of a repeated field."""
        return {field.lower(): _bare(value) for field, value in self.written}

    def place_of(self, field: str) -> Place:
        """The line of a field, by its name in CSL; of one that has no line the entry."""
        names = _CALLED.get(field, (field.lower(),))
        at = {name.lower(): line for (name, _), line in zip(self.written, self.lines, strict=True)}
        line = next((at[name] for name in names if name in at), 0)
        return Place(self.place.path, line) if line else self.place

    def pointed(self, fields: frozenset[str]) -> tuple[str, ...]:
        """The keys that some of its fields name, in lower case."""
        named = (pointed_keys(value) for field, value in self.written if field.lower() in fields)
        return tuple(key.lower() for keys in named for key in keys)


def read_bibtex(path: str, text: str, pandoc: Pandoc) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """The works of a `.bib` file in its order, and what is wrong with it. One bad entry costs one remark."""
    desk = Desk()
    strings, entries = _split(path, text, desk)
    entries = _without_circles(entries, desk)
    records = _convert(entries, strings, entries, pandoc, desk)
    found = [_reference(entry, records[entry.name], desk) for entry in entries if entry.name in records]
    return tuple(reference for reference in found if reference), desk.remarks


def _split(path: str, text: str, desk: Desk) -> tuple[str, list[_Entry]]:
    strings: list[str] = []
    lengths: dict[str, int] = {}
    entries: list[_Entry] = []
    total = 0
    for found in parse_string(text, parse_stack=[]).blocks:
        place = _place(path, text, found)
        block: Any = found
        if isinstance(block, blocks.DuplicateBlockKeyBlock | blocks.DuplicateFieldKeyBlock):
            block = block.ignore_error_block
        if isinstance(found, blocks.DuplicateFieldKeyBlock) and (lost := _lost(found, block)):
            fields = ", ".join(f"'{field}'" for field in lost)
            desk.report(codes.REFERENCE_FIELD_TWICE.at(place, fields=fields, key=block.key))
        if isinstance(block, blocks.String):
            length = letters_of(str(block.value), lengths)
            if _fits(length, 0, f"abbreviation '{block.key}'", place, desk):
                lengths[str(block.key).lower()] = length
                strings.append(str(block.raw))
        elif isinstance(block, blocks.Entry):
            length = sum(letters_of(str(field.value), lengths) for field in block.fields)
            if _fits(length, total, f"entry '{block.key}'", place, desk):
                total += length
                entry = _entry(block, len(entries), place, desk)
                entries += [entry] if entry else []
        elif isinstance(block, blocks.ParsingFailedBlock):
            head = _HEAD.match(str(block.raw))
            of = f" ('{head[2]}')" if head and head[2] else ""
            desk.report(codes.REFERENCE_UNREADABLE.at(place, of=of, reason=_words(block.error)))
    return "\n".join(strings), entries


def _lost(found: blocks.DuplicateFieldKeyBlock, entry: Any) -> list[str]:
    """The fields of which an entry has different values: only one of them can be used."""
    values: dict[str, set[str]] = {}
    for field in entry.fields:
        value = cleaned(str(field.key), str(field.value))
        says = f"@{value}" if value[:1].isalpha() else _bare(value)  # letters without marks are an abbreviation
        values.setdefault(str(field.key), set()).add(says)
    return sorted(name for name in found.duplicate_keys if len(values.get(name, ())) != 1)


def _fits(length: int, before: int, what: str, place: Place, desk: Desk) -> bool:
    """Whether there is room for what an abbreviation or an entry is when it is written out; else says so."""
    most = MOST_LETTERS if length > MOST_LETTERS else MOST_IN_ALL
    fits = length <= MOST_LETTERS and before + length <= MOST_IN_ALL
    if not fits:
        sentence = f"The {what} has {max(length, before + length):,} letters, its abbreviations written out"
        sentence += f"; the most is {most:,}{'' if most == MOST_LETTERS else ' in a file'}."
        desk.report(limit_codes.JOB_TOO_LARGE.at(place, "Write the words themselves.", sentence=sentence))
    return fits


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
    fields = tuple((str(field.key), cleaned(str(field.key), str(field.value))) for field in block.fields)
    return _Entry(key, name, head[1], fields, place, tuple(int(field.start_line) + 1 for field in block.fields))


def _without_circles(entries: list[_Entry], desk: Desk) -> list[_Entry]:
    """The entries, those without their pointers that take fields from themselves in the end, or from very many."""
    by_key = {entry.key.lower(): entry.name for entry in reversed(entries)}
    parents = {e.name: tuple(by_key[key] for key in e.pointed(FOLLOWED) if key in by_key) for e in entries}
    circular = in_a_circle(parents)
    numbers = numbers_of_parents({name: named for name, named in parents.items() if name not in circular})
    kept = []
    for entry in entries:
        if entry.name in circular:
            desk.report(codes.REFERENCE_IN_A_CIRCLE.at(entry.place, key=entry.key))
        elif (number := numbers[entry.name]) > MOST_PARENTS:
            sentence = f"'{entry.key}' takes fields from {min(number, 10**9):,} entries; the most is {MOST_PARENTS}."
            hint = "Name the one entry that it is a part of."
            desk.report(limit_codes.JOB_TOO_LARGE.at(entry.place, hint, sentence=sentence))
        else:
            kept.append(entry)
            continue
        written = tuple((field, value) for field, value in entry.written if field.lower() not in FOLLOWED)
        lines = tuple(
            line for (field, _), line in zip(entry.written, entry.lines, strict=True) if field.lower() not in FOLLOWED
        )
        kept.append(replace(entry, written=written, lines=lines))
    return kept


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
    limit = Limit(5 + len(entries) // 200, 1000)  # four thousand take a second
    try:
        answer = json.loads(pandoc(_ARGUMENTS, _source(entries, strings, everything), limit))
    except (PandocLimit, PandocRefusal) as refusal:
        if len(entries) > 1:
            middle = len(entries) // 2
            halves = (entries[:middle], entries[middle:])
            return {k: v for half in halves for k, v in _convert(half, strings, everything, pandoc, desk).items()}
        desk.report(_unreadable(entries[0], strings, refusal))
        return {}
    wanted = {entry.name for entry in entries}
    return {record["id"]: record for record in answer if record["id"] in wanted}


def _unreadable(entry: _Entry, strings: str, refusal: PandocLimit | PandocRefusal) -> Diagnostic:
    """Why there is no record of an entry."""
    if isinstance(refusal, PandocLimit):
        code = limit_codes.JOB_TOO_LONG if refusal.resource == "time" else limit_codes.JOB_TOO_LARGE
        return code.at(entry.place, _PLAINLY, sentence=f"The entry '{entry.key}' cannot be read. {refusal}")
    place = _refused_at(str(refusal), entry, strings)
    return codes.REFERENCE_UNREADABLE.at(place, of=f" ('{entry.key}')", reason=_refusal(str(refusal)))


def _refusal(said: str) -> str:
    found = re.search(r"unexpected (end of input|'.'|\"[^\"]*\")", said)
    return f"there is an unexpected {found[1]} in it" if found else "its LaTeX cannot be read"


def _refused_at(said: str, entry: _Entry, strings: str) -> Place:
    """The line of an entry at which the engine stopped; its first where that lies outside of it."""
    found = re.search(r"\(line (\d+), column (\d+)\)", said)
    below = int(found[1]) - 1 - strings.count("\n") - 2 if found else 0
    begin = 1  # the head of the entry; each field begins a line of what the engine is given
    for (_, value), line in zip(entry.written, entry.lines, strict=True):
        end = begin + value.count("\n") + 1
        if found and begin <= below < end:
            return Place(entry.place.path, line + below - begin, int(found[2]) if below > begin else 1)
        begin = end
    return entry.place


def _source(entries: list[_Entry], strings: str, everything: list[_Entry]) -> str:
    """The entries and those they inherit from, every key by the engine's name for it."""
    by_key = {entry.key.lower(): entry for entry in reversed(everything)}
    sent = {entry.name: entry for entry in entries}
    waiting = list(entries)
    while waiting:
        for key in waiting.pop().pointed(POINTERS):
            parent = by_key.get(key)
            if parent and parent.name not in sent:
                sent[parent.name] = parent
                waiting.append(parent)
    return "\n\n".join([strings, *(_written(entry, by_key) for entry in sent.values())]) + "\n"


def _written(entry: _Entry, by_key: Mapping[str, _Entry]) -> str:
    """An entry as the engine is given it: where it names others, by the engine's names for them."""

    def value(field: str, written: str) -> str:
        if field.lower() not in POINTERS:
            return written
        names = [by_key[key.lower()].name for key in pointed_keys(written) if key.lower() in by_key]
        return f"{{{','.join(names) or 'none'}}}"

    fields = "".join(f",\n  {field} = {value(field, written)}" for field, written in entry.written)
    return f"@{entry.kind}{{{entry.name}{fields}\n}}"


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
    reference = read_record(csl, lambda *way: entry.place_of(str(way[0])) if way else entry.place, own)
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
