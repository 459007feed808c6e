"""Single values set, added and taken out: no other byte of the file is touched, and what was typed is what is read.

What is read is judged by PyYAML's own loader, and where a value stands by whoever wrote the front matter.
"""

from __future__ import annotations

from collections.abc import Collection
from random import Random
from typing import Any

import pytest
import yaml

from pipeline.load.edits.change import Unchangeable
from pipeline.load.edits.source import ValueChange, changed_source, read_source
from pipeline.load.yaml.known_keys import known_keys
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.record import KeyPath
from tests.support.load.front_matters import WORDS, generated, leaves
from tests.support.project import tries

NEW = (
    *WORDS,
    "two\nlines",
    "  led by spaces",
    "a long sentence that goes on " * 6,
    "ends with a break\n",
    "\n",
    "'",
    "\t",
)


def order(way: KeyPath) -> tuple[str, ...]:
    """The keys of a briefing in the order of the handbook."""
    return known_keys(BriefingFields, way)


def edited(text: str, *changes: tuple[KeyPath, Any], body: str | None = None, is_yaml: bool = False) -> str:
    """A file with changes, from its bytes to its bytes."""
    source = read_source(text.encode(), is_yaml=is_yaml)
    assert source is not None
    assert source.content == text.encode()
    return changed_source(source, [ValueChange(way, value) for way, value in changes], body, order).content.decode()


def front(text: str, *changes: tuple[KeyPath, Any]) -> str:
    """A front matter with changes, without the lines around it."""
    made = edited(f"---\n{text}---\nBody.\n", *changes)
    assert made.startswith("---\n")
    assert made.endswith("---\nBody.\n")
    return made.removeprefix("---\n").removesuffix("---\nBody.\n")


def read(text: str) -> Any:
    """All values as words, as another reader has them."""
    return yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    ("before", "way", "value", "after"),
    [
        ("version: 1.9\n", ("version",), "1.10", "version: 1.10\n"),
        ("a: no  # a note\nb: x\n", ("a",), "yes", "a: yes  # a note\nb: x\n"),
        ("a: 2022-10-19\n", ("a",), "2022-10-20", "a: 2022-10-20\n"),
        ("a: 'it''s'\n", ("a",), "that's", "a: 'that''s'\n"),
        ('a: "x"\n', ("a",), 'say "y"', 'a: "say \\"y\\""\n'),
        ("a: x\n", ("a",), "b: c", 'a: "b: c"\n'),
        ("a: x\n", ("a",), "null", 'a: "null"\n'),
        ("a: [x, y,  z]  # list\n", ("a", 1), "1.10", "a: [x, 1.10,  z]  # list\n"),
        ("a: [x, y]\n", ("a", 1), "p, q", 'a: [x, "p, q"]\n'),
        ("a:  # why\nb: x\n", ("a",), "v", "a: v  # why\nb: x\n"),
        ("a: >-  # kept\n    one\n    two\nb: x\n", ("a",), "three", "a: >- # kept\n    three\nb: x\n"),
        ("a: |\n  one\n\nb: x\n", ("a",), "one\ntwo", "a: |\n  one\n  two\n\nb: x\n"),
        ("a: x\n  y\nb: z\n", ("a",), "new", "a: new\nb: z\n"),
        ("a:\n- p: 1\n  q: 2\n", ("a", 0, "q"), "3", "a:\n- p: 1\n  q: 3\n"),
    ],
)
def test_a_value_keeps_its_style(before: str, way: KeyPath, value: str, after: str) -> None:
    """Plain, quoted, in a block or in brackets, with its comment; words that YAML would take otherwise are quoted."""
    assert front(before, (way, value)) == after


