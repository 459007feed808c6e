"""Citations that reference managers keep in a document: Zotero, Mendeley, EndNote, and Word itself."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from pipeline.load.markdown.citations import split_locator
from pipeline.services.importing.docx_package import BIBLIOGRAPHY as B
from pipeline.services.importing.docx_package import BrokenXml, Element, parse_xml


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One work of a citation: its record, its address in the manager, and how it is cited here."""

    record: Mapping[str, Any] = field(hash=False)
    address: str = ""
    locator: str = ""
    label: str = "page"
    prefix: str = ""
    suffix: str = ""
    without_author: bool = False
    in_text: bool = False
    """Whether the author's name is part of the sentence."""


class UnreadCitation(NamedTuple):
    """A citation whose words stay, because it cannot be written again, and those of its works that are known."""

    items: tuple[CitedItem, ...]
    words: str


# Citations as they are written in a briefing

_SEVERAL = re.compile(r"[-–—,&]|\band\b")
_MARKS = re.compile(r"[\[\]{};@\\`]")
_TAGS = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)\b[^<>]*>")
_REPLACEMENTS = {"[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "@": "at ", "\\": "", "`": "'"}
"""Characters that have a meaning in a citation, and what replaces them in an author's words."""


def write_citation(items: Sequence[CitedItem], keys: Sequence[str]) -> str:
    """Return a citation of works by their keys, as an author would write it."""
    if len(items) == 1 and items[0].in_text and not items[0].prefix:
        tail = _key_and_tail(items[0], keys[0])[len(keys[0]) + 1 :].lstrip(", ")
        return f"@{keys[0]} [{tail}]" if tail else f"@{keys[0]}"
    parts = []
    for item, key in zip(items, keys, strict=True):
        prefix = f"{_plain(item.prefix)} " if item.prefix else ""
        parts.append(f"{prefix}{'-' if item.without_author else ''}{_key_and_tail(item, key)}")
    return f"[{'; '.join(parts)}]"


def _key_and_tail(item: CitedItem, key: str) -> str:
    """Return the key with its locator and suffix, in a form that is read back as the same."""
    suffix = _plain(item.suffix)
    locator = _plain(item.locator)
    behind = f"{'' if suffix[:1] in (',', '.', ':') else ', ' if locator else ' '}{suffix}" if suffix else ""
    if not locator:
        return f"@{key}{behind}" if split_locator(behind)[0] == "" else f"@{key}{{}}{behind}"
    if item.label in ("page", ""):
        label = "pp" if _SEVERAL.search(locator) else "p"
    else:
        label = "s.v." if item.label == "sub-verbo" else item.label
    plain = f", {label} {locator}{behind}"
    locator_read, label_read, suffix_read = split_locator(plain)
    is_same = (locator_read, label_read, suffix_read.strip()) == (locator, item.label or "page", behind.strip())
    return f"@{key}{plain}" if is_same else f"@{key}, {{{label} {locator}}}{behind}"


def _plain(words: str) -> str:
    return _MARKS.sub(lambda match: _REPLACEMENTS[match[0]], _TAGS.sub("", words)).strip()


# CSL-JSON: Zotero and Mendeley


def _csl_items(cluster: Mapping[str, Any], manager: str = "") -> tuple[CitedItem, ...]:
    """Read the works of a citation; `manager` is the prefix of addresses where items have only an id."""
    items = cluster.get("citationItems")
    items = items if isinstance(items, list) else ()
    return tuple(_csl_item(item, manager) for item in items if isinstance(item, dict))


def _csl_item(item: Mapping[str, Any], manager: str) -> CitedItem:
    record = item.get("itemData")
    record = record if isinstance(record, dict) else {}
    addresses = item.get("uris") or item.get("uri") or ()
    addresses = [addresses] if isinstance(addresses, str) else addresses
    address = str(next(iter(addresses), "")) if isinstance(addresses, list | tuple) else ""
    if not address and manager and record.get("id"):
        address = f"{manager}{record['id']}"
    return CitedItem(
        record,
        address,
        _csl_text(item, "locator"),
        _csl_text(item, "label") or "page",
        _csl_text(item, "prefix"),
        _csl_text(item, "suffix"),
        without_author=item.get("suppress-author") is True,
    )


def _csl_text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


# XML: EndNote and Word's sources


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The XML form of a work in one program."""

    kinds: Mapping[str, str]
    """The type in CSL by the program's name for it; any other is a document."""
    fields: Mapping[str, tuple[str, ...]]
    """The paths of each field of CSL, in the order of the record; the first with words counts."""
    people: Callable[[Element, str], list[dict[str, str]]]
    """Reads the names of authors or editors at a path."""

    def read(self, source: Element, kind: str) -> dict[str, Any]:
        """Return the record in CSL of a work of a kind."""
        csl: dict[str, Any] = {"type": self.kinds.get(kind, "document")}
        for name, paths in self.fields.items():
            value: Any = next(filter(None, (_text_at(source, path) for path in paths)), "")
            if name in ("author", "editor"):
                value = self.people(source, paths[0])
            elif name == "issued":
                year = re.search(r"\d{4}", value)
                value = {"date-parts": [[int(year[0])]]} if year else None
            if value:
                csl[name] = value
        return csl


def _text_at(element: Element, path: str) -> str:
    node = element.find(path)
    return _text_of(node) if node is not None else ""


def _text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _endnote_people(record: Element, path: str) -> list[dict[str, str]]:
    return [_endnote_name(name) for node in record.findall(path) if (name := _text_of(node))]


def _endnote_name(words: str) -> dict[str, str]:
    """Read a name: 'Hart, Ann' has parts; 'Home Office,' with a comma at its end is an organisation's."""
    family, comma, given = words.partition(",")
    if comma and given.strip():
        return {"family": family.strip(), "given": given.strip()}
    return {"literal": family.strip()}


_ENDNOTE = RecordForm(
    kinds={
        "Journal Article": "article-journal", "Electronic Article": "article-journal", "Book": "book",
        "Edited Book": "book", "Electronic Book": "book", "Book Section": "chapter",
        "Electronic Book Section": "chapter", "Report": "report", "Government Document": "report",
        "Web Page": "webpage", "Thesis": "thesis", "Conference Paper": "paper-conference",
        "Conference Proceedings": "paper-conference", "Dataset": "dataset", "Newspaper Article": "article-newspaper",
        "Magazine Article": "article-magazine", "Blog": "post-weblog", "Statute": "legislation",
        "Legal Rule or Regulation": "legislation", "Case": "legal_case", "Unpublished Work": "manuscript",
    },
    fields={
        "title": ("titles/title",),
        "container-title": ("titles/secondary-title",),
        "volume": ("volume",),
        "issue": ("number",),
        "page": ("pages",),
        "publisher": ("publisher",),
        "publisher-place": ("pub-location",),
        "edition": ("edition",),
        "DOI": ("electronic-resource-num",),
        "author": ("contributors/authors/author",),
        "editor": ("contributors/secondary-authors/author",),
        "URL": ("urls/related-urls/url",),
        "issued": ("dates/year",),
    },
    people=_endnote_people,
)  # fmt: skip
_ENDNOTE_XML = re.compile(r"<EndNote>.*</EndNote>", re.DOTALL)


def _read_endnote(code: str, data: str) -> tuple[tuple[CitedItem, ...], str]:
    """Return the works of a citation and the words that it shows.

    They are in the code of its field, or in the field's data in base 64.
    """
    match = _ENDNOTE_XML.search(code)
    if not match and data:
        try:
            match = _ENDNOTE_XML.search(base64.b64decode("".join(data.split())).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            return (), ""
    if not match or "<!" in match[0]:
        return (), ""
    try:
        root = parse_xml(match[0].encode())
    except BrokenXml:
        return (), ""
    return tuple(_endnote_item(cite) for cite in root.iter("Cite")), _text_at(root, "Cite/DisplayText")


def _endnote_item(cite: Element) -> CitedItem:
    csl, address, record = {}, "", cite.find("record")
    if record is not None:
        kind, key = record.find("ref-type"), record.find("foreign-keys/key")
        csl = _ENDNOTE.read(record, "" if kind is None else kind.get("name", ""))
        library = "" if key is None else key.get("db-id", "")
        address = f"endnote:{library}/{_text_at(record, 'rec-number') or key.text}" if library else ""
    return CitedItem(
        csl,
        address,
        locator=_text_at(cite, "Pages"),
        prefix=_text_at(cite, "Prefix"),
        suffix=_text_at(cite, "Suffix"),
        without_author=cite.get("ExcludeAuth") == "1",
        in_text=cite.get("AuthorYear") == "1",
    )


def _word_people(source: Element, path: str) -> list[dict[str, str]]:
    authors = source.find(path)
    if authors is None:
        return []
    people = [
        {
            "family": _text_at(person, f"{B}Last"),
            "given": " ".join(filter(None, (_text_at(person, f"{B}First"), _text_at(person, f"{B}Middle")))),
        }
        for person in authors.iter(f"{B}Person")
    ]
    organisation = _text_at(authors, f"{B}Corporate")
    return [person for person in people if person["family"]] or ([{"literal": organisation}] if organisation else [])


_WORD = RecordForm(
    kinds={
        "JournalArticle": "article-journal", "ArticleInAPeriodical": "article-magazine", "Book": "book",
        "BookSection": "chapter", "ConferenceProceedings": "paper-conference", "Report": "report",
        "InternetSite": "webpage", "DocumentFromInternetSite": "webpage", "Case": "legal_case", "Patent": "patent",
        "Film": "motion_picture", "Interview": "interview", "SoundRecording": "song",
    },
    fields={
        "title": (f"{B}Title",),
        "container-title": (
            f"{B}JournalName", f"{B}PeriodicalTitle", f"{B}BookTitle", f"{B}ConferenceName", f"{B}InternetSiteTitle",
        ),
        "volume": (f"{B}Volume",),
        "issue": (f"{B}Issue",),
        "page": (f"{B}Pages",),
        "publisher": (f"{B}Publisher", f"{B}Institution"),
        "publisher-place": (f"{B}City",),
        "edition": (f"{B}Edition",),
        "DOI": (f"{B}DOI",),
        "URL": (f"{B}URL",),
        "author": (f"{B}Author/{B}Author",),
        "issued": (f"{B}Year",),
    },
    people=_word_people,
)  # fmt: skip

WordSources = Mapping[str, tuple[Mapping[str, Any], str]]
"""The sources of a document by their tags: the record of each, and its address."""


def read_word_sources(parts: Mapping[str, bytes]) -> WordSources:
    """Read the sources that a document keeps for Word's citations."""
    sources: dict[str, tuple[Mapping[str, Any], str]] = {}
    for name, content in parts.items():
        if name.startswith("customXml/item") and b"officeDocument/2006/bibliography" in content:
            try:
                root = parse_xml(content)
            except BrokenXml:
                continue
            for source in root.iter(f"{B}Source"):
                guid, record = _text_at(source, f"{B}Guid"), _WORD.read(source, _text_at(source, f"{B}SourceType"))
                sources[_text_at(source, f"{B}Tag")] = (record, f"word:{guid}" if guid else "")
    return sources


_WORD_ARGUMENTS = re.compile(r'"([^"]*)"|(\S+)')
_WORD_SWITCHES = {"p": "locator", "f": "prefix", "s": "suffix"}


def _read_word_citation(code: str, sources: WordSources) -> tuple[CitedItem, ...]:
    r"""Read the works of the field `CITATION Tag \p 12 \m Other`; a tag without a source has an empty record."""
    arguments = [quoted or bare for quoted, bare in _WORD_ARGUMENTS.findall(code)][1:]
    items: list[CitedItem] = []
    while arguments:
        argument = arguments.pop(0)
        if not argument.startswith("\\"):
            if not items:
                items.append(CitedItem(*sources.get(argument, ({}, ""))))
            continue
        switch = argument[1:2].lower()
        if switch == "m" and arguments:
            items.append(CitedItem(*sources.get(arguments.pop(0), ({}, ""))))
        elif switch == "n" and items:
            items[-1] = replace(items[-1], without_author=True)
        elif switch in _WORD_SWITCHES and arguments and items:
            words = " ".join(arguments.pop(0).split())
            items[-1] = replace(items[-1], **{_WORD_SWITCHES[switch]: words})  # type: ignore[arg-type]
        elif switch in "lv" and arguments:
            arguments.pop(0)
    return tuple(items)


# Fields and content controls of any manager

_CSL_CODE = re.compile(r"\bCSL_CITATION\b")
_LIST_CODE = re.compile(r"\bCSL_BIBLIOGRAPHY\b|\bEN\.REFLIST\b|^\s*BIBLIOGRAPHY\b|^\s*(?:ADDIN\s+)?ZOTERO_BIBL\b")
_ENDNOTE_CODE = re.compile(r"^\s*(?:ADDIN\s+)?EN\.CITE(?!\.DATA)\b")
_WORD_CODE = re.compile(r"^\s*CITATION\s")
_MENDELEY = "MENDELEY_CITATION_v"
_MENDELEY_LIST = "MENDELEY_BIBLIOGRAPHY"
_CSL_SHOWN = (
    ("properties", "plainCitation"),
    ("mendeley", "plainTextFormattedCitation"),
    ("manualOverride", "citeprocText"),
)


class ManagerField(NamedTuple):
    """What a manager keeps in one place: the works of a citation, or a list of works, which is made again.

    A citation is `unread` if one of its works has no record: its words stay.
    """

    kind: Literal["citation", "unread", "list", "other"]
    items: tuple[CitedItem, ...] = ()
    manager_text: str = ""
    """The words that the manager wrote there, if it keeps them."""


OTHER = ManagerField("other")
"""A field that is no manager's: it stays."""


def read_field(code: str, data: str, sources: WordSources) -> ManagerField:
    """Read a field from its code and its data."""
    if _LIST_CODE.search(code):
        return ManagerField("list")
    if _CSL_CODE.search(code):
        return _csl_field(_first_json_object(code))
    if _ENDNOTE_CODE.search(code):
        return _citation_field(*_read_endnote(code, data))
    if _WORD_CODE.search(code):
        return _citation_field(_read_word_citation(code, sources))
    return OTHER


def read_control(tag: str) -> ManagerField:
    """Read a content control from its tag."""
    if tag.startswith(_MENDELEY_LIST):
        return ManagerField("list")
    if not tag.startswith(_MENDELEY):
        return OTHER
    encoded = tag.removeprefix(_MENDELEY).partition("_")[2]
    try:
        text = base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ManagerField("unread")
    return _csl_field(_first_json_object(text), "mendeley:")


def _csl_field(cluster: dict[str, object], manager: str = "") -> ManagerField:
    """Return a citation in CSL-JSON with the words that Zotero, Mendeley Desktop or Mendeley Cite keeps."""
    parts = ((cluster.get(part), name) for part, name in _CSL_SHOWN)
    texts = (part[name] for part, name in parts if isinstance(part, dict) and isinstance(part.get(name), str))
    return _citation_field(_csl_items(cluster, manager), next(texts, ""))


def _citation_field(items: tuple[CitedItem, ...], manager_text: str = "") -> ManagerField:
    known = tuple(item for item in items if _identifies_work(item.record))
    return ManagerField("citation" if items and known == items else "unread", known, manager_text)


def _identifies_work(record: Mapping[str, Any]) -> bool:
    """Return whether a record has a title or a name."""
    title, people = record.get("title"), record.get("author")
    if isinstance(title, str) and title.strip():
        return True
    people = [person for person in people if isinstance(person, Mapping)] if isinstance(people, list) else []
    return any(isinstance(person.get(part), str) for person in people for part in ("family", "literal"))


def _first_json_object(text: str) -> dict[str, object]:
    """Return the first JSON object in a text; empty if there is none."""
    start = text.find("{")
    if start < 0:
        return {}
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
