"""Bibliography files: CSL natively, BibTeX and RIS through pandoc."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate, starmap
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.limits import Limit
from pipeline.core.messages import message
from pipeline.core.pandoc import Pandoc, PandocLimit, PandocRefusal, run_pandoc
from pipeline.load.references.csl import FIELDS
from pipeline.load.references.csl_records import check_key, read_csl_record
from pipeline.load.text import INVISIBLE, read_text, report_invisible
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import find_cut_values
from pipeline.model.bibliography import Reference, strip_doi_resolver

if TYPE_CHECKING:
    from lxml.etree import _Element


# RIS.

TYPES = {
    "JOUR": "article-journal", "JFULL": "article-journal", "EJOUR": "article-journal", "ABST": "article-journal",
    "INPR": "article-journal", "MGZN": "article-magazine", "NEWS": "article-newspaper", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "CONF": "book", "CPAPER": "paper-conference",
    "RPRT": "report", "GOVDOC": "report", "GRNT": "report", "THES": "thesis", "ELEC": "webpage", "WEB": "webpage",
    "BLOG": "post-weblog", "DATA": "dataset", "AGGR": "dataset", "COMP": "software", "STAT": "legislation",
    "BILL": "bill", "UNBILL": "bill", "CASE": "legal_case", "HEAR": "hearing", "PAT": "patent", "STAND": "standard",
    "ENCYC": "entry-encyclopedia", "DICT": "entry-dictionary", "MAP": "map", "VIDEO": "motion_picture",
    "MPCT": "motion_picture", "SOUND": "song", "PAMP": "pamphlet", "UNPB": "manuscript", "MANSCPT": "manuscript",
    "PCOMM": "personal_communication", "SLIDE": "speech", "SER": "book",
}  # fmt: skip
"""Types of CSL by those of RIS; any other is a document."""

RIS_FIELDS = {
    "title": ("title", "primary_title"), "volume": ("volume",), "publisher": ("publisher",), "edition": ("edition",),
    "publisher-place": ("place_published",), "DOI": ("doi",), "abstract": ("abstract",), "language": ("language",),
    "title-short": ("short_title",), "genre": ("type_of_work",),
}  # fmt: skip
"""Names of rispy for each field of CSL; the first that is present is used."""

_CONTAINERS = ("secondary_title", "journal_name", "alternate_title3", "alternate_title1", "alternate_title2")
_WITHIN = (
    *("article-journal", "article-magazine", "article-newspaper", "chapter", "paper-conference"),
    *("entry-encyclopedia", "entry-dictionary", "webpage", "post-weblog"),
)
_TAG = re.compile(r"TY  -")
_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?(?:/.*)?")


def read_ris(path: str, text: str) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """Return the works of an RIS file in its order, and remarks on it. A work without `ID` gets a new key."""
    import rispy

    diagnostics = Diagnostics()
    references: list[Reference] = []
    for place, lines in _split_records(path, text, diagnostics):
        try:
            records: list[dict[str, Any]] = rispy.loads("\n".join(lines))
        except (KeyError, TypeError, ValueError):
            reason = "its lines are not of the form 'TI  - A title'"
            diagnostics.report(message("reference-unreadable", place, of="", reason=reason))
            continue
        for record in records:
            csl = _ris_to_csl(record, place, diagnostics)
            csl["id"] = str(record.get("id") or _make_key(csl, {reference.key for reference in references}))
            reference = read_csl_record(csl, lambda *key_path, place=place: place, diagnostics)
            references += [reference] if reference else []
    return tuple(references), diagnostics.remarks


def _split_records(path: str, text: str, diagnostics: Diagnostics) -> Iterator[tuple[Location, list[str]]]:
    """Yield the lines of each record with the place of its `TY`. Each is closed, as rispy loses open ones."""
    record: list[str] = []
    start = 0
    for number, line in enumerate([*text.split("\n"), "ER"], 1):
        begins, ends = _TAG.match(line), line.startswith("ER") and not line[2:].strip(" -")
        if begins or ends:
            if record:
                yield Location(path, start), [*record, "ER  - "]
            record, start = [line] if begins else [], number
        elif record:
            record.append(line)
        elif line.strip():
            reason = "the line is outside any record, which begins with 'TY  - '"
            hint = "Put it into a record, or delete it."
            diagnostics.report(message("reference-unreadable", Location(path, number), hint, of="", reason=reason))


def _ris_to_csl(record: dict[str, Any], place: Location, diagnostics: Diagnostics) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": TYPES.get(record.get("type_of_reference", ""), "document")}
    for field, names in RIS_FIELDS.items():
        csl[field] = next((record[name] for name in names if record.get(name)), None)
    within = csl["type"] in _WITHIN
    container = next((record[name] for name in _CONTAINERS if record.get(name)), None)
    csl["container-title" if within else "collection-title"] = container
    csl["issue" if csl["type"].startswith("article") else "number"] = record.get("number")
    pages = [record[name] for name in ("start_page", "end_page") if record.get(name)]
    csl["page"] = "-".join(dict.fromkeys(pages)) or None
    csl["ISSN" if csl["type"].startswith("article") else "ISBN"] = record.get("issn")
    csl["URL"] = next(iter(record.get("urls", ())), None)
    authors = [*record.get("first_authors", ()), *record.get("authors", ())]
    editors = [*record.get("secondary_authors", ()), *record.get("unknown_tag", {}).get("ED", ())]
    csl["author"] = [_read_name(name) for name in authors if name] or None
    csl["editor"] = [_read_name(name) for name in editors if name] or None
    csl["issued"] = _read_ris_date(record, ("year", "publication_year", "date"), place, diagnostics)
    csl["accessed"] = _read_ris_date(record, ("access_date",), place, diagnostics)
    return {field: value for field, value in csl.items() if value not in (None, "")}


def _read_name(text: str) -> dict[str, str]:
    """Read 'Hughes, Caitlin' and 'King, Martin, Jr' as persons, and a name without a comma as an institution."""
    family, *rest = [part.strip() for part in text.strip().rstrip(",").split(",")]
    if not rest:
        return {"literal": family}
    return {"family": family, "given": rest[0]} | ({"suffix": rest[1]} if len(rest) > 1 else {})


def _read_ris_date(
    record: dict[str, Any], names: tuple[str, ...], place: Location, diagnostics: Diagnostics
) -> dict[str, Any] | None:
    written = next((str(record[name]).strip() for name in names if str(record.get(name) or "").strip(" /")), "")
    if not written:
        return None
    if date := _DATE.fullmatch(written):
        return {"date-parts": [[int(part) for part in date.groups() if part and int(part)]]}
    fields = {"field": names[0].replace("_", " "), "key": record.get("id") or "this record"}
    hint, reason = "Write it as 2014 or 2014/12/31.", f"'{written}' cannot be read"
    diagnostics.report(message("reference-value", place, hint, **fields, reason=reason))
    return None


def _make_key(csl: dict[str, Any], taken: set[str]) -> str:
    """Make a key of the first name, or the title, and the year: 'hughes2018', or 'hughes2018b' if it is taken."""
    first: dict[str, str] = next(iter(csl.get("author") or csl.get("editor") or ()), {})
    words = str(first.get("family") or first.get("literal") or csl.get("title") or "work").split()
    if "family" in first:
        while len(words) > 1 and words[0][0].islower():  # 'van der', which no key has
            del words[0]
    name = words if "family" in first else words[:1]
    plain = unicodedata.normalize("NFKD", "".join(name)).encode("ascii", "ignore").decode()
    year = (csl.get("issued") or {}).get("date-parts", [[""]])[0][0]
    key = re.sub(r"[^a-z0-9]", "", plain.lower()) + str(year)
    others = (f"{key}{letter}" for letter in (*ascii_lowercase[1:], f"-{len(taken)}"))
    return next(k for k in (key, *others) if k not in taken)


# Fields of BibTeX in the variants of many programs.

_ADDRESS = re.compile(
    r"(?P<head>(?<=[,\s])(?P<name>url|doi)\s*=\s*)"
    r"(?:\{(?P<braced>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|\"(?P<quoted>[^\"]*)\")(?!\s*#)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"(?:\{\\&\}|\\?&)(#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_FORMULA = re.compile(r"(?P<before>\w{0,30})(?<!\\)\$(?P<tex>(?=\S)(?:\\.|[^$\\]){0,300}?)(?<=\S)\$(?P<after>\w{0,30})")
_COMMAND = re.compile(r"\\(?:url|href|path|nolinkurl)\s*\{(?P<address>[^{}]*)\}(?:\s*\{[^{}]*\})?")
_TILDE = re.compile(r"\{?\\textasciitilde(?:\{\})?\}?|\\~\{\}|\\string~|\{?\$\s*\\sim\s*\$\}?")
_ESCAPE = re.compile(r"\{\\([_%&#$])\}|\\([_%&#$~])")
_SPECIAL = re.compile(r"[&%#_$~]")
_DOTLESS = re.compile(r"(\\['`^\"~=.])\s*(?:\{\\([ij])\}|\\([ij])(?![A-Za-z])(?:\{\}|\s)?)")
"""An accent on a dotless i or j, which readers see as the letter."""
_SPACED = frozenset("<>=≤≥≈≠∼≡×·±+−→∈")
_AS_TYPED = {"∼": "~", "∘": "°", "\u2061": " ", "\ufe00": "", "\u2062": "", "\u2063": ""}


def normalise_entry(entry: str) -> str:
    """Return an entry that pandoc reads without loss, with the same number of lines."""
    addresses: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        written = match["braced"] if match["braced"] is not None else match["quoted"]
        addresses.append(f"{match['head']}{{{_plain_address(match['name'].lower(), written)}}}")
        return f"\ue000{len(addresses) - 1}\ue001" + "\n" * written.count("\n")

    def in_tex(entity: re.Match[str]) -> str:
        character = html.unescape(f"&{entity[1]};")
        if character == entity[0] or len(character) > 1:
            return entity[0]
        return "~" if character == "\u00a0" else _escape_tex(character)

    text = _ADDRESS.sub(set_aside, entry)
    text = _DOTLESS.sub(r"\1{\2\3}", text)
    text = _ENTITY.sub(in_tex, text) if "&" in text else text
    text = _FORMULA.sub(_formula_in_words, text) if "$" in text else text
    return re.sub("\ue000([0-9]+)\ue001", lambda mark: addresses[int(mark[1])], text)


def _plain_address(name: str, written: str) -> str:
    """Return an address without commands and escapes."""
    written = written.strip()
    while written.startswith("{") and written.endswith("}"):
        written = written[1:-1].strip()
    command = _COMMAND.fullmatch(written)
    plain = _ESCAPE.sub(lambda m: m[1] or m[2], _TILDE.sub("~", command["address"] if command else written))
    plain = html.unescape(plain).strip().removeprefix("<").removesuffix(">")
    return strip_doi_resolver(plain) if name == "doi" else plain


def _escape_tex(words: str) -> str:
    return _SPECIAL.sub(lambda m: "\\textasciitilde{}" if m[0] == "~" else f"\\{m[0]}", words)


def _formula_in_words(match: re.Match[str]) -> str:
    """Return a formula, with the word that it is part of, in letters; unchanged if it is more than one line of text."""
    from pipeline.core.text.formulas import format_mathml, read_formula  # few bibliographies need it
    from pipeline.core.text.tex import FormulaRefused

    if match["tex"][0].isdigit() and match["after"][:1].isdigit():
        return match[0]  # two prices
    try:
        written = format_mathml(read_formula(html.unescape(match["tex"]), False)[0].tex, False)
    except FormulaRefused:
        return match[0]
    from lxml import etree

    parts = list(_parts(etree.fromstring(written), apart=True))
    if None in parts:
        return match[0]
    words = f"{match['before']}{' '.join(''.join(filter(None, parts)).split())}{match['after']}"
    return f"{{{words}}}"  # braces keep capital and small letters


def _parts(node: _Element, apart: bool) -> Iterator[str | None]:
    """Yield the parts of a formula as TeX for text; None for a part of several lines. `apart`: signs have spaces."""
    kind, children = str(node.tag).rpartition("}")[2], list(node)
    match kind:
        case "math" | "mrow" | "mstyle":
            for child in children:
                yield from _parts(child, apart and len(children) > 1)
        case "semantics":
            yield from _parts(children[0], apart=True)
        case "mi" | "mn" | "mtext" | "mo":
            letters = "".join(_AS_TYPED.get(c, c) for c in unicodedata.normalize("NFKC", node.text or ""))
            spaced = kind == "mo" and apart and node.text in _SPACED and node.getprevious() is not None
            yield f" {_escape_tex(letters)} " if spaced else _escape_tex(letters)
        case "mspace":
            yield " " if node.get("width") else ""
        case "msub" | "msup" | "msubsup":
            yield from _parts(children[0], apart=False)
            for below, child in zip({"msup": (False,)}.get(kind, (True, False)), children[1:], strict=False):
                parts = list(_parts(child, apart=False))
                words = "".join(filter(None, parts)).strip()
                script = words if words == "°" else f"\\text{'sub' if below else 'super'}script{{{words}}}"
                yield None if None in parts else script
        case "mfrac" if all(str(child.tag).endswith(("}mi", "}mn")) for child in children):
            yield from (*_parts(children[0], apart=False), "/", *_parts(children[1], apart=False))
        case "msqrt" if len(children) == 1 and str(children[0].tag).endswith(("}mi", "}mn")):
            yield from ("√", *_parts(children[0], apart=False))
        case _:
            yield None


# BibTeX and BibLaTeX: pandoc converts a file in one run; if it refuses, the entries that it refuses are found.

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
    """An entry of a file, or the definition of an abbreviation."""

    kind: str
    key: str
    text: str
    place: Location

    def field(self, *names: str) -> str:
        """Return the value of the first of some fields that it has; '' if it has none."""
        for name in names:
            value = r'\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|"([^"]*)"|(\w+)'
            if match := re.search(rf"(?i)[,\s]{name}\s*=\s*(?:{value})", self.text):
                return next(filter(None, match.groups()), "").strip("{} \n")
        return ""


def read_bibtex(path: str, text: str, pandoc: Pandoc) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """Return the works of a `.bib` file in its order, and remarks. A bad entry does not affect others."""
    diagnostics = Diagnostics()
    parts = list(_split_entries(path, text, diagnostics))
    strings = [entry for entry in parts if entry.kind == "string"]
    entries = _break_circles([entry for entry in parts if entry.kind != "string"], diagnostics)
    try:
        records = _convert(strings, entries, pandoc, diagnostics)
    except PandocLimit as limit:
        diagnostics.report(
            message("job-too-large", Location(path), _PLAINLY, sentence=f"This file cannot be read. {limit}")
        )
        records = {}
    found = [_reference(entry, records[entry.key].pop(0), diagnostics) for entry in entries if records.get(entry.key)]
    return tuple(reference for reference in found if reference), diagnostics.remarks


def _split_entries(path: str, text: str, diagnostics: Diagnostics) -> Iterator[_Entry]:
    """Yield the entries and abbreviations of a file: each begins with @ in a new line, or behind another."""
    starts = list(_START.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    line, position = 1, 0
    for start, end in zip(starts, ends, strict=True):
        at = start.start("sign")
        line, position = line + text.count("\n", position, at), at
        place = Location(path, line, at - text.rfind("\n", 0, at))
        kind = start["kind"].lower()
        if kind in ("comment", "preamble"):
            continue
        if kind != "string" and (not start["key"] or start["no_key"]):
            hint = "Write a key after the brace: @article{hughes2018, …}."
            diagnostics.report(message("reference-incomplete", place, hint, work="This entry", field="key"))
            continue
        if kind != "string":
            check_key(start["key"], place, diagnostics)
        yield _Entry(kind, start["key"], normalise_entry(text[at:end]), place)


def _break_circles(entries: list[_Entry], diagnostics: Diagnostics) -> list[_Entry]:
    """Remove the references of entries that refer to themselves in a circle: pandoc would follow them for ever."""
    by_key = {entry.key.lower(): entry for entry in reversed(entries)}
    graph: dict[str, set[str]] = {}
    for own_key, entry in by_key.items():
        lists = (pointer[1] or pointer[2] or "" for pointer in _POINTER.finditer(entry.text))
        graph[own_key] = {key.strip().lower() for keys in lists for key in keys.split(",")} & by_key.keys()
    changed: dict[_Entry, _Entry] = {}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            for entry in sorted((by_key[key] for key in set(circle.args[1])), key=lambda entry: entry.place):
                diagnostics.report(message("reference-in-a-circle", entry.place, key=entry.key))
                graph[entry.key.lower()] = set()
                changed[entry] = replace(entry, text=_POINTER.sub("", entry.text))
        else:
            return [changed.get(entry, entry) for entry in entries]


def _convert(
    strings: list[_Entry], entries: list[_Entry], pandoc: Pandoc, diagnostics: Diagnostics
) -> dict[str, list[dict[str, Any]]]:
    """Return the CSL records of the entries, by key and in the order of the file. Raises `PandocLimit`."""

    def run(batch: list[_Entry]) -> list[dict[str, Any]]:
        limit = Limit(5 + len(batch) // 200, 1000)  # four thousand take a second
        records: list[dict[str, Any]] = json.loads(pandoc(_ARGUMENTS, "\n".join(entry.text for entry in batch), limit))
        return records

    def find_refused(batch: list[_Entry], strings: list[_Entry]) -> Iterator[tuple[_Entry, PandocRefusal]]:
        try:
            run([*strings, *batch])
        except PandocRefusal as refusal:
            if len(batch) == 1:
                yield batch[0], refusal
            else:
                middle = len(batch) // 2
                yield from find_refused(batch[:middle], strings)
                yield from find_refused(batch[middle:], strings)

    try:
        records = run([*strings, *entries]) if entries else []
    except PandocRefusal:
        bad = dict(find_refused(strings, [])) if strings else {}
        bad |= find_refused(entries, [string for string in strings if string not in bad])
        above = sum(string.text.count("\n") + 1 for string in strings)
        diagnostics.extend(_describe_refusal(entry, str(refusal), above) for entry, refusal in bad.items())
        records = run([entry for entry in (*strings, *entries) if entry not in bad])
    by_key: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        by_key.setdefault(record["id"], []).append(record)
    return by_key


def _describe_refusal(entry: _Entry, refusal: str, above: int) -> Diagnostic:
    """Return the remark on an entry that pandoc refused, at the line where it stopped, below `above` lines."""
    sign = re.search(r"unexpected (end of input|'.'|\"[^\"]*\")", refusal)
    reason = f"it has an unexpected {sign[1]}" if sign else "its LaTeX cannot be read"
    place = entry.place
    if stopped := re.search(r"\(line (\d+), column (\d+)\)", refusal):
        below = int(stopped[1]) - 1 - above
        if 0 < below <= entry.text.rstrip().count("\n"):
            place = Location(place.path, place.line + below, int(stopped[2]))
    return message("reference-unreadable", place, of=f" ('{entry.key}')", reason=reason)


def _reference(entry: _Entry, record: dict[str, Any], diagnostics: Diagnostics) -> Reference | None:
    csl = {field: value for field, value in record.items() if field in FIELDS}
    csl |= {"id": entry.key, "type": csl.get("type") or "document"}
    _correct_date(csl, entry, diagnostics)
    for name in (name for names in csl.values() if isinstance(names, list) for name in names):
        if isinstance(name, dict) and "dropping-particle" in name and "family" in name:  # BibTeX prints it everywhere
            particles = (name.pop("dropping-particle"), name.get("non-dropping-particle", ""))
            name["non-dropping-particle"] = " ".join(filter(None, particles))
    if (number := entry.field("eid")) and "page" not in csl and "number" not in csl:
        csl["number"] = number
    if re.match(r"https?://\S+$", str(csl.get("publisher", ""))) and "URL" not in csl:
        csl["URL"] = csl.pop("publisher")
    lost = bool(entry.field("title")) and not csl.get("title")
    if lost:
        of, reason = f" ('{entry.key}')", "the LaTeX of its title cannot be read"
        hint = "Look for a lone dollar sign, a brace or a command in it."
        diagnostics.report(message("reference-unreadable", entry.place, hint, of=of, reason=reason))
    own_diagnostics = Diagnostics()
    reference = read_csl_record(csl, lambda *key_path: entry.place, own_diagnostics)
    reported = ("reference-key", "reference-incomplete" if lost else "")
    diagnostics.extend(remark for remark in own_diagnostics.remarks if remark.code not in reported)
    return reference


def _correct_date(csl: dict[str, Any], entry: _Entry, diagnostics: Diagnostics) -> None:
    """Correct a date in words: 'in press' is the status of a work, 'c. 1900' contains a year."""
    issued = csl.get("issued")
    if isinstance(issued, dict) and not any(issued.get("date-parts", ())):
        del csl["issued"]
    written = entry.field("date", "year")
    if "issued" in csl or _UNDATED.fullmatch(written):
        return
    if year := re.search(r"(?<!\d)\d{4}(?!\d)", written):
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    elif _WAITING.fullmatch(written):
        csl["status"] = written.strip().lower()
    else:
        hint, reason = "Write year = {2014}, or date = {2014-12-31}.", f"'{written}' cannot be read"
        diagnostics.report(message("reference-value", entry.place, hint, field="year", key=entry.key, reason=reason))


# Bibliography files by their kind.

References = tuple[Reference, ...]
_Remarks = tuple[Diagnostic, ...]


_JSON_ESCAPE = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u(?P<code>[0-9a-fA-F]{4})")
_DEEPEST = 100
_TOKEN = re.compile(r"""(?P<id>"id"\s*:\s*)|"(?:[^"\\]|\\.)*"|[{}\[\]]""")
_NO_LIST = "A bibliography should be a list of entries."


