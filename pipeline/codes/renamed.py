"""Codes that earlier releases used: kept records, scripts and commands may still name them."""

_FORMER = {
    "briefing-unknown": "link-unknown-briefing related-unknown superseded-by-unknown series-member-unknown "
    "pack-member-unknown",
    "member-twice": "series-member-twice pack-member-twice",
    "entry-unknown": "tag-unknown glossary-unknown organisation-unknown force-unknown area-unknown "
    "pack-recipient-unknown",
    "record-twice": "finding-twice practice-twice",
    "section-unknown": "finding-section-unknown practice-section-unknown",
    "cite-unknown-key": "source-unknown-key",
    "reference-state": "reference-cited-as",
    "profile-unfit": "profile-missing profile-outside",
    "typeface-missing": "typeface-unknown",
    "file-name": "file-name-long",
    "latex-command": "latex-environment",
    "pack-member-gone": "pack-member-unread",
    "deliver-refused": "deliver-hangs",
    "made-engine-error": "made-dead-link made-double-id made-engine-warning",
    "proof-text": "proof-text-empty proof-text-id proof-text-link proof-text-language proof-text-heading "
    "proof-text-silent-link proof-text-formula proof-text-table",
    "proof-print-claim": "proof-print-extra proof-print-font",
}

RENAMED: dict[str, str] = {former: now for now, those in _FORMER.items() for former in those.split()}
"""The present code of each former one."""


def present(code: str) -> str:
    """The code under its present name."""
    return RENAMED.get(code, code)
