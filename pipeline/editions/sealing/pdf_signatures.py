"""Signatures within PDFs (PAdES B-B): added behind the last byte of an issued file, which stays as it is.

pyHanko by itself adds a field that no tag holds, and writes the XMP anew; page-validation and outloud refuse that. Here
the field is made first, within a Form element at the end of the tags, and the XMP is left alone.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from pyhanko import version
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

generic: Any = untyped
"""The objects of PDFs, which pyHanko gives no types."""

RELEASE = "0.38."
"""Release of pyHanko whose inner ways are known here."""
FIELD = "Signature"
_NAME, _NUMBER, _TEXT = generic.NameObject, generic.NumberObject, generic.TextStringObject
_PRINT, _LOCKED = 4, 128
_QUIET = logging.CRITICAL + 1
for _log in ("pyhanko", "pyhanko_certvalidator"):  # who vouches for the certificate is not asked, and not to be told
    logging.getLogger(_log).setLevel(_QUIET)


class CannotSign(ValueError):
    """A certificate or key that nothing can be signed with: why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its private key, and the name of the publisher."""

    signer: Any
    publisher: str
    begins: datetime
    """The moment from which on it holds."""


def read_certificate(certificate: bytes, key: bytes, publisher: str) -> Certificate:
    """A certificate and its key, both as PEM. Raises `CannotSign`, which repeats nothing of them."""
    if not version.__version__.startswith(RELEASE):
        raise CannotSign(f"pyHanko {version.__version__} is installed, and signatures need {RELEASE}x")
    try:
        first, *others = load_certs_from_pemder_data(certificate)
        private = load_private_key_from_pemder_data(key, None)
        own = load_pem_private_key(key, None).public_key()
        same = own == load_pem_x509_certificate(certificate).public_key()
    except (ValueError, TypeError, OSError):
        raise CannotSign("the certificate or its key is no PEM that can be read without a password") from None
    if not same:
        raise CannotSign("the certificate is of another key")
    registry: Any = SimpleCertificateStore
    store = registry.from_certs(others)
    signer = signers.SimpleSigner(signing_cert=first, signing_key=private, cert_registry=store)
    return Certificate(signer, publisher, first.not_valid_before)


def sign_pdf(content: bytes, certificate: Certificate, words: str, moment: datetime) -> bytes:
    """A PDF with a signature behind it, as of a moment, but not before the certificate holds."""
    writer = _Increment(BytesIO(content))
    _add_field(writer, words)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=certificate.publisher,
    )
    signer = _Signer(meta, certificate.signer, max(moment, certificate.begins))
    signed: BytesIO = signer.sign_pdf(writer, existing_fields_only=True)
    return signed.getvalue()


def signed_by(content: bytes, certificate: bytes) -> bool:
    """Whether the last signature of a PDF is one of these certificates', and covers all its bytes."""
    try:
        known = list(load_certs_from_pemder_data(certificate))
        last = PdfFileReader(BytesIO(content)).embedded_signatures[-1]
        if last.signer_cert.dump() not in {one.dump() for one in known}:
            return False
        status = validate_pdf_signature(last, ValidationContext(trust_roots=known, allow_fetching=False))
    except Exception:  # whatever a broken file makes of its reader: it is not signed
        return False
    return bool(status.intact and status.valid and status.coverage is SignatureCoverageLevel.ENTIRE_FILE)


class _Increment(IncrementalPdfFileWriter):
    """A writer of what is added and nothing else: no metadata, and a second id that is made of the first two."""

    def _update_meta(self) -> None:
        pass

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:
        first, second = (bytes(getattr(one, "original_bytes", one)) for one in prev.trailer["/ID"])
        made = hashlib.sha256(b"signed" + first + second).digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(made)])


class _Signer(signers.PdfSigner):
    """A signer as of a moment that is given: no clock is asked."""

    def __init__(self, meta: Any, signer: Any, moment: datetime) -> None:
        super().__init__(meta, signer)
        self.moment = moment

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


def _dictionary(**said: Any) -> Any:
    return generic.DictionaryObject({_NAME(f"/{name}"): value for name, value in said.items()})


def _add_field(writer: Any, words: str) -> None:
    """An invisible field on page 1 that the tags hold, and that says in words what it is."""
    root, tree = writer.root, writer.root["/StructTreeRoot"]
    page = writer.find_page_for_modification(0)[0]
    number = int(tree["/ParentTreeNextKey"])
    widget = _dictionary(
        Type=_NAME("/Annot"), Subtype=_NAME("/Widget"), FT=_NAME("/Sig"), T=_TEXT(FIELD), TU=_TEXT(words)
    )
    widget.update(_dictionary(F=_NUMBER(_PRINT + _LOCKED), P=page, StructParent=_NUMBER(number)))
    widget[_NAME("/Rect")] = generic.ArrayObject([_NUMBER(0)] * 4)
    field = writer.add_object(widget)
    document = tree["/K"] if isinstance(tree["/K"], generic.DictionaryObject) else tree["/K"][0]
    held = _dictionary(Type=_NAME("/OBJR"), Obj=field, Pg=page)
    form = writer.add_object(_dictionary(Type=_NAME("/StructElem"), S=_NAME("/Form"), K=held, Pg=page))
    found = document.container_ref
    form.get_object()[_NAME("/P")] = generic.IndirectObject(found.idnum, found.generation, found.pdf)
    form.get_object()[_NAME("/Alt")] = _TEXT(words)
    _append(writer, document, "/K", form)
    _append(writer, page.get_object(), "/Annots", field)
    _number_in(writer, tree, number, form)
    root[_NAME("/AcroForm")] = writer.add_object(_dictionary(Fields=generic.ArrayObject([field]), SigFlags=_NUMBER(3)))
    writer.update_root()


def _number_in(writer: Any, tree: Any, number: int, form: Any) -> None:
    """Put the element into the parent tree; in one of several leaves it takes a leaf of its own, as the highest."""
    leaf = tree["/ParentTree"]
    if "/Kids" in leaf:
        more = _dictionary(Nums=generic.ArrayObject([_NUMBER(number), form]))
        more[_NAME("/Limits")] = generic.ArrayObject([_NUMBER(number)] * 2)
        leaf["/Kids"].append(writer.add_object(more))
    else:
        leaf["/Nums"].extend([_NUMBER(number), form])
    writer.update_container(leaf.get("/Kids", leaf.get("/Nums")))
    tree[_NAME("/ParentTreeNextKey")] = _NUMBER(number + 1)
    writer.update_container(tree)


def _append(writer: Any, held: Any, name: str, one: Any) -> None:
    """Append to an array that may be missing, single, or an object of its own."""
    now = held.get(name)
    if isinstance(now, generic.ArrayObject):
        now.append(one)
        writer.update_container(now)
        return
    held[_NAME(name)] = generic.ArrayObject([one] if now is None else [held.raw_get(name), one])
    writer.update_container(held)
