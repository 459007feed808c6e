"""Keys that an earlier release read: a warning says what to use instead, and the rest of the file counts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.words import read_phrase_table
from pipeline.load.yaml.documents import read_yaml
from pipeline.load.yaml.fill import fill
from pipeline.model.source.record import Record
from tests.support.words import LAYOUTS


class Leaf(Record):
    """A record within the page."""

    withdrawn: ClassVar[Mapping[str, str]] = {"folio": "Number the pages of the pack."}

    title: str = ""


class Page(Record):
    """A source file that had two more keys in an earlier release."""

    withdrawn: ClassVar[Mapping[str, str]] = {"updates": "Send a new edition."}

    title: str
    leaves: tuple[Leaf, ...] = ()


def test_a_withdrawn_key_is_a_warning_and_its_file_is_read() -> None:
    diagnostics = Diagnostics()
    read = read_yaml("title: A\nupdates: {by: leaves}\nleaves:\n  - folio: 3\n    title: B\n", "page.yaml", diagnostics)
    assert read is not None
    filled = fill(Page, *read, diagnostics)
    assert filled is not None
    assert (filled.model.title, filled.model.leaves[0].title) == ("A", "B")
    assert [(said.place.line, said.code, said.hint) for said in diagnostics.remarks] == [
        (2, "key-withdrawn", "Send a new edition."),
        (4, "key-withdrawn", "Number the pages of the pack."),
    ]


def test_withdrawn_phrases_of_a_table_are_one_warning() -> None:
    old = "preview-edit-form: Form\npreview-edit-add: Add\npreview-edit-save: Keep\n"
    words, remarks = read_phrase_table(replace(LAYOUTS, files={"words/en.yaml": old}))
    assert words.english.say("preview-edit-save") == "Keep"
    sentences = [(remark.code, remark.sentence) for remark in remarks]
    assert sentences == [("key-withdrawn", "These keys are no longer used: 'preview-edit-form', 'preview-edit-add'.")]
