"""The structure tree of a PDF as plain values (ISO 32000-1, 14.7), and the words it holds in the order of the tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pipeline.press.tree import children
from pipeline.proof.content import Run

DEEPEST = 200
"""Elements within elements that are followed."""

Key = tuple[int, int]
"""An object of the file: its number and generation."""


@dataclass(frozen=True, slots=True)
class Content:
    """Marked content of an element: the page (from 1; 0 where none is named) and the number of the mark."""

    page: int
    mark: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An object that an element holds, such as a link's field on the page."""

    key: Key


Way = tuple["Tag", ...]
"""An element after all those that hold it, the outermost first."""

Leaf = tuple[Way, Content]
Skip = Callable[[Way], bool]
"""Whether an element, given after those that hold it, is left out."""

INLINE = frozenset({"Span", "Link", "Code", "Reference", "Quote", "Em", "Strong", "BibEntry", "Annot", "Sub"})
"""Elements within a line (14.8.4.4): what stands in the next one stands as close as it is written."""

HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})
NOTES = frozenset({"Note", "FENote"})


@dataclass(slots=True)
class Tag:
    """A structure element. `kind` is its standard type, whatever name the file gives it."""

    kind: str
    key: Key
    kids: list[Tag | Content | Reference] = field(default_factory=list)
    alt: str = ""
    id: str = ""
    numbering: str = ""
    """How a list is numbered, where it says so."""

    def walk(self) -> Iterator[Tag]:
        """The element and everything below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Tag):
                yield from kid.walk()

    def leaves(self, above: tuple[Tag, ...] = (), skip: Skip = lambda _: False) -> Iterator[Leaf]:
        """All marked content in reading order with the elements that hold it, the outermost first."""
        way = (*above, self)
        for kid in self.kids:
            if isinstance(kid, Content):
                yield way, kid
            elif isinstance(kid, Tag) and not skip((*way, kid)):
                yield from kid.leaves(way, skip)

    def of_kind(self, *kinds: str) -> list[Tag]:
        """The elements of some kinds, in reading order."""
        return [tag for tag in self.walk() if tag.kind in kinds]


def read_tags(pdf: Pdf, pages: dict[Key, int]) -> Tag | None:
    """The tree of a file, under an element that stands for its root; nothing where the file has none."""
    root = pdf.Root.get("/StructTreeRoot")
    if not isinstance(root, Dictionary):
        return None
    roles = root.get("/RoleMap")
    names = {str(k)[1:]: str(v)[1:] for k, v in roles.items()} if isinstance(roles, Dictionary) else {}
    top = Tag("StructTreeRoot", root.objgen)
    top.kids = list(_kids(root, 0, pages, names, {root.objgen}, 0))
    return top


def _kids(
    element: Object, page: int, pages: dict[Key, int], names: dict[str, str], seen: set[Key], depth: int
) -> Iterator[Tag | Content | Reference]:
    for kid in children(element):
        if isinstance(kid, int):
            yield Content(page, kid)
        elif not isinstance(kid, Dictionary):
            continue
        elif "/S" in kid:
            if kid.objgen in seen or depth > DEEPEST:
                continue
            if kid.objgen != (0, 0):
                seen.add(kid.objgen)
            tag = _tag(kid, names)
            tag.kids = list(_kids(kid, _page(kid, page, pages), pages, names, seen, depth + 1))
            yield tag
        elif kid.get("/Type") == Name.OBJR:
            held = kid.get("/Obj")
            if isinstance(held, Object):
                yield Reference(held.objgen)
        elif "/MCID" in kid and "/Stm" not in kid:
            yield Content(_page(kid, page, pages), int(kid.MCID))


def _page(element: Object, page: int, pages: dict[Key, int]) -> int:
    own = element.get("/Pg")
    return pages.get(own.objgen, 0) if isinstance(own, Dictionary) else page


def _tag(element: Object, names: dict[str, str]) -> Tag:
    kind = str(element.S).removeprefix("/")
    for _ in range(len(names)):
        kind = names.get(kind, kind)
    tag = Tag(kind, element.objgen)
    if "/Alt" in element:
        tag.alt = str(element.Alt)
    if isinstance(element.get("/ID"), String):
        tag.id = str(element.ID)
    attributes: Any = element.get("/A")
    for owned in attributes if isinstance(attributes, Array) else (attributes,):
        if isinstance(owned, Dictionary) and "/ListNumbering" in owned:
            tag.numbering = str(owned.ListNumbering).removeprefix("/")
    return tag


class Words:
    """The letters of a file by the marks they belong to."""

    def __init__(self, pages: Sequence[Sequence[Run]]) -> None:
        self._runs: dict[Content, list[Run]] = {}
        for page in pages:
            for run in page:
                if run.mark is not None and run.text:
                    self._runs.setdefault(Content(run.page, run.mark), []).append(run)

    def pieces(self, tag: Tag, skip: Skip = lambda _: False) -> Iterator[tuple[int, str]]:
        """The words of an element as a listener hears them, piece by piece with their pages.

        A new line is a space, unless a word is broken at its end; so is a new block. Within a line and a block words
        stand as close as they are written.
        """
        held, before = "", None
        for way, content in tag.leaves((), skip):
            block = next((t.key for t in reversed(way) if t.kind not in INLINE), way[0].key)
            for run in self._runs.get(content, ()):
                if before:
                    gap = _gap(before[0] == block, run, before[1])
                    broken = gap == " " and held.endswith(HYPHEN)
                    yield before[1].page, held.removesuffix(HYPHEN) if broken else held + gap
                held, before = run.text, (block, run)
        if before:
            yield before[1].page, held

    def of(self, tag: Tag, skip: Skip = lambda _: False) -> str:
        """The words of an element as a listener hears them."""
        return "".join(text for _, text in self.pieces(tag, skip))

    def text(self, content: Content) -> str:
        """The letters of one marked content."""
        return "".join(run.text for run in self._runs.get(content, ()))

    def shown(self, content: Content) -> bool:
        """Whether marked content holds any letters."""
        return bool(self.text(content).strip())


HYPHEN = "\u2010"
"""What the engine writes where it breaks a word; an author's own hyphen is another character."""


def _gap(same_block: bool, run: Run, before: Run) -> str:
    """What stands between two runs."""
    if not same_block:
        return "\n"
    return " " if run.page != before.page or abs(run.y - before.y) > 1 or run.x < before.x else ""
