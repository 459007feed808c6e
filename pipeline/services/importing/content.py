"""The words of a document, comments beside them, and parts that no reader sees or no briefing can hold."""

import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import visible
from pipeline.services.importing.package import (
    MATHS,
    PARAGRAPH,
    RUN,
    SYMBOL,
    TABLE,
    TEXT,
    BrokenXml,
    Element,
    Package,
    R,
    W,
    parse,
    symbol_name,
    value,
)

_SIGNS = {f"{W}noBreakHyphen": "-", **dict.fromkeys((f"{W}tab", f"{W}ptab", f"{W}br", f"{W}cr", f"{MATHS}oMath"), " ")}
_GAP = "\0"
_NO_NOTES = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class DocumentPiece:
    """Words of a document: the number of the paragraph that they stand in, or hang on, and where that is."""

    number: int
    words: str
    where: str = ""
    """In a note or a cell the name of that, such as "a note"."""


@dataclass(frozen=True, slots=True)
class SeenParagraph:
    """A paragraph as a reader sees it: its number, where it stands, and its signs with the elements that hold them."""

    number: int
    where: str
    signs: tuple[tuple[Element, str], ...]


def paragraphs_of(root: Element) -> Iterator[SeenParagraph]:
    """The paragraphs of the text."""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        where = "a cell" if any(above.tag == f"{W}tc" for above in paragraph.iterancestors()) else ""
        yield SeenParagraph(number, where, tuple(_signs_of(paragraph)))


def paragraphs_of_notes(root: Element, numbers: dict[str, int]) -> Iterator[SeenParagraph]:
    """The paragraphs of the notes of a part, in the order of calls, by the numbers of the paragraphs that call them."""
    notes = {str(note.get(f"{W}id")): note for note in root if note.get(f"{W}type") not in _NO_NOTES}
    for name, number in numbers.items():
        for paragraph in notes[name].iter(PARAGRAPH) if name in notes else ():
            yield SeenParagraph(number, "a note", tuple(_signs_of(paragraph)))


def elements_of(root: Element) -> set[int]:
    """Identities of the elements of a part, by which those that were seen before are known."""
    return {id(element) for element in root.iter()}


def pieces_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[DocumentPiece]:
    """The words of a paragraph, if it has any; a formula and what was taken out are between words."""
    whole = "".join(sign if id(element) in there else " " for element, sign in seen.signs)
    if words := " ".join(whole.split()):
        yield DocumentPiece(seen.number, words, seen.where)


def taken_out_of(seen: SeenParagraph, there: Collection[int]) -> Iterator[str]:
    """The words that stood in a paragraph and were taken out, each place by itself."""
    whole = "".join(_GAP if id(element) in there else sign for element, sign in seen.signs)
    yield from filter(None, (" ".join(part.split()) for part in whole.split(_GAP)))


def calls_of(root: Element, name: str) -> dict[str, int]:
    """Paragraphs that call a note or a comment, by its id, counted in order; `name` is the element of the call."""
    found: dict[str, int] = {}
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        for call in paragraph.iter(f"{W}{name}"):
            found.setdefault(str(call.get(f"{W}id")), number)
    return found


def number_of(root: Element, wanted: Element) -> int:
    """The number of the first paragraph of an element, or 1."""
    first = wanted if wanted.tag == PARAGRAPH else next(wanted.iter(PARAGRAPH), None)
    return next((number for number, paragraph in enumerate(root.iter(PARAGRAPH), 1) if paragraph is first), 1)


