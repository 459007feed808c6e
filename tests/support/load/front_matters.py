"""Front matters as editors write them, generated from our JSON Schema: every key, in every style of YAML.

Whoever writes one notes where the characters of each value stand, so that nothing need be read to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from pipeline.load.yaml.schema import schemas

SCHEMA = schemas()["briefing.json"]
WORDS = (
    *("1.10", "yes", "no", "2022-10-19", "1e3", "0x10", "foot patrol", "Crime: a note", "it's", 'say "no"', "#1", ""),
    *("Ardal wledig – ŵ", "a, b", "[x]", "- x", "null", "~", "@home", "two  spaces", "*star", "100 %", "x #y", "😀 ok"),
)
COMMENTS = ("", "", "", "  # a note: [x]", "  # yes, 'quoted'")


@dataclass
class Writer:
    """A front matter being written."""

    chance: Random
    text: str = ""
    spans: dict[tuple[str | int, ...], tuple[int, int]] = field(default_factory=dict)
    """From and to where the characters of each value stand."""
    values: dict[tuple[str | int, ...], str] = field(default_factory=dict)

    def mapping(self, node: Mapping[str, Any], way: tuple[str | int, ...], indent: int, first: str = "") -> None:
        """Lines of keys; `first` stands before the first of them in place of its indentation."""
        keys = [key for key in node["properties"] if self.chance.random() < 0.6] or [next(iter(node["properties"]))]
        if self.chance.random() < 0.3:
            self.chance.shuffle(keys)
        for number, key in enumerate(keys):
            if number and self.chance.random() < 0.15:
                self.text += self.chance.choice(("\n", f"{' ' * indent}# about {key}: next\n"))
            self.text += first if number == 0 and first else " " * indent
            self.text += key + ":"
            self.value(kind_of(node["properties"][key]), (*way, key), indent)

    def value(self, node: Mapping[str, Any], way: tuple[str | int, ...], indent: int) -> None:
        """What stands behind a key or a dash, to the end of its last line."""
        if "properties" in node:
            if self.chance.random() < 0.2 and len(node["properties"]) < 9:
                self.text += " "
                self.flow(node, way)
                self.end()
            elif isinstance(way[-1], int):
                self.mapping(node, way, indent + 2, " ")
            else:
                self.end()
                self.mapping(node, way, indent + 2)
        elif node.get("type") == "array":
            self.entries(kind_of(node["items"]), way, indent)
        elif isinstance(node.get("additionalProperties"), Mapping):
            self.end()
            self.text += f"{' ' * (indent + 2)}HCF:"
            self.value(kind_of(node["additionalProperties"]), (*way, "HCF"), indent + 2)
        else:
            self.scalar(way, indent)

    def entries(self, node: Mapping[str, Any], way: tuple[str | int, ...], indent: int) -> None:
        """A list in lines, further in or not, or in brackets."""
        number = self.chance.randrange(1, 4)
        if "properties" not in node and self.chance.random() < 0.5:
            self.text += " "
            self.brackets([(*way, one) for one in range(number)])
            self.end()
            return
        self.end()
        inner = indent + self.chance.choice((0, 2)) if isinstance(way[-1], str) else indent + 2
        for one in range(number):
            self.text += f"{' ' * inner}-"
            self.value(node, (*way, one), inner)

    def end(self) -> None:
        """The end of a line, perhaps with a comment."""
        self.text += self.chance.choice(COMMENTS) + "\n"

    def flow(self, node: Mapping[str, Any], way: tuple[str | int, ...]) -> None:
        """A mapping in brackets, of plain words and lists of them."""
        self.text += "{"
        for number, (key, one) in enumerate(node["properties"].items()):
            self.text += (", " if number else "") + f"{key}: "
            kind = kind_of(one)
            if "properties" in kind:
                self.flow(kind, (*way, key))
            elif kind.get("type") == "array":
                self.brackets([(*way, key, 0)])
            else:
                self.put((*way, key), self.word(), in_flow=True)
        self.text += "}"

    def brackets(self, ways: list[tuple[str | int, ...]]) -> None:
        """A list in brackets, over several lines perhaps, with comments in it."""
        wide = self.chance.random() < 0.3
        self.text += "[" + ("  # a list\n      " if wide else "")
        for number, way in enumerate(ways):
            self.text += (",  # and, so on\n      " if wide else ", ") if number else ""
            self.put(way, self.word(), in_flow=True)
        self.text += ("," if self.chance.random() < 0.2 else "") + "]"

    def scalar(self, way: tuple[str | int, ...], indent: int) -> None:
        """Words, in one of their styles."""
        kind = self.chance.random()
        if kind < 0.12:
            self.block(way, indent)
        elif kind < 0.18:
            self.values[way] = ""  # a key without a value
            self.spans[way] = (len(self.text), len(self.text))
            self.end()
        elif kind < 0.25:
            self.text += " "
            start = len(self.text)
            self.text += f"words of a value\n{' ' * (indent + 3)}that goes on"
            self.values[way], self.spans[way] = "words of a value that goes on", (start, len(self.text))
            self.end()
        else:
            self.text += " "
            self.put(way, self.word(), in_flow=False)
            self.end()

    def block(self, way: tuple[str | int, ...], indent: int) -> None:
        """Words in a block of lines."""
        mark, chomp = self.chance.choice("|>"), self.chance.choice(("", "-", "+"))
        self.text += " "
        start = len(self.text)
        blank = " " * (indent + self.chance.choice((2, 4)))
        self.text += f"{mark}{chomp}{self.chance.choice(('', ' # folded'))}\n{blank}First of all.\n{blank}# no comment"
        self.spans[way] = (start, len(self.text))
        self.text += "\n"
        self.values[way] = f"First of all.{' ' if mark == '>' else chr(10)}# no comment" + (
            "" if chomp == "-" else "\n"
        )

    def put(self, way: tuple[str | int, ...], word: str, *, in_flow: bool) -> None:
        """Words in quotation marks, or plainly where anybody would write them so."""
        start = len(self.text)
        bare = word and all(letter.isalnum() or letter in ".-" for letter in word) and word not in ("null",)
        style = self.chance.choice("'\"  ") if bare or word == "foot patrol" else self.chance.choice("'\"")
        doubled = word.replace("\\", "\\\\").replace('"', '\\"')
        self.text += {"'": "'" + word.replace("'", "''") + "'", '"': f'"{doubled}"', " ": word}[style]
        self.values[way], self.spans[way] = word, (start, len(self.text))

    def word(self) -> str:
        """Some words."""
        return self.chance.choice(WORDS)


def kind_of(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a value itself, behind references and beside nothing; of several kinds the last."""
    if "$ref" in node:
        return kind_of(SCHEMA["$defs"][node["$ref"].rpartition("/")[2]])
    for choice in ("allOf", "anyOf"):
        if choice in node:
            return kind_of([one for one in node[choice] if one.get("type") != "null"][-1])
    return node


def generated(seed: int) -> Writer:
    """A front matter."""
    writer = Writer(Random(seed))
    writer.text = writer.chance.choice(("", "# for editors\n", "\n", "# yaml: [x]\n\n"))
    writer.mapping(SCHEMA, (), 0)
    return writer


def leaves(node: Mapping[str, Any] = SCHEMA, way: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all words that the schema knows; an entry of a list stands as a star."""
    kind = kind_of(node)
    if "properties" in kind:
        return [leaf for key, one in kind["properties"].items() for leaf in leaves(one, (*way, key))]
    if kind.get("type") == "array":
        return leaves(kind["items"], (*way, "*"))
    if isinstance(kind.get("additionalProperties"), Mapping):
        return leaves(kind["additionalProperties"], (*way, "HCF"))
    return [way]
