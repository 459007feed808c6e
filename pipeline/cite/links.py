"""One link a work: what the engine prints for a citation, settled so that every work cited has exactly one."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from pipeline.cite.inlines import joined, unlinked
from pipeline.model.body import Citation, CitationLink, Emphasis, Inline, Span, Strong, Text, plain_text

_Parts = tuple[Inline, ...]


def settle_links(citations: tuple[Citation, ...], parts: _Parts, shorts: Mapping[str, str]) -> _Parts:
    """The formatted group with exactly one `CitationLink` for each of its citations.

    A work that the style prints nothing for (one of names only does, where the name is suppressed) is
    called by its short form.
    """
    wanted = Counter(citation.key for citation in citations)
    parts = _trimmed(_thinned(parts, wanted))
    for citation in citations:
        if wanted[citation.key]:
            wanted[citation.key] -= 1
            parts = _added(parts, CitationLink(citation.key, 0, (Text(shorts[citation.key]),)))
    return parts


def narrative_link(citation: Citation, parts: _Parts, shorts: Mapping[str, str]) -> CitationLink:
    """A work cited in running text as one link, name and year: 'Eggins and others (2020)'."""
    whole = _trimmed(unlinked(parts))
    return CitationLink(citation.key, 0, whole if plain_text(whole).strip() else (Text(shorts[citation.key]),))


def join_narrative(first: CitationLink, rest: _Parts, delimiter: str) -> _Parts:
    """A work named in running text, and others cited behind it: 'Werb and others (2011; King and Mauer, 2006)'.

    Where both stand in brackets the brackets become one, and the link is the name alone.
    """
    match first.children, rest:
        case (*before, Text(text=text)), (Text(text=opening), *others) if opening.startswith(("(", "[")):
            found = re.fullmatch(r"(.*?)(\s*[(\[][^()\[\]]*)[)\]]", text, re.DOTALL)
            name = joined((*before, Text(found[1]))) if found else ()
            if found and plain_text(name).strip() and found[2].lstrip()[0] == opening[0]:
                link = CitationLink(first.key, 0, name)
                return (link, *joined((Text(found[2] + delimiter + opening[1:]), *others)))
        case _:
            pass
    return (first, *joined((Text(" "), *rest)))


def _thinned(parts: _Parts, wanted: Counter[str]) -> _Parts:
    """The parts without empty links and without more links to a work than wanted, which is counted down."""
    out: list[Inline] = []
    for part in parts:
        match part:
            case CitationLink(key=key, children=children):
                if not plain_text(children).strip():
                    continue
                if wanted[key]:
                    wanted[key] -= 1
                    out.append(part)
                else:
                    out += children
            case Emphasis(children=children) | Strong(children=children) | Span(children=children):
                out.append(replace(part, children=_thinned(children, wanted)))
            case _:
                out.append(part)
    return joined(out)


def _trimmed(parts: _Parts) -> _Parts:
    """The parts without space before them and without the brackets that an empty link leaves behind."""
    out: list[Inline] = []
    for position, part in enumerate(parts):
        if isinstance(part, Text):
            text = part.text if position else part.text.lstrip()
            part = Text(re.sub(r"\s*\(\)$", "", text))
        out.append(part)
    return joined(out)


def _added(parts: _Parts, link: CitationLink) -> _Parts:
    match parts:
        case ():
            return (Text("("), link, Text(")"))
        case (*before, Text(text=text)) if text.endswith((")", "]")):
            return joined((*before, Text(text[:-1] + "; "), link, Text(text[-1])))
        case _:
            return joined((*parts, Text(" ("), link, Text(")")))
