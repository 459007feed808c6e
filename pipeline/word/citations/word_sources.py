"""Citations of Word itself: a field names a source by its tag, and the sources lie in a part of the document."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.word.citations.items import CitedItem
from pipeline.word.document.names import BIBLIOGRAPHY as B
from pipeline.word.document.names import BrokenXml, Element, parse

_KINDS = {
    "JournalArticle": "article-journal", "ArticleInAPeriodical": "article-magazine", "Book": "book",
    "BookSection": "chapter", "ConferenceProceedings": "paper-conference", "Report": "report",
    "InternetSite": "webpage", "DocumentFromInternetSite": "webpage", "Case": "legal_case", "Patent": "patent",
    "Film": "motion_picture", "Interview": "interview", "SoundRecording": "song",
}  # fmt: skip
_FIELDS = {
    "title": ("Title",),
    "container-title": ("JournalName", "PeriodicalTitle", "BookTitle", "ConferenceName", "InternetSiteTitle"),
    "volume": ("Volume",),
    "issue": ("Issue",),
    "page": ("Pages",),
    "publisher": ("Publisher", "Institution"),
    "publisher-place": ("City",),
    "edition": ("Edition",),
    "DOI": ("DOI",),
    "URL": ("URL",),
}
_PARTS = re.compile(r'"([^"]*)"|(\S+)')
_SWITCHES = {"p": "locator", "f": "prefix", "s": "suffix"}

WordSources = Mapping[str, tuple[Mapping[str, Any], str]]
"""The sources of a document by their tags: the record of each, and its address."""


def read_sources(parts: Mapping[str, bytes]) -> WordSources:
    """The sources that a document keeps for Word's citations."""
    found: dict[str, tuple[Mapping[str, Any], str]] = {}
    for name, content in parts.items():
        if name.startswith("customXml/item") and b"officeDocument/2006/bibliography" in content:
            try:
                root = parse(content)
            except BrokenXml:
                continue
            for source in root.iter(f"{B}Source"):
                guid = _text(source, "Guid")
                found[_text(source, "Tag")] = (_record(source), f"word:{guid}" if guid else "")
    return found


def word_items(code: str, sources: WordSources) -> tuple[CitedItem, ...]:
    r"""The works of the field `CITATION Tag \p 12 \m Other`; a tag without a source has an empty record."""
    parts = [quoted or bare for quoted, bare in _PARTS.findall(code)][1:]
    items: list[CitedItem] = []
    while parts:
        part = parts.pop(0)
        if not part.startswith("\\"):
            if not items:
                items.append(_item(part, sources))
            continue
        switch = part[1:2].lower()
        if switch == "m" and parts:
            items.append(_item(parts.pop(0), sources))
        elif switch == "n" and items:
            items[-1] = replace(items[-1], without_author=True)
        elif switch in _SWITCHES and parts and items:
            items[-1] = _said(items[-1], _SWITCHES[switch], parts.pop(0))
        elif switch in "lv" and parts:
            parts.pop(0)
    return tuple(items)


def _said(item: CitedItem, field: str, words: str) -> CitedItem:
    words = " ".join(words.split())
    match field:
        case "locator":
            return replace(item, locator=words)
        case "prefix":
            return replace(item, prefix=words)
        case _:
            return replace(item, suffix=words)


def _item(tag: str, sources: WordSources) -> CitedItem:
    record, address = sources.get(tag, ({}, ""))
    return CitedItem(record, address)


def _record(source: Element) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": _KINDS.get(_text(source, "SourceType"), "document")}
    for field, tags in _FIELDS.items():
        if words := next(filter(None, (_text(source, tag) for tag in tags)), ""):
            csl[field] = words
    if names := _names(source):
        csl["author"] = names
    if year := re.search(r"\d{4}", _text(source, "Year")):
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    return csl


def _names(source: Element) -> list[dict[str, str]]:
    authors = source.find(f"{B}Author/{B}Author")
    if authors is None:
        return []
    people = [
        {
            "family": _text(person, "Last"),
            "given": " ".join(filter(None, (_text(person, "First"), _text(person, "Middle")))),
        }
        for person in authors.iter(f"{B}Person")
    ]
    body = _text(authors, "Corporate")
    return [person for person in people if person["family"]] or ([{"literal": body}] if body else [])


def _text(at: Element, name: str) -> str:
    found = at.find(f"{B}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""
