"""Front matter of a briefing, or of a page of the handbook, by itself: nobody need read the text below for it."""

from pipeline.core.diagnostics import Desk
from pipeline.core.messages import message
from pipeline.load.library.text import read_text
from pipeline.load.slips.merge_marks import merge_marks
from pipeline.load.yaml.documents import Filled, fill, read_yaml
from pipeline.load.yaml.front_matter import FIRST_LINE, SplitText, split_front_matter
from pipeline.model.source.briefing import Briefing, BriefingFields, ManualPageFields


def read_head(path: str, content: bytes, name: str) -> Briefing | None:
    """A briefing of a name without its text; none where its front matter cannot be read. What is wrong is not told."""
    desk = Desk()
    text = read_text(path, content, desk)
    parts = split_front_matter(text, path, desk) if text is not None else None
    if parts is None or merge_marks(parts.front, path, desk, FIRST_LINE):
        return None
    filled = briefing_fields(parts, path, name, desk)
    return Briefing(name, path, filled.model, filled.marks) if filled else None


def briefing_fields(parts: SplitText, path: str, name: str, desk: Desk) -> Filled[BriefingFields] | None:
    """The fields of a briefing, or none after a remark."""
    read = read_yaml(parts.front, path, desk, FIRST_LINE)
    if read is None:
        return None
    value, marks = read
    title = value.get("title") if isinstance(value, dict) else None
    # A briefing without a summary still builds, as a draft: its title stands in.
    spare = {"summary": " ".join(title.split())} if isinstance(title, str) and title.strip() else {}
    filled = fill(BriefingFields, value, marks, desk, spare)
    if filled and filled.model.id not in (None, name):
        desk.report(message("id-differs", marks.at("id"), id=filled.model.id, name=name))
    return filled


def manual_fields(parts: SplitText, path: str, desk: Desk) -> Filled[BriefingFields] | None:
    """The fields of a page of the handbook, or none after a remark."""
    read = read_yaml(parts.front, path, desk, FIRST_LINE)
    page = fill(ManualPageFields, *read, desk) if read else None
    if page is None:
        return None
    title = page.model.title
    return Filled(BriefingFields(title=title, summary=page.model.summary or title), page.marks)
