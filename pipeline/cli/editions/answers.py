"""The answer of the verb verify on a file or a code."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.editions.issued.now import StateNow

DOUBT = "But the records do not hold: 'briefings verify --records' says why."


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer on a file or a code: which edition, whether whole, whether current; and whether all that holds."""

    asked: str
    which: str
    whole: str = ""
    now: str = ""
    grade: str = ""
    state: str = ""
    doubtful: bool = False
    """Whether the records of the pack do not hold, so that nothing is sure."""
    copy: str = ""
    by: str = ""
    """The records that were asked, in words."""
    remarks: tuple[Diagnostic, ...] = ()
    """Files of a parcel that are not as they were sent."""

    @property
    def holds(self) -> bool:
        """Whether it is whole and current; of a code whether it is current, of a disclosure whether it is borne out."""
        if self.grade == "disclosed":
            return not self.doubtful
        return self.grade in ("as-issued", "signed", "leaves", "code") and self.state == "current" and not self.doubtful

    def as_json(self) -> Mapping[str, object]:
        """The answer for a program."""
        said: dict[str, object] = {
            "asked": self.asked,
            "which": self.which,
            "copy": self.copy,
            "whole": self.grade,
            "now": self.state,
            "by": self.by,
        }
        said |= {"said": " ".join(filter(None, (self.whole, self.now))), "holds": self.holds}
        remarks = [{"code": one.code, "file": one.place.path, "message": one.sentence} for one in self.remarks]
        return said | ({"remarks": remarks} if remarks else {})


def state_in_words(state: StateNow, doubtful: bool = False) -> str:
    """The state of an edition or a version, why it is so, and what to do."""
    doubt = (DOUBT,) if doubtful else ()
    return " ".join((f"{state.word}.", *state.reasons, *state.steps, *doubt))
