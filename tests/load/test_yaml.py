"""YAML with places, values as written, and mistakes told in an author's words."""

import re
from typing import get_args

import pytest
from pydantic import BaseModel

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.records import Tags
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import _PATTERNS, fill
from pipeline.load.yaml.schema import _MODELS
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.college import Colleges
from pipeline.model.source.pack import PackFields


def remarks(text: str, model: type[BaseModel] | None = None) -> list[str]:
    """What is said of a YAML text, read as a model if one is given."""
    diagnostics = Diagnostics()
    read = read_yaml(text, "f", diagnostics)
    if read and model:
        fill(model, *read, diagnostics)
    return [f"{r.place.line}:{r.place.column} {r.code}: {r.sentence} | {r.hint}" for r in diagnostics.remarks]


def test_scalars_are_text_as_written() -> None:
    read = read_yaml("a: 1.10\nb: no\nc: 2022-10-19\nd: ~\ne:\nf: ''\ng: 0x10\n", "f", Diagnostics())
    assert read is not None
    assert read[0] == {"a": "1.10", "b": "no", "c": "2022-10-19", "d": None, "e": None, "f": "", "g": "0x10"}


def test_every_value_has_a_place() -> None:
    read = read_yaml("é: [x, {ü: y}]\nlist:\n  - one\n", "f", Diagnostics(), line=2)
    assert read is not None
    marks = read[1]
    assert str(marks.at("é", 1, "ü")) == "f:2:12"
    assert str(marks.at("list", 0)) == "f:4:5"
    assert str(marks.at("list", 7)) == "f:4:3"
    assert str(marks.key_at("list")) == "f:3:1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b: c\n", "1:5 yaml-syntax: A value with a colon needs quotation marks."),
        ("a:\n\t- b\n", "2:1 yaml-syntax: This line is indented with a tab."),
        ("a: 'x\nb: c\n", "1:4 yaml-syntax: The quotation mark here is never closed."),
        ("a: [1, 2\nb: 3\n", "1:4 yaml-syntax: The list in brackets that begins here is not closed by ']'."),
        ("- a\nb: c\n", "2:1 yaml-syntax: A list ends here"),
        ("a: @x\n", "1:4 yaml-syntax: A value cannot begin with '@'."),
        ("a: 1\n b: 2\n", "2:2 yaml-syntax: This key is indented, but the line above cannot have keys below it."),
        ("a: 1\nother\n", "2:1 yaml-syntax: There is no colon after this key."),
        ("a: 1\n---\nb: 2\n", "2:1 yaml-many-documents"),
        ("a: 1\nb: 2\na: 3\n", "3:1 yaml-duplicate-key: 'a' appears twice; the first is on line 1."),
        ("a: *q\n", "1:4 yaml-syntax"),
        ("a: &a [*a]\n", "1:8 yaml-syntax"),
        ("- " * 5000, "1:81 file-too-large"),
        ("? [a]\n: b\n", "1:3 yaml-syntax: A key must be a word"),
        ("a:Eyewitness\nb: c\n", "1:3 yaml-syntax: A space is missing after the colon. | Write 'a: Eyewitness'."),
        ("a: b\nc:Eyewitness\n", "2:3 yaml-syntax: A space is missing after the colon. | Write 'c: Eyewitness'."),
        ("a: 'a witness's word'\n", "1:14 yaml-syntax: The apostrophe in witness's ends the value."),
        ('a: "He said "no" twice"\n', "1:13 yaml-syntax: The quotation mark here ends the value"),
        ("a: | b\n", "1:6 yaml-syntax: A value cannot begin with '|' and continue on that line."),
        ("a: !Important b\n", "1:4 yaml-syntax: A value cannot begin with '!'."),
        ("a: &Beyond b\n", "1:4 value-cut: '&Beyond' is not printed"),
    ],
)
def test_a_mistake_in_yaml_is_a_sentence_with_its_place(text: str, said: str) -> None:
    """The author is told what is wrong and where, not what the parser expected."""
    assert remarks(text)[0].startswith(said)


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("owner: Team #1\n", ["3:13 value-cut '#1'"]),
        ("teaching: {outcomes: []}\nteaching:\n  outcomes:\n    - tell #1\n", ["4:1 yaml-duplicate-key 'teaching'"]),
        ("owner: Team # 1\n", ["3:13 value-cut '# 1'"]),
        ("owner: Team  #one\n", ["3:14 value-cut '#one'"]),
        ("owner: Team  # who else?\n", []),
        ("owner: Team\t# who else?\n", []),
        ("owner: 'Team' #1\n", []),
        ("owner: Team#1\n", []),
        ("owner: Team\n  of #1\n", ["4:6 value-cut '#1'"]),
        ("key_finding: >  # folded\n  Crime #1 fell.\n", []),
        ("authors:\n  - Ann #2\n  - {name: Max #3\n    }\n", ["4:9 value-cut '#2'", "5:16 value-cut '#3'"]),
        ("teaching: {outcomes: [tell #1\n  ]}\n", ["3:28 value-cut '#1'"]),
        ("abbreviations: {PCSO: {full: Officer #1\n  }}\n", ["3:38 value-cut '#1'"]),
        ("status: draft # until March\nversion: 1.0 #first\nupdated: 2022-01-01 #?\ntags: [a #b\n  ]\n", []),
        ("evidence: {overall: mixed #?\n  }\nmarking: {sensitive: no # yet\n  }\n", []),
        ("canonical_url: https://example.org # soon\n", []),
    ],
)
def test_words_behind_a_hash_are_told(front: str, said: list[str]) -> None:
    """A comment stands two spaces behind words for readers, and anywhere behind a date, a number or an id."""
    told = remarks(f"title: A\nsummary: B\n{front}", BriefingFields)
    assert ["'".join(line.replace(": ", " ", 1).split("'")[:2]) + "'" for line in told] == said


