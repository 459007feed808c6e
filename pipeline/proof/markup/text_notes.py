"""Notes and citations of a document: each call has its note, each note its way back, each work its citations."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from lxml import etree

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.tables import count
from pipeline.proof.markup.text import XhtmlText, local, name_of, short

ElementOf = Callable[[str, str], etree._Element | None]
"""The element of an id in a file of the book."""


def every_call_has_its_note(text: XhtmlText) -> Iterator[Diagnostic]:
    """A call leads to a note of the same document."""
    for call in text.with_role("doc-noteref"):
        path, anchor = text.target(call.get("href", ""))
        note = text.by_id.get(anchor) if path == text.path else None
        if note is None or "doc-footnote" not in note.get("role", "").split():
            yield _note(text, f"the call '{short(name_of(call, text))}' leads to no note of the document")


def every_note_is_called_and_leads_back(text: XhtmlText) -> Iterator[Diagnostic]:
    """A note has a call, and a link that leads to it."""
    calls = defaultdict(set)
    for call in text.with_role("doc-noteref"):
        calls[text.target(call.get("href", ""))[1]].add(call.get("id", ""))
    for note in text.with_role("doc-footnote"):
        identifier = note.get("id", "")
        back = {text.target(link.get("href", ""))[1] for link in note.iter() if _leads_back(link)}
        if identifier not in calls:
            yield _note(text, f"the note '#{identifier}' is called nowhere")
        elif not back:
            yield _note(text, f"the note '#{identifier}' has no link back to its call")
        elif lost := sorted(back - calls[identifier]):
            yield _note(text, f"the note '#{identifier}' leads back to '#{lost[0]}', which is not its call")
        elif missed := sorted(calls[identifier] - back):
            yield _note(text, f"the note '#{identifier}' does not lead back to its call '#{missed[0]}'")


def _leads_back(link: etree._Element) -> bool:
    return isinstance(link.tag, str) and local(link) == "a" and "doc-backlink" in link.get("role", "").split()


def _note(text: XhtmlText, fault: str) -> Diagnostic:
    return books.NOTE.at(text.place, document=text.said, fault=fault)


def links_back_have_names_of_their_own(text: XhtmlText) -> Iterator[Diagnostic]:
    """Two links back to two places are not called alike."""
    named: dict[str, set[str]] = defaultdict(set)
    for link in text.with_role("doc-backlink"):
        named[name_of(link, text)].add(link.get("href", ""))
    for name, targets in named.items():
        if len(targets) > 1:
            said = count(len(targets), "link")
            yield books.BACKLINK.at(text.place, document=text.said, count=said, name=short(name))


def every_citation_leads_to_its_work(
    text: XhtmlText, entry: ElementOf, within: str | None = None
) -> Iterator[Diagnostic]:
    """A citation leads to an entry of a list of references; one that leads out of the file `within` is passed over."""
    for citation in text.with_role("doc-biblioref"):
        path, anchor = text.target(citation.get("href", ""))
        if within is not None and path != within:
            continue
        work = entry(path, anchor)
        if work is None or not _is_listed(work):
            words = short(name_of(citation, text))
            yield _citation(text, f"the citation '{words}' leads to no entry of a list of references")


def _is_listed(work: etree._Element) -> bool:
    return any("doc-bibliography" in around.get("role", "").split() for around in work.iterancestors())


def works_lead_back_to_citations(text: XhtmlText, entry: ElementOf) -> Iterator[Diagnostic]:
    """From a work a link leads back to each citation that has a place of its own, and to nothing else.

    A book may list the works of all its texts in one of them.
    """
    back = [text.target(link.get("href", ""))[1] for link in text.with_role("doc-backlink")]
    for call in text.with_role("doc-biblioref"):
        path, _ = text.target(call.get("href", ""))
        if path == text.path and call.get("id") and call.get("id") not in back:
            yield _citation(text, f"nothing leads back to the citation '{short(name_of(call, text))}'")
    for listed in text.with_role("doc-bibliography"):
        for link in listed.iter():
            if not _leads_back(link):
                continue
            path, anchor = text.target(link.get("href", ""))
            citation = entry(path, anchor)
            work = next((around.get("id") for around in link.iterancestors() if local(around) == "li"), "")
            if citation is None or text.target(citation.get("href", ""))[1] != work:
                yield _citation(text, f"'{short(name_of(link, text))}' leads to no citation of that work")


def ways_back_follow_the_text(text: XhtmlText) -> Iterator[Diagnostic]:
    """The links back from a work stand in the order in which its citations are read."""
    places = {element.get("id"): place for place, element in enumerate(text.elements) if element.get("id")}
    for listed in text.with_role("doc-bibliography"):
        for work in (element for element in listed.iter() if isinstance(element.tag, str) and local(element) == "li"):
            led = [text.target(link.get("href", "")) for link in work.iter() if _leads_back(link)]
            found = [places[anchor] for path, anchor in led if path == text.path and anchor in places]
            if found != sorted(found):
                yield _citation(text, f"the links back from '#{work.get('id', '')}' are not in the order of the text")


def _citation(text: XhtmlText, fault: str) -> Diagnostic:
    return books.CITATION.at(text.place, document=text.said, fault=fault)
