"""Words within a line, as XHTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import assert_never

from markupsafe import Markup, escape

from pipeline.compose.page.chapter import ChapterContext, anchor, key_anchor, xml_text
from pipeline.core.documents.source_positions import marked
from pipeline.core.text.formulas import mathml, spoken, width_of
from pipeline.model import body as tree
from pipeline.model.body import plain_text
from pipeline.model.formats import SLOTS
from pipeline.resolve.reading import MADE_ANCHORS

_CLASS = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")


def inlines(nodes: tuple[tree.Inline, ...], chapter: ChapterContext) -> Markup:
    """Words as XHTML; a formula keeps what touches it on its line, the call of a note the word before it."""
    if not any(isinstance(node, tree.Formula | tree.FootnoteCall) for node in nodes):
        return Markup("").join(inline(node, chapter) for node in nodes)
    return Markup("").join(
        unbroken(group, chapter) if len(group) > 1 else inline(group[0], chapter) for group in kept_together(nodes)
    )


def unbroken(nodes: tuple[tree.Inline, ...], chapter: ChapterContext) -> Markup:
    """Words that no line may end in."""
    return Markup('<span class="unbroken">{}</span>').format(Markup("").join(inline(n, chapter) for n in nodes))


def inline(node: tree.Inline, chapter: ChapterContext) -> Markup:
    """One piece of a line as XHTML."""
    match node:
        case tree.Text(text=text, place=place):
            return marked(xml_text(text), place) if chapter.with_places else escape(xml_text(text))
        case tree.Emphasis(children=children):
            return Markup("<em>{}</em>").format(inlines(children, chapter))
        case tree.Strong(children=children):
            return Markup("<strong>{}</strong>").format(inlines(children, chapter))
        case tree.Code(text=text):
            return Markup("<code>{}</code>").format(xml_text(text))
        case tree.Formula(tex=tex, display=display):
            return formula(tex, display, chapter.language)
        case tree.LineBreak():
            return Markup("<br/>")
        case tree.Span(children=children, attributes=attributes):
            named = numbered_id(anchor(attributes.id), chapter) if attributes.id else ""
            return Markup("<span{}{}>{}</span>").format(named, written(attributes), inlines(children, chapter))
        case tree.Link():
            return _link(node, chapter)
        case tree.EquationLabel():
            return equation_label(node, chapter)
        case (
            tree.CrossReference(target=target, children=children)
            | tree.NumberReference(target=target, children=children)
        ):
            return Markup('<a class="xref" href="{}#{}">{}</a>').format(
                chapter.elsewhere, anchor(target), inlines(children, chapter)
            )
        case tree.Image(source=source, alt=alt, decorative=decorative):
            return Markup('<img class="inline" src="{}" alt="{}"/>').format(source, "" if decorative else xml_text(alt))
        case tree.FootnoteCall(number=number):
            return Markup('<a role="doc-noteref" class="noteref"{} href="{}#fn-{}">{}</a>').format(
                chapter.call(number), chapter.elsewhere, number, number
            )
        case tree.CitationGroup(citations=citations):
            return placeholder("citation of " + ", ".join(c.key for c in citations))
        case tree.CitationLink():
            key = key_anchor(node.key)
            identity = chapter.cite(node.key, f"cite-{key}-{node.occurrence}") if node.occurrence else Markup("")
            heard = chapter.heard(node.key, plain_text(node.children))
            return Markup('<a role="doc-biblioref" class="citation"{}{} href="{}">{}</a>').format(
                identity, heard, chapter.entry(node.key), inlines(node.children, chapter)
            )
        case tree.CitedText(children=children):
            return inlines(children, chapter)
        case tree.Abbreviated(text=text, expansion=expansion):
            return Markup('<abbr title="{}">{}</abbr>').format(xml_text(expansion), xml_text(text))
        case tree.Placeholder(text=text):
            return placeholder(text)
        case tree.Marked():
            title = Markup(' title="{}"').format(xml_text(node.title)) if node.title else Markup("")
            language = Markup(' lang="{0}" xml:lang="{0}"').format(node.language) if node.language else Markup("")
            words = inlines(node.children, chapter)
            made = Markup("<{0}{1}{2}>{3}</{0}>").format(Markup(node.role.value), title, language, words)
            if node.role is not tree.TextRole.DELETED:
                return made
            return Markup("[{} {}]").format(chapter.said(chapter.words.say("deleted-words")), made)
        case _:
            assert_never(node)


def equation_label(node: tree.EquationLabel, chapter: ChapterContext, classes: str = "label") -> Markup:
    """The name of a row of a formula: 'Equation 2', or '(A1)' as its author has it; empty for a row without."""
    said = f"({node.tag})" if node.tag else chapter.words.say("equation", number=node.number) if node.number else ""
    identity = numbered_id(anchor(node.id), chapter) if node.id else Markup("")
    return Markup('<span class="{}"{}{}>{}</span>').format(classes, identity, chapter.house, said)


def placeholder(text: str) -> Markup:
    """Placeholder for missing content in a draft: always in square brackets."""
    said = text if text.startswith("[") else f"[{text}]"
    return Markup('<span class="placeholder">{}</span>').format(xml_text(said))


def written(attributes: tree.Attributes) -> Markup:
    """The attributes that may pass into the page: the language, and classes that are none of ours."""
    classes = " ".join(name for name in attributes.classes if _CLASS.match(name) and not is_own(name))
    out = Markup(' class="{}"').format(classes) if classes else Markup("")
    language = attributes.get("lang")
    return out + Markup(' lang="{0}" xml:lang="{0}"').format(language) if language else out


def numbered_id(stem: str, chapter: ChapterContext) -> Markup:
    """An `id` attribute, or nothing where the anchor is taken."""
    claimed = chapter.claim(stem)
    return Markup(' id="{}"').format(claimed) if claimed else Markup("")


def _link(node: tree.Link, chapter: ChapterContext) -> Markup:
    way, mark, name = node.href.partition("#") if node.href.startswith(("#", "briefing:")) else (node.href, "", "")
    target = name if name in MADE_ANCHORS else anchor(name)
    href = f"{way or chapter.elsewhere}{mark}{target}"
    title = Markup(' title="{}"').format(xml_text(node.title)) if node.title else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(xml_text(href), title, inlines(node.children, chapter))


_NAMES = """
    about about-parcel across address addressee addressee-name again answers answers-back approval-code asked back
    backlinks begins blank box box-caution box-label box-note box-outcomes box-practice box-questions boxed brief
    briefing call caveat changed chapter chapters citation cited-in columns contents correcting cover cover-head
    cover-page cover-parts current description direction display downloads edition emoji entries entry entry-facts
    entry-line entry-title equation evidence eyebrow facts field figure finding foot footnote formula found front
    further gaps glance ground h2 h3 halved handbook-diagnostics handbook-keys handbook-parts hangs history hung
    index index-columns inline issued key key-findings key-list key-to-sides label labels labels-8 landing lead-in
    leader letter letters listed listed-title logo long-formula loose low manual map map-alone map-close map-closest
    map-key map-on-cover map-over map-page map-roomy mark mark-known mark-open matter matter-note member
    member-summary members middle not-all notenumber noteref notes notice numbered on-pages on-paper opener opening
    outcome outcomes over overall page-foot page-id page-mark page-status page-word pair panel part part-of
    part-of-pack part-title parts placeholder plain practice publisher qr qr-box read record references register
    related rests-on result row rows ruled run-on said search-form sep series sheet short side sides sign sign-day
    sign-role signed signing-key signs site site-foot site-head site-name skip-link slot smaller smallest
    stacked stamp stamp-line strength stub studied subtitle summary table table-note tags task terms text third tick
    title unbroken unnumbered unsettled value verdict way-back which whole wide widest withdrawn word work works
    works-cited xref
