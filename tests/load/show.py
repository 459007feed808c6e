"""A tree as lines that an editor can read: a block to a line, with places of what a remark may name."""

from typing import assert_never

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.load.markdown.reader import parse_body
from pipeline.model import body as b


def show(text: str) -> str:
    """Return the tree of a text and its remarks; a first line 'title: …' is the title in its front matter."""
    diagnostics = Diagnostics()
    title, _, rest = text.partition("\n") if text.startswith("title: ") else ("", "", text)
    body = parse_body(rest, "source/briefings/x.md", diagnostics, title=title.removeprefix("title: "))
    lines = _blocks(body.blocks, 0)
    for note in body.footnotes:
        lines += [f"note {note.number} {note.label}", *_blocks(note.children, 1)]
    remarks = [f"{r.place.line}:{r.place.column} {r.severity} {r.code}: {r.sentence}" for r in diagnostics.remarks]
    return "\n".join([*lines, *remarks])


def _at(place: Location) -> str:
    return f"@{place.line}:{place.column}"


def _blocks(blocks: tuple[b.Block, ...], depth: int) -> list[str]:
    lines = []
    for block in blocks:
        lines += [f"{'  ' * depth}{line}" for line in _block(block)]
    return lines


def _block(block: b.Block) -> list[str]:
    match block:
        case b.Paragraph():
            return [f"p {_words(block.children)}"]
        case b.Heading():
            return [f"h{block.level} #{block.id} {_words(block.children)}"]
        case b.ListBlock():
            kind = f"ol from {block.start}{f' as {block.form}' * bool(block.form)}" if block.ordered else "ul"
            ticks = {None: "", False: " to do", True: " done"}
            entries = [line for item in block.items for line in [f"  -{ticks[item.done]}", *_blocks(item.children, 2)]]
            return [kind + ("" if block.tight else " loose"), *entries]
        case b.DefinitionList():
            lines = ["dl"]
            for entry in block.entries:
                lines.append(f"  term {_words(entry.term)}")
                lines += [line for meaning in entry.meanings for line in _blocks(meaning, 2)]
            return lines
        case b.Quote():
            return ["quote", *_blocks(block.children, 1)]
        case b.CodeBlock():
            return [f"code {block.language}{_at(block.place)} {block.text!r}"]
        case b.Table():
            caption = f"table #{block.id} {'|'.join(block.aligns)} {_words(block.caption)}".rstrip()
            return [caption, *("  | " + " | ".join(map(_words, row)) for row in (block.head, *block.rows))]
        case b.Figure():
            kind = " decorative" if block.decorative else ""
            where = f"{kind}{_at(block.place)}{f' width={block.width}' * bool(block.width)}"
            return [f"figure #{block.id} {block.source} alt={block.alt!r}{where} {_words(block.caption)}"]
        case b.Equation():
            return [f"equation #{block.id}{_at(block.place)} {_words(block.children)}"]
        case b.Box():
            ref = f" ref={block.ref}" if block.ref else ""
            heading = f" {_words(block.heading)}" if block.heading else ""
            return [f"box {block.kind}{ref}{_at(block.place)}{heading}", *_blocks(block.children, 1)]
        case b.Division():
            return [f"div {_attributes(block.attributes)}", *_blocks(block.children, 1)]
        case b.EvidenceMark():
            return [f"evidence {'plot' if block.plot else 'table'}{_at(block.place)}"]
        case b.PlaceholderBlock():
            return [f"PLACEHOLDER {block.text}"]
        case b.ThematicBreak():
            return ["hr"]
        case _:
            assert_never(block)


def _words(inlines: tuple[b.Inline, ...]) -> str:
    return "".join(map(_inline, inlines)).replace("\n", "⏎")


def _inline(node: b.Inline) -> str:
    match node:
        case b.Text():
            return node.text
        case b.Emphasis():
            return f"<em {_words(node.children)}>"
        case b.Strong():
            return f"<strong {_words(node.children)}>"
        case b.Marked():
            attributes = "".join(f" {k}={v!r}" for k, v in (("title", node.title), ("lang", node.language)) if v)
            return f"<{node.role}{attributes} {_words(node.children)}>"
        case b.Code():
            return f"<code {node.text}{_at(node.place)}>"
        case b.Formula():
            return f"<{'formula apart' if node.display else 'formula'} {node.tex}{_at(node.place)}>"
        case b.LineBreak():
            return "<br>"
        case b.Span():
            return f"<span {_attributes(node.attributes)}{_words(node.children)}>"
        case b.Link():
            return f"<link {node.href}{_at(node.place)} {_words(node.children)}>"
        case b.CrossReference():
            return f"<see {node.target}{_at(node.place)}>"
        case b.NumberReference():
            return f"<{'(number)' if node.bracketed else 'number'} {node.target}{_at(node.place)}>"
        case b.EquationLabel():
            return f"<row #{node.id}{' tag=' + node.tag if node.tag else ''}>"
        case b.Image():
            return f"<image {node.source} {node.alt!r}{_at(node.place)}>"
        case b.FootnoteCall():
            return f"<note {node.number}{_at(node.place)}>"
        case b.CitationGroup():
            works = "; ".join(map(_citation, node.citations))
            return f"<cite{' narrative' if node.narrative else ''} {works}>"
        case b.Placeholder():
            return f"<PLACEHOLDER {node.text}>"
        case b.CitationLink() | b.CitedText() | b.Abbreviated():
            raise AssertionError(f"only resolve makes {node}")
        case _:
            assert_never(node)


def _citation(work: b.Citation) -> str:
    parts = [work.prefix, "-" * work.suppress_author + work.key]
    if work.locator:
        parts.append(f"[{work.label} {work.locator}]")
    return " ".join(p for p in parts if p) + work.suffix + _at(work.place)


def _attributes(attributes: b.Attributes) -> str:
    words = [f"#{attributes.id}"] if attributes.id else []
    words += [f".{c}" for c in attributes.classes] + [f"{k}={v}" for k, v in attributes.pairs]
    return "{" + " ".join(words) + "} " if words else ""
