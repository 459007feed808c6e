"""Pages of the catalogue, from `layouts/site`, and web pages of texts in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from itertools import groupby

from lxml import etree
from markupsafe import Markup

from pipeline.bind.frames import fill_page_frame
from pipeline.compose.language.typography import set_words
from pipeline.compose.page.allow_list import Flaw, check_page_content
from pipeline.compose.page.fragment import parse_markup
from pipeline.compose.templates import fill_template, layout_origin
from pipeline.core.diagnostics import LayoutFault
from pipeline.model.formats import PDF_VARIANTS, Layouts, format_row
from pipeline.services.site.values import Catalogue, CataloguedText, Download, PageWords

# The web page of a briefing or a pack in the catalogue. A link to a text that the catalogue does not show is no link.

READING_PAGE = "read.html"
"""Name of the page in the folder of its text."""

_HREF = re.compile(r'(<a\b[^>]*?) href="([^"]*)"([^>]*)>')
_NEIGHBOUR = re.compile(r"\.\./\.\./briefings/(?P<id>[a-z0-9-]+)/(?P=id)\.[a-z]+(?P<anchor>#.*)?")
_DATA_ADDRESS = re.compile(r' data-address="[^"]*"')


def link_within_site(content: bytes, addresses: Mapping[str, str], shown: Iterable[str], back: str) -> bytes:
    """Return the page with links within the site, and a link back with the words `back`.

    `addresses` has the ids of briefings by address.
    """
    shown = frozenset(shown)

    def within_site(match: re.Match[str]) -> str:
        before, href, after = match.groups()
        target = _target(unescape(href), addresses)
        if target is None:
            return match[0]
        name, anchor = target
        tag = f"{before}{after}>"
        if name not in shown:
            return _DATA_ADDRESS.sub("", tag)
        page = "index.html" if 'class="address"' in tag else READING_PAGE  # the index says its status
        return f'{before} href="../{name}/{page}{escape(anchor)}"{after}>'

    page = _HREF.sub(within_site, content.decode())
    label = escape(back)
    link = f'<nav aria-label="{label}"><p class="way-back"><a href="index.html">{label}</a></p></nav>'
    return page.replace("<main ", f"{link}\n<main ", 1).encode()


def _target(href: str, addresses: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the briefing that a link leads to, and the anchor there; None for another link."""
    if match := _NEIGHBOUR.fullmatch(href):
        return match["id"], match["anchor"] or ""
    address, hash_mark, anchor = href.partition("#")
    return (addresses[address], hash_mark + anchor) if address in addresses else None


_NOT_INDEXED = frozenset({"about", "references", "stamp"})
"""Ids of parts that are not indexed: the list of works, and what is about the copy."""


def page_words(content: bytes) -> PageWords:
    """Return the words of a web page of a text."""
    root = etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
    main = root.find(".//main")
    if main is None:
        return PageWords()
    section = next((each for each in main.iter("section") if "key" in each.get("class", "").split()), ())
    blocks = [block for block in section if block.tag in ("p", "ul", "ol") and block.get("class") != "verdict"]
    key_finding = " ".join(" ".join("".join(map(str, block.itertext())) for block in blocks).split())
    for part in [element for element in main.iter() if element.get("id") in _NOT_INDEXED]:
        tail = part.tail
        part.clear()
        part.tail = tail
    words = " ".join(map(str, main.itertext()))  # with blanks, because cells have none between them
    return PageWords(" ".join(words.split()), key_finding)


# The other pages

NEWEST, MOST_NEWS = 5, 200
"""Changes on the first page, and on the page of changes."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page: its path on the site, its title, and the content of its head."""

    path: str
    title: str
    description: str = ""
    address: str = ""
    searches: bool = False

    @property
    def root(self) -> str:
        """The relative path from its folder to the root of the site."""
        return "../" * self.path.count("/")


SiteSection = tuple[str, str, tuple[CataloguedText, ...]]
"""A section of a list: its id, its heading, its texts."""


