"""Inlines of a text as XHTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from markupsafe import Markup, escape

from pipeline.compose.page.chapter import ChapterContext, author_anchor, element, key_anchor, xml_text
from pipeline.core.documents.source_positions import mark_source_lines
from pipeline.core.text.formulas import format_mathml, formula_width, speak_formula
from pipeline.model import body as tree
from pipeline.model.body import plain_text
from pipeline.model.formats import SLOTS
from pipeline.resolve.reading import COMPOSED_ANCHORS

_CLASS = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")


def set_inlines(nodes: tuple[tree.Inline, ...], chapter: ChapterContext) -> Markup:
    """Set inlines; a line does not end between a formula and what touches it, or before the call of a note."""
    if not any(isinstance(node, tree.Formula | tree.FootnoteCall) for node in nodes):
        return Markup("").join(inline(node, chapter) for node in nodes)
    parts = []
    for group in _unbroken_groups(nodes):
        markup = Markup("").join(inline(node, chapter) for node in group)
        parts.append(element("span", markup, class_="unbroken") if len(group) > 1 else markup)
    return Markup("").join(parts)


def inline(node: tree.Inline, chapter: ChapterContext) -> Markup:
    """Set one inline."""
    match node:
        case tree.Text(text=text, place=place):
            return mark_source_lines(xml_text(text), place) if chapter.with_places else escape(xml_text(text))
        case tree.Emphasis(children=children):
            return element("em", set_inlines(children, chapter))
        case tree.Strong(children=children):
            return element("strong", set_inlines(children, chapter))
        case tree.Code(text=text):
            return element("code", xml_text(text))
        case tree.Formula(tex=tex, display=display):
            return set_formula(tex, display, chapter.language)
        case tree.LineBreak():
            return Markup("<br/>")
        case tree.Span(children=children, attributes=attributes):
            identity = chapter.claim_author_anchor(attributes.id)
            return element("span", set_inlines(children, chapter), id=identity, **passed_attributes(attributes))
        case tree.Link():
            return _link(node, chapter)
        case tree.EquationLabel():
            return equation_label(node, chapter)
        case (
            tree.CrossReference(target=target, children=children)
            | tree.NumberReference(target=target, children=children)
        ):
            href = f"{chapter.anchors_in}#{author_anchor(target)}"
            return element("a", set_inlines(children, chapter), class_="xref", href=href)
        case tree.Image(source=source, alt=alt, decorative=decorative):
            return Markup('<img class="inline" src="{}" alt="{}"/>').format(source, "" if decorative else xml_text(alt))
        case tree.FootnoteCall(number=number):
            identity, href = chapter.list_call(number), f"{chapter.anchors_in}#fn-{number}"
            return element("a", number, role="doc-noteref", class_="noteref", id=identity, href=href)
        case tree.CitationGroup(citations=citations):
            return placeholder("citation of " + ", ".join(c.key for c in citations))
        case tree.CitationLink():
            stem = f"cite-{key_anchor(node.key)}-{node.occurrence}" if node.occurrence else ""
            words, spoken = set_inlines(node.children, chapter), plain_text(node.children)
            return citation_link(node.key, words, spoken, stem, chapter)
        case tree.CitedText(children=children):
            return set_inlines(children, chapter)
        case tree.Abbreviated(text=text, expansion=expansion):
            return element("abbr", xml_text(text), title=xml_text(expansion))
        case tree.Placeholder(text=text):
            return placeholder(text)
        case tree.Marked():
            return _marked_words(node, chapter)
        case _:
            assert_never(node)


def _marked_words(node: tree.Marked, chapter: ChapterContext) -> Markup:
    words = set_inlines(node.children, chapter)
    markup = element(node.role.value, words, title=xml_text(node.title), lang=node.language)
    if node.role is not tree.TextRole.DELETED:
        return markup
    return Markup("[{} {}]").format(chapter.in_phrase_lang(chapter.words.say("deleted-words")), markup)


def equation_label(node: tree.EquationLabel, chapter: ChapterContext, classes: str = "label") -> Markup:
    """Set the label of a row of a formula: 'Equation 2', '(A1)' if its author wrote so, or an empty one."""
    number = chapter.words.say("equation", number=node.number) if node.number else ""
    label = f"({node.tag})" if node.tag else number
    identity = chapter.claim_author_anchor(node.id)
    return element("span", label, class_=classes, id=identity, lang=chapter.phrase_language)


def placeholder(text: str) -> Markup:
    """Mark missing content of a draft, in square brackets."""
    text = text if text.startswith("[") else f"[{text}]"
    return element("span", xml_text(text), class_="placeholder")


def passed_attributes(attributes: tree.Attributes) -> dict[str, object]:
    """Return an author's attributes that a page may have: the language, and classes that no layout uses."""
    classes = tuple(name for name in attributes.classes if _CLASS.match(name) and not is_layout_class(name))
    return {"class_": classes, "lang": attributes.get("lang")}


def citation_link(key: str, words: str, spoken: str, stem: str, chapter: ChapterContext) -> Markup:
    """Set a citation as a link to the work's entry, which links back if there is a stem for the citation's anchor."""
    identity = chapter.list_citation(key, stem) if stem else ""
    label, href = chapter.citation_label(key, spoken), chapter.entry_address(key)
    return element("a", words, role="doc-biblioref", class_="citation", id=identity, aria_label=label, href=href)


