"""Facts that packs take from the records in `source/editions/`: their last edition."""

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import ValidationError

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.messages import message
from pipeline.load.library.folders import EDITIONS
from pipeline.model.source.edition import EditionBefore, EditionRecord
from pipeline.model.source.pack import Pack


def editions_before(files: Mapping[str, bytes], packs: Mapping[str, Pack], desk: Desk) -> dict[str, EditionBefore]:
    """Of each pack that tells what has changed its last edition, by its day, but the one that it is itself."""
    asking = {name: pack for name, pack in packs.items() if "changes" in pack.fields.back}
    found = {name: _before(tuple(_records(files, name, desk)), pack) for name, pack in asking.items()}
    return {name: before for name, before in found.items() if before}


def _records(files: Mapping[str, bytes], pack: str, desk: Desk) -> Iterator[EditionRecord]:
    folder = f"{EDITIONS}/{pack}/"
    for path in sorted(path for path in files if path.startswith(folder) and path.endswith(".json")):
        try:
            yield EditionRecord.model_validate_json(files[path])
        except ValidationError:
            what = f"{path.rpartition('/')[2]} is not as it was written: it cannot be read"
            desk.report(message("record-broken", Place(path), what=what))


def _before(records: tuple[EditionRecord, ...], pack: Pack) -> EditionBefore | None:
    """The last edition before the one that the pack bears; that may be on record itself."""
    own = " ".join((pack.fields.edition or "").casefold().split())
    number = next((one.number for one in records if " ".join(one.edition.casefold().split()) == own), None)
    until = pack.fields.since or date.max
    earlier = [one for one in records if one.issued <= until and (number is None or one.number < number)]
    if not earlier:
        return None
    last = max(earlier, key=lambda one: one.number)
    return EditionBefore(
        last.edition,
        last.issued,
        tuple((one.id, one.version) for one in last.briefings),
        tuple((one.id, one.title) for one in last.briefings),
    )
