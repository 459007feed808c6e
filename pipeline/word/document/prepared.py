"""A document put right before it is read, so that nothing is lost on the way; and what is looked for afterwards."""

import copy
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml import etree

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message
from pipeline.word.citations.items import CitedItem
from pipeline.word.citations.swallowed import is_typed, words_of_works
from pipeline.word.citations.taken_out import Clusters, KeptWords, drop_lists, read_bookmarks, take_out_citations
from pipeline.word.citations.word_sources import read_sources
from pipeline.word.document.changes import Settled, join_next, settle_changes
from pipeline.word.document.comments import Comment, read_comments
from pipeline.word.document.frames import drop_contents, drop_fallbacks, open_controls, place_boxes, place_readings
from pipeline.word.document.grids import merged_in, widen_grids
from pipeline.word.document.hidden import drop_hidden, drop_prompts, hidden_styles
from pipeline.word.document.lost import Loss, losses, pictures_in, shortened
from pipeline.word.document.marks import without_strays
from pipeline.word.document.names import PARAGRAPH, TEXT, BrokenXml, Element, W, as_bytes, parse, value
from pipeline.word.document.package import Package, packed
from pipeline.word.document.paragraphs import (
    DocumentPiece,
    SeenParagraph,
    calls_of,
    elements_of,
    number_of,
    paragraphs_of,
    paragraphs_of_notes,
    pieces_of,
    taken_out_of,
)
from pipeline.word.document.signs import SYMBOL, read_symbols

_BREAKS = {f"{W}cr": f"{W}br", f"{W}ptab": f"{W}tab"}
"""Breaks that pandoc passes over, and those that mean the same."""
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
"""Whether the spaces at the ends of a text count (XML 1.0, section 2.10)."""
_NOTES = (("footnotes.xml", "footnoteReference"), ("endnotes.xml", "endnoteReference"))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as it is given to the reader, and what was found in it."""

    content: bytes
    package: Package
    clusters: tuple[tuple[CitedItem, ...], ...]
    pieces: tuple[DocumentPiece, ...]
    comments: tuple[Comment, ...]
    pictures: tuple[tuple[str, Loss], ...]
    merged: tuple[int, ...] = ()
    """Numbers of the paragraphs in which tables have cells over several rows or columns."""
    kept: tuple[KeptWords, ...] = ()
    """Citations whose words stay."""


def prepare(name: str, package: Package, how: Settled, desk: Desk) -> Prepared | None:
    """The document put right; nothing where a part of it cannot be read, after a remark."""
    try:
        roots = {part: parse(package.parts[part]) for part in _texts(package)}
        said = parse(package.part("comments.xml") or b"<none/>")
    except BrokenXml:
        desk.report(
            message(
                "import-no-document", Place(name), "A part of it is damaged: open it in a word processor and save it."
            )
        )
        return None
    main = roots[package.main]
    clusters = Clusters(read_sources(package.parts), read_bookmarks(package.parts))
    for root in roots.values():
        _settle(root, how)
    if drop_contents(main):
        desk.report(
            message(
                "import-left-out",
                Place(name),
                "Readers get one that is made from the headings.",
                what="a list of contents",
            )
        )
    hidden = tuple(_hidden(roots, package))
    seen = {part: tuple(_seen(part, roots, package)) for part in roots}
    pictures = tuple(_pictures(roots, package))
    lost = (*hidden, *losses(main, package), *(loss for source, loss in pictures if not source))
    comments = tuple(read_comments(said, main))
    merged = tuple(merged_in(main))
    pieces: list[list[DocumentPiece]] = []
    for root in roots.values():
        take_out_citations(root, clusters)
    drop_lists(clusters)
    for part, root in roots.items():
        there = elements_of(root)
        pieces.append([piece for paragraph in seen[part] for piece in pieces_of(paragraph, there)])
        lost += tuple(_swallowed(seen[part], there, clusters.found))
    boxes = [box for root in roots.values() for box in _put_right(root)]
    for box in boxes:
        words = shortened(" ".join("".join(text.text or "" for text in box.iter(TEXT)).split()))
        desk.report(message("import-text-box", Place(name, number_of(main, box)), words=words))
    desk.extend(message("import-left-out", Place(name, loss.number), what=loss.what) for loss in lost)
    numbering = level_lists(main, package.part("styles.xml"), package.part("numbering.xml"))
    right = package.having(
        {part: as_bytes(root) for part, root in roots.items()} | package.named("numbering.xml", numbering)
    )
    shown = tuple(picture for picture in pictures if picture[0])
    found = (*pieces[0], *sorted(chain(*pieces[1:]), key=lambda piece: piece.number))
    return Prepared(packed(right), right, tuple(clusters.found), found, comments, shown, merged, tuple(clusters.kept))


def _texts(package: Package) -> Iterator[str]:
    """The names of the parts that hold text which is read."""
    yield package.main
    yield from (f"{package.folder}/{name}" for name, _ in _NOTES if package.part(name))


def _settle(root: Element, how: Settled) -> None:
    """Bring a part to the form that its reader sees: what stands twice once, and its changes settled."""
    keeps = root.get(_SPACE) == "preserve"
    for text in root.iter(TEXT):
        if text.text:
            text.text = without_strays(
                text.text if keeps or text.get(_SPACE) == "preserve" else text.text.strip(" \t\r\n")
            )
    drop_fallbacks(root)
    settle_changes(root, how)
    read_symbols(root)
    place_readings(root)
    for frame in list(root.iter(f"{W}framePr")):
        if frame.get(f"{W}dropCap") in ("drop", "margin"):
            join_next(frame.getparent().getparent())
    for node in root.iter(*_BREAKS):
        node.tag = _BREAKS[node.tag]


def _put_right(root: Element) -> tuple[Element, ...]:
    """Put a part right; gives the first paragraph of each text box."""
    for sign in list(root.iter(SYMBOL)):  # reported; pandoc draws some of them
        sign.getparent().remove(sign)
    open_controls(root)
    boxes = place_boxes(root)
    widen_grids(root)
    return boxes


def _seen(part: str, roots: dict[str, Element], package: Package) -> Iterator[SeenParagraph]:
    """The paragraphs of a part, before anything is taken out of it."""
    main = roots[package.main]
    if part == package.main:
        yield from paragraphs_of(main)
    for name, call in _NOTES:
        if part == f"{package.folder}/{name}":
            yield from paragraphs_of_notes(roots[part], calls_of(main, call))


def _hidden(roots: dict[str, Element], package: Package) -> Iterator[Loss]:
    """Hidden words and prompts, taken away; what stands in notes is in no paragraph of the text."""
    styles = hidden_styles(package.part("styles.xml"))
    for part, root in roots.items():
        for loss in (*drop_prompts(root), *drop_hidden(root, styles)):
            yield loss if part == package.main else Loss(1, f"{loss.what} in a note")


def _pictures(roots: dict[str, Element], package: Package) -> Iterator[tuple[str, Loss]]:
    """The pictures of all parts; those of notes are in no paragraph of the text."""
    for part, root in roots.items():
        for source, loss in pictures_in(root, package, posixpath.basename(part)):
            yield source, loss if part == package.main else Loss(1, f"{loss.what} in a note")


def _swallowed(
    seen: Sequence[SeenParagraph], there: Collection[int], found: Sequence[tuple[CitedItem, ...]]
) -> Iterator[Loss]:
    """Words that somebody typed into a citation, or into a list that a manager made."""
    known = words_of_works(found)
    for paragraph in seen:
        for words in taken_out_of(paragraph, there):
            if is_typed(words, known):
                yield Loss(paragraph.number, f"the words '{shortened(words)}'")


_LEVELLED = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
"""Names of Word's own styles, which are English in every language of its window."""


