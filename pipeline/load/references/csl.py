"""The words of CSL 1.0.2: which types of work, fields and parts of a name there are, and what each field holds."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

_TYPES = (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset"
    " document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation"
    " manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical"
    " personal_communication post post-weblog regulation report review review-book software song speech standard thesis"
    " treaty webpage"
)
TYPES = frozenset(_TYPES.split())
TEXTS: Mapping[str, str] = {
    "abstract": "A summary of the work.",
    "annote": "Your notes on the work.",
    "archive": "The archive that holds it.",
    "archive_collection": "The collection in that archive.",
    "archive_location": "Its place in the archive, such as box 5.",
    "archive-place": "The town of the archive.",
    "authority": "The court or body that issued it.",
    "call-number": "The shelf mark in a library.",
    "chapter-number": "The number of the chapter.",
    "citation-key": "The key in another reference manager.",
    "citation-label": "A label that some styles print in place of author and year.",
    "citation-number": "A number that some styles print; worked out, so leave it out.",
    "collection-number": "The number in its series, such as 602.",
    "collection-title": "The series that it belongs to, such as Trends and issues.",
    "container-title": "The journal, book or website that contains it, such as Addiction.",
    "container-title-short": "The journal's name cut short.",
    "dimensions": "Its size or running time.",
    "division": "The part of the publisher or court, such as a faculty.",
    "DOI": "The DOI, from `10.` on, such as `10.1111/add.12497`.",
    "edition": "The edition, such as 2 or revised.",
    "event": "The conference or hearing (an older name of `event-title`).",
    "event-place": "Where the conference or hearing was held.",
    "event-title": "The conference or hearing at which it was presented.",
    "first-reference-note-number": "The note that first cites it; worked out, so leave it out.",
    "genre": "What kind of report or thesis it is, such as PhD thesis.",
    "ISBN": "The ISBN of a book.",
    "ISSN": "The ISSN of a journal.",
    "issue": "The issue of the volume, such as 12.",
    "journalAbbreviation": "The journal's name cut short (an older name of `container-title-short`).",
    "jurisdiction": "The country or state whose law it is.",
    "keyword": "Subjects, parted by commas.",
    "language": "The language of the work, such as `en-GB`.",
    "license": "The terms on which it may be used.",
    "locator": "The place in the work; write it in the citation instead.",
    "medium": "What it is on, such as DVD.",
    "note": "What else there is to say of it.",
    "number": "The number of a report, patent or standard.",
    "number-of-pages": "How many pages it has.",
    "number-of-volumes": "How many volumes it has.",
    "original-publisher": "Who published it first.",
    "original-publisher-place": "Where it was published first.",
    "original-title": "The title in its own language.",
    "page": "Its pages in the journal or book, such as 1959-1966.",
    "page-first": "The first of them.",
    "part-number": "The number of the part.",
    "part-title": "The title of the part.",
    "PMCID": "Its number in PubMed Central.",
    "PMID": "Its number in PubMed.",
    "printing-number": "The printing of the edition.",
    "publisher": "Who published it.",
    "publisher-place": "Where the publisher is, such as London.",
    "references": "Cases and laws that it goes back to.",
    "reviewed-genre": "The kind of work that is reviewed.",
    "reviewed-title": "The title of the work that is reviewed.",
    "scale": "The scale of a map.",
    "section": "The section of a law or newspaper.",
    "shortTitle": "A shorter title (an older name of `title-short`).",
    "source": "Where the entry comes from, such as a library's catalogue.",
    "status": "How far publication has come, such as in press.",
    "supplement-number": "The number of the supplement.",
    "title": "The title; in quotes if it holds a colon.",
    "title-short": "A shorter title.",
    "URL": "The web address.",
    "version": "The version of software or data.",
    "volume": "The volume, such as 109.",
    "volume-title": "The title of the volume.",
    "year-suffix": "The letter after the year; worked out, so leave it out.",
}
"""Description of each text field."""
NAMES: Mapping[str, str] = {
    "author": "Who wrote it, in the order of the work itself.",
    "chair": "Who chaired the session.",
    "collection-editor": "Who edits the series.",
    "compiler": "Who compiled it.",
    "composer": "Who composed it.",
    "container-author": "Author of the book that contains it.",
    "contributor": "Who else had a part in it.",
    "curator": "Who curated the exhibition.",
    "director": "Who directed it.",
    "editor": "Editor of the work, or of the book that contains it.",
    "editorial-director": "Who directs the edition.",
    "executive-producer": "Who was executive producer.",
    "guest": "Who was the guest of the programme.",
    "host": "Who hosted the programme.",
    "illustrator": "Who illustrated it.",
    "interviewer": "Who asked the questions.",
    "narrator": "Who reads it aloud.",
    "organizer": "Who organised the event.",
    "original-author": "Who wrote what this is made from.",
    "performer": "Who performs it.",
    "producer": "Who produced it.",
    "recipient": "To whom the letter was written.",
    "reviewed-author": "Who wrote the work that is reviewed.",
    "script-writer": "Who wrote the script.",
    "series-creator": "Who created the series of programmes.",
    "translator": "Who translated it.",
}
"""Description of each name field."""
DATES: Mapping[str, str] = {
    "accessed": "When you looked at it on the web.",
    "available-date": "When it could first be had, before its publication.",
    "event-date": "When the conference or hearing was held.",
    "issued": "When it was published, such as 2014-12.",
    "original-date": "When it was first published.",
    "submitted": "When it was submitted, such as an application for a patent.",
}
"""Description of each date field."""
FIELDS = frozenset({*TEXTS, *NAMES, *DATES, "id", "type", "custom", "categories"})

NAME_PARTS: Mapping[str, str] = {
    "family": "The family name, such as Pollack.",
    "given": "The given names, such as Harold A.",
    "literal": "The whole name of a body, such as World Health Organization.",
    "suffix": "What follows the name, such as Jr.",
    "dropping-particle": "A particle that is left out where the family name is used alone, such as van in some names.",
    "non-dropping-particle": "A particle that always stays with the family name, such as de.",
}
"""Description of each part of a name."""
NAME_MARKS: Mapping[str, str] = {
    "comma-suffix": "Whether a comma comes before the suffix.",
    "static-ordering": "Whether the family name always comes first.",
    "parse-names": "Whether particles are still to be found in the name.",
}
"""Parts of a name that are true or false."""
DATE_PARTS: Mapping[str, str] = {
    "date-parts": "Year, month and day, such as `[[2014, 12]]`; of a span its first day and its last.",
    "season": "The season: 1 is spring, 4 winter.",
    "circa": "Whether the date is only roughly known.",
    "literal": "The date in words, such as in press.",
    "raw": "The date as text, such as 2014-12-01.",
}
"""Description of each part of a date."""


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
"""CSL terms for the words of other bibliography formats."""


def nearest_csl_word(word: str, words: Collection[str]) -> str:
    """The known word that is meant by one of another format, or nearest to one; or nothing."""
    if (meant := _MEANT.get(word.lower().replace("_", "-"), "")) in words:
        return meant
    folded = {known.lower(): known for known in sorted(words)}
    found = get_close_matches(word.lower().replace("_", "-"), sorted(folded), 1, 0.7)
    found = found or get_close_matches(word.lower(), sorted(folded), 1, 0.7)
    return folded[found[0]] if found else ""
