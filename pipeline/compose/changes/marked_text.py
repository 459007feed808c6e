"""A briefing with its changes marked."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marking import MarkedText, MarkWords, mark
from pipeline.compose.changes.parts import Element, classes
from pipeline.compose.design.style import joined
from pipeline.compose.design.typeface import font_set
from pipeline.compose.language.words import lang_attribute
from pipeline.compose.page.fragment import identified, set_page
from pipeline.model.formats import USUAL_EDITION, Edition, Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.publication import Publication
from pipeline.model.source.briefing import Amendment
from pipeline.model.words import Phrases

# The dateline, the account of the versions and what only hangs a heading beside its words are set aside for a
# comparison: they say nothing that changes in meaning. What hangs is opened, so that a new paragraph is one.

_ABOUT_VERSIONS = frozenset({"stamp", "dateline", "about"})
_HANGING = frozenset({"opening", "pair"})
_PLACE = "kept"
"""The class of the mark that stands where a part was."""

Hanging = tuple[dict[str, str], tuple[str, ...]]
"""An element that hangs a heading: its attributes, and the ids of what it held."""


class KeptApart:
    """The parts of one text that are set aside."""

    def __init__(self, root: Element) -> None:
        self._parts = [one for one in root.iter(etree.Element) if _ABOUT_VERSIONS & classes(one)]
        for number, part in enumerate(self._parts):
            part.addprevious(etree.Element("hr", {"class": _PLACE, "id": f"{_PLACE}-{number}"}))
            cut(part)
        self._hanging: list[Hanging] = []
        for one in [each for each in root.iter("div") if _HANGING & classes(each)]:
            attributes = {str(name): str(value) for name, value in one.attrib.items()}
            self._hanging.append((attributes, tuple(str(child.get("id")) for child in one)))
            unwrap(one)

    def put_back(self, marked: Element) -> None:
        """Put the parts into a marked text, and hang again what still stands with the same neighbours."""
        for place in [one for one in marked.iter("hr", "p") if _is_place(one)]:
            number = str(place.get("id", "")).removeprefix(f"{_PLACE}-")
            if number:
                place.addprevious(self._parts[int(number)])
            cut(place)
        by_id = {str(one.get("id")): one for one in marked.iter(etree.Element) if one.get("id")}
        for attributes, names in self._hanging:
            _hang([by_id[name] for name in names if name in by_id], attributes)


def _is_place(element: Element) -> bool:
    return _PLACE in classes(element) or str(element.get("id", "")).startswith(f"{_PLACE}-")


def _hang(elements: list[Element], attributes: dict[str, str]) -> None:
    """Hold elements together in one, with what has come between them, if nothing of theirs has moved away.

    A heading with words of a mark in it has no room in the side column: it stands above its words.
    """
    parent = elements[0].getparent() if elements else None
    if parent is None or any(one.getparent() is not parent for one in elements):
        return
    first, last = parent.index(elements[0]), parent.index(elements[-1])
    if any("said" in classes(one) for one in elements[0].iter("span")) or last <= first:
        return
    run = list(parent)[first : last + 1]
    holder = etree.Element("div", attributes)
    elements[0].addprevious(holder)
    for one in run:
        holder.append(one)


def cut(element: Element) -> None:
    """Take an element out, with what is in it; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    element.tail = None
    parent.remove(element)


