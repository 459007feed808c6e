"""HTML within lines, read into the tokens of Markdown with the same meaning."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.documents.roles import BLOCK_ELEMENTS, VOID_ELEMENTS
from pipeline.core.sentences import truncate
from pipeline.load.markdown.attributes import LANGUAGE
from pipeline.load.markdown.citations import CitedWork, Cluster
from pipeline.load.markdown.positions import RemarkCounter
from pipeline.model.body import Attributes, Placeholder, TextRole

_REST = r"""(?:\s(?:[^<>"'`]|"[^"]*"|'[^']*')*)?/?>"""
TAG = re.compile(rf"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*){_REST}")


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


BREAKS = BLOCK_ELEMENTS - {"hgroup", "pre", "table"} | {"center", "fieldset", "form", "tr"}
"""Block elements: within a line they end it."""

PLAIN = BREAKS | _named("span font small big u nobr wbr tbody thead tfoot colgroup bdo bdi ruby rb")
"""Elements without a meaning in Markdown: their words are printed, and nothing is reported."""

UNPRINTABLE_TAGS = _named(
    "script style template noscript iframe object embed applet frame frameset video audio canvas svg map textarea "
    "select button input base link meta title head"
)
"""Elements whose content cannot be printed, or may not."""


class _TagReader(HTMLParser):
    """Reads the attributes of one tag."""

    attributes: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        self.attributes = {name: v for name, v in values.items() if name != "lang" or LANGUAGE.fullmatch(v)}


def attributes_of(tag: str) -> Mapping[str, str]:
    """Return the attributes of a tag by name; of one that is written twice, the first."""
    reader = _TagReader(convert_charrefs=False)
    reader.feed(tag)
    return reader.attributes


def _shorten(tag: str) -> str:
    """Return a tag as remarks show it."""
    return truncate(" ".join(tag.split()))


_ROLES = {
    **{role.value: role for role in TextRole},
    **{"s": TextRole.DELETED, "strike": TextRole.DELETED, "acronym": TextRole.SHORT_FORM},
}
_CODE = frozenset({"code", "tt", "samp", "pre", "xmp"})
_PAIRS = {**dict.fromkeys(("b", "strong"), "strong"), **dict.fromkeys(("i", "em", "var", "dfn"), "em")}
_CITES, _NOTES = frozenset({"d-cite", "dt-cite"}), frozenset({"d-footnote", "dt-fn"})
"""Citations and notes in the syntax of Distill."""
_BLANK = frozenset({"\n", " ", "\t"})


def read_tags(tokens: Sequence[Token], words: str) -> list[Token]:
    """Return the tokens of a block's words with tokens of Markdown for those of HTML."""
    partners = _pair_tags(tokens)
    result: list[Token] = []
    number = 0
    while number < len(tokens):
        token, partner = tokens[number], partners.get(number)
        number += 1
        if token.type != "html_inline":
            if token.children:  # the caption of a picture
                token.children = read_tags(token.children, words)
            result.append(token)
            continue
        tag = TAG.match(token.content)
        name = tag["name"].lower() if tag else ""
        if tag is None:
            result.append(
                _new_token(token, "comment" if token.content.startswith("<!--") else "html_lost", token.content)
            )
        elif partner is None:
            result += _read_single(token, name)
        elif name in _CODE or name in UNPRINTABLE_TAGS:
            result.append(_read_whole(token, tokens[partner], name, words))
            number = partner + 1
        else:
            attributes = attributes_of(tokens[min(number - 1, partner)].content)
            result += _read_half(token, name, attributes, bool(tag["end"]))
    return result


def _pair_tags(tokens: Sequence[Token]) -> dict[int, int]:
    """Pair the numbers of start and end tags that are nested correctly with Markdown's own marks."""
    partners: dict[int, int] = {}
    opened: list[list[tuple[str, int]]] = [[]]
    names: Counter[str] = Counter()
    for number, token in enumerate(tokens):
        if token.nesting > 0:
            opened.append([])
        elif token.nesting < 0:
            if len(opened) > 1:
                names.subtract(name for name, _ in opened.pop())
        elif token.type == "html_inline" and (tag := TAG.match(token.content)):
            name = tag["name"].lower()
            if not tag["end"]:
                if name not in VOID_ELEMENTS and not token.content.endswith("/>"):
                    opened[-1].append((name, number))
                    names[name] += 1
                continue
            if not names[name]:
                continue
            inner = opened[-1]
            at = next((i for i in range(len(inner) - 1, -1, -1) if inner[i][0] == name), None)
            if at is not None:
                first = inner[at][1]
                partners[first], partners[number] = number, first
                names.subtract(name for name, _ in inner[at:])
                del inner[at:]
    return partners


def _new_token(token: Token, kind: str, content: str = "", nesting: int = 0) -> Token:
    """Return a new token at the place of another."""
    new = Token(kind, "", nesting, content=content)  # type: ignore[arg-type]
    new.meta["at"] = token.meta.get("at", 0)
    return new


def _read_single(token: Token, name: str) -> Iterator[Token]:
    """Read a tag without a partner."""
    if name == "br":
        yield _new_token(token, "hardbreak")
    elif name == "img":
        yield from _picture(token, attributes_of(token.content))
    elif name == "a" and (anchor := _find_id(attributes_of(token.content))):
        yield _new_token(token, "span_open", nesting=1)
        yield from _end_of_span(token, Attributes(anchor))
    elif name in _CITES and (keys := _split_keys(attributes_of(token.content))):
        yield _citation(token, keys)
    elif name in BREAKS:
        yield _new_token(token, "html_break")
    elif name in UNPRINTABLE_TAGS:
        yield _new_token(token, "html_lost", token.content)
    elif name not in PLAIN:
        text = token.content
        is_known = name in {*_PAIRS, *_ROLES, *_CODE, *VOID_ELEMENTS, "a", "q", "table"}
        # Others are words: `<your name>`, `x<i and y>`.
        is_tag = is_known and (" " not in text or "=" in text or text.endswith("/>"))
        yield _new_token(token, "html_mark" if is_tag else "no_tag", text)


def _split_keys(attributes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, attributes.get("key", "").split(","))))


def _citation(token: Token, keys: Sequence[str]) -> Token:
    citation, works = _new_token(token, "citation"), tuple(CitedWork(key, 0) for key in keys)
    citation.meta |= {"cluster": Cluster(works, 0), "base": citation.meta["at"], "behind": ""}
    return citation


def _picture(token: Token, attributes: Mapping[str, str]) -> Iterator[Token]:
    picture = _new_token(token, "image")
    picture.attrs = {"src": attributes.get("src", "")}
    picture.children = []
    behind = _new_token(token, "attributes")
    alt = attributes.get("alt")
    classes = ("decorative",) if alt is not None and not alt.strip() else ()
    behind.meta["attributes"] = Attributes(
        _find_id(attributes), classes, (("alt", alt),) if alt and not classes else ()
    )
    yield from (picture, behind)


def _end_of_span(token: Token, attributes: Attributes) -> Iterator[Token]:
    yield _new_token(token, "span_close", nesting=-1)
    behind = _new_token(token, "attributes")
    behind.meta["attributes"] = attributes
    yield behind


def _find_id(attributes: Mapping[str, str]) -> str:
    """Return the id of an element, if a link can lead to it."""
    name = attributes.get("id") or attributes.get("name", "")
    return name if name[:1].isalpha() and not _BLANK.intersection(name) else ""


def _read_whole(token: Token, last: Token, name: str, words: str) -> Token:
    """Read an element whose content is not Markdown: code, or an element that is left out."""
    start = token.meta.get("at", 0) + len(token.content)
    if name in UNPRINTABLE_TAGS:
        return _new_token(token, "html_lost", token.content)
    code = _new_token(token, "code_inline", html.unescape(TAG.sub("", words[start : last.meta.get("at", 0)])))
    code.meta["at"] = start
    return code


def _read_half(token: Token, name: str, attributes: Mapping[str, str], is_end: bool) -> Iterator[Token]:
    """Read the start or the end tag of an element with these attributes."""
    nesting, half = (-1, "close") if is_end else (1, "open")
    if name in _PAIRS:
        yield _new_token(token, f"{_PAIRS[name]}_{half}", nesting=nesting)
    elif name in _ROLES:
        marked = _new_token(token, f"marked_{half}", nesting=nesting)
        marked.info = _ROLES[name]
        marked.attrs = {key: attributes[key] for key in ("title", "lang") if key in attributes}
        yield marked
    elif name in _CITES and (keys := _split_keys(attributes)):
        if not is_end:
            yield _citation(token, keys)
    elif name in _NOTES:
        yield _new_token(token, f"note_{half}", nesting=nesting)
    elif name == "q":
        yield _new_token(token, "text", '"')
    elif name == "a" and attributes.get("href"):
        link = _new_token(token, f"link_{half}", nesting=nesting)
        link.attrs, link.info = {key: attributes[key] for key in ("href", "title") if key in attributes}, "auto"
        yield link
    elif name in ("a", "span") and (_find_id(attributes) or attributes.get("lang")):
        pairs = (("lang", attributes["lang"]),) if attributes.get("lang") else ()
        behind = Attributes(_find_id(attributes), (), pairs)
        yield from _end_of_span(token, behind) if is_end else (_new_token(token, "span_open", nesting=1),)
    elif name in BREAKS:
        yield _new_token(token, "html_break")
    elif name not in PLAIN and name != "a" and not is_end:
        yield _new_token(token, "html_mark", token.content)


def leave_out(counter: RemarkCounter, tag: str, place: Location) -> Placeholder:
    """Count an element that is left out with its content; return a placeholder for it."""
    counter.count("raw-html", _tag_name(tag), place, tag=_shorten(tag))
    return Placeholder(f"[{_shorten(tag)}]")


def count_ignored_tag(counter: RemarkCounter, tag: str, place: Location) -> None:
    """Count a tag whose words are printed without it."""
    counter.count("html-mark", _tag_name(tag), place, tag=_shorten(tag))


def count_printed_tag(counter: RemarkCounter, text: str, place: Location) -> None:
    """Count text that looks like a tag and is printed."""
    hint = "To keep it, put a backslash before the first sign, or write it as `code`."
    counter.count_foreign(_tag_name(text), place, hint, text, "no tag of HTML that has an end")


def _tag_name(tag: str) -> str:
    match = TAG.match(tag)
    return match["name"].lower() if match else tag[:2]