def level_lists(root: Element, styles: bytes, numbering: bytes) -> bytes:
    """Give the entries of such lists their level; gives the part of numberings, with that level of each list in it."""
    try:
        levels, lists = dict(_levels(parse(styles or b"<none/>"))), parse(numbering or b"<none/>")
    except BrokenXml:
        return numbering
    used = {one for paragraph in root.iter(PARAGRAPH) if (one := _put_level(paragraph, levels))}
    for number, level in used:
        _deepen(lists, number, level)
    return as_bytes(lists) if used else numbering


def _levels(styles: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """The list and the level of each such style, by its id."""
    for style in styles.iter(f"{W}style"):
        found = _LEVELLED.fullmatch(value(style, "name"))
        number = value(style, "pPr/numPr/numId")
        if found and number and value(style, "pPr/numPr/ilvl") in ("", "0"):
            yield str(style.get(f"{W}styleId")), (number, int(found[1]) - 1)


def _put_level(paragraph: Element, levels: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Give an entry the level of its style; one that says a level or a list itself stays as it is."""
    found = levels.get(value(paragraph, "pPr/pStyle"))
    if found is None or paragraph.find(f"{W}pPr/{W}numPr") is not None:
        return None
    place = etree.SubElement(paragraph.find(f"{W}pPr"), f"{W}numPr")
    etree.SubElement(place, f"{W}ilvl").set(f"{W}val", str(found[1]))
    etree.SubElement(place, f"{W}numId").set(f"{W}val", found[0])
    return found


def _deepen(lists: Element, number: str, level: int) -> None:
    """Give a list a level like its first, where it has none."""
    one = next((one for one in lists.iter(f"{W}num") if one.get(f"{W}numId") == number), None)
    wanted = "" if one is None else value(one, "abstractNumId")
    whole = next((one for one in lists.iter(f"{W}abstractNum") if one.get(f"{W}abstractNumId") == wanted), None)
    first = None if whole is None else whole.find(f"{W}lvl[@{W}ilvl='0']")
    if whole is None or first is None or whole.find(f"{W}lvl[@{W}ilvl='{level}']") is not None:
        return
    made = copy.deepcopy(first)
    made.set(f"{W}ilvl", str(level))
    for text in made.iter(f"{W}lvlText"):
        text.set(f"{W}val", str(text.get(f"{W}val", "")).replace("%1", f"%{level + 1}"))
    whole.append(made)
