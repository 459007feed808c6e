"""Links by path, as in other Markdown, lead to the text that they mean or are reported."""

import pytest

from pipeline.model.body import Link, plain_text, walk_nodes
from tests.support.resolve.kept_versions import DAY, FILES, loaded, published
from tests.support.resolve.library_parts import briefing, library, publication, resolved, rule_remarks, said

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
