"""`<figure>`: its `<figcaption>` is the caption of the picture or table in it, and its id leads there."""

from dataclasses import replace

from pipeline.core.diagnostics import Place
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.maths import label_id
from pipeline.model.body import Attributes, Block, Division, Equation, Figure, Inline, Paragraph, Table, Text


def with_caption(
    draft: Draft, name: str, held: tuple[Block, ...], said: tuple[Block, ...], place: Place
) -> list[Block]:
    """The blocks that a figure holds with the words `said` below it; `name` is its id as written.

    Words that belong to none, as there are two pictures or one with a caption, stay a paragraph.
    """
    anchor = draft.claim(label_id(name), place) if name.strip() else ""
    mine = [block for block in held if isinstance(block, Figure | Table)]
    blocks = (*held, *said)
    if len(mine) == 1 and said and isinstance(first := said[0], Paragraph) and not mine[0].caption:
        paragraphs = tuple(block for block in said if isinstance(block, Paragraph))
        is_all = len(paragraphs) == len(said)
        caption = _joined(paragraphs) if is_all else first.children
        captioned = replace(mine[0], caption=caption)
        rest = () if is_all else said[1:]
        blocks = (*(captioned if block is mine[0] else block for block in held), *rest)
    if not anchor:
        return list(blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, Figure | Table | Equation) and not block.id and len(mine) < 2:
            return [*blocks[:number], replace(block, id=anchor), *blocks[number + 1 :]]
    return [Division(blocks, Attributes(anchor), place)]


def _joined(paragraphs: tuple[Paragraph, ...]) -> tuple[Inline, ...]:
    """The words of some paragraphs as those of one."""
    words: list[Inline] = []
    for paragraph in paragraphs:
        words += [Text(" ", paragraph.place)] if words else []
        words += paragraph.children
    return tuple(words)
