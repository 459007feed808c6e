"""The words of a style in CSL 1.0.2: the attributes of each element, and what these may say.

From the specification's sections 'Style Structure', 'Rendering Elements', 'Style Options' and its appendices
'Categories', 'Terms', 'Locators' and 'Types and Variables', and from the schema of version 1.0.2.
"""

from collections.abc import Mapping

from pipeline.cite.csl import DATES, NAMES, TYPES


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


BOOLEAN = _words("true false")
WHOLE = frozenset({"a whole number"})
"""Values that attributes of numbers may have."""

NUMBERS = _words(
    "chapter-number citation-number collection-number edition first-reference-note-number issue locator number"
    " number-of-pages number-of-volumes page page-first part-number printing-number section supplement-number version"
    " volume"
)
STANDARD = NUMBERS | _words(
    "abstract annote archive archive_collection archive_location archive-place authority call-number citation-key"
    " citation-label collection-title container-title container-title-short dimensions division DOI event event-place"
    " event-title genre ISBN ISSN jurisdiction journalAbbreviation keyword language license medium note"
    " original-publisher original-publisher-place original-title part-title PMCID PMID publisher publisher-place"
    " references reviewed-genre reviewed-title scale shortTitle source status title title-short URL volume-title"
    " year-suffix"
)
"""Variables of text, with the names that CSL 1.0.1 had for some."""
PERSONS = frozenset(NAMES) | {"editor-translator", "editortranslator"}
VARIABLES = STANDARD | PERSONS | frozenset(DATES)

LOCATORS = (
    *("act", "appendix", "article-locator", "book", "canon", "chapter", "column", "elocation", "equation", "figure"),
    *("folio", "issue", "line", "note", "opus", "page", "paragraph", "part", "rule", "scene", "section", "sub-verbo"),
    *("supplement", "table", "timestamp", "title-locator", "verse", "version", "volume"),
)
"""Names of locators."""
TERMS = frozenset(
    {
        *LOCATORS,
        *NUMBERS,
        *TYPES,
        *PERSONS,
        *("and others", "available at", "in press", "no date", "presented at", "sub verbo", "ordinal"),
        *(f"month-{n:02}" for n in range(1, 13)),
        *(f"season-{n:02}" for n in range(1, 5)),
        *(f"ordinal-{n:02}" for n in range(100)),
        *(f"long-ordinal-{n:02}" for n in range(1, 11)),
    }
) | _words(
    "accessed ad advance-online-publication album and anonymous at audio-recording bc bce by ce circa cited close-quote"
    " close-inner-quote colon comma et-al film forthcoming from henceforth ibid in internet interview letter loc-cit"
    " no-place no-publisher on online op-cit open-quote open-inner-quote original-work-published page-range-delimiter"
    " personal-communication podcast podcast-episode preprint printing radio-broadcast radio-series"
    " radio-series-episode reference retrieved review-of scale semicolon special-issue special-section"
    " television-broadcast television-series television-series-episode video working-paper"
)

_FONT = "font-style font-variant font-weight text-decoration vertical-align"
_AFFIXES = "prefix suffix"
_NAME = (
    "and delimiter-precedes-et-al delimiter-precedes-last et-al-min et-al-use-first et-al-subsequent-min"
    " et-al-subsequent-use-first et-al-use-last initialize initialize-with name-as-sort-order sort-separator"
)
_INHERITED = f"{_NAME} names-delimiter name-delimiter name-form"
_CONDITIONS = "disambiguate is-numeric is-uncertain-date locator position type variable match"

ELEMENTS: Mapping[str, frozenset[str]] = {
    name: _words(attributes)
    for name, attributes in {
        "style": f"class default-locale version demote-non-dropping-particle initialize-with-hyphen page-range-format"
        f" {_INHERITED}",
        **dict.fromkeys(("info", "author", "contributor", "translator", "email", "uri", "id", "issn"), ""),
        **dict.fromkeys(("eissn", "issnl", "published", "updated", "summary", "title", "title-short"), ""),
        **dict.fromkeys(("terms", "single", "multiple", "choose", "else", "sort", "substitute"), ""),
        "category": "citation-format field",
        "link": "href rel",
        "rights": "license",
        "locale": "",
        "style-options": "limit-day-ordinals-to-day-1 punctuation-in-quote",
        "term": "name form gender gender-form match",
        "macro": "name",
        "citation": "cite-group-delimiter collapse year-suffix-delimiter after-collapse-delimiter"
        " disambiguate-add-names disambiguate-add-givenname disambiguate-add-year-suffix"
        f" givenname-disambiguation-rule near-note-distance {_INHERITED}",
        "bibliography": "hanging-indent entry-spacing line-spacing second-field-align subsequent-author-substitute"
        f" subsequent-author-substitute-rule {_INHERITED}",
        "layout": f"{_AFFIXES} delimiter {_FONT}",
        "names": f"variable {_AFFIXES} delimiter display {_FONT}",
        "name": f"form {_AFFIXES} delimiter {_FONT} {_NAME}",
        "name-part": f"name {_AFFIXES} {_FONT} text-case",
        "et-al": f"term {_FONT}",
        "label": f"variable form plural {_AFFIXES} {_FONT} strip-periods text-case",
        "date": f"variable date-parts form delimiter {_AFFIXES} display {_FONT} text-case",
        "date-part": f"name form range-delimiter strip-periods {_AFFIXES} {_FONT} text-case",
        "text": f"macro term value variable form plural {_AFFIXES} display {_FONT} quotes strip-periods text-case",
        "number": f"variable form {_AFFIXES} display {_FONT} text-case",
        "group": f"{_AFFIXES} delimiter display {_FONT}",
        "if": _CONDITIONS,
        "else-if": _CONDITIONS,
        "key": "variable macro names-min names-use-first names-use-last sort",
    }.items()
}
"""The attributes of each element."""