def read_reference_file(path: str, content: bytes) -> tuple[References, _Remarks]:
    """Return the works in a bibliography file, in its order, and remarks. A bad entry does not affect others."""
    diagnostics = Diagnostics()
    text = read_text(path, content, diagnostics)
    if text is None:
        return (), diagnostics.remarks
    read = KINDS.get(path.rpartition(".")[2].lower())
    if read is None:
        sentence = "This is no bibliography file: its name should end in .yaml, .json, .bib or .ris."
        return (), (message("reference-syntax", Location(path), sentence=sentence),)
    references, remarks = read(path, text)
    diagnostics.extend(remarks)
    return references, diagnostics.remarks


def read_csl_yaml(path: str, text: str) -> tuple[References, _Remarks]:
    """Return the works of a CSL-YAML file: a list, or a mapping with `references:`."""
    diagnostics = Diagnostics()
    read = read_yaml(text, path, diagnostics)
    if read is None:
        return (), diagnostics.remarks
    value, locations = read
    lead: tuple[str | int, ...] = ()
    if isinstance(value, dict) and "references" in value:
        value, lead = value["references"], ("references",)
    if not isinstance(value, list):
        diagnostics.report(message("reference-syntax", locations.at(*lead), sentence=_NO_LIST))
        return (), diagnostics.remarks
    diagnostics.extend(find_cut_values(read[0], locations, lambda key_path: not _CLOSED.intersection(key_path)))

    def read_entry(number: int, record: Any) -> Reference | None:
        def at(*key_path: str | int) -> Location:
            whole = (*lead, number, *key_path)
            return locations.at(*whole) if key_path in ((), ("id",)) else locations.key_at(*whole)

        return read_csl_record(record, at, diagnostics)

    return tuple(filter(None, starmap(read_entry, enumerate(value)))), diagnostics.remarks


