"""Values are written and read back as they were, and nothing but values of the kind asked for can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

import pytest
from markupsafe import Markup

from pipeline.core.diagnostics import Severity
from pipeline.core.records import UnreadableRecord, decode_record, encode_record
from pipeline.load.briefing import ParsedBriefing, parse_briefing
from pipeline.model.body import Body, Paragraph, Quote, Text
from pipeline.model.source.briefing import BriefingFields

SPRUNG: list[str] = []


class Colour(StrEnum):
    """A few words."""

    RED = "red"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Lamp:
    """A record as the line has many; one that does something when it is made."""

    place: str
    lit: tuple[int, ...] = ()
    kind: Lamp | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        SPRUNG.append(self.place)

    def __reduce__(self) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Loose:
    """A record without slots."""

    lamps: Mapping[str, Lamp | Colour | int]
    day: date
    content: bytes = b""
    words: frozenset[str] = frozenset()
    side: Literal["left", "right"] = "left"
    csl: Any = None


LAMP = Lamp("quay", (1, 2), Lamp("the pier by the harbour"))
LOOSE = Loose(
    {"a": LAMP, "b": Colour.RED, "c": 3, "": Lamp("the pier by the harbour")},
    date(2024, 4, 26),
    b"\x00\xff",
    frozenset({"one", "two"}),
    "right",
    {"issued": {"parts": [[2018, 1.5, None, True]]}, "pair": ("x",)},
)


def test_what_is_written_and_read_is_the_same() -> None:
    again = decode_record(encode_record(LOOSE, Loose), Loose)
    assert again == LOOSE
    assert type(again.lamps["b"]) is Colour
    assert type(again.csl["pair"]) is tuple
    assert type(again.csl["issued"]["parts"]) is list
    with pytest.raises(FrozenInstanceError):
        again.side = "left"  # type: ignore[misc]


def test_no_code_of_a_record_runs_when_it_is_read() -> None:
    content = encode_record(LAMP, Lamp)
    SPRUNG.clear()
    assert decode_record(content, Lamp) == LAMP
    assert SPRUNG == []


@pytest.mark.parametrize("text", ["", "é" * 20, "\ud800 half a character", '"\\\n\x00' * 9])
def test_any_text_comes_back(text: str) -> None:
    assert decode_record(encode_record((text, text[:5]), tuple[str, str]), tuple[str, str]) == (text, text[:5])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (Markup("<b>"), str),
        ([1], tuple[int, ...]),
        (True, int),
        (1, bool),
        (Colour.RED, str),
        ("red", Colour),
        (("a", 1), tuple[str, ...]),
        (("a",), tuple[str, str]),
        (Lamp("quay"), Loose),
        ("up", Literal["left"]),
        ({1}, frozenset[int]),
        (None, str),
        ({"a": object()}, Any),
    ],
)
def test_what_is_not_quite_of_its_kind_is_not_written(value: Any, kind: Any) -> None:
    """It would come back as something else: that is a fault of ours, and told at once."""
    with pytest.raises((TypeError, ValueError)):
        encode_record(value, kind)


def said(plain: object, texts: str = "", lengths: tuple[int, ...] = (), contents: tuple[int, ...] = ()) -> bytes:
    raw = texts.encode()
    head = json.dumps([plain, len(raw), lengths, contents]).encode()
    return len(head).to_bytes(4, "big") + head + raw + b"x" * sum(contents)


@pytest.mark.parametrize(
    "plain",
    [
        *(None, 1, "quay", {}, {"place": "quay"}, [], ["quay"], ["quay", [], None, None], ["quay", [1.5], None]),
        *(["quay", [True], None], ["quay", [], ["pier"]], [0, [], None], [-1, [], None], [7, [], None]),
        *([True, [], None], [["quay"], [], None], ["quay", {"1": 2}, None], ["quay", "12", None]),
    ],
)
def test_a_record_of_another_shape_is_refused(plain: object) -> None:
    with pytest.raises(UnreadableRecord):
        decode_record(said(plain), Lamp)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\x00", b"\xff\xff\xff\xff[]", b"\x00\x00\x00\x02[]", b"\x00\x00\x00\x02{}", b"\x80\x04N."),
        *(said("a", "text", (3,)), said("a", "text", (5,)), said("a", "text", (-1, 5)), said("a") + b"more"),
        *(said("a", "", (), (-1, 1)), said("a", "", (True,)), said("a", "", ("x",))),  # type: ignore[arg-type]
        (4).to_bytes(4, "big") + b"[NaN",
        (9999).to_bytes(4, "big") + b"9" * 9999,
        (200_000).to_bytes(4, "big") + b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_bytes_of_another_form_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableRecord):
        decode_record(content, str)


def test_a_head_beyond_all_measure_is_refused() -> None:
    assert decode_record(said("a"), str, most=100) == "a"
    with pytest.raises(UnreadableRecord):
        decode_record(said(["a"] * 100), tuple[str, ...], most=100)


@pytest.mark.parametrize(
    "plain", [[99, ["quay"]], [-1, "quay"], [True, "quay"], ["0", 1], [0], [0, 1, 2], "ab", {"0": 1}]
)
def test_a_member_that_a_union_does_not_have_is_refused(plain: object) -> None:
    with pytest.raises(UnreadableRecord):
        decode_record(said(plain), Lamp | Colour | int)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["RED", "__class__", "mro", "", [], {}, 1])
def test_only_the_values_of_an_enumeration_are_members(word: object) -> None:
    """Nothing else is reached by a name."""
    with pytest.raises(UnreadableRecord):
        decode_record(said(word), Colour)
    assert decode_record(said("error"), Severity) is Severity.ERROR


@pytest.mark.parametrize("plain", [["{", [["a"], 1]], ["{", ["a"]], ["?", 1], [], {"a": 1}, ["{", [["{"], 1]]])
def test_what_json_does_not_know_is_refused_where_anything_goes(plain: object) -> None:
    with pytest.raises(UnreadableRecord):
        decode_record(said(plain), Any)


def test_a_text_of_the_line_comes_back_with_its_fields_as_given() -> None:
    front = "---\ntitle: Lamps\nsummary: Of lamps.\nupdated: 2024-04-26\ntags: [light]\n---\n\nLamps *help*.\n"
    parsed = parse_briefing("source/briefings/lamps.md", front.encode())
    again = decode_record(encode_record(parsed, ParsedBriefing), ParsedBriefing)
    assert again == parsed
    assert parsed.briefing
    assert again.briefing
    assert again.briefing.fields.model_fields_set == parsed.briefing.fields.model_fields_set
    assert type(again.briefing.fields) is BriefingFields


def test_a_text_within_texts_comes_back_however_deep() -> None:
    body = Body((Paragraph((Text("within"),)),))
    for _ in range(60):
        body = Body((Quote(body.blocks),))
    assert decode_record(encode_record(body, Body), Body) == body
