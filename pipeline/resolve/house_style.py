"""Checks of our own constructs: captions, placeholders, heads, numbers."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import enumerated, suggestion
from pipeline.core.text.typography import is_english, typeset
from pipeline.core.text.wrapping import TITLE_ROOM, TITLE_SIZE, shortened
from pipeline.load.pictures.picture import picture_file
from pipeline.model import body as tree
from pipeline.model.bibliography import digits_of
from pipeline.model.body import Box, BoxKind, Figure, Image, Table, Text, plain_text
from pipeline.model.formats import FORMATS
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations, Record
from pipeline.resolve.characters import written_words
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.reading import BriefingView, NodeIndex, WordRun, place_in, runs, unlinked_runs

COLUMNS_MOST = 4


def titles_fit_the_running_header(reading: BriefingView) -> Iterator[Diagnostic]:
    """The short title, or the title in its place, stands whole between the date and the status."""
    fields = reading.briefing.fields
    title = typeset(fields.short_title or fields.title, language_of(reading.briefing, reading.environment.imprint))
    shown = shortened(title, TITLE_ROOM, TITLE_SIZE)
    if shown != title:
        place = reading.briefing.marks.at("short_title" if fields.short_title else "title")
        yield message("short-title-long", place, shown=shown.removesuffix("…"))


def tables_fit_on_a_small_screen(reading: BriefingView) -> Iterator[Diagnostic]:
    """A table keeps its columns wherever it is read."""
    for table in reading.passage.every(Table):
        if len(table.aligns) > COLUMNS_MOST:
            yield message("table-wide", table.place, columns=len(table.aligns), most=COLUMNS_MOST)


def columns_have_heads(reading: BriefingView) -> Iterator[Diagnostic]:
    """Check that a table has rows, and words above each column with words; the corner may be empty."""
    for table in reading.passage.every(Table):
        if not table.rows:
            yield message("table-empty", table.place)
        if missing := [str(number + 1) for number in range(len(table.head)) if _lacks_head(table, number)]:
            columns, have = ("Columns", "have") if missing[1:] else ("Column", "has")
            yield message("table-no-head", table.place, columns=f"{columns} {enumerated(missing)} of this table {have}")


def _lacks_head(table: Table, number: int) -> bool:
    if table.head[number] or (number == 0 and table.row_heads):
        return False
    return any(number < len(row) and plain_text(row[number]).strip() for row in table.rows)


_BOXES = (
    ("outcomes", BoxKind.OUTCOMES),
    ("questions", BoxKind.QUESTIONS),
    ("minutes", BoxKind.OUTCOMES),
    ("curriculum", BoxKind.OUTCOMES),
)
"""Fields for a trainer, and the box that each is printed in."""


def briefings_have_a_text(reading: BriefingView) -> Iterator[Diagnostic]:
    """A briefing is more than its front matter."""
    if not reading.briefing.body.blocks:
        yield message("body-empty", reading.briefing.marks.key_at("title"))


def teaching_has_its_boxes(reading: BriefingView) -> Iterator[Diagnostic]:
    """Every field for a trainer is printed where a box of the text asks for it."""
    teaching, marks = reading.briefing.fields.teaching, reading.briefing.marks
    boxes = {box.kind for box in reading.passage.every(Box)}
    for name, kind in _BOXES:
        if teaching and getattr(teaching, name) and kind not in boxes:
            yield message("teaching-not-placed", marks.key_at("teaching", name), field=f"teaching.{name}", box=kind)


def records_have_their_figures(reading: BriefingView) -> Iterator[Diagnostic]:
    """Each record of a figure has its figure in the text, by id or by file."""
    figures: tuple[Figure | Image, ...] = (*reading.passage.every(Figure), *reading.passage.every(Image))
    ids = {figure.id for figure in reading.passage.every(Figure) if figure.id}
    path = reading.briefing.path
    files = {picture_file(path, figure.source) for figure in figures}
    for number, record in enumerate(reading.briefing.fields.figures):
        if record.id not in ids and picture_file(path, record.file) not in files:
            place = reading.briefing.marks.at("figures", number, "id")
            hint = suggestion(record.id, ids, catalogue()["figure-not-placed"].do)
            yield message("figure-not-placed", place, hint=hint, id=record.id, file=record.file)


PLACEHOLDERS = (
    "Say here how you search",
    "Describe here what a force does",
    "Your Institute",
    "your-institute.example",
    "Your Police Force",
    "Your Police College",
)
"""Beginnings or whole texts of each of them."""


def texts_are_ones_own(passage: NodeIndex) -> Iterator[Diagnostic]:
    """Nothing in a text still says what should be written in its place."""
    for text in passage.every(Text):
        for words in PLACEHOLDERS:
            if (at := text.text.find(words)) >= 0:
                yield message("starter-words", place_in(text, at), words=words)


def fields_are_ones_own(environment: Environment) -> Iterator[Diagnostic]:
    """Nothing in the imprint or the lists still has an invented name."""
    imprint = environment.imprint
    yield from _placeholder_words(imprint.fields, imprint.marks.at)
    lists: Mapping[str, Mapping[str, Record]] = {"organisations": environment.organisations, **environment.others}
    for name, records in lists.items():
        marks = environment.list_marks.get(name, FieldLocations(f"source/{name}.yaml"))
        for key, record in records.items():
            yield from _placeholder_words(record, lambda *way, marks=marks, key=key: marks.at(key, *way))


def _placeholder_words(record: Record, place: Callable[..., Location]) -> Iterator[Diagnostic]:
    for text, way in written_words(record, ()):
        if words := next((words for words in PLACEHOLDERS if words in text), ""):
            yield message("starter-words", place(*way), words=words)


def the_printer_is_known(imprint: LibrarySettings, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """The library names the profile of the press where it, or one of these packs, lists a print edition.

    Told once, at the first list.
    """
    if imprint.fields.print.profile:
        return
    lists: tuple[LibrarySettings | Pack, ...] = (imprint, *packs)
    for listed in lists:
        for index, kind in enumerate(listed.fields.formats):
            if FORMATS[kind].printed:
                yield message("print-no-profile", listed.marks.at("formats", index))
                return


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as somebody wrote it for a publication."""

    written: str
    owner: str
    place: Location


