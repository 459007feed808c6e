"""Markdown text to document tree: entry point and parser state."""

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.load.markdown.blocks import Blocks
from pipeline.load.markdown.directives import as_divisions
from pipeline.load.markdown.headings import shift_levels, with_its_anchor, without_title
from pipeline.load.markdown.maths import Declared
from pipeline.load.markdown.parser import DEEPEST, ParseContext, parser
from pipeline.load.markdown.positions import Anchor, TextOrigin
from pipeline.model.body import Body, Footnote, Paragraph
from pipeline.model.source.record import FieldLocations, KeyPath

_HOLDERS = ("blockquote_open", "list_item_open", "division_open", "dd_open", "footnote_reference_open")


def parse_body(
    text: str,
    path: str,
    diagnostics: Diagnostics,
    line: int = 1,
    column: int = 1,
    *,
    title: str = "",
    alts: Mapping[str, str] | None = None,
    macros: Declared = (),
    anchors: tuple[tuple[Anchor, ...], ...] = (),
) -> Body:
    """The tree of a text that begins at a line and column of its file.

    `title`: what a first heading may repeat. `alts`: alternative texts said elsewhere, by figure id or path.
    `macros`: the library's commands for formulas. `anchors`: where the text stands, if in pieces.
    """
    return _read(
        ParseContext(text, TextOrigin(path, line, column, anchors), diagnostics, alts or {}, macros), text, title
    )


def hidden_places(text: str) -> tuple[Location, ...]:
    """Places of a text's comments, and of elements that are left out with their content."""
    context = ParseContext(text, TextOrigin(""), Diagnostics(), {})
    _read(context, text, "")
    return tuple(context.hidden_places)


def _read(context: ParseContext, text: str, title: str) -> Body:
    diagnostics, md = context.diagnostics, parser()
    tokens: list[Token] = []
    md.block.parse(text, md, context.env, tokens)
    tokens = as_divisions(tokens)
    tokens = _without_notes(context, _nothing_too_deep(context, tokens))
    tokens = without_title(context, tokens, title)
    shift_levels(context, tokens)
    blocks = Blocks(context)
    read = with_its_anchor(context, blocks.read(tokens), text)
    body = Body(read, _notes(context, blocks))
    diagnostics.extend(_unused_addresses(context))
    diagnostics.extend(context.counter.remarks())
    return body


def _nothing_too_deep(context: ParseContext, tokens: list[Token]) -> list[Token]:
    """The tokens with a mark wherever the parser has left something out; reported where that is first."""
    deep = [number for number, t in enumerate(tokens) if t.level >= DEEPEST - 1 and t.type in _HOLDERS]
    if deep:
        context.diagnostics.report(message("nesting-deep", context.place_of(tokens[deep[0]])))
    for number in reversed(deep):
        tokens.insert(number + 1, _left_out(tokens[number], "[left out: it stands too deep]"))
    return tokens


def _left_out(token: Token, words: str) -> Token:
    """Token in place of an element that is not printed."""
    return Token("left_out", "", 0, map=token.map, level=token.level, content=words)


def _without_notes(context: ParseContext, tokens: list[Token]) -> list[Token]:
    """The tokens without footnotes, which are laid aside by label."""
    kept: list[Token] = []
    stack: list[tuple[str, list[Token]]] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            label, place = token.meta["label"], context.place_of(token)
            stack.append((label, kept))
            kept = []
            if label in context.notes:
                first = context.notes[label][1].line
                context.diagnostics.report(message("footnote-duplicate", place, label=label, line=first))
                stack[-1][1].append(_left_out(token, f"[note {label}: written twice]"))
            else:
                context.notes[label] = (kept, place)
        elif token.type == "footnote_reference_close":
            kept = stack.pop()[1]
        else:
            kept.append(token)
    return kept


