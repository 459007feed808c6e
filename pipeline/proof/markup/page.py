"""A finished web page inspected by our own checks: what must be true of every text."""

import re
from collections.abc import Mapping

from lxml import etree, html

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.comparison import page_differences
from pipeline.proof.epub.inspection import OF_TEXT
from pipeline.proof.job import ProofJob
from pipeline.proof.markup import text_links
from pipeline.proof.markup.text import MATHML, SVG, XHTML, XhtmlText

SAID = "the page"


def page_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Faults of a web page by our own checks. Where its links lead to other files cannot be told from it alone."""
    desk, place = Desk(), Place(job.path)
    content, pictures = pictures_apart(job.content)
    root = read_page(content)
    if root is None:
        return (message("proof-text", place, document=SAID, fault="there is nothing to read"),)
    page = XhtmlText(place, "", SAID, root, pictures)
    for check in OF_TEXT:
        desk.extend(check(page))
    desk.extend(text_links.every_link_is_held(page, lambda path, anchor: _missing(page, path, anchor)))
    if job.promise:
        desk.extend(page_differences(page, job.promise, job.path))
    return desk.remarks


def _missing(page: XhtmlText, path: str, anchor: str) -> str:
    return "there is no such place" if path == page.path and anchor and anchor not in page.ids else ""


def read_page(content: bytes) -> etree._Element | None:
    """The page as a tree of XHTML with its drawings and formulas in their own namespaces; nothing where it is empty."""
    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except etree.ParserError:
        return None
    _name(root, XHTML)
    return root


def _name(element: etree._Element, namespace: str) -> None:
    """Give an element and all in it the namespaces that HTML leaves out, and the capital that its parser lowers."""
    if not isinstance(element.tag, str):
        return
    own = {"svg": SVG, "math": MATHML}.get(element.tag, namespace)
    element.tag = f"{{{own}}}{element.tag}"
    if "viewbox" in element.attrib:
        element.set("viewBox", element.attrib.pop("viewbox"))
    for child in element:
        _name(child, XHTML if element.tag == f"{{{SVG}}}foreignobject" else own)


_PICTURE = re.compile(rb'(?<=src="data:image/)([a-z+]+;base64,)([A-Za-z0-9+/=]{200,})(?=")')


def pictures_apart(page: bytes) -> tuple[bytes, Mapping[str, memoryview]]:
    """A page with a number in the place of each long picture, and those by the address that each has now, in base64."""
    parts: list[bytes] = []
    pictures: dict[str, memoryview] = {}
    view, end = memoryview(page), 0
    for number, found in enumerate(_PICTURE.finditer(page)):
        parts += [page[end : found.start(2)], b"%d" % number]
        pictures[f"data:image/{found[1].decode()}{number}"] = view[found.start(2) : found.end(2)]
        end = found.end(2)
    return b"".join([*parts, page[end:]]), pictures
