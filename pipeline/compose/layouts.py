"""Layouts of a library: the folder that a pack asks for, its words, and faults with their file and line."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.compose.design.style import bare_lines
from pipeline.compose.design.typeface import font_remarks
from pipeline.compose.templates import syntax_fault
from pipeline.core.diagnostics import Diagnostic, Diagnostics, LayoutFault, Location
from pipeline.core.messages import catalogue, message
from pipeline.core.sentences import suggest_names
from pipeline.core.services import Hook
from pipeline.model.formats import FLAWED, PDF_VARIANTS, Layouts, flawed_line
from pipeline.model.library import Library
from pipeline.model.words import PhraseTable

# Pack layouts

PACK = "pack"
_OF_EDITIONS = {style.partition("/")[0] for row in PDF_VARIANTS.values() for style in row.styles}
_NOT_FOR_PACKS = frozenset({"briefing", "cover", "epub", "stamp", "styles", "web", *_OF_EDITIONS})
"""The folders of `layouts/` that have another use."""

LANGUAGES: Hook[Callable[[Library], Iterable[tuple[str, Location]]]] = Hook("languages")


def pack_layouts(layouts: Layouts) -> tuple[str, ...]:
    """Return the layouts that a pack may ask for: every folder of `layouts/` without another use."""
    folders = {name.partition("/")[0] for name in layouts.files if "/" in name}
    return tuple(sorted(folders - _NOT_FOR_PACKS))


def pack_layout_remarks(library: Library, layouts: Layouts) -> Iterator[Diagnostic]:
    """Report the layouts that packs ask for and that do not exist."""
    known = pack_layouts(layouts)
    for pack in library.packs.values():
        name = pack.fields.layout
        if name not in known:
            hint = suggest_names(name, known, catalogue()["pack-layout"].do)
            yield message("pack-layout", pack.marks.at("layout"), hint, name=name)


def with_pack_layout(name: str, layouts: Layouts) -> Layouts:
    """Return the layouts of a pack: the files of the one that it asks for, if it exists, replace those of `pack/`."""
    own = _replacements(name, layouts)
    return replace(layouts, files={**layouts.files, **own}) if own else layouts


def _replacements(name: str, layouts: Layouts) -> dict[str, str]:
    """Return the files of a layout, by the paths of the files that they replace."""
    if name == PACK or name not in pack_layouts(layouts):
        return {}
    files = ((path.partition("/"), text) for path, text in layouts.files.items())
    return {f"{PACK}/{inner}": text for (folder, slash, inner), text in files if slash and folder == name}


@contextmanager
def faults_in_pack_layout(name: str, layouts: Layouts) -> Iterator[None]:
    """Raise a `LayoutFault` at the file of the pack's layout, not at the file that it replaces."""
    try:
        yield
    except LayoutFault as fault:
        inner = fault.path.removeprefix("layouts/")
        if inner not in _replacements(name, layouts):
            raise
        path = f"layouts/{name}/{inner.removeprefix(f'{PACK}/')}"
        raise LayoutFault(fault.sentence, path, fault.line) from fault


# Templates


def layout_remarks(layouts: Layouts, asked_for: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """Report the files of the layouts that are unusable, as far as that is known before anything is composed.

    `asked_for` are the layouts of packs.
    """
    diagnostics = Diagnostics()
    diagnostics.extend(font_remarks(layouts))
    for name, text in layouts.files.items():
        if name.endswith(".j2") and (fault := syntax_fault(name, text)):
            diagnostics.report(fault_remark(fault))
    diagnostics.extend(_undated(layouts))
    diagnostics.extend(_unused(layouts, asked_for))
    return diagnostics.remarks


def _unused(layouts: Layouts, asked_for: Collection[str]) -> Iterator[Diagnostic]:
    """Report files that are not among the shipped layouts and that no file names."""
    texts = [_without_comments(text) for text in layouts.files.values()] if layouts.strange else []
    for name in layouts.strange:
        folder, _, inner = name.partition("/")
        is_replacement = f"{PACK}/{inner}" in layouts.files and folder in pack_layouts(layouts) and folder != PACK
        if folder in asked_for and is_replacement:
            continue
        if not any(name in text or name.rpartition("/")[2] in text for text in texts):
            nobody = f"no pack says 'layout: {folder}'" if is_replacement else "no layout names it"
            hint = f"Write 'layout: {folder}' into a pack." if is_replacement else None
            yield message("layout-unused", Location(f"layouts/{name}"), hint, nobody=nobody)


_DATE_SLOT = re.compile(r"""data-slot\s*=\s*(?:["']produced["']|["']?[^"'{>]*\{[{%])""")
"""A place for the date, or one with a name that a template fills in, which may be it."""
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)


