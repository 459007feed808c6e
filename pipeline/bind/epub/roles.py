"""EPUB's own vocabulary beside the roles of DPUB-ARIA, and what else a document of a book needs."""

from lxml import etree

from pipeline.markup.xhtml import EPUB_TYPE, MATHML, SVG, XML_LANG, elements, local

# EPUB Structural Semantics; roles that are deprecated (doc-biblioentry, doc-endnote) or have no pair are left out.
_TYPES = {
    "doc-abstract": "abstract",
    "doc-acknowledgments": "acknowledgments",
    "doc-appendix": "appendix",
    "doc-bibliography": "bibliography",
    "doc-biblioref": "biblioref",
    "doc-chapter": "chapter",
    "doc-colophon": "colophon",
    "doc-conclusion": "conclusion",
    "doc-cover": "cover",
    "doc-footnote": "footnote",
    "doc-foreword": "foreword",
    "doc-glossary": "glossary",
    "doc-glossref": "glossref",
    "doc-index": "index",
    "doc-introduction": "introduction",
    "doc-noteref": "noteref",
    "doc-notice": "notice",
    "doc-pagebreak": "pagebreak",
    "doc-part": "part",
    "doc-preface": "preface",
    "doc-pullquote": "pullquote",
    "doc-qna": "qna",
    "doc-subtitle": "subtitle",
    "doc-tip": "tip",
    "doc-toc": "toc",
}


def add_types(root: etree._Element) -> None:
    """Say in EPUB's words what the roles say."""
    for element in elements(root):
        kind = _TYPES.get(element.get("role", ""))
        if kind and not element.get(EPUB_TYPE):
            element.set(EPUB_TYPE, kind)
        if kind == "cover" and local(element) != "img":  # the cover is the picture: here is what a cover says in words
            element.set(EPUB_TYPE, "titlepage")
            del element.attrib["role"]


def pass_over_tables(root: etree._Element) -> None:
    """Take tables from the way of the keyboard: on a web page one may be moved to and fro, in a book it reflows."""
    for element in elements(root):
        if element.get("role") == "region" and "table" in element.get("class", "").split():
            element.attrib.pop("tabindex", "")


def add_languages(root: etree._Element) -> None:
    """Say every language twice: for XML and for HTML."""
    for element in elements(root):
        if language := element.get("lang"):
            element.set(XML_LANG, language)


def manifest_properties(root: etree._Element) -> tuple[str, ...]:
    """Properties that the manifest must list for the document."""
    found = {"mathml": f"{{{MATHML}}}math", "svg": f"{{{SVG}}}svg"}
    return tuple(name for name, tag in found.items() if next(root.iter(tag), None) is not None)
