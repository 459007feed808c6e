"""Citations that reference managers left in a document, Word's own among them."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple
from unicodedata import normalize

from pipeline.load.markdown.citations import split_locator
from pipeline.services.importing.package import BIBLIOGRAPHY as B
from pipeline.services.importing.package import PARAGRAPH, RUN, TEXT, BrokenXml, Element, W, parse


@dataclass(frozen=True, slots=True)
class CitedItem:
    """One work of a citation: its record, its address in the manager, and what the author said of this use."""

    record: Mapping[str, Any] = field(hash=False)
    address: str = ""
    locator: str = ""
    label: str = "page"
    prefix: str = ""
    suffix: str = ""
    without_author: bool = False
    in_text: bool = False
    """Whether the author's name is part of the sentence."""


def is_record(record: Mapping[str, Any]) -> bool:
    """Whether a record says which work it is of: by a title, or by names."""
    title, people = record.get("title"), record.get("author")
    if isinstance(title, str) and title.strip():
        return True
    named = [person for person in people if isinstance(person, Mapping)] if isinstance(people, list) else []
    return any(isinstance(person.get(part), str) for person in named for part in ("family", "literal"))


def items_of_csl(cluster: Mapping[str, Any], manager: str = "") -> tuple[CitedItem, ...]:
    """The works of a citation in CSL-JSON; `manager` is the beginning of addresses where items have only an id."""
    found = cluster.get("citationItems")
    return tuple(_item(item, manager) for item in found if isinstance(item, dict)) if isinstance(found, list) else ()


def _item(item: Mapping[str, Any], manager: str) -> CitedItem:
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
        _text(item, "locator"),
        _text(item, "label") or "page",
        _text(item, "prefix"),
        _text(item, "suffix"),
        item.get("suppress-author") is True,
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    said = item.get(name)
    return " ".join(str(said).split()) if isinstance(said, str | int | float) and not isinstance(said, bool) else ""


