"""The form: a field for every key of our schema, with what stands in the source as it was typed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from lxml import html

from pipeline.preview.desk import Listed
from pipeline.preview.form.fields import FormField, all_fields, form_fields, schema_of
from pipeline.preview.form.page import FRAME, FormFrame, form_page, places_of, whole_page
from pipeline.preview.form.saving import parts_of
from pipeline.preview.page import FOLDER
from tests.support.load.front_matters import generated, kind_of, leaves
from tests.support.words import ENGLISH

ONE = Listed("foot-patrol", "Foot patrol", False, "source/briefings/foot-patrol.md")
FRAMED = FormFrame((FOLDER / FRAME).read_text(encoding="utf-8"), ENGLISH)
FRONT = """title: Foot patrol
version: 1.10
status: nearly
first_published: next spring
authors: [Ann Lee, {name: Jo Bloggs, file_as: "Bloggs, Jo"}]
tags: patrol
evidence:
  base: {source: braga2018, type: systematic-review, meta_analysis: yes}
  plot: true
  findings:
    - id: crime
      outcome: Crime
abbreviations:
  HCF: {full: home-county force}
key_finding: >-
  A & B <i>
  say so.
of_ours: kept
"""


def page(front: str, body: str = "Body.\n") -> Any:
    """The form of a briefing with a front matter, as a browser reads it."""
    source = parts_of(f"---\n{front}---\n{body}".encode(), is_pack=False)
    assert source is not None
    return html.fromstring(form_page(FRAMED, ONE, source, "0" * 64))


def shown(form: Any, way: str) -> str:
    """What a control shows."""
    control = form.get_element_by_id(f"at-{way}")
    if control.tag == "select":
        return next(
            (one.text or "" for one in control if one.get("selected") is not None and one.get("value") != ""), ""
        )
    return control.get("value") if control.tag == "input" else control.text.removeprefix("\n")


@pytest.mark.parametrize(
    ("way", "value"),
    [
        ("version", "1.10"),
        ("status", "nearly"),
        ("first_published", "next spring"),
        ("authors-0", "Ann Lee"),
        ("authors-1-file_as", "Bloggs, Jo"),
        ("evidence-base-meta_analysis", "yes"),
        ("evidence-plot", "true"),
        ("evidence-findings-0-outcome", "Crime"),
        ("abbreviations-HCF-full", "home-county force"),
        ("key_finding", "A & B <i> say so."),
        ("summary", ""),
    ],
)
def test_a_value_is_shown_as_it_was_typed(way: str, value: str) -> None:
    """Numbers, days and yes too; a word that no list has can be seen and chosen away."""
    assert shown(page(FRONT), way) == value


def test_what_has_no_field_is_told_and_left() -> None:
    """A key of one's own, and a value in another form than its key asks for."""
    said = page(FRONT)
    assert "Left as they are, because no form knows them: of_ours." in said.text_content()
    other = said.get_element_by_id("at-tags")
    assert other.tag == "p"
    assert "Change it in the whole file." in other.text_content()


def test_every_field_has_a_label_a_description_and_a_remark_of_its_own() -> None:
    """Nothing shares an id, also in what is added to lists, and nothing refers to what is not there."""
    for front in (FRONT, generated(3).text, ""):
        form = page(front)
        ids = Counter(form.xpath("//@id"))
        assert {own for own, number in ids.items() if number > 1} == set()
        labelled = set(form.xpath("//label/@for"))
        controls = form.xpath("//input | //select | //textarea")
        assert {one.get("id") for one in controls} <= labelled <= set(ids)
        told = {own for one in form.xpath("//@aria-describedby") for own in one.split()}
        assert told <= set(ids)
        assert all(one.text_content().strip() for one in form.xpath("//legend | //label | //button | //summary"))


def test_every_key_of_the_schema_has_a_field() -> None:
    schema = schema_of("briefing.json")
    found: set[tuple[str, ...]] = set()

    def walk(fields: tuple[FormField, ...]) -> None:
        for one in all_fields(fields):
            found.add(tuple("*" if re.fullmatch(r"\{n\d\}", str(step)) else str(step) for step in one.way))
            if one.blank:
                walk((one.blank,))

    walk(form_fields(schema, {}))
    wanted = {tuple("*" if step == "HCF" else step for step in leaf) for leaf in leaves()}
    of_names = {leaf[:-1] for leaf in wanted if leaf[:1] in (("authors",), ("reviewers",))}  # a name by itself is added
    assert {leaf for leaf in wanted if leaf[:-1] not in of_names} <= found
    assert of_names <= found


def test_descriptions_are_those_of_the_schema() -> None:
    """With code as code, and days with the way to write them."""
    form = page(FRONT)
    hint = form.get_element_by_id("at-status-hint").text_content()
    assert hint == kind_of(schema_of("briefing.json"))["properties"]["status"]["description"]
    assert form.get_element_by_id("at-first_published-hint").text_content().endswith("such as 2022-10-19.")


def test_places_are_those_of_the_file() -> None:
    """The line and column of each key, of an entry of a list its own; the body begins below the front matter."""
    source = parts_of(f"---\n{FRONT}---\nBody.\n".encode(), is_pack=False)
    assert source is not None
    places = places_of(source, is_pack=False)
    assert places["at-version"] == "3:1"
    assert places["at-authors-1"] == "6:20"
    assert places["at-evidence-findings-0-outcome"] == "13:7"
    assert page(FRONT).get_element_by_id("body").get("data-line") == "21"


def test_a_text_is_shown_to_its_last_letter() -> None:
    """An empty line at its head, carriage returns as breaks, marks of HTML; no byte order mark."""
    assert page("title: x\n", "\n\n<b>&amp;\n").get_element_by_id("body").text == "\n\n\n<b>&amp;\n"
    whole = whole_page(FRAMED, ONE, "\ufefftitle: [\r\n".encode(), "0" * 64, is_asked_for=False)
    form: Any = html.fromstring(whole)
    assert form.get_element_by_id("text").text == "\ntitle: [\n"
    assert "The front matter cannot be read." in form.text_content()
