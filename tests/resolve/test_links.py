"""Cross-references and links, also by path: filled in, or reported and shown as placeholders."""

import pytest

from pipeline.model.body import (
    CrossReference,
    Division,
    Figure,
    Link,
    Paragraph,
    Placeholder,
    Table,
    plain_text,
    walk_nodes,
)
from pipeline.model.formats import Asset
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published
from tests.support.resolve.library_parts import briefing, library, publication, resolved, rule_remarks, said

MAP = Asset("source/briefings/map.svg", "image/svg+xml", "d1", b"<svg/>")
FIGURES = """\
See [](#fig-map), [](#tbl-n) and [](#harms).

![](map.svg){alt="A map"}

![A map](map.svg){#fig-map alt="A map"}

| a | b |
|---|---|
| 1 | 2 |

: Numbers {#tbl-n}

## What *harms* {#harms}

Text.
"""


def test_cross_references_say_what_they_lead_to() -> None:
    text = publication(briefing(body=FIGURES), MAP)
    assert plain_text(text.body.blocks[0]) == "See Figure 1, Table 1 and What harms."
    assert [node.number for node in walk_nodes(text.body) if isinstance(node, Figure | Table)] == [None, 1, 1]


def test_a_missing_figure_is_a_placeholder() -> None:
    text = publication(briefing(body='![A map](lost.svg){#fig-x alt="A map"}\n\nSee [](#fig-x).\n'))
    stand_in, after = text.body.blocks
    assert isinstance(stand_in, Division)
    assert (stand_in.attributes.id, plain_text(after.children)) == ("fig-x", "See [figure].")
    (block,) = stand_in.children
    assert isinstance(block, Paragraph)
    assert block.children[0] == Placeholder("[lost.svg: cannot be shown] ")
    assert plain_text(block.children[1:]) == "A map"
    assert text.identity.statuses == ("DRAFT",)


def test_an_unknown_target_is_an_error_with_the_nearest_ids() -> None:
    text = "See [](#harm) and [the part](#nowhere).\n\n## Harms {#harms}\n"
    remarks = rule_remarks(library(briefing(body=text)))
    assert said(remarks) == ["foot-patrol.md:1:5 link-unknown-anchor", "foot-patrol.md:1:19 link-unknown-anchor"]
    assert remarks[0].hint == "Did you mean 'harms'?"
    result = publication(briefing(body=text))
    assert plain_text(result.body.blocks[0]) == "See [#harm: not found] and the part [#nowhere: not found]."
    assert not [node for node in walk_nodes(result.body) if isinstance(node, Link | CrossReference)]


@pytest.mark.parametrize(
    ("heading", "anchor", "expected"),
    [
        ("Step one - create it", "step-one---create-it", "step-one-create-it"),
        ("A & B", "a--b", "a-b"),
        ("1. Find the id", "1-find-the-id", "section-1-find-the-id"),
        ("Über uns", "über-uns", "uber-uns"),
        ("C++ and F#", "c-and-f", "c-and-f"),
        ("Client/Server v1.2", "clientserver-v12", "client-server-v1-2"),
        ("Costs\n\n## Costs\n\n## Costs", "costs-1", "costs-2"),
    ],
)
def test_a_heading_is_found_by_the_id_that_github_makes(heading: str, anchor: str, expected: str) -> None:
    linking = briefing(body=f"[it](#{anchor}) [](#{anchor})\n\n## {heading}\n")
    other = briefing(body=f"[it](foot-patrol.md#{anchor})\n", name="other")
    of = library(linking, other)
    assert not [remark for remark in rule_remarks(of) if remark.code.startswith("link-")]
    text = resolved(of, "foot-patrol").publications[0]
    assert [node.href for node in walk_nodes(text.body) if isinstance(node, Link)] == [f"#{expected}"]
    assert [node.target for node in walk_nodes(text.body) if isinstance(node, CrossReference)] == [expected]
    text = resolved(of, "other").publications[0]
    assert [node.href for node in walk_nodes(text.body) if isinstance(node, Link)] == [
        f"briefing:foot-patrol#{expected}"
    ]


def test_an_id_of_its_own_goes_before_one_that_is_alike() -> None:
    text = publication(briefing(body="[a](#a-b) [b](#A-b)\n\n## One {#ab}\n\n## Two {#a-b}\n"))
    assert [node.href for node in walk_nodes(text.body) if isinstance(node, Link)] == ["#a-b"]


def test_links_between_briefings_are_checked_and_kept() -> None:
    other = briefing(body="## Costs {#costs}\n\nText.\n", name="cctv")
    text = "[a](briefing:cctv#costs) [b](briefing:cct) [c](briefing:cctv#cost) [d](briefing:broken-one)\n"
    of = library(briefing(body=text), other, broken=frozenset({"broken-one"}))
    remarks = [r for r in rule_remarks(of) if "link" in r.code or r.code == "briefing-unknown"]
    assert [(r.code, r.hint.split("?")[0]) for r in remarks] == [
        ("briefing-unknown", "Did you mean 'cctv'"),
        ("link-unknown-anchor", "Did you mean 'costs'"),
    ]
    result = resolved(of, "foot-patrol").publications[0]
    assert [node.href for node in walk_nodes(result.body) if isinstance(node, Link)] == [
        "briefing:cctv#costs",
        "briefing:broken-one",
    ]


