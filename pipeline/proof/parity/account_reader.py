"""Reads the account of a text off its elements: the composed XHTML, a document of an EPUB or a web page alike.

What may differ between them and the PDF is named here, each with its reason, and nowhere else.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from pipeline.markup.body import local, read_body
from pipeline.markup.roles import HEADINGS, spaced
from pipeline.model.manuscript import Chapter
from pipeline.proof.markup.hiding import Look, sheet_of
from pipeline.proof.parity.account import AccountEntry, Lead, Mark, PaperAccount, TextAccount
from pipeline.proof.parity.forms import code_in_words, formula_in_words, list_in_words
from pipeline.proof.parity.letters import description, letters
from pipeline.proof.pdf.list_numbers import must_show_numbers, numbers_of

BLOCKS = frozenset({
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "li", "td", "th", "tr", "caption", "table", "pre", "hr"),
    *("blockquote", "dt", "dd", "figcaption", "figure", "div", "section", "aside", "article", "header", "footer"),
    *("nav", "ul", "ol", "dl", "address", "main", "thead", "tbody", "tfoot", "body"),
})  # fmt: skip
NOT_ON_SHEETS = {
    "sep": "the dot between facts that stand on one line; paper sets each on a line of its own",
    "page-word": "the word 'page' before a folio in a pack's contents; on paper the folio stands at the line's end",
    "further": "ways back from a reference to all but the first of its citations, and their numbers",
    "slot": "the date produced, which the bindery lays on when the sheets are pressed",
}
"""Classes of words that belong to the text and are not on the sheets: a style for paper may hide them."""

PAGE_MARK = "doc-pagebreak"
"""The role of a mark where a page of the PDF begins: no words of the text, and compared apart."""

SILENT = frozenset({"script", "style", "template", "wbr", "head"})
"""Elements without words; a `wbr` is a place where a line may break."""

NOTE, CALL, CITATION = "doc-footnote", "doc-noteref", "doc-biblioref"
_CLOSED = frozenset({"caption", "figcaption", "th"})
_ENTERED = _CLOSED | {"td", "tr", "table", "header"}
"""Elements that are entered when they have been read, beside headings, links and notes."""


def read_account(
    account: TextAccount,
    root: Element,
    left_out: frozenset[Element],
    produced: str = "",
    lacking: frozenset[Element] = frozenset(),
) -> None:
    """Read a text into its account. `left_out` is what its style hides, `lacking` what a file of its kind has not.

    `produced` is the sentence that the bindery puts where the composed text keeps a place for it.
    """
    naming = {name for element in root.iter() for name in element.get("aria-labelledby", "").split()}
    reader = _Reader(account, left_out, frozenset(naming), produced, lacking)
    reader.read(root)
    reader.finish()


def read_on_paper(chapters: Iterable[Chapter], style: str, produced: str, notes_at_end: bool = True) -> PaperAccount:
    """The account of chapters as a style for paper shows them: nothing that it hides, and the heads that it repeats.

    With the notes at their calls there are no headings of nothing but notes.
    """
    account = PaperAccount("", notes_at_end=notes_at_end)
    sheet = sheet_of(style)
    for chapter in chapters:
        look = Look(body := read_body(chapter.body, chapter.name), sheet, html=True)
        reader = _PaperReader(account, look, produced)
        reader.read(body)
        reader.finish()
    return account


class _Reader:
    """Reads one text in the order of its elements."""

    def __init__(
        self,
        account: TextAccount,
        left_out: frozenset[Element],
        naming: frozenset[str],
        produced: str,
        lacking: frozenset[Element],
    ) -> None:
        self._account = account
        self._left_out = left_out
        self._lacking = lacking
        self._naming = naming
        """Ids of elements whose words name others."""
        self._produced = produced
        self._said: list[str] = []
        self._block = 0
        """Index in `_said` of the beginning of the block that is being read."""
        self._stream: list[str] = []
        self._spoken: list[str] = []
        self._heard = 0
        """Place in what is spoken where the block began that is being read."""
        self._reached = 0
        self._heading = ""
        self._rows: list[list[str]] = []
        """The cells of the rows that are being read, those of the innermost last."""
        self._tables = 0
        self._note = False
        self._quiet = 0

    def read(self, element: Element) -> None:
        """Read an element and everything in it; what is behind it belongs to its parent."""
        name, role = local(element), element.get("role", "")
        silent = element.get("aria-hidden") == "true" and role != PAGE_MARK  # in a table a mark is silent
        if name in SILENT or silent or element in self._lacking or self._hides(element):
            return
        if identifier := element.get("id"):
            self._account.anchors.setdefault(identifier, self._reached)
        if role == PAGE_MARK:
            folio = element.get("data-page") or element.get("aria-label") or ""
            self._account.marks.append(Mark(folio, element.get("id", ""), self._reached))
        elif element.get("data-slot"):
            self._slot(self._produced if element.get("data-slot") == "produced" else "")
        elif name in ("img", "svg", "math"):
            self._picture(element, name, role)
        else:
            self._element(element, name, role)

    def _slot(self, said: str) -> None:
        self._end_block()
        self._said.append(said)
        self._end_block()
        if said:
            self._account.heard.append(self._entry(said))

    def finish(self) -> None:
        """End the last block."""
        self._end_block()
        self._account.stream = "".join(self._stream)
        self._account.spoken = "".join(self._spoken)
        self._account.opening = self._account.opening or self._reached

    def _hides(self, element: Element) -> bool:
        return element.get("hidden") is not None or (element in self._left_out and not self._off_sheet(element))

    def _off_sheet(self, element: Element) -> bool:
        named = element.get("class")
        return named is not None and not NOT_ON_SHEETS.keys().isdisjoint(named.split())

    def _element(self, element: Element, name: str, role: str) -> None:
        block = name in BLOCKS
        if block:
            self._end_block()
        start, letter, was_note = len(self._said), self._reached, self._note
        off_sheet = self._off_sheet(element)
        self._quiet += off_sheet
        self._note = was_note or role == NOTE
        self._begin(element, name)
        self._say(element.text or "")
        for child in element:
            self.read(child)
            self._say(child.tail or "")
        if name == "br":
            self._say(" ")
        self._end(element, name, role, start, letter)
        if role == NOTE or _holds_notes(element):
            self._account.notes_apart.append((letter, self._reached))
        if block:
            self._end_block("heading" if name in HEADINGS else "code" if name == "pre" else "")
        self._note = was_note
        self._quiet -= off_sheet

    def _begin(self, element: Element, name: str) -> None:
        if name == "table":
            caption = next((kid for kid in element if local(kid) == "caption"), None)
            said = f"table '{spaced(''.join(caption.itertext()))}'" if caption is not None else "table without caption"
            self._account.tables.append(self._entry(said))
            if not self._tables and not self._note:
                self._account.blocks.append(self._entry(f"[{said}]", "table"))
            self._tables += 1
        elif name == "tr":
            self._rows.append([])

    def _end(self, element: Element, name: str, role: str, start: int, letter: int) -> None:
        """Enter what has been read to its end."""
        is_heading = name in HEADINGS
        is_link = name == "a" and element.get("href") is not None
        entered = is_heading or is_link or role == NOTE or name in _ENTERED
        words = spaced("".join(self._said[start:])) if entered else ""
        if is_heading:
            self._heading = words or self._heading
            self._account.headings.append(self._entry(f"{name} {words}"))
        closed = is_heading or name in _CLOSED or element.get("id") in self._naming
        if closed and self._reached > letter:
            self._account.closed.append((letter, self._reached))
        if name in ("td", "th") and self._rows:
            self._rows[-1].append(_cell(element, name, words))
        elif name == "tr":
            self._account.tables.append(self._entry(" | ".join(self._rows.pop())))
        elif name == "table":
            self._tables -= 1
            self._block = len(self._said)
        elif name == "header":
            self._account.opening = self._account.opening or self._reached
        elif name == "ol" and element.get("role") != "list":
            self._account.lists.append(self._entry(list_in_words(element)))
        elif name == "pre":
            self._account.code.append(self._entry(code_in_words("".join(self._said[start:]))))
        elif name == "figcaption":
            self._account.pictures.append(self._entry(f"caption '{words}'"))
        elif role == NOTE:
            self._account.notes.append(self._entry(words))
        elif is_link:
            self._lead(element, role, words)

    def _lead(self, element: Element, role: str, words: str) -> None:
        """Enter a link with its words, and with the name that it is called by where that is another."""
        name = spaced(element.get("aria-label", ""))
        said = f"{words} ({name})" if words and name and name != words else words or name
        found = self._account
        leads = {CITATION: found.citations, CALL: found.calls}.get(role, found.links)
        leads.append(Lead(said, element.get("href", ""), self._entry(said)))

    def _picture(self, element: Element, name: str, role: str) -> None:
        said = description(element)
        if name == "math":
            self._said.append("".join(element.itertext()))
            self._account.formulas.append(self._entry(formula_in_words(element)))
        noun = "formula" if name == "math" else "picture"
        if role in ("presentation", "none") or said == "":
            self._account.pictures.append(self._entry("decoration"))
            return
        self._account.pictures.append(self._entry(f"{noun} '{spaced(said)}'" if said else f"{noun} without words"))
        self._count(f" {said or ''} ")

    def _say(self, words: str) -> None:
        if words:
            self._said.append(words)
            if not self._quiet:
                self._count(words)

    def _count(self, words: str) -> None:
        self._spoken.append(words)
        self._stream.append(letters(words))
        self._reached += len(self._stream[-1])

    def _end_block(self, kind: str = "") -> None:
        """Enter the words since the last block, if there are any; words of tables and notes are entered with them."""
        words = spaced("".join(self._said[self._block :]))
        if words and not self._tables and not self._note:
            self._account.blocks.append(self._entry(words, kind))
        if heard := spaced("".join(self._spoken[self._heard :])):
            self._account.heard.append(self._entry(heard, kind))
        self._said.append("\n")
        self._spoken.append("\n")
        self._heard = len(self._spoken)
        if not self._tables:
            self._block = len(self._said)

    def _entry(self, words: str, kind: str = "") -> AccountEntry:
        return AccountEntry(words, self._heading, len(self._account.marks), kind)


class _PaperReader(_Reader):
    """Reads one chapter as paper shows it."""

    def __init__(self, account: PaperAccount, look: Look, produced: str) -> None:
        super().__init__(account, look.hidden, frozenset(), produced, frozenset())
        self._paper, self._look = account, look
        self._gone: set[Element] = set()
        """Headings of nothing but notes, where these stand at their calls."""
        self._open: list[int] = []
        """Indices of the tables that are being read, the innermost last."""

    def finish(self) -> None:
        """Enter the running text."""
        self._paper.words += "".join(self._said)
        self._paper.opening = self._paper.opening or self._reached

    def _hides(self, element: Element) -> bool:
        return element in self._left_out or element in self._gone

    def _off_sheet(self, element: Element) -> bool:
        return False

    def _slot(self, said: str) -> None:
        self._end_block()
        self._say(said)
        self._end_block()

    def _element(self, element: Element, name: str, role: str) -> None:
        if len(element) and _holds_notes(element):
            headings = [kid for kid in element if local(kid) in HEADINGS]
            self._paper.note_headings += [heading.get("id", "") for heading in headings]
            self._gone.update(() if self._paper.notes_at_end else headings)
        super()._element(element, name, role)

    def _begin(self, element: Element, name: str) -> None:
        if name == "table":
            self._open.append(len(self._paper.rows))
            self._paper.rows.append(0)
        elif name == "tr" and self._open:
            self._paper.rows[self._open[-1]] += 1
        self._paper.header_cells += name == "th"
        super()._begin(element, name)
        if element.get("data-label"):
            self._say(self._look.label(element))

    def _end(self, element: Element, name: str, role: str, start: int, letter: int) -> None:
        said = "".join(self._said[start:])
        super()._end(element, name, role, start, letter)
        if name == "table":
            self._open.pop()
        elif name == "pre":
            self._paper.code_lines.append(said.strip("\n"))
        elif name == "ol":
            numbers = numbers_of(element, self._left_out)
            self._paper.numbers.append(numbers)
            self._paper.shown_numbers += [(numbers, said)] if must_show_numbers(element) else []
        if role == NOTE:
            self._paper.note_words.append(said)
            del self._said[start:]

    def _lead(self, element: Element, role: str, words: str) -> None:
        self._paper.link_words.append(words)

    def _picture(self, element: Element, name: str, role: str) -> None:
        if (said := description(element)) and role not in ("presentation", "none"):
            self._paper.descriptions.append(said)

    def _count(self, words: str) -> None:
        if not self._note:
            super()._count(words)

    def _end_block(self, kind: str = "") -> None:
        self._said.append("\n")


def _holds_notes(element: Element) -> bool:
    """Whether an element holds notes and their headings alone, and perhaps marks of pages between them."""
    roles = {kid.get("role", "") for kid in element if local(kid) not in HEADINGS}
    return NOTE in roles and roles <= {NOTE, PAGE_MARK}


def _cell(element: Element, name: str, words: str) -> str:
    """A cell in words: head cells in brackets, and how far it spans where it does."""
    spans = [
        f"{element.get(way)} {noun}"
        for way, noun in (("colspan", "columns"), ("rowspan", "rows"))
        if element.get(way, "1") != "1"
    ]
    return (f"[{words}]" if name == "th" else words) + (f" (over {' and '.join(spans)})" if spans else "")