"""
_OWN = frozenset(_NAMES.split()) | SLOTS.keys()
_COUNTED = re.compile(r"(?:width|high|hang|both|right)-[a-z0-9-]+")
PLAIN = frozenset({"small-caps", "strikeout", "subscript", "superscript", "underline"})
"""Looks that an author may ask for."""


def is_own(name: str) -> bool:
    """Whether a class belongs to our layouts: they hide, shift or draw what has it."""
    return name in _OWN or _COUNTED.fullmatch(name) is not None


LONG = 6.0
"""A formula of more em may be wider than a narrow screen: it can be moved to and fro in its place."""

_OPENING = "<math "
_BEFORE = re.compile(r"(?<!\S)\S{1,12}\Z")
_AT_CALL = re.compile(r"\S{1,12}\Z")
_BEHIND = re.compile(r"\S{1,12}(?!\S)")


def formula(tex: str, display: bool, language: str) -> Markup:
    """A `math` element with its words in `alttext` and its TeX beside it.

    Where the language of the text has no words, they are English, and an element around says so, as `math` may not.
    """
    words, told_in = spoken(tex, display, language)
    said = Markup('alttext="{}" ').format(words)
    made = Markup(_OPENING) + said + Markup(mathml(tex, display).removeprefix(_OPENING))
    made = made if told_in == language else Markup('<span lang="{0}" xml:lang="{0}">{1}</span>').format(told_in, made)
    long = width_of(tex, display) > LONG
    return Markup('<span class="long-formula" tabindex="0">{}</span>').format(made) if long else made


def kept_together(nodes: tuple[tree.Inline, ...]) -> Iterator[tuple[tree.Inline, ...]]:
    """The nodes in groups: a formula with the letters and stops that touch it, the call of a note with its word."""
    pieces: list[tuple[tree.Inline, bool]] = []
    for before, node, behind in zip((None, *nodes), nodes, (*nodes[1:], None), strict=False):
        if isinstance(node, tree.Text):
            ahead = _BEFORE if _in_line(behind) else _AT_CALL if isinstance(behind, tree.FootnoteCall) else None
            pieces += _pieces(node, _in_line(before), ahead)
        else:
            pieces.append((node, _in_line(node) or isinstance(node, tree.FootnoteCall)))
    for held, group in groupby(pieces, key=itemgetter(1)):
        if held:
            yield tuple(node for node, _ in group)
        else:
            yield from ((node,) for node, _ in group)


def _in_line(node: tree.Inline | None) -> bool:
    return isinstance(node, tree.Formula) and not node.display


def _pieces(node: tree.Text, behind_formula: bool, ahead: re.Pattern[str] | None) -> Iterator[tuple[tree.Inline, bool]]:
    """The text in pieces, and whether each touches a formula or a call."""
    text, place = node.text, node.place
    first = _BEHIND.match(text) if behind_formula else None
    start = first.end() if first else 0
    last = ahead.search(text, start) if ahead else None
    end = last.start() if last else len(text)
    for begin, stop, touches in ((0, start, True), (start, end, False), (end, len(text), True)):
        if piece := text[begin:stop]:
            yield tree.Text(piece, replace(place, line=place.line + text.count("\n", 0, begin))), touches
