"""Pandoc's citation syntax, read from plain characters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

_LABELS = {
    "appendix": "appendix app. app",
    "book": "book bk. bks. bk bks books",
    "chapter": "chapter chap. chaps. chap chaps ch. ch chapters",
    "column": "column col. cols. col cols columns",
    "equation": "equation eq. eqs. equations",
    "figure": "figure fig. figs. fig figs figures",
    "folio": "folio fol. fols. fol fols folios",
    "issue": "issue number no. nos. no nos numbers",
    "line": "line l. ll. l ll lines",
    "note": "note n. nn. n nn notes fn. fn footnote",
    "opus": "opus op. opp. opera",
    "page": "page p. pp. p pp pages",
    "paragraph": "paragraph para. paras. para paras paragraphs ¶ ¶¶",
    "part": "part pt. pts. pt pts parts",
    "section": "section sec. secs. sec secs s. ss. s ss sect. § §§ sections",
    "sub-verbo": "s.v. s.vv.",
    "table": "table tbl. tbl tab. tables",
    "verse": "verse v. vv. v vv verses",
    "volume": "volume vol. vols. vol vols volumes",
}
_BY_WORD = {word: label for label, words in _LABELS.items() for word in words.split()}
_WORDS = "|".join(re.escape(word) for word in sorted(_BY_WORD, key=len, reverse=True))
_DIGITS = r"[A-Za-z]?\d[\w:/()]*(?:\.\w+)*|\([\w]+\)"
_LETTERS = r"(?=[A-Z])(?:m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})|[A-Z])(?!\w)"
"""A roman numeral, or one letter."""
_JOIN = r"(?:\s*(?:[-–—]{1,3}|,|&)\s*|\s+and\s+)"
_NUMBER = rf"(?:{_DIGITS}|{_LETTERS})(?:{_JOIN}(?:{_DIGITS}|{_LETTERS}(?=\s*(?:$|[-–—,;&])|\s+and\b)))*"
"""Numbers of places. A letter behind a comma begins a sentence where a word follows it: '12, A detailed account'."""
_LABELLED = re.compile(rf"\s*+,?\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)(?P<locator>{_NUMBER})", re.IGNORECASE)
_BARE_NUMBER = r"\d+[a-z]?(?![\w])"
_BARE = re.compile(rf"\s*+,?\s*+(?P<locator>{_BARE_NUMBER}(?:\s*(?:[-–—]{{1,3}}|,|&)\s*{_BARE_NUMBER})*)(?!\w)")
_BRACED = re.compile(r"\s*+,?\s*+\{(?P<inside>[^{}]*)\}")
_LABEL = re.compile(rf"\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)", re.IGNORECASE)


def split_locator(tail: str) -> tuple[str, str, str]:
    """Locator, its label, and the rest of the text behind a key."""
    if braced := _BRACED.match(tail):
        inside = braced["inside"].strip()
        label = _LABEL.match(inside)
        rest = tail[braced.end() :].rstrip()
        if label:
            return inside[label.end() :].strip(), _BY_WORD[label["label"].lower()], rest
        return inside, "page", rest
    if found := _LABELLED.match(tail):
        return found["locator"], _BY_WORD[found["label"].lower()], tail[found.end() :].rstrip()
    if found := _BARE.match(tail):
        return found["locator"], "page", tail[found.end() :].rstrip()
    return "", "page", tail.rstrip()


_KEY = r"(?:\{(?P<odd>[^{}\n]+)\}|(?P<key>[\w*](?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*))"
CITE = re.compile(rf"(?<![\w\\])(?P<minus>-?)@{_KEY}")
_ALONE = re.compile(_KEY)
_LONGEST = 4000
_STOPS = re.compile(r"`+|[\\\[\];{}]")
_WORD = re.compile(r"\S")


_TARGET = re.compile(r"(?:fig|tbl|tab|eq|sec|lst|thm)[-:].")


def is_target(key: str) -> bool:
    """True if a key looks like the id of a figure, table, formula or heading, such as Quarto has."""
    return bool(_TARGET.match(key))


def is_key(written: str) -> bool:
    """True if what is written is a key and nothing else."""
    found = _ALONE.fullmatch(written)
    return bool(found and found["key"])


Brackets = Mapping[int, tuple[int, list[int]]]
"""Offsets of the closing bracket and the semicolons, by the offset of the opening bracket."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One work in a citation and where it stands; `fault` says what is wrong with how it is written."""

    key: str
    at: int
    prefix: str = ""
    locator: str = ""
    label: str = "page"
    suffix: str = ""
    suppress_author: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Works cited together and where that ends."""

    works: tuple[Cited, ...]
    end: int
    narrative: bool = False


def bracketed(text: str, start: int, end: int, brackets: Brackets) -> Cluster | None:
    """The citation that `[` at `start` opens, or None."""
    close, breaks = brackets.get(start, (-1, []))
    if close < 0 or close >= end or text[close + 1 : close + 2] in ("(", "{"):
        return None
    if not CITE.search(text, start + 1, close):
        return None
    works = _works(text, start + 1, breaks, close)
    return Cluster(works, close + 1) if works else None


def narrative(text: str, start: int, end: int, brackets: Brackets) -> Cluster | None:
    """The citation in running text that begins at `start`: a key, and perhaps a locator in brackets."""
    found = CITE.match(text, start, end)
    if not found:
        return None
    work = Cited(_key(found), start, suppress_author=bool(found["minus"]))
    after = _WORD.search(text, found.end(), end)
    plain = Cluster((work,), found.end(), narrative=not work.suppress_author)
    if not after or after[0] != "[" or text[found.end() : after.start()].count("\n") > 1:
        return plain
    close, breaks = brackets.get(after.start(), (-1, []))
    inside = after.start() + 1
    if close < 0 or close >= end or text[inside : inside + 1] == "^" or text[close + 1 : close + 2] in ("(", "[", "{"):
        return plain
    first = breaks[0] if breaks else close
    if CITE.search(text, inside, first) or not text[inside:first].strip():
        return plain
    locator, label, suffix = split_locator(text[inside:first])
    work = Cited(work.key, start, "", locator, label, suffix, work.suppress_author)
    others = _works(text, first + 1, breaks[1:], close) if breaks else ()
    return Cluster((work, *others), close + 1, narrative=not work.suppress_author)


def _key(found: re.Match[str]) -> str:
    return (found["odd"] or found["key"]).strip()


def find_brackets(text: str) -> Brackets:
    """Every bracket that closes: where, and the semicolons that part what is in it. One pass over the text."""
    found: dict[int, tuple[int, list[int]]] = {}
    stack: list[tuple[int, list[int]]] = []
    braces = position = 0
    while stop := _STOPS.search(text, position):
        position = stop.end()
        match stop[0]:
            case "\\":
                position += 1
            case ticks if ticks[0] == "`":
                close = text.find(ticks, position, stop.start() + _LONGEST)
                position = close + len(ticks) if close >= 0 else position
            case "[":
                stack.append((stop.start(), []))
            case "]" if stack:
                start, breaks = stack.pop()
                if stop.start() - start <= _LONGEST:
                    found[start] = (stop.start(), breaks)
            case "{":
                braces += 1
            case "}":
                braces = max(0, braces - 1)
            case ";" if stack and not braces:
                stack[-1][1].append(stop.start())
    return found


def _works(text: str, start: int, breaks: list[int], close: int) -> tuple[Cited, ...]:
    works: list[Cited] = []
    lost = ""
    for part_start, part_end in zip([start, *(b + 1 for b in breaks)], [*breaks, close], strict=True):
        hits = list(CITE.finditer(text, part_start, part_end))
        if not hits:
            lost = text[part_start:part_end].strip()
            if works and lost:
                works[-1] = _with(works[-1], f"; {lost}")
            continue
        for number, hit in enumerate(hits):
            after = hits[number + 1].start() if number + 1 < len(hits) else part_end
            # A second key in one part: what stands between the two belongs to the first.
            locator, label, suffix = split_locator(text[hit.end() : after])
            prefix = "" if number else text[part_start : hit.start()].strip()
            fault = f"There is no ';' before '@{_key(hit)}'." if number else ""
            works.append(Cited(_key(hit), hit.start(), prefix, locator, label, suffix, bool(hit["minus"]), fault))
            if lost and len(works) == 1:
                works[0] = _with(works[0], "", lost)
    return tuple(works)


def _with(work: Cited, suffix: str, prefix: str = "") -> Cited:
    fault = f"A part of this citation names no work: '{(suffix or prefix).lstrip('; ')}'."
    prefix = f"{prefix}; {work.prefix}".strip("; ") if prefix else work.prefix
    return replace(work, prefix=prefix, suffix=work.suffix + suffix, fault=fault)
