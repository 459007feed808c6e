"""Reference lists: entries that hang, and from each the way back to its citations."""

from markupsafe import Markup

from pipeline.compose.page.galley import Galley, key_anchor, legal
from pipeline.compose.page.inlines import inlines
from pipeline.compose.page.marks import back_arrow
from pipeline.model.publication import ReferenceEntry


def entries(galley: Galley) -> Markup:
    """The entries of a briefing's own list."""
    return Markup("\n").join(
        Markup('<li id="ref-{}">{}{}{}</li>').format(
            key_anchor(entry.key), inlines(entry.children, galley), known_of(entry, galley), _ways_back(entry, galley)
        )
        for entry in galley.references
    )


def known_of(entry: ReferenceEntry, galley: Galley) -> Markup:
    """The visible notes on an entry: that its work was retracted or is in doubt, that nobody has settled it."""
    return become_of(entry, galley) + (_noted("unresolved", galley) if entry.unresolved else "")


def become_of(entry: ReferenceEntry, galley: Galley) -> Markup:
    """The visible note on an entry whose work was retracted or is in doubt."""
    if entry.state is None:
        return Markup("")
    return _noted(f"state-{entry.state}{'-in' if entry.state_year else ''}", galley, year=entry.state_year)


def _noted(key: str, galley: Galley, **into: object) -> Markup:
    return Markup(' <span class="unsettled"{}>{}</span>').format(galley.house, galley.words.say(key, **into))


def _ways_back(entry: ReferenceEntry, galley: Galley) -> Markup:
    """A link back to each citation, in the text, the evidence and the boxes; one arrow for all. Paper has the first."""
    calls = list(enumerate(galley.cited.get(entry.key, ()), start=1))
    if not calls:
        return Markup("")
    several = len(calls) > 1
    links = Markup(" ").join(
        Markup('<a role="doc-backlink"{} aria-label="{}" href="#{}">{}{}</a>').format(
            Markup(' class="further"') if call > 1 else "",
            galley.words.say("back-to-citation", number=call, work=legal(entry.short)),
            anchor,
            back_arrow(galley.accent) if call == 1 else "",
            Markup('<span class="call further">{}</span>').format(call) if several else "",
        )
        for call, anchor in calls
    )
    return Markup('\N{NO-BREAK SPACE}<span class="backlinks"{}>{}</span>').format(galley.house, links)
