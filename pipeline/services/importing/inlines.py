"""Words within a line, from pandoc's tree to the dialect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pipeline.load.markdown.maths import SQUARE, likeness_of
from pipeline.services.importing.package import MARK

_ADDRESS = re.compile(r"(?:(?i:https?)://|(?<![\w.])www\.)[^\s<>\"“”‘’()\[\]{}*`\\|]+")
_LAST_ADDRESS = re.compile(rf"(?<![<\w/])({_ADDRESS.pattern[:-1]}*)([^\s<]*)\Z")
_SIGN = re.compile(r"[\\*`<~^$|{}\[\]@&_=:]")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_EMOJI = re.compile(r":(?=\w[\w+-]*:)")
_ENTITIES = {"{": "&#123;", "}": "&#125;"}
_LINES = re.compile("[\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE_START = re.compile(
    r"(?P<sign>>|[#+\-%=!:](?=[#>+\-%=!:\s]|\Z)|Table:)|(?P<number>\d{1,9}|[A-Za-z]|[ivxlcIVXLC]{1,8})(?P<dot>[.)])(?=\s|\Z)"
    r"|(?P<bracket>\((?=(?:\d{1,3}|[A-Za-z]|[ivxlcIVXLC]{1,8}|@[\w-]*)\)))"
)


def escaped(words: str) -> str:
    """Words within a line; addresses of the web stay as they are."""
    words = _CONTROLS.sub("", _LINES.sub(" ", words))
    parts: list[str] = []
    at = 0
    for address in _ADDRESS.finditer(words):
        parts += (_signs(words[at : address.start()]), address[0])
        at = address.end()
        behind = words[at:].partition(" ")[0]
        if _signs(behind) != behind or _ADDRESS.search(behind) or _ENTITY.search(address[0]):
            parts[-1] = closed_address(address[0])
    return "".join((*parts, _signs(words[at:])))


def closed_address(words: str) -> str:
    """Escaped words, an address in the last of them so that the signs behind it are no part of it."""
    found = _LAST_ADDRESS.search(words) if "://" in words or "www." in words else None
    if found is None:
        return words
    address, behind = found.groups()
    if address.endswith("://"):
        address = address.replace(":", "&#58;")
    elif address.startswith("www."):
        address = _signs(address).replace("www.", "www&#46;")
    else:
        address = f"<{address}>"
    return f"{words[: found.start()]}{address}{behind}"


def _signs(words: str) -> str:
    made: list[str] = []
    at = 0
    for sign in _SIGN.finditer(words):
        made += (words[at : sign.start()], _one(words, sign.start()))
        at = sign.end()
    return "".join((*made, words[at:]))


def _one(words: str, at: int) -> str:
    """One sign, escaped where it could mean something in its place."""
    sign = words[at]
    match sign:
        case "&":
            return "&amp;" if _ENTITY.match(words, at) else sign
        case "@":
            return sign if words[at - 1 : at].isalnum() and at else rf"\{sign}"
        case "_":
            within = words[at - 1 : at].isalnum() and words[at + 1 : at + 2].isalnum()
            return sign if within else rf"\{sign}"
        case "=":
            alone = bool(at) and words[at - 1] != "=" and words[at + 1 : at + 2] not in ("", "=")
            return sign if alone else rf"\{sign}"
        case ":":
            return "&#58;" if _EMOJI.match(words, at) else sign
        case "{" | "}":
            return _ENTITIES[sign]
        case _:
            return rf"\{sign}"


def without_formulas(words: str) -> str:
    r"""Escaped words, with `\[…\]`, which would be read as a formula, as entities."""
    while (made := SQUARE.sub(_entities, words)) != words:  # brackets around brackets
        words = made
    return words


def _entities(found: re.Match[str]) -> str:
    return f"&#91;{found[1]}&#93;" if likeness_of(found[1]) else found[0]


def line_start(line: str) -> str:
    """A line of words that begins no list, heading, quotation, box or caption."""
    line = line.lstrip()
    found = _LINE_START.match(line)
    if not found:
        return line
    if found["sign"] == "Table:":
        return rf"Table\:{line[6:]}"
    if found["sign"]:
        return rf"\{line}"
    if found["bracket"]:
        return f"&#40;{line[1:]}"
    return f"{found['number']}\\{line[found.start('dot') :]}"


def attribute(words: str) -> str:
    """Words as the value of an attribute, in quotation marks."""
    plain = " ".join(_CONTROLS.sub("", words).split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain.replace("{", "(").replace("}", ")")}"'


PandocNode = Any
"""A node of pandoc's tree: a mapping with `t` and `c`."""

