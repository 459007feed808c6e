"""RIS: rispy reads the records, a table gives each tag its CSL field."""

import re
import unicodedata
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Any

import rispy

from pipeline.cite.records import read_record
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.bibliography import Reference

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
"""CSL's type for RIS's; any other is a document."""

FIELDS = {
    "title": ("title", "primary_title"), "volume": ("volume",), "publisher": ("publisher",), "edition": ("edition",),
    "publisher-place": ("place_published",), "DOI": ("doi",), "abstract": ("abstract",), "language": ("language",),
    "title-short": ("short_title",), "genre": ("type_of_work",),
}  # fmt: skip
"""Names that rispy has for each CSL field; the first one present is used."""

_CONTAINERS = ("secondary_title", "journal_name", "alternate_title3", "alternate_title1", "alternate_title2")
_WITHIN = (
    *("article-journal", "article-magazine", "article-newspaper", "chapter", "paper-conference"),
    *("entry-encyclopedia", "entry-dictionary", "webpage", "post-weblog"),
)
_TAG = re.compile(r"TY  -")
_DATE = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?(?:/.*)?")


def read_ris(path: str, text: str) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
    """The works of an RIS file in its order, and what is wrong with it. Where it has no `ID`, a key is made."""
    desk = Desk()
    found: list[Reference] = []
    for place, lines in _records(path, text, desk):
        try:
            records: list[dict[str, Any]] = rispy.loads("\n".join(lines))
        except (KeyError, TypeError, ValueError):
            reason = "its lines are not of the form 'TI  - A title'"
            desk.report(message("reference-unreadable", place, of="", reason=reason))
            continue
        for record in records:
            csl = _csl(record, place, desk)
            csl["id"] = str(record.get("id") or _key(csl, {reference.key for reference in found}))
            reference = read_record(csl, lambda *way, place=place: place, desk)
            found += [reference] if reference else []
    return tuple(found), desk.remarks


def _records(path: str, text: str, desk: Desk) -> Iterator[tuple[Place, list[str]]]:
    """Each record's lines with the place of its `TY`; rispy loses one that is not closed, so each is closed here."""
    record: list[str] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if _TAG.match(line):
            if record:
                yield Place(path, start), [*record, "ER  - "]
            record, start = [line], number
        elif line.startswith("ER") and not line[2:].strip(" -"):
            if record:
                yield Place(path, start), [*record, "ER  - "]
            record = []
        elif record:
            record.append(line)
        elif line.strip():
            reason = "the line stands outside of any record, which begins with 'TY  - '"
            hint = "Put it into a record, or delete it."
            desk.report(message("reference-unreadable", Place(path, number), hint, of="", reason=reason))
    if record:
        yield Place(path, start), [*record, "ER  - "]


def _csl(record: dict[str, Any], place: Place, desk: Desk) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": TYPES.get(record.get("type_of_reference", ""), "document")}
    for field, names in FIELDS.items():
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
    csl["author"] = [_name(name) for name in authors if name] or None
    csl["editor"] = [_name(name) for name in editors if name] or None
    csl["issued"] = _date(record, ("year", "publication_year", "date"), place, desk)
    csl["accessed"] = _date(record, ("access_date",), place, desk)
    return {field: value for field, value in csl.items() if value not in (None, "")}


def _name(text: str) -> dict[str, str]:
    """'Hughes, Caitlin' and 'King, Martin, Jr' are persons; a name without a comma is an institution's."""
    family, *rest = [part.strip() for part in text.strip().rstrip(",").split(",")]
    if not rest:
        return {"literal": family}
    return {"family": family, "given": rest[0]} | ({"suffix": rest[1]} if len(rest) > 1 else {})


def _date(record: dict[str, Any], names: tuple[str, ...], place: Place, desk: Desk) -> dict[str, Any] | None:
    said = next((str(record[name]).strip() for name in names if str(record.get(name) or "").strip(" /")), "")
    if not said:
        return None
    found = _DATE.fullmatch(said)
    if found:
        return {"date-parts": [[int(part) for part in found.groups() if part and int(part)]]}
    key, reason = record.get("id") or "this record", f"'{said}' cannot be read"
    desk.report(message("reference-date", place, "Write it as 2014 or 2014/12/31.", field=names[0].replace("_", " "),
                                        key=key, reason=reason))  # fmt: skip
    return None


def _key(csl: dict[str, Any], taken: set[str]) -> str:
    """'hughes2018' out of the first name, or the title, and the year; 'hughes2018b' where that is taken."""
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
