"""What other pipelines are given: the text of the same briefings, in the words that pandoc knows.

A peer gets title and language, the whole body, and the works that the text cites as CSL-JSON, which pandoc reads the
soonest. It does not get what it has no word for and so need not set: findings, key finding, dates, the box at the end.
Where our Markdown has its own words they are replaced by pandoc's: a reference to a figure by its words, a link to a
briefing by its address. Pandoc gives Typst no alternative text of a figure, without which there is no PDF/UA, so that
the text for Typst has the figure as Typst writes it.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bench.library import ADDRESS

_FIGURE = re.compile(r'^!\[(?P<caption>[^]]+)\]\((?P<file>[^)]+)\)\{#(?P<id>\S+) alt="(?P<alt>[^"]+)"\}$', re.MULTILINE)
_REFERENCES = "\n\n# References\n\n::: {#refs}\n:::\n"


@dataclass(frozen=True)
class Text:
    """A text for a peer: its name, its title, Markdown whose highest heading is of the first level, and its works."""

    name: str
    title: str
    body: str
    cited: frozenset[str]

    def markdown(self, *, typst: bool = False) -> str:
        """The file, for Typst or for all others."""
        body = _FIGURE.sub(_in_typst, self.body) if typst else self.body
        return f"---\ntitle: {self.title}\nlang: en-GB\nlink-citations: true\n---\n\n{body}{_REFERENCES}"


def text_of(project: Path, name: str) -> Text:
    """The text of a briefing."""
    source = (project / "source" / "briefings" / name / "briefing.md").read_text(encoding="utf-8")
    _, front, body = source.split("---\n", 2)
    body = body.replace("chart.svg", f"{name}.svg").replace("](briefing:", f"]({ADDRESS}/")
    body = re.sub(r"\[\]\(#tbl-", "[Table 1](#tbl-", re.sub(r"\[\]\(#fig-", "[Figure 1](#fig-", body))
    return Text(name, yaml.safe_load(front)["title"], _raised(body.strip(), "##", "#"), _keys(body))


def pack_of(name: str, texts: list[Text]) -> Text:
    """One text out of many, each below a heading that is its title."""
    body = "\n\n".join(f"# {text.title}\n\n{_raised(text.body, '#', '##')}" for text in texts)
    return Text(name, f"Invented pack {name}", body, frozenset().union(*(text.cited for text in texts)))


def works_of(project: Path) -> dict[str, dict[str, Any]]:
    """Every work of a library, by its key, as CSL-JSON."""
    files = sorted((project / "source" / "references").glob("*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {work["id"]: work for file in files for work in yaml.load(file.read_text(encoding="utf-8"), loader)}


def write_text(folder: Path, text: Text, works: dict[str, dict[str, Any]]) -> None:
    """Write a text and its works for every peer."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{text.name}.md").write_text(text.markdown(), encoding="utf-8")
    (folder / f"{text.name}.typst.md").write_text(text.markdown(typst=True), encoding="utf-8")
    cited = [works[key] for key in sorted(text.cited)]
    (folder / f"{text.name}.json").write_text(json.dumps(cited), encoding="utf-8")


def write_chart(folder: Path, project: Path, name: str) -> None:
    """Put the chart of a briefing beside its text."""
    chart = project / "source" / "briefings" / name / "chart.svg"
    (folder / f"{name}.svg").write_bytes(chart.read_bytes())


def _keys(body: str) -> frozenset[str]:
    return frozenset(re.findall(r"@(work\d+)", body))


def _raised(body: str, marks: str, instead: str) -> str:
    """The text with its headings on another level."""
    return re.sub(rf"^{marks} ", f"{instead} ", body, flags=re.MULTILINE)


def _in_typst(found: re.Match[str]) -> str:
    said = {name: json.dumps(found[name], ensure_ascii=False) for name in ("file", "alt")}
    figure = f"#figure(image({said['file']}, alt: {said['alt']}), caption: [{found['caption']}]) <{found['id']}>"
    return f"```{{=typst}}\n{figure}\n```"
