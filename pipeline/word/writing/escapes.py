"""Plain words as Markdown: signs that would mean something are written so that they are read as themselves."""

import re

from pipeline.load.markdown.maths import SQUARE, likeness_of

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
