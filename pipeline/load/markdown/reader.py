"""Markdown text to document tree: the entry points."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.load.markdown.attributes import attributes_at, cut_attributes
from pipeline.load.markdown.blocks import Blocks
from pipeline.load.markdown.directives import as_divisions
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.load.markdown.parser import DEEPEST, ParseContext, parser
from pipeline.load.markdown.positions import Anchor, TextOrigin
from pipeline.model.body import Attributes, Block, Body, Division, Footnote, Paragraph
from pipeline.model.source.record import FieldLocations, KeyPath

_CONTAINERS = ("blockquote_open", "list_item_open", "division_open", "dd_open", "footnote_reference_open")


def parse_body(
    text: str,
    path: str,
    diagnostics: Diagnostics,
    line: int = 1,
    column: int = 1,
    *,
    title: str = "",
    alts: Mapping[str, str] | None = None,
    macros: DeclaredMacros = (),
    anchors: tuple[tuple[Anchor, ...], ...] = (),
) -> Body:
    """Return the tree of a text that begins at a line and column of its file.

    `title`: words that the first heading may repeat. `alts`: alternative texts from the front matter, by figure id or
    path. `macros`: the library's commands for formulas. `anchors`: places of the text in the file, if it is in pieces.
    """
    return _read(
        ParseContext(text, TextOrigin(path, line, column, anchors), diagnostics, alts or {}, macros), text, title
    )


def find_hidden_places(text: str) -> tuple[Location, ...]:
    """Return the places of a text's comments, and of elements that are left out with their content."""
    context = ParseContext(text, TextOrigin(""), Diagnostics(), {})
    _read(context, text, "")
    return tuple(context.hidden_places)


def _read(context: ParseContext, text: str, title: str) -> Body:
    diagnostics, md = context.diagnostics, parser()
    tokens: list[Token] = []
    md.block.parse(text, md, context.env, tokens)
    tokens = as_divisions(tokens)
    tokens = _without_notes(context, _mark_deep_tokens(context, tokens))
    tokens = _without_title(context, tokens, title)
    _shift_levels(context, tokens)
    blocks = Blocks(context)
    children = _give_title_id(context, blocks.read(tokens), text)
    body = Body(children, _read_notes(context, blocks))
    diagnostics.extend(_unused_addresses(context))
    diagnostics.extend(context.counter.remarks())
    return body


def _mark_deep_tokens(context: ParseContext, tokens: list[Token]) -> list[Token]:
    """Insert a token wherever the parser has left out blocks that are too deep; report the first."""
    deep = [number for number, t in enumerate(tokens) if t.level >= DEEPEST - 1 and t.type in _CONTAINERS]
    if deep:
        context.diagnostics.report(message("nesting-deep", context.place_of(tokens[deep[0]])))
    for number in reversed(deep):
        tokens.insert(number + 1, _left_out(tokens[number], "[left out: nested too deeply]"))
    return tokens


def _left_out(token: Token, words: str) -> Token:
    return Token("left_out", "", 0, map=token.map, level=token.level, content=words)


def _without_notes(context: ParseContext, tokens: list[Token]) -> list[Token]:
    """Return the tokens without footnotes, which go into `context.notes` by label."""
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
    """Yield a remark for each line '[label]: address' that no link names, or that repeats a label."""
    addresses = context.env.get("references", {})
    unused = [(label, row["map"][0]) for label, row in addresses.items() if label not in context.link_labels]
    unused += [(repeat["label"], repeat["map"][0]) for repeat in context.env.get("duplicate_refs", ())]
    for label, row in unused:
        line = context.lines[row]
        is_repeat = label in context.link_labels
        reason = "this name already has an address above" if is_repeat else "it is an address that no link uses"
        hint = "If these are words of the text, put a backslash before the first bracket."
        place = context.origin.at((row, len(line) - len(line.lstrip())))
        yield message("words-left-out", place, hint, words=truncate(line.strip()), reason=reason)


_MOST_NOTES = 1000
"""Greatest number of footnotes of a text: the press sets all notes of a page again for each that is added."""


def _read_notes(context: ParseContext, blocks: Blocks) -> tuple[Footnote, ...]:
    """Return the footnotes in the order of their first calls; a note may call further ones."""
    notes: list[Footnote] = []
    while len(notes) < len(context.note_numbers):
        label = list(context.note_numbers)[len(notes)]
        if label in context.inline_notes:
            children, place = context.inline_notes[label], context.note_places[label]
        else:
            tokens, place = context.notes[label]
            context.current_note = label
            children = blocks.read(tokens)
        if all(isinstance(block, Paragraph) and not block.children for block in children):
            context.diagnostics.report(message("words-missing", place, what="footnote"))
        notes.append(Footnote(label, context.note_numbers[label], children, place))
    for label, (_, place) in context.notes.items():
        if label not in context.note_numbers:
            context.diagnostics.report(message("footnote-unused", place, label=label))
    if len(notes) > _MOST_NOTES:
        sentence = f"This text has {len(notes):,} footnotes; the limit is {_MOST_NOTES:,}."
        context.diagnostics.report(
            message("job-too-large", notes[_MOST_NOTES].place, "Divide the text.", sentence=sentence)
        )
    return tuple(notes)


