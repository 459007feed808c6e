"""A briefing with its changes marked."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from lxml import etree
from lxml.html import HtmlMixin

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marking import MarkedText, MarkWords, mark_changes
from pipeline.compose.changes.parts import Element, classes_of
from pipeline.compose.design.style import join_sheets
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import fill_page, with_block_ids
from pipeline.model.formats import USUAL_VARIANT, Layouts, PdfVariant
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Amendment
from pipeline.model.words import Phrases

# For a comparison, the dateline, the account of the versions and the elements that hang a heading beside its words are
# taken out: their meaning does not change. Without the hanging elements a new paragraph is one change.

_ABOUT_VERSIONS = frozenset({"stamp", "dateline", "about"})
_HANGING = frozenset({"opening", "pair"})
_PLACEHOLDER = "kept"
"""Class of the placeholder of a part."""

HangingElement = tuple[dict[str, str], tuple[str, ...]]
"""An element that hangs a heading: its attributes, and the ids of its children."""


class PartsApart:
    """The parts of one text that are taken out for a comparison."""

    def __init__(self, root: Element) -> None:
        self._parts = [element for element in root.iter(etree.Element) if _ABOUT_VERSIONS & classes_of(element)]
        for number, part in enumerate(self._parts):
            part.addprevious(etree.Element("hr", {"class": _PLACEHOLDER, "id": f"{_PLACEHOLDER}-{number}"}))
            remove_element(part)
        self._hanging: list[HangingElement] = []
        for element in [element for element in root.iter("div") if _HANGING & classes_of(element)]:
            attributes = {str(name): str(value) for name, value in element.attrib.items()}
            self._hanging.append((attributes, tuple(str(child.get("id")) for child in element)))
            unwrap_element(element)

    def put_back(self, marked: Element) -> None:
        """Put the parts into a marked text, and hang headings again that have the same neighbours."""
        for place in [element for element in marked.iter("hr", "p") if _is_placeholder(element)]:
            number = str(place.get("id", "")).removeprefix(f"{_PLACEHOLDER}-")
            if number:
                place.addprevious(self._parts[int(number)])
            remove_element(place)
        by_id = {str(element.get("id")): element for element in marked.iter(etree.Element) if element.get("id")}
        for attributes, names in self._hanging:
            _hang([by_id[name] for name in names if name in by_id], attributes)


def _is_placeholder(element: Element) -> bool:
    return _PLACEHOLDER in classes_of(element) or str(element.get("id", "")).startswith(f"{_PLACEHOLDER}-")


def _hang(elements: list[Element], attributes: dict[str, str]) -> None:
    """Put elements and what is between them now into one element, unless one of them has moved away.

    A heading with a mark has no room in the side column: it stays above its words.
    """
    parent = elements[0].getparent() if elements else None
    if parent is None or any(element.getparent() is not parent for element in elements):
        return
    first, last = parent.index(elements[0]), parent.index(elements[-1])
    if any("said" in classes_of(span) for span in elements[0].iter("span")) or last <= first:
        return
    run = list(parent)[first : last + 1]
    group = etree.Element("div", attributes)
    elements[0].addprevious(group)
    group.extend(run)


def remove_element(element: Element) -> None:
    """Remove an element and its content; the text after it stays."""
    HtmlMixin.drop_tree(cast(HtmlMixin, element))
    element.tail = None


def unwrap_element(element: Element) -> None:
    """Replace an element with its content."""
    HtmlMixin.drop_tag(cast(HtmlMixin, element))


# A briefing with its changes marked

SHEET, ON_SCREENS = "briefing/changes.css", "briefing/changes-screen.css"
"""Style sheets of marks, on paper and on screens."""

NOTE, APPROVAL = "briefing/changes.html.j2", "briefing/approval.html.j2"
"""Templates of the note on a marked copy, and on a sheet for an approval."""


def marked(old: str, new: str, words: MarkWords | None = None, pages: Mapping[str, int] | None = None) -> MarkedText:
    """Merge two composed bodies, with marks. Versions and dates are those of the new one, unmarked.

    `pages` has the page of each element of the old one, by id, for what has moved.
    """
    before, after = parsed_body(old), parsed_body(new)
    PartsApart(before)
    parts = PartsApart(after)
    text = mark_changes(before, after, words, pages)
    parts.put_back(text.text)
    return text


@dataclass(frozen=True, slots=True)
class ApprovalNote:
    """The note on a sheet for an approval: the code of the words, and the remarks on the text."""

    code: str
    remarks: tuple[str, ...] = ()


def compose_changes(
    old: Publication | None,
    new: Publication,
    layouts: Layouts,
    variant: PdfVariant = USUAL_VARIANT,
    approval: ApprovalNote | None = None,
    pages: Mapping[str, int] | None = None,
) -> Manuscript:
    """Compose the newer text with every change from the older one marked, in the style of a variant of the PDF.

    Both have the same layouts, so only words differ. `new` has the identity of the marked copy. Without an older text
    nothing is marked: that is the sheet for the approval of a first version. `pages` has the page of each element of
    the older text, by id, for what has moved.
    """
    now = compose_briefing(new, layouts, variant)
    was = compose_briefing(old, layouts, variant) if old else None

    def note(text: MarkedText | None) -> Element:
        words, language = new.identity.words, new.identity.language
        was, now = compared_versions(old, new) if old else ("", new.identity.version)
        values = {
            "words": words,
            "house": lang_attribute(words, language),
            "was": was,
            "now": now,
            "marks": marks_in_words(text, words) if text else "",
            "entries": reasons(old, new) if old else (),
            "code": approval.code if approval else "",
            "remarks": approval.remarks if approval else (),
        }
        note = parsed_body(fill_page(layouts, APPROVAL if approval else NOTE, values, language)[0])[0]
        for element in note.iterdescendants():
            element.attrib.pop("id", "")
        return note

    copy = merge_manuscripts(was, now, layouts, phrases_of_marks(new.identity.words), note, pages)
    return replace(copy, fonts=choose_fonts(new.imprint, layouts, variant, copy.chapter.body).faces)


def merge_manuscripts(
    was: Manuscript | None,
    now: Manuscript,
    layouts: Layouts,
    words: MarkWords,
    note: Callable[[MarkedText | None], Element] | None = None,
    pages: Mapping[str, int] | None = None,
) -> Manuscript:
    """Merge two manuscripts of one chapter, with marks.

    The note goes into the head of the text; its function gets the marked text, or None if there is no older one.
    """
    merged_text = marked(was.chapter.body, now.chapter.body, words, pages) if was else None
    text = merged_text.text if merged_text else parsed_body(now.chapter.body)
    if note is not None:
        next(text.iter("header")).append(note(merged_text))
    markup, bookmarks = with_block_ids(text)
    on_screens = join_sheets((ON_SCREENS,), layouts)
    return replace(
        now,
        chapters=(replace(now.chapter, body=markup, bookmarks=bookmarks),),
        style=now.style + join_sheets((SHEET,), layouts),
        epub_style=now.epub_style + on_screens,
        web_style=now.web_style + on_screens,
        images=tuple(dict.fromkeys((*now.images, *(was.images if was else ())))),
        marked=True,
    )


def has_moved_parts(text: Manuscript) -> bool:
    """Whether something in a marked text has moved."""
    return "data-moved=" in text.chapter.body


def phrases_of_marks(words: Phrases) -> MarkWords:
    """Return the words of marks from a table of words."""
    new, gone, was, now, here, away = (
        words.say(f"marked-{kind}") for kind in ("new", "gone", "was", "now", "here", "away")
    )
    here_from = words.say("marked-here-from", page="{page}")
    return MarkWords(f"[{new} ", f"[{gone} ", f"[{was} ", f"; {now} ", f"[{here} ", f"[{here_from} ", f"[{away} ")


def reasons(old: Publication, new: Publication) -> tuple[Amendment, ...]:
    """Return the entries of the history for the versions after the old one: its author's account of the changes."""
    old_versions = {entry.version for entry in old.briefing.fields.history}
    return tuple(entry for entry in new.briefing.fields.history if entry.version not in old_versions)