@pytest.mark.parametrize(
    ("before", "way", "value", "after"),
    [
        ("title: T\nversion: 1.0\n", ("summary",), "S", "title: T\nsummary: S\nversion: 1.0\n"),
        ("# note\nversion: 1.0\n", ("title",), "T", "# note\nversion: 1.0\ntitle: T\n"),
        ("version: 1.0\n", ("title",), "T", "title: T\nversion: 1.0\n"),
        (
            "tags:\n  - a\n  # - b\n# x\nlicence: y\n",
            ("tags", 1),
            "c",
            "tags:\n  - a\n  # - b\n  - c\n# x\nlicence: y\n",
        ),
        (
            "title: T\ntags:\n  - a\n  # - b\n",
            ("audience", 0),
            "c",
            "title: T\ntags:\n  - a\n  # - b\naudience:\n  - c\n",
        ),
        ("tags: [a, b]  # x\n", ("tags", 2), "c", "tags: [a, b, c]  # x\n"),
        ("tags: []\n", ("tags", 0), "c", "tags: [c]\n"),
        ("tags:  # none\ntitle: T\n", ("tags", 0), "c", "tags:  # none\n  - c\ntitle: T\n"),
        (
            "evidence:\n  findings: []\n",
            ("evidence", "base", "source"),
            "x",
            "evidence:\n  base:\n    source: x\n  findings: []\n",
        ),
        (
            "history:\n  - version: 1.0\n    kind: first\ntags: [a]\n",
            ("history", 0, "date"),
            "2022-10-19",
            "history:\n  - version: 1.0\n    date: 2022-10-19\n    kind: first\ntags: [a]\n",
        ),
        ("history:\n- kind: first\n", ("history", 0, "version"), "1.10", "history:\n- version: 1.10\n  kind: first\n"),
        ("history:\n- kind: first\n", ("history", 1, "kind"), "x", "history:\n- kind: first\n- kind: x\n"),
        ("licence: {id: x, url: y}\n", ("licence", "name"), "N", "licence: {id: x, name: N, url: y}\n"),
        (
            "key_finding: |+\n  a\n\nglossary: [x]\n",
            ("evidence", "strength"),
            "none",
            "key_finding: |+\n  a\n\nevidence:\n  strength: none\nglossary: [x]\n",
        ),
        ("", ("title",), "T", "title: T\n"),
        ("# only a note\n", ("title",), "T", "# only a note\ntitle: T\n"),
    ],
)
def test_what_is_not_there_yet_comes_to_its_usual_place(before: str, way: KeyPath, value: str, after: str) -> None:
    """Behind the keys that the handbook names before it, indented as its neighbours, with what is missing around it."""
    assert front(before, (way, value)) == after


@pytest.mark.parametrize(
    ("before", "way", "after"),
    [
        ("a: x  # why\nb: y\n", ("a",), "b: y\n"),
        ("# of a\na:\n  - x\n\nb: y\n", ("a",), "# of a\n\nb: y\n"),
        ("a: [x, y, z]\n", ("a", 1), "a: [x, z]\n"),
        ("a: [x, y, z]\n", ("a", 2), "a: [x, y]\n"),
        ("a: [x]\nb: y\n", ("a", 0), "b: y\n"),
        ("a: [x,  # one\n  y]\n", ("a", 0), "a: [  # one\n  y]\n"),
        ("a:\n  - p: 1\n    q: 2\n  - p: 3\n", ("a", 0, "p"), "a:\n  - q: 2\n  - p: 3\n"),
        ("a:\n  - p: 1\n  - p: 3\nb: x\n", ("a", 1, "p"), "a:\n  - p: 1\nb: x\n"),
        ("a:\n  b:\n    c: x\nd: y\n", ("a", "b", "c"), "d: y\n"),
        ("a: >-\n  x\n  y\n\nb: z\n", ("a",), "\nb: z\n"),
        ("a: |+\n  x\nb: y\n\nc: z\n", ("b",), "a: |+\n  x\nc: z\n"),
    ],
)
def test_what_is_taken_out_goes_with_its_lines(before: str, way: KeyPath, after: str) -> None:
    """And with the comment in its line; what would be left empty goes too, and nothing else."""
    assert front(before, (way, None)) == after


def test_the_characters_of_the_file_stay() -> None:
    """Byte order mark, carriage returns, and what the reader takes out of pasted words."""
    text = "\ufeff---\r\ntitle: e\u00adﬃcient  # \u00ad\r\ntags: [a]\r\n---\r\nOne\u00ad.\r\n\r\nTwo.\r\n"
    made = edited(
        text, (("summary",), "S"), (("tags", 1), "b"), (("tags", 0), None), body="One\u00ad.\n\nTwo, three.\n"
    )
    head, body = (
        "\ufeff---\r\ntitle: e\u00adﬃcient  # \u00ad\r\nsummary: S\r\ntags: [b]\r\n---\r\n",
        "One\u00ad.\r\n\r\nTwo, three.\r\n",
    )
    assert made == head + body
    assert edited("---\ntitle: x\n...\nB\r\nC\n", (("title",), "y"), body="B\nD\n") == "---\ntitle: y\n...\nB\r\nD\n"


@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        ("a\r\nb\nc\r\n", "a\nx\nc\n", "a\r\nx\nc\r\n"),
        ("a\nb\n", "a\nb\n", "a\nb\n"),
        ("a\r\n\r\nb", "a\n\nb\n", "a\r\n\r\nb\n"),
        ("a\r\nb\r\na\r\n", "a\n", "a\r\n"),
        ("", "x\n", "x\n"),
        ("a\u2028b\fc\r\nd\r\n", "a\u2028b\fc\ne\n", "a\u2028b\fc\r\ne\n"),
    ],
)
def test_lines_that_are_the_same_keep_their_ends(before: str, after: str, made: str) -> None:
    """In a body that is exchanged, also where lines end in two ways; new lines end as the first of the file does."""
    assert edited(f"---\na: x\n---\n{before}", body=after) == f"---\na: x\n---\n{made}"


