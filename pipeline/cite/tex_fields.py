"""Fields of BibTeX as programs write them: formulas, escapes of TeX and of HTML, addresses in commands."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.model.bibliography import bare_doi

if TYPE_CHECKING:
    from lxml.etree import _Element

_ADDRESS = re.compile(
    r"(?P<head>(?<=[,\s])(?P<name>url|doi)\s*=\s*)"
    r"(?:\{(?P<braced>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|\"(?P<quoted>[^\"]*)\")(?!\s*#)",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"(?:\{\\&\}|\\?&)(#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_FORMULA = re.compile(r"(?P<before>\w{0,30})(?<!\\)\$(?P<tex>(?=\S)(?:\\.|[^$\\]){0,300}?)(?<=\S)\$(?P<after>\w{0,30})")
_COMMAND = re.compile(r"\\(?:url|href|path|nolinkurl)\s*\{(?P<address>[^{}]*)\}(?:\s*\{[^{}]*\})?")
_TILDE = re.compile(r"\{?\\textasciitilde(?:\{\})?\}?|\\~\{\}|\\string~|\{?\$\s*\\sim\s*\$\}?")
_ESCAPE = re.compile(r"\{\\([_%&#$])\}|\\([_%&#$~])")
_SPECIAL = re.compile(r"[&%#_$~]")
_DOTLESS = re.compile(r"(\\['`^\"~=.])\s*(?:\{\\([ij])\}|\\([ij])(?![A-Za-z])(?:\{\}|\s)?)")
"""An accent on the sign for an i without its dot: it is an i to readers."""
_SPACED = frozenset("<>=≤≥≈≠∼≡×·±+−→∈")
_AS_TYPED = {"∼": "~", "∘": "°", "\u2061": " ", "\ufe00": "", "\u2062": "", "\u2063": ""}


def cleaned(entry: str) -> str:
    """An entry as the engine reads it without loss; it has as many lines as before."""
    addresses: list[str] = []

    def taken(found: re.Match[str]) -> str:
        written = found["braced"] if found["braced"] is not None else found["quoted"]
        addresses.append(f"{found['head']}{{{_address(found['name'].lower(), written)}}}")
        return f"\ue000{len(addresses) - 1}\ue001" + "\n" * written.count("\n")

    text = _ADDRESS.sub(taken, entry)
    text = _DOTLESS.sub(r"\1{\2\3}", text)
    text = _ENTITY.sub(_as_tex, text) if "&" in text else text
    text = _FORMULA.sub(_as_words, text) if "$" in text else text
    return re.sub("\ue000([0-9]+)\ue001", lambda found: addresses[int(found[1])], text)


def _address(name: str, written: str) -> str:
    """An address without commands and escapes."""
    written = written.strip()
    while written.startswith("{") and written.endswith("}"):
        written = written[1:-1].strip()
    found = _COMMAND.fullmatch(written)
    plain = _ESCAPE.sub(lambda m: m[1] or m[2], _TILDE.sub("~", found["address"] if found else written))
    plain = html.unescape(plain).strip().removeprefix("<").removesuffix(">")
    return bare_doi(plain) if name == "doi" else plain


def _as_tex(found: re.Match[str]) -> str:
    """A character that is written as in HTML, as TeX has it."""
    character = html.unescape(f"&{found[1]};")
    if character == found[0] or len(character) > 1:
        return found[0]
    return "~" if character == "\u00a0" else _escaped(character)


def _escaped(words: str) -> str:
    return _SPECIAL.sub(lambda m: "\\textasciitilde{}" if m[0] == "~" else f"\\{m[0]}", words)


def _as_words(found: re.Match[str]) -> str:
    """A formula with the word that it is part of, in letters; as it is where letters do not say it."""
    from pipeline.text.formulas import FormulaRefused, mathml, read_formula  # which few bibliographies need

    if found["tex"][0].isdigit() and found["after"][:1].isdigit():
        return found[0]  # two prices
    try:
        written = mathml(read_formula(html.unescape(found["tex"]), False)[0].tex, False)
    except FormulaRefused:
        return found[0]
    from lxml import etree

    parts = list(_parts(etree.fromstring(written), apart=True))
    if None in parts:
        return found[0]
    words = f"{found['before']}{' '.join(''.join(filter(None, parts)).split())}{found['after']}"
    return f"{{{words}}}"  # in braces it keeps its capital and small letters


def _parts(node: _Element, apart: bool) -> Iterator[str | None]:
    """The words of a formula in TeX for text; None for what cannot be said in one line. `apart`: signs have spaces."""
    kind, children = str(node.tag).rpartition("}")[2], list(node)
    match kind:
        case "math" | "mrow" | "mstyle":
            for child in children:
                yield from _parts(child, apart and len(children) > 1)
        case "semantics":
            yield from _parts(children[0], apart=True)
        case "mi" | "mn" | "mtext" | "mo":
            letters = "".join(_AS_TYPED.get(c, c) for c in unicodedata.normalize("NFKC", node.text or ""))
            spaced = kind == "mo" and apart and node.text in _SPACED and node.getprevious() is not None
            yield f" {_escaped(letters)} " if spaced else _escaped(letters)
        case "mspace":
            yield " " if node.get("width") else ""
        case "msub" | "msup" | "msubsup":
            yield from _parts(children[0], apart=False)
            for below, child in zip({"msup": (False,)}.get(kind, (True, False)), children[1:], strict=False):
                yield from _script(list(_parts(child, apart=False)), below)
        case "mfrac" if all(str(child.tag).endswith(("}mi", "}mn")) for child in children):
            yield from (*_parts(children[0], apart=False), "/", *_parts(children[1], apart=False))
        case "msqrt" if len(children) == 1 and str(children[0].tag).endswith(("}mi", "}mn")):
            yield from ("√", *_parts(children[0], apart=False))
        case _:
            yield None


def _script(parts: list[str | None], below: bool) -> Iterator[str | None]:
    words = "".join(filter(None, parts)).strip()
    if None in parts:
        yield None
    else:
        yield words if words == "°" else f"\\text{'sub' if below else 'super'}script{{{words}}}"