_PRECEDES = _words("contextual always never after-inverted-name")
VALUES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("et-al-use-last", "initialize", "initialize-with-hyphen", "quotes", "strip-periods"), BOOLEAN),
    **dict.fromkeys(("limit-day-ordinals-to-day-1", "punctuation-in-quote", "hanging-indent"), BOOLEAN),
    **dict.fromkeys(("disambiguate-add-names", "disambiguate-add-givenname", "names-use-last"), BOOLEAN),
    **dict.fromkeys(("disambiguate-add-year-suffix", "disambiguate"), BOOLEAN),
    **dict.fromkeys(("et-al-min", "et-al-use-first", "et-al-subsequent-min", "near-note-distance"), WHOLE),
    **dict.fromkeys(("et-al-subsequent-use-first", "entry-spacing", "line-spacing"), WHOLE),
    **dict.fromkeys(("names-min", "names-use-first"), WHOLE),
    "and": _words("text symbol"),
    "class": _words("in-text note"),
    "citation-format": _words("author author-date label note numeric"),
    "collapse": _words("citation-number year year-suffix year-suffix-ranged"),
    "date-parts": _words("year-month-day year-month year"),
    "delimiter-precedes-et-al": _PRECEDES,
    "delimiter-precedes-last": _PRECEDES,
    "demote-non-dropping-particle": _words("never sort-only display-and-sort"),
    "display": _words("block left-margin right-inline indent"),
    "font-style": _words("italic normal oblique"),
    "font-variant": _words("normal small-caps"),
    "font-weight": _words("normal bold light"),
    "gender": _words("masculine feminine neuter"),
    "gender-form": _words("masculine feminine neuter"),
    "givenname-disambiguation-rule": _words(
        "all-names all-names-with-initials primary-name primary-name-with-initials by-cite"
    ),
    "is-numeric": VARIABLES,
    "is-uncertain-date": frozenset(DATES),
    "locator": frozenset({*LOCATORS, "sub verbo"}),
    "match": _words("all any none last-digit last-two-digits whole-number"),
    "name-as-sort-order": _words("first all"),
    "name-form": _words("long short count"),
    "page-range-format": _words("expanded minimal minimal-two chicago chicago-15 chicago-16"),
    "position": _words("first subsequent ibid ibid-with-locator near-note"),
    "second-field-align": _words("flush margin"),
    "sort": _words("ascending descending"),
    "subsequent-author-substitute-rule": _words("complete-all complete-each partial-each partial-first"),
    "term": TERMS,
    "text-case": _words("lowercase uppercase capitalize-first capitalize-all title sentence"),
    "text-decoration": _words("none underline"),
    "type": TYPES,
    "variable": VARIABLES,
    "vertical-align": _words("baseline sup sub"),
}
"""Values that an attribute may have; of those that are not here anything."""

_TERM_FORMS = _words("long verb short verb-short symbol")
VALUES_OF: Mapping[tuple[str, str], frozenset[str]] = {
    ("date", "form"): _words("text numeric"),
    ("date", "variable"): frozenset(DATES),
    ("date-part", "form"): _words("numeric numeric-leading-zeros ordinal long short"),
    ("date-part", "name"): _words("day month year"),
    ("label", "form"): _TERM_FORMS,
    ("label", "plural"): _words("always never contextual"),
    ("label", "variable"): NUMBERS,
    ("name", "form"): _words("long short count"),
    ("name-part", "name"): _words("family given"),
    ("names", "variable"): PERSONS,
    ("number", "form"): _words("numeric ordinal long-ordinal roman"),
    ("number", "variable"): NUMBERS,
    ("term", "form"): _TERM_FORMS,
    ("term", "name"): TERMS,
    ("text", "form"): _TERM_FORMS,
    ("text", "plural"): BOOLEAN,
    ("text", "variable"): STANDARD,
}
"""Values that it may have in an element where that is another thing."""

LISTS = _words("is-numeric is-uncertain-date locator position type variable")
"""Attributes of `if` and `else-if` that hold several words; of `names` the variable does."""
