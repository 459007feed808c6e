"""Pandoc's citation syntax."""

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
"""Numbers of places. A letter behind a comma begins a sentence if a word follows it: '12, A detailed account'."""
_LABELLED = re.compile(rf"\s*+,?\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)(?P<locator>{_NUMBER})", re.IGNORECASE)
_BARE_NUMBER = r"\d+[a-z]?(?![\w])"
_BARE = re.compile(rf"\s*+,?\s*+(?P<locator>{_BARE_NUMBER}(?:\s*(?:[-–—]{{1,3}}|,|&)\s*{_BARE_NUMBER})*)(?!\w)")
_BRACED = re.compile(r"\s*+,?\s*+\{(?P<inside>[^{}]*)\}")
_LABEL = re.compile(rf"\s*+(?P<label>{_WORDS})(?:\s*(?=[\d(])|\s+)", re.IGNORECASE)


def split_locator(tail: str) -> tuple[str, str, str]:
    """Return the locator, its label, and the rest of the text behind a key."""
    if braced := _BRACED.match(tail):
        inside = braced["inside"].strip()
        label = _LABEL.match(inside)
        rest = tail[braced.end() :].rstrip()
        if label:
            return inside[label.end() :].strip(), _BY_WORD[label["label"].lower()], rest
        return inside, "page", rest
    if match := _LABELLED.match(tail):
        return match["locator"], _BY_WORD[match["label"].lower()], tail[match.end() :].rstrip()
    if match := _BARE.match(tail):
        return match["locator"], "page", tail[match.end() :].rstrip()
    return "", "page", tail.rstrip()


_KEY = r"(?:\{(?P<odd>[^{}\n]+)\}|(?P<key>[\w*](?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*))"
CITE = re.compile(rf"(?<![\w\\])(?P<minus>-?)@{_KEY}")
_ALONE = re.compile(_KEY)
_LONGEST = 4000
_STOPS = re.compile(r"`+|[\\\[\];{}]")
_WORD = re.compile(r"\S")


_TARGET = re.compile(r"(?:fig|tbl|tab|eq|sec|lst|thm)[-:].")


def looks_like_target(key: str) -> bool:
    """Return True if a key looks like Quarto's id of a figure, table, formula or heading."""
    return bool(_TARGET.match(key))


def is_key(written: str) -> bool:
    """Return True if text is a key and nothing else."""
    match = _ALONE.fullmatch(written)
    return bool(match and match["key"])


Brackets = Mapping[int, tuple[int, list[int]]]
"""Offsets of the closing bracket and the semicolons between, by the offset of the opening bracket."""


@dataclass(frozen=True, slots=True)
class CitedWork:
    """One work in a citation, and its offset; `fault` says what is wrong with how it is written."""

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
    """Works that are cited together, and the offset behind the citation."""

    works: tuple[CitedWork, ...]
    end: int
    narrative: bool = False


def read_bracketed(text: str, start: int, end: int, brackets: Brackets) -> Cluster | None:
    """Return the citation that `[` at `start` opens, or None."""
    close, semicolons = brackets.get(start, (-1, []))
    if close < 0 or close >= end or text[close + 1 : close + 2] in ("(", "{"):
        return None
    if not CITE.search(text, start + 1, close):
        return None
    works = _read_works(text, start + 1, semicolons, close)
    return Cluster(works, close + 1) if works else None


def read_narrative(text: str, start: int, end: int, brackets: Brackets) -> Cluster | None:
    """Return the citation in a sentence that begins at `start`: a key, and perhaps a locator in brackets."""
    cite = CITE.match(text, start, end)
    if not cite:
        return None
    work = CitedWork(_key_of(cite), start, suppress_author=bool(cite["minus"]))
    after = _WORD.search(text, cite.end(), end)
    plain = Cluster((work,), cite.end(), narrative=not work.suppress_author)
    if not after or after[0] != "[" or text[cite.end() : after.start()].count("\n") > 1:
        return plain
    close, semicolons = brackets.get(after.start(), (-1, []))
    inside = after.start() + 1
    if close < 0 or close >= end or text[inside : inside + 1] == "^" or text[close + 1 : close + 2] in ("(", "[", "{"):
        return plain
    first = semicolons[0] if semicolons else close
    if CITE.search(text, inside, first) or not text[inside:first].strip():
        return plain
    locator, label, suffix = split_locator(text[inside:first])
    work = CitedWork(work.key, start, "", locator, label, suffix, work.suppress_author)
    others = _read_works(text, first + 1, semicolons[1:], close) if semicolons else ()
    return Cluster((work, *others), close + 1, narrative=not work.suppress_author)


def _key_of(cite: re.Match[str]) -> str:
    return (cite["odd"] or cite["key"]).strip()


def find_brackets(text: str) -> Brackets:
    """Find every bracket that closes, and the semicolons in it, in one pass over the text."""
    brackets: dict[int, tuple[int, list[int]]] = {}
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
                start, semicolons = stack.pop()
                if stop.start() - start <= _LONGEST:
                    brackets[start] = (stop.start(), semicolons)
            case "{":
                braces += 1
            case "}":
                braces = max(0, braces - 1)
            case ";" if stack and not braces:
                stack[-1][1].append(stop.start())
    return brackets


def _read_works(text: str, start: int, semicolons: list[int], close: int) -> tuple[CitedWork, ...]:
    works: list[CitedWork] = []
    lost = ""
    for part_start, part_end in zip([start, *(at + 1 for at in semicolons)], [*semicolons, close], strict=True):
        cites = list(CITE.finditer(text, part_start, part_end))
        if not cites:
            lost = text[part_start:part_end].strip()
            if works and lost:
                works[-1] = _add_words(works[-1], f"; {lost}")
            continue
        for number, cite in enumerate(cites):
            after = cites[number + 1].start() if number + 1 < len(cites) else part_end
            # A second key in one part: the words between the two belong to the first.
            locator, label, suffix = split_locator(text[cite.end() : after])
            prefix = "" if number else text[part_start : cite.start()].strip()
            key, hides_author = _key_of(cite), bool(cite["minus"])
            fault = f"There is no ';' before '@{key}'." if number else ""
            works.append(CitedWork(key, cite.start(), prefix, locator, label, suffix, hides_author, fault))
            if lost and len(works) == 1:
                works[0] = _add_words(works[0], "", lost)
    return tuple(works)


def _add_words(work: CitedWork, suffix: str, prefix: str = "") -> CitedWork:
    """Add words that belong to no work to the next one, with a fault."""
    fault = f"A part of this citation names no work: '{(suffix or prefix).lstrip('; ')}'."
    prefix = f"{prefix}; {work.prefix}".strip("; ") if prefix else work.prefix
    return replace(work, prefix=prefix, suffix=work.suffix + suffix, fault=fault)
