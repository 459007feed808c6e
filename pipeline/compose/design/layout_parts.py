"""Parts of the page that the files of the layouts make, and the tokens that they read, as the files themselves say it.

A file says it in its comments: a template at its head, a style sheet at its head and above each of its parts.
"""

import re
from dataclasses import dataclass
from textwrap import fill

_TEMPLATE = re.compile(r"\A\{#-?(.*?)-?#\}", re.DOTALL)
_SHEET = re.compile(r"^/\*(.*?)\*/", re.DOTALL | re.MULTILINE)
_LINES = re.compile(r"\A(?:<\?xml[^>]*>\s*)?(?:<!--(.*?)-->|((?:#[^\n]*\n)+))", re.DOTALL)
_STYLES = re.compile(r"\bStyle: ((?:[\w-]+/)*[\w-]+\.css(?:, (?:[\w-]+/)*[\w-]+\.css)*)\.")
_TOKEN = re.compile(r"var\((--[\w-]+)")

WIDTH = 118


@dataclass(frozen=True, slots=True)
class LayoutPart:
    """A part of the page, as a comment in a file of the layouts says it, and what stands below that comment."""

    words: str
    """One sentence."""
    tokens: tuple[str, ...] = ()
    """Tokens that its rules read, in their order."""
    styles: tuple[str, ...] = ()
    """Of a template the style sheets that give it its look."""


def layout_parts(name: str, text: str) -> tuple[LayoutPart, ...]:
    """The parts of the page that a file makes: of a style sheet one for each comment that begins a line."""
    if name.endswith(".css"):
        heads = list(_SHEET.finditer(text))
        ends = (*(head.start() for head in heads[1:]), len(text))
        return tuple(
            LayoutPart(_first_sentence(head[1].strip()), tokens_in(text[head.end() : end]))
            for head, end in zip(heads, ends, strict=True)
        )
    head = (_TEMPLATE if name.endswith(".j2") else _LINES).search(text)
    said = " ".join(re.sub(r"(?m)^#", "", head[1] or head[2]).split()) if head else ""
    named = _STYLES.search(said)
    return (LayoutPart(_first_sentence(said), styles=tuple(named[1].split(", ")) if named else ()),) if said else ()


def explained(name: str, text: str) -> str:
    """A file as a designer gets it: a style sheet says at its head which tokens it reads."""
    tokens = tokens_in(text)
    end = text.find("*/")
    if not (name.endswith(".css") and tokens and text.startswith("/*") and end > 0):
        return text
    told = fill(f"Tokens that it reads: {', '.join(tokens)}.", WIDTH, initial_indent="   ", subsequent_indent="   ")
    return f"{text[:end].rstrip()}\n{told} {text[end:]}"


def tokens_in(rules: str) -> tuple[str, ...]:
    """Tokens that rules read, each once, in their order."""
    return tuple(dict.fromkeys(_TOKEN.findall(rules)))


def _first_sentence(said: str) -> str:
    """The first sentence of a comment, without the full stop."""
    return re.split(r"\.(?=\s|$)", " ".join(said.split()), maxsplit=1)[0]
