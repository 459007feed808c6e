"""HTML in a text, read into the tokens that Markdown of the same meaning gives."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.documents.roles import FLOW, VOID
from pipeline.core.sentences import cut_short
from pipeline.load.markdown.attributes import LANGUAGE
from pipeline.load.markdown.citations import Cited, Cluster
from pipeline.load.markdown.positions import RemarkCounter
from pipeline.model.body import Attributes, Placeholder, TextRole

_REST = r"""(?:\s(?:[^<>"'`]|"[^"]*"|'[^']*')*)?/?>"""
TAG = re.compile(rf"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*){_REST}")


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


BREAKS = FLOW - {"hgroup", "pre", "table"} | {"center", "fieldset", "form", "tr"}
"""Elements that stand on lines of their own: within a line they end one."""

PLAIN = BREAKS | _named("span font small big u nobr wbr tbody thead tfoot colgroup bdo bdi ruby rb")
"""Elements that say nothing which Markdown says: their words are printed, and nothing is reported."""

LOST = _named(
    "script style template noscript iframe object embed applet frame frameset video audio canvas svg map textarea "
    "select button input base link meta title head"
)
"""Elements whose content cannot be printed, or may not."""


class _Reader(HTMLParser):
    """Keeps the attributes of the one tag that it is fed."""

    found: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        self.found = {name: value for name, value in said.items() if name != "lang" or LANGUAGE.fullmatch(value)}


def attributes_of(tag: str) -> Mapping[str, str]:
    """The attributes of a tag by name, as they are meant; of one that is written twice the first."""
    reader = _Reader(convert_charrefs=False)
    reader.feed(tag)
    return reader.found


def short(tag: str) -> str:
    """A tag as it is reported."""
    return cut_short(" ".join(tag.split()))


_ROLES = {
    **{role.value: role for role in TextRole},
    **{"s": TextRole.DELETED, "strike": TextRole.DELETED, "acronym": TextRole.SHORT_FORM},
}
_CODE = frozenset({"code", "tt", "samp", "pre", "xmp"})
_PAIRS = {**dict.fromkeys(("b", "strong"), "strong"), **dict.fromkeys(("i", "em", "var", "dfn"), "em")}
_CITES, _NOTES = frozenset({"d-cite", "dt-cite"}), frozenset({"d-footnote", "dt-fn"})
"""Citations and notes as Distill has them, and posts that are made with it."""
_BLANK = frozenset({"\n", " ", "\t"})


def read_tags(tokens: Sequence[Token], words: str) -> list[Token]:
    """The tokens of a block's words with those of HTML put into Markdown's; `words` are what they were read from."""
    partners = _partners(tokens)
    found: list[Token] = []
    number = 0
    while number < len(tokens):
        token, partner = tokens[number], partners.get(number)
        number += 1
        if token.type != "html_inline":
            if token.children:  # the caption of a picture
                token.children = read_tags(token.children, words)
            found.append(token)
            continue
        tag = TAG.match(token.content)
        name = tag["name"].lower() if tag else ""
        if tag is None:
            found.append(_token(token, "comment" if token.content.startswith("<!--") else "html_lost", token.content))
        elif partner is None:
            found += _alone(token, name)
        elif name in _CODE or name in LOST:
            found.append(_whole(token, tokens[partner], name, words))
            number = partner + 1
        else:
            found += _half(token, name, attributes_of(tokens[min(number - 1, partner)].content), bool(tag["end"]))
    return found


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """The number of the tag that belongs to each: those that lie rightly within Markdown's own marks."""
    found: dict[int, int] = {}
    waiting: list[list[tuple[str, int]]] = [[]]
    names: Counter[str] = Counter()
    for number, token in enumerate(tokens):
        if token.nesting > 0:
            waiting.append([])
        elif token.nesting < 0:
            if len(waiting) > 1:
                names.subtract(name for name, _ in waiting.pop())
        elif token.type == "html_inline" and (tag := TAG.match(token.content)):
            name = tag["name"].lower()
            if not tag["end"]:
                if name not in VOID and not token.content.endswith("/>"):
                    waiting[-1].append((name, number))
                    names[name] += 1
                continue
            if not names[name]:
                continue
            at = next((i for i in range(len(waiting[-1]) - 1, -1, -1) if waiting[-1][i][0] == name), None)
            if at is not None:
                first = waiting[-1][at][1]
                found[first], found[number] = number, first
                names.subtract(name for name, _ in waiting[-1][at:])
                del waiting[-1][at:]
    return found


def _token(token: Token, kind: str, content: str = "", nesting: int = 0) -> Token:
    made = Token(kind, "", nesting, content=content)  # type: ignore[arg-type]
    made.meta["at"] = token.meta.get("at", 0)
    return made


def _alone(token: Token, name: str) -> Iterator[Token]:
    """A tag without a partner."""
    if name == "br":
        yield _token(token, "hardbreak")
    elif name == "img":
        yield from _picture(token, attributes_of(token.content))
    elif name == "a" and (anchor := _anchor(attributes_of(token.content))):
        yield _token(token, "span_open", nesting=1)
        yield from _end_of_span(token, Attributes(anchor))
    elif name in _CITES and (keys := _keys(attributes_of(token.content))):
        yield _citation(token, keys)
    elif name in BREAKS:
        yield _token(token, "html_break")
    elif name in LOST:
        yield _token(token, "html_lost", token.content)
    elif name not in PLAIN:
        written = token.content
        known = name in {*_PAIRS, *_ROLES, *_CODE, *VOID, "a", "q", "table"}
        # Else it is meant as words: `<your name>`, `x<i and y>`.
        is_tag = known and (" " not in written or "=" in written or written.endswith("/>"))
        yield _token(token, "html_mark" if is_tag else "no_tag", written)


def _keys(about: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, about.get("key", "").split(","))))


def _citation(token: Token, keys: Sequence[str]) -> Token:
    made = _token(token, "citation")
    made.meta |= {"cluster": Cluster(tuple(Cited(key, 0) for key in keys), 0), "base": made.meta["at"], "behind": ""}
    return made


def _picture(token: Token, about: Mapping[str, str]) -> Iterator[Token]:
    picture = _token(token, "image")
    picture.attrs = {"src": about.get("src", "")}
    picture.children = []
    behind = _token(token, "attributes")
    alt = about.get("alt")
    classes = ("decorative",) if alt is not None and not alt.strip() else ()
    behind.meta["attributes"] = Attributes(_anchor(about), classes, (("alt", alt),) if alt and not classes else ())
    yield from (picture, behind)


def _end_of_span(token: Token, about: Attributes) -> Iterator[Token]:
    yield _token(token, "span_close", nesting=-1)
    behind = _token(token, "attributes")
    behind.meta["attributes"] = about
    yield behind


def _anchor(about: Mapping[str, str]) -> str:
    """The id of an element, if a link can lead to it."""
    name = about.get("id") or about.get("name", "")
    return name if name[:1].isalpha() and not _BLANK.intersection(name) else ""


def _whole(token: Token, last: Token, name: str, words: str) -> Token:
    """An element whose content is no Markdown: code, or what is left out."""
    start = token.meta.get("at", 0) + len(token.content)
    if name in LOST:
        return _token(token, "html_lost", token.content)
    code = _token(token, "code_inline", html.unescape(TAG.sub("", words[start : last.meta.get("at", 0)])))
    code.meta["at"] = start
    return code


def _half(token: Token, name: str, about: Mapping[str, str], ends: bool) -> Iterator[Token]:
    """The first or the last tag of an element; `about` are the attributes of the first."""
    nesting, half = (-1, "close") if ends else (1, "open")
    if name in _PAIRS:
        yield _token(token, f"{_PAIRS[name]}_{half}", nesting=nesting)
    elif name in _ROLES:
        made = _token(token, f"marked_{half}", nesting=nesting)
        made.info = _ROLES[name]
        made.attrs = {key: about[key] for key in ("title", "lang") if key in about}
        yield made
    elif name in _CITES and (keys := _keys(about)):
        if not ends:
            yield _citation(token, keys)
    elif name in _NOTES:
        yield _token(token, f"note_{half}", nesting=nesting)
    elif name == "q":
        yield _token(token, "text", '"')
    elif name == "a" and about.get("href"):
        made = _token(token, f"link_{half}", nesting=nesting)
        made.attrs, made.info = {key: about[key] for key in ("href", "title") if key in about}, "auto"
        yield made
    elif name in ("a", "span") and (_anchor(about) or about.get("lang")):
        pairs = (("lang", about["lang"]),) if about.get("lang") else ()
        said = Attributes(_anchor(about), (), pairs)
        yield from _end_of_span(token, said) if ends else (_token(token, "span_open", nesting=1),)
    elif name in BREAKS:
        yield _token(token, "html_break")
    elif name not in PLAIN and name != "a" and not ends:
        yield _token(token, "html_mark", token.content)


def left_out(counter: RemarkCounter, tag: str, place: Location) -> Placeholder:
    """The placeholder for an element that is left out with all that it holds."""
    counter.count("raw-html", _name(tag), place, tag=short(tag))
    return Placeholder(f"[{short(tag)}]")


def means_nothing(counter: RemarkCounter, tag: str, place: Location) -> None:
    """Take note of a tag whose words are printed without it."""
    counter.count("html-mark", _name(tag), place, tag=short(tag))


def no_tag(counter: RemarkCounter, written: str, place: Location) -> None:
    """Take note of what looks like a tag and is printed."""
    hint = "To keep it, put a backslash before the first sign, or write it as `code`."
    counter.count_foreign(_name(written), place, hint, written, "no tag of HTML that has an end")


def _name(tag: str) -> str:
    found = TAG.match(tag)
    return found["name"].lower() if found else tag[:2]