def _unused_addresses(context: ParseContext) -> Iterator[Diagnostic]:
    """A remark for each line '[label]: address' that no link names, or that stands a second time."""
    written = context.env.get("references", {})
    unused = [(label, one["map"][0]) for label, one in written.items() if label not in context.link_labels]
    unused += [(one["label"], one["map"][0]) for one in context.env.get("duplicate_refs", ())]
    for label, row in unused:
        line = context.lines[row]
        again = label in context.link_labels
        reason = "the address of this name stands above already" if again else "it is an address that no link names"
        hint = "If these are words of the text, put a backslash before the first bracket."
        place = context.origin.at((row, len(line) - len(line.lstrip())))
        yield message("words-left-out", place, hint, words=cut_short(line.strip()), reason=reason)


_MOST_NOTES = 1000
"""Footnotes of a text: the press sets all notes of a page again for each that is added."""


def _notes(context: ParseContext, blocks: Blocks) -> tuple[Footnote, ...]:
    """The footnotes in the order of their first calls; a note may call further ones."""
    found: list[Footnote] = []
    while len(found) < len(context.note_numbers):
        label = list(context.note_numbers)[len(found)]
        if label in context.inline_notes:
            children, place = context.inline_notes[label], context.note_places[label]
        else:
            tokens, place = context.notes[label]
            context.current_note = label
            children = blocks.read(tokens)
        if all(isinstance(block, Paragraph) and not block.children for block in children):
            context.diagnostics.report(message("words-missing", place, what="footnote"))
        found.append(Footnote(label, context.note_numbers[label], children, place))
    for label, (_, place) in context.notes.items():
        if label not in context.note_numbers:
            context.diagnostics.report(message("footnote-unused", place, label=label))
    if len(found) > _MOST_NOTES:
        sentence = f"This text has {len(found):,} footnotes; the most is {_MOST_NOTES:,}."
        context.diagnostics.report(
            message("job-too-large", found[_MOST_NOTES].place, "Divide the text.", sentence=sentence)
        )
    return tuple(found)


# Markdown within YAML.

_FARTHEST = 12
"""Greatest number of characters in an escape for one character."""


def read_field(
    value: str | None,
    way: KeyPath,
    marks: FieldLocations,
    lines: Sequence[str],
    diagnostics: Diagnostics,
    macros: Declared = (),
) -> Body:
    """The tree of a Markdown value of a YAML file; empty where there is none."""
    if not value:
        return Body()
    place = marks.at(*way)
    anchors = find_anchors(value, lines, place.line - 1, place.column - 1)
    return parse_body(value, marks.path, diagnostics, place.line, place.column, macros=macros, anchors=anchors)


def find_anchors(value: str, lines: Sequence[str], row: int, column: int) -> tuple[tuple[Anchor, ...], ...]:
    """Origin of the characters of a YAML scalar that begins at a row and column (from 0), line by line."""
    if row >= len(lines):
        return ()
    if lines[row][column : column + 1] in ("|", ">"):
        row, column = row + 1, 0
    found: list[tuple[Anchor, ...]] = []
    for line in value.split("\n"):
        anchors: list[Anchor] = []
        for position, character in enumerate(line):
            if character.isspace():
                continue
            place = _next(character, lines, row, column)
            if place is None:
                break
            row, column = place
            last = anchors[-1] if anchors else None
            if last is None or (last.line - 1, last.column - 1 + position - last.start) != (row, column):
                anchors.append(Anchor(0 if last is None else position, row + 1, column + 1 - (0 if last else position)))
            column += 1
        found.append(tuple(anchors))
    return tuple(found)


def _next(character: str, lines: Sequence[str], row: int, column: int) -> tuple[int, int] | None:
    """The next place of a character, over white space and the marks of quoting."""
    while row < len(lines):
        line = lines[row]
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            if line[column] == character:
                return row, column
            hit = line.find(character, column, column + _FARTHEST)
            return (row, hit) if hit >= 0 else (row, column)
        row, column = row + 1, 0
    return None
