"""The archive of a book: what comes first, what is listed, what each document holds."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.proof.epub.reading import DC, DOCUMENT, OPF, ReadBook
from pipeline.proof.markup.text import MATHML, SVG, XhtmlText
from pipeline.proof.markup.text_links import is_remote, styled_addresses
from pipeline.proof.markup.text_pictures import drawing_faults

MIMETYPE = b"application/epub+zip"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")


def mimetype_comes_first_and_is_stored(book: ReadBook) -> Iterator[Diagnostic]:
    """The archive begins with the word that says what it is, as it is."""
    first = book.members[0]
    faults = (
        (first.filename != "mimetype", f"its first file is '{first.filename}', not 'mimetype'"),
        (first.compress_type != zipfile.ZIP_STORED, "the first file is compressed"),
        (bool(first.extra), "the first file has an extra field"),
        (first.filename == "mimetype" and first.file_size != len(MIMETYPE), f"'mimetype' has {first.file_size} bytes"),
    )
    for wrong, fault in faults:
        if wrong:
            yield books.MIMETYPE.at(book.place, fault=fault)


def there_is_one_package(book: ReadBook) -> Iterator[Diagnostic]:
    """The container names a single package document."""
    if len(book.packages) > 1:
        yield books.FILES.at(book.place, file=book.packages[1], fault="is a second package document")


def every_file_has_a_plain_name_of_its_own(book: ReadBook) -> Iterator[Diagnostic]:
    """Names are of plain letters, and no two differ by capitals alone."""
    names = [member.filename for member in book.members]
    for name in names:
        if not _PLAIN.fullmatch(name):
            yield books.FILES.at(book.place, file=name, fault="has characters that some reading systems cannot read")
    for name, times in Counter(name.lower() for name in names).items():
        if times > 1:
            yield books.FILES.at(book.place, file=name, fault="stands there more than once")


def the_manifest_lists_every_file(book: ReadBook) -> Iterator[Diagnostic]:
    """Every file in the archive is listed once, and every file listed is there."""
    listed = Counter(held.path for held in book.manifest)
    package = book.packages[0].rpartition("/")[2]
    for path in book.files:
        if path not in listed and path not in (package, "mimetype") and not path.startswith("META-INF/"):
            yield books.FILES.at(book.place, file=path, fault="is not in the manifest")
    for name in book.outside:
        if name != "mimetype" and not name.startswith("META-INF/"):
            yield books.FILES.at(book.place, file=name, fault="lies outside the book's folder")
    for path, times in listed.items():
        if times > 1:
            yield books.FILES.at(book.place, file=path, fault="is in the manifest more than once")
        if is_remote(path):
            yield books.REMOTE.at(book.place, document="the manifest", address=path)
        elif path not in book.files:
            yield books.FILES.at(book.place, file=path, fault="is in the manifest and not in the archive")


def properties_are_those_of_the_content(book: ReadBook) -> Iterator[Diagnostic]:
    """The manifest tells of formulas, drawings, programs and what comes from elsewhere exactly where there are any."""
    for held in book.manifest:
        text = book.texts.get(held.path) if held.media_type == DOCUMENT else None
        if text is not None:
            said = set(held.properties) & _TOLD
            found = set(_holds(text))
            if said != found:
                yield books.PROPERTIES.at(book.place, document=text.said, said=_named(said), found=_named(found))


_TOLD = {"mathml", "svg", "scripted"}


def _holds(text: XhtmlText) -> Iterator[str]:
    if next(text.of("math", namespace=MATHML), None) is not None:
        yield "mathml"
    if next(text.of("svg", namespace=SVG), None) is not None:
        yield "svg"
    if next(text.of("script", "form"), None) is not None:
        yield "scripted"


def _named(properties: set[str]) -> str:
    return ", ".join(sorted(properties)) or "nothing of the kind"


def there_is_one_navigation_and_at_most_one_cover(book: ReadBook) -> Iterator[Diagnostic]:
    """One document is the navigation, and one picture at most the cover; old readers are told of it too."""
    navs = [held for held in book.manifest if "nav" in held.properties]
    covers = [held for held in book.manifest if "cover-image" in held.properties]
    if len(navs) != 1 or book.nav is None:
        yield books.PACKAGE.at(book.place, fault=f"names {len(navs)} navigation documents, where there is to be one")
    if len(covers) > 1:
        yield books.PACKAGE.at(book.place, fault="names more than one picture as the cover")
    named = [meta.get("content") for meta in book.metadata(f"{OPF}meta") if meta.get("name") == "cover"]
    if named and named != [held.id for held in covers]:
        yield books.PACKAGE.at(book.place, fault="names one picture as the cover to new readers and another to old")


def every_text_stands_once_in_the_reading_order(book: ReadBook) -> Iterator[Diagnostic]:
    """Every line of the spine is a text, each once, and each text has a line there."""
    named = [line.get("idref", "") for line in book.package.iterfind(f"{OPF}spine/{OPF}itemref")]
    known = {held.id: held for held in book.manifest}
    for identifier, times in Counter(named).items():
        if identifier not in known:
            yield books.SPINE.at(book.place, fault=f"names '{identifier}', which the manifest does not have")
        elif times > 1:
            yield books.SPINE.at(book.place, fault=f"has '{known[identifier].path}' more than once")
        elif known[identifier].media_type != DOCUMENT:
            yield books.SPINE.at(book.place, fault=f"has '{known[identifier].path}', which is no text")
    for held in book.manifest:
        if held.media_type == DOCUMENT and held.id not in named and "nav" not in held.properties:
            yield books.SPINE.at(book.place, fault=f"leaves out '{held.path}'")
    if not any(linear for _, linear in book.spine):
        yield books.SPINE.at(book.place, fault="is empty")


def every_picture_and_sheet_stands_by_itself(book: ReadBook) -> Iterator[Diagnostic]:
    """Drawings have a frame and run nothing; style sheets fetch nothing and name what is there."""
    for held in book.manifest:
        content = book.files.get(held.path, b"")
        if held.media_type == "image/svg+xml":
            yield from drawing_faults(content, held.path, book.place)
        if held.media_type == "text/css":
            sheet = XhtmlText(book.place, held.path, f"'{held.path}'", book.package)
            for address in styled_addresses(content.decode("utf-8", "replace")):
                if is_remote(address):
                    yield books.REMOTE.at(book.place, document=sheet.said, address=address)
                elif not address.startswith(("data:", "#")) and (gone := book.missing(*sheet.target(address))):
                    yield books.LINK.at(book.place, document=sheet.said, target=address, reason=gone)


def the_older_contents_hold(book: ReadBook) -> Iterator[Diagnostic]:
    """The NCX that old reading systems use has the book's identifier, and leads to what is there."""
    listed = next((held for held in book.manifest if held.media_type == "application/x-dtbncx+xml"), None)
    if listed is None:
        return
    ncx = book.tree(listed.path)
    unique = book.package.get("unique-identifier")
    identifier = next((e.text or "" for e in book.metadata(f"{DC}identifier") if e.get("id") == unique), "")
    uid = [meta.get("content") for meta in ncx.iter("{*}meta") if meta.get("name") == "dtb:uid"]
    if uid != [identifier]:
        yield books.PACKAGE.at(book.place, fault="has another identifier than the contents for old readers")
    older = XhtmlText(book.place, listed.path, f"'{listed.path}'", ncx)
    for content in ncx.iter("{*}content"):
        target = content.get("src", "")
        if gone := book.missing(*older.target(target)):
            yield books.LINK.at(book.place, document=older.said, target=target, reason=gone)
    for identifier, times in older.ids.items():
        if times > 1:
            yield books.ID.at(book.place, document=older.said, id=identifier, fault=f"stands {times} times")