def numbers_are_of_one_publication(environment: Environment, chosen: Collection[str]) -> Iterator[Diagnostic]:
    """No two briefings or packs have one ISBN or DOI. Told at those chosen, and not at the first if all of them are."""
    alike: dict[tuple[str, str], list[_Number]] = defaultdict(list)
    things: tuple[BriefingHead | Pack, ...] = (*environment.briefings.values(), *environment.packs.values())
    for thing in things:  # an ISBN may have hyphens, a DOI capitals
        if doi := thing.fields.doi:
            alike["DOI", doi.casefold()].append(_Number(doi, thing.id, thing.marks.at("doi")))
        for edition, isbn in thing.fields.isbn.by_format:
            alike["ISBN", digits_of(isbn)].append(_Number(isbn, thing.id, thing.marks.at("isbn", edition)))
    for (kind, _), numbers in alike.items():
        first, *others = sorted(numbers, key=lambda number: number.owner in chosen)
        for number in others:
            if number.owner != first.owner and number.owner in chosen:
                told = {"kind": kind, "number": number.written, "first": first.owner, "place": first.place}
                yield message("number-shared", number.place, None, **told)


# Matter left over from writing

_REFERENCES = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|reference list):?", re.IGNORECASE
)

# Words that authors leave in texts, to be told: nothing is left undone here.
_LEFT = re.compile(r"(?<![\w-])(?:TODO|FIXME|XXX+|TBC|TBA|TBD|[Ll]orem ipsum|LOREM IPSUM)(?![\w-])")
_NUMBERED = re.compile(r"(?<![\w-])(?P<kind>Table|Figure|Fig\.)[ \n\u00a0](?P<number>\d{1,2})(?![\w-]|\.\d)")
_ELSEWHERE = re.compile(r"[)\]]?,?[ \n](?:of|in|from|by)\b")
"""Words that follow the number of a table of another work."""
_WHOSE = re.compile(r"(?:\w[’']s?|(?<!\w)(?:[Tt]heir|[Ii]ts|[Hh]is|[Hh]er|[Ww]hose))[ \n\u00a0]\Z")
"""Words that stand before it: 'Braga’s', 'their'."""
_BEHIND = re.compile(r"(?:,|,?[ \n])[ \n]?\(?(?:see )?")
"""Marks that stand between a citation, or a link, and the number of its table."""
_CAPTION = re.compile(r"(?P<label>(?P<kind>Table|Figure|Fig\.) ?\d{1,2}(?:[.:]| ?[–—-](?= )|$)) ?(?P<words>.{0,200})")


def texts_are_finished(reading: BriefingView) -> Iterator[Diagnostic]:
    """No word is left in the place of what is still to be written: the first told, the others counted."""
    fields, marks = reading.briefing.fields, reading.briefing.marks
    apart = set(fields.abbreviations)
    if not is_english(language_of(reading.briefing, reading.environment.imprint)):
        apart.add("TODO")  # a word of Spanish
    found: list[tuple[Location, str]] = []
    for key, words in (("title", fields.title), ("summary", fields.summary)):
        found += [(marks.at(key), word[0]) for word in _LEFT.finditer(words)]
    for run in runs(reading.passage):
        found += [(run.place(word.start()), word[0]) for word in _LEFT.finditer(run.words)]
    found = sorted((each for each in found if each[1] not in apart), key=lambda each: each[0])
    if found:
        more = len(found) - 1
        others = "" if not more else ", and so does another further on" if more == 1 else f", and so do {more} others"
        yield message("words-unfinished", found[0][0], words=found[0][1], others=others)


