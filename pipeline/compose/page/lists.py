"""Lists: bullets, numbers, letters and tasks."""

from markupsafe import Markup

from pipeline.compose.page.galley import BlockWriter, Galley
from pipeline.compose.page.inlines import inlines
from pipeline.compose.page.list_labels import hang
from pipeline.compose.page.marks import tick
from pipeline.model.body import ListBlock, ListItem, Paragraph

_KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by the form of its first number."""


def listed(node: ListBlock, galley: Galley, blocks: BlockWriter, run_in: BlockWriter) -> Markup:
    """A list; `run_in` sets the blocks of an entry whose first paragraph has no space of its own."""
    tag = "ol" if node.ordered else "ul"
    start = Markup(' start="{}"').format(node.start) if node.ordered and node.start != 1 else Markup("")
    first = node.form.strip("().")
    kind = Markup(' type="{}"').format(first) if first not in ("", "1") else Markup("")
    hangs = f"hang-{wide}" if (wide := hang(node)) else ""
    names = " ".join(filter(None, ("" if node.tight else "loose", _brackets(node.form, first), hangs)))
    classes = Markup(' class="{}"').format(names) if names else Markup("")
    entries = Markup("\n").join(_entry(entry, galley, blocks, run_in if node.tight else None) for entry in node.items)
    return Markup("<{0}{1}{2}{3}>\n{4}\n</{0}>").format(Markup(tag), classes, kind, start, entries)


def _brackets(form: str, first: str) -> str:
    """The class of a list whose labels stand in brackets, which a style sheet draws."""
    if not form.endswith(")"):
        return ""
    return f"both-{_KINDS[first]}" if form.startswith("(") else f"right-{_KINDS[first]}"


def _entry(entry: ListItem, galley: Galley, blocks: BlockWriter, run_in: BlockWriter | None) -> Markup:
    if entry.done is None:
        return Markup("<li>{}</li>").format((run_in or blocks)(entry.children, galley))
    mark = tick(entry.done, galley.words.say("task-done" if entry.done else "task-open"))
    if run_in:
        return Markup('<li class="task">{} {}</li>').format(mark, run_in(entry.children, galley))
    first, rest = entry.children[:1], entry.children[1:]
    if first and isinstance(first[0], Paragraph):
        words = Markup("<p>{} {}</p>").format(mark, inlines(first[0].children, galley))
        return Markup('<li class="task">{}\n{}</li>').format(words, blocks(rest, galley))
    return Markup('<li class="task"><p>{}</p>\n{}</li>').format(mark, blocks(entry.children, galley))
