"""Words within a line, from pandoc's tree to the dialect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pipeline.load.markdown.maths import SQUARE_BRACKETS, classify_bracketed
from pipeline.services.importing.docx_package import MARK

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


def escape_words(words: str) -> str:
    """Return words within a line, escaped; web addresses stay as they are."""
    words = _CONTROLS.sub("", _LINES.sub(" ", words))
    parts: list[str] = []
    end = 0
    for address in _ADDRESS.finditer(words):
        parts += (_escape_signs(words[end : address.start()]), address[0])
        end = address.end()
        next_word = words[end:].partition(" ")[0]
        if _escape_signs(next_word) != next_word or _ADDRESS.search(next_word) or _ENTITY.search(address[0]):
            parts[-1] = closed_address(address[0])
    return "".join((*parts, _escape_signs(words[end:])))


def closed_address(words: str) -> str:
    """Return escaped words, whose last is an address, so that the characters after it do not become part of it."""
    match = _LAST_ADDRESS.search(words) if "://" in words or "www." in words else None
    if match is None:
        return words
    address, rest = match.groups()
    if address.endswith("://"):
        address = address.replace(":", "&#58;")
    elif address.startswith("www."):
        address = _escape_signs(address).replace("www.", "www&#46;")
    else:
        address = f"<{address}>"
    return f"{words[: match.start()]}{address}{rest}"


def _escape_signs(words: str) -> str:
    parts: list[str] = []
    end = 0
    for sign in _SIGN.finditer(words):
        parts += (words[end : sign.start()], _escape_sign(words, sign.start()))
        end = sign.end()
    return "".join((*parts, words[end:]))


def _escape_sign(words: str, index: int) -> str:
    """Return one sign, escaped if it could have a meaning in its place."""
    sign = words[index]
    match sign:
        case "&":
            return "&amp;" if _ENTITY.match(words, index) else sign
        case "@":
            return sign if words[index - 1 : index].isalnum() and index else rf"\{sign}"
        case "_":
            is_within_word = words[index - 1 : index].isalnum() and words[index + 1 : index + 2].isalnum()
            return sign if is_within_word else rf"\{sign}"
        case "=":
            is_alone = bool(index) and words[index - 1] != "=" and words[index + 1 : index + 2] not in ("", "=")
            return sign if is_alone else rf"\{sign}"
        case ":":
            return "&#58;" if _EMOJI.match(words, index) else sign
        case "{" | "}":
            return _ENTITIES[sign]
        case _:
            return rf"\{sign}"


def without_formulas(words: str) -> str:
    r"""Return escaped words with `\[…\]`, which would be read as a formula, as entities."""
    while (replaced := SQUARE_BRACKETS.sub(_entities, words)) != words:  # brackets around brackets
        words = replaced
    return words


def _entities(match: re.Match[str]) -> str:
    return f"&#91;{match[1]}&#93;" if classify_bracketed(match[1]) else match[0]


def escape_line_start(line: str) -> str:
    """Return a line of words that begins no list, heading, quotation, box or caption."""
    line = line.lstrip()
    match = _LINE_START.match(line)
    if not match:
        return line
    if match["sign"] == "Table:":
        return rf"Table\:{line[6:]}"
    if match["sign"]:
        return rf"\{line}"
    if match["bracket"]:
        return f"&#40;{line[1:]}"
    return f"{match['number']}\\{line[match.start('dot') :]}"


def attribute(words: str) -> str:
    """Return words as the value of an attribute, in quotation marks."""
    plain = " ".join(_CONTROLS.sub("", words).split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain.replace("{", "(").replace("}", ")")}"'


PandocNode = Any
"""A node of pandoc's tree: a mapping with `t` and `c`."""

BREAK = "\\\n"
_MAX_LINE = 50_000
"""Letters of a line that are read."""
_WRAPPED = {"Emph": ("*", "em"), "Strong": ("**", "strong"), "Strikeout": ("~~", "del")}
_SHIFTED = {"Superscript": ("^", "sup"), "Subscript": ("~", "sub")}
_WEB = re.compile(r"https?://[^\s/?#]+\S*|mailto:[^\s@]+@[^\s@]+", re.IGNORECASE)
_WITH_WORDS = ("Str", "Space", "SoftBreak", "LineBreak", "Para", "Plain")
_LEAD = re.compile(r"(?:\\\n|\s)*")
_BEGINS_WITH_MARK = re.compile(r"\S*?[\\\[*<^~$&`_=]")
"""A sign of the dialect before the first space."""
_UNSAFE = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "[": "%5B", "]": "%5D", "|": "%7C"}


