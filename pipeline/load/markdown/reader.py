"""Markdown text to document tree: entry point and parser state."""

from collections.abc import Iterator, Mapping, Sequence

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.load.markdown.blocks import Blocks
from pipeline.load.markdown.directives import as_boxes
from pipeline.load.markdown.headings import shift_levels, with_its_anchor, without_title
from pipeline.load.markdown.maths import Declared
from pipeline.load.markdown.parser import DEEPEST, ParserState, parser
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
        ParserState(text, TextOrigin(path, line, column, anchors), diagnostics, alts or {}, macros), text, title
    )


def hidden_places(text: str) -> tuple[Location, ...]:
    """Places of a text's comments, and of elements that are left out with their content."""
    draft = ParserState(text, TextOrigin(""), Diagnostics(), {})
    _read(draft, text, "")
    return tuple(draft.hidden)


def _read(draft: ParserState, text: str, title: str) -> Body:
    diagnostics, md = draft.diagnostics, parser()
    tokens: list[Token] = []
    md.block.parse(text, md, draft.env, tokens)
    tokens = as_boxes(tokens)
    tokens = _without_notes(draft, _nothing_too_deep(draft, tokens))
    tokens = without_title(draft, tokens, title)
    shift_levels(draft, tokens)
    blocks = Blocks(draft)
    read = with_its_anchor(draft, blocks.read(tokens), text)
    body = Body(read, _notes(draft, blocks))
    diagnostics.extend(_unused_addresses(draft))
    diagnostics.extend(draft.tally.remarks())
    return body


def _nothing_too_deep(draft: ParserState, tokens: list[Token]) -> list[Token]:
    """The tokens with a mark wherever the parser has left something out; reported where that is first."""
    deep = [number for number, t in enumerate(tokens) if t.level >= DEEPEST - 1 and t.type in _HOLDERS]
    if deep:
        draft.diagnostics.report(message("nesting-deep", draft.row(tokens[deep[0]])))
    for number in reversed(deep):
        tokens.insert(number + 1, _left_out(tokens[number], "[left out: it stands too deep]"))
    return tokens


def _left_out(token: Token, words: str) -> Token:
    """Token in place of an element that is not printed."""
    return Token("left_out", "", 0, map=token.map, level=token.level, content=words)


def _without_notes(draft: ParserState, tokens: list[Token]) -> list[Token]:
    """The tokens without footnotes, which are laid aside by label."""
    kept: list[Token] = []
    stack: list[tuple[str, list[Token]]] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            label, place = token.meta["label"], draft.row(token)
            stack.append((label, kept))
            kept = []
            if label in draft.notes:
                first = draft.notes[label][1].line
                draft.diagnostics.report(message("footnote-duplicate", place, label=label, line=first))
                stack[-1][1].append(_left_out(token, f"[note {label}: written twice]"))
            else:
                draft.notes[label] = (kept, place)
        elif token.type == "footnote_reference_close":
            kept = stack.pop()[1]
        else:
            kept.append(token)
    return kept


def _unused_addresses(draft: ParserState) -> Iterator[Diagnostic]:
    """A remark for each line '[label]: address' that no link names, or that stands a second time."""
    written = draft.env.get("references", {})
    unused = [(label, one["map"][0]) for label, one in written.items() if label not in draft.links]
    unused += [(one["label"], one["map"][0]) for one in draft.env.get("duplicate_refs", ())]
    for label, row in unused:
        line = draft.lines[row]
        again = label in draft.links
        reason = "the address of this name stands above already" if again else "it is an address that no link names"
        hint = "If these are words of the text, put a backslash before the first bracket."
        place = draft.origin.at((row, len(line) - len(line.lstrip())))
        yield message("words-left-out", place, hint, words=cut_short(line.strip()), reason=reason)


_MOST_NOTES = 1000
"""Footnotes of a text: the press sets all notes of a page again for each that is added."""


def _notes(draft: ParserState, blocks: Blocks) -> tuple[Footnote, ...]:
    """The footnotes in the order of their first calls; a note may call further ones."""
    found: list[Footnote] = []
    while len(found) < len(draft.called):
        label = list(draft.called)[len(found)]
        if label in draft.written:
            children, place = draft.written[label], draft.note_places[label]
        else:
            tokens, place = draft.notes[label]
            draft.note = label
            children = blocks.read(tokens)
        if all(isinstance(block, Paragraph) and not block.children for block in children):
            draft.diagnostics.report(message("words-missing", place, what="footnote"))
        found.append(Footnote(label, draft.called[label], children, place))
    for label, (_, place) in draft.notes.items():
        if label not in draft.called:
            draft.diagnostics.report(message("footnote-unused", place, label=label))
    if len(found) > _MOST_NOTES:
        sentence = f"This text has {len(found):,} footnotes; the most is {_MOST_NOTES:,}."
        draft.diagnostics.report(
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