_SEVERAL = re.compile(r"[-–—,&]|\band\b")
_MARKS = re.compile(r"[\[\]{};@\\`]")
_TAGS = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)\b[^<>]*>")
_STANDS_FOR = {"[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "@": "at ", "\\": "", "`": "'"}
"""Signs that mean something in a citation, and what is written for them among an author's words."""


def written_cluster(items: Sequence[CitedItem], keys: Sequence[str]) -> str:
    """A citation of works by their keys, as an author would write it."""
    if len(items) == 1 and items[0].in_text and not items[0].prefix:
        tail = _tail(items[0], keys[0])[len(keys[0]) + 1 :].lstrip(", ")
        return f"@{keys[0]} [{tail}]" if tail else f"@{keys[0]}"
    parts = []
    for item, key in zip(items, keys, strict=True):
        prefix = f"{_plain(item.prefix)} " if item.prefix else ""
        parts.append(f"{prefix}{'-' if item.without_author else ''}{_tail(item, key)}")
    return f"[{'; '.join(parts)}]"


def _tail(item: CitedItem, key: str) -> str:
    """The key with its locator and the words behind it, in a form that is read as the same again."""
    suffix = _plain(item.suffix)
    locator = _plain(item.locator)
    behind = f"{'' if suffix[:1] in (',', '.', ':') else ', ' if locator else ' '}{suffix}" if suffix else ""
    if not locator:
        said = behind if split_locator(behind)[0] == "" else f"{{}}{behind}"
        return f"@{key}{said}"
    if item.label in ("page", ""):
        label = "pp" if _SEVERAL.search(locator) else "p"
    else:
        label = "s.v." if item.label == "sub-verbo" else item.label
    plain = f", {label} {locator}{behind}"
    wanted = (locator, item.label or "page", behind.strip())
    found = split_locator(plain)
    same = (found[0], found[1], found[2].strip()) == wanted
    return f"@{key}{plain}" if same else f"@{key}, {{{label} {locator}}}{behind}"


def _plain(words: str) -> str:
    return _MARKS.sub(lambda found: _STANDS_FOR[found[0]], _TAGS.sub("", words)).strip()


# EndNote

_ENDNOTE_KINDS = {
    "Journal Article": "article-journal", "Electronic Article": "article-journal", "Book": "book",
    "Edited Book": "book", "Electronic Book": "book", "Book Section": "chapter", "Electronic Book Section": "chapter",
    "Report": "report", "Government Document": "report", "Web Page": "webpage", "Thesis": "thesis",
    "Conference Paper": "paper-conference", "Conference Proceedings": "paper-conference", "Dataset": "dataset",
    "Newspaper Article": "article-newspaper", "Magazine Article": "article-magazine", "Blog": "post-weblog",
    "Statute": "legislation", "Legal Rule or Regulation": "legislation", "Case": "legal_case",
    "Unpublished Work": "manuscript",
}  # fmt: skip
_ENDNOTE_FIELDS = {
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
    return tuple(_endnote_item(cite) for cite in root.iter("Cite")), _endnote_text(root, "Cite/DisplayText")


def _endnote_item(cite: Element) -> CitedItem:
    record = cite.find("record")
    csl = _record(record) if record is not None else {}
    number = _endnote_text(record, "rec-number") if record is not None else ""
    key = record.find("foreign-keys/key") if record is not None else None
    library = key.get("db-id", "") if key is not None else ""
    return CitedItem(
        csl,
        f"endnote:{library}/{number or key.text}" if library and key is not None else "",
        _endnote_text(cite, "Pages"),
        "page",
        _endnote_text(cite, "Prefix"),
        _endnote_text(cite, "Suffix"),
        cite.get("ExcludeAuth") == "1",
        cite.get("AuthorYear") == "1",
    )


def _record(record: Element) -> dict[str, Any]:
    kind = record.find("ref-type")
    csl: dict[str, Any] = {
        "type": _ENDNOTE_KINDS.get(kind.get("name", ""), "document") if kind is not None else "document"
    }
    csl |= {name: words for name, path in _ENDNOTE_FIELDS.items() if (words := _endnote_text(record, path))}
    for name, path in (("author", "contributors/authors/author"), ("editor", "contributors/secondary-authors/author")):
        if names := [_name(found) for node in record.findall(path) if (found := _whole(node))]:
            csl[name] = names
    if address := _endnote_text(record, "urls/related-urls/url"):
        csl["URL"] = address
    if year := re.search(r"\d{4}", _endnote_text(record, "dates/year")):
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    return csl


def _name(written: str) -> dict[str, str]:
    """A name: 'Hart, Ann' has parts; 'Home Office,' with a comma behind it, is that of a body."""
    family, comma, given = written.partition(",")
    if comma and given.strip():
        return {"family": family.strip(), "given": given.strip()}
    return {"literal": family.strip()}


def _endnote_text(at: Element, path: str) -> str:
    found = at.find(path)
    return _whole(found) if found is not None else ""


def _whole(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())


# Fields

_CHAR = f"{W}fldChar"
_CODE = f"{W}instrText"


@dataclass
class OpenField:
    """A field that is being read; its runs are those from its beginning to its end."""

    kept: str
    paragraph: int
    """The number of the paragraph, among those that have runs, that it begins in."""
    code: str = ""
    shown: bool = False
    """Whether its code is at an end."""
    runs: list[Element] = field(default_factory=list)
    words: str = ""
    """Words that it shows in the paragraph that it begins in, and in the next."""
    looked_at: bool = False
    given_up: bool = False


class ReadField(NamedTuple):
    """A field, the one around it, and whether it has an end."""

    field: OpenField
    around: OpenField | None = None
    ended: bool = True


def read_fields(root: Element) -> Iterator[ReadField]:
    """The fields of a part as each ends. One without an end is given up at the second paragraph behind its own.

    Whoever takes that field calls `give_up`; others may end later, such as a list of contents.
    """
    opened: list[OpenField] = []
    above, paragraph = None, 0
    for run in list(root.iter(RUN)):
        here = next(run.iterancestors(PARAGRAPH), None)
        if here is not above:
            above, paragraph = here, paragraph + 1
            yield from _too_long(opened, paragraph)
        chars = [(char, str(char.get(f"{W}fldCharType"))) for char in run.findall(_CHAR)]
        begun = [char for char, kind in chars if kind == "begin"]
        opened += [OpenField((char.findtext(f"{W}fldData") or "").strip(), paragraph) for char in begun]
        for one in opened:
            one.runs.append(run)
            if one.shown and paragraph <= one.paragraph + 1:
                one.words += "".join(text.text or "" for text in run.iter(TEXT))
        if opened and not opened[-1].shown:
            opened[-1].code += "".join(text.text or "" for text in run.iter(_CODE))
        for char, kind in chars:
            if kind == "separate" and opened:
                opened[-1].shown = True
            elif kind == "end" and opened:
                done = opened.pop()
                yield ReadField(done, opened[-1] if opened else None)
            elif kind == "end":
                run.remove(char)
    yield from _too_long(opened, paragraph + 2)


def give_up(one: OpenField) -> None:
    """Make the words that a field shows plain words, for it has no end."""
    one.given_up = True
    for run in one.runs:
        without_field(run)


def without_field(node: Element) -> None:
    """Take the signs of fields out of runs, so that what they show is plain words."""
    for sign in list(node.iter(_CHAR, _CODE)):
        above = sign.getparent()
        if above is not None:
            above.remove(sign)


def _too_long(opened: list[OpenField], paragraph: int) -> Iterator[ReadField]:
    """The fields that began more than one paragraph ago, once; those that are given up are open no more."""
    for one in [one for one in opened if not one.looked_at and one.paragraph + 1 < paragraph]:
        one.looked_at = True
        yield ReadField(one, None, False)
        if one.given_up:
            opened.remove(one)


# Word's own citations

_WORD_KINDS = {
    "JournalArticle": "article-journal", "ArticleInAPeriodical": "article-magazine", "Book": "book",
    "BookSection": "chapter", "ConferenceProceedings": "paper-conference", "Report": "report",
    "InternetSite": "webpage", "DocumentFromInternetSite": "webpage", "Case": "legal_case", "Patent": "patent",
    "Film": "motion_picture", "Interview": "interview", "SoundRecording": "song",
}  # fmt: skip
_WORD_FIELDS = {
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
                guid = _word_text(source, "Guid")
                found[_word_text(source, "Tag")] = (_word_record(source), f"word:{guid}" if guid else "")
    return found


def word_items(code: str, sources: WordSources) -> tuple[CitedItem, ...]:
    r"""The works of the field `CITATION Tag \p 12 \m Other`; a tag without a source has an empty record."""
    parts = [quoted or bare for quoted, bare in _PARTS.findall(code)][1:]
    items: list[CitedItem] = []
    while parts:
        part = parts.pop(0)
        if not part.startswith("\\"):
            if not items:
                items.append(CitedItem(*sources.get(part, ({}, ""))))
            continue
        switch = part[1:2].lower()
        if switch == "m" and parts:
            items.append(CitedItem(*sources.get(parts.pop(0), ({}, ""))))
        elif switch == "n" and items:
            items[-1] = replace(items[-1], without_author=True)
        elif switch == "p" and parts and items:
            items[-1] = replace(items[-1], locator=" ".join(parts.pop(0).split()))
        elif switch == "f" and parts and items:
            items[-1] = replace(items[-1], prefix=" ".join(parts.pop(0).split()))
        elif switch == "s" and parts and items:
            items[-1] = replace(items[-1], suffix=" ".join(parts.pop(0).split()))
        elif switch in "lv" and parts:
            parts.pop(0)
    return tuple(items)


def _word_record(source: Element) -> dict[str, Any]:
    csl: dict[str, Any] = {"type": _WORD_KINDS.get(_word_text(source, "SourceType"), "document")}
    for name, tags in _WORD_FIELDS.items():
        if words := next(filter(None, (_word_text(source, tag) for tag in tags)), ""):
            csl[name] = words
    if names := _names(source):
        csl["author"] = names
    if year := re.search(r"\d{4}", _word_text(source, "Year")):
        csl["issued"] = {"date-parts": [[int(year[0])]]}
    return csl


def _names(source: Element) -> list[dict[str, str]]:
    authors = source.find(f"{B}Author/{B}Author")
    if authors is None:
        return []
    people = [
        {
            "family": _word_text(person, "Last"),
            "given": " ".join(filter(None, (_word_text(person, "First"), _word_text(person, "Middle")))),
        }
        for person in authors.iter(f"{B}Person")
    ]
    body = _word_text(authors, "Corporate")
    return [person for person in people if person["family"]] or ([{"literal": body}] if body else [])


def _word_text(at: Element, name: str) -> str:
    found = at.find(f"{B}{name}")
    return " ".join((found.text or "").split()) if found is not None else ""


# Any manager

_CITATION = re.compile(r"\bCSL_CITATION\b")
_LIST = re.compile(r"\bCSL_BIBLIOGRAPHY\b|\bEN\.REFLIST\b|^\s*BIBLIOGRAPHY\b|^\s*(?:ADDIN\s+)?ZOTERO_BIBL\b")
_ENDNOTE = re.compile(r"^\s*(?:ADDIN\s+)?EN\.CITE(?!\.DATA)\b")
_WORD = re.compile(r"^\s*CITATION\s")
_MENDELEY = "MENDELEY_CITATION_v"
_MENDELEY_LIST = "MENDELEY_BIBLIOGRAPHY"
_SAYS = (
    ("properties", "plainCitation"),
    ("mendeley", "plainTextFormattedCitation"),
    ("manualOverride", "citeprocText"),
)


class ManagerField(NamedTuple):
    """Trace of a manager in a place: the works of a citation, or a list, which is made anew.

    A citation is `unread` where one of its works has no record: its words stay.
    """

    kind: Literal["citation", "unread", "list", "other"]
    items: tuple[CitedItem, ...] = ()
    says: str = ""
    """The words that the manager wrote there, if it keeps them."""


OTHER = ManagerField("other")
"""A field that is no manager's: it stays."""


def field_left(code: str, kept: str, sources: WordSources) -> ManagerField:
    """The trace that a field is, from its code and the data kept beside that."""
    if _LIST.search(code):
        return ManagerField("list")
    if _CITATION.search(code):
        return _csl(_json(code))
    if _ENDNOTE.search(code):
        return _cited(*endnote_items(code, kept))
    if _WORD.search(code):
        return _cited(word_items(code, sources))
    return OTHER


def control_left(tag: str) -> ManagerField:
    """The trace that a content control is, from its tag."""
    if tag.startswith(_MENDELEY_LIST):
        return ManagerField("list")
    if not tag.startswith(_MENDELEY):
        return OTHER
    kept = tag.removeprefix(_MENDELEY).partition("_")[2]
    try:
        said = base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return ManagerField("unread")
    return _csl(_json(said), "mendeley:")


def _csl(said: dict[str, object], manager: str = "") -> ManagerField:
    """A citation in CSL-JSON, with the words that Zotero, Mendeley Desktop or Mendeley Cite keeps."""
    parts = ((said.get(part), name) for part, name in _SAYS)
    says = (part[name] for part, name in parts if isinstance(part, dict) and isinstance(part.get(name), str))
    return _cited(items_of_csl(said, manager), next(says, ""))


def _cited(items: tuple[CitedItem, ...], says: str = "") -> ManagerField:
    known = tuple(item for item in items if is_record(item.record))
    return ManagerField("citation", items, says) if items and known == items else ManagerField("unread", known, says)


def _json(said: str) -> dict[str, object]:
    """The first object in some words; whatever stands behind it is passed over."""
    start = said.find("{")
    if start < 0:
        return {}
    try:
        found, _ = json.JSONDecoder().raw_decode(said, start)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# Words typed into a field

_LONE_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST = 3
"""Words of other people a place must have, for one or two are a manager's own, such as 'quoted' or 'Retrieved'."""

_USUAL = frozenset(
    re.findall(
        r"\w+",
        "and others see also cited quoted ibid page pages chapter note accessed available retrieved from http https www"
        " com org doi vol volume eds edn edited the",
    )
)
"""Words that citations have beside those of works."""


def words_of_works(found: Sequence[tuple[CitedItem, ...]]) -> frozenset[str]:
    """All words that the works cited in a document have, and what stands before and behind them."""
    said = (text for items in found for item in items for text in (*_texts(item.record), item.prefix, item.suffix))
    return frozenset(word for text in said for word in _words(text))


def is_typed(shown: str, known: frozenset[str]) -> bool:
    """Whether most of the words that stood in a place are those of no work."""
    words = list(_words(shown))
    strange = [word for word in words if word not in known]
    return len(strange) >= _FEWEST and 2 * len(strange) > len(words)


def has_more(shown: str, items: Sequence[CitedItem], says: str) -> bool:
    """Whether a citation shows words that its manager did not write; `says` is what that wrote, if it says so."""
    if says and _letters(shown) == _letters(says):
        return False
    known = words_of_works([tuple(items)]) | frozenset(_words(says)) | _USUAL
    strange = [word for word in _words(shown) if word not in known]
    return len(strange) >= (1 if says else _FEWEST)


def _letters(text: str) -> str:
    return "".join(letter for letter in normalize("NFKC", text).casefold() if letter.isalnum())


def _words(text: str) -> Iterator[str]:
    yield from _LONE_WORD.findall(normalize("NFKC", text).casefold())


def _texts(record: Any) -> Iterator[str]:
    """All words in the values of a record."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, dict):
        for value in record.values():
            yield from _texts(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from _texts(value)
