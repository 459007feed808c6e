"""States of deliveries, by the kinds of their events. Pure.

planned → begun → committing → sent, or failed (certain: nothing arrived), or uncertain (only a person can tell). An
act has one moment after which it may have happened: the rename of a folder, the last dot of a message. `committing` is
on the disk before it, `sent` after it.
"""

from collections.abc import Mapping

from pipeline.colleges.holdings import Delivery
from pipeline.core.diagnostics import UsageError

STATES = ("planned", "begun", "committing", "sent", "failed", "uncertain")
ENDED = ("sent", "uncertain")
"""States after which nothing is done any more by itself."""
OUT = ("sent", "committing", "uncertain")
"""States of what has arrived, or may have."""


LEAST = 4
"""The letters of an id by which a delivery can be named."""


def delivery_named(what: str, known: Mapping[str, Delivery]) -> Delivery:
    """The delivery of an id, or of its first letters. Raises `UsageError`."""
    asked = what.casefold()
    if len(asked) < LEAST and asked not in known:
        raise UsageError(f"'{what}' is too short for the name of a delivery: write {LEAST} letters of it at least.")
    found = [one for name, one in known.items() if name.startswith(asked)]
    if not found:
        raise UsageError(f"There is no delivery '{what}': 'briefings deliver PACK --dry-run' lists those of a pack.")
    if len(found) > 1:
        names = ", ".join(one.id for one in found)
        raise UsageError(f"'{what}' could be one of {len(found)} deliveries: {names}. Write all of its letters.")
    return found[0]
