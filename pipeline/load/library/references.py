"""Bibliography files read by their kind: CSL as YAML or JSON, BibTeX, RIS."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pipeline.cite.pandoc import run_pandoc
from pipeline.cite.records import read_record
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.load.library.text import INVISIBLE, read_text, tell_invisible
from pipeline.load.yaml.cuts import cut_values
from pipeline.load.yaml.documents import read_yaml
from pipeline.model.bibliography import Reference
from pipeline.model.source.record import Marks

References = tuple[Reference, ...]
_Remarks = tuple[Diagnostic, ...]


_JSON_ESCAPE = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u(?P<code>[0-9a-fA-F]{4})")
_DEEPEST = 100
_TOKEN = re.compile(r"""(?P<id>"id"\s*:\s*)|"(?:[^"\\]|\\.)*"|[{}\[\]]""")


def read_reference_file(path: str, content: bytes) -> tuple[References, _Remarks]:
    """The works in a bibliography file, in its order, and what is wrong with it. One bad entry costs itself."""
    desk = Desk()
    text = read_text(path, content, desk)
    if text is None:
        return (), desk.remarks
    read = KINDS.get(path.rpartition(".")[2].lower())
    if read is None:
        sentence = "This is no bibliography file: its name should end in .yaml, .json, .bib or .ris."
        return (), (message("reference-syntax", Place(path), sentence=sentence),)
    references, remarks = read(path, text)
    desk.extend(remarks)
    return references, desk.remarks


def read_csl_yaml(path: str, text: str) -> tuple[References, _Remarks]:
    """The works of a CSL-YAML file: a list, or a mapping with `references:`."""
    desk = Desk()
    read = read_yaml(text, path, desk)
    if read is None:
        return (), desk.remarks
    value, marks = read
    lead: tuple[str | int, ...] = ()
    if isinstance(value, dict) and "references" in value:
        value, lead = value["references"], ("references",)
    if not isinstance(value, list):
        desk.report(_no_list(marks.at(*lead)))
        return (), desk.remarks
    desk.extend(cut_values(read[0], marks, lambda way: not _CLOSED.intersection(way)))
    found = [read_record(record, _yaml_places(marks, (*lead, i)), desk) for i, record in enumerate(value)]
    return tuple(reference for reference in found if reference), desk.remarks


_CLOSED = frozenset(
    {"id", "type", "custom", "issued", "accessed", "DOI", "URL", "ISBN", "ISSN", "volume", "issue", "page", "language"}
)
"""Fields of an entry without free words."""


def _yaml_places(marks: Marks, entry: tuple[str | int, ...]) -> Callable[..., Place]:
    def at(*way: str | int) -> Place:
        if not way or way == ("id",):
            return marks.at(*entry, *way)
        return marks.key_at(*entry, *way)

    return at


def read_csl_json(path: str, text: str) -> tuple[References, _Remarks]:
    """The works of a CSL-JSON file. Read as JSON, for YAML knows neither tabs nor surrogates."""
    desk = Desk()
    text = _without_invisible(path, text, desk)
    if _is_too_deep(text):
        sentence = "This JSON is nested too deep to be a bibliography."
        desk.report(message("reference-syntax", Place(path), sentence=sentence))
        return (), desk.remarks
    try:
        value = json.loads(text)
    except json.JSONDecodeError as wrong:
        sentence = f"This is not JSON: {wrong.msg[0].lower()}{wrong.msg[1:]}."
        desk.report(message("reference-syntax", Place(path, wrong.lineno, wrong.colno), sentence=sentence))
        return (), desk.remarks
    nested = isinstance(value, dict) and isinstance(value.get("references", value.get("items")), list)
    records: Any = value.get("references", value.get("items")) if nested else value
    if not isinstance(records, list):
        desk.report(_no_list(Place(path)))
        return (), desk.remarks
    offsets = list(_entries(text, 2 if nested else 1))
    found = []
    for number, record in enumerate(records):
        place = _place(path, text, offsets[number] if number < len(offsets) else 0)
        found.append(read_record(record, lambda *way, place=place: place, desk))
    return tuple(reference for reference in found if reference), desk.remarks


def _is_too_deep(text: str) -> bool:
    """Whether brackets stand deeper inside each other than in any bibliography; seen before the text is parsed."""
    level = 0
    for token in _TOKEN.finditer(text):
        sign = token[0][0]
        level += (sign in "{[") - (sign in "}]")
        if level > _DEEPEST:
            return True
    return False


def _without_invisible(path: str, text: str, desk: Desk) -> str:
    """JSON with spaces for the escapes of invisible characters, each reported; a pair of surrogates is a character."""

    def judged(found: re.Match[str]) -> str:
        if not found["code"] or not INVISIBLE.match(character := chr(int(found["code"], 16))):
            return found[0]
        tell_invisible(character, _place(path, text, found.start()), desk)
        return " " * len(found[0])

    return _JSON_ESCAPE.sub(judged, text)


def _entries(text: str, depth: int) -> Iterator[int]:
    """Offset of each entry's id in valid JSON, or of its brace; the entries are objects `depth` levels deep."""
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


def _place(path: str, text: str, offset: int) -> Place:
    start = text.rfind("\n", 0, offset) + 1
    return Place(path, text.count("\n", 0, offset) + 1, offset - start + 1)


def _no_list(place: Place) -> Diagnostic:
    return message("reference-syntax", place, sentence="A bibliography should be a list of entries.")


def _read_bibtex(path: str, text: str) -> tuple[References, _Remarks]:
    from pipeline.cite.bibtex import read_bibtex  # whose library few need

    return read_bibtex(path, text, run_pandoc)


def _read_ris(path: str, text: str) -> tuple[References, _Remarks]:
    from pipeline.cite.ris import read_ris

    return read_ris(path, text)


KINDS: dict[str, Callable[[str, str], tuple[References, _Remarks]]] = {
    "yaml": read_csl_yaml,
    "yml": read_csl_yaml,
    "json": read_csl_json,
    "bib": _read_bibtex,
    "ris": _read_ris,
}
"""Reader of a file of references, by suffix."""
