"""A text told in the same words whatever file holds it: headings, tables, pictures, notes, links and words in order."""

from dataclasses import dataclass, field

from pipeline.proof.pdf.list_numbers import Numbers


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One thing of a text: what it is known by, and where it stands."""

    words: str
    """The words compared, as they are told."""
    heading: str
    """The words of the heading that it stands under."""
    page: int
    """Number of pages of the PDF that have begun before it."""
    kind: str = ""
    """Of a block: 'heading', 'table', 'code', or nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A page of the PDF begins here: what it is called, and how many letters stand before it."""

    folio: str
    id: str
    letters: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A link: what it says, where it leads, and where it stands."""

    words: str
    destination: str
    """'#anchor' in the same text, 'briefing:NAME#anchor' in another of the same library, else an address."""
    entry: AccountEntry


@dataclass(slots=True)
class TextAccount:
    """One text, read from beginning to end."""

    name: str
    blocks: list[AccountEntry] = field(default_factory=list)
    """The words in order, block by block; a table is one block, notes are left out."""
    headings: list[AccountEntry] = field(default_factory=list)
    tables: list[AccountEntry] = field(default_factory=list)
    """The caption of each table, then its rows."""
    lists: list[AccountEntry] = field(default_factory=list)
    """The numbers of each numbered list."""
    code: list[AccountEntry] = field(default_factory=list)
    """Blocks of code, with marks for the ends of their lines and for spaces that are not between two words."""
    formulas: list[AccountEntry] = field(default_factory=list)
    """Structure of each formula in words."""
    pictures: list[AccountEntry] = field(default_factory=list)
    """Pictures and formulas with what is said of them, and captions of figures."""
    notes: list[AccountEntry] = field(default_factory=list)
    citations: list[Lead] = field(default_factory=list)
    calls: list[Lead] = field(default_factory=list)
    """Calls of notes."""
    links: list[Lead] = field(default_factory=list)
    """All other links."""
    marks: list[Mark] = field(default_factory=list)
    heard: list[AccountEntry] = field(default_factory=list)
    """All that is said, block by block: cells of tables, pictures and notes too."""
    stream: str = ""
    """The letters in reading order as the PDF has them, those of notes and the words of pictures among them."""
    spoken: str = ""
    """The words whose letters these are."""
    anchors: dict[str, int] = field(default_factory=dict)
    """Number of letters before each id."""
    closed: list[tuple[int, int]] = field(default_factory=list)
    """From which letter to which no page may be marked: headings, captions, head cells."""
    notes_apart: list[tuple[int, int]] = field(default_factory=list)
    """From which letter to which there are notes, and their heading with them: on paper they stand at their calls."""
    opening: int = 0
    """Letters until the end of the title block, or, where there is none, of the text."""


@dataclass(slots=True)
class PaperAccount(TextAccount):
    """One text as its style shows it on paper, where a tagged file is to say just this."""

    notes_at_end: bool = True
    words: str = ""
    """The running text, notes apart; blocks are parted by new lines."""
    note_words: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """Number of rows of each table."""
    header_cells: int = 0
    numbers: list[Numbers] = field(default_factory=list)
    """The numbers of the entries of each numbered list."""
    shown_numbers: list[tuple[Numbers, str]] = field(default_factory=list)
    """The same of lists that a page must show with numbers, with the words of each."""
    code_lines: list[str] = field(default_factory=list)
    """The text of each block of code as it is written."""
    link_words: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    """Descriptions of pictures that are not decoration."""
    note_headings: list[str] = field(default_factory=list)
    """Ids of headings of nothing but notes: with the notes at their calls these headings have gone."""
