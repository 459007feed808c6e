"""Words that carry attributes at their end: headings and captions."""

import re
from dataclasses import replace

from markdown_it.token import Token

from pipeline.core.messages import message
from pipeline.load.markdown.attributes import attributes_at, cut_attributes, unread_pairs
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.inlines import Inlines
from pipeline.load.markdown.places import spots_of_lines
from pipeline.model.body import Attributes, Inline

_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


def titled(draft: Draft, token: Token) -> tuple[tuple[Inline, ...], Attributes]:
    """The words of a heading or caption, and its attributes."""
    row = token.map[0] if token.map else 0
    spots = spots_of_lines(token.content, row, draft.lines, token.meta.get("columns", ()))
    words, braces = cut_attributes(token.content)
    if _COMMAND.search(words):  # the braces of `\\label{sec:x}` are its own
        words, braces = token.content, ""
    attributes = Attributes()
    if braces:
        place = draft.place(spots, len(token.content) - len(braces))
        found = attributes_at(braces, 0)
        if found is not None and found[0] is not None:
            attributes = found[0]
            draft.desk.extend(unread_pairs(attributes, place))
        elif token.content.endswith(f" {braces}"):
            draft.desk.report(message("attribute-syntax", place, text=braces))
        else:
            words = token.content  # as in '\texttt{name}': words like any others
    reader = Inlines(draft, spots)
    reader.label = ""
    children = reader.read(draft.tokens(words))
    return children, attributes if attributes.id else replace(attributes, id=reader.label)
