"""Rules of house style: titles, tables, captions, figures, numbers and unfinished words."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import join_names, suggest_names
from pipeline.core.text.typography import is_english, typeset
from pipeline.core.text.wrapping import TITLE_ROOM, TITLE_SIZE, shorten_to_width
from pipeline.load.pictures.picture import picture_file
from pipeline.model import body as tree
from pipeline.model.bibliography import isbn_digits
from pipeline.model.body import Box, BoxKind, Figure, Image, Table, Text, plain_text
from pipeline.model.formats import FORMATS
from pipeline.model.source.briefing import BriefingHead
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations, Record
from pipeline.resolve.characters import written_words
from pipeline.resolve.environment import Environment, language_of
from pipeline.resolve.reading import BriefingView, NodeIndex, WordRun, place_in, runs, unlinked_runs

MOST_TABLE_COLUMNS = 4


def titles_fit_the_running_header(view: BriefingView) -> Iterator[Diagnostic]:
    """The short title, or else the title, fits into the running header."""
    fields = view.briefing.fields
    title = typeset(fields.short_title or fields.title, language_of(view.briefing, view.environment.imprint))
    cut_title = shorten_to_width(title, TITLE_ROOM, TITLE_SIZE)
    if cut_title != title:
        place = view.briefing.marks.at("short_title" if fields.short_title else "title")
        yield message("short-title-long", place, shown=cut_title.removesuffix("…"))


def tables_fit_on_a_small_screen(view: BriefingView) -> Iterator[Diagnostic]:
    """A table has no more columns than fit on a small screen."""
    for table in view.passage.every(Table):
        if len(table.aligns) > MOST_TABLE_COLUMNS:
            yield message("table-wide", table.place, columns=len(table.aligns), most=MOST_TABLE_COLUMNS)


def columns_have_heads(view: BriefingView) -> Iterator[Diagnostic]:
    """A table has rows, and headings for its columns; the corner may be empty."""
    for table in view.passage.every(Table):
        if not table.rows:
            yield message("table-empty", table.place)
        empty = (column for column, head in enumerate(table.head) if not head)
        if missing := [str(column + 1) for column in empty if _needs_head(table, column)]:
            columns, have = ("Columns", "have") if missing[1:] else ("Column", "has")
            yield message("table-no-head", table.place, columns=f"{columns} {join_names(missing)} of this table {have}")


def _needs_head(table: Table, column: int) -> bool:
    has_words = any(column < len(row) and plain_text(row[column]).strip() for row in table.rows)
    return has_words and not (column == 0 and table.row_heads)


_BOXES = (
    ("outcomes", BoxKind.OUTCOMES),
    ("questions", BoxKind.QUESTIONS),
    ("minutes", BoxKind.OUTCOMES),
    ("curriculum", BoxKind.OUTCOMES),
)
"""Fields for a trainer, each with the box that it is printed in."""


def briefings_have_a_text(view: BriefingView) -> Iterator[Diagnostic]:
    """A briefing has a text below its front matter."""
    if not view.briefing.body.blocks:
        yield message("body-empty", view.briefing.marks.key_at("title"))


def teaching_has_its_boxes(view: BriefingView) -> Iterator[Diagnostic]:
    """Every field for a trainer has a box in the text that prints it."""
    teaching, marks = view.briefing.fields.teaching, view.briefing.marks
    boxes = {box.kind for box in view.passage.every(Box)}
    for name, kind in _BOXES:
        if teaching and getattr(teaching, name) and kind not in boxes:
            hint = f"Write a line '::: {kind}' and a line ':::' under it where it belongs in the text."
            record = f"'teaching.{name}'"
            yield message(
                "record-not-placed", marks.key_at("teaching", name), hint, record=record, wanted=f"box '{kind}'"
            )


def records_have_their_figures(view: BriefingView) -> Iterator[Diagnostic]:
    """Each record of a figure has its figure in the text, by id or by file."""
    figures: tuple[Figure | Image, ...] = (*view.passage.every(Figure), *view.passage.every(Image))
    ids = {figure.id for figure in view.passage.every(Figure) if figure.id}
    path = view.briefing.path
    files = {picture_file(path, figure.source) for figure in figures}
    for number, record in enumerate(view.briefing.fields.figures):
        if record.id not in ids and picture_file(path, record.file) not in files:
            place = view.briefing.marks.at("figures", number, "id")
            advice = "Give the figure in the text this id, or correct 'id' or 'file' here."
            hint, wanted = (
                suggest_names(record.id, ids, advice),
                f"figure with this id or from the file '{record.file}'",
            )
            yield message("record-not-placed", place, hint, record=f"The figure '{record.id}'", wanted=wanted)


PLACEHOLDER_WORDS = (
    "Say here how you search",
    "Describe here what a force does",
    "Your Institute",
    "your-institute.example",
    "Your Police Force",
    "Your Police College",
)
"""Words of our starter texts that an author has to replace, or their beginnings."""

_FROM_STARTER = "as 'briefings new' wrote it"


def texts_have_no_placeholder_words(nodes: NodeIndex) -> Iterator[Diagnostic]:
    """No placeholder words of the starter library are left in a text."""
    for text in nodes.every(Text):
        for words in PLACEHOLDER_WORDS:
            if (at := text.text.find(words)) >= 0:
                yield message("words-unfinished", place_in(text, at), words=words, where=_FROM_STARTER)


def fields_have_no_placeholder_words(environment: Environment) -> Iterator[Diagnostic]:
    """No placeholder names of the starter library are left in library.yaml and the lists."""
    imprint = environment.imprint
    yield from _placeholder_words(imprint.fields, imprint.marks.at)
    lists: Mapping[str, Mapping[str, Record]] = {"organisations": environment.organisations, **environment.others}
    for name, records in lists.items():
        marks = environment.list_marks.get(name, FieldLocations(f"source/{name}.yaml"))
        for key, record in records.items():
            yield from _placeholder_words(record, lambda *path, marks=marks, key=key: marks.at(key, *path))


def _placeholder_words(record: Record, place: Callable[..., Location]) -> Iterator[Diagnostic]:
    for text, path in written_words(record):
        if words := next((words for words in PLACEHOLDER_WORDS if words in text), ""):
            yield message("words-unfinished", place(*path), words=words, where=_FROM_STARTER)


def the_printer_is_known(imprint: LibrarySettings, packs: Iterable[Pack]) -> Iterator[Diagnostic]:
    """A library with print editions has the colour profile of the press."""
    if imprint.fields.print.profile:
        return
    lists: tuple[LibrarySettings | Pack, ...] = (imprint, *packs)
    for settings in lists:
        for index, kind in enumerate(settings.fields.formats):
            if FORMATS[kind].printed:
                yield message("print-no-profile", settings.marks.at("formats", index))
                return


@dataclass(frozen=True, slots=True)
class _Number:
    """An ISBN or DOI as written, and the publication that it is for."""

    written: str
    owner: str
    place: Location


def numbers_are_of_one_publication(environment: Environment, chosen: Collection[str]) -> Iterator[Diagnostic]:
    """No two briefings or packs share an ISBN or DOI.

    Reported at those chosen, but if all are chosen not at the first.
    """
    same: dict[tuple[str, str], list[_Number]] = defaultdict(list)
    owners: tuple[BriefingHead | Pack, ...] = (*environment.briefings.values(), *environment.packs.values())
    for source in owners:  # an ISBN may have hyphens, a DOI capitals
        if doi := source.fields.doi:
            same["DOI", doi.casefold()].append(_Number(doi, source.id, source.marks.at("doi")))
        for edition, isbn in source.fields.isbn.by_format:
            same["ISBN", isbn_digits(isbn)].append(_Number(isbn, source.id, source.marks.at("isbn", edition)))
    for (kind, _), numbers in same.items():
        first, *others = sorted(numbers, key=lambda number: number.owner in chosen)
        for number in others:
            if number.owner != first.owner and number.owner in chosen:
                fields = {"kind": kind, "number": number.written, "first": first.owner, "place": first.place}
                yield message("number-shared", number.place, None, **fields)


# Left over from writing

_REFERENCES = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|reference list):?", re.IGNORECASE
)

# Words that authors leave in texts (there is nothing to do here).
_UNFINISHED = re.compile(r"(?<![\w-])(?:TODO|FIXME|XXX+|TBC|TBA|TBD|[Ll]orem ipsum|LOREM IPSUM)(?![\w-])")
_NUMBERED = re.compile(r"(?<![\w-])(?P<kind>Table|Figure|Fig\.)[ \n\u00a0](?P<number>\d{1,2})(?![\w-]|\.\d)")
_ELSEWHERE = re.compile(r"[)\]]?,?[ \n](?:of|in|from|by)\b")
"""Words that follow the number of a table in another work."""
_OWNER = re.compile(r"(?:\w[’']s?|(?<!\w)(?:[Tt]heir|[Ii]ts|[Hh]is|[Hh]er|[Ww]hose))[ \n\u00a0]\Z")
"""Words before it: 'Braga’s', 'their'."""
_AFTER_CITATION = re.compile(r"(?:,|,?[ \n])[ \n]?\(?(?:see )?")
"""Marks between a citation, or a link, and the number of a table in it."""
_CAPTION = re.compile(r"(?P<label>(?P<kind>Table|Figure|Fig\.) ?\d{1,2}(?:[.:]| ?[–—-](?= )|$)) ?(?P<words>.{0,200})")


def texts_are_finished(view: BriefingView) -> Iterator[Diagnostic]:
    """No 'TODO' or the like is left in a text."""
    fields, marks = view.briefing.fields, view.briefing.marks
    allowed = set(fields.abbreviations)
    if not is_english(language_of(view.briefing, view.environment.imprint)):
        allowed.add("TODO")  # a word of Spanish
    matches: list[tuple[Location, str]] = []
    for key, words in (("title", fields.title), ("summary", fields.summary)):
        matches += [(marks.at(key), match[0]) for match in _UNFINISHED.finditer(words)]
    for run in runs(view.passage):
        matches += [(run.place(match.start()), match[0]) for match in _UNFINISHED.finditer(run.words)]
    matches = sorted((match for match in matches if match[1] not in allowed), key=lambda match: match[0])
    if matches:
        more = len(matches) - 1
        others = "" if not more else ", and so is another further on" if more == 1 else f", and so are {more} others"
        yield message("words-unfinished", matches[0][0], words=matches[0][1], where=f"in the text{others}")


def typed_numbers_are_there(view: BriefingView) -> Iterator[Diagnostic]:
    """Typed numbers, such as 'Table 2', are of tables and figures in the text."""
    numbered = {"table": _numbered(view.passage, tree.Table), "figure": _numbered(view.passage, tree.Figure)}
    typed = [
        (run.place(match.start()), " ".join(match[0].split()), _kind(match))
        for run in unlinked_runs(view.passage)
        for match in _NUMBERED.finditer(run.words)
        if int(match["number"]) > len(numbered[_kind(match)]) and not _is_of_another_work(run, match)
    ]
    if not typed:
        return
    captions = {replace(remark.place, column=1) for remark in captions_are_no_paragraphs(view)}
    typed = sorted(number for number in typed if replace(number[0], column=1) not in captions)
    for place, words, kind in typed[:1]:
        more = len({(words, kind) for _, words, kind in typed}) - 1
        others = "" if not more else "; another is typed, too" if more == 1 else f"; {more} others are typed, too"
        nodes = numbered[kind]
        references = [f"[](#{node.id})" for node in nodes if node.id]
        example = "tbl-x" if kind == "table" else "fig-x"
        hint = f"Give the {kind} a caption and an id, and write [](#{example}) instead."
        if references:
            hint = f"Write {' or '.join(references[:3])} in its place."
        fault = f"this text has {len(nodes) or 'no'} {kind}{'' if len(nodes) == 1 else 's'} with a caption"
        yield message("typed-by-hand", place, hint, written=words, fault=f"{fault}{others}")


def _kind(match: re.Match[str]) -> str:
    return "table" if match["kind"] == "Table" else "figure"


def _is_of_another_work(run: WordRun, match: re.Match[str]) -> bool:
    """True if a number is of a table or figure in another work, or begins a caption."""
    words, start, end = run.words, match.start(), match.end()
    if start == 0 and words[end : end + 1] in (".", ":"):
        return True
    before = words[max(0, start - 12) : start]
    follows_citation = isinstance(run.behind, tree.CitationGroup | tree.Link) and start == len(before)
    cited = follows_citation and _AFTER_CITATION.fullmatch(before)
    return bool(cited or _OWNER.search(before) or _ELSEWHERE.match(words, end))


def _numbered(nodes: NodeIndex, kind: type[tree.Table] | type[tree.Figure]) -> tuple[tree.Table | tree.Figure, ...]:
    """The tables or figures of a text that have a number."""
    figures: tuple[tree.Table | tree.Figure, ...] = nodes.every(kind)
    return tuple(node for node in figures if (node.id or node.caption) and not getattr(node, "decorative", False))


def captions_are_no_paragraphs(view: BriefingView) -> Iterator[Diagnostic]:
    """No paragraph next to a table or figure without a caption looks like its caption."""
    if view.passage.kinds.keys().isdisjoint((tree.Table, tree.Figure)):
        return
    for siblings in _siblings(view.briefing.body):
        reported: Any = None
        for first, second in pairwise(siblings):
            for words, figure_or_table in ((second, first), (first, second)):
                is_pair = isinstance(words, tree.Paragraph) and isinstance(figure_or_table, tree.Table | tree.Figure)
                if is_pair and words is not reported and (remark := _typed_caption(words, figure_or_table)):
                    reported = words
                    yield remark


def _siblings(body: tree.Body) -> Iterator[tuple[Any, ...]]:
    """The blocks of a text, and the children of each node in it."""
    yield body.blocks
    for node in tree.walk_nodes(body.blocks):
        yield from (getattr(node, name) for name in tree.node_fields(type(node)))


def _typed_caption(paragraph: tree.Paragraph, figure_or_table: tree.Table | tree.Figure) -> Diagnostic | None:
    """The remark on a paragraph that looks like the caption of a table or figure."""
    kind = "table" if isinstance(figure_or_table, tree.Table) else "figure"
    match = _CAPTION.fullmatch(" ".join(plain_text(paragraph.children).split()))
    if figure_or_table.caption or not match or _kind(match) != kind:
        return None
    caption = match["words"] or "Caption"
    if isinstance(figure_or_table, tree.Table):
        hint = f"Write it on the line directly below the table, without its number: ': {caption} {{#tbl-x}}'."
    else:
        picture = f"![{caption}]({figure_or_table.source})"
        hint = f"Write it into the square brackets of the picture, without its number: '{picture}'."
    fault = f"looks like the caption of the {kind} next to it"
    return message("typed-by-hand", paragraph.place, hint, written=match["label"], fault=fault)


def references_are_not_typed(view: BriefingView) -> Iterator[Diagnostic]:
    """A text has no heading for a list of references: the list is made from the citations."""
    headings: tuple[tree.Heading | tree.Paragraph, ...] = view.passage.every(tree.Heading)
    for node in (*headings, *view.passage.every(tree.Paragraph)):
        words = plain_text(node.children).strip()
        in_bold = len(node.children) == 1 and isinstance(node.children[0], tree.Strong)
        alone = isinstance(node, tree.Heading) or in_bold or node.place.column == 1  # and in no list or quotation
        if alone and _REFERENCES.fullmatch(words):
            fault = "the list of references has its own heading"
            hint = (
                "Put the works into a file of source/references/, cite them with [@key], "
                "and delete this heading and list."
            )
            yield message("typed-by-hand", node.place, hint, written=words, fault=fault)