@pytest.mark.parametrize("front", ["some words:\n", "licence: {id: a, name: b, and more}\n", "abbreviations: {PC: }\n"])
def test_a_key_without_a_value_is_told_where_it_is_not_known(front: str) -> None:
    (told,) = remarks(f"title: A\nsummary: B\n{front}", BriefingFields)
    assert told.startswith(("3:1 unknown-key", "3:27 unknown-key", "3:17 value-wrong"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            "a: {name: A}\n",
            "Add a line 'type: …' with one of: force-learning-unit, university, national-college, agency, "
            "hospital, school, council, charity, other.",
        ),
        ("a: {name:A}\n", "A space is missing after the colon: 'name: A'."),
        ("a:\n  name:A\n", "A space is missing after the colon: 'name: A'."),
    ],
)
def test_the_hint_holds_what_to_write(text: str, hint: str) -> None:
    assert f"| {hint}" in "\n".join(remarks(text, Colleges))


def test_aliases_cannot_grow_without_end() -> None:
    text = "a: &a [x,x]\n" + "".join(
        f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "file-too-large" in remarks(text)[0]


def test_all_mistakes_are_told_together_in_the_authors_words() -> None:
    said = remarks(
        "title: A\nsummary: B\ntitel: C\nstatus: published-ish\nupdated: 2022-13-40\nreviewed: 19/10/2022\n"
        "tags: Drug Crimes\nevidence:\n  findings:\n    - {id: A b, outcome: x, result: mixed, studies: -1}\n",
        BriefingFields,
    )
    assert said == [
        "3:1 unknown-key: There is no key 'titel' here. | Did you mean 'title'?",
        "4:9 value-wrong: 'published-ish' is not a status. "
        "| One of: draft, in-review, published, superseded, withdrawn.",
        "5:10 date-wrong: '2022-13-40' is not a date. "
        "| There is no such day. Write year, month, day, such as 2022-10-19.",
        "6:11 date-wrong: '19/10/2022' is not a date. | Write year, month, day: 2022-10-19.",
        "7:7 value-wrong: 'tags' should be a list. | Write […, …], or one entry to a line after '- '.",
        "10:12 value-wrong: 'A b' is not an id. | Use lower-case letters, digits and single hyphens: a-b. "
        "Until then this entry of 'findings' is left out.",
        "10:53 value-wrong: 'studies' is too small: -1. | It must be at least 0.",
    ]


def test_an_unknown_key_names_the_nearest_of_many_keys() -> None:
    assert remarks("title: A\nsummary: B\nlevel: 1\n", BriefingFields) == [
        "3:1 unknown-key: There is no key 'level' here. "
        "| The nearest keys are licence, reviewed, evidence. The page 'Keys' of the handbook lists all."
    ]


def test_an_escape_cannot_reverse_letters() -> None:
    diagnostics = Diagnostics()
    read = read_yaml('title: "Open \\u202efdp"\n', "f", diagnostics)
    assert read is not None
    assert (read[0], [str(remark.place) for remark in diagnostics.remarks]) == ({"title": "Open  fdp"}, ["f:1:8"])


@pytest.mark.parametrize("value", ["20221019", "1666137600", "2022-10-19T00:00:00", "2022-1-1"])
def test_a_date_is_written_in_one_way(value: str) -> None:
    """Seconds since 1970 are no date to an author."""
    assert "date-wrong" in remarks(f"title: A\nsummary: B\nupdated: {value}\n", BriefingFields)[0]


def test_what_is_wrong_is_left_out_and_the_rest_kept() -> None:
    """A finding without a usable result goes; the others stay, and so do their places."""
    diagnostics = Diagnostics()
    read = read_yaml(
        "title: A\nsummary: B\nstatus: gone\nevidence:\n  findings:\n"
        "    - {id: a, outcome: x, result: bad}\n    - {id: b, outcome: y, result: mixed}\n",
        "f",
        diagnostics,
    )
    assert read is not None
    filled = fill(BriefingFields, *read, diagnostics)
    assert filled is not None
    assert filled.model.status == "draft"
    assert [finding.id for finding in filled.model.evidence.findings] == ["b"]
    assert filled.locations.at("evidence", "findings", 0, "outcome").line == 7
    assert len(diagnostics.remarks) == 2


COLLEGE = "south:\n  name: South Tor\n  type: university\n"


@pytest.mark.parametrize(
    ("model", "text", "said"),
    [
        (
            Colleges,
            f"{COLLEGE}  channels: {{mail: nobox, folder: a, url: 's3://x/y'}}\n",
            ["'nobox' is not the address", "Files go one way: name 'folder' or 'url', not both. | Correct the value."],
        ),
        (Colleges, COLLEGE.replace("university", "school bus"), ["'school bus' is not a type."]),
        (
            Tags,
            "lamps: {label: L, foo: 1, scheme: Thema}\n",
            ["There is no key 'foo'", "A subject's 'scheme' says nothing"],
        ),
        (Tags, "lamps: {label: L, scheme: none, code: X}\n", ["'none' is not a scheme of subjects."]),
    ],
    ids=["two channels", "needed", "a key beside it", "two that belong together"],
)
def test_a_value_is_reported_once_whenever_it_is_left_out(model: type[BaseModel], text: str, said: list[str]) -> None:
    found = [line.partition(": ")[2] for line in remarks(text, model)]
    assert [line.startswith(start) for line, start in zip(found, said, strict=True)] == [True] * len(said), found
    assert "Until then" in found[-1]


def test_an_entry_that_may_be_of_two_kinds_is_told_as_the_kind_it_looks_like() -> None:
    said = remarks("title: x\nbriefings: [a b, {insert: x.pdf}, c@1.0]\n", PackFields)
    assert [line.split(" |")[0] for line in said] == [
        "2:13 value-wrong: 'a b' is not the id of a briefing.",
        "2:18 field-missing: 'title' is missing in 'briefings'.",
    ]


def test_an_empty_field_that_must_be_there_is_told_at_its_key() -> None:
    assert remarks("title:\nsummary: x\n", BriefingFields)[0].startswith("1:1 value-wrong: 'title' is empty.")


def test_nothing_of_the_programming_language_is_said() -> None:
    """No type's name reaches an author."""
    said = "".join(
        remarks(
            "title: [a]\nsummary: {b: c}\nauthors: x\nteaching: 3\nlicence: [1]\nhistory: {a: b}\ncopyright: "
            "{holder: x, year: then}\nmarking: {sensitive: perhaps}\nabbreviations: [a]\nlanguage: english!\n"
            "canonical_url: www\n",
            BriefingFields,
        )
    )
    assert not re.search(r"\b(str|int|dict|tuple|bool|None|string|integer|boolean|instance|pydantic)\b", said), said


def _patterns(model: type[BaseModel], seen: set[type]) -> set[str]:
    found: set[str] = set(re.findall(r"pattern='(.*?)'[,)\]]", repr(model.model_fields).replace("\\\\", "\\")))
    for field in model.model_fields.values():
        stack = [field.annotation]
        while stack:
            part = stack.pop()
            if isinstance(part, type) and issubclass(part, BaseModel) and part not in seen:
                seen.add(part)
                found |= _patterns(part, seen)
            stack += get_args(part)
    return found


def test_every_pattern_of_the_models_has_words() -> None:
    found = set().union(*(_patterns(model, set()) for model, _ in _MODELS.values()))
    assert len(found) >= 4
    assert found <= set(_PATTERNS)
