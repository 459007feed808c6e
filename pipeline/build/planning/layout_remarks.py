"""Remarks on the layouts: their files are looked at once, and the answer is cached."""

from collections.abc import Iterator

from pipeline.build.planning.scope import within
from pipeline.build.project import Project
from pipeline.compose.design.reach import sheet_remarks
from pipeline.compose.design.tokens import design_remarks
from pipeline.compose.language.languages import languages_without_words, words_without_letters
from pipeline.compose.pack.layout import pack_layout_remarks
from pipeline.compose.templates.layouts import layout_remarks
from pipeline.core.diagnostics import Diagnostic
from pipeline.load.library.word_tables import read_wordbook, wordbook
from pipeline.model.library import Library


def on_layouts(library: Library, names: tuple[str, ...], project: Project) -> Iterator[Diagnostic]:
    """Remarks on the layouts, and on what the library, or what is named of it, asks of them."""
    layouts = project.layouts
    named = frozenset(pack.fields.layout for pack in library.packs.values())
    yield from design_remarks(library.imprint, layouts)
    yield from within(library, names, languages_without_words(library, wordbook(layouts), layouts))
    yield from words_without_letters(wordbook(layouts), layouts, project.coverage)
    yield from project.store.remember(
        *("pipeline.build.planning.layout_remarks", (layouts, named), tuple[Diagnostic, ...]),
        lambda: (*sheet_remarks(layouts), *layout_remarks(layouts, named), *read_wordbook(layouts)[1]),
    )
    yield from within(library, names, pack_layout_remarks(library, layouts))
