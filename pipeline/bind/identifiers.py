"""The identifiers of what is bound: the same for the same version of the same text, in every build."""

from uuid import NAMESPACE_URL, uuid5

from pipeline.model.formats import USUAL_EDITION, Edition
from pipeline.model.identity import Identity
from pipeline.model.isbn import digits_of
from pipeline.model.manuscript import Metadata


def book_identifier(metadata: Metadata, identity: Identity) -> str:
    """A UUID that the same version of the same text always has."""
    return _urn(_named(metadata), metadata.version or identity.version, identity.edition)


def pdf_identifier(metadata: Metadata, edition: Edition = USUAL_EDITION) -> str:
    """The identifier of an edition of the PDF, by which the EPUB names what its page numbers are of."""
    isbn = dict(metadata.isbns).get(edition)
    return f"urn:isbn:{digits_of(isbn)}" if isbn else _urn(_named(metadata), metadata.version, f"pdf-{edition}")


def _named(metadata: Metadata) -> str:
    return metadata.address or f"{metadata.publisher}/{metadata.id}"


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '#'.join(parts))}"
