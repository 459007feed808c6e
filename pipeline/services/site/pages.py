"""Pages of the catalogue, as `layouts/site` has them, and web pages of texts within it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from itertools import groupby

from lxml import etree
from markupsafe import Markup

from pipeline.bind.frames import page_in
from pipeline.compose.language.typography import set_words
from pipeline.compose.page.fragment import parsed
from pipeline.compose.page.gate import Flaw, pass_gate
from pipeline.compose.templates import fill, origin
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import EDITIONS, Layouts, format_row
from pipeline.services.site.values import Catalogue, CataloguedText, Download

# The web page of a briefing or a pack within the catalogue. Where a link leads to a text that the catalogue does not
# show, it leads nowhere.

NAME = "read.html"
"""The name of the page in the folder of its text."""

_HREF = re.compile(r'(<a\b[^>]*?) href="([^"]*)"([^>]*)>')
_BESIDE = re.compile(r"\.\./\.\./briefings/(?P<id>[a-z0-9-]+)/(?P=id)\.[a-z]+(?P<anchor>#.*)?")
_TOLD = re.compile(r' data-address="[^"]*"')


def reading_page(content: bytes, addresses: Mapping[str, str], shown: Iterable[str], back: str) -> bytes:
    """The page, led, with a line back in the words of `back`; `addresses` are those of briefings, with their ids."""
    known = frozenset(shown)

    def led(found: re.Match[str]) -> str:
        before, href, behind = found.groups()
        target = _target(unescape(href), addresses)
        if target is None:
            return found[0]
        name, anchor = target
        said = f"{before}{behind}>"
        if name not in known:
            return _TOLD.sub("", said)
        page = "index.html" if 'class="address"' in said else NAME  # where its state is told
        return f'{before} href="../{name}/{page}{escape(anchor)}"{behind}>'

    page = _HREF.sub(led, content.decode())
    label = escape(back)
    back = f'<nav aria-label="{label}"><p class="way-back"><a href="index.html">{label}</a></p></nav>'
    return page.replace("<main ", f"{back}\n<main ", 1).encode()


def _target(href: str, addresses: Mapping[str, str]) -> tuple[str, str] | None:
    """The briefing that a link leads to, and the anchor there; nothing where it leads elsewhere."""
    if found := _BESIDE.fullmatch(href):
        return found["id"], found["anchor"] or ""
    address, hash_mark, anchor = href.partition("#")
    return (addresses[address], hash_mark + anchor) if address in addresses else None


# The other pages

NEWEST = 5
"""Entries of what is new that stand on the first page."""


MOST = 200
"""Entries of the page of what is new: with more it would grow for ever."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page: its path on the site, its title, and what its head says."""

    path: str
    title: str
    description: str = ""
    address: str = ""
    searches: bool = False

    @property
    def root(self) -> str:
        """The way from its folder to that of the site."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class SiteSection:
    """Texts of a list under a heading."""

    id: str
    heading: str
    texts: tuple[CataloguedText, ...]


def site_pages(site: Catalogue, layouts: Layouts) -> Iterator[tuple[SitePage, str]]:
    """Every page that stands in the catalogue by itself, with its text."""
    words = site.words
    start = SitePage("index.html", site.title, site.subtitle, site.address)
    yield _page(site, layouts, "start", start, {"newest": site.news[:NEWEST]})
    yield _page(site, layouts, "groups", SitePage("packs.html", words.say("site-packs")), {})
    for path, title, sections, brief in (
        ("a-z.html", words.say("site-all"), tuple(by_letter(site)), False),
        ("subjects.html", words.say("site-subjects"), tuple(by_subject(site)), True),
    ):
        given = {"title": title, "sections": [(one.id, one.heading, one.texts) for one in sections], "brief": brief}
        yield _page(site, layouts, "list", SitePage(path, title), given)
    years = [(year, tuple(some)) for year, some in groupby(site.news[:MOST], key=lambda one: one.entry.date.year)]
    told = {"years": years, "more": len(site.news) > MOST}
    yield _page(site, layouts, "new", SitePage("new.html", words.say("site-new")), told)
    yield _page(site, layouts, "search", SitePage("search.html", words.say("site-search"), searches=True), {})
    said = {"claims": tuple(claims(site))}
    yield _page(site, layouts, "access", SitePage("accessibility.html", words.say("site-access")), said)
    if site.keys:
        yield _page(site, layouts, "check", SitePage("check.html", words.say("site-check")), {})
    for group in site.groups:
        page = SitePage(f"{group.folder}/index.html", group.title, group.summary, _address(site, group.folder))
        given = {"group": group, "downloads": _downloads(site, group.files)}
        yield _page(site, layouts, "group", page, given)
    for text in site.texts:
        page = SitePage(f"{text.id}/index.html", text.title, text.summary, text.address or _address(site, text.id))
        lang = Markup(' lang="{}"').format(text.language) if text.language != site.language else Markup()
        holders = [*(("pack", one) for one in text.packs), *(("series", one) for one in text.series)]
        given = {"text": text, "lang": lang, "holders": holders, "downloads": _downloads(site, text.downloads)}
        yield _page(site, layouts, "text", page, given)


def by_letter(site: Catalogue) -> Iterator[SiteSection]:
    """The texts by the first letter of their titles; those that begin with none stand under one heading, first."""

    def letter(text: CataloguedText) -> str:
        first = text.sorted_as[:1].upper()[:1]  # 'ß' in capitals is two letters
        return first if first.isalpha() else ""

    for first, some in groupby(sorted(site.texts, key=letter), key=letter):
        yield SiteSection(f"letter-{ord(first or '0'):x}", first or site.words.say("site-other-letters"), tuple(some))


def by_subject(site: Catalogue) -> Iterator[SiteSection]:
    """The texts by subject, those that have none last."""
    for subject in site.subjects:
        texts = tuple(text for text in site.texts if subject in text.subjects)
        yield SiteSection(f"subject-{subject.id}", subject.title, texts)
    if rest := tuple(text for text in site.texts if not text.subjects):
        yield SiteSection("no-subject", site.words.say("site-other-subjects"), rest)


def _address(site: Catalogue, name: str) -> str:
    return f"{site.address}/{name}" if site.address else ""


def _downloads(site: Catalogue, files: Iterable[Download]) -> list[tuple[Download, str, str]]:
    return [(file, site.words.say(f"site-format-{file.format}"), size(file.bytes)) for file in files]


def size(number: int) -> str:
    """'85 kB', '1.2 MB'."""
    thousands = max(1, round(number / 1000))
    return f"{number / 1_000_000:.1f} MB" if thousands >= 1000 else f"{thousands} kB"


def _page(
    site: Catalogue, layouts: Layouts, name: str, page: SitePage, own: Mapping[str, object]
) -> tuple[SitePage, str]:
    """A page filled in, passed through the gate, its words set, and framed. Raises `LayoutFault`."""
    values = {"site": site, "page": page, "words": site.words, **own}
    template = f"site/{name}.html.j2"
    markup = fill(layouts, template, values)
    try:
        root = parsed(f"<body>{markup}</body>")
        pass_gate(root, framed=True)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *origin(layouts, template, values, *flaw.place_in(markup))) from flaw
    set_words(root, site.language)
    written: str = etree.tostring(root, encoding="unicode", method="html")
    body = written.removeprefix("<body>").removesuffix("</body>").strip()
    return page, page_in(layouts, "site/frame.html.j2", {**values, "root": page.root}, body, "")


def claims(site: Catalogue) -> Iterator[str]:
    """A sentence or two on each format."""
    files = [*(file for one in site.texts for file in one.files), *(file for one in site.groups for file in one.files)]
    for format in dict.fromkeys(file.format for file in files):
        row, name = format_row(format), site.words.say(f"site-format-{format}")
        say = partial(site.words.say, format=name[:1].upper() + name[1:])
        if row.heard:
            yield say("site-access-tagged", standard="PDF/UA-1")
        elif row.paged:
            yield say("site-access-untagged")
        if row.paged and EDITIONS[row.edition].large:
            yield say("site-access-large")
        if not row.paged:
            yield say("site-access-reflows")