def _undated(layouts: Layouts) -> Iterator[Diagnostic]:
    """Report each stamp block and cover without a place for the date produced."""
    for name in ("briefing/stamp.html.j2", *(f"{folder}/cover.html.j2" for folder in pack_layouts(layouts))):
        if name not in layouts.files or syntax_fault(name, layouts.files[name]):
            continue
        parts = _with_parts(name, layouts)
        if not any(_DATE_SLOT.search(_without_comments(layouts.files[part])) for part in parts):
            yield message("layout-no-date", Location(f"layouts/{name}"))


def _with_parts(name: str, layouts: Layouts) -> frozenset[str]:
    """Return a template, and every template that it names, directly or not."""
    names, waiting = {name}, [name]
    while waiting:
        named = set(re.findall(r"[\w./-]+\.j2", _without_comments(layouts.files[waiting.pop()])))
        new = named & layouts.files.keys() - names
        names |= new
        waiting += sorted(new)
    return frozenset(names)


def _without_comments(text: str) -> str:
    return _COMMENT.sub("", text)


def fault_remark(fault: LayoutFault) -> Diagnostic:
    """Return the diagnostic of a layout's fault."""
    return message("layout-fault", Location(fault.path, fault.line), reason=fault.sentence)


# Flaws of style sheets


def move_flaws_to_layouts(remarks: Iterable[Diagnostic], layouts: Layouts) -> Iterator[Diagnostic]:
    """Return the remarks, with those on a flawed style sheet moved to the file and line of the layouts."""
    for remark in remarks:
        is_flaw = remark.code == "made-style" and remark.hint.startswith(FLAWED)
        places = _flaw_places(remark, layouts) if is_flaw else ()
        if not places:
            yield remark
        for place in places:
            yield replace(remark, place=place, hint=catalogue()["made-style"].do)


def _flaw_places(remark: Diagnostic, layouts: Layouts) -> tuple[Location, ...]:
    """Return every line of the layouts with the text of the flawed line."""
    name = re.search(r"`([^:`]+)", remark.sentence)
    return tuple(
        Location(f"layouts/{path}", number, max(text.splitlines()[number - 1].find(name[1]) + 1, 1) if name else 1)
        for path, text in layouts.files.items()
        if path.endswith(".css")
        for number, line in bare_lines(text)
        if flawed_line(line) == remark.hint
    )


# Tables of words, `layouts/words`


def languages_without_words(library: Library, words: PhraseTable, layouts: Layouts) -> Iterator[Diagnostic]:
    """Report each language without a table of words: at the library, the first text or the first college.

    A table that cannot be used has its own remark.
    """
    places: list[tuple[str | None, Location]] = [
        (library.imprint.fields.language, library.imprint.marks.at("language"))
    ]
    places += [(text.fields.language, text.marks.at("language")) for _, text in sorted(library.briefings.items())]
    places += [pair for languages in LANGUAGES for pair in languages(library)]
    reported: set[str] = set()
    for language, place in places:
        base = (language or "").partition("-")[0].casefold()
        if language and base not in reported and not words.knows(language):
            reported.add(base)
            if f"words/{base}.yaml" not in layouts.files:
                yield message("language-without-words", place, language=language, base=base)


def words_without_letters(words: PhraseTable, layouts: Layouts, coverage: frozenset[int]) -> Iterator[Diagnostic]:
    """Report each table of words with a letter that no face has."""
    for name, table in sorted(words.tables.items()):
        missing = {
            letter: key
            for key, forms in table.phrases.items()
            for letter in "".join(forms)
            if not letter.isspace() and ord(letter) not in coverage
        }
        if coverage and missing:
            letter = min(missing)
            reason = f"no face has the letter '{letter}' of '{missing[letter]}'."
            file = next(file for file in layouts.files if file.casefold() == f"words/{name}.yaml")
            yield message("words-fault", Location(f"layouts/{file}"), reason=reason)
