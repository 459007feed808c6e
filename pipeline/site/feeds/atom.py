"""Atom: what is new, for feed readers; and the parts of which OPDS 1.2 is made too."""

from datetime import date

from lxml import etree

from pipeline.site.feeds.listed import address, identifier, moment
from pipeline.site.values import Catalogue

ATOM = "http://www.w3.org/2005/Atom"

MOST = 50
"""Entries of the feed."""


def atom(site: Catalogue) -> bytes:
    """The newest entries of the histories of texts that hold."""
    root = feed(site, "atom.xml", "application/atom+xml")
    element(root, "link", rel="alternate", href=address(site, "new.html"), type="text/html")
    found = [one for one in site.news if one.text.holds][:MOST]
    for number, one in enumerate(found):
        said, text = one.entry, one.text
        name = f"{identifier(site, text)}#{said.version}-{said.date.isoformat()}-{said.kind}"
        name += f"-{number}" if one in found[:number] else ""
        title = f"{text.title}: {site.words.say('version', number=said.version)}"
        summary = site.words.say("amended", kind=site.words.say(f"amended-{said.kind}"), summary=said.summary)
        made = entry(root, name, title, said.date, summary)
        element(made, "link", rel="alternate", href=address(site, f"{text.id}/index.html"), type="text/html")
    return written(root)


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