def test_a_pack_is_yaml_as_a_whole() -> None:
    """With a line above it and one below, or without a break at its end."""
    assert edited("---\ntitle: x\n...\n", (("title",), "y"), is_yaml=True) == "---\ntitle: y\n...\n"
    assert edited("a: x\ntitle: y", (("b",), "z"), is_yaml=True) == "a: x\ntitle: y\nb: z\n".removesuffix("\n")
    assert edited("a: x\nb: y", (("b",), None), is_yaml=True) == "a: x"


@pytest.mark.parametrize(
    ("text", "way", "value"),
    [
        ("a: &x one\nb: *x\n", ("a",), "two"),
        ("a: &x {p: q}\nb: *x\n", ("b", "p"), "two"),
        ("a: [x]\n", ("a",), "y"),
        ("a: x\n", ("a", "b"), "y"),
        ("a: [x]\n", ("a", 5), "y"),
        ("? a\n: x\n", ("a",), None),
    ],
)
def test_what_cannot_be_changed_by_itself_is_refused(text: str, way: KeyPath, value: str | None) -> None:
    """A value that is copied elsewhere, a list for words, a place that is not there."""
    with pytest.raises(Unchangeable) as refused:
        front(text, (way, value))
    assert refused.value.args == (way,)


def kind(way: KeyPath) -> KeyPath:
    """A path with a star for each number."""
    return tuple("*" if isinstance(step, int) else step for step in way)


def one_by_one(seed: int, news: Random, most: int = 12, seen: Collection[KeyPath] = ()) -> list[tuple[str | int, ...]]:
    """Set values of a front matter, each by itself, at most so many; gives their paths."""
    writer = generated(seed)
    end = news.choice(("\n", "\r\n"))
    mark = news.choice(("", "\ufeff"))
    ways = sorted(news.sample(list(writer.spans), len(writer.spans)), key=lambda way: kind(way) in seen)[:most]
    for way in ways:
        start, stop = writer.spans[way]
        value = news.choice(NEW)
        text = f"{mark}---{end}" + writer.text.replace("\n", end) + f"---{end}Body.{end}"
        start, stop = (len(mark) + len(f"---{end}") + len(writer.text[:at].replace("\n", end)) for at in (start, stop))
        made = edited(text, (way, value))
        assert made[:start] == text[:start]
        assert made[len(made) - len(text) + stop :] == text[stop:]
        inside = made[start : len(made) - len(text) + stop]
        assert "\n" not in inside.replace(end, "")
        found: Any = read(made.partition(f"---{end}")[2].partition(f"{end}---{end}")[0].replace(end, "\n") + "\n")
        for step in way:
            found = found[step]
        ends = "\n" if writer.values[way].endswith("\n") else ""  # a block ends with the breaks that it had
        assert found.rstrip(ends) == value.rstrip(ends) if ends else found == value
    return ways


def test_setting_a_value_touches_no_other_byte() -> None:
    """A sample; the whole is under proof."""
    for seed in range(12):
        one_by_one(seed, Random(seed), 4)


@pytest.mark.proof
def test_setting_a_value_of_any_key_touches_no_other_byte() -> None:
    """Front matters with comments, brackets, blocks, carriage returns and byte order marks; every key there is."""
    seen: set[KeyPath] = set()
    for seed in range(100, 100 + tries("FRONTS", 40, 300)):
        seen.update(map(kind, one_by_one(seed, Random(seed), seen=seen)))
    assert set(leaves()) <= seen


def lines_gone(before: str, after: str) -> bool:
    """Whether one text is the other without one run of characters."""
    same = 0
    while same < len(after) and before[same] == after[same]:
        same += 1
    return before.endswith(after[same:])


def added_and_gone(seed: int, news: Random, most: int = 6) -> None:
    """Add keys of the schema that a front matter misses, and take out values that it has, at most so many of each."""
    writer = generated(seed)
    held = read(writer.text)
    lacks = sorted({leaf[0] for leaf in leaves() if len(leaf) == 1} - set(held))
    for key in news.sample(lacks, min(most, len(lacks))):
        value = news.choice(NEW)
        made = front(writer.text, ((key,), value))
        assert lines_gone(made, writer.text)
        assert read(made) == {**held, key: value}
    for way in news.sample(list(writer.spans), min(most, len(writer.spans))):
        made = front(writer.text, (way, None))
        assert read(made) == without(held, way)


def without(plain: Any, way: tuple[Any, ...]) -> Any:
    """Values without one, and without what would be left empty around it."""
    made = list(plain) if isinstance(plain, list) else dict(plain)
    left = without(plain[way[0]], way[1:]) if len(way) > 1 else None
    if left:
        made[way[0]] = left
    else:
        del made[way[0]]
    return made


def test_adding_and_taking_out_leaves_all_else() -> None:
    """A sample; the whole is under proof."""
    for seed in range(100, 108):
        added_and_gone(seed, Random(seed), 3)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(200, 200 + tries("FRONTS", 30, 300)))
def test_adding_and_taking_out_leaves_all_else_anywhere(seed: int) -> None:
    """Front matters with some of the keys that they miss and of the values that they have."""
    added_and_gone(seed, Random(seed))
