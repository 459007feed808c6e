"""Atom: what is new, for feed readers."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from lxml import etree

from pipeline.site.feeds.listed import address, identifier, moment
from pipeline.site.values import Catalogue, News

ATOM = "http://www.w3.org/2005/Atom"

MOST = 50
"""Entries of the feed."""


def atom(site: Catalogue) -> bytes:
    """The newest entries of the histories of texts that hold."""
    root = feed(site, "atom.xml", "application/atom+xml")
    element(root, "link", rel="alternate", href=address(site, "new.html"), type="text/html")
    found = [one for one in site.news if one.text.holds]
    for one, name in [*zip(found, _names(site, found), strict=True)][:MOST]:
        said, text = one.entry, one.text
        title = f"{text.title}: {site.words.say('version', number=said.version)}"
        summary = site.words.say("amended", kind=site.words.say(f"amended-{said.kind}"), summary=said.summary)
        made = entry(root, name, title, said.date, summary)
        element(made, "link", rel="alternate", href=address(site, f"{text.id}/index.html"), type="text/html")
    return written(root)


def _names(site: Catalogue, news: Sequence[News]) -> list[str]:
    """A name for each entry that stays as newer ones come: those that would be alike are counted from the oldest."""
    count, names = Counter[str](), []
    for one in reversed(news):
        said = one.entry
        name = f"{identifier(site, one.text)}#{said.version}-{said.date.isoformat()}-{said.kind}"
        count[name] += 1
        names.append(name if count[name] == 1 else f"{name}-{count[name]}")
    return names[::-1]


def feed(site: Catalogue, path: str, media_type: str) -> etree._Element:
    """A feed without entries."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", site.language)
    element(root, "id", f"{site.address}/{path}" if site.address else f"urn:x-briefings:{path}")
    element(root, "title", site.title)
    element(root, "updated", moment(site.modified))
    element(element(root, "author"), "name", site.publisher)
    element(root, "link", rel="self", href=address(site, path), type=media_type)
    return root


def entry(root: etree._Element, name: str, title: str, day: date | None, summary: str) -> etree._Element:
    """A new entry of a feed."""
    made = element(root, "entry")
    element(made, "id", name)
    element(made, "title", title)
    element(made, "updated", moment(day))
    if summary:
        element(made, "summary", summary)
    return made


def element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A new element of Atom."""
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        made.text = text
    return made


def written(root: etree._Element) -> bytes:
    """A feed as a file."""
    etree.indent(root, " ")
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