def typed_numbers_are_there(reading: BriefingView) -> Iterator[Diagnostic]:
    """A figure or table that a text names by a typed number is one that it has: the first told, the others counted."""
    there = {"table": _numbered(reading.passage, tree.Table), "figure": _numbered(reading.passage, tree.Figure)}
    found = [
        (run.place(number.start()), " ".join(number[0].split()), _kind(number))
        for run in unlinked_runs(reading.passage)
        for number in _NUMBERED.finditer(run.words)
        if int(number["number"]) > len(there[_kind(number)]) and not _is_of_another(run, number)
    ]
    if not found:
        return
    captions = {replace(remark.place, column=1) for remark in captions_are_no_paragraphs(reading)}
    found = sorted((each for each in found if replace(each[0], column=1) not in captions), key=lambda each: each[0])
    for place, words, kind in found[:1]:
        more = len({(other, of) for _, other, of in found}) - 1
        others = "" if not more else ", and so is another" if more == 1 else f", and so are {more} others"
        nodes = there[kind]
        named = [f"[](#{node.id})" for node in nodes if node.id]
        hint = f"Write {' or '.join(named[:3])} in its place." if named else None
        has = f"{len(nodes) or 'no'} {kind}{'' if len(nodes) == 1 else 's'} with a caption"
        example = "tbl-x" if kind == "table" else "fig-x"
        yield message("number-typed", place, hint, words=words, others=others, has=has, kind=kind, example=example)


def _kind(found: re.Match[str]) -> str:
    return "table" if found["kind"] == "Table" else "figure"


def _is_of_another(run: WordRun, found: re.Match[str]) -> bool:
    """Whether it is a table or figure of another work, or the words of a caption."""
    words, start, end = run.words, found.start(), found.end()
    if start == 0 and words[end : end + 1] in (".", ":"):
        return True
    before = words[max(0, start - 12) : start]
    cited = (
        isinstance(run.behind, tree.CitationGroup | tree.Link) and start == len(before) and _BEHIND.fullmatch(before)
    )
    return bool(cited or _WHOSE.search(before) or _ELSEWHERE.match(words, end))


def _numbered(passage: NodeIndex, kind: type[tree.Table] | type[tree.Figure]) -> tuple[tree.Table | tree.Figure, ...]:
    """The tables or figures of a text that have a number."""
    nodes: tuple[tree.Table | tree.Figure, ...] = passage.every(kind)
    return tuple(node for node in nodes if (node.id or node.caption) and not getattr(node, "decorative", False))


def captions_are_no_paragraphs(reading: BriefingView) -> Iterator[Diagnostic]:
    """No paragraph beside a table or figure without a caption looks like one."""
    for blocks in _levels(reading.briefing.body.blocks):
        told: Any = None
        for first, second in pairwise(blocks):
            for words, thing in ((second, first), (first, second)):
                if (
                    isinstance(words, tree.Paragraph)
                    and words is not told
                    and isinstance(thing, tree.Table | tree.Figure)
                ):
                    for remark in _caption(words, thing):
                        told = words
                        yield remark


def _caption(paragraph: tree.Paragraph, thing: tree.Table | tree.Figure) -> Iterator[Diagnostic]:
    words = " ".join(plain_text(paragraph.children).split())
    found = _CAPTION.fullmatch(words)
    kind = "table" if isinstance(thing, tree.Table) else "figure"
    if thing.caption or not found or (found["kind"] == "Table") != (kind == "table"):
        return
    caption = found["words"] or "Caption"
    if isinstance(thing, tree.Table):
        hint = f"Write it on the line directly below the table, without its number: ': {caption} {{#tbl-x}}'."
    else:
        hint = f"Write it into the square brackets of the picture, without its number: '![{caption}]({thing.source})'."
    yield message("caption-typed", paragraph.place, hint, words=found["label"], kind=kind)


def _levels(blocks: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The blocks of a text, and those within its boxes, quotations and lists."""
    yield blocks
    for block in blocks:
        match block:
            case tree.Box(children=children) | tree.Division(children=children) | tree.Quote(children=children):
                yield from _levels(children)
            case tree.ListBlock(items=items):
                for item in items:
                    yield from _levels(item.children)


def references_are_made(reading: BriefingView) -> Iterator[Diagnostic]:
    """The list of references is made from the citations: a text has no heading of its own for one."""
    headings: tuple[tree.Heading | tree.Paragraph, ...] = reading.passage.every(tree.Heading)
    for node in (*headings, *reading.passage.every(tree.Paragraph)):
        words = plain_text(node.children).strip()
        in_bold = len(node.children) == 1 and isinstance(node.children[0], tree.Strong)
        alone = isinstance(node, tree.Heading) or in_bold or node.place.column == 1  # and in no list or quotation
        if alone and _REFERENCES.fullmatch(words):
            yield message("references-typed", node.place, words=words)