def unwrap(element: Element) -> None:
    """Take an element away, and leave what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    place, before = parent.index(element), element.getprevious()
    inside, text, tail = list(element), element.text or "", element.tail or ""
    element.tail = None
    parent.remove(element)
    for number, child in enumerate(inside):
        parent.insert(place + number, child)
    if inside:
        inside[-1].tail = (inside[-1].tail or "") + tail
    else:
        text += tail
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


# A briefing with its changes marked

SHEET, ON_SCREENS = "briefing/changes.css", "briefing/changes-screen.css"
"""The styles of marks, on paper and on screens."""

NOTE = "briefing/changes.html.j2"
"""The template of the note on a marked copy."""


APPROVAL = "briefing/approval.html.j2"
"""The template of that on a sheet for an approval."""


def marked(old: str, new: str, words: MarkWords | None = None, pages: Mapping[str, int] | None = None) -> MarkedText:
    """Two composed bodies merged, with marks. What tells of versions and dates is that of the new one, unmarked.

    `pages` has the page of each element of the old one, by id, for what has moved.
    """
    before, after = parsed_body(old), parsed_body(new)
    KeptApart(before)
    apart = KeptApart(after)
    made = mark(before, after, words, pages)
    apart.put_back(made.text)
    return made


@dataclass(frozen=True, slots=True)
class ApprovalNote:
    """The note on a sheet for an approval: the code of the words, and what is still said of the text."""

    code: str
    remarks: tuple[str, ...] = ()


def compose_changes(
    old: Publication | None,
    new: Publication,
    layouts: Layouts,
    edition: Edition = USUAL_EDITION,
    approval: ApprovalNote | None = None,
    pages: Mapping[str, int] | None = None,
) -> Manuscript:
    """The newer text with every change from the older one marked, in the style of an edition of the PDF.

    Both are composed with the same layouts, so only words differ. `new` has the identity of the marked copy. Without
    an older text nothing is marked: that is the sheet for the approval of a first version. `pages` has the page of each
    element of the older text, by id: what has moved says it.
    """
    now = compose_briefing(new, layouts, edition)
    was = compose_briefing(old, layouts, edition) if old else None

    def note(text: MarkedText | None) -> Element:
        words, language = new.identity.words, new.identity.language
        was, now = between(old, new) if old else ("", new.identity.version)
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
        note = parsed_body(set_page(layouts, APPROVAL if approval else NOTE, values, language)[0])[0]
        for inside in [one for one in note.iterdescendants() if one.get("id")]:
            del inside.attrib["id"]
        return note

    made = merged(was, now, layouts, mark_words(new.identity.words), note, pages)
    return replace(made, fonts=font_set(new.imprint, layouts, edition, made.chapter.body).faces)


def merged(
    was: Manuscript | None,
    now: Manuscript,
    layouts: Layouts,
    words: MarkWords,
    note: Callable[[MarkedText | None], Element] | None = None,
    pages: Mapping[str, int] | None = None,
) -> Manuscript:
    """Two manuscripts of one chapter merged into one with marks.

    The note stands in the head of the text; it is made for the marked text, or for none where there is no older one.
    """
    made = marked(was.chapter.body, now.chapter.body, words, pages) if was else None
    text = made.text if made else parsed_body(now.chapter.body)
    if note is not None:
        next(text.iter("header")).append(note(made))
    markup, bookmarks = identified(text)
    on_screens = joined((ON_SCREENS,), layouts)
    return replace(
        now,
        chapters=(replace(now.chapter, body=markup, bookmarks=bookmarks),),
        style=now.style + joined((SHEET,), layouts),
        epub_style=now.epub_style + on_screens,
        web_style=now.web_style + on_screens,
        images=tuple(dict.fromkeys((*now.images, *(was.images if was else ())))),
        marked=True,
    )


def tells_a_move(text: Manuscript) -> bool:
    """Whether something in a marked text has moved."""
    return "data-moved=" in text.chapter.body


def mark_words(words: Phrases) -> MarkWords:
    """The words of marks as a table of words has them."""
    new, gone, was, now, here, away = (
        words.say(f"marked-{one}") for one in ("new", "gone", "was", "now", "here", "away")
    )
    here_from = words.say("marked-here-from", page="{page}")
    return MarkWords(f"[{new} ", f"[{gone} ", f"[{was} ", f"; {now} ", f"[{here} ", f"[{here_from} ", f"[{away} ")


def reasons(old: Publication, new: Publication) -> tuple[Amendment, ...]:
    """The entries of the history for the versions between two: what their author says has changed."""
    told = {entry.version for entry in old.briefing.fields.history}
    return tuple(entry for entry in new.briefing.fields.history if entry.version not in told)


def between(old: Publication, new: Publication) -> tuple[str, str]:
    """The numbers of two versions; of a text that has changed since its number was kept the word for the present."""
    was, now = old.identity.version, new.identity.version
    return was, new.identity.words.say("marked-present") if was == now else now


def marks_in_words(text: MarkedText, words: Phrases) -> str:
    """The sum of the changes, the marks that occur and how each is read, and what is not marked."""
    kinds = Counter(one.kind for one in text.changes)
    total = [
        words.count(f"marked-sum-{kind}", kinds[kind]) if kinds[kind] else words.say(f"marked-no-{kind}")
        for kind in ("new", "gone", "moved", "words")
    ]
    labels = {one: words.say(f"marked-{one}").rstrip(":") for one in ("new", "gone", "was", "now", "here", "away")}
    told = "".join(map(str, text.text.itertext()))
    used = [one for one in ("new", "gone", "was") if f"[{labels[one]}" in told]
    used += ["moved"] if kinds["moved"] else []
    means = [words.say(f"marked-means-{one}", **labels) for one in used]
    said = [
        words.say("marked-sum", kinds="; ".join(total)),
        *((words.say("marked-marks", marks="; ".join(means)),) if means else ()),
    ]
    unmarked = words.say("marked-unmarked", about=words.say("about-briefing"))
    return " ".join((*said, words.say("marked-bars"), unmarked))


def parsed_body(body: str) -> Element:
    """A composed body as a tree."""
    return etree.fromstring(f"<body>{body}</body>", etree.XMLParser(remove_comments=True, resolve_entities=False))