def test_same_ids_in_two_texts_are_renamed() -> None:
    front = "evidence:\n  method_note: |\n    ## Search {#search}\n\n    See [](#search).\n"
    text = publication(briefing(front, "## Search {#search}\n\nSee [](#search).\n"))
    assert [node.id for node in text.method_note.blocks[:1]] == ["method-note-search"]  # type: ignore[union-attr]
    targets = [node.target for node in walk_nodes((text.body, text.method_note)) if isinstance(node, CrossReference)]
    assert targets == ["search", "method-note-search"]
    assert not [node for node in walk_nodes(text.body) if isinstance(node, Placeholder)]


def test_the_list_of_references_is_no_target_where_there_is_none() -> None:
    cited, plain = "Words [@a]. See [the works](#references).\n", "See [the works](#references).\n"
    other = briefing(body="See [them](briefing:foot-patrol#references).\n", name="cctv")

    def link_remarks(body: str) -> list[str]:
        remarks = rule_remarks(library(briefing(body=body), other))
        return [line for line in said(remarks) if "link" in line]

    assert link_remarks(cited) == []
    assert link_remarks(plain) == ["cctv.md:1:5 link-unknown-anchor", "foot-patrol.md:1:5 link-unknown-anchor"]


COSTING = briefing(body="## Costs {#costs}\n\nText.\n", name="costing")
SURVEY = briefing(body="Text.\n", name="patrol-survey")
OVERVIEW = briefing(body="Text.\n", name="survey")


def led(href: str) -> list[str]:
    """Where a link of this address leads, from `source/briefings/foot-patrol.md`."""
    of = library(briefing(body=f"## See {{#here}}\n\n[it]({href})\n"), COSTING, SURVEY, OVERVIEW)
    return [
        node.href for node in walk_nodes(resolved(of, "foot-patrol").publications[0].body) if isinstance(node, Link)
    ]


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("costing.md", "briefing:costing"),
        ("./Costing.md", "briefing:costing"),
        ("costing", "briefing:costing"),
        ("../costing/", "briefing:costing"),
        ("../costing/index.html", "briefing:costing"),
        ("costing/briefing.md", "briefing:costing"),
        ("/docs/costing.html#costs", "briefing:costing#costs"),
        ("costing.md#costs", "briefing:costing#costs"),
        ("/guide/costing/?page=2#costs", "briefing:costing#costs"),
        ("../patrol/survey.md", "briefing:patrol-survey"),
        ("../other/survey.md", "briefing:survey"),
        ("patrol%20survey.qmd", "briefing:patrol-survey"),
        ("patrol_survey.ipynb", "briefing:patrol-survey"),
        ("foot-patrol.md", "briefing:foot-patrol"),
        ("foot-patrol.md#here", "#here"),
    ],
)
def test_a_path_leads_to_the_text_that_it_means(href: str, target: str) -> None:
    assert led(href) == [target]


def test_an_unknown_path_is_reported_once_with_the_nearest_text() -> None:
    text = "[a](costings.md) and [b](../costings.md#x), [c](/elsewhere/), [d](costing.md#cost).\n"
    of = library(briefing(body=text), COSTING)
    remarks = [remark for remark in rule_remarks(of) if remark.code.startswith("link")]
    assert said(tuple(remarks)) == [
        "foot-patrol.md:1:1 link-unknown-text",
        "foot-patrol.md:1:45 link-unknown-text",
        "foot-patrol.md:1:63 link-unknown-anchor",
    ]
    assert remarks[0].sentence == "No text of this library is at 'costings.md'; one more link leads there."
    assert remarks[0].hint.startswith("Did you mean 'costing'?")
    result = publication(briefing(body="See [the costs](costings.md).\n"))
    assert plain_text(result.body.blocks[0]) == "See the costs [costings.md: not found]."


def test_a_kept_version_leads_where_it_led() -> None:
    """A kept version is complete: it knows the text that a path meant, also when that is gone."""
    body = FILES["briefings/patrol/briefing.md"] + "\nSee [the survey](../big/survey/).\n"
    files = FILES | {
        "briefings/patrol/briefing.md": body,
        "briefings/big-survey.md": "---\ntitle: Big\nsummary: S.\n---\n\nText.\n",
        "briefings/survey.md": "---\ntitle: Small\nsummary: S.\n---\n\nText.\n",
        "packs/all.yaml": "title: All\nbriefings: [patrol@1.0]\n",
    }
    later = loaded({name: text for name, text in published(files).items() if name != "briefings/big-survey.md"})
    assert [remark.id for remark in later.kept["patrol@1.0"].record.leads_to] == ["big-survey"]
    (pack,) = resolved(later, "all", produced=DAY).packs
    hrefs = [node.href for node in walk_nodes(pack.members[0].body) if isinstance(node, Link)]
    assert "briefing:big-survey" in hrefs