_CLOSED = frozenset(
    {"id", "type", "custom", "issued", "accessed", "DOI", "URL", "ISBN", "ISSN", "volume", "issue", "page", "language"}
)
"""Fields of an entry that are not free text."""


def read_csl_json(path: str, text: str) -> tuple[References, _Remarks]:
    """Return the works of a CSL-JSON file. It is not read as YAML, which has neither tabs nor surrogates."""
    diagnostics = Diagnostics()
    text = _without_invisible(path, text, diagnostics)
    levels = accumulate((token[0] in "{[") - (token[0] in "}]") for token in _TOKEN.finditer(text))
    if max(levels, default=0) > _DEEPEST:  # checked before the text is parsed
        sentence = "This JSON is nested too deep to be a bibliography."
        diagnostics.report(message("reference-syntax", Location(path), sentence=sentence))
        return (), diagnostics.remarks
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        sentence = f"This is not JSON: {error.msg[0].lower()}{error.msg[1:]}."
        diagnostics.report(message("reference-syntax", Location(path, error.lineno, error.colno), sentence=sentence))
        return (), diagnostics.remarks
    nested = isinstance(value, dict) and isinstance(value.get("references", value.get("items")), list)
    records: Any = value.get("references", value.get("items")) if nested else value
    if not isinstance(records, list):
        diagnostics.report(message("reference-syntax", Location(path), sentence=_NO_LIST))
        return (), diagnostics.remarks
    offsets = _find_entries(text, 2 if nested else 1)
    places = [_place_of(path, text, next(offsets, 0)) for _ in records]
    read = [
        read_csl_record(record, lambda *key_path, at=at: at, diagnostics)
        for record, at in zip(records, places, strict=True)
    ]
    return tuple(filter(None, read)), diagnostics.remarks


