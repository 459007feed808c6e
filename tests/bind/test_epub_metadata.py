"""What the package document says of the book: titles, names, identifiers, subjects, series and dates."""

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from pipeline.bind.frames import pdf_identifier
from pipeline.model.manuscript import Credit, Subject
from tests.bind.epub_files import NAMES, found, tree
from tests.support.bind import books

PACKAGE = tree(books.briefing(), "content.opf")


def package(**changes: object) -> etree._Element:
    """The package document of a book whose metadata differ from the sample's."""
    return tree(books.briefing(metadata=replace(books.METADATA, **changes)), "content.opf")  # type: ignore[arg-type]


def refined(root: etree._Element, name: str) -> list[tuple[str, Mapping[str, str]]]:
    """Each element of Dublin Core of that name: its words, and what its refinements say of it."""
    entries = []
    for element in root.iter(f"{{{NAMES['dc']}}}{name}"):
        metas = root.xpath("//o:meta[@refines=$to]", namespaces=NAMES, to=f"#{element.get('id')}")
        entries.append((element.text, {meta.get("property"): meta.text for meta in metas}))
    return entries


def test_every_author_is_a_creator_of_their_own() -> None:
    assert refined(PACKAGE, "creator") == [
        ("Aisha Rahman", {"role": "aut", "file-as": "Rahman, Aisha", "display-seq": "1"}),
        ("Tom O’Brien", {"role": "aut", "file-as": "O’Brien, Tom", "display-seq": "2"}),
    ]


def test_reviewers_are_contributors() -> None:
    assert refined(PACKAGE, "contributor") == [
        ("Siân ap Gwilym", {"role": "rev", "file-as": "ap Gwilym, Siân", "display-seq": "1"})
    ]


def test_where_no_author_is_named_the_publisher_speaks() -> None:
    root = package(publisher="The Lantern Trust", credits=(Credit("K Hart", "Hart, K", "reviewer"),))
    assert refined(root, "creator") == [
        ("The Lantern Trust", {"role": "aut", "file-as": "Lantern Trust, The", "display-seq": "1"})
    ]
    assert [name for name, _ in refined(root, "contributor")] == ["K Hart"]


def test_titles_say_their_kind_and_where_they_stand_in_an_alphabet() -> None:
    root = package(title="The effects of marking", subtitle="Two studies")
    assert refined(root, "title") == [
        ("The effects of marking", {"title-type": "main", "file-as": "Effects of marking, The"}),
        ("Two studies", {"title-type": "subtitle"}),
    ]


def test_a_book_is_known_by_its_version_its_address_its_doi_and_its_isbn() -> None:
    """Of several ISBNs the one of the EPUB; ONIX code list 5 says what kind of number it is."""
    first, *others = refined(PACKAGE, "identifier")
    assert first[0].startswith("urn:uuid:")
    assert others == [
        ("https://example.org/briefings/marking", {}),
        ("urn:doi:10.1234/marking", {"identifier-type": "06"}),
        ("urn:isbn:9780000000019", {"identifier-type": "15"}),
    ]


def test_the_identifier_is_the_version_s() -> None:
    edited = tree(books.briefing(body=books.BODY.replace("count", "count them")), "content.opf")
    other = package(version="1.1")
    assert refined(PACKAGE, "identifier")[0] == refined(edited, "identifier")[0] != refined(other, "identifier")[0]


def test_each_edition_of_the_pdf_has_an_identifier_of_its_own() -> None:
    """By it the EPUB names what its page numbers are of: an ISBN, or else a UUID of version and edition."""
    plain = replace(books.METADATA, isbns=())
    identifiers = {pdf_identifier(plain), pdf_identifier(plain, "print"), pdf_identifier(replace(plain, version="1.1"))}
    assert len(identifiers) == 3
    assert pdf_identifier(replace(plain, isbns=(("print", "978-0-00-000000-2"),)), "print") == "urn:isbn:9780000000002"


def test_subjects_say_their_code_where_the_list_of_tags_knows_one() -> None:
    subjects = (Subject("Theft", "Thema", "JKVK"), Subject("Cycles"))
    assert refined(package(subjects=subjects), "subject") == [
        ("Theft", {"authority": "Thema", "term": "JKVK"}),
        ("Cycles", {}),
    ]


def test_the_series_is_a_collection_with_a_place_in_it() -> None:
    path = "//o:meta[@property='{}']"
    values = {name: found(PACKAGE, path.format(name)) for name in ("belongs-to-collection", "group-position")}
    assert values == {"belongs-to-collection": ["Property crime"], "group-position": ["2"]}
    assert found(PACKAGE, "//o:meta[@refines='#series' and @property='collection-type']") == ["series"]


def test_the_book_says_who_publishes_it_when_and_on_what_terms() -> None:
    assert found(PACKAGE, "//dc:publisher") == ["Northmoor Institute"]
    assert found(PACKAGE, "//dc:date") == ["2022-10-19"]
    assert found(PACKAGE, "//dc:description") == ["What marking cycles does to theft."]
    assert found(PACKAGE, "//dc:rights") == ["© 2024 Northmoor Institute"]
    licence = "https://creativecommons.org/licenses/by/4.0/"
    assert found(PACKAGE, "//o:link[@rel='dcterms:rights']/@href") == [licence]
