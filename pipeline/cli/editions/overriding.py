"""Remarks that are overridden with a reason, as records keep them."""

from collections.abc import Collection, Mapping, Sequence

from pipeline.core.diagnostics import Diagnostic, UsageError
from pipeline.core.sentences import did_you_mean
from pipeline.model.source.versions import Overridden


def overridden(
    remarks: Sequence[Diagnostic], reasons: Mapping[str, str], fatal: Collection[str], deed: str
) -> tuple[Overridden, ...]:
    """Remarks overridden, with the reasons. A reason for what does not stand against the deed is a slip of the pen."""
    stands = {remark.code for remark in remarks}
    for code in reasons:
        if code in fatal:
            raise UsageError(f"'{code}' cannot be overridden.")
        if code not in stands:
            hint = did_you_mean(code, stands, "")
            raise UsageError(f"Nothing with the code '{code}' stands against {deed}. {hint}".rstrip())
    return tuple(
        Overridden(
            code=code,
            reason=reason,
            said=tuple(f"{remark.place}: {remark.sentence}" for remark in remarks if remark.code == code),
        )
        for code, reason in sorted(reasons.items())
    )