def _without_invisible(path: str, text: str, diagnostics: Diagnostics) -> str:
    """Return JSON with spaces for escapes of invisible characters, which are reported."""

    def check_escape(escape: re.Match[str]) -> str:
        if not escape["code"] or not INVISIBLE.match(character := chr(int(escape["code"], 16))):
            return escape[0]
        report_invisible(character, _place_of(path, text, escape.start()), diagnostics)
        return " " * len(escape[0])

    return _JSON_ESCAPE.sub(check_escape, text)


def _find_entries(text: str, depth: int) -> Iterator[int]:
    """Yield the offset of each entry's id in valid JSON, or of its brace; entries are objects `depth` levels deep."""
    level, entry, seen = 0, 0, True
    for token in _TOKEN.finditer(text):
        sign = token[0][0]
        if sign in "{[":
            level += 1
            if sign == "{" and level == depth + 1:
                entry, seen = token.start(), False
        elif sign in "}]":
            if level == depth + 1 and not seen:
                yield entry
                seen = True
            level -= 1
        elif level == depth + 1 and not seen and token["id"]:
            yield token.end()
            seen = True


def _place_of(path: str, text: str, offset: int) -> Location:
    start = text.rfind("\n", 0, offset) + 1
    return Location(path, text.count("\n", 0, offset) + 1, offset - start + 1)


KINDS: dict[str, Callable[[str, str], tuple[References, _Remarks]]] = {
    "yaml": read_csl_yaml,
    "yml": read_csl_yaml,
    "json": read_csl_json,
    "bib": lambda path, text: read_bibtex(path, text, run_pandoc),
    "ris": read_ris,
}
"""Readers of bibliography files by suffix."""
