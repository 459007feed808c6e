"""The page that tells of a document that came back: each proposal with its marks, which are words too. Pure.

It has no script and fetches nothing.
"""

import shlex
from collections.abc import Collection, Iterator
from datetime import date

from markupsafe import Markup

from pipeline.core.diagnostics import Diagnostic, visible
from pipeline.core.documents.xhtml import lone_page
from pipeline.core.sentences import count
from pipeline.model.words import in_words
from pipeline.word.back.returned import Proposal, Returned

_STYLE = """\
h2 { font-size: 1.3em; line-height: 1.2; margin: 1.8em 0 .4em; border-top: 2px solid; padding-top: .6em }
h3 { font-size: 1em; margin: 1.4em 0 .2em }
article { border-bottom: 1px solid var(--line); padding-bottom: .8em; break-inside: avoid }
h2, h3 { break-after: avoid }
p { margin: .2em 0 .6em }
dl { margin: .4em 0 0 }
dt { font-weight: 700 }
dd { margin: 0 0 .4em; white-space: pre-wrap }
ul { padding-left: 1.2em }
li { margin-bottom: .8em; break-inside: avoid }
del { text-decoration: line-through 2px }
ins { text-decoration: underline 2px; text-underline-offset: .15em }
b { font-size: .8em; padding: 0 .3em; border: 1px solid }
code { font-family: var(--code-face), monospace; font-size: .9em; overflow-wrap: anywhere }
footer { border-top: 1px solid var(--line); margin-top: 2em }
@media print { body { max-width: none; padding: 0 } html { font-size: 11pt } }
"""
"""Style of this page beside that of pages that travel with parcels."""
_KEPT = "\n\t\u00a0\u00ad\u2009\u200c\u200d\u200e\u200f\u202f\u3000"
"""Spaces, and invisible characters that scripts need: all others are shown by their numbers."""

FATES = {
    "open": "Can be made.",
    "accepted": "Made.",
    "touches": "Not made: it would change more than words.",
    "stale": "Not made: this paragraph has changed since.",
    "made": "The source says so already.",
}


def returned_page(returned: Returned, accepted: Collection[int], refused: Collection[int], style: str) -> str:
    """The page, as a file; `style` is that of the house's pages."""
    title = f"What came back in {returned.name}"
    main = Markup("\n").join(_sections(returned, accepted, refused, title))
    foot = f"Of {returned.path}." if returned.path else "Of no briefing that is known."
    return visible(lone_page(title, style + _STYLE, main, foot), _KEPT)


def _sections(returned: Returned, accepted: Collection[int], refused: Collection[int], title: str) -> Iterator[Markup]:
    proposals = returned.proposals
    yield Markup("<h1>{}</h1>").format(title)
    authors = dict.fromkeys(one.author or "somebody unknown" for one in proposals)
    by = f", by {', '.join(authors)}" if authors else ""
    yield Markup("<p>{}{}. {}.</p>").format(
        count(len(proposals), "proposal"), by, count(len(returned.remarks), "remark")
    )
    if any(one.fate == "open" and one.number not in accepted for one in proposals):
        yield Markup("<p>To make some of them: {}.</p>").format(
            Markup("<code>briefings import {} --accept 1,3-5</code>").format(shlex.quote(returned.name))
        )
    yield Markup("<h2>Proposals</h2>")
    for one in proposals:
        fate = "accepted" if one.number in accepted else "touches" if one.number in refused else one.fate
        yield _proposal(one, FATES[fate])
    if not proposals:
        yield Markup("<p>None.</p>")
    yield Markup("<h2>Remarks</h2>")
    told = Markup("\n").join(map(_remark, returned.remarks))
    yield Markup("<ul>\n{}\n</ul>").format(told) if told else Markup("<p>None.</p>")


def _proposal(one: Proposal, fate: str) -> Markup:
    """A proposal, with what goes and what comes, in the words around it."""
    who = ", ".join(filter(None, (one.author or "Somebody, without tracking", _day(one.day))))
    gone = Markup("<b>taken away:</b> <del>{}</del>").format(one.before) if one.before else Markup()
    come = Markup("<b>put in:</b> <ins>{}</ins>").format(one.after) if one.after else Markup()
    before, after = (Markup("{}{}{}").format(one.around[0], part, one.around[1]) for part in (gone, come))
    return Markup(
        "<article>\n<h3>{}. {}</h3>\n<p>{}, line {}, column {}. {}</p>\n"
        "<dl><dt>Before</dt><dd>{}</dd><dt>After</dt><dd>{}</dd></dl>\n</article>"
    ).format(one.number, who, one.place.path, one.place.line, one.place.column, fate, before, after)


def _remark(one: Diagnostic) -> Markup:
    place = one.place
    hint = Markup("<br>{}").format(one.hint) if one.hint else Markup()
    return Markup("<li>{}, line {}, column {}: {} <strong>{}</strong>{} <code>{}</code></li>").format(
        place.path, place.line, place.column, f"{str(one.severity).capitalize()}:", one.sentence, hint, one.code
    )


def _day(written: str) -> str:
    """A day in words; as it is written where it is none."""
    try:
        return in_words(date.fromisoformat(written))
    except ValueError:
        return written