@dataclass
class LineWriter:
    """Writer of lines, which collects notes, the pictures shown, and lost links."""

    pictures: Mapping[str, str]
    """File names of the pictures that can be shown, by their names in the document."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """Ids of headings in the text, by those in the document, as links may lead to them."""
    notes: list[list[PandocNode]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """Names in the document of the pictures that were shown, in order."""
    silent: list[str] = field(default_factory=list)
    """File names of pictures without an alternative text."""
    linked: set[str] = field(default_factory=set)
    lost_links: list[str] = field(default_factory=list)
    in_cell: bool = False
    """Whether the words are in a cell of a table, where a bar must be escaped."""

    def line(self, nodes: Sequence[PandocNode]) -> str:
        """Return words on one line, for headings, captions and cells."""
        return without_formulas(" ".join(self.inlines(nodes).replace(BREAK, " ").split()))

    def paragraph(self, nodes: Sequence[PandocNode]) -> str:
        """Return the words of a paragraph, which may have several lines."""
        lines = without_formulas(_split_spaces(self.inlines(nodes))[1]).split(BREAK)
        return BREAK.join(
            "\n".join(map(escape_line_start, _split_long_line(line.strip()))) for line in lines if line.strip()
        )

    def inlines(self, nodes: Sequence[PandocNode], closed: bool = False) -> str:
        """Return words with their marks; `closed` if a mark follows them."""
        parts: list[str] = []
        nodes = list(_joined_words(_unwrapped_nodes(nodes)))
        for number, node in enumerate(nodes):
            after = _first_letter(nodes[number + 1 : number + 2]) if node.get("t") in _WRAPPED else ""
            part = self._inline(node, parts[-1][-1:] if parts else "", after)
            previous = number - 1
            while part == BREAK and previous > 0 and parts[previous] == " ":  # no line ends with a space
                previous -= 1
            if number and _BEGINS_WITH_MARK.match(part) and nodes[previous].get("t") == "Str":
                parts[previous] = closed_address(parts[previous])
            parts.append(part)
        if closed and nodes and nodes[-1].get("t") == "Str":
            parts[-1] = closed_address(parts[-1])
        return "".join(parts)

    def _inline(self, node: PandocNode, before: str, after: str) -> str:
        kind, content = node.get("t"), node.get("c")
        match kind:
            case "Str":
                return escape_words(content)
            case "Space" | "SoftBreak":
                return " "
            case "LineBreak":
                return BREAK
            case "Emph" | "Strong" | "Strikeout":
                return _wrapped(self.inlines(content, True), *_WRAPPED[kind], before, after)
            case "Superscript" | "Subscript":
                return _shifted(self.inlines(content, True), *_SHIFTED[kind], before)
            case "Code":
                return self._escape_bars(_code(content[1]))
            case "Math":
                return self._escape_bars(_formula(content))
            case "Link":
                return self._link(content)
            case "Image":
                return self._escape_bars(self.image(content))
            case "Note":
                self.notes.append(content)
                return f"[^{len(self.notes)}]"
            case _:
                return ""

    def _escape_bars(self, words: str) -> str:
        """Return words that escape nothing themselves, with their bars escaped in a cell."""
        return words.replace("|", r"\|") if self.in_cell else words

    def image(self, content: PandocNode) -> str:
        """Return a picture within a line."""
        _, alt_nodes, (source, _) = content
        if source not in self.pictures:
            return ""
        words = self._alt(source, alt_nodes)
        return f"![]({self.pictures[source]}){{alt={attribute(words)}}}" if words else f"![]({self.pictures[source]})"

    def _alt(self, source: str, alt_nodes: Sequence[PandocNode]) -> str:
        self.shown.append(source)
        words = plain_words(alt_nodes)
        if not words:
            self.silent.append(self.pictures[source])
        return words

    def figure(self, content: PandocNode, caption: str, name: str) -> str:
        """Return a picture on a line of its own, with its caption and id."""
        _, alt_nodes, (source, _) = content
        words = self._alt(source, alt_nodes)
        attributes = [f"#{name}"] if name else []
        attributes += [f"alt={attribute(words)}"] if words else []
        braces = f"{{{' '.join(attributes)}}}" if attributes else ""
        return f"![{caption}]({self.pictures[source]}){braces}"

    def _link(self, content: PandocNode) -> str:
        _, words, (target, _) = content
        text = self.inlines(words)
        if not text.strip():
            return text
        if target.startswith("#"):
            if target[1:] not in self.headings:
                return text
            self.linked.add(target[1:])
            target = f"#{self.headings[target[1:]]}"
        elif not _WEB.fullmatch(target):
            self._lose_link(words, target)
            return text
        if MARK.search(text) or "](" in text or "[^" in text:  # a link holds words alone
            self._lose_link(words, target)
            return text
        address = "".join(_UNSAFE.get(letter, letter) for letter in target)
        text = re.sub(r"<(https?://[^\s<>]+)>", r"\1", text)  # a link holds no other
        text = re.sub(r"\A\s*\^([^^]+)\^", r"<sup>\1</sup>", text)  # '[^' would begin the call of a note
        return f"[{text.replace(BREAK, ' ').strip()}]({address})"

    def _lose_link(self, words: Sequence[PandocNode], target: str) -> None:
        name = f"'{plain_words(words)}'" if plain_words(words) else "around a picture"
        self.lost_links.append(f"{name} ({target})")


def plain_words(nodes: Sequence[PandocNode]) -> str:
    """Return the words of nodes and citations, without marks."""
    return " ".join(MARK.sub("", "".join(_words(nodes))).split())


def nodes_in(block: PandocNode) -> Iterator[PandocNode]:
    """Yield all nodes of a block in order, the block first."""
    stack: list[PandocNode] = [block]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
            stack.append(node.get("c"))
        elif isinstance(node, Sequence) and not isinstance(node, str):
            stack.extend(reversed(node))


def words_in(block: PandocNode) -> str:
    """Return the words of a block of any kind."""
    parts = (node["c"] if node.get("t") == "Str" else " " for node in nodes_in(block) if node.get("t") in _WITH_WORDS)
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


def _split_long_line(line: str) -> Iterator[str]:
    """Split a line that is longer than any that is read, at spaces."""
    start = 0
    while len(line) - start > _MAX_LINE and (space := line.rfind(" ", start + 1, start + _MAX_LINE)) > 0:
        yield line[start:space]
        start = space + 1
    yield line[start:]


def _unwrapped_nodes(nodes: Sequence[PandocNode]) -> Iterator[PandocNode]:
    """Yield the nodes, with the content of frames that have no meaning here."""
    for node in nodes:
        match node.get("t"):
            case "Span" | "Quoted" | "Cite":
                yield from _unwrapped_nodes(node["c"][1])
            case "Underline" | "SmallCaps":
                yield from _unwrapped_nodes(node["c"])
            case _:
                yield node


def _joined_words(nodes: Iterable[PandocNode]) -> Iterator[PandocNode]:
    """Yield the nodes with neighbouring words in one."""
    for is_words, group in groupby(nodes, lambda node: node.get("t") == "Str"):
        neighbours = list(group)
        yield from [{"t": "Str", "c": "".join(node["c"] for node in neighbours)}] if is_words else neighbours


def _first_letter(nodes: Sequence[PandocNode]) -> str:
    return plain_words(nodes)[:1] if nodes and nodes[0].get("t") not in ("Space", "SoftBreak", "LineBreak") else ""


def _wrapped(text: str, mark: str, tag: str, before: str, after: str) -> str:
    """Return words in marks, or in tags where marks would not be read: next to letters or to other marks."""
    lead, words, trail = _split_spaces(text)
    if not words or BREAK in words:
        return text
    touches_before = not lead and before.isalnum()
    touches_after = not trail and after.isalnum()
    has_mark_at_edge = not words[0].isalnum() or not words[-1].isalnum()
    if (
        mark == "*"
        and words.startswith("**")
        and words.endswith("**")
        and "*" not in words[2:-2]
        and not (touches_before or touches_after)
    ):
        return f"{lead}*{words}*{trail}"
    needs_tags = words[0] in "*~" or words[-1] in "*~" or (not lead and before in ("*", "~"))
    if needs_tags or ((touches_before or touches_after) and has_mark_at_edge):
        return f"{lead}<{tag}>{words}</{tag}>{trail}"
    return f"{lead}{mark}{words}{mark}{trail}"


def _split_spaces(text: str) -> tuple[str, str, str]:
    """Return words without the spaces and line breaks around them, and these."""
    match = _LEAD.match(text)
    start = match.end() if match else 0
    end = len(text)
    while end > start and (text[end - 1].isspace() or text[end - 2 : end] == BREAK):
        end -= 2 if text[end - 2 : end] == BREAK else 1
    return text[:start], text[start:end], text[end:]


def _shifted(text: str, mark: str, tag: str, before: str) -> str:
    """Return raised or lowered words in marks, or in tags where marks would not be read."""
    lead, words, trail = _split_spaces(text)
    if not words or BREAK in words or "[^" in words or MARK.search(words):
        return text
    can_be_marked = mark == "^" or (bool(re.match(r"[\w)\]]", before)) and not lead)
    if can_be_marked and re.fullmatch(r"[^\W_]+|[-+−]\d+", words):
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
