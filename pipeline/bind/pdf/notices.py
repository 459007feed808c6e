"""Notices at the head of every page of the PDF, said once as text where pages have no head."""

from pipeline.markup.xhtml import XHTML, elements, parse, words
from pipeline.model.identity import Identity
from pipeline.model.manuscript import Chapter

STATUS = "status"
"""The class of the line under a title that says status and marking."""


def notices(identity: Identity, chapters: tuple[Chapter, ...]) -> tuple[str, ...]:
    """The statuses and the marking that the text does not say itself under its title."""
    said = " ".join(filter(None, (_said(chapter) for chapter in chapters)))
    return tuple(notice for notice in (*identity.statuses, identity.marking) if notice and notice not in said)


def _said(chapter: Chapter) -> str:
    root = parse(f'<body xmlns="{XHTML}">{chapter.body}</body>', chapter.name)
    return " ".join(words(element) for element in elements(root) if STATUS in element.get("class", "").split())