def _link(node: tree.Link, chapter: ChapterContext) -> Markup:
    is_ours = node.href.startswith(("#", "briefing:"))
    address, hash_mark, anchor = node.href.partition("#") if is_ours else (node.href, "", "")
    target = anchor if anchor in COMPOSED_ANCHORS else author_anchor(anchor)
    href = f"{address or chapter.anchors_in}{hash_mark}{target}"
    title = Markup(' title="{}"').format(xml_text(node.title)) if node.title else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(xml_text(href), title, set_inlines(node.children, chapter))


_CLASS_NAMES = """
    about about-parcel across address addressee addressee-name again answers answers-back approval-code asked back
    backlinks begins blank box box-caution box-label box-note box-outcomes box-practice box-questions boxed brief
    briefing call caveat changed chapter chapters citation cited-in columns contents correcting cover cover-head
    cover-page cover-parts current description direction display downloads edition emoji entries entry entry-facts
    entry-headings entry-line entry-title equation evidence eyebrow facts field figure finding foot footnote formula
    found front further gaps glance ground h2 h3 halved handbook-diagnostics handbook-keys handbook-parts hangs
    history hung index index-columns inline issued key key-findings key-list key-to-sides label labels labels-8
    landing lead-in leader letter letters listed listed-title logo long-formula loose low manual map map-alone
    map-close map-closest map-key map-on-cover map-over map-page map-roomy mark mark-known mark-open matter
    matter-note member member-summary members middle not-all notenumber noteref notes notice numbered on-pages
    on-paper opener opening outcome outcomes over overall page-foot page-id page-mark page-status page-word pair panel
    part part-of part-of-pack part-title parts placeholder plain practice publisher qr qr-box read record references
    register related rests-on result row rows ruled run-on said search-form sep series sheet short side sides sign
    sign-day sign-role signed signing-key signs site site-foot site-head site-name skip-link slot smaller smallest
    stacked stamp stamp-line strength stub studied subtitle summary table table-note tags task terms text third tick
    title unbroken unnumbered unsettled value verdict way-back which whole wide widest withdrawn word work works
    works-cited xref
"""
_LAYOUT_CLASSES = frozenset(_CLASS_NAMES.split()) | SLOTS.keys()
_MEASURE_CLASS = re.compile(r"(?:width|high|hang|both|right)-[a-z0-9-]+")
PLAIN = frozenset({"small-caps", "strikeout", "subscript", "superscript", "underline"})
"""Classes of Pandoc that an author may use."""


def is_layout_class(name: str) -> bool:
    """Whether a class belongs to the layouts, which hide, move or draw elements that have it."""
    return name in _LAYOUT_CLASSES or _MEASURE_CLASS.fullmatch(name) is not None


LONG_FORMULA = 6.0
"""Width in ems from which a formula scrolls in its place, as a narrow screen may have no room for it."""

_OPENING = "<math "
_BEFORE = re.compile(r"(?<!\S)\S{1,12}\Z")
_BEFORE_CALL = re.compile(r"\S{1,12}\Z")
_AFTER = re.compile(r"\S{1,12}(?!\S)")


def set_formula(tex: str, display: bool, language: str) -> Markup:
    """Return a `math` element with its words in `alttext`, and its TeX.

    If there are no words in the language they are English, and an element around has that language: `math` may not.
    """
    words, words_language = speak_formula(tex, display, language)
    alttext = Markup('alttext="{}" ').format(words)
    markup = Markup(_OPENING) + alttext + Markup(format_mathml(tex, display).removeprefix(_OPENING))
    if words_language != language:
        markup = element("span", markup, lang=words_language)
    is_long = formula_width(tex, display) > LONG_FORMULA
    return element("span", markup, class_="long-formula", tabindex=0) if is_long else markup


def _unbroken_groups(nodes: tuple[tree.Inline, ...]) -> Iterator[tuple[tree.Inline, ...]]:
    """Group a formula with the letters and stops that touch it, and the call of a note with its word."""
    pieces: list[tuple[tree.Inline, bool]] = []
    for previous, node, following in zip((None, *nodes), nodes, (*nodes[1:], None), strict=False):
        if isinstance(node, tree.Text):
            is_call = isinstance(following, tree.FootnoteCall)
            end = _BEFORE if _is_inline_formula(following) else _BEFORE_CALL if is_call else None
            pieces += _pieces(node, _is_inline_formula(previous), end)
        else:
            pieces.append((node, _is_inline_formula(node) or isinstance(node, tree.FootnoteCall)))
    for is_unbroken, group in groupby(pieces, key=itemgetter(1)):
        if is_unbroken:
            yield tuple(node for node, _ in group)
        else:
            yield from ((node,) for node, _ in group)


def _is_inline_formula(node: tree.Inline | None) -> bool:
    return isinstance(node, tree.Formula) and not node.display


def _pieces(
    node: tree.Text, follows_formula: bool, end_pattern: re.Pattern[str] | None
) -> Iterator[tuple[tree.Inline, bool]]:
    """Split a text into pieces, each with whether it touches a formula or a call."""
    text, place = node.text, node.place
    first = _AFTER.match(text) if follows_formula else None
    start = first.end() if first else 0
    last = end_pattern.search(text, start) if end_pattern else None
    end = last.start() if last else len(text)
    for begin, stop, touches in ((0, start, True), (start, end, False), (end, len(text), True)):
        if piece := text[begin:stop]:
            yield tree.Text(piece, replace(place, line=place.line + text.count("\n", 0, begin))), touches
