"""Front and back matter of a pack, composed last: it names the folios of what it points to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.compose import words
from pipeline.compose.body import body
from pipeline.compose.design import accent, logo
from pipeline.compose.field import legend, marks_in_order
from pipeline.compose.fragment import sound
from pipeline.compose.galley import Galley, galley_of, in_english, key_anchor
from pipeline.compose.inlines import inlines
from pipeline.compose.layouts import fill
from pipeline.compose.metadata import licence_name, pack_metadata
from pipeline.compose.qr import qr
from pipeline.compose.references import unsettled
from pipeline.compose.style import EPUB, WEB, paged_style, screen_style, web_style
from pipeline.compose.typeface import wardrobe
from pipeline.model.imprint import Edition
from pipeline.model.layouts import Layouts
from pipeline.model.library import Asset
from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.model.publication import PackPublication

Folios = Mapping[str, int]
Pieces = Callable[[PackPublication, str], dict[str, object]]
"""What a section's template needs beside the pack: from the pack and the accent colour."""


def compose_front(pack: PackPublication, folios: Folios, layouts: Layouts, edition: Edition = "screen") -> Manuscript:
    """A pack's front matter; the contents print the folio of every briefing that `folios` holds."""
    sections = tuple(name for name in pack.pack.fields.front if name in FRONT)
    chapters = tuple(_chapter(name, FRONT[name], pack, folios, layouts, "frontmatter") for name in sections)
    return _manuscript(pack, chapters, layouts, edition)


def compose_back(
    pack: PackPublication,
    folios: Folios,
    layouts: Layouts,
    cited: Mapping[str, tuple[int, ...]] | None = None,
    edition: Edition = "screen",
) -> Manuscript:
    """A pack's back matter: the merged references and what else it asks for and has something to show.

    `cited` holds the folios on which a briefing cites a work, by 'briefing#anchor of the key'.
    """
    has = {"references": pack.references, "glossary": pack.glossary, "acronyms": acronyms(pack)}
    sections = tuple(name for name in pack.pack.fields.back if name in BACK and has[name])
    chapters = tuple(_chapter(name, BACK[name], pack, folios, layouts, "backmatter", cited) for name in sections)
    return _manuscript(pack, chapters, layouts, edition)


def acronyms(pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """Every short form of the members once, in alphabetical order."""
    return tuple(sorted({pair for member in pack.members for pair in member.abbreviations}))


def _cover(pack: PackPublication, colour: str) -> dict[str, object]:
    shown = pack.pack.fields.cover == "evidence"
    results = marks_in_order(pack.members) if shown else ()
    return {"field": legend(results, colour), "results": results, "logo": logo(pack.imprint, _assets(pack))}


def _imprint(pack: PackPublication, colour: str) -> dict[str, object]:
    licence = pack.imprint.fields.licence
    return {"qr": qr(pack.identity.address), "licence": licence_name(licence) if licence else ""}


def _how_to_use(pack: PackPublication, colour: str) -> dict[str, object]:
    return {"field": legend(tuple(words.RESULTS), colour)}


def _contents(pack: PackPublication, colour: str) -> dict[str, object]:
    return {"members": {member.id: member for member in pack.members}, "sections": _listed(pack)}


def _key_findings(pack: PackPublication, colour: str) -> dict[str, object]:
    findings = []
    for member in pack.members:
        galley = galley_of(member, colour, elsewhere=f"briefing:{member.id}")
        said = body(member.key_finding, galley)
        if said:
            findings.append((member, said, body(member.recommendation, galley)))
    return {"findings": findings}


def _references(pack: PackPublication, colour: str) -> dict[str, object]:
    galley = Galley(colour)
    listed = [
        (key_anchor(entry.key), inlines(entry.children, galley) + unsettled(entry), entry.cited_by)
        for entry in pack.references
    ]
    return {"entries": listed, "titles": {member.id: member.identity.title for member in pack.members}}


def _glossary(pack: PackPublication, colour: str) -> dict[str, object]:
    return {}


def _acronyms(pack: PackPublication, colour: str) -> dict[str, object]:
    return {"acronyms": acronyms(pack)}


def _listed(pack: PackPublication) -> tuple[tuple[str, str], ...]:
    """The sections of the back matter that the contents list: name and title."""
    has = {"references": pack.references, "glossary": pack.glossary, "acronyms": acronyms(pack)}
    return tuple((name, BACK[name][0]) for name in pack.pack.fields.back if name in BACK and has[name])


FRONT: dict[str, tuple[str, str, Pieces]] = {
    "cover": ("Title page", "", _cover),
    "imprint": ("About this pack", "", _imprint),
    "how-to-use": ("How to use this pack", "", _how_to_use),
    "contents": ("Contents", "toc", _contents),
    "key-findings": ("Key findings", "", _key_findings),
}
"""Sections of the front matter: title, landmark, and what its template needs."""

NAMES = {"cover": "title-page"}
"""Sections whose chapters go by another name: in a book for screens the cover is a picture, and this one follows it."""

BACK: dict[str, tuple[str, str, Pieces]] = {
    "references": ("References", "bibliography", _references),
    "glossary": ("Glossary", "", _glossary),
    "acronyms": ("Abbreviations", "", _acronyms),
}


def _chapter(
    name: str,
    section: tuple[str, str, Pieces],
    pack: PackPublication,
    folios: Folios,
    layouts: Layouts,
    matter: str,
    cited: Mapping[str, tuple[int, ...]] | None = None,
) -> Chapter:
    title, landmark, pieces = section
    colour = accent(pack.imprint, layouts)
    house = in_english(pack.identity.language)
    values = {
        "house": house,
        "cited": {name: words.pages(on) for name, on in (cited or {}).items() if on},
        **pieces(pack, colour),
    }
    page = fill(layouts, f"pack/{name}.html.j2", pack=pack, folios=folios, words=words, title=title, **values)
    markup, bookmarks = sound(page, pack.identity.language)
    known = f"pack-{name}" if matter == "backmatter" else NAMES.get(name, name)
    return Chapter(known, title, markup, bookmarks, matter, landmark)


def _assets(pack: PackPublication) -> tuple[Asset, ...]:
    """The pictures of all members, each once."""
    return tuple({asset.sha256: asset for member in pack.members for asset in member.assets}.values())


def _manuscript(pack: PackPublication, chapters: tuple[Chapter, ...], layouts: Layouts, edition: Edition) -> Manuscript:
    worn = wardrobe(pack.imprint, layouts, edition, "".join(chapter.body for chapter in chapters))
    return Manuscript(
        layout="pack",
        chapters=chapters,
        metadata=pack_metadata(pack),
        style=paged_style("pack", pack.imprint, layouts, worn, edition),
        epub_style=screen_style(EPUB, pack.imprint, layouts),
        web_style=web_style(WEB, "pack", pack.imprint, layouts),
        fonts=worn.faces,
        images=_assets(pack),
        edition=edition,
    )
