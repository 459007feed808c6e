"""The seal of a library's parcels: the last event of the ledger, the key that the environment names, the page."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

from pipeline.build.project import Project
from pipeline.cli.sealing.verifying_signed import NO_PYHANKO, certificate_of
from pipeline.codes import colleges as codes
from pipeline.colleges.ledger.table import read_table
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import EnvironmentFailure
from pipeline.editions.copies import FinishedFile
from pipeline.editions.sealing.check_page import check_page
from pipeline.editions.sealing.keys import CERTIFICATE_KEY, SIGNING_KEY, read_key, read_private
from pipeline.editions.sealing.manifest import ParcelSeal
from pipeline.editions.sealing.signatures import SigningKey
from pipeline.load.library.folders import LEDGER
from pipeline.load.library.word_tables import wordbook
from pipeline.model.formats import format_row
from pipeline.model.library import Library

Sign = Callable[[FinishedFile], FinishedFile]
"""Puts a signature behind a file, if it is one that can have one: a PDF with tags."""
NOON = time(12)


def seal_faults(library: Library) -> Iterator[Diagnostic]:
    """Secrets that the environment lacks: a library that names a key gives out nothing unsigned."""
    signing, marks = library.imprint.fields.signing, library.imprint.marks
    yield from key_faults(library)
    if signing and signing.certificate and not os.environ.get(CERTIFICATE_KEY):
        yield codes.SECRET_MISSING.at(marks.key_at("signing", "certificate"), variable=CERTIFICATE_KEY)


def key_faults(library: Library) -> Iterator[Diagnostic]:
    """The fault that the environment lacks the key of a library that names one."""
    if library.imprint.fields.signing and not os.environ.get(SIGNING_KEY):
        yield codes.SECRET_MISSING.at(library.imprint.marks.key_at("signing"), variable=SIGNING_KEY)


def project_seal(project: Project) -> ParcelSeal:
    """The means by which parcels of a library are sealed, as they are now. Raises `EnvironmentFailure`."""
    imprint = project.loaded[0].imprint
    words = wordbook(project.layouts).of(imprint.fields.language)
    return ParcelSeal(_last_event(project), signing_key(project), check_page(imprint, project.layouts, words))


def unsigned(file: FinishedFile) -> FinishedFile:
    """The same file."""
    return file


def file_signer(project: Project, day: date) -> Sign:
    """The signing of tagged PDFs by the certificate of a library, as of noon of a day; nothing where it has none."""
    imprint = project.loaded[0].imprint
    said = certificate_of(project)
    if said is None:
        return unsigned
    try:
        from pipeline.editions.sealing.pdf_signatures import CannotSign, read_certificate, sign_pdf
    except ModuleNotFoundError as missing:
        raise EnvironmentFailure(f"{NO_PYHANKO}: {missing}.") from None
    key = read_private(os.environ.get(CERTIFICATE_KEY, ""), CERTIFICATE_KEY, project.folder)
    publisher = imprint.fields.publisher
    try:
        certificate = read_certificate(said, key, publisher)
    except CannotSign as cannot:
        raise EnvironmentFailure(f"PDFs cannot be signed: {cannot}.") from None
    words = wordbook(project.layouts).of(imprint.fields.language).say("signature-of", publisher=publisher)
    moment = datetime.combine(day, NOON, UTC)

    def sign(file: FinishedFile) -> FinishedFile:
        if not format_row(file.format).heard:  # the others have no tags that could hold the field
            return file
        content = sign_pdf(file.content, certificate, words, moment)
        return replace(file, content=content, digest="", issued=(file.sha256, len(file.content)))

    return sign


def signing_key(project: Project) -> SigningKey | None:
    """The private key of a library that names a public one."""
    signing = project.loaded[0].imprint.fields.signing
    if signing is None:
        return None
    key = read_key(os.environ.get(SIGNING_KEY, ""), project.folder)
    if key.public.minisign != signing.key:
        raise EnvironmentFailure(
            f"The key that {SIGNING_KEY} names is not the one of library.yaml: its public half is "
            f"{key.public.minisign}, and 'signing:' names {signing.key}."
        )
    return key


def _last_event(project: Project) -> str:
    """The hash of the last event in the table of the ledger, which a clone has too; nothing where there is none."""
    table = project.folder / LEDGER
    events = read_table(table.read_bytes())[0] if table.is_file() else ()
    return events[-1].digest if events else ""
