"""Index page of the output folder, and the lengths of what was made."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from pipeline.build.output import Output
from pipeline.core.sentences import count_noun
from pipeline.model.formats import FORMATS, format_row
from pipeline.model.words import format_date

HEADING_BY_FOLDER: Mapping[str, str] = {"packs": "Packs", "briefings": "Briefings", "series": "Series"}
"""The headings, by the folders of `output/`, in order."""

_INDEX_TEMPLATE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What was built</title>
<style>
:root {{ color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }}
body {{ max-width: 46rem; margin: 2.5rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.75rem; line-height: 1.2 }}
h2 {{ font-size: 1.25rem; margin: 2rem 0 .5rem; border-top: 1px solid; padding-top: .5rem }}
ul {{ list-style: none; padding: 0; margin: 0 }}
li {{ margin: .75rem 0 }}
li > span {{ display: block }}
a {{ margin-right: 1rem }}
</style>
</head>
<body>
<main>
<h1>What was built</h1>
{sections}
</main>
</body>
</html>
""")


def index_page(outputs: Iterable[Output]) -> bytes:
    """Return the page that lists packs, briefings and series, with a link to each file."""
    by_kind = {
        kind: [output for output in outputs if output.owner.startswith(f"{kind}/")] for kind in HEADING_BY_FOLDER
    }
    sections = Markup("\n").join(
        _index_section(heading, by_kind[kind]) for kind, heading in HEADING_BY_FOLDER.items() if by_kind[kind]
    )
    return _INDEX_TEMPLATE.format(sections=sections or Markup("<p>Nothing yet.</p>")).encode()


def _index_section(heading: str, outputs: Iterable[Output]) -> Markup:
    things = groupby(sorted(outputs, key=lambda output: output.owner), key=lambda output: output.owner)
    lines = Markup("\n").join(_index_entry(owner, tuple(files)) for owner, files in things)
    return Markup("<section>\n<h2>{}</h2>\n<ul>\n{}\n</ul>\n</section>").format(heading, lines)


def _index_entry(owner: str, files: tuple[Output, ...]) -> Markup:
    """Return a list entry: title, date produced, links to the files."""
    title = next((file.title for file in files if file.title), owner.partition("/")[2])
    days = ", ".join(format_date(date.fromisoformat(day)) for day in sorted({file.produced for file in files}))
    order = sorted(files, key=lambda file: [*FORMATS].index(format_row(file.format).name))
    links = Markup(" ").join(
        Markup('<a href="{}">{}{}</a>').format(file.path, format_row(file.format).words, _notes_on_file(file))
        for file in order
    )
    return Markup("<li><strong>{}</strong> <span>Produced {}</span>\n<span>{}</span></li>").format(title, days, links)


def _notes_on_file(file: Output) -> str:
    """Return notes on a file: its pages, and whether it is of an earlier build or a draft."""
    pages = f"{file.pages} page{'' if file.pages == 1 else 's'}" if format_row(file.format).paged else ""
    state = "of an earlier build" if file.earlier else "a draft, as something is wrong with it" if file.faulty else ""
    notes = ", ".join(filter(None, (pages, state)))
    return f" ({notes})" if notes else ""


# Lengths


@dataclass(frozen=True, slots=True)
class Length:
    """Length of a briefing in pages, or of a pack in sheets."""

    owner: str
    pages: int
    before: int = 0
    """Pages in the build before, or 0 if that is not known."""

    @property
    def id(self) -> str:
        """The id of the briefing or the pack."""
        return self.owner.partition("/")[2]

    @property
    def sheets(self) -> int:
        """The sheets of paper, printed on both sides."""
        return -(-self.pages // 2)

    @property
    def has_changed(self) -> bool:
        """Whether it is longer or shorter than before."""
        return bool(self.before) and self.before != self.pages

    @property
    def is_pack(self) -> bool:
        """Whether it is counted in sheets."""
        return self.owner.startswith("packs/")

    def __str__(self) -> str:
        pages = count_noun(self.pages, "page")
        return f"{pages}, {count_noun(self.sheets, 'sheet')}" if self.is_pack else pages


def lengths(outputs: Iterable[Output], before: Iterable[Output] = ()) -> Mapping[str, Length]:
    """Return the length of everything that has pages, by owner; `before` are rows of an earlier build.

    Of several formats the printer's counts, else the first that has pages or page marks.
    """
    chosen: dict[str, Output] = {}
    rows = [(format_row(output.format), output) for output in outputs if output.pages]
    for _, output in sorted(rows, key=lambda pair: (not pair[0].printed, [*FORMATS].index(pair[0].name))):
        chosen.setdefault(output.owner, output)
    pages_before = {output.path: output.pages for output in before}
    return {
        owner: Length(owner, output.pages, pages_before.get(output.path, 0)) for owner, output in sorted(chosen.items())
    }


MANY_THINGS = 12
"""From this number of things on, the longest is named."""

MAX_NAMED_LENGTHS = 6
"""Number of things that are named as longer or shorter than before."""


def paper_lines(measured: Iterable[Length]) -> Iterator[str]:
    """Yield lines for a terminal: the paper that all of it takes, and what is longer or shorter than before."""
    lengths = tuple(measured)
    briefings = _total([length for length in lengths if not length.is_pack], "briefing")
    packs = _total([length for length in lengths if length.is_pack], "pack")
    if len(lengths) > 1:
        yield f"Paper: {'; '.join(filter(None, (briefings, packs)))}."
    changed = [length for length in lengths if length.has_changed]
    changed.sort(key=lambda length: (abs(length.pages - length.before), length.owner), reverse=True)
    if changed:
        named = [f"{length.id} {length.pages} (was {length.before})" for length in changed[:MAX_NAMED_LENGTHS]]
        named += [f"and {len(changed) - MAX_NAMED_LENGTHS} more"] if len(changed) > MAX_NAMED_LENGTHS else []
        yield f"Pages, where their number has changed: {', '.join(named)}."


def _total(measured: list[Length], noun: str) -> str:
    """Return such as '5 briefings of 3 to 4 pages, 17 in all'; of many the longest is named."""
    if not measured:
        return ""
    numbers = [length.sheets if length.is_pack else length.pages for length in measured]
    least, most = min(numbers), max(numbers)
    span = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    unit = f"{'sheet' if measured[0].is_pack else 'page'}{'' if span == '1' else 's'}"
    sides = " printed on both sides" if measured[0].is_pack else ""
    whole = f", {sum(numbers):,} in all" if len(measured) > 1 else ""
    longest = f" (most: {measured[numbers.index(most)].id})" if len(measured) > MANY_THINGS else ""
    return f"{count_noun(len(measured), noun)} of {span} {unit}{sides}{whole}{longest}"