def compared_versions(old: Publication, new: Publication) -> tuple[str, str]:
    """Return the numbers of two versions; the second is the word for the present if the number is the same."""
    was, now = old.identity.version, new.identity.version
    return was, new.identity.words.say("marked-present") if was == now else now


def marks_in_words(text: MarkedText, words: Phrases) -> str:
    """Return the sum of the changes, the marks that occur and how to read them, and what is not marked."""
    kinds = Counter(change.kind for change in text.changes)
    total = [
        words.count(f"marked-sum-{kind}", kinds[kind]) if kinds[kind] else words.say(f"marked-no-{kind}")
        for kind in ("new", "gone", "moved", "words")
    ]
    labels = {kind: words.say(f"marked-{kind}").rstrip(":") for kind in ("new", "gone", "was", "now", "here", "away")}
    content = "".join(map(str, text.text.itertext()))
    used = [kind for kind in ("new", "gone", "was") if f"[{labels[kind]}" in content]
    used += ["moved"] if kinds["moved"] else []
    sentences = [words.say("marked-sum", kinds="; ".join(total))]
    if used:
        meanings = (words.say(f"marked-means-{kind}", **labels) for kind in used)
        sentences.append(words.say("marked-marks", marks="; ".join(meanings)))
    unmarked = words.say("marked-unmarked", about=words.say("about-briefing"))
    return " ".join((*sentences, words.say("marked-bars"), unmarked))


def parsed_body(body: str) -> Element:
    """Parse a composed body."""
    return etree.fromstring(f"<body>{body}</body>", etree.XMLParser(remove_comments=True, resolve_entities=False))