# The title, which a first heading may repeat, and the levels of headings.

_TITLE_TOKENS = frozenset(
    {"text", "text_special", "softbreak", "code_inline", "em_open", "em_close", "strong_open", "strong_close"}
)
"""Tokens that a title may consist of; a heading with others, such as a note, does not repeat it."""
_PLAIN = str.maketrans("‘’“”–—", "''\"\"--")


def _without_title(context: ParseContext, tokens: list[Token], title: str) -> list[Token]:
    """Return the tokens without the first heading, if it repeats the title."""
    first = next((number for number, token in enumerate(tokens) if token.type == "heading_open"), None)
    if first is None or tokens[first].tag != "h1" or tokens[first].level:
        return tokens
    written, braces = cut_attributes(tokens[first + 1].content)
    words = _normalise(context, written)
    if not words or words != _normalise(context, title):
        return tokens
    read = attributes_at(braces, 0) if braces else (Attributes(), 0)
    if read is None or read[0] is None:
        return tokens
    place, context.title_words = context.place_of(tokens[first]), " ".join(_text(context, written).split())
    context.title_id = read[0].id or context.create_heading_id(context.title_words, place)
    return tokens[:first] + tokens[first + 3 :]


def _normalise(context: ParseContext, words: str) -> str:
    """Return the words of a heading for comparison, in small letters and without marks; '' if it is no title."""
    text = unicodedata.normalize("NFKC", _text(context, words).translate(_PLAIN))
    return " ".join(text.casefold().split()).rstrip(".")


def _text(context: ParseContext, words: str) -> str:
    tokens = context.parse_inline(words)
    if any(token.type not in _TITLE_TOKENS for token in tokens):
        return ""
    return "".join(" " if token.type == "softbreak" else token.content for token in tokens)


def _shift_levels(context: ParseContext, tokens: Sequence[Token]) -> None:
    """Move all headings of a text down if one has the level of the title."""
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]
    context.heading_shift = int(1 in levels)
    # The headings begin with # and skip no level. Otherwise a # is a slip.
    begins_with_title = levels[:1] == [1] and all(level <= above + 1 for above, level in pairwise(levels))
    context.highest_level = 1 if begins_with_title else 2
    context.last_level = context.highest_level - 1


def _give_title_id(context: ParseContext, blocks: tuple[Block, ...], text: str) -> tuple[Block, ...]:
    """Give the first block the id of the heading that is left out, if the text has links to it."""
    if not context.title_id or not blocks or not re.search(rf"#{re.escape(context.title_id)}(?![\w:-])", text):
        return blocks
    return (Division(blocks[:1], Attributes(context.title_id)), *blocks[1:])


# Markdown within YAML.

_FARTHEST = 12
"""Greatest number of characters in an escape for one character."""


def read_field(
    value: str | None,
    path: KeyPath,
    marks: FieldLocations,
    lines: Sequence[str],
    diagnostics: Diagnostics,
    macros: DeclaredMacros = (),
) -> Body:
    """Return the tree of a Markdown value of a YAML file; an empty one for None."""
    if not value:
        return Body()
    place = marks.at(*path)
    anchors = find_anchors(value, lines, place.line - 1, place.column - 1)
    return parse_body(value, marks.path, diagnostics, place.line, place.column, macros=macros, anchors=anchors)


def find_anchors(value: str, lines: Sequence[str], row: int, column: int) -> tuple[tuple[Anchor, ...], ...]:
    """Return the places of the characters of a YAML scalar that begins at a row and column (from 0), by line."""
    if row >= len(lines):
        return ()
    if lines[row][column : column + 1] in ("|", ">"):
        row, column = row + 1, 0
    places: list[tuple[Anchor, ...]] = []
    for line in value.split("\n"):
        anchors: list[Anchor] = []
        for position, character in enumerate(line):
            if character.isspace():
                continue
            place = _find_next(character, lines, row, column)
            if place is None:
                break
            row, column = place
            last = anchors[-1] if anchors else None
            if last is None or (last.line - 1, last.column - 1 + position - last.start) != (row, column):
                anchors.append(Anchor(0 if last is None else position, row + 1, column + 1 - (0 if last else position)))
            column += 1
        places.append(tuple(anchors))
    return tuple(places)


def _find_next(character: str, lines: Sequence[str], row: int, column: int) -> tuple[int, int] | None:
    """Return the next row and column of a character, after white space and quotation marks."""
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
