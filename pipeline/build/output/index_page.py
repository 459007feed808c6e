"""`output/index.html`: a plain list of what was built, for whoever opens the folder. Knows nothing of files."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from markupsafe import Markup

from pipeline.build.output.outputs import Output
from pipeline.model.day import in_words
from pipeline.model.formats import FORMATS, format_row

KINDS: Mapping[str, str] = {"packs": "Packs", "briefings": "Briefings", "series": "Series"}
"""The headings, by the folders under `output/`, in their order."""

_PAGE = Markup("""<!DOCTYPE html>
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
    """The page: packs, briefings and series, each with a link to each of its files."""
    by_kind = {kind: [one for one in outputs if one.owner.startswith(f"{kind}/")] for kind in KINDS}
    sections = Markup("\n").join(_section(heading, by_kind[kind]) for kind, heading in KINDS.items() if by_kind[kind])
    return _PAGE.format(sections=sections or Markup("<p>Nothing yet.</p>")).encode()


def _section(heading: str, outputs: Iterable[Output]) -> Markup:
    things = groupby(sorted(outputs, key=lambda one: one.owner), key=lambda one: one.owner)
    lines = Markup("\n").join(_thing(owner, tuple(files)) for owner, files in things)
    return Markup("<section>\n<h2>{}</h2>\n<ul>\n{}\n</ul>\n</section>").format(heading, lines)


def _thing(owner: str, files: tuple[Output, ...]) -> Markup:
    """A pack, a briefing or a series: its title, the day that it bears, its files."""
    title = next((file.title for file in files if file.title), owner.partition("/")[2])
    days = ", ".join(in_words(date.fromisoformat(day)) for day in sorted({file.produced for file in files}))
    order = sorted(files, key=lambda file: [*FORMATS].index(format_row(file.format).name))
    links = Markup(" ").join(
        Markup('<a href="{}">{}{}</a>').format(file.path, format_row(file.format).words, _said(file)) for file in order
    )
    return Markup("<li><strong>{}</strong> <span>Produced {}</span>\n<span>{}</span></li>").format(title, days, links)


def _said(file: Output) -> str:
    """Notes on a file: the length of a PDF, and that it is older or has a fault."""
    pages = f"{file.pages} page{'' if file.pages == 1 else 's'}" if format_row(file.format).paged else ""
    state = "of an earlier build" if file.earlier else "a draft, as something is wrong with it" if file.faulty else ""
    said = ", ".join(filter(None, (pages, state)))
    return f" ({said})" if said else ""