def _signs_of(paragraph: Element) -> Iterator[tuple[Element, str]]:
    for node in paragraph.iter():
        if not isinstance(node.tag, str) or next(node.iterancestors(PARAGRAPH), None) is not paragraph:
            continue
        if node.tag == TEXT:
            yield node, node.text or ""
        elif node.tag in _SIGNS:
            yield node, _SIGNS[node.tag]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: the number of its paragraph, its author and day, its words, and those that it is on."""

    number: int
    author: str
    day: str
    words: str
    on: str = ""


_MOST_WORDS = 12
"""So many of the words that a comment is on are told."""


def read_comments(root: Element, text: Element) -> Iterator[Comment]:
    """The comments of a part, in their order; `text` is the document that they are on."""
    numbers = calls_of(text, "commentReference") | calls_of(text, "commentRangeStart")
    on = _commented(text)
    for comment in root.iter(f"{W}comment"):
        name = str(comment.get(f"{W}id"))
        words = " ".join(filter(None, map(_words_of, comment.iter(PARAGRAPH))))
        author = visible(" ".join(str(comment.get(f"{W}author", "")).split()))
        day = visible(str(comment.get(f"{W}date", ""))[:10])
        yield Comment(numbers.get(name, 1), author, day, words, " ".join(on.get(name, "").split()[:_MOST_WORDS]))


def _commented(root: Element) -> dict[str, str]:
    """The words that each comment is on, by its id."""
    found: dict[str, str] = {}
    within: set[str] = set()
    for node in root.iter():
        if node.tag == f"{W}commentRangeStart":
            within.add(str(node.get(f"{W}id")))
        elif node.tag == f"{W}commentRangeEnd":
            within.discard(str(node.get(f"{W}id")))
        elif node.tag == PARAGRAPH:
            found |= {name: found[name] + " " for name in within if name in found}
        elif node.tag == TEXT:
            found |= {name: found.get(name, "") + (node.text or "") for name in within}
    return found


_URI = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_OTHERS = {
    f"{W}object": "an embedded file",
    f"{W}altChunk": "a whole text of another kind",
    f"{W}subDoc": "a document that lies beside this one",
    f"{W}pgNum": "a page number",
    **{
        f"{W}{part}{form}": "a date that Word fills in"
        for part in ("day", "month", "year")
        for form in ("Short", "Long")
    },
}
_DRAWN = {"/chart": "a chart", "/chartex": "a chart", "/diagram": "a drawing made of boxes and arrows"}
_RUNNING = re.compile(r"(?:header|footer)\d*\.xml")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not taken over: the number of its paragraph, and its name with the words before it."""

    number: int
    what: str


def losses(root: Element, package: Package) -> Iterator[Loss]:
    """The parts of the text that are not taken over, whatever reads it."""
    before, number = "", 0
    for node in root.iter():
        if node.tag == PARAGRAPH:
            number += 1
            before = _words_of(node) or before
        elif node.tag == TABLE and _is_flattened(node):
            yield Loss(number + 1, f"the rows of a table within a cell{_after(before)}")
        elif what := _lost(node):
            yield Loss(max(number, 1), f"{what}{_after(before)}")
        elif node.tag == _WORD_ART and (words := _art(node)):
            yield Loss(max(number, 1), f"words drawn as a picture: '{shortened(words)}'")
    yield from _running(package)


def _is_flattened(table: Element) -> bool:
    """Whether a table stands in a cell of one that stays a table: of its rows only the words are left there."""
    around = next(table.iterancestors(TABLE), None)
    return around is not None and len(around.findall(f"{W}tr/{W}tc")) > 1


def _lost(node: Element) -> str:
    """The name of what an element holds, where nothing here can hold it."""
    if node.tag == _URI:
        return next((what for end, what in _DRAWN.items() if str(node.get("uri", "")).endswith(end)), "")
    if node.tag == SYMBOL:
        return f"a sign, {symbol_name(node)},"
    return _OTHERS.get(node.tag, "")


def _art(node: Element) -> str:
    """Words that are drawn along a line."""
    return " ".join(str(node.get("string", "")).split())


def pictures_in(root: Element, package: Package, name: str) -> Iterator[tuple[str, Loss]]:
    """The file of every picture in a part, with what is said of it where it is lost; no file where there is none."""
    targets = {str(link.get("Id")): str(link.get("Target")) for link in package.links_of(name)}
    before = ""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        before = _words_of(paragraph) or before
        for node in paragraph.iter(_BLIP, _OLD_PICTURE):
            if next(node.iterancestors(PARAGRAPH)) is not paragraph:
                continue
            link = node.get(f"{R}embed") or node.get(f"{R}id") or node.get(f"{R}link") or node.get(f"{R}href")
            target = targets.get(str(link), "")
            if package.target(target) in package.parts:
                yield target, Loss(number, f"a picture{_after(before)}")
            else:
                yield "", Loss(number, f"a picture that is not kept in the document{_after(before)}")


