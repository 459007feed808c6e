"""What pandoc reads in a document, and what our web page of it has: words, figures, tables, formulas, notes, links.

Words are compared as letters alone, piece by piece: a piece ends where a citation, formula, note, picture or break
stands, which each side writes in its own way.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from tests.support import outputs

PROGRAM = str(resources.files("pypandoc") / "files" / "pandoc")
_ADMONITION = re.compile(r'^!!! \w+ "(.*)"\n\n    (.*)$', re.MULTILINE)
"""A box as MkDocs has it, which pandoc does not read."""
_RAW = re.compile(r"<(?P<tag>img|table)\b|href=\"(?P<address>[^\"]*)\"")
_ENVIRONMENT = re.compile(r"\\begin\{(?:align|equation|gather|multline|eqnarray)\*?\}")


@dataclass
class Account:
    """What a document has."""

    words: list[str] = field(default_factory=list)
    """The letters of every piece, in lower case."""
    things: Counter[str] = field(default_factory=Counter)
    """How many figures, tables, formulas and notes it has."""
    cited: Counter[str] = field(default_factory=Counter)
    """How often each work is cited."""
    addresses: Counter[str] = field(default_factory=Counter)
    """How often a link leads to each address elsewhere."""
    numbers: list[int] = field(default_factory=list)
    """The number that each numbered list begins with."""


def letters(text: str) -> str:
    """The letters and figures of a text, in lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


def read_by_pandoc(text: str, dialect: str) -> Account:
    """What pandoc reads in a text written in a dialect."""
    text = _ADMONITION.sub(r"\1\n\n\2", text)
    done = subprocess.run(
        [PROGRAM, "--from", dialect, "--to", "json"], input=text, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    reader = _Reader()
    reader.node(json.loads(done.stdout)["blocks"])
    reader.end()
    return reader.account


class _Reader:
    """Walks pandoc's tree, in reading order."""

    def __init__(self) -> None:
        self.account = Account()
        self.piece = ""

    def end(self) -> None:
        """End a piece of words."""
        if found := letters(self.piece):
            self.account.words.append(found)
        self.piece = ""

    def node(self, node: Any) -> None:
        """Take in a node and what is in it."""
        if isinstance(node, list):
            for one in node:
                self.node(one)
        if not isinstance(node, dict):
            return
        content = node.get("c")
        match node["t"]:
            case "Str":
                self.piece += content
            case "Space" | "SoftBreak":
                self.piece += " "
            case "Code":
                self.piece += content[1]
            case "Link":
                self.node(content[1])
                self.link(content[2][0])
            case kind:
                self.end()
                self.apart(kind, content)
                self.end()

    def link(self, address: str) -> None:
        """Count a link that leads elsewhere."""
        if address.startswith("http"):
            self.account.addresses[address] += 1

    def apart(self, kind: str, content: Any) -> None:
        """Take in what ends a piece."""
        things = self.account.things
        match kind:
            case "CodeBlock":
                self.piece += content[1]
            case "Math":
                things["formulas"] += 1
            case "Note":
                things["notes"] += 1
                self.node(content)
            case "Image":
                things["figures"] += 1
            case "Cite":
                self.account.cited.update(citation["citationId"] for citation in content[0])
            case "RawInline" | "RawBlock":
                self.raw(content[1])
            case "OrderedList":
                self.account.numbers.append(content[0][0])
                self.node(content[1])
            case "Div" if "title" in content[0][1]:
                pass  # what pandoc calls a box of its own accord
            case "Div":
                self.piece += dict(content[0][2]).get("title", "")
                self.end()
                self.node(content[1])
            case "Table":
                things["tables"] += 1
                self.node(content)
            case "Strong" | "Emph" | "Strikeout" | "Subscript" | "Superscript" | "LineBreak" | "Quoted" | "Span":
                self.node(content)
            case _:
                self.node(content)

    def raw(self, text: str) -> None:
        """Count what stands in HTML or TeX, whose tags pandoc leaves unread."""
        if _ENVIRONMENT.match(text):
            self.account.things["formulas"] += 1
        for found in _RAW.finditer(text):
            if found["tag"]:
                self.account.things["figures" if found["tag"] == "img" else "tables"] += 1
            else:
                self.link(found["address"])


def read_by_us(page: Path) -> tuple[str, Account]:
    """The letters of a web page of ours, and what it has."""
    (main,) = outputs.web_page(page).iter("main")
    account = Account()
    for element in main.iter("img", "table", "math", "a", "ol"):
        role, href = element.get("role", ""), element.get("href", "")
        match element.tag:
            case "a" if role == "doc-biblioref":
                account.cited[href.removeprefix("#ref-")] += 1
            case "a" if href.startswith("http"):
                account.addresses[href] += 1
            case "a" if role == "doc-noteref":
                account.things["notes"] += 1
            case "ol" if not _is_ours(element):
                account.numbers.append(int(element.get("start", 1)))
            case "img" | "table" | "math":
                account.things[{"img": "figures", "table": "tables", "math": "formulas"}[element.tag]] += 1
    return letters("".join(main.itertext())), account


def _is_ours(element: Any) -> bool:
    """Whether a list is one that we make: references, notes, contents."""
    parents = [element, *element.iterancestors()]
    return any("references" in (p.get("class") or "") or "doc-" in (p.get("role") or "") for p in parents)
