"""Texts whose page ends early, finished, with what is kept whole on the page after."""

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.formats import Asset
from pipeline.model.manuscript import Manuscript
from pipeline.press.press import press
from pipeline.proof.expected_content import ProofJob, expected_briefing
from pipeline.proof.listening import check_pdf_with_tools
from tests.support.bind.sheets import DAY, LIGHTING, stamps
from tests.support.press.manuscripts import manuscript, paragraphs, table

KEPT_WHOLE = """
.whole { break-inside: avoid; display: grid } .tall { height: 300pt } ul { break-before: auto }
figure { margin: 0 } img { width: 300pt }
"""
"""A grid is never parted, so that the press cannot mend what the proof is to find."""
LINES = paragraphs(6)
"""Half a page."""
TABLE = f'<div id="w" class="whole">{table(14)}</div>'
"""A third of a page and more."""


def holed(body: str = LINES + TABLE, style: str = "", *images: Asset) -> Manuscript:
    """A text of half a page, and then something tall."""
    return manuscript(f'<h1 id="title">Lamps</h1>{body}', KEPT_WHOLE + style, images)


def finished(text: Manuscript) -> ProofJob:
    """The text as a finished file, with what it is held to."""
    sheets = press(text)
    laid = stamps(list_briefing_stamps(LIGHTING, DAY, sheets.pages))
    pdf = bind_briefing_pdf(sheets, BindContext(text.metadata, LIGHTING, DAY, {}), laid)
    return ProofJob("x.pdf", pdf, promise=expected_briefing(text, sheets.pages, LIGHTING, DAY))


def holes(job: ProofJob) -> list[Diagnostic]:
    """The holes that the proof finds in a file."""
    return [fault for fault in check_pdf_with_tools(job) if fault.code == "page-hole"]