def _words_of(element: Element) -> str:
    return " ".join("".join(text.text or "" for text in element.iter(TEXT)).split())


def shortened(words: str, most: int = _LONGEST) -> str:
    """The first words, with an ellipsis where there are more."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def _after(words: str) -> str:
    return f" after '{shortened(words, 30)}'" if words else ""


def _running(package: Package) -> Iterator[Loss]:
    """Words of headers and footers, each once, in one."""
    found: dict[str, str] = {}
    for name, content in sorted(package.parts.items()):
        if not _RUNNING.fullmatch(posixpath.basename(name)):
            continue
        try:
            root = parse(content)
        except BrokenXml:
            continue
        words = " ".join(filter(None, (_words_of(root), *map(_art, root.iter(_WORD_ART)))))
        if sum(map(str.isalpha, words)) > 3:
            found[words] = f"'{shortened(words)}'"
    if found:
        yield Loss(1, f"words of the head or foot of the pages: {', '.join(found.values())}")


_OFF = ("0", "false", "off")
_STAYS = tuple(f"{W}{name}" for name in ("rPr", "fldChar", "instrText", "footnoteReference", "endnoteReference"))
"""Parts of a hidden run that are no words: fields end where they end, and notes are read by themselves."""
_PICTURES = (f"{W}drawing", f"{W}pict")


def hidden_styles(content: bytes) -> frozenset[str]:
    """The ids of the styles that hide words, out of the part that holds the styles."""
    try:
        styles = list(parse(content or b"<none/>").iter(f"{W}style"))
    except BrokenXml:
        return frozenset()
    own = {str(style.get(f"{W}styleId")): _hides(style) for style in styles}
    based = {str(style.get(f"{W}styleId")): value(style, "basedOn") for style in styles}
    found = set()
    for name in own:
        above, passed = name, set[str]()
        while own.get(above) is None and above in based and above not in passed:
            passed.add(above)
            above = based[above]
        if own.get(above):
            found.add(name)
    return frozenset(found)


def drop_hidden(root: Element, styles: Collection[str]) -> Iterator[Loss]:
    """Take hidden words away; gives each place with its words."""
    if not styles and next(root.iter(f"{W}vanish"), None) is None:
        return
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        whole = value(paragraph, "pPr/pStyle") in styles
        runs = [run for run in paragraph.iter(RUN) if next(run.iterancestors(PARAGRAPH)) is paragraph]
        said = ((run, _hides(run)) for run in runs)
        hidden = [
            run for run, hides in said if hides or (hides is None and (whole or value(run, "rPr/rStyle") in styles))
        ]
        if words := _emptied(hidden):
            yield Loss(number, f"hidden words: '{shortened(words)}'")


def drop_prompts(root: Element) -> Iterator[Loss]:
    """Take away what forms show until something is typed; gives what is not marked as such, which may be typed."""
    for control in list(root.iter(f"{W}sdt")):
        said = control.find(f"{W}sdtPr/{W}showingPlcHdr")
        if said is None or said.get(f"{W}val") in _OFF or value(control, "sdtPr/tag").startswith("MENDELEY"):
            continue
        runs = [run for content in control.findall(f"{W}sdtContent") for run in content.iter(RUN)]
        marked = any("placeholder" in value(run, "rPr/rStyle").lower() for run in runs)
        if (words := _emptied(runs)) and not marked:
            number = number_of(root, next(control.iterancestors(PARAGRAPH), control))
            yield Loss(number, f"the words of a field that says it is empty: '{shortened(words)}'")


def _hides(element: Element) -> bool | None:
    """Whether the properties of a run or style hide its words; nothing where they do not say."""
    said = element.find(f"{W}rPr/{W}vanish")
    return None if said is None else said.get(f"{W}val") not in _OFF


def _emptied(runs: list[Element]) -> str:
    """The words of runs, which are taken out of them; a picture is named."""
    words = ""
    for run in runs:
        words += "".join(text.text or "" for text in run.iter(TEXT))
        for child in list(run):
            if child.tag in _STAYS:
                continue
            words += "(a picture)" if child.tag in _PICTURES and not words else ""
            run.remove(child)
    return " ".join(words.split())