def site_pages(site: Catalogue, layouts: Layouts) -> Iterator[tuple[SitePage, str]]:
    """Yield every page of the catalogue, without web pages of texts, with its HTML."""
    words = site.words
    start = SitePage("index.html", site.title, site.subtitle, site.address)
    yield _page(site, layouts, "start", start, {"newest": site.news[:NEWEST]})
    yield _page(site, layouts, "groups", SitePage("packs.html", words.say("site-packs")), {})
    for path, title, sections, brief in (
        ("a-z.html", words.say("site-all"), texts_by_letter(site), False),
        ("subjects.html", words.say("site-subjects"), by_subject(site), True),
    ):
        values = {"title": title, "sections": list(sections), "brief": brief}
        yield _page(site, layouts, "list", SitePage(path, title), values)
    news = groupby(site.news[:MOST_NEWS], key=lambda row: row.entry.date.year)
    values = {"years": [(year, tuple(rows)) for year, rows in news], "more": len(site.news) > MOST_NEWS}
    yield _page(site, layouts, "new", SitePage("new.html", words.say("site-new")), values)
    yield _page(site, layouts, "search", SitePage("search.html", words.say("site-search"), searches=True), {})
    access = SitePage("accessibility.html", words.say("site-access"))
    yield _page(site, layouts, "access", access, {"claims": tuple(claims(site))})
    if site.keys:
        yield _page(site, layouts, "check", SitePage("check.html", words.say("site-check")), {})
    for group in site.groups:
        page = SitePage(f"{group.folder}/index.html", group.title, group.summary, _address(site, group.folder))
        yield _page(site, layouts, "group", page, {"group": group, "downloads": _downloads(site, group.files)})
    for text in site.texts:
        page = SitePage(f"{text.id}/index.html", text.title, text.summary, text.address or _address(site, text.id))
        values = {
            "text": text,
            "lang": Markup(' lang="{}"').format(text.language) if text.language != site.language else Markup(),
            "holders": [*(("pack", place) for place in text.packs), *(("series", place) for place in text.series)],
            "downloads": _downloads(site, text.downloads),
        }
        yield _page(site, layouts, "text", page, values)


def texts_by_letter(site: Catalogue) -> Iterator[SiteSection]:
    """Yield the texts by the first letter of their titles; those that begin with none are first."""

    def letter(text: CataloguedText) -> str:
        first = text.sorted_as[:1].upper()[:1]  # 'ß' in capitals is two letters
        return first if first.isalpha() else ""

    for first, texts in groupby(sorted(site.texts, key=letter), key=letter):
        yield f"letter-{ord(first or '0'):x}", first or site.words.say("site-other-letters"), tuple(texts)


def by_subject(site: Catalogue) -> Iterator[SiteSection]:
    """Yield the texts by subject, those without one last."""
    for subject in site.subjects:
        texts = tuple(text for text in site.texts if subject in text.subjects)
        yield f"subject-{subject.id}", subject.title, texts
    if rest := tuple(text for text in site.texts if not text.subjects):
        yield "no-subject", site.words.say("site-other-subjects"), rest


def _address(site: Catalogue, name: str) -> str:
    return f"{site.address}/{name}" if site.address else ""


def _downloads(site: Catalogue, files: Iterable[Download]) -> list[tuple[Download, str, str]]:
    return [(file, site.words.say(f"site-format-{file.format}"), file_size(file.bytes)) for file in files]


def file_size(number: int) -> str:
    """Return '85 kB', '1.2 MB'."""
    thousands = max(1, round(number / 1000))
    return f"{number / 1_000_000:.1f} MB" if thousands >= 1000 else f"{thousands} kB"


def _page(
    site: Catalogue, layouts: Layouts, name: str, page: SitePage, own: Mapping[str, object]
) -> tuple[SitePage, str]:
    """Fill a page, check it, set its typography, and put it into the frame. Raises `LayoutFault`."""
    values = {"site": site, "page": page, "words": site.words, **own}
    template = f"site/{name}.html.j2"
    markup = fill_template(layouts, template, values)
    try:
        root = parse_markup(f"<body>{markup}</body>")
        check_page_content(root, framed=True)
    except Flaw as flaw:
        raise LayoutFault(flaw.sentence, *layout_origin(layouts, template, values, *flaw.place_in(markup))) from flaw
    set_words(root, site.language)
    html: str = etree.tostring(root, encoding="unicode", method="html")
    body = html.removeprefix("<body>").removesuffix("</body>").strip()
    return page, fill_page_frame(layouts, "site/frame.html.j2", {**values, "root": page.root}, body, "")


def claims(site: Catalogue) -> Iterator[str]:
    """Yield a sentence or two on the accessibility of each format."""
    for format in dict.fromkeys(file.format for file in site.files):
        row, name = format_row(format), site.words.say(f"site-format-{format}")
        say = partial(site.words.say, format=name[:1].upper() + name[1:])
        if row.heard:
            yield say("site-access-tagged", standard="PDF/UA-1")
        elif row.paged:
            yield say("site-access-untagged")
        if row.paged and PDF_VARIANTS[row.variant].large:
            yield say("site-access-large")
        if not row.paged:
            yield say("site-access-reflows")
