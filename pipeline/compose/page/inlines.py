"""Words within a line, as XHTML."""

import re
from typing import assert_never

from markupsafe import Markup, escape

from pipeline.compose.design.own_classes import is_own
from pipeline.compose.page.formulas import formula, kept_together
from pipeline.compose.page.galley import Galley, anchor, key_anchor, legal
from pipeline.markup.source_places import marked
from pipeline.model.body import (
    Abbreviated,
    Attributes,
    CitationGroup,
    CitationLink,
    CitedText,
    Code,
    CrossReference,
    Emphasis,
    EquationLabel,
    FootnoteCall,
    Formula,
    Image,
    Inline,
    LineBreak,
    Link,
    Marked,
    NumberReference,
    Placeholder,
    Span,
    Strong,
    Text,
    TextRole,
    plain_text,
)
from pipeline.resolve.reading import MADE_ANCHORS

_CLASS = re.compile(r"^[A-Za-z][A-Za-z0-9_-]*$")


def inlines(nodes: tuple[Inline, ...], galley: Galley) -> Markup:
    """Words as XHTML; a formula keeps what touches it on its line, the call of a note the word before it."""
    if not any(isinstance(node, Formula | FootnoteCall) for node in nodes):
        return Markup("").join(inline(node, galley) for node in nodes)
    return Markup("").join(
        unbroken(group, galley) if len(group) > 1 else inline(group[0], galley) for group in kept_together(nodes)
    )


def unbroken(nodes: tuple[Inline, ...], galley: Galley) -> Markup:
    """Words that no line may end in."""
    return Markup('<span class="unbroken">{}</span>').format(Markup("").join(inline(n, galley) for n in nodes))


def inline(node: Inline, galley: Galley) -> Markup:
    """One piece of a line as XHTML."""
    match node:
        case Text(text=text, place=place):
            return marked(legal(text), place) if galley.with_places else escape(legal(text))
        case Emphasis(children=children):
            return Markup("<em>{}</em>").format(inlines(children, galley))
        case Strong(children=children):
            return Markup("<strong>{}</strong>").format(inlines(children, galley))
        case Code(text=text):
            return Markup("<code>{}</code>").format(legal(text))
        case Formula(tex=tex, display=display):
            return formula(tex, display, galley.language)
        case LineBreak():
            return Markup("<br/>")
        case Span(children=children, attributes=attributes):
            named = numbered_id(anchor(attributes.id), galley) if attributes.id else ""
            return Markup("<span{}{}>{}</span>").format(named, written(attributes), inlines(children, galley))
        case Link():
            return _link(node, galley)
        case EquationLabel():
            return equation_label(node, galley)
        case CrossReference(target=target, children=children) | NumberReference(target=target, children=children):
            return Markup('<a class="xref" href="{}#{}">{}</a>').format(
                galley.elsewhere, anchor(target), inlines(children, galley)
            )
        case Image(source=source, alt=alt, decorative=decorative):
            return Markup('<img class="inline" src="{}" alt="{}"/>').format(source, "" if decorative else legal(alt))
        case FootnoteCall(number=number):
            return _call(number, galley)
        case CitationGroup(citations=citations):
            return placeholder("citation of " + ", ".join(c.key for c in citations))
        case CitationLink():
            return _citation(node, galley)
        case CitedText(children=children):
            return inlines(children, galley)
        case Abbreviated(text=text, expansion=expansion):
            return Markup('<abbr title="{}">{}</abbr>').format(legal(expansion), legal(text))
        case Placeholder(text=text):
            return placeholder(text)
        case Marked():
            return _marked(node, galley)
        case _:
            assert_never(node)


def _marked(node: Marked, galley: Galley) -> Markup:
    """Words in the element of their role. Screen readers pass over most of these: what is deleted says so in words."""
    title = Markup(' title="{}"').format(legal(node.title)) if node.title else Markup("")
    language = Markup(' lang="{0}" xml:lang="{0}"').format(node.language) if node.language else Markup("")
    words = inlines(node.children, galley)
    made = Markup("<{0}{1}{2}>{3}</{0}>").format(Markup(node.role.value), title, language, words)
    if node.role is not TextRole.DELETED:
        return made
    return Markup("[{} {}]").format(galley.said(galley.words.say("deleted-words")), made)


def equation_label(node: EquationLabel, galley: Galley, classes: str = "label") -> Markup:
    """The name of a row of a formula: 'Equation 2', or '(A1)' as its author has it; empty for a row without."""
    said = f"({node.tag})" if node.tag else galley.words.say("equation", number=node.number) if node.number else ""
    identity = numbered_id(anchor(node.id), galley) if node.id else Markup("")
    return Markup('<span class="{}"{}{}>{}</span>').format(classes, identity, galley.house, said)


def placeholder(text: str) -> Markup:
    """Placeholder for missing content in a draft: always in square brackets."""
    said = text if text.startswith("[") else f"[{text}]"
    return Markup('<span class="placeholder">{}</span>').format(legal(said))


def written(attributes: Attributes) -> Markup:
    """The attributes that may pass into the page: the language, and classes that are none of ours."""
    classes = " ".join(name for name in attributes.classes if _CLASS.match(name) and not is_own(name))
    out = Markup(' class="{}"').format(classes) if classes else Markup("")
    language = attributes.get("lang")
    return out + Markup(' lang="{0}" xml:lang="{0}"').format(language) if language else out


def numbered_id(stem: str, galley: Galley) -> Markup:
    """An `id` attribute, or nothing where the anchor is taken."""
    claimed = galley.claim(stem)
    return Markup(' id="{}"').format(claimed) if claimed else Markup("")


def _link(node: Link, galley: Galley) -> Markup:
    way, mark, name = node.href.partition("#") if node.href.startswith(("#", "briefing:")) else (node.href, "", "")
    target = name if name in MADE_ANCHORS else anchor(name)
    href = f"{way or galley.elsewhere}{mark}{target}"
    title = Markup(' title="{}"').format(legal(node.title)) if node.title else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(legal(href), title, inlines(node.children, galley))


def _call(number: int, galley: Galley) -> Markup:
    return Markup('<a role="doc-noteref" class="noteref"{} href="{}#fn-{}">{}</a>').format(
        galley.call(number), galley.elsewhere, number, number
    )


def _citation(node: CitationLink, galley: Galley) -> Markup:
    key = key_anchor(node.key)
    identity = galley.cite(node.key, f"cite-{key}-{node.occurrence}") if node.occurrence else Markup("")
    heard = galley.heard(node.key, plain_text(node.children))
    return Markup('<a role="doc-biblioref" class="citation"{}{} href="{}">{}</a>').format(
        identity, heard, galley.entry(node.key), inlines(node.children, galley)
    )
