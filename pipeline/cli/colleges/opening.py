"""The ledger of a project, opened: the file beside the library, or the database that a team shares."""

import os

import sqlalchemy as sa

from pipeline.build.project import Project
from pipeline.codes import colleges as codes
from pipeline.colleges.ledger.database import Ledger
from pipeline.colleges.ledger.kept import USUAL, KeptLedger
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import EnvironmentFailure
from pipeline.load.library.folders import LEDGER

LEDGER_PASSWORD = "BRIEFINGS_LEDGER_PASSWORD"
_NO_PASSWORD = "no password supplied"


def opened_ledger(project: Project) -> tuple[KeptLedger | None, tuple[Diagnostic, ...]]:
    """The ledger, its table caught up; and why nothing may be written into it, if that is so."""
    imprint = project.loaded[0].imprint
    url = sa.URL.create("sqlite", database=str(project.folder / USUAL))
    password = os.environ.get(LEDGER_PASSWORD)
    if imprint.fields.ledger:
        url = sa.make_url(imprint.fields.ledger).set(drivername="postgresql+psycopg", password=password)
    try:
        kept = KeptLedger(Ledger(url), project.folder / LEDGER)
    except EnvironmentFailure as refusal:
        if password or _NO_PASSWORD not in str(refusal):
            raise
        return None, (codes.SECRET_MISSING.at(imprint.marks.at("ledger"), variable=LEDGER_PASSWORD),)
    return kept, kept.catch_up()
