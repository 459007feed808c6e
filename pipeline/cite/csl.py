"""The words of CSL 1.0.2: which types of work, fields and parts of a name there are."""

from __future__ import annotations

from difflib import get_close_matches


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


TYPES = _words(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset"
    " document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation"
    " manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical"
    " personal_communication post post-weblog regulation report review review-book software song speech standard thesis"
    " treaty webpage"
)
TEXTS = _words(
    "abstract annote archive archive_collection archive_location archive-place authority call-number chapter-number"
    " citation-key citation-label citation-number collection-number collection-title container-title"
    " container-title-short dimensions division DOI edition event event-place event-title first-reference-note-number"
    " genre ISBN ISSN issue journalAbbreviation jurisdiction keyword language license locator medium note number"
    " number-of-pages number-of-volumes original-publisher original-publisher-place original-title page page-first"
    " part-number part-title PMCID PMID printing-number publisher publisher-place references reviewed-genre"
    " reviewed-title scale section shortTitle source status supplement-number title title-short URL version volume"
    " volume-title year-suffix"
)
NAMES = _words(
    "author chair collection-editor compiler composer container-author contributor curator director editor"
    " editorial-director executive-producer guest host illustrator interviewer narrator organizer original-author"
    " performer producer recipient reviewed-author script-writer series-creator translator"
)
DATES = _words("accessed available-date event-date issued original-date submitted")
FIELDS = TEXTS | NAMES | DATES | {"id", "type", "custom", "categories"}

NAME_PARTS = _words("family given literal suffix dropping-particle non-dropping-particle")
NAME_MARKS = _words("comma-suffix static-ordering parse-names")
"""Parts of a name that are true or false."""
DATE_PARTS = _words("date-parts season circa literal raw")


_MEANT = {
    "journal": "container-title", "journaltitle": "container-title", "booktitle": "container-title", "year": "issued",
    "date": "issued", "authors": "author", "editors": "editor", "pages": "page", "address": "publisher-place",
    "number": "issue", "institution": "publisher", "school": "publisher", "link": "URL", "notes": "note",
    "subtitle": "title", "series": "collection-title", "shorttitle": "title-short", "first": "given", "last": "family",
    "firstname": "given", "lastname": "family", "name": "literal", "surname": "family", "forename": "given",
    "article": "article-journal", "journal-article": "article-journal", "inproceedings": "paper-conference",
    "incollection": "chapter", "inbook": "chapter", "phdthesis": "thesis", "techreport": "report", "website": "webpage",
    "misc": "document",
}  # fmt: skip
"""What words of other bibliography formats are called in CSL."""


def nearest(word: str, words: frozenset[str]) -> str:
    """The known word that is meant by one of another format, or nearest to one; or nothing."""
    if (meant := _MEANT.get(word.lower().replace("_", "-"), "")) in words:
        return meant
    folded = {known.lower(): known for known in sorted(words)}
    found = get_close_matches(word.lower().replace("_", "-"), sorted(folded), 1, 0.7)
    found = found or get_close_matches(word.lower(), sorted(folded), 1, 0.7)
    return folded[found[0]] if found else ""
