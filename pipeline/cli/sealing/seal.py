"""The seal of a library's parcels: the last event of the ledger, the key that the environment names, the page."""

import os
from collections.abc import Iterator

from pipeline.build.project import Project
from pipeline.colleges.ledger.events import PREPARED
from pipeline.colleges.ledger.table import read_table
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure
from pipeline.core.messages import message
from pipeline.editions.sealing.check_page import check_page
from pipeline.editions.sealing.keys import SIGNING_KEY, read_key
from pipeline.editions.sealing.manifest import ParcelSeal
from pipeline.editions.sealing.signatures import SigningKey
from pipeline.load.folders import LEDGER
from pipeline.load.words import wordbook
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings


def seal_faults(library: Library) -> Iterator[Diagnostic]:
    """The fault that the environment lacks the key of a library that names one: it gives out nothing unsigned."""
    if library.imprint.fields.of(DeliverySettings).signing and not os.environ.get(SIGNING_KEY):
        yield message("secret-missing", library.imprint.marks.key_at("signing"), variable=SIGNING_KEY)


def project_seal(project: Project) -> ParcelSeal:
    """The means by which parcels of a library are sealed, as they are now. Raises `EnvironmentFailure`."""
    imprint = project.loaded[0].imprint
    words = wordbook(project.layouts).of(imprint.fields.language)
    return ParcelSeal(_last_event(project), _signing_key(project), check_page(imprint, project.layouts, words))


def _signing_key(project: Project) -> SigningKey | None:
    """The private key of a library that names a public one."""
    signing = project.loaded[0].imprint.fields.of(DeliverySettings).signing
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
    """The hash of the last event in the table of the ledger, which a clone has too; nothing where there is none.

    Copies that are prepared do not count: prepared again, they name the same.
    """
    table = project.folder / LEDGER
    events = read_table(table.read_bytes())[0] if table.is_file() else ()
    return next((event.digest for event in reversed(events) if event.kind != PREPARED), "")