BREAK = "\\\n"
_LONGEST = 50_000
"""Letters of a line: longer ones are not read."""
_WRAPPED = {"Emph": ("*", "em"), "Strong": ("**", "strong"), "Strikeout": ("~~", "del")}
_SHIFTED = {"Superscript": ("^", "sup"), "Subscript": ("~", "sub")}
_WEB = re.compile(r"https?://[^\s/?#]+\S*|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_SPOKEN = ("Str", "Space", "SoftBreak", "LineBreak", "Para", "Plain")
_LEAD = re.compile(r"(?:\\\n|\s)*")
_MARKED = re.compile(r"\S*?[\\\[*<^~$&`_=]")
"""A sign of the dialect before the first space."""
_UNSAFE = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "[": "%5B", "]": "%5D", "|": "%7C"}


@dataclass
class Written:
    """Collector of what a text has while it is written: notes, the pictures shown, and what links lose."""

    pictures: Mapping[str, str]
    """Names of the pictures that can be shown, by their names in the document."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """The ids of headings here, by those in the document: links may lead to them."""
    notes: list[list[PandocNode]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """Names in the document of the pictures that were shown, in order."""
    silent: list[str] = field(default_factory=list)
    """Names of those without an alternative text."""
    linked: set[str] = field(default_factory=set)
    lost_links: list[str] = field(default_factory=list)
    in_cell: bool = False
    """Whether words stand in a cell of a table, where a bar would be read as its end."""

    def line(self, nodes: Sequence[PandocNode]) -> str:
        """Words on one line, as in headings, captions and cells."""
        return without_formulas(" ".join(self.inlines(nodes).replace(BREAK, " ").split()))

    def paragraph(self, nodes: Sequence[PandocNode]) -> str:
        """Words of a paragraph, which may have lines of its own."""
        lines = without_formulas(_parted(self.inlines(nodes))[1]).split(BREAK)
        return BREAK.join("\n".join(map(line_start, _fitting(line.strip()))) for line in lines if line.strip())

    def inlines(self, nodes: Sequence[PandocNode], closed: bool = False) -> str:
        """Words with their marks; `closed` where a mark will be behind them."""
        parts: list[str] = []
        nodes = list(_in_one(_unframed(nodes)))
        for number, node in enumerate(nodes):
            after = _first_letter(nodes[number + 1 : number + 2]) if node.get("t") in _WRAPPED else ""
            part = self._inline(node, parts[-1][-1:] if parts else "", after)
            last = number - 1
            while part == BREAK and last > 0 and parts[last] == " ":  # no line ends with a space
                last -= 1
            if number and _MARKED.match(part) and nodes[last].get("t") == "Str":
                parts[last] = closed_address(parts[last])
            parts.append(part)
        if closed and nodes and nodes[-1].get("t") == "Str":
            parts[-1] = closed_address(parts[-1])
        return "".join(parts)

    def _inline(self, node: PandocNode, before: str, after: str) -> str:
        kind, content = node.get("t"), node.get("c")
        match kind:
            case "Str":
                return escaped(content)
            case "Space" | "SoftBreak":
                return " "
            case "LineBreak":
                return BREAK
            case "Emph" | "Strong" | "Strikeout":
                return _wrapped(self.inlines(content, True), *_WRAPPED[kind], before, after)
            case "Superscript" | "Subscript":
                return _shifted(self.inlines(content, True), *_SHIFTED[kind], before)
            case "Code":
                return self._barred(_code(content[1]))
            case "Math":
                return self._barred(_formula(content))
            case "Link":
                return self._link(content)
            case "Image":
                return self._barred(self.image(content))
            case "Note":
                self.notes.append(content)
                return f"[^{len(self.notes)}]"
            case _:
                return ""

    def _barred(self, words: str) -> str:
        """Words in which nothing is escaped by itself, with their bars escaped in a cell."""
        return words.replace("|", r"\|") if self.in_cell else words

    def image(self, content: PandocNode) -> str:
        """A picture within a line."""
        _, says, (source, _) = content
        if source not in self.pictures:
            return ""
        words = self._alt(source, says)
        return f"![]({self.pictures[source]}){{alt={attribute(words)}}}" if words else f"![]({self.pictures[source]})"

    def _alt(self, source: str, says: Sequence[PandocNode]) -> str:
        self.shown.append(source)
        words = plain(says)
        if not words:
            self.silent.append(self.pictures[source])
        return words

    def figure(self, content: PandocNode, caption: str, name: str) -> str:
        """A picture that stands by itself, with its caption and id."""
        _, says, (source, _) = content
        words = self._alt(source, says)
        attributes = [f"#{name}"] if name else []
        attributes += [f"alt={attribute(words)}"] if words else []
        braces = f"{{{' '.join(attributes)}}}" if attributes else ""
        return f"![{caption}]({self.pictures[source]}){braces}"

    def _link(self, content: PandocNode) -> str:
        _, words, (target, _) = content
        inside = self.inlines(words)
        if not inside.strip():
            return inside
        if target.startswith("#"):
            if target[1:] not in self.headings:
                return inside
            self.linked.add(target[1:])
            target = f"#{self.headings[target[1:]]}"
        elif not _WEB.fullmatch(target):
            self._lose(words, target)
            return inside
        if MARK.search(inside) or "](" in inside or "[^" in inside:  # a link holds words alone
            self._lose(words, target)
            return inside
        address = "".join(_UNSAFE.get(letter, letter) for letter in target)
        inside = re.sub(r"<(https?://[^\s<>]+)>", r"\1", inside)  # a link holds no other
        inside = re.sub(r"\A\s*\^([^^]+)\^", r"<sup>\1</sup>", inside)  # '[^' would begin the call of a note
        return f"[{inside.replace(BREAK, ' ').strip()}]({address})"

    def _lose(self, words: Sequence[PandocNode], target: str) -> None:
        said = f"'{plain(words)}'" if plain(words) else "around a picture"
        self.lost_links.append(f"{said} ({target})")


def plain(nodes: Sequence[PandocNode]) -> str:
    """The words of some nodes without any marks, those of citations among them."""
    return " ".join(MARK.sub("", "".join(_words(nodes))).split())


def nodes_in(block: PandocNode) -> Iterator[PandocNode]:
    """All nodes of a block in their order, itself the first."""
    todo: list[PandocNode] = [block]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            yield node
            todo.append(node.get("c"))
        elif isinstance(node, Sequence) and not isinstance(node, str):
            todo.extend(reversed(node))


def words_in(block: PandocNode) -> str:
    """The words of a block of any kind."""
    parts = (node["c"] if node.get("t") == "Str" else " " for node in nodes_in(block) if node.get("t") in _SPOKEN)
    return " ".join("".join(parts).split())


def _words(nodes: Sequence[PandocNode]) -> Iterator[str]:
    for node in nodes:
        content = node.get("c")
        match node.get("t"):
            case "Str":
                yield content
            case "Space" | "SoftBreak" | "LineBreak":
                yield " "
            case "Span" | "Quoted" | "Cite" | "Link":
                yield from _words(content[1])
            case "Code" | "Math":
                yield content[1]
            case "Note" | "Image":
                continue
            case _ if isinstance(content, list):
                yield from _words(content)


def _fitting(line: str) -> Iterator[str]:
    """A line in parts, where it is longer than any that is read; the end of a line is a space there."""
    at = 0
    while len(line) - at > _LONGEST and (space := line.rfind(" ", at + 1, at + _LONGEST)) > 0:
        yield line[at:space]
        at = space + 1
    yield line[at:]


def _unframed(nodes: Sequence[PandocNode]) -> Iterator[PandocNode]:
    """The nodes with those in frames that mean nothing here."""
    for node in nodes:
        match node.get("t"):
            case "Span" | "Quoted" | "Cite":
                yield from _unframed(node["c"][1])
            case "Underline" | "SmallCaps":
                yield from _unframed(node["c"])
            case _:
                yield node


def _in_one(nodes: Iterable[PandocNode]) -> Iterator[PandocNode]:
    """The nodes with neighbouring words in one."""
    for is_words, group in groupby(nodes, lambda node: node.get("t") == "Str"):
        found = list(group)
        yield from [{"t": "Str", "c": "".join(node["c"] for node in found)}] if is_words else found


def _first_letter(nodes: Sequence[PandocNode]) -> str:
    return plain(nodes)[:1] if nodes and nodes[0].get("t") not in ("Space", "SoftBreak", "LineBreak") else ""


def _wrapped(inside: str, mark: str, tag: str, before: str, after: str) -> str:
    """Words in marks; in tags where the marks would not be read: beside letters, or beside each other."""
    lead, words, trail = _parted(inside)
    if not words or BREAK in words:
        return inside
    loose = not lead and before.isalnum()
    tight = not trail and after.isalnum()
    edges = not words[0].isalnum() or not words[-1].isalnum()
    if (
        mark == "*"
        and words.startswith("**")
        and words.endswith("**")
        and "*" not in words[2:-2]
        and not (loose or tight)
    ):
        return f"{lead}*{words}*{trail}"
    beside = words[0] in "*~" or words[-1] in "*~" or (not lead and before in ("*", "~"))
    if beside or ((loose or tight) and edges):
        return f"{lead}<{tag}>{words}</{tag}>{trail}"
    return f"{lead}{mark}{words}{mark}{trail}"


def _parted(inside: str) -> tuple[str, str, str]:
    """Words without the spaces and line breaks around them, and these."""
    found = _LEAD.match(inside)
    start = found.end() if found else 0
    end = len(inside)
    while end > start and (inside[end - 1].isspace() or inside[end - 2 : end] == BREAK):
        end -= 2 if inside[end - 2 : end] == BREAK else 1
    return inside[:start], inside[start:end], inside[end:]


def _shifted(inside: str, mark: str, tag: str, before: str) -> str:
    """Raised or lowered words in marks; in tags where the marks would not be read."""
    lead, words, trail = _parted(inside)
    if not words or BREAK in words or "[^" in words or MARK.search(words):
        return inside
    beside = mark == "^" or (bool(re.match(r"[\w)\]]", before)) and not lead)
    if beside and re.fullmatch(r"[^\W_]+|[-+−]\d+", words):
        return f"{lead}{mark}{words}{mark}{trail}"
    return f"{lead}<{tag}>{words}</{tag}>{trail}"


def _code(words: str) -> str:
    words = " ".join(words.split())
    ticks = "`" * (max(map(len, re.findall("`+", words)), default=0) + 1)
    around = " " if "`" in words else ""
    return f"{ticks}{around}{words}{around}{ticks}" if words else ""


def _formula(content: PandocNode) -> str:
    kind, words = content
    words = " ".join(words.split())
    if not words:
        return ""
    return f"$${words}$$" if kind["t"] == "DisplayMath" else f"${words}$"
