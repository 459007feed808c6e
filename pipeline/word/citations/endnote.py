"""Citations of EndNote: its own XML, in the code of a field or beside it."""

import base64
import binascii
import re
from typing import Any

from pipeline.word.citations.items import CitedItem
from pipeline.word.document.names import BrokenXml, Element, parse

_KINDS = {
    "Journal Article": "article-journal", "Electronic Article": "article-journal", "Book": "book",
    "Edited Book": "book", "Electronic Book": "book", "Book Section": "chapter", "Electronic Book Section": "chapter",
    "Report": "report", "Government Document": "report", "Web Page": "webpage", "Thesis": "thesis",
    "Conference Paper": "paper-conference", "Conference Proceedings": "paper-conference", "Dataset": "dataset",
    "Newspaper Article": "article-newspaper", "Magazine Article": "article-magazine", "Blog": "post-weblog",
    "Statute": "legislation", "Legal Rule or Regulation": "legislation", "Case": "legal_case",
    "Unpublished Work": "manuscript",
}  # fmt: skip
_FIELDS = {
    "title": "titles/title",
    "container-title": "titles/secondary-title",
    "volume": "volume",
    "issue": "number",
    "page": "pages",
    "publisher": "publisher",
    "publisher-place": "pub-location",
    "edition": "edition",
    "DOI": "electronic-resource-num",
}
_XML = re.compile(r"<EndNote>.*</EndNote>", re.DOTALL)


def endnote_items(code: str, kept: str) -> tuple[tuple[CitedItem, ...], str]:
    """The works of a citation and the words that it shows.

    They stand in the code of its field, or in what is kept beside that in base 64.
    """
    said = _XML.search(code)
    written = said[0] if said else ""
    if not written and kept:
        try:
            found = _XML.search(base64.b64decode("".join(kept.split())).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            found = None
        written = found[0] if found else ""
    if not written or "<!" in written:
        return (), ""
    try:
        root = parse(written.encode())
    except BrokenXml:
        return (), ""
    return tuple(_item(cite) for cite in root.iter("Cite")), _text(root, "Cite/DisplayText")


def _item(cite: Element) -> CitedItem:
    record = cite.find("record")
    csl = _record(record) if record is not None else {}
    number = _text(record, "rec-number") if record is not None else ""
    key = record.find("foreign-keys/key") if record is not None else None
    library = key.get("db-id", "") if key is not None else ""
    return CitedItem(
        csl,
        f"endnote:{library}/{number or key.text}" if library and key is not None else "",
        _text(cite, "Pages"),
        "page",
        _text(cite, "Prefix"),
        _text(cite, "Suffix"),
        cite.get("ExcludeAuth") == "1",
        cite.get("AuthorYear") == "1",
    )


def _record(record: Element) -> dict[str, Any]:
    kind = record.find("ref-type")
    csl: dict[str, Any] = {"type": _KINDS.get(kind.get("name", ""), "document") if kind is not None else "document"}
    csl |= {name: words for name, path in _FIELDS.items() if (words := _text(record, path))}
    for field, path in (("author", "contributors/authors/author"), ("editor", "contributors/secondary-authors/author")):
        if names := [_name(found) for node in record.findall(path) if (found := _whole(node))]:
            csl[field] = names
    if address := _text(record, "urls/related-urls/url"):
        csl["URL"] = address
    if year := re.search(r"\d{4}", _text(record, "dates/year")):
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    return csl


def _name(written: str) -> dict[str, str]:
    """A name: 'Hart, Ann' has parts; 'Home Office,' with a comma behind it, is that of a body."""
    family, comma, given = written.partition(",")
    if comma and given.strip():
        return {"family": family.strip(), "given": given.strip()}
    return {"literal": family.strip()}


def _text(at: Element, path: str) -> str:
    found = at.find(path)
    return _whole(found) if found is not None else ""


def _whole(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())
